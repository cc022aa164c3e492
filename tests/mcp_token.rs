//! `mcp token` as a person runs it: what is wrong before there is a set, and on real containers a configuration that a client
//! gets in with. Without an engine the latter says that it is skipped, unless `HEIST_TEST_DOCKER=require` is set.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::process::{Command, Output};

use serde_json::{Value, json};
use support::Place;

fn error(output: &Output) -> String {
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn whoever_is_not_of_the_crew_gets_no_token() {
    let place = Place::new();
    let crew = place.path().join("crew.toml");
    let agent = |name: &str| format!("[[agents]]\nname = \"{name}\"\nrole = \"looks on\"\ntools = []\n");
    std::fs::write(&crew, ["one", "two"].map(agent).concat()).unwrap();
    let crew = crew.to_str().unwrap();
    for (args, words) in [
        (&["butler"][..], &["nobody of the name butler", "hacker"][..]),
        (&["hacker", "--crew", crew], &["nobody of the name hacker", "one, two"]),
        (&["one", "--crew", crew], &["one may call no tool", "scopes"]),
        (&["hacker", "--bank", "seed"], &["first-meridian"]),
        (&[], &["AGENT"]),
    ] {
        let output = place.bare(&[&["mcp", "token"], args].concat()).output().unwrap();
        let told = error(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
    }
}

#[tokio::test]
async fn a_configuration_lets_a_client_in() {
    let engine = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).output();
    if !engine.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var("HEIST_TEST_DOCKER").as_deref() != Ok("require"), "no Docker engine answers");
        eprintln!("SKIPPED: no Docker engine answers");
        return;
    }
    let place = Place::new();
    let fleet = format!("heist-mcp-{}", std::process::id());
    let set = ["--fleet", &fleet, "--port-base", "18721"];
    let run = |args: &[&str]| place.bare(&[args, &set].concat()).output().unwrap();
    let none = run(&["mcp", "token", "hacker"]);
    assert_eq!(none.status.code(), Some(3));
    assert!(error(&none).contains(&format!("the set {fleet} is not up: `heist-tui up` starts it")), "{none:?}");

    let up = run(&["up"]);
    assert!(up.status.success(), "{up:?}");
    let printed = run(&["mcp", "token", "hacker", "--bank", "7"]);
    let seen = called(&printed).await;
    let down = run(&["down", "--volumes"]);
    assert!(down.status.success(), "{down:?}");
    let told = String::from_utf8_lossy(&printed.stderr);
    assert!(told.contains("the tools of hacker") && told.contains("UTC"), "{told}");
    let layout = heist_bank::Bank::of(7).documents().into_iter().find(|it| it.name == "bank_layout.txt").unwrap();
    assert_eq!(seen, json!({format!("{fleet}-calculator"): "2700", format!("{fleet}-file-reader"): layout.text}));
}

/// What the servers of a printed configuration answer.
async fn called(printed: &Output) -> Value {
    let config: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let mut seen = json!({});
    for (name, server) in config["mcpServers"].as_object().unwrap() {
        let params = if name.ends_with("calculator") {
            json!({"name": "calculator", "arguments": {"expression": "45*60"}})
        } else {
            json!({"name": "file_reader", "arguments": {"filename": "bank_layout.txt"}})
        };
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let request = reqwest::Client::new().post(server["url"].as_str().unwrap());
        let request = request.header("authorization", server["headers"]["Authorization"].as_str().unwrap());
        let request = request.header("accept", "application/json, text/event-stream").json(&message);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        seen[name] = answer["result"]["content"][0]["text"].clone();
    }
    seen
}
