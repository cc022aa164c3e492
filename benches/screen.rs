//! What the screens cost: a piece of a message, a key, and a frame of every page and view, in long heists on a large terminal.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

mod played;

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use divan::{Bencher, black_box};
use heist_bank::{Bank, Plan, Slot, job};
use heist_tui::crew::roster;
use heist_tui::heist::{
    AgentName, BankInfo, Ending, Event, EventKind, JobStep, LlmInfo, Message, MessageDelta, Part, Phase, Played,
    SessionFailure, SessionStarted, Timestamp, Tokens, ToolsInfo, Why,
};
use heist_tui::session::Signal;
use heist_tui::store::{SessionRow, Store};
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

/// The terminal that the pages are drawn on.
const SIZE: (u16, u16) = (200, 60);
/// How many heists are in the list.
const HEISTS: usize = 1_000;

/// Where in the long heist a page is looked at.
#[derive(Clone, Copy)]
enum When {
    /// Before the first round.
    Boot,
    /// When all has been said.
    Talk,
    /// When the guess is awaited.
    Guess,
    /// In the middle of the job.
    Job,
    /// When the job is over.
    End,
    /// When all is over.
    Reveal,
    /// When it was cut off.
    Failed,
    /// In a replay, when all has been said.
    Replay,
    /// In the list of all heists.
    Sessions,
}

/// Something that can be looked at: when, the keys that lead to it, and two keys that change it there and back.
#[derive(Clone, Copy)]
struct View {
    name: &'static str,
    when: When,
    keys: &'static str,
    change: [KeyCode; 2],
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn view(name: &'static str, when: When, keys: &'static str) -> View {
    View { name, when, keys, change: [KeyCode::Up, KeyCode::Down] }
}

const fn typed(name: &'static str, keys: &'static str) -> View {
    View { name, when: When::Talk, keys, change: [KeyCode::Char('e'), KeyCode::Backspace] }
}

const VIEWS: [View; 33] = [
    view("boot", When::Boot, ""),
    view("evidence", When::Talk, ""),
    view("evidence, in it", When::Talk, "i"),
    view("plan", When::Talk, "v"),
    view("plan, in it", When::Talk, "vi"),
    view("sources", When::Talk, "vv"),
    view("sources, in them", When::Talk, "vvi"),
    view("sources, one open", When::Talk, "vvi\n"),
    view("tools", When::Talk, "vvv"),
    view("tools, in it", When::Talk, "vvvi"),
    view("floor", When::Talk, "vvvv"),
    view("floor, in it", When::Talk, "vvvvi"),
    View { change: [KeyCode::Tab, KeyCode::BackTab], ..view("another agent", When::Talk, "") },
    View { change: [KeyCode::Char('a'), KeyCode::Char('a')], ..view("one agent alone", When::Talk, "") },
    View { change: [KeyCode::Char('o'), KeyCode::Char('o')], ..view("results whole", When::Talk, "") },
    View { change: [KeyCode::Char('m'), KeyCode::Char('M')], ..view("a message marked", When::Talk, "m") },
    View { change: [KeyCode::Char('s'), KeyCode::Char('s')], ..view("a claim and its source", When::Talk, "mmm") },
    View { change: [KeyCode::Char('n'), KeyCode::Char('N')], ..view("found words", When::Talk, "/the\n") },
    typed("search", "/th"),
    typed("command", "c"),
    typed("question", "c\t"),
    view("help", When::Talk, "?"),
    view("leaving", When::Talk, "q"),
    view("guess", When::Guess, ""),
    view("guess, asked", When::Guess, "1\n"),
    view("job", When::Job, ""),
    view("end of the job", When::End, ""),
    view("reveal", When::Reveal, ""),
    view("talk after it", When::Reveal, "t"),
    view("failed", When::Failed, ""),
    view("replay", When::Replay, ""),
    view("sessions", When::Sessions, ""),
    View { change: [KeyCode::Char('e'), KeyCode::Backspace], ..view("sessions, filtered", When::Sessions, "/e") },
];

/// The long heist, and the heists in the list.
fn recorded() -> &'static (Vec<Event>, Vec<SessionRow>) {
    static HEIST: OnceLock<(Vec<Event>, Vec<SessionRow>)> = OnceLock::new();
    HEIST.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("heist.db");
        let events = played::long(&database);
        let row = Store::open(&database).unwrap().sessions().unwrap().remove(0);
        (events, vec![row; HEISTS])
    })
}

/// The events of the long heist before the first that is such.
fn before(is_such: impl Fn(&EventKind) -> bool) -> impl Iterator<Item = Event> {
    recorded().0.iter().take_while(move |event| !is_such(&event.kind)).cloned()
}

fn at(when: When) -> Picture {
    let picture = |events: &mut dyn Iterator<Item = Event>| {
        let mut picture = Picture::new(SIZE).unwrap();
        for event in events {
            let is_opening = matches!(event.kind, EventKind::SessionStarted(_));
            picture.hear(Signal::Recorded(event));
            if is_opening && !matches!(when, When::Boot) {
                picture.press(key(KeyCode::Enter));
            }
        }
        picture
    };
    let guess = |kind: &EventKind| matches!(kind, EventKind::GuessMade(_));
    match when {
        When::Boot => picture(&mut before(|kind| matches!(kind, EventKind::RoundStarted { .. }))),
        When::Talk => picture(&mut before(guess)),
        When::Guess => {
            let mut picture = picture(&mut before(guess));
            picture.hear(Signal::GuessWanted);
            picture
        }
        When::Job | When::End | When::Reveal => {
            let mut picture = picture(&mut before(|_| false));
            match when {
                When::Job => picture.wait(Duration::from_secs(20)),
                When::End => picture.press(key(KeyCode::Enter)),
                _ => {
                    picture.press(key(KeyCode::Enter));
                    picture.press(key(KeyCode::Enter));
                }
            }
            picture
        }
        When::Failed => {
            let mut picture = picture(&mut before(guess));
            let event = Event { kind: failure(), ..recorded().0[0].clone() };
            picture.hear(Signal::Recorded(event));
            picture
        }
        When::Replay => {
            let mut picture = Picture::replay(SIZE, recorded().0.clone()).unwrap();
            for _ in 0..20 {
                picture.press(key(KeyCode::Char(']')));
            }
            picture
        }
        When::Sessions => Picture::browser(SIZE, recorded().1.clone()).unwrap(),
    }
}

fn failure() -> EventKind {
    EventKind::SessionFailed(SessionFailure { reason: "the server is gone".into(), resumable: true, stopped: false })
}

/// A frame of each page and view after a key that changes it, drawn whole, as on a terminal that was just cleared.
#[divan::bench(args = VIEWS)]
fn frame_of(bencher: Bencher, view: View) {
    let mut picture = at(view.when);
    for letter in view.keys.chars() {
        picture.press(key(match letter {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            letter => KeyCode::Char(letter),
        }));
    }
    let mut keys = view.change.into_iter().cycle();
    bencher.bench_local(|| {
        picture.press(key(keys.next().unwrap()));
        picture.resize(SIZE).unwrap();
        black_box(picture.frame().unwrap())
    });
}

/// A step back in a replay from the end of the talk, which makes what was seen again from its beginning, and its frame.
#[divan::bench]
fn step_back_in_a_replay(bencher: Bencher) {
    let mut picture = at(When::Replay);
    let mut keys = [KeyCode::Left, KeyCode::Right].into_iter().cycle();
    bencher.bench_local(|| {
        for _ in 0..2 {
            picture.press(key(keys.next().unwrap()));
        }
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
