//! Who works in the offices, what each keeps, and who cleans.

use crate::{Cleaners, Clock, Part, Person, names};

use super::Source;
use super::building::Building;
use super::solution::{Solution, Way};
use super::taken::Taken;

/// Draws the people: the head of the house, who answers for security, those with level 4, and the others.
pub(super) fn draw(source: Source, taken: &mut Taken, building: &Building, ways: &[(Way, u32)]) -> Vec<Person> {
    let mut dice = source.dice("people");
    let wanted = dice.between(8, 12) as usize;
    let needs: Vec<&str> = ways
        .iter()
        .flat_map(|(way, _)| match way {
            Way::Loud(_) => &[],
            Way::Quiet(method) => method.needs,
        })
        .copied()
        .collect();
    let mut jobs: Vec<(&'static str, u32, u32)> = vec![];
    jobs.push((dice.word(names::HEADS), 5, dice.five(1080, 1170)));
    jobs.push((dice.word(names::SECURITY), 5, dice.five(1080, 1185)));
    let seniors = dice.between(2, 3).max(u32::try_from(needs.len()).unwrap_or(2).saturating_sub(2)) as usize;
    for job in dice.shuffled(names::SENIOR).into_iter().take(seniors) {
        jobs.push((job, 4, dice.five(1020, 1110)));
    }
    for job in dice.shuffled(names::JUNIOR).into_iter().take(wanted - seniors - 3) {
        let level = if dice.chance(30) { 3 } else { 2 };
        jobs.push((job, level, dice.five(990, 1065)));
    }
    jobs.push((dice.word(names::CARETAKERS), 3, dice.five(1110, 1170)));
    // What is needed is kept from the top down; the keys of rooms by those that it leaves.
    let key = |part| building.all(part).next().map(|place| format!("{} key", building.name_of(place)));
    let (anteroom, server, hall) = (key(Part::Anteroom), key(Part::Server), key(Part::Hall));
    let mut rooms = [anteroom.clone(), server, anteroom].into_iter().flatten();
    let mut hall = hall.into_iter();
    let exits: Vec<_> = building.exits.iter().map(|(exit, _)| *exit).collect();
    let mut last = dice.pick(&exits).map(|exit| format!("{} key", building.door_of(*exit))).into_iter();
    let mut needs = needs.into_iter().map(str::to_owned);
    let people = jobs.len();
    let mut all: Vec<Person> = vec![];
    for (number, (job, level, leaves)) in jobs.into_iter().enumerate() {
        let keeps = match level {
            5 => needs.next(),
            4 => needs.next().or_else(|| rooms.next()),
            _ if number + 1 == people => last.next(),
            3 => hall.next(),
            _ => None,
        };
        all.push(Person {
            name: taken.person(&mut dice),
            job: job.into(),
            level,
            keeps,
            leaves: Clock::minutes(leaves),
            late: None,
        });
    }
    // One of level 4 works late on one day.
    let day = format!("{}s", dice.word(&names::DAYS));
    let late = Clock::minutes(dice.five(1170, 1190));
    let seniors: Vec<_> = (2..2 + seniors).collect();
    if let Some(person) = dice.pick(&seniors).and_then(|senior| all.get_mut(*senior)) {
        person.late = Some((day, late));
    }
    all
}

/// Draws who cleans: before the gap.
pub(super) fn cleaners(source: Source, solution: &Solution) -> Cleaners {
    let mut dice = source.dice("cleaners");
    let [one, other] = dice.pick(names::CLEANING).copied().unwrap_or_default();
    let day = 24 * 60;
    let latest = solution.gap.since(Clock::at(18, 0)) + 18 * 60;
    let to = dice.five(19 * 60 + 15, (latest - 15).min(day - 90));
    Cleaners {
        days: format!("{one} and {other}"),
        from: Clock::minutes(to - dice.five(60, 105)),
        to: Clock::minutes(to),
    }
}
