//! The stored turns, in `memory.db`.

use std::path::Path;

use rusqlite::{OptionalExtension, params};
use rusqlite_migration::{M, Migrations};

use crate::db::Db;
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::wire::{MemoryStats, StoreMemory, Turn};

const STEPS: &[M<'_>] = &[
    M::up(
        "CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session TEXT NOT NULL,
            agent TEXT NOT NULL,
            turn INTEGER NOT NULL,
            phase TEXT,
            message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX turns_by_session ON turns (session, id);",
    ),
    // `agent` is empty for a summary of all agents, `upto` the id of the last turn that is covered, `room` the tokens
    // that it was written for.
    M::up(
        "CREATE TABLE summaries (
            session TEXT NOT NULL,
            agent TEXT NOT NULL,
            upto INTEGER NOT NULL,
            room INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (session, agent, upto, room)
        ) STRICT, WITHOUT ROWID;",
    ),
    M::up("CREATE INDEX turns_by_turn ON turns (session, agent, turn);"),
];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// Older turns than these are not looked at when memory is compressed.
const MOST_COMPRESSED: u32 = 2000;
/// So many bytes of messages are read at a time.
const MOST_BYTES: usize = 1 << 20;

/// Whose turns: a session's, or one agent's in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    pub session: String,
    pub agent: Option<String>,
}

impl Talk {
    /// Empty for all agents: a name never is.
    pub(super) fn agent_column(&self) -> &str {
        self.agent.as_deref().unwrap_or_default()
    }
}

/// A turn under its id.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub turn: Turn,
}

/// The book of turns.
#[derive(Clone)]
pub struct Store(pub(super) Db);

impl Store {
    pub fn open(data: &Path) -> Result<Self, StartError> {
        std::fs::create_dir_all(data).map_err(|source| StartError::File { path: data.to_owned(), source })?;
        Db::open(data, "memory.db", &MIGRATIONS).map(Self)
    }

    /// The id of the turn. Who did not hear that it was stored and says it again, word for word, stores no second one.
    pub async fn add(&self, turn: StoreMemory) -> Result<i64, Refusal> {
        self.0
            .call(move |db| {
                let StoreMemory { session, agent, turn, phase, message } = turn;
                let sql = "SELECT id FROM turns WHERE session = ?1 AND agent = ?2 AND turn = ?3 AND message = ?4";
                let known = params![session, agent, turn, message];
                if let Some(id) = db.prepare_cached(sql)?.query_row(known, |row| row.get(0)).optional()? {
                    return Ok(id);
                }
                let sql = "INSERT INTO turns (session, agent, turn, phase, message) VALUES (?1, ?2, ?3, ?4, ?5)";
                db.prepare_cached(sql)?.insert(params![session, agent, turn, phase, message])
            })
            .await?
            .map_err(|error: rusqlite::Error| Refusal::internal(&error))
    }

    /// The last turns of a talk, oldest first; fewer than `limit` where they are very long.
    pub async fn last(&self, talk: &Talk, limit: u32) -> Result<Vec<Entry>, Refusal> {
        self.read(talk, i64::MAX, limit).await
    }

    /// What of a talk is compressed: its turns up to the one with the id `upto`, oldest first.
    pub async fn until(&self, talk: &Talk, upto: i64) -> Result<Vec<Entry>, Refusal> {
        self.read(talk, upto, MOST_COMPRESSED).await
    }

    async fn read(&self, talk: &Talk, upto: i64, limit: u32) -> Result<Vec<Entry>, Refusal> {
        let Talk { session, agent } = talk.clone();
        self.0
            .call(move |db| {
                let mut statement = db.prepare_cached(
                    "SELECT id, agent, turn, phase, message FROM turns
                     WHERE session = ?1 AND (?2 IS NULL OR agent = ?2) AND id <= ?3 ORDER BY id DESC LIMIT ?4",
                )?;
                let newest_first = statement.query_map(params![session, agent, upto, limit], |row| {
                    let turn = Turn { agent: row.get(1)?, turn: row.get(2)?, phase: row.get(3)?, message: row.get(4)? };
                    Ok(Entry { id: row.get(0)?, turn })
                })?;
                let (mut entries, mut bytes) = (Vec::new(), 0);
                for entry in newest_first {
                    let entry: Entry = entry?;
                    bytes += entry.turn.message.len();
                    if bytes > MOST_BYTES {
                        break;
                    }
                    entries.push(entry);
                }
                entries.reverse();
                Ok(entries)
            })
            .await?
            .map_err(|error: rusqlite::Error| Refusal::internal(&error))
    }

    /// Forgets the turns of a session and their summaries. Whether there was such a session.
    pub async fn forget(&self, session: String) -> Result<bool, Refusal> {
        self.0
            .call(move |db| {
                let forgetting = db.transaction()?;
                forgetting.execute("DELETE FROM summaries WHERE session = ?1", [&session])?;
                let removed = forgetting.execute("DELETE FROM turns WHERE session = ?1", [&session])?;
                forgetting.commit()?;
                Ok(removed > 0)
            })
            .await?
            .map_err(|error: rusqlite::Error| Refusal::internal(&error))
    }

    pub async fn stats(&self) -> Result<MemoryStats, Refusal> {
        self.0
            .call(|db| {
                let sql = "SELECT COUNT(DISTINCT session), COUNT(*), COALESCE(SUM(LENGTH(message)), 0) FROM turns";
                db.query_row(sql, [], |row| {
                    // Counts are never negative.
                    let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                    Ok(MemoryStats { sessions: count(0)?, turns: count(1)?, characters: count(2)? })
                })
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }
}
