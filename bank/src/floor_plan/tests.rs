//! The floor plans of many banks: whole walls, every name, neighbours beside each other.

use proptest::prelude::*;

use super::*;
use crate::Part;

/// Whether one can go from room to room through a wall between them, or without one in a small plan.
fn touch(one: &Room, other: &Room) -> bool {
    let meet = |first: usize, length: usize, second: usize| first + length == second || first + length + 1 == second;
    let shared = |first: usize, length: usize, second: usize, other: usize| {
        (first + length).min(second + other).saturating_sub(first.max(second))
    };
    let rows = shared(one.row, one.rows, other.row, other.rows);
    let columns = shared(one.column, one.columns, other.column, other.columns);
    let beside = meet(one.column, one.columns, other.column) || meet(other.column, other.columns, one.column);
    let under = meet(one.row, one.rows, other.row) || meet(other.row, other.rows, one.row);
    one == other || (beside && rows > 0) || (under && columns > 2)
}

/// Passages on one floor, those whose places touch, stairs, and those that are drawn.
fn passages(bank: &Bank, plan: &FloorPlan) -> [usize; 4] {
    let room = |place: usize| plan.spots[place].room;
    let flat = |passage: &&crate::Passage| bank.places[passage.from].floor == bank.places[passage.to].floor;
    let all = bank.passages.iter().filter(flat).count();
    let touching = bank.passages.iter().filter(flat).filter(|passage| touch(&room(passage.from), &room(passage.to)));
    let drawn = plan.rows.iter().map(|row| row.split(|sign| sign != '≡').filter(|part| !part.is_empty()).count()).sum();
    [all, touching.count(), bank.passages.len() - all, drawn]
}

/// What is wrong with the bank's plan, and the plan.
fn check(bank: &Bank, size: Size) -> Result<(), TestCaseError> {
    let plan = bank.floor_plan(size);
    prop_assert_eq!(plan.flaws(bank, size), Vec::<String>::new(), "{}", plan.rows.join("\n"));
    prop_assert!(plan.rows.len() >= size.rows().0 && plan.rows.len() <= size.most() + 3, "{}", plan.rows.join("\n"));
    prop_assert_eq!(&plan, &bank.floor_plan(size));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_plan_is_whole_and_names_every_place_once(seed: u64) {
        let bank = Bank::of(seed);
        check(&bank, Size::Small)?;
        check(&bank, Size::Large)?;
    }
}

/// Seeds whose vaults lost their doors when large plans got more rows than they had been weighed with.
#[test]
fn a_vault_keeps_its_door_when_its_floor_gets_more_rows() {
    for seed in [4_479_242_290_025_766_632, 1_005_417] {
        check(&Bank::of(seed), Size::Large).unwrap();
    }
}

#[test]
fn nothing_is_missing_with_rooms_one_under_another_nor_in_what_comes_of_that() {
    for (seed, size) in (0..50).flat_map(|seed| [(seed, Size::Small), (seed, Size::Large)]) {
        let bank = Bank::of(seed);
        for (floor, name) in bank.floors.iter().enumerate() {
            let units = units(&bank, floor, Writing::Labels);
            let mut scales = Scales::of(&units, size, name, (7, 12), 3, None);
            let steps = search::stacked(&units);
            assert!(scales.insist(&steps), "{name} of {seed}, {size:?}");
            let found = search::search_whole(&units, &mut scales, steps);
            assert!(scales.insist(&found), "{name} of {seed}, {size:?}");
            // Only large plans get other rows than they were weighed with.
            let vault = units.iter().position(|unit| unit.kind == unit::Kind::Vault);
            let Some(vault) = vault.filter(|_| size == Size::Large) else { continue };
            let mut walls = Walls::of(&units, size);
            for rows in 0..40 {
                walls.put_up(&found, rows);
                let before = walls.cells[units[vault].beside[0]];
                assert!(walls.cells[vault].touches(&before), "{name} of {seed}, {rows} rows");
            }
        }
    }
}

