//! Whole games in a pseudo-terminal, by keys alone.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::process::Command;

use heist_tui::tui::Screen;
use portable_pty::CommandBuilder;
use support::terminal::Session;
use support::{Place, live_server};

/// Starts a game with the scripted crew and embedded tools.
fn start(place: &Place, args: &[&str], columns: u16, rows: u16) -> Session {
    Session::start(place, &[&["--llm", "scripted", "--tools", "embedded"], args].concat(), columns, rows)
}

/// The status of the newest session.
fn status(place: &Place) -> String {
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let sql = "SELECT status FROM sessions ORDER BY session DESC LIMIT 1";
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// `/dev/full` takes nothing, like a disk that is full.
#[cfg(target_os = "linux")]
#[test]
fn a_log_that_cannot_be_written_spoils_no_game() {
    let place = Place::new();
    let folder = place.database().with_file_name("heist-tui");
    std::fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.join("heist-tui.log")).unwrap();
    let mut game = start(&place, &["--seed", "7", "--rounds", "1", "--mole", "hacker"], 100, 30);
    game.press("\r");
    game.see("Who is the mole?");
    game.press("2\r\r");
    game.skip_the_job();
    game.see("Right. hacker was the mole.");
    game.press("q");
    let (code, _) = game.end();
    assert!(code.success());
    assert_eq!(status(&place), "completed");
}

#[test]
fn a_whole_game_with_the_scripted_crew() {
    let place = Place::new();
    let mut game = start(&place, &["--seed", "7", "--rounds", "1", "--mole", "hacker"], 120, 40);
    game.see("the scripted crew");
    game.press("\r");
    game.see("Why planner");
    game.press(" ");
    game.see("PAUSED");
    game.press("3c");
    game.see("Enter send");
    game.press("Work with the thermal method.\r");
    game.wait("command", |screen| screen.contains("Work with the thermal method.") && !screen.contains("Enter send"));
    game.press("?");
    game.see("While the heist runs");
    game.press("\x1b");
    game.see("Why safecracker");
    game.press(" ");
    game.see("Who is the mole?");
    game.press("2\r");
    game.see("50 % sure? It cannot be taken back");
    game.press("\x1b[C");
    game.see("60 %");
    game.press("\r\r");
    game.skip_the_job();
    game.see("Right. hacker was the mole.");
    game.see("Verified: the mole was chosen before the first word");
    game.see("All your games");
    game.press("r");
    game.see("Why planner");
    game.press("g0\r\r");
    game.skip_the_job();
    game.see("Busted. hacker was the mole");
    game.see("2 not counted: the answer was known");
    game.press("q");
    let (code, _) = game.end();
    assert!(code.success());
    assert_eq!(status(&place), "completed");
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let mut games =
        database.prepare("SELECT seed, sureness, score > 0 FROM games JOIN sessions USING (session)").unwrap();
    let games = games.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let games: Vec<(String, f64, bool)> = games.map(Result::unwrap).collect();
    assert_eq!(games, [("7".to_owned(), 0.6, true), ("7".to_owned(), 0.5, false)]);
}

/// What the first move of the first message is about that an agent says after it was commanded.
fn answered(place: &Place, agent: &str) -> serde_json::Value {
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let sql = "SELECT body FROM events WHERE kind = 'message.completed' AND body ->> 'agent' = ?1
               AND seq > (SELECT seq FROM events WHERE kind = 'command.sent') ORDER BY seq LIMIT 1";
    let body: String = database.query_row(sql, [agent], |row| row.get(0)).unwrap();
    serde_json::from_str::<serde_json::Value>(&body).unwrap()["moves"][0].clone()
}

#[test]
fn a_question_is_asked_and_answered() {
    let place = Place::new();
    let mut game = start(&place, &["--seed", "7", "--rounds", "2", "--mole", "none"], 120, 40);
    game.see("Round 1");
    game.press("\r");
    game.see("? help");
    game.press(" ");
    game.see("PAUSED");
    game.press("4cgap\t");
    game.see("Ask intel about…");
    game.see("the gap");
    game.press("\r");
    game.see("What do you know about the gap?");
    game.press(" ");
    game.see("Who is the mole?");
    game.press("qy");
    assert!(game.end().0.success());
    let does = answered(&place, "intel");
    // Intel can look it up, and has if it had not.
    assert_eq!((&does["kind"], &does["fact"]), (&"report".into(), &"gap".into()), "{does}");
    assert_ne!(does["source"], "", "{does}");
}

#[test]
fn turn_by_turn_and_at_a_pace_that_is_kept() {
    let place = Place::new();
    let mut game = start(&place, &["--seed", "7", "--rounds", "1"], 100, 30);
    game.see("Round 1");
    game.press("\r");
    game.see("? help");
    game.press("+");
    game.see("900 words a minute");
    game.press("e");
    for _ in 0..2 {
        game.see("Enter: next turn");
        game.press("\r");
        game.wait("turn", |screen| !screen.contains("Enter: next turn"));
    }
    game.see("Enter: next turn");
    game.press("qy");
    assert!(game.end().0.success());
    let kept = std::fs::read_to_string(place.path().join("heist-tui/pace")).unwrap();
    assert_eq!(kept, "900 by-turn\n");
}

