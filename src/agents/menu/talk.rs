//! Moves between agents: answers, corrections, taking back what was wrong, and questions.

use heist_bank::{Slot, Source};

use super::facts::{report, stakes, telling};
use super::offer::Offers;
use super::plan::speaks_for;
use super::trades::Trade;
use super::view::{View, draw};
use crate::crew::{Ability, Persona, Said};
use crate::heist::{Move, Phase};

/// Others' wrong claims are taken up while they are at most so many rounds old.
const FRESH: usize = 2;
/// So many questions at most come to mind.
const QUESTIONS: usize = 4;

/// What can be said to others.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    answers(view, offers);
    retractions(view, offers);
    corrections(view, offers);
    questions(view, offers);
}

/// What the agent was asked for.
fn answers(view: &View, offers: &mut Offers) {
    for (score, (_, about)) in (0..3).map(|number| 900 - 10 * number).zip(view.asked()) {
        if let Some(slot) = Slot::named(about) {
            // What it thinks of the slot, or what it knows that bears on it.
            let (f, best) = (view.figures(), view.best());
            let drafted = view.slot(slot);
            if let Some(value) = best.option(f, slot).filter(|_| drafted.settled.is_none()) {
                let because = speaks_for(view, slot, value);
                let known = drafted.proposals.iter().find(|proposal| proposal.value.eq_ignore_ascii_case(value));
                let value = value.to_owned();
                if known.is_none() {
                    offers.add(score, Move::Propose { slot, value, because });
                } else if known.is_some_and(|one| !one.supporters.iter().any(|name| view.is_me(name))) {
                    offers.add(score, Move::Support { slot, value, because });
                }
            }
            let bears = |fact: &heist_bank::Fact| fact.bears_on().iter().any(|(of, _)| *of == slot);
            let unsaid = view.known.own().filter(|seen| bears(&seen.fact) && !view.known.is_said(&seen.fact.key()));
            if let Some(seen) = unsaid.max_by_key(|seen| telling(view, &seen.fact, &seen.fact.key())) {
                offers.add(score - 5, report(seen));
            }
        } else if let Some(seen) = view.known.read(about) {
            offers.add(score, report(seen));
        } else if let Some(said) = view.known.heard(about).filter(|said| !view.is_me(&said.agent)) {
            // What was said since the question need not be said again.
            let is_since = view.since().any(|message| message.turn == said.turn);
            if !is_since {
                let (fact, value) = (said.fact.key(), said.fact.value());
                offers.add(score - 450, Move::Report { fact, value, source: String::new() });
            }
        }
    }
}

/// Who has said since that a claim is wrong, and what is right.
fn objection<'a>(view: &'a View, claim: &Said) -> Option<&'a Said> {
    view.known.said_of(&claim.fact.key()).rev().find(|said| {
        said.turn > claim.turn
            && said.corrects.as_ref() == Some(&claim.agent)
            && said.agent != claim.agent
            && said.fact != claim.fact
    })
}

/// So many of a hundred wrong claims are taken back; of the others their speaker will not hear.
const TAKEN_BACK: usize = 85;

/// What somebody has objected to, and the agent's own source does not bear out.
fn retractions(view: &View, offers: &mut Offers) {
    for claim in view.known.said().iter().rev().filter(|said| view.is_me(&said.agent)) {
        let Some(objection) = objection(view, claim).filter(|_| view.known.stands(claim)) else { continue };
        let key = claim.fact.key();
        if draw(view.brief.seed, claim.turn, &[view.me(), "takes back", &key], 100) >= TAKEN_BACK {
            continue;
        }
        let (right, source) = match view.known.read(&key) {
            Some(seen) => (&seen.fact, &seen.source),
            None => (&objection.fact, &objection.source),
        };
        if *right != claim.fact {
            let (fact, value, source) = (key, right.value(), source.clone());
            offers.add(960, Move::Correct { agent: view.me().clone(), fact, value, source });
        }
    }
}

