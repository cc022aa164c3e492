//! Whether a bank's documents, tables and ways to say things agree: all that it tells is read again as it is.

use super::read::{facts_in_sentence, sentences};
use super::words::small;
use super::{Fact, Source, claims, facts_in_document, facts_in_table};
use crate::remarks::remarks;
use crate::{Bank, Document, Subject};

impl Bank {
    /// What does not agree between its facts, its documents, its tables and what can be said of it, in words for whoever
    /// looks after this crate; nothing if all is well.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let facts = self.facts();
        let mut found = Vec::new();
        for (number, fact) in facts.iter().enumerate() {
            if facts.iter().take(number).any(|other| other.key() == fact.key()) {
                found.push(format!("two facts are called {}", fact.key()));
            }
            found.extend(self.misunderstood(fact, &facts));
        }
        for document in self.documents() {
            found.extend(of_document(&document, &facts));
        }
        for table in self.tables() {
            let told = facts_in_table(table.name, &table.text());
            found.extend(differences(&told, &facts, Source::Table(table.name)));
        }
        found
    }

    /// What of a fact is not understood again when it is said, as it is or with something else in a hole.
    fn misunderstood(&self, fact: &Fact, facts: &[Fact]) -> Vec<String> {
        let mut found = Vec::new();
        let fits = fact.values.len() == fact.kind.holes.len() && fact.values.iter().all(|value| !value.is_empty());
        if !fits {
            found.push(format!("{} has holes without a value: {:?}", fact.key(), fact.values));
        }
        for way in 0..fact.kind.ways().max(fact.kind.consequences()) {
            let text = format!("Well, {}, I say. So {}.", fact.said(way), fact.so(way));
            for (place, values) in claims(facts, &text) {
                let taken = facts.get(place).filter(|taken| taken.values != values);
                found.extend(taken.map(|taken| format!("{text:?} is taken for {values:?} of {}", taken.key())));
            }
        }
        for way in 0..fact.kind.ways() {
            let mut said = vec![fact.clone()];
            for hole in fact.holes_said(way).into_iter().filter(|hole| fact.kind.id != Some(*hole)) {
                let others = self.others(fact, hole);
                if others.is_empty() {
                    found.push(format!("nothing can be taken for hole {hole} of {}", fact.key()));
                }
                if others.contains(&fact.text(hole).to_owned()) {
                    found.push(format!("what is true can be taken for hole {hole} of {}", fact.key()));
                }
                // Others for each way, so that all come up.
                let some = others.iter().cycle().skip(way * BENT).take(BENT.min(others.len()));
                said.extend(some.map(|other| fact.bent(hole, other)));
            }
            for said in said {
                let text = format!("Well, {}, I say.", said.said(way));
                let claim = fact.claim(&text);
                if claim.as_ref() != Some(&said.values) {
                    found.push(format!("{} is not understood: {text:?} as {claim:?}", fact.key()));
                }
            }
        }
        found
    }
}

/// So many wrong things are said of each hole.
const BENT: usize = 3;

/// What of a document is not so, or not understood.
fn of_document(document: &Document, facts: &[Fact]) -> Vec<String> {
    let is_remark = |sentence: &&str| Subject::ALL.iter().any(|subject| remarks(*subject).contains(&&*small(sentence)));
    let nothing = sentences(&document.text).filter(|sentence| facts_in_sentence(sentence).is_empty());
    let nothing = nothing.filter(|sentence| !is_remark(sentence));
    let mut found: Vec<_> =
        nothing.map(|sentence| format!("{} tells nothing by {sentence:?}", document.name)).collect();
    found.extend(differences(&facts_in_document(&document.text), facts, Source::Document(document.name)));
    found
}

/// What is told and is not so, and what is said to be told and is not.
fn differences(told: &[Fact], facts: &[Fact], source: Source) -> Vec<String> {
    let name = match source {
        Source::Document(name) | Source::Table(name) => name,
    };
    let false_ones = told.iter().filter(|told| !facts.contains(told));
    let false_ones = false_ones.map(|told| format!("{name} tells of {} what is not so: {:?}", told.key(), told.values));
    let missing = facts.iter().filter(|fact| fact.sources.contains(&source) && !told.contains(fact));
    let missing = missing.map(|fact| format!("{name} does not tell {}: {:?}", fact.key(), fact.values));
    false_ones.chain(missing).collect()
}
