//! The store on real files: the tables against the log, sudden death, two writers, and files it must refuse.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use heist_tui::heist::{
    AgentScore, Cause, Event, EventKind, Evidence, Family, Message, SessionFailure, Suspicion, Tokens,
};
use heist_tui::store::{Store, StoreError, Totals};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::game;

/// Each table as it follows from the log alone, beside the table itself.
const REFOLD: &[(&str, &str)] = &[
    (
        "SELECT e.session, b ->> 'id', seq, at, b ->> 'round', b ->> 'turn', b ->> 'agent', b ->> 'text',
                b ->> '$.tokens.prompt', b ->> '$.tokens.evaluated', b ->> '$.tokens.generated', b ->> 'ms',
                b -> 'moves'
         FROM (SELECT *, body AS b FROM events) AS e WHERE kind = 'message.completed'",
        "SELECT session, id, seq, at, round, turn, agent, text, prompt_tokens, evaluated_tokens, generated_tokens, ms,
                moves
         FROM messages",
    ),
    (
        "SELECT c.session, c.body ->> 'id', c.seq, c.at, c.body ->> 'turn', c.body ->> 'agent', c.body ->> 'tool',
                c.body ->> 'arguments',
                CASE WHEN a.kind IS NULL THEN 'pending' WHEN a.kind = 'tool.denied' THEN 'denied'
                     WHEN a.body ->> 'ok' THEN 'ok' ELSE 'error' END,
                a.body ->> 'result', coalesce(a.body ->> 'error', a.body ->> 'reason'), a.body ->> 'ms'
         FROM events AS c LEFT JOIN events AS a ON a.session = c.session AND a.body ->> 'id' = c.body ->> 'id'
              AND a.kind IN ('tool.returned', 'tool.denied')
         WHERE c.kind = 'tool.called'",
        "SELECT session, id, seq, at, turn, agent, tool, arguments, status, result, error, ms FROM tool_calls",
    ),
    (
        "SELECT e.session, e.seq, a.value ->> 'agent', e.at, iif(e.body ->> '$.cause.tool' IS NULL, 'message', 'tool'),
                coalesce(e.body ->> '$.cause.tool', e.body ->> '$.cause.message'), a.value ->> 'score',
                a.value ->> 'delta',
                (SELECT json_group_array(json(p.value)) FROM json_each(e.body, '$.evidence') AS p
                 WHERE p.value ->> 'agent' = a.value ->> 'agent')
         FROM events AS e, json_each(e.body, '$.agents') AS a WHERE e.kind = 'suspicion.changed'",
        "SELECT session, seq, agent, at, cause_kind, cause, score, delta, evidence FROM suspicion",
    ),
    (
        "SELECT v.session, v.seq, v.at, g.body ->> 'by', g.body ->> 'agent', v.body ->> 'mole', v.body ->> 'strategy',
                v.body ->> 'nonce', v.body ->> 'outcome', v.body ->> '$.detector.agent', v.body ->> '$.detector.score',
                g.body ->> 'sureness', v.body ->> '$.score.points', json_array_length(v.body, '$.sabotage'),
                coalesce(g.body ->> 'blind', 0), j.body ->> 'outcome', j.body ->> 'loot', j.body ->> '$.honest.outcome',
                j.body ->> '$.honest.loot'
         FROM events AS v JOIN events AS g ON g.session = v.session AND g.kind = 'guess.made'
              LEFT JOIN events AS j ON j.session = v.session AND j.kind = 'heist.played'
         WHERE v.kind = 'verdict.reached'",
        "SELECT session, seq, at, guessed_by, guess, mole, strategy, nonce, outcome, detector_agent, detector_score,
                sureness, score, acts, blind, job, loot, honest_job, honest_loot
         FROM games",
    ),
    (
        // The seed is compared as the text that it has in the log: SQLite's JSON makes 2^64 - 1 a float.
        "SELECT s.session, s.at, f.at, s.body -> 'seed', s.body ->> 'rounds', s.body -> 'crew',
                s.body ->> '$.llm.backend', s.body ->> '$.llm.url', s.body ->> '$.llm.model',
                s.body ->> '$.tools.backend', s.body ->> 'commitment', s.body ->> '$.bank.name', nullif(s.body -> '$.bank.seed', 'null'),
                s.body ->> 'difficulty',
                (SELECT count(*) FROM events AS t WHERE t.session = s.session AND t.kind = 'turn.started'),
                CASE WHEN l.kind = 'session.completed' THEN 'completed' WHEN l.kind = 'session.paused' THEN 'paused'
                     WHEN l.kind = 'session.failed' THEN iif(l.body ->> 'stopped', 'stopped', 'failed')
                     ELSE 'running' END,
                f.body ->> 'reason', f.body ->> 'resumable'
         FROM events AS s
         LEFT JOIN events AS l ON l.session = s.session AND l.seq =
              (SELECT max(seq) FROM events WHERE session = s.session AND kind IN
               ('session.completed', 'session.failed', 'session.paused', 'session.resumed'))
         LEFT JOIN events AS f ON f.session = l.session AND f.seq = l.seq
              AND f.kind IN ('session.completed', 'session.failed')
         WHERE s.kind = 'session.started'",
        "SELECT session, started_at, ended_at, seed, rounds, crew, llm_backend, llm_url, llm_model, tools_backend,
                commitment, bank, bank_seed, difficulty, turns, status, reason, resumable
         FROM sessions WHERE seed IS NOT NULL",
    ),
];

