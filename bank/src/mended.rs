//! Mending a plan: what the sources would have in some of its slots.

use crate::job::Scene;
use crate::search::Choices;
use crate::{Bank, Plan, Slot};

/// The plan with the best in these slots that the others leave possible: of all that the bank offers there what gets away
/// with most, and of equals what changes least, then what comes first. The plan as it is, if nothing gets away.
#[must_use]
pub fn mended(bank: &Bank, plan: &Plan, slots: &[Slot]) -> Plan {
    let mut best: Option<(u32, usize, Plan)> = None;
    Choices::around(bank, plan, slots).succeed(&Scene::of(bank), |found, loot| {
        let same = Slot::ALL.into_iter().filter(|slot| found.words(bank, *slot) == plan.words(bank, *slot)).count();
        if best.as_ref().is_none_or(|(most, as_same, _)| (loot, same) > (*most, *as_same)) {
            best = Some((loot, same, found.clone()));
        }
    });
    best.map_or_else(|| plan.clone(), |(_, _, plan)| plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outcome, job, puzzle};

    fn plan(bank: &Bank, words: [&str; 6]) -> Plan {
        let mut plan = Plan::default();
        for (slot, words) in Slot::ALL.into_iter().zip(words).filter(|(_, words)| !words.is_empty()) {
            plan.set(bank, slot, words).unwrap();
        }
        plan
    }

    #[test]
    fn what_is_wrong_is_mended_and_nothing_else_is_touched() {
        let bank = Bank::first_meridian();
        let good = ["22:00", "loading dock", "line test", "override", "cash cages and bearer bonds", "dock"];
        let mut wrong = good;
        wrong[2] = "nothing";
        let wrong = plan(&bank, wrong);
        assert_eq!(job(&bank, &wrong).outcome, Outcome::Caught);
        assert_eq!(mended(&bank, &wrong, &[Slot::Alarm]), plan(&bank, good));
        assert_eq!(mended(&bank, &wrong, &[]), wrong, "nothing may be changed");
        assert_eq!(mended(&bank, &wrong, &[Slot::Load]), wrong, "no load helps");
        assert_eq!(mended(&bank, &plan(&bank, good), &[Slot::Alarm, Slot::Start]), plan(&bank, good));
    }

    #[test]
    fn with_all_slots_open_it_is_the_best_plan() {
        for bank in [Bank::first_meridian()].into_iter().chain((0..10).map(Bank::of)) {
            let (_, most) = puzzle(&bank).best.unwrap();
            assert_eq!(job(&bank, &mended(&bank, &Plan::default(), &Slot::ALL)).loot, most);
        }
    }
}
