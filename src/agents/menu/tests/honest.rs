//! Crews without a mole: what they are offered is true, and what comes of it is a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heist_bank::{Bank, Fact, Outcome, Plan, Slot, job};

use super::heists::{Tools, play};
use crate::agents::menu::view::View;
use crate::agents::menu::{MOST_ITEMS, Menu};
use crate::crew::{Brief, Known, roster};
use crate::heist::{Difficulty, Draft, Entry, Move, Phase, ToolCall, ToolUse};

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
    let (mut settled, mut escaped, mut plans, mut causes) = ([0; 2], [0; 2], BTreeSet::new(), BTreeMap::new());
    let mut all = 0;
    let mut vital: BTreeMap<&str, usize> = [
        "gap",
        "line_test",
        "first_round",
        "rounds",
        "loop",
        "shut",
        "method",
        "loot",
        "walk",
        "route",
        "risk",
        "calls",
        "callers",
        "seen_by",
        "blind",
        "broken",
        "restart",
        "radio",
        "police",
        "guards_need",
        "handover",
        "time_lock",
        "leaves",
        "guard",
        "locks",
    ]
    .into_iter()
    .map(|kind| (kind, 0))
    .collect();
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
            settled[usize::from(seed % 2 == 1)] += 1;
        }
        let plan = state.draft().plan(&tools.bank);
        let told: BTreeSet<String> = state
            .transcript()
            .iter()
            .flat_map(|entry| match entry {
                Entry::Said(message) if message.turn <= 25 => {
                    message.moves.iter().filter_map(|mv| mv.claim().map(|(key, _)| key.to_owned())).collect()
                }
                _ => Vec::new(),
            })
            .collect();
        if seed % 2 == 0 {
            for (kind, number) in &mut vital {
                *number += told.iter().filter(|key| key.split(':').next() == Some(kind)).count();
            }
            all += told.len();
        }
        let timeline = job(&tools.bank, &plan);
        escaped[usize::from(seed % 2 == 1)] += u32::from(timeline.outcome == Outcome::Escaped);
        if let Some(step) = timeline.cause.map(|cause| &timeline.steps[cause]) {
            let because = step.because.clone().unwrap_or_default();
            *causes.entry(because.split(':').next().unwrap().to_owned()).or_insert(0) += 1;
            if std::env::var("SHOW").is_ok() && seed % 2 == 0 {
                let finds = |entry: &Entry| {
                    matches!(entry, Entry::Used(used) if used.outcome.as_ref().is_ok_and(|result| {
                    crate::crew::finds(&used.call, result).iter().any(|seen| seen.fact.key() == because) }))
                };
                let read: Vec<_> = state
                    .transcript()
                    .iter()
                    .filter(|entry| finds(entry))
                    .map(|entry| match entry {
                        Entry::Used(used) => format!("{}@{}", used.call.agent, used.call.turn),
                        _ => String::new(),
                    })
                    .collect();
                let said = state.transcript().iter().find_map(|entry| match entry {
                    Entry::Said(message)
                        if message.moves.iter().any(|mv| mv.claim().is_some_and(|(key, _)| key == because)) =>
                    {
                        Some(message.turn)
                    }
                    _ => None,
                });
                println!(
                    "{seed} {:?}\n    {because}: {} read {read:?} said {said:?}",
                    Slot::ALL.map(|slot| plan.words(&tools.bank, slot).unwrap_or_default()),
                    step.what
                );
            }
        }
        plans.insert(format!("{plan:?}"));
    }
    println!("{settled:?} settled, {escaped:?} escaped, {} plans, of {heists}", plans.len());
    println!("{causes:?}");
    println!("{all} {vital:?}");
    assert!(settled[0] * 200 >= heists * 95, "{settled:?} of {heists} heists settle all");
}

/// What somebody knows who has read everything.
fn all_read(tools: &Tools, seed: u64) -> Brief {
    let crew = roster();
    let me = crew[3].clone();
    let used = |(tool, arguments, result): (&str, &str, String)| {
        let call = ToolCall {
            id: arguments.into(),
            turn: 1,
            agent: me.name.clone(),
            tool: tool.into(),
            arguments: arguments.into(),
        };
        Entry::Used(ToolUse { call, outcome: Ok(result) })
    };
    let documents = tools.bank.documents().into_iter().map(|one| ("file_reader", one.name, one.text));
    let tables = tools.bank.tables();
    let tables = tables.iter().map(|one| ("database_query", one.name, one.text()));
    let transcript: Vec<_> = documents.chain(tables).map(used).collect();
    Brief {
        me,
        crew: Arc::clone(&crew),
        bank: Arc::clone(&tools.bank),
        seed,
        turn: 2,
        round: 2,
        rounds: 5,
        difficulty: Difficulty::Normal,
        phase: Phase::EntryAndVault,
        transcript: Arc::new(transcript),
        draft: Draft::default(),
        command: None,
        orders: None,
    }
}

#[test]
fn whoever_knows_everything_likes_a_plan_that_works() {
    let (mut escaped, mut causes) = (0, BTreeMap::new());
    let banks = std::env::var("HEISTS").map_or(60, |heists| heists.parse().unwrap());
    for seed in 0..banks {
        let tools = Tools::over(Bank::of(seed));
        let brief = all_read(&tools, seed);
        let view = View::of(&brief);
        let mut plan = Plan::default();
        for slot in Slot::ALL {
            plan.set(&tools.bank, slot, view.best().option(view.figures(), slot).unwrap()).unwrap();
        }
        let timeline = job(&tools.bank, &plan);
        escaped += u32::from(timeline.outcome == Outcome::Escaped);
        if let Some(step) = timeline.cause.map(|cause| &timeline.steps[cause]) {
            let because = step.because.clone().unwrap_or_default();
            *causes.entry(because.split(':').next().unwrap().to_owned()).or_insert(0) += 1;
            if std::env::var("SHOW").is_ok() {
                println!("{seed} {:?} {step:?}", Slot::ALL.map(|slot| plan.words(&tools.bank, slot).unwrap()));
                if let Some((best, _)) = heist_bank::puzzle(&tools.bank).best {
                    println!("   {:?}", Slot::ALL.map(|slot| best.words(&tools.bank, slot).unwrap()));
                }
            }
        }
    }
    println!("{escaped} of {banks} escape; {causes:?}");
    assert!(escaped * 100 > banks as u32 * 60);
}
