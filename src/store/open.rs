//! Opening the database file: what is not ours is refused before anything is changed, and what cannot be written can
//! still be read.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, ffi};
use rusqlite_migration::{M, Migrations};
use tempfile::TempDir;

use super::error::{StoreError, is_no_room};
use super::{check, witness};

/// The steps from an empty database to the newest; its `user_version` counts those it has taken. A step that was
/// once released is never changed.
const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("schema.sql")),
    // What the session was dealt from, beside the seed: what the player asked for, and so nothing that the player does
    // not know. JSON; null in sessions of older versions, which cannot be resumed.
    M::up("ALTER TABLE sessions ADD COLUMN terms TEXT CHECK (json_valid(terms));"),
    // How sure the guesser was, 0 to 1, and the points that the guess has brought, -1000 to 1000. Null in games of older
    // versions, and where the guesser did not say how sure it was.
    M::up("ALTER TABLE games ADD COLUMN sureness REAL; ALTER TABLE games ADD COLUMN score INTEGER;"),
    // Whether what the session's messages tell of costs is what everybody may know. In sessions of older versions it is what
    // each turn really cost, by which the mole is known.
    M::up("ALTER TABLE sessions ADD COLUMN fair_costs INTEGER NOT NULL DEFAULT 0 CHECK (fair_costs IN (0, 1));"),
    // The bank's name, and the seed that it is made from: text, as the game's. The seed is null for the bank that is written
    // by hand; both are null in sessions of older versions, which were all in that one.
    M::up("ALTER TABLE sessions ADD COLUMN bank TEXT; ALTER TABLE sessions ADD COLUMN bank_seed TEXT;"),
    // What each message does, as a list of moves, and how many acts of sabotage the verdict told. Both are null in sessions of
    // older versions, which know of no moves.
    M::up(
        "ALTER TABLE messages ADD COLUMN moves TEXT CHECK (json_valid(moves));
         ALTER TABLE games ADD COLUMN acts INTEGER;
         UPDATE messages SET moves = (SELECT body -> '$.moves' FROM events
             WHERE events.session = messages.session AND events.seq = messages.seq);
         UPDATE games SET acts = (SELECT json_array_length(body, '$.sabotage') FROM events
             WHERE events.session = games.session AND events.seq = games.seq);",
    ),
    // How the job went, and how it would have gone with every act of sabotage set right; loot in thousands. Null in games of
    // older versions, which end with the verdict.
    M::up(
        "ALTER TABLE games ADD COLUMN job TEXT CHECK (job IN ('escaped', 'caught'));
         ALTER TABLE games ADD COLUMN loot INTEGER;
         ALTER TABLE games ADD COLUMN honest_job TEXT CHECK (honest_job IN ('escaped', 'caught'));
         ALTER TABLE games ADD COLUMN honest_loot INTEGER;
         UPDATE games SET (job, loot, honest_job, honest_loot) = (
             SELECT body ->> '$.outcome', body ->> '$.loot', body ->> '$.honest.outcome', body ->> '$.honest.loot'
             FROM events WHERE events.session = games.session AND events.kind = 'heist.played');",
    ),
    // How hard the mole was to find, and whether suspicion was hidden from the guesser. The log of older versions says it too,
    // but for the difficulty of those that had only one.
    M::up(
        "ALTER TABLE sessions ADD COLUMN difficulty TEXT;
         ALTER TABLE games ADD COLUMN blind INTEGER CHECK (blind IN (0, 1));
         UPDATE sessions SET difficulty = (SELECT coalesce(body ->> '$.difficulty', 'normal') FROM events
             WHERE events.session = sessions.session AND kind = 'session.started');
         UPDATE games SET blind = (SELECT coalesce(body ->> '$.blind', 0) FROM events
             WHERE events.session = games.session AND kind = 'guess.made' ORDER BY seq DESC LIMIT 1);",
    ),
];

