//! Tests of the kinds, of what is said and understood, and of what is read from nonsense.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::compiled::of;
use super::pattern::Pattern;
use super::*;
use crate::Bank;
use crate::remarks::remarks;

fn fact(key: &str) -> Fact {
    Bank::first_meridian().fact(key).unwrap_or_else(|| panic!("there is no {key}"))
}

fn holes(pattern: &Pattern) -> BTreeSet<usize> {
    pattern.slots().filter(|slot| slot.kind.is_none()).map(|slot| slot.hole).collect()
}

#[test]
fn every_fact_is_found_by_its_key() {
    for bank in [Bank::first_meridian()].into_iter().chain((0..10).map(Bank::of)) {
        for fact in bank.facts() {
            let found = bank.fact(&fact.key()).unwrap();
            assert_eq!((&found, &found.sources), (&fact, &fact.sources));
        }
        assert_eq!(bank.fact("walk:no such exit"), None);
        assert_eq!(bank.fact("nothing"), None);
    }
}

#[test]
fn every_kind_is_whole() {
    let mut keys = BTreeSet::new();
    for kind in Kind::all() {
        let key = kind.key;
        assert!(keys.insert(key), "{key} is there twice");
        assert!(kind.id.is_none_or(|id| id < kind.holes.len()), "{key}");
        assert!((2..=4).contains(&kind.ways()) && (3..=5).contains(&kind.consequences()), "{key}");
        assert!(kind.told.is_empty() || kind.told.len() >= 4, "{key} is told in too few ways");
        let compiled = of(kind).unwrap();
        for sentence in &compiled.told {
            // A street that is the exit itself need not be told.
            let all: BTreeSet<_> = (0..kind.holes.len()).collect();
            let missing: Vec<_> = all.difference(&holes(&sentence.0)).copied().collect();
            assert!(
                missing.is_empty() || (key, &*missing) == ("route", &[5]),
                "{} lacks {missing:?}",
                sentence.0.source()
            );
        }
        let said = compiled.said.iter().chain(&compiled.so).chain([&compiled.label]);
        for pattern in said {
            let text = pattern.source();
            assert!(pattern.slots().all(|slot| slot.kind.is_none()), "{text}");
            assert!(!text.ends_with(['.', ' ']) && !text.contains(". "), "{text}");
        }
    }
}

