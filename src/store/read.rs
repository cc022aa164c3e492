//! Reading what is kept: the list of sessions, and figures over all of them.

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
    /// How many acts of sabotage there were; none in games of older versions.
    pub acts: Option<u32>,
}

/// What a session's status is for whoever reads it now, `?1` being a JSON list of those that are being played: of one
/// whose process was killed nobody could write down that it failed.
const STATUS: &str =
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
        "SELECT sessions.session, started_at, ended_at, {STATUS} AS status, coalesce(reason, iif({STATUS} <> status, '{KILLED}', NULL)) AS reason, seed, bank, bank_seed, rounds, turns, llm_model, tools_backend,
                (SELECT count(*) FROM messages WHERE messages.session = sessions.session) AS messages,
                (SELECT count(*) FROM tool_calls WHERE tool_calls.session = sessions.session) AS tool_calls,
                (SELECT CAST(round((julianday(at) - julianday(started_at)) * 86400000) AS INTEGER) FROM events
                 WHERE events.session = sessions.session ORDER BY seq DESC LIMIT 1) AS ms,
                {RESUMABLE} AS resumable,
                guessed_by, guess, mole, strategy, outcome, detector_agent, detector_score, sureness, score, acts
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
            acts: row.get("acts")?,
        })
    });
    let number = |column| -> Result<Option<u64>> {
        Ok(row.get::<_, Option<String>>(column)?.and_then(|number| number.parse().ok()))
    };
    let (seed, name, of) = (number("seed")?, row.get::<_, Option<String>>("bank")?, number("bank_seed")?);
    let bank = seed.map(|_| name.map_or_else(BankInfo::default, |name| BankInfo { name, seed: of }));
    Ok(SessionRow {
        session: row.get("session")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        seed,
        bank,
        rounds: row.get("rounds")?,
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

/// Figures over all sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// How many sessions there are of each status.
    pub sessions: Vec<Count>,
    /// How the games came out.
    pub outcomes: Vec<Count>,
    /// How often each kind of guesser was right.
    pub guessers: Vec<Guesses>,
    /// The games that a person guessed in, by the person and by the detector.
    pub versus: Versus,
    /// What the player's games add up to.
    pub totals: Totals,
    /// The games with a mole, by its strategy.
    pub strategies: Vec<StrategyRow>,
    /// The calls of each tool.
    pub tools: Vec<ToolRow>,
}

/// How many there are of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What is counted.
    pub what: String,
    /// How many.
    pub count: u32,
}

/// How often a kind of guesser was right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guesses {
    /// `player`, `detector` or `random`.
    pub by: String,
    /// In how many games it guessed.
    pub games: u32,
    /// In how many of these it was right.
    pub right: u32,
}

/// A person against the detector, in the same games, where the answer was not known before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Versus {
    /// Games with a mole in which a person guessed.
    pub games: u32,
    /// In how many the person named it.
    pub player: u32,
    /// In how many the detector's first suspect was it.
    pub detector: u32,
    /// In how many both were right.
    pub both: u32,
}

/// What the player's games add up to. Of games that were dealt alike only the one that came to a verdict first counts:
/// after it the answer is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Games in which the player guessed.
    pub games: u32,
    /// In how many of these the player was right.
    pub right: u32,
    /// How many right guesses the newest in a row are.
    pub streak: u32,
    /// Games with a score.
    pub scored: u32,
    /// The sum of their scores.
    pub points: i64,
    /// Their mean; none without a game that has one.
    pub average: Option<f64>,
    /// The best of them.
    pub best: Option<i32>,
    /// In how many games with a mole the player was right and the detector's first suspect was another.
    pub beat: u32,
    /// In how many it was the other way round.
    pub beaten: u32,
    /// Games besides these, in which the player guessed when the answer was known.
    pub repeats: u32,
}

/// How well the moles with one strategy hid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StrategyRow {
    /// The strategy.
    pub strategy: String,
    /// Games.
    pub games: u32,
    /// In how many of these the mole was named, by whoever guessed.
    pub named: u32,
    /// In how many of these the detector's first suspect was the mole.
    pub detected: u32,
    /// Acts of sabotage in a game, on average; none if only older versions recorded these games.
    pub acts: Option<f64>,
}

/// The calls of a tool.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolRow {
    /// The tool.
    pub tool: String,
    /// Calls.
    pub calls: u32,
    /// Those that had a result.
    pub ok: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that were denied.
    pub denied: u32,
    /// The mean time of an answer in milliseconds; none if nothing was answered.
    pub mean_ms: Option<f64>,
}