/// "HEIS", as the schema sets it.
const APPLICATION_ID: i64 = 0x4845_4953;

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// How often we look whether it still writes, where `SQLite` does not wait by itself.
const BUSY_LOOK: Duration = Duration::from_millis(10);

/// No database has fewer bytes, but for an empty one. `SQLite` takes some shorter files for empty and writes over them.
const LEAST: u64 = 512;

/// What `SQLite` may have put beside a database: changes that the file itself does not have yet.
const BESIDE: [&str; 2] = ["-wal", "-journal"];

/// Opens a database to write to it, making it and its folder if they do not exist.
pub(super) fn to_write(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| match source {
            full if is_no_room(&full) => StoreError::Full { path: path.to_owned() },
            source => StoreError::Folder { folder: folder.to_owned(), source },
        })?;
    }
    prepare(path, &real(path))
}

/// Opens a database only to read it, where it cannot be written: on read-only media, or a full disk. What is opened may
/// be a copy, which is to be kept as long as the connection.
pub(super) fn to_read(path: &Path) -> Result<(Connection, Option<TempDir>), StoreError> {
    // Another process may be writing: then its log can be read together with it. Without a log `SQLite` would make one,
    // unless it is told that nobody writes.
    let file = real(path);
    let name = if has_more_beside(&file) { plain(&file) } else { immutable(&file) };
    match reading(path, &file, &name) {
        Ok(Some(db)) => Ok((db, None)),
        // What stands in a log that cannot be opened, or has to be brought up to date, is there in a copy.
        Ok(None) | Err(StoreError::NotWritable { .. } | StoreError::Full { .. }) => {
            let (db, folder) = copied(path, &file)?;
            Ok((db, Some(folder)))
        }
        Err(error) => Err(error),
    }
}

/// A read-only connection; none if the database is older than what we can read.
fn reading(path: &Path, file: &Path, name: &Path) -> Result<Option<Connection>, StoreError> {
    let fail = |source| StoreError::of(path, source);
    refuse_strange_files(path, file)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(name, flags).map_err(fail)?;
    db.busy_timeout(BUSY).map_err(fail)?;
    let version = refuse_others(path, file, &mut db)?;
    refuse_wrong_log(path, file, &db)?;
    Ok((version == newest()).then_some(db))
}

/// A copy in the folder for temporary files, with what stands beside the database.
fn copied(path: &Path, file: &Path) -> Result<(Connection, TempDir), StoreError> {
    let copy = || {
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("copy.db");
        for ending in [""].into_iter().chain(BESIDE) {
            match File::open(beside(file, ending)) {
                // Only what is in it: its rights may be those of a file that nobody may write.
                Ok(mut from) => io::copy(&mut from, &mut File::create(beside(&copy, ending))?).map(drop)?,
                Err(error) if error.kind() == ErrorKind::NotFound && !ending.is_empty() => {}
                Err(error) => return Err(error),
            }
        }
        Ok((copy, folder))
    };
    let (copy, folder) = copy().map_err(|source| StoreError::NotReadable { path: path.to_owned(), source })?;
    Ok((prepare(path, &copy)?, folder))
}

/// Opens `file` to write to it; errors speak of it as `path`.
fn prepare(path: &Path, file: &Path) -> Result<Connection, StoreError> {
    let fail = |source| StoreError::of(path, source);
    refuse_strange_files(path, file)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(plain(file), flags).map_err(fail)?;
    if db.is_readonly("main").map_err(fail)? {
        // `SQLite` makes do with that, and lets nothing be known before something is written.
        let source =
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), Some("it is read-only".into()));
        return Err(fail(source));
    }
    db.busy_timeout(BUSY).map_err(fail)?;
    // What is refused is left as it is, and its log with it.
    leave_log(file, &db).map_err(fail)?;
    // Taking the write lock first means waiting for another writer, not failing half-way.
    db.set_transaction_behavior(TransactionBehavior::Immediate);
    refuse_others(path, file, &mut db)?;
    refuse_wrong_log(path, file, &db)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(fail)?;
    db.pragma_update(None, "synchronous", "NORMAL").map_err(fail)?;
    db.pragma_update(None, "foreign_keys", true).map_err(fail)?;
    // Before the write-ahead log is begun, so that the file itself has the tables, whatever becomes of the log.
    migrate(path, &mut db)?;
    begin_log(&db).map_err(fail)?;
    Ok(db)
}