#[test]
fn the_configuration_says_that_the_heist_waits_and_a_key_lets_it_go_on() {
    let place = Place::new();
    let folder = place.path().join("heist-tui");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "by_turn = true\n").unwrap();
    let mut game = start(&place, &["--seed", "7", "--rounds", "1"], 100, 30);
    game.press("\r");
    game.see("Enter: next turn");
    game.press("e");
    game.see("Who is the mole?");
    game.press("qy");
    assert!(game.end().0.success());
    let kept = std::fs::read_to_string(folder.join("pace"));
    assert!(kept.is_err(), "it was the configuration's, and is as it was at first: {kept:?}");
}

#[test]
fn a_guess_in_mid_heist_and_another_game_after_it() {
    let place = Place::new();
    let mut game = start(&place, &["--rounds", "3", "--mole", "hacker"], 80, 24);
    game.see("Round 1");
    game.press("g");
    game.see("Who is the mole?");
    game.press("5\ry");
    game.skip_the_job();
    game.see("Wrong.");
    game.press("n");
    game.see("Round 1");
    game.press("q");
    game.see("Enter y");
    game.press("y");
    let (code, _) = game.end();
    assert!(code.success());
    assert_eq!(status(&place), "stopped");
}

#[test]
fn the_job_is_watched_to_its_end_before_the_reveal_and_another_round() {
    let place = Place::new();
    let mut game = start(&place, &["--seed", "7", "--rounds", "1", "--mole", "hacker"], 120, 40);
    game.press("\r");
    game.see("Who is the mole?");
    game.press("2\r\r");
    game.see("You named hacker, and rightly");
    // By itself it comes to the first step; then it is held, stepped through, and let go faster.
    game.see("comes in by");
    game.press(" ");
    game.see("held");
    game.press("\x1b[C\x1b[C\x1b[D");
    game.press(" ++");
    game.see("4x");
    game.see("The course of the job");
    game.press("\r");
    game.see("Right. hacker was the mole.");
    game.press("f");
    game.see("The course of the job");
    game.press("\r");
    game.see("Right. hacker was the mole.");
    game.press("n");
    game.see("Why planner");
    game.press("qy");
    assert!(game.end().0.success());
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let sql = "SELECT count(*) FROM events WHERE kind = 'heist.played'";
    assert_eq!(database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap(), 1);
}

#[test]
fn the_screen_follows_the_size_of_the_terminal() {
    let place = Place::new();
    let mut game = start(&place, &["--rounds", "2"], 120, 40);
    game.see("the scripted crew");
    game.press("\r");
    game.see("Why planner");
    for (columns, rows) in [(80, 24), (200, 60), (60, 20)] {
        game.resize(columns, rows);
        game.wait("frame of the new size", |screen| {
            screen.contains("? help") && screen.lines().count() == usize::from(rows)
        });
    }
    game.resize(40, 10);
    game.wait("plain message", |screen| !screen.contains("? help") && screen.contains("60"));
    game.resize(100, 30);
    game.see("? help");
    // Nothing else has a reason to be drawn.
    game.press(" ");
    game.see("PAUSED");
    game.shrink_and_grow();
    game.see("? help");
    game.press("qy");
    assert!(game.end().0.success());
}

#[test]
fn the_terminal_is_given_back_when_the_program_is_told_to_end() {
    let place = Place::new();
    let mut game = start(&place, &[], 100, 30);
    game.see("Round 1");
    Command::new("kill").args(["-TERM", &game.id().to_string()]).status().unwrap();
    let (code, _) = game.end();
    assert_eq!(code.exit_code(), 130);
    assert_eq!(status(&place), "stopped");
}

/// Run by the test below in a terminal of its own, where it does what a defect would do. By itself it does nothing.
#[test]
fn a_defect_in_a_task() {
    if std::env::var_os("BREAK_IN_A_TASK").is_none() {
        return;
    }
    let _screen = Screen::open(true).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let broken = runtime.block_on(runtime.spawn(async { panic!("a defect") }));
    assert!(broken.is_err());
    // The screen is still open here: only the panic itself can have given the terminal back.
    std::process::exit(77);
}

#[test]
fn the_terminal_is_given_back_after_a_panic_in_any_task() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_defect_in_a_task", "--nocapture"]);
    command.env("BREAK_IN_A_TASK", "1");
    command.env("RUST_BACKTRACE", "0");
    let (code, screen) = Session::run(command, &Place::new(), 100, 30).end();
    assert_eq!(code.exit_code(), 77);
    assert!(screen.contains("a defect"), "the message stands on the normal screen: {screen}");
}

#[test]
fn a_whole_game_with_the_live_model_server() {
    let Some(url) = live_server() else { return };
    let place = Place::new();
    let game = ["--llm", "openai", "--llm-url", &url, "--tools", "embedded"];
    let args = ["--rounds", "1", "--mole", "driver", "--seed", "1"];
    let mut game = Session::start(&place, &[&game[..], &args].concat(), 120, 40);
    game.see("smollm2");
    game.see("Round 1");
    game.see("Who is the mole?");
    game.press("5\r\r");
    game.skip_the_job();
    game.see("Right. driver was the mole.");
    game.press("q");
    let (code, _) = game.end();
    assert!(code.success());
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    let turns = count("SELECT count(*) FROM events WHERE kind = 'turn.started'");
    let spoken = count("SELECT count(*) FROM messages WHERE text != ''");
    // So small a model may refuse, or repeat itself, however often it is asked. Such a turn is told of as a fault.
    let lost = count("SELECT count(*) FROM events WHERE kind = 'fault.raised' AND body ->> 'turn' IS NOT NULL");
    assert_eq!((turns, spoken + lost), (7, 7), "{spoken} spoken, {lost} lost");
    assert!(spoken > 3, "{spoken} spoken, {lost} lost");
}
