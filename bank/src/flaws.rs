//! What is wrong with a bank: nothing, in one that is well made. Every seed is held against this.

use crate::{Bank, Clock, Part, Responder, Rings, Risk};

/// What is wrong, in words.
#[derive(Default)]
struct Flaws(Vec<String>);

impl Flaws {
    fn unless(&mut self, is_so: bool, flaw: impl Into<String>) {
        if !is_so {
            self.0.push(flaw.into());
        }
    }

    /// Holds a number against its bounds.
    fn within(&mut self, what: &str, number: impl TryInto<u32>, bounds: std::ops::RangeInclusive<u32>) {
        let number = number.try_into().unwrap_or(u32::MAX);
        self.unless(bounds.contains(&number), format!("{what}: {number} is not in {bounds:?}"));
    }

    fn differ<T: Ord>(&mut self, what: &str, things: impl IntoIterator<Item = T>) {
        let mut things: Vec<T> = things.into_iter().collect();
        let all = things.len();
        things.sort();
        things.dedup();
        self.unless(things.len() == all, format!("{what} do not differ"));
    }
}

impl Bank {
    /// What is wrong with the bank, each in a sentence: numbers beyond what a bank may have, names that are there twice or can
    /// be taken for one another ([`Bank::confusable`]), places that cannot be reached, parts that contradict one another, and
    /// a log that tells of what cannot have been. Empty for every seed. Whether it is a puzzle is another question:
    /// [`crate::puzzle`].
    #[must_use]
    pub fn flaws(&self) -> Vec<String> {
        let mut flaws = Flaws::default();
        self.building(&mut flaws);
        self.watched(&mut flaws);
        self.guarded(&mut flaws);
        self.alarmed(&mut flaws);
        self.peopled(&mut flaws);
        self.locked(&mut flaws);
        self.fled(&mut flaws);
        self.logged(&mut flaws);
        flaws.0.extend(self.confusable().iter().map(|(one, other)| format!("{one} can be taken for {other}")));
        flaws.0
    }

    fn parts(&self, part: Part) -> impl Iterator<Item = usize> {
        self.places.iter().enumerate().filter(move |(_, place)| place.part == part).map(|(place, _)| place)
    }

    fn is(&self, place: usize, part: Part) -> bool {
        self.places.get(place).is_some_and(|place| place.part == part)
    }

    fn floor_of(&self, place: usize) -> Option<usize> {
        self.places.get(place).map(|place| place.floor)
    }

    fn building(&self, flaws: &mut Flaws) {
        flaws.within("floors", self.floors.len(), 2..=4);
        flaws.within("places", self.places.len(), 14..=22);
        for (floor, name) in self.floors.iter().enumerate() {
            let places = self.places.iter().filter(|place| place.floor == floor).count();
            flaws.within(&format!("places on the {name}"), places, 3..=8);
        }
        flaws.within("exits", self.parts(Part::Exit).count(), 4..=5);
        for part in [Part::Vault, Part::Anteroom, Part::GuardRoom, Part::Desk, Part::Server] {
            flaws.unless(self.parts(part).count() == 1, format!("there is not one place that is the {part:?}"));
        }
        flaws.unless(self.parts(Part::Hall).next().is_some(), "there is no hall");
        flaws.unless(self.parts(Part::Stair).next().is_some(), "there is no stair");
        for place in &self.places {
            flaws.within(&format!("letters of the label {:?}", place.label), place.label.chars().count(), 1..=13);
            flaws.unless(place.floor < self.floors.len(), format!("the {} is on no floor", place.name));
        }
        flaws.differ("labels", self.places.iter().map(|place| &place.label));
        flaws.differ("doors", self.places.iter().map(|place| &place.door));
        for passage in &self.passages {
            flaws.within("metres of a passage", passage.metres, 1..=40);
        }
        flaws.differ("passages", self.passages.iter().map(|way| (way.from.min(way.to), way.from.max(way.to))));
        for (number, place) in self.places.iter().enumerate() {
            let walk = self.walk(self.vault.at, number);
            flaws.unless(walk.is_some(), format!("no way leads from the vault to the {}", place.name));
            if place.part == Part::Exit {
                flaws.within("minutes to an exit", walk.map_or(0, |walk| walk.minutes), 1..=9);
            }
        }
        let before: Vec<_> =
            self.passages.iter().filter(|way| way.from == self.vault.at || way.to == self.vault.at).collect();
        let by_anteroom = |way: &&crate::Passage| self.is(way.from, Part::Anteroom) || self.is(way.to, Part::Anteroom);
        flaws.unless(before.len() == 1 && before.iter().all(by_anteroom), "the vault is not behind the anteroom alone");
        let rooms: Vec<_> =
            self.parts(Part::GuardRoom).chain(self.parts(Part::Desk)).map(|room| self.floor_of(room)).collect();
        flaws.unless(rooms.windows(2).all(|rooms| rooms.first() == rooms.last()), "the desk is not by the guard room");
    }

