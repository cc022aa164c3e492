//! What the tools have told of the bank, as facts, and who has read each: what moves are held against.

use std::collections::{BTreeMap, BTreeSet};

use heist_bank::{Clock, Fact, Hole, Slot, claims};

use super::source::Finding;
use super::{measures, text};
use crate::crew::{Seen, finds};
use crate::heist::ToolCall;

/// So many things that sources say are kept; a bank has some three hundred.
const FACT_LIMIT: u64 = 2_000;

/// So many calls are remembered with what they brought.
const CALL_LIMIT: usize = 2_000;

/// A passage is shown in a note with at most so many bytes.
const QUOTE_LIMIT: usize = 120;

/// Something that sources say of a thing.
#[derive(Clone, Debug)]
struct Read {
    fact: Fact,
    value: String,
    source: String,
    /// The agents that have read it, by their place in the crew.
    readers: BTreeSet<usize>,
}

/// All that was read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// By the key of the thing, each different thing that is said of it.
    read: BTreeMap<String, Vec<Read>>,
    /// Counts up with each.
    pub revision: u64,
    /// What each good call brought: the facts' keys, the slots that hang on them, and its figures.
    calls: BTreeMap<String, Brought>,
}

/// What a call brought.
#[derive(Clone, Debug, Default)]
pub(super) struct Brought {
    /// The keys of the facts.
    pub keys: BTreeSet<String>,
    /// The slots that hang on them.
    pub slots: BTreeSet<Slot>,
}

impl Facts {
    /// Takes in what an agent's call brought.
    pub(super) fn read(&mut self, agent: usize, call: &ToolCall, result: &str) {
        let seen = finds(call, text::clip(result, text::TEXT_LIMIT));
        let mut brought = Brought::default();
        for Seen { fact, source, .. } in seen {
            brought.slots.extend(fact.touches());
            let (key, value) = (fact.key(), fact.value());
            brought.keys.insert(key.clone());
            let known = self.read.entry(key).or_default();
            if let Some(known) = known.iter_mut().find(|known| known.value == value) {
                known.readers.insert(agent);
            } else if self.revision < FACT_LIMIT {
                self.revision += 1;
                known.push(Read { fact, value, source, readers: BTreeSet::from([agent]) });
            }
        }
        if self.calls.len() < CALL_LIMIT {
            self.calls.insert(call.id.clone(), brought);
        }
    }

    /// Takes in a calculation: it has to do with all that is known by its figures.
    pub(super) fn calculated(&mut self, call: &ToolCall) {
        let figures: BTreeSet<&str> =
            call.arguments.split(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').collect();
        let mut brought = Brought::default();
        for (key, read) in &self.read {
            let stands = |read: &Read| read.fact.values.iter().any(|value| figures.contains(value.as_str()));
            for read in read.iter().filter(|read| stands(read)) {
                brought.keys.insert(key.clone());
                brought.slots.extend(read.fact.touches());
            }
        }
        if self.calls.len() < CALL_LIMIT {
            self.calls.insert(call.id.clone(), brought);
        }
    }

    /// What a sentence says of things that were read, true or not, where it says them as one usually does: keys and values.
    pub(super) fn told(&self, sentence: &str) -> Vec<(String, String)> {
        if self.read.is_empty() {
            return Vec::new();
        }
        let first = || self.read.values().filter_map(|read| Some(&read.first()?.fact));
        let said = claims(first(), sentence).into_iter();
        let told = said.filter_map(|(place, values)| {
            let fact = first().nth(place)?;
            let said = Fact { kind: fact.kind, values, sources: Vec::new() };
            Some((fact.key(), said.value()))
        });
        told.collect()
    }

    /// Whether anything that was read has the number.
    pub(super) fn has_number(&self, number: f64) -> bool {
        let is = |value: &String| value.parse::<f64>().is_ok_and(|value| (value - number).abs() < 0.01);
        self.read.values().flatten().any(|read| read.fact.values.iter().any(is))
    }

    /// What a call brought, if it was answered.
    pub(super) fn brought(&self, call: &str) -> Option<&Brought> {
        self.calls.get(call)
    }

    /// Holds what an agent says of a thing against what was read of it.
    pub(super) fn check(&self, agent: usize, key: &str, value: &str) -> Finding {
        let Some(read) = self.read.get(key).filter(|read| !read.is_empty()) else { return Finding::Unknown };
        if read.iter().any(|read| read.value == value) {
            return Finding::BorneOut;
        }
        // Of several one that the agent has read itself.
        let Some(known) = read.iter().max_by_key(|read| read.readers.contains(&agent)) else { return Finding::Unknown };
        let said = known.fact.with_value(value);
        let values = said.iter().flat_map(|said| said.values.iter().zip(&known.fact.values).zip(known.fact.kind.holes));
        let differing: Vec<_> = values.filter(|((said, read), _)| said != read).collect();
        let minutes: Option<Vec<f64>> =
            differing.iter().map(|((said, read), hole)| apart(**hole, said, read)).collect();
        let minutes = minutes.filter(|minutes| !minutes.is_empty());
        Finding::Contradicted {
            passage: text::clip(&known.fact.said(0), QUOTE_LIMIT).to_owned(),
            origin: known.source.clone(),
            read_by_self: known.readers.contains(&agent),
            is_time: minutes.is_some(),
            slip: minutes.is_some_and(|minutes| minutes.iter().all(|apart| *apart <= measures::SLIP_MINUTES)),
        }
    }
}

/// How many minutes lie between two times of day or two durations; none if they are neither.
fn apart(hole: Hole, said: &str, read: &str) -> Option<f64> {
    const DAY: f64 = 24.0 * 60.0;
    match hole {
        Hole::Clock => {
            let clock = |text: &str| text.parse::<Clock>().ok().map(|clock| f64::from(clock.after_midnight()));
            let apart = (clock(said)? - clock(read)?).abs();
            Some(apart.min(DAY - apart))
        }
        Hole::Minutes => Some((said.parse::<f64>().ok()? - read.parse::<f64>().ok()?).abs()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use heist_bank::{Bank, Source};

    use super::*;

    #[test]
    fn what_a_paper_tells_is_borne_out_once_it_was_read() {
        for bank in (100_040..100_060).map(Bank::of) {
            let mut facts = Facts::default();
            for document in bank.documents() {
                let (id, tool, arguments) =
                    (document.name.to_owned(), "file_reader".to_owned(), document.name.to_owned());
                facts.read(0, &ToolCall { id, turn: 1, agent: "intel".into(), tool, arguments }, &document.text);
            }
            let told = |fact: &Fact| fact.sources.iter().any(|source| matches!(source, Source::Document(_)));
            for fact in bank.facts().into_iter().filter(told) {
                assert_eq!(
                    facts.check(0, &fact.key(), &fact.value()),
                    Finding::BorneOut,
                    "{:?} {}",
                    bank.seed,
                    fact.key()
                );
            }
        }
    }
}
