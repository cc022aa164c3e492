//! A claim is held against its source in a pseudo-terminal: what was bent is found by reading.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use serde_json::Value;
use support::terminal::Session;
use support::{Place, events};

/// A game of a mole that bends times, without the player's own choices.
const GAME: [&str; 10] = [
    "--llm",
    "scripted",
    "--tools",
    "embedded",
    "--rounds",
    "1",
    "--strategy",
    "timing_errors",
    "--difficulty",
    "easy",
];

/// A figure that was bent.
struct Bent {
    seed: String,
    /// The message, and how many there are.
    message: String,
    messages: usize,
    source: String,
    said: String,
    truth: String,
}

/// The first bent figure of a game that is said to be from a source which somebody had read by then.
fn bent(seed: u32) -> Option<Bent> {
    let seed = seed.to_string();
    let place = Place::new();
    let done = place.program(&[&["--ci", "--json", "--seed", &seed][..], &GAME].concat()).output().unwrap();
    let events = events(&done);
    let of = |kind: &'static str| events.iter().filter(move |event| event["kind"] == kind);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let verdict = of("verdict.reached").next()?;
    verdict["sabotage"].as_array()?.iter().find_map(|act| {
        let message = of("message.completed").find(|message| message["id"] == act["message"])?;
        // Its only claim, so that it is the first that is shown.
        let claims: Vec<_> = message["moves"].as_array()?.iter().filter(|mv| mv["fact"].is_string()).collect();
        let [claim] = claims[..] else { return None };
        let source = text(&claim["source"]);
        let read = of("tool.called").any(|call| {
            call["turn"].as_u64() <= message["turn"].as_u64()
                && text(&call["arguments"])
                    .split(|c: char| c != '.' && c != '_' && !c.is_alphanumeric())
                    .any(|word| word == source)
        });
        let read = read && !source.is_empty();
        let (said, truth) = (text(&act["said"]), text(&act["truth"]));
        let is_figure = |text: &str| text.parse::<u32>().is_ok();
        (act["kind"] == "bent" && claim["fact"] == act["about"] && read && is_figure(&said) && is_figure(&truth)).then(
            || Bent {
                seed: seed.clone(),
                message: text(&act["message"]),
                messages: of("message.completed").count(),
                source,
                said,
                truth,
            },
        )
    })
}

/// What stands at the right of the upright rule.
fn pane(screen: &str) -> Vec<&str> {
    screen.lines().filter_map(|row| row.split_once('│')).map(|(_, pane)| pane.trim()).collect()
}

#[test]
fn a_bent_figure_is_found_by_reading_its_source() {
    let bent = (1..40).find_map(bent).expect("some mole bends a figure of a source that was read");
    let place = Place::new();
    let args = [&["--seed", bent.seed.as_str(), "--blind"][..], &GAME].concat();
    let mut game = Session::start(&place, &args, 120, 40);
    game.see("Who is the mole?");
    game.press("\x1b");
    game.wait("the talk", |screen| !screen.contains("Who is the mole?") && screen.contains("m mark"));
    // From the newest message back to the one with the claim.
    for _ in 0..bent.messages {
        if game.screen().contains(&format!("{} is marked.", bent.message)) {
            break;
        }
        let marked = |screen: &str| {
            let words = screen.split_once(" is marked.").map_or("", |(before, _)| before);
            words.rsplit(' ').next().unwrap_or_default().to_owned()
        };
        let before = marked(&game.screen());
        game.press("m");
        game.wait("the mark", |screen| ![before.as_str(), ""].contains(&marked(screen).as_str()));
    }
    game.press("s");
    game.wait("the source", |screen| screen.contains('▸'));
    let screen = game.screen();
    let rows = pane(&screen);
    let line = rows.iter().position(|row| row.starts_with('▸')).unwrap();
    let claim = rows[..line].join(" ");
    assert!(claim.contains(&bent.source) && claim.contains(&format!("{} ", bent.message)), "{screen}");
    // The line goes on where its edge does.
    let after = rows[line + 1..].iter().take_while(|row| row.starts_with('▌'));
    let line = [rows[line]].into_iter().chain(after.copied()).collect::<Vec<_>>().join(" ");
    let has = |text: &str, figure: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == figure);
    assert!(has(&claim, &bent.said) && has(&line, &bent.truth), "{} is {}:\n{screen}", bent.said, bent.truth);
    // Back to the message, and into the plan.
    game.press("\x1b");
    game.wait("the message", |screen| screen.contains('▌') && screen.contains("You play blind"));
    game.press("v");
    game.see("From what has been told");
    game.press("q");
    game.see("Enter y");
    game.press("y");
    assert!(game.end().0.success());
}
