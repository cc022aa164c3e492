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

use crate::{Bank, Outcome, Plan, Road, job, names};

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

/// Banks made of a seed before the last is taken as it is.
const TRIES: u32 = 16;

impl Bank {
    /// The bank of a seed, the same for the same one on every machine.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut again = 0;
        loop {
            let (bank, plan) = make(Source { seed, again });
            again += 1;
            if again == TRIES || job(&bank, &plan).outcome == Outcome::Escaped {
                return bank;
            }
        }
    }
}

/// A bank, and the plan that it was made around.
fn make(source: Source) -> (Bank, Plan) {
    let taken = &mut Taken::default();
    let building = Building::draw(source, taken);
    let solution = Solution::draw(source, &building);
    let ways = vault::ways(source, &solution);
    let (roads, station) = roads::draw(source, taken, &building, &solution);
    let people = people::draw(source, taken, &building, &ways);
    let alarms = alarms::draw(source, &building, &solution, &ways, &roads, station);
    let route = roads.iter().position(|road| road.exit == solution.leave.exit);
    let road = route.and_then(|route| roads.get(route)).map_or(0, Road::takes);
    let home = (solution.out().plus(road), alarms.police);
    let guards = guards::draw(source, taken, &building, &solution, home);
    let vault = vault::draw(source, taken, &building, &solution, &ways, &people);
    let plan = Plan {
        start: Some(solution.start),
        entry: Some(solution.entry.exit),
        alarm: Some(solution.line),
        method: ways.iter().position(|(way, _)| *way == solution.way),
        load: Some(vec![usize::from(!solution.boxes)]),
        route,
        ..Plan::default()
    };
    let staff = building.exits.iter().find(|(_, kind)| kind.staff).or(building.exits.first());
    let staff = staff.map_or(0, |(exit, _)| *exit);
    let bank = Bank {
        seed: Some(source.seed),
        name: name(source),
        cameras: cameras::draw(source, &building, &solution),
        guards,
        alarms,
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
    (Bank { log: log::draw(source, &bank, staff), ..bank }, plan)
}

/// The bank's whole name.
fn name(source: Source) -> String {
    let mut dice = source.dice("name");
    let all = names::HOUSES;
    let most = all.first().filter(|_| dice.chance(60));
    let (begins, ends) = most.or(dice.pick(all)).copied().unwrap_or_default();
    let house = format!("{}{}", dice.word(begins), dice.word(ends));
    dice.word(names::PATTERNS).replace("{}", &house)
}