/// What others have said and the agent's own source contradicts.
fn corrections(view: &View, offers: &mut Offers) {
    let crew = view.brief.crew.len();
    let oldest = view.brief.turn.saturating_sub(u32::try_from(FRESH * crew).unwrap_or(u32::MAX));
    let wrong = view.known.wrong().filter(|(said, _)| !view.is_me(&said.agent) && said.turn >= oldest);
    for (number, (said, seen)) in (0..3).zip(wrong) {
        // Once is enough, unless it was a correction of what the agent had right.
        if objection(view, said).is_none() {
            let (fact, value, source) = (seen.fact.key(), seen.fact.value(), seen.source.clone());
            // At the end only what the plan hangs on is still worth it.
            let late = view.is_final() && !stakes(view).contains_key(&fact);
            offers.add(
                if late { 300 } else { 830 } - 10 * number,
                Move::Correct { agent: said.agent.clone(), fact, value, source },
            );
        }
    }
}

/// The keys of facts that a slot hangs on and of which the agent knows nothing, what matters most first.
pub(super) fn lacks(view: &View, slot: Slot) -> Vec<String> {
    let f = view.figures();
    let named = |group: &str, names: &[String]| names.iter().map(|name| format!("{group}:{name}")).collect::<Vec<_>>();
    let own = |keys: &[&str]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    // Thinking a plan through takes long, and most slots need none for this.
    let likely = || view.best().option(f, slot).map(ToOwned::to_owned).into_iter().collect::<Vec<_>>();
    let mut keys = match slot {
        Slot::Start => own(&["gap", "first_round", "line_test", "rounds"]),
        Slot::Entry => named("seen_by", f.options(slot)).into_iter().chain(named("walk", &likely())).collect(),
        Slot::Alarm => own(&["line_test", "callers:police", "radio", "callers:guards", "police", "guards_need"]),
        Slot::Method => named("method", f.options(slot)).into_iter().chain(own(&["loop", "time_lock"])).collect(),
        Slot::Load => {
            let loads: Vec<_> = view.brief.bank.vault.loot.iter().map(|loot| loot.name.clone()).collect();
            named("loot", &loads).into_iter().chain(own(&["shut", "loop"])).collect()
        }
        Slot::Route => named("route", f.options(slot)).into_iter().chain(named("risk", &likely())).collect(),
    };
    // An exit that no camera sees has no view to ask for.
    keys.retain(|key| view.known.fact(key).is_none() && view.known.shape(key).is_some());
    keys
}

/// What the plan lacks, asked of whoever can find it.
fn questions(view: &View, offers: &mut Offers) {
    if view.is_final() {
        return;
    }
    let early = view.brief.phase == Phase::Reconnaissance;
    let open = if early { &Slot::ALL[..] } else { view.brief.phase.slots() };
    let mut found: Vec<(i32, Move)> = Vec::new();
    for slot in open.iter().filter(|slot| view.slot(**slot).settled.is_none()) {
        let own = i32::from(view.trade().slots().contains(slot)) * 25;
        for (number, key) in (0..).zip(lacks(view, *slot).into_iter().take(2)) {
            let Some(agent) = finder(view, &key).filter(|_| !view.is_asked(&key)) else { continue };
            let lead = i32::from(view.is_planner()) * if early { 180 } else { 60 };
            let chance = i32::try_from(view.draw(&key, 40)).unwrap_or(0);
            let does = Move::Ask { agent: agent.name.clone(), about: key };
            found.push((270 + own + lead + chance - 30 * number, does));
        }
    }
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    for (score, does) in found.into_iter().take(QUESTIONS) {
        offers.add(score, does);
    }
    if early && !view.is_planner() {
        // Whoever can find nothing out asks for an opinion at least.
        let slot = view.trade().slots().first().copied().unwrap_or(Slot::Start);
        let agent = view.agent_for(Trade::of(slot)).filter(|agent| !view.is_me(&agent.name));
        if let Some(agent) = agent.filter(|_| !view.is_asked(slot.name())) {
            offers.add(150, Move::Ask { agent: agent.name.clone(), about: slot.name().into() });
        }
    }
}

/// Who of the others can find out about a fact: whoever may open what tells it, whose business it is above all.
pub(super) fn finder<'a>(view: &View<'a>, key: &str) -> Option<&'a Persona> {
    let shape = view.known.shape(key)?;
    let opens = |source: &Source| match source {
        Source::Document(_) => Ability::READ,
        Source::Table(_) => Ability::QUERY,
    };
    let able = |persona: &&Persona| shape.sources.iter().any(|source| persona.abilities.contains(&opens(source)));
    let fits = |persona: &&Persona| {
        let own = view.trade_of(&persona.name) == Trade::of_subject(shape.kind.subject);
        (own, view.draw(&format!("{key} {}", persona.name), 100))
    };
    view.others().filter(able).max_by_key(fits)
}
