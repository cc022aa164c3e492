//! Nothing that is counted or timed tells the mole: over many heists, each number that events, tables, log lines and a model
//! server's requests carry by agent ranks the mole among the others as chance would.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};

use support::model::{Answer, Asks, ModelServer, asks, judgement, moves, prompt};
use support::{Place, of_kind};

/// So many heists of one round, in which everybody speaks and the planner twice; everybody is the mole equally often.
const HEISTS: u64 = 204;

/// So many at a time: a server that reads takes time and no processor.
const AT_ONCE: usize = 6;

/// How far from one half the area under a figure's ROC curve may be.
const CHANCE: f64 = 0.1;

/// So many figures of each sort are printed.
const SHOWN: usize = 6;

/// How long the server takes to read a token.
const READING: Duration = Duration::from_micros(60);

/// What a mole really does differently in public, by the beginnings of the figures' names: its words, its moves and its calls,
/// and what is made of these.
const BEHAVIOUR: [&str; 7] = ["words", "calls", "suspicion", "judge", "event tool.", "event plan.", "table tool_calls"];

/// The numbers of one heist, by name and agent.
#[derive(Default)]
struct Figures(BTreeMap<String, BTreeMap<String, Vec<f64>>>);

impl Figures {
    fn add(&mut self, name: &str, agent: &str, value: f64) {
        self.0.entry(name.to_owned()).or_default().entry(agent.to_owned()).or_default().push(value);
    }

    /// All numbers in a JSON value, each by its way to it; what is text is told in text.
    fn add_all(&mut self, name: &str, agent: &str, value: &Value) {
        match value {
            Value::Number(number) => self.add(name, agent, number.as_f64().unwrap()),
            Value::Object(members) => {
                members.iter().for_each(|(key, value)| self.add_all(&format!("{name} {key}"), agent, value));
            }
            _ => {}
        }
    }

    /// One number for each name and agent: how many there were, and what they add up to.
    fn sums(self) -> BTreeMap<(String, String), f64> {
        let mut sums = BTreeMap::new();
        for (name, agents) in self.0 {
            for (agent, values) in agents {
                sums.insert((format!("{name}, times"), agent.clone()), count(values.len()));
                sums.insert((name.clone(), agent), values.iter().sum());
            }
        }
        sums
    }
}

/// A heist as it was seen.
struct Heist {
    mole: String,
    sums: BTreeMap<(String, String), f64>,
}

fn millis(event: &Value) -> f64 {
    let at: jiff::Timestamp = event["at"].as_str().unwrap().parse().unwrap();
    #[allow(clippy::cast_precision_loss, reason = "whole milliseconds")]
    return at.as_millisecond() as f64;
}

/// What the events before the verdict carry: by the agent that an event names, by the one whose turn it is, and by the
/// one who spoke before.
fn of_events(figures: &mut Figures, events: &[Value]) {
    let (mut turn_of, mut last, mut spoke) = (None::<String>, None::<f64>, None::<String>);
    for event in events.iter().take_while(|event| event["kind"] != "guess.made") {
        let kind = event["kind"].as_str().unwrap();
        if kind == "turn.started" {
            turn_of = event["agent"].as_str().map(str::to_owned);
        }
        for list in ["agents", "evidence"] {
            for piece in event[list].as_array().into_iter().flatten() {
                let name = if kind == "judge.answered" { "judge" } else { "suspicion" };
                figures.add_all(name, piece["agent"].as_str().unwrap(), piece);
            }
        }
        let Some(agent) = event["agent"].as_str().map(str::to_owned).or_else(|| turn_of.clone()) else { continue };
        let mut event = event.clone();
        let members = event.as_object_mut().unwrap();
        if let Some(before) = spoke.as_ref().filter(|_| kind == "message.completed") {
            figures.add_all("the next message's", before, &members["tokens"]);
        }
        if kind == "message.completed" {
            spoke = Some(agent.clone());
            figures.add("words", &agent, count(members["text"].as_str().unwrap().len()));
        }
        // A piece has neither place nor time in the record.
        if members.contains_key("at") {
            let now = millis(&Value::Object(members.clone()));
            figures.add(&format!("event {kind} after"), &agent, last.map_or(0.0, |last| now - last));
            last = Some(now);
        }
        for place in ["seq", "round", "turn"] {
            members.remove(place);
        }
        figures.add_all(&format!("event {kind}"), &agent, &event);
        figures.add("events", &agent, 1.0);
        if event["restart"] == true {
            figures.add("event message.delta restart", &agent, 1.0);
        }
    }
}

