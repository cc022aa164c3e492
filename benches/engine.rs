//! What the program itself costs a heist, model and tools aside: keeping an event, weighing one.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

use std::process::Command;
use std::sync::OnceLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use heist_tui::heist::{AgentName, Event, EventKind, Message, Timestamp, Tokens, ToolReturn};
use heist_tui::store::Store;
use heist_tui::suspicion::Detector;

fn main() {
    divan::main();
}

/// A heist of five rounds, played by the program itself.
fn heist() -> &'static [Event] {
    static HEIST: OnceLock<Vec<Event>> = OnceLock::new();
    HEIST.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_heist-tui"))
            .args(["--ci", "--json", "--seed", "7", "--llm", "scripted", "--tools", "embedded", "--db"])
            .arg(folder.path().join("heist.db"))
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    })
}

/// Records a whole heist, event by event, in a database of its own.
#[divan::bench]
fn record_a_heist(bencher: Bencher) {
    let events = heist();
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("heist.db")).unwrap();
    bencher.counter(ItemsCount::new(events.len())).bench_local(|| {
        let session = store.begin(Timestamp::default(), "{}").unwrap();
        for event in events {
            let event = Event { session: session.clone(), ..event.clone() };
            store.append(&[event]).unwrap();
        }
    });
}

/// Weighs a whole heist.
#[divan::bench]
fn suspect_a_heist(bencher: Bencher) {
    let events = heist();
    let EventKind::SessionStarted(opening) = &events[0].kind else { return };
    let crew: Vec<AgentName> = opening.crew.iter().map(|member| member.name.clone()).collect();
    bencher.counter(ItemsCount::new(events.len())).bench_local(|| {
        let mut detector = Detector::new(&crew);
        events.iter().filter_map(|event| detector.observe(&event.kind)).count()
    });
}

/// Weighs talk that is far longer than a heist's, with documents of its own: twice the lines should take twice the time.
#[divan::bench(args = [12_500, 25_000], sample_count = 3)]
fn suspect_a_long_talk(bencher: Bencher, lines: u32) {
    let crew = ["planner", "hacker", "driver"].map(AgentName::from);
    let places = ["vault", "yard", "archive", "lobby", "lift", "dock", "roof"];
    let of = |number: u32| {
        let (one, other) = (places[number as usize % 7], places[number as usize / 7 % 7]);
        format!("The {one} by the {other} opens at {}:{:02}, for {} minutes.", number % 24, number % 60, number % 90)
    };
    let event = |number: u32| {
        let (id, turn, agent) = (format!("m{number}"), number, crew[number as usize % 3].clone());
        if number.is_multiple_of(10) {
            let (tool, result) = ("file_reader".to_owned(), Some(of(number) + &of(number + 1)));
            return EventKind::ToolReturned(ToolReturn { id, turn, agent, tool, ok: true, result, error: None, ms: 0 });
        }
        let (text, tokens) = (of(number * 31), Tokens::default());
        EventKind::MessageCompleted(Message {
            id,
            round: 1,
            turn,
            agent,
            text,
            moves: Vec::new(),
            sealed: String::new(),
            tokens,
            ms: 0,
        })
    };
    let talk: Vec<_> = (0..lines).map(event).collect();
    bencher.counter(ItemsCount::new(lines)).bench_local(|| {
        let mut detector = Detector::new(&crew);
        talk.iter().filter_map(|event| detector.observe(event)).count()
    });
}

/// Weighs a message as long as any may be, full of claims.
#[divan::bench(sample_count = 10)]
fn suspect_a_huge_message(bencher: Bencher) {
    let EventKind::SessionStarted(opening) = &heist()[0].kind else { return };
    let crew: Vec<AgentName> = opening.crew.iter().map(|member| member.name.clone()).collect();
    let message = heist().iter().find_map(|event| match &event.kind {
        EventKind::MessageCompleted(message) => Some(message.clone()),
        _ => None,
    });
    let text = "The gap lasts 13 minutes at door 9, camera 7, 22:01. ".repeat(2000);
    let huge = EventKind::MessageCompleted(Message { text, ..message.unwrap() });
    bencher.bench_local(|| {
        let mut detector = Detector::new(&crew);
        heist().iter().take(20).for_each(|event| drop(detector.observe(&event.kind)));
        detector.observe(&huge)
    });
}
