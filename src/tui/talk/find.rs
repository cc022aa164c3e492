//! Words searched for in the conversation: where they stand, and which of them is looked at.

use std::ops::Range;

use super::item::{Part, What};

/// A place where the words stand, in bytes of one of an item's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) item: usize,
    pub(super) part: Part,
    start: u32,
    end: u32,
}

impl Hit {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A search.
#[derive(Debug)]
pub(super) struct Search {
    /// As typed.
    pub(super) words: String,
    /// In the order of the conversation.
    pub(super) hits: Vec<Hit>,
    /// The one that is looked at.
    pub(super) at: usize,
}

impl Search {
    pub(super) fn new(words: &str) -> Self {
        Self { words: words.to_owned(), hits: Vec::new(), at: 0 }
    }

    /// Looks through an item, in place of what was found in it before.
    pub(super) fn look(&mut self, item: usize, what: &What) {
        let before = self.of(item);
        let found: Vec<_> = [Part::Tool, Part::Arguments, Part::Body]
            .into_iter()
            .flat_map(|part| {
                places(what.text(part), &self.words).map(move |place| {
                    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                    Hit { item, part, start: byte(place.start), end: byte(place.end) }
                })
            })
            .collect();
        if self.at >= before.end {
            self.at = self.at + found.len() - before.len();
        }
        self.hits.splice(before, found);
        self.at = self.at.min(self.hits.len().saturating_sub(1));
    }

    /// The hits in an item, as places among all hits.
    pub(super) fn of(&self, item: usize) -> Range<usize> {
        let first = self.hits.partition_point(|hit| hit.item < item);
        let count = self.hits[first..].iter().take_while(|hit| hit.item == item).count();
        first..first + count
    }

    /// The hit that is looked at.
    pub(super) fn hit(&self) -> Option<Hit> {
        self.hits.get(self.at).copied()
    }

    /// Looks at the first hit in this item or after it; without one at the last.
    pub(super) fn near(&mut self, item: usize) {
        let first = self.hits.partition_point(|hit| hit.item < item);
        self.at = first.min(self.hits.len().saturating_sub(1));
    }

    /// Looks at the next hit, or the one before; after the last comes the first.
    pub(super) fn step(&mut self, on: bool) {
        let all = self.hits.len().max(1);
        self.at = (self.at + if on { 1 } else { all - 1 }) % all;
    }
}

/// Where `words` stand in a text, whether large or small letters; none for no words.
pub(in crate::tui) fn places<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        if words.is_empty() {
            return None;
        }
        let first = words.chars().next()?;
        let found = text[from..].char_indices().find_map(|(at, c)| {
            let start = from + at;
            same(c, first).then(|| begins(&text[start..], words)).flatten().map(|length| start..start + length)
        })?;
        from = found.end;
        Some(found)
    })
}

/// Where words stand in a text that are no part of other words, figures or times.
pub(in crate::tui) fn alone(text: &str, words: &str) -> Option<Range<usize>> {
    let ends = |beside: &mut dyn Iterator<Item = char>| {
        let (next, after) = (beside.next(), beside.next());
        let goes_on = matches!(next, Some(':' | '.')) && after.is_some_and(|c| c.is_ascii_digit());
        !goes_on && next.is_none_or(|c| !c.is_alphanumeric())
    };
    places(text, words)
        .find(|place| ends(&mut text[..place.start].chars().rev()) && ends(&mut text[place.end..].chars()))
}

/// How many bytes of the text are these words, if it begins with them.
fn begins(text: &str, words: &str) -> Option<usize> {
    let mut chars = text.chars();
    // Words typed with a space are found where the line breaks too.
    let fits = words.chars().all(|word| chars.next().is_some_and(|c| same(c, word) || (c == '\n' && word == ' ')));
    fits.then(|| text.len() - chars.as_str().len())
}

fn same(one: char, other: char) -> bool {
    one == other
        || if one.is_ascii() && other.is_ascii() {
            one.eq_ignore_ascii_case(&other)
        } else {
            one.to_lowercase().eq(other.to_lowercase())
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, words: &str) -> Vec<String> {
        places(text, words).map(|place| text[place].to_owned()).collect()
    }

    #[test]
    fn large_and_small_letters_are_the_same() {
        assert_eq!(found("The Vault, the vault and VAULTS", "vault"), ["Vault", "vault", "VAULT"]);
        assert_eq!(found("Übergabe und übergabe", "ÜBER"), ["Über", "über"]);
        assert_eq!(found("金庫の扉、金庫", "金庫"), ["金庫", "金庫"]);
        assert_eq!(found("aaaa", "aa").len(), 2);
        assert_eq!(found("one\ntwo", "one two"), ["one\ntwo"]);
    }

    #[test]
    fn words_that_stand_alone_are_no_part_of_others() {
        let found = |text, words| alone(text, words).map(|place| place.start);
        assert_eq!(found("at 22:02 we have 2 of them", "2"), Some(17));
        assert_eq!(found("the docks, then Dock: yes", "dock"), Some(16));
        assert_eq!(found("22:02, 4.2", "2").or(found("22:02", "22")).or(found("22:02", "02")), None);
        assert_eq!(found("text", ""), None);
    }

    #[test]
    fn no_words_are_nowhere() {
        assert!(found("text", "").is_empty());
        assert!(found("", "text").is_empty());
        assert!(found("tex", "text").is_empty());
    }

    #[test]
    fn a_later_look_keeps_the_place() {
        let note = |text: &str| What::Note { text: text.into(), alarm: false };
        let mut search = Search::new("dock");
        for (item, text) in ["dock", "", "dock and dock"].into_iter().enumerate() {
            search.look(item, &note(text));
        }
        search.step(true);
        let before = search.hit();
        search.look(0, &note("dock, dock, dock"));
        assert_eq!(search.hit(), before);
        assert_eq!((search.at, search.hits.len()), (3, 5));
        search.look(2, &note("nothing"));
        assert_eq!((search.at, search.hits.len()), (2, 3));
        search.step(true);
        assert_eq!(search.at, 0);
        search.step(false);
        assert_eq!(search.at, 2);
    }
}
