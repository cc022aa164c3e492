//! A headless heist on real containers, one of which is killed in the middle.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;
use support::Place;
use support::model::{good, held};

/// Asks Docker's own client, and gives what it printed.
fn docker(args: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[test]
fn a_heist_goes_on_when_the_file_reader_is_killed() {
    if docker(&["version", "--format", "{{.Server.Version}}"]).is_none() {
        assert!(std::env::var("HEIST_TEST_DOCKER").as_deref() != Ok("require"), "no Docker engine answers");
        eprintln!("SKIPPED: no Docker engine answers");
        return;
    }
    let place = Place::new();
    let fleet = format!("heist-killed-{}", std::process::id());
    let (model, speak) = held(good);
    let args = ["--ci", "--json", "--seed", "7", "--tools", "docker", "--port-base", "18701", "--rounds", "2"];
    let mut child = place
        .program(&[&args[..], &["--llm", "openai", "--llm-url", &model.url, "--fleet", &fleet]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let reader = format!("{fleet}-file-reader");

    let mut speak = Some(speak);
    let mut events: Vec<Value> = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if event["kind"] == "round.started" && event["round"] == 1 {
            assert!(docker(&["kill", &reader]).is_some(), "{reader} was not there to be killed");
        }
        if event["kind"] == "service.changed" && event["service"] == "file-reader" && event["state"] == "starting" {
            // The crew calls it while it comes up again. Before the heist nobody waits to speak.
            if events.iter().any(|event| event["kind"] == "turn.started") {
                speak.take();
            }
        }
        events.push(event);
    }
    assert!(child.wait().unwrap().success());

    assert_eq!(events[0]["tools"]["backend"], "docker");
    let count = |kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
    assert_eq!(count("message.completed"), 6 * 2 + 1);
    assert_eq!(count("tool.called"), count("tool.returned") + count("tool.denied"));
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
    let states: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "service.changed" && event["service"] == "file-reader")
        .map(|event| event["state"].as_str().unwrap())
        .collect();
    // Docker 20.10 may be late with a death, and then it is told that nothing answers.
    assert!(states.iter().any(|state| ["exited", "unhealthy"].contains(state)), "the death was not told: {states:?}");
    let answered = |event: &&Value| event["kind"] == "tool.returned" && event["tool"] == "file_reader";
    assert!(events.iter().filter(answered).count() > 0, "it was called");
    assert!(events.iter().filter(answered).all(|event| event["ok"] == true), "each call waited for it");

    let filter = format!("name={fleet}");
    assert_eq!(docker(&["ps", "--all", "--quiet", "--filter", &filter]).as_deref(), Some(""), "containers stay behind");
    assert_eq!(
        docker(&["network", "ls", "--quiet", "--filter", &filter]).as_deref(),
        Some(""),
        "a network stays behind"
    );
    for volume in docker(&["volume", "ls", "--quiet", "--filter", &filter]).unwrap_or_default().lines() {
        docker(&["volume", "rm", volume]);
    }
}