fn rows(db: &Connection, sql: &str) -> Vec<String> {
    let mut select = db.prepare(sql).unwrap();
    let columns = select.column_count();
    let rows = select
        .query_map([], |row| {
            let cells: Vec<_> = (0..columns).map(|column| row.get_ref(column)).collect::<Result<_, _>>()?;
            Ok(format!("{cells:?}"))
        })
        .unwrap();
    let mut rows: Vec<_> = rows.collect::<Result<_, _>>().unwrap();
    rows.sort_unstable();
    rows
}

/// Says that the tables are what the log says; returns how many rows they have.
fn tables_agree_with_the_log(path: &Path) -> Vec<usize> {
    let db = Connection::open(path).unwrap();
    REFOLD
        .iter()
        .map(|(from_log, table)| {
            let kept = rows(&db, table);
            assert_eq!(rows(&db, from_log), kept, "{table}");
            kept.len()
        })
        .collect()
}

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("deep/down/heist.db");
    (folder, path)
}

/// A message and what the detector makes of it, as events `seq` and `seq + 1`.
fn pair(session: &Arc<str>, seq: u64) -> [Event; 2] {
    let at = game::at(i64::try_from(seq).unwrap());
    let id = format!("m{seq}");
    let agents = ["planner", "hacker", "safecracker", "driver", "intel", "lookout"].map(|agent| AgentScore {
        agent: agent.into(),
        score: 1.0 / 6.0,
        delta: 0.001,
    });
    let evidence = Evidence {
        agent: "hacker".into(),
        family: Family::Timing,
        weight: 0.4,
        note: "puts the start back without a reason".to_owned(),
        message: id.clone(),
        quote: Some("let us wait a little longer".to_owned()),
    };
    let message = Message {
        id: id.clone(),
        round: 1,
        turn: 1,
        agent: "hacker".into(),
        text: "The cameras in the lobby see the side door only every forty seconds. ".repeat(5),
        moves: Vec::new(),
        sealed: String::new(),
        tokens: Tokens { prompt: 1_800, evaluated: 150, generated: 90, new: 140 },
        ms: 1_200,
    };
    let suspicion = Suspicion { cause: Cause::Message(id), agents: agents.into(), evidence: vec![evidence] };
    [
        Event { seq, at, session: session.clone(), kind: EventKind::MessageCompleted(message) },
        Event { seq: seq + 1, at, session: session.clone(), kind: EventKind::SuspicionChanged(suspicion.into()) },
    ]
}

fn count(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn what_was_kept_comes_back_and_the_tables_say_the_same() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let at_once = game::whole(&store.begin(game::at(0), "{}").unwrap());
    store.append(&at_once).unwrap();
    let one_by_one = game::stopped(&store.begin(game::at(0), "{}").unwrap());
    for event in &one_by_one {
        store.append(std::slice::from_ref(event)).unwrap();
        tables_agree_with_the_log(&path);
    }
    assert_eq!(tables_agree_with_the_log(&path), [6, 10, 24, 1, 2]);
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.events("20260131-120000-000").unwrap(), at_once);
    assert_eq!(store.events("20260131-120000-001").unwrap(), one_by_one);
    assert_eq!(store.events("no such session").unwrap(), []);
    let db = Connection::open(&path).unwrap();
    let bodies = rows(&db, "SELECT body FROM events WHERE session = '20260131-120000-000' ORDER BY seq");
    let mut lines: Vec<_> = at_once.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(bodies.len(), lines.len());
    for line in lines {
        assert_eq!(count_body(&db, &line), 1, "{line}");
    }
}

