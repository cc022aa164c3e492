//! Saying who sees to what.

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// What is handed to whom in a message, with who had it before.
fn assigned<'a>(memory: &'a Memory, heard: &'a Heard<'_>) -> impl Iterator<Item = (String, Option<String>)> + 'a {
    heard.moves.iter().filter_map(|mv| {
        let Move::Assign { agent, slot } = mv else { return None };
        let before = memory.draft.slot(*slot).assigned.as_ref().filter(|before| *before != agent);
        Some((format!("hands {} to {agent}", slot.matter()), before.map(ToString::to_string)))
    })
}

/// Something is handed to somebody by who does not lead.
pub(super) fn assigns(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    if heard.agent == 0 {
        return Vec::new();
    }
    assigned(memory, heard).map(|(note, _)| Hit::heard(heard, note, None)).collect()
}

/// The same, where it is not for itself alone.
pub(super) fn hands_on(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let me = memory.crew.get(heard.agent);
    let hands = heard.moves.iter().any(|mv| matches!(mv, Move::Assign { agent, .. } if Some(agent) != me));
    let mut hits = if hands { assigns(memory, heard) } else { Vec::new() };
    // A person should not read the same twice.
    for hit in &mut hits {
        hit.note.push_str(", and does not lead");
    }
    hits
}

/// Something is handed to somebody that somebody else was to see to.
pub(super) fn reassigns(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let again = assigned(memory, heard).filter_map(|(note, before)| Some((note, before?)));
    again.map(|(note, before)| Hit::heard(heard, format!("{note}, which was {before}'s"), None)).collect()
}
