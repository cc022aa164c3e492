//! What an agent knows when its turn comes.

use std::sync::Arc;

use heist_bank::Bank;

use super::roster::{Crew, Persona};
use crate::heist::{Difficulty, Draft, Entry, Orders, Phase, State, ToolUse, Turn};

/// All that an agent knows in its turn, as data: a model is told it in a prompt, the scripted crew reads it as it is.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The whole crew.
    pub crew: Arc<Crew>,
    /// The bank. An agent knows of it what it is called, and what the transcript tells.
    pub bank: Arc<Bank>,
    /// Whose turn it is.
    pub me: Persona,
    /// The heist's seed.
    pub seed: u64,
    /// The turn; counts from 1 over the session.
    pub turn: u32,
    /// The round; counts from 1.
    pub round: u32,
    /// How many rounds there are.
    pub rounds: u32,
    /// How hard the mole is to find, which everybody knows.
    pub difficulty: Difficulty,
    /// What the round is for.
    pub phase: Phase,
    /// What the whole crew has seen, oldest first; the tool calls of this turn stand at its end.
    pub transcript: Arc<Vec<Entry>>,
    /// The plan as it stands.
    pub draft: Draft,
    /// The player's command to this agent.
    pub command: Option<String>,
    /// The mole's orders, if this agent is the mole.
    pub orders: Option<Orders>,
}

impl Brief {
    /// The brief for the turn that is running; none if its agent is not of this crew.
    #[must_use]
    pub fn of(crew: &Arc<Crew>, state: &State, turn: &Turn) -> Option<Self> {
        let me = crew.iter().find(|persona| persona.name == turn.agent)?.clone();
        let rounds = state.setup().rounds();
        Some(Self {
            seed: state.setup().seed,
            turn: turn.number,
            round: turn.round,
            rounds,
            difficulty: state.setup().difficulty,
            phase: Phase::of(turn.round, rounds),
            transcript: Arc::clone(state.transcript()),
            draft: state.draft().clone(),
            command: state.command_for(&me.name).map(ToOwned::to_owned),
            orders: state.orders_for(&me.name),
            crew: Arc::clone(crew),
            bank: Arc::clone(&state.setup().bank),
            me,
        })
    }

    /// The agent's calls in this turn, in their order.
    #[must_use]
    pub fn calls(&self) -> Vec<&ToolUse> {
        let calls = self.transcript.iter().rev().map_while(Entry::used);
        let mut calls: Vec<_> = calls.take_while(|used| used.call.turn == self.turn).collect();
        calls.reverse();
        calls
    }
}
