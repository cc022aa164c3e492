//! What the tools tell before the guess is what everybody sees, whoever the mole is.

use std::fmt::{self, Write as _};

use serde::Serialize;

use super::seen::{Seen, Sight};
use super::told::{Checked, Opened, PlanTold, Sources, Status, SuspicionTold, TalkPage, VerdictTold};
use crate::crew::{MoleChoice, deal, roster};
use crate::heist::{Acts, Difficulty, Event, EventKind, Strategy, Timestamp, Tokens};
use crate::rehearsal::Rehearsal;
use crate::session::Signal;

/// The events of a heist of the scripted crew.
fn events(seed: u64) -> Vec<EventKind> {
    Rehearsal { rounds: 3, ..Rehearsal::of(seed) }.scripted().unwrap().events
}

fn before_the_guess(mut events: Vec<EventKind>) -> Vec<EventKind> {
    let guess = events.iter().position(|event| matches!(event, EventKind::GuessMade(_))).unwrap();
    events.truncate(guess);
    events
}

/// The same in public, as it would be with somebody else as the mole, who has not lied.
fn of_another(events: &[EventKind], seed: u64, mole: &str) -> Vec<EventKind> {
    let seal = deal(seed, &roster(), 3, &MoleChoice::Agent(mole.into()), None, Difficulty::Hard).seal;
    let mut messages = 0;
    let changed = events.iter().cloned().map(|mut event| {
        match &mut event {
            EventKind::SessionStarted(started) => {
                started.commitment = seal.commitment();
                started.seed = 999_983;
            }
            EventKind::MessageCompleted(message) => {
                messages += 1;
                message.sealed = seal.lock(messages, Acts::default());
                (message.tokens, message.ms) = (Tokens::default(), 77_777);
            }
            EventKind::ToolReturned(answer) => answer.ms = 77_777,
            _ => {}
        }
        event
    });
    changed.collect()
}

fn seen(events: &[EventKind], blind: bool) -> Seen {
    let mut seen = Seen::new(blind);
    for (kind, seq) in events.iter().cloned().zip(1..) {
        seen.take(Signal::Recorded(Event { seq, at: Timestamp::default(), session: "s".into(), kind }));
    }
    seen
}

fn data(told: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(told).unwrap()
}

/// Everything that the tools can tell now, in words and as data, but the commitment.
fn told(seen: &Seen) -> String {
    let mut all = String::new();
    let mut add = |told: &dyn fmt::Display, data: serde_json::Value| writeln!(all, "{told}\n{data}").unwrap();
    let status = || Status::of(seen, seen.turn);
    let opened = Opened::of(seen, seen.turn, true).unwrap();
    add(&opened, data(&opened));
    let page = TalkPage::of(seen.entries.iter(), 0, u64::MAX, status());
    add(&page, data(&page));
    let plan = PlanTold::of(seen);
    add(&plan, data(&plan));
    let listed = Sources::listed(seen);
    add(&listed, data(&listed));
    for source in seen.sources.listed().iter().filter(|source| !source.is_closed()) {
        let source = Sources::one(seen, &source.name).unwrap();
        add(&source, data(&source));
    }
    for id in seen.entries.iter().filter_map(|entry| entry.id.as_deref()).filter(|id| id.starts_with('m')) {
        let checked = Checked::of(seen, id).unwrap();
        add(&checked, data(&checked));
    }
    let suspicion = SuspicionTold::of(seen, None, status());
    add(&suspicion, data(&suspicion));
    all.replace(&seen.opening.as_ref().unwrap().commitment, "COMMITMENT")
}

#[test]
fn nothing_that_is_told_before_the_guess_depends_on_the_mole() {
    for seed in 0..12 {
        let all = events(seed);
        let public = before_the_guess(all.clone());
        let Some(EventKind::VerdictReached(verdict)) =
            all.iter().find(|event| matches!(event, EventKind::VerdictReached(_)))
        else {
            panic!("no verdict")
        };
        for blind in [false, true] {
            let told_of = told(&seen(&public, blind));
            for mole in ["planner", "lookout"] {
                assert_eq!(told_of, told(&seen(&of_another(&public, seed, mole), blind)), "seed {seed}, {mole}");
            }
            assert!(!told_of.contains(&verdict.nonce) && VerdictTold::of(&seen(&public, blind)).is_none());
            assert!(!told_of.contains(verdict.orders.as_deref().unwrap_or("no orders")));
            assert!(Strategy::ALL.iter().all(|strategy| !told_of.contains(strategy.name())), "seed {seed}");
            assert!(!told_of.contains("sealed\":") && !told_of.contains("\"moves\""));
        }
    }
}

#[test]
fn a_blind_player_sees_no_suspicion_until_it_is_shown() {
    let public = before_the_guess(events(3));
    let (open, mut blind) = (seen(&public, false), seen(&public, true));
    let evidence: Vec<_> = open.evidence().map(|found| found.note.clone()).collect();
    assert!(!evidence.is_empty());
    let hidden = told(&blind);
    assert!(evidence.iter().all(|note| !hidden.contains(&format!("\"note\":\"{note}\""))));
    assert!(blind.weighing().is_none() && hidden.contains("\"suspicion\":[]"));
    blind.sight = Sight::Open;
    assert_eq!(told(&blind), told(&open), "and then it is as if it had been in view, and costs as much");
}

#[test]
fn a_turn_is_over_when_what_was_said_in_it_is_weighed() {
    let all = before_the_guess(events(5));
    let mut seen = Seen::new(false);
    let mut overs = Vec::new();
    for (kind, seq) in all.into_iter().zip(1..) {
        let (was, weighed) = (seen.over, matches!(kind, EventKind::SuspicionChanged(_)));
        seen.take(Signal::Recorded(Event { seq, at: Timestamp::default(), session: "s".into(), kind }));
        if seen.over != was {
            assert!(weighed && seen.over == seen.turn);
            overs.push(seen.over);
        }
    }
    assert_eq!(overs, (1..=seen.turns()).collect::<Vec<_>>());
    assert_eq!(seen.end_of_round(), seen.turns());
}

#[test]
fn the_verdict_tells_all() {
    let all = events(7);
    let mut seen = seen(&all, true);
    seen.told = seen.entries.len();
    let verdict = VerdictTold::of(&seen).unwrap();
    let data = serde_json::to_value(&verdict).unwrap();
    assert_eq!(data["seal"]["holds"], true);
    assert!(!data["sabotage"].as_array().unwrap().is_empty() && data["job"]["steps"].as_array().unwrap().len() > 3);
    assert!(verdict.to_string().contains("This is what was sealed at the start"));
}
