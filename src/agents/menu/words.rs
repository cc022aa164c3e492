//! Moves in sentences: in the first person, each with all the names and figures of its move.

use heist_bank::Slot;

use super::view::View;
use crate::heist::Move;

/// A move in a sentence.
pub(super) fn sentence(view: &View, does: &Move) -> String {
    let because = |because: &Option<String>| {
        let fact = because.as_deref().and_then(|key| view.known.fact(key));
        fact.map_or_else(String::new, |fact| format!(", because {}", fact.said(0)))
    };
    match does {
        Move::Report { fact, value, source } => match view.said(fact, value) {
            Some(fact) if source.is_empty() => format!("I tell you that {}.", fact.said(0)),
            Some(fact) => format!("From {source} I have it that {}.", fact.said(0)),
            None => String::new(),
        },
        Move::Correct { agent, fact, value, source } => match view.said(fact, value) {
            Some(said) if *agent == view.brief.me.name => {
                format!("I was wrong about {}: {}.", said.label(), said.said(0))
            }
            Some(said) => format!("{agent} is wrong about {}: {source} says that {}.", said.label(), said.said(0)),
            None => String::new(),
        },
        Move::Propose { slot, value, because: fact } => {
            format!("I propose that {}{}.", stands(*slot, value), because(fact))
        }
        Move::Support { slot, value, because: fact } => {
            format!("I agree that {}{}.", stands(*slot, value), because(fact))
        }
        Move::Oppose { slot, value, because: fact } => {
            format!("I am against it that {}{}.", stands(*slot, value), because(fact))
        }
        Move::Settle { slot, value } => format!("It is settled: {}.", stands(*slot, value)),
        Move::Reopen { slot } => format!("I want to open the question of {} again.", matter(*slot)),
        Move::Defer { slot } => format!("I would leave {} open for now.", matter(*slot)),
        Move::Assign { agent, slot } => format!("{agent} sees to {}.", matter(*slot)),
        Move::Ask { agent, about } => format!("{agent}, what do you know about {}?", named(view, about)),
        Move::Conclude { from: _, about } => format!("With that I take {} as settled.", named(view, about)),
    }
}

/// A fact or a slot in words that can follow "about".
fn named(view: &View, about: &str) -> String {
    Slot::named(about).map_or_else(|| view.label(about), |slot| matter(slot).to_owned())
}

/// What a slot is about.
pub(super) const fn matter(slot: Slot) -> &'static str {
    match slot {
        Slot::Start => "the start",
        Slot::Entry => "the way in",
        Slot::Alarm => "the alarm line",
        Slot::Method => "the vault door",
        Slot::Load => "the load",
        Slot::Route => "the way out",
    }
}

/// What a value in a slot means, as a clause.
pub(super) fn stands(slot: Slot, value: &str) -> String {
    match slot {
        Slot::Start => format!("we start at {value}"),
        Slot::Entry => format!("we go in by the {value}"),
        Slot::Alarm if value == "line test" => "the line test covers our alarms".to_owned(),
        Slot::Alarm if value == "cut line" => "we cut the alarm line".to_owned(),
        Slot::Alarm => "we do nothing about the alarm line".to_owned(),
        Slot::Method => format!("we open the vault with the {value} method"),
        Slot::Load => format!("we take the {value}"),
        Slot::Route => format!("we leave by the {value} route"),
    }
}
