//! Text taken apart: words, numbers, times of day and sentences, and words as small numbers.

use std::collections::HashMap;
use std::ops::Deref;

use unicode_segmentation::UnicodeSegmentation;

/// No more than this much of a text is read, in bytes; a message is a paragraph and a document a few pages.
pub const TEXT_LIMIT: usize = 64 * 1024;

/// A session's vocabulary holds at most this many words; what is beyond is not told apart and takes no part.
const VOCABULARY_LIMIT: usize = 50_000;

/// Longer words carry nothing a claim could be about.
const WORD_LIMIT: usize = 40;

/// A word or number of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// What it is.
    pub shape: Shape,
    /// The word in lower case and in the singular; the number as it was written.
    pub text: String,
    /// Where it stands in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The sentence it belongs to; counts from 0.
    pub sentence: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    /// A word, or a name such as `b2`.
    Word,
    /// A number.
    Number(f64),
    /// A time of day, in minutes after midnight.
    Clock(u16),
    /// A punctuation mark.
    Mark(char),
}

impl Token {
    pub(super) fn is_word(&self) -> bool {
        self.shape == Shape::Word
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.shape == Shape::Mark(mark)
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self.shape {
            Shape::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// The beginning of a text, cut between two characters.
pub(super) fn clip(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Takes a text apart. Words are found as Unicode defines them (UAX #29), so that "no" is not found in "know".
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut sentence = 0;
    let mut line_breaks = 0;
    for (start, piece) in clip(text, TEXT_LIMIT).split_word_bound_indices() {
        let Some(first) = piece.chars().next() else { continue };
        let end = start + piece.len();
        if first.is_whitespace() {
            line_breaks += usize::from(piece.contains('\n'));
            continue;
        }
        // A line break alone may be a wrapped line; an empty line or a new list item is not.
        if line_breaks > 1 || line_breaks == 1 && matches!(first, '-' | '*' | '#' | '|' | '•') {
            sentence += 1;
        }
        line_breaks = 0;
        if first.is_alphanumeric() {
            push_word(&mut tokens, piece, start, sentence);
        } else {
            tokens.push(Token { shape: Shape::Mark(first), text: piece.to_owned(), start, end, sentence });
            if matches!(first, '.' | '!' | '?' | ';' | '。' | '！' | '？') {
                sentence += 1;
            }
        }
    }
    join_clocks(tokens)
}

fn push_word(tokens: &mut Vec<Token>, piece: &str, start: usize, sentence: usize) {
    let end = start + piece.len();
    let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).len();
    let (number, suffix) = piece.split_at(digits);
    // "10pm" and "12min" are a number and its unit.
    let glued = matches!(suffix.to_ascii_lowercase().as_str(), "am" | "pm" | "min" | "mins" | "h" | "s" | "sec");
    match number.replace(',', "").parse::<f64>() {
        Ok(value) if value.is_finite() && (suffix.is_empty() || glued) => {
            let middle = start + digits;
            let shape = Shape::Number(value);
            tokens.push(Token { shape, text: number.to_owned(), start, end: middle, sentence });
            if glued {
                let text = normal(suffix);
                tokens.push(Token { shape: Shape::Word, text, start: middle, end, sentence });
            }
        }
        _ => tokens.push(Token { shape: Shape::Word, text: normal(piece), start, end, sentence }),
    }
}

/// Makes one token of `22`, `:`, `00`, and of a time with am or pm after it.
fn join_clocks(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter().peekable();
    while let Some(mut token) = rest.next() {
        if let [.., hour, colon] = joined.as_slice()
            && colon.is_mark(':')
            && hour.end == colon.start
            && colon.end == token.start
            && token.text.len() == 2
            && let (Some(hours), Some(minutes)) = (hour.number(), token.number())
            && hour.text.len() <= 2
            && let Some(clock) = clock(hours, minutes)
        {
            token.shape = Shape::Clock(clock);
            token.start = hour.start;
            joined.truncate(joined.len() - 2);
        }
        if let Some(next) = rest.peek()
            && next.is_word()
            && let Some(clock) = with_half_day(&token, &next.text)
        {
            token.shape = Shape::Clock(clock);
            token.end = next.end;
            rest.next();
        }
        joined.push(token);
    }
    joined
}

fn clock(hours: f64, minutes: f64) -> Option<u16> {
    let whole = hours.fract() == 0.0 && minutes.fract() == 0.0;
    // Both are small whole numbers here.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within a day")]
    (whole && (0.0..=24.0).contains(&hours) && (0.0..60.0).contains(&minutes))
        .then_some((hours * 60.0 + minutes) as u16 % (24 * 60))
}

fn with_half_day(token: &Token, half: &str) -> Option<u16> {
    let afternoon = match half {
        "am" | "a.m" => 0,
        "pm" | "p.m" => 12 * 60,
        _ => return None,
    };
    let time = match token.shape {
        Shape::Clock(time) => time,
        Shape::Number(hours) => clock(hours, 0.0)?,
        _ => return None,
    };
    (time < 13 * 60).then_some(time % (12 * 60) + afternoon)
}

/// A word as it is compared: in lower case, without a possessive, in the singular.
fn normal(word: &str) -> String {
    let lower = word.to_lowercase().replace('\u{2019}', "'");
    let base = lower.strip_suffix("'s").unwrap_or(&lower);
    let singular = if let Some(stem) = base.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        format!("{stem}y")
    } else if let Some(stem) = base.strip_suffix("es").filter(|stem| stem.ends_with(['x', 'h']) || stem.ends_with("ss"))
    {
        stem.to_owned()
    } else if base.len() > 3 && base.ends_with('s') && !base.ends_with("ss") && !base.ends_with("us") {
        base.trim_end_matches('s').to_owned()
    } else {
        base.to_owned()
    };
    if singular.is_empty() { lower } else { singular }
}

/// The words of a text, marks left out.
pub(super) struct Words<'a> {
    all: Vec<&'a Token>,
    /// Where each word stands first.
    first: HashMap<&'a str, usize>,
    /// For each place, the next one with the same word.
    next: Vec<Option<usize>>,
}

impl<'a> Words<'a> {
    pub(super) fn of(tokens: &'a [Token]) -> Self {
        let all: Vec<_> = tokens.iter().filter(|token| !matches!(token.shape, Shape::Mark(_))).collect();
        let mut first = HashMap::with_capacity(all.len());
        let mut next: Vec<_> =
            all.iter().enumerate().rev().map(|(place, token)| first.insert(&*token.text, place)).collect();
        next.reverse();
        Self { all, first, next }
    }

