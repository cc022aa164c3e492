//! What the screens cost: a frame, a piece of a message, a key, in a long heist on a large terminal; and a frame of the job at
//! the end.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use divan::{Bencher, black_box};
use heist_bank::{Bank, Plan, Slot, job};
use heist_tui::crew::roster;
use heist_tui::heist::{
    AgentName, BankInfo, Ending, Event, EventKind, JobStep, LlmInfo, Message, MessageDelta, Part, Phase, Played,
    SessionStarted, Timestamp, Tokens, ToolsInfo, Why,
};
use heist_tui::session::Signal;
use heist_tui::tui::Picture;

/// Messages of the long heist.
const MESSAGES: u32 = 10_000;

fn main() {
    divan::main();
}

/// A heist with so many messages, each of a few sentences, on a terminal of 200 by 60 that shows its end.
fn long_heist() -> Picture {
    let mut picture = Picture::new((200, 60)).unwrap();
    let crew = roster();
    let members: Vec<_> = crew.iter().map(heist_tui::crew::Persona::member).collect();
    let names: Vec<AgentName> = members.iter().map(|member| member.name.clone()).collect();
    let mut seq = 0;
    let mut record = |picture: &mut Picture, kind| {
        seq += 1;
        let event = Event { seq, at: Timestamp::default(), session: "h-1".into(), kind };
        picture.hear(Signal::Recorded(event));
    };
    let llm = LlmInfo { backend: "openai".into(), url: None, model: Some("a model".into()), note: None };
    let opening = SessionStarted {
        seed: 1,
        bank: <_>::default(),
        crew: members,
        rounds: MESSAGES,
        difficulty: <_>::default(),
        llm,
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        commitment: String::new(),
    };
    record(&mut picture, EventKind::SessionStarted(Box::new(opening)));
    picture.press(key(KeyCode::Enter));
    record(&mut picture, EventKind::RoundStarted { round: 1, phase: Phase::Reconnaissance });
    for turn in 1..=MESSAGES {
        let agent = names[turn as usize % names.len()].clone();
        record(&mut picture, EventKind::TurnStarted { round: 1, turn, agent: agent.clone() });
        let text = format!(
            "In turn {turn} I have read that the recorder restarts at 22:05 and is blind for 6 minutes. We go in by the \
             coal bay beside camera 7, for its ramp cannot be seen. Safecracker, can the drill be through by then?"
        );
        let id = format!("m{turn}");
        let tokens = Tokens::default();
        record(
            &mut picture,
            EventKind::MessageCompleted(Message {
                id,
                round: 1,
                turn,
                agent,
                text,
                moves: Vec::new(),
                sealed: String::new(),
                tokens,
                ms: 900,
            }),
        );
    }
    let (turn, agent) = (MESSAGES + 1, names[0].clone());
    record(&mut picture, EventKind::TurnStarted { round: 1, turn, agent });
    picture.frame().unwrap();
    picture
}

const fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// The next word of the message that is being spoken.
fn word() -> Signal {
    Signal::Delta(MessageDelta { turn: MESSAGES + 1, agent: "planner".into(), text: "word ".into(), restart: false })
}

/// One frame after a word has come.
#[divan::bench]
fn frame_while_it_streams(bencher: Bencher) {
    let mut picture = long_heist();
    bencher.bench_local(|| {
        picture.hear(word());
        black_box(picture.frame().unwrap())
    });
}

/// One frame at another place of the talk each time, so that all of it is drawn anew.
#[divan::bench]
fn frame_while_it_is_scrolled(bencher: Bencher) {
    let mut picture = long_heist();
    bencher.bench_local(|| {
        picture.press(key(KeyCode::PageUp));
        black_box(picture.frame().unwrap())
    });
}

/// A word is taken in, in the middle of a message of usual length.
#[divan::bench]
fn word_of_a_message(bencher: Bencher) {
    let mut picture = long_heist();
    let mut words = 0;
    bencher.bench_local(|| {
        words += 1;
        if words % 100 == 0 {
            // As a model does whose answer cannot stand.
            let again =
                MessageDelta { turn: MESSAGES + 1, agent: "planner".into(), text: String::new(), restart: true };
            picture.hear(Signal::Delta(again));
        }
        picture.hear(word());
    });
}

/// The job on the floor plan of the First Meridian, on a terminal of 200 by 60.
fn finale() -> Picture {
    let mut picture = Picture::new((200, 60)).unwrap();
    let bank = Bank::first_meridian();
    let values = ["22:00", "loading dock", "line test", "override", "cash cages and bearer bonds", "dock"];
    let mut plan = Plan::default();
    for (slot, value) in Slot::ALL.into_iter().zip(values) {
        plan.set(&bank, slot, value).unwrap();
    }
    let part = |(slot, value): (Slot, &str)| Part { slot, value: Some(value.into()), why: Why::Settled, was: None };
    let timeline = job(&bank, &plan);
    let ending = Ending { outcome: timeline.outcome, loot: timeline.loot };
    let steps = timeline.steps.into_iter().map(|step| JobStep {
        at: step.at,
        who: step.who.into(),
        what: step.what,
        ok: step.ok,
        because: step.because,
    });
    let played = Played {
        outcome: ending.outcome,
        loot: ending.loot,
        plan: Slot::ALL.into_iter().zip(values).map(part).collect(),
        steps: steps.collect(),
        cause: None,
        stood: ending,
        honest: ending,
    };
    let opening = SessionStarted {
        seed: 1,
        bank: BankInfo::of(&bank),
        crew: roster().iter().map(heist_tui::crew::Persona::member).collect(),
        rounds: 5,
        difficulty: <_>::default(),
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        commitment: String::new(),
    };
    let kinds = [EventKind::SessionStarted(Box::new(opening)), EventKind::HeistPlayed(Box::new(played))];
    for (seq, kind) in (1..).zip(kinds) {
        let event = Event { seq, at: Timestamp::default(), session: "h-1".into(), kind };
        picture.hear(Signal::Recorded(event));
    }
    picture.frame().unwrap();
    picture
}

/// A frame of the job, each a tenth of a second after the one before, from its beginning to its end and again.
#[divan::bench]
fn frame_of_the_job(bencher: Bencher) {
    let mut picture = finale();
    let mut frames = 0;
    bencher.bench_local(|| {
        frames += 1;
        if frames % 450 == 0 {
            // At its end this shows it once more.
            picture.press(key(KeyCode::Char(' ')));
        }
        picture.wait(Duration::from_millis(100));
        black_box(picture.frame().unwrap())
    });
}

/// All of it is wrapped for another width.
#[divan::bench(sample_count = 10)]
fn another_width(bencher: Bencher) {
    let mut picture = long_heist();
    let mut width = 200;
    bencher.bench_local(|| {
        width = 380 - width;
        picture.resize((width, 60)).unwrap();
        black_box(picture.frame().unwrap())
    });
}
