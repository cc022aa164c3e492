//! The stored turns, in `memory.db`.

use std::path::Path;

use rusqlite::params;
use rusqlite_migration::{M, Migrations};

use crate::db::Db;
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::wire::{MemoryStats, StoreMemory, Turn};

const STEPS: &[M<'_>] = &[M::up(
    "CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session TEXT NOT NULL,
        agent TEXT NOT NULL,
        turn INTEGER NOT NULL,
        phase TEXT,
        message TEXT NOT NULL
    ) STRICT;
    CREATE INDEX turns_by_session ON turns (session, id);",
)];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// The book of turns.
pub struct Store(Db);

impl Store {
    pub fn open(data: &Path) -> Result<Self, StartError> {
        std::fs::create_dir_all(data).map_err(|source| StartError::File { path: data.to_owned(), source })?;
        Db::open(data, "memory.db", &MIGRATIONS).map(Self)
    }

    /// The id of the turn just stored.
    pub async fn add(&self, turn: StoreMemory) -> Result<i64, Refusal> {
        self.0
            .call(move |db| {
                db.prepare_cached(
                    "INSERT INTO turns (session, agent, turn, phase, message) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .insert(params![turn.session, turn.agent, turn.turn, turn.phase, turn.message])
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }

    /// The last turns of a session, or of one agent in it, oldest first.
    pub async fn last(&self, session: String, agent: Option<String>, limit: u32) -> Result<Vec<Turn>, Refusal> {
        self.0
            .call(move |db| {
                let mut statement = db.prepare_cached(
                    "SELECT agent, turn, phase, message FROM turns
                     WHERE session = ?1 AND (?2 IS NULL OR agent = ?2) ORDER BY id DESC LIMIT ?3",
                )?;
                let turns = statement.query_map(params![session, agent, limit], |row| {
                    Ok(Turn { agent: row.get(0)?, turn: row.get(1)?, phase: row.get(2)?, message: row.get(3)? })
                })?;
                let mut turns = turns.collect::<rusqlite::Result<Vec<_>>>()?;
                turns.reverse();
                Ok(turns)
            })
            .await?
            .map_err(|error: rusqlite::Error| Refusal::internal(&error))
    }

    /// Whether there was such a session.
    pub async fn forget(&self, session: String) -> Result<bool, Refusal> {
        self.0
            .call(move |db| db.execute("DELETE FROM turns WHERE session = ?1", [session]))
            .await?
            .map(|removed| removed > 0)
            .map_err(|error| Refusal::internal(&error))
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
