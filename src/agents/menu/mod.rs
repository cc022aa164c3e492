//! The menu: the moves that make sense for an agent in its turn, in words and best first. Whoever acts picks from it.

mod acts;
mod bend;
mod beside;
mod best;
mod calls;
mod command;
mod facts;
mod figures;
mod lots;
mod offer;
mod picked;
mod plan;
mod queries;
mod question;
mod reasons;
mod slips;
mod sums;
mod talk;
mod tally;
#[cfg(test)]
mod tests;
mod trades;
mod view;
mod words;

use std::fmt;

pub use calls::{Call, MOST_CALLS, calls};

use offer::Offers;
use view::View;
use words::{MOST_CHARS, sentence};

use crate::crew::Brief;
use crate::heist::{ActKind, Acts, Move, ToolUse};

/// A menu has at most so many items.
pub const MOST_ITEMS: usize = 12;

/// A move that an agent can make.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// What it does.
    pub does: Move,
    /// The same in a sentence, in the first person and with all names and figures: what a model is shown and asked to say, and
    /// what stands if it cannot.
    pub words: String,
    /// The sabotage that it is, if it is one. On a mole's menu alone, and to be told to nobody.
    pub act: Option<ActKind>,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whether it is an act is not to be printed.
        f.debug_struct("Item").field("does", &self.does).field("words", &self.words).finish_non_exhaustive()
    }
}

/// The moves that make sense for an agent in its turn.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Menu {
    /// The moves, best first; at least one, at most [`MOST_ITEMS`].
    pub items: Vec<Item>,
    /// The place of the item that is an honest slip, if there is one. To be told to nobody.
    pub slip: Option<usize>,
    /// The place of the item that answers the player's question, if there is one.
    pub answer: Option<usize>,
}

impl fmt::Debug for Menu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Menu").field("items", &self.items).finish_non_exhaustive()
    }
}

impl Menu {
    /// The menu for a turn, the same for the same brief.
    #[must_use]
    pub fn of(brief: &Brief) -> Self {
        let view = View::of(brief);
        let (items, slip) = slips::slipped(&view, honest(&view));
        let acts = acts::acts(&view, &items);
        let items = acts::mixed(&view, items, acts);
        let answer = question::place(&view, &items);
        Self { items, slip, answer }
    }

    /// Whether an item has to be picked if nothing of its kind is: an act, the slip that is planned, the answer to the player.
    pub(super) fn is_due(&self, place: usize) -> bool {
        self.answer == Some(place) || self.is_planned(place)
    }

    /// Whether an item is an act or the slip that is planned.
    fn is_planned(&self, place: usize) -> bool {
        self.slip == Some(place) || self.items.get(place).is_some_and(|item| item.act.is_some())
    }

    /// How many items more have to be picked beside these numbers.
    pub(super) fn lacking(&self, numbers: &[usize]) -> usize {
        let places = || numbers.iter().filter_map(|number| number.checked_sub(1));
        let answers = self.answer.is_some_and(|answer| !places().any(|place| place == answer));
        let planned = (0..self.items.len()).any(|place| self.is_planned(place));
        // The answer may itself be what is planned.
        let has_planned = places().chain(self.answer).any(|place| self.is_planned(place));
        usize::from(answers) + usize::from(planned && !has_planned)
    }

    /// What was picked by numbers that count from 1: at most [`crate::heist::MOST_MOVES`], none twice, no two that do not go
    /// together, the best if nothing else is left; and an act, if the menu has any and none was picked, or the slip that is planned.
    /// The answer to the player's question comes first.
    #[must_use]
    pub fn picked(&self, numbers: &[usize]) -> Vec<Item> {
        picked::picked(self, numbers)
    }
}

/// The honest moves, best first; no two sound alike.
fn honest(view: &View) -> Vec<Item> {
    let mut offers = Offers::default();
    command::offer(view, &mut offers);
    talk::offer(view, &mut offers);
    sums::offer(view, &mut offers);
    facts::offer(view, &mut offers);
    plan::offer(view, &mut offers);
    if view.is_planner() && view.is_final() {
        offers.decide();
    }
    if !(view.is_last_turn() && offers.close()) {
        offers.fall_back(view);
    }
    let mut items: Vec<Item> = Vec::with_capacity(MOST_ITEMS);
    let answer = question::answer(view);
    let others = offers.best().into_iter().filter(|does| answer.as_ref() != Some(does));
    for does in answer.iter().cloned().chain(others).take(MOST_ITEMS) {
        let words = sentence(view, &does);
        // What takes too long to say nobody says, but who was asked.
        let is_short = words.chars().count() <= MOST_CHARS || items.is_empty() && answer.is_some();
        if is_short && !words.is_empty() && !items.iter().any(|item| item.words == words) {
            items.push(Item { does, words, act: None });
        }
    }
    items
}

/// What a message with these moves does, and which of them are sabotage.
#[must_use]
pub fn moves(picked: Vec<Item>) -> (Vec<Move>, Acts) {
    let acts = Acts::new(picked.iter().map(|item| item.act));
    (picked.into_iter().map(|item| item.does).collect(), acts)
}

/// What the answer to a sum that matters means, as a clause; none if the call was none.
#[must_use]
pub fn meaning(brief: &Brief, used: &ToolUse) -> Option<String> {
    sums::meaning(&View::of(brief), used)
}
