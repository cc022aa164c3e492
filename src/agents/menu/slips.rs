//! Honest slips: now and then somebody who means well gets a figure or a name a little wrong. They are planned in every agent's
//! turn, the mole's too, and thrown away there.

use heist_bank::Fact;

use super::bend;
use super::view::View;
use super::words::sentence;
use super::{Item, MOST_ITEMS};
use crate::heist::{Difficulty, Move};

/// A slip in a time is of at most so many minutes.
const MOST_MINUTES: u32 = 3;

/// Of so many reports at most it is tried.
const MOST_TRIES: usize = 6;

/// Of ten thousand honest messages so many have a slip.
const fn rate(difficulty: Difficulty) -> usize {
    match difficulty {
        Difficulty::Easy => 200,
        Difficulty::Normal => 500,
        Difficulty::Hard => 800,
    }
}

/// The honest moves with a slip in one of them, if one is planned in this turn, and which it is.
pub(super) fn slipped(view: &View, mut honest: Vec<Item>) -> (Vec<Item>, Option<usize>) {
    let slip = slip(view, &honest);
    let planned = is_planned(view) && view.brief.orders.is_none();
    let Some((place, item)) = slip.filter(|_| planned) else { return (honest, None) };
    honest.truncate(MOST_ITEMS);
    let place = place.min(MOST_ITEMS - 1);
    match honest.get_mut(place) {
        Some(kept) => *kept = item,
        None => honest.push(item),
    }
    (honest, Some(place))
}

/// Whether somebody honest slips in this turn. In the final plan nobody does, and before it more do for that.
fn is_planned(view: &View) -> bool {
    if view.is_final() {
        return false;
    }
    // The planner speaks once more in the last round.
    let (rounds, crew) = (usize::try_from(view.brief.rounds).unwrap_or(1), view.brief.crew.len());
    let (all, before) = (rounds * crew + 1, (rounds - 1) * crew);
    view.lots().chance("slip", rate(view.brief.difficulty) * all / before.max(1))
}

/// A slip and its place among the honest moves: in what would be reported, or else in what the agent knows or has heard.
fn slip(view: &View, honest: &[Item]) -> Option<(usize, Item)> {
    let reports = honest.iter().enumerate().filter_map(|(place, item)| match &item.does {
        Move::Report { fact, value, source } => Some((place, view.said(fact, value)?, source.clone())),
        _ => None,
    });
    let own = view.known.own().rev().map(|seen| (honest.len(), seen.fact.clone(), seen.source.clone()));
    let heard = view.known.said().iter().rev().map(|said| (honest.len(), said.fact.clone(), said.source.clone()));
    let all = reports.chain(own).chain(heard).filter(|(_, fact, _)| view.known.shape(&fact.key()) == Some(fact));
    all.take(MOST_TRIES).find_map(|(place, fact, source)| Some((place, wrong(view, &fact, &source)?)))
}

/// The report of a fact with one thing a little wrong; none if that would not be heard.
fn wrong(view: &View, fact: &Fact, source: &str) -> Option<Item> {
    let lots = view.lots();
    let by = lots.between(&format!("slip of {}", fact.key()), 1, MOST_MINUTES);
    let times = bend::times(fact, by, false, &lots).into_iter();
    let others = bend::others(&view.brief.bank, fact, &lots).into_iter();
    let report = |fact: &Fact| Move::Report { fact: fact.key(), value: fact.value(), source: source.to_owned() };
    let of_truth = sentence(view, &report(fact));
    times.chain(others).find_map(|bent| {
        let does = report(&bent);
        let words = sentence(view, &does);
        bend::shows(&words, &of_truth, fact, &bent).then_some(Item { does, words, act: None })
    })
}
