//! The player's questions in whole heists: whoever is asked answers first, with what it knows, and looks up what it does not.

use std::sync::Arc;

use heist_bank::{Slot, Source};

use super::heists::{heist, play_drawn};
use crate::agents::menu::lots::Lots;
use crate::agents::menu::{Menu, beside, calls};
use crate::crew::question::{about_fact, about_slot};
use crate::crew::{Ability, Brief, Known};
use crate::heist::{Answer, Entry, Move, ToolCall, ToolUse};
use crate::toolbox::AtHand;

/// What an agent could be asked in its turn, and the brief with the question; drawn from the turn.
fn asked(brief: &Brief, known: &Known) -> (String, Brief) {
    let lots = Lots { seed: brief.seed, turn: brief.turn, agent: "the player" };
    let facts: Vec<_> = known.truths().collect();
    let spoken: Vec<_> = known.said().iter().map(|said| &said.fact).collect();
    let fact = lots.pick("spoken", spoken).filter(|_| lots.chance("of the talk", 5_000));
    let fact = fact.or_else(|| lots.pick("fact", facts.clone())).unwrap();
    // The first that is called so.
    let fact = facts.into_iter().find(|other| other.label() == fact.label()).unwrap();
    let slot = lots.pick("slot", Slot::ALL.to_vec()).unwrap();
    let (about, command) = if lots.chance("a slot", 3_000) {
        (slot.name().to_owned(), about_slot(slot))
    } else {
        (fact.key(), about_fact(&fact.label()))
    };
    (about, Brief { command: Some(command), ..brief.clone() })
}

/// The brief after the first of the calls that are worth making, and whether there was one.
fn after_call(tools: &AtHand, brief: &Brief) -> Brief {
    let mut brief = brief.clone();
    let Some(call) = calls(&brief).into_iter().next() else { return brief };
    let (tool, arguments) = (call.tool.to_owned(), call.argument);
    let call = ToolCall { id: "t0".into(), turn: brief.turn, agent: brief.me.name.clone(), tool, arguments };
    let outcome = match tools.call(&call) {
        Answer::Result(text) => Ok(text),
        Answer::Error(text) | Answer::Denied(text) => Err(text),
    };
    Arc::make_mut(&mut brief.transcript).push(Entry::Used(ToolUse { call, outcome }.into()));
    brief
}

/// Whether an agent may open something that tells a fact.
fn can_open(brief: &Brief, known: &Known, key: &str) -> bool {
    known.shape(key).unwrap().sources.iter().any(|source| {
        let ability = match source {
            Source::Document(_) => Ability::READ,
            Source::Table(_) => Ability::QUERY,
        };
        brief.me.abilities.contains(&ability)
    })
}

#[test]
fn a_question_is_answered_first_by_everybody() {
    let (mut read, mut heard, mut passed, mut opinions, mut lies) = (0, 0, 0, 0, 0);
    for seed in 0..24 {
        let heist = heist(seed);
        let tools = AtHand::of(&heist.bank, &heist.crew).unwrap();
        play_drawn(&heist, |brief, _, numbers| {
            let mut bare = brief.clone();
            Arc::make_mut(&mut bare.transcript)
                .retain(|entry| !matches!(entry, Entry::Used(used) if used.call.turn == brief.turn));
            let (about, bare) = asked(&bare, &Known::of(&bare));
            let before = Known::of(&bare);
            let brief = after_call(&tools, &bare);
            let known = Known::of(&brief);
            let menu = Menu::of(&brief);
            let answer = &menu.items[menu.answer.expect("there is an answer")];
            let first = &menu.picked(numbers)[0];
            assert_eq!(first, answer, "{about}: {menu:?}");
            let most = menu.items.iter().filter(|item| item.act.is_none()).count();
            assert!(menu.picked(&[]).len() == 2 || most < 3, "{about}: {menu:?}");
            assert_eq!(&menu.picked(&[])[0], answer);
            let due = brief.orders.as_ref().is_some_and(|orders| orders.due);
            if answer.act.is_some() {
                assert!(due);
                lies += 1;
                return;
            }
            if menu.slip == menu.answer {
                return;
            }
            let slot = Slot::named(&about);
            match (&answer.does, known.read(&about)) {
                (does, _) if slot.is_some() => {
                    assert_eq!(does.slot(), slot, "{does:?}");
                    opinions += 1;
                }
                (Move::Report { fact, value, source }, Some(seen)) => {
                    assert_eq!((fact, value, source), (&about, &seen.fact.value(), &seen.source));
                    read += 1;
                }
                (Move::Report { fact, value, source }, None) => {
                    let told = known.said().iter().any(|said| said.fact.key() == about && said.fact.value() == *value);
                    assert!(told && *fact == about && source.is_empty(), "{answer:?}");
                    heard += 1;
                }
                (Move::Ask { about: asked, agent }, None) => {
                    assert!(*asked == about && *agent != brief.me.name);
                    passed += 1;
                }
                (does, _) => panic!("{about} is no answer: {does:?}"),
            }
            // Whoever can look it up has done so, but for a mole that is to do something else.
            if slot.is_none() && !beside::is_due(&brief) && can_open(&brief, &before, &about) {
                assert!(known.read(&about).is_some(), "seed {seed}: {} did not look up {about}", brief.me.name);
            }
        });
    }
    println!("{read} read, {heard} heard, {passed} passed on, {opinions} opinions, {lies} lies");
    assert!([read, heard, passed, opinions].into_iter().all(|number| number > 50) && lies > 0);
}

/// What the mole would answer where nothing is due is what anybody in its place would.
#[test]
fn a_mole_that_is_to_do_nothing_answers_like_the_others() {
    for seed in 0..12 {
        play_drawn(&heist(seed), |brief, _, _| {
            let (_, brief) = asked(brief, &Known::of(brief));
            let Some(orders) = &brief.orders else { return };
            let honest = Brief { orders: None, ..brief.clone() };
            if !orders.due {
                let (menu, plain) = (Menu::of(&brief), Menu::of(&honest));
                assert_eq!(calls(&brief), calls(&honest));
                if plain.slip.is_none() {
                    assert_eq!((menu.items, menu.answer), (plain.items, plain.answer));
                }
            }
        });
    }
}
