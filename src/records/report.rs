//! What is worth telling of one recorded heist: a pure fold over its events.

use std::borrow::Cow;

use serde::Serialize;

use crate::heist::{
    AgentName, BankInfo, Difficulty, Event, EventKind, Evidence, Guess, Guesser, LlmInfo, PlanChange, Played, Remarks,
    Sabotage, SabotageTold, SessionStarted, Stopwatch, Strategy, Timestamp, Tokens, ToolsInfo, Verdict,
};
use crate::store::KILLED;
use crate::text::{NAME, shortened};

/// Pieces of evidence that are told, the weightiest first.
const EVIDENCE: usize = 8;

/// A heist in figures and names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The session.
    pub session: String,
    /// When it began.
    pub started_at: Timestamp,
    /// `running`, `completed`, `failed` or `stopped`.
    pub status: &'static str,
    /// Why it failed or was stopped.
    pub reason: Option<String>,
    /// The game's seed.
    pub seed: u64,
    /// The bank that was planned to be robbed.
    pub bank: BankInfo,
    /// How many rounds it was to have.
    pub rounds: u32,
    /// How hard the mole was to find.
    pub difficulty: Difficulty,
    /// Who spoke.
    pub llm: LlmInfo,
    /// Where the tools ran.
    pub tools: ToolsInfo,
    /// From the first event to the last, in milliseconds.
    pub ms: u64,
    /// Turns begun.
    pub turns: u32,
    /// What all requests cost; before the verdict what everybody may know of it.
    pub tokens: Tokens,
    /// Faults that were raised.
    pub faults: u32,
    /// Commands that the player gave.
    pub commands: u32,
    /// Hints that the player took.
    pub hints: u32,
    /// The crew, in its own order.
    pub agents: Vec<AgentReport>,
    /// The plan as it stood at the end: how each slot was left, in the slots' order; of what nobody spoke there is none.
    pub plan: Vec<PlanChange>,
    /// What weighed most against anybody.
    pub evidence: Vec<Evidence>,
    /// Who was named, if anybody guessed.
    pub guess: Option<Guess>,
    /// The truth, if it came to that.
    pub verdict: Option<Verdict>,
    /// The mole's acts in words; the verdict has them as data.
    #[serde(skip)]
    pub sabotage: Option<SabotageTold>,
    /// How the job went; none before, and of older versions.
    pub job: Option<Played>,
    /// What is worth remarking, in sentences; empty before the verdict.
    pub remarks: Vec<String>,
    /// Whether mole and strategy are those that were sealed at the start; none without a verdict.
    pub seal_holds: Option<bool>,
}

/// One agent's part in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentReport {
    /// The agent.
    pub agent: AgentName,
    /// What it does for the heist.
    pub role: String,
    /// Messages said.
    pub messages: u32,
    /// Words in them.
    pub words: usize,
    /// Calls with a result.
    pub calls_ok: u32,
    /// Calls that failed.
    pub calls_failed: u32,
    /// Calls that were denied.
    pub calls_denied: u32,
    /// The detector's last probability; none before it weighed anything.
    pub score: Option<f64>,
}

impl Report {
    /// The report on a session's events; none if they do not begin with its opening.
    #[must_use]
    pub fn of(events: &[Event]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let EventKind::SessionStarted(started) = &first.kind else { return None };
        let mut report = Self::opening(first, started);
        let mut watch = Stopwatch::default();
        let mut sabotage = Sabotage::default();
        let mut remarks = Remarks::default();
        watch.take(&first.kind, first.at);
        sabotage.take(&first.kind);
        for event in rest {
            watch.take(&event.kind, event.at);
            report.ms = watch.ms();
            sabotage.take(&event.kind);
            remarks.take(&event.kind);
            report.take(&event.kind, &started.commitment);
        }
        report.sabotage = report.verdict.as_ref().and_then(|verdict| sabotage.told(verdict));
        report.remarks = remarks.told().iter().map(ToString::to_string).collect();
        report.plan.sort_by_key(|change| change.slot);
        report.evidence.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        report.evidence.truncate(EVIDENCE);
        Some(report)
    }

    fn opening(first: &Event, started: &SessionStarted) -> Self {
        let agents = started.crew.iter().map(|member| AgentReport {
            agent: member.name.clone(),
            role: member.role.clone(),
            messages: 0,
            words: 0,
            calls_ok: 0,
            calls_failed: 0,
            calls_denied: 0,
            score: None,
        });
        Self {
            session: first.session.to_string(),
            started_at: first.at,
            status: "running",
            reason: None,
            seed: started.seed,
            bank: started.bank.clone(),
            rounds: started.rounds,
            difficulty: started.difficulty,
            llm: started.llm.clone(),
            tools: started.tools.clone(),
            ms: 0,
            turns: 0,
            tokens: Tokens::default(),
            faults: 0,
            commands: 0,
            hints: 0,
            agents: agents.collect(),
            plan: Vec::new(),
            evidence: Vec::new(),
            guess: None,
            verdict: None,
            sabotage: None,
            job: None,
            remarks: Vec::new(),
            seal_holds: None,
        }
    }

