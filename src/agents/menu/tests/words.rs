//! The menu's sentences, of every bank's facts and options.

use std::collections::BTreeSet;
use std::sync::Arc;

use heist_bank::{Bank, Fact, Slot};

use super::honest::all_read;
use crate::agents::menu::view::View;
use crate::agents::menu::words::{MOST_CHARS, sentence, way};
use crate::heist::{AgentName, Move};

/// Whether it can be said: one sentence, whole, and without what no voice can say.
fn can_be_said(text: &str) {
    assert!(text.ends_with(['.', '?']), "{text}");
    assert!(text.chars().count() <= MOST_CHARS, "{text}");
    assert!(!text.contains(['{', '}', '[', ']', '(', ')', '"', ';', '\n']) && !text.contains("  "), "{text}");
    assert!(!text.contains(" .") && !text.contains(" ,") && !text.contains(".."), "{text}");
    let first = text.split(' ').next().unwrap();
    assert!(first.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || first.contains('.'), "{text}");
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    assert!(words.windows(2).all(|pair| pair[0] != pair[1] || pair[0] == "that"), "{text}");
}

/// All that can be said of a fact.
fn of_fact(view: &View, fact: &Fact, source: &str) -> Vec<Move> {
    let (other, me): (AgentName, _) = ("driver".into(), view.me().clone());
    let (key, value) = (fact.key(), fact.value());
    let report = |source: &str| Move::Report { fact: key.clone(), value: value.clone(), source: source.into() };
    let correct = |agent: &AgentName, source: &str| Move::Correct {
        agent: agent.clone(),
        fact: key.clone(),
        value: value.clone(),
        source: source.into(),
    };
    vec![
        report(source),
        report(""),
        correct(&other, source),
        correct(&other, ""),
        correct(&me, source),
        correct(&me, ""),
    ]
}

#[test]
fn every_fact_can_be_said_with_all_that_is_said_of_it() {
    for bank in [Bank::first_meridian()].into_iter().chain((0..30).map(Bank::of)) {
        let seed = bank.seed.unwrap_or(99);
        let mut brief = all_read(&Arc::new(bank), seed);
        brief.turn += u32::try_from(seed).unwrap();
        let view = View::of(&brief);
        let facts: Vec<_> = view.known.own().map(|seen| (seen.fact.clone(), seen.source.clone())).collect();
        for (fact, source) in &facts {
            let said = fact.said(way(&view, fact));
            if said.chars().count() >= MOST_CHARS {
                continue;
            }
            for does in of_fact(&view, fact, source) {
                let text = sentence(&view, &does);
                can_be_said(&text);
                // What is long is said in the shortest of the ways that say as much.
                let whole =
                    (0..fact.kind.ways()).any(|way| text.to_lowercase().contains(&fact.said(way).to_lowercase()));
                assert!(whole, "{text} does not say that {said}");
                if let Move::Correct { agent, .. } = &does
                    && !view.is_me(agent)
                    && said.len() < 80
                {
                    assert!(text.to_lowercase().contains(&**agent), "{text}");
                }
            }
            let ask = Move::Ask { agent: "driver".into(), about: fact.key() };
            let text = sentence(&view, &ask);
            can_be_said(&text);
            assert!(text.contains(&fact.label()) && text.to_lowercase().contains("driver"), "{text}");
        }
    }
}

#[test]
fn every_option_can_be_said_for_every_reason() {
    for seed in 0..30 {
        let mut brief = all_read(&Arc::new(Bank::of(seed)), seed);
        brief.turn += u32::try_from(seed).unwrap();
        let view = View::of(&brief);
        for slot in Slot::ALL {
            let mut heard = BTreeSet::new();
            for value in view.figures().options(slot).to_vec() {
                let reasons = view.best().reasons(view.figures(), slot, &value);
                for because in reasons.into_iter().map(|reason| Some(reason.key)).chain([None]) {
                    let value = value.clone();
                    let does = [
                        Move::Propose { slot, value: value.clone(), because: because.clone() },
                        Move::Support { slot, value: value.clone(), because: because.clone() },
                        Move::Oppose { slot, value: value.clone(), because },
                        Move::Settle { slot, value: value.clone() },
                    ];
                    for does in does {
                        let text = sentence(&view, &does);
                        can_be_said(&text);
                        let is_said = text.to_lowercase().contains(&value.to_lowercase());
                        assert!(is_said || slot == Slot::Alarm, "{text} does not name {value}");
                        heard.insert(text);
                    }
                }
            }
            let others = [
                Move::Reopen { slot },
                Move::Defer { slot },
                Move::Assign { agent: "driver".into(), slot },
                Move::Assign { agent: view.me().clone(), slot },
                Move::Ask { agent: "driver".into(), about: slot.name().into() },
            ];
            for does in others {
                let text = sentence(&view, &does);
                can_be_said(&text);
                assert!(heard.insert(text), "two moves sound alike");
            }
        }
    }
}
