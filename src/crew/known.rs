//! What an agent knows: what its own tools have returned, what others have read, and what was said.

use std::sync::Arc;

use heist_bank::{Bank, Clock, Fact};

use super::brief::Brief;
use super::common::{Common, Places};
use crate::heist::{AgentName, Entry};

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
    common: Arc<Common>,
}

impl Known {
    /// What the agent knows in its turn.
    #[must_use]
    pub fn of(brief: &Brief) -> Self {
        Self { me: brief.me.name.clone(), common: Common::of(&brief.bank, &brief.transcript) }
    }

    /// What somebody knows who has heard the whole talk and has read nothing.
    #[must_use]
    pub fn of_talk(bank: &Arc<Bank>, transcript: &[Entry]) -> Self {
        Self { me: AgentName::from(""), common: Common::of(bank, transcript) }
    }

    /// A fact of this key, of which nothing but its shape is to be used: what it is called and which holes it has.
    #[must_use]
    pub fn shape(&self, key: &str) -> Option<&Fact> {
        self.common.shapes().get(key)
    }

    /// The bank's facts as they are, in the order of their keys. An agent may use no more of them than that others are false.
    pub(crate) fn truths(&self) -> impl Iterator<Item = &Fact> {
        self.common.shapes().values()
    }

    /// Whether anybody has said anything of a fact.
    #[must_use]
    pub fn is_said(&self, key: &str) -> bool {
        self.heard(key).is_some()
    }

    /// What anybody's tools have returned, oldest first. Only what its own returned an agent has read.
    #[must_use]
    pub fn seen(&self) -> &[Seen] {
        &self.common.seen
    }

    /// What the agent's own tools have returned, oldest first.
    #[must_use]
    pub fn own(&self) -> impl DoubleEndedIterator<Item = &Seen> {
        self.seen().iter().filter(|seen| seen.agent == self.me)
    }

    /// What was said, oldest first.
    #[must_use]
    pub fn said(&self) -> &[Said] {
        &self.common.said
    }

    /// What anybody's tools have returned of a fact, oldest first.
    #[must_use]
    pub fn seen_of<'a>(&'a self, key: &str) -> impl DoubleEndedIterator<Item = &'a Seen> + use<'a> {
        let places = self.common.places(key).map_or(&[][..], |places| &places.seen);
        places.iter().filter_map(|place| self.seen().get(*place))
    }

    /// What was said of a fact, oldest first.
    #[must_use]
    pub fn said_of<'a>(&'a self, key: &str) -> impl DoubleEndedIterator<Item = &'a Said> + use<'a> {
        let places = self.common.places(key).map_or(&[][..], |places| &places.said);
        places.iter().filter_map(|place| self.said().get(*place))
    }

    /// What the agent's own tools have returned of a fact.
    #[must_use]
    pub fn read(&self, key: &str) -> Option<&Seen> {
        self.read_at(self.common.places(key)?)
    }

    /// What was said of a fact last.
    #[must_use]
    pub fn heard(&self, key: &str) -> Option<&Said> {
        self.heard_at(self.common.places(key)?)
    }

    /// What the agent believes of a fact: what it has read itself, else what was said of it last.
    #[must_use]
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.read(key).map(|seen| &seen.fact).or_else(|| Some(&self.heard(key)?.fact))
    }

    /// What it believes of the facts of a group, such as `walk`.
    #[must_use]
    pub fn all<'a>(&'a self, group: &'a str) -> Vec<&'a Fact> {
        let of_group = || self.common.group(group);
        let read = of_group().filter_map(|places| self.read_at(places)).map(|seen| &seen.fact);
        let heard = of_group().filter(|places| self.read_at(places).is_none());
        read.chain(heard.filter_map(|places| Some(&self.heard_at(places)?.fact))).collect()
    }

    /// The first of what was read that the agent's own tools have returned.
    fn read_at(&self, places: &Places) -> Option<&Seen> {
        places.seen.iter().filter_map(|place| self.seen().get(*place)).find(|seen| seen.agent == self.me)
    }

    fn heard_at(&self, places: &Places) -> Option<&Said> {
        self.said().get(*places.said.last()?)
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
        let mut all = self.said_of(&claim.fact.key());
        all.rfind(|said| said.agent == claim.agent).is_some_and(|last| last.fact == claim.fact)
    }

    /// What stands and is not what the agent has read itself, newest first, with what it has read.
    pub fn wrong(&self) -> impl Iterator<Item = (&Said, &Seen)> {
        self.said().iter().rev().filter(|said| self.stands(said)).filter_map(|said| {
            let own = self.read(&said.fact.key())?;
            (own.fact != said.fact).then_some((said, own))
        })
    }
}
