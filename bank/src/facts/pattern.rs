//! Sentences with holes: filled, and found in a text with what stands in the holes.
//!
//! `{0}` is the fact's first hole, `{job.1}` the second one of the fact of the kind `job` that is about the same thing, `{_}` a
//! word that nobody keeps, which of several it is or what stands before a street. A style may follow: `{0:w}` a small number in words, `{0:times}` twice, `{0:the}` with an article
//! unless it is a name, `{0:a}` likewise, `{0:on}` on that floor, `{0:in}` in or at that place, `{0:by}` by car or on foot,
//! `{0:cameras}` camera 3, or cameras 3 and 4.

use crate::Clock;

use super::words::{self, capitalized};
use super::{Hole, Kind};

/// Words in a hole are at most so many bytes.
const WORDS: usize = 48;
/// A list in a hole is at most so many bytes.
const LIST: usize = 240;
/// What ends a clause.
const MARKS: [char; 6] = ['.', ',', ';', ':', '?', '!'];

/// A sentence or clause with holes.
#[derive(Debug)]
pub(super) struct Pattern {
    source: &'static str,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(&'static str),
    Hole(Slot, Hole, Style),
    /// A word that nobody keeps.
    Any,
}

/// Whose hole it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The kind of another fact about the same thing; none for the fact itself.
    pub(super) kind: Option<&'static Kind>,
    pub(super) hole: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    Plain,
    InWords,
    Times,
    The,
    A,
    On,
    In,
    By,
    Cameras,
}

/// What was read: a hole and its value.
pub(super) type Found = Vec<(Slot, String)>;

/// What is known beforehand: a hole of the fact itself, and its value.
type Known<'a> = Option<(usize, &'a str)>;

impl Pattern {
    /// The pattern that is written so, for a kind. What is no hole stands for itself.
    pub(super) fn new(kind: &'static Kind, text: &'static str) -> Self {
        let mut pieces = Vec::new();
        for (number, part) in text.split('{').enumerate() {
            let (hole, literal) = if number == 0 { ("", part) } else { part.split_once('}').unwrap_or(("", part)) };
            if !hole.is_empty() {
                pieces.push(Piece::new(kind, hole).unwrap_or(Piece::Text(hole)));
            }
            if !literal.is_empty() {
                pieces.push(Piece::Text(literal));
            }
        }
        Self { source: text, pieces }
    }

    /// How much of it is the same whatever stands in the holes, in bytes.
    pub(super) fn literal(&self) -> usize {
        self.pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 0 }).sum()
    }

    /// Words that stand in every sentence of this pattern, in small letters: those that do not agree with a value.
    pub(super) fn words(&self) -> Vec<&'static str> {
        let texts =
            self.pieces.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(*text) } else { None });
        let agrees = |text: &str, value, hole| words::agreeing(text, value, hole);
        let sure = |text: &'static str| {
            let others = [agrees(text, "1", Hole::Number), agrees(text, "things", Hole::Words)];
            let mut sure: Vec<_> = words::of(text).collect();
            sure.retain(|word| others.iter().flatten().all(|other| words::of(other).any(|other| other == *word)));
            sure
        };
        texts.flat_map(sure).collect()
    }

    /// The holes in it.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.pieces.iter().filter_map(|piece| if let Piece::Hole(slot, ..) = piece { Some(*slot) } else { None })
    }

    /// As it is written.
    pub(super) const fn source(&self) -> &'static str {
        self.source
    }

    /// The text with these values, and with this word where nobody keeps it. None if a value is missing.
    pub(super) fn fill<'a>(&self, value: impl Fn(Slot) -> Option<&'a str>, word: &str) -> Option<String> {
        let mut text = String::new();
        let mut before: Option<(&str, Hole)> = None;
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => {
                    let agreeing = before.and_then(|(value, hole)| words::agreeing(literal, value, hole));
                    text.push_str(agreeing.as_deref().unwrap_or(literal));
                    before = None;
                }
                Piece::Hole(slot, hole, style) => {
                    let value = value(*slot)?;
                    text.push_str(&style.write(value));
                    before = Some((value, *hole));
                }
                Piece::Any => text.push_str(word),
            }
        }
        Some(text)
    }

    /// What stands in its holes, if the whole sentence is of this pattern; `small` is the sentence with a small first letter.
    pub(super) fn read(&self, sentence: &str, small: &str) -> Option<Found> {
        let text = match self.pieces.first()? {
            Piece::Text(literal) if !small.starts_with(literal) => return None,
            Piece::Hole(_, Hole::Person, _) => sentence,
            _ => small,
        };
        let mut found = Vec::new();
        go_on(&self.pieces, text, true, None, &mut found).then_some(found)
    }

    /// What stands in its holes where it is found in a text, when this much is known. A pattern that begins with a hole of
    /// which nothing is known is not looked for, as it could begin anywhere.
    pub(super) fn find(&self, known: Known<'_>, text: &str) -> Option<Found> {
        let begins = match self.pieces.first()? {
            Piece::Text(literal) => literal,
            Piece::Hole(slot, ..) => known.filter(|(hole, _)| *hole == slot.hole)?.1,
            Piece::Any => return None,
        };
        let small = begins.chars().next()?;
        let rest = begins.get(small.len_utf8()..)?;
        let is_first = |at: usize| {
            let mut before = text.get(..at).unwrap_or_default().chars().rev();
            let first = before.next();
            let is_it = first.is_some_and(|first| first == small || first.to_lowercase().eq(small.to_lowercase()));
            is_it && before.next().is_none_or(|letter| !letter.is_alphanumeric())
        };
        let read = |at: usize| {
            let mut found = Vec::new();
            let after = text.get(at + rest.len()..)?;
            go_on(self.pieces.get(1..)?, after, false, known, &mut found).then_some(found)
        };
        let found = text.match_indices(rest).filter(|(at, _)| is_first(*at)).filter_map(|(at, _)| read(at));
        // "It is on the list that on Fridays …": the nearest beginning is the right one.
        found.min_by_key(|found| found.iter().map(|(_, value)| value.len()).sum::<usize>())
    }
}

