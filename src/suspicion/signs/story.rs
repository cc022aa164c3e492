//! Changed stories.

use super::Hit;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;
use crate::suspicion::source::Finding;

/// The agent said something else of the same thing, and no source bears out what it says now; once a message.
pub(super) fn changes(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let open = heard.claims.iter().filter(|claim| !matches!(claim.finding, Finding::BorneOut | Finding::Derived));
    let mut changed = open.filter_map(|claim| {
        let before = memory.own_earlier(heard.agent, &claim.about)?;
        Some(Hit::heard(heard, format!("said before: {}", before.quote), claim.quote.clone()))
    });
    changed.next().into_iter().collect()
}
