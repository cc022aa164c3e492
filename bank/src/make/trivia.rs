//! What is of no use to anybody.

use crate::{Clock, Trivia, names};

use super::Source;
use super::building::Building;
use super::taken::Taken;

/// Draws it.
pub(super) fn draw(source: Source, taken: &mut Taken, building: &Building) -> Trivia {
    let mut dice = source.dice("trivia");
    let exits: Vec<_> = building.exits.iter().map(|(exit, _)| *exit).collect();
    Trivia {
        broken: dice.word(names::BROKEN).into(),
        party: (dice.word(names::PARTIES).into(), dice.word(&names::DAYS).into()),
        network: dice.word(names::GADGETS).into(),
        log_seconds: dice.between(2, 9),
        found_open: (dice.pick(&exits).copied().unwrap_or(0), dice.between(1, 3)),
        empty: (taken.thing(&mut dice, names::EMPTY).into(), Clock::minutes(dice.five(1170, 1320))),
    }
}
