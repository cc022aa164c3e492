//! How the detector suspects each agent, and why.

use std::fmt;

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use super::Status;
use crate::heist::Evidence;
use crate::mcp::serve::seen::Seen;
use crate::text::one_line;
use crate::views::label;

/// Pieces of evidence on each agent: if all are looked at, and if one is.
const EACH: usize = 4;
const ONE: usize = 40;
/// A weight that would be shown as 0.
const NOTHING: f64 = 0.05;
/// The longest note or quote that is told, in characters.
const SHORT: usize = 300;

/// How the detector suspects the agents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct SuspicionTold {
    /// What speaks against an agent or for it, the weightiest first.
    evidence: Vec<Sign>,
    status: Status,
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Sign {
    agent: String,
    /// Above 0 it speaks against the agent, below 0 for it.
    weight: f64,
    note: String,
    /// The message or call that it was found in.
    found_in: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<String>,
}

impl Sign {
    fn of(evidence: &Evidence) -> Self {
        Self {
            agent: label(&evidence.agent),
            weight: (evidence.weight * 10.0).round() / 10.0,
            note: one_line(&evidence.note, SHORT),
            found_in: one_line(&evidence.message, 24),
            quote: evidence.quote.as_deref().map(|quote| one_line(quote, SHORT)),
        }
    }
}

impl SuspicionTold {
    /// Of everybody, or of one agent alone.
    pub(in crate::mcp::serve) fn of(seen: &Seen, only: Option<&str>, status: Status) -> Self {
        let most = if only.is_some() { ONE } else { EACH };
        let mut evidence = Vec::new();
        for agent in seen.crew.iter().filter(|agent| only.is_none_or(|only| only == agent.label)) {
            let of_agent = |found: &&Evidence| found.agent == agent.name && found.weight.abs() >= NOTHING;
            let mut found: Vec<_> = seen.evidence().filter(of_agent).collect();
            found.sort_by(|one, other| other.weight.total_cmp(&one.weight));
            evidence.extend(found.into_iter().take(most).map(Sign::of));
        }
        evidence.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        Self { evidence, status }
    }
}

impl fmt::Display for SuspicionTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "How likely the detector thinks each is the mole: {}.", self.status.suspicion_words())?;
        for Sign { agent, weight, note, found_in, quote } in &self.evidence {
            let quote = quote.as_ref().map_or(String::new(), |quote| format!(": \"{quote}\""));
            writeln!(f, "{weight:+.1} {agent} {note} ({found_in}){quote}")?;
        }
        if self.evidence.is_empty() {
            writeln!(f, "Nothing was found yet.")?;
        }
        write!(f, "\n{}", self.status)
    }
}
