//! The detector's parameters: what each sign is worth, written by `heist-tui fit`, and read from the one file that has them.

use std::sync::{Arc, OnceLock};

use super::memory::Talk;
use super::signs::{COUNT, SIGNS};
use crate::document::{Document, Flaw, Table, Value};
use crate::heist::Strategy;

/// How many strategies a mole may have.
pub(super) const STRATEGIES: usize = Strategy::ALL.len();

/// What a model as judge may count at most.
pub(super) const MOST_OF_JUDGE: f64 = 0.4;

/// What signs count in a talk of another program: less, for nobody knows how honest agents talk there.
pub(super) const FOREIGN: f64 = 0.8;

/// What a sign is worth for each strategy, in the strategies' order: by how much one more of it moves the log odds.
pub(super) type Worth = [f64; STRATEGIES];

/// What the signs are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    moves: Weights,
    words: Weights,
    /// What the logarithms of a judge's probabilities count beside the signs, once it has answered; at most 0.4.
    pub(super) judge: f64,
    /// What the signs count in a talk of another program.
    pub(super) foreign: f64,
}

/// What the signs are worth in a talk that is read in one way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights {
    /// The log odds that there is no mole, before anything is found.
    pub nobody: f64,
    /// By the signs' places.
    pub worth: [Worth; COUNT],
}

impl Default for Weights {
    fn default() -> Self {
        Self { nobody: -2.0, worth: [[0.0; STRATEGIES]; COUNT] }
    }
}

impl Weights {
    fn read(table: &Table<'_>, talk: Talk) -> Result<Self, Flaw> {
        let of_talk = || SIGNS.iter().enumerate().filter(move |(_, sign)| sign.is_of(talk));
        let known: Vec<_> = of_talk().map(|(_, sign)| sign.name).chain(["nobody"]).collect();
        table.only(&known)?;
        let mut weights = Self::default();
        if let Some(nobody) = table.get("nobody") {
            weights.nobody = nobody.decimal()?;
        }
        for (place, sign) in of_talk() {
            let Some(value) = table.get(sign.name) else { continue };
            let worth = value.list()?.iter().map(Value::decimal).collect::<Result<Vec<_>, _>>()?;
            weights.worth[place] = worth
                .try_into()
                .map_err(|_| value.flaw(&format!("must have {STRATEGIES} numbers, one for each strategy")))?;
        }
        Ok(weights)
    }
}

impl Parameters {
    /// Those that are in the program.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        static BUILT_IN: OnceLock<Arc<Parameters>> = OnceLock::new();
        let read = || Arc::new(Self::read(include_str!("../../assets/detector.toml")).unwrap_or_else(|_| Self::none()));
        Arc::clone(BUILT_IN.get_or_init(read))
    }

    /// Parameters by which nothing is worth anything.
    pub(super) fn none() -> Self {
        Self { moves: Weights::default(), words: Weights::default(), judge: MOST_OF_JUDGE, foreign: FOREIGN }
    }

    /// Reads a file: `judge` and `foreign`, and for each way to read a talk a table with `nobody` and what the signs are
    /// worth. A sign that is not named is worth nothing.
    ///
    /// # Errors
    /// What is wrong with it, and in which line.
    pub fn read(text: &str) -> Result<Self, Flaw> {
        let document = Document::parse(text)?;
        let root = document.root();
        root.only(&["judge", "foreign", "moves", "words"])?;
        let share = |key, most: f64| match root.get(key) {
            None => Err(root.flaw(format!("{key} is missing"))),
            Some(value) => {
                let share = value.decimal()?;
                let fits = (0.0..=most).contains(&share);
                if fits { Ok(share) } else { Err(value.flaw(&format!("must be from 0 to {most}"))) }
            }
        };
        let weights = |key, talk| match root.get(key) {
            None => Err(root.flaw(format!("[{key}] is missing"))),
            Some(value) => Weights::read(&value.table()?, talk),
        };
        Ok(Self {
            judge: share("judge", MOST_OF_JUDGE)?,
            foreign: share("foreign", 1.0)?,
            moves: weights("moves", Talk::Moves)?,
            words: weights("words", Talk::Words)?,
        })
    }

    /// The same with other weights for a talk that is read so.
    pub(super) fn with_weights(mut self, talk: Talk, weights: Weights) -> Self {
        match talk {
            Talk::Moves => self.moves = weights,
            Talk::Words => self.words = weights,
        }
        self
    }

    pub(super) const fn weights(&self, talk: Talk) -> &Weights {
        match talk {
            Talk::Moves => &self.moves,
            Talk::Words => &self.words,
        }
    }

    pub(super) const fn worth(&self, talk: Talk) -> &[Worth; COUNT] {
        &self.weights(talk).worth
    }

    pub(super) const fn nobody(&self, talk: Talk) -> f64 {
        self.weights(talk).nobody
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_in_the_program_can_be_read_and_are_worth_something() {
        let read = Parameters::read(include_str!("../../assets/detector.toml")).unwrap();
        assert_eq!(read, *Parameters::built_in());
        for talk in [Talk::Moves, Talk::Words] {
            assert!(read.worth(talk).iter().flatten().any(|worth| *worth > 2.0), "{talk:?}");
        }
    }
}
