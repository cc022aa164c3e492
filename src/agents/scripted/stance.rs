//! What an agent would rather do: its taste at first, and what has become known since.

use heist_bank::{Bank, Part};

use super::board::Board;
use super::dice::Dice;
use super::reasons::reasons;

/// What the crew has to settle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Matter {
    /// How to open the vault.
    Method,
    /// How to get away.
    Route,
    /// How to get in.
    Entry,
}

impl Matter {
    pub(super) const ALL: [Self; 3] = [Self::Method, Self::Route, Self::Entry];

    /// What there is to choose from: everybody knows the names from the start, and nothing more.
    pub(super) fn options(self, bank: &Bank) -> Vec<&str> {
        match self {
            Self::Method => bank.vault.methods.iter().map(|method| &*method.name).collect(),
            Self::Route => bank.roads.iter().map(|road| &*road.name).collect(),
            Self::Entry => {
                bank.places.iter().filter(|place| place.part == Part::Exit).map(|place| &*place.name).collect()
            }
        }
    }

    /// An option as one speaks of it.
    pub(super) fn named(self, option: &str) -> String {
        match self {
            Self::Method => format!("the {option} method"),
            Self::Route => format!("the {option} route"),
            Self::Entry => format!("the {option}"),
        }
    }
}

/// What an agent would do; the same agent with the same knowledge always the same.
pub(super) fn pick<'a>(seed: u64, agent: &str, matter: Matter, bank: &'a Bank, board: &Board) -> &'a str {
    let dice = Dice::new(seed, 0, agent);
    let score = |option: &&str| {
        let taste = i32::try_from(dice.between(&format!("taste {option}"), 0, 44)).unwrap_or(0);
        taste + reasons(matter, option, bank, board).iter().map(|reason| reason.weight).sum::<i32>()
    };
    matter.options(bank).into_iter().max_by_key(score).unwrap_or_default()
}

/// The exit that a route begins at.
pub(super) fn exit<'a>(bank: &'a Bank, route: &str) -> &'a str {
    bank.roads.iter().find(|road| road.name == route).map_or("", |road| bank.name_of(road.exit))
}
