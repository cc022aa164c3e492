//! Recorded heists in a pseudo-terminal, by keys alone: one seen again, and all of them looked through.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use support::terminal::Session;
use support::{Place, events, of_kind};

const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";
const SHIFT_RIGHT: &str = "\x1b[1;2C";
const DOWN: &str = "\x1b[B";
const HOME: &str = "\x1b[H";

/// Plays a heist and gives its session and its mole.
fn record(place: &Place, seed: &str, rounds: &str) -> (String, String) {
    let output = place.scripted(&["--json", "--seed", seed, "--rounds", rounds]);
    let told = events(&output);
    let mole = of_kind(&told, "verdict.reached")[0]["mole"].as_str().unwrap().to_owned();
    (told[0]["session"].as_str().unwrap().to_owned(), mole)
}

/// The sessions that are in the database.
fn sessions(place: &Place) -> Vec<String> {
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let mut select = database.prepare("SELECT session FROM sessions ORDER BY session DESC").unwrap();
    let rows = select.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_recorded_heist_is_seen_again_to_the_reveal() {
    let place = Place::new();
    let (session, mole) = record(&place, "7", "2");
    let truth = format!("{mole} was the mole");
    let mut again = Session::start(&place, &["replay", &session], 100, 30);
    again.see("REPLAY");
    // It begins to play by itself.
    again.see("Round 1 of 2");
    again.press(" ");
    again.see("paused");
    assert!(!again.screen().contains(&truth));
    again.press(HOME);
    again.see("getting ready");
    again.press(&SHIFT_RIGHT.repeat(2));
    again.see("Round 2/2");
    again.press(&RIGHT.repeat(2));
    again.see("turn 7");
    again.press("++");
    again.see("5x");
    again.press("?");
    again.see("A recorded heist");
    again.press("\x1b");
    // What is pressed in the same moment as Esc is a key with Alt.
    again.wait("the page below the help", |screen| !screen.contains("A recorded heist"));
    again.press("G");
    again.see(&truth);
    again.see("the end");
    again.press("t");
    again.see("The heist is over.");
    again.press(LEFT);
    again.see("How it might have ended");
    again.press("[");
    again.wait("the talk before the verdict", |screen| screen.contains("paused") && !screen.contains(&truth));
    again.press("2");
    again.see("Why hacker");
    // Its job is told too, and then it goes on to the reveal.
    again.press(" ");
    again.see("Enter to its end");
    again.press("\r");
    again.see("How it might have ended");
    again.press("\r");
    again.see(&truth);
    again.press("q");
    assert!(again.end().0.success());
}

#[test]
fn sessions_are_looked_through_compared_and_deleted() {
    let place = Place::new();
    let (oldest, _) = record(&place, "7", "1");
    let (_, _) = record(&place, "8", "2");
    let (newest, mole) = record(&place, "9", "1");
    let mut list = Session::start(&place, &["sessions", "browse"], 120, 40);
    list.see("3 heists");
    list.press("\r");
    list.see("REPLAY");
    list.press("G");
    list.see(&format!("{mole} was the mole"));
    list.press("\x1b");
    list.see("3 heists");
    list.press("/seed 7");
    list.see("1 with “seed 7”");
    list.see(&oldest);
    list.press("\r\x1b");
    list.wait("the whole list", |screen| !screen.contains("with “seed 7”"));
    list.press("c");
    list.see("is marked");
    list.press(&format!("{HOME}c"));
    list.wait("the comparison", |screen| {
        screen.contains(&oldest) && screen.contains(&newest) && screen.contains("evaluated")
    });
    list.press("\x1b");
    list.see("began");
    list.press("d");
    list.see("Delete");
    list.press("\x1b");
    list.wait("no question", |screen| !screen.contains("Delete 2"));
    assert_eq!(sessions(&place).len(), 3);
    list.press(&format!("{DOWN}dy"));
    list.see("2 heists");
    assert_eq!(sessions(&place), [newest, oldest]);
    list.press("q");
    assert!(list.end().0.success());
}

#[test]
fn the_list_is_open_to_who_has_just_played_and_leads_back() {
    let place = Place::new();
    record(&place, "7", "1");
    let args = ["--llm", "scripted", "--tools", "embedded", "--seed", "8", "--rounds", "1", "--mole", "hacker"];
    let mut game = Session::start(&place, &args, 120, 40);
    game.press("\r");
    game.see("Who is the mole?");
    game.press("2\r\r");
    game.skip_the_job();
    game.see("hacker was the mole");
    game.press("s");
    game.see("2 heists");
    game.press(&format!("{DOWN}\r"));
    game.see("REPLAY");
    game.press("\x1b");
    game.see("2 heists");
    game.press("\x1b");
    game.see("hacker was the mole");
    game.press("n");
    game.see("Round 1 of 1");
    game.press("qy");
    assert!(game.end().0.success());
    assert_eq!(sessions(&place).len(), 3);
}

#[test]
fn a_heist_that_was_cut_off_tells_how_to_go_on() {
    let place = Place::new();
    let args = ["--llm", "scripted", "--tools", "embedded", "--seed", "8"];
    let mut game = Session::start(&place, &args, 100, 30);
    game.press("\r");
    game.see("Round 1 of 5");
    game.press("qy");
    game.end();
    let session = sessions(&place).remove(0);
    let mut list = Session::start(&place, &["sessions", "browse"], 100, 30);
    list.see("stopped");
    list.press("r");
    list.see(&format!("heist-tui resume {session}"));
    list.press("\rG");
    list.see("The heist was stopped.");
    list.see(&format!("heist-tui resume {session}"));
    list.press("q");
    assert!(list.end().0.success());
}

#[test]
fn without_a_terminal_the_commands_name_what_needs_none() {
    let place = Place::new();
    let (session, _) = record(&place, "7", "1");
    for (args, instead) in [(&["replay", &session][..], "--ci"), (&["sessions", "browse"], "heist-tui sessions list")] {
        let output = place.program(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("not running in a terminal") && error.contains(instead), "{error}");
    }
}
