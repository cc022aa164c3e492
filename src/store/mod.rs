//! What is kept: an append-only event log in `SQLite`, and tables that say the same for people to query.

mod check;
mod error;
mod losses;
mod open;
mod project;
mod read;
mod stats;
mod witness;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use tempfile::TempDir;

pub use error::StoreError;
use error::is_no_room;
pub use losses::Loss;
pub use read::{GameRow, KILLED, SessionRow};
pub use stats::{Calibration, Count, Counted, Guesses, Jobs, SpeakerRow, Stats, StrategyRow, ToolRow, Totals, Versus};
use witness::{Taken, Witness};

use crate::heist::{Event, EventKind, Timestamp, Tokens};

/// An open database. Several processes may have the same one open.
///
/// An event that [`Store::append`] has acknowledged outlives the process, however it ends. The write-ahead log is not
/// forced to the disk at every commit (`synchronous = NORMAL`), so a power cut may cost the last moments; it never
/// leaves a database that is damaged or has a gap. A session that is played has a witness beside the database
/// (`witness.rs`), so that nobody else goes on with it meanwhile, and that it is known if events have vanished.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    db: Connection,
    /// Whether it can only be read.
    is_read_only: bool,
    /// Where what is read is a copy. After the connection, so that it is dropped later.
    _copy: Option<TempDir>,
    /// The session that this process plays, with its witness if it could have one.
    playing: Option<(Arc<str>, Option<Witness>)>,
    /// What a session that has no event yet begins with.
    begun: Option<Begun>,
}

#[derive(Debug)]
struct Begun {
    started_at: Timestamp,
    terms: String,
}