impl Piece {
    /// The hole that is written so: `0`, `0:w`, `job.1`, `_`.
    fn new(kind: &'static Kind, text: &str) -> Option<Self> {
        if text == "_" {
            return Some(Self::Any);
        }
        let (place, style) = text.split_once(':').unwrap_or((text, ""));
        let (other, hole) = match place.split_once('.') {
            Some((other, hole)) => (Some(Kind::of(other)?), hole),
            None => (None, place),
        };
        let slot = Slot { kind: other, hole: hole.parse().ok()? };
        let style = match style {
            "" => Style::Plain,
            "w" => Style::InWords,
            "times" => Style::Times,
            "the" => Style::The,
            "a" => Style::A,
            "on" => Style::On,
            "in" => Style::In,
            "by" => Style::By,
            "cameras" => Style::Cameras,
            _ => return None,
        };
        Some(Self::Hole(slot, *other.unwrap_or(kind).holes.get(slot.hole)?, style))
    }
}

impl Style {
    fn write(self, value: &str) -> String {
        match self {
            Self::Plain => value.to_owned(),
            Self::InWords => words::in_words(value),
            Self::Times => words::times(value),
            Self::The => words::the(value),
            Self::A => words::a(value),
            Self::On => words::on(value),
            Self::In => words::within(value),
            Self::By => format!("{} {value}", if value == "foot" { "on" } else { "by" }),
            Self::Cameras if words::items(value).len() == 1 => format!("camera {value}"),
            Self::Cameras => format!("cameras {value}"),
        }
    }

    /// The text without what this style puts before a value.
    fn bare(self, text: &str) -> Option<&str> {
        let without = |before: &[&str]| before.iter().find_map(|before| text.strip_prefix(before));
        match self {
            Self::Plain | Self::InWords | Self::Times => Some(text),
            Self::The => Some(without(&["the "]).unwrap_or(text)),
            Self::A => Some(without(&["a ", "an ", "the "]).unwrap_or(text)),
            Self::On | Self::In => without(&["on the ", "in the ", "at the ", "on ", "in ", "at "]),
            Self::By => without(&["by ", "on "]),
            Self::Cameras => without(&["cameras ", "camera "]),
        }
    }
}

/// Whether a text begins with the pieces; to its end, if so asked. What stood in the holes is added to `found`.
fn go_on(pieces: &[Piece], text: &str, to_end: bool, known: Known<'_>, found: &mut Found) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return !to_end || text.is_empty() };
    match piece {
        Piece::Text(literal) => text.strip_prefix(literal).is_some_and(|text| go_on(rest, text, to_end, known, found)),
        Piece::Any => {
            let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
            let is_it = text
                .get(..end)
                .is_some_and(|word| words::ORDER.contains(&word) || words::BEFORE_STREETS.contains(&word));
            is_it && text.get(end..).is_some_and(|text| go_on(rest, text, to_end, known, found))
        }
        Piece::Hole(slot, hole, style) => {
            let next = if let Some(Piece::Text(next)) = rest.first() { next } else { "" };
            let candidates = match known.filter(|(hole, _)| *hole == slot.hole) {
                Some((_, value)) => known_value(*hole, *style, value, text),
                None => candidates(*hole, *style, next, text, to_end),
            };
            for (value, after) in candidates {
                // What follows may agree with the value, and need not: others speak as they like.
                let agreeing = words::agreeing(next, &value, *hole);
                found.push((*slot, value));
                if go_on(rest, after, to_end, known, found) {
                    return true;
                }
                let after = agreeing.and_then(|agreeing| after.strip_prefix(&*agreeing));
                if after.zip(rest.get(1..)).is_some_and(|(after, rest)| go_on(rest, after, to_end, known, found)) {
                    return true;
                }
                found.pop();
            }
            false
        }
    }
}

