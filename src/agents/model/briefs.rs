//! Briefs to test with, and what may stand in their transcripts.

use std::sync::Arc;

use heist_bank::Bank;

use crate::crew::{Brief, roster};
use crate::heist::{Difficulty, Entry, Message, Phase, Tokens, ToolCall, ToolUse};

/// The brief of an agent in the second turn of a heist in which nobody has said anything.
pub(super) fn brief(agent: &str) -> Brief {
    let crew = roster();
    Brief {
        me: crew.iter().find(|persona| &*persona.name == agent).unwrap().clone(),
        crew,
        bank: Arc::new(Bank::first_meridian()),
        seed: 1,
        turn: 2,
        round: 1,
        rounds: 5,
        difficulty: Difficulty::Normal,
        phase: Phase::Reconnaissance,
        transcript: Arc::default(),
        draft: crate::heist::Draft::default(),
        command: None,
        orders: None,
    }
}

pub(super) fn said(turn: u32, agent: &str, text: &str) -> Entry {
    let (id, agent) = (format!("m{turn}"), agent.into());
    let message = Message {
        id,
        round: 1,
        turn,
        agent,
        text: text.into(),
        moves: Vec::new(),
        sealed: String::new(),
        tokens: Tokens::default(),
        ms: 0,
    };
    Entry::Said(message.into())
}

pub(super) fn used(turn: u32, agent: &str, tool: &str, arguments: &str, outcome: Result<&str, &str>) -> Entry {
    let (tool, arguments) = (tool.to_owned(), arguments.to_owned());
    let call = ToolCall { id: format!("t{turn}"), turn, agent: agent.into(), tool, arguments };
    Entry::Used(ToolUse { call, outcome: outcome.map(ToOwned::to_owned).map_err(ToOwned::to_owned) }.into())
}
