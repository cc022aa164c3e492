//! How a session began: what is public about the game before anything has happened.

use heist_bank::Bank;
use serde::{Deserialize, Serialize};

use super::colour::Colour;
use super::difficulty::Difficulty;
use super::name::AgentName;

/// How a session began: everything public about the game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionStarted {
    /// Decides the mole, the strategy, the order of turns, what the scripted crew says, and the bank unless another is named.
    pub seed: u64,
    /// Who takes part; the first is the planner, who opens each round and speaks last of all.
    pub crew: Vec<Member>,
    /// The bank; older logs do not say, and were of the only one there was.
    #[serde(default)]
    pub bank: BankInfo,
    /// How many rounds there will be, at least 1.
    pub rounds: u32,
    /// How hard the mole is to find; older logs do not say, and were of the usual difficulty.
    #[serde(default)]
    pub difficulty: Difficulty,
    /// Who speaks for the agents.
    pub llm: LlmInfo,
    /// Where the tools run.
    pub tools: ToolsInfo,
    /// The promise that the mole is already dealt; see [`crate::heist::commitment`].
    pub commitment: String,
}

/// Which bank is planned to be robbed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankInfo {
    /// Its name.
    pub name: String,
    /// The seed that it is made from; none for the one that is written by hand.
    pub seed: Option<u64>,
}

impl BankInfo {
    /// What is told of a bank.
    #[must_use]
    pub fn of(bank: &Bank) -> Self {
        Self { name: bank.name.clone(), seed: bank.seed }
    }

    /// The bank itself.
    #[must_use]
    pub fn bank(&self) -> Bank {
        Bank::with_seed(self.seed)
    }
}

impl Default for BankInfo {
    fn default() -> Self {
        Self::of(&Bank::first_meridian())
    }
}

/// One of the crew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The agent's name.
    pub name: AgentName,
    /// What the agent does for the heist, in a few words.
    pub role: String,
    /// The tools that it is told it may use.
    pub tools: Vec<String>,
    /// The colour of its name; events of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
}

/// Who speaks for the agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LlmInfo {
    /// `openai` or `scripted`.
    pub backend: String,
    /// The model server's base address; none with the scripted crew.
    pub url: Option<String>,
    /// The model's name; none with the scripted crew.
    pub model: Option<String>,
    /// Why it is not what one might have expected, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where the tools run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolsInfo {
    /// `docker` or `embedded`.
    pub backend: String,
    /// Why it is not what one might have expected, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
