//! What came of one game: a fold over its events, and what a line of a file of results tells.

use serde::{Deserialize, Serialize};

use super::talk::{Counts, Talk};
use crate::heist::{AgentName, AgentScore, Difficulty, EventKind, JobOutcome, Judged, Strategy};
use crate::suspicion::fit::Scored;

/// What came of one game.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GameResult {
    /// The game's seed.
    pub seed: u64,
    /// The bank's name.
    pub bank: String,
    /// How many rounds it had.
    pub rounds: u32,
    /// How hard the mole was to find.
    pub difficulty: Difficulty,
    /// The agents, in the crew's order.
    pub crew: Vec<AgentName>,
    /// The model that spoke; none with the scripted crew.
    pub model: Option<String>,
    /// Who was the mole; none in a game without.
    pub mole: Option<AgentName>,
    /// How it sabotaged.
    pub strategy: Option<Strategy>,
    /// The detector's last probabilities of each round, of each of the crew; the last are those at the end.
    pub scores: Vec<Vec<f64>>,
    /// The judge's last probabilities, of each of the crew; none if no judge has answered.
    pub judge: Option<Vec<f64>>,
    /// Messages said.
    pub messages: u64,
    /// What was counted of the talk.
    pub talk: Counts,
    /// How the job went; none in a game that did not come to it.
    pub job: Option<Job>,
}

/// How the job of a game went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Whether the crew got away, with whom the detector named.
    pub escaped: bool,
    /// With what, in thousands.
    pub loot: u32,
    /// Whether it would have got away with the plan as it stood, and the mole at large.
    pub as_stood: bool,
    /// Whether it would have got away with every act set right.
    pub set_right: bool,
}

/// A game that is being read.
#[derive(Debug, Default)]
pub(super) struct Watched {
    result: GameResult,
    talk: Talk,
}

impl Watched {
    pub fn take(&mut self, event: &EventKind) {
        self.talk.take(event);
        let result = &mut self.result;
        match event {
            EventKind::SessionStarted(started) => {
                result.seed = started.seed;
                result.bank.clone_from(&started.bank.name);
                (result.rounds, result.difficulty) = (started.rounds, started.difficulty);
                result.crew = started.crew.iter().map(|member| member.name.clone()).collect();
                result.model.clone_from(&started.llm.model);
            }
            EventKind::MessageCompleted(_) => result.messages += 1,
            EventKind::RoundStarted { .. } => result.scores.push(Vec::new()),
            EventKind::SuspicionChanged(suspicion) => {
                let scores =
                    of_crew(&result.crew, &suspicion.agents, |AgentScore { agent, score, .. }| (agent, *score));
                match result.scores.last_mut() {
                    Some(last) => *last = scores,
                    None => result.scores.push(scores),
                }
            }
            EventKind::JudgeAnswered(judgement) => {
                let scores = of_crew(&result.crew, &judgement.agents, |Judged { agent, score, .. }| (agent, *score));
                result.judge = Some(scores);
            }
            EventKind::VerdictReached(verdict) => {
                result.mole.clone_from(&verdict.mole);
                result.strategy = verdict.strategy;
            }
            EventKind::HeistPlayed(job) => {
                result.job = Some(Job {
                    escaped: job.outcome == JobOutcome::Escaped,
                    loot: job.loot,
                    as_stood: job.stood.escaped(),
                    set_right: job.honest.escaped(),
                });
            }
            _ => {}
        }
    }

    /// What came of it, when all was read.
    pub fn done(self) -> GameResult {
        GameResult { talk: self.talk.counts(), ..self.result }
    }
}

/// The probabilities in the crew's order; 0 for somebody of whom nothing is told.
fn of_crew<T>(crew: &[AgentName], told: &[T], told_of: impl Fn(&T) -> (&AgentName, f64)) -> Vec<f64> {
    let of = |name: &AgentName| told.iter().map(&told_of).find(|(agent, _)| *agent == name).map_or(0.0, |it| it.1);
    crew.iter().map(of).collect()
}

impl GameResult {
    /// The mole's place in the crew.
    fn mole_place(&self) -> Option<usize> {
        self.crew.iter().position(|name| Some(name) == self.mole.as_ref())
    }

    /// The detector's probabilities at the end of a round, or of the heist, with who was the mole.
    pub(super) fn scored(&self, round: Option<usize>) -> Option<Scored> {
        let scores = match round {
            Some(round) => self.scores.get(round.checked_sub(1)?)?,
            None => self.scores.last()?,
        };
        Some(Scored { scores: scores.clone(), mole: self.mole_place() })
    }
}
