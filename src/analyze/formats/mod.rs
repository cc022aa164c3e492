//! The forms that a transcript can have, a file for each, and how one is told from another.

mod autogen;
mod chat;
mod event;
pub(super) mod inspect;
mod line;
pub(super) mod lines;
mod openai;
mod own;

use std::fmt;

use clap::ValueEnum;
use serde_json::Value;

use super::LeftOut;
use crate::heist::EventKind;

/// Events, each with the place in the file that it comes from: the line, or the message, from 1.
pub(super) type Placed = Vec<(usize, EventKind)>;

/// The form of a transcript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Whichever of the others it looks like
    #[default]
    Auto,
    /// JSON lines, a message or a tool call each, or what --ci --json printed
    Lines,
    /// A list of chat messages with names
    Openai,
    /// A history of names or roles and contents
    Autogen,
    /// An Inspect log, as JSON or .eval
    Inspect,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "whatever it looks like",
            Self::Lines => "lines (JSON lines)",
            Self::Openai => "openai (a list of chat messages)",
            Self::Autogen => "autogen (a history of messages)",
            Self::Inspect => "inspect (an Inspect log)",
        })
    }
}

impl Format {
    /// What a document looks like; none if like none that is known.
    pub(super) fn of(document: &Value) -> Option<Self> {
        if inspect::is_like(document) {
            Some(Self::Inspect)
        } else if openai::is_like(document) {
            Some(Self::Openai)
        } else {
            autogen::is_like(document).then_some(Self::Autogen)
        }
    }

    /// The smallest document of this form, to show what is meant.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Auto | Self::Lines => r#"{"agent":"planner","message":"…"}"#,
            Self::Openai => r#"[{"role":"assistant","name":"planner","content":"…"}]"#,
            Self::Autogen => r#"{"history":[{"name":"planner","content":"…"}]}"#,
            Self::Inspect => {
                r#"{"samples":[{"messages":[{"role":"assistant","content":"…","metadata":{"agent":"planner"}}]}]}"#
            }
        }
    }

    /// The events of a document of this form.
    ///
    /// # Errors
    /// What it lacks.
    pub(super) fn events(self, document: &Value, left_out: &mut LeftOut) -> Result<Placed, String> {
        match self {
            Self::Openai => openai::events(document, left_out),
            Self::Autogen => autogen::events(document, left_out),
            Self::Auto | Self::Lines | Self::Inspect => Err("it is no document of one transcript".to_owned()),
        }
    }
}

/// The messages of a document: itself, or the list under one of these names.
fn messages<'a>(document: &'a Value, names: &[&str]) -> Option<&'a Vec<Value>> {
    document.as_array().or_else(|| names.iter().find_map(|name| document.get(name)?.as_array()))
}

/// A name that says something.
fn name(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|name| !name.is_empty())
}
