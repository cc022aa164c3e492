//! Crews without a mole: what they are offered is true, and what comes of it is a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heist_bank::{Bank, Fact, Outcome, Plan, Slot, job};

use super::heists::{honest_heist, play};
use crate::agents::menu::view::View;
use crate::agents::menu::{MOST_CALLS, MOST_ITEMS, Menu, calls};
use crate::crew::{Brief, Crew, Known, roster};
use crate::heist::{Answer, Difficulty, Draft, Entry, EventKind, MOST_MOVES, Move, Phase, State, ToolCall, ToolUse};
use crate::rehearsal::Rehearsal;
use crate::toolbox::AtHand;

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

/// How a heist without a mole ends: whether all slots are settled, and whether its plan works.
fn end(bank: &Bank, state: &State) -> (bool, bool) {
    let settled = Slot::ALL.into_iter().all(|slot| state.draft().slot(slot).settled.is_some());
    let plan = state.draft().plan(bank);
    (settled, job(bank, &plan).outcome == Outcome::Escaped)
}

#[test]
fn menus_are_true_and_plans_get_settled() {
    let (mut settled, mut escaped, mut plans, heists) = (0, 0, BTreeSet::new(), 40);
    for seed in 0..heists {
        let heist = honest_heist(seed);
        let facts: BTreeMap<String, Fact> = heist.bank.facts().into_iter().map(|fact| (fact.key(), fact)).collect();
        let rehearsed = play(&heist, first, |brief, menu, numbers| {
            let picked = menu.picked(numbers);
            assert!((1..=MOST_ITEMS).contains(&menu.items.len()));
            assert!(picked.len() <= MOST_MOVES && !picked.is_empty());
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
                makes_sense(brief, &item.does);
            }
        });
        // All calls that are offered are answered.
        let is_refused = |event: &EventKind| {
            matches!(event, EventKind::ToolDenied(_)) || matches!(event, EventKind::ToolReturned(answer) if !answer.ok)
        };
        assert_eq!(rehearsed.events.iter().find(|event| is_refused(event)), None);
        let state = rehearsed.state;
        let (all, works) = end(&heist.bank, &state);
        settled += u64::from(all);
        escaped += u64::from(works);
        plans.insert(format!("{:?}", state.draft().plan(&heist.bank)));
    }
    println!("{settled} settled, {escaped} escaped of {heists}");
    assert!(settled * 100 >= heists * 95, "{settled} of {heists} heists settle all");
    assert!(escaped * 100 >= heists * 25, "{escaped} of {heists} plans work");
    assert!(plans.len() as u64 * 100 >= heists * 95);
}

/// Nobody settles twice, is for something twice, or brings forward what stands.
fn makes_sense(brief: &Brief, does: &Move) {
    let Some(slot) = does.slot() else { return };
    let drafted = brief.draft.slot(slot);
    let is_for = |value: &str| {
        let mut all = drafted.proposals.iter().filter(|proposal| proposal.value == value);
        all.any(|proposal| proposal.supporters.contains(&brief.me.name))
    };
    match does {
        Move::Settle { value, .. } => {
            assert_ne!(drafted.settled.as_ref(), Some(value));
            assert_eq!(brief.me.name, brief.crew[0].name);
        }
        Move::Propose { value, .. } => assert_ne!(drafted.value(), Some(value.as_str())),
        Move::Support { value, .. } => assert!(!is_for(value)),
        Move::Oppose { value, .. } => assert!(drafted.proposals.iter().any(|proposal| proposal.value == *value)),
        Move::Reopen { .. } => assert!(drafted.settled.is_some()),
        _ => {}
    }
}

#[test]
fn calls_are_new_and_answered() {
    for seed in 0..8 {
        let heist = honest_heist(seed);
        let tools = AtHand::of(&heist.bank, &heist.crew).unwrap();
        let mut sums = 0;
        play(&heist, some, |brief, _, _| {
            let all = calls(brief);
            assert!(all.len() <= MOST_CALLS);
            for (number, call) in all.iter().enumerate() {
                let made = |entry: &Entry| {
                    matches!(entry, Entry::Used(used) if used.call.agent == brief.me.name
                        && used.call.tool == call.tool && used.call.arguments == call.argument)
                };
                assert!(!brief.transcript.iter().any(made), "{call:?} again");
                assert!(!all[..number].contains(call));
                assert!(brief.me.abilities.iter().any(|ability| ability.tool() == call.tool));
                let (tool, arguments) = (call.tool.to_owned(), call.argument.clone());
                let made = ToolCall { id: "t".into(), turn: 1, agent: brief.me.name.clone(), tool, arguments };
                assert!(matches!(tools.call(&made), Answer::Result(_)), "{call:?}");
                sums += usize::from(call.tool == "calculator");
            }
        });
        assert!(sums >= 2, "{sums} sums");
    }
}

