//! The remarks after scripted games: each is looked up again in the events, in another way.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Mutex;

use heist_tui::heist::{Event, Remark, Remarks, Suspected};
use serde_json::Value;
use support::{Place, events, of_kind};

const CREW: [&str; 6] = ["planner", "hacker", "safecracker", "driver", "intel", "lookout"];

/// The place among all events of the message with this id.
fn said(events: &[Value], id: &str) -> usize {
    events.iter().position(|event| event["kind"] == "message.completed" && event["id"] == id).unwrap()
}

/// Whom a weighing makes the only first suspect.
fn top(weighing: &Value) -> Option<&str> {
    let agents = weighing["agents"].as_array().unwrap();
    let score = |agent: &Value| agent["score"].as_f64().unwrap();
    let best = agents.iter().map(score).fold(0.0, f64::max);
    let mut tops = agents.iter().filter(|agent| score(agent) >= best);
    let first = tops.next()?;
    tops.next().is_none().then(|| first["agent"].as_str().unwrap())
}

fn is_weighing(event: &Value) -> bool {
    event["kind"] == "suspicion.changed"
}

fn cause(weighing: &Value) -> &str {
    let cause = &weighing["cause"];
    cause["message"].as_str().or_else(|| cause["tool"].as_str()).unwrap()
}

/// Whether a message of the mole's is an act of this kind; any, if none is named.
fn is_act(verdict: &Value, id: &str, kinds: &[&str]) -> bool {
    let acts = verdict["sabotage"].as_array().unwrap();
    acts.iter().any(|act| act["message"] == id && (kinds.is_empty() || kinds.contains(&act["kind"].as_str().unwrap())))
}

/// Whether what a remark says is so.
fn holds(remark: &Remark, events: &[Value]) -> bool {
    let verdict = of_kind(events, "verdict.reached")[0];
    let (guess, mole) = (of_kind(events, "guess.made")[0], verdict["mole"].as_str().unwrap());
    let (player, right) = (guess["by"] == "player", guess["agent"] == verdict["mole"]);
    let weighings: Vec<_> = events.iter().enumerate().filter(|(_, event)| is_weighing(event)).collect();
    let last = weighings.last().and_then(|(_, weighing)| top(weighing));
    match remark {
        Remark::Untouched => player && right && verdict["sabotage"] == Value::Array(Vec::new()),
        Remark::Ahead { suspect } => player && right && last == Some(&**suspect) && &**suspect != mole,
        // Whoever guesses in advance does not say how sure he is.
        Remark::Sure { .. } | Remark::Hinted { .. } | Remark::Early { .. } => false,
        Remark::Behind { since } => {
            let begins = |turn: u32| {
                let is_it = |event: &Value| event["kind"] == "turn.started" && event["turn"] == turn;
                events.iter().position(is_it).unwrap_or(events.len())
            };
            // The turn in which the mole became the first suspect and since when it has remained it.
            let other = weighings.iter().rposition(|(_, weighing)| top(weighing) != Some(mole));
            let first = weighings.get(other.map_or(0, |other| other + 1));
            let is_in_turn = |(place, _): &_| (begins(*since)..begins(since + 1)).contains(place);
            player && !right && first.is_some_and(is_in_turn)
        }
        Remark::Objected { act, by, message } => {
            let objection = &events[said(events, message)];
            let moves = objection["moves"].as_array().unwrap();
            let is_it = |mv: &&Value| mv["kind"] == "correct" && mv["agent"] == mole;
            let facts: Vec<_> = moves.iter().filter(is_it).map(|mv| &mv["fact"]).collect();
            let acts = verdict["sabotage"].as_array().unwrap();
            objection["agent"] == **by
                && &**by != mole
                && said(events, act) < said(events, message)
                && acts
                    .iter()
                    .any(|one| one["message"] == **act && one["kind"] == "bent" && facts.contains(&&one["about"]))
        }
        Remark::First { act, lie, suspected } => {
            let place = said(events, act);
            let earlier = events[..place].iter().filter(|event| event["kind"] == "message.completed");
            let is_first = earlier.clone().all(|event| !is_act(verdict, event["id"].as_str().unwrap(), &[]));
            let found = weighings.iter().find(|(_, weighing)| top(weighing) == Some(mole));
            let when = match (suspected, found) {
                (Suspected::Never, None) => true,
                (Suspected::Before(id), Some((found, weighing))) => *found < place && cause(weighing) == id,
                (Suspected::AtOnce, Some((found, weighing))) => *found > place && cause(weighing) == act,
                (Suspected::After(id), Some((found, weighing))) => *found > place && cause(weighing) == id && id != act,
                _ => false,
            };
            is_first && when && is_act(verdict, act, if *lie { &["bent", "misquoted"] } else { &[] })
        }
        Remark::Unread { act, document } => {
            let asked = events.iter().any(|event| event["kind"] == "tool.called" && event["arguments"] == *document);
            is_act(verdict, act, &["bent"]) && tells(events, verdict, act, document) && !asked
        }
        Remark::Read { act, document, by, turn } => {
            let is_it = |event: &&Value| event["kind"] == "tool.called" && event["arguments"] == *document;
            let call = events[..said(events, act)].iter().filter(is_it).find(|call| call["agent"] == **by).unwrap();
            let answered = of_kind(events, "tool.returned").iter().any(|it| it["id"] == call["id"] && it["ok"] == true);
            &**by != mole && call["turn"] == *turn && answered && tells(events, verdict, act, document)
        }
        Remark::Misled { agent, turns, of } => {
            let (mut turn, mut ends) = (0, BTreeMap::new());
            for event in events {
                if event["kind"] == "turn.started" {
                    turn = event["turn"].as_u64().unwrap();
                }
                if is_weighing(event) {
                    ends.insert(turn, top(event));
                }
            }
            let after = ends.values().filter(|top| **top == Some(&**agent)).count();
            &**agent != mole && after == *turns as usize && ends.len() == *of as usize
        }
    }
}

