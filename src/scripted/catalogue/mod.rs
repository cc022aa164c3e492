//! What the bank's papers and tables say, as far as the crew can speak of it: for each thing the sentence it is read
//! from, ways to say it, and what follows from it.

mod rooms;
mod vault;
mod watch;
mod ways;
mod wires;

use std::sync::OnceLock;

use super::pattern::{Kind, kinds, read};
use super::subjects::Subject;

/// Something that a source says.
pub(super) struct Entry {
    pub(super) key: &'static str,
    pub(super) subject: Subject,
    /// What it is about, in words that can follow "about".
    pub(super) label: &'static str,
    /// The sentence it is read from; see [`super::pattern`].
    pub(super) source: &'static str,
    /// Ways to say it: clauses without a stop.
    pub(super) said: &'static [&'static str],
    /// What follows from it: clauses without a stop.
    pub(super) so: &'static [&'static str],
    /// The hole that tells it from others of its kind, such as the camera's number.
    pub(super) id: Option<usize>,
    /// A hole whose words can be confused, and with what.
    pub(super) confused: Option<(usize, &'static [&'static str])>,
}

impl Entry {
    const fn new(
        key: &'static str,
        subject: Subject,
        label: &'static str,
        source: &'static str,
        said: &'static [&'static str],
        so: &'static [&'static str],
    ) -> Self {
        Self { key, subject, label, source, said, so, id: None, confused: None }
    }

    const fn told_by(self, hole: usize) -> Self {
        Self { id: Some(hole), ..self }
    }

    const fn confused(self, hole: usize, with: &'static [&'static str]) -> Self {
        Self { confused: Some((hole, with)), ..self }
    }

    /// The kinds of the holes.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        kinds(self.source)
    }
}

/// An entry as a sentence is held against it.
pub(super) struct Reader {
    pub(super) entry: &'static Entry,
    /// What comes before the first hole.
    begins: &'static str,
    kinds: Vec<Kind>,
}

impl Reader {
    /// What stands in the entry's holes, if the sentence is of its pattern.
    pub(super) fn read(&self, sentence: &str) -> Option<Vec<String>> {
        if !sentence.starts_with(self.begins) {
            return None;
        }
        read(self.entry.source, &self.kinds, sentence)
    }
}

/// A reader for each entry, made once: every turn reads all that is known anew.
pub(super) fn readers() -> &'static [Reader] {
    static READERS: OnceLock<Vec<Reader>> = OnceLock::new();
    READERS.get_or_init(|| {
        let begins = |entry: &'static Entry| entry.source.split('{').next().unwrap_or_default();
        entries().map(|entry| Reader { entry, begins: begins(entry), kinds: entry.kinds() }).collect()
    })
}

/// All entries.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    [rooms::ENTRIES, wires::ENTRIES, watch::ENTRIES, vault::ENTRIES, ways::ENTRIES].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::grammar::doubled;
    use super::super::pattern::{Way, fill};
    use super::*;

    fn sample(entry: &Entry, minutes: &str) -> Vec<String> {
        let value = |kind: &Kind| match kind {
            Kind::Minutes => minutes,
            Kind::Clock => "22:05",
            Kind::Number => "17",
            Kind::Words => "Odile Marchetti",
        };
        entry.kinds().iter().map(|kind| value(kind).to_owned()).collect()
    }

    #[test]
    fn every_way_to_say_something_is_understood() {
        let mut keys = BTreeSet::new();
        for entry in entries() {
            assert!(keys.insert(entry.key), "{} is there twice", entry.key);
            let (kinds, values) = (entry.kinds(), sample(entry, "9"));
            for way in entry.said {
                let text = format!("Well. So {}, I say.", fill(way, &sample(entry, "14")));
                let found = Way::new(way, &values, entry.id).and_then(|way| way.find(&kinds, &values, &text));
                // What a way leaves out is as it was.
                let bent = found.unwrap_or_else(|| panic!("{way} is not found again"));
                let named = kinds.iter().enumerate().filter(|(hole, _)| way.contains(&format!("{{{hole}}}")));
                for (hole, kind) in named.filter(|(hole, _)| entry.id != Some(*hole)) {
                    assert!(*kind != Kind::Minutes || bent[hole] == "14", "{way}: {bent:?}");
                }
            }
        }
    }

    #[test]
    fn every_entry_makes_whole_clauses() {
        for entry in entries() {
            let filled = |pattern: &str| fill(pattern, &sample(entry, "9"));
            for clause in entry.said.iter().chain(entry.so).chain([&entry.label]) {
                let clause = filled(clause);
                assert!(
                    !clause.contains(['{', '}']) && !clause.ends_with(['.', ' ']) && !clause.contains(". "),
                    "{clause}"
                );
                assert!(clause.len() < 170 && doubled(&clause).is_none(), "{clause}");
            }
            let source = entry
                .source
                .replace("{m}", "9")
                .replace("{t}", "22:05")
                .replace("{n}", "17")
                .replace("{w}", "Odile Marchetti");
            assert_eq!(read(entry.source, &entry.kinds(), &source), Some(sample(entry, "9")), "{source}");
            if let Some((hole, others)) = entry.confused {
                assert!(hole < entry.kinds().len() && !others.is_empty() && entry.id != Some(hole), "{}", entry.key);
                assert!(entry.said.iter().all(|way| way.contains(&format!("{{{hole}}}"))), "{}", entry.key);
            }
        }
    }
}
