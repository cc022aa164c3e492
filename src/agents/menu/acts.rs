//! Acts of sabotage: what a mole can do for its strategy in its turn. They are made in every agent's turn, as long as it takes,
//! and thrown away where none is due.

use heist_bank::{Fact, Slot};

use super::bend;
use super::beside;
use super::lots::Lots;
use super::trades::Trade;
use super::view::View;
use super::words::{agreed, sentence};
use super::{Item, MOST_ITEMS};
use crate::crew::Persona;
use crate::heist::{ActKind, AgentName, Difficulty, Move, Strategy};

/// So many acts at most are to choose from.
const MOST_ACTS: usize = 4;
/// So many facts at most are tried.
const MOST_TRIES: usize = 12;
/// So many honest moves at least stay beside the acts.
const LEAST_HONEST: usize = 2;

/// What a job hangs on, by the fact's kind.
#[rustfmt::skip]
const VITAL: [&str; 25] = [
    "gap", "line_test", "rounds", "first_round", "method_loud", "method_quiet", "walk", "route", "response", "guards_need",
    "police", "restart", "loop", "time_lock", "locks", "radio", "shut", "loot", "risk_wait", "test_reach", "blind", "seen_by",
    "override_desk", "calls", "callers",
];
/// What it may hang on.
#[rustfmt::skip]
const USEFUL: [&str; 24] = [
    "keeps", "patrol", "handover", "broken", "shift", "leaves", "late", "cleaners", "coffee", "desk_guard", "risk_seen",
    "risk_alarm", "shift_size", "empty", "bag", "vault_place", "leads_to", "above", "guards", "working", "guard", "level",
    "false_alarms", "server_room",
];

/// The acts that the mole can do in its turn, two to four where there are so many; none where none is due.
pub(super) fn acts(view: &View, honest: &[Item]) -> Vec<Item> {
    let lots = view.lots();
    let orders = view.brief.orders.as_ref();
    let strategy = orders.map(|orders| orders.strategy).or_else(|| lots.pick("strategy", Strategy::ALL.to_vec()));
    let mut made = match strategy {
        Some(Strategy::TimingErrors) => lies(view, &lots, true),
        Some(Strategy::FalseInfo) => lies(view, &lots, false),
        Some(Strategy::CoordinationChaos) => chaos(view, &lots),
        Some(Strategy::SubtleDelays) => delays(view, &lots),
        Some(Strategy::WrongTools) => beside::conclusions(view, &lots),
        None => Vec::new(),
    };
    // What somebody honest could say in the same words is no act.
    made.retain(|act| honest.iter().all(|item| item.does != act.does && item.words != act.words));
    made.truncate(MOST_ACTS);
    if orders.is_some_and(|orders| orders.due) { made } else { Vec::new() }
}

/// The acts among the honest moves, in whose place they come: first those that speak of the same facts, then the last.
pub(super) fn mixed(view: &View, mut honest: Vec<Item>, acts: Vec<Item>) -> Vec<Item> {
    let long = honest.len().min(MOST_ITEMS);
    let about = |item: &Item| item.does.claim().map(|(key, _)| key.to_owned());
    honest.retain(|item| about(item).is_none_or(|key| acts.iter().all(|act| about(act).as_ref() != Some(&key))));
    honest.truncate(long.saturating_sub(acts.len()).max(LEAST_HONEST));
    let lots = view.lots();
    for (number, act) in acts.into_iter().enumerate() {
        let last = u32::try_from(honest.len()).unwrap_or(0);
        let place = lots.between(&format!("place {number}"), 0, last);
        honest.insert(usize::try_from(place).unwrap_or(0).min(honest.len()), act);
    }
    honest
}

/// Something that can be told falsely.
struct Chance<'a> {
    truth: &'a Fact,
    /// Where it will be said to be from.
    source: String,
    /// Who has said it, and truly.
    teller: Option<AgentName>,
    /// The lower the better.
    rank: usize,
}

