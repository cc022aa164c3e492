//! What must have happened in a heist, as `--assert` says it, for people who test models: `calls.hacker.file_reader>=1`.

use std::fmt;
use std::str::FromStr;

use heist_bank::Slot;
use heist_tools::table;

use crate::crew::Crew;
use crate::heist::{AgentName, EventKind, Move};

/// All that can be counted besides moves, which are counted by the names of their kinds.
const COUNTED: [&str; 6] = ["messages", "calls", "failed", "denied", "corrected", "faults"];

/// The kinds of moves.
#[rustfmt::skip]
const MOVES: [&str; 11] = [
    "report", "correct", "propose", "support", "oppose", "settle", "reopen", "defer", "assign", "ask", "conclude",
];

/// How often something must have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    what: String,
    /// An agent's name, and a tool's or a slot's, as they are written.
    names: Vec<String>,
    bound: Bound,
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Least,
    Most,
    Exactly,
}

/// What is no assertion.
#[derive(Debug, thiserror::Error)]
pub enum NoAssertion {
    /// It is written in another way.
    #[error("write what, whose and how often, such as calls.hacker.file_reader>=1, correct>=1 or calls<=40")]
    Form,
    /// Nothing of the name is counted.
    #[error("nothing called {0} is counted; say one of {counted}, {moves}", counted = COUNTED.join(", "), moves = MOVES.join(", "))]
    What(String),
    /// What is counted is not told apart by what is named.
    #[error("--assert {assertion}: {what} are counted, but not of {name} alone")]
    Apart {
        /// The assertion.
        assertion: Assertion,
        /// What is counted.
        what: String,
        /// The name.
        name: String,
    },
    /// A name is nobody's and nothing's.
    #[error("--assert {assertion}: {name} is no agent of this crew, no tool and no slot of the plan")]
    Name {
        /// The assertion.
        assertion: Assertion,
        /// The name.
        name: String,
    },
}

impl FromStr for Assertion {
    type Err = NoAssertion;

    fn from_str(text: &str) -> Result<Self, NoAssertion> {
        let bounds = [(">=", Bound::Least), ("<=", Bound::Most), ("=", Bound::Exactly)];
        let split = bounds.into_iter().find_map(|(sign, bound)| Some((text.split_once(sign)?, bound)));
        let ((left, count), bound) = split.ok_or(NoAssertion::Form)?;
        let count = count.trim().parse().map_err(|_| NoAssertion::Form)?;
        let mut names = left.trim().split('.').map(str::to_owned);
        let what = names.next().unwrap_or_default();
        if !COUNTED.iter().chain(&MOVES).any(|known| *known == what) {
            return Err(NoAssertion::What(what));
        }
        let names: Vec<_> = names.collect();
        if names.len() > 2 || names.iter().any(String::is_empty) {
            return Err(NoAssertion::Form);
        }
        Ok(Self { what, names, bound, count })
    }
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, names, bound, count } = self;
        write!(f, "{what}")?;
        names.iter().try_for_each(|name| write!(f, ".{name}"))?;
        let sign = match bound {
            Bound::Least => ">=",
            Bound::Most => "<=",
            Bound::Exactly => "=",
        };
        write!(f, "{sign}{count}")
    }
}

