//! What is kept: an append-only event log in `SQLite`, and tables that say the same for people to query.

mod error;
mod project;
mod read;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};

pub use error::StoreError;
pub use read::{Count, GameRow, Guesses, SessionRow, Stats, StrategyRow, ToolRow, Totals, Versus};

use crate::heist::{Event, EventKind, Timestamp, Tokens};

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
];

/// "HEIS", as the schema sets it.
const APPLICATION_ID: i64 = 0x4845_4953;

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);

/// An open database. Several processes may have the same one open.
///
/// An event that [`Store::append`] has acknowledged outlives the process, however it ends. The write-ahead log is not
/// forced to the disk at every commit (`synchronous = NORMAL`), so a power cut may cost the last moments; it never
/// leaves a database that is damaged or has a gap.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    db: Connection,
}

impl Store {
    /// Opens the database file, making it and its folders if they do not exist, and migrating it if it is older.
    ///
    /// # Errors
    ///
    /// If the file cannot be made or written, is not a database of this program, is newer than the program, or is
    /// held by another process for more than five seconds. A file that is refused is left as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| StoreError::Folder { folder: folder.to_owned(), source })?;
        }
        let fail = |source| StoreError::of(path, source);
        // Without SQLITE_OPEN_URI: a path is a path.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags).map_err(fail)?;
        db.busy_timeout(BUSY).map_err(fail)?;
        // Taking the write lock first means waiting for another writer, not failing half-way.
        db.set_transaction_behavior(TransactionBehavior::Immediate);
        refuse_others(path, &mut db)?;
        db.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
        db.pragma_update(None, "synchronous", "NORMAL").map_err(fail)?;
        db.pragma_update(None, "foreign_keys", true).map_err(fail)?;
        migrate(path, &mut db)?;
        Ok(Self { path: path.to_owned(), db })
    }

    /// Opens a database to see what it has; like [`Store::open`], but it makes no new one.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoDatabase`] if there is no such file, otherwise as [`Store::open`].
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        match path.try_exists() {
            Ok(false) => Err(StoreError::NoDatabase { path: path.to_owned() }),
            // What cannot be looked at cannot be opened either, and that error says why.
            _ => Self::open(path),
        }
    }

    /// Reserves a session that begins at this moment, and returns its identifier: the moment in UTC, such as
    /// `20261123-084824-123`, or the next millisecond that no other session has. `terms` is JSON that whoever deals the
    /// game wants back to deal it again.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    pub fn begin(&mut self, started_at: Timestamp, terms: &str) -> Result<Arc<str>, StoreError> {
        let sql =
            "INSERT INTO sessions (session, started_at, status, terms, fair_costs) VALUES (?1, ?2, 'running', ?3, 1)
                   ON CONFLICT (session) DO NOTHING";
        let mut millis = started_at.as_millis();
        loop {
            let moment = jiff::Timestamp::from_millisecond(millis)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()));
            let session = moment.map(|moment| moment.strftime("%Y%m%d-%H%M%S-%3f").to_string());
            let rows = session.and_then(|session| {
                self.db.execute(sql, params![session, started_at.to_string(), terms]).map(|rows| (rows, session))
            });
            match rows.map_err(|source| StoreError::of(&self.path, source))? {
                (1, session) => return Ok(session.into()),
                _ => millis += 1,
            }
        }
    }

    /// Records events, all or none. They must go on from the last of their session.
    ///
    /// # Errors
    ///
    /// If the database cannot be written, an event does not follow the last one of its session, or there is no such
    /// session.
    pub fn append(&mut self, events: &[Event]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let fail = |source| StoreError::of(&self.path, source);
        let tx = self.db.transaction().map_err(fail)?;
        for event in events {
            record(&self.path, &tx, event)?;
        }
        tx.commit().map_err(fail)
    }

    /// What a session was dealt from, as it was given to [`Store::begin`]; none if there is no such session or an older
    /// version of the program has begun it.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn terms(&self, session: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT terms FROM sessions WHERE session = ?1";
        let row = self.db.query_row(sql, [session], |row| row.get(0)).optional();
        row.map(Option::flatten).map_err(|source| StoreError::of(&self.path, source))
    }

    /// The sessions that can be resumed, the newest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn resumable(&self, limit: u32) -> Result<Vec<String>, StoreError> {
        let fail = |source| StoreError::of(&self.path, source);
        let sql = "SELECT session FROM sessions WHERE terms IS NOT NULL AND turns > 0 AND status <> 'completed'
                   ORDER BY session DESC LIMIT ?1";
        let mut select = self.db.prepare(sql).map_err(fail)?;
        let rows = select.query_map([limit], |row| row.get(0)).map_err(fail)?;
        rows.collect::<rusqlite::Result<_>>().map_err(fail)
    }

    /// All sessions, the newest first.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        read::sessions(&self.db).map_err(|source| StoreError::of(&self.path, source))
    }

    /// Figures over all sessions.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        read::stats(&self.db).map_err(|source| StoreError::of(&self.path, source))
    }

    /// What the player's games add up to.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        read::totals(&self.db).map_err(|source| StoreError::of(&self.path, source))
    }

    /// Removes a session with all that was recorded of it, and says whether there was one.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    pub fn remove(&mut self, session: &str) -> Result<bool, StoreError> {
        let removed = self.db.execute("DELETE FROM sessions WHERE session = ?1", [session]);
        removed.map(|rows| rows > 0).map_err(|source| StoreError::of(&self.path, source))
    }

    /// All events of a session in their order; none if there is no such session. Where an older version of the program has
    /// recorded what each turn really cost, that is left out until the verdict: it tells who the mole is.
    ///
    /// # Errors
    ///
    /// If the database cannot be read, or holds something that is not an event.
    pub fn events(&self, session: &str) -> Result<Vec<Event>, StoreError> {
        let fail = |source| StoreError::of(&self.path, source);
        let mut select =
            self.db.prepare_cached("SELECT seq, body FROM events WHERE session = ?1 ORDER BY seq").map_err(fail)?;
        let rows = select.query_map([session], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fail)?;
        let events = rows.map(|row| {
            let (seq, body): (u64, String) = row.map_err(fail)?;
            serde_json::from_str(&body).map_err(|source| unreadable(&self.path, session, seq, source))
        });
        let mut events: Vec<Event> = events.collect::<Result<_, _>>()?;
        let is_told = |event: &Event| matches!(event.kind, EventKind::VerdictReached(_));
        if !events.iter().any(is_told) && !self.has_fair_costs(session) {
            for event in &mut events {
                leave_out_costs(&mut event.kind);
            }
        }
        Ok(events)
    }

    /// Whether a session tells of costs what everybody may know.
    fn has_fair_costs(&self, session: &str) -> bool {
        // A database that was only read is as its own version made it, and may not say so.
        let sql = "SELECT fair_costs FROM sessions WHERE session = ?1";
        self.db.query_row(sql, [session], |row| row.get(0)).unwrap_or(false)
    }
}

