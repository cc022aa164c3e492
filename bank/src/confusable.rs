//! Which names of a bank can be taken for one another: none, in a bank that is well made.

use crate::Bank;
use crate::alike::{contains, mixed, near, near_words, share, words};

impl Bank {
    /// The pairs of names in this bank of which one can be taken for the other: floors and places that are near one another or
    /// one in the other; people and guards of nearly the same given or family name, or named like a place or street; streets
    /// and destinations that have a word in common; and sensors, methods, roads, parts of the loot and things that people
    /// keep, if two are the same or one is in the other.
    #[must_use]
    pub fn confusable(&self) -> Vec<(String, String)> {
        let places: Vec<&str> =
            self.floors.iter().map(String::as_str).chain(self.places.iter().map(|place| &*place.name)).collect();
        let given: Vec<&str> = self.people.iter().filter_map(|person| words(&person.name).next()).collect();
        let family = self.people.iter().filter_map(|person| words(&person.name).last());
        let family: Vec<&str> = family.chain(self.guards.all.iter().map(|guard| &*guard.name)).collect();
        let mut ways: Vec<&str> = vec![&self.alarms.station];
        for road in &self.roads {
            let known = |way: &str| way == self.alarms.station || contains(way, self.name_of(road.exit));
            ways.extend([&*road.along, &*road.leads_to].into_iter().filter(|way| !known(way)));
        }
        let sensors: Vec<&str> = self.alarms.all.iter().map(|alarm| &*alarm.sensor).collect();
        let methods = self.vault.methods.iter().map(|method| &*method.name);
        let roads = self.roads.iter().map(|road| &*road.name);
        let slots: Vec<&str> = methods.chain(roads).chain(self.vault.loot.iter().map(|loot| &*loot.name)).collect();
        let mut found = pairs(&places, mixed);
        found.extend(pairs(&given, near));
        found.extend(pairs(&family, near));
        found.extend(across(&given, &family, str::eq_ignore_ascii_case));
        found.extend(pairs(&ways, |one, other| share(one, other) || mixed(one, other)));
        found.extend(pairs(&sensors, mixed));
        found.extend(pairs(&slots, mixed));
        // A key of a room is kept by more than one; what a method needs is not.
        let needs =
            self.vault.methods.iter().flat_map(|method| &method.needs).filter_map(|person| self.people.get(*person));
        let needs: Vec<&str> = needs.filter_map(|person| person.keeps.as_deref()).collect();
        found.extend(pairs(&needs, mixed));
        let named: Vec<&str> = places.iter().chain(&ways).copied().chain([&*self.name]).collect();
        let people: Vec<&str> = given.into_iter().chain(family).collect();
        found.extend(across(&people, &named, |person, name| contains(name, person)));
        found.extend(across(&ways, &places, share));
        found.extend(across(&slots, &people, near_words));
        found
    }
}

/// The pairs of a list that are alike.
fn pairs(names: &[&str], alike: impl Fn(&str, &str) -> bool) -> Vec<(String, String)> {
    let mut found = vec![];
    for (number, one) in names.iter().enumerate() {
        let others = names.iter().skip(number + 1).filter(|other| alike(one, other));
        found.extend(others.map(|other| ((*one).to_owned(), (*other).to_owned())));
    }
    found
}

/// The pairs of one of each list that are alike.
fn across(names: &[&str], others: &[&str], alike: impl Fn(&str, &str) -> bool) -> Vec<(String, String)> {
    let pairs = names.iter().flat_map(|one| others.iter().map(move |other| (*one, *other)));
    pairs.filter(|(one, other)| alike(one, other)).map(|(one, other)| (one.to_owned(), other.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_first_meridian_is_confusable() {
        assert_eq!(Bank::first_meridian().confusable(), []);
    }
}
