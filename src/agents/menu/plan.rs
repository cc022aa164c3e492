//! Moves about the plan: bringing something forward, being for or against it, settling it, and seeing to it.

use heist_bank::Slot;

use super::offer::Offers;
use super::trades::Trade;
use super::view::View;
use crate::heist::{AgentName, Drafted, Move, Phase, Proposal};

/// By so much something has to be better before it is preferred to what stands.
const CLEARLY: i32 = 10;
/// What weighs so much against something is worth saying.
const AGAINST: i32 = -10;
/// What weighs so much against something that is settled opens it again.
const UNDOES: i32 = -20;
/// What was undone weighs so much less when it is decided again.
const UNDONE: i32 = 20;
/// What somebody is for weighs so much more for whoever decides.
const VOTE: i32 = 2;
/// What is said at the end, when everybody looks at the whole plan, weighs so much more.
const LATE: i32 = 24;
/// A slot is opened again at most so often.
const MOST_REOPENED: usize = 2;

/// What can be said about the plan.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    for slot in Slot::ALL {
        let drafted = view.slot(slot);
        if let Some(settled) = &drafted.settled {
            reopen(view, slot, drafted, offers);
            review(view, slot, settled, drafted, offers);
            mend(view, slot, settled, offers);
            back(view, slot, settled, drafted, offers);
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
    let fits = view.brief.phase.slots().contains(&slot);
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
    view.is_final() || !later.any(|phase| phase.slots().contains(&slot))
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
        // Without a reason it is a guess, which is for whoever has nothing better.
        let score = if because.is_some() { 480 } else { 200 };
        return offers.add(score + matters, Move::Propose { slot, value, because });
    };
    let is_for = |value: &str| {
        let mut all = drafted.proposals.iter().filter(|proposal| proposal.value.eq_ignore_ascii_case(value));
        all.any(|proposal| proposal.supporters.iter().any(|supporter| view.is_me(supporter)))
    };
    let stands = leading.value.clone();
    if stands.eq_ignore_ascii_case(own) || worth(own) < worth(&stands) + CLEARLY {
        if !is_for(&stands) {
            let because = speaks_for(view, slot, &stands);
            let score = if because.is_some() { 430 } else { 330 };
            offers.add(score + matters, Move::Support { slot, value: stands, because });
        }
        return;
    }
    if !leading.opponents.iter().any(|opponent| view.is_me(opponent))
        && let Some(key) = speaks_against(view, slot, &stands, own)
    {
        // What somebody has given as a reason already needs not be said again.
        let is_given = is_given(view, &key);
        let score = if is_given { 480 } else { 600 };
        offers.add(score + matters, Move::Oppose { slot, value: stands, because: (!is_given).then_some(key) });
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
    let half = view.brief.crew.len() / 2;
    let ripe = drafted.leading().is_some_and(|leading| leading.supporters.len() >= half.max(2));
    let due = view.is_final() || (drafted.leading().is_some() && is_over(view, slot));
    if !ripe && !due {
        return;
    }
    if let Some(value) = liked(view, slot, drafted) {
        let last = if view.is_last_turn() { 250 } else { 0 };
        let due = i32::from(due) * 60;
        offers.add(680 + due + last, Move::Settle { slot, value });
    }
}

/// At the end everybody looks at what is settled once more, and says what would be better.
fn review(view: &View, slot: Slot, settled: &str, drafted: &Drafted, offers: &mut Offers) {
    if !view.is_final() || view.is_planner() {
        return;
    }
    let (f, best) = (view.figures(), view.best());
    let worth = |value: &str| best.worth_with(f, slot, value).unwrap_or(i32::MIN / 2);
    let Some(own) = best.option(f, slot).filter(|own| worth(own) >= worth(settled) + CLEARLY) else { return };
    let is_against = drafted.leading().is_some_and(|leading| leading.opponents.iter().any(|name| view.is_me(name)));
    let because = speaks_against(view, slot, settled, own).filter(|_| !is_against);
    if let Some(key) = because {
        let is_given = is_given(view, &key);
        let because = (!is_given).then_some(key);
        offers.add(if is_given { 830 } else { 860 }, Move::Oppose { slot, value: settled.to_owned(), because });
    }
    let of_own = drafted.proposals.iter().find(|proposal| proposal.value.eq_ignore_ascii_case(own));
    if !of_own.is_some_and(|own| own.supporters.iter().any(|name| view.is_me(name))) {
        let (value, because) = (own.to_owned(), speaks_for(view, slot, own));
        let does = if of_own.is_none() {
            Move::Propose { slot, value, because }
        } else {
            Move::Support { slot, value, because }
        };
        offers.add(920, does);
    }
}