#[test]
fn the_table_of_kinds_is_that_of_the_kinds() {
    let letter = |hole: &Hole| match hole {
        Hole::Minutes => 'M',
        Hole::Clock => 'T',
        Hole::Number => 'N',
        Hole::Place => 'P',
        Hole::Person => 'W',
        Hole::Words => 'X',
        Hole::List => 'L',
    };
    let table = include_str!("mod.rs");
    for kind in Kind::all() {
        let begins = format!("`{}(", kind.key);
        let row = table.lines().find(|line| line.starts_with("//! |") && line.contains(&begins));
        let written = row.and_then(|row| row.split_once(&begins)?.1.split_once(')')).map(|(holes, _)| holes);
        let written: Vec<_> = written.unwrap_or_else(|| panic!("{} is missing", kind.key)).split(", ").collect();
        let expected: Vec<String> = (0..)
            .zip(kind.holes)
            .map(|(number, hole)| format!("{}{}", if kind.id == Some(number) { "*" } else { "" }, letter(hole)))
            .collect();
        let short: Vec<_> = written.iter().map(|hole| hole.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(short.join(" "), expected.join(" "), "{}", kind.key);
    }
}

#[test]
fn what_is_alike_in_all_banks_has_no_figure_and_no_name_of_one() {
    let bank = Bank::first_meridian();
    let people = bank.people.iter().map(|person| person.name.clone());
    let guards = bank.guards.all.iter().map(|guard| guard.name.clone());
    let roads = bank.roads.iter().flat_map(|road| [road.along.clone(), road.leads_to.clone()]);
    let places = bank.places.iter().map(|place| place.name.clone());
    // "The offices" are where people work in any bank.
    let places = places.filter(|place| place != "offices");
    let names: Vec<_> = people.chain(guards).chain(roads).chain(places).chain(bank.floors.clone()).collect();
    for kind in Kind::all() {
        for text in kind.told.iter().chain(kind.said).chain(kind.so).chain([&kind.label]) {
            let plain: String =
                text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
            assert!(!plain.contains(|letter: char| letter.is_ascii_digit()), "{text}");
            let found = names.iter().find(|name| plain.to_lowercase().contains(&name.to_lowercase()));
            assert_eq!(found, None, "{text}");
        }
    }
}

#[test]
fn the_first_meridian_does_not_contradict_itself() {
    assert_eq!(Bank::first_meridian().contradictions(), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_bank_contradicts_itself(seed: u64) {
        prop_assert_eq!(Bank::of(seed).contradictions(), Vec::<String>::new());
    }
}

#[test]
fn no_bank_of_the_first_seeds_tells_what_is_not_so() {
    for seed in 0..40 {
        let bank = Bank::of(seed);
        let facts = bank.facts();
        for document in bank.documents() {
            for told in facts_in_document(&document.text) {
                assert!(facts.contains(&told), "seed {seed}, {}: {told:?}", document.name);
            }
        }
    }
}

#[test]
fn keys_are_those_that_others_use() {
    for key in [
        "gap",
        "walk:loading dock",
        "blind:7",
        "method:thermal",
        "method:override",
        "risk:dock",
        "risk:roof",
        "false_alarms:roof hatch",
        "calls:glass sensor",
        "guard:Reyes",
        "keeps:Odile Marchetti",
        "loot:cash cages",
        "locks:staff door",
        "holds:upper floor",
        "leads_to:service tunnel",
        "log_left:Henrik Vale",
    ] {
        assert_eq!(fact(key).key(), key);
    }
    assert_eq!(Bank::first_meridian().fact("gap:1"), None);
}

#[test]
fn values_can_be_taken_as_what_they_are() {
    let gap = fact("gap");
    assert_eq!((gap.number(0), gap.clock(1), gap.number(3)), (Some(12), Some(Clock::at(22, 0)), None));
    assert_eq!(fact("walk:service tunnel").said(0), "the walk from the vault to the service tunnel takes 1 minute");
    assert_eq!(fact("walk:roof hatch").label(), "the walk to the roof hatch");
    assert_eq!(fact("shift_size:night").said(3), fact("shift_size:night").said(0));
    assert_eq!(fact("seen_by:anteroom").text(1), "22 and 23");
}

#[test]
fn a_wrong_claim_is_understood_with_what_was_spoken() {
    let claim = |key: &str, text| fact(key).claim(text);
    let patrol = claim("patrol", "Right. The private patrol needs twelve minutes. No more.");
    assert_eq!(patrol.unwrap(), ["12"]);
    assert_eq!(claim("shift_size:day", "the day shift has 5 guards").unwrap(), ["day", "5"]);
    assert_eq!(claim("walk:roof hatch", "the walk from the vault to the loading dock takes 2 minutes"), None);
    let route = claim(
        "route:dock",
        "I say the dock route takes 19 minutes by boat, from the loading dock by way of Quill Row to the ring road, no less.",
    );
    assert_eq!(route.unwrap(), ["dock", "19", "boat", "4.2", "loading dock", "Quill Row", "ring road"]);
    let seen = claim("seen_by:staff door", "The staff door is seen by camera 8, so what?");
    assert_eq!(seen.unwrap(), ["staff door", "8"]);
    let needs = claim(
        "method:override",
        "the override method takes 9 minutes and is silent, but it needs the manager's code, the stamp and the card of the vault clerk, so two people lose something",
    );
    assert_eq!(needs.unwrap()[2], "the manager's code, the stamp and the card of the vault clerk");
}

#[test]
fn of_several_facts_those_are_claimed_that_a_text_speaks_of() {
    let facts = Bank::first_meridian().facts();
    let text = "It is on the list: the private patrol needs 5 minutes, and camera 17 does not see the lobby.";
    let claimed: Vec<_> =
        claims(&facts, text).into_iter().map(|(place, values)| (facts[place].key(), values)).collect();
    assert_eq!(
        claimed,
        [
            ("blind:17".to_owned(), vec!["17".to_owned(), "lobby".to_owned()]),
            ("patrol".to_owned(), vec!["5".to_owned()])
        ]
    );
}

#[test]
fn part_of_a_table_tells_part_of_what_it_knows() {
    let shifts =
        "shift | starts | ends | gap_minutes\nevening | 13:50 | 22:00 | 12\nnight | 22:12 | 06:00 | 0\n(truncated)";
    let keys: Vec<_> = facts_in_table("shifts", shifts).iter().map(Fact::key).collect();
    assert_eq!(keys, ["shift:evening", "shift:night", "gap"]);
    let log =
        "WHO | AT | NOTE | DOOR\nnobody | Tue 21:52 | found open | dock door\ncleaners | Tue 21:28 | left | staff door";
    assert_eq!(facts_in_table("door_log", log), [fact("log_open:Tue")]);
    assert_eq!(facts_in_table("escape_routes", "route | risk\nroof | roof hatch alarm"), [fact("risk:roof")]);
    assert_eq!(
        facts_in_table("personnel", "name | keeps\nVictor Lam | -\nOdile Marchetti | manager's code"),
        [fact("keeps:Odile Marchetti")]
    );
    for (table, text) in
        [("cameras", "cameras\n24"), ("shifts", "no rows (columns: shift)"), ("staff", "name | job\na | b")]
    {
        assert_eq!(facts_in_table(table, text), [], "{table}");
    }
}

#[test]
fn what_is_taken_for_the_truth_is_of_its_sort() {
    let bank = Bank::first_meridian();
    let others = |key: &str, hole| bank.others(&fact(key), hole);
    assert_eq!(others("police", 1), ["Alder Lane", "Market Square", "Quill Row"]);
    assert_eq!(others("calls:glass sensor", 2), ["guards", "police"]);
    assert_eq!(others("route:dock", 4), ["roof hatch", "front door", "staff door", "service tunnel"]);
    assert!(others("above:roof hatch", 1).iter().all(|room| room != "server room"));
    assert!(others("gap", 1).contains(&"22:05".to_owned()) && others("gap", 0).contains(&"13".to_owned()));
    assert!(
        others("cameras", 1)
            .contains(&"eleven on the street level, five on the upper floor and eight on the lower level".to_owned())
    );
    assert_eq!(others("gap", 9), Vec::<String>::new());
}

#[test]
fn a_value_is_written_and_taken_again() {
    let walk = fact("walk:loading dock");
    assert_eq!(walk.value(), walk.values[1..].join(" | "));
    assert_eq!(walk.with_value("9 | 70").unwrap().values, ["loading dock", "9", "70"]);
    for wrong in ["9", "9 | 70 | 3", ""] {
        assert_eq!(walk.with_value(wrong), None, "{wrong}");
    }
    for fact in Bank::first_meridian().facts() {
        assert_eq!(fact.with_value(&fact.value()).as_ref(), Some(&fact), "{}", fact.key());
    }
}

#[test]
fn remarks_tell_nothing() {
    let all: Vec<_> = Subject::ALL.iter().flat_map(|subject| remarks(*subject)).collect();
    for remark in &all {
        assert_eq!(facts_in_document(&format!("x\n\n{}.", capitalized(remark))), [], "{remark}");
        assert_eq!(all.iter().filter(|other| *other == remark).count(), 1, "{remark}");
        assert!(!remark.contains('.') && !remark.contains(|letter: char| letter.is_ascii_digit()), "{remark}");
    }
}

proptest! {
    #[test]
    fn nonsense_is_read_as_nothing(text in "\\PC{0,200}", table in "[a-z_]{0,12}") {
        let documents = facts_in_document(&text).into_iter().chain(facts_in_document(&format!("x\n\nThe {text}.")));
        let tables = facts_in_table(&table, &text).into_iter().chain(facts_in_table("cameras", &text));
        for fact in documents.chain(tables) {
            prop_assert_eq!(fact.values.len(), fact.kind.holes.len());
        }
    }

    #[test]
    fn talk_in_any_script_can_be_searched(before in "\\PC{0,20}", after in "\\PC{0,40}", way in 0_usize..3) {
        for key in ["walk:roof hatch", "keeps:Odile Marchetti", "exits", "gap", "blind:7"] {
            let fact = fact(key);
            let cut: String = fact.said(way).chars().take(30).collect();
            for text in [format!("{before}{}{after}", fact.said(way)), format!("{before}{cut}")] {
                prop_assert!(fact.claim(&text).is_none_or(|values| values.len() == fact.values.len()));
            }
        }
    }
}
