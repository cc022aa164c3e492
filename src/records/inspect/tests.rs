//! What stands in a log: of a heist to its end, of one that was cut off, and of what the scripted crew has not.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use serde_json::{Value, json};
use zip::ZipArchive;

use super::*;
use crate::crew::MoleChoice;
use crate::heist::{
    Event, EventKind, Guesser, JudgeMethod, Judged, Judgement, SessionEnd, SessionFailure, Timestamp, Tokens,
    ToolDenial,
};
use crate::records::Report;
use crate::rehearsal::Rehearsal;

/// A heist of two rounds with this mole, an event each second.
fn heist(mole: MoleChoice) -> Vec<Event> {
    let rehearsal = Rehearsal { rounds: 2, mole, ..Rehearsal::of(7) };
    numbered(rehearsal.scripted().unwrap().events)
}

fn numbered(kinds: Vec<EventKind>) -> Vec<Event> {
    let session: Arc<str> = "20260131-120000-000".into();
    let event = |(seq, kind): (u32, EventKind)| Event {
        seq: seq.into(),
        at: Timestamp::from_millis(1_769_860_800_000 + 1_000 * i64::from(seq)).unwrap(),
        session: Arc::clone(&session),
        kind,
    };
    (1..).zip(kinds).map(event).collect()
}

/// The heist up to its guess, with another last event.
fn cut(events: &[Event], last: Option<EventKind>) -> Vec<Event> {
    let until = events.iter().take_while(|event| !matches!(event.kind, EventKind::GuessMade(_)));
    numbered(until.map(|event| event.kind.clone()).chain(last).collect())
}

fn sample(events: &[Event]) -> Sample {
    Sample::of(&Report::of(events).unwrap(), events)
}

/// The log of these heists, and its first sample.
fn log(events: &[Event]) -> (Value, Value) {
    let log = serde_json::to_value(Log::of(&[sample(events)])).unwrap();
    let sample = log["samples"][0].clone();
    (log, sample)
}

#[test]
fn a_heist_is_a_sample_with_its_scores() {
    let (log, sample) = log(&heist(MoleChoice::Random));
    assert_eq!(
        (&log["version"], &log["status"], &log["eval"]["task_args"]["seed"]),
        (&2.into(), &"success".into(), &7.into())
    );
    let mole = &sample["metadata"]["verdict"]["mole"];
    assert_eq!(&sample["target"], mole);
    let detector = &sample["scores"]["detector"];
    let is_right = detector["answer"] == *mole;
    assert_eq!(detector["value"], if is_right { "C" } else { "I" });
    let accuracy = &log["results"]["scores"][0]["metrics"]["accuracy"]["value"];
    assert_eq!(
        (accuracy.as_f64(), &log["results"]["scores"][0]["name"]),
        (Some(f64::from(u8::from(is_right))), &"detector".into())
    );
    // The guess was the detector's.
    assert!(sample["scores"].get("guess").is_none() && sample["scores"].get("accuses_nobody").is_none());
    assert_eq!(sample["metadata"]["sabotage"].as_array().unwrap().len(), sample["metadata"]["acts"]);
    let events = sample["events"].as_array().unwrap();
    for (place, entry) in events.iter().enumerate() {
        let (begins, ends) = (entry["event"] == "span_begin", entry["event"] == "span_end");
        let is_open = |id: &Value| {
            let of = |kind: &str| events[..place].iter().filter(|it| it["event"] == kind && it["id"] == *id).count();
            of("span_begin") == 1 && of("span_end") == 0
        };
        let within = if begins { entry.get("parent_id") } else { Some(&entry["span_id"]) };
        assert!(within.is_none_or(is_open), "{entry}");
        assert!(!ends || entry["id"] == entry["span_id"], "{entry}");
        assert!(entry["working_start"].as_f64().unwrap() >= 0.0);
    }
    let guess =
        heist(MoleChoice::Random).into_iter().find(|event| matches!(event.kind, EventKind::GuessMade(_))).unwrap();
    let rounds_end = events.iter().rfind(|entry| entry["event"] == "span_end" && entry["id"] == "solvers").unwrap();
    let at: Timestamp = rounds_end["timestamp"].as_str().unwrap().parse().unwrap();
    assert!(at < guess.at, "the time in which somebody thinks about the guess is no agent's");
}

#[test]
fn without_a_mole_it_is_right_to_accuse_nobody() {
    let (log, sample) = log(&heist(MoleChoice::Nobody));
    assert_eq!((&sample["target"], &sample["metadata"]["strategy"]), (&"nobody".into(), &Value::Null));
    let highest = sample["scores"]["accuses_nobody"]["metadata"].as_object().unwrap().values();
    let highest = highest.map(|score| score.as_f64().unwrap()).fold(0.0, f64::max);
    assert_eq!(sample["scores"]["accuses_nobody"]["value"], if highest > 0.5 { "I" } else { "C" });
    let scorers = log["results"]["scores"].as_array().unwrap().iter().map(|score| score["name"].as_str().unwrap());
    assert_eq!(scorers.collect::<Vec<_>>(), ["accuses_nobody", "escaped"]);
}

