//! How the program ends in a terminal, and gives it back: closed windows, signals, a stop from outside, and terminals on
//! which it does not begin.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::Read;
use std::process::Command;
use std::thread;
use std::time::Duration;

use portable_pty::{CommandBuilder, ExitStatus, PtySize, native_pty_system};
use support::terminal::Session;
use support::{PROGRAM, Place};

const GAME: &str = "--llm scripted --tools embedded --seed 7";

/// A shell's command line, with `$PROGRAM` and `$DB` for what they are here.
fn shell(place: &Place, line: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", line]);
    command.env("PROGRAM", PROGRAM);
    command.env("DB", place.database());
    command
}

fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap().success());
}

/// Runs a command in a window that is closed as soon as it shows a text; gives how the command has ended.
fn closed(place: &Place, line: &str, seen: &str) -> ExitStatus {
    let pair = native_pty_system().openpty(PtySize { rows: 30, cols: 100, ..PtySize::default() }).unwrap();
    let mut command = shell(place, line);
    for (name, value) in place.environment() {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut killer = child.clone_killer();
    thread::spawn(move || {
        thread::sleep(Duration::from_mins(5));
        let _ = killer.kill();
    });
    let mut window = pair.master.try_clone_reader().unwrap();
    let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&shown).contains(seen) {
        let length = window.read(&mut piece).unwrap();
        assert!(length > 0, "ended before {seen}");
        shown.extend_from_slice(&piece[..length]);
    }
    drop((window, pair.master));
    child.wait().unwrap()
}

fn status(place: &Place) -> String {
    let database = rusqlite::Connection::open(place.database()).unwrap();
    database.query_row("SELECT status FROM sessions", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_window_that_is_closed_ends_the_game_which_can_be_resumed() {
    // Also where nothing but the terminal itself says so.
    for ignoring in ["", "trap '' HUP; "] {
        let place = Place::new();
        let ended = closed(&place, &format!("{ignoring}exec \"$PROGRAM\" {GAME} --db \"$DB\""), "Round");
        assert_eq!((ended.exit_code(), ended.signal()), (130, None), "{ignoring}");
        assert_eq!(status(&place), "stopped", "{ignoring}");
    }
}

#[test]
fn a_window_that_is_closed_ends_the_list_of_sessions() {
    let place = Place::new();
    assert!(place.scripted(&["--rounds", "1"]).status.success());
    for ignoring in ["", "trap '' HUP; "] {
        let ended = closed(&place, &format!("{ignoring}exec \"$PROGRAM\" sessions browse --db \"$DB\""), "filter");
        assert_eq!((ended.exit_code(), ended.signal()), (130, None), "{ignoring}");
    }
}

#[test]
fn a_signal_that_kills_gives_the_terminal_back_first() {
    for name in ["QUIT", "ABRT", "USR1", "USR2", "ALRM"] {
        let place = Place::new();
        let mut game = Session::run(shell(&place, &format!("exec \"$PROGRAM\" {GAME} --db \"$DB\"")), &place, 100, 30);
        game.see("Round 1");
        signal(name, game.id());
        let (ended, _) = game.end();
        assert!(ended.signal().is_some(), "{name}: {ended}");
    }
}

#[test]
fn a_stop_from_outside_gives_the_terminal_back_until_it_goes_on() {
    let place = Place::new();
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "--noediting", "-i"]);
    command.env("PS1", "ready> ");
    let mut shell = Session::run(command, &place, 100, 30);
    shell.see("ready>");
    let (database, file) = (place.database(), place.path().join("pid"));
    let (database, file) = (database.display(), file.display());
    // The job's process tells its number and becomes the program.
    shell.press(&format!("sh -c 'echo $$ >{file}; exec {PROGRAM} {GAME} --db {database}'\r"));
    shell.see("Round 1");
    let process = std::fs::read_to_string(place.path().join("pid")).unwrap();
    signal("TSTP", process.trim().parse().unwrap());
    shell.wait("the shell", |screen| screen.contains("Stopped") && !screen.contains("? help"));
    shell.press("fg; echo the game ended with $?\r");
    shell.see("? help");
    shell.press("qy");
    // Until then the game may still read what is typed.
    shell.see("the game ended with 0");
    shell.press("exit\r");
    assert!(shell.end().0.success());
}

#[test]
fn nobody_stops_a_game_that_nobody_could_let_go_on() {
    let place = Place::new();
    let mut game = Session::run(shell(&place, &format!("exec \"$PROGRAM\" {GAME} --db \"$DB\"")), &place, 100, 30);
    game.see("Round 1");
    signal("TSTP", game.id());
    game.press("\x1a");
    game.press("q");
    game.see("Enter leaves");
    game.press("y");
    assert!(game.end().0.success());
}

#[test]
fn a_terminal_that_can_only_print_is_told_of() {
    let place = Place::new();
    assert!(place.scripted(&["--rounds", "1"]).status.success());
    for (setting, told) in [("TERM=dumb; export TERM", "TERM=dumb"), ("unset TERM", "TERM is not set")] {
        for (command, instead) in [(GAME, "heist-tui --ci"), ("sessions browse", "heist-tui sessions list")] {
            let line = format!("{setting}; exec \"$PROGRAM\" {command} --db \"$DB\"");
            let (ended, screen) = Session::run(shell(&place, &line), &place, 100, 30).end();
            let screen = screen.replace('\n', "");
            assert_eq!(ended.exit_code(), 2, "{screen}");
            assert!(screen.contains(told) && screen.contains(instead), "{screen}");
        }
    }
}

#[test]
fn a_locale_without_more_than_ascii_gets_ascii() {
    let place = Place::new();
    let line = format!("LC_ALL=C exec \"$PROGRAM\" {GAME} --db \"$DB\"");
    let mut game = Session::run(shell(&place, &line), &place, 100, 30);
    game.see("LC_ALL=C asks for nothing but ASCII");
    game.see("Round 1");
    assert!(game.everything_shown().is_ascii());
    game.press("qy");
    assert!(game.end().0.success());
}
