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
    /// Each with its longest word, without which a text cannot have it.
    pub(super) said: Vec<(&'static str, Pattern)>,
    pub(super) so: Vec<Pattern>,
}

impl Compiled {
    fn new(kind: &'static Kind) -> Self {
        let patterns = |texts: &'static [&'static str]| texts.iter().map(|text| Pattern::new(kind, text)).collect();
        Self {
            kind,
            label: Pattern::new(kind, kind.label),
            told: kind.told.iter().map(|text| Sentence(Pattern::new(kind, text))).collect(),
            said: kind.said.iter().map(|text| by_word(Pattern::new(kind, text))).collect(),
            so: patterns(kind.so),
        }
    }
}

fn by_word(pattern: Pattern) -> (&'static str, Pattern) {
    (pattern.words().into_iter().max_by_key(|word| word.len()).unwrap_or_default(), pattern)
}

/// All kinds' sentences, by key.
pub(super) fn compiled() -> &'static BTreeMap<&'static str, Compiled> {
    static COMPILED: OnceLock<BTreeMap<&'static str, Compiled>> = OnceLock::new();
    COMPILED.get_or_init(|| Kind::all().map(|kind| (kind.key, Compiled::new(kind))).collect())
}

/// A kind's sentences.
pub(super) fn of(kind: &Kind) -> Option<&'static Compiled> {
    compiled().get(kind.key)
}

/// A sentence that can tell a fact of a kind.
pub(super) type Telling = (&'static Compiled, &'static Pattern);

/// All sentences, each under the word in it that the fewest of them have: only a sentence with that word can be of it.
pub(super) fn tellings() -> &'static BTreeMap<&'static str, Vec<Telling>> {
    static TELLINGS: OnceLock<BTreeMap<&'static str, Vec<Telling>>> = OnceLock::new();
    TELLINGS.get_or_init(|| {
        let all = compiled().values().flat_map(|compiled| compiled.told.iter().map(move |told| (compiled, &told.0)));
        let mut often: BTreeMap<&str, u32> = BTreeMap::new();
        for word in all.clone().flat_map(|(_, pattern)| pattern.words()) {
            *often.entry(word).or_default() += 1;
        }
        let mut tellings: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for telling in all {
            let words = telling.1.words().into_iter();
            let rarest = words.min_by_key(|word| often.get(word)).unwrap_or_default();
            tellings.entry(rarest).or_default().push(telling);
        }
        tellings
    })
}