    fn watched(&self, flaws: &mut Flaws) {
        let cameras = &self.cameras;
        flaws.within("cameras", cameras.all.len(), 16..=30);
        flaws.differ("views", cameras.all.iter().map(|camera| &camera.view));
        for (floor, name) in self.floors.iter().enumerate() {
            let seen = cameras.all.iter().any(|camera| self.floor_of(camera.at) == Some(floor));
            flaws.unless(seen, format!("no camera is on the {name}"));
        }
        for exit in self.parts(Part::Exit) {
            let seen = cameras.all.iter().any(|camera| camera.at == exit);
            flaws.unless(seen, format!("no camera looks at the {}", self.name_of(exit)));
        }
        let blind: Vec<_> = cameras.all.iter().filter(|camera| camera.blind_spot.is_some()).collect();
        flaws.within("blind spots", blind.len(), 2..=4);
        flaws.unless(blind.iter().any(|camera| self.is(camera.at, Part::Exit)), "no exit has a blind spot");
        flaws.unless(blind.iter().all(|camera| camera.works), "a camera that is out of order has a blind spot");
        flaws.differ("blind spots", blind.iter().map(|camera| &camera.blind_spot));
        flaws.within("broken cameras", cameras.all.iter().filter(|camera| !camera.works).count(), 1..=2);
        flaws.within("blind minutes", cameras.blind, 4..=9);
        flaws.within("minutes of a loop", cameras.looped, 5..=30);
        flaws.unless(cameras.restart.is_within(self.vault.shut.0, self.vault.shut.1), "the recorder restarts by day");
    }

    fn guarded(&self, flaws: &mut Flaws) {
        let guards = &self.guards;
        let [day, evening, night] = &guards.shifts;
        flaws.within("minutes of the gap", guards.gap(), 6..=20);
        flaws.within("the gap, in minutes after eight", guards.gap_starts().since(Clock::at(20, 0)), 0..=330);
        flaws.unless(day.ends.is_within(evening.starts, evening.ends), "there is a gap after the day shift");
        flaws.unless(night.ends.is_within(day.starts, day.ends), "there is a gap after the night shift");
        for shift in &guards.shifts {
            flaws.within("minutes of a shift", shift.ends.since(shift.starts), 360..=660);
        }
        let rounds = &guards.rounds;
        flaws.unless(rounds.first.is_within(night.starts, night.ends), "the first round is not at night");
        flaws.unless(
            rounds.reaches < rounds.takes && rounds.takes < rounds.every,
            "rounds are longer than the time for them",
        );
        flaws.unless(self.is(rounds.from, Part::Hall), "rounds begin in no hall");
        flaws.unless(guards.coffee.0.is_within(night.starts, night.ends), "coffee is not fetched at night");
        flaws.unless(
            Some(guards.left_alone) == self.floor_of(self.vault.at),
            "another floor than the vault's is left alone",
        );
        let desk = self.parts(Part::Desk).next().map(|desk| self.name_of(desk));
        for (shift, name) in guards.shifts.iter().map(|shift| &shift.name).enumerate() {
            let on: Vec<_> = guards.all.iter().filter(|guard| guard.shift == shift).collect();
            flaws.within(&format!("guards of the {name} shift"), on.len(), 2..=5);
            flaws.unless(
                on.iter().filter(|guard| Some(&*guard.post) == desk).count() == 1,
                format!("by {name} not one guard is at the desk"),
            );
            flaws.differ("posts", on.iter().map(|guard| &guard.post));
            for guard in on {
                let post = &guard.post;
                let known =
                    self.place(post).is_some() || self.floors.contains(post) || (post == "rounds" && shift == 2);
                flaws.unless(known, format!("{} has no such post as {post}", guard.name));
            }
        }
    }

