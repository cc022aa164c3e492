//! Which bank a game is in.

use std::fmt;
use std::str::FromStr;

use heist_bank::Bank;
use serde::{Deserialize, Serialize};

const SEED: &str = "seed";
const FIRST_MERIDIAN: &str = "first-meridian";

/// Which bank a game is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BankChoice {
    /// The game's own: that of its seed.
    #[default]
    Seed,
    /// The one that is written by hand, and that all games of older versions were in.
    FirstMeridian,
    /// That of this seed.
    Of(u64),
}

impl BankChoice {
    /// The bank of the game with this seed.
    #[must_use]
    pub fn bank(self, seed: u64) -> Bank {
        match self {
            Self::Seed => Bank::of(seed),
            Self::FirstMeridian => Bank::first_meridian(),
            Self::Of(seed) => Bank::of(seed),
        }
    }
}

/// What names no bank.
#[derive(Debug, thiserror::Error)]
#[error("say {SEED} for the game's own bank, {FIRST_MERIDIAN}, or a number for the bank of that seed")]
pub struct NoBank;

impl FromStr for BankChoice {
    type Err = NoBank;

    fn from_str(text: &str) -> Result<Self, NoBank> {
        match text.to_lowercase().as_str() {
            SEED => Ok(Self::Seed),
            FIRST_MERIDIAN => Ok(Self::FirstMeridian),
            number => number.parse().map(Self::Of).map_err(|_| NoBank),
        }
    }
}

impl fmt::Display for BankChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed => f.write_str(SEED),
            Self::FirstMeridian => f.write_str(FIRST_MERIDIAN),
            Self::Of(seed) => seed.fmt(f),
        }
    }
}

impl TryFrom<String> for BankChoice {
    type Error = NoBank;

    fn try_from(text: String) -> Result<Self, NoBank> {
        text.parse()
    }
}

impl From<BankChoice> for String {
    fn from(choice: BankChoice) -> Self {
        choice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_as_it_is_written() {
        for choice in [BankChoice::Seed, BankChoice::FirstMeridian, BankChoice::Of(0), BankChoice::Of(u64::MAX)] {
            assert_eq!(choice.to_string().parse::<BankChoice>().unwrap(), choice);
        }
        for nonsense in ["", "-1", "second-meridian", "18446744073709551616", "1.5"] {
            assert!(nonsense.parse::<BankChoice>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_game_has_the_bank_of_its_seed_unless_another_is_named() {
        assert_eq!(BankChoice::Seed.bank(7), Bank::of(7));
        assert_eq!(BankChoice::Of(8).bank(7), Bank::of(8));
        assert_eq!(BankChoice::FirstMeridian.bank(7), Bank::first_meridian());
    }
}
