//! The door log of a week: what the rest of the bank says must have happened, noted with a minute or two of chance.

use crate::{Bank, Clock, LogEntry, Part};

use super::Source;
use super::dice::Dice;

/// The days of the log.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// What comes before this hour belongs to the night of the day before.
const MORNING: Clock = Clock::at(9, 30);

/// A log in the making: minutes after the week's beginning, door, who, note.
#[derive(Default)]
struct Log(Vec<(u32, String, String, String)>);

impl Log {
    /// Notes something on a day or in the night that follows it.
    fn note(&mut self, day: u32, at: Clock, door: &str, who: &str, note: &str) {
        let night = if at < MORNING { DAY } else { 0 };
        self.0.push((day * DAY + night + at.after_midnight(), door.into(), who.into(), note.into()));
    }
}

/// Draws the log of a bank that is made but for it. `staff` is the exit by which people come and go.
pub(super) fn draw(source: Source, bank: &Bank, staff: usize) -> Vec<LogEntry> {
    let mut dice = source.dice("log");
    let mut log = Log::default();
    let door = |place: usize| bank.places.get(place).map_or("", |place| &*place.door);
    let part = |part| bank.places.iter().position(|place| place.part == part).unwrap_or(0);
    let vault = door(bank.vault.at);
    log.note(0, bank.vault.shut.0, vault, "time lock", "shut");
    log.note(1, bank.vault.shut.0, vault, "time lock", "shut");
    log.note(3, bank.vault.shut.1, vault, "time lock", "released");
    people(&mut dice, &mut log, bank, staff);
    let [_, evening, night] = &bank.guards.shifts;
    let guard = |shift, post: &str| {
        let mut guards = bank.guards.all.iter();
        guards.find(|guard| guard.shift == shift && guard.post == post).map_or("", |guard| &*guard.name)
    };
    let desk = bank.name_of(part(Part::Desk));
    log.note(0, evening.ends.plus(dice.below(2)), door(part(Part::GuardRoom)), guard(1, desk), "handover");
    log.note(0, night.starts, desk, guard(2, desk), "night shift begins");
    let rounds = &bank.guards.rounds;
    let floor = bank.floors.get(bank.guards.left_alone).map_or("", |floor| floor);
    let stairs = bank.places.iter().enumerate().filter(|(_, place)| place.part == Part::Stair);
    let near =
        stairs.min_by_key(|(_, stair)| bank.guards.left_alone.abs_diff(stair.floor)).map_or(0, |(stair, _)| stair);
    log.note(0, rounds.first.plus(rounds.reaches), door(near), guard(2, "rounds"), &format!("round, {floor}"));
    log.note(1, bank.guards.coffee.0, door(bank.guards.coffee.1), guard(2, "rounds"), "coffee");
    let clean = DAYS.iter().position(|day| bank.cleaners.days.starts_with(day)).map_or(0, clip);
    log.note(clean, bank.cleaners.from.plus(dice.below(4)), door(staff), "cleaners", "came");
    log.note(clean, bank.cleaners.to.minus(dice.below(4)), door(staff), "cleaners", "left");
    // Two days apart, so that no two fall on one day where a night ends on the next.
    let mut days = dice.shuffled([0, 2, 4]);
    let (open, times) = bank.trivia.found_open;
    for _ in 0..times {
        let at = Clock::at(19, 45).plus(dice.below(evening.ends.since(Clock::at(19, 46))));
        log.note(days.pop().unwrap_or(0), at, door(open), "nobody", "found open");
    }
    let mut days = dice.shuffled([0, 2, 4]);
    for alarm in &bank.alarms.all {
        for _ in 0..alarm.false_alarms {
            let at = night.starts.plus(40 + dice.below(240));
            log.note(days.pop().unwrap_or(0), at, door(alarm.at), "nobody", "false alarm");
        }
    }
    log.0.sort();
    let entry = |(at, door, who, note): (u32, String, String, String)| LogEntry {
        day: DAYS.get((at / DAY) as usize).copied().unwrap_or_default().into(),
        at: Clock::minutes(at),
        door,
        who,
        note,
    };
    log.0.into_iter().map(entry).collect()
}

/// A day's number as minutes are counted by.
fn clip(day: usize) -> u32 {
    u32::try_from(day).unwrap_or(0)
}

/// When people go: on Monday those with level 5 and with the keys of the anteroom and the last door, on another day
/// whoever works late.
fn people(dice: &mut Dice, log: &mut Log, bank: &Bank, staff: usize) {
    let door = |place: usize| bank.places.get(place).map_or("", |place| &*place.door);
    for person in &bank.people {
        let place = person
            .keeps
            .as_ref()
            .and_then(|keeps| keeps.strip_suffix(" key"))
            .and_then(|keeps| bank.places.iter().position(|place| place.name == keeps || place.door == keeps));
        let part = place.and_then(|place| bank.places.get(place)).map(|place| place.part);
        let at = person.leaves.plus(dice.below(3));
        match (place, part, &person.late) {
            (_, _, Some((days, late))) => {
                let day = DAYS.iter().position(|day| days.starts_with(day)).map_or(0, clip);
                log.note(day, *late, door(place.unwrap_or(staff)), &person.name, "left late");
            }
            (Some(place), Some(Part::Anteroom | Part::Exit), None) => {
                log.note(0, person.leaves, door(place), &person.name, "closed");
            }
            _ if person.level == 5 => log.note(0, at, door(staff), &person.name, "left"),
            _ => {}
        }
    }
}
