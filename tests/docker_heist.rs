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

/// Asks Docker's own client, and gives what it printed.
fn docker(args: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[test]
fn a_heist_goes_on_when_the_calculator_is_killed() {
    if docker(&["version", "--format", "{{.Server.Version}}"]).is_none() {
        assert!(std::env::var("HEIST_TEST_DOCKER").as_deref() != Ok("require"), "no Docker engine answers");
        eprintln!("SKIPPED: no Docker engine answers");
        return;
    }
    let place = Place::new();
    let fleet = format!("heist-killed-{}", std::process::id());
    // Many rounds, since the scripted crew talks faster than a container dies.
    let rounds = 40;
    let args = ["--ci", "--json", "--seed", "7", "--llm", "scripted", "--tools", "docker", "--port-base", "18701"];
    let mut child = place
        .program(&[&args[..], &["--rounds", &rounds.to_string(), "--fleet", &fleet]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let calculator = format!("{fleet}-calculator");

    let mut events: Vec<Value> = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if event["kind"] == "round.started" && event["round"] == 2 {
            assert!(docker(&["kill", &calculator]).is_some(), "{calculator} was not there to be killed");
        }
        events.push(event);
    }
    assert!(child.wait().unwrap().success());

    assert_eq!(events[0]["tools"]["backend"], "docker");
    let count = |kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
    assert_eq!(count("message.completed"), 6 * rounds + 1);
    assert_eq!(count("tool.called"), count("tool.returned") + count("tool.denied"));
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
    let states: Vec<_> = events
        .iter()
        .filter(|event| event["kind"] == "service.changed" && event["service"] == "calculator")
        .map(|event| event["state"].as_str().unwrap())
        .collect();
    let died = states.iter().position(|state| *state == "exited");
    assert!(died.is_some(), "the death was not told: {states:?}");

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
