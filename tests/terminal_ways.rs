//! How the program behaves as a program of the terminal: stopped and let go on, without colours or with ASCII alone, and
//! with a model whose text would steer the terminal, never ends, or breaks off.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use portable_pty::CommandBuilder;
use support::model::{Answer, ModelServer, message};
use support::terminal::Session;
use support::{PROGRAM, Place};

const SCRIPTED: [&str; 4] = ["--llm", "scripted", "--tools", "embedded"];

/// Starts a game with this model server.
fn start(place: &Place, server: &ModelServer, columns: u16, rows: u16) -> Session {
    let args = ["--llm", "openai", "--llm-url", &server.url, "--tools", "embedded", "--judge", "off", "--rounds", "1"];
    Session::start(place, &args, columns, rows)
}

/// A server that chooses no tool and says what it is told to; `say` is given how often it was asked to speak, from 1.
fn server(say: impl Fn(usize) -> Answer + Send + Sync + 'static) -> ModelServer {
    let asked = AtomicUsize::new(0);
    ModelServer::start(&["a-model"], move |body, _| {
        if body.get("response_format").is_some() {
            Answer::Text(r#"{"tool":"none","argument":"","more":false}"#.into())
        } else if body["max_tokens"] == 1 {
            Answer::Text("Yes.".into())
        } else {
            say(asked.fetch_add(1, Ordering::SeqCst) + 1)
        }
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(ToOwned::to_owned).collect()
}

#[test]
fn a_shell_stops_the_game_and_lets_it_go_on() {
    let place = Place::new();
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "--noediting", "-i"]);
    command.env("PS1", "ready> ");
    let mut shell = Session::run(command, &place, 100, 30);
    shell.see("ready>");
    let database = place.database();
    shell.press(&format!("{PROGRAM} {} --seed 7 --db {}\r", SCRIPTED.join(" "), database.display()));
    shell.see("Round 1");
    shell.press("\x1a");
    shell.wait("the shell", |screen| screen.contains("Stopped") && !screen.contains("? help"));
    shell.press("echo $((6 * 7)) is read by the shell\r");
    shell.see("42 is read by the shell");
    shell.press("fg; echo the game ended with $?\r");
    shell.see("? help");
    shell.press("qy");
    // Not only the shell's screen: until the game has ended it may still read what is typed.
    shell.see("the game ended with 0");
    shell.press("exit\r");
    assert!(shell.end().0.success());
}

#[test]
fn with_ascii_alone_nothing_else_is_shown() {
    let place = Place::new();
    let mut game =
        Session::start(&place, &[&SCRIPTED[..], &["--ascii", "--rounds", "1", "--mole", "none"]].concat(), 120, 40);
    game.see("Round 1");
    game.see("Who is the mole?");
    game.press("?");
    game.see("The guess and other questions");
    assert!(game.everything_shown().is_ascii());
    game.press("\x1b");
    game.see("Who is the mole?");
    game.press("0\r\r");
    game.skip_the_job();
    game.see("Right.");
    assert!(game.everything_shown().is_ascii());
    game.press("q");
    assert!(game.end().0.success());
}

#[test]
fn colours_are_those_of_the_configuration_or_none() {
    let place = Place::new();
    let folder = place.path().join("heist-tui");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), "[theme]\nplain = \"#010203\"\n").unwrap();
    let mut game = Session::start(&place, &SCRIPTED, 100, 30);
    game.see("planner");
    assert!(game.everything_shown().contains("38;2;1;2;3"));
    game.press("qy");
    game.end();
}

#[test]
fn a_models_escapes_and_its_endless_text_do_not_reach_the_terminal() {
    let place = Place::new();
    let server = server(move |turn| {
        let steering = format!("{} \x1b[2J\x1b]0;mine\x07\x1b[?1049l ", message(turn));
        match turn {
            // Ten megabytes.
            1 => Answer::Pieces([vec![steering], vec!["flood ".repeat(10_000); 170]].concat(), Duration::ZERO),
            2 => Answer::Text(steering),
            _ => Answer::Text(message(turn)),
        }
    });
    let mut game = start(&place, &server, 100, 30);
    // The text is not heard to its end, and the heist is over before the boot page has been read.
    game.see("All turns are over.");
    game.press("g");
    game.see("Who is the mole?");
    let shown = game.everything_shown();
    assert!(!shown.contains("\x1b]0;") && !shown.contains("\x1b[?1049l"));
    assert!(shown.len() < 4_000_000, "{} bytes were sent to the terminal", shown.len());
    game.press("0\r\r");
    game.skip_the_job();
    game.see("Verified: the mole was chosen");
    game.press("q");
    assert!(game.end().0.success());
}

#[test]
fn a_stream_survives_other_sizes_and_its_server_going_away() {
    let place = Place::new();
    let (seen, is_seen) = mpsc::channel();
    let is_seen = Mutex::new(is_seen);
    let server = server(move |asked| match asked {
        // The second agent's stream breaks off, when somebody looks; then nobody answers for a moment.
        2 => {
            is_seen.lock().unwrap().recv().unwrap();
            Answer::Cut("We open the door that".into())
        }
        3 => Answer::Gone,
        _ => Answer::Pieces(words(&message(asked)), Duration::from_millis(40)),
    });
    let mut game = start(&place, &server, 120, 40);
    game.press("\r");
    game.see("Door1 hall1");
    for (columns, rows) in [(80, 24), (60, 20), (120, 40), (200, 60)] {
        game.resize(columns, rows);
        game.wait("a frame of the new size", |screen| screen.lines().count() == usize::from(rows));
    }
    seen.send(()).unwrap();
    game.see("was cut off");
    game.see("Who is the mole?");
    game.press("0\r\r");
    game.skip_the_job();
    game.see("Verified: the mole was chosen");
    game.press("q");
    assert!(game.end().0.success());
}

#[test]
fn a_log_that_has_grown_is_put_aside() {
    let place = Place::new();
    let log = place.path().join("heist-tui").join("heist-tui.log");
    fs::create_dir_all(log.parent().unwrap()).unwrap();
    let old = "a line of an earlier day\n".repeat(200_000);
    fs::write(&log, &old).unwrap();
    let mut game = Session::start(&place, &SCRIPTED, 100, 30);
    game.see("Round 1");
    game.press("q\r");
    assert!(game.end().0.success());
    assert_eq!(fs::read_to_string(log.with_extension("log.old")).unwrap(), old);
    let new = fs::read_to_string(&log).unwrap();
    assert!(new.contains("a session begins") && new.contains("stopped by the player"), "{new}");
}
