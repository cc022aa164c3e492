//! What the player's games add up to, in real files: what counts, loot, calibration, streaks, and older databases.

use std::path::{Path, PathBuf};

use heist_tui::heist::{EventKind, JobOutcome};
use heist_tui::store::{Calibration, Jobs, Store};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::game;

const HOUR: i64 = 3_600_000;

/// What a player's game is dealt from when the mole is chosen.
const CHOSEN: &str = r#"{"mole":{"agent":"hacker"}}"#;

fn store() -> (TempDir, PathBuf, Store) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("heist.db");
    let store = Store::open(&path).unwrap();
    (folder, path, store)
}

/// A game of the player's from this deal at this hour, with this guess; gives its session. The mole is the hacker.
fn guess(store: &mut Store, deal: i64, hour: i64, agent: Option<&str>, sureness: Option<f64>) -> String {
    play(store, "{}", deal, hour, agent, sureness)
}

fn play(store: &mut Store, terms: &str, deal: i64, hour: i64, agent: Option<&str>, sureness: Option<f64>) -> String {
    let session = store.begin(game::at(hour * HOUR), terms).unwrap();
    store.append(&game::guessed(&session, deal, hour * HOUR, agent, sureness)).unwrap();
    session.to_string()
}

/// What became of the jobs of these sessions, by their events.
fn jobs(store: &Store, sessions: &[String]) -> Jobs {
    let mut jobs = Jobs::default();
    for event in sessions.iter().flat_map(|session| store.events(session).unwrap()) {
        if let EventKind::HeistPlayed(played) = event.kind {
            jobs.played += 1;
            jobs.escaped += u32::from(played.outcome == JobOutcome::Escaped);
            jobs.loot += u64::from(played.loot);
        }
    }
    jobs
}

#[test]
fn streaks_are_the_newest_in_a_row_and_the_longest() {
    let (_folder, _, mut store) = store();
    let right_or_wrong = [true, true, true, false, true, false, true, true];
    for (hour, right) in (1..).zip(right_or_wrong) {
        let agent = if right { "hacker" } else { "driver" };
        guess(&mut store, hour, hour, Some(agent), Some(0.5));
    }
    let totals = store.totals().unwrap();
    assert_eq!((totals.streak, totals.best_streak), (2, 3));
    assert_eq!((totals.games, totals.right, totals.caught), (8, 6, 6));
    guess(&mut store, 9, 9, None, Some(0.5));
    let totals = store.totals().unwrap();
    assert_eq!((totals.streak, totals.best_streak), (0, 3));
}

#[test]
fn how_often_one_was_right_that_was_so_sure_is_by_steps_of_ten_per_cent() {
    let (_folder, _, mut store) = store();
    let said = [(0.8, true), (0.8, false), (0.8, true), (0.3, false), (0.78, true)];
    for (hour, (sure, right)) in (1..).zip(said) {
        guess(&mut store, hour, hour, Some(if right { "hacker" } else { "driver" }), Some(sure));
    }
    guess(&mut store, 6, 6, Some("hacker"), None);
    let step = |said, games, right| Calibration { said, games, right };
    assert_eq!(store.stats().unwrap().calibration, [step(0.3, 1, 0), step(0.8, 4, 3)]);
}

