//! The same call again.

use super::Hit;
use crate::heist::ToolCall;
use crate::suspicion::memory::Memory;

/// An agent asks for what it was answered before.
pub(super) fn asked(memory: &Memory, agent: usize, call: &ToolCall) -> Vec<Hit> {
    let again = memory.agents.get(agent).is_some_and(|own| own.asked.contains(&Memory::as_asked(call)));
    again.then(|| Hit::called(agent, call, "asks for the same thing again")).into_iter().collect()
}
