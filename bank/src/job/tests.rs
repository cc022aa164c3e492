//! Jobs on the First Meridian.

use std::fmt::Write;

use super::*;
use crate::Slot;

/// A plan in words, in the order of the slots; `-` for what nobody settled.
fn plan(bank: &Bank, words: &str) -> Plan {
    let mut plan = Plan::default();
    for (slot, words) in Slot::ALL.into_iter().zip(words.split(" | ")).filter(|(_, words)| *words != "-") {
        plan.set(bank, slot, words).unwrap();
    }
    plan
}

fn told(timeline: &Timeline) -> String {
    let mut out = String::new();
    for step in &timeline.steps {
        let (sign, because) = (if step.ok { '+' } else { '-' }, step.because.as_deref().unwrap_or_default());
        writeln!(out, "{} {:<11} {sign} {} [{because}]", step.at, step.who, step.what).unwrap();
    }
    writeln!(out, "{:?} {} {:?}", timeline.outcome, timeline.loot, timeline.cause).unwrap();
    out
}

#[test]
fn show() {
    let bank = Bank::first_meridian();
    for words in [
        "22:00 | loading dock | line test | override | cash cages and bearer bonds | dock",
        "22:05 | loading dock | line test | override | cash cages and bearer bonds | dock",
        "22:05 | service tunnel | line test | override | bearer bonds | tunnel",
        "22:00 | loading dock | line test | thermal | bearer bonds | dock",
        "22:00 | loading dock | cut line | drill | bearer bonds | dock",
        "- | - | - | - | - | -",
    ] {
        println!("{words}\n{}", told(&job(&bank, &plan(&bank, words))));
    }
}