/// Whether the document has the sentence for what was bent in this message.
fn tells(events: &[Value], verdict: &Value, act: &str, document: &str) -> bool {
    let seed = events[0]["bank"]["seed"].as_u64().unwrap();
    let bank = heist_bank::Bank::of(seed);
    let acts = verdict["sabotage"].as_array().unwrap().iter();
    let about =
        acts.filter(|one| one["message"] == act && one["kind"] == "bent").map(|one| one["about"].as_str().unwrap());
    let documents = bank.documents();
    let text = &documents.iter().find(|it| it.name == document).unwrap().text;
    let facts = heist_bank::facts_in_document(text);
    about.into_iter().any(|about| facts.iter().any(|fact| fact.key() == about))
}

#[test]
fn what_is_remarked_after_a_scripted_game_is_so() {
    let seeds: Vec<u64> = (0..50).collect();
    let counts = Mutex::new(BTreeMap::<String, u32>::new());
    std::thread::scope(|scope| {
        for part in seeds.chunks(25) {
            let counts = &counts;
            scope.spawn(move || {
                let place = Place::new();
                for seed in part {
                    let guess = match seed % 4 {
                        0 => "detector",
                        1 => "none",
                        _ => CREW[usize::try_from(seed / 4 % 6).unwrap()],
                    };
                    let output =
                        place.scripted(&["--json", "--seed", &seed.to_string(), "--rounds", "3", "--guess", guess]);
                    let mut remarks = Remarks::default();
                    for line in std::str::from_utf8(&output.stdout).unwrap().lines() {
                        remarks.take(&serde_json::from_str::<Event>(line).unwrap().kind);
                    }
                    let (told, events) = (remarks.told(), events(&output));
                    assert!((1..=3).contains(&told.len()), "seed {seed}: {told:?}");
                    for remark in told {
                        assert!(holds(&remark, &events), "seed {seed}, {guess}: {remark}");
                        let name = format!("{remark:?}");
                        let name = name.split([' ', '{']).next().unwrap().to_owned();
                        *counts.lock().unwrap().entry(name).or_default() += 1;
                    }
                }
            });
        }
    });
    let counts = counts.into_inner().unwrap();
    assert!(counts.len() >= 4, "they are not always the same: {counts:?}");
}
