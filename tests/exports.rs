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

/// The header of a cast, and its other lines: when from the beginning, what, and the data.
fn cast_of(place: &Place, session: &str, form: &str) -> (Value, Vec<(f64, String, String)>) {
    let cast = export(place, session, form);
    let mut lines = cast.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    let of_before = header["version"] == 3;
    let mut at = 0.0;
    let line = |line: Value| {
        let time = line[0].as_f64().unwrap();
        at = if of_before { at + time } else { time };
        let [code, data] = [1, 2].map(|place| line[place].as_str().unwrap().to_owned());
        (at, code, data)
    };
    (header, lines.map(line).collect())
}

#[test]
fn a_cast_ends_with_the_reveal_and_has_a_marker_for_each_round() {
    let place = Place::new();
    let (session, _) = heist(&place, "7");
    let (header, lines) = cast_of(&place, &session, "cast");
    assert_eq!((&header["version"], &header["width"], &header["height"]), (&2.into(), &120.into(), &40.into()));
    let mut screen = vt100::Parser::new(40, 120, 0);
    let mut before = 0.0;
    let mut seen = Vec::new();
    for (at, code, data) in &lines {
        assert!(*at >= before);
        before = *at;
        if code == "m" {
            seen.push((data.as_str(), screen.screen().contents()));
        } else {
            assert_eq!(code, "o");
            screen.process(data.as_bytes());
        }
    }
    let markers: Vec<_> = seen.iter().map(|(marker, _)| *marker).collect();
    assert_eq!(markers, ["Round 1: Reconnaissance", "Round 2: Final plan", "The guess"]);
    assert!(seen[1].1.contains("Round 1/2") && !seen[1].1.contains("Round 2/2"), "{}", seen[1].1);
    let last = screen.screen().contents();
    assert!(last.contains("mole"), "{last}");
}

#[test]
fn a_cast_of_version_3_has_the_same_frames_at_the_same_times() {
    let place = Place::new();
    let (session, _) = heist(&place, "7");
    let (_, second) = cast_of(&place, &session, "cast");
    let (header, third) = cast_of(&place, &session, "cast-v3");
    assert_eq!((&header["version"], &header["term"]), (&3.into(), &serde_json::json!({ "cols": 120, "rows": 40 })));
    assert!(header.get("width").is_none() && header["title"].as_str().unwrap().contains(&session));
    assert_eq!(second.len(), third.len());
    for ((at, code, data), other) in second.iter().zip(&third) {
        assert_eq!((code, data), (&other.1, &other.2));
        assert!((at - other.0).abs() < 1e-6, "{at} {}", other.0);
    }
}
