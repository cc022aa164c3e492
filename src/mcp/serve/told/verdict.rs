//! The verdict: right or wrong, who it was and what it did, the points, and how the job went.

use std::fmt;

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use super::percent;
use crate::heist::{JobOutcome, Strategy};
use crate::mcp::serve::seen::Seen;
use crate::text::one_line;
use crate::views::label;

/// The longest sentence that is told, in characters.
const SHORT: usize = 400;
/// The longest orders, in characters.
const ORDERS: usize = 2_000;

/// How the guess came out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct VerdictTold {
    right: bool,
    /// Who was named; null for nobody.
    named: Option<String>,
    /// Who the mole was; null if there was none.
    mole: Option<String>,
    strategy: Option<&'static str>,
    points: Option<i32>,
    /// What the points follow from.
    because: String,
    /// What the mole did, in the order of the messages.
    sabotage: Vec<ActTold>,
    /// The orders that the mole was given.
    orders: String,
    job: Option<JobTold>,
    /// Whom the detector suspected most.
    detector: Option<Suspect>,
    seal: Seal,
    remarks: Vec<String>,
    /// What all your games add up to.
    all_games: Option<Totals>,
    /// The seed that the game was dealt from.
    seed: u64,
    session: String,
}

/// An act of sabotage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ActTold {
    message: String,
    round: u32,
    deed: String,
    truth: String,
}

/// How the job went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct JobTold {
    escaped: bool,
    /// What got away.
    loot: u64,
    /// The plan that was carried out.
    plan: Vec<String>,
    /// What happened, minute by minute.
    steps: Vec<String>,
    /// How it ended, why, and how it would have gone otherwise.
    told: Vec<String>,
}

/// The detector's first suspect.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Suspect {
    agent: String,
    per_cent: u8,
}

/// The promise made at the start, and what it was made with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Seal {
    /// Whether mole and strategy are those that were sealed before the first word.
    holds: bool,
    commitment: String,
    nonce: String,
}

/// All games of the database.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Totals {
    games: u32,
    right: u32,
    points: i64,
}

impl VerdictTold {
    /// None before the verdict.
    pub(in crate::mcp::serve) fn of(seen: &Seen) -> Option<Self> {
        let (truth, opening) = seen.truth.as_ref().zip(seen.opening.as_ref())?;
        let verdict = &truth.verdict;
        let named = seen.guess.as_ref().and_then(|guess| guess.agent.as_ref());
        let acts = truth.sabotage.iter().flat_map(|told| &told.acts).map(|act| ActTold {
            message: one_line(&act.message, 24),
            round: act.round,
            deed: one_line(&act.deed, SHORT),
            truth: one_line(&act.whole_truth(), SHORT),
        });
        let bank = opening.bank.bank();
        let job = seen.job.as_ref().map(|job| JobTold {
            escaped: job.outcome == JobOutcome::Escaped,
            loot: u64::from(job.loot) * 1000,
            plan: job.plan.iter().map(|part| one_line(&part.words(), SHORT)).collect(),
            steps: job
                .steps
                .iter()
                .map(|step| {
                    let mark = if step.ok { "" } else { " FAILED" };
                    let fact = step.depended_on(&bank).map_or(String::new(), |fact| format!(" ({fact})"));
                    one_line(&format!("{}{mark} {}: {}{fact}", step.at, label(&step.who), step.what), SHORT)
                })
                .collect(),
            told: job.told().iter().map(|line| one_line(line, SHORT)).collect(),
        });
        Some(Self {
            right: named == verdict.mole.as_ref(),
            named: named.map(label),
            mole: verdict.mole.as_ref().map(label),
            strategy: verdict.strategy.map(Strategy::name),
            points: verdict.score.map(|score| score.points),
            because: verdict.score.map_or(String::new(), |score| score.to_string()),
            sabotage: acts.collect(),
            orders: one_line(verdict.orders.as_deref().unwrap_or_default(), ORDERS),
            job,
            detector: verdict
                .detector
                .agent
                .as_ref()
                .map(|agent| Suspect { agent: label(agent), per_cent: percent(verdict.detector.score) }),
            seal: Seal { holds: truth.kept, commitment: opening.commitment.clone(), nonce: verdict.nonce.clone() },
            remarks: truth.remarks.clone(),
            all_games: seen.totals.as_ref().map(|totals| Totals {
                games: totals.games,
                right: totals.right,
                points: totals.points,
            }),
            seed: opening.seed,
            session: seen.session.clone(),
        })
    }
}

impl fmt::Display for VerdictTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nobody = || "nobody".to_owned();
        let named = self.named.clone().unwrap_or_else(nobody);
        writeln!(f, "{}: you named {named}.", if self.right { "RIGHT" } else { "WRONG" })?;
        match (&self.mole, self.strategy) {
            (Some(mole), Some(strategy)) => writeln!(f, "The mole was {mole} ({strategy}).")?,
            (Some(mole), None) => writeln!(f, "The mole was {mole}.")?,
            (None, _) => writeln!(f, "There was no mole.")?,
        }
        if !self.because.is_empty() {
            writeln!(f, "{}", self.because)?;
        }
        if !self.sabotage.is_empty() {
            writeln!(f, "\nThe sabotage:")?;
        }
        for ActTold { message, round, deed, truth } in &self.sabotage {
            writeln!(f, "  {message} in round {round}: {deed}; {truth}")?;
        }
        if !self.orders.is_empty() {
            writeln!(f, "Its orders: {}", self.orders)?;
        }
        if let Some(job) = &self.job {
            writeln!(f, "\nThe job, with this plan: {}.", job.plan.join("; "))?;
            for step in &job.steps {
                writeln!(f, "  {step}")?;
            }
            for line in &job.told {
                writeln!(f, "{line}")?;
            }
        }
        if let Some(Suspect { agent, per_cent }) = &self.detector {
            writeln!(f, "\nThe detector suspected {agent} most, at {per_cent} %.")?;
        }
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        if let Some(Totals { games, right, points }) = &self.all_games {
            writeln!(f, "All games: right in {right} of {games}, {points:+} points.")?;
        }
        let seal =
            if self.seal.holds { "is what was sealed at the start" } else { "is NOT what was sealed at the start" };
        writeln!(
            f,
            "This {seal}: SHA-256 of mole, strategy and nonce {} is {}.",
            self.seal.nonce, self.seal.commitment
        )?;
        write!(f, "Seed {}. Recorded as {}. start_heist begins another.", self.seed, self.session)
    }
}
