//! Whole heists with a model server whose answers have other things in them than what is to be said, or nothing at all.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use support::model::{Answer, ModelServer, message};
use support::{Place, events, of_kind};

const WAIT: Duration = Duration::from_millis(20);

/// What the models of these tests think.
const THOUGHT: &str = "Nobody may know that I have changed the figure.\n\nThe walrus is a lie.";

fn start(place: &Place, server: &ModelServer) -> Child {
    let args = ["--ci", "--json", "--deltas", "--seed", "7", "--rounds", "1", "--tools", "embedded", "--judge", "off"];
    let mut command = place.program(&args);
    command.args(["--llm", "openai", "--llm-url", &server.url]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for the end, at most so long.
fn end(child: &mut Child, limit: Duration) -> ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if began.elapsed() > limit {
            child.kill().unwrap();
            panic!("not at its end after {limit:?}");
        }
        sleep(WAIT);
    }
}

/// Plays a heist: its exit code, its events, and what it said besides.
fn play(server: &ModelServer) -> (Option<i32>, Vec<Value>, String) {
    let output = start(&Place::new(), server).wait_with_output().unwrap();
    (output.status.code(), events(&output), String::from_utf8(output.stderr).unwrap())
}

fn asks_json(body: &Value) -> bool {
    body.get("response_format").is_some()
}

/// The answer of a good model: no tool, or a message.
fn text(body: &Value, n: usize) -> String {
    if asks_json(body) { json!({"tool": "none", "argument": ""}).to_string() } else { message(n) }
}

/// A stream that ends well, of these pieces of a message.
fn stream(deltas: &[Value]) -> String {
    let event = |delta: &Value| format!("data: {}\n\n", json!({"choices": [{"delta": delta}]}));
    let pieces: String = deltas.iter().map(event).collect();
    pieces + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
}

#[test]
fn thoughts_are_neither_said_nor_shown() {
    let marks = [
        ("<think>", "</think>"),
        ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("[THINK]", "[/THINK]"),
        ("<Seed:Thinking>", "</Seed:Thinking>"),
    ];
    let server = ModelServer::start(&["m"], move |body, n| {
        let (open, close) = marks[n % marks.len()];
        let whole = format!("{open}{THOUGHT} {{\"tool\": 3}}{close}{}", text(body, n));
        let chars: Vec<_> = whole.chars().collect();
        Answer::Raw(stream(
            &chars.chunks(3).map(|piece| json!({"content": String::from_iter(piece)})).collect::<Vec<_>>(),
        ))
    });
    let (code, events, told) = play(&server);
    assert_eq!((code, of_kind(&events, "message.completed").len()), (Some(0), 7), "{told}");
    for shown in of_kind(&events, "message.completed").into_iter().chain(of_kind(&events, "message.delta")) {
        let text = shown["text"].as_str().unwrap().to_lowercase();
        assert!(!["walrus", "nobody", "think", "final", "<", "["].iter().any(|word| text.contains(word)), "{text}");
    }
}

#[test]
fn where_all_comes_as_reasoning_that_is_told_and_nothing_of_it_is_said() {
    let server = ModelServer::start(&["m"], |body, n| {
        let field = if asks_json(body) { "content" } else { "reasoning" };
        Answer::Raw(stream(&[json!({ field: text(body, n) })]))
    });
    let (code, events, told) = play(&server);
    assert!(code == Some(4) && told.contains("came as reasoning"), "{told}");
    assert!(of_kind(&events, "message.completed").is_empty() && of_kind(&events, "message.delta").is_empty());
}

#[test]
fn parts_halves_and_errors_in_plain_words_cost_no_turn() {
    let server = ModelServer::start(&["m"], |body, n| {
        let text = text(body, n);
        let part = json!({"content": [{"type": "thinking", "thinking": THOUGHT}, {"type": "text", "text": text}]});
        match n % 4 {
            0 => Answer::Raw(stream(&[part])),
            1 if !asks_json(body) => {
                let half = |half: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{half}\"}}}}]}}\n\n");
                Answer::Raw(half(r"\ud83d") + &half(r"\ude80 ") + &stream(&[json!({"content": text})]))
            }
            2 if n < 8 => Answer::Raw("data: The engine was unloaded.\n\n".to_owned()),
            _ => Answer::Raw(json!({"choices": [{"message": {"content": text}}]}).to_string()),
        }
    });
    let (code, events, told) = play(&server);
    let said = of_kind(&events, "message.completed");
    assert_eq!((code, said.len()), (Some(0), 7), "{told}");
    assert!(said.iter().all(|message| message["text"].as_str().unwrap().contains("Door")), "{said:?}");
    let faults = of_kind(&events, "fault.raised");
    assert!(
        !faults.is_empty() && faults.iter().all(|it| it["message"].as_str().unwrap().contains("was unloaded")),
        "{faults:?}"
    );
}

#[test]
fn a_flood_that_says_nothing_ends_by_itself() {
    let server = ModelServer::start(&["m"], |_, _| Answer::Flood("\n", Duration::ZERO));
    let place = Place::new();
    let mut heist = start(&place, &server);
    // Read, so that nothing waits for room to write.
    let mut told = heist.stderr.take().unwrap();
    let told = thread::spawn(move || {
        let mut text = String::new();
        told.read_to_string(&mut text).unwrap();
        text
    });
    let status = end(&mut heist, Duration::from_mins(1));
    let told = told.join().unwrap();
    assert!(status.code() == Some(4) && told.contains("too long"), "{told}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_program_whatever_a_server_does() {
    let nothing = "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n";
    for (flood, signal) in [("\n", "-INT"), (":\n", "-TERM"), (nothing, "-INT")] {
        let server = ModelServer::start(&["m"], move |_, _| Answer::Flood(flood, Duration::from_millis(50)));
        let place = Place::new();
        let mut heist = start(&place, &server);
        let began = Instant::now();
        while server.asked().is_empty() {
            assert!(began.elapsed() < Duration::from_secs(30), "the server is not asked");
            sleep(WAIT);
        }
        sleep(10 * WAIT);
        assert!(Command::new("kill").args([signal, &heist.id().to_string()]).status().unwrap().success());
        assert_eq!(end(&mut heist, Duration::from_secs(10)).code(), Some(130), "{flood:?}");
    }
}
