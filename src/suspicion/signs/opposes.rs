//! Being against what the crew is for.

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// Somebody is against what stands in a slot.
pub(super) fn standing(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let against = heard.moves.iter().filter_map(|mv| {
        let Move::Oppose { slot, value, .. } = mv else { return None };
        let stands = memory.draft.slot(*slot).value() == Some(value);
        stands.then(|| Hit::heard(heard, format!("is against {value}, which stands"), heard.saying(value)))
    });
    against.collect()
}
