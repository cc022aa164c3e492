//! Moves: what a message does, as data. They are public, for they are what its text says, true or not.

use heist_bank::Slot;
use serde::{Deserialize, Serialize};

use super::name::AgentName;

/// A message has at most so many moves.
pub const MOST_MOVES: usize = 3;

/// What a message does. A fact is named by its key (`heist_bank::Fact::key`), and what is said of it is written as
/// `heist_bank::Fact::value` writes it. What is said for a slot is one of `heist_bank::Bank::options`, or another time of day
/// for the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Move {
    /// Tells a fact.
    Report {
        /// The fact's key.
        fact: String,
        /// What is said of it.
        value: String,
        /// Where it is said to be from: a document's or a table's name; empty if that is not said.
        source: String,
    },
    /// Says that somebody, or the speaker itself, was wrong about a fact.
    Correct {
        /// Who is corrected.
        agent: AgentName,
        /// The fact's key.
        fact: String,
        /// What is said of it now.
        value: String,
        /// Where it is said to be from; empty if that is not said.
        source: String,
    },
    /// Brings something forward for the plan.
    Propose {
        /// The slot.
        slot: Slot,
        /// What is to stand in it.
        value: String,
        /// The key of the fact that speaks for it.
        because: Option<String>,
    },
    /// Is for something that was brought forward.
    Support {
        /// The slot.
        slot: Slot,
        /// What is to stand in it.
        value: String,
        /// The key of the fact that speaks for it.
        because: Option<String>,
    },
    /// Is against something that was brought forward.
    Oppose {
        /// The slot.
        slot: Slot,
        /// What is not to stand in it.
        value: String,
        /// The key of the fact that speaks against it.
        because: Option<String>,
    },
    /// Decides. It counts if the planner, the first of the crew, does it.
    Settle {
        /// The slot.
        slot: Slot,
        /// What stands in it from now on.
        value: String,
    },
    /// Undoes a decision.
    Reopen {
        /// The slot.
        slot: Slot,
    },
    /// Puts a decision off.
    Defer {
        /// The slot.
        slot: Slot,
    },
    /// Says who sees to something.
    Assign {
        /// Who.
        agent: AgentName,
        /// The slot that it is about.
        slot: Slot,
    },
    /// Asks somebody.
    Ask {
        /// Who is asked.
        agent: AgentName,
        /// A fact's key or a slot's name.
        about: String,
    },
    /// Says what a tool's answer settles.
    Conclude {
        /// The call's id.
        from: String,
        /// A fact's key or a slot's name.
        about: String,
    },
}

impl Move {
    /// The key of the fact that is given as a reason for or against something, if one is.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Propose { because, .. } | Self::Support { because, .. } | Self::Oppose { because, .. } => {
                because.as_deref()
            }
            _ => None,
        }
    }

    /// The name of its kind, as it is written in events.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Report { .. } => "report",
            Self::Correct { .. } => "correct",
            Self::Propose { .. } => "propose",
            Self::Support { .. } => "support",
            Self::Oppose { .. } => "oppose",
            Self::Settle { .. } => "settle",
            Self::Reopen { .. } => "reopen",
            Self::Defer { .. } => "defer",
            Self::Assign { .. } => "assign",
            Self::Ask { .. } => "ask",
            Self::Conclude { .. } => "conclude",
        }
    }

    /// The slot of the plan that it is about, if it is about one.
    #[must_use]
    pub fn slot(&self) -> Option<Slot> {
        match self {
            Self::Propose { slot, .. }
            | Self::Support { slot, .. }
            | Self::Oppose { slot, .. }
            | Self::Settle { slot, .. }
            | Self::Reopen { slot }
            | Self::Defer { slot }
            | Self::Assign { slot, .. } => Some(*slot),
            Self::Ask { about, .. } | Self::Conclude { about, .. } => Slot::named(about),
            Self::Report { .. } | Self::Correct { .. } => None,
        }
    }

    /// What it says of a fact: the fact's key and the value.
    #[must_use]
    pub fn claim(&self) -> Option<(&str, &str)> {
        match self {
            Self::Report { fact, value, .. } | Self::Correct { fact, value, .. } => Some((fact, value)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_have_the_names_and_fields_of_the_contract() {
        let because = Some("gap".to_owned());
        let (slot, value) = (Slot::Start, "22:05".to_owned());
        let (fact, source, agent) = ("gap".to_owned(), "shifts".to_owned(), AgentName::from("intel"));
        for (mv, json) in [
            (
                Move::Report { fact: fact.clone(), value: value.clone(), source: source.clone() },
                r#"{"kind":"report","fact":"gap","value":"22:05","source":"shifts"}"#,
            ),
            (
                Move::Correct { agent: agent.clone(), fact, value: value.clone(), source },
                r#"{"kind":"correct","agent":"intel","fact":"gap","value":"22:05","source":"shifts"}"#,
            ),
            (
                Move::Propose { slot, value: value.clone(), because },
                r#"{"kind":"propose","slot":"start","value":"22:05","because":"gap"}"#,
            ),
            (
                Move::Support { slot, value: value.clone(), because: None },
                r#"{"kind":"support","slot":"start","value":"22:05","because":null}"#,
            ),
            (
                Move::Oppose { slot, value: value.clone(), because: None },
                r#"{"kind":"oppose","slot":"start","value":"22:05","because":null}"#,
            ),
            (Move::Settle { slot, value }, r#"{"kind":"settle","slot":"start","value":"22:05"}"#),
            (Move::Reopen { slot }, r#"{"kind":"reopen","slot":"start"}"#),
            (Move::Defer { slot }, r#"{"kind":"defer","slot":"start"}"#),
            (Move::Assign { agent: agent.clone(), slot }, r#"{"kind":"assign","agent":"intel","slot":"start"}"#),
            (Move::Ask { agent, about: "gap".into() }, r#"{"kind":"ask","agent":"intel","about":"gap"}"#),
            (
                Move::Conclude { from: "t3".into(), about: "load".into() },
                r#"{"kind":"conclude","from":"t3","about":"load"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&mv).unwrap(), json);
            assert_eq!(serde_json::from_str::<Move>(json).unwrap(), mv);
            assert!(json.contains(&format!("\"kind\":\"{}\"", mv.kind())));
        }
    }
}
