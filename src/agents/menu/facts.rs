//! Facts worth telling: what the agent has read and nobody has said, the most telling first.

use std::collections::BTreeMap;

use heist_bank::{Fact, Hole, Slot, Subject};

use super::offer::Offers;
use super::trades::Trade;
use super::view::View;
use crate::crew::Seen;
use crate::heist::{Move, Phase};

/// What is told of something that stands in the plan is worth so much more.
const STANDS: i32 = 70;

/// What the agent could tell.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    let stakes = stakes(view);
    let mut scored: Vec<(i32, &Seen)> = Vec::new();
    for seen in view.known.own() {
        let key = seen.fact.key();
        let is_first = view.known.read(&key).is_some_and(|first| std::ptr::eq(first, seen));
        let stake = stakes.get(&key).copied();
        if is_first && !view.known.is_said(&key) {
            scored.push((telling(view, &seen.fact, &key) + stake.unwrap_or(0), seen));
        } else if is_first && view.is_final() && !has_told(view, &key) {
            // At the end it is good to hear from others what the plan hangs on.
            scored.extend(stake.map(|stake| (280 + stake, seen)));
        }
    }
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    for (score, seen) in scored.into_iter().take(super::MOST_ITEMS) {
        offers.add(score, report(seen));
    }
}

/// Whether the agent has said anything of a fact.
fn has_told(view: &View, key: &str) -> bool {
    view.known.said_of(key).any(|said| view.is_me(&said.agent))
}

/// Telling what was read.
pub(super) fn report(seen: &Seen) -> Move {
    Move::Report { fact: seen.fact.key(), value: seen.fact.value(), source: seen.source.clone() }
}

/// What facts mean for what stands and for what the agent likes best: by key, the more, the higher.
pub(super) fn stakes(view: &View) -> BTreeMap<String, i32> {
    let (f, best) = (view.figures(), view.best());
    let mut stakes: BTreeMap<String, i32> = BTreeMap::new();
    for slot in Slot::ALL {
        let (stands, own) =
            (view.slot(slot).value(), best.option(f, slot).filter(|own| view.slot(slot).value() != Some(own)));
        for reason in stands.into_iter().chain(own).flat_map(|value| best.reasons(f, slot, value)) {
            // What speaks against something has to be heard before what speaks for it.
            let weight = 24 + if reason.weight < 0 { -3 * reason.weight } else { 2 * reason.weight };
            let stake = stakes.entry(reason.key).or_insert(0);
            *stake = (*stake).max(weight.min(90));
        }
    }
    stakes
}

/// How much sense it makes to tell a fact now.
pub(super) fn telling(view: &View, fact: &Fact, key: &str) -> i32 {
    let bears_on = fact.bears_on();
    let bearing = bears_on.iter().map(|(slot, weight)| weight * factor(view, *slot)).max().unwrap_or(10);
    let figure = fact.kind.holes.iter().any(|hole| matches!(hole, Hole::Minutes | Hole::Clock));
    let early = view.brief.phase == Phase::Reconnaissance
        && matches!(fact.kind.subject, Subject::Layout | Subject::Cameras | Subject::Guards);
    let own = Trade::of_subject(fact.kind.subject) == view.trade();
    let stands = fact.id().is_some_and(|id| {
        Slot::ALL.into_iter().any(|slot| view.slot(slot).value().is_some_and(|value| value.contains(id)))
    });
    let chance = i32::try_from(view.draw(key, 16)).unwrap_or(0);
    let like = view.known.said().iter().filter(|said| said.fact.kind.group() == fact.kind.group()).count();
    let dull = 12 * i32::try_from(like.min(5)).unwrap_or(0);
    280 - dull
        + bearing
        + i32::from(figure) * 10
        + i32::from(early) * 15
        + i32::from(own) * 15
        + i32::from(stands) * STANDS
        + i32::from(view.is_fresh(key)) * if bears_on.is_empty() { 30 } else { 110 }
        + chance
}

/// How much what bears on a slot is worth now.
fn factor(view: &View, slot: Slot) -> i32 {
    let open = view.slot(slot).settled.is_none();
    let fits = view.brief.phase.slots().contains(&slot);
    match (open, fits) {
        (true, true) => 12,
        (true, false) => 8,
        (false, _) => 4,
    }
}