#[test]
fn other_crews_settle_their_plans_too() {
    let crew = |size: usize| {
        const ROLES: [(&str, &str); 7] = [
            ("Vera", "boss"),
            ("Bo", "drives"),
            ("Mr-White", "locks and drills"),
            ("ida", "reads papers and records"),
            ("Zed", "watches the street"),
            ("no_7", "hacks cameras"),
            ("Lola", "talks to people"),
        ];
        let member = |(name, role): &(&str, &str)| {
            let tools = if *role == "drives" { "calculator" } else { "file_reader\", \"database_query" };
            format!("[[agents]]\nname = {name:?}\nrole = {role:?}\ntools = [\"{tools}\"]\n")
        };
        let crew: String = ROLES.iter().take(size).map(member).collect();
        Arc::new(Crew::parse(&crew).unwrap())
    };
    for (size, rounds) in [(2, 5), (3, 4), (5, 3), (7, 2), (7, 1)] {
        let mut settled = 0;
        for seed in 0..10 {
            let heist = Rehearsal { crew: crew(size), rounds, ..honest_heist(seed) };
            let rehearsed = play(&heist, first, |brief, menu, _| {
                menu.items.iter().for_each(|item| makes_sense(brief, &item.does));
            });
            settled += u32::from(end(&heist.bank, &rehearsed.state).0);
        }
        assert!(settled >= 8, "{settled} of 10 by {size} in {rounds} rounds");
    }
}

#[test]
fn a_command_comes_first() {
    let mut brief = all_read(&Arc::new(Bank::first_meridian()), 1);
    let first = |brief: &Brief| Menu::of(brief).items.remove(0);
    for (command, kind, words) in [
        ("Propose the loading dock as our way in", "propose", "loading dock"),
        ("I want the drill method", "propose", "drill"),
        ("Start at 22:45!", "propose", "22:45"),
        ("ask the hacker about the alarm line", "ask", "hacker"),
        ("Tell them of the picture loop", "report", "loop"),
        ("what about the police", "report", "police"),
    ] {
        brief.command = Some(command.into());
        let item = first(&brief);
        assert_eq!(item.does.kind(), kind, "{command}: {}", item.words);
        assert!(item.words.to_lowercase().contains(words), "{command}: {}", item.words);
    }
    brief.me = roster()[1].clone();
    brief.transcript = Arc::default();
    for (command, argument) in [("Read vault_specs.txt now", "vault_specs.txt"), ("what is 7*6?", "7*6")] {
        brief.command = Some(command.into());
        assert_eq!(calls(&brief).remove(0).argument, argument);
    }
}

/// What somebody knows who has read everything.
pub(super) fn all_read(bank: &Arc<Bank>, seed: u64) -> Brief {
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
        Entry::Used(ToolUse { call, outcome: Ok(result) }.into())
    };
    let documents = bank.documents().into_iter().map(|one| ("file_reader", one.name, one.text));
    let tables = bank.tables();
    let tables = tables.iter().map(|one| ("database_query", one.name, one.text()));
    let transcript: Vec<_> = documents.chain(tables).map(used).collect();
    Brief {
        me,
        crew: Arc::clone(&crew),
        bank: Arc::clone(bank),
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
    let (mut escaped, banks) = (0, 60);
    for seed in 0..banks {
        let bank = Arc::new(Bank::of(seed));
        let brief = all_read(&bank, seed);
        let view = View::of(&brief);
        let mut plan = Plan::default();
        for slot in Slot::ALL {
            plan.set(&bank, slot, view.best().option(view.figures(), slot).unwrap()).unwrap();
        }
        escaped += u64::from(job(&bank, &plan).outcome == Outcome::Escaped);
    }
    assert!(escaped * 100 >= banks * 75, "{escaped} of {banks} plans work");
}
