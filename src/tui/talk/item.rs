//! What the conversation is made of, and how each item is cut into rows: pieces of its own text, so that a row costs
//! a few bytes and is made into a line only when it is drawn.

use std::ops::Range;

use crate::heist::Colour;
use crate::tui::text::room_for;
use crate::tui::wrap::wrapped;

/// Rows of a result that are shown when it is folded.
const FOLDED: usize = 1;
/// Rows of what went wrong, which is not folded, and of a call's argument when it is not.
const SHORT: usize = 3;
/// Rows of a result that are shown at the most.
const UNFOLDED: usize = 40;

/// Who speaks, as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Speaker {
    pub(in crate::tui) label: String,
    /// Its place in the crew.
    pub(in crate::tui) index: usize,
    pub(in crate::tui) colour: Colour,
}

/// How a tool call came out, in the words that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Outcome {
    Pending,
    Result(String),
    Error(String),
    Denied(String),
}

/// Something in the conversation; all text in it is clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) enum What {
    /// What this is all about.
    Premise(&'static str),
    Round {
        round: u32,
        rounds: u32,
        title: &'static str,
    },
    Said {
        speaker: Speaker,
        turn: u32,
        round: u32,
        id: String,
        text: String,
    },
    Tool {
        speaker: Speaker,
        turn: u32,
        id: String,
        tool: String,
        arguments: String,
        outcome: Outcome,
        /// How long the call took, in milliseconds; none until it is answered, or if it was refused.
        ms: Option<u64>,
    },
    /// What was settled, or opened again.
    Plan {
        turn: u32,
        text: String,
    },
    /// What the player or the program did.
    Note {
        text: String,
        alarm: bool,
    },
}

/// A text of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The name of a tool.
    Tool,
    /// What a tool was asked.
    Arguments,
    /// What was said, noted or returned.
    Body,
}

/// A row: a piece of one of the item's texts, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) part: Part,
    start: u32,
    end: u32,
    /// Whether what follows is left out.
    pub(super) cut: bool,
}

impl Row {
    /// A text that is not wrapped.
    pub(super) fn whole(part: Part, text: &str) -> Self {
        Self { part, start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX), cut: false }
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl What {
    /// The turn it belongs to.
    pub(in crate::tui) fn turn(&self) -> Option<u32> {
        match self {
            Self::Said { turn, .. } | Self::Tool { turn, .. } | Self::Plan { turn, .. } => Some(*turn),
            _ => None,
        }
    }

    /// Who says or calls it.
    pub(super) fn speaker(&self) -> Option<&Speaker> {
        match self {
            Self::Said { speaker, .. } | Self::Tool { speaker, .. } => Some(speaker),
            _ => None,
        }
    }

    /// The id of the message or the call.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Said { id, .. } | Self::Tool { id, .. } => Some(id),
            _ => None,
        }
    }

    /// One of its texts.
    pub(super) fn text(&self, part: Part) -> &str {
        match (self, part) {
            (Self::Premise(text), Part::Body) => text,
            (Self::Said { text, .. } | Self::Plan { text, .. } | Self::Note { text, .. }, Part::Body) => text,
            (Self::Tool { tool, .. }, Part::Tool) => tool,
            (Self::Tool { arguments, .. }, Part::Arguments) => arguments,
            (Self::Tool { outcome, .. }, Part::Body) => match outcome {
                Outcome::Pending => "…",
                Outcome::Result(text) | Outcome::Error(text) | Outcome::Denied(text) => text,
            },
            _ => "",
        }
    }

    /// The rows in a conversation of `width` columns whose texts have `room`; a folded result has one row.
    pub(super) fn rows(&self, width: u16, room: u16, open: bool) -> Box<[Row]> {
        let body = |room| rows_of(Part::Body, self.text(Part::Body), room, usize::MAX);
        match self {
            Self::Premise(_) => body(width.saturating_sub(2)).collect(),
            // The heading is made of its figures.
            Self::Round { .. } => Box::new([Row::whole(Part::Body, "")]),
            Self::Said { .. } => body(room).collect(),
            Self::Plan { .. } | Self::Note { .. } => body(room.saturating_sub(2)).collect(),
            Self::Tool { tool, arguments, outcome, .. } => {
                let beside = room_for(room, tool, 4);
                let asked = rows_of(Part::Arguments, arguments, beside, if open { SHORT } else { 1 });
                let limit = match outcome {
                    _ if open => UNFOLDED,
                    Outcome::Result(_) => FOLDED,
                    _ => SHORT,
                };
                let result = rows_of(Part::Body, self.text(Part::Body), room.saturating_sub(2), limit);
                asked.chain(result).collect()
            }
        }
    }
}

fn rows_of(part: Part, text: &str, width: u16, limit: usize) -> impl Iterator<Item = Row> {
    let (rows, more) = wrapped(text, width, limit);
    let last = rows.len().saturating_sub(1);
    // Texts are limited to some thousand characters, so that their places fit.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    rows.into_iter().enumerate().map(move |(index, row)| Row {
        part,
        start: place(row.start),
        end: place(row.end),
        cut: more && index == last,
    })
}
