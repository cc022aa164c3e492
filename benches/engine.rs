//! What the program itself costs a heist, model and tools aside: keeping an event, weighing one.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

use std::process::Command;
use std::sync::OnceLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use heist_tui::heist::{AgentName, Event, EventKind, Message, Timestamp};
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
