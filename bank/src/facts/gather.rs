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

/// How the facts of some kinds are gathered.
type Gatherer = fn(&Bank, &mut Gather);

/// Every kind with how its facts are gathered; those of a group stand together.
const GATHERERS: [(&[Kind], Gatherer); 8] = [
    (layout::KINDS, layout::gather),
    (cameras::KINDS, cameras::gather),
    (network::KINDS, network::gather),
    (guards::KINDS, guards::gather),
    (alarms::KINDS, alarms::gather),
    (vault::KINDS, vault::gather),
    (staff::KINDS, staff::gather),
    (routes::KINDS, routes::gather),
];

impl Bank {
    /// All that can be known of it. Keys differ.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = Gather::default();
        for (_, gather) in GATHERERS {
            gather(self, &mut facts);
        }
        facts.0
    }

    /// The fact with this key.
    #[must_use]
    pub fn fact(&self, key: &str) -> Option<Fact> {
        let group = key.split_once(':').map_or(key, |(group, _)| group);
        // All others need not be made.
        let (_, gather) = GATHERERS.iter().find(|(kinds, _)| kinds.iter().any(|kind| kind.group() == group))?;
        let mut facts = Gather::default();
        gather(self, &mut facts);
        facts.0.into_iter().find(|fact| fact.key() == key)
    }
}
