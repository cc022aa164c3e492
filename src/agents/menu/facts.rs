//! Facts worth telling: what the agent has read and nobody has said, the most telling first.

use std::collections::BTreeMap;

use heist_bank::{Fact, Hole, Slot, Subject};

use super::offer::Offers;
use super::trades::{Trade, slots};
use super::view::View;
use crate::crew::Seen;
use crate::heist::{Move, Phase};

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
    view.known.said().iter().any(|said| view.is_me(&said.agent) && said.fact.key() == key)
}

/// Telling what was read.
pub(super) fn report(seen: &Seen) -> Move {
    Move::Report { fact: seen.fact.key(), value: seen.fact.value(), source: seen.source.clone() }
}

/// What facts mean for what stands and for what the agent likes best: by key, the more, the higher.
fn stakes(view: &View) -> BTreeMap<String, i32> {
    let (f, best) = (view.figures(), view.best());
    let mut stakes: BTreeMap<String, i32> = BTreeMap::new();
    for slot in Slot::ALL {
        let values = [view.slot(slot).value(), best.option(f, slot)];
        for reason in values.into_iter().flatten().flat_map(|value| best.reasons(f, slot, value)) {
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
    let bearing = bears(fact).iter().map(|(slot, weight)| weight * factor(view, *slot)).max().unwrap_or(10);
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
        + i32::from(stands) * 20
        + i32::from(view.is_fresh(key)) * if bears(fact).is_empty() { 30 } else { 110 }
        + chance
}

/// How much what bears on a slot is worth now.
fn factor(view: &View, slot: Slot) -> i32 {
    let open = view.slot(slot).settled.is_none();
    let fits = slots(view.brief.phase).contains(&slot);
    match (open, fits) {
        (true, true) => 12,
        (true, false) => 8,
        (false, _) => 4,
    }
}

/// The slots that a fact bears on, and how much.
pub(super) fn bears(fact: &Fact) -> &'static [(Slot, i32)] {
    use Slot::{Alarm, Entry, Load, Method, Route, Start};
    match fact.kind.key {
        "gap" => &[(Start, 10), (Method, 8)],
        "line_test" => &[(Alarm, 10), (Start, 7), (Method, 4)],
        "first_round" => &[(Start, 9), (Load, 4)],
        "rounds" => &[(Start, 7), (Route, 4)],
        "restart" => &[(Start, 6), (Entry, 5), (Route, 4)],
        "time_lock" => &[(Method, 7), (Start, 4)],
        "handover" => &[(Method, 6), (Start, 5)],
        "desk_guard" => &[(Method, 4), (Alarm, 3)],
        "coffee" | "late" => &[(Start, 4)],
        "leaves" | "shift" | "cleaners" => &[(Start, 3)],
        "test_reach" => &[(Alarm, 8)],
        "radio" => &[(Alarm, 7)],
        "response" => &[(Alarm, 5), (Route, 4)],
        "police" => &[(Alarm, 5), (Route, 6)],
        "guards_need" => &[(Alarm, 6), (Method, 4)],
        "patrol" => &[(Alarm, 3)],
        "callers" => &[(Alarm, 9), (Entry, 8)],
        "calls" => &[(Alarm, 6), (Entry, 8), (Route, 6)],
        "false_alarms" => &[(Entry, 6), (Alarm, 4)],
        "locks" => &[(Route, 8)],
        "loop" => &[(Method, 12), (Load, 11), (Alarm, 10)],
        "blind" | "broken" => &[(Entry, 7), (Route, 4)],
        "seen_by" => &[(Entry, 9), (Route, 7)],
        "walk" => &[(Entry, 9), (Route, 8)],
        "found_open" => &[(Entry, 5)],
        "leads_to" => &[(Entry, 4)],
        "above" | "exits" | "log_open" | "log_false" => &[(Entry, 3)],
        "method_loud" | "method_quiet" => &[(Method, 10)],
        "keeps" => &[(Method, 5)],
        "override_desk" => &[(Method, 6)],
        "vault_place" => &[(Method, 3), (Entry, 3)],
        "door" | "methods" => &[(Method, 2)],
        "loot" => &[(Load, 10)],
        "shut" => &[(Load, 9)],
        "bag" | "empty" | "boxes" => &[(Load, 3)],
        "route" => &[(Route, 10)],
        "risk_police" | "risk_wait" | "risk_seen" | "risk_narrow" | "risk_alarm" => &[(Route, 9)],
        "empty_after" | "routes" => &[(Route, 2)],
        "heart" | "server_room" => &[(Alarm, 2)],
        _ => &[],
    }
}
