//! The mole's acts, as they are kept and told: sealed until the verdict, whole after a kill, and in plain words from then on.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

#[path = "support/schema.rs"]
mod schema;
mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::Arc;

use heist_bank::{Bank, Slot};
use heist_tui::crew::{Deal, Persona};
use heist_tui::heist::{
    Act, ActKind, Acts, Difficulty, Effect, Event, EventKind, Guess, Guesser, Input, JudgeWhen, LlmInfo, Move, Setup,
    Speech, Stage, State, Strategy, Timestamp, Tokens, ToolsInfo, step,
};
use heist_tui::store::Store;
use heist_tui::terms::Terms;
use rusqlite::Connection;
use serde_json::Value;
use support::{Place, events, of_kind, told};

/// Where the mole says that the vault is.
const FALSE_FLOOR: &str = "attic";
/// A heist of three rounds in the bank that is written by hand.
const TERMS: &str = r#"{"rounds":3,"mole":{"agent":"driver"},"strategy":"false_info","bank":"first-meridian"}"#;
const SEED: u64 = 7;

/// The events of a heist in which nobody uses a tool, up to the turn after this one, and what its verdict would tell.
fn played(session: &Arc<str>, turns: u32) -> (Vec<Event>, Vec<Act>) {
    let terms: Terms = serde_json::from_str(TERMS).unwrap();
    let Deal { seal, schedule } = terms.deal(SEED);
    let mut state = State::new(Setup {
        seed: SEED,
        bank: Arc::new(Bank::first_meridian()),
        difficulty: Difficulty::Normal,
        crew: terms.crew.iter().map(Persona::member).collect(),
        schedule,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        judge: JudgeWhen::Off,
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        seal,
    });
    let at = Timestamp::default();
    let mut kinds = Vec::new();
    let mut todo = vec![Input::Proceed, Input::Open];
    while let Some(input) = todo.pop() {
        let turn = match state.stage() {
            Stage::InTurn(turn) => Some(turn.clone()),
            _ => None,
        };
        let done = step(&mut state, input, at);
        kinds.extend(done.events);
        todo.extend(done.effects.into_iter().filter_map(|effect| match effect {
            Effect::Choose => Some(Input::Chose(None)),
            Effect::Speak => turn.as_ref().map(|turn| said(&turn.agent)),
            Effect::Proceed => turn.as_ref().filter(|turn| turn.number < turns).map(|_| Input::Proceed),
            _ => None,
        }));
    }
    let numbered = (1..).zip(kinds).map(|(seq, kind)| Event { seq, at, session: session.clone(), kind });
    let recorded = numbered.collect();
    let guess = Guess { by: Guesser::Player, agent: None, sureness: None, blind: false };
    let told = step(&mut state, Input::Guess(guess), at).events.into_iter().find_map(|event| match event {
        EventKind::VerdictReached(verdict) => Some(verdict.sabotage),
        _ => None,
    });
    (recorded, told.unwrap())
}

/// What an agent says and does: the mole bends a fact and opens again what the planner settles.
fn said(agent: &str) -> Input {
    let place = Bank::first_meridian().fact("vault_place").unwrap();
    let (slot, value) = (Slot::Entry, "roof hatch".to_owned());
    let (text, moves, acts) = match agent {
        "planner" => ("We go in by the roof hatch.", vec![Move::Settle { slot, value }], vec![]),
        "driver" => {
            let value = place.bent(0, FALSE_FLOOR).value();
            let moves = vec![Move::Report { fact: place.key(), value, source: String::new() }, Move::Reopen { slot }];
            let acts = vec![Some(ActKind::Bent), Some(ActKind::Reopened)];
            ("The vault is in the attic, so let us think about the way in again.", moves, acts)
        }
        _ => ("I see no reason to wait.", vec![Move::Support { slot, value, because: None }], vec![]),
    };
    let (tokens, acts) = (Tokens::default(), Acts::new(acts));
    Input::Spoke(Speech { text: text.into(), moves, acts, tokens, ms: 1 })
}