impl Assertion {
    /// Sees to it that its names are known.
    ///
    /// # Errors
    /// If one is not.
    pub fn check(&self, crew: &Crew) -> Result<(), NoAssertion> {
        let is_agent = |name: &str| crew.names().any(|known| **known == *name);
        let (is_tool, is_slot) = (|name: &str| table::tool(name).is_some(), |name: &str| Slot::named(name).is_some());
        // What is counted by nothing of the kind would always be nothing.
        let counts = |name: &str| match self.what.as_str() {
            "faults" => false,
            "messages" | "corrected" | "report" | "correct" => is_agent(name),
            "calls" | "failed" | "denied" => is_agent(name) || is_tool(name),
            _ => is_agent(name) || is_slot(name),
        };
        let Some(name) = self.names.iter().find(|name| !counts(name)) else { return Ok(()) };
        let (assertion, name) = (self.clone(), name.clone());
        Err(if is_agent(&name) || is_tool(&name) || is_slot(&name) {
            NoAssertion::Apart { what: self.what.clone(), assertion, name }
        } else {
            NoAssertion::Name { assertion, name }
        })
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Happened {
    what: &'static str,
    agent: Option<AgentName>,
    /// A tool or a slot.
    about: Option<String>,
}

/// What has happened in a heist, as far as it can be asserted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trajectory(Vec<Happened>);

impl Trajectory {
    pub(super) fn take(&mut self, event: &EventKind) {
        let mut add = |what, agent: Option<&AgentName>, about: Option<&str>| {
            self.0.push(Happened { what, agent: agent.cloned(), about: about.map(str::to_owned) });
        };
        match event {
            EventKind::MessageCompleted(message) => {
                let speaker = Some(&message.agent);
                add("messages", speaker, None);
                for mv in &message.moves {
                    add(mv.kind(), speaker, mv.slot().map(Slot::name));
                    if let Move::Correct { agent, .. } = mv {
                        add("corrected", Some(agent), None);
                    }
                }
            }
            EventKind::ToolCalled(call) => add("calls", Some(&call.agent), Some(&call.tool)),
            EventKind::ToolReturned(answer) if !answer.ok => add("failed", Some(&answer.agent), Some(&answer.tool)),
            EventKind::ToolDenied(denial) => add("denied", Some(&denial.agent), Some(&denial.tool)),
            EventKind::FaultRaised(_) => add("faults", None, None),
            _ => {}
        }
    }

    /// What of the assertions does not hold, in words.
    #[must_use]
    pub fn against(&self, assertions: &[Assertion]) -> Vec<String> {
        let failed = |assertion: &Assertion| {
            let Assertion { what, names, bound, count } = assertion;
            let is_named = |it: &Happened, name: &String| {
                it.agent.as_deref() == Some(name.as_str()) || it.about.as_ref() == Some(name)
            };
            let fits = |it: &&Happened| it.what == *what && names.iter().all(|name| is_named(it, name));
            let counted = self.0.iter().filter(fits).count();
            let holds = match bound {
                Bound::Least => counted >= *count,
                Bound::Most => counted <= *count,
                Bound::Exactly => counted == *count,
            };
            (!holds).then(|| format!("--assert {assertion} does not hold: it was {counted}"))
        };
        assertions.iter().filter_map(failed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::ToolCall;

    fn call(agent: &str, tool: &str) -> EventKind {
        let (id, agent, tool, arguments) = ("t1".to_owned(), agent.into(), tool.to_owned(), "x".to_owned());
        EventKind::ToolCalled(ToolCall { id, turn: 1, agent, tool, arguments })
    }

    #[test]
    fn what_has_happened_is_counted_by_what_whose_and_with_what() {
        let mut trajectory = Trajectory::default();
        for (agent, tool) in [("hacker", "file_reader"), ("hacker", "calculator"), ("intel", "file_reader")] {
            trajectory.take(&call(agent, tool));
        }
        for (text, found) in [
            ("calls>=3", None),
            ("calls<=2", Some(3)),
            ("calls.hacker=2", None),
            ("calls.file_reader = 2", None),
            ("calls.hacker.file_reader>=2", Some(1)),
            ("calls.lookout>=1", Some(0)),
            ("messages=0", None),
        ] {
            let assertion: Assertion = text.parse().unwrap();
            let said = found.map(|found| format!("--assert {assertion} does not hold: it was {found}"));
            assert_eq!(trajectory.against(&[assertion]), said.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_that_is_counted_is_refused() {
        for nonsense in
            ["", "calls", "calls>1", "calls>=many", "calls..x>=1", "calls.a.b.c>=1", ">=1", "lies>=1", "calls>=-1"]
        {
            assert!(nonsense.parse::<Assertion>().is_err(), "{nonsense}");
        }
        let crew = Crew::default();
        for (text, known) in [("calls.hacker>=1", true), ("settle.route=1", true), ("calls.hackre>=1", false)]
            .into_iter()
            // What is never counted so would always hold.
            .chain(
                ["faults.hacker=0", "messages.calculator=0", "calls.route=0", "report.route=0"].map(|it| (it, false)),
            )
        {
            assert_eq!(text.parse::<Assertion>().unwrap().check(&crew).is_ok(), known, "{text}");
        }
    }

    #[test]
    fn every_kind_of_move_can_be_counted() {
        let slot = Slot::Load;
        let (agent, fact, source) = (AgentName::from("intel"), "gap".to_owned(), String::new());
        let (value, because, about) = ("x".to_owned(), None, "load".to_owned());
        let moves = [
            Move::Report { fact: fact.clone(), value: value.clone(), source: source.clone() },
            Move::Correct { agent: agent.clone(), fact, value: value.clone(), source },
            Move::Propose { slot, value: value.clone(), because: because.clone() },
            Move::Support { slot, value: value.clone(), because: because.clone() },
            Move::Oppose { slot, value: value.clone(), because },
            Move::Settle { slot, value },
            Move::Reopen { slot },
            Move::Defer { slot },
            Move::Assign { agent: agent.clone(), slot },
            Move::Ask { agent, about: about.clone() },
            Move::Conclude { from: "t1".into(), about },
        ];
        assert_eq!(moves.map(|mv| mv.kind()), MOVES);
    }
}
