//! Speaking for what nobody is for.

use heist_bank::Slot;

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// What a message supports without a reason though something else stands: the slot, what is supported, and what stands.
fn beside<'a>(memory: &'a Memory, heard: &'a Heard<'_>) -> impl Iterator<Item = (Slot, &'a str, &'a str)> {
    heard.moves.iter().filter_map(|mv| {
        let Move::Support { slot, value, because: None } = mv else { return None };
        let stands = memory.draft.slot(*slot).value()?;
        (stands != value).then_some((*slot, value.as_str(), stands))
    })
}

/// Whether anybody has brought it forward.
fn is_proposed(memory: &Memory, slot: Slot, value: &str) -> bool {
    memory.draft.slot(slot).proposals.iter().any(|proposal| proposal.value == value)
}

/// An agreement is claimed on something that nobody has brought forward.
pub(super) fn plan(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let misquoted = beside(memory, heard).filter(|(slot, value, _)| !is_proposed(memory, *slot, value));
    let hit = |(slot, value, stands): (Slot, &str, &str)| {
        let note = format!("speaks of {value} for {}, which nobody has proposed; {stands} stands", slot.matter());
        Hit::heard(heard, note, heard.saying(value))
    };
    misquoted.map(hit).collect()
}

/// Something is supported without a reason where something else is ahead.
pub(super) fn beaten(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let beaten = beside(memory, heard).filter(|(slot, value, _)| is_proposed(memory, *slot, value));
    let hit = |(slot, value, stands): (Slot, &str, &str)| {
        Hit::heard(
            heard,
            format!("speaks of {value} for {}, where {stands} stands", slot.matter()),
            heard.saying(value),
        )
    };
    beaten.map(hit).collect()
}