fn count_body(db: &Connection, line: &str) -> i64 {
    let sql = "SELECT count(*) FROM events WHERE session = '20260131-120000-000' AND body = ?1";
    db.query_row(sql, [line], |row| row.get(0)).unwrap()
}

#[test]
fn no_table_tells_the_mole_before_the_verdict() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    for event in game::whole(&session) {
        let verdict = game::kind(&event) == "verdict.reached";
        store.append(&[event]).unwrap();
        if verdict {
            break;
        }
        assert_eq!(count(&path, "SELECT count(*) FROM games"), 0);
        assert_eq!(count(&path, "SELECT count(*) FROM events WHERE body LIKE '%false_info%'"), 0);
    }
    assert_eq!(count(&path, "SELECT count(*) FROM games WHERE mole = 'hacker' AND guess = 'hacker'"), 1);
}

/// All bytes of a database: the file, and what stands beside it.
fn bytes(path: &Path) -> Vec<u8> {
    let files = fs::read_dir(path.parent().unwrap()).unwrap();
    files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn no_byte_of_the_file_tells_an_act_before_the_verdict() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    let events = game::whole(&session);
    let verdict = events.iter().position(|event| game::kind(event) == "verdict.reached").unwrap();
    let EventKind::VerdictReached(told) = &events[verdict].kind else { panic!() };
    let [act] = told.sabotage.as_slice() else { panic!("{told:?}") };
    assert_eq!(act.said, game::FALSE_FLOOR);
    let true_floor = format!("{:?}", act.truth);
    let secrets = ["false_info", "bend the figures", "\"bent\"", "sabotage", &told.nonce, &true_floor];
    let tells = |secret: &str| bytes(&path).windows(secret.len()).any(|window| window == secret.as_bytes());
    for event in &events[..verdict] {
        store.append(std::slice::from_ref(event)).unwrap();
    }
    // What is said is there, and nothing beside it that says that it is false.
    assert!(tells(game::FALSE_FLOOR) && tells("\"sealed\""));
    assert!(!secrets.iter().any(|secret| tells(secret)));
    store.append(&events[verdict..]).unwrap();
    for secret in secrets {
        assert!(tells(secret), "{secret}");
    }
    assert_eq!(count(&path, "SELECT acts FROM games"), 1);
    assert_eq!(
        count(&path, "SELECT count(*) FROM messages, json_each(moves) AS move WHERE move.value ->> 'slot' = 'start'"),
        2
    );
}

#[test]
fn messages_of_an_older_version_have_no_moves_and_its_games_no_acts() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    for events in [game::whole, game::stopped] {
        let session = store.begin(game::at(0), "{}").unwrap();
        store.append(&events(&session)).unwrap();
    }
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.sessions().unwrap().iter().map(|it| it.resumable).collect::<Vec<_>>(), [true, false]);
    drop(store);
    let without_moves = || {
        let db = Connection::open(&path).unwrap();
        crate::schema::set_back(&db, 5);
        db
    };
    drop(without_moves());
    // What the log says is found again when it is brought up to date.
    drop(Store::open(&path).unwrap());
    tables_agree_with_the_log(&path);
    assert_eq!(count(&path, "SELECT acts FROM games"), 1);
    let db = without_moves();
    db.execute_batch(
        "DROP TRIGGER events_stay_as_they_are;
         UPDATE events SET body = json_remove(body, '$.moves', '$.sealed', '$.sabotage');",
    )
    .unwrap();
    drop(db);
    let store = Store::open(&path).unwrap();
    tables_agree_with_the_log(&path);
    assert_eq!(count(&path, "SELECT count(*) FROM messages WHERE moves IS NULL"), 6);
    assert_eq!(count(&path, "SELECT count(*) FROM games WHERE acts IS NULL"), 1);
    let rows = store.sessions().unwrap();
    assert!(rows.iter().all(|row| !row.resumable), "there is nothing that could be gone on with");
    assert_eq!(store.stats().unwrap().strategies[0].acts, None);
    for row in rows {
        let events = store.events(&row.session).unwrap();
        assert!(events.iter().all(|event| !matches!(&event.kind, EventKind::MessageCompleted(it) if !it.is_older())));
    }
}