/// What the tables carry by agent.
fn of_tables(figures: &mut Figures, place: &Place) {
    let db = Connection::open(place.database()).unwrap();
    let tables = ["messages", "tool_calls", "suspicion"];
    for table in tables {
        let mut select = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = select.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let agent: String = row.get("agent").unwrap();
            for (at, column) in columns.iter().enumerate() {
                let value = match row.get_ref(at).unwrap() {
                    #[allow(clippy::cast_precision_loss, reason = "counts and times")]
                    ValueRef::Integer(number) => number as f64,
                    ValueRef::Real(number) => number,
                    _ => continue,
                };
                if !["seq", "round", "turn"].contains(&column.as_str()) {
                    let name = if table == "suspicion" { "suspicion".to_owned() } else { format!("table {table}") };
                    figures.add(&format!("{name} {column}"), &agent, value);
                }
            }
        }
    }
}

/// What the log carries, by the turn that a line came in.
fn of_log(figures: &mut Figures, events: &[Value], log: &str) {
    let turns: Vec<_> =
        of_kind(events, "turn.started").iter().map(|event| (millis(event), event["agent"].as_str().unwrap())).collect();
    let end = events.iter().find(|event| event["kind"] == "guess.made").map_or(f64::MAX, millis);
    for line in log.lines() {
        let Some((at, said)) = line.split_once(' ') else { continue };
        let Ok(at) = at.parse::<jiff::Timestamp>() else { continue };
        #[allow(clippy::cast_precision_loss, reason = "microseconds of a day")]
        let at = at.as_microsecond() as f64 / 1000.0;
        let Some((_, agent)) = turns.iter().rev().find(|(began, _)| *began <= at).filter(|_| at < end) else {
            continue;
        };
        figures.add("log lines", agent, 1.0);
        let shape: String = said.chars().map(|letter| if letter.is_ascii_digit() { '#' } else { letter }).collect();
        let shape = shape.chars().take(90).collect::<String>();
        figures.add(&format!("log {shape}"), agent, 1.0);
        let numbers =
            said.split(|letter: char| !letter.is_ascii_digit()).filter_map(|number| number.parse::<f64>().ok());
        for (at, number) in numbers.enumerate() {
            figures.add(&format!("log {shape} {at}"), agent, number);
        }
    }
}

/// What a server was asked, by the agent that it was asked to act for.
fn of_requests(figures: &mut Figures, asked: &[Value]) {
    for body in asked {
        let Some((_, tail)) = prompt(body).rsplit_once("\n---\n") else { continue };
        let kind = match asks(body) {
            Asks::Call => "choose",
            Asks::Moves => "decide",
            Asks::Message => "speak",
            Asks::Judgement | Asks::Nothing => continue,
        };
        let name = tail.trim_start_matches("You are ").trim_start_matches("Say this as ");
        let agent = name.split([':', ',']).next().unwrap();
        figures.add(&format!("requests to {kind}"), agent, 1.0);
        figures.add(&format!("bytes to {kind}"), agent, count(body.to_string().len()));
    }
}

/// A figure's name, and the areas under the ROC curve of its values and of these against each role's mean.
type Area = (String, f64, f64);

/// How far from chance a figure is.
fn bias((_, all, by_role): &Area) -> f64 {
    (all - 0.5).abs().max((by_role - 0.5).abs())
}

/// The figures that most heists have, those that tell most first.
fn areas(heists: &[Heist]) -> Vec<Area> {
    let mut figures: BTreeMap<&str, Vec<(&str, f64, bool)>> = BTreeMap::new();
    for heist in heists {
        for ((name, agent), value) in &heist.sums {
            figures.entry(name).or_default().push((agent, *value, *agent == heist.mole));
        }
    }
    let mut found = Vec::new();
    for (name, values) in figures {
        let moles = values.iter().filter(|(_, _, mole)| *mole).count();
        // Of what is seldom there chance alone makes too much.
        if moles * 2 < heists.len() {
            continue;
        }
        let mut means: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (agent, value, _) in &values {
            let mean = means.entry(agent).or_default();
            *mean = (mean.0 + value, mean.1 + 1.0);
        }
        let by_role = values.iter().map(|(agent, value, mole)| (value - means[agent].0 / means[agent].1, *mole));
        found.push((name.to_owned(), auroc(values.iter().map(|(_, value, mole)| (*value, *mole))), auroc(by_role)));
    }
    found.sort_by(|one, other| bias(other).total_cmp(&bias(one)));
    found
}

