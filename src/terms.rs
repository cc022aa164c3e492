//! What a game is dealt from, beside its seed: as the options ask for it, and as the store keeps it.

mod bank;
mod day;
mod with;

use serde::{Deserialize, Serialize};

pub use bank::{BankChoice, NoBank};
pub use day::Day;
pub use with::{Hidden, With};

use crate::cli::{Game, StrategyChoice};
use crate::crew::{Crew, Deal, MoleChoice, deal};
use crate::file::{self, FileError};
use crate::heist::{AgentName, Difficulty, Strategy};

/// How many rounds a day's heist has.
const DAILY_ROUNDS: u32 = 5;

/// Why a game cannot be dealt.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// There is no such crew.
    #[error(transparent)]
    Crew(#[from] FileError),
    /// Somebody is named who is not of the crew.
    #[error("--{option} names {name}, and nobody of that name is in this crew: say one of {crew}")]
    Nobody {
        /// The option.
        option: &'static str,
        /// The name.
        name: AgentName,
        /// The names there are.
        crew: String,
    },
}

/// What a game is dealt from, beside its seed.
#[derive(Serialize, Deserialize)]
pub struct Terms {
    /// How many rounds.
    pub rounds: u32,
    mole: MoleChoice,
    strategy: Option<Strategy>,
    /// Games that an older version dealt were of the usual difficulty.
    #[serde(default)]
    pub difficulty: Difficulty,
    /// Which bank. Games that an older version dealt were in the one that there was.
    #[serde(default = "first_meridian")]
    pub bank: BankChoice,
    /// Who takes part, whole, since the file may change. Games that an older version dealt had the built-in crew.
    #[serde(default)]
    pub crew: Crew,
    /// The day whose heist it is; none for any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily: Option<Day>,
    /// What it is played with, when that has been found; of games that an older version played only the events tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<With>,
}

const fn first_meridian() -> BankChoice {
    BankChoice::FirstMeridian
}

impl Terms {
    /// What the options ask for.
    ///
    /// # Errors
    /// If the crew file cannot be used, or the mole is not of the crew.
    pub fn of(game: &Game) -> Result<Self, TermsError> {
        let Game { rounds, seed: _, bank, crew, mole, strategy: StrategyChoice(strategy), difficulty } = game;
        let crew = match crew {
            Some(path) => file::read("crew file", path, Crew::parse)?,
            None => Crew::default(),
        };
        let terms = Self {
            rounds: *rounds,
            mole: mole.clone(),
            strategy: *strategy,
            difficulty: *difficulty,
            bank: *bank,
            crew,
            daily: None,
            with: None,
        };
        if let MoleChoice::Agent(name) = mole {
            terms.knows("mole", name)?;
        }
        Ok(terms)
    }

    /// A day's heist: the same for everybody.
    #[must_use]
    pub fn daily(day: Day) -> Self {
        Self {
            rounds: DAILY_ROUNDS,
            mole: MoleChoice::Random,
            strategy: None,
            difficulty: Difficulty::Normal,
            bank: BankChoice::Seed,
            crew: Crew::default(),
            daily: Some(day),
            with: None,
        }
    }

    /// Sees to it that a name is in the crew.
    ///
    /// # Errors
    /// If it is not.
    pub fn knows(&self, option: &'static str, name: &AgentName) -> Result<(), TermsError> {
        if self.crew.names().any(|known| known == name) {
            return Ok(());
        }
        let crew = self.crew.names().map(|name| &**name).collect::<Vec<_>>().join(", ");
        Err(TermsError::Nobody { option, name: name.clone(), crew })
    }

    /// Deals the game of a seed.
    #[must_use]
    pub fn deal(&self, seed: u64) -> Deal {
        deal(seed, &self.crew, self.rounds, &self.mole, self.strategy, self.difficulty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_older_versions_kept_is_understood() {
        let first: Terms = serde_json::from_str(r#"{"rounds":3,"mole":"random","strategy":null}"#).unwrap();
        assert_eq!(first.difficulty, Difficulty::Normal);
        assert_eq!(first.bank, BankChoice::FirstMeridian);
        assert_eq!(first.crew, Crew::default());
    }

    #[test]
    fn a_crew_is_kept_whole() {
        let text = "[[agents]]\nname = \"a\"\nrole = \"x\"\nmodel = \"m\"\n[[agents]]\nname = \"b\"\nrole = \"y\"\n";
        let mut terms: Terms =
            serde_json::from_str(r#"{"rounds":3,"mole":{"agent":"b"},"strategy":"false_info"}"#).unwrap();
        terms.crew = Crew::parse(text).unwrap();
        let kept: Terms = serde_json::from_str(&serde_json::to_string(&terms).unwrap()).unwrap();
        assert_eq!(kept.crew, terms.crew);
        assert_eq!(kept.deal(7), terms.deal(7));
    }
}
