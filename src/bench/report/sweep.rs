//! The games that a report is of, in an order that no order of files changes, and the benches that they are of.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;

use crate::bench::BenchError;
use crate::bench::file::{Recorded, Whole};
use crate::bench::games::Games;
use crate::bench::result::GameResult;
use crate::text::{NAME, shortened};

/// Who plays where no model does.
const SCRIPTED: &str = "scripted crew";

/// Rounds of a game at most, as `bench` plays them.
const ROUNDS: usize = 50;

/// Agents of a crew at most.
const CREW: usize = 12;

/// What a report is of.
#[derive(Debug)]
pub(super) struct Sweep {
    /// The benches, each with the places of its games.
    pub benches: Vec<Played>,
    /// The games, bench by bench, by their numbers.
    pub games: Vec<Game>,
}

/// A bench of which some games were read.
#[derive(Debug)]
pub(super) struct Played {
    pub whole: Whole,
    pub games: Range<usize>,
}

/// A game, with who played what in it.
#[derive(Debug)]
pub(super) struct Game {
    pub result: GameResult,
    /// The model of the crew, of the mole, and of the judge.
    pub crew: String,
    pub mole: String,
    pub judge: String,
}

impl Sweep {
    /// Puts the games of these files in order.
    ///
    /// # Errors
    /// If there are none, if one cannot be, or if one stands there twice.
    pub fn of(files: &[PathBuf], games: Vec<(usize, Recorded)>) -> Result<Self, BenchError> {
        let wrong = |place: usize, line: u64, why: String| {
            let file = files.get(place).cloned().unwrap_or_default();
            BenchError::Line { file, line, why }
        };
        let mut keys = Keys::default();
        let mut sorted = Vec::with_capacity(games.len());
        for (place, game) in games {
            if let Some(why) = unsound(&game.game) {
                return Err(wrong(place, game.line, why.to_owned()));
            }
            sorted.push((keys.of(&game)?, place, game));
        }
        // Twice is what has the same seed under the same terms, also where one bench has more games than the other.
        let mut seeds: Vec<_> =
            sorted.iter().map(|(key, place, game)| (Deal::of(*key, game), *place, game.line)).collect();
        seeds.sort_unstable();
        let twice = seeds.array_windows().find(|[(one, ..), (other, ..)]| one == other);
        if let Some([_, (deal, place, line)]) = twice {
            let without = if deal.has_mole { "" } else { " without a mole" };
            let why =
                format!("the game of seed {}{without} stands in these files twice: give each only once", deal.seed);
            return Err(wrong(*place, *line, why));
        }
        let names = keys.names();
        sorted.sort_by_cached_key(|(key, _, game)| (names.get(key.bench).copied(), game.number));
        let mut sweep = Self { benches: Vec::new(), games: Vec::with_capacity(sorted.len()) };
        let mut last = None;
        for (key, _, game) in sorted {
            let at = sweep.games.len();
            if last.replace(key.bench) != Some(key.bench) {
                sweep.benches.push(Played { whole: game.whole.clone(), games: at..at });
            }
            sweep.games.push(Game::of(&game.whole, game.game));
            if let Some(bench) = sweep.benches.last_mut() {
                bench.games.end = at + 1;
            }
        }
        if sweep.games.is_empty() { Err(BenchError::NoGames) } else { Ok(sweep) }
    }

    /// The games with a mole.
    pub fn with_mole(&self) -> impl Iterator<Item = &Game> + Clone {
        self.games.iter().filter(|game| game.result.mole.is_some())
    }
}

/// Which bench a game is of, and of which terms; counted as they are met.
#[derive(Clone, Copy, Debug)]
struct Key {
    bench: usize,
    terms: usize,
}

/// What is the same game wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Deal {
    terms: usize,
    seed: u64,
    has_mole: bool,
}

impl Deal {
    fn of(key: Key, game: &Recorded) -> Self {
        Self { terms: key.terms, seed: game.game.seed, has_mole: game.game.mole.is_some() }
    }
}

/// The benches that were met.
#[derive(Default)]
struct Keys {
    benches: HashMap<String, Key>,
    terms: HashMap<String, usize>,
    /// The bench of the game before: mostly that of the next.
    last: Option<(Whole, Option<String>, Key)>,
}

impl Keys {
    fn of(&mut self, game: &Recorded) -> Result<Key, BenchError> {
        let model = &game.game.model;
        if let Some((whole, with, key)) = &self.last
            && *whole == game.whole
            && with == model
        {
            return Ok(*key);
        }
        let name = serde_json::to_string(&(model, &game.whole))?;
        let key = if let Some(key) = self.benches.get(&name) {
            *key
        } else {
            let whole = Whole { games: Games::new(0, 0, false), ..game.whole.clone() };
            let next = self.terms.len();
            let terms = *self.terms.entry(serde_json::to_string(&(model, whole))?).or_insert(next);
            let key = Key { bench: self.benches.len(), terms };
            self.benches.insert(name, key);
            key
        };
        self.last = Some((game.whole.clone(), model.clone(), key));
        Ok(key)
    }

    /// What the benches are called, by their places: the same whichever was met first.
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.benches.iter().map(|(name, key)| (key.bench, name.as_str())).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }
}

impl Game {
    fn of(whole: &Whole, result: GameResult) -> Self {
        let name = |other: Option<&String>| {
            // Where no model plays, none was asked for to any effect.
            let model = result.model.as_ref().map(|model| other.unwrap_or(model).as_str());
            shortened(model.unwrap_or(SCRIPTED), NAME).into_owned()
        };
        Self {
            crew: name(None),
            mole: name(whole.mole_model.as_ref()),
            judge: name(whole.judge_model.as_ref()),
            result,
        }
    }
}

/// What in a game cannot be.
fn unsound(game: &GameResult) -> Option<&'static str> {
    let is_share = |score: &f64| (0.0..=1.0).contains(score);
    let is_of_crew = |scores: &Vec<f64>| scores.len() == game.crew.len() && scores.iter().all(is_share);
    let rounds = game.scores.iter().chain(&game.judge_by_round).filter(|scores| !scores.is_empty());
    let mut scores = rounds.chain(&game.judge);
    let rounds = game.scores.len().max(game.judge_by_round.len());
    if game.crew.len() > CREW || rounds > ROUNDS {
        return Some("it tells of more agents or rounds than a heist can have");
    }
    if game.mole.as_ref().is_some_and(|mole| !game.crew.contains(mole)) {
        return Some("its mole is not in its crew");
    }
    (!scores.all(is_of_crew)).then_some("its scores are not a probability for each of the crew")
}
