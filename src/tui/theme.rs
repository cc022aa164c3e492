//! Colours and weights. Sixteen ANSI colours at most, so that the terminal's own palette decides what reads well on
//! its background; nothing is told by colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::heist::Colour;

/// How the screens look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// With or without colours; bold, dim and reversed stay either way.
    #[must_use]
    pub const fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Without colours if `NO_COLOR` is set and not empty (no-color.org).
    #[must_use]
    pub fn from_env() -> Self {
        Self::new(std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    fn with(self, style: Style, colour: Color) -> Style {
        if self.colour { style.fg(colour) } else { style }
    }

    /// The name of an agent of this colour. Blue is the light one, since the other cannot be read on black.
    pub(super) fn agent(self, colour: Colour) -> Style {
        let colour = match colour {
            Colour::Plain => Color::Reset,
            Colour::Green => Color::Green,
            Colour::Yellow => Color::Yellow,
            Colour::Blue => Color::LightBlue,
            Colour::Magenta => Color::Magenta,
            Colour::Cyan => Color::Cyan,
            Colour::BrightGreen => Color::LightGreen,
            Colour::BrightYellow => Color::LightYellow,
            Colour::BrightMagenta => Color::LightMagenta,
            Colour::BrightCyan => Color::LightCyan,
        };
        self.with(strong(), colour)
    }

    /// Suspicion, danger, what needs an answer.
    pub(super) fn alarm(self) -> Style {
        self.with(strong(), Color::Red)
    }

    /// What is as it should be.
    pub(super) fn good(self) -> Style {
        self.with(strong(), Color::Green)
    }

    /// A tool's name and the mark of its answer. What it answers is plain text: cyan is hard to read on white.
    pub(super) fn tool(self) -> Style {
        self.with(Style::new(), Color::Cyan)
    }
}

/// What carries a line: names, headings, keys.
pub(super) fn strong() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// What may be overlooked: rules, labels, ids.
pub(super) fn quiet() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// What is chosen.
pub(super) fn chosen(style: Style) -> Style {
    style.add_modifier(Modifier::REVERSED)
}
