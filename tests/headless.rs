//! Whole headless heists with the scripted crew and embedded tools: their events, what stays secret, and exit codes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use heist_tui::heist::{Event, EventKind, Strategy, commitment};
use heist_tui::store::Store;
use serde_json::Value;
use support::{Place, events, of_kind};

/// The events without what depends on when and where they were told.
fn timeless(mut events: Vec<Value>) -> Vec<Value> {
    for event in &mut events {
        let event = event.as_object_mut().unwrap();
        for key in ["at", "session", "ms"] {
            event.remove(key);
        }
    }
    events
}

#[test]
fn a_heist_runs_from_its_opening_to_its_end() {
    let output = Place::new().scripted(&["--json", "--seed", "7"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let events = events(&output);
    for (event, seq) in events.iter().zip(1..) {
        assert_eq!(event["seq"], seq);
    }
    assert_eq!(events[0]["kind"], "session.started");
    assert_eq!(events[0]["llm"]["backend"], "scripted");
    assert_eq!(events[0]["tools"]["backend"], "embedded");
    assert_eq!(of_kind(&events, "round.started").len(), 5);
    assert_eq!(of_kind(&events, "turn.started").len(), 31);
    assert_eq!(of_kind(&events, "message.completed").len(), 31);
    let calls = of_kind(&events, "tool.called").len();
    assert!(calls >= 10, "{calls} calls");
    assert_eq!(calls, of_kind(&events, "tool.returned").len() + of_kind(&events, "tool.denied").len());
    assert!(of_kind(&events, "tool.returned").iter().filter(|answer| answer["ok"] == true).count() >= 10);
    for suspicion in of_kind(&events, "suspicion.changed") {
        let sum: f64 = suspicion["agents"].as_array().unwrap().iter().map(|it| it["score"].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{suspicion}");
    }
    let end = &events[events.len() - 4..];
    assert_eq!(end[0]["kind"], "guess.made");
    assert_eq!(end[0]["by"], "detector");
    assert_eq!(end[1]["kind"], "verdict.reached");
    assert_eq!(end[2]["kind"], "heist.played");
    assert_eq!(end[2]["plan"].as_array().unwrap().len(), 6);
    assert_eq!(end[3]["kind"], "session.completed");
    assert_eq!(end[3]["messages"], 31);
}

#[test]
fn a_blind_game_shows_no_suspicion_before_the_guess() {
    let seen = |more: &[&str]| {
        let output = Place::new().scripted(&[&["--seed", "7", "--rounds", "2"], more].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    let (open, blind) = (seen(&[]), seen(&["--blind"]));
    assert_eq!(open.matches("Suspicion after round").count(), 2);
    let (before, after) = blind.split_once("The detector accuses").unwrap();
    assert!(!before.contains("Suspicion") && !before.contains(" %"), "{before}");
    assert!(after.contains("The detector's first suspect"), "{after}");
}

#[test]
fn what_was_asserted_decides_how_the_program_ends() {
    let place = Place::new();
    let ends = |asserted: &[&str]| {
        let args = asserted.iter().flat_map(|what| ["--assert", what]).collect::<Vec<_>>();
        let output = place.scripted(&[&["--json", "--seed", "7", "--rounds", "2"], &args[..]].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), events(&output).len())
    };
    let (code, said, _) = ends(&["messages=13", "calls>=6", "messages.driver<=3", "faults=0"]);
    assert_eq!((code, said.contains("--assert")), (Some(0), false), "{said}");
    let (code, said, events) = ends(&["messages=13", "messages.driver>=20", "calls.driver.file_reader>=1"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("--assert messages.driver>=20 does not hold: it was 2"), "{said}");
    assert!(said.contains("--assert calls.driver.file_reader>=1 does not hold: it was 0"), "{said}");
    assert!(events > 50, "the heist is played all the same");
    let (code, said, events) = ends(&["calls.driver.flie_reader>=1"]);
    assert_eq!((code, events), (Some(2), 0), "{said}");
    assert!(said.contains("flie_reader is no agent of this crew"), "{said}");
    let nothing = place.program(&["resume", "--ci"]).output().unwrap();
    assert_eq!(nothing.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("has no session that was cut off"));
}

#[test]
fn every_line_is_an_event_of_the_vocabulary() {
    let output = Place::new().scripted(&["--json", "--seed", "3", "--rounds", "2"]);
    for line in output.stdout.lines() {
        let line = line.unwrap();
        let event: Event = serde_json::from_str(&line).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
    }
}

#[test]
fn the_same_seed_gives_the_same_events_times_aside() {
    let play = || timeless(events(&Place::new().scripted(&["--json", "--seed", "7"])));
    let (first, second) = (play(), play());
    assert!(first.len() > 100);
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(one, other);
    }
    assert_eq!(first.len(), second.len());
    assert_ne!(first, timeless(events(&Place::new().scripted(&["--json", "--seed", "8"]))));
}

#[test]
fn a_killed_heist_goes_on_as_if_nothing_had_happened() {
    let ours = |events: Vec<Value>| {
        let aside = ["service.changed", "session.resumed"];
        let kept = timeless(events).into_iter().filter(|event| !aside.contains(&event["kind"].as_str().unwrap()));
        kept.map(|mut event| {
            event.as_object_mut().unwrap().remove("seq");
            event
        })
        .collect::<Vec<_>>()
    };
    let whole =
        ours(events(&Place::new().scripted(&["--json", "--seed", "7", "--rounds", "3", "--difficulty", "hard"])));
    for lines in [8, 9, 10, 11, 12, 60, 85] {
        let place = Place::new();
        let args = ["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--seed", "7", "--rounds", "3"];
        let args = [&args[..], &["--difficulty", "hard"]].concat();
        let mut heist = place.program(&args).stdout(Stdio::piped()).spawn().unwrap();
        let mut seen = BufReader::new(heist.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&seen.next().unwrap().unwrap()).unwrap();
        seen.by_ref().take(lines).for_each(|line| drop(line.unwrap()));
        heist.kill().unwrap();
        heist.wait().unwrap();

        let session = first["session"].as_str().unwrap();
        let recorded = Store::open(&place.database()).unwrap().events(session).unwrap();
        // Without a name the newest goes on in which somebody's turn has begun.
        let named = if lines < 60 { vec!["resume", session] } else { vec!["resume"] };
        let args = [&named[..], &["--ci", "--json", "--llm", "scripted", "--tools", "embedded"]].concat();
        let output = place.program(&args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{lines}: {}", String::from_utf8_lossy(&output.stderr));
        let rest = events(&output);
        assert_eq!(rest[0]["seq"], recorded.len() as u64 + 1, "{lines}");
        assert_eq!(rest[0]["kind"], "session.resumed");

        let all: Vec<_> = Store::open(&place.database()).unwrap().events(session).unwrap();
        let all = ours(all.iter().map(|event| serde_json::to_value(event).unwrap()).collect());
        for (one, other) in all.iter().zip(&whole) {
            assert_eq!(one, other, "{lines}");
        }
        assert_eq!(all.len(), whole.len(), "{lines}");
    }
}

/// A file that may not grow any more stands for a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_cuts_a_heist_off_and_with_room_it_goes_on() {
    let place = Place::new();
    let limited = "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"";
    let heist = place.program(&["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--seed", "7"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", limited]).arg(heist.get_program()).args(heist.get_args()).envs(place.environment());
    let output = shell.output().unwrap();
    let why = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{why}");
    let begun: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(why.contains("no room is left on the disk for the database") && why.contains("heist.db"), "{why}");
    let (_, onward) = why.trim().split_once("Resume with: ").unwrap();
    let output = place.as_told(onward).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let rest = events(&output);
    assert_eq!(rest[0]["seq"].as_u64(), begun.last().unwrap()["seq"].as_u64().map(|last| last + 1));
    assert_eq!(rest.last().unwrap()["messages"], 31);
}

#[test]
fn what_cannot_go_on_is_told_with_the_reason() {
    let place = Place::new();
    let resume = |session: &str| {
        let output =
            place.program(&["resume", session, "--ci", "--llm", "scripted", "--tools", "embedded"]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, why) = resume("20260131-120000-000");
    assert_eq!(code, Some(3));
    assert!(why.contains("has no session 20260131-120000-000") && why.contains("none that was cut off"), "{why}");
    let done = events(&place.scripted(&["--json", "--rounds", "1"]));
    let (code, why) = resume(done[0]["session"].as_str().unwrap());
    assert_eq!(code, Some(2));
    assert!(why.contains("it has come to its end"), "{why}");
}

#[test]
fn a_job_is_played_again_from_its_event_with_all_its_movements() {
    let place = Place::new();
    for seed in 1..=12 {
        let (seed, guess) = (seed.to_string(), ["detector", "random", "none"][seed % 3]);
        let output = place.scripted(&["--json", "--seed", &seed, "--rounds", "3", "--guess", guess]);
        let text = String::from_utf8(output.stdout).unwrap();
        let mut bank = None;
        let mut films = 0;
        for event in text.lines().map(|line| serde_json::from_str::<Event>(line).unwrap()) {
            match event.kind {
                EventKind::SessionStarted(started) => bank = Some(started.bank.bank()),
                EventKind::HeistPlayed(job) => {
                    let film = job.film(bank.as_ref().unwrap()).expect("the same rules");
                    assert_eq!((film.timeline.outcome, film.timeline.loot), (job.outcome, job.loot), "seed {seed}");
                    films += 1;
                }
                _ => {}
            }
        }
        assert_eq!(films, 1, "seed {seed}");
    }
}

#[test]
fn no_event_before_the_verdict_tells_the_mole() {
    let seeds: Vec<u64> = (0..200).collect();
    std::thread::scope(|scope| {
        for part in seeds.chunks(50) {
            scope.spawn(move || {
                let place = Place::new();
                for seed in part {
                    keeps_its_secret(&place, *seed);
                }
            });
        }
    });
}

/// Before the verdict nothing says which strategy is played or with which nonce the promise was made, and no field is
/// named for the mole; afterwards the promise is kept.
fn keeps_its_secret(place: &Place, seed: u64) {
    let output = place.scripted(&["--json", "--deltas", "--seed", &seed.to_string(), "--rounds", "2"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let verdict_at = text.find("\"kind\":\"verdict.reached\"").expect("a verdict");
    let (before, rest) = text.split_at(text[..verdict_at].rfind('\n').unwrap() + 1);
    let verdict: Event = serde_json::from_str(rest.lines().next().unwrap()).unwrap();
    let EventKind::VerdictReached(verdict) = verdict.kind else { panic!("{verdict:?}") };

    assert!(!before.contains(&verdict.nonce), "seed {seed}: the nonce");
    for strategy in Strategy::ALL {
        assert!(!before.contains(strategy.name()), "seed {seed}: {strategy}");
    }
    for line in before.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let keys = keys(&event);
        for secret in ["mole", "strategy", "nonce", "orders", "sabotage", "truth", "act", "acts"] {
            assert!(!keys.iter().any(|key| key == secret), "seed {seed}: {line}");
        }
    }
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(log, "", "seed {seed}: diagnostics of a heist in which all went well");

    let opening: Value = serde_json::from_str(before.lines().next().unwrap()).unwrap();
    let promise = commitment(verdict.mole.as_deref(), verdict.strategy, &verdict.nonce);
    assert_eq!(opening["commitment"], promise, "seed {seed}");
}

fn keys(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map.iter().flat_map(|(key, value)| [vec![key.clone()], keys(value)].concat()).collect(),
        Value::Array(values) => values.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_exit_code_says_how_it_came_out() {
    let place = Place::new();
    let code = |args: &[&str]| place.scripted(&[&["--rounds", "1", "--seed", "5"], args].concat()).status.code();
    assert_eq!(code(&["--mole", "hacker", "--guess", "hacker", "--expect", "caught"]), Some(0));
    assert_eq!(code(&["--mole", "hacker", "--guess", "driver", "--expect", "caught"]), Some(1));
    assert_eq!(code(&["--mole", "hacker", "--guess", "none", "--expect", "missed"]), Some(0));
    assert_eq!(code(&["--mole", "none", "--guess", "none", "--expect", "caught"]), Some(0));
    assert_eq!(code(&["--mole", "hacker", "--guess", "hacker", "--expect", "missed"]), Some(1));
    assert_eq!(code(&["--guess", "random"]), Some(0));
    assert_eq!(code(&["--mole", "butler"]), Some(2));
    assert_eq!(code(&["--rounds", "0"]), Some(2));
}

#[test]
fn what_is_missing_is_named_with_exit_code_3() {
    let place = Place::new();
    let nobody = "http://127.0.0.1:9/v1";
    let output =
        place.program(&["--ci", "--llm", "openai", "--llm-url", nobody, "--tools", "embedded"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains(nobody) && told.contains("start it"), "{told}");

    let output = place
        .program(&["--ci", "--llm", "scripted", "--tools", "docker", "--docker-host", "unix:///nowhere.sock"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("/nowhere.sock"), "{told}");

    std::fs::write(place.database(), "this is no database, whatever its name says").unwrap();
    let output = place.scripted(&[]);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("heist.db"), "{told}");
}

#[test]
fn a_wrong_address_or_name_is_told_rather_than_played_around() {
    let output =
        Place::new().program(&["--ci", "--llm-url", "not an address", "--tools", "embedded"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let output = Place::new().program(&["--ci", "--llm", "scripted", "--fleet", "../x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn without_a_model_server_the_scripted_crew_plays_and_says_why() {
    let output = Place::new()
        .program(&["--ci", "--json", "--rounds", "1", "--llm-url", "http://127.0.0.1:9/v1", "--tools", "embedded"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let opening = &events(&output)[0];
    assert_eq!(opening["llm"]["backend"], "scripted");
    assert!(opening["llm"]["note"].as_str().unwrap().contains("127.0.0.1:9"), "{opening}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    let mut child = place
        .program(&["--ci", "--json", "--llm", "scripted", "--tools", "embedded"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("session.started"));
    // The pipe is closed here.
    let status = child.wait().unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((status.code(), told.as_str()), (Some(0), ""));
}

#[test]
fn without_a_terminal_the_game_says_what_to_do() {
    let output = Place::new().program(&[]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--ci"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_heist_is_recorded_as_stopped() {
    let place = Place::new();
    let mut child = place
        .program(&["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--rounds", "50"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    lines.find(|line| line.contains("message.completed")).expect("a message");
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let last = lines.last().expect("more events");
    assert!(last.contains("session.failed") && last.contains("\"stopped\":true"), "{last}");
    assert_eq!(child.wait().unwrap().code(), Some(130));

    let database = rusqlite::Connection::open(place.database()).unwrap();
    let status: String = database.query_row("SELECT status FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(status, "stopped");
}

#[test]
fn the_tables_hold_what_was_told() {
    let place = Place::new();
    let told = events(&place.scripted(&["--json", "--seed", "9", "--rounds", "2"]));
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let count = |table: &str| -> usize {
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!(count("events"), told.len());
    assert_eq!(count("messages"), of_kind(&told, "message.completed").len());
    assert_eq!(count("tool_calls"), of_kind(&told, "tool.called").len());
    assert_eq!(count("games"), 1);
    let status: String = database.query_row("SELECT status FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(status, "completed");
}
