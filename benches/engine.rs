//! What the program itself costs a heist, model and tools aside: keeping an event, weighing one, folding the plan, carrying it
//! out.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

mod played;

use std::sync::{Arc, OnceLock};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use heist_bank::{Bank, Plan, Slot, job, mended};
use heist_tui::crew::{MoleChoice, Persona, deal, roster};
use heist_tui::heist::{
    AgentName, Difficulty, Draft, Event, EventKind, Guess, Guesser, Input, JudgeWhen, Message, Setup, State, Timestamp,
    Tokens, ToolReturn, step,
};
use heist_tui::store::Store;
use heist_tui::suspicion::Detector;

fn main() {
    divan::main();
}

/// A heist of five rounds, played by the program itself.
fn heist() -> &'static [Event] {
    static HEIST: OnceLock<Vec<Event>> = OnceLock::new();
    HEIST.get_or_init(|| of_seed(7))
}

fn of_seed(seed: u64) -> Vec<Event> {
    let folder = tempfile::tempdir().unwrap();
    played::played(&["--seed", &seed.to_string()], &folder.path().join("heist.db"))
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

/// The messages of the usual heist, or of a long one.
fn messages(which: &str) -> Vec<Message> {
    let events = if which == "long" {
        let folder = tempfile::tempdir().unwrap();
        played::long(&folder.path().join("heist.db"))
    } else {
        heist().to_vec()
    };
    let said = events.into_iter().filter_map(|event| match event.kind {
        EventKind::MessageCompleted(message) => Some(message),
        _ => None,
    });
    said.collect()
}

/// Folds the moves of a whole heist into its plan.
#[divan::bench(args = ["usual", "long"])]
fn fold_the_plan(bencher: Bencher, which: &str) {
    let messages = messages(which);
    let planner = messages[0].agent.clone();
    let moves: usize = messages.iter().map(|message| message.moves.len()).sum();
    bencher.counter(ItemsCount::new(moves)).bench_local(|| {
        let mut draft = Draft::default();
        for message in &messages {
            draft.take(&planner, &message.agent, &message.moves);
        }
        draft
    });
}

/// Folds them and tells after each message what it has changed, as a heist does that is played.
#[divan::bench(args = ["usual", "long"])]
fn fold_the_plan_and_tell(bencher: Bencher, which: &str) {
    let messages = messages(which);
    let planner = messages[0].agent.clone();
    let moves: usize = messages.iter().map(|message| message.moves.len()).sum();
    bencher.counter(ItemsCount::new(moves)).bench_local(|| {
        let mut draft = Draft::default();
        let mut changes = 0;
        for message in &messages {
            let before = draft.clone();
            draft.take(&planner, &message.agent, &message.moves);
            changes += draft.changes_since(&before, &message.id).len();
        }
        changes
    });
}

/// Plays a good plan against the First Meridian.
#[divan::bench]
fn play_a_plan(bencher: Bencher) {
    let bank = Bank::first_meridian();
    let plan = good_plan(&bank);
    bencher.bench_local(|| job(black_box(&bank), black_box(&plan)));
}

/// Decides so many slots again by what the sources say, at the First Meridian: with all six these are 12,600 plans.
#[divan::bench(args = 1..=6)]
fn mend_a_plan(bencher: Bencher, slots: usize) {
    let bank = Bank::first_meridian();
    let plan = good_plan(&bank);
    bencher.bench_local(|| mended(black_box(&bank), black_box(&plan), &Slot::ALL[..slots]));
}

fn good_plan(bank: &Bank) -> Plan {
    let mut plan = Plan::default();
    let values = ["22:00", "loading dock", "line test", "override", "cash cages and bearer bonds", "dock"];
    for (slot, value) in Slot::ALL.into_iter().zip(values) {
        plan.set(bank, slot, value).unwrap();
    }
    plan
}

/// Heists with these seeds, played as far as the guess, each with its mole.
fn guessed(seeds: std::ops::RangeInclusive<u64>) -> Vec<(State, AgentName)> {
    let heist = |seed| {
        let events = of_seed(seed);
        let EventKind::SessionStarted(opening) = &events[0].kind else { panic!("it does not begin") };
        let dealt = deal(seed, &roster(), opening.rounds, &MoleChoice::Random, None, Difficulty::Normal);
        assert_eq!(dealt.seal.commitment(), opening.commitment, "another game was dealt");
        let mut state = State::new(Setup {
            seed,
            bank: Arc::new(opening.bank.bank()),
            difficulty: Difficulty::Normal,
            crew: roster().iter().map(Persona::member).collect(),
            schedule: dealt.schedule,
            llm: opening.llm.clone(),
            judge: JudgeWhen::Off,
            tools: opening.tools.clone(),
            seal: dealt.seal,
        });
        for event in events.iter().take_while(|event| !matches!(event.kind, EventKind::GuessMade(_))) {
            state.apply(&event.kind, event.at);
        }
        let mole = events.iter().find_map(|event| match &event.kind {
            EventKind::VerdictReached(verdict) => verdict.mole.clone(),
            _ => None,
        });
        (state, mole.unwrap())
    };
    seeds.map(heist).collect()
}

/// Takes the guess of each of ten heists and carries its plan out: whose words struck, what is decided again, whom it failed for.
#[divan::bench(args = ["the mole", "another", "nobody"])]
fn carry_out_the_job(bencher: Bencher, named: &str) {
    let heists = guessed(1..=10);
    let guess = |mole: &AgentName| {
        let agent = match named {
            "the mole" => Some(mole.clone()),
            "another" => roster().iter().map(|persona| persona.name.clone()).find(|name| name != mole),
            _ => None,
        };
        Input::Guess(Guess { by: Guesser::Player, agent, sureness: None, blind: false })
    };
    let with_guess = || -> Vec<_> { heists.iter().map(|(state, mole)| (state.clone(), guess(mole))).collect() };
    bencher.counter(ItemsCount::new(heists.len())).with_inputs(with_guess).bench_local_refs(|heists| {
        heists.iter_mut().map(|(state, guess)| step(state, guess.clone(), Timestamp::default())).collect::<Vec<_>>()
    });
}
