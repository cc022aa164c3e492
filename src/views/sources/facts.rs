//! What has been read and said of the bank's facts so far. Of what nobody has read or said it knows nothing but what it is
//! called: the screens must not tell what only the bank knows.

use std::collections::BTreeMap;

use heist_bank::{Bank, Fact, Hole, Plan, Slot};

use crate::crew::Seen;
use crate::heist::{AgentName, Message, Move};
use crate::text::one_line;

/// The longest value or sentence that is kept, in characters.
const LONGEST: usize = 300;

/// A value that was read, or said, of a fact.
#[derive(Debug)]
struct Told {
    key: String,
    fact: Fact,
    agent: AgentName,
    /// Whether it was read, not said.
    read: bool,
    /// Whether it was said, and its speaker has said something else since.
    past: bool,
}

/// What a message claims of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The message.
    pub(crate) message: String,
    /// Who said it.
    pub(crate) agent: AgentName,
    /// In which turn.
    pub(crate) turn: u32,
    /// The fact's key.
    pub(crate) key: String,
    /// The fact as it was said, in a clause without a stop.
    pub(crate) words: String,
    /// The document or table that it is said to be from; empty if that was not said.
    pub(crate) source: String,
}

/// What has been read and said.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    bank: Option<Box<Bank>>,
    /// The bank's facts by their keys, of which only the shapes are used: what they are called and which holes they have.
    shapes: BTreeMap<String, Fact>,
    /// In the order in which it was told.
    told: Vec<Told>,
    claims: Vec<Claim>,
    /// Messages with the keys of the facts that they speak of, oldest first.
    spoken: Vec<(String, String)>,
}

impl Facts {
    /// Of a bank of which nothing was told yet.
    pub(crate) fn of(bank: Bank) -> Self {
        let shapes = bank.facts().into_iter().map(|fact| (fact.key(), fact)).collect();
        Self { bank: Some(Box::new(bank)), shapes, ..Self::default() }
    }

    /// Takes in what a tool has returned.
    pub(crate) fn read(&mut self, seen: Vec<Seen>) {
        for Seen { fact, agent, .. } in seen {
            let is_known = |told: &Told| told.read && told.agent == agent && told.fact == fact;
            if !self.told.iter().any(is_known) {
                self.told.push(Told { key: fact.key(), fact, agent, read: true, past: false });
            }
        }
    }

    /// Takes in what a message does.
    pub(crate) fn hear(&mut self, message: &Message) {
        let id = one_line(&message.id, 24);
        for mv in &message.moves {
            let key = match mv {
                Move::Report { fact, .. } | Move::Correct { fact, .. } => Some(fact),
                Move::Propose { because, .. } | Move::Support { because, .. } | Move::Oppose { because, .. } => {
                    because.as_ref()
                }
                Move::Ask { about, .. } | Move::Conclude { about, .. } => Some(about),
                _ => None,
            };
            if let Some(key) = key.filter(|key| self.shapes.contains_key(*key)) {
                self.spoken.push((id.clone(), key.clone()));
            }
            if let (Some((key, value)), Move::Report { source, .. } | Move::Correct { source, .. }) = (mv.claim(), mv) {
                self.claim(&id, message, key, value, source);
            }
        }
    }

    fn claim(&mut self, id: &str, Message { agent, turn, .. }: &Message, key: &str, value: &str, source: &str) {
        let Some(shape) = self.shapes.get(key) else { return };
        let said = shape.with_value(value);
        let words = said.as_ref().map_or_else(|| format!("{}: {value}", shape.label()), in_full);
        self.claims.push(Claim {
            message: id.to_owned(),
            agent: agent.clone(),
            turn: *turn,
            key: key.to_owned(),
            words: one_line(&words, LONGEST),
            source: one_line(source, 60),
        });
        let Some(fact) = said else { return };
        for before in self.told.iter_mut().filter(|told| !told.read && told.agent == *agent && told.key == key) {
            before.past = true;
        }
        self.told.push(Told { key: key.to_owned(), fact, agent: agent.clone(), read: false, past: false });
    }

    /// What a message claims, in its order.
    pub(crate) fn claims_of(&self, message: &str) -> Vec<&Claim> {
        self.claims.iter().filter(|claim| claim.message == message).collect()
    }