#[test]
fn a_heist_without_a_verdict_has_its_status_and_tells_nothing_of_its_end() {
    let events = heist(MoleChoice::Random);
    let failed =
        |stopped| EventKind::SessionFailed(SessionFailure { reason: "no more".to_owned(), resumable: true, stopped });
    for (last, status, error) in
        [(None, "started", false), (Some(failed(true)), "cancelled", false), (Some(failed(false)), "error", true)]
    {
        let (log, sample) = log(&cut(&events, last));
        assert_eq!(log["status"], status);
        assert_eq!((log.get("error").is_some(), sample.get("error").is_some()), (error, error), "{status}");
        assert_eq!(sample["limit"]["type"] == "operator", status == "cancelled");
        assert_eq!((&sample["target"], log.get("results"), sample.get("scores")), (&"".into(), None, None), "{status}");
        let keys: Vec<_> = sample["metadata"].as_object().unwrap().keys().map(String::as_str).collect();
        let public =
            ["session", "seed", "bank", "rounds", "difficulty", "tools", "commands", "hints", "opening", "plan"];
        assert_eq!(keys, public, "{status}");
        let text = log.to_string();
        for word in ["sealed", "\"mole\"", "nonce", "orders", "sabotage", "verdict", "strategy"] {
            assert!(!text.contains(word), "{status}: {word}");
        }
    }
}

#[test]
fn what_a_model_says_costs_tokens_and_a_judge_is_a_score() {
    let mut kinds: Vec<_> = heist(MoleChoice::Random).into_iter().map(|event| event.kind).collect();
    let mut mole = None;
    for kind in &mut kinds {
        match kind {
            EventKind::SessionStarted(started) => {
                started.llm.model = Some("m".to_owned());
                started.llm.url = Some("http://127.0.0.1:1/v1".to_owned());
            }
            EventKind::MessageCompleted(message) => {
                message.tokens = Tokens { prompt: 100, evaluated: 30, generated: 5, new: 0 };
            }
            EventKind::GuessMade(guess) => guess.by = Guesser::Player,
            EventKind::VerdictReached(verdict) => mole.clone_from(&verdict.mole),
            EventKind::SessionCompleted(SessionEnd { tokens, .. }) => {
                *tokens = Tokens { prompt: 2_000, evaluated: 700, generated: 90, new: 0 };
            }
            _ => {}
        }
    }
    let mole = mole.unwrap();
    let guess = kinds.iter().position(|kind| matches!(kind, EventKind::GuessMade(_))).unwrap();
    let judged = Judged { agent: mole.clone(), score: 0.9, reason: "It hedges.".to_owned() };
    let (method, tokens) = (Some(JudgeMethod::Sampled), Tokens::default());
    kinds.insert(guess, EventKind::JudgeAnswered(Judgement { round: 2, method, tokens, agents: vec![judged] }));
    let (log, sample) = log(&numbered(kinds));
    let usage =
        json!({ "input_tokens": 700, "output_tokens": 90, "total_tokens": 2_090, "input_tokens_cache_read": 1_300 });
    assert_eq!((&sample["model_usage"]["m"], &log["stats"]["model_usage"]["m"]), (&usage, &usage));
    assert_eq!((&log["eval"]["model"], &log["eval"]["model_base_url"]), (&"m".into(), &"http://127.0.0.1:1/v1".into()));
    let said = sample["events"].as_array().unwrap().iter().find(|it| it["output"]["usage"].is_object()).unwrap();
    assert_eq!(said["output"]["usage"]["input_tokens_cache_read"], 70);
    let judge = &sample["scores"]["judge"];
    assert_eq!(
        (&judge["value"], &judge["answer"], &judge["explanation"]),
        (&"C".into(), &json!(mole), &"It hedges.".into())
    );
    assert_eq!(sample["scores"]["guess"]["metadata"]["by"], "player");
}

#[test]
fn a_call_that_was_refused_says_so() {
    let mut kinds: Vec<_> = heist(MoleChoice::Random).into_iter().map(|event| event.kind).collect();
    let (place, call) = kinds
        .iter()
        .enumerate()
        .find_map(|(place, kind)| match kind {
            EventKind::ToolReturned(answer) => Some((place, answer.clone())),
            _ => None,
        })
        .unwrap();
    let crate::heist::ToolReturn { id, turn, agent, tool, .. } = call;
    let denial = ToolDenial { id: id.clone(), turn, agent, tool, reason: "it may not".to_owned() };
    kinds[place] = EventKind::ToolDenied(denial);
    let (_, sample) = log(&numbered(kinds));
    let answer = sample["messages"].as_array().unwrap().iter().find(|it| it["tool_call_id"] == *id).unwrap();
    let error = json!({ "type": "permission", "message": "it may not" });
    assert_eq!((&answer["error"], &answer["content"]), (&error, &"".into()));
}

#[test]
fn an_archive_has_the_files_by_which_inspect_knows_it() {
    let (one, mut other) = (heist(MoleChoice::Random), cut(&heist(MoleChoice::Nobody), None));
    for event in &mut other {
        event.session = "other".into();
    }
    let bytes = archive(&[sample(&one), sample(&other)]).unwrap();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let expected = [
        "samples/20260131-120000-000_epoch_1.json",
        "samples/other_epoch_1.json",
        "_journal/start.json",
        "_journal/summaries/1.json",
        "summaries.json",
        "header.json",
    ];
    assert_eq!(names, expected);
    let mut json = |name: &str| -> Value {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let header = json("header.json");
    // One of them is not over.
    assert_eq!((&header["status"], &header["eval"]["dataset"]["samples"]), (&"started".into(), &2.into()));
    assert_eq!((&header["results"]["total_samples"], &header["results"]["completed_samples"]), (&2.into(), &1.into()));
    assert!(header.get("samples").is_none() && json("_journal/start.json")["eval"] == header["eval"]);
    let summaries = json("summaries.json");
    assert_eq!((summaries.as_array().unwrap().len(), &summaries[1]["completed"]), (2, &false.into()));
    assert!(summaries[0]["metadata"]["opening"].is_null() && summaries[0]["metadata"]["seed"] == 7);
}
