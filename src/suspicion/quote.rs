//! Near-quotations: a sentence that follows a passage word for word except in one place.

use std::collections::HashSet;

use super::index::Index;
use super::text::{self, Token, Vocabulary, Word};

/// Passages beyond these are not kept.
const PASSAGE_LIMIT: usize = 1_500;

/// Longer sentences are cut; only tables without stops have them.
const SENTENCE_LIMIT: usize = 40;

/// So many telling words must be the same, in the same order.
const SAME_WORDS: usize = 3;

/// At most so many words may stand in place of others.
const SWAPPED_WORDS: usize = 2;

/// The telling words of a sentence in their order, numbers left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sentence {
    words: Vec<Word>,
    /// Where each stands in its text.
    spans: Vec<std::ops::Range<usize>>,
}

/// The sentences of a text.
pub(super) fn sentences(tokens: &[Token], vocabulary: &mut Vocabulary) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for part in tokens.chunk_by(|one, next| one.sentence == next.sentence) {
        let mut sentence = Sentence::default();
        for token in part.iter().filter(|token| token.is_word()) {
            if let Some(word) = vocabulary.number(&token.text).filter(|_| sentence.words.len() < SENTENCE_LIMIT) {
                sentence.words.push(word);
                sentence.spans.push(token.start..token.end);
            }
        }
        if sentence.words.len() > SAME_WORDS {
            sentences.push(sentence);
        }
    }
    sentences
}

/// A passage of a source.
#[derive(Clone, Debug)]
struct Passage {
    sentence: Sentence,
    text: String,
    origin: String,
}

/// The passages of all sources.
#[derive(Clone, Debug, Default)]
pub(super) struct Passages {
    all: Vec<Passage>,
    /// The words of each.
    index: Index,
    /// The words of all, so that none is kept twice.
    known: HashSet<Vec<Word>>,
}

/// A sentence that puts other words in a place of a passage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Swap {
    /// Where the other words stand in the sentence's text.
    pub span: std::ops::Range<usize>,
    /// What the source has there.
    pub instead_of: String,
    /// Where it has it.
    pub origin: String,
}

impl Passages {
    /// Its limit in words, where it is reached.
    pub(super) fn full(&self) -> Option<String> {
        (self.all.len() >= PASSAGE_LIMIT).then(|| format!("{PASSAGE_LIMIT} sentences"))
    }

    /// Takes in a source's text.
    pub(super) fn keep(&mut self, text: &str, origin: &str, vocabulary: &mut Vocabulary) {
        for sentence in sentences(&text::tokens(text), vocabulary) {
            if self.all.len() < PASSAGE_LIMIT && self.known.insert(sentence.words.clone()) {
                self.index.add(&sentence.words);
                let start = sentence.spans.first().map_or(0, |span| span.start);
                let end = sentence.spans.last().map_or(0, |span| span.end);
                let spans = sentence.spans.iter().map(|span| span.start - start..span.end - start).collect();
                self.all.push(Passage {
                    sentence: Sentence { words: sentence.words, spans },
                    text: text[start..end].to_owned(),
                    origin: origin.to_owned(),
                });
            }
        }
    }

