//! The lists of names.

use std::collections::BTreeSet;

use super::*;
use crate::alike::words;

/// Words that nothing in a bank may be called: agents and their trades, days and months.
const TAKEN: &str = "planner hacker safecracker intel driver lookout crew mole \
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september \
    october november december";

/// Given and family names that are words, or known banks'.
const WORDS: &str = "will grace rose mark bill faith hope joy iris olive guy art rich rob nick dawn ivy lily ruby amber \
    victor max ray sue jack dean earl duke frank miles chase wells santander morgan lloyds barclays meridian coutts \
    hoare rothschild goldman sachs stanley barings warburg pictet citi nomura raiffeisen medici fargo mellon";

fn people() -> BTreeSet<String> {
    GIVEN.iter().chain(FAMILY).map(|name| name.to_lowercase()).collect()
}

/// Every list of names but people's.
fn lists() -> Vec<&'static [&'static str]> {
    let mut lists = vec![
        STREET,
        VAULTS,
        ANTEROOMS,
        GUARD_ROOMS,
        DESKS,
        SERVERS,
        HALLS,
        UPPER_WAYS,
        LOWER_WAYS,
        STAIRS,
        STREETS,
        LAND,
        WATER,
        WATERWAYS,
        LOOT,
        HEADS,
        SECURITY,
        SENIOR,
        JUNIOR,
        CARETAKERS,
        CAR_WAITS,
        FOOT_WAITS,
        BOAT_WAITS,
        BROKEN,
        PARTIES,
        GADGETS,
        EMPTY,
    ];
    lists.extend(ROOMS.iter().chain(UPPER_ROOMS).chain(LOWER_ROOMS).copied());
    lists
}

#[test]
fn the_lists_are_long_and_nothing_is_in_one_twice() {
    for (list, least) in [(GIVEN, 240), (FAMILY, 400), (STREETS, 120), (PATTERNS, 12)] {
        assert!(list.len() >= least, "{}", list.len());
    }
    assert!(LAND.len() + WATER.len() >= 60);
    assert!(HOUSES.iter().map(|(begins, ends)| begins.len() * ends.len()).sum::<usize>() >= 1000);
    for list in lists().into_iter().chain([GIVEN, FAMILY, PATTERNS]) {
        let all: BTreeSet<_> = list.iter().collect();
        assert!(all.len() == list.len() && list.len() >= 6, "{list:?}");
    }
    assert_eq!(people().len(), GIVEN.len() + FAMILY.len(), "a name is given and family name");
}

#[test]
fn names_are_plain_and_no_words_that_mean_something_else() {
    let banned: BTreeSet<_> = words(TAKEN).chain(words(WORDS)).collect();
    for name in people() {
        assert!(name.bytes().all(|letter| letter.is_ascii_lowercase()) && name.len() >= 3, "{name}");
        assert!(!banned.contains(&*name), "{name}");
    }
    let taken: BTreeSet<_> = words(TAKEN).collect();
    for name in lists().into_iter().flatten() {
        assert!(name.is_ascii() && !name.is_empty(), "{name}");
        assert!(!words(name).any(|word| taken.contains(&*word.to_lowercase())), "{name}");
    }
}

#[test]
fn nobody_is_called_like_a_place_a_street_or_a_thing() {
    let people = people();
    let exits = EXITS.iter().flat_map(|kind| [kind.name, kind.door, kind.road]);
    let methods = LOUD.iter().flat_map(|method| [method.name, method.sensor]);
    let methods = methods.chain(QUIET.iter().flat_map(|method| method.needs.iter().copied().chain([method.name])));
    let floors = ABOVE.iter().chain(BELOW).flatten().copied();
    let names = lists().into_iter().flatten().copied();
    for name in names.chain(exits).chain(methods).chain(floors) {
        assert!(!words(name).any(|word| people.contains(&word.to_lowercase())), "{name}");
    }
}

#[test]
fn exits_and_methods_differ_and_can_be_named_in_one_word() {
    let differ = |names: Vec<&str>| names.iter().collect::<BTreeSet<_>>().len() == names.len();
    assert!(differ(EXITS.iter().map(|kind| kind.name).collect()));
    assert!(differ(EXITS.iter().map(|kind| kind.door).collect()));
    let methods = LOUD.iter().map(|method| method.name).chain(QUIET.iter().map(|method| method.name));
    let slots: Vec<_> = methods.chain(EXITS.iter().map(|kind| kind.road)).collect();
    assert!(slots.iter().all(|name| name.bytes().all(|letter| letter.is_ascii_lowercase())));
    assert!(differ(slots));
    assert!(differ(LOUD.iter().map(|method| method.sensor).collect()));
    assert!(differ(QUIET.iter().flat_map(|method| method.needs).copied().collect()));
    assert!(EXITS.len() >= 24 && LOUD.len() + QUIET.len() >= 16);
}

#[test]
fn labels_are_names_or_shorter_as_a_person_would_shorten_them() {
    let exits = EXITS.iter().map(|kind| kind.name);
    let names = lists().into_iter().skip(1).take(9).flatten().copied();
    let rooms = ROOMS.iter().chain(UPPER_ROOMS).chain(LOWER_ROOMS).flat_map(|row| row.iter().copied());
    for name in names.chain(rooms).chain(exits) {
        let label = label(name);
        assert!(label.len() <= 13, "{label}");
        let short = [" corr.", " pass.", " gall.", " rm", " off.", " hl", " entr.", " lnge", " ladd.", " dr", " stair"];
        let is_short =
            short.iter().any(|end| label.ends_with(end)) || label.starts_with("court. ") || label == "tunnel";
        assert!(label == name || is_short, "{name} is {label}");
    }
}
