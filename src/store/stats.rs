//! Figures over all sessions, and what the player's games add up to.

use rusqlite::{Connection, Result, Row};
use serde::Serialize;

use super::read::{STATUS, bank};
use crate::heist::{BankInfo, money};

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
    /// How often the player was right that was so sure, in steps of ten per cent.
    pub calibration: Vec<Calibration>,
    /// The games with a mole, by its strategy.
    pub strategies: Vec<StrategyRow>,
    /// All games, by who spoke.
    pub speakers: Vec<SpeakerRow>,
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

/// What the player's games add up to. Those in which the answer was known do not count: of games that were dealt alike all
/// but the one that came to a verdict first, and those in which the player had chosen the mole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Games in which the player guessed.
    pub games: u32,
    /// In how many of these the player was right.
    pub right: u32,
    /// In how many the mole was named.
    pub caught: u32,
    /// How many right guesses the newest in a row are.
    pub streak: u32,
    /// The most right guesses in a row.
    pub best_streak: u32,
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
    /// What became of the jobs.
    pub jobs: Jobs,
    /// The most that got away in one, in thousands; none if nothing did.
    pub best_loot: Option<u32>,
    /// Games besides these, in which the player guessed when the answer was known.
    pub repeats: u32,
}

impl Totals {
    /// What became of the player's jobs, to go on after "your crews": `got away in 2 of 5 jobs, with 900,000, 680,000 at
    /// best`. None before the first job.
    #[must_use]
    pub fn jobs_told(&self) -> Option<String> {
        let Jobs { played, escaped, loot } = self.jobs;
        let jobs = if played == 1 { "job" } else { "jobs" };
        let all = money(u32::try_from(loot).unwrap_or(u32::MAX));
        let told = match (escaped, self.best_loot) {
            (0, _) | (_, None) => format!("got away in none of {played} {jobs}"),
            (1, _) => format!("got away in 1 of {played} {jobs}, with {all}"),
            (_, Some(best)) => format!("got away in {escaped} of {played} {jobs}, with {all}, {} at best", money(best)),
        };
        (played > 0).then_some(told)
    }
}

/// What became of the jobs of some games.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Jobs {
    /// Games in which there was one; older versions ended with the verdict.
    pub played: u32,
    /// In how many of these the crew got away.
    pub escaped: u32,
    /// What got away in all of them, in thousands.
    pub loot: u64,
}

/// How often the player was right who said to be so sure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// How sure, 0 to 1.
    pub said: f64,
    /// Games.
    pub games: u32,
    /// In how many of these the player was right.
    pub right: u32,
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
    /// What became of the jobs.
    pub jobs: Jobs,
}

/// How the games went in which somebody spoke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpeakerRow {
    /// The model; none is the scripted crew.
    pub model: Option<String>,
    /// Games.
    pub games: u32,
    /// In how many the mole was named, by whoever guessed.
    pub named: u32,
    /// What became of the jobs.
    pub jobs: Jobs,
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

/// A game of the player's that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// When it came to its verdict.
    pub at: String,
    /// Whether the mole was named.
    pub caught: bool,
    /// How the mole sabotaged; none without one.
    pub strategy: Option<String>,
    /// How hard the mole was to find.
    pub difficulty: Option<String>,
    /// Whether suspicion was hidden; none if that is not known.
    pub blind: Option<bool>,
    /// Whether at least half of the turns had not begun.
    pub early: bool,
    /// Whether the detector suspected somebody else most.
    pub ahead: bool,
    /// The bank.
    pub bank: BankInfo,
    /// What got away, in thousands; 0 if the crew was caught.
    pub loot: u32,
}

/// The games in which the player guessed, `mine` being those that count: games dealt alike have one commitment, and after
/// the first verdict of these the answer is known, as it is to whoever has chosen the mole.
const MINE: &str = "WITH told AS (
    SELECT games.*, difficulty, bank, bank_seed, turns, json_array_length(crew) * rounds + 1 AS all_turns,
           coalesce(terms ->> '$.mole', 'random') = 'random'
           AND row_number() OVER (PARTITION BY commitment ORDER BY at, session) = 1 AS counts
    FROM games JOIN sessions USING (session)),
mine AS (SELECT * FROM told WHERE guessed_by = 'player' AND counts)";

