//! The guards: their shifts, with a gap in which the solution begins, and their rounds, of which none meets it.

use crate::{Clock, Guard, Guards, Part, Rounds, Shift};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::Solution;
use super::taken::Taken;

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Draws the guards. `home` is when the solution's crew is where its road leads, and `police` how many minutes these need.
pub(super) fn draw(
    source: Source,
    taken: &mut Taken,
    building: &Building,
    solution: &Solution,
    (home, police): (Clock, u32),
) -> Guards {
    let mut dice = source.dice("guards");
    // Whoever needs the desk empty works in the gap.
    let least = solution.works().0.since(solution.gap) + 1;
    let night = solution.gap.plus(dice.between(least.max(6), 20));
    let hall = building.all(Part::Hall).next().unwrap_or(0);
    // The first round is on the vault's floor when the crew is out, and what it finds is too late for the police.
    let reaches = dice.between(5, 10);
    let gone = home.since(solution.gap).saturating_sub(police).max(solution.out().since(solution.gap)) + 1;
    let earliest = (night.since(solution.gap) + dice.between(2, 8)).max((gone + dice.below(4)).saturating_sub(reaches));
    let first = solution.gap.plus(earliest.next_multiple_of(5));
    let rounds = Rounds { first, every: dice.five(30, 60), takes: reaches + dice.between(4, 10), from: hall, reaches };
    let coffee = first.plus(dice.five(20, 90));
    Guards {
        all: all(&mut dice, taken, building, solution),
        shifts: shifts(&mut dice, solution.gap, night),
        rounds,
        left_alone: building.floor_of(building.vault),
        coffee: (coffee, hall),
    }
}

/// Day, evening and night; they overlap where there is no gap.
fn shifts(dice: &mut Dice, gap: Clock, night: Clock) -> [Shift; 3] {
    // Until half past five at the earliest; about eight hours each.
    let long = (7 * 60 + dice.five(15, 60)).max(Clock::at(5, 30).since(night) % (DAY / 2)).next_multiple_of(5);
    let night_ends = night.plus(long);
    let night_ends = night_ends.minus(night_ends.after_midnight() % 5);
    let day = night_ends.minus(dice.five(5, 15));
    let day_ends = day.plus((gap.since(day) / 2 + dice.five(0, 30)).next_multiple_of(5));
    let evening = day_ends.minus(dice.five(5, 15));
    let shift = |name: &str, starts, ends| Shift { name: name.into(), starts, ends };
    [shift("day", day, day_ends), shift("evening", evening, gap), shift("night", night, night_ends)]
}

/// Every guard, by shift.
fn all(dice: &mut Dice, taken: &mut Taken, building: &Building, solution: &Solution) -> Vec<Guard> {
    let name = |place: usize| building.name_of(place).to_owned();
    let desk = building.all(Part::Desk).map(name).next().unwrap_or_default();
    let halls = building.all(Part::Hall).map(name);
    let doors = building.all(Part::Exit).map(name);
    let others = dice.shuffled(doors.chain(building.all(Part::Server).map(name)));
    let posts: Vec<_> = halls.chain(others).collect();
    // At night nobody stands where the crew walks, nor on the vault's floor.
    let walks =
        [solution.entry, solution.leave].into_iter().filter_map(|door| building.walk(door.exit, building.vault));
    let walked: Vec<usize> = walks.flat_map(|walk| walk.places.into_iter().map(|(place, _)| place)).collect();
    let far = building.all(Part::Hall).chain(building.all(Part::Server)).chain(building.all(Part::Exit));
    let far: Vec<_> = far.filter(|place| !walked.contains(place) && !building.is_with_vault(*place)).collect();
    let vault = building.floors.get(building.floor_of(building.vault)).cloned().unwrap_or_default();
    let extra = dice.chance(40);
    let mut all = vec![];
    let mut add = |dice: &mut Dice, shift, post: String| {
        all.push(Guard { name: taken.family(dice).into(), shift, post });
    };
    for post in posts.iter().take(dice.between(2, 4) as usize).chain([&desk]) {
        add(dice, 0, post.clone());
    }
    for post in posts.iter().take(dice.between(0, 2) as usize).chain([&vault, &desk]) {
        add(dice, 1, post.clone());
    }
    add(dice, 2, "rounds".into());
    if let Some(place) = dice.pick(&far).filter(|_| extra) {
        add(dice, 2, name(*place));
    }
    add(dice, 2, desk);
    all
}