/// The games in which the player guessed, `mine` being those that count: games dealt alike have one commitment, and after
/// the first verdict of these the answer is known.
const MINE: &str = "WITH told AS (
    SELECT games.*, row_number() OVER (PARTITION BY commitment ORDER BY at, session) AS time
    FROM games JOIN sessions USING (session)),
mine AS (SELECT * FROM told WHERE guessed_by = 'player' AND time = 1)";

/// What the player's games add up to.
pub(super) fn totals(db: &Connection) -> Result<Totals> {
    db.query_row(
        &format!(
            "{MINE}
         SELECT count(*), count(*) FILTER (WHERE outcome = 'success'),
                count(*) FILTER (WHERE at > coalesce((SELECT max(at) FROM mine WHERE outcome <> 'success'), '')),
                count(score), coalesce(sum(score), 0), avg(score), max(score),
                count(*) FILTER (WHERE guess = mole AND detector_agent IS NOT mole),
                count(*) FILTER (WHERE guess IS NOT mole AND detector_agent = mole),
                (SELECT count(*) FROM told WHERE guessed_by = 'player' AND time > 1)
         FROM mine"
        ),
        [],
        |row| {
            Ok(Totals {
                games: row.get(0)?,
                right: row.get(1)?,
                streak: row.get(2)?,
                scored: row.get(3)?,
                points: row.get(4)?,
                average: row.get(5)?,
                best: row.get(6)?,
                beat: row.get(7)?,
                beaten: row.get(8)?,
                repeats: row.get(9)?,
            })
        },
    )
}

/// Figures over all sessions.
pub(super) fn stats(db: &Connection, played: &str) -> Result<Stats> {
    fn rows<T>(db: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        db.prepare(sql)?.query_map([], read)?.collect()
    }
    let count = |row: &Row<'_>| Ok(Count { what: row.get(0)?, count: row.get(1)? });
    Ok(Stats {
        sessions: db
            .prepare(&format!("SELECT {STATUS}, count(*) FROM sessions GROUP BY 1 ORDER BY 2 DESC, 1"))?
            .query_map([played], count)?
            .collect::<Result<_>>()?,
        outcomes: rows(db, "SELECT outcome, count(*) FROM games GROUP BY outcome ORDER BY 2 DESC, 1", count)?,
        guessers: rows(
            db,
            "SELECT guessed_by, count(*), count(*) FILTER (WHERE outcome = 'success') FROM games
             WHERE guessed_by IS NOT NULL GROUP BY guessed_by ORDER BY guessed_by",
            |row| Ok(Guesses { by: row.get(0)?, games: row.get(1)?, right: row.get(2)? }),
        )?,
        versus: db.query_row(
            &format!(
                "{MINE}
             SELECT count(*), count(*) FILTER (WHERE guess = mole), count(*) FILTER (WHERE detector_agent = mole),
                    count(*) FILTER (WHERE guess = mole AND detector_agent = mole)
             FROM mine WHERE mole IS NOT NULL"
            ),
            [],
            |row| Ok(Versus { games: row.get(0)?, player: row.get(1)?, detector: row.get(2)?, both: row.get(3)? }),
        )?,
        totals: totals(db)?,
        strategies: rows(
            db,
            "SELECT strategy, count(*), count(*) FILTER (WHERE guess = mole),
                    count(*) FILTER (WHERE detector_agent = mole), avg(acts)
             FROM games WHERE mole IS NOT NULL GROUP BY strategy ORDER BY strategy",
            |row| {
                let (strategy, games) = (row.get(0)?, row.get(1)?);
                Ok(StrategyRow { strategy, games, named: row.get(2)?, detected: row.get(3)?, acts: row.get(4)? })
            },
        )?,
        tools: rows(
            db,
            "SELECT tool, count(*), count(*) FILTER (WHERE status = 'ok'), count(*) FILTER (WHERE status = 'error'),
                    count(*) FILTER (WHERE status = 'denied'), avg(ms)
             FROM tool_calls GROUP BY tool ORDER BY 2 DESC, 1",
            |row| {
                Ok(ToolRow {
                    tool: row.get(0)?,
                    calls: row.get(1)?,
                    ok: row.get(2)?,
                    failed: row.get(3)?,
                    denied: row.get(4)?,
                    mean_ms: row.get(5)?,
                })
            },
        )?,
    })
}
