//! The commands about recorded heists, as a person runs them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::process::Output;
use std::sync::Arc;

use heist_tui::heist::{Event, EventKind, Timestamp};
use heist_tui::store::Store;
use serde_json::Value;
use support::{Place, events};

/// The program's output, after it ended well.
fn told(place: &Place, args: &[&str]) -> String {
    let output = place.program(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(place: &Place, args: &[&str]) -> Value {
    serde_json::from_str(&told(place, args)).unwrap()
}

/// A place with two heists, and the output of each.
fn two_heists() -> (Place, [(String, Output); 2]) {
    let place = Place::new();
    let heists = [["--seed", "7", "--rounds", "2"], ["--seed", "8", "--rounds", "1"]].map(|args| {
        let output = place.scripted(&[&["--json"], args.as_slice()].concat());
        let session = events(&output)[0]["session"].as_str().unwrap().to_owned();
        (session, output)
    });
    (place, heists)
}

#[test]
fn sessions_are_listed_shown_and_compared() {
    let (place, [(first, _), (second, _)]) = two_heists();
    let list = json(&place, &["sessions", "--json"]);
    assert_eq!(list[0]["session"], second.as_str(), "the newest comes first");
    assert_eq!(list[1]["status"], "completed");
    assert_eq!(list[1]["messages"], 13);
    assert!(list[1]["game"]["mole"].is_string());
    assert_eq!(list, json(&place, &["sessions", "list", "--json"]));

    let shown = json(&place, &["sessions", "show", &first, "--json"]);
    assert_eq!(shown["seed"], 7);
    assert_eq!(shown["seal_holds"], true);
    assert_eq!(shown["agents"].as_array().unwrap().len(), 6);
    let scores: f64 = shown["agents"].as_array().unwrap().iter().map(|it| it["score"].as_f64().unwrap()).sum();
    assert!((scores - 1.0).abs() < 1e-9);
    let text = told(&place, &["sessions", "show", &first]);
    assert!(text.contains("seal      holds") && text.contains("safecracker"), "{text}");

    let compared = told(&place, &["sessions", "compare", &first, &second]);
    let seeds = compared.lines().find(|line| line.starts_with("seed ")).unwrap();
    assert_eq!(seeds.split_whitespace().collect::<Vec<_>>(), ["seed", "7", "8"]);
}

#[test]
fn a_removed_session_is_gone_and_the_other_is_not() {
    let (place, [(first, _), (second, _)]) = two_heists();
    assert_eq!(told(&place, &["sessions", "rm", &first]), format!("removed {first}\n"));
    let list = json(&place, &["sessions", "--json"]);
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["session"], second.as_str());
    for args in [&["sessions", "rm", &first][..], &["sessions", "show", &first], &["replay", &first, "--ci"]] {
        let output = place.program(args).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(&first) && error.contains(&second), "{error}");
    }
}

#[test]
fn a_replay_is_the_heist_again_to_the_byte() {
    let (place, [(first, heist), _]) = two_heists();
    assert_eq!(told(&place, &["replay", &first, "--ci", "--json"]).as_bytes(), heist.stdout);
    assert_eq!(told(&place, &["export", &first, "--format", "json"]).as_bytes(), heist.stdout);
    let text = told(&place, &["replay", &first, "--ci"]);
    assert!(text.contains("== Round 2: Final plan ==") && text.contains("is what was sealed"), "{text}");
}

#[test]
fn every_form_of_an_export_has_the_whole_talk() {
    let (place, [(first, heist), _]) = two_heists();
    let said: Vec<_> = events(&heist).into_iter().filter(|event| event["kind"] == "message.completed").collect();
    let html = told(&place, &["export", &first, "--format", "html"]);
    let file = place.database().with_file_name("heist.md");
    told(&place, &["export", &first, "--format", "md", "-o", file.to_str().unwrap()]);
    let markdown = std::fs::read_to_string(file).unwrap();
    for message in &said {
        let text = message["text"].as_str().unwrap();
        assert!(markdown.replace('\\', "").contains(text), "{text}");
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        assert!(html.contains(&escaped), "{escaped}");
    }
    assert!(!html.contains("<script") && !html.contains("http"), "the page needs nothing else");
}

#[test]
fn a_cast_ends_with_the_reveal() {
    let (place, [(first, _), _]) = two_heists();
    let cast = told(&place, &["export", &first, "--format", "cast"]);
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

#[test]
fn stats_count_every_game() {
    let (place, _) = two_heists();
    let stats = json(&place, &["stats", "--json"]);
    assert_eq!(stats["sessions"][0], serde_json::json!({ "what": "completed", "count": 2 }));
    assert_eq!(stats["guessers"][0]["games"], 2);
    let games: u64 = stats["strategies"].as_array().unwrap().iter().map(|it| it["games"].as_u64().unwrap()).sum();
    assert_eq!(games, 2);
    assert!(told(&place, &["stats"]).starts_with("Sessions: 2 completed\n"));
}

#[test]
fn without_a_database_the_commands_say_so_and_make_none() {
    let place = Place::new();
    for args in [&["sessions"][..], &["stats"], &["replay", "x", "--ci"], &["export", "x", "--format", "md"]] {
        let output = place.program(args).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("--db"), "{args:?}");
        assert!(!place.database().exists());
    }
}

#[test]
fn no_line_of_json_has_a_character_that_steers_a_terminal() {
    let place = Place::new();
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "1"]);
    let file = place.path().join("hostile.db");
    let mut store = Store::open(&file).unwrap();
    let session = store.begin(Timestamp::default(), "{}").unwrap();
    for line in String::from_utf8(heist.stdout).unwrap().lines() {
        let mut event: Event = serde_json::from_str(line).unwrap();
        event.session.clone_from(&session);
        let hostile = "before \u{7f}\u{9b}2J\u{1b}[31m after".to_owned();
        match &mut event.kind {
            EventKind::MessageCompleted(message) => message.text = hostile,
            EventKind::SuspicionChanged(found) => {
                for piece in &mut Arc::make_mut(found).evidence {
                    piece.note.clone_from(&hostile);
                }
            }
            _ => {}
        }
        store.append(&[event]).unwrap();
    }
    drop(store);
    for (command, escaped) in [
        (&["export", &session, "--format", "json"][..], r"before \u007f\u009b2J\u001b[31m after"),
        (&["replay", &session, "--ci", "--json"], r"before \u007f\u009b2J\u001b[31m after"),
        (&["sessions", "show", &session, "--json"], r"\u009b2J"),
        (&["export", &session, "--format", "cast"], r"\u001b["),
    ] {
        let output = place.bare(command).arg("--db").arg(&file).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.contains(escaped), "{command:?}: {printed}");
        assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{command:?}");
    }
}
