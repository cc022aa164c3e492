//! Claiming an agreement that is none.

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// Something is supported without a reason where something else stands.
pub(super) fn plan(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let misquoted = heard.moves.iter().filter_map(|mv| {
        let Move::Support { slot, value, because: None } = mv else { return None };
        let stands = memory.draft.slot(*slot).value()?;
        (stands != value).then(|| {
            Hit::heard(
                heard,
                format!("speaks of {value} for {}, where {stands} stands", slot.matter()),
                heard.saying(value),
            )
        })
    });
    misquoted.collect()
}
