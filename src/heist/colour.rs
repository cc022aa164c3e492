//! The colours that agents' names are shown in.

use serde::{Deserialize, Serialize};

/// A colour of the terminal's own palette. Red is left out: it means suspicion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is what it is called")]
pub enum Colour {
    /// The terminal's own colour of text.
    Plain,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    BrightGreen,
    BrightYellow,
    BrightMagenta,
    BrightCyan,
}

impl Colour {
    /// All of them, in the order in which those take them who have none of their own.
    pub const ALL: [Self; 10] = [
        Self::Plain,
        Self::Green,
        Self::Yellow,
        Self::Blue,
        Self::Magenta,
        Self::Cyan,
        Self::BrightGreen,
        Self::BrightYellow,
        Self::BrightMagenta,
        Self::BrightCyan,
    ];

    /// The name it has in files and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Blue => "blue",
            Self::Magenta => "magenta",
            Self::Cyan => "cyan",
            Self::BrightGreen => "bright-green",
            Self::BrightYellow => "bright-yellow",
            Self::BrightMagenta => "bright-magenta",
            Self::BrightCyan => "bright-cyan",
        }
    }
}