/// False reports and corrections: with a time bent, or with anything else.
fn lies(view: &View, lots: &Lots, times: bool) -> Vec<Item> {
    let difficulty = view.brief.difficulty;
    let minutes = bend::minutes(difficulty);
    // The harder the mole is to find, the less its figures disagree among themselves.
    let agreeing = match difficulty {
        Difficulty::Easy => false,
        Difficulty::Normal => lots.chance("agreeing", 6_000),
        Difficulty::Hard => true,
    };
    let mut lies: Vec<Item> = Vec::new();
    for chance in chances(view, lots, times).into_iter().take(MOST_TRIES) {
        let by = lots.between(&format!("minutes of {}", chance.truth.key()), *minutes.start(), *minutes.end());
        let bent = if times {
            bend::times(chance.truth, by, agreeing, lots)
        } else {
            bend::others(&view.brief.bank, chance.truth, lots)
        };
        lies.extend(bent.into_iter().find_map(|bent| lie(view, &chance, &bent, lots)));
        if lies.len() == MOST_ACTS {
            break;
        }
    }
    lies
}

/// A false report, or a correction of who has told the truth; none if its words would not show what is false.
fn lie(view: &View, chance: &Chance, bent: &Fact, lots: &Lots) -> Option<Item> {
    let key = chance.truth.key();
    let corrected = chance.teller.clone().filter(|_| lots.chance(&format!("correct {key}"), 6_000));
    let says = |fact: &Fact| match &corrected {
        Some(agent) => Move::Correct {
            agent: agent.clone(),
            fact: key.clone(),
            value: fact.value(),
            source: chance.source.clone(),
        },
        None => Move::Report { fact: key.clone(), value: fact.value(), source: chance.source.clone() },
    };
    let does = says(bent);
    let words = sentence(view, &does);
    let shows = bend::shows(&words, &sentence(view, &says(chance.truth)), chance.truth, bent);
    shows.then_some(Item { does, words, act: Some(ActKind::Bent) })
}

/// What can be told falsely, the best first: what matters to the plan, and what one has read before what others said. At hard
/// nothing that somebody else has read.
fn chances<'a>(view: &'a View, lots: &Lots, times: bool) -> Vec<Chance<'a>> {
    let me = view.me();
    let hard = view.brief.difficulty == Difficulty::Hard;
    let suits = |fact: &Fact| {
        let bends =
            |hole: &heist_bank::Hole| times == matches!(hole, heist_bank::Hole::Minutes | heist_bank::Hole::Clock);
        let holes = fact.kind.holes.iter().enumerate();
        holes.filter(|(hole, _)| fact.kind.id != Some(*hole)).any(|(_, hole)| bends(hole))
    };
    let mut chances: Vec<Chance> = Vec::new();
    for truth in view.known.truths().filter(|truth| suits(truth)) {
        let key = truth.key();
        let read = view.known.seen_of(&key);
        let (own, others): (Vec<_>, Vec<_>) = read.partition(|seen| seen.agent == *me);
        if hard && !others.is_empty() {
            continue;
        }
        let said: Vec<_> = view.known.said_of(&key).collect();
        let teller = said.iter().rev().find(|said| said.agent != *me && said.fact == *truth);
        let (rank, source) = match (own.last(), teller) {
            // Nobody contradicts itself who can help it.
            _ if said.iter().any(|said| said.agent == *me) => (7, own.last().map(|seen| &seen.source)),
            (Some(own), None) => (0, Some(&own.source)),
            (Some(own), Some(_)) => (1, Some(&own.source)),
            (None, Some(told)) => (2, Some(&told.source)),
            // Of what nobody has read anybody could have heard.
            (None, None) if others.is_empty() => (if hard { 1 } else { 5 }, None),
            (None, None) => continue,
        };
        let weight = [&VITAL[..], &USEFUL[..]].iter().position(|kinds| kinds.contains(&truth.kind.key)).unwrap_or(3);
        chances.push(Chance {
            truth,
            source: source.cloned().unwrap_or_default(),
            teller: teller.map(|said| said.agent.clone()),
            // What the player asks for is what a lie is waited for about, unless one would contradict oneself.
            rank: 10 * if rank < 7 && view.is_in_question(&key) { 0 } else { rank + 2 * weight }
                + usize::try_from(lots.between(&format!("try {key}"), 0, 9)).unwrap_or(0),
        });
    }
    chances.sort_by_key(|chance| chance.rank);
    chances
}

