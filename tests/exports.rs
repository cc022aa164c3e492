//! Recorded heists in other forms: all of the talk is in them, and nobody who reads them meets the ending before its place.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use heist_tui::heist::{Event, EventKind, JobOutcome, Outcome, Strategy, Timestamp};
use heist_tui::store::Store;
use serde_json::Value;
use support::{Place, told};

/// Plays a heist of two rounds; gives its session and its events.
fn heist(place: &Place, seed: &str) -> (String, Vec<Event>) {
    let output = place.scripted(&["--json", "--seed", seed, "--rounds", "2"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    let events: Vec<Event> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (events[0].session.to_string(), events)
}

fn export(place: &Place, session: &str, form: &str) -> String {
    told(place, &["export", session, "--format", form])
}

#[test]
fn every_form_of_an_export_has_the_whole_talk() {
    let place = Place::new();
    let (session, events) = heist(&place, "7");
    let html = export(&place, &session, "html");
    let file = place.database().with_file_name("heist.md");
    told(&place, &["export", &session, "--format", "md", "-o", file.to_str().unwrap()]);
    let markdown = std::fs::read_to_string(file).unwrap();
    let said = events.iter().filter_map(|event| match &event.kind {
        EventKind::MessageCompleted(message) => Some(&message.text),
        _ => None,
    });
    for text in said {
        assert!(markdown.replace('\\', "").contains(text), "{text}");
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        assert!(html.contains(&escaped), "{escaped}");
    }
    let Some(EventKind::HeistPlayed(played)) =
        events.iter().map(|event| &event.kind).find(|kind| matches!(kind, EventKind::HeistPlayed(_)))
    else {
        panic!("the job was not played");
    };
    for step in &played.steps {
        assert!(markdown.replace('\\', "").contains(&step.what) && html.contains(&step.what), "{}", step.what);
    }
    assert!(!html.contains("<script") && !html.contains("://"), "the page needs nothing else");
}

/// The same talk with another end: somebody else is named, somebody else was the mole, did nothing, and the job goes as it did
/// not; and with nothing that the detector found.
fn with_another_end(events: &[Event]) -> Vec<Event> {
    let crew = match &events[0].kind {
        EventKind::SessionStarted(started) => started.crew.clone(),
        _ => panic!("it does not begin with its opening"),
    };
    let mut events = events.to_vec();
    events.retain(|event| !matches!(event.kind, EventKind::SuspicionChanged(_) | EventKind::JudgeAnswered(_)));
    for event in &mut events {
        match &mut event.kind {
            EventKind::GuessMade(guess) => {
                guess.agent =
                    crew.iter().map(|member| member.name.clone()).find(|name| Some(name) != guess.agent.as_ref());
            }
            EventKind::VerdictReached(verdict) => {
                let mole =
                    crew.iter().map(|member| member.name.clone()).find(|name| Some(name) != verdict.mole.as_ref());
                verdict.mole = mole;
                verdict.strategy = Strategy::ALL.into_iter().find(|other| Some(*other) != verdict.strategy);
                verdict.outcome = if verdict.outcome == Outcome::Success { Outcome::Failure } else { Outcome::Success };
                verdict.sabotage.clear();
            }
            EventKind::HeistPlayed(played) => {
                (played.outcome, played.loot) = match played.outcome {
                    JobOutcome::Escaped => (JobOutcome::Caught, 0),
                    JobOutcome::Caught => (JobOutcome::Escaped, 900),
                };
                played.cause = None;
                played.steps.reverse();
            }
            _ => {}
        }
    }
    events
}

#[test]
fn nothing_before_the_ending_tells_it() {
    let place = Place::new();
    let heists: Vec<_> = (1..=20).map(|seed: u32| heist(&place, &seed.to_string())).collect();
    let mut store = Store::open(&place.database()).unwrap();
    let others = heists.iter().map(|(_, events)| {
        let session = store.begin(Timestamp::default(), "{}").unwrap();
        let mut events = with_another_end(events);
        events.iter_mut().zip(1..).for_each(|(event, seq)| {
            event.session.clone_from(&session);
            event.seq = seq;
        });
        store.append(&events).unwrap();
        session
    });
    let others: Vec<_> = others.collect();
    drop(store);
    let folds = [
        ("html", "<details class=\"fold\" id=\"detector\">", "<details class=\"fold\" id=\"ending\">"),
        ("md", "<details><summary>What the detector thought", "<details><summary>How it ended"),
    ];
    for ((session, events), other) in heists.iter().zip(&others) {
        for (form, detector, ending) in folds {
            let (own, other) = (export(&place, session, form), export(&place, other, form));
            let (own_talk, own_rest) = own.split_once(detector).unwrap();
            let (other_talk, other_end) = other.split_once(ending).unwrap();
            assert_eq!(own_talk, other_talk, "the {form} of seed {session}");
            let (view, own_end) = own_rest.split_once(ending).unwrap();
            assert_ne!(own_end, other_end);
            let verdict = events.iter().find_map(|event| match &event.kind {
                EventKind::VerdictReached(verdict) => Some(verdict),
                _ => None,
            });
            for text in [own_talk, view] {
                assert!(!text.contains(&verdict.unwrap().nonce) && !text.contains("was named"), "{form}");
            }
        }
    }
}

#[test]
fn a_cast_ends_with_the_reveal() {
    let place = Place::new();
    let (session, _) = heist(&place, "7");
    let cast = export(&place, &session, "cast");
    let mut lines = cast.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    assert_eq!(header["version"], 2);
    let mut screen = vt100::Parser::new(40, 120, 0);
    let mut before = 0.0;
    let mut seen_talk = false;
    for frame in lines {
        let at = frame[0].as_f64().unwrap();
        assert!(at >= before);
        before = at;
        assert_eq!(frame[1], "o");
        screen.process(frame[2].as_str().unwrap().as_bytes());
        seen_talk |= screen.screen().contents().contains("Round 1 of 2");
    }
    assert!(seen_talk);
    let last = screen.screen().contents();
    assert!(last.contains("mole"), "{last}");
}