#[test]
fn the_bank_of_the_readme_has_plans_like_any_other() {
    let bank = Bank::first_meridian();
    for size in [Size::Small, Size::Large] {
        check(&bank, size).unwrap();
        let [all, touching, stairs, drawn] = passages(&bank, &bank.floor_plan(size));
        assert_eq!((touching, drawn), (all, stairs));
    }
}

#[test]
fn what_is_wrong_with_a_plan_is_found() {
    let bank = Bank::first_meridian();
    let plan = bank.floor_plan(Size::Large);
    let spoilt = |from: &str, to: &str| {
        let mut spoilt = plan.clone();
        let row = spoilt.rows.iter_mut().find(|row| row.contains(from)).unwrap();
        *row = row.replacen(from, to, 1);
        spoilt.flaws(&bank, Size::Large)
    };
    assert_eq!(spoilt("guard room", "guard roof"), ["The guard room is written as \"guard roof\"."]);
    assert_eq!(spoilt("─┬─", "───").len(), 1);
    assert!(spoilt("└─", "┗━")[0].ends_with("ends in nothing."));
    assert!(spoilt("upper floor", "other floor").contains(&"The name of a floor is missing.".into()));
    assert!(spoilt("╞", "│")[0].ends_with("has no door."));
    assert_eq!(spoilt("▒", "┃").len(), 1);
    assert!(spoilt("lobby ", "lobby").contains(&"Not all rows have 60 columns.".into()));
    let mut crowded = plan.clone();
    crowded.spots[1] = Spot { place: 1, ..crowded.spots[0] };
    assert!(!crowded.flaws(&bank, Size::Large).is_empty());
    crowded.spots.pop();
    assert!(crowded.flaws(&bank, Size::Large).contains(&"Not every place has its spot.".into()));
}

#[test]
fn neighbours_are_beside_each_other_and_stairs_above_what_they_lead_to() {
    for (size, touch, meet) in [(Size::Small, 96, 90), (Size::Large, 98, 95)] {
        let mut sums = [0; 4];
        for seed in 0..150 {
            let bank = Bank::of(seed);
            for (sum, count) in sums.iter_mut().zip(passages(&bank, &bank.floor_plan(size))) {
                *sum += count;
            }
        }
        let [all, touching, stairs, drawn] = sums;
        assert!(touching * 100 >= all * touch, "{size:?}: {touching} of {all}");
        assert!(drawn * 100 >= stairs * meet, "{size:?}: {drawn} of {stairs}");
    }
}

#[test]
fn a_large_plan_says_where_each_exit_leads() {
    for seed in 0..50 {
        let bank = Bank::of(seed);
        let plan = bank.floor_plan(Size::Large);
        for road in &bank.roads {
            let spot = &plan.spots[road.exit];
            let beneath = &plan.rows[spot.row + 1];
            let first = road.along.split(' ').next().unwrap();
            let last = road.leads_to.split(' ').next().unwrap();
            let to = |word: &str| beneath.contains(&format!("to {word}"));
            assert!(to(first) || to(last), "{} in\n{}", road.along, plan.rows.join("\n"));
        }
    }
}

#[test]
fn halls_are_larger_than_stairs() {
    let (mut halls, mut stairs) = (Vec::new(), Vec::new());
    for seed in 0..50 {
        let bank = Bank::of(seed);
        for (spot, place) in bank.floor_plan(Size::Large).spots.iter().zip(&bank.places) {
            let area = spot.room.rows * spot.room.columns;
            match place.part {
                Part::Hall => halls.push(area),
                Part::Stair => stairs.push(area),
                _ => {}
            }
        }
    }
    let mean = |areas: &[usize]| areas.iter().sum::<usize>() / areas.len();
    assert!(mean(&halls) > 3 * mean(&stairs) / 2, "{} and {}", mean(&halls), mean(&stairs));
}
