//! A rehearsal is the heist that the program plays on embedded tools.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use heist_tui::crew::MoleChoice;
use heist_tui::heist::{Difficulty, Event, Strategy};
use heist_tui::rehearsal::Rehearsal;
use heist_tui::session::GuessBy;
use serde_json::Value;
use support::{Place, events};

/// The events without what a rehearsal has not: numbers, times, services, and the session's name.
fn bare(mut events: Vec<Value>) -> Vec<Value> {
    events.retain(|event| event["kind"] != "service.changed");
    for event in &mut events {
        for field in ["seq", "at", "session", "ms"] {
            event.as_object_mut().unwrap().remove(field);
        }
    }
    events
}

#[test]
fn a_rehearsal_is_event_for_event_the_heist_that_is_played_on_embedded_tools() {
    let driver = || MoleChoice::Agent("driver".into());
    let usual = |seed| Rehearsal { rounds: 3, ..Rehearsal::of(seed) };
    for (args, rehearsal) in [
        ("--seed 40 --rounds 5", Rehearsal::of(40)),
        ("--seed 41 --difficulty easy", Rehearsal { difficulty: Difficulty::Easy, ..usual(41) }),
        (
            "--seed 42 --difficulty hard --strategy wrong_tools --guess none",
            Rehearsal {
                difficulty: Difficulty::Hard,
                strategy: Some(Strategy::WrongTools),
                guess_by: GuessBy::Given(None),
                ..usual(42)
            },
        ),
        (
            "--seed 43 --mole none --guess random",
            Rehearsal { mole: MoleChoice::Nobody, guess_by: GuessBy::Random, ..usual(43) },
        ),
        (
            "--seed 44 --mole driver --guess hacker",
            Rehearsal { mole: driver(), guess_by: GuessBy::Given(Some("hacker".into())), ..usual(44) },
        ),
    ] {
        let place = Place::new();
        let mut words = vec!["--json", "--rounds", "3"];
        words.extend(args.split(' '));
        let played = bare(events(&place.scripted(&words)));
        let event = |(seq, kind)| Event { seq, at: heist_tui::heist::Timestamp::default(), session: "s".into(), kind };
        let rehearsed = rehearsal.scripted().unwrap().events;
        let rehearsed = (1..).zip(rehearsed).map(|event_| serde_json::to_value(event(event_)).unwrap());
        let rehearsed = bare(rehearsed.collect());
        for (one, other) in played.iter().zip(&rehearsed) {
            assert_eq!(one, other, "{args}");
        }
        assert_eq!(played.len(), rehearsed.len(), "{args}");
        assert_eq!(rehearsed.last().unwrap()["kind"], "session.completed");
    }
}

#[test]
fn without_the_detector_a_rehearsal_is_the_same_but_for_what_that_finds() {
    let guess_by = GuessBy::Given(None);
    let with = Rehearsal { rounds: 2, guess_by, ..Rehearsal::of(45) };
    let without = Rehearsal { detector: None, ..with.clone() };
    let told = |rehearsal: &Rehearsal| {
        let events = rehearsal.scripted().unwrap().events.into_iter().map(|event| serde_json::to_value(event).unwrap());
        events.filter(|event| event["kind"] != "suspicion.changed").collect::<Vec<_>>()
    };
    let (with, mut without) = (told(&with), told(&without));
    let verdict = |events: &[Value]| events.iter().position(|event| event["kind"] == "verdict.reached").unwrap();
    let at = verdict(&with);
    // Nobody was weighed.
    assert_eq!(without[at]["detector"]["score"], 0.0);
    without[at]["detector"] = with[at]["detector"].clone();
    assert_eq!(with, without);
}

#[test]
fn where_the_player_guesses_a_rehearsal_ends_before_the_guess() {
    let rehearsed = Rehearsal { rounds: 1, guess_by: GuessBy::Player, ..Rehearsal::of(46) }.scripted().unwrap();
    let last = serde_json::to_value(rehearsed.events.last().unwrap()).unwrap();
    assert_eq!(last["kind"], "suspicion.changed");
}
