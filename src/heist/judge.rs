//! What a model says that reads the talk as a judge, and when it is asked.

use serde::{Deserialize, Serialize};

use super::name::AgentName;
use super::tokens::Tokens;

/// When the judge is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgeWhen {
    /// Never: there is none.
    Off,
    /// After each round.
    #[default]
    Round,
    /// After each message.
    Message,
}

/// How the judge was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgeMethod {
    /// By how likely each name is as its answer.
    Logprobs,
    /// By one answer, in words.
    Sampled,
}

/// What the judge makes of the talk so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The round in which it was asked.
    pub round: u32,
    /// How it was asked; older logs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<JudgeMethod>,
    /// What it cost, calculated as in a message.
    #[serde(default)]
    pub tokens: Tokens,
    /// Every agent, in the crew's order; the scores sum to 1.
    pub agents: Vec<Judged>,
}

impl Judgement {
    /// Whom the judge suspects most; of equals the first in the crew's order.
    #[must_use]
    pub fn suspect(&self) -> Option<&Judged> {
        self.agents.iter().reduce(|top, next| if next.score > top.score { next } else { top })
    }
}

/// What the judge makes of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The agent.
    pub agent: AgentName,
    /// The probability that it is the mole, 0 to 1.
    pub score: f64,
    /// Why, in a few words.
    pub reason: String,
}
