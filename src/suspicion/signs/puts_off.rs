//! Putting things off.

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;

/// So many for something make a decision ripe.
const RIPE: usize = 2;

/// A decision is put off, or in other words it is proposed to wait.
pub(super) fn any(_: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let defers =
        heard.moves.iter().find_map(|mv| if let Move::Defer { slot } = mv { Some(slot.matter()) } else { None });
    let quote =
        defers.map(|matter| heard.saying(matter)).or_else(|| heard.phrase(lexicon::DELAY).map(ToOwned::to_owned));
    quote.map(|quote| Hit::heard(heard, "puts things off", quote)).into_iter().collect()
}

/// What is put off is settled, or enough of the crew are for something.
pub(super) fn ripe(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let ripe = heard.moves.iter().filter_map(|mv| {
        let Move::Defer { slot } = mv else { return None };
        let drafted = memory.draft.slot(*slot);
        let leading = drafted.leading()?;
        let for_it = leading.supporters.len();
        (drafted.settled.is_some() || for_it >= RIPE && for_it > leading.opponents.len()).then(|| {
            let note = format!("puts off {}, for which {} has {for_it} for it", slot.matter(), leading.value);
            Hit::heard(heard, note, heard.saying(slot.matter()))
        })
    });
    ripe.collect()
}
