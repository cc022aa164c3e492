//! Moves about the plan: bringing something forward, being for or against it, settling it, and seeing to it.

use heist_bank::Slot;

use super::offer::Offers;
use super::trades::{Trade, slots};
use super::view::View;
use crate::heist::{Drafted, Move, Phase};

/// By so much something has to be better before it is preferred to what stands.
const CLEARLY: i32 = 10;
/// What weighs so much against something is worth saying.
const AGAINST: i32 = -10;
/// What weighs so much against something that is settled opens it again.
const UNDOES: i32 = -20;
/// A slot is opened again at most so often.
const MOST_REOPENED: usize = 2;

/// What can be said about the plan.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    for slot in Slot::ALL {
        let drafted = view.slot(slot);
        if drafted.settled.is_some() {
            reopen(view, slot, drafted, offers);
        } else {
            opinion(view, slot, drafted, offers);
            settle(view, slot, drafted, offers);
            defer(view, slot, offers);
        }
        assign(view, slot, drafted, offers);
    }
}

/// How much of a phase's business a slot is: the more, the higher.
fn matters(view: &View, slot: Slot) -> i32 {
    let own = i32::from(view.trade().slots().contains(&slot)) * 40;
    let first = i32::from(view.trade().slots().first() == Some(&slot)) * 20;
    let fits = slots(view.brief.phase).contains(&slot);
    let over = is_over(view, slot);
    own + first
        + if fits {
            60
        } else if over {
            30
        } else {
            -150
        }
}

/// Whether the phase that a slot is the business of is over.
fn is_over(view: &View, slot: Slot) -> bool {
    let phase = view.brief.phase;
    let mut later =
        Phase::ALL.into_iter().filter(|other| (*other as usize) >= phase as usize && *other != Phase::FinalPlan);
    view.is_final() || !later.any(|phase| slots(phase).contains(&slot))
}

/// The agent's opinion on a slot that is open.
fn opinion(view: &View, slot: Slot, drafted: &Drafted, offers: &mut Offers) {
    let (f, best) = (view.figures(), view.best());
    let Some(own) = best.option(f, slot) else { return };
    let matters = matters(view, slot);
    let worth = |value: &str| best.worth_with(f, slot, value).unwrap_or(i32::MIN / 2);
    let Some(leading) = drafted.leading() else {
        let value = own.to_owned();
        let because = speaks_for(view, slot, own);
        let grounds = i32::from(because.is_some()) * 40;
        return offers.add(440 + matters + grounds, Move::Propose { slot, value, because });
    };
    let is_for = |value: &str| {
        let mut all = drafted.proposals.iter().filter(|proposal| proposal.value.eq_ignore_ascii_case(value));
        all.any(|proposal| proposal.supporters.iter().any(|supporter| view.is_me(supporter)))
    };
    let stands = leading.value.clone();
    if stands.eq_ignore_ascii_case(own) || worth(own) < worth(&stands) + CLEARLY {
        if !is_for(&stands) {
            let because = speaks_for(view, slot, &stands);
            let grounds = i32::from(because.is_some()) * 30;
            offers.add(400 + matters + grounds, Move::Support { slot, value: stands, because });
        }
        return;
    }
    if !leading.opponents.iter().any(|opponent| view.is_me(opponent))
        && let Some(key) = speaks_against(view, slot, &stands, own)
    {
        offers.add(600 + matters, Move::Oppose { slot, value: stands, because: Some(key) });
    }
    if !is_for(own) {
        let value = own.to_owned();
        let because = speaks_for(view, slot, own);
        let is_new = !drafted.proposals.iter().any(|proposal| proposal.value.eq_ignore_ascii_case(own));
        let does = if is_new { Move::Propose { slot, value, because } } else { Move::Support { slot, value, because } };
        offers.add(520 + matters, does);
    }
}

