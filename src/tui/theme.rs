//! Colours and weights. Sixteen ANSI colours at most unless the person wants others, so that the terminal's own palette
//! decides what reads well on its background; nothing is told by colour alone.

use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};

use crate::heist::Colour;

/// What a theme colours beside the agents' names: suspicion and danger, what is as it should be, and tools.
const ROLES: [&str; 3] = ["alarm", "good", "tool"];

/// How the screens look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
    /// Whether there is nothing but ASCII on the screen.
    pub(super) ascii: bool,
    /// In the order of [`ROLES`].
    roles: [Color; ROLES.len()],
    /// In the order of [`Colour::ALL`].
    agents: [Color; Colour::ALL.len()],
}

impl Theme {
    /// With or without colours; bold, dim and reversed stay either way.
    #[must_use]
    pub fn new(colour: bool) -> Self {
        Self {
            colour,
            ascii: false,
            // Cyan is hard to read on white, so that only a tool's name and mark have it.
            roles: [Color::Red, Color::Green, Color::Cyan],
            agents: Colour::ALL.map(usual),
        }
    }

    /// Without colours if `NO_COLOR` is set and not empty (no-color.org).
    #[must_use]
    pub fn from_env() -> Self {
        Self::new(std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    /// With nothing but ASCII, if so wished.
    #[must_use]
    pub const fn ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// What [`paint`](Self::paint) can colour: the roles, and agents' colours by their names.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        ROLES.into_iter().chain(Colour::ALL.into_iter().map(Colour::name))
    }

    /// Gives a colour to one of the [`keys`](Self::keys): a name such as `light-blue`, the number of one of 256, or
    /// `#rrggbb`. Gives whether it is a key and a colour.
    #[must_use]
    pub fn paint(&mut self, key: &str, colour: &str) -> bool {
        let role = ROLES.iter().position(|role| *role == key).map(|index| &mut self.roles[index]);
        let agent = || Colour::ALL.iter().position(|colour| colour.name() == key);
        let place = match role {
            Some(role) => Some(role),
            None => agent().map(|index| &mut self.agents[index]),
        };
        place.zip(Color::from_str(colour).ok()).is_some_and(|(place, colour)| {
            *place = colour;
            true
        })
    }

    fn with(self, style: Style, colour: Color) -> Style {
        if self.colour { style.fg(colour) } else { style }
    }

    /// The name of an agent of this colour.
    pub(super) fn agent(self, colour: Colour) -> Style {
        let index = Colour::ALL.iter().position(|other| *other == colour);
        self.with(strong(), index.map_or(Color::Reset, |index| self.agents[index]))
    }

    /// Suspicion, danger, what needs an answer.
    pub(super) fn alarm(self) -> Style {
        self.with(strong(), self.roles[0])
    }

    /// What is as it should be.
    pub(super) fn good(self) -> Style {
        self.with(strong(), self.roles[1])
    }

    /// A tool's name and the mark of its answer. What it answers is plain text.
    pub(super) fn tool(self) -> Style {
        self.with(Style::new(), self.roles[2])
    }
}

/// A colour as the terminal's palette has it. Blue is the light one, since the other cannot be read on black.
const fn usual(colour: Colour) -> Color {
    match colour {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_painted_key_by_key() {
        let mut theme = Theme::new(true);
        assert!(theme.paint("alarm", "light-magenta") && theme.paint("blue", "#3050c0") && theme.paint("plain", "244"));
        assert_eq!(theme.alarm().fg, Some(Color::LightMagenta));
        assert_eq!(theme.agent(Colour::Blue).fg, Some(Color::Rgb(0x30, 0x50, 0xc0)));
        assert_eq!(theme.agent(Colour::Plain).fg, Some(Color::Indexed(244)));
        assert!(!theme.paint("alarm", "loud") && !theme.paint("loud", "red"));
        assert!(Theme::keys().all(|key| theme.paint(key, "red")));
        assert_eq!(Theme::new(false).alarm().fg, None);
    }
}