/// The planner's last words set right what is settled and known better by now.
fn mend(view: &View, slot: Slot, settled: &str, offers: &mut Offers) {
    let own = view.best().option(view.figures(), slot);
    let Some(own) = own.filter(|own| view.is_planner() && view.is_final() && !own.eq_ignore_ascii_case(settled)) else {
        return;
    };
    let last = if view.is_last_turn() { 250 } else { 0 };
    // What nobody has decided yet comes first.
    offers.add(700 + last, Move::Settle { slot, value: own.to_owned() });
}

/// What the planner would settle: of what was brought forward what is worth most to it with the votes, unless its own is clearly
/// better. At the end it is the whole plan that counts, with the votes for each part of it.
fn liked(view: &View, slot: Slot, drafted: &Drafted) -> Option<String> {
    let (f, best) = (view.figures(), view.best());
    let own = best.option(f, slot);
    if view.is_final() {
        return own.map(ToOwned::to_owned);
    }
    let worth = |value: &str| best.worth_with(f, slot, value).unwrap_or(i32::MIN / 2);
    let undone = if drafted.reopened { settled_last(view, slot) } else { None };
    let score = |proposal: &&Proposal| {
        let undone = i32::from(undone == Some(proposal.value.as_str())) * UNDONE;
        votes(view, slot, proposal) + worth(&proposal.value) - undone
    };
    let liked = drafted.proposals.iter().rev().max_by_key(score);
    let own = own.filter(|own| liked.is_none_or(|liked| worth(own) >= score(&liked) + CLEARLY));
    own.or_else(|| liked.map(|liked| liked.value.as_str())).map(ToOwned::to_owned)
}

/// What it weighs who is for a proposal and who against it.
pub(super) fn votes(view: &View, slot: Slot, proposal: &Proposal) -> i32 {
    let number = |agents: &[AgentName]| i32::try_from(agents.len()).unwrap_or(0);
    VOTE * (number(&proposal.supporters) - number(&proposal.opponents)) + LATE * late(view, slot, &proposal.value)
}

/// How many have spoken for a value in the last round, less those who have spoken against it.
fn late(view: &View, slot: Slot, value: &str) -> i32 {
    let of_last = view.messages().take_while(|message| view.is_final() && message.round == view.brief.rounds);
    let counts = of_last.flat_map(|message| &message.moves).map(|mv| match mv {
        Move::Propose { slot: of, value: said, .. } | Move::Support { slot: of, value: said, .. }
            if *of == slot && said == value =>
        {
            1
        }
        Move::Oppose { slot: of, value: said, .. } if *of == slot && said == value => -1,
        _ => 0,
    });
    counts.sum()
}

/// What was settled in a slot last.
fn settled_last<'a>(view: &View<'a>, slot: Slot) -> Option<&'a str> {
    view.messages().flat_map(|message| &message.moves).find_map(|mv| match mv {
        Move::Settle { slot: of, value } if *of == slot => Some(value.as_str()),
        _ => None,
    })
}