/// The planner decides what is ripe.
fn settle(view: &View, slot: Slot, drafted: &Drafted, offers: &mut Offers) {
    if !view.is_planner() {
        return;
    }
    let (f, best) = (view.figures(), view.best());
    let worth = |value: &str| best.worth_with(f, slot, value).unwrap_or(i32::MIN / 2);
    let votes = |of: &crate::heist::Proposal| {
        let number = |agents: &[crate::heist::AgentName]| i32::try_from(agents.len()).unwrap_or(0);
        number(&of.supporters) - number(&of.opponents)
    };
    let liked = drafted.proposals.iter().rev().max_by_key(|proposal| 6 * votes(proposal) + worth(&proposal.value));
    let half = view.brief.crew.len() / 2;
    let ripe = liked.is_some_and(|liked| liked.supporters.len() >= half.max(2));
    let due = view.is_final() || (liked.is_some() && is_over(view, slot));
    if !ripe && !due {
        return;
    }
    let value = liked.map(|liked| liked.value.clone()).or_else(|| best.option(f, slot).map(ToOwned::to_owned));
    if let Some(value) = value {
        let last = if view.is_last_turn() { 250 } else { 0 };
        let due = i32::from(due) * 60;
        offers.add(680 + due + last, Move::Settle { slot, value });
    }
}

/// What is settled is opened again if what the agent has read speaks against it and something else is clearly better.
fn reopen(view: &View, slot: Slot, drafted: &Drafted, offers: &mut Offers) {
    let Some(settled) = &drafted.settled else { return };
    let is_it = |mv: &Move| matches!(mv, Move::Reopen { slot: of } if *of == slot);
    let often = view.messages().flat_map(|message| &message.moves).filter(|mv| is_it(mv)).count();
    if view.is_final() || often >= MOST_REOPENED || view.has_done(is_it) {
        return;
    }
    let (f, best) = (view.figures(), view.best());
    let own = view.best().reasons(f, slot, settled);
    let is_read = |key: &str| view.known.read(key).is_some();
    let grave =
        own.iter().filter(|reason| reason.weight <= UNDOES && is_read(&reason.key)).min_by_key(|one| one.weight);
    let Some(grave) = grave else { return };
    let worth = best.worth_with(f, slot, settled).unwrap_or(0);
    let options = f.options(slot).iter().filter_map(|option| best.worth_with(f, slot, option)).max();
    if options.is_some_and(|better| better >= worth - UNDOES / 2) {
        let fresh = i32::from(view.is_fresh(&grave.key)) * 60;
        offers.add(560 + fresh, Move::Reopen { slot });
    }
}

/// A decision is put off for which something is not known.
fn defer(view: &View, slot: Slot, offers: &mut Offers) {
    let fits = slots(view.brief.phase).contains(&slot) && !view.is_final();
    let lacks = super::talk::lacks(view, slot);
    if fits && !lacks.is_empty() && !view.has_done(|mv| matches!(mv, Move::Defer { slot: of } if *of == slot)) {
        offers.add(130, Move::Defer { slot });
    }
}

/// Somebody is to see to a slot.
fn assign(view: &View, slot: Slot, drafted: &Drafted, offers: &mut Offers) {
    if drafted.assigned.is_some() || slot == Slot::Load {
        return;
    }
    let Some(agent) = view.agent_for(Trade::of(slot)) else { return };
    let own = view.is_me(&agent.name);
    if !view.is_planner() && !own {
        return;
    }
    let early = view.brief.phase == Phase::Reconnaissance;
    let score = match (view.is_planner(), early || view.is_final()) {
        (true, true) => 470,
        (true, false) => 300,
        (false, true) => 250,
        (false, false) => 180,
    };
    offers.add(score, Move::Assign { agent: agent.name.clone(), slot });
}

/// The key of the fact that speaks most for an option, best one that nobody has given for it.
pub(super) fn speaks_for(view: &View, slot: Slot, value: &str) -> Option<String> {
    let given = |key: &str| view.slot(slot).proposals.iter().any(|one| one.because.as_deref() == Some(key));
    let reasons = view.best().reasons(view.figures(), slot, value);
    let score =
        |key: &str, weight: i32| weight * 2 - if given(key) { 5 } else { 0 } + i32::from(view.is_fresh(key)) * 8;
    let best = reasons.iter().filter(|reason| reason.weight > 0).max_by_key(|one| score(&one.key, one.weight));
    best.map(|reason| reason.key.clone())
}

/// The key of the fact that speaks most against an option and not against another.
fn speaks_against(view: &View, slot: Slot, value: &str, other: &str) -> Option<String> {
    let (f, best) = (view.figures(), view.best());
    let same = best.reasons(f, slot, other);
    let of_both = |key: &str, weight: i32| same.iter().any(|reason| reason.key == key && reason.weight <= weight);
    let reasons = best.reasons(f, slot, value);
    let against = reasons.iter().filter(|reason| reason.weight <= AGAINST && !of_both(&reason.key, reason.weight));
    against.min_by_key(|reason| reason.weight).map(|reason| reason.key.clone())
}