#[test]
fn a_session_that_goes_on_after_it_was_cut_off_runs_again() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    let mut events = game::whole(&session);
    events.truncate(5);
    let failure = SessionFailure { reason: "the server is gone".to_owned(), resumable: true, stopped: false };
    for kind in [EventKind::SessionFailed(failure), EventKind::SessionResumed] {
        events.push(Event { seq: events.len() as u64 + 1, at: game::at(900), session: session.clone(), kind });
    }
    store.append(&events[..6]).unwrap();
    assert_eq!(count(&path, "SELECT count(*) FROM sessions WHERE status = 'failed' AND resumable = 1"), 1);
    tables_agree_with_the_log(&path);
    store.append(&events[6..]).unwrap();
    assert_eq!(count(&path, "SELECT count(*) FROM sessions WHERE status = 'running' AND ended_at IS NULL"), 1);
    tables_agree_with_the_log(&path);
}

#[test]
fn a_batch_is_kept_whole_or_not_at_all() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    let events = game::whole(&session);
    for (wrong, what) in [(3, "doubled"), (5, "left out")] {
        let mut batch = events[..4].to_vec();
        batch.push(Event { seq: wrong, ..events[4].clone() });
        if what == "left out" {
            batch.remove(2);
        }
        let error = store.append(&batch).unwrap_err();
        assert!(matches!(error, StoreError::OutOfSequence { .. }), "{what}: {error}");
        assert_eq!(count(&path, "SELECT count(*) FROM events"), 0);
    }
    let answer_without_call = events.iter().position(|event| game::kind(event) == "tool.returned").unwrap();
    let odd = Event { seq: 5, ..events[answer_without_call].clone() };
    store.append(&events[..4]).unwrap();
    assert!(store.append(&[odd]).is_err());
    store.append(&events[4..]).unwrap();
    tables_agree_with_the_log(&path);
    let error = store.append(&game::whole("20200101-000000-000")).unwrap_err();
    assert!(matches!(error, StoreError::NoSession { .. }), "{error}");
}

#[test]
fn the_log_cannot_be_changed_and_a_removed_session_leaves_nothing() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    store.append(&game::whole(&session)).unwrap();
    let db = Connection::open(&path).unwrap();
    let error = db.execute("UPDATE events SET body = '{}' WHERE seq = 3", []).unwrap_err();
    assert!(error.to_string().contains("events are never changed"), "{error}");
    db.pragma_update(None, "foreign_keys", true).unwrap();
    db.execute("DELETE FROM sessions", []).unwrap();
    for table in ["events", "messages", "tool_calls", "suspicion", "games"] {
        assert_eq!(count(&path, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn an_identifier_is_the_moment_or_the_next_that_is_free() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    for expected in ["20260131-120000-999", "20260131-120001-000", "20260131-120001-001"] {
        let session = store.begin(game::at(999), "{}").unwrap();
        assert_eq!(*session, *expected);
        store.append(&game::whole(&session)[..1]).unwrap();
    }
}

#[test]
fn many_can_open_and_write_one_file_at_once() {
    let (_folder, path) = folder();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut store = Store::open(&path).unwrap();
                let session = store.begin(game::at(0), "{}").unwrap();
                for event in game::whole(&session) {
                    store.append(&[event]).unwrap();
                }
            });
        }
    });
    let counts = tables_agree_with_the_log(&path);
    assert_eq!(counts, [24, 40, 96, 8, 8]);
    assert_eq!(count(&path, "SELECT count(DISTINCT session) FROM events"), 8);
}

#[test]
fn two_that_go_on_with_one_session_do_not_double_an_event() {
    let (_folder, path) = folder();
    let mut first = Store::open(&path).unwrap();
    let mut second = Store::open(&path).unwrap();
    let session = first.begin(game::at(0), "{}").unwrap();
    let events = game::whole(&session);
    first.append(&events[..6]).unwrap();
    second.append(&events[6..8]).unwrap();
    let error = first.append(&events[6..8]).unwrap_err();
    assert!(error.to_string().contains("does another process go on with the same session?"), "{error}");
    assert_eq!(first.events(&session).unwrap(), events[..8]);
}

