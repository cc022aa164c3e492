//! The guards: their shifts, with a gap in which the solution begins, and their rounds, of which none meets it.

use crate::{Clock, Guard, Guards, Part, Rounds, Shift, names};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::Solution;
use super::taken::Taken;

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Draws the guards.
pub(super) fn draw(source: Source, taken: &mut Taken, building: &Building, solution: &Solution) -> Guards {
    let mut dice = source.dice("guards");
    let night = solution.gap.plus(dice.between(6, 20));
    let hall = building.all(Part::Hall).next().unwrap_or(0);
    let first = first_round(&mut dice, solution, night);
    let every = dice.five(30, 60);
    let fetched = night.plus(dice.five(25, 90));
    let rounds = Rounds { first: first.0, from: hall, every, ..first.1 };
    Guards {
        all: all(&mut dice, taken, building),
        shifts: shifts(&mut dice, solution.gap, night),
        rounds,
        left_alone: building.floor_of(building.vault),
        coffee: (Clock::minutes(fetched.after_midnight() / 5 * 5), hall),
    }
}

/// When the first round begins, and how rounds go: the first reaches the vault's floor when the solution is out.
fn first_round(dice: &mut Dice, solution: &Solution, night: Clock) -> (Clock, Rounds) {
    let reaches = dice.between(5, 10);
    let takes = reaches + dice.between(4, 10);
    let out = solution.start.since(solution.gap) + solution.takes + dice.between(1, 6);
    let earliest = (night.since(solution.gap) + dice.between(2, 8)).max(out.saturating_sub(reaches));
    let first = solution.gap.plus(earliest.next_multiple_of(5));
    (first, Rounds { first, every: 0, takes, from: 0, reaches })
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
fn all(dice: &mut Dice, taken: &mut Taken, building: &Building) -> Vec<Guard> {
    let name = |place: usize| building.name_of(place).to_owned();
    let desk = building.all(Part::Desk).map(name).next().unwrap_or_default();
    let halls = building.all(Part::Hall).map(name);
    let doors = building.all(Part::Exit).map(name);
    let others = dice.shuffled(doors.chain(building.all(Part::Server).map(name)));
    let posts: Vec<_> = halls.chain(others).collect();
    let vault = building.floors.get(building.floor_of(building.vault)).cloned().unwrap_or_default();
    let mut all = vec![];
    let mut add = |dice: &mut Dice, shift, post: String| {
        all.push(Guard { name: taken.person(dice, names::FAMILY).into(), shift, post });
    };
    for post in posts.iter().take(dice.between(2, 4) as usize).chain([&desk]) {
        add(dice, 0, post.clone());
    }
    for post in posts.iter().take(dice.between(0, 2) as usize).chain([&vault, &desk]) {
        add(dice, 1, post.clone());
    }
    add(dice, 2, "rounds".into());
    if dice.chance(35) {
        add(dice, 2, posts.first().cloned().unwrap_or_default());
    }
    add(dice, 2, desk);
    all
}
