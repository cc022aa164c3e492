//! Putting things off.

use heist_bank::Slot;

use super::Hit;
use crate::heist::{Move, Phase};
use crate::suspicion::heard::Heard;
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;

/// So many for something make a decision ripe.
const RIPE: usize = 2;

/// A decision is put off, or in other words it is proposed to wait.
pub(super) fn any(_: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let defers = put_off(heard).next().map(Slot::matter);
    let quote =
        defers.map(|matter| heard.saying(matter)).or_else(|| heard.phrase(lexicon::DELAY).map(ToOwned::to_owned));
    quote.map(|quote| Hit::heard(heard, "puts things off", quote)).into_iter().collect()
}

/// What a message puts off, by its moves.
fn put_off(heard: &Heard<'_>) -> impl Iterator<Item = Slot> {
    heard.moves.iter().filter_map(|mv| if let Move::Defer { slot } = mv { Some(*slot) } else { None })
}

/// What is put off is settled, or enough of the crew are for something.
pub(super) fn ripe(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let ripe = put_off(heard).filter_map(|slot| {
        let drafted = memory.draft.slot(slot);
        let leading = drafted.leading()?;
        let for_it = leading.supporters.len();
        let why = if drafted.settled.is_some() {
            format!("where {} is settled", leading.value)
        } else if for_it >= RIPE && for_it > leading.opponents.len() {
            format!("though {for_it} are for {}", leading.value)
        } else {
            return None;
        };
        Some(Hit::heard(heard, format!("puts off {}, {why}", slot.matter()), heard.saying(slot.matter())))
    });
    ripe.collect()
}

/// What is put off is not what the round is for: nobody would decide it now.
pub(super) fn untimely(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let Some(phase) = memory.phase else { return Vec::new() };
    // In the last round there is no later.
    let is_due = |slot: &Slot| phase.slots().contains(slot) && phase != Phase::FinalPlan;
    let untimely = put_off(heard).filter(|slot| !is_due(slot)).map(|slot| {
        let why =
            if phase == Phase::FinalPlan { "and there is no later round" } else { "which is not up in this round" };
        let note = format!("puts off {}, {why}", slot.matter());
        Hit::heard(heard, note, heard.saying(slot.matter()))
    });
    untimely.collect()
}

/// What is put off the same agent has put off before.
pub(super) fn again(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let before = &memory.agents[heard.agent].put_off;
    let again = put_off(heard).filter(|slot| before.contains(slot));
    let hit =
        |slot: Slot| Hit::heard(heard, format!("puts off {} once more", slot.matter()), heard.saying(slot.matter()));
    again.map(hit).collect()
}