impl Store {
    /// Opens the database file, making it and its folders if they do not exist, and migrating it if it is older.
    ///
    /// # Errors
    ///
    /// If the file cannot be made or written, is not a database of this program, is damaged, is newer than the program,
    /// or is held by another process for more than five seconds. A file that is refused is left as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::with(path, open::to_write(path)?, false, None))
    }

    /// Opens a database to see what it has; like [`Store::open`], but it makes no new one, and what cannot be written is
    /// only read.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoDatabase`] if there is no such file, otherwise as [`Store::open`].
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        if matches!(path.try_exists(), Ok(false)) {
            return Err(StoreError::NoDatabase { path: path.to_owned() });
        }
        match open::to_write(path) {
            Ok(db) => Ok(Self::with(path, db, false, None)),
            Err(StoreError::NotWritable { .. } | StoreError::Full { .. }) => {
                let (db, copy) = open::to_read(path)?;
                Ok(Self::with(path, db, true, copy))
            }
            Err(error) => Err(error),
        }
    }

    fn with(path: &Path, db: Connection, is_read_only: bool, copy: Option<TempDir>) -> Self {
        Self { path: path.to_owned(), db, is_read_only, _copy: copy, playing: None, begun: None }
    }

    /// Whether the database can be read and not written.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// Reserves a session that begins at this moment, and returns its identifier: the moment in UTC, such as
    /// `20261123-084824-123`, or the next millisecond that no other session has. It is kept with its first event, so
    /// that nothing is left of one that had none. `terms` is JSON that whoever deals the game wants back to deal it
    /// again.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    pub fn begin(&mut self, started_at: Timestamp, terms: &str) -> Result<Arc<str>, StoreError> {
        self.put_down();
        let mut millis = started_at.as_millis();
        loop {
            let moment = jiff::Timestamp::from_millisecond(millis)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
                .map_err(|source| StoreError::of(&self.path, source))?;
            millis += 1;
            let session: Arc<str> = moment.strftime("%Y%m%d-%H%M%S-%3f").to_string().into();
            let Taken::Ours(witness) = self.taken(Witness::fresh(&self.file(), &session))? else { continue };
            self.playing = Some((Arc::clone(&session), witness));
            if self.has(&session)? {
                self.put_down();
                continue;
            }
            self.begun = Some(Begun { started_at, terms: terms.to_owned() });
            return Ok(session);
        }
    }

    /// Takes a session that was cut off for this process, to go on with it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Playing`] if another process plays it, otherwise if the database cannot be read or written.
    pub fn take_up(&mut self, session: &str) -> Result<(), StoreError> {
        self.put_down();
        if self.has(session)? {
            let Taken::Ours(witness) = self.taken(Witness::again(&self.file(), session))? else {
                return Err(StoreError::Playing { session: session.to_owned() });
            };
            self.playing = Some((session.into(), witness));
        }
        Ok(())
    }

    fn taken(&self, taken: std::io::Result<Option<Witness>>) -> Result<Taken, StoreError> {
        match taken {
            Ok(Some(witness)) => Ok(Taken::Ours(Some(witness))),
            Ok(None) => Ok(Taken::Theirs),
            Err(error) if is_no_room(&error) => Err(StoreError::Full { path: self.path.clone() }),
            Err(error) => {
                tracing::info!(%error, "the session has no witness");
                Ok(Taken::Ours(None))
            }
        }
    }

    /// The database's file, also where the path is a link to it.
    fn file(&self) -> PathBuf {
        open::real(&self.path)
    }

    fn has(&self, session: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE session = ?1)";
        self.db.query_row(sql, [session], |row| row.get(0)).map_err(|source| StoreError::of(&self.path, source))
    }

    /// Lets go of the session that this process plays.
    fn put_down(&mut self) {
        self.begun = None;
        if self.playing.take().is_some() {
            self.tidy();
        }
    }

    /// Brings all that was recorded into the database's own file, unless somebody still reads what was before.
    fn is_settled(&self) -> bool {
        let checkpoint = self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok(row.get::<_, i64>(0)? == 0 && row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
        });
        checkpoint.unwrap_or(false)
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
        if let (Some(begun), Some((session, _))) = (&self.begun, &self.playing) {
            let sql = "INSERT INTO sessions (session, started_at, status, terms, fair_costs) VALUES (?1, ?2, 'running', ?3, 1)";
            tx.execute(sql, params![session, begun.started_at.to_string(), begun.terms]).map_err(fail)?;
        }
        for event in events {
            record(&self.path, &tx, event)?;
        }
        tx.commit().map_err(fail)?;
        self.begun = None;
        if let (Some((session, Some(witness))), Some(last)) = (&mut self.playing, events.last())
            && *session == last.session
        {
            // The events are kept, also if it cannot be noted that they are.
            let _ = witness.note(last.seq);
        }
        Ok(())
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
        let sql = format!("SELECT session FROM sessions WHERE {} ORDER BY session DESC LIMIT ?2", read::RESUMABLE);
        let mut select = self.db.prepare(&sql).map_err(fail)?;
        let rows = select.query_map(params![self.played(), limit], |row| row.get(0)).map_err(fail)?;
        rows.collect::<rusqlite::Result<_>>().map_err(fail)
    }

    /// Changes what a session is dealt from, as [`Store::terms`] tells it from now on.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    pub fn set_terms(&mut self, session: &str, terms: &str) -> Result<(), StoreError> {
        let set = self.db.execute("UPDATE sessions SET terms = ?2 WHERE session = ?1", [session, terms]);
        set.map(drop).map_err(|source| StoreError::of(&self.path, source))
    }

    /// All sessions, the newest first.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        read::sessions(&self.db, &self.played()).map_err(|source| StoreError::of(&self.path, source))
    }

    /// Figures over all sessions.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        stats::stats(&self.db, &self.played()).map_err(|source| StoreError::of(&self.path, source))
    }

    /// Whether a process plays this session at this moment.
    #[must_use]
    pub fn is_played(&self, session: &str) -> bool {
        !witness::held(&self.file(), vec![session.to_owned()]).is_empty()
    }

    /// The sessions that a process plays at this moment, as a JSON list.
    fn played(&self) -> String {
        let file = self.file();
        serde_json::Value::from(witness::held(&file, witness::sessions(&file))).to_string()
    }

    /// What the player's games add up to.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        stats::totals(&self.db).map_err(|source| StoreError::of(&self.path, source))
    }

    /// The player's games that count, the oldest first.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn counted(&self) -> Result<Vec<Counted>, StoreError> {
        stats::counted(&self.db).map_err(|source| StoreError::of(&self.path, source))
    }

    /// The session that came to its verdict first of those with this commitment, which were dealt alike; none if none has.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn first_told(&self, commitment: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT session FROM games JOIN sessions USING (session) WHERE commitment = ?1
                   ORDER BY at, session LIMIT 1";
        let first = self.db.query_row(sql, [commitment], |row| row.get(0)).optional();
        first.map_err(|source| StoreError::of(&self.path, source))
    }

    /// Removes a session with all that was recorded of it, and says whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Playing`] if a process plays it, otherwise if the database cannot be written.
    pub fn remove(&mut self, session: &str) -> Result<bool, StoreError> {
        if self.is_read_only {
            // Says why it cannot be written, if that is still so.
            *self = Self::open(&self.path)?;
        }
        let file = self.file();
        if !self.has(session)? && witness::look(&file, session).is_none() {
            return Ok(false);
        }
        let Taken::Ours(witness) = self.taken(Witness::again(&file, session))? else {
            return Err(StoreError::Playing { session: session.to_owned() });
        };
        let removed = self.db.execute("DELETE FROM sessions WHERE session = ?1", [session]);
        removed.map_err(|source| StoreError::of(&self.path, source))?;
        // So that the file does not tell of it any more either.
        self.is_settled();
        if let Some(witness) = witness {
            witness.remove();
        }
        Ok(true)
    }

    /// All events of a session in their order; none if there is no such session. Where an older version of the program has
    /// recorded what each turn really cost, that is left out until the verdict: it tells who the mole is.
    ///
    /// # Errors
    ///
    /// If the database cannot be read, holds something that is not an event, or its tables do not say what the events do.
    pub fn events(&self, session: &str) -> Result<Vec<Event>, StoreError> {
        let fail = |source| StoreError::of(&self.path, source);
        // All is read as it was at one moment; another process may be playing.
        let moment = Transaction::new_unchecked(&self.db, TransactionBehavior::Deferred).map_err(fail)?;
        let mut select =
            moment.prepare_cached("SELECT seq, body FROM events WHERE session = ?1 ORDER BY seq").map_err(fail)?;
        let rows = select.query_map([session], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fail)?;
        let events = rows.map(|row| {
            let (seq, body): (u64, String) = row.map_err(fail)?;
            serde_json::from_str(&body).map_err(|source| unreadable(&self.path, session, seq, source))
        });
        let mut events: Vec<Event> = events.collect::<Result<_, StoreError>>()?;
        if let Some(what) = check::session(&moment, session, &events).map_err(fail)? {
            return Err(StoreError::Disagrees { path: self.path.clone(), session: session.to_owned(), what });
        }
        let is_told = |event: &Event| matches!(event.kind, EventKind::VerdictReached(_));
        if !events.iter().any(is_told) && !has_fair_costs(&moment, session) {
            for event in &mut events {
                leave_out_costs(&mut event.kind);
            }
        }
        Ok(events)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.put_down();
    }
}

fn record(path: &Path, tx: &Transaction<'_>, event: &Event) -> Result<(), StoreError> {
    let body = serde_json::to_string(event).map_err(|source| unreadable(path, &event.session, event.seq, source))?;
    tx.prepare_cached("INSERT INTO events (session, seq, body) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![event.session, event.seq, body]))
        .and_then(|_| project::project(tx, event))
        .map_err(|source| StoreError::at_event(path, &event.session, event.seq, source))
}

/// Whether a session tells of costs what everybody may know.
fn has_fair_costs(db: &Connection, session: &str) -> bool {
    // A database that was only read is as its own version made it, and may not say so.
    let sql = "SELECT fair_costs FROM sessions WHERE session = ?1";
    db.query_row(sql, [session], |row| row.get(0)).unwrap_or(false)
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
