//! The daily heist: the same for everybody, and a result that can be shared.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use heist_tui::heist::Strategy;
use serde_json::Value;
#[cfg(unix)]
use support::terminal::Session;
use support::{Place, events, of_kind};

const DAILY: [&str; 4] = ["daily", "--ci", "--tools", "embedded"];

fn play(place: &Place, more: &[&str]) -> Output {
    let output = place.program(&[&DAILY, more].concat()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The line to share, in what was printed.
fn line(printed: &str) -> &str {
    printed.lines().find(|line| line.contains("daily 20")).expect("a line to share")
}

#[test]
fn the_date_decides_the_game_and_nothing_else_does() {
    let (one, other) = (Place::new(), Place::new());
    // Somebody plays everything else with a model, and otherwise.
    let folder = other.path().join("heist-tui");
    std::fs::create_dir_all(&folder).unwrap();
    let settings = "llm = \"openai\"\nrounds = 2\ndifficulty = \"hard\"\nbank = \"first-meridian\"\n";
    std::fs::write(folder.join("config.toml"), settings).unwrap();
    let [first, second] = [one, other].map(|place| {
        let output = play(&place, &["--json"]);
        (events(&output), text(&output.stderr))
    });
    let (events, told) = &first;
    let day = line(told).split(' ').find(|word| word.starts_with("20")).unwrap();
    assert_eq!(events[0]["seed"].to_string(), day.replace('-', ""));
    assert_eq!(events[0]["bank"]["seed"], events[0]["seed"]);
    assert_eq!((&events[0]["rounds"], &events[0]["difficulty"]), (&Value::from(5), &Value::from("normal")));
    assert_eq!(events[0]["llm"]["backend"], "scripted");
    // Unless the day has changed between the two.
    if events[0]["seed"] == second.0[0]["seed"] {
        assert_eq!(events[0]["commitment"], second.0[0]["commitment"]);
        let said = |events: &[Value]| {
            of_kind(events, "message.completed").iter().map(|it| it["text"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(said(events), said(&second.0));
        assert_eq!(line(told), line(&second.1));
    }
}

#[test]
fn the_line_gives_nothing_away_and_says_how_it_went() {
    let place = Place::new();
    let json = play(&place, &["--json"]);
    let events = events(&json);
    let told = text(&json.stderr);
    let line = line(&told);
    let (started, verdict) = (&events[0], of_kind(&events, "verdict.reached")[0]);
    let crew = started["crew"].as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap());
    let secrets = crew.chain(Strategy::ALL.iter().map(|strategy| strategy.name()));
    for secret in secrets.chain([started["bank"]["name"].as_str().unwrap()]) {
        assert!(!line.contains(secret), "{line}");
    }
    assert!(line.contains(&format!(" · {} points · ", verdict["score"]["points"])), "{line}");
    let named = if verdict["outcome"] == "success" { "named" } else { "an innocent named" };
    assert!(line.contains(&format!(" · {named} by the detector in turn 31 · ")), "{line}");
    let played = of_kind(&events, "heist.played")[0];
    let ending = if played["outcome"] == "escaped" { "escaped with " } else { "the crew was caught" };
    assert!(line.contains(ending), "{line}");
}

#[test]
fn the_first_time_counts_and_the_second_says_so() {
    let place = Place::new();
    let first = play(&place, &[]);
    assert_eq!(text(&first.stderr), "");
    let first = text(&first.stdout);
    assert!(line(&first).starts_with("heist-tui daily 20") && first.trim_end().ends_with(line(&first)), "{first}");
    let second = play(&place, &["--guess", "none"]);
    let (told, printed) = (text(&second.stderr), text(&second.stdout));
    if told.is_empty() {
        // The day has changed between the two.
        assert_ne!(line(&printed), line(&first));
        return;
    }
    assert!(told.contains("before; the first time counts"), "{told}");
    let (_, counts) = printed.split_once("This was not the first time. The first counts:\n").unwrap();
    assert_eq!(counts.trim_end(), line(&first));
    assert!(line(&printed).contains("nobody named in turn 31"), "{printed}");
    // The same heist by its seed is no daily one, and is not told as one.
    let seed = line(&first).split(' ').nth(2).unwrap().replace('-', "");
    let output = place.scripted(&["--seed", &seed]);
    assert!(!text(&output.stdout).contains("daily") && output.stderr.is_empty());
}

#[test]
fn a_daily_heist_that_was_cut_off_goes_on_as_one() {
    let place = Place::new();
    let mut heist = place.program(&[&DAILY[..], &["--json"]].concat()).stdout(Stdio::piped()).spawn().unwrap();
    let mut seen = BufReader::new(heist.stdout.take().unwrap()).lines();
    let opening: Value = serde_json::from_str(&seen.next().unwrap().unwrap()).unwrap();
    seen.by_ref().take(60).for_each(|line| drop(line.unwrap()));
    heist.kill().unwrap();
    heist.wait().unwrap();
    let output = place.program(&["resume", opening["session"].as_str().unwrap(), "--ci"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(line(&text(&output.stdout)).starts_with("heist-tui daily 20"));
}

#[test]
fn what_is_dealt_cannot_be_chosen() {
    let place = Place::new();
    for option in [["--seed", "7"], ["--rounds", "2"], ["--mole", "hacker"], ["--difficulty", "easy"]] {
        let output = place.program(&[&DAILY[..], &option].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option:?}");
    }
    assert!(!place.database().exists());
}

/// In a terminal it is said on the boot page, and at the head of the talk.
#[cfg(unix)]
#[test]
fn the_second_time_is_told_on_the_screen() {
    let place = Place::new();
    let first = text(&play(&place, &[]).stdout);
    let mut game = Session::start(&place, &["daily", "--tools", "embedded"], 80, 24);
    game.see("the scripted crew");
    let day = line(&first).split(' ').nth(2).unwrap();
    let told = |screen: &str| screen.contains(&format!("You have seen the heist of {day} end before"));
    game.wait("that it was played, unless the day has changed", |screen| {
        told(screen) || !screen.contains("getting ready")
    });
    game.press("\r");
    game.see("? help");
    game.press("\x1b[H");
    game.wait("the head of the talk", |screen| screen.contains("Then name the mole.") && told(screen));
    game.press("qy");
    assert!(game.end().0.success());
}

/// By keys in a terminal: the line stands there when the terminal is given back.
#[cfg(unix)]
#[test]
fn the_line_is_left_in_the_terminal() {
    let place = Place::new();
    let mut game = Session::start(&place, &["daily", "--tools", "embedded"], 120, 40);
    game.see("the scripted crew");
    game.press("\r");
    game.see("Why planner");
    game.press("g");
    game.see("Who is the mole?");
    game.press("2\r\r");
    game.wait("the verdict", |screen| !screen.contains("Who is the mole?"));
    game.press("q");
    let (code, screen) = game.end();
    assert!(code.success() && line(&screen).contains(" named in turn "), "{screen}");
}
