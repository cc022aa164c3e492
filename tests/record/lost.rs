//! What is kept where it cannot be written, where a part of it is lost, and while another process plays.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use heist_tui::store::{KILLED, Store, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::game;

const SESSION: &str = "20260131-120000-000";

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("heist.db");
    (folder, path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Puts into `to` what a process that is killed now would leave in `from`.
fn killed(from: &Path, to: &Path) {
    for name in files(from) {
        // Its index is of no use to anybody else.
        if !name.ends_with("-shm") {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

/// A whole heist at this millisecond; the store has ended well.
fn whole(path: &Path, at: i64) -> Arc<str> {
    let mut store = Store::open(path).unwrap();
    let session = store.begin(game::at(at), "{}").unwrap();
    store.append(&game::whole(&session)).unwrap();
    session
}

/// What a process leaves that was killed after the tenth event of a heist, and a store that still plays it.
fn cut_off(at: i64) -> (TempDir, PathBuf, Store, TempDir) {
    let ((played_in, played), (folder, path)) = (self::folder(), self::folder());
    let mut store = Store::open(&played).unwrap();
    let session = store.begin(game::at(at), "{}").unwrap();
    for event in game::whole(&session).into_iter().take(10) {
        store.append(&[event]).unwrap();
    }
    killed(played_in.path(), folder.path());
    (folder, path, store, played_in)
}

#[test]
fn a_clean_end_leaves_one_file_and_a_killed_process_a_witness_until_all_is_safe() {
    let (folder, path) = folder();
    whole(&path, 0);
    assert_eq!(files(folder.path()), ["heist.db"]);

    let (folder, path, _playing, _) = cut_off(0);
    assert_eq!(files(folder.path()), ["heist.db", "heist.db-20260131-120000-000.witness", "heist.db-wal"]);
    let store = Store::open_existing(&path).unwrap();
    assert_eq!(store.losses().unwrap(), []);
    assert_eq!(store.events(SESSION).unwrap().len(), 10);
    drop(store);
    assert_eq!(files(folder.path()), ["heist.db"]);
}

#[test]
fn events_that_vanish_with_the_log_are_told() {
    for (wal, there) in [(None, 0), (Some(0), 0), (Some(3), 6)] {
        let (folder, path, _playing, _) = cut_off(0);
        let log = beside(&path, "-wal");
        match wal {
            None => fs::remove_file(&log).unwrap(),
            Some(0) => fs::write(&log, "").unwrap(),
            Some(part) => {
                let bytes = fs::read(&log).unwrap();
                fs::write(&log, &bytes[..bytes.len() - bytes.len() / part]).unwrap();
            }
        }
        let mut store = Store::open_existing(&path).unwrap();
        let found = store.events(SESSION).unwrap().len();
        assert!(if there == 0 { found == 0 } else { (1..10).contains(&found) }, "{wal:?}: {found}");
        let losses = store.losses().unwrap();
        assert_eq!(losses.len(), 1, "{wal:?}");
        let (loss, what) = (&losses[0], store.loss(SESSION).unwrap().unwrap());
        assert!(loss.session == SESSION && loss.what == what, "{losses:?}");
        assert!(what.starts_with("10 events were recorded in the database"), "{what}");
        assert!(what.contains(&format!("{}-wal is missing, was cut", path.display())), "{what}");
        // What goes on has the loss behind it, and who only meant to has not.
        store.take_up(SESSION).unwrap();
        drop(store);
        let mut store = Store::open_existing(&path).unwrap();
        assert_eq!(store.losses().unwrap().len(), 1);
        assert!(store.remove(SESSION).unwrap());
        assert_eq!(store.losses().unwrap(), []);
        drop(store);
        assert_eq!(files(folder.path()).into_iter().filter(|name| name.ends_with("witness")).count(), 0);
    }
}

#[test]
fn a_log_of_another_database_is_refused_and_not_written_over_this_one() {
    let (folder, path) = folder();
    whole(&path, 1);
    let before = fs::read(&path).unwrap();
    let (other, _, _playing, _) = cut_off(0);
    let log = beside(&path, "-wal");
    fs::copy(other.path().join("heist.db-wal"), &log).unwrap();
    for open in [Store::open, Store::open_existing] {
        let error = open(&path).unwrap_err();
        assert!(matches!(error, StoreError::WrongLog { .. } | StoreError::Damaged { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    fs::remove_file(log).unwrap();
    assert_eq!(Store::open_existing(&path).unwrap().sessions().unwrap().len(), 1);
    drop(folder);
}

#[test]
fn tables_that_do_not_say_what_the_log_says_are_told() {
    for (damage, what) in [
        ("DELETE FROM events WHERE seq = 12", "event 13 comes where event 12 should"),
        ("DELETE FROM events WHERE seq > 20", "its tables tell of"),
        ("DELETE FROM messages WHERE id = 'm2'", "its tables tell of 2 messages, its events of 3"),
        ("DELETE FROM tool_calls WHERE id = 't1'", "tool calls"),
        ("DELETE FROM games", "its tables tell of 0 verdicts, its events of 1"),
        ("UPDATE sessions SET turns = 9", "its tables tell of 9 turns"),
        ("UPDATE sessions SET status = 'running'", "its tables tell of 0 ends, its events of 1"),
        ("DELETE FROM events", "its tables tell of 1 beginnings, its events of 0"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM sessions", "no line in the table of sessions"),
    ] {
        let (_folder, path) = folder();
        let session = whole(&path, 0);
        Connection::open(&path).unwrap().execute_batch(damage).unwrap();
        let store = Store::open_existing(&path).unwrap();
        let error = store.events(&session).unwrap_err();
        assert!(matches!(error, StoreError::Disagrees { .. }), "{damage}: {error}");
        assert!(error.to_string().contains(what), "{damage}: {error}");
        let seen = store.losses().unwrap();
        assert_eq!(
            seen.len(),
            usize::from(what.contains("12 should") || damage.ends_with("events") || damage.ends_with("sessions")),
            "{damage}: {seen:?}"
        );
    }
}

#[test]
fn a_database_that_was_cut_is_damaged_and_left_as_it_is() {
    let (_folder, path) = folder();
    whole(&path, 0);
    let whole = fs::read(&path).unwrap();
    for length in [whole.len() - 1, whole.len() - 4_000, whole.len() - 4_096, 20_000, 4_096, 1_000] {
        fs::write(&path, &whole[..length]).unwrap();
        for open in [Store::open, Store::open_existing] {
            let error = open(&path).unwrap_err();
            assert!(matches!(error, StoreError::Damaged { .. }), "{length}: {error}");
            assert_eq!(fs::read(&path).unwrap().len(), length);
        }
    }
    // A byte or two are no database at all, and not an empty one either.
    for length in [1, 2, 100, 511] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = Store::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{length}: {error}");
        assert_eq!(fs::read(&path).unwrap().len(), length);
    }
}

#[test]
fn a_database_whose_tables_were_in_a_log_that_is_gone_is_not_an_empty_one() {
    let (folder, path) = folder();
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.execute_batch("CREATE TABLE t (x); DROP TABLE t").unwrap();
    drop(db);
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Emptied { .. }), "{error}");
    assert_eq!(files(folder.path()), ["heist.db"]);
}

#[test]
fn a_name_is_a_name_and_no_address() {
    let folder = TempDir::new().unwrap();
    for name in
        ["file:x.db", "file:y.db?mode=memory", "q?immutable=1.db", "p%20y.db", "#.db", "it's \"q\".db", ":memory:"]
    {
        let path = folder.path().join(name);
        whole(&path, 0);
        assert!(path.is_file(), "{name}");
        assert_eq!(Store::open_existing(&path).unwrap().sessions().unwrap().len(), 1, "{name}");
    }
    assert_eq!(files(folder.path()).len(), 7);
}

#[test]
fn a_session_is_played_by_one_process_at_a_time() {
    let (_folder, path) = folder();
    let mut first = Store::open(&path).unwrap();
    let session = first.begin(game::at(0), "{}").unwrap();
    let events = game::whole(&session);
    first.append(&events[..5]).unwrap();
    let mut second = Store::open(&path).unwrap();
    let refusals = [second.take_up(&session).unwrap_err(), second.remove(&session).unwrap_err()];
    for error in refusals {
        assert!(matches!(error, StoreError::Playing { .. }), "{error}");
    }
    assert_eq!(second.sessions().unwrap()[0].status, "running");
    assert!(!second.sessions().unwrap()[0].resumable && second.is_played(&session));
    assert_eq!(second.losses().unwrap(), []);
    first.append(&events[5..]).unwrap();
    drop(first);
    assert!(second.remove(&session).unwrap());
    assert_eq!(second.events(&session).unwrap(), []);
}

#[test]
fn a_session_that_nobody_plays_is_not_running() {
    let (_folder, path, _playing, _) = cut_off(0);
    // As older versions left it that were killed before the first event.
    let sql = "INSERT INTO sessions (session, started_at, status, terms) VALUES ('7', '2026', 'running', '{}')";
    Connection::open(&path).unwrap().execute(sql, []).unwrap();
    let mut store = Store::open_existing(&path).unwrap();
    for row in store.sessions().unwrap() {
        assert_eq!((row.status.as_str(), row.reason.as_deref()), ("failed", Some(KILLED)), "{row:?}");
    }
    assert_eq!(
        (store.stats().unwrap().sessions[0].what.as_str(), store.stats().unwrap().sessions[0].count),
        ("failed", 2)
    );
    assert!(store.remove("7").unwrap());
    store.take_up(SESSION).unwrap();
    store.append(&game::whole(SESSION)[10..]).unwrap();
    drop(store);
    let store = Store::open_existing(&path).unwrap();
    assert_eq!(store.sessions().unwrap()[0].status, "completed");
}

#[test]
fn a_session_without_an_event_leaves_nothing() {
    let (folder, path) = folder();
    let mut store = Store::open(&path).unwrap();
    store.begin(game::at(0), "{}").unwrap();
    drop(store);
    assert_eq!(files(folder.path()), ["heist.db"]);
    assert_eq!(Store::open_existing(&path).unwrap().sessions().unwrap(), []);
}

/// Whoever may write everything is told apart by trying.
#[cfg(unix)]
fn lock(path: &Path, is_locked: bool) {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = path.parent().unwrap();
    let [file, around] = if is_locked { [0o444, 0o555] } else { [0o644, 0o755] };
    for name in files(folder) {
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(file)).unwrap();
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(around)).unwrap();
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_can_be_read() {
    let (cleanly_in, cleanly) = folder();
    whole(&cleanly, 0);
    let (killed_in, killed, _playing, _) = cut_off(0);
    let (older_in, older) = folder();
    whole(&older, 0);
    super::store::older(&older);
    let all = game::whole(SESSION).len();
    for (path, events) in [(&cleanly, all), (&killed, 10), (&older, all)] {
        lock(path, true);
        let is_bound = fs::OpenOptions::new().append(true).open(path).is_err();
        let mut store = Store::open_existing(path).unwrap();
        assert_eq!(store.is_read_only(), is_bound, "{path:?}");
        assert_eq!(store.sessions().unwrap().len(), 1);
        assert_eq!(store.events(SESSION).unwrap().len(), events, "{path:?}");
        assert_eq!(store.losses().unwrap(), []);
        if is_bound {
            let error = store.remove(SESSION).unwrap_err();
            assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
            assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        }
        drop(store);
        lock(path, false);
    }
    drop((cleanly_in, killed_in, older_in));
}
