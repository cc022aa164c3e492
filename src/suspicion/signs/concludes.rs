//! Conclusions from what a tool returned.

use heist_bank::Slot;

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;

/// Something is said to be settled by a find.
pub(super) fn any(_: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let concludes = heard.moves.iter().any(|mv| matches!(mv, Move::Conclude { .. }));
    let quote = heard.phrase(lexicon::OVERSTATES).map(ToOwned::to_owned);
    let found = concludes || quote.is_some();
    found.then(|| Hit::heard(heard, "calls things settled by a find", quote)).into_iter().collect()
}

/// What it is said to be settled by has nothing to do with it.
pub(super) fn beside(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let beside = heard.moves.iter().filter_map(|mv| {
        let Move::Conclude { from, about } = mv else { return None };
        let brought = memory.facts.brought(from)?;
        let bears = match Slot::named(about) {
            Some(slot) => brought.slots.contains(&slot),
            None => brought.keys.contains(about),
        };
        let what = Slot::named(about).map_or(about.clone(), |slot| slot.matter().to_owned());
        let note = format!("concludes about {what} from {from}, which says nothing of it");
        (!bears).then(|| Hit::heard(heard, note, None))
    });
    beside.collect()
}
