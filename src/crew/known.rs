//! What an agent knows: what its own tools have returned, what others have read, and what was said.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use heist_bank::{Bank, Clock, Fact};

use super::brief::Brief;
use super::finds::finds;
use crate::heist::{AgentName, Entry, Move};

/// A fact that a tool has returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The fact.
    pub fact: Fact,
    /// Where it stands: the document's or the table's name.
    pub source: String,
    /// The call that returned it.
    pub call: String,
    /// Who made the call.
    pub agent: AgentName,
    /// The turn in which it was made.
    pub turn: u32,
}

/// What somebody has said of a fact, true or not, by a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The fact, as it was said.
    pub fact: Fact,
    /// Who said it.
    pub agent: AgentName,
    /// Whom it corrected.
    pub corrects: Option<AgentName>,
    /// Where it was said to be from; empty if that was not said.
    pub source: String,
    /// The message.
    pub message: String,
    /// The turn in which it was said.
    pub turn: u32,
}

/// What an agent knows of the bank.
#[derive(Clone, Debug)]
pub struct Known {
    me: AgentName,
    shapes: Arc<Shapes>,
    seen: Vec<Seen>,
    said: Vec<Said>,
    /// By key, the first of what was seen that the agent's own tools have returned.
    read: BTreeMap<String, usize>,
    /// By key, the last of what was said.
    heard: BTreeMap<String, usize>,
}

/// The facts of a bank by their keys.
type Shapes = BTreeMap<String, Fact>;

/// So many banks at most are kept with the shapes of their facts.
const KEPT: usize = 16;

/// The facts of a bank, of which only the shapes are to be used. Every turn asks for those of its bank, so they are kept.
fn shapes(bank: &Arc<Bank>) -> Arc<Shapes> {
    static KNOWN: Mutex<Vec<(Arc<Bank>, Arc<Shapes>)>> = Mutex::new(Vec::new());
    let kept = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, shapes)) = kept().iter().find(|(known, _)| Arc::ptr_eq(known, bank)) {
        return Arc::clone(shapes);
    }
    let shapes: Arc<Shapes> = Arc::new(bank.facts().into_iter().map(|fact| (fact.key(), fact)).collect());
    let mut kept = kept();
    if kept.len() >= KEPT {
        kept.remove(0);
    }
    kept.push((Arc::clone(bank), Arc::clone(&shapes)));
    shapes
}

impl Known {
    /// What the agent knows in its turn.
    #[must_use]
    pub fn of(brief: &Brief) -> Self {
        Self::to(brief.me.name.clone(), &brief.bank, &brief.transcript)
    }

    /// What somebody knows who has heard the whole talk and has read nothing.
    #[must_use]
    pub fn of_talk(bank: &Arc<Bank>, transcript: &[Entry]) -> Self {
        Self::to(AgentName::from(""), bank, transcript)
    }

    fn to(me: AgentName, bank: &Arc<Bank>, transcript: &[Entry]) -> Self {
        // Of the bank's own facts only the shape is used: a key does not tell which of a group's kinds is meant.
        let shapes = shapes(bank);
        let (mut seen, mut said) = (Vec::new(), Vec::new());
        for entry in transcript {
            match entry {
                Entry::Used(used) => seen.extend(used.outcome.iter().flat_map(|result| finds(&used.call, result))),
                Entry::Said(message) => {
                    // Whoever gives a reason tells the fact as it has read it. What it has only heard is nothing new.
                    let reasons = message.moves.iter().filter_map(Move::reason).filter_map(|key| {
                        let by = |seen: &&Seen| seen.agent == message.agent && seen.fact.key() == key;
                        let Seen { fact, source, .. } = seen.iter().find(by)?;
                        Some((fact.clone(), source.clone()))
                    });
                    let reasons: Vec<_> = reasons.collect();
                    let claims = message.moves.iter().filter_map(|mv| {
                        let (key, value) = mv.claim()?;
                        let (corrects, source) = match mv {
                            Move::Correct { agent, source, .. } => (Some(agent.clone()), source),
                            Move::Report { source, .. } => (None, source),
                            _ => return None,
                        };
                        Some(Said {
                            fact: shapes.get(key)?.with_value(value)?,
                            agent: message.agent.clone(),
                            corrects,
                            source: source.clone(),
                            message: message.id.clone(),
                            turn: message.turn,
                        })
                    });
                    said.extend(claims);
                    said.extend(reasons.into_iter().map(|(fact, source)| Said {
                        fact,
                        agent: message.agent.clone(),
                        corrects: None,
                        source,
                        message: message.id.clone(),
                        turn: message.turn,
                    }));
                }
                Entry::Round(..) => {}
            }
        }
        let (mut read, mut heard) = (BTreeMap::new(), BTreeMap::new());
        for (number, seen) in seen.iter().enumerate().filter(|(_, seen)| seen.agent == me) {
            read.entry(seen.fact.key()).or_insert(number);
        }
        for (number, said) in said.iter().enumerate() {
            heard.insert(said.fact.key(), number);
        }
        Self { me, shapes, seen, said, read, heard }
    }

