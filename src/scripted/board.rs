//! What the talk so far has brought: the facts from the tools, and what the crew has said of them.

use crate::heist::{AgentName, Entry};

use super::facts::{Fact, facts};
use super::pattern::{Kind, Way, minutes_of_day, time_of_day};

/// What somebody said of a fact.
pub(super) struct Claim {
    pub(super) agent: AgentName,
    pub(super) turn: u32,
    /// The fact, by its place on the board.
    pub(super) fact: usize,
    /// What was put in the fact's holes.
    pub(super) values: Vec<String>,
}

/// What the talk so far has brought.
pub(super) struct Board {
    pub(super) facts: Vec<Fact>,
    pub(super) claims: Vec<Claim>,
}

impl Board {
    /// The board as it stands after these lines of the talk.
    pub(super) fn of(transcript: &[Entry]) -> Self {
        let mut board = Self::of_tools(transcript);
        for (place, fact) in board.facts.iter().enumerate() {
            let ways = fact.entry.said.iter().filter_map(|way| Way::new(way, &fact.values, fact.entry.id));
            let ways: Vec<_> = ways.collect();
            let kinds = fact.entry.kinds();
            for entry in transcript {
                let Entry::Said(message) = entry else { continue };
                let said = ways.iter().find_map(|way| way.find(&kinds, &fact.values, &message.text));
                board.claims.extend(said.map(|values| Claim {
                    agent: message.agent.clone(),
                    turn: message.turn,
                    fact: place,
                    values,
                }));
            }
        }
        board.claims.sort_by_key(|claim| claim.turn);
        board
    }

    /// The facts alone.
    pub(super) fn of_tools(transcript: &[Entry]) -> Self {
        let mut known: Vec<Fact> = Vec::new();
        for entry in transcript {
            let Entry::Used(used) = entry else { continue };
            let Ok(result) = &used.outcome else { continue };
            for fact in facts(&used.call, result) {
                if !known.iter().any(|other| other.same_as(&fact)) {
                    known.push(fact);
                }
            }
        }
        Self { facts: known, claims: Vec::new() }
    }

    /// The first fact of this kind.
    pub(super) fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.entry.key == key)
    }

    /// Whether there is a fact of this kind about that one.
    pub(super) fn knows(&self, key: &str, id: &str) -> bool {
        self.facts.iter().any(|fact| fact.entry.key == key && fact.id() == Some(id))
    }

    /// The number in a fact's hole; a time of day in minutes after midnight.
    pub(super) fn number(&self, key: &str, hole: usize) -> Option<u32> {
        let value = self.fact(key)?.values.get(hole)?;
        minutes_of_day(value).or_else(|| value.parse().ok())
    }

    /// How often a fact was spoken of.
    pub(super) fn mentions(&self, fact: &Fact) -> usize {
        self.claims.iter().filter(|claim| self.facts[claim.fact].same_as(fact)).count()
    }

    /// The claims since a turn that a tool's result contradicts, newest first, each with the hole that differs.
    pub(super) fn wrong(&self, since: u32) -> impl Iterator<Item = (&Claim, usize)> {
        self.claims.iter().rev().filter(move |claim| claim.turn >= since).filter_map(|claim| {
            let actual = &self.facts[claim.fact].values;
            let hole = claim.values.iter().zip(actual).position(|(said, actual)| said != actual)?;
            Some((claim, hole))
        })
    }
}

/// A value as one says it by itself.
pub(super) fn spoken(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Minutes if value == "1" => "1 minute".to_owned(),
        Kind::Minutes => format!("{value} minutes"),
        Kind::Clock => minutes_of_day(value).map_or_else(|| value.to_owned(), time_of_day),
        Kind::Number => value.to_owned(),
        Kind::Words => format!("\"{value}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::{Message, Tokens, ToolCall, ToolUse};

    fn read(turn: u32, result: &str) -> Entry {
        let call = ToolCall {
            id: format!("t{turn}"),
            turn,
            agent: "intel".into(),
            tool: "file_reader".into(),
            arguments: "a.txt".into(),
        };
        Entry::Used(ToolUse { call, outcome: Ok(result.into()) })
    }

    fn said(turn: u32, text: &str) -> Entry {
        let id = format!("m{turn}");
        let tokens = Tokens::default();
        Entry::Said(Message { id, round: 1, turn, agent: "driver".into(), text: text.into(), tokens, ms: 0 })
    }

    #[test]
    fn a_wrong_claim_is_noticed_once_the_source_is_there() {
        let wrong = said(2, "Right. The private patrol needs 12 minutes. No more.");
        assert!(Board::of(std::slice::from_ref(&wrong)).claims.is_empty());
        let board = Board::of(&[read(1, "x\n\nThe private patrol needs 5 minutes."), wrong]);
        let (claim, hole) = board.wrong(1).next().unwrap();
        assert_eq!((&*claim.agent, &*claim.values[hole]), ("driver", "12"));
        assert_eq!(board.number("patrol", 0), Some(5));
        assert_eq!(board.mentions(&board.facts[0]), 1);
        assert_eq!(board.wrong(3).count(), 0);
    }

    #[test]
    fn things_of_a_kind_are_told_apart() {
        let board = Board::of(&[
            read(
                1,
                "x\n\nThe third blind spot is the bend of the boiler corridor, beside camera 21. The second blind spot is the landing of the east stairwell, beside camera 17.",
            ),
            said(2, "And camera 17 does not see the landing of the east stairwell."),
        ]);
        assert!(board.knows("blind", "21") && !board.knows("blind", "7"));
        assert_eq!(board.claims.len(), 1);
        assert_eq!(board.wrong(0).count(), 0);
    }
}
