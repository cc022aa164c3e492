//! The alarms: what wakes them, whom they call, and when their line is tested.

use crate::{Alarm, Alarms, Line, LineTest, Part, Responder, Rings, Risk, Road, names};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::{Solution, Way};

/// Where in the list the sensors begin that ways to open the vault wake, in the order of these.
pub(super) const FIRST_WOKEN: usize = 1;

/// Alarms that a bank has at least.
const FEWEST: usize = 6;

/// Draws the alarms. The police's station is on the street of the road that passes it.
pub(super) fn draw(
    source: Source,
    building: &Building,
    solution: &Solution,
    ways: &[(Way, u32)],
    roads: &[Road],
    station: &str,
) -> Alarms {
    let mut dice = source.dice("alarms");
    let mut all = vec![alarm("vault door contact", building.vault, Rings::Woken, Responder::Police)];
    for (way, _) in ways {
        if let Way::Loud(method) = way {
            let calls = if dice.chance(80) { Responder::Police } else { Responder::Patrol };
            all.push(alarm(method.sensor, building.vault, Rings::Woken, calls));
        }
    }
    let vaults = all.len();
    let wanted = dice.between(6, 10) as usize;
    let doors = at_doors(&mut dice, building, solution, roads, wanted.saturating_sub(vaults + 2));
    all.extend(in_rooms(&mut dice, building, solution, FEWEST.saturating_sub(vaults + doors.len()).max(2)));
    all.extend(doors);
    // One of those that are not the vault's rang for nothing, and none that the solution wakes: that is not believed.
    let rang = (vaults..all.len()).filter(|alarm| {
        let at = all.get(*alarm).map_or(building.vault, |alarm| alarm.at);
        solution.uses(at).is_none()
    });
    let rang = dice.shuffled(rang);
    if let Some(alarm) = rang.first().and_then(|alarm| all.get_mut(*alarm)) {
        alarm.false_alarms = dice.between(1, 2);
    }
    let locks = building.exits.iter().map(|(exit, _)| *exit);
    let locks = dice.shuffled(locks.filter(|exit| *exit != solution.leave.exit));
    let radio = dice.between(2, 5);
    Alarms {
        all,
        guards: dice.between(2, 4),
        police: police(&mut dice, solution, roads, radio),
        station: station.into(),
        patrol: dice.between(5, 10),
        test: test(&mut dice, solution),
        radio,
        locks: (locks.first().copied().unwrap_or(solution.leave.exit), dice.between(1, 4)),
    }
}

/// So many sensors in halls, by the server and in rooms; what sees people is not where the crew walks, unless the line is
/// under test all the while.
fn in_rooms(dice: &mut Dice, building: &Building, solution: &Solution, wanted: usize) -> Vec<Alarm> {
    let walks =
        [solution.entry, solution.leave].into_iter().filter_map(|door| building.walk(door.exit, building.vault));
    let walked: Vec<usize> = walks.flat_map(|walk| walk.places.into_iter().map(|(place, _)| place)).collect();
    let is_tested = solution.line == Line::Test && solution.entry.rings && solution.leave.rings;
    let rooms = dice.shuffled(building.all(Part::Room));
    let mut places: Vec<_> = building.all(Part::Hall).take(2).chain(building.all(Part::Server)).chain(rooms).collect();
    let mut calls = [Responder::Guards, Responder::Patrol, Responder::Police].into_iter().cycle();
    let mut all = vec![];
    for (sensor, rings) in dice.shuffled(names::HALL_SENSORS) {
        let fits = |place: &&usize| is_tested || *rings != Rings::Crossed || !walked.contains(place);
        let Some(&at) = places.iter().find(fits).filter(|_| all.len() < wanted) else { continue };
        places.retain(|place| *place != at);
        all.push(alarm(sensor, at, *rings, calls.next().unwrap_or(Responder::Guards)));
    }
    all
}

/// Sensors at doors: where the solution has one, where the road has it for its risk, and at others up to so many.
fn at_doors(dice: &mut Dice, building: &Building, solution: &Solution, roads: &[Road], wanted: usize) -> Vec<Alarm> {
    let has = |exit: &usize| {
        solution.uses(*exit).is_some_and(|door| door.rings)
            || roads.iter().any(|road| road.exit == *exit && road.risk == Risk::Alarm)
    };
    let open = |exit: &usize| solution.uses(*exit).is_none_or(|door| door.rings);
    let mut exits = dice.shuffled(building.exits.iter().map(|(exit, _)| *exit).filter(open));
    exits.sort_by_key(|exit| !has(exit));
    let doors = exits.iter().filter(|exit| has(exit)).count().max(wanted).max(1);
    let mut calls = [Responder::Patrol, Responder::Guards].into_iter().cycle();
    exits
        .into_iter()
        .take(doors)
        .map(|exit| {
            let sensor = format!("{} {}", building.door_of(exit), dice.word(names::DOOR_SENSORS));
            // A line that is cut is what keeps the police away for a while.
            let cut = solution.line == Line::Cut && exit == solution.leave.exit;
            let calls = if cut { Some(Responder::Police) } else { calls.next() };
            alarm(&sensor, exit, Rings::Opened, calls.unwrap_or(Responder::Guards))
        })
        .collect()
}

/// How many minutes the police need. Where the line is cut: too many only if it falls silent before it calls them.
fn police(dice: &mut Dice, solution: &Solution, roads: &[Road], radio: u32) -> u32 {
    let road = roads.iter().find(|road| road.exit == solution.leave.exit);
    match road {
        Some(road) if solution.line == Line::Cut => road.takes().saturating_sub(dice.below(radio)).max(3),
        _ => dice.between(4, 9),
    }
}

/// The test of the line: as long as the solution needs it, else somewhere about the gap.
fn test(dice: &mut Dice, solution: &Solution) -> LineTest {
    if solution.line == Line::Test {
        let (from, to) = solution.tested();
        let starts = if solution.with_test { solution.start } else { from.minus(dice.between(0, 6)) };
        LineTest { starts, minutes: to.since(starts) + dice.between(0, 3) }
    } else {
        LineTest { starts: solution.gap.minus(30).plus(dice.five(0, 20)), minutes: dice.five(10, 25) }
    }
}

fn alarm(sensor: &str, at: usize, rings: Rings, calls: Responder) -> Alarm {
    Alarm { sensor: sensor.into(), at, rings, calls, false_alarms: 0 }
}
