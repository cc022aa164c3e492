//! Banks from seeds: each part is drawn on its own, around a way to do the job that works.

mod alarms;
mod building;
mod cameras;
mod dice;
mod guards;
mod log;
mod people;
mod roads;
mod solution;
mod taken;
mod trivia;
mod vault;

#[cfg(test)]
mod tests;

use crate::{Bank, names};

use building::Building;
use dice::Dice;
use solution::Solution;
use taken::Taken;

/// What a bank is made from.
#[derive(Clone, Copy)]
struct Source {
    seed: u64,
    /// How often a bank was made of it that did not fit.
    again: u32,
}

impl Source {
    /// The dice for one purpose.
    fn dice(self, purpose: &str) -> Dice {
        Dice::new(self.seed, self.again, purpose)
    }
}

impl Bank {
    /// The bank of a seed, the same for the same one on every machine.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        make(Source { seed, again: 0 })
    }
}

fn make(source: Source) -> Bank {
    let mut taken = Taken::default();
    let taken = &mut taken;
    let building = Building::draw(source, taken);
    let solution = Solution::draw(source, &building);
    let ways = vault::ways(source, &solution);
    let (roads, station) = roads::draw(source, taken, &building, &solution);
    let people = people::draw(source, taken, &building, &ways);
    let guards = guards::draw(source, taken, &building, &solution);
    let vault = vault::draw(source, taken, &building, &solution, &ways, &people);
    let staff = building.exits.iter().find(|(_, kind)| kind.staff).or(building.exits.first());
    let staff = staff.map_or(0, |(exit, _)| *exit);
    let bank = Bank {
        seed: Some(source.seed),
        name: name(source),
        cameras: cameras::draw(source, &building, &solution),
        guards,
        alarms: alarms::draw(source, &building, &solution, &ways, &roads, station),
        people,
        cleaners: people::cleaners(source, &solution),
        vault,
        roads,
        log: vec![],
        trivia: trivia::draw(source, taken, &building),
        floors: building.floors,
        places: building.places,
        passages: building.passages,
    };
    Bank { log: log::draw(source, &bank, staff), ..bank }
}

/// The bank's whole name.
fn name(source: Source) -> String {
    let mut dice = source.dice("name");
    let house = dice.word(names::HOUSES);
    dice.word(names::PATTERNS).replace("{}", house)
}
