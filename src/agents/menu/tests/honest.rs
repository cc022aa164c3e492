//! Crews without a mole: what they are offered is true, and what comes of it is a plan.

use std::collections::{BTreeMap, BTreeSet};

use heist_bank::{Bank, Fact, Outcome, Slot, job};

use super::heists::{Tools, play};
use crate::agents::menu::{MOST_ITEMS, Menu};
use crate::crew::{Brief, Known, roster};
use crate::heist::Move;

/// The first three.
fn first(_brief: &Brief, _menu: &Menu) -> Vec<usize> {
    vec![1, 2, 3]
}

/// One to three of the first half.
fn some(brief: &Brief, menu: &Menu) -> Vec<usize> {
    let draw = |purpose: &str, end: usize| crate::agents::menu::view::draw(brief.seed, brief.turn, &[purpose], end);
    let pick = |number: usize| 1 + draw(&format!("pick {number}"), menu.items.len().div_ceil(2).max(3));
    (0..=draw("how many", 3)).map(pick).collect()
}

#[test]
#[ignore = "to be read by a person"]
fn heist_to_read() {
    let seed = std::env::var("SEED").map_or(3, |seed| seed.parse().unwrap());
    let tools = Tools::over(Bank::of(seed));
    let state = play(
        &tools,
        &roster(),
        seed,
        5,
        if std::env::var("SOME").is_ok() { some } else { first },
        |brief, menu, picked| {
            for used in brief.calls() {
                println!("      [{} {}]", used.call.tool, used.call.arguments);
            }
            if std::env::var("MENU").is_ok() {
                for item in &menu.items {
                    println!("        - {}", item.words);
                }
            }
            let words: Vec<_> = picked.iter().map(|item| item.words.as_str()).collect();
            println!("{} {}: {}", brief.round, brief.me.name, words.join(" "));
        },
    );
    let plan = state.draft().plan(&tools.bank);
    println!("{:?}", Slot::ALL.map(|slot| plan.words(&tools.bank, slot)));
    let timeline = job(&tools.bank, &plan);
    println!("{:?} {:?}", timeline.outcome, timeline.cause.map(|cause| timeline.steps[cause].clone()));
}

#[test]
fn menus_are_true_and_plans_get_settled() {
    let (mut settled, mut escaped, mut plans, mut causes) = (0, 0, BTreeSet::new(), BTreeMap::new());
    let heists = std::env::var("HEISTS").map_or(60, |heists| heists.parse().unwrap());
    for seed in 0..heists {
        let tools = Tools::over(Bank::of(seed));
        let facts: BTreeMap<String, Fact> = tools.bank.facts().into_iter().map(|fact| (fact.key(), fact)).collect();
        let pick = if seed % 2 == 0 { first } else { some };
        let state = play(&tools, &roster(), seed, 5, pick, |brief, menu, _| {
            assert!((1..=MOST_ITEMS).contains(&menu.items.len()));
            let words: BTreeSet<_> = menu.items.iter().map(|item| &item.words).collect();
            assert_eq!(words.len(), menu.items.len(), "two sound alike");
            let known = Known::of(brief);
            for (place, item) in menu.items.iter().enumerate() {
                assert!(item.act.is_none());
                // A slip is not true, nor need that be which somebody has only heard.
                if let Some((key, value)) = item.does.claim()
                    && menu.slip != Some(place)
                    && known.read(key).is_some()
                {
                    assert_eq!(facts[key].value(), value, "seed {seed}, turn {}: {}", brief.turn, item.words);
                }
                let moved: BTreeSet<_> = menu.items.iter().map(|item| format!("{:?}", item.does)).collect();
                assert_eq!(moved.len(), menu.items.len());
                if let Move::Settle { slot, .. } = &item.does {
                    assert!(brief.draft.slot(*slot).settled.is_none());
                }
            }
        });
        if Slot::ALL.into_iter().all(|slot| state.draft().slot(slot).settled.is_some()) {
            settled += 1;
        }
        let plan = state.draft().plan(&tools.bank);
        let timeline = job(&tools.bank, &plan);
        escaped += u32::from(timeline.outcome == Outcome::Escaped);
        if let Some(step) = timeline.cause.map(|cause| &timeline.steps[cause]) {
            let because = step.because.clone().unwrap_or_default();
            *causes.entry(because.split(':').next().unwrap().to_owned()).or_insert(0) += 1;
        }
        plans.insert(format!("{plan:?}"));
    }
    println!("{settled} settled, {escaped} escaped, {} plans, of {heists}", plans.len());
    println!("{causes:?}");
    assert!(settled * 100 >= heists * 95, "{settled} of {heists} heists settle all");
}
