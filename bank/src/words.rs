//! The words by which the places of a bank are known when people speak of them.

use crate::{Bank, Part};

/// Last words of names that say too little alone: there are doors and rooms everywhere, and people walk and take steps.
const VAGUE: [&str; 17] = [
    "bay", "closet", "court", "door", "entrance", "floor", "gate", "house", "landing", "lift", "passage", "room",
    "shop", "steps", "store", "walk", "window",
];
/// What a stair is also called, where there is but one.
const STAIR: [&str; 3] = ["stairs", "stairwell", "staircase"];

impl Bank {
    /// The words by which a place, of [`Bank::places`], is named in talk, in small letters: its whole
    /// name first, then shorter forms and what its exit and its door are called. None of them can mean
    /// another place of this bank.
    #[must_use]
    pub fn words_of(&self, place: usize) -> Vec<String> {
        let Some(found) = self.places.get(place) else { return Vec::new() };
        let name = found.name.to_lowercase();
        let mut short: Vec<String> = vec![found.door.to_lowercase()];
        let mut rest = name.as_str();
        while let Some((_, shorter)) = rest.split_once(' ') {
            short.push(shorter.to_owned());
            rest = shorter;
        }
        if rest == "offices" {
            short.push("office".into());
        }
        if found.part == Part::Stair && self.places.iter().filter(|place| place.part == Part::Stair).count() == 1 {
            short.extend(STAIR.map(Into::into));
        }
        for road in self.roads.iter().filter(|road| road.exit == place) {
            short.extend(["route", "exit"].map(|way| format!("{} {way}", road.name.to_lowercase())));
        }
        let elsewhere = self.elsewhere(place);
        short.retain(|word| !VAGUE.contains(&word.as_str()) && !elsewhere.iter().any(|text| has(text, word)));
        let mut words = vec![name];
        for word in short {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    /// What else is spoken of: other places and their doors, floors, and where the roads of other exits go.
    fn elsewhere(&self, place: usize) -> Vec<String> {
        let others = self.places.iter().enumerate().filter(|(other, _)| *other != place);
        let names = others.flat_map(|(_, other)| [&other.name, &other.door]);
        let roads = self.roads.iter().filter(|road| road.exit != place);
        let roads = roads.flat_map(|road| [&road.along, &road.leads_to]);
        names.chain(&self.floors).chain(roads).map(|text| text.to_lowercase()).collect()
    }
}

/// Whether these words stand in a text, in the singular or the plural.
fn has(text: &str, words: &str) -> bool {
    let one = |word: &str| word.trim_end_matches('s').to_owned();
    let text: Vec<String> = text.split(' ').map(one).collect();
    let words: Vec<String> = words.split(' ').map(one).collect();
    text.windows(words.len()).any(|part| part == words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(bank: &Bank, name: &str) -> Vec<String> {
        bank.words_of(bank.place(name).unwrap())
    }

    #[test]
    fn a_place_is_known_by_what_nothing_else_is_called() {
        let bank = Bank::first_meridian();
        assert_eq!(words(&bank, "loading dock"), ["loading dock", "dock door", "dock", "dock route", "dock exit"]);
        assert_eq!(words(&bank, "main vault"), ["main vault", "vault"]);
        assert_eq!(words(&bank, "east stairwell"), ["east stairwell", "stairwell", "stairs", "staircase"]);
        assert_eq!(words(&bank, "front door"), ["front door", "front route", "front exit"]);
        assert_eq!(words(&bank, "offices"), ["offices", "office"]);
        assert_eq!(words(&bank, "boiler room"), ["boiler room"]);
        assert_eq!(words(&bank, "boiler corridor"), ["boiler corridor"]);
        assert_eq!(words(&bank, "service tunnel"), ["service tunnel", "tunnel", "tunnel route", "tunnel exit"]);
    }

    #[test]
    fn no_place_has_no_words() {
        assert!(Bank::first_meridian().words_of(99).is_empty());
    }

    proptest! {
        #[test]
        fn no_word_can_mean_two_places(seed: u64) {
            let bank = Bank::of(seed);
            let all: Vec<_> = (0..bank.places.len()).map(|place| bank.words_of(place)).collect();
            for (place, words) in all.iter().enumerate() {
                prop_assert_eq!(words.first(), bank.places.get(place).map(|place| &place.name));
                for word in words {
                    for (other, others) in all.iter().enumerate().filter(|(other, _)| *other != place) {
                        prop_assert!(!others.contains(word), "{} means {} and {}", word, place, other);
                        prop_assert!(word == &words[0] || !has(&bank.places[other].name, word), "{} in {}", word, others[0]);
                    }
                }
            }
        }
    }
}
