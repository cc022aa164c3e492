//! Undoing what was settled, and stirring up trouble.

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;

/// A decision is undone; in other words blame, going back, or playing two others off against each other.
pub(super) fn any(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let Some(said) = &heard.said else {
        let undone = heard.moves.iter().filter_map(|mv| {
            let Move::Reopen { slot } = mv else { return None };
            let settled = memory.draft.slot(*slot).settled.as_deref()?;
            let note = format!("opens {} again, where {settled} was settled", slot.matter());
            Some(Hit::heard(heard, note, heard.saying(slot.matter())))
        });
        return undone.collect();
    };
    let quote = heard.phrase(lexicon::DISCORD).or(said.names_two.as_deref());
    quote.map(|quote| Hit::heard(heard, "stirs up trouble", quote.to_owned())).into_iter().collect()
}
