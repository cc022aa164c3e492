//! What could be taken for what is true: of the same sort, in the same bank, and false.

use super::Fact;
use super::Hole::{Clock, List, Minutes, Number, Person, Place, Words};
use super::network::OVERRIDE_CARD;
use super::vault::{needed, noise};
use super::words::{in_words, items, list, on};
use crate::{Bank, Noise, Part, Responder, Travel, names};

/// By so many minutes a time of day can be wrong.
const OFF: [u32; 3] = [5, 15, 30];
/// At most so many things are enough to choose from.
const ENOUGH: usize = 12;

impl Bank {
    /// What could stand in a hole of one of its facts by mistake: what is of the same sort in this bank, and not true. At most
    /// twelve, in an order that follows from the bank; none if nothing can be mistaken there.
    #[must_use]
    pub fn others(&self, fact: &Fact, hole: usize) -> Vec<String> {
        let value = fact.text(hole);
        let mut others = match fact.kind.holes.get(hole) {
            Some(Minutes | Number) => numbers(value),
            Some(Clock) => fact.clock(hole).map_or_else(Vec::new, |clock| {
                OFF.iter()
                    .flat_map(|off| [clock.plus(*off), clock.minus(*off)])
                    .map(|clock| clock.to_string())
                    .collect()
            }),
            Some(Place) => self.other_places(fact, hole),
            Some(Person) if self.guards.all.iter().any(|guard| guard.name == value) => {
                self.guards.all.iter().map(|guard| guard.name.clone()).collect()
            }
            Some(Person) => self.people.iter().map(|person| person.name.clone()).collect(),
            Some(List) => self.other_lists(fact, value),
            Some(Words) => self.other_words(fact, hole),
            None => Vec::new(),
        };
        let mut known = Vec::new();
        others.retain(|other| {
            let new = !fact.values.contains(other) && !known.contains(other);
            known.push(other.clone());
            new
        });
        others.truncate(ENOUGH);
        others
    }

    fn other_places(&self, fact: &Fact, hole: usize) -> Vec<String> {
        let part = |name: &str| self.place(name).and_then(|place| self.places.get(place)).map(|place| place.part);
        let is_exit = part(fact.text(hole)) == Some(Part::Exit);
        // What is beside the place that the fact is about may be just as true of it.
        let about = fact.id().and_then(|id| self.place(id)).unwrap_or(usize::MAX);
        let beside = self.neighbours(about);
        let fits = |(number, place): &(usize, &crate::Place)| {
            !beside.contains(number) && place.part != Part::Stair && (place.part == Part::Exit) == is_exit
        };
        self.places.iter().enumerate().filter(fits).map(|(_, place)| place.name.clone()).collect()
    }

    /// A list with one thing exchanged.
    fn other_lists(&self, fact: &Fact, value: &str) -> Vec<String> {
        let all = items(value);
        let floor = |floor: &str| format!("the {floor}");
        let room = |place: &crate::Place| format!("the {}", place.name);
        let others: Vec<String> = match fact.kind.key {
            "cameras" => return self.other_counts(),
            "floors" => OTHER_FLOORS.into_iter().map(floor).collect(),
            "holds" => self.places.iter().filter(|place| self.floor(place.floor) != fact.text(0)).map(room).collect(),
            "exits" => {
                self.places.iter().filter(|place| matches!(place.part, Part::Stair | Part::Room)).map(room).collect()
            }
            "seen_by" => (1..=self.cameras.all.len()).map(|number| number.to_string()).collect(),
            "callers" => {
                let of_others = self.alarms.all.iter().filter(|alarm| alarm.calls.name() != fact.text(0));
                of_others.map(|alarm| format!("the {}", alarm.sensor)).collect()
            }
            "method_quiet" => {
                self.people.iter().filter_map(|person| Some(needed(person.keeps.as_deref()?, &person.job))).collect()
            }
            _ => Vec::new(),
        };
        let others: Vec<_> = others.into_iter().filter(|other| !all.contains(&&**other)).collect();
        let swapped = |(number, other): (usize, &String)| {
            let mut row: Vec<_> = all.iter().map(ToString::to_string).collect();
            let place = number.checked_rem(row.len()).and_then(|place| row.get_mut(place))?;
            place.clone_from(other);
            if fact.kind.key == "seen_by" {
                row.sort_by_key(|number| number.parse::<u32>().unwrap_or(0));
            }
            Some(list(&row))
        };
        others.iter().enumerate().filter_map(swapped).collect()
    }

