//! Reading documents and talk: which facts a sentence tells, and what somebody says of a fact.

use std::sync::OnceLock;

use super::compiled::{Compiled, all_told, compiled, of};
use super::index::Index;
use super::pattern::{Found, Pattern, Slot};
use super::{Fact, Kind};

/// What a document tells, whatever bank it is of. A fact that is told twice is there once.
#[must_use]
pub fn facts_in_document(text: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for fact in sentences(text).flat_map(|sentence| facts_in_sentence(sentence)) {
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
    static TOLD: OnceLock<(Vec<(&Compiled, &Pattern)>, Index)> = OnceLock::new();
    let (told, index) = TOLD.get_or_init(|| (all_told().collect(), Index::new(all_told().map(|(_, pattern)| pattern))));
    let told = index.candidates(sentence).into_iter().filter_map(|number| told.get(number).copied());
    let read = told.filter_map(|(compiled, pattern)| Some((compiled, pattern.literal(), pattern.read(sentence)?)));
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

impl Kind {
    /// The kinds of which a text may say something, in one of their ways; of no others does [`Fact::claim`] find anything.
    #[must_use]
    pub fn spoken_of(text: &str) -> Vec<&'static Self> {
        static SAID: OnceLock<(Vec<&Kind>, Index)> = OnceLock::new();
        let (kinds, index) = SAID.get_or_init(|| {
            let said = || compiled().values().flat_map(|compiled| compiled.said.iter().map(|way| (compiled.kind, way)));
            (said().map(|(kind, _)| kind).collect(), Index::new(said().map(|(_, way)| way)))
        });
        let mut found: Vec<_> = index.candidates(text).into_iter().filter_map(|number| kinds.get(number).copied()).collect();
        found.dedup_by_key(|kind| kind.key);
        found
    }
}

impl Fact {
    /// What a text says of the same thing in one of the ways to say it: the fact's values, and in their place what was
    /// spoken, true or not. None if it does not speak of it.
    #[must_use]
    pub fn claim(&self, text: &str) -> Option<Vec<String>> {
        let known = self.kind.id.map(|hole| (hole, self.text(hole)));
        let ways = &of(self.kind)?.said;
        let found = ways.iter().find_map(|way| way.find(known, text))?;
        let mut values = self.values.clone();
        for (slot, value) in found {
            value.clone_into(values.get_mut(slot.hole)?);
        }
        Some(values)
    }
}