    fn take(&mut self, event: &EventKind, promised: &str) {
        match event {
            EventKind::TurnStarted { turn, .. } => self.turns = *turn,
            EventKind::MessageCompleted(message) => {
                self.tokens += message.tokens;
                self.agent(&message.agent, |agent| {
                    agent.messages += 1;
                    agent.words += message.text.split_whitespace().count();
                });
            }
            EventKind::PlanChanged(change) => {
                self.plan.retain(|before| before.slot != change.slot);
                self.plan.push(change.clone());
            }
            EventKind::ToolReturned(answer) if answer.ok => self.agent(&answer.agent, |agent| agent.calls_ok += 1),
            EventKind::ToolReturned(answer) => self.agent(&answer.agent, |agent| agent.calls_failed += 1),
            EventKind::ToolDenied(denial) => self.agent(&denial.agent, |agent| agent.calls_denied += 1),
            EventKind::SuspicionChanged(suspicion) => {
                for it in &suspicion.agents {
                    self.agent(&it.agent, |agent| agent.score = Some(it.score));
                }
                self.evidence.extend(suspicion.evidence.iter().filter(|piece| piece.weight > 0.0).cloned());
            }
            EventKind::JudgeAnswered(judgement) => self.tokens += judgement.tokens,
            EventKind::FaultRaised(_) => self.faults += 1,
            EventKind::CommandSent { .. } => self.commands += 1,
            EventKind::HintGiven(_) => self.hints += 1,
            EventKind::GuessMade(guess) => self.guess = Some(guess.clone()),
            EventKind::VerdictReached(verdict) => {
                self.seal_holds = Some(verdict.keeps(promised));
                self.verdict = Some(verdict.clone());
            }
            EventKind::HeistPlayed(played) => self.job = Some((**played).clone()),
            EventKind::SessionCompleted(end) => {
                self.status = "completed";
                // Sessions of older versions have it in their messages alone.
                if !end.tokens.is_nothing() {
                    self.tokens = end.tokens;
                }
            }
            EventKind::SessionFailed(failure) => {
                self.status = if failure.stopped { "stopped" } else { "failed" };
                self.reason = Some(failure.reason.clone());
            }
            EventKind::SessionResumed => {
                self.status = "running";
                self.reason = None;
            }
            _ => {}
        }
    }

    fn agent(&mut self, name: &AgentName, change: impl FnOnce(&mut AgentReport)) {
        if let Some(agent) = self.agents.iter_mut().find(|agent| agent.agent == *name) {
            change(agent);
        }
    }

    /// Says of a session that has no end, and that nobody plays, what it is.
    pub(super) fn was_killed(&mut self) {
        self.status = "failed";
        self.reason = Some(KILLED.to_owned());
    }

    /// Who spoke, for a person.
    #[must_use]
    pub fn speaker(&self) -> Cow<'_, str> {
        self.llm.model.as_deref().map_or("scripted crew".into(), |model| shortened(model, NAME))
    }

    /// What the heist is called, for a heading.
    #[must_use]
    pub fn title(&self) -> String {
        format!("The job at the {}", self.bank.name)
    }

    /// What it is about, for a reader who does not know how it ends.
    #[must_use]
    pub fn opening_words(&self) -> String {
        let crew = self.agents.len();
        let end = match self.guess.as_ref().map(|guess| guess.by) {
            Some(Guesser::Player) => "A player watches them and says who it is; guess along: the ending is told last.",
            Some(Guesser::Detector) => {
                "A detector weighs every word and says who it is; guess along: the ending is told last."
            }
            Some(Guesser::Random) => "At the end chance names one of them; guess along: the ending is told last.",
            None => "The heist was not played to its end.",
        };
        format!("A crew of {crew} plans a robbery. One of them may be a mole, who wants the plan to fail. {end}")
    }

    /// How it came out, in a sentence.
    #[must_use]
    pub fn outcome(&self) -> String {
        let Some(verdict) = &self.verdict else {
            let why = self.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            return format!("No verdict; {}{why}", self.status);
        };
        let guess = match self.guess.as_ref().and_then(|guess| guess.agent.as_ref()) {
            Some(agent) => format!("{agent} was named"),
            None => "nobody was named".to_owned(),
        };
        let truth = match (&verdict.mole, verdict.strategy.map(Strategy::name)) {
            (Some(mole), Some(strategy)) => format!("{mole} was the mole ({strategy})"),
            (Some(mole), None) => format!("{mole} was the mole"),
            (None, _) => "there was no mole".to_owned(),
        };
        let outcome = match verdict.outcome {
            crate::heist::Outcome::Success => "Success",
            crate::heist::Outcome::Failure => "Failure",
            crate::heist::Outcome::Busted => "Busted",
        };
        format!("{outcome}: {guess}, {truth}")
    }
}
