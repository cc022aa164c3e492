//! What the screens cost: a frame, a piece of a message, a key, in a long heist on a large terminal.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use divan::{Bencher, black_box};
use heist_tui::crew::roster;
use heist_tui::heist::{
    AgentName, Event, EventKind, LlmInfo, Message, MessageDelta, Phase, SessionStarted, Timestamp, Tokens, ToolsInfo,
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

/// One frame at another place of the talk each time, so that all of it is drawn again.
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
