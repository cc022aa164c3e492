//! Crews of one's own, played by the whole program.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

#[path = "../src/llm/tests/server.rs"]
#[allow(dead_code, reason = "the client's own tests use the rest")]
mod server;
mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use server::Seen;
use support::{Place, events, of_kind};

/// A crew file with so many agents, in the place's folder.
fn crew_file(place: &Place, count: usize) -> String {
    let mut text = String::from("[strategies.false_info]\nnormal = \"Swap left and right.\"\n");
    for n in 1..=count {
        let tools = ["\"calculator\"", "\"database_query\", \"file_reader\"", ""][n % 3];
        let _ = write!(
            text,
            "[[agents]]\nname = \"agent-{n}\"\nrole = \"does part {n}\"\ntools = [{tools}]\ncolour = \"cyan\"\n"
        );
    }
    let path = place.path().join("crew.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn crews_of_two_and_of_twelve_play_to_the_end() {
    for count in [2, 12] {
        let place = Place::new();
        let crew = crew_file(&place, count);
        let output = place.scripted(&["--json", "--seed", "7", "--rounds", "2", "--crew", &crew]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = events(&output);
        let members = told[0]["crew"].as_array().unwrap();
        assert_eq!(members.len(), count);
        assert_eq!(members[1], json!({ "name": "agent-2", "role": "does part 2", "tools": [], "colour": "cyan" }));
        assert_eq!(of_kind(&told, "message.completed").len(), 2 * count + 1);
        // Who has no tools calls none.
        assert!(of_kind(&told, "tool.called").iter().all(|call| call["agent"] != "agent-2"));
        assert_eq!(of_kind(&told, "session.completed").len(), 1);
    }
}

#[test]
fn a_tool_without_its_scope_is_refused() {
    let place = Place::new();
    let path = place.path().join("crew.toml");
    let text = "[[agents]]\nname = \"one\"\nrole = \"leads\"\ntools = [\"database_query\"]\nscopes = [\"tools:read\"]\n\
        [[agents]]\nname = \"two\"\nrole = \"helps\"\ntools = [\"database_query\"]\n";
    fs::write(&path, text).unwrap();
    let told = events(&place.scripted(&["--json", "--seed", "7", "--rounds", "2", "--crew", path.to_str().unwrap()]));
    let of = |kind: &str, agent: &str| of_kind(&told, kind).iter().filter(|event| event["agent"] == agent).count();
    assert!(of("tool.denied", "one") > 0 && of("tool.returned", "one") == 0);
    assert!(of("tool.denied", "two") == 0 && of("tool.returned", "two") > 0);
}

#[test]
fn moles_and_guesses_are_of_the_crew_that_plays() {
    let place = Place::new();
    let crew = crew_file(&place, 3);
    let play = |args: &[&str]| {
        let output = place.scripted(&[&["--seed", "5", "--rounds", "1", "--crew", &crew], args].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(play(&["--mole", "agent-2", "--guess", "agent-2", "--expect", "caught"]).0, Some(0));
    let (code, why) = play(&["--mole", "hacker"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("--mole names hacker") && why.contains("agent-1, agent-2, agent-3"), "{why}");
    let (code, why) = play(&["--guess", "agent_2"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("--guess names agent_2") && why.contains("agent-1, agent-2, agent-3"), "{why}");
}

#[test]
fn a_heist_that_was_cut_off_goes_on_with_the_crew_it_began_with() {
    let place = Place::new();
    let crew = crew_file(&place, 4);
    let args = ["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--seed", "7", "--crew", &crew];
    let mut heist = place.program(&args).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(heist.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    lines.by_ref().take(30).for_each(|line| drop(line.unwrap()));
    heist.kill().unwrap();
    heist.wait().unwrap();
    fs::remove_file(&crew).unwrap();

    let session = first["session"].as_str().unwrap();
    let resume = ["resume", session, "--ci", "--json", "--llm", "scripted", "--tools", "embedded"];
    let output = place.program(&resume).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let rest = events(&output);
    assert_eq!(rest.last().unwrap()["messages"], 21);
    assert!(of_kind(&rest, "turn.started").iter().all(|turn| turn["agent"].as_str().unwrap().starts_with("agent-")));
}

#[test]
fn an_agent_speaks_by_the_model_that_the_crew_file_names() {
    let place = Place::new();
    let path = place.path().join("crew.toml");
    let crew = |model: &str| {
        format!(
            "[[agents]]\nname = \"boss\"\nrole = \"leads\"\n[[agents]]\nname = \"safe-cracker\"\nrole = \"locks\"\nmodel = \
             {model:?}\n"
        )
    };
    let count = AtomicUsize::new(0);
    let (url, seen) = server::start(move |first| {
        if first.contains("/chat/completions") {
            let said = format!("It is {} minutes.", count.fetch_add(1, Ordering::Relaxed));
            return server::stream(&[server::piece(&said), server::stop()].concat());
        }
        server::json("200 OK", r#"{"object":"list","data":[{"id":"big"},{"id":"tiny"}]}"#)
    });
    let path = path.to_str().unwrap();
    let args = ["--ci", "--json", "--llm", "openai", "--llm-url", &url, "--tools", "embedded", "--rounds", "1"];
    let play = |model: &str| {
        fs::write(path, crew(model)).unwrap();
        place.program(&[&args[..], &["--crew", path]].concat()).output().unwrap()
    };
    let output = play("tiny");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let opening = &events(&output)[0];
    assert_eq!([&opening["llm"]["model"], &opening["llm"]["note"]], ["big", "safe-cracker is played by tiny"]);
    let mut turns = [0, 0];
    for request in seen.try_iter() {
        let Seen::Request(_, body) = request else { continue };
        let Ok(body) = serde_json::from_str::<Value>(&body) else { continue };
        let told = body["messages"].to_string();
        if told.contains("You are safe-cracker") {
            assert_eq!(body["model"], "tiny");
            turns[1] += 1;
        } else if told.contains("You are boss") {
            assert_eq!(body["model"], "big");
            turns[0] += 1;
        }
    }
    assert!(turns[0] >= 2 && turns[1] >= 1, "{turns:?}");

    let output = play("huge");
    let why = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{why}");
    assert!(why.contains("does not offer huge; it offers big, tiny"), "{why}");
}