    fn alarmed(&self, flaws: &mut Flaws) {
        let alarms = &self.alarms;
        flaws.within("alarms", alarms.all.len(), 6..=10);
        for responder in Responder::ALL {
            flaws.within(&format!("minutes of the {}", responder.name()), alarms.minutes(responder), 2..=15);
            flaws.unless(
                alarms.all.iter().any(|alarm| alarm.calls == responder),
                format!("nothing calls the {}", responder.name()),
            );
        }
        for alarm in &alarms.all {
            let right = match alarm.rings {
                Rings::Opened => self.is(alarm.at, Part::Exit),
                Rings::Woken => alarm.at == self.vault.at,
                Rings::Crossed | Rings::Otherwise => !self.is(alarm.at, Part::Exit) && alarm.at != self.vault.at,
            };
            flaws.unless(right, format!("the {} is in the wrong place", alarm.sensor));
        }
        let rang: Vec<_> = alarms.all.iter().map(|alarm| alarm.false_alarms).filter(|rang| *rang > 0).collect();
        flaws.unless(rang.len() == 1, "not one alarm rang for nothing");
        flaws.within("false alarms", rang.iter().sum::<u32>(), 1..=3);
        flaws.within("minutes of the line's test", alarms.test.minutes, 5..=45);
        flaws.unless(alarms.test.starts.is_within(self.vault.shut.0, self.vault.shut.1), "the line is tested by day");
        flaws.within("minutes until radio", alarms.radio, 2..=5);
        flaws.unless(self.is(alarms.locks.0, Part::Exit), "what locks itself is no exit");
    }

    fn peopled(&self, flaws: &mut Flaws) {
        flaws.within("people", self.people.len(), 8..=12);
        flaws.differ("jobs", self.people.iter().map(|person| &person.job).filter(|job| *job != "teller"));
        flaws.unless(self.people.iter().any(|person| person.level == 5), "nobody has access level 5");
        flaws.unless(
            self.people.iter().filter(|person| person.late.is_some()).count() == 1,
            "not one person works late",
        );
        for person in &self.people {
            flaws.within(&format!("the level of {}", person.name), person.level, 1..=5);
            let leaves = person.leaves.after_midnight();
            flaws.within(&format!("when {} leaves", person.name), leaves, 16 * 60..=20 * 60 + 30);
            flaws.unless(person.name.split(' ').count() == 2, format!("{:?} is no whole name", person.name));
        }
        let cleaners = &self.cleaners;
        flaws.within("minutes of cleaning", cleaners.to.since(cleaners.from), 60..=120);
        flaws.unless(
            self.guards.gap_starts().since(cleaners.from) >= cleaners.to.since(cleaners.from),
            "cleaners are there in the gap",
        );
    }

    fn locked(&self, flaws: &mut Flaws) {
        let vault = &self.vault;
        flaws.within("methods", vault.methods.len(), 3..=4);
        for method in &vault.methods {
            let wakes = method.wakes.and_then(|alarm| self.alarms.all.get(alarm));
            let kept = |need: &usize| self.people.get(*need).is_some_and(|person| person.keeps.is_some());
            let right = match wakes {
                Some(alarm) => alarm.rings == Rings::Woken && method.needs.is_empty(),
                None => !method.needs.is_empty() && method.needs.iter().all(kept),
            };
            flaws.unless(
                right,
                format!("the {} method wakes nothing and needs nothing that is kept, or both", method.name),
            );
        }
        flaws.within("parts of the loot", vault.loot.len(), 3..=4);
        let boxes = vault.loot.first();
        flaws.unless(boxes.is_some_and(|boxes| boxes.name == "deposit boxes"), "the deposit boxes are not first");
        let emptied = boxes.map_or(0, |boxes| boxes.minutes * vault.boxes_a_minute);
        flaws.unless(emptied == vault.boxes && vault.boxes > 0, "the boxes are not emptied in their minutes");
        let gap = self.guards.gap_starts();
        flaws.unless(gap.is_within(vault.shut.0, vault.shut.1), "the time lock is open in the gap");
    }

    fn fled(&self, flaws: &mut Flaws) {
        flaws.differ("exits of roads", self.roads.iter().map(|road| road.exit));
        flaws.unless(self.roads.iter().all(|road| self.is(road.exit, Part::Exit)), "a road begins at no exit");
        flaws.unless(self.roads.len() == self.parts(Part::Exit).count(), "an exit has no road");
        flaws.unless(
            self.roads.iter().filter(|road| road.risk == Risk::Police).count() <= 1,
            "two roads pass the station",
        );
        for road in &self.roads {
            flaws.within(&format!("minutes of the {} route", road.name), road.minutes, 4..=20);
            flaws.within(&format!("hundreds of metres of the {} route", road.name), road.hectometres, 3..=80);
            let passes = road.along == self.alarms.station;
            flaws.unless(
                passes == (road.risk == Risk::Police),
                format!("the {} route and the police's street", road.name),
            );
            let rings = self.alarms.all.iter().any(|alarm| alarm.at == road.exit && alarm.rings == Rings::Opened);
            flaws.unless(rings || road.risk != Risk::Alarm, format!("the {} route has no alarm", road.name));
        }
    }

