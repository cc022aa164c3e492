//! What a whole crew has seen, by what it is about: what anybody has read and what was said. Taken in line by line.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use heist_bank::{Bank, Fact};

use super::finds::finds;
use super::known::{Said, Seen};
use crate::heist::{Entry, Message, Move};

/// So many talks at most are kept as far as they were taken in: as many as are played at the same time.
const KEPT: usize = 16;

/// What a whole crew has seen of a bank.
#[derive(Clone, Debug)]
pub(super) struct Common {
    bank: Arc<Bank>,
    /// The bank's facts, of which only the shapes are to be used: a key does not tell which of a group's kinds is meant.
    shapes: Arc<BTreeMap<String, Fact>>,
    /// What was taken in.
    entries: Vec<Entry>,
    /// What anybody's tools have returned, oldest first.
    pub(super) seen: Vec<Seen>,
    /// What was said, oldest first.
    pub(super) said: Vec<Said>,
    /// Where it stands in both, by the fact's key.
    places: BTreeMap<String, Places>,
}

/// Where what is about a thing stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// What was read of it.
    pub(super) seen: Vec<usize>,
    /// What was said of it.
    pub(super) said: Vec<usize>,
}

impl Common {
    /// What there is in a talk. Every turn asks for all of it again with a few lines more, so it is kept.
    pub(super) fn of(bank: &Arc<Bank>, transcript: &[Entry]) -> Arc<Self> {
        static TALKS: Mutex<Vec<Arc<Common>>> = Mutex::new(Vec::new());
        let talks = || TALKS.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = {
            let mut talks = talks();
            let known = talks.iter().rposition(|talk| talk.is_begun_by(bank, transcript));
            known.map(|place| talks.remove(place))
        };
        let mut common = begun.unwrap_or_else(|| Arc::new(Self::new(bank)));
        if common.entries.len() < transcript.len() {
            let own = Arc::make_mut(&mut common);
            for entry in transcript.get(own.entries.len()..).unwrap_or_default() {
                own.take(entry);
            }
        }
        let mut talks = talks();
        if talks.len() >= KEPT {
            talks.remove(0);
        }
        talks.push(Arc::clone(&common));
        common
    }

    fn new(bank: &Arc<Bank>) -> Self {
        let shapes = bank.facts().into_iter().map(|fact| (fact.key(), fact)).collect();
        Self {
            bank: Arc::clone(bank),
            shapes: Arc::new(shapes),
            entries: Vec::new(),
            seen: Vec::new(),
            said: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Whether a talk begins with what was taken in: with the very same lines, not only with like ones.
    fn is_begun_by(&self, bank: &Arc<Bank>, transcript: &[Entry]) -> bool {
        let begun = transcript.get(..self.entries.len());
        Arc::ptr_eq(&self.bank, bank)
            && begun.is_some_and(|begun| begun.iter().zip(&self.entries).all(|(one, other)| one.is_same(other)))
    }

    fn take(&mut self, entry: &Entry) {
        match entry {
            Entry::Used(used) => {
                for seen in used.outcome.iter().flat_map(|result| finds(&used.call, result)) {
                    self.places.entry(seen.fact.key()).or_default().seen.push(self.seen.len());
                    self.seen.push(seen);
                }
            }
            Entry::Said(message) => {
                for said in self.claims(message) {
                    self.places.entry(said.fact.key()).or_default().said.push(self.said.len());
                    self.said.push(said);
                }
            }
            Entry::Round(..) => {}
        }
        self.entries.push(entry.clone());
    }

    /// What a message says by its moves: what it reports and corrects, and then what it gives as reasons.
    fn claims(&self, message: &Message) -> Vec<Said> {
        let said = |fact: Fact, corrects, source: &str| Said {
            fact,
            agent: message.agent.clone(),
            corrects,
            source: source.to_owned(),
            message: message.id.clone(),
            turn: message.turn,
        };
        let claims = message.moves.iter().filter_map(|mv| {
            let (key, value) = mv.claim()?;
            let (corrects, source) = match mv {
                Move::Correct { agent, source, .. } => (Some(agent.clone()), source),
                Move::Report { source, .. } => (None, source),
                _ => return None,
            };
            Some(said(self.shapes.get(key)?.with_value(value)?, corrects, source))
        });
        // Whoever gives a reason tells the fact as it has read it. What it has only heard is nothing new.
        let reasons = message.moves.iter().filter_map(Move::reason).filter_map(|key| {
            let places = &self.places.get(key)?.seen;
            let own =
                places.iter().filter_map(|place| self.seen.get(*place)).find(|seen| seen.agent == message.agent)?;
            Some(said(own.fact.clone(), None, &own.source))
        });
        claims.chain(reasons).collect()
    }

    /// The bank's facts by their keys, of which only the shapes are to be used.
    pub(super) fn shapes(&self) -> &BTreeMap<String, Fact> {
        &self.shapes
    }

    /// Where what is about a thing stands; none if nobody has read or said anything of it.
    pub(super) fn places(&self, key: &str) -> Option<&Places> {
        self.places.get(key)
    }

    /// The same for all things of a group, such as `walk`, in the order of their keys.
    pub(super) fn group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Places> {
        // In their order the keys with a colon follow the group's name.
        let from = self.places.range::<str, _>((Bound::Included(group), Bound::Unbounded));
        let is_of = move |key: &str| key.strip_prefix(group).is_some_and(|id| id.is_empty() || id.starts_with(':'));
        from.take_while(move |(key, _)| is_of(key)).map(|(_, places)| places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::Rehearsal;

    /// The same lines as others of their own: nobody has taken these in.
    fn copied(transcript: &[Entry]) -> Vec<Entry> {
        let copy = |entry: &Entry| match entry {
            Entry::Said(message) => Entry::Said(Arc::new((**message).clone())),
            Entry::Used(used) => Entry::Used(Arc::new((**used).clone())),
            Entry::Round(..) => entry.clone(),
        };
        transcript.iter().map(copy).collect()
    }

    #[test]
    fn a_talk_that_goes_on_tells_the_same_as_one_that_is_taken_in_whole() {
        let heist = Rehearsal { rounds: 2, ..Rehearsal::of(100_007) };
        let state = heist.scripted().unwrap().state;
        let transcript = state.transcript();
        for lines in 0..=transcript.len() {
            let grown = Common::of(&heist.bank, &transcript[..lines]);
            let whole = Common::of(&heist.bank, &copied(&transcript[..lines]));
            assert_eq!((&grown.seen, &grown.said), (&whole.seen, &whole.said), "{lines} lines");
            assert!(grown.entries == whole.entries);
        }
        // A talk that goes another way from some line on is another talk.
        let half = transcript.len() / 2;
        let other = [&transcript[..half], &copied(&transcript[half..=half])].concat();
        assert_eq!(Common::of(&heist.bank, &other).entries.len(), half + 1);
        let bank = Arc::new(Bank::of(3));
        assert_eq!(Common::of(&bank, &[]).seen, []);
    }
}
