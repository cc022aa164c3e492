//! Reading what is kept: the list of sessions.

use rusqlite::{Connection, Result, Row};
use serde::Serialize;

use crate::heist::BankInfo;

/// A session as the tables tell of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionRow {
    /// The session's identifier.
    pub session: String,
    /// When it began, in UTC.
    pub started_at: String,
    /// When it ended; none while it runs, or after its process was killed.
    pub ended_at: Option<String>,
    /// `running`, `paused`, `completed`, `failed` or `stopped`; `failed` also after its process was killed.
    pub status: String,
    /// Why it failed or was stopped.
    pub reason: Option<String>,
    /// The game's seed; none if the session ended before its first event.
    pub seed: Option<u64>,
    /// The bank that was planned to be robbed; none if the session ended before its first event.
    pub bank: Option<BankInfo>,
    /// How many rounds were to be played.
    pub rounds: Option<u32>,
    /// How hard the mole was to find; none if the session ended before its first event.
    pub difficulty: Option<String>,
    /// Turns begun.
    pub turns: u32,
    /// The model that spoke; none with the scripted crew.
    pub model: Option<String>,
    /// `docker` or `embedded`.
    pub tools: Option<String>,
    /// Messages said.
    pub messages: u32,
    /// Tool calls made.
    pub tool_calls: u32,
    /// From its beginning to its last event, in milliseconds; none before the first.
    pub ms: Option<u64>,
    /// Whether it was cut off and can go on.
    pub resumable: bool,
    /// How the game came out; none without a verdict.
    pub game: Option<GameRow>,
}

/// How a game came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GameRow {
    /// Who guessed: `player`, `detector` or `random`.
    pub guessed_by: Option<String>,
    /// Who was named; none if nobody was.
    pub guess: Option<String>,
    /// The mole; none in a game without one.
    pub mole: Option<String>,
    /// How it sabotaged.
    pub strategy: Option<String>,
    /// `success`, `failure` or `busted`.
    pub outcome: String,
    /// The detector's first suspect.
    pub detector: Option<String>,
    /// That suspect's probability.
    pub detector_score: f64,
    /// How sure the guesser was, 0 to 1; none if it did not say.
    pub sureness: Option<f64>,
    /// What the guess has brought, -1000 to 1000; none if the guesser did not say how sure it was.
    pub score: Option<i32>,
    /// Whether suspicion was hidden from the guesser; none if nobody guessed.
    pub blind: Option<bool>,
    /// How many acts of sabotage there were; none in games of older versions.
    pub acts: Option<u32>,
    /// How the job went: `escaped` or `caught`; none in games of older versions.
    pub job: Option<String>,
    /// What got away, in thousands; 0 if the crew was caught.
    pub loot: Option<u32>,
}

/// What a session's status is for whoever reads it now, `?1` being a JSON list of those that are being played: of one
/// whose process was killed nobody could write down that it failed.
pub(super) const STATUS: &str =
    "iif(status IN ('running', 'paused') AND session NOT IN (SELECT value FROM json_each(?1)), 'failed', status)";

/// Whether a session was cut off and can go on, with the same list. What an older version has begun, whose messages have no
/// moves, has neither a plan nor a ledger that could be gone on with.
pub(super) const RESUMABLE: &str =
    "terms IS NOT NULL AND turns > 0 AND status <> 'completed' AND session NOT IN (SELECT value FROM json_each(?1))
     AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.session = sessions.session AND messages.moves IS NULL)";

/// Why a session failed whose process was killed.
pub const KILLED: &str = "its program was ended before it could say why";

/// All sessions, the newest first; `played` is a JSON list of those that are being played.
pub(super) fn sessions(db: &Connection, played: &str) -> Result<Vec<SessionRow>> {
    let mut select = db.prepare(&format!(
        "SELECT sessions.session, started_at, ended_at, {STATUS} AS status, coalesce(reason, iif({STATUS} <> status, '{KILLED}', NULL)) AS reason, seed, bank, bank_seed, rounds, difficulty, turns, llm_model, tools_backend,
                (SELECT count(*) FROM messages WHERE messages.session = sessions.session) AS messages,
                (SELECT count(*) FROM tool_calls WHERE tool_calls.session = sessions.session) AS tool_calls,
                (SELECT CAST(round((julianday(at) - julianday(started_at)) * 86400000) AS INTEGER) FROM events
                 WHERE events.session = sessions.session ORDER BY seq DESC LIMIT 1) AS ms,
                {RESUMABLE} AS resumable,
                guessed_by, guess, mole, strategy, outcome, detector_agent, detector_score, sureness, score, blind, acts, job, loot
         FROM sessions LEFT JOIN games USING (session) ORDER BY sessions.session DESC",
    ))?;
    select.query_map([played], session)?.collect()
}

fn session(row: &Row<'_>) -> Result<SessionRow> {
    let outcome: Option<String> = row.get("outcome")?;
    let game = outcome.map(|outcome| -> Result<_> {
        Ok(GameRow {
            guessed_by: row.get("guessed_by")?,
            guess: row.get("guess")?,
            mole: row.get("mole")?,
            strategy: row.get("strategy")?,
            outcome,
            detector: row.get("detector_agent")?,
            detector_score: row.get("detector_score")?,
            sureness: row.get("sureness")?,
            score: row.get("score")?,
            blind: row.get("blind")?,
            acts: row.get("acts")?,
            job: row.get("job")?,
            loot: row.get("loot")?,
        })
    });
    let seed = number(row, "seed")?;
    let bank = seed.map(|_| bank(row)).transpose()?;
    Ok(SessionRow {
        session: row.get("session")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        seed,
        bank,
        rounds: row.get("rounds")?,
        difficulty: row.get("difficulty")?,
        turns: row.get("turns")?,
        model: row.get("llm_model")?,
        tools: row.get("tools_backend")?,
        messages: row.get("messages")?,
        tool_calls: row.get("tool_calls")?,
        ms: row.get::<_, Option<i64>>("ms")?.and_then(|ms| ms.try_into().ok()),
        resumable: row.get("resumable")?,
        game: game.transpose()?,
    })
}

/// A number that is kept as text.
fn number(row: &Row<'_>, column: &str) -> Result<Option<u64>> {
    Ok(row.get::<_, Option<String>>(column)?.and_then(|number| number.parse().ok()))
}

/// The bank of a session; those of older versions were all in one.
pub(super) fn bank(row: &Row<'_>) -> Result<BankInfo> {
    let (name, seed) = (row.get::<_, Option<String>>("bank")?, number(row, "bank_seed")?);
    Ok(name.map_or_else(BankInfo::default, |name| BankInfo { name, seed }))
}
