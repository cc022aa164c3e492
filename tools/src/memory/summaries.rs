//! The summaries that a model has made, in `memory.db` beside the turns.

use rusqlite::{OptionalExtension as _, params};

use super::budget::characters;
use super::turns::{Store, Talk};
use crate::refusal::Refusal;

/// So many summaries of one talk are kept: callers may differ in how many turns they want whole, and in their room.
const MOST_SUMMARIES: u32 = 8;

/// Which summary somebody wants.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub talk: Talk,
    /// The id of the last turn to be covered.
    pub upto: i64,
    /// The tokens it may take.
    pub room: u32,
}

/// A summary that a model has made.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The id of the last turn it covers.
    pub upto: i64,
    pub text: String,
}

impl Store {
    /// The summary that serves, if there is one: it fits.
    pub async fn summary(&self, wanted: &Wanted) -> Result<Option<Kept>, Refusal> {
        self.furthest(wanted, wanted.upto, characters(wanted.room)).await
    }

    /// The summary to go on from, if there is one: it covers less than what is wanted.
    pub async fn beginning(&self, wanted: &Wanted) -> Result<Option<Kept>, Refusal> {
        self.furthest(wanted, wanted.upto - 1, u32::MAX).await
    }

    /// The summary that covers most, but no turn after `upto`. One that was written for less than half of the room has
    /// left out too much.
    async fn furthest(&self, wanted: &Wanted, upto: i64, longest: u32) -> Result<Option<Kept>, Refusal> {
        let (talk, room) = (wanted.talk.clone(), wanted.room);
        self.0
            .call(move |db| {
                db.prepare_cached(
                    "SELECT upto, text FROM summaries
                     WHERE session = ?1 AND agent = ?2 AND upto <= ?3 AND room * 2 >= ?4 AND LENGTH(text) <= ?5
                     ORDER BY upto DESC, room DESC LIMIT 1",
                )?
                .query_row(params![talk.session, talk.agent_column(), upto, room, longest], |row| {
                    Ok(Kept { upto: row.get(0)?, text: row.get(1)? })
                })
                .optional()
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }

    /// Keeps a summary, unless its session has been forgotten while it was made.
    pub async fn keep(&self, wanted: &Wanted, text: String) -> Result<(), Refusal> {
        let Wanted { talk, upto, room } = wanted.clone();
        self.0
            .call(move |db| {
                let keeping = db.transaction()?;
                keeping.execute(
                    "INSERT OR REPLACE INTO summaries (session, agent, upto, room, text)
                     SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM turns WHERE id = ?3 AND session = ?1)",
                    params![talk.session, talk.agent_column(), upto, room, text],
                )?;
                keeping.execute(
                    "DELETE FROM summaries WHERE session = ?1 AND agent = ?2 AND upto < (
                        SELECT upto FROM summaries WHERE session = ?1 AND agent = ?2
                        ORDER BY upto DESC LIMIT 1 OFFSET ?3
                     )",
                    params![talk.session, talk.agent_column(), MOST_SUMMARIES - 1],
                )?;
                keeping.commit()
            })
            .await?
            .map_err(|error: rusqlite::Error| Refusal::internal(&error))
    }
}
