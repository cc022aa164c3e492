//! Facts worth telling: what the agent has read and nobody has said, the most telling first.

use heist_bank::{Fact, Hole, Slot, Subject};

use super::offer::Offers;
use super::trades::{Trade, slots};
use super::view::View;
use crate::crew::Seen;
use crate::heist::{Move, Phase};

/// What the agent could tell.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    let grave = grave(view);
    let mut scored: Vec<(i32, &Seen)> = Vec::new();
    for seen in view.known.own() {
        let key = seen.fact.key();
        let is_first = view.known.read(&key).is_some_and(|first| std::ptr::eq(first, seen));
        if is_first && !view.known.is_said(&key) {
            let shocks = i32::from(grave.contains(&key)) * 80;
            scored.push((telling(view, &seen.fact, &key) + shocks, seen));
        }
    }
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    for (score, seen) in scored.into_iter().take(super::MOST_ITEMS) {
        offers.add(score, report(seen));
    }
}

/// Telling what was read.
pub(super) fn report(seen: &Seen) -> Move {
    Move::Report { fact: seen.fact.key(), value: seen.fact.value(), source: seen.source.clone() }
}

/// The keys of facts that speak strongly against what stands.
fn grave(view: &View) -> Vec<String> {
    let standing = |slot: Slot| {
        let value = view.slot(slot).value()?;
        Some(view.best().reasons(view.figures(), slot, value))
    };
    let all = Slot::ALL.into_iter().filter_map(standing).flatten();
    all.filter(|reason| reason.weight <= -15).map(|reason| reason.key).collect()
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
    280 + bearing
        + i32::from(figure) * 10
        + i32::from(early) * 15
        + i32::from(own) * 15
        + i32::from(stands) * 20
        + i32::from(view.is_fresh(key)) * 130
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
        "callers" => &[(Alarm, 5)],
        "calls" => &[(Alarm, 5), (Entry, 4)],
        "false_alarms" => &[(Entry, 6), (Alarm, 4)],
        "locks" => &[(Route, 8)],
        "loop" => &[(Method, 7), (Load, 6), (Alarm, 3)],
        "blind" | "broken" => &[(Entry, 7), (Route, 4)],
        "seen_by" => &[(Entry, 8), (Route, 6)],
        "walk" => &[(Entry, 6), (Route, 6)],
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
