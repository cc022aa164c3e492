//! How hard the mole is to find.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How hard the mole is to find. It is public, and says nothing of who the mole is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// It sabotages often and openly.
    Easy,
    /// It sabotages in about every other turn, and takes some care.
    #[default]
    Normal,
    /// It tells the truth nearly always, and sabotages seldom and by little.
    Hard,
}

impl Difficulty {
    /// All three, from the easiest.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Normal, Self::Hard];

    /// The name in options and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Normal => "normal",
            Self::Hard => "hard",
        }
    }
}

impl fmt::Display for Difficulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
