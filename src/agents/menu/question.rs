//! The answer to the player's question: a fact that the agent has read, else what it has heard of it, else the question passed
//! on to who can find out; of a slot what it would have there, and why.

use heist_bank::Slot;

use super::Item;
use super::facts::report;
use super::plan::speaks_against;
use super::talk::finder;
use super::trades::Trade;
use super::view::View;
use crate::crew::Persona;
use crate::heist::Move;

/// What answers the player's question, if the agent is asked one.
pub(super) fn answer(view: &View) -> Option<Move> {
    let about = view.question.as_deref()?;
    match Slot::named(about) {
        Some(slot) => opinion(view, slot).or_else(|| pass_on(view, about, view.agent_for(Trade::of(slot)))),
        None => told(view, about).or_else(|| pass_on(view, about, finder(view, about))),
    }
}

/// The place of the item that answers the player's question: an act, if one is about the same, else the honest answer.
pub(super) fn place(view: &View, items: &[Item]) -> Option<usize> {
    let is_on = |does: &Move| does.slot().is_some_and(|slot| view.is_in_question(slot.name()));
    let answers = |does: &Move| match does {
        Move::Report { fact, .. } | Move::Correct { fact, .. } => view.is_in_question(fact),
        Move::Propose { .. } | Move::Support { .. } | Move::Oppose { .. } => is_on(does),
        Move::Ask { about, .. } => view.is_in_question(about),
        _ => false,
    };
    // Who evades a question has heard it all the same.
    let evades = |does: &Move| matches!(does, Move::Defer { .. } | Move::Reopen { .. }) && is_on(does);
    let act = items.iter().position(|item| item.act.is_some() && (answers(&item.does) || evades(&item.does)));
    act.or_else(|| items.iter().position(|item| answers(&item.does)))
}

/// The fact as the agent has read it, or as others told it last.
fn told(view: &View, key: &str) -> Option<Move> {
    if let Some(seen) = view.known.read(key) {
        return Some(report(seen));
    }
    let mut others = view.known.said().iter().rev().filter(|said| !view.is_me(&said.agent));
    let said = others.find(|said| said.fact.key() == key)?;
    Some(Move::Report { fact: key.to_owned(), value: said.fact.value(), source: String::new() })
}

/// What the agent would have in a slot, and why; of what is settled, whether it stands by it.
fn opinion(view: &View, slot: Slot) -> Option<Move> {
    let (f, best, drafted) = (view.figures(), view.best(), view.slot(slot));
    let value = best.option(f, slot)?.to_owned();
    let settled = drafted.settled.as_deref();
    if let Some(settled) = settled.filter(|settled| settled.eq_ignore_ascii_case(&value))
        && let Some(key) = speaks_against(view, slot, settled, "")
    {
        return Some(Move::Oppose { slot, value: settled.to_owned(), because: Some(key) });
    }
    let reasons = best.reasons(f, slot, &value);
    let because = reasons.into_iter().filter(|reason| reason.weight > 0).max_by_key(|reason| reason.weight);
    let because = because.map(|reason| reason.key);
    let known = drafted.proposals.iter().find(|proposal| proposal.value.eq_ignore_ascii_case(&value));
    Some(match known {
        Some(known) => Move::Support { slot, value: known.value.clone(), because },
        None => Move::Propose { slot, value, because },
    })
}

/// The question put to somebody else: who can find out, or anybody.
fn pass_on(view: &View, about: &str, to: Option<&Persona>) -> Option<Move> {
    let to = to.filter(|to| !view.is_me(&to.name)).or_else(|| view.others().next())?;
    Some(Move::Ask { agent: to.name.clone(), about: about.to_owned() })
}
