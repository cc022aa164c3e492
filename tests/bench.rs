//! `bench`, as a person runs it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::process::{Command, Output};

use serde_json::Value;
use support::{PROGRAM, Place, events, of_kind};

fn bench(place: &Place, args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("bench").args(args).envs(place.environment()).output().unwrap()
}

#[test]
fn games_are_counted_and_the_same_seeds_give_the_same_figures() {
    let place = Place::new();
    let figures = |jobs: &str| {
        let args = ["--games", "10", "--seed", "40", "--rounds", "2", "--jobs", jobs, "--json"];
        let output = bench(&place, &args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut figures: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(figures["heists_per_s"].as_f64().unwrap() > 0.0);
        figures.as_object_mut().unwrap().remove("heists_per_s");
        figures
    };
    let one = figures("1");
    assert_eq!(one["games"], 10);
    assert_eq!(one["no_mole"]["games"], 1);
    assert_eq!(one["messages"], 11 * 13);
    let strategies = one["by_strategy"].as_object().unwrap();
    assert_eq!(strategies.values().map(|it| it["games"].as_u64().unwrap()).sum::<u64>(), 10);
    for name in ["top1", "auroc", "brier", "ece"] {
        assert!((0.0..=1.0).contains(&one[name].as_f64().unwrap()), "{name}");
    }
    let (sabotage, honest) = (&one["sabotage"], &one["honest"]);
    assert!(sabotage["acts"].as_u64().unwrap() >= 10, "{sabotage}");
    for name in ["per_mole_turn", "in_text"] {
        assert!((0.0..=1.0).contains(&sabotage[name].as_f64().unwrap()), "{name}");
    }
    // The planner, who may be the mole, speaks once more than the others.
    let messages = honest["messages"].as_u64().unwrap();
    assert!((11 * 13 - 3 * 10..=11 * 13 - 2 * 10).contains(&messages), "{honest}");
    assert!(honest["contradictions"].as_u64().unwrap() < messages, "{honest}");
    assert!(one["log_loss"].as_f64().unwrap() > 0.0);
    // How many are played at a time changes the order in which figures are added up, and so their last digits.
    let three = figures("3");
    for name in ["top1", "auroc", "brier", "ece", "log_loss"] {
        let apart = one[name].as_f64().unwrap() - three[name].as_f64().unwrap();
        assert!(apart.abs() < 1e-9, "{name}");
    }
}

#[test]
fn a_bench_counts_what_single_heists_would_have_shown() {
    let place = Place::new();
    let mut found = 0.0;
    for seed in ["40", "41", "42", "43"] {
        let heist = events(&place.scripted(&["--json", "--rounds", "2", "--seed", seed]));
        let verdict = of_kind(&heist, "verdict.reached")[0];
        found += if verdict["outcome"] == "success" { 1.0 } else { 0.0 };
    }
    let output = bench(&place, &["--games", "4", "--seed", "40", "--rounds", "2", "--json"]);
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["top1"], found / 4.0);
    assert!(!place.database().with_file_name("heist-tui").exists(), "the games are not kept");
}
