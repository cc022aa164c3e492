//! What the bank's clerks wrote: its documents. Every bank has the same eight, and in each the same is told; in which words and
//! order follows from the bank's seed, as if each bank had a clerk of its own.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::facts::{ORDER, Sentence, capitalized};
use crate::remarks::remarks;
use crate::{Bank, Fact, Source, Subject};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The name of its file: `bank_layout.txt`. The same in every bank.
    pub name: &'static str,
    /// A heading, an empty line, and paragraphs, one a line.
    pub text: String,
}

impl Bank {
    /// All documents, by name.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        let facts = self.facts();
        let mut subjects = Subject::ALL;
        subjects.sort_unstable_by_key(|subject| subject.document());
        subjects.into_iter().map(|subject| Clerk::new(self, &facts, subject).document()).collect()
    }
}

/// What stands in a document: paragraphs of blocks of kinds. What is in a block stays together; the first block of a paragraph
/// stays the first.
type Order = &'static [&'static [&'static [&'static str]]];

const fn order(subject: Subject) -> Order {
    match subject {
        Subject::Layout => {
            &[&[&["floors", "vault_place"], &["holds"], &["above"], &["joins"], &["leads_to"]], &[&["exits", "walk"]]]
        }
        Subject::Cameras => &[
            &[&["cameras"], &["broken", "working"], &["spots", "blind"]],
            &[&["seen_by"], &["restart"], &["desk_pictures"], &["recordings"]],
        ],
        Subject::Network => &[
            &[&["heart", "server_room"], &["restart"], &["loop"], &["line_test"], &["radio"]],
            &[&["battery"], &["door_seconds"], &["override_desk"], &["hanger_on"]],
        ],
        Subject::Guards => &[
            &[&["guards", "shift_size"], &["gap", "handover", "overlap"]],
            &[&["rounds", "first_round"], &["desk_guard"]],
        ],
        Subject::Alarms => &[
            &[&["alarms", "response"], &["guards_need", "police", "patrol"], &["callers"]],
            &[&["line_test", "test_reach"], &["false_alarms"], &["locks"]],
        ],
        Subject::Vault => &[
            &[&["vault_floor", "door"], &["time_lock"], &["methods", "method_loud", "method_quiet"]],
            &[&["boxes", "empty"], &["bag"], &["shut"], &["loot"]],
        ],
        Subject::Staff => &[
            &[&["people"], &["keeps", "leaves", "top_level"], &["next_level"], &["late"], &["cleaners"]],
            &[&["found_open"], &["coffee"], &["empty_after"], &["party"]],
        ],
        Subject::Routes => {
            &[&[&["routes", "route"]], &[&["risk_police"], &["risk_wait"], &["risk_seen"], &["risk_narrow"]]]
        }
    }
}

/// Who writes a document.
struct Clerk<'a> {
    bank: &'a Bank,
    /// All facts of the bank.
    facts: &'a [Fact],
    subject: Subject,
    /// What has been told so far, by key.
    told: BTreeSet<String>,
}

/// So many manners of writing there are: plain, official, talkative and short. A kind's sentences are in this order.
const MANNERS: usize = 4;
/// The manner that goes badly with the others.
const SHORT: usize = MANNERS - 1;
/// In so many cases out of a hundred a clerk keeps to the bank's manner; with the short one in more.
const KEEPS_TO_IT: usize = 45;
const KEEPS_SHORT: usize = 75;
/// Of further facts of a kind so many out of a hundred are told in other words than the first.
const CHANGES: usize = 25;
/// Under so many documents out of a hundred there is a remark, or who wrote it.
const REMARKED: usize = 40;
const SIGNED: usize = 40;

impl<'a> Clerk<'a> {
    fn new(bank: &'a Bank, facts: &'a [Fact], subject: Subject) -> Self {
        Self { bank, facts, subject, told: BTreeSet::new() }
    }

    fn document(mut self) -> Document {
        let mut paragraphs = Vec::new();
        for (number, blocks) in order(self.subject).iter().enumerate() {
            let mut sentences = Vec::new();
            for block in self.in_order(blocks, number) {
                for kind in block {
                    sentences.extend(self.tell(kind));
                }
            }
            paragraphs.push(sentences.join(" "));
        }
        paragraphs.push(self.last_words());
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let name = self.subject.document();
        let text = format!("{}: {}\n\n{}\n", self.bank.name, self.subject.heading(), paragraphs.join("\n"));
        Document { name, text }
    }