/// Decisions undone, others said to see to things, and agreements remembered wrongly.
fn chaos(view: &View, lots: &Lots) -> Vec<Item> {
    let slots = by_ripeness(view, lots);
    let reopened = slots.iter().filter(|slot| view.slot(**slot).settled.is_some());
    let reopened = reopened.map(|slot| item(view, Move::Reopen { slot: *slot }, ActKind::Reopened));
    let muddled = slots.iter().filter_map(|slot| {
        let agent = wrong_one(view, *slot, lots)?;
        Some(item(view, Move::Assign { agent, slot: *slot }, ActKind::Muddled))
    });
    let misquoted = slots.iter().filter_map(|slot| {
        let value = never_agreed(view, *slot, lots)?;
        let words = agreed(view, *slot, &value);
        let does = Move::Support { slot: *slot, value, because: None };
        Some(Item { does, words, act: Some(ActKind::Misquoted) })
    });
    // Of each kind, and of none too many.
    let mut made: Vec<Item> = reopened.take(2).chain(misquoted.take(2)).collect();
    made.extend(muddled.take(MOST_ACTS.saturating_sub(made.len()).min(2)));
    made
}

/// Somebody who is not to see to the slot, by its trade and by what was said.
fn wrong_one(view: &View, slot: Slot, lots: &Lots) -> Option<AgentName> {
    let assigned = view.slot(slot).assigned.as_ref();
    let is_wrong = |other: &&Persona| {
        let trade = view.trade_of(&other.name);
        Some(&other.name) != assigned && trade != Trade::of(slot) && !trade.slots().contains(&slot)
    };
    let wrong: Vec<_> = view.others().filter(is_wrong).map(|other| other.name.clone()).collect();
    lots.pick(&format!("who sees to {}", slot.name()), wrong)
}

/// Something that could be misremembered as agreed: what was brought forward and does not stand, or else what could be.
fn never_agreed(view: &View, slot: Slot, lots: &Lots) -> Option<String> {
    let drafted = view.slot(slot);
    // Where nothing stands, to say that nothing was agreed is no lie.
    let is_other = |value: &String| value != drafted.value().unwrap_or("nothing");
    let beaten = drafted.proposals.iter().map(|proposal| proposal.value.clone());
    let beaten: Vec<_> = beaten.filter(is_other).collect();
    let purpose = format!("misquote {}", slot.name());
    lots.pick(&purpose, beaten).or_else(|| {
        let options: Vec<_> = view.brief.bank.options(slot).into_iter().filter(is_other).collect();
        lots.pick(&purpose, options)
    })
}

/// Decisions put off: those that are ripe, or else the nearest there are.
fn delays(view: &View, lots: &Lots) -> Vec<Item> {
    let slots = by_ripeness(view, lots);
    let open = slots.iter().filter(|slot| view.slot(**slot).settled.is_none());
    let settled = slots.iter().filter(|slot| view.slot(**slot).settled.is_some());
    open.chain(settled).map(|slot| item(view, Move::Defer { slot: *slot }, ActKind::Deferred)).collect()
}

/// The slots, those first that are nearest to a decision or have one: by how many more are for what stands there than against it.
fn by_ripeness(view: &View, lots: &Lots) -> Vec<Slot> {
    let mut slots = lots.shuffled("slots", Slot::ALL.to_vec());
    let support = |slot: &Slot| {
        let drafted = view.slot(*slot);
        let leading = drafted.leading().map(|leading| (leading.supporters.len(), leading.opponents.len()));
        leading.map(|(supporters, opponents)| 10 + supporters - opponents.min(supporters))
    };
    slots.sort_by_key(|slot| std::cmp::Reverse((view.slot(*slot).settled.is_some(), support(slot))));
    slots
}

/// An act in the words that anybody would say it in.
fn item(view: &View, does: Move, act: ActKind) -> Item {
    Item { words: sentence(view, &does), does, act: Some(act) }
}
