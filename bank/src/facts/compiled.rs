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
    /// Each with its words, the longest first, without which a text cannot have it.
    pub(super) said: Vec<(Vec<&'static str>, Pattern)>,
    pub(super) so: Vec<Pattern>,
}

impl Compiled {
    fn new(kind: &'static Kind) -> Self {
        let patterns = |texts: &'static [&'static str]| texts.iter().map(|text| Pattern::new(kind, text)).collect();
        Self {
            kind,
            label: Pattern::new(kind, kind.label),
            told: kind.told.iter().map(|text| Sentence(Pattern::new(kind, text))).collect(),
            said: kind.said.iter().map(|text| with_words(Pattern::new(kind, text))).collect(),
            so: patterns(kind.so),
        }
    }
}

fn with_words(pattern: Pattern) -> (Vec<&'static str>, Pattern) {
    let mut words = pattern.words();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    (words, pattern)
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

/// The kinds under the longest word of each of their ways to be said: only a text with such a word can speak of them.
pub(super) fn sayings() -> &'static BTreeMap<&'static str, Vec<&'static str>> {
    static SAYINGS: OnceLock<BTreeMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    SAYINGS.get_or_init(|| {
        let mut sayings: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for compiled in compiled().values() {
            for (words, _) in &compiled.said {
                let kinds = sayings.entry(words.first().copied().unwrap_or_default()).or_default();
                if kinds.last() != Some(&compiled.kind.key) {
                    kinds.push(compiled.kind.key);
                }
            }
        }
        sayings
    })
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
