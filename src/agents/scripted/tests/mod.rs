//! The scripted crew plays whole heists in the real engine, with the documents and the database of many banks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heist_bank::{Bank, Slot};

mod agents;
mod briefs;
mod moves;
mod words;

use super::*;
use crate::crew::{Crew, roster};
use crate::heist::{Answer, Difficulty, Draft, EventKind, Message, Move, Phase, Strategy, ToolCall, ToolUse};
use crate::rehearsal::{Cast, Rehearsal};
use crate::session::GuessBy;
use crate::toolbox::AtHand;

struct Game {
    log: Vec<EventKind>,
    draft: Draft,
}

impl Game {
    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.log
            .iter()
            .filter_map(|event| if let EventKind::MessageCompleted(message) = event { Some(message) } else { None })
    }
}

/// The heist of a seed, without a detector.
fn heist(seed: u64) -> Rehearsal {
    Rehearsal { guess_by: GuessBy::Given(None), detector: None, ..Rehearsal::of(seed) }
}

/// The scripted crew, while `look` sees what each speaker knows, does and says.
struct Watched<L> {
    crew: Scripted,
    look: L,
    /// Whether everything is asked twice, to see that the same brief gives the same.
    twice: bool,
}

impl<L: FnMut(&Brief, &[Item], &str)> Cast for Watched<L> {
    fn choose(&mut self, brief: &Brief) -> Option<(String, String)> {
        let chosen = self.crew.choose(brief);
        assert!(!self.twice || self.crew.choose(brief) == chosen);
        chosen
    }

    fn decide(&mut self, brief: &Brief, menu: &Menu) -> Vec<usize> {
        let numbers = self.crew.decide(brief, menu);
        assert!(!self.twice || self.crew.decide(brief, menu) == numbers);
        numbers
    }

    fn speak(&mut self, brief: &Brief, picked: &[Item]) -> String {
        let text = self.crew.speak(brief, picked);
        assert!(!self.twice || self.crew.speak(brief, picked) == text, "the same brief gives the same words");
        (self.look)(brief, picked, &text);
        text
    }
}

/// Plays a heist from its opening to the verdict.
fn play(heist: &Rehearsal, look: impl FnMut(&Brief, &[Item], &str)) -> Game {
    let seed = heist.seed;
    let played = heist.play(&mut Watched { crew: Scripted::new(seed), look, twice: seed < 10 }).unwrap();
    assert!(matches!(played.events.last(), Some(EventKind::SessionCompleted(_))), "seed {seed} did not end");
    Game { draft: played.state.draft().clone(), log: played.events }
}