    /// What stands under the document: a remark, and who wrote it. The First Meridian's clerk was in a hurry.
    fn last_words(&self) -> String {
        if self.bank.seed.is_none() {
            return String::new();
        }
        let subject = self.subject.document();
        let remarks = remarks(self.subject);
        let remark = remarks.get(self.draw(&format!("remark {subject}"), remarks.len())).copied();
        let remark = remark.filter(|_| self.draw(&format!("remarked {subject}"), 100) < REMARKED);
        let people: Vec<_> = self.facts.iter().filter(|fact| fact.kind.key == "job").collect();
        let writer = people.get(self.draw("writer", people.len())).copied();
        let writer = writer.filter(|_| self.draw(&format!("signed {subject}"), 100) < SIGNED);
        let signature = writer.and_then(|fact| self.sentence(fact, 0)?.write(fact, self.facts, ""));
        let sentences = remark.map(ToOwned::to_owned).into_iter().chain(signature);
        sentences.map(|sentence| format!("{}.", capitalized(&sentence))).collect::<Vec<_>>().join(" ")
    }

    /// The blocks of a paragraph in this bank's order, which for the First Meridian is the order they have.
    fn in_order<T: Copy>(&self, blocks: &[T], paragraph: usize) -> Vec<T> {
        let mut blocks = blocks.to_vec();
        for end in (2..blocks.len()).rev() {
            let other = 1 + self.draw(&format!("order {paragraph} {end}"), end);
            if self.bank.seed.is_some() {
                blocks.swap(end, other);
            }
        }
        blocks
    }

    /// A sentence for each fact of a kind that this document tells, unless another sentence told it.
    fn tell(&mut self, kind: &str) -> Vec<String> {
        let here = Source::Document(self.subject.document());
        let facts = self.facts.iter().filter(|fact| fact.kind.key == kind && fact.sources.contains(&here));
        let mut sentences = Vec::new();
        for (number, fact) in facts.enumerate() {
            if self.told.contains(&fact.key()) {
                continue;
            }
            if let Some(sentence) = self.sentence(fact, number) {
                self.told.extend(sentence.tells(fact, self.facts));
                let word = self.word(fact, number);
                sentences
                    .extend(sentence.write(fact, self.facts, &word).map(|text| format!("{}.", capitalized(&text))));
            }
        }
        sentences
    }

    /// One of the sentences for a fact: for the First Meridian the first that fits, for others one in the bank's manner or,
    /// more rarely, in another. Of several facts of a kind most are told alike.
    fn sentence(&self, fact: &Fact, number: usize) -> Option<&'static Sentence> {
        let fitting: Vec<_> =
            fact.sentences().iter().filter(|sentence| sentence.fits(fact, self.facts, self.bank)).collect();
        if self.bank.seed.is_none() {
            return fitting.first().copied();
        }
        let manner = self.draw("manner", MANNERS);
        let (keeps, others) = if manner == SHORT { (KEEPS_SHORT, MANNERS) } else { (KEEPS_TO_IT, SHORT) };
        let changes = number > 0 && manner != SHORT && self.draw(&format!("changes {}", fact.key()), 100) < CHANGES;
        let about = if changes { fact.key() } else { fact.kind.key.to_owned() };
        let keeps = manner < fitting.len() && !changes && self.draw(&format!("keeps {about}"), 100) < keeps;
        let index = if keeps { manner } else { self.draw(&format!("words {about}"), fitting.len().min(others)) };
        fitting.get(index).copied()
    }

    /// The word that nobody keeps: which one it is of several, or what stands before a street.
    fn word(&self, fact: &Fact, number: usize) -> String {
        let road = self.bank.roads.iter().find(|road| fact.kind.key == "route" && fact.id() == Some(&road.name));
        match road {
            Some(road) => road.by.clone(),
            None => ORDER.get(number).copied().unwrap_or("last").to_owned(),
        }
    }

    /// A number below `end` that follows from the bank's seed and the purpose.
    fn draw(&self, purpose: &str, end: usize) -> usize {
        let mut key = [0; 32];
        let seed = self.bank.seed.unwrap_or(0).to_le_bytes();
        let bytes: Vec<u8> = seed.into_iter().chain(purpose.bytes()).collect();
        for (chunk, turn) in bytes.chunks(key.len()).zip(0_u32..) {
            for (kept, byte) in key.iter_mut().zip(chunk) {
                *kept ^= byte.rotate_left(turn);
            }
        }
        let drawn = u64::from(ChaCha8Rng::from_seed(key).next_u32());
        usize::try_from((drawn * end as u64) >> 32).unwrap_or(0)
    }
}