/// Has what is written go into the write-ahead log first. `SQLite` waits for nobody here, where another process does the
/// same at this moment.
fn begin_log(db: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + BUSY;
    loop {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                thread::sleep(BUSY_LOOK);
            }
            done => return done,
        }
    }
}

/// The file itself, where the path is a link to it: beside that stands what `SQLite` puts beside it.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The path as `SQLite` takes it for nothing but a path: what begins with `file:` would be an address, and `:memory:` no
/// file at all.
fn plain(path: &Path) -> PathBuf {
    Path::new(".").join(path)
}

/// The address of a database that nobody writes.
fn immutable(path: &Path) -> PathBuf {
    let mut address = "file:".to_owned();
    for byte in plain(path).as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => address.push(char::from(*byte)),
            byte => {
                // Nothing goes wrong with a text that grows.
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address.push_str("?immutable=1");
    address.into()
}

/// What stands beside a database under its name with this ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Leaves the write-ahead log as it is when the database is closed, if anything stands in it: of one that is not the
/// right one nothing should be written into the database.
pub(super) fn leave_log(path: &Path, db: &Connection) -> rusqlite::Result<()> {
    if has_more_beside(path) {
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    }
    Ok(())
}

fn has_more_beside(path: &Path) -> bool {
    BESIDE.iter().any(|ending| fs::metadata(beside(path, ending)).is_ok_and(|file| file.len() > 0))
}

/// Refuses what no database can be, without opening it.
fn refuse_strange_files(path: &Path, file: &Path) -> Result<(), StoreError> {
    match fs::metadata(file) {
        Ok(found) if !found.is_file() => Err(StoreError::NotAFile { path: path.to_owned() }),
        Ok(found) if (1..LEAST).contains(&found.len()) => Err(StoreError::NotADatabase { path: path.to_owned() }),
        // What cannot be looked at cannot be opened either, and that error says why.
        _ => Ok(()),
    }
}

/// Refuses what is not ours to change, before anything is changed; gives the version.
fn refuse_others(path: &Path, file: &Path, db: &mut Connection) -> Result<i64, StoreError> {
    let fail = |source| StoreError::of(path, source);
    // One read transaction: another process may be making the database at this moment.
    let tx = db.transaction_with_behavior(TransactionBehavior::Deferred).map_err(fail)?;
    let number = |pragma: &str| tx.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(fail);
    let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(fail)?;
    let (application, found, known) = (number("application_id")?, number("user_version")?, newest());
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > known {
        return Err(StoreError::TooNew { path: path.to_owned(), found, known });
    }
    // The tables are there before the log is begun.
    let journal: String = tx.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(fail)?;
    if tables == 0 && journal == "wal" {
        return Err(StoreError::Emptied { path: path.to_owned() });
    }
    // `SQLite` itself misses whole pages, and takes the rest of one for zeros. While there is a log, what is missing
    // here may stand there.
    let page = u64::try_from(number("page_size")?).unwrap_or(1).max(1);
    if !has_more_beside(file) && fs::metadata(file).is_ok_and(|found| found.len() % page != 0) {
        return Err(StoreError::Damaged { path: path.to_owned() });
    }
    Ok(found)
}

fn is_played(file: &Path) -> bool {
    witness::sessions(file).iter().any(|session| witness::look(file, session).is_some_and(|seen| seen.is_held))
}

/// Refuses a database with a write-ahead log that is another's: `SQLite` would read one for the other, and write the
/// one over the other when it is closed.
fn refuse_wrong_log(path: &Path, file: &Path, db: &Connection) -> Result<(), StoreError> {
    // Whoever plays has a log that is right, and its file changes.
    if !has_more_beside(file) || is_played(file) {
        return Ok(());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let alone = Connection::open_with_flags(immutable(file), flags).and_then(|alone| check::all(&alone));
    // Half of a checkpoint may stand in the file, which then cannot be read without the log.
    let Ok(alone) = alone else { return Ok(()) };
    let together = check::all(db).map_err(|source| StoreError::of(path, source))?;
    let last = |session: &str| together.get(session).map_or(0, |(last, _)| *last);
    match alone.iter().find(|(session, (own, _))| last(session) < *own) {
        Some((session, (own, _))) => Err(StoreError::WrongLog {
            path: path.to_owned(),
            session: session.clone(),
            own: *own,
            together: last(session),
        }),
        None => Ok(()),
    }
}

fn migrate(path: &Path, db: &mut Connection) -> Result<(), StoreError> {
    let Err(error) = Migrations::from_slice(MIGRATIONS).to_latest(db) else { return Ok(()) };
    let fail = |source| StoreError::of(path, source);
    // Another process may have migrated between the look at the version and the lock: then all is well.
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(fail)?;
    if found == newest() {
        return Ok(());
    }
    Err(match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => fail(err),
        source => StoreError::Migration { path: path.to_owned(), source },
    })
}

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database that is open and has something in its log.
    fn open(path: &Path) -> Connection {
        let db = to_write(path).unwrap();
        db.execute("INSERT INTO sessions (session, started_at, status) VALUES ('7', '2026', 'running')", []).unwrap();
        db
    }

    fn count(db: &Connection) -> i64 {
        db.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn without_a_log_a_database_is_read_where_it_is_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["x.db", "a b?mode=rwc&c#d%20e'\"\u{fc}.db"] {
            let path = folder.path().join(name);
            drop(open(&path));
            let (db, copy) = to_read(&path).unwrap();
            assert!(copy.is_none() && count(&db) == 1, "{name}");
            assert!(db.execute("DELETE FROM sessions", []).is_err());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside them");
    }

    #[test]
    fn what_stands_in_a_log_is_read_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let written = open(&path);
        assert_eq!(count(&to_read(&path).unwrap().0), 1);
        // Its index cannot be made where nothing can be written.
        let (db, _copy) = copied(&path, &path).unwrap();
        assert_eq!(count(&db), 1);
        // Also through a link, beside which nothing stands.
        #[cfg(unix)]
        {
            let link = folder.path().join("link.db");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert_eq!(count(&to_read(&link).unwrap().0), 1);
        }
        drop(written);
    }

    #[test]
    fn what_is_older_is_brought_up_to_date_in_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let db = open(&path);
        let lacking = "ALTER TABLE games DROP COLUMN score; ALTER TABLE games DROP COLUMN sureness;
                       ALTER TABLE sessions DROP COLUMN fair_costs; ALTER TABLE sessions DROP COLUMN bank;
                       ALTER TABLE sessions DROP COLUMN bank_seed; ALTER TABLE messages DROP COLUMN moves;
                       ALTER TABLE games DROP COLUMN acts; ALTER TABLE games DROP COLUMN job;
                       ALTER TABLE games DROP COLUMN loot; ALTER TABLE games DROP COLUMN honest_job;
                       ALTER TABLE games DROP COLUMN honest_loot; ALTER TABLE games DROP COLUMN blind;
                       ALTER TABLE sessions DROP COLUMN difficulty";
        db.execute_batch(lacking).unwrap();
        db.pragma_update(None, "user_version", 2).unwrap();
        drop(db);
        let before = fs::read(&path).unwrap();
        let (db, copy) = to_read(&path).unwrap();
        assert!(copy.is_some() && count(&db) == 1);
        db.prepare("SELECT sureness, score, acts FROM games").unwrap();
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}