    /// A fact of this key, of which nothing but its shape is to be used: what it is called and which holes it has.
    #[must_use]
    pub fn shape(&self, key: &str) -> Option<&Fact> {
        self.shapes.get(key)
    }

    /// The bank's facts as they are, in the order of their keys. An agent may use no more of them than that others are false.
    pub(crate) fn truths(&self) -> impl Iterator<Item = &Fact> {
        self.shapes.values()
    }

    /// Whether anybody has said anything of a fact.
    #[must_use]
    pub fn is_said(&self, key: &str) -> bool {
        self.heard.contains_key(key)
    }

    /// What anybody's tools have returned, oldest first. Only what its own returned an agent has read.
    #[must_use]
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// What the agent's own tools have returned, oldest first.
    #[must_use]
    pub fn own(&self) -> impl DoubleEndedIterator<Item = &Seen> {
        self.seen.iter().filter(|seen| seen.agent == self.me)
    }

    /// What was said, oldest first.
    #[must_use]
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// What the agent's own tools have returned of a fact.
    #[must_use]
    pub fn read(&self, key: &str) -> Option<&Seen> {
        self.seen.get(*self.read.get(key)?)
    }

    /// What was said of a fact last.
    #[must_use]
    pub fn heard(&self, key: &str) -> Option<&Said> {
        self.said.get(*self.heard.get(key)?)
    }

    /// What the agent believes of a fact: what it has read itself, else what was said of it last.
    #[must_use]
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.read(key).map(|seen| &seen.fact).or_else(|| Some(&self.heard(key)?.fact))
    }

    /// What it believes of the facts of a group, such as `walk`.
    #[must_use]
    pub fn all<'a>(&'a self, group: &'a str) -> Vec<&'a Fact> {
        // In their order the keys with a colon follow the group's name.
        let of_group = |facts: &'a BTreeMap<String, usize>| {
            let from = facts.range::<str, _>((Bound::Included(group), Bound::Unbounded)).map(|(key, _)| key);
            from.take_while(move |key| key.strip_prefix(group).is_some_and(|id| id.is_empty() || id.starts_with(':')))
        };
        let heard = of_group(&self.heard).filter(|key| !self.read.contains_key(*key));
        of_group(&self.read).chain(heard).filter_map(|key| self.fact(key)).collect()
    }

    /// The number in a fact's hole, as it believes it; a time of day in minutes after midnight.
    #[must_use]
    pub fn number(&self, key: &str, hole: usize) -> Option<u32> {
        let fact = self.fact(key)?;
        fact.clock(hole).map(Clock::after_midnight).or_else(|| fact.number(hole))
    }

    /// What somebody said last of a fact: a claim that was taken back does not stand any more.
    #[must_use]
    pub fn stands(&self, claim: &Said) -> bool {
        let later = |said: &&Said| said.agent == claim.agent && said.fact.is_about_same(&claim.fact);
        self.said.iter().rfind(later).is_some_and(|last| last.fact == claim.fact)
    }

    /// What stands and is not what the agent has read itself, newest first, with what it has read.
    pub fn wrong(&self) -> impl Iterator<Item = (&Said, &Seen)> {
        self.said.iter().rev().filter(|said| self.stands(said)).filter_map(|said| {
            let own = self.read(&said.fact.key())?;
            (own.fact != said.fact).then_some((said, own))
        })
    }
}
