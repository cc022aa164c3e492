//! `doctor`, with nothing there, with a database that is none, and in a terminal that is none.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use serde_json::Value;
use support::Place;

/// The finding about a thing, and the exit code.
fn finding(place: &Place, what: &str) -> (Value, i32) {
    let args = ["doctor", "--json", "--llm-url", "http://127.0.0.1:9", "--docker-host", "unix:///nowhere/docker.sock"];
    let output = place.program(&args).output().unwrap();
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = findings.as_array().unwrap().iter().find(|finding| finding["what"] == what).unwrap().clone();
    (found, output.status.code().unwrap())
}

#[test]
fn what_is_not_there_is_told_with_a_remedy_and_is_no_failure() {
    let place = Place::new();
    for what in ["model server", "docker", "terminal"] {
        let (found, code) = finding(&place, what);
        assert_eq!(found["state"], "absent", "{found}");
        assert!(found["remedy"].is_string(), "{found}");
        assert_eq!(code, 0);
    }
    assert!(finding(&place, "model server").0["found"].as_str().unwrap().contains("lms server start"));
    assert!(finding(&place, "docker").0["found"].as_str().unwrap().contains("/nowhere/docker.sock"));
    assert_eq!(finding(&place, "database").0["state"], "good");
    assert!(!place.database().exists(), "to look makes nothing");
}

#[test]
fn heists_are_counted_and_what_is_no_database_is_a_failure() {
    let place = Place::new();
    place.scripted(&["--rounds", "1"]);
    assert!(finding(&place, "database").0["found"].as_str().unwrap().ends_with("1 sessions"));
    std::fs::remove_file(place.database().with_extension("db-wal")).ok();
    std::fs::write(place.database(), "this is no database, but a text that is long enough to be looked at").unwrap();
    let (found, code) = finding(&place, "database");
    assert_eq!((found["state"].as_str(), code), (Some("broken"), 1), "{found}");
}

#[test]
fn the_text_says_the_same() {
    let place = Place::new();
    let output = place.program(&["doctor", "--llm-url", "ftp://x"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("!! model server"), "{text}");
    assert!(text.contains("> mend --llm-url"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}