/// The name of the variable that makes this test the process that is killed.
const APPEND_TO: &str = "HEIST_TEST_APPEND_TO";

/// Not a test by itself: appends to the named database until it is killed, and says what was acknowledged.
#[test]
fn appends_until_killed() {
    let Some(path) = std::env::var_os(APPEND_TO) else { return };
    let mut store = Store::open(Path::new(&path)).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    let opening: Vec<_> = game::whole(&session).into_iter().take(1).collect();
    store.append(&opening).unwrap();
    let mut out = std::io::stdout();
    for seq in (2..).step_by(2) {
        store.append(&pair(&session, seq)).unwrap();
        writeln!(out, "kept {session} {}", seq + 1).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let (_folder, path) = folder();
    let mut kept = BTreeMap::new();
    for run in 0..16 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["store::appends_until_killed", "--exact", "--nocapture"])
            .env(APPEND_TO, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = 0;
        for line in lines.map_while(Result::ok) {
            // The test harness may have begun the first line.
            let Some((_, rest)) = line.split_once("kept ") else { continue };
            let Some((session, seq)) = rest.split_once(' ') else { continue };
            kept.insert(session.to_owned(), seq.parse::<usize>().unwrap());
            acknowledged += 1;
            if acknowledged == 5 + run * 11 {
                child.kill().unwrap();
            }
        }
        assert!(!child.wait().unwrap().success());
    }
    assert_eq!(kept.len(), 16);
    let store = Store::open(&path).unwrap();
    for (session, acknowledged) in kept {
        let events = store.events(&session).unwrap();
        assert!(events.iter().map(|event| event.seq).eq(1..=events.len() as u64), "a gap in {session}");
        assert!(events.len() >= acknowledged, "{session}: {acknowledged} acknowledged, {} kept", events.len());
        assert!(events.len() % 2 == 1, "half of a transaction in {session}");
    }
    tables_agree_with_the_log(&path);
    let db = Connection::open(&path).unwrap();
    let check = |pragma: &str| db.query_row(pragma, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!((check("PRAGMA integrity_check"), check("PRAGMA journal_mode")), ("ok".into(), "wal".into()));
}

/// Opening must fail; gives the error and proves that it names the file.
fn refused(path: &Path) -> StoreError {
    let error = Store::open(path).unwrap_err();
    assert!(error.to_string().contains(&path.parent().unwrap().display().to_string()), "{error}");
    assert!(error.to_string().contains("--db"), "{error}");
    error
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let (_folder, path) = folder();
    drop(Store::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    let error = refused(&path);
    assert!(matches!(error, StoreError::TooNew { found: 99, known: 8, .. }), "{error}");
    assert!(error.to_string().contains("version 99, and this program knows only up to 8"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// As it is when the migrations up to the second have been taken.
pub fn older(path: &Path) {
    let db = Connection::open(path).unwrap();
    crate::schema::set_back(&db, 2);
}

#[test]
fn an_older_database_is_migrated_and_its_games_have_no_score() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    store.append(&game::whole(&session)).unwrap();
    drop(store);
    older(&path);
    let mut store = Store::open(&path).unwrap();
    assert_eq!(count(&path, "SELECT count(*) FROM games WHERE score IS NULL AND outcome = 'success'"), 1);
    let session = store.begin(game::at(9), "{}").unwrap();
    store.append(&game::whole(&session)).unwrap();
    assert_eq!(count(&path, "SELECT count(*) FROM games WHERE score > 0 AND sureness = 0.8"), 1);
    assert_eq!(
        store.sessions().unwrap().iter().map(|it| it.game.as_ref().unwrap().score.is_some()).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn what_an_older_version_recorded_of_costs_is_left_out_until_the_verdict() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let costs = |store: &Store, session: &str| -> u64 {
        let costs = |event: Event| match event.kind {
            EventKind::MessageCompleted(said) => u64::from(said.tokens.prompt + said.tokens.evaluated) + said.ms,
            EventKind::JudgeAnswered(judged) => judged.tokens.prompt.into(),
            _ => 0,
        };
        store.events(session).unwrap().into_iter().map(costs).sum()
    };
    for is_older in [false, true] {
        let ended = store.begin(game::at(0), "{}").unwrap();
        store.append(&game::whole(&ended)).unwrap();
        let cut_off = store.begin(game::at(0), "{}").unwrap();
        store.append(&game::stopped(&cut_off)).unwrap();
        if is_older {
            Connection::open(&path).unwrap().execute("UPDATE sessions SET fair_costs = 0", []).unwrap();
        }
        assert!(costs(&store, &ended) > 0);
        assert_eq!(costs(&store, &cut_off) > 0, !is_older);
    }
}

/// A heist of the player's from this deal, with this guess, at this hour.
fn guessed(store: &mut Store, deal: i64, hour: i64, agent: Option<&str>, sureness: Option<f64>) {
    let session = store.begin(game::at(hour * 3_600_000), "{}").unwrap();
    store.append(&game::guessed(&session, deal, hour * 3_600_000, agent, sureness)).unwrap();
}

#[test]
fn totals_are_of_the_player_alone() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.totals().unwrap(), Totals::default());
    let session = store.begin(game::at(0), "{}").unwrap();
    store.append(&game::whole(&session)).unwrap();
    assert_eq!(store.totals().unwrap(), Totals::default(), "that was the detector");
    guessed(&mut store, 1, 1, Some("hacker"), None);
    guessed(&mut store, 2, 2, Some("driver"), Some(0.5));
    guessed(&mut store, 3, 3, Some("hacker"), Some(0.5));
    guessed(&mut store, 4, 4, Some("hacker"), Some(1.0));
    let totals = store.totals().unwrap();
    assert_eq!((totals.games, totals.right, totals.streak, totals.scored), (4, 3, 2, 3));
    assert_eq!((totals.beat, totals.beaten), (0, 1));
    let best = totals.best.unwrap();
    assert!(best > 0 && totals.points < i64::from(best) * 2, "{totals:?}");
    #[allow(clippy::cast_precision_loss)]
    let mean = totals.points as f64 / 3.0;
    assert!((totals.average.unwrap() - mean).abs() < 1e-9);
    assert_eq!(store.stats().unwrap().totals, totals);
    assert_eq!(totals.repeats, 0);
    guessed(&mut store, 3, 5, Some("hacker"), Some(1.0));
    assert_eq!(store.totals().unwrap(), Totals { repeats: 1, ..totals }, "the answer was known");
    tables_agree_with_the_log(&path);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.txt");
    for text in ["short", &"not a database at all, only a long text. ".repeat(500)] {
        fs::write(&path, text).unwrap();
        assert!(matches!(refused(&path), StoreError::NotADatabase { .. }));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "files were left beside it");
    }
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bookmarks.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(refused(&path), StoreError::Foreign { .. }));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_empty_file_becomes_a_database() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("empty.db");
    fs::write(&path, "").unwrap();
    Store::open(&path).unwrap().begin(game::at(0), "{}").unwrap();
}

#[test]
fn a_damaged_event_is_named() {
    let (_folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    let session = store.begin(game::at(0), "{}").unwrap();
    store.append(&game::whole(&session)[..1]).unwrap();
    let db = Connection::open(&path).unwrap();
    let body = r#"{"seq":2,"at":"2026-01-31T12:00:00.000Z","kind":"no.such"}"#;
    db.execute("INSERT INTO events (session, seq, body) VALUES (?1, 2, ?2)", [&*session, body]).unwrap();
    let error = store.events(&session).unwrap_err().to_string();
    assert!(error.starts_with("event 2 of session 20260131-120000-000 in the database"), "{error}");
}

#[test]
fn a_folder_in_place_of_the_file_is_refused() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(refused(folder.path()), StoreError::NotAFile { .. }));
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let below = file.join("heist.db");
    assert!(matches!(refused(&below), StoreError::Folder { .. }));
}

/// In `/proc` nobody can make a file, the superuser neither.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_refused() {
    assert!(matches!(refused(Path::new("/proc/heist.db")), StoreError::NotWritable { .. }));
    assert!(matches!(refused(Path::new("/proc/heist-tui/heist.db")), StoreError::Folder { .. }));
}
