//! The commands about recorded heists, as a person runs them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use heist_tui::heist::{Event, EventKind, Timestamp};
use heist_tui::store::Store;
use serde_json::{Value, json};
use support::model::{Answer, ModelServer, message};
use support::{Place, events, of_kind, told};

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
    let output = place.program(&["sessions", "list"]).env("TZ", "UTC").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<_> = text.lines().collect();
    let began = list[1]["started_at"].as_str().unwrap()[..16].replace('T', " ");
    assert!(rows[0].contains("began") && rows[2].starts_with(&first) && rows[2].contains(&began), "{text}");

    let shown = json(&place, &["sessions", "show", &first, "--json"]);
    assert_eq!(shown["seed"], 7);
    assert_eq!(shown["seal_holds"], true);
    assert_eq!(shown["agents"].as_array().unwrap().len(), 6);
    let scores: f64 = shown["agents"].as_array().unwrap().iter().map(|it| it["score"].as_f64().unwrap()).sum();
    assert!((scores - 1.0).abs() < 1e-9);
    let text = told(&place, &["sessions", "show", &first]);
    assert!(text.contains("seal      holds") && text.contains("safecracker"), "{text}");
    assert!(text.contains("\nThe plan that was carried out\n") && text.contains("\nThe job\n"), "{text}");

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
fn stats_count_every_game() {
    let (place, _) = two_heists();
    let stats = json(&place, &["stats", "--json"]);
    assert_eq!(stats["sessions"][0], serde_json::json!({ "what": "completed", "count": 2 }));
    assert_eq!(stats["guessers"][0]["games"], 2);
    let games: u64 = stats["strategies"].as_array().unwrap().iter().map(|it| it["games"].as_u64().unwrap()).sum();
    assert_eq!(games, 2);
    assert!(told(&place, &["stats"]).starts_with("Sessions: 2 completed\n"));
    assert_eq!((&stats["speakers"][0]["model"], &stats["speakers"][0]["games"]), (&Value::Null, &Value::from(2)));
}

#[test]
fn stats_tell_what_the_player_has_achieved_once_there_is_a_game() {
    let (place, [(_, heist), _]) = two_heists();
    let achieved = |place: &Place| {
        let all = json(place, &["stats", "--json"])["achievements"].as_array().unwrap().clone();
        assert_eq!(all.len(), 8);
        all.into_iter().filter(|it| !it["earned"].is_null()).collect::<Vec<_>>()
    };
    assert!(achieved(&place).is_empty(), "the detector has no achievements");
    assert!(!told(&place, &["stats"]).contains("achievement"));
    // Naming the mole of a heist that was seen before is nothing; naming another's is.
    let mole = |heist: &Output| of_kind(&events(heist), "verdict.reached")[0]["mole"].as_str().unwrap().to_owned();
    let known = place.scripted(&["--seed", "7", "--rounds", "2", "--guess", &mole(&heist)]);
    assert!(known.status.success() && achieved(&place).is_empty());
    let elsewhere = Place::new();
    let other = elsewhere.scripted(&["--json", "--seed", "9", "--rounds", "1"]);
    let caught = place.scripted(&["--json", "--seed", "9", "--rounds", "1", "--guess", &mole(&other)]);
    let at = of_kind(&events(&caught), "verdict.reached")[0]["at"].clone();
    let earned = achieved(&place);
    assert_eq!((&earned[0]["name"], &earned[0]["earned"]), (&Value::from("first catch"), &at), "{earned:?}");
    let text = told(&place, &["stats"]);
    let line = text.lines().find(|line| line.starts_with("first catch")).unwrap();
    assert!(line.contains(&at.as_str().unwrap()[..10]) && text.contains("\nregular "), "{text}");
    assert!(text.contains("Moles caught: 1. Right in a row: 1 now, 1 at best.\n"), "{text}");
    assert!(text.contains("Not counted, because the answer was known: 1 game.\n"), "{text}");
}

