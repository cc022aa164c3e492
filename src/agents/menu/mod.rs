//! The menu: the moves that make sense for an agent in its turn, in words and best first. Whoever acts picks from it.

mod view;
mod words;

use view::View;
use words::sentence;

use crate::crew::Brief;
use crate::heist::{ActKind, Acts, MOST_MOVES, Move};

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

/// The moves that make sense for an agent in its turn.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Menu {
    /// The moves, best first; at least one, at most [`MOST_ITEMS`].
    pub items: Vec<Item>,
}

impl Menu {
    /// The menu for a turn, the same for the same brief.
    #[must_use]
    pub fn of(brief: &Brief) -> Self {
        let view = View::of(brief);
        let is_said = |fact: &heist_bank::Fact| view.known.said().iter().any(|said| said.fact.is_about_same(fact));
        let item = |does: Move| Item { words: sentence(&view, &does), does, act: None };
        let unsaid = view.known.own().rev().filter(|seen| !is_said(&seen.fact)).take(MOST_ITEMS);
        let report = |seen: &crate::crew::Seen| {
            item(Move::Report { fact: seen.fact.key(), value: seen.fact.value(), source: seen.source.clone() })
        };
        let mut items: Vec<_> = unsaid.map(report).collect();
        if items.is_empty() {
            let agent = brief.crew.iter().find(|other| other.name != brief.me.name).unwrap_or(&brief.me).name.clone();
            items.push(item(Move::Ask { agent, about: "gap".into() }));
        }
        Self { items }
    }

    /// What was picked by numbers that count from 1: at most [`MOST_MOVES`], none twice, no two that do not go together, the best
    /// if nothing else is left; and an act, if the menu has any and none was picked.
    #[must_use]
    pub fn picked(&self, numbers: &[usize]) -> Vec<Item> {
        let mut picked: Vec<Item> = Vec::new();
        for item in numbers.iter().filter_map(|number| self.items.get(number.checked_sub(1)?)) {
            if picked.len() < MOST_MOVES && !picked.contains(item) {
                picked.push(item.clone());
            }
        }
        if picked.is_empty() {
            picked.extend(self.items.first().cloned());
        }
        picked
    }
}

/// What a message with these moves does, and which of them are sabotage.
#[must_use]
pub fn moves(picked: Vec<Item>) -> (Vec<Move>, Acts) {
    let acts = Acts::new(picked.iter().map(|item| item.act));
    (picked.into_iter().map(|item| item.does).collect(), acts)
}
