//! Whether a bank is a puzzle: which of the sensible plans for it succeed, and for what those beside the best one fail.

use crate::job::{Course, Scene};
use crate::search::Choices;
use crate::{Bank, Plan, Slot};

/// What the sensible plans for a bank come to: those made of [`Bank::options`], at most 50,000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Puzzle {
    /// How many there are.
    pub plans: usize,
    /// How many of them succeed.
    pub succeed: usize,
    /// The first of those that bring most, and how many thousands.
    pub best: Option<(Plan, u32)>,
    /// Plans that are the best one but for a single slot, and fail, each with the key of the fact that it fails for. Keys
    /// differ.
    pub traps: Vec<(Plan, String)>,
}

impl Puzzle {
    /// How many traps a puzzle has at least.
    pub const TRAPS: usize = 3;

    /// Whether it is one: a plan succeeds, and enough that look as good fail, for different reasons.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.best.is_some() && self.traps.len() >= Self::TRAPS
    }
}

/// Plays every sensible plan against a bank.
#[must_use]
pub fn puzzle(bank: &Bank) -> Puzzle {
    let scene = Scene::of(bank);
    let choices = Choices::all(bank);
    let mut found = Puzzle { plans: choices.plans(), succeed: 0, best: None, traps: Vec::new() };
    choices.succeed(&scene, |plan, loot| {
        found.succeed += 1;
        if found.best.as_ref().is_none_or(|(_, most)| loot > *most) {
            found.best = Some((plan.clone(), loot));
        }
    });
    if let Some((best, _)) = &found.best {
        for plan in beside(bank, best) {
            let because = Course::play(&scene, &plan).because();
            let known = |because: &String| found.traps.iter().any(|(_, known)| known == because);
            if let Some(because) = because.filter(|because| !known(because)) {
                found.traps.push((plan, because));
            }
        }
    }
    found
}

/// The plans that differ from one in a single slot.
fn beside(bank: &Bank, plan: &Plan) -> impl Iterator<Item = Plan> {
    let others = Slot::ALL.into_iter().flat_map(|slot| bank.options(slot).into_iter().map(move |words| (slot, words)));
    others.filter_map(move |(slot, words)| {
        let mut other = plan.clone();
        other.set(bank, slot, &words).ok()?;
        (other != *plan).then_some(other)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Fact, job};

    /// A plan in words, in the order of the slots.
    fn words(bank: &Bank, plan: &Plan) -> String {
        Slot::ALL.map(|slot| plan.words(bank, slot).unwrap_or_default()).join(" | ")
    }

    #[test]
    fn the_first_meridian_is_a_puzzle() {
        let bank = Bank::first_meridian();
        let puzzle = puzzle(&bank);
        assert_eq!((puzzle.succeed, puzzle.plans), (5, 12_600));
        let (best, loot) = puzzle.best.as_ref().unwrap();
        assert_eq!(
            (words(&bank, best).as_str(), *loot),
            ("22:00 | loading dock | line test | override | cash cages and bearer bonds | dock", 680)
        );
        assert!(puzzle.holds());
        let keys: Vec<_> = puzzle.traps.iter().map(|(_, because)| because.as_str()).collect();
        assert_eq!(
            keys,
            [
                "leaves:Piet Aldous",
                "calls:motion detector",
                "time_lock",
                "rounds",
                "handover",
                "seen_by:front door",
                "seen_by:staff door",
                "seen_by:service tunnel",
                "radio",
                "test_reach",
                "loop",
                "method:drill",
                "risk:staff",
                "risk:front",
                "desk_guard",
            ]
        );
    }

    #[test]
    fn a_trap_is_beside_the_best_plan_and_fails_for_its_key() {
        let bank = Bank::first_meridian();
        let Puzzle { best, traps, .. } = puzzle(&bank);
        let best = best.unwrap().0;
        for (plan, because) in traps {
            let timeline = job(&bank, &plan);
            assert_eq!(timeline.steps[timeline.cause.unwrap()].because, Some(because));
            let other = Slot::ALL.into_iter().filter(|slot| plan.words(&bank, *slot) != best.words(&bank, *slot));
            assert_eq!(other.count(), 1);
        }
    }

    #[test]
    fn every_bank_is_a_puzzle_whose_traps_its_facts_tell() {
        for bank in [Bank::first_meridian()].into_iter().chain((0..40).map(Bank::of)) {
            let Puzzle { best, traps, plans, .. } = puzzle(&bank);
            assert!(traps.len() >= Puzzle::TRAPS && plans <= 50_000, "{:?}: {traps:?}", bank.seed);
            let facts: BTreeSet<_> = bank.facts().iter().map(Fact::key).collect();
            for plan in traps.iter().map(|(plan, _)| plan).chain(best.as_ref().map(|(plan, _)| plan)) {
                for key in job(&bank, plan).steps.into_iter().filter_map(|step| step.because) {
                    assert!(facts.contains(&key), "{:?}: {key}", bank.seed);
                }
            }
        }
    }

    #[test]
    fn a_bank_that_nobody_can_rob_is_none() {
        let mut bank = Bank::first_meridian();
        bank.cameras.looped = 0;
        bank.cameras.blind = 0;
        bank.alarms.guards = 0;
        let puzzle = puzzle(&bank);
        assert_eq!((puzzle.succeed, puzzle.best.is_none(), puzzle.holds()), (0, true, false));
    }
}
