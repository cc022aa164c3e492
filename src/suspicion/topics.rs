//! What belongs to each phase, by the words for it: those of the table of facts, which is alike for all banks, and the
//! names in the bank of the heist. Names only: what stands in its papers is for those who read them.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use heist_bank::Subject::{Alarms, Cameras, Guards, Layout, Network, Routes, Staff, Vault};
use heist_bank::{Bank, Kind, Subject};

use super::text;
use crate::heist::Phase;

/// The words that belong to each phase, in the order of the phases; lower case, singular.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Topics([BTreeSet<String>; 5]);

impl Topics {
    /// Those of a heist whose bank is not known.
    pub(super) fn general() -> Arc<Self> {
        static GENERAL: OnceLock<Arc<Topics>> = OnceLock::new();
        Arc::clone(GENERAL.get_or_init(|| Arc::new(Self::by_phase(|subject| words()[subject as usize].clone()))))
    }

    /// Those of a heist on this bank.
    pub(super) fn of(bank: &Bank) -> Arc<Self> {
        let taken = |word: &String| words().iter().any(|words| words.contains(word));
        let mut own = words().clone();
        for subject in Subject::ALL {
            let names = names(bank, subject).flat_map(text::tokens).map(|token| token.text);
            own[subject as usize].extend(names.filter(|word| !taken(word)));
        }
        Arc::new(Self::by_phase(|subject| own[subject as usize].clone()))
    }

    /// Whether the word belongs to the phase.
    pub(super) fn has(&self, phase: Phase, word: &str) -> bool {
        self.0[phase as usize].contains(word)
    }

    fn by_phase(words: impl Fn(Subject) -> BTreeSet<String>) -> Self {
        Self(SUBJECTS.map(|subjects| subjects.iter().flat_map(|subject| words(*subject)).collect()))
    }
}

/// The subjects of each phase.
const SUBJECTS: [&[Subject]; 5] = [
    &[Layout, Guards, Cameras, Vault, Alarms, Staff, Network],
    &[Guards, Cameras, Vault, Alarms, Routes],
    &[Layout, Cameras, Vault, Alarms, Staff, Network],
    &[Layout, Cameras, Alarms, Routes],
    &[Layout, Guards, Cameras, Vault, Alarms, Routes],
];

/// The words of each subject, in the order of the subjects: those by which one speaks of it, and those that stand in the
/// labels of its kinds of facts and of no other's.
fn words() -> &'static [BTreeSet<String>; 8] {
    static WORDS: OnceLock<[BTreeSet<String>; 8]> = OnceLock::new();
    WORDS.get_or_init(|| {
        let labels = Subject::ALL.map(|subject| {
            let labels = Kind::all().filter(|kind| kind.subject == subject).map(|kind| kind.label);
            let tokens = labels.chain([subject.heading()]).flat_map(text::tokens);
            let words = tokens.filter(|token| token.is_word() && token.text.len() > 2).map(|token| token.text);
            words.collect::<BTreeSet<_>>()
        });
        Subject::ALL.map(|subject| {
            let others = |word: &String| {
                Subject::ALL.into_iter().any(|other| other != subject && labels[other as usize].contains(word))
            };
            let own = labels[subject as usize].iter().filter(|word| !others(word)).cloned();
            let spoken = subject.words().iter().flat_map(|words| text::tokens(words)).map(|token| token.text);
            own.chain(spoken).collect()
        })
    })
}

/// What has a name of its own in a bank, by subject.
fn names(bank: &Bank, subject: Subject) -> Box<dyn Iterator<Item = &str> + '_> {
    match subject {
        Layout => Box::new(bank.places.iter().map(|place| &*place.name)),
        Vault => Box::new(bank.vault.methods.iter().map(|method| &*method.name)),
        Routes => Box::new(bank.roads.iter().flat_map(|road| [&*road.name, &*road.along, &*road.leads_to])),
        Guards | Cameras | Alarms | Staff | Network => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_belongs_to_the_phases_of_its_subject() {
        let general = Topics::general();
        let phases = [Phase::Reconnaissance, Phase::Timing, Phase::EntryAndVault, Phase::Getaway, Phase::FinalPlan];
        for (phase, subjects) in phases.into_iter().zip(SUBJECTS) {
            for subject in Subject::ALL {
                let name = subject.document().replace(['_', '.'], " ");
                let belongs = text::tokens(&name).iter().any(|token| general.has(phase, &token.text));
                assert_eq!(belongs, subjects.contains(&subject), "{phase:?}: {}", subject.document());
            }
        }
    }

    #[test]
    fn a_bank_adds_its_names_and_nothing_that_one_must_read() {
        for bank in (0..40).map(Bank::of) {
            let (general, own) = (Topics::general(), Topics::of(&bank));
            for (phase, (general, own)) in general.0.iter().zip(&own.0).enumerate() {
                assert!(general.is_subset(own));
                let figures = own.iter().find(|word| word.chars().any(|letter| letter.is_ascii_digit()));
                assert_eq!(figures, None, "phase {phase}");
            }
            let method = &bank.vault.methods[0].name.to_lowercase();
            assert!(own.has(Phase::EntryAndVault, method) && !own.has(Phase::Getaway, method), "{method}");
        }
    }
}