/// What is settled is opened again if what the agent has read speaks against it and something else is clearly better.
fn reopen(view: &View, slot: Slot, drafted: &Drafted, offers: &mut Offers) {
    let Some(settled) = &drafted.settled else { return };
    let is_it = |mv: &Move| matches!(mv, Move::Reopen { slot: of } if *of == slot);
    let often = view.messages().flat_map(|message| &message.moves).filter(|mv| is_it(mv)).count();
    if view.is_last_turn() || often >= MOST_REOPENED || view.has_done(is_it) {
        return;
    }
    let (f, best) = (view.figures(), view.best());
    let own = best.reasons(f, slot, settled);
    let is_read = |key: &str| view.known.read(key).is_some();
    let grave =
        own.iter().filter(|reason| reason.weight <= UNDOES && is_read(&reason.key)).min_by_key(|one| one.weight);
    let Some(grave) = grave else { return };
    let worth = |value: &str| best.worth_with(f, slot, value).unwrap_or(i32::MIN / 2);
    let better = f.options(slot).iter().max_by_key(|option| worth(option));
    let Some(better) = better.filter(|better| worth(better) >= worth(settled) - UNDOES / 2) else { return };
    let score = 580 + i32::from(view.is_fresh(&grave.key)) * 60;
    offers.add(score, Move::Reopen { slot });
    let because = Some(grave.key.clone());
    offers.add(score - 60, Move::Oppose { slot, value: settled.clone(), because });
    let because = speaks_for(view, slot, better);
    offers.add(score - 30, Move::Propose { slot, value: better.clone(), because });
}

/// At the end one says yes to what is settled, if one has not yet and has nothing against it.
fn back(view: &View, slot: Slot, settled: &str, drafted: &Drafted, offers: &mut Offers) {
    let leading = drafted.leading();
    let has_spoken =
        leading.is_some_and(|leading| leading.supporters.iter().chain(&leading.opponents).any(|name| view.is_me(name)));
    if view.is_final() && !has_spoken && speaks_against(view, slot, settled, "").is_none() {
        let own = i32::from(view.trade().slots().contains(&slot)) * 60;
        let because = speaks_for(view, slot, settled);
        offers.add(290 + own, Move::Support { slot, value: settled.to_owned(), because });
    }
}

/// A decision is put off for which something is not known.
fn defer(view: &View, slot: Slot, offers: &mut Offers) {
    let fits = view.brief.phase.slots().contains(&slot) && !view.is_final();
    let lacks = super::talk::lacks(view, slot);
    if fits && !lacks.is_empty() && !view.has_done(|mv| matches!(mv, Move::Defer { slot: of } if *of == slot)) {
        offers.add(130, Move::Defer { slot });
    }
}

/// Somebody is to see to a slot.
fn assign(view: &View, slot: Slot, drafted: &Drafted, offers: &mut Offers) {
    let Some(agent) = view.agent_for(Trade::of(slot)).filter(|_| slot != Slot::Load || drafted.muddled) else { return };
    if view.is_planner() && drafted.muddled {
        // Two were said to see to it.
        return offers.add(560, Move::Assign { agent: agent.name.clone(), slot });
    }
    if drafted.assigned.is_some() {
        return;
    }
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

/// The key of the fact that speaks most for an option and that nobody has given as a reason yet.
pub(super) fn speaks_for(view: &View, slot: Slot, value: &str) -> Option<String> {
    let reasons = view.best().reasons(view.figures(), slot, value);
    let score = |key: &str, weight: i32| weight + i32::from(view.is_fresh(key)) * 4;
    let for_it = reasons.iter().filter(|reason| reason.weight > 0 && !is_given(view, &reason.key));
    for_it.max_by_key(|one| score(&one.key, one.weight)).map(|reason| reason.key.clone())
}

/// Whether anybody has given a fact as a reason.
fn is_given(view: &View, key: &str) -> bool {
    let gives = |mv: &Move| match mv {
        Move::Propose { because, .. } | Move::Support { because, .. } | Move::Oppose { because, .. } => {
            because.as_deref() == Some(key)
        }
        _ => false,
    };
    view.messages().any(|message| message.moves.iter().any(gives))
}

/// The key of the fact that speaks most against an option and not against another.
pub(super) fn speaks_against(view: &View, slot: Slot, value: &str, other: &str) -> Option<String> {
    let (f, best) = (view.figures(), view.best());
    let same = best.reasons(f, slot, other);
    let of_both = |key: &str, weight: i32| same.iter().any(|reason| reason.key == key && reason.weight <= weight);
    let reasons = best.reasons(f, slot, value);
    let against = reasons.iter().filter(|reason| reason.weight <= AGAINST && !of_both(&reason.key, reason.weight));
    against.min_by_key(|reason| (is_given(view, &reason.key), reason.weight)).map(|reason| reason.key.clone())
}
