//! The kinds with their sentences taken apart, once for all.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Kind;
use super::pattern::Pattern;
use super::sentence::Sentence;

/// A kind's sentences.
pub(super) struct Compiled {
    pub(super) kind: &'static Kind,
    pub(super) label: Pattern,
    pub(super) told: Vec<Sentence>,
    pub(super) said: Vec<Pattern>,
    pub(super) so: Vec<Pattern>,
}

impl Compiled {
    fn new(kind: &'static Kind) -> Self {
        let patterns = |texts: &'static [&'static str]| texts.iter().map(|text| Pattern::new(kind, text)).collect();
        Self {
            kind,
            label: Pattern::new(kind, kind.label),
            told: kind.told.iter().map(|text| Sentence(Pattern::new(kind, text))).collect(),
            said: patterns(kind.said),
            so: patterns(kind.so),
        }
    }
}

/// All kinds' sentences, by key.
pub(super) fn compiled() -> &'static BTreeMap<&'static str, Compiled> {
    static COMPILED: OnceLock<BTreeMap<&'static str, Compiled>> = OnceLock::new();
    COMPILED.get_or_init(|| Kind::all().map(|kind| (kind.key, Compiled::new(kind))).collect())
}

/// All sentences of documents, in the order of their kinds.
pub(super) fn all_told() -> impl Iterator<Item = (&'static Compiled, &'static Pattern)> {
    compiled().values().flat_map(|compiled| compiled.told.iter().map(move |told| (compiled, &told.0)))
}

/// A kind's sentences.
pub(super) fn of(kind: &Kind) -> Option<&'static Compiled> {
    compiled().get(kind.key)
}
