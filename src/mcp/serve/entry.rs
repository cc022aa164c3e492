//! An entry of the talk: what was said, what a tool was asked and answered, what was decided.

use std::fmt;

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use crate::heist::{AgentName, ToolCall};
use crate::text::one_line;
use crate::views::label;

/// The longest argument of a call that is told, in characters.
const ARGUMENTS: usize = 400;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A round begins.
    Round,
    /// An agent says something.
    Message,
    /// An agent calls a tool; the text is the answer.
    Call,
    /// Something is decided, or opened again.
    Plan,
    /// What you, the game or the judge did.
    Note,
}

/// An entry of the talk.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Entry {
    /// Counts from 1.
    pub(super) number: u32,
    /// The turn; 0 before the first.
    pub(super) turn: u32,
    pub(super) kind: Kind,
    /// The message's or the call's, such as m12 or t3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Who said or did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    /// What the tool was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<String>,
    /// Whether the tool gave a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
    pub(super) text: String,
}

impl Entry {
    pub(super) fn new(number: u32, turn: u32, kind: Kind, text: String) -> Self {
        Self { number, turn, kind, id: None, agent: None, tool: None, arguments: None, ok: None, text }
    }

    /// Says whose it is.
    pub(super) fn of(&mut self, id: &str, agent: &AgentName) {
        self.id = Some(one_line(id, 24));
        self.agent = Some(label(agent));
    }

    /// Says which call it is.
    pub(super) fn called(&mut self, id: &str, agent: &AgentName, tool: &str, call: Option<&ToolCall>, ok: bool) {
        self.of(id, agent);
        self.tool = Some(one_line(tool, 40));
        self.arguments = call.filter(|call| call.id == id).map(|call| one_line(&call.arguments, ARGUMENTS));
        self.ok = Some(ok);
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &Option<String>| text.clone().unwrap_or_default();
        let (id, agent, text) = (or(&self.id), or(&self.agent), &self.text);
        match self.kind {
            Kind::Round => write!(f, "== {text} =="),
            Kind::Message => write!(f, "{id} {agent}: {text}"),
            Kind::Plan => write!(f, "[plan] {text}"),
            Kind::Note => write!(f, "[{text}]"),
            Kind::Call => {
                write!(f, "{id} {agent} calls {}: {}", or(&self.tool), or(&self.arguments))?;
                // Set in, so that no answer can pass for an entry.
                text.lines().filter(|line| !line.trim().is_empty()).try_for_each(|line| write!(f, "\n    {line}"))
            }
        }
    }
}
