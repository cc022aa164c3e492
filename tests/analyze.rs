//! `analyze`, as a person runs it: on the program's own exports, on other agents' transcripts, on rubbish.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::{PROGRAM, Place, events, of_kind};

fn analyze(args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("analyze").args(args).output().unwrap()
}

/// A file of that name in the place.
fn file(place: &Place, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let file = place.database().with_file_name(name);
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn an_export_gives_the_scores_that_the_heist_itself_had() {
    let place = Place::new();
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "3"]);
    let told = events(&heist);
    let last = of_kind(&told, "suspicion.changed").pop().unwrap()["agents"].clone();
    let export = file(&place, "heist.jsonl", &heist.stdout);
    let output = analyze(&["--json", export.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let analysis: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(analysis["file"], export.to_str().unwrap());
    for agent in analysis["agents"].as_array().unwrap() {
        let there = last.as_array().unwrap().iter().find(|it| it["agent"] == agent["agent"]).unwrap();
        let (ours, theirs) = (agent["score"].as_f64().unwrap(), there["score"].as_f64().unwrap());
        assert!((ours - theirs).abs() < 1e-9, "{agent}");
        for family in ["tool_usage", "timing", "message_anomaly", "information_quality"] {
            assert!(agent["families"][family].is_number(), "{agent}");
        }
    }
    let ranks: Vec<_> = analysis["agents"].as_array().unwrap().iter().map(|it| it["rank"].as_u64().unwrap()).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_verdict_of_an_export_and_what_follows_it_are_not_read() {
    let place = Place::new();
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "2"]);
    let text = String::from_utf8(heist.stdout).unwrap();
    let until = text.lines().take_while(|line| !line.contains("verdict.reached")).collect::<Vec<_>>().join("\n");
    let with_rubbish = format!("{text}this is not JSON at all\n");
    let analyses = [("until", until), ("whole", text.clone()), ("rubbish", with_rubbish)].map(|(name, text)| {
        let file = file(&place, name, text);
        let output = analyze(&["--json", file.to_str().unwrap()]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["agents"].clone()
    });
    assert_eq!(analyses[0], analyses[1]);
    assert_eq!(analyses[0], analyses[2]);
}

#[test]
fn agents_of_any_name_are_weighed_with_their_evidence() {
    let place = Place::new();
    let lines = [
        json!({ "agent": "alpha", "tool": "file_reader", "arguments": "server.txt", "result": "The server room is on the second floor. The door is locked at 21:00.", "ok": true, "turn": 1 }),
        json!({ "agent": "alpha", "message": "The door of the server room is locked at 21:00.", "turn": 1 }),
        json!({ "agent": "beta", "message": "I agree with alpha." }),
        json!({ "agent": "gamma", "message": "The door of the server room is locked at 23:30." }),
    ];
    let text = lines.map(|line| line.to_string()).join("\n");
    let one = file(&place, "one.jsonl", &text);
    let two = file(&place, "two.jsonl", text);
    let output = analyze(&["--json", one.to_str().unwrap(), two.to_str().unwrap()]);
    let analyses: Vec<Value> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(analyses.len(), 2, "one result for each file");
    assert_eq!(analyses[0]["agents"], analyses[1]["agents"]);
    let first = &analyses[0]["agents"][0];
    assert_eq!(first["agent"], "gamma");
    assert_eq!(first["evidence"][0]["message"], "m4", "the line that it was found in");
    let output = analyze(&[one.to_str().unwrap()]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("1. gamma"));
}

#[test]
fn what_is_no_transcript_is_refused_with_its_line_and_the_others_are_weighed() {
    let place = Place::new();
    let good = file(&place, "good", "{\"agent\":\"a\",\"message\":\"Hello.\"}\n");
    let good = good.to_str().unwrap();
    let cases: [(&str, &[u8], i32, &str); 8] = [
        ("empty", b"", 2, "no message"),
        ("text", b"{\"agent\":\"a\",\"message\":\"x\"}\nhello\n", 2, "line 2"),
        ("array", b"[1,2]", 2, "line 1"),
        ("nobody", b"{\"message\":\"x\"}", 2, "agent"),
        ("nothing", b"{\"agent\":\"a\"}", 2, "neither"),
        ("both", b"{\"agent\":\"a\",\"message\":\"x\",\"tool\":\"t\"}", 2, "both"),
        ("bytes", b"\xff\xfe\x00", 2, "line 1"),
        ("event", b"{\"kind\":\"message.completed\",\"agent\":5}", 2, "message.completed"),
    ];
    for (name, text, code, says) in cases {
        let bad = file(&place, name, text);
        let output = analyze(&[bad.to_str().unwrap(), good]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {error}");
        assert!(error.contains(says) && error.contains(bad.to_str().unwrap()), "{name}: {error}");
        assert!(String::from_utf8(output.stdout).unwrap().contains("100 %"), "{name}");
    }
    let missing = analyze(&["/nowhere/at/all"]);
    assert_eq!(missing.status.code(), Some(3));
    let long = file(&place, "long", vec![b'x'; (1 << 20) + 10]);
    assert!(String::from_utf8(analyze(&[long.to_str().unwrap()]).stderr).unwrap().contains("longer than"));
}