/// What follows a value that must stand there, in the words of its style or others.
fn known_value<'a>(hole: Hole, style: Style, value: &str, text: &'a str) -> Vec<(String, &'a str)> {
    let bare = style.bare(text).unwrap_or(text);
    let ends = |rest: &&str| !rest.starts_with(char::is_alphanumeric);
    let after = match hole {
        Hole::Minutes | Hole::Number => {
            number_at(hole, style, bare).filter(|(read, _)| read == value).map(|(_, rest)| rest)
        }
        _ => bare.strip_prefix(value).or_else(|| bare.strip_prefix(&*capitalized(value))).filter(ends),
    };
    after.map(|after| (value.to_owned(), after)).into_iter().collect()
}

/// The number at the beginning of a text, in digits, and what follows.
fn number_at(hole: Hole, style: Style, text: &str) -> Option<(String, &str)> {
    if style == Style::Times {
        let (value, end) = words::read_times(text)?;
        return Some((value, text.get(end..)?));
    }
    let word = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    if word > 0 {
        return Some((words::number(text.get(..word)?)?, text.get(word..)?));
    }
    let is_number = |letter: char| letter.is_ascii_digit() || (hole == Hole::Number && letter == '.');
    let end = text.find(|letter| !is_number(letter)).unwrap_or(text.len());
    let value = text.get(..end)?.trim_end_matches('.');
    (!value.is_empty()).then_some((value.to_owned(), text.get(value.len()..)?))
}

/// What may stand at the beginning of a text that then goes on with `next`, the shortest first, and what follows.
fn candidates<'a>(hole: Hole, style: Style, next: &str, text: &'a str, to_end: bool) -> Vec<(String, &'a str)> {
    let Some(text) = style.bare(text) else { return Vec::new() };
    match hole {
        Hole::Minutes | Hole::Number => return number_at(hole, style, text).into_iter().collect(),
        Hole::Clock => {
            let value = text.get(..5).filter(|value| value.parse::<Clock>().is_ok());
            return value.and_then(|value| Some((value.to_owned(), text.get(5..)?))).into_iter().collect();
        }
        Hole::Place | Hole::Person | Hole::Words | Hole::List => {}
    }
    let ends: Vec<usize> = match (next, to_end) {
        ("", true) => vec![text.len()],
        ("", false) if hole == Hole::List => vec![end_of_list(text)],
        ("", false) => vec![text.find(MARKS).unwrap_or(text.len())],
        _ => {
            let mut ends: Vec<_> = text.match_indices(next).map(|(at, _)| at).take_while(|at| *at <= LIST).collect();
            // The same after several things: the verb is another then.
            if let Some(agreeing) = words::agreeing(next, "several things", hole) {
                ends.extend(text.match_indices(&*agreeing).map(|(at, _)| at).take_while(|at| *at <= LIST));
                ends.sort_unstable();
            }
            ends
        }
    };
    let split = |end| Some((text.get(..end)?, text.get(end..)?));
    ends.into_iter()
        .filter_map(split)
        .filter(|(value, _)| fits(hole, value))
        .map(|(value, rest)| (value.to_owned(), rest))
        .collect()
}

/// Whether such words can stand in such a hole.
fn fits(hole: Hole, value: &str) -> bool {
    let most = if hole == Hole::List { LIST } else { WORDS };
    let whole = !value.is_empty() && value.len() <= most && value == value.trim();
    whole
        && match hole {
            Hole::List => {
                let items = words::items(value);
                !value.contains(['.', ';', ':', '!', '?'])
                    && items.iter().all(|item| !item.is_empty() && !item.contains(" and "))
            }
            Hole::Person => {
                !value.contains(MARKS)
                    && value.split(' ').all(|word| !word.is_empty())
                    && value.starts_with(char::is_uppercase)
            }
            _ => !value.contains(MARKS),
        }
}

/// Where a list at the beginning of a text ends: after what follows its "and", or at the first mark if it has none.
fn end_of_list(text: &str) -> usize {
    let mark = |from: usize| text.get(from..).and_then(|rest| rest.find(MARKS)).map_or(text.len(), |at| from + at);
    let mut end = mark(0);
    loop {
        let part = text.get(..end).unwrap_or_default();
        let goes_on = !part.contains(" and ") && text.get(end..).is_some_and(|rest| rest.starts_with(", "));
        if !goes_on {
            return end;
        }
        let next = mark(end + 2);
        let row = text.get(..next).unwrap_or_default();
        // A comma after a single thing belongs to the sentence.
        if !row.contains(" and ") && !text.get(next..).is_some_and(|rest| rest.starts_with(", ")) {
            return mark(0);
        }
        end = next;
    }
}