/// A place with such a heist, as its program would leave it when it is killed after that many turns.
fn killed(turns: u32) -> (Place, String, Vec<Act>) {
    let place = Place::new();
    let mut store = Store::open(&place.database()).unwrap();
    let session = store.begin(Timestamp::default(), TERMS).unwrap();
    let (events, acts) = played(&session, turns);
    store.append(&events).unwrap();
    drop(store);
    (place, session.to_string(), acts)
}

fn resumed(place: &Place, session: &str) -> Vec<Value> {
    let output = place.program(&["resume", session, "--ci", "--json", "--llm", "scripted"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    events(&output)
}

/// All bytes of what lies in a place: the database, and what stands beside it.
fn bytes(place: &Place) -> Vec<u8> {
    let files = fs::read_dir(place.path()).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.is_file()).flat_map(|path| fs::read(path).unwrap()).collect()
}

/// All bytes of a copy of the database, but for what the games in it were dealt from.
fn without_terms(place: &Place) -> Vec<u8> {
    let copy = place.path().join("copy.db");
    let sql = format!("VACUUM INTO '{}'", copy.display());
    Connection::open(place.database()).unwrap().execute_batch(&sql).unwrap();
    Connection::open(&copy).unwrap().execute_batch("UPDATE sessions SET terms = '{}'; VACUUM;").unwrap();
    let bytes = fs::read(&copy).unwrap();
    fs::remove_file(copy).unwrap();
    bytes
}

fn stands(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn a_heist_that_was_killed_tells_all_acts_at_its_verdict() {
    for turns in [1, 6, 9, 12] {
        let (place, session, acts) = killed(turns);
        let rest = resumed(&place, &session);
        let sabotage = &of_kind(&rest, "verdict.reached")[0]["sabotage"];
        let sabotage: Vec<Act> = serde_json::from_value(sabotage.clone()).unwrap();
        assert_eq!(sabotage[..acts.len()], acts, "after {turns} turns");
        assert!(turns < 12 || acts.len() == 4, "{acts:?}");
        assert!(acts.iter().all(|act| [FALSE_FLOOR, "it is open again"].contains(&&*act.said)), "{acts:?}");
    }
}

#[test]
fn every_reader_tells_each_act_with_its_message_and_what_was_true() {
    let (place, session, acts) = killed(12);
    resumed(&place, &session);
    let bank = Bank::first_meridian();
    let truth = bank.fact("vault_place").unwrap().text(0).to_owned();
    let (bent, reopened) = (&acts[0], &acts[1]);
    let deed = format!("said {FALSE_FLOOR} for the vault's place");
    let undone = "opened the entry again";
    let plain = told(&place, &["replay", &session, "--ci"]);
    assert!(plain.contains(&format!("{} in round 1: {deed}; the truth is {truth}", bent.message)), "{plain}");
    assert!(plain.contains(&format!("{} in round 1: {undone}; {}", reopened.message, reopened.truth)), "{plain}");
    assert!(plain.contains("  * entry: roof hatch, settled by planner, 1 for\n"), "{plain}");
    let shown = told(&place, &["sessions", "show", &session]);
    let row = shown.lines().find(|line| line.contains(&deed)).unwrap();
    assert!(row.starts_with(&bent.message) && row.ends_with(&format!("the truth is {truth}")), "{shown}");
    assert!(shown.contains("\nThe plan\n") && shown.contains("entry"), "{shown}");
    let html = told(&place, &["export", &session, "--format", "html"]);
    let link = format!("<a href=\"#{0}\">{0}</a>, round 1<blockquote>", bent.message);
    assert!(html.contains(&link) && html.contains(&format!("<strong>{deed}</strong>; the truth is {truth}")), "{html}");
    assert!(html.contains(&format!("id=\"{}\"", bent.message)) && html.contains("<h2>The plan</h2>"), "{html}");
    let markdown = told(&place, &["export", &session, "--format", "md"]);
    assert!(
        markdown.contains(&format!("- {}, round 1: **{deed}**; the truth is {truth}: ", bent.message)),
        "{markdown}"
    );
    let (_, end) = markdown.split_once("## The plan").unwrap();
    let (left, _) = end.split_once("<details>").unwrap();
    assert!(left.contains("| entry | ") && left.contains(" settled by planner "), "{markdown}");
    let stats: Value = serde_json::from_str(&told(&place, &["stats", "--json"])).unwrap();
    assert!(stats["strategies"][0]["acts"].as_f64().unwrap() >= 4.0, "{stats}");
}

#[test]
fn no_byte_of_a_heist_that_was_killed_tells_its_mole() {
    for seed in 0..3 {
        let place = Place::new();
        let args = ["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--difficulty", "easy", "--seed"];
        let seed = seed.to_string();
        let mut heist = place.program(&[&args[..], &[&seed]].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(heist.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        lines.by_ref().take(100).for_each(|line| drop(line.unwrap()));
        heist.kill().unwrap();
        heist.wait().unwrap();
        let session = first["session"].as_str().unwrap();
        let kept = bytes(&place);
        assert!(stands(&kept, "\"sealed\"") && !stands(&kept, "verdict.reached"), "seed {seed}");
        let others = without_terms(&place);
        let verdict = of_kind(&resumed(&place, session), "verdict.reached")[0].clone();
        let secrets =
            [verdict["nonce"].as_str().unwrap(), verdict["orders"].as_str().unwrap(), "sabotage", "\"truth\""];
        // The state of a slot has the name of one of them, and is public.
        let kinds = ActKind::ALL.map(|kind| format!("\"kind\":\"{}\"", kind.name()));
        for secret in secrets.into_iter().chain(kinds.iter().map(String::as_str)) {
            assert!(!stands(&kept, secret), "seed {seed}: {secret}");
        }
        // What the game was dealt from has the whole crew with it, and what its mole would be told by any strategy.
        assert!(stands(&others, "\"sealed\""));
        for strategy in Strategy::ALL {
            assert!(!stands(&others, strategy.name()), "seed {seed}: {strategy}");
        }
        assert!(stands(&bytes(&place), verdict["nonce"].as_str().unwrap()), "the search finds what there is");
    }
}

/// Makes of a database one whose messages know of no moves, as older versions wrote it.
fn older(place: &Place) {
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch(
        "DROP TRIGGER events_stay_as_they_are;
         DELETE FROM events WHERE kind IN ('plan.changed', 'heist.played');
         UPDATE events SET body = json_remove(body, '$.moves', '$.sealed', '$.sabotage');
         UPDATE events SET seq = seq + 100000;
         UPDATE events SET seq = places.place, body = json_set(body, '$.seq', places.place)
         FROM (SELECT session AS of, seq AS at, row_number() OVER (PARTITION BY session ORDER BY seq) AS place
               FROM events) AS places
         WHERE session = places.of AND seq = places.at;
         CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
         BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
         UPDATE messages SET seq = (SELECT seq FROM events
             WHERE events.session = messages.session AND body ->> 'id' = messages.id AND kind = 'message.completed');
         UPDATE games SET seq = (SELECT seq FROM events
             WHERE events.session = games.session AND kind = 'verdict.reached');",
    )
    .unwrap();
    schema::set_back(&db, 5);
}

#[test]
fn heists_of_older_versions_are_told_as_such_and_do_not_go_on_half_way() {
    let (place, session, _) = killed(12);
    older(&place);
    let output = place.program(&["resume", &session, "--ci", "--llm", "scripted"]).output().unwrap();
    let why = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{why}");
    assert!(why.contains("an older version of the program has begun it") && why.contains("replay"), "{why}");
    assert!(told(&place, &["replay", &session, "--ci"]).contains("driver: The vault is in the attic"));
    let list: Value = serde_json::from_str(&told(&place, &["sessions", "--json"])).unwrap();
    assert_eq!(list[0]["resumable"], false);

    let (place, session, _) = killed(12);
    resumed(&place, &session);
    older(&place);
    for args in
        [&["replay", &session, "--ci"][..], &["sessions", "show", &session], &["export", &session, "--format", "md"]]
    {
        let text = told(&place, args);
        assert!(text.contains("older version") && !text.contains("in truth"), "{args:?}: {text}");
    }
    told(&place, &["export", &session, "--format", "cast"]);
    let list: Value = serde_json::from_str(&told(&place, &["sessions", "--json"])).unwrap();
    assert_eq!(list[0]["game"]["acts"], Value::Null);
}