#[test]
fn every_reader_makes_the_same_remarks() {
    let (place, [(first, _), _]) = two_heists();
    let shown = json(&place, &["sessions", "show", &first, "--json"]);
    let remarks = shown["remarks"].as_array().unwrap();
    assert!(!remarks.is_empty());
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for command in [&["sessions", "show", &first][..], &["replay", &first, "--ci"]] {
        let text = words(&told(&place, command));
        for remark in remarks {
            assert!(text.contains(remark.as_str().unwrap()), "{command:?}: {remark}");
        }
    }
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

/// What a model says that is asked for the `n`th time: no tool where it is to choose, else a message like no other.
fn good(body: &Value, n: usize) -> Answer {
    Answer::Text(match body.get("response_format") {
        Some(_) => json!({"tool": "none", "argument": "", "more": false}).to_string(),
        None => message(n),
    })
}

/// A server that lets nobody in from the tenth request on, until it is told to.
fn closing_server() -> (ModelServer, Arc<AtomicBool>) {
    let is_open = Arc::new(AtomicBool::new(false));
    let opens = Arc::clone(&is_open);
    let server = ModelServer::start(&["m"], move |body, n| {
        if n < 10 || opens.load(Ordering::SeqCst) { good(body, n) } else { Answer::Status(401, "{}".to_owned()) }
    });
    (server, is_open)
}

const PLAY: [&str; 10] =
    ["--ci", "--json", "--tools", "embedded", "--rounds", "2", "--judge", "off", "--llm", "openai"];

/// Plays with the server until it closes; gives the session, and the command that was told.
fn cut_off(place: &Place, server: &ModelServer, db: &str) -> (String, String) {
    let args = [&PLAY[..], &["--guess", "none", "--llm-url", &server.url, "--db", db]].concat();
    let output = place.bare(&args).current_dir(place.path()).output().unwrap();
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    let session = events(&output)[0]["session"].as_str().unwrap().to_owned();
    (session, told.trim().split_once("Resume with: ").unwrap().1.to_owned())
}

#[test]
fn what_is_told_goes_on_with_the_server_that_spoke() {
    let place = Place::new();
    let (server, is_open) = closing_server();
    let (session, told) = cut_off(&place, &server, "my games/it's $HOME.db");
    assert_eq!(told, format!(r"heist-tui resume {session} --ci --json --guess none --db 'my games/it'\''s $HOME.db'"));
    is_open.store(true, Ordering::SeqCst);
    let before = server.asked().len();
    // What the environment says by now is not what the heist was played with.
    let other = ModelServer::start(&["m"], good);
    let output = place.as_told(&told).env("HEIST_LLM_URL", &other.url).env("HEIST_LLM", "scripted").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let events = events(&output);
    assert_eq!(events[0]["kind"], "session.resumed");
    assert_eq!(of_kind(&events, "guess.made")[0]["agent"], Value::Null);
    assert!(server.asked().len() > before && other.asked().is_empty());
    assert!(of_kind(&events, "service.changed").iter().all(|it| !it.to_string().contains("from here on")));
}

#[test]
fn what_the_heist_was_played_with_and_is_gone_is_told() {
    let place = Place::new();
    let (server, is_open) = closing_server();
    let db = place.database();
    let (session, _) = cut_off(&place, &server, db.to_str().unwrap());
    let kept = rusqlite::Connection::open(&db).unwrap();
    let sql = "UPDATE sessions SET terms = replace(terms, ?1, 'http://127.0.0.1:9/v1')";
    assert_eq!(kept.execute(sql, [&server.url]).unwrap(), 1);
    drop(kept);
    let resume =
        |more: &[&str]| place.program(&[&["resume", &session, "--ci", "--json"], more].concat()).output().unwrap();
    let output = resume(&[]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{told}");
    for words in ["was played with m at http://127.0.0.1:9/v1", "Connection refused", "`--llm scripted` goes on"] {
        assert!(told.contains(words), "{told}");
    }
    // Another is named; from then on it is the heist's own.
    is_open.store(true, Ordering::SeqCst);
    let output = resume(&["--llm-url", &server.url, "--model", "n"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("does not offer n; it offers m"));
    let output = resume(&["--llm", "scripted"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let words = "from here on the scripted crew speaks instead of m at http://127.0.0.1:9/v1";
    assert!(of_kind(&events(&output), "service.changed").iter().any(|it| it["detail"] == words));
}

#[test]
fn a_password_is_neither_kept_nor_told() {
    let place = Place::new();
    let (server, is_open) = closing_server();
    let secret = server.url.replace("http://", "http://me:hunter2@");
    let args = [&PLAY[..], &["--llm-url", &secret]].concat();
    let output = place.program(&args).env("HEIST_LLM_KEY", "hunter3").output().unwrap();
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    let kept = std::fs::read(place.database()).unwrap();
    for bytes in [&kept, &output.stderr, &output.stdout] {
        assert!(!bytes.windows(6).any(|word| word == b"hunter"), "{}", String::from_utf8_lossy(bytes));
    }
    let (_, told) = told.trim().split_once("Resume with: ").unwrap();
    let output = place.as_told(told).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("its name and password are not kept"));
    is_open.store(true, Ordering::SeqCst);
    let output = place.as_told(told).env("HEIST_LLM_URL", &secret).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_heist_that_runs_is_left_alone_and_one_that_was_killed_is_not_running() {
    let place = Place::new();
    let server = ModelServer::start(&["m"], |body, n| match good(body, n) {
        Answer::Text(text) => Answer::Pieces(vec![text], Duration::from_millis(100)),
        other => other,
    });
    let args = [&PLAY[..], &["--llm-url", &server.url]].concat();
    let mut first = place.program(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let session = next()["session"].as_str().unwrap().to_owned();
    while next()["kind"] != "message.completed" {}
    assert_eq!(json(&place, &["sessions", "--json"])[0]["status"], "running");
    for args in [&["resume", &session, "--ci"][..], &["sessions", "rm", &session]] {
        let output = place.program(args).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("being played by another process"), "{args:?}");
    }
    // It goes on as if nothing had been.
    let last = next()["seq"].as_u64().unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let row = &json(&place, &["sessions", "--json"])[0];
    assert!(row["status"] == "failed" && row["resumable"] == true, "{row}");
    assert!(told(&place, &["sessions", "show", &session]).contains("its program was ended"));
    let kept = told(&place, &["export", &session, "--format", "json"]);
    assert!(kept.lines().count() as u64 >= last);
    assert!(told(&place, &["sessions", "rm", &session]).contains("removed"));
}

#[test]
fn events_that_are_lost_are_told_and_a_heist_goes_on_without_them() {
    let place = Place::new();
    let (server, is_open) = closing_server();
    let (session, _) = cut_off(&place, &server, place.database().to_str().unwrap());
    is_open.store(true, Ordering::SeqCst);
    // As if the process had been killed and its log been lost.
    let witness = place.path().join(format!("heist.db-{session}.witness"));
    std::fs::write(&witness, format!("{:020}\n", 999)).unwrap();
    for args in [&["sessions"][..], &["stats"], &["export", &session, "--format", "md"]] {
        let output = place.program(args).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && told.contains("999 events were recorded"), "{args:?}: {told}");
    }
    let output = place.program(&["resume", &session, "--ci", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("999 events were recorded"));
    let rest = events(&output);
    assert_eq!(of_kind(&rest, "fault.raised")[0]["where"], "database", "{rest:?}");
    assert!(!witness.exists());
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
