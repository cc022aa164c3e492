//! Divides turns into those that are told whole and those that have to be shortened, within a budget of tokens.

use super::turns::Entry;
use crate::wire::{CompressedMemory, Turn};

/// A token is counted as so many characters, which is about right for English.
const CHARACTERS_PER_TOKEN: u32 = 4;

/// Turns, divided.
pub struct Divided {
    /// To be shortened, oldest first.
    pub older: Vec<Entry>,
    recent: Vec<Turn>,
    max_tokens: u32,
    /// The tokens that `recent` leaves.
    pub room: u32,
}

/// How many characters fit.
pub fn characters(tokens: u32) -> u32 {
    tokens.saturating_mul(CHARACTERS_PER_TOKEN)
}

/// Of the last `recent` turns as many as fit into `max_tokens`, whole; the others are older.
pub fn divide(mut turns: Vec<Entry>, max_tokens: u32, recent: u32) -> Divided {
    let mut room = max_tokens;
    let mut first = turns.len();
    let earliest = turns.len().saturating_sub(recent as usize);
    while first > earliest {
        let Some(left) = turns.get(first - 1).and_then(|entry| room.checked_sub(cost(&entry.turn))) else { break };
        room = left;
        first -= 1;
    }
    let recent = turns.split_off(first).into_iter().map(|entry| entry.turn).collect();
    Divided { older: turns, recent, max_tokens, room }
}

impl Divided {
    /// The reply, with a summary that keeps to the room.
    pub fn with(self, summary: String, method: &str) -> CompressedMemory {
        let tokens = self.max_tokens - self.room + tokens(summary.chars().count());
        CompressedMemory { summary, method: method.to_owned(), recent: self.recent, tokens }
    }
}

fn tokens(characters: usize) -> u32 {
    u32::try_from(characters).unwrap_or(u32::MAX).div_ceil(CHARACTERS_PER_TOKEN)
}

fn cost(turn: &Turn) -> u32 {
    let phase = turn.phase.as_ref().map_or(0, |phase| phase.chars().count());
    tokens(turn.agent.chars().count() + phase + turn.message.chars().count() + 8)
}