/// What became of jobs, in three columns.
const JOBS: &str = "count(job), count(*) FILTER (WHERE job = 'escaped'), coalesce(sum(loot), 0)";

fn jobs(row: &Row<'_>, first: usize) -> Result<Jobs> {
    Ok(Jobs { played: row.get(first)?, escaped: row.get(first + 1)?, loot: row.get(first + 2)? })
}

/// What the player's games add up to.
pub(super) fn totals(db: &Connection) -> Result<Totals> {
    db.query_row(
        &format!(
            "{MINE}
         SELECT count(*), count(*) FILTER (WHERE outcome = 'success'), count(*) FILTER (WHERE guess = mole),
                count(*) FILTER (WHERE at > coalesce((SELECT max(at) FROM mine WHERE outcome <> 'success'), '')),
                (SELECT coalesce(max(length), 0) FROM (SELECT count(*) AS length FROM (
                     SELECT outcome, sum(outcome <> 'success') OVER (ORDER BY at, session) AS misses FROM mine)
                 WHERE outcome = 'success' GROUP BY misses)),
                count(score), coalesce(sum(score), 0), avg(score), max(score),
                count(*) FILTER (WHERE guess = mole AND detector_agent IS NOT mole),
                count(*) FILTER (WHERE guess IS NOT mole AND detector_agent = mole),
                {JOBS}, nullif(max(loot), 0),
                (SELECT count(*) FROM told WHERE guessed_by = 'player' AND NOT counts)
         FROM mine"
        ),
        [],
        |row| {
            Ok(Totals {
                games: row.get(0)?,
                right: row.get(1)?,
                caught: row.get(2)?,
                streak: row.get(3)?,
                best_streak: row.get(4)?,
                scored: row.get(5)?,
                points: row.get(6)?,
                average: row.get(7)?,
                best: row.get(8)?,
                beat: row.get(9)?,
                beaten: row.get(10)?,
                jobs: jobs(row, 11)?,
                best_loot: row.get(14)?,
                repeats: row.get(15)?,
            })
        },
    )
}

/// The player's games that count, the oldest first.
pub(super) fn counted(db: &Connection) -> Result<Vec<Counted>> {
    let sql = format!(
        "{MINE}
         SELECT at, coalesce(guess = mole, 0), strategy, difficulty, blind, coalesce(turns * 2 <= all_turns, 0),
                coalesce(detector_agent <> mole, 0), bank, bank_seed, coalesce(loot, 0)
         FROM mine ORDER BY at, session"
    );
    db.prepare(&sql)?
        .query_map([], |row| {
            Ok(Counted {
                at: row.get(0)?,
                caught: row.get(1)?,
                strategy: row.get(2)?,
                difficulty: row.get(3)?,
                blind: row.get(4)?,
                early: row.get(5)?,
                ahead: row.get(6)?,
                bank: bank(row)?,
                loot: row.get(9)?,
            })
        })?
        .collect()
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
        calibration: rows(
            db,
            &format!(
                "{MINE}
             SELECT round(sureness, 1), count(*), count(*) FILTER (WHERE outcome = 'success')
             FROM mine WHERE sureness IS NOT NULL GROUP BY 1 ORDER BY 1"
            ),
            |row| Ok(Calibration { said: row.get(0)?, games: row.get(1)?, right: row.get(2)? }),
        )?,
        strategies: rows(
            db,
            &format!(
                "SELECT strategy, count(*), count(*) FILTER (WHERE guess = mole),
                    count(*) FILTER (WHERE detector_agent = mole), avg(acts), {JOBS}
             FROM games WHERE mole IS NOT NULL GROUP BY strategy ORDER BY strategy"
            ),
            |row| {
                Ok(StrategyRow {
                    strategy: row.get(0)?,
                    games: row.get(1)?,
                    named: row.get(2)?,
                    detected: row.get(3)?,
                    acts: row.get(4)?,
                    jobs: jobs(row, 5)?,
                })
            },
        )?,
        speakers: rows(
            db,
            &format!(
                "SELECT llm_model, count(*), count(*) FILTER (WHERE guess = mole), {JOBS}
             FROM games JOIN sessions USING (session) GROUP BY llm_model ORDER BY 2 DESC, 1"
            ),
            |row| Ok(SpeakerRow { model: row.get(0)?, games: row.get(1)?, named: row.get(2)?, jobs: jobs(row, 3)? }),
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
