//! Finds which of many sets of words have words in common with another, without looking at each.

use std::collections::HashMap;

use super::text::Word;

/// Sets of words, numbered from 0 in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// How many sets there are.
    sets: usize,
    /// The sets that have a word, in their order.
    having: HashMap<Word, Vec<u32>>,
}

/// What a set has in common with the words that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct InCommon {
    /// How many of them it has.
    pub words: usize,
    /// What these weigh together.
    pub weight: f64,
}

impl Index {
    /// Takes in the next set; a word may come more than once.
    pub(super) fn add(&mut self, words: &[Word]) {
        let set = u32::try_from(self.sets).unwrap_or(u32::MAX);
        self.sets += 1;
        for word in words {
            let having = self.having.entry(*word).or_default();
            if having.last() != Some(&set) {
                having.push(set);
            }
        }
    }

    /// How many sets have the word.
    pub(super) fn count(&self, word: Word) -> usize {
        self.having.get(&word).map_or(0, Vec::len)
    }

    /// What each set has in common with the words, which have weights; those that have nothing are left out. A word that
    /// is asked for twice counts twice. The sets come in their order, and the weights are added in that of the words.
    pub(super) fn in_common<W: IntoIterator<Item = (Word, f64)>>(
        &self,
        words: W,
    ) -> impl Iterator<Item = (usize, InCommon)> + use<W> {
        let mut found = vec![InCommon::default(); self.sets];
        for (word, weight) in words {
            for set in self.having.get(&word).into_iter().flatten() {
                let set = &mut found[*set as usize];
                set.words += 1;
                set.weight += weight;
            }
        }
        found.into_iter().enumerate().filter(|(_, found)| found.words > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_found_by_their_words() {
        let mut index = Index::default();
        for words in [&[1, 2, 3][..], &[], &[3, 1, 3], &[9]] {
            index.add(words);
        }
        assert_eq!((index.count(3), index.count(9), index.count(7)), (2, 1, 0));
        let found: Vec<_> = index.in_common([(3, 0.5), (1, 2.0), (3, 0.5), (7, 4.0)]).collect();
        let both = InCommon { words: 3, weight: 3.0 };
        assert_eq!(found, [(0, both), (2, both)]);
        assert_eq!(index.in_common([]).count(), 0);
    }
}
