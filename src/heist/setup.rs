//! A game as it was dealt, before anything has happened.

use std::sync::Arc;

use heist_bank::Bank;

use super::difficulty::Difficulty;
use super::judge::JudgeWhen;
use super::name::AgentName;
use super::seal::Seal;
use super::started::{LlmInfo, Member, ToolsInfo};

/// A game as it was dealt.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The seed that all was dealt from.
    pub seed: u64,
    /// The bank that is planned to be robbed.
    pub bank: Arc<Bank>,
    /// How hard the mole is to find.
    pub difficulty: Difficulty,
    /// Who takes part.
    pub crew: Vec<Member>,
    /// Who speaks in each round, in order; at least one round, none of them empty.
    pub schedule: Vec<Vec<AgentName>>,
    /// Who speaks for the agents.
    pub llm: LlmInfo,
    /// When a model judges.
    pub judge: JudgeWhen,
    /// Where the tools run.
    pub tools: ToolsInfo,
    /// The sealed mole.
    pub seal: Seal,
}

impl Setup {
    /// How many rounds there are.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        u32::try_from(self.schedule.len()).unwrap_or(u32::MAX)
    }

    /// The turn after `turns` turns: its round and whose it is; none when all have been taken.
    pub(super) fn turn_after(&self, turns: u32) -> Option<(u32, &AgentName)> {
        self.schedule
            .iter()
            .zip(1..)
            .flat_map(|(agents, round)| agents.iter().map(move |agent| (round, agent)))
            .nth(usize::try_from(turns).ok()?)
    }
}