#[test]
fn loot_is_added_up_by_player_strategy_and_speaker() {
    let (_folder, _, mut store) = store();
    let mut sessions: Vec<_> = (1..4).map(|hour| guess(&mut store, hour, hour, Some("hacker"), Some(0.5))).collect();
    sessions.push(guess(&mut store, 4, 4, Some("driver"), Some(0.5)));
    let all = jobs(&store, &sessions);
    assert_eq!(all.played, 4);
    let totals = store.totals().unwrap();
    assert_eq!(totals.jobs, all);
    assert_eq!(totals.best_loot.is_some(), all.loot > 0);
    // The detector's game is nobody's, and by strategy and speaker one more.
    let session = store.begin(game::at(5 * HOUR), "{}").unwrap();
    store.append(&game::whole(&session)).unwrap();
    sessions.push(session.to_string());
    let with = jobs(&store, &sessions);
    assert_eq!(store.totals().unwrap().jobs, all);
    let stats = store.stats().unwrap();
    let [strategy] = stats.strategies.as_slice() else { panic!("{stats:?}") };
    assert_eq!((strategy.strategy.as_str(), strategy.games, strategy.jobs), ("false_info", 5, with));
    let [speaker] = stats.speakers.as_slice() else { panic!("{stats:?}") };
    assert_eq!((speaker.model.as_deref(), speaker.games), (Some("qwen2.5-1.5b-instruct"), 5));
    assert_eq!((speaker.named, speaker.jobs), (4, with));
}

#[test]
fn a_game_counts_once_and_only_if_the_mole_was_not_chosen() {
    let (_folder, _, mut store) = store();
    play(&mut store, CHOSEN, 1, 1, Some("hacker"), Some(1.0));
    play(&mut store, r#"{"mole":"random"}"#, 2, 2, Some("hacker"), Some(0.5));
    guess(&mut store, 2, 3, Some("hacker"), Some(1.0));
    let totals = store.totals().unwrap();
    assert_eq!((totals.games, totals.caught, totals.repeats), (1, 1, 2));
    let counted = store.counted().unwrap();
    assert_eq!(counted.len(), 1);
    assert_eq!(counted[0].at, game::at(2 * HOUR + 200).to_string());
    assert!(counted[0].caught && counted[0].early && !counted[0].ahead, "{counted:?}");
    assert_eq!((counted[0].blind, counted[0].difficulty.as_deref()), (Some(false), Some("normal")));
}

#[test]
fn the_first_that_ended_of_those_dealt_alike_is_known() {
    let (_folder, _, mut store) = store();
    let first = guess(&mut store, 7, 1, Some("driver"), Some(0.5));
    let second = guess(&mut store, 7, 2, Some("hacker"), Some(0.5));
    guess(&mut store, 8, 3, Some("hacker"), Some(0.5));
    let events = store.events(&second).unwrap();
    let EventKind::SessionStarted(started) = &events[0].kind else { panic!() };
    assert_eq!(store.first_told(&started.commitment).unwrap(), Some(first));
    assert_eq!(store.first_told("nothing was dealt so").unwrap(), None);
}

/// Takes away what the last two versions of the database have brought.
fn without_jobs(path: &Path) {
    let db = Connection::open(path).unwrap();
    crate::schema::set_back(&db, 6);
}

#[test]
fn games_of_a_database_that_knew_no_jobs_are_counted_without_loot() {
    let (_folder, path, mut store) = store();
    let session = store.begin(game::at(HOUR), "{}").unwrap();
    let mut events = game::guessed(&session, 1, HOUR, Some("hacker"), Some(0.8));
    events.retain(|event| !matches!(event.kind, EventKind::HeistPlayed(_)));
    (1..).zip(&mut events).for_each(|(seq, event)| event.seq = seq);
    store.append(&events).unwrap();
    drop(store);
    without_jobs(&path);
    let store = Store::open(&path).unwrap();
    let (totals, stats) = (store.totals().unwrap(), store.stats().unwrap());
    assert_eq!((totals.games, totals.caught, totals.jobs, totals.best_loot), (1, 1, Jobs::default(), None));
    assert_eq!((stats.strategies[0].jobs, stats.speakers[0].jobs), (Jobs::default(), Jobs::default()));
    let [row] = store.sessions().unwrap().try_into().unwrap();
    assert_eq!((&*row.session, row.difficulty.as_deref()), (&*session, Some("normal")));
    let game = row.game.unwrap();
    // What the log says is found again, and what it does not say is not made up.
    assert_eq!((game.blind, game.job, game.loot), (Some(false), None, None));
    assert_eq!(store.counted().unwrap()[0].loot, 0);
    assert_eq!(store.events(&session).unwrap(), events);
}
