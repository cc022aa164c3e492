//! The crew that plays when no model is there: it reads, queries and calculates like the others would, picks its moves from the
//! menu, and says them. Everything follows from a seed and an agent's [`Brief`].

mod aside;
mod because;
mod choose;
mod decide;
mod dice;
mod grammar;
mod mistakes;
mod paced;
mod say;
mod slots;
mod speak;
#[cfg(test)]
mod tests;
mod voices;

pub use paced::{Pace, Paced};

use crate::agents::menu::{Item, Menu};
use crate::crew::Brief;
use crate::heist::Entry;

/// The scripted crew of one heist.
#[derive(Clone, Copy, Debug)]
pub struct Scripted {
    seed: u64,
}

impl Scripted {
    /// The crew of the heist with this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The tool the agent calls and its argument, or none when it has enough. It is asked again
    /// after each call of its turn.
    #[must_use]
    pub fn choose(&self, brief: &Brief) -> Option<(String, String)> {
        choose::choose(self.seed, brief)
    }

    /// What the agent picks from its menu, by numbers that count from 1.
    #[must_use]
    pub fn decide(&self, brief: &Brief, menu: &Menu) -> Vec<usize> {
        decide::decide(self.seed, brief, menu)
    }

    /// What the agent says: one paragraph of two to four sentences (five in the final plan), 30 to 600 characters, with all the
    /// names and figures of its moves, and not said before in this heist.
    #[must_use]
    pub fn speak(&self, brief: &Brief, picked: &[Item]) -> String {
        speak::speak(self.seed, brief, picked)
    }
}

/// The tool calls of the turn that is running.
fn this_turn(brief: &Brief) -> &[Entry] {
    let mine = |entry: &&Entry| matches!(entry, Entry::Used(used) if used.call.turn == brief.turn);
    let calls = brief.transcript.iter().rev().take_while(mine).count();
    &brief.transcript[brief.transcript.len() - calls..]
}
