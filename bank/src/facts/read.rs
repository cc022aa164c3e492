//! Reading documents and talk: which facts a sentence tells, and what somebody says of a fact.

use super::compiled::{Compiled, sayings_in, tellings};
use super::pattern::{Found, Pattern, Slot};
use super::words::{self, small};
use super::{Fact, Kind};

/// What a document tells, whatever bank it is of. A fact that is told twice is there once.
#[must_use]
pub fn facts_in_document(text: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for fact in sentences(text).flat_map(facts_in_sentence) {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    facts
}

/// The sentences of a document without its heading and their stops.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let lines = body.lines().flat_map(|line| line.split(". "));
    lines.map(|sentence| sentence.trim().trim_end_matches('.')).filter(|sentence| !sentence.is_empty())
}

/// What one sentence tells: by the pattern that has most in common with it.
pub(crate) fn facts_in_sentence(sentence: &str) -> Vec<Fact> {
    let small = small(sentence);
    let mut words: Vec<_> = words::of(&small).collect();
    words.sort_unstable();
    words.dedup();
    let tellings = words.iter().filter_map(|word| tellings().get(word)).flatten();
    let read = tellings.filter_map(|(compiled, told)| Some((compiled, told.literal(), told.read(sentence, &small)?)));
    let best = read.max_by_key(|(_, literal, _)| *literal);
    best.map_or_else(Vec::new, |(compiled, _, found)| facts_of(compiled, found))
}

/// The holes of a route in which its exit and its street stand.
const EXIT: usize = 4;
const STREET: usize = 5;

/// The facts with what was found in their holes; those of which something is missing are left out.
fn facts_of(compiled: &Compiled, found: Found) -> Vec<Fact> {
    let mut found = found;
    let of_street = |(slot, _): &&(Slot, String)| slot.hole == STREET;
    if compiled.kind.key == "route" && found.iter().find(of_street).is_none() {
        // A road whose street is not told goes through its exit.
        let exit = found.iter().find(|(slot, _)| slot.hole == EXIT).map(|(_, exit)| format!("the {exit}"));
        found.extend(exit.map(|exit| (Slot { kind: None, hole: STREET }, exit)));
    }
    let found = &found;
    let first = fact_of(compiled.kind, None, found, None);
    let id = first.as_ref().and_then(Fact::id).map(ToOwned::to_owned);
    let mut facts: Vec<_> = first.into_iter().collect();
    for kind in found.iter().filter_map(|(slot, _)| slot.kind) {
        if facts.iter().all(|fact| fact.kind.key != kind.key) {
            facts.extend(fact_of(kind, Some(kind), found, id.as_deref()));
        }
    }
    facts
}

fn fact_of(kind: &'static Kind, of: Option<&Kind>, found: &Found, id: Option<&str>) -> Option<Fact> {
    let value = |hole: usize| {
        let is_it = |slot: &super::pattern::Slot| {
            slot.hole == hole && slot.kind.map(|kind| kind.key) == of.map(|kind| kind.key)
        };
        let read = found.iter().find(|(slot, _)| is_it(slot)).map(|(_, value)| value.as_str());
        read.or(id.filter(|_| kind.id == Some(hole))).map(ToOwned::to_owned)
    };
    let values = (0..kind.holes.len()).map(value).collect::<Option<_>>()?;
    Some(Fact { kind, values, sources: Vec::new() })
}

/// What a text says of facts in one of the ways to say them: for each fact that it speaks of its place, and the fact's
/// values with those that were spoken, true or not, in their holes.
#[must_use]
pub fn claims<'a>(facts: impl IntoIterator<Item = &'a Fact>, text: &str) -> Vec<(usize, Vec<String>)> {
    let small = text.to_lowercase();
    let mut words: Vec<&str> = words::of(&small).collect();
    words.sort_unstable();
    words.dedup();
    let sayings = sayings_in(&words);
    if sayings.is_empty() {
        return Vec::new();
    }
    let said = |(place, fact): (usize, &Fact)| {
        let mut ways = sayings.iter().filter(|saying| saying.kind == fact.kind.key).map(|saying| saying.way).peekable();
        ways.peek().filter(|_| fact.is_named(&words))?;
        ways.find_map(|way| Some((place, fact.claim_by(way, text)?)))
    };
    facts.into_iter().enumerate().filter_map(said).collect()
}

impl Fact {
    /// What a text says of the same thing, as [`claims`] tells it. None if it does not speak of it.
    #[must_use]
    pub fn claim(&self, text: &str) -> Option<Vec<String>> {
        claims([self], text).into_iter().next().map(|(_, values)| values)
    }

    /// Whether these words, in small letters and sorted, have those by which it is told from others of its kind. What has
    /// a number there may be said otherwise.
    fn is_named(&self, words: &[&str]) -> bool {
        let Some(id) = self.id().filter(|id| id.chars().any(char::is_alphabetic)) else { return true };
        words::of(id).all(|word| words.binary_search(&&*word.to_lowercase()).is_ok())
    }

    /// The same of one way to say it.
    fn claim_by(&self, way: &Pattern, text: &str) -> Option<Vec<String>> {
        let known = self.kind.id.map(|hole| (hole, self.text(hole)));
        let found = way.find(known, text)?;
        let mut values = self.values.clone();
        for (slot, value) in found {
            value.clone_into(values.get_mut(slot.hole)?);
        }
        Some(values)
    }
}
