//! Which games a bench plays, and which of them a shard does.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Of so many games one is played once more without a mole.
const WITHOUT_MOLE: u64 = 10;

/// A part of a bench: of `of` shards the `number`th, counted from 1.
///
/// Engines that count their tasks from 0 can only put that number into a text, so that it may be written as a sum:
/// `0+1/64` is the first of 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u64,
    of: u64,
}

/// What names no shard.
#[derive(Debug, thiserror::Error)]
#[error("say which shard of how many, such as 1/4")]
pub struct NoShard;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (number, of) = text.split_once('/').ok_or(NoShard)?;
        let number =
            number.split('+').try_fold(0_u64, |sum, part| sum.checked_add(part.parse().ok()?)).ok_or(NoShard)?;
        let of = of.parse().map_err(|_| NoShard)?;
        if (1..=of).contains(&number) { Ok(Self { number, of }) } else { Err(NoShard) }
    }
}

/// The games of a whole bench. They are numbered from 0: first those with a mole, then those without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Games {
    /// The first game's seed.
    first: u64,
    /// How many have a mole.
    with: u64,
    /// How many have none.
    without: u64,
}

/// One of the games.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    /// Its number.
    pub number: u64,
    /// Its seed.
    pub seed: u64,
    /// Whether it has a mole.
    pub has_mole: bool,
}

impl Games {
    /// So many games from this seed on; with `twice` a tenth of them once more without a mole.
    pub fn new(first: u64, count: u64, twice: bool) -> Self {
        Self { first, with: count, without: if twice { count / WITHOUT_MOLE } else { 0 } }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.with.saturating_add(self.without)
    }

    /// The game of that number.
    pub fn numbered(&self, number: u64) -> Numbered {
        let has_mole = number < self.with;
        let seed = self.first.wrapping_add(if has_mole { number } else { number - self.with });
        Numbered { number, seed, has_mole }
    }

    /// Those of a shard, or all, by their numbers.
    pub fn of(&self, shard: Option<Shard>) -> impl Iterator<Item = Numbered> {
        let Shard { number, of } = shard.unwrap_or(Shard { number: 1, of: 1 });
        (number - 1..self.count())
            .step_by(usize::try_from(of).unwrap_or(usize::MAX))
            .map(|number| self.numbered(number))
    }
}

impl Numbered {
    /// What its session is called where the same game is to have the same name each time.
    pub fn name(self) -> String {
        format!("seed-{}{}", self.seed, if self.has_mole { "" } else { "-without" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_together_have_every_game_once() {
        let games = Games::new(u64::MAX - 5, 23, true);
        assert_eq!(games.count(), 25);
        let mut numbers: Vec<_> = (1..=4)
            .flat_map(|number| games.of(Some(Shard { number, of: 4 })).collect::<Vec<_>>())
            .map(|game| game.number)
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..25).collect::<Vec<_>>());
        assert_eq!(games.of(None).count(), 25);
        assert_eq!(games.of(Some(Shard { number: 30, of: 30 })).count(), 0);
        let (last, without) = (games.numbered(22), games.numbered(24));
        assert_eq!((last.seed, last.has_mole, last.name()), (16, true, "seed-16".to_owned()));
        assert_eq!((without.seed, without.has_mole), (u64::MAX - 4, false));
        assert!(without.name().ends_with("-without"));
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!("2/3".parse::<Shard>().unwrap(), Shard { number: 2, of: 3 });
        assert_eq!("0+1/3".parse::<Shard>().unwrap(), Shard { number: 1, of: 3 });
        for nonsense in
            ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/3", "1/3/3", "3+1/3", "1+/3", "18446744073709551615+1/3"]
        {
            assert!(nonsense.parse::<Shard>().is_err(), "{nonsense}");
        }
    }
}