    /// The place where the sentence has other words than the passage that it otherwise follows. `known` tells whether
    /// a source has a word at all: a word of the speaker's own is no misquotation.
    pub(super) fn swap(&self, sentence: &Sentence, known: impl Fn(Word) -> bool) -> Option<Swap> {
        let (passage, pairs) = self
            .index
            .in_common(sentence.words.iter().map(|word| (*word, 1.0)))
            .filter(|(_, shared)| shared.words >= SAME_WORDS)
            .map(|(at, _)| (&self.all[at], in_common(&sentence.words, &self.all[at].sentence.words)))
            .max_by_key(|(_, pairs)| pairs.len())
            .filter(|(_, pairs)| pairs.len() >= SAME_WORDS)?;
        let (mine, theirs) = gap(&pairs, sentence.words.len(), passage.sentence.words.len())?;
        let mine_words = &sentence.words[mine.clone()];
        let same = mine_words.iter().any(|word| passage.sentence.words.contains(word))
            || passage.sentence.words[theirs.clone()].iter().any(|word| sentence.words.contains(word));
        let instead_of =
            passage.text.get(cover(&passage.sentence.spans[theirs.clone()])).unwrap_or_default().to_owned();
        let plain = mine.len() == theirs.len()
            && !instead_of.contains(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
        (!same && plain && mine_words.iter().all(|word| known(*word))).then(|| Swap {
            span: cover(&sentence.spans[mine]),
            instead_of,
            origin: passage.origin.clone(),
        })
    }
}

fn cover(spans: &[std::ops::Range<usize>]) -> std::ops::Range<usize> {
    spans.first().map_or(0, |span| span.start)..spans.last().map_or(0, |span| span.end)
}

/// The places of the longest run of words that both have in the same order (the longest common subsequence).
fn in_common(one: &[Word], other: &[Word]) -> Vec<(usize, usize)> {
    let mut lengths = vec![vec![0_u32; other.len() + 1]; one.len() + 1];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            lengths[i][j] =
                if one[i] == other[j] { lengths[i + 1][j + 1] + 1 } else { lengths[i + 1][j].max(lengths[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < one.len() && j < other.len() {
        if one[i] == other[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[i + 1][j] >= lengths[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

type Gap = (std::ops::Range<usize>, std::ops::Range<usize>);

/// The one gap between the pairs, or else right after the last or right before the first, in which both have a word or two.
fn gap(pairs: &[(usize, usize)], mine: usize, theirs: usize) -> Option<Gap> {
    let mut between = pairs.windows(2).filter_map(|pair| {
        let [(i, j), (next_i, next_j)] = *pair else { return None };
        (next_i > i + 1).then_some((i + 1..next_i, j + 1..next_j))
    });
    let small =
        |(mine, theirs): &Gap| (1..=SWAPPED_WORDS).contains(&mine.len()) && (1..=SWAPPED_WORDS).contains(&theirs.len());
    if let Some(first) = between.next() {
        let span = pairs.last()?.1 - pairs.first()?.1 + 1;
        let dense = span <= pairs.len() + first.1.len() + 1;
        return (between.next().is_none() && dense && small(&first)).then_some(first);
    }
    // At an end there is only one neighbour to go by: then nothing else may have been left out.
    let (first, last) = (pairs.first()?, pairs.last()?);
    if last.1 - first.1 + 1 > pairs.len() + 1 || pairs.len() <= SAME_WORDS {
        return None;
    }
    let after = (last.0 + 1..mine, last.1 + 1..(last.1 + mine - last.0).min(theirs));
    let before = (0..first.0, first.1.saturating_sub(first.0)..first.1);
    [after, before].into_iter().find(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swap(said: &str) -> Option<(String, String)> {
        let mut vocabulary = Vocabulary::default();
        let mut passages = Passages::default();
        let text = "The main vault with the deposit boxes stands on the lower level. The upper floor holds the offices and the archive. The heat sensor in the main vault calls the police.";
        passages.keep(text, "layout.txt", &mut vocabulary);
        let known = vocabulary.content(&text::tokens(text));
        let sentence = sentences(&text::tokens(said), &mut vocabulary).pop()?;
        let swap = passages.swap(&sentence, |word| known.contains(&word))?;
        Some((said[swap.span].to_owned(), swap.instead_of))
    }

    #[test]
    fn other_words_in_a_place_of_a_passage() {
        let found = |said: &str, source: &str| Some((said.to_owned(), source.to_owned()));
        assert_eq!(
            swap("So the main vault with the deposit boxes stands on the upper floor."),
            found("upper floor", "lower level")
        );
        assert_eq!(swap("The heat sensor in the main archive calls the police."), found("archive", "vault"));
    }

    #[test]
    fn own_words_and_true_words_are_no_misquotation() {
        assert_eq!(swap("So the main vault with the deposit boxes stands on the lower level."), None);
        assert_eq!(swap("The main vault stands on solid rock."), None);
        assert_eq!(swap("Where does the main vault stand?"), None);
        assert_eq!(swap("The police come."), None);
    }
}
