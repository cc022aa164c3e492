//! Calls that have nothing to do with what is going on.

use heist_tools::table::calculates;

use super::Hit;
use crate::heist::{Phase, ToolCall};
use crate::suspicion::memory::Memory;
use crate::suspicion::text;

/// A document, a table or a sum that has nothing to do with the phase and that nobody talks of.
pub(super) fn the_point(memory: &mut Memory, agent: usize, call: &ToolCall) -> Vec<Hit> {
    let Some(phase) = memory.phase else { return Vec::new() };
    let bears = match memory.facts.brought(&call.id).filter(|brought| memory.is_of_moves() && !brought.keys.is_empty())
    {
        Some(brought) => phase.slots().is_empty() || phase.slots().iter().any(|slot| brought.slots.contains(slot)),
        None if calculates(&call.tool) => !memory.is_of_moves(),
        None => is_talked_of(memory, phase, call),
    };
    let note = || format!("has nothing to do with {}", business(phase));
    (!bears).then(|| Hit::called(agent, call, note())).into_iter().collect()
}

/// Whether what is asked for belongs to the phase, or somebody has spoken of it.
fn is_talked_of(memory: &Memory, phase: Phase, call: &ToolCall) -> bool {
    // "bank_layout.txt" is about the bank and the layout.
    let tokens = text::tokens(&call.arguments.replace(['_', '.'], " "));
    let asked = memory.vocabulary.known(&tokens);
    let talked_of = asked.iter().any(|word| memory.talk.iter().any(|words| words.binary_search(word).is_ok()));
    let is_empty = !tokens.iter().any(|token| token.is_word() && !text::is_empty_word(&token.text));
    is_empty || talked_of || tokens.iter().any(|token| memory.topics.has(phase, &token.text))
}

/// What a phase is about.
const fn business(phase: Phase) -> &'static str {
    match phase {
        Phase::Reconnaissance => "the reconnaissance",
        Phase::Timing => "the timing",
        Phase::EntryAndVault => "the way in and the vault",
        Phase::Getaway => "the getaway",
        Phase::FinalPlan => "the final plan",
    }
}
