//! What the talk so far has brought: the facts from the tools, and what the crew has said of them.

use heist_bank::{Bank, Clock, Fact, Hole, claims};

use crate::heist::{AgentName, Entry};

use crate::crew::{Seen as Find, finds};

/// What somebody said of a fact.
pub(super) struct Claim {
    pub(super) agent: AgentName,
    pub(super) turn: u32,
    /// The fact, by its place on the board.
    pub(super) find: usize,
    /// What was put in the fact's holes.
    pub(super) values: Vec<String>,
}

/// What the talk so far has brought.
pub(super) struct Board {
    pub(super) finds: Vec<Find>,
    pub(super) claims: Vec<Claim>,
}

impl Board {
    /// The board as it stands after these lines of the talk about a bank.
    pub(super) fn of(bank: &Bank, transcript: &[Entry]) -> Self {
        let mut board = Self::of_tools(transcript);
        for entry in transcript {
            let Entry::Said(message) = entry else { continue };
            let mut said = claims(board.finds.iter().map(|find| &find.fact), &message.text);
            said.retain(|(find, values)| is_meant(bank, &board.finds[*find].fact, values));
            board.claims.extend(said.into_iter().map(|(find, values)| Claim {
                agent: message.agent.clone(),
                turn: message.turn,
                find,
                values,
            }));
        }
        board
    }

    /// The facts alone.
    pub(super) fn of_tools(transcript: &[Entry]) -> Self {
        let mut known: Vec<Find> = Vec::new();
        for entry in transcript {
            let Entry::Used(used) = entry else { continue };
            let Ok(result) = &used.outcome else { continue };
            for find in finds(&used.call, result) {
                if !known.iter().any(|other| other.fact.is_about_same(&find.fact)) {
                    known.push(find);
                }
            }
        }
        Self { finds: known, claims: Vec::new() }
    }

    /// The fact with this key; of a kind that has several, without the part after the colon, the first.
    pub(super) fn fact(&self, key: &str) -> Option<&Fact> {
        let (group, id) = key.split_once(':').map_or((key, None), |(group, id)| (group, Some(id)));
        self.all(group).find(|fact| id.is_none() || fact.id() == id)
    }

    /// The facts of a kind, or of all kinds that share their keys.
    pub(super) fn all(&self, group: &str) -> impl Iterator<Item = &Fact> {
        self.finds.iter().map(|find| &find.fact).filter(move |fact| fact.kind.group() == group)
    }

    /// The number in a fact's hole; a time of day in minutes after midnight.
    pub(super) fn number(&self, key: &str, hole: usize) -> Option<u32> {
        let fact = self.fact(key)?;
        fact.clock(hole).map(Clock::after_midnight).or_else(|| fact.number(hole))
    }

    /// How often a fact was spoken of.
    pub(super) fn mentions(&self, fact: &Fact) -> usize {
        self.claims.iter().filter(|claim| self.finds[claim.find].fact.is_about_same(fact)).count()
    }

    /// The claims since a turn that a tool's result contradicts, newest first, each with the hole that differs.
    pub(super) fn wrong(&self, since: u32) -> impl Iterator<Item = (&Claim, usize)> {
        self.claims.iter().rev().filter(move |claim| claim.turn >= since).filter_map(|claim| {
            let actual = &self.finds[claim.find].fact.values;
            let hole = claim.values.iter().zip(actual).position(|(said, actual)| said != actual)?;
            Some((claim, hole))
        })
    }
}

/// Whether somebody meant to say this of a fact, rather than something else in words that are like it: figures can be any,
/// but other things are those that there are in the bank.
fn is_meant(bank: &Bank, fact: &Fact, said: &[String]) -> bool {
    let mut holes = fact.kind.holes.iter().zip(said).enumerate();
    holes.all(|(hole, (kind, said))| {
        let figure = matches!(kind, Hole::Minutes | Hole::Clock | Hole::Number);
        figure || fact.text(hole) == said || bank.others(fact, hole).contains(said)
    })
}

/// A value as one says it by itself.
pub(super) fn spoken(hole: Hole, value: &str) -> String {
    match hole {
        Hole::Minutes if value == "1" => "1 minute".to_owned(),
        Hole::Minutes => format!("{value} minutes"),
        Hole::Clock | Hole::Number => value.to_owned(),
        Hole::Place | Hole::Person | Hole::Words | Hole::List => format!("\"{value}\""),
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
        Entry::Said(Message {
            id,
            round: 1,
            turn,
            agent: "driver".into(),
            text: text.into(),
            moves: Vec::new(),
            sealed: String::new(),
            tokens,
            ms: 0,
        })
    }

    #[test]
    fn a_wrong_claim_is_noticed_once_the_source_is_there() {
        let wrong = said(2, "Right. The private patrol needs 12 minutes. No more.");
        let bank = Bank::first_meridian();
        assert!(Board::of(&bank, std::slice::from_ref(&wrong)).claims.is_empty());
        let board = Board::of(&bank, &[read(1, "x\n\nThe private patrol needs 5 minutes."), wrong]);
        let (claim, hole) = board.wrong(1).next().unwrap();
        assert_eq!((&*claim.agent, &*claim.values[hole]), ("driver", "12"));
        assert_eq!(board.number("patrol", 0), Some(5));
        assert_eq!(board.mentions(&board.finds[0].fact), 1);
        assert_eq!(board.wrong(3).count(), 0);
    }

    #[test]
    fn things_of_a_kind_are_told_apart() {
        let spots = "x\n\nThe first blind spot is the bend of the long corridor, beside camera 21. \
            The second blind spot is the landing of the stair, beside camera 17.";
        let told = said(2, "And camera 17 does not see the landing of the stair.");
        let board = Board::of(&Bank::first_meridian(), &[read(1, spots), told]);
        assert!(board.fact("blind:21").is_some() && board.fact("blind:7").is_none());
        assert_eq!(board.claims.len(), 1);
        assert_eq!(board.wrong(0).count(), 0);
    }
}