    fn logged(&self, flaws: &mut Flaws) {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        flaws.within("lines of the log", self.log.len(), 14..=20);
        let when: Vec<_> =
            self.log.iter().map(|line| (DAYS.iter().position(|day| *day == line.day), line.at)).collect();
        flaws.unless(when.is_sorted() && when.iter().all(|(day, _)| day.is_some()), "the log is not in order");
        let [_, evening, night] = &self.guards.shifts;
        for line in &self.log {
            let by = format!("{} {} {}: {}", line.day, line.at, line.who, line.note);
            let place = self.places.iter().position(|place| place.door == line.door);
            flaws.unless(place.is_some(), format!("{by}: there is no door {}", line.door));
            let guard = self.guards.all.iter().find(|guard| guard.name == line.who);
            let person = self.people.iter().find(|person| person.name == line.who);
            let right = match (guard, person, &*line.note) {
                (Some(guard), _, "handover") => guard.shift == 1 && line.at.since(evening.ends) <= 3,
                (Some(guard), _, _) => guard.shift == 2 && line.at.since(night.starts) < night.ends.since(night.starts),
                (_, Some(person), "left late") => {
                    person.late.as_ref().is_some_and(|(day, at)| day.starts_with(&line.day) && *at == line.at)
                }
                (_, Some(person), _) => line.at.since(person.leaves) <= 5,
                (.., "came" | "left") => {
                    line.at.since(self.cleaners.from) <= self.cleaners.to.since(self.cleaners.from)
                }
                (.., "shut") => line.at == self.vault.shut.0,
                (.., "released") => line.at == self.vault.shut.1,
                (.., "found open" | "false alarm") => line.who == "nobody",
                _ => false,
            };
            flaws.unless(right, format!("the log tells what cannot have been: {by}"));
        }
        let noted = |note: &str, at: usize| {
            let door = self.places.get(at).map(|place| &place.door);
            let lines = self.log.iter().filter(|line| line.note == note && Some(&line.door) == door);
            u32::try_from(lines.count()).unwrap_or(0)
        };
        let (open, times) = self.trivia.found_open;
        flaws.unless(noted("found open", open) == times, "the log tells of other doors found open");
        for alarm in self.alarms.all.iter().filter(|alarm| alarm.false_alarms > 0) {
            flaws.unless(noted("false alarm", alarm.at) == alarm.false_alarms, "the log tells of other false alarms");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_meridian_has_no_flaws() {
        let mut flaws = Bank::first_meridian().flaws();
        // Two of its labels are as they always stood on its plan.
        flaws.retain(|flaw| !flaw.starts_with("letters of the label"));
        assert_eq!(flaws, [""; 0]);
    }

    type Bend = fn(&mut Bank);

    #[test]
    fn what_is_bent_is_found() {
        let bent = |bend: Bend| {
            let mut bank = Bank::first_meridian();
            bend(&mut bank);
            bank.flaws()
        };
        let bends: [(Bend, &str); 9] = [
            (|bank| bank.floors.truncate(1), "floors: 1 is not in 2..=4"),
            (|bank| bank.passages.truncate(16), "no way leads from the vault to the roof hatch"),
            (
                |bank| bank.cameras.all.iter_mut().for_each(|camera| camera.works = true),
                "broken cameras: 0 is not in 1..=2",
            ),
            (|bank| bank.guards.shifts[2].starts = Clock::at(22, 30), "minutes of the gap: 30 is not in 6..=20"),
            (|bank| bank.alarms.locks.0 = 1, "what locks itself is no exit"),
            (|bank| bank.people.truncate(7), "people: 7 is not in 8..=12"),
            (|bank| bank.vault.boxes = 121, "the boxes are not emptied in their minutes"),
            (|bank| bank.roads.truncate(4), "an exit has no road"),
            (|bank| bank.trivia.found_open.1 = 3, "the log tells of other doors found open"),
        ];
        for (bend, flaw) in bends {
            assert!(bent(bend).iter().any(|found| found == flaw), "{flaw}: {:?}", bent(bend));
        }
    }
}