    /// The facts that a message speaks of, in its order.
    pub(crate) fn spoken_of_in(&self, message: &str) -> Vec<&str> {
        self.spoken.iter().filter(|(of, _)| of == message).map(|(_, key)| key.as_str()).collect()
    }

    /// What an agent claims of a fact in a message; if that claims nothing of it, what it has claimed last.
    pub(crate) fn claimed(&self, key: &str, agent: &AgentName, message: &str) -> Option<&Claim> {
        let own = || self.claims.iter().rev().filter(|claim| claim.key == key && claim.agent == *agent);
        own().find(|claim| claim.message == message).or_else(|| own().next())
    }

    /// The messages that speak of one of these facts, oldest first; each once.
    pub(crate) fn speaking_of(&self, keys: &[String]) -> Vec<&str> {
        let mut found: Vec<&str> =
            self.spoken.iter().filter(|(_, key)| keys.contains(key)).map(|(message, _)| message.as_str()).collect();
        found.dedup();
        found
    }

    /// What was read, or is said and not taken back, of a fact's hole: different values in the order in which they were told.
    pub(crate) fn values(&self, key: &str, hole: usize) -> Vec<&str> {
        let mut values = Vec::new();
        for told in self.told.iter().filter(|told| told.key == key && !told.past) {
            let value = told.fact.text(hole);
            if !values.contains(&value) && !value.is_empty() {
                values.push(value);
            }
        }
        values
    }

    /// The same where a number stands in the hole.
    pub(crate) fn numbers(&self, key: &str, hole: usize) -> Vec<u32> {
        self.values(key, hole).into_iter().filter_map(|value| value.parse().ok()).collect()
    }

    /// The kinds of what was told of a fact: of a road's risk there are several.
    pub(crate) fn kinds(&self, key: &str) -> Vec<&'static str> {
        let mut kinds: Vec<_> =
            self.told.iter().filter(|told| told.key == key && !told.past).map(|told| told.fact.kind.key).collect();
        kinds.dedup();
        kinds
    }

    /// A fact in a clause as this agent has said it last, or read it; else as somebody else has. What nobody has told is only
    /// named.
    pub(crate) fn words(&self, key: &str, agent: &AgentName) -> String {
        let told = || self.told.iter().rev().filter(|told| told.key == key);
        let own =
            told().find(|told| told.agent == *agent && !told.read).or_else(|| told().find(|told| told.agent == *agent));
        let fact = own.or_else(|| told().find(|told| !told.past)).map(|told| in_short(&told.fact));
        let named = || self.shapes.get(key).map(Fact::label);
        one_line(&fact.or_else(named).unwrap_or_else(|| key.to_owned()), LONGEST)
    }

    /// What a fact is called.
    pub(crate) fn label(&self, key: &str) -> String {
        self.shapes.get(key).map_or_else(|| one_line(key, 60), Fact::label)
    }

    /// The parts of a load, as they are called.
    pub(crate) fn parts(&self, load: &str) -> Vec<&str> {
        let Some(bank) = &self.bank else { return Vec::new() };
        let mut plan = Plan::default();
        let parts = plan.set(bank, Slot::Load, load).ok().and(plan.load).unwrap_or_default();
        parts.into_iter().filter_map(|part| Some(bank.vault.loot.get(part)?.name.as_str())).collect()
    }
}

/// A fact in the first of the ways that leave least of it out.
fn in_full(fact: &Fact) -> String {
    let holes = |way: &usize| {
        let mut holes = fact.holes_said(*way);
        holes.sort_unstable();
        holes.dedup();
        holes.len()
    };
    let fullest = (0..fact.kind.ways()).rev().max_by_key(holes);
    fullest.map(|way| fact.said(way)).unwrap_or_default()
}

/// A fact in the shortest of the ways that have as many figures as any.
fn in_short(fact: &Fact) -> String {
    let is_figure =
        |hole: &usize| matches!(fact.kind.holes.get(*hole), Some(Hole::Minutes | Hole::Clock | Hole::Number));
    let figures = |way: usize| fact.holes_said(way).iter().filter(|hole| is_figure(hole)).count();
    let most = (0..fact.kind.ways()).map(figures).max().unwrap_or(0);
    let ways = (0..fact.kind.ways()).filter(|way| figures(*way) == most).map(|way| fact.said(way));
    ways.min_by_key(String::len).unwrap_or_default()
}
