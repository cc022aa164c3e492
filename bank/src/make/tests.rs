//! Banks of many seeds.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::names::{EXITS, LOUD, QUIET};
use crate::{Line, Risk, puzzle};

/// Banks of the first seeds, so many.
fn banks(count: u64) -> impl Iterator<Item = Bank> {
    (0..count).map(Bank::of)
}

/// How often each thing is there.
fn counted<T: Ord>(things: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for thing in things {
        *counts.entry(thing).or_default() += 1;
    }
    counts
}

#[test]
fn banks_have_no_flaws_and_the_plan_they_are_made_around_works() {
    for seed in (0..400).chain([u64::MAX, u64::MAX - 1, 1 << 63, 1 << 32, 0x5555_5555_5555_5555]) {
        let bank = Bank::of(seed);
        assert_eq!(bank.flaws(), [""; 0], "seed {seed}");
        let works = (0..TRIES).map(|again| make(Source { seed, again })).find(|(made, _)| *made == bank);
        let (_, plan) = works.unwrap();
        assert_eq!(job(&bank, &plan).outcome, Outcome::Escaped, "seed {seed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_seed_makes_a_bank_without_flaws_and_the_same_again(seed: u64) {
        let bank = Bank::of(seed);
        prop_assert_eq!(bank.flaws(), [""; 0]);
        prop_assert_eq!(bank, Bank::of(seed));
    }
}

#[test]
fn banks_are_puzzles_of_many_kinds() {
    let mut best = vec![];
    for bank in banks(60) {
        let found = puzzle(&bank);
        assert!(found.holds(), "seed {:?}: {found:?}", bank.seed);
        assert!(found.succeed * 20 < found.plans, "seed {:?}: {} of {}", bank.seed, found.succeed, found.plans);
        let (plan, _) = found.best.unwrap();
        let start = plan.start.unwrap();
        best.push([
            bank.vault.methods[plan.method.unwrap()].name.clone(),
            bank.roads[plan.route.unwrap()].name.clone(),
            format!("{} o'clock", start.after_midnight() / 60),
            format!("{} minutes after the gap begins", start.since(bank.guards.gap_starts())),
        ]);
    }
    for (slot, (kinds, most)) in [(12, 15), (20, 12), (6, 24), (3, 50)].into_iter().enumerate() {
        let counts = counted(best.iter().map(|best| &best[slot]));
        assert!(counts.len() >= kinds && counts.values().all(|count| *count <= most), "{counts:?}");
    }
}

#[test]
fn every_way_to_open_a_vault_every_exit_and_every_risk_is_in_some_bank() {
    let banks: Vec<_> = banks(200).collect();
    let methods = counted(banks.iter().flat_map(|bank| &bank.vault.methods).map(|method| &*method.name));
    for name in LOUD.iter().map(|method| method.name).chain(QUIET.iter().map(|method| method.name)) {
        assert!(methods.get(name).is_some_and(|count| (8..100).contains(count)), "{name}: {methods:?}");
    }
    let roads = counted(banks.iter().flat_map(|bank| &bank.roads).map(|road| &*road.name));
    for kind in EXITS {
        assert!(roads.get(kind.road).is_some_and(|count| (4..60).contains(count)), "{}: {roads:?}", kind.road);
    }
    let risks = counted(banks.iter().flat_map(|bank| &bank.roads).map(|road| match road.risk {
        Risk::Police => "police",
        Risk::Wait { .. } => "wait",
        Risk::Seen { .. } => "seen",
        Risk::Narrow => "narrow",
        Risk::Alarm => "alarm",
    }));
    assert!(risks.len() == 5 && risks.values().all(|count| *count >= 60), "{risks:?}");
    let hours = counted(banks.iter().map(|bank| bank.guards.gap_starts().after_midnight() / 60));
    assert!(hours.len() == 6 && hours.values().all(|count| (12..60).contains(count)), "{hours:?}");
    let floors = counted(banks.iter().map(|bank| bank.floors.len()));
    assert!(floors.len() == 3 && floors.values().all(|count| *count >= 30), "{floors:?}");
    let is_low = |bank: &Bank| bank.guards.left_alone + 1 == bank.floors.len();
    assert!((120..190).contains(&banks.iter().filter(|bank| is_low(bank)).count()));
}

#[test]
fn the_line_is_kept_quiet_in_different_ways() {
    let lines = counted((0..200).filter_map(|seed| make(Source { seed, again: 0 }).1.alarm.map(Line::name)));
    assert!(lines.len() == 3 && lines.values().all(|count| *count >= 12), "{lines:?}");
}

#[test]
fn no_name_is_met_too_often() {
    let banks: Vec<_> = banks(200).collect();
    let people = || banks.iter().flat_map(|bank| &bank.people);
    let part = |part| people().filter_map(move |person| person.name.split(' ').nth(part)).map(str::to_owned);
    let guards = banks.iter().flat_map(|bank| &bank.guards.all).map(|guard| guard.name.clone());
    let roads = || banks.iter().flat_map(|bank| &bank.roads);
    let kinds = [
        ("bank", banks.iter().map(|bank| bank.name.clone()).collect::<Vec<_>>()),
        ("given", part(0).collect()),
        ("family", part(1).chain(guards).collect()),
        ("street", roads().map(|road| road.along.clone()).collect()),
        ("destination", roads().map(|road| road.leads_to.clone()).collect()),
        ("place", banks.iter().flat_map(|bank| &bank.places).map(|place| place.name.clone()).collect()),
    ];
    for (kind, names) in kinds {
        let all = names.len();
        for (name, count) in counted(names) {
            assert!(count * 100 <= all * 3, "{kind} {name}: {count} of {all}");
        }
    }
    let whole = counted(people().map(|person| &person.name));
    assert!(whole.values().filter(|count| **count > 1).count() < 40, "people are met again");
}
