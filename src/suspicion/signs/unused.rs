//! Tools and results that are not used.

use super::Hit;
use crate::heist::Move;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::{Fetched, Memory, key};
use crate::suspicion::text;

/// Messages by peers before anybody is compared with them.
pub(super) const PEERS_NEEDED: u32 = 4;

/// A message that takes nothing from what the agent has just fetched for it.
pub(super) fn result(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let Some(fetched) = memory.agents.get(heard.agent).and_then(|agent| agent.fetched.as_ref()) else {
        return Vec::new();
    };
    let hit = || Hit::heard(heard, "doesn't use what it has just looked up", fetched.id.clone());
    (!is_used(memory, heard, fetched)).then(hit).into_iter().collect()
}

fn is_used(memory: &Memory, heard: &Heard<'_>, fetched: &Fetched) -> bool {
    let Some(said) = &heard.said else {
        let Some(brought) = memory.facts.brought(&fetched.id) else { return true };
        let of = |mv: &Move| match mv {
            Move::Conclude { from, .. } => *from == fetched.id,
            Move::Ask { .. } => false,
            _ => {
                mv.claim().is_some_and(|(key, _)| brought.keys.contains(key))
                    || mv.reason().is_some_and(|key| brought.keys.contains(key))
                    || mv.slot().is_some_and(|slot| brought.slots.contains(&slot))
            }
        };
        return heard.moves.iter().any(of);
    };
    let takes_figure = said.words.iter().any(|token| !token.is_word() && fetched.figures.contains(&key(token.shape)));
    takes_figure || text::shared(&said.content, &fetched.words).count() >= 2
}

/// An agent with tools that never used one while its peers do.
pub(super) fn tools(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let Some(agent) = memory.agents.get(heard.agent) else { return Vec::new() };
    let peers = memory.peers(heard.agent);
    let idle = !agent.has_no_tools && agent.calls == 0 && agent.messages >= 1;
    let peers_call = peers.messages >= PEERS_NEEDED && peers.calls * 2 >= peers.messages;
    let hit = || Hit::heard(heard, "has used no tool yet, unlike the others", None);
    (idle && peers_call).then(hit).into_iter().collect()
}