/// The share of pairs of a mole and somebody honest in which the mole has more; equal ones count half.
fn auroc(values: impl Iterator<Item = (f64, bool)>) -> f64 {
    // What is calculated against a mean is equal but for the last bits.
    let mut values: Vec<_> = values.map(|(value, mole)| ((value * 1e6).round(), mole)).collect();
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut pairs, mut all) = (0.0, 0.0, 0.0);
    for equal in values.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let moles = count(equal.iter().filter(|(_, mole)| *mole).count());
        let honest = count(equal.len()) - moles;
        pairs += moles * (below + honest / 2.0);
        (below, all) = (below + honest, all + moles);
    }
    pairs / (all * below)
}

#[allow(clippy::cast_precision_loss, reason = "some thousands")]
fn count(number: usize) -> f64 {
    number as f64
}

/// Plays all heists, a few at a time.
fn heists(play: impl Fn(u64, &mut Figures) -> Vec<Value> + Sync) -> Vec<Heist> {
    let (next, heists) = (AtomicU64::new(1), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed > HEISTS {
                        break;
                    }
                    let mut figures = Figures::default();
                    let events = play(seed, &mut figures);
                    let verdict = of_kind(&events, "verdict.reached");
                    let mole = verdict.first().unwrap_or_else(|| panic!("seed {seed}: {events:?}"))["mole"].clone();
                    let heist = Heist { mole: mole.as_str().unwrap().to_owned(), sums: figures.sums() };
                    heists.lock().unwrap().push(heist);
                }
            });
        }
    });
    heists.into_inner().unwrap()
}

/// Says how far from chance the figures are, and that none is too far but of what the mole really does in public.
fn nothing_else_tells(heists: &[Heist]) {
    let (public, private): (Vec<_>, Vec<_>) =
        areas(heists).into_iter().partition(|(name, ..)| BEHAVIOUR.iter().any(|public| name.starts_with(public)));
    println!("{} heists, {} figures of public behaviour and {} others", heists.len(), public.len(), private.len());
    for (name, all, by_role) in public.iter().take(SHOWN).chain(private.iter().take(SHOWN)) {
        println!("{all:.2}, against the role's mean {by_role:.2}: {name}");
    }
    let telling: Vec<_> = private.iter().filter(|area| bias(area) > CHANCE).collect();
    assert!(private.len() > 50 && telling.is_empty(), "these tell the mole: {telling:#?}");
}

/// What a model answers that knows nothing of its orders: calls and moves of several kinds, and now and then something that it
/// has to be asked for again.
fn answer(body: &Value, n: usize) -> Answer {
    let dice = (n * 7 + prompt(body).len()) % 10;
    let text = match asks(body) {
        Asks::Judgement => return judgement("planner"),
        Asks::Call => json!({"call": 1 + dice % 4}).to_string(),
        Asks::Moves => json!({"moves": [1 + dice % 3, 1 + dice % 5]}).to_string(),
        Asks::Message if dice == 0 => "It is so.".to_owned(),
        Asks::Message | Asks::Nothing => moves(body).to_owned() + " Mark that.",
    };
    Answer::Read(text, READING)
}

const CREW: [&str; 6] = ["planner", "hacker", "safecracker", "intel", "driver", "lookout"];

/// Plays one heist with everything that a log can tell, and gives its events.
fn play(seed: u64, figures: &mut Figures, who: &[&str]) -> Vec<Value> {
    let (place, mole) = (Place::new(), CREW[usize::try_from(seed).unwrap() % CREW.len()]);
    let game = ["--ci", "--json", "--deltas", "--rounds", "1", "--tools", "embedded", "--mole", mole];
    let mut program = place.program(&[&game, who].concat());
    let output = program.args(["--seed", &seed.to_string()]).env("RUST_LOG", "trace").output().unwrap();
    let events = support::events(&output);
    of_events(figures, &events);
    of_tables(figures, &place);
    of_log(figures, &events, &String::from_utf8_lossy(&output.stderr));
    events
}

#[test]
fn no_number_of_a_models_heists_tells_the_mole() {
    nothing_else_tells(&heists(|seed, figures| {
        let server = ModelServer::start(&["m"], answer);
        let events = play(seed, figures, &["--llm", "openai", "--llm-url", &server.url]);
        of_requests(figures, &server.asked());
        events
    }));
}

#[test]
fn no_number_of_the_scripted_crews_heists_tells_the_mole() {
    nothing_else_tells(&heists(|seed, figures| play(seed, figures, &["--llm", "scripted"])));
}
