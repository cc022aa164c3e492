//! The menu: the moves that make sense for an agent in its turn, in words and best first. Whoever acts picks from it.

mod acts;
mod bend;
mod beside;
mod calls;
mod lots;
mod slips;
#[cfg(test)]
mod tests;
mod trades;
mod view;
mod words;

use std::fmt;

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
        let (items, slip) = slips::slipped(&view, items);
        let acts = acts::acts(&view, &items);
        Self { items: acts::mixed(&view, items, acts), slip }
    }

    /// What was picked by numbers that count from 1: at most [`MOST_MOVES`], none twice, no two that do not go together, the best
    /// if nothing else is left; and an act, if the menu has any and none was picked, or the slip that is planned.
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
        let due = |(place, item): &(usize, &Item)| item.act.is_some() || self.slip == Some(*place);
        let mut due = self.items.iter().enumerate().filter(due).map(|(_, item)| item);
        if let Some(first) = due.next()
            && !picked.contains(first)
            && !due.any(|item| picked.contains(item))
        {
            picked.retain(|item| !speak_of_same(&item.does, &first.does));
            picked.truncate(MOST_MOVES - 1);
            picked.insert(0, first.clone());
        }
        picked
    }
}

/// The calls of a mole that is to use its tools beside the point; none for anybody else.
#[must_use]
pub fn beside_calls(brief: &Brief) -> Vec<calls::Call> {
    let made = beside::calls(&View::of(brief));
    let due = |orders: &crate::heist::Orders| orders.due && orders.strategy == crate::heist::Strategy::WrongTools;
    if brief.orders.as_ref().is_some_and(due) { made } else { Vec::new() }
}

/// Whether two moves speak of the same fact or of the same slot.
fn speak_of_same(one: &Move, other: &Move) -> bool {
    let fact = |mv: &Move| mv.claim().map(|(key, _)| key.to_owned());
    fact(one).is_some() && fact(one) == fact(other) || one.slot().is_some() && one.slot() == other.slot()
}

/// What a message with these moves does, and which of them are sabotage.
#[must_use]
pub fn moves(picked: Vec<Item>) -> (Vec<Move>, Acts) {
    let acts = Acts::new(picked.iter().map(|item| item.act));
    (picked.into_iter().map(|item| item.does).collect(), acts)
}