    /// The cameras of each floor, with one too many on one and one too few on another.
    fn other_counts(&self) -> Vec<String> {
        let floors = self.floors_from_street();
        let count = |floor: usize| {
            let on_it = |camera: &&crate::Camera| self.places.get(camera.at).is_some_and(|place| place.floor == floor);
            self.cameras.all.iter().filter(on_it).count()
        };
        let wrong = |more: usize| {
            let less = (more + 1) % floors.len().max(1);
            let said = floors.iter().enumerate().map(|(number, floor)| {
                let right = count(*floor);
                let said = if number == more { right + 1 } else { right.saturating_sub(usize::from(number == less)) };
                format!("{} {}", in_words(&said.to_string()), on(self.floor(*floor)))
            });
            list(&said.collect::<Vec<_>>())
        };
        (0..floors.len()).map(wrong).collect()
    }

    fn other_words(&self, fact: &Fact, hole: usize) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let floors = || {
            let all = self.floors.iter().cloned();
            all.chain(OTHER_FLOORS.into_iter().map(ToOwned::to_owned)).collect()
        };
        match (fact.kind.key, hole) {
            ("vault_place" | "vault_floor" | "joins" | "leads_to" | "heart" | "handover" | "first_round", _) => {
                floors()
            }
            ("broken" | "blind", _) => {
                let cameras = &self.cameras.all;
                let spots = cameras.iter().filter_map(|camera| camera.blind_spot.clone());
                let views = cameras.iter().filter(|camera| camera.works).map(|camera| camera.view.clone());
                if fact.kind.key == "blind" { spots.chain(views).collect() } else { views.collect() }
            }
            ("override_desk" | "keeps", _) => {
                let kept = self.people.iter().filter_map(|person| person.keeps.clone());
                kept.chain([OVERRIDE_CARD.to_owned(), "spare vault key".to_owned()]).collect()
            }
            ("hanger_on", _) => words(names::GADGETS),
            ("log_left", 1) => words(&["Mon", "Tue", "Wed", "Thu", "Fri"]),
            ("log_open" | "log_false" | "log_round" | "log_handover" | "log_left", _) => {
                self.places.iter().map(|place| place.door.clone()).collect()
            }
            ("guard", 1) => self.guards.shifts.iter().map(|shift| shift.name.clone()).collect(),
            ("guard", _) => self.guards.all.iter().map(|guard| guard.post.clone()).chain(["roof".to_owned()]).collect(),
            ("coffee", _) => words(names::BROKEN),
            ("police", _) | ("route", 5) => self
                .roads
                .iter()
                .map(|road| road.along.clone())
                .filter(|along| along.starts_with(char::is_uppercase))
                .collect(),
            ("calls", _) => Responder::ALL.map(|responder| responder.name().to_owned()).to_vec(),
            ("method_loud", 2) => {
                [Noise::Silent, Noise::Noisy, Noise::VeryLoud].map(|loud| noise(loud).to_owned()).to_vec()
            }
            ("method_loud", _) => self.alarms.all.iter().map(|alarm| alarm.sensor.clone()).collect(),
            ("job", _) => self.people.iter().map(|person| person.job.clone()).collect(),
            ("late", _) => names::DAYS.map(|day| format!("{day}s")).to_vec(),
            ("cleaners", _) => names::CLEANING.iter().map(|days| days.join(" and ")).collect(),
            ("party", 0) => words(names::PARTIES),
            ("party", _) => words(&names::DAYS),
            ("empty_after", _) => words(names::EMPTY),
            ("route", 2) => [Travel::Car, Travel::Foot, Travel::Boat].map(|by| super::travel(by).to_owned()).to_vec(),
            ("route", _) => self.roads.iter().map(|road| road.leads_to.clone()).collect(),
            ("risk_wait", _) => words(names::CAR_WAITS),
            _ => Vec::new(),
        }
    }
}

/// Floors that a bank may have, for those that have few.
const OTHER_FLOORS: [&str; 3] = ["top floor", "mezzanine", "basement"];

/// Numbers near a number.
fn numbers(value: &str) -> Vec<String> {
    if let Some((whole, tenths)) = value.split_once('.') {
        let tenths = whole.parse().unwrap_or(0_u32) * 10 + tenths.parse().unwrap_or(0_u32);
        let near = [tenths + 4, tenths + 11, tenths.saturating_sub(3)];
        return near.into_iter().filter(|near| *near > 0).map(|near| format!("{}.{}", near / 10, near % 10)).collect();
    }
    let number: u32 = value.parse().unwrap_or(0);
    let step = (number / 10).max(1);
    let near = [
        number + step,
        number + 2 * step,
        number + 3 * step,
        number.saturating_sub(step),
        number.saturating_sub(2 * step),
    ];
    near.into_iter().filter(|near| *near > 0 && *near != number).map(|near| near.to_string()).collect()
}
