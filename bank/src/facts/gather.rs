//! Gathering the facts of a bank, subject by subject.

use super::{Fact, Kind, Source};
use super::{alarms, cameras, guards, layout, network, routes, staff, vault};
use crate::Bank;

/// The values of a fact, from anything that can be written.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($value.to_string()),*] };
}
pub(super) use values;

/// The facts so far.
#[derive(Default)]
pub(super) struct Gather(Vec<Fact>);

impl Gather {
    /// A fact that the document of its subject tells.
    pub(super) fn tell(&mut self, key: &str, values: Vec<String>) {
        self.add(key, values, &[], true);
    }

    /// A fact that these tables tell, and its subject's document if so said.
    pub(super) fn add(&mut self, key: &str, values: Vec<String>, tables: &[&'static str], told: bool) {
        if let Some(kind) = Kind::of(key) {
            let document = told.then(|| Source::Document(kind.subject.document()));
            let sources = document.into_iter().chain(tables.iter().copied().map(Source::Table)).collect();
            self.0.push(Fact { kind, values, sources });
        }
    }

    /// The last fact is told by this document too.
    pub(super) fn also_told_by(&mut self, document: &'static str) {
        if let Some(fact) = self.0.last_mut() {
            fact.sources.push(Source::Document(document));
        }
    }
}

impl Bank {
    /// All that can be known of it. Keys differ.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = Gather::default();
        layout::gather(self, &mut facts);
        cameras::gather(self, &mut facts);
        network::gather(self, &mut facts);
        guards::gather(self, &mut facts);
        alarms::gather(self, &mut facts);
        vault::gather(self, &mut facts);
        staff::gather(self, &mut facts);
        routes::gather(self, &mut facts);
        facts.0
    }

    /// The fact with this key.
    #[must_use]
    pub fn fact(&self, key: &str) -> Option<Fact> {
        self.facts().into_iter().find(|fact| fact.key() == key)
    }
}
