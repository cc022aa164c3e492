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

/// A kind's sentences.
pub(super) fn of(kind: &Kind) -> Option<&'static Compiled> {
    compiled().get(kind.key)
}

/// A way to say a fact of a kind.
pub(super) struct Saying {
    /// The kind's key.
    pub(super) kind: &'static str,
    /// Which of the kind's ways it is.
    pub(super) number: usize,
    pub(super) way: &'static Pattern,
    /// The words without which a text cannot have it.
    words: Vec<&'static str>,
}

/// All ways to say something, each under the longest of its words.
fn sayings() -> &'static BTreeMap<&'static str, Vec<Saying>> {
    static SAYINGS: OnceLock<BTreeMap<&'static str, Vec<Saying>>> = OnceLock::new();
    SAYINGS.get_or_init(|| {
        let mut sayings: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for compiled in compiled().values() {
            for (number, way) in compiled.said.iter().enumerate() {
                let words = way.words();
                let longest = words.iter().rev().max_by_key(|word| word.len()).copied().unwrap_or_default();
                sayings.entry(longest).or_default().push(Saying { kind: compiled.kind.key, number, way, words });
            }
        }
        sayings
    })
}

/// The ways to say something all of whose words are among these, which are in small letters and sorted; by their kinds, and
/// in the order of a kind's ways.
pub(super) fn sayings_in(words: &[&str]) -> Vec<&'static Saying> {
    let has_all = |saying: &&Saying| saying.words.iter().all(|word| words.binary_search(word).is_ok());
    let mut found: Vec<_> = words.iter().filter_map(|word| sayings().get(*word)).flatten().filter(has_all).collect();
    found.sort_unstable_by_key(|saying| (saying.kind, saying.number));
    found
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
