//! Banks of many seeds.

use super::*;

#[test]
fn no_seed_panics() {
    let mut fails = std::collections::BTreeMap::<u32, Vec<u64>>::new();
    let mut told = String::new();
    for seed in 0..600 {
        let (bank, plan) = make(Source { seed, again: 0 });
        let timeline = job(&bank, &plan);
        if timeline.outcome != Outcome::Escaped {
            fails.entry(0).or_default().push(seed);
            let step = &timeline.steps[timeline.cause.unwrap()];
            told += &format!("{seed} {} {} {:?}\n", step.at, step.what, step.because);
        }
    }
    println!("{told} {}", fails.values().flatten().count());
}