    /// Where the phrase stands first in the text, word for word, marks between the words aside. The phrase is written in
    /// lower case with spaces, and its words as they appear after [`tokens`] (in the singular).
    pub(super) fn position(&self, phrase: &str) -> Option<usize> {
        let begin = self.first.get(phrase.split(' ').next()?).copied();
        std::iter::successors(begin, |place| self.next[*place]).find(|place| {
            let mut words = self.all[*place..].iter().map(|token| &*token.text);
            phrase.split(' ').all(|word| words.next() == Some(word))
        })
    }
}

impl<'a> Deref for Words<'a> {
    type Target = [&'a Token];

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

/// Words that say nothing of what a sentence is about.
const EMPTY_WORDS: &[&str] = &[
    "a", "about", "above", "across", "after", "against", "all", "along", "also", "am", "among", "an", "and", "any",
    "are", "around", "as", "at", "be", "been", "before", "begin", "behind", "below", "beside", "between", "beyond",
    "but", "by", "can", "could", "did", "do", "doe", "down", "during", "each", "end", "every", "for", "from", "get",
    "give", "go", "had", "has", "have", "he", "her", "here", "his", "hold", "how", "i", "i'll", "i'm", "i've", "if",
    "in", "inside", "into", "is", "it", "its", "just", "keep", "last", "let", "let's", "lie", "make", "may", "me",
    "more", "most", "must", "my", "near", "need", "no", "not", "now", "of", "off", "on", "one", "only", "onto", "or",
    "our", "out", "outside", "over", "pass", "past", "run", "said", "say", "says", "see", "seen", "she", "should",
    "so", "some", "stand", "start", "stay", "take", "taken", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "thi", "this", "those", "through", "to", "too", "took", "toward", "turn", "under", "until", "up",
    "us", "use", "want", "was", "we", "we'll", "we're", "were", "what", "when", "where", "which", "while", "who",
    "why", "will", "with", "within", "without", "would", "you", "your",
];

/// Whether the word says nothing of what a sentence is about.
pub(super) fn is_empty_word(word: &str) -> bool {
    EMPTY_WORDS.binary_search(&word).is_ok() || word.len() > WORD_LIMIT
}

/// A word as a small number.
pub(crate) type Word = u32;

/// The words met so far in a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    words: HashMap<Box<str>, Word>,
}

impl Vocabulary {
    /// The number of a word that says what a sentence is about; none for empty words and when the vocabulary is full.
    pub(super) fn number(&mut self, word: &str) -> Option<Word> {
        if is_empty_word(word) {
            return None;
        }
        if let Some(known) = self.words.get(word) {
            return Some(*known);
        }
        let next = Word::try_from(self.words.len()).ok().filter(|_| self.words.len() < VOCABULARY_LIMIT)?;
        self.words.insert(word.into(), next);
        Some(next)
    }

