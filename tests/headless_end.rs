//! How a heist without a terminal ends when it is told to, whoever reads what it prints.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::Place;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

fn tell(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Waits for the end, for so long and no longer.
fn end(mut child: Child) -> ExitStatus {
    let until = Instant::now() + PATIENCE;
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status,
            None if Instant::now() < until => thread::sleep(Duration::from_millis(20)),
            None => {
                child.kill().unwrap();
                panic!("it goes on");
            }
        }
    }
}

/// A heist that is over, but for what nobody has read; and what could be read.
fn unread(place: &Place, args: &[&str]) -> (Child, ChildStdout) {
    let game = ["--ci", "--llm", "scripted", "--tools", "embedded", "--seed", "7"];
    let mut command = place.program(&[&game, args].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    let until = Instant::now() + PATIENCE;
    let over = || {
        let database = rusqlite::Connection::open(place.database()).ok()?;
        let sql = "SELECT count(*) FROM sessions WHERE status = 'completed'";
        database.query_row(sql, [], |row| row.get::<_, u32>(0)).ok()
    };
    while over() != Some(1) {
        assert!(Instant::now() < until, "the heist waits for its reader");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(child.try_wait().unwrap().is_none(), "nothing is left to be read");
    (child, output)
}

#[test]
fn a_pipe_that_nobody_reads_does_not_hold_up_the_end() {
    for signal in ["-INT", "-TERM"] {
        let (child, _output) = unread(&Place::new(), &["--json", "--deltas"]);
        tell(signal, &child);
        assert_eq!(end(child).code(), Some(130), "{signal}");
    }
}

#[test]
fn a_reader_who_comes_late_reads_every_line_whole() {
    let (child, output) = unread(&Place::new(), &["--json", "--deltas"]);
    let events: Vec<Value> =
        BufReader::new(output).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let numbers: Vec<u64> = events.iter().filter_map(|event| event["seq"].as_u64()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
    assert!(end(child).success());
}

#[test]
fn an_error_output_that_nobody_reads_does_not_hold_up_the_end() {
    let place = Place::new();
    let mut command = place.program(&["--ci", "--llm", "scripted", "--tools", "embedded"]);
    let mut child = command.env("RUST_LOG", "trace").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // Held open and not read.
    let errors = child.stderr.take().unwrap();
    thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().unwrap().is_none(), "all that was logged has been taken");
    tell("-INT", &child);
    assert_eq!(end(child).code(), Some(130));
    drop(errors);
}

#[test]
fn a_signal_before_the_heist_begins_ends_the_program_too() {
    // Takes the request for its models in, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", silent.local_addr().unwrap());
    let place = Place::new();
    let child = place.program(&["--ci", "--llm", "openai", "--llm-url", &url]).spawn().unwrap();
    let (mut asked, _) = silent.accept().unwrap();
    asked.read_exact(&mut [0; 4]).unwrap();
    tell("-INT", &child);
    assert_eq!(end(child).code(), Some(130));
}
