//! The alarms: what wakes them, whom they call, and when their line is tested.

use crate::{Alarm, Alarms, LineTest, Part, Responder, Rings, Risk, Road, names};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::{Solution, Way};

/// Where in the list the sensors begin that ways to open the vault wake, in the order of these.
pub(super) const FIRST_WOKEN: usize = 1;

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
    let alarm = |sensor: &str, at, rings, calls| Alarm { sensor: sensor.into(), at, rings, calls, false_alarms: 0 };
    let mut all = vec![alarm("vault door contact", building.vault, Rings::Woken, Responder::Police)];
    for (way, _) in ways {
        if let Way::Loud(method) = way {
            let calls = if dice.chance(80) { Responder::Police } else { Responder::Patrol };
            all.push(alarm(method.sensor, building.vault, Rings::Woken, calls));
        }
    }
    let vaults = all.len();
    let walked: Vec<usize> = [solution.entry, solution.leave]
        .into_iter()
        .filter_map(|exit| building.walk(exit, building.vault))
        .flat_map(|walk| walk.places.into_iter().map(|(place, _)| place))
        .collect();
    // In the halls, where the solution does not walk if the line is not under test.
    let sensors = dice.shuffled(names::HALL_SENSORS);
    let mut halls: Vec<_> = building.all(Part::Hall).collect();
    halls.extend(building.all(Part::Server));
    for ((sensor, rings), calls) in sensors.into_iter().zip([Responder::Guards, Responder::Police]) {
        let quiet = |place: &&usize| solution.tested || *rings != Rings::Crossed || !walked.contains(place);
        if let Some(&at) = halls.iter().find(quiet) {
            halls.retain(|hall| *hall != at);
            all.push(alarm(sensor, at, *rings, calls));
        }
    }
    // At doors: at those whose road has the alarm for its risk, and at others.
    let risky = |exit: usize| roads.iter().any(|road| road.exit == exit && road.risk == Risk::Alarm);
    let barred = |exit: usize| !solution.tested && [solution.entry, solution.leave].contains(&exit);
    let mut exits = dice.shuffled(building.exits.iter().map(|(exit, _)| *exit).filter(|exit| !barred(*exit)));
    exits.sort_by_key(|exit| !risky(*exit));
    let wanted = dice.between(6, 10).max(7) as usize;
    let risks = exits.iter().filter(|exit| risky(**exit)).count();
    let doors = wanted.saturating_sub(all.len()).max(risks.max(1));
    let mut calls = [Responder::Patrol, Responder::Guards].into_iter().cycle();
    for exit in exits.into_iter().take(doors) {
        let sensor = format!("{} {}", building.door_of(exit), dice.word(names::DOOR_SENSORS));
        all.push(alarm(&sensor, exit, Rings::Opened, calls.next().unwrap_or(Responder::Guards)));
    }
    // One of those that are not the vault's rang for nothing.
    let rang = vaults + dice.below(u32::try_from(all.len() - vaults).unwrap_or(1)) as usize;
    if let Some(alarm) = all.get_mut(rang) {
        alarm.false_alarms = dice.between(1, 3);
    }
    let locks = building.exits.iter().map(|(exit, _)| *exit);
    let locks = dice.shuffled(locks.filter(|exit| ![solution.entry, solution.leave].contains(exit)));
    Alarms {
        all,
        guards: dice.between(2, 4),
        police: dice.between(4, 9),
        station: station.into(),
        patrol: dice.between(5, 10),
        test: test(&mut dice, solution),
        radio: dice.between(2, 5),
        locks: (locks.first().copied().unwrap_or(solution.entry), dice.between(1, 4)),
    }
}

/// The test of the line: over all the solution if that needs it, else anywhere about the gap.
fn test(dice: &mut Dice, solution: &Solution) -> LineTest {
    if solution.tested {
        let before = dice.between(0, 6);
        let minutes = before + solution.takes + dice.between(1, 4);
        LineTest { starts: solution.start.minus(before), minutes }
    } else {
        LineTest { starts: solution.gap.minus(30).plus(dice.five(0, 75)), minutes: dice.five(10, 30) }
    }
}
