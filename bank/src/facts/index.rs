//! Which patterns a text may be of, without trying each: a pattern has words that stand in every text of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::pattern::Pattern;

/// Patterns, numbered from 0 in the order in which they came.
pub(super) struct Index {
    /// The words of each.
    words: Vec<BTreeSet<&'static str>>,
    /// Each under the one of its words that the fewest others have.
    by_word: HashMap<&'static str, Vec<usize>>,
    /// Those that have no such word.
    others: Vec<usize>,
}

impl Index {
    pub(super) fn new<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Self {
        let words: Vec<BTreeSet<_>> = patterns.map(|pattern| pattern.words().collect()).collect();
        let mut having: HashMap<&str, usize> = HashMap::new();
        for word in words.iter().flatten() {
            *having.entry(word).or_default() += 1;
        }
        let (mut by_word, mut others) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for (number, words) in words.iter().enumerate() {
            match words.iter().min_by_key(|word| (having.get(**word), **word)) {
                Some(word) => by_word.entry(*word).or_default().push(number),
                None => others.push(number),
            }
        }
        Self { words, by_word, others }
    }

    /// The patterns that the text may be of or have in it, in their order.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        let small = text.to_lowercase();
        let said: HashSet<&str> = words(&small).collect();
        let may_be = |number: &&usize| {
            self.words.get(**number).is_some_and(|words| words.iter().all(|word| said.contains(word)))
        };
        let by_word = said.iter().filter_map(|word| self.by_word.get(word)).flatten().filter(may_be);
        let mut found: Vec<usize> = by_word.chain(&self.others).copied().collect();
        found.sort_unstable();
        found
    }
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}