    /// Its limit in words, where it is reached.
    pub(super) fn full(&self) -> Option<String> {
        (self.words.len() >= VOCABULARY_LIMIT).then(|| format!("{VOCABULARY_LIMIT} different words"))
    }

    /// The words of a text that are known already.
    pub(super) fn known(&self, tokens: &[Token]) -> Vec<Word> {
        tokens
            .iter()
            .filter(|token| token.is_word())
            .filter_map(|token| self.words.get(token.text.as_str()).copied())
            .collect()
    }

    /// The telling words of a text, sorted, each once.
    pub(super) fn content(&mut self, tokens: &[Token]) -> Vec<Word> {
        let mut words: Vec<_> =
            tokens.iter().filter(|token| token.is_word()).filter_map(|token| self.number(&token.text)).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// How many words two sorted lists share.
pub(super) fn shared<'a>(one: &'a [Word], other: &'a [Word]) -> impl Iterator<Item = Word> + 'a {
    one.iter().copied().filter(|word| other.binary_search(word).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().filter(Token::is_word).map(|token| token.text).collect()
    }

    fn clocks(text: &str) -> Vec<u16> {
        tokens(text)
            .into_iter()
            .filter_map(|token| match token.shape {
                Shape::Clock(clock) => Some(clock),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn words_are_whole_words() {
        let tokens = tokens("We know nothing; the Guards’ patrols wait.");
        let words = Words::of(&tokens);
        assert_eq!(words.position("no"), None);
        assert_eq!(words.position("know nothing"), Some(1));
        assert_eq!(words.position("patrol wait"), Some(5));
        assert_eq!(words.position("wait for"), None);
    }

    #[test]
    fn of_a_phrase_that_stands_twice_the_first_is_found() {
        let tokens = tokens("To wait, or not to wait; to wait is dear.");
        assert_eq!(Words::of(&tokens).position("to wait"), Some(0));
        assert_eq!(Words::of(&tokens).position("to wait is"), Some(6));
    }

    #[test]
    fn the_plural_is_the_singular() {
        assert_eq!(
            words("cameras boxes batches bodies guards' glass status bus"),
            ["camera", "box", "batch", "body", "guard", "glass", "status", "bus"]
        );
    }

    #[test]
    fn times_of_day_in_their_usual_dress() {
        assert_eq!(clocks("from 22:00 to 6:15, or 10 pm, 10:30 p.m. and 12am; 7pm"), [1320, 375, 1320, 1350, 0, 1140]);
        assert_eq!(clocks("18:00-06:00"), [1080, 360]);
        assert_eq!(clocks("22:75 3:1 99:00"), Vec::<u16>::new());
    }

    #[test]
    fn sentences_are_told_apart() {
        let sentences: Vec<_> = tokens("It ends at 22:00. The next\nbegins at 22:12; fine\n\n- one\n- two")
            .into_iter()
            .map(|token| token.sentence)
            .collect();
        assert_eq!(sentences, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn empty_words_are_in_order() {
        assert!(EMPTY_WORDS.is_sorted());
    }

    #[test]
    fn a_text_ends_somewhere() {
        assert!(tokens(&"é ".repeat(100_000)).len() <= TEXT_LIMIT);
    }
}