fn record(path: &Path, tx: &Transaction<'_>, event: &Event) -> Result<(), StoreError> {
    let body = serde_json::to_string(event).map_err(|source| unreadable(path, &event.session, event.seq, source))?;
    tx.prepare_cached("INSERT INTO events (session, seq, body) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![event.session, event.seq, body]))
        .and_then(|_| project::project(tx, event))
        .map_err(|source| StoreError::at_event(path, &event.session, event.seq, source))
}

fn leave_out_costs(event: &mut EventKind) {
    match event {
        EventKind::MessageCompleted(message) => (message.tokens, message.ms) = <_>::default(),
        EventKind::JudgeAnswered(judgement) => judgement.tokens = Tokens::default(),
        _ => {}
    }
}

fn unreadable(path: &Path, session: &str, seq: u64, source: serde_json::Error) -> StoreError {
    StoreError::Event { path: path.to_owned(), session: session.to_owned(), seq, source }
}

/// Refuses what is not ours to change, before anything is changed.
fn refuse_others(path: &Path, db: &mut Connection) -> Result<(), StoreError> {
    let fail = |source| StoreError::of(path, source);
    // One read transaction: another process may be making the database at this moment.
    let tx = db.transaction_with_behavior(TransactionBehavior::Deferred).map_err(fail)?;
    let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(fail)?;
    let application: i64 = tx.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(fail)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(fail)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    let known = newest();
    if found > known {
        return Err(StoreError::TooNew { path: path.to_owned(), found, known });
    }
    Ok(())
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
