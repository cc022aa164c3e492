//! Sentences with holes: found in a text, with what stands in the holes, and filled.
//!
//! A source's pattern has holes by kind: `{m}` minutes, `{t}` a time of day, `{n}` another number, `{w}` some words. The ways
//! to say it number them: `{0}`, `{1}`.

/// What stands in a hole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// So many minutes.
    Minutes,
    /// A time of day.
    Clock,
    /// Another number.
    Number,
    /// Some words.
    Words,
}

/// Words in a hole are at most so many bytes.
const WORDS: usize = 48;

/// The kinds of a source pattern's holes, in their order.
pub(super) fn kinds(source: &str) -> Vec<Kind> {
    let kind = |piece: &str| match piece.as_bytes().first()? {
        b'm' => Some(Kind::Minutes),
        b't' => Some(Kind::Clock),
        b'n' => Some(Kind::Number),
        b'w' => Some(Kind::Words),
        _ => None,
    };
    source.split('{').skip(1).filter_map(kind).collect()
}

/// What stands in the holes of a source's pattern, if the whole sentence is of that pattern.
pub(super) fn read(source: &str, kinds: &[Kind], sentence: &str) -> Option<Vec<String>> {
    let mut literals = source.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, literal)| literal));
    let mut rest = sentence.strip_prefix(literals.next()?)?;
    let mut values = Vec::with_capacity(kinds.len());
    for (kind, literal) in kinds.iter().zip(literals) {
        let (value, after) = hole(*kind, literal, rest)?;
        values.push(value.to_owned());
        rest = after;
    }
    rest.is_empty().then_some(values)
}

/// A way to say something, ready to be looked for.
pub(super) struct Way {
    /// What comes before the first hole, without its first letter, which may be large or small.
    first: String,
    rest: String,
}

impl Way {
    /// The way to say something with these values; `known` is the hole whose value is given. What begins with a hole
    /// is not looked for, as it could begin anywhere.
    pub(super) fn new(said: &str, values: &[String], known: Option<usize>) -> Option<Self> {
        let pattern = match known.and_then(|hole| Some((hole, values.get(hole)?))) {
            Some((hole, value)) => said.replace(&format!("{{{hole}}}"), value),
            None => said.to_owned(),
        };
        let (first, rest) = pattern.split_once('{').unwrap_or((&pattern, ""));
        let first = first.get(1..).filter(|first| !first.is_empty())?;
        Some(Self { first: first.to_owned(), rest: rest.to_owned() })
    }

    /// What stands in the holes, where it is found in a text. The holes that are not in the pattern keep their values.
    pub(super) fn find(&self, kinds: &[Kind], values: &[String], text: &str) -> Option<Vec<String>> {
        let begins = text.match_indices(&self.first).map(|(at, _)| at + self.first.len());
        let found = begins.filter_map(|at| go_on(&self.rest, kinds, values, text.get(at..)?));
        // "It is on the list that on Fridays …": the nearest beginning is the right one.
        found.min_by_key(|values| values.iter().map(String::len).sum::<usize>())
    }
}

/// What stands in the holes of the rest of a pattern, which begins with the number of a hole.
fn go_on(pattern: &str, kinds: &[Kind], values: &[String], mut text: &str) -> Option<Vec<String>> {
    let mut found = values.to_vec();
    for piece in pattern.split('{').filter(|piece| !piece.is_empty()) {
        let (number, literal) = piece.split_once('}')?;
        let number: usize = number.parse().ok()?;
        let (value, after) = hole(*kinds.get(number)?, literal, text)?;
        value.clone_into(found.get_mut(number)?);
        text = after;
    }
    Some(found)
}

/// The value at the beginning of a text that goes on with a literal, and what follows the literal.
fn hole<'a>(kind: Kind, literal: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    let end = match kind {
        Kind::Words if literal.is_empty() => text.find(['.', ',', ';', ':', '?', '!']).unwrap_or(text.len()),
        Kind::Words => text.find(literal)?,
        Kind::Minutes => text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()),
        Kind::Number => {
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
            text[..end].trim_end_matches('.').len()
        }
        Kind::Clock => text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len()),
    };
    let (value, rest) = text.split_at(end);
    let fits = match kind {
        Kind::Words => value.len() <= WORDS && !value.contains(['.', ',', ';', ':', '!', '?']),
        Kind::Clock => minutes_of_day(value).is_some(),
        Kind::Minutes | Kind::Number => true,
    };
    let rest = rest.strip_prefix(literal)?;
    (fits && !value.is_empty()).then_some((value, rest))
}

/// Fills the numbered holes.
pub(super) fn fill(said: &str, values: &[String]) -> String {
    let mut text = said.to_owned();
    for (number, value) in values.iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), value);
    }
    text
}

/// The minutes after midnight of a time of day such as `22:05`.
pub(super) fn minutes_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A time of day as it is written.
pub(super) fn time_of_day(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "The gap lasts {m} minutes, from {t} to {t}";

    #[test]
    fn a_sentence_of_the_pattern_is_read() {
        let kinds = kinds(SOURCE);
        assert_eq!(kinds, [Kind::Minutes, Kind::Clock, Kind::Clock]);
        let values = read(SOURCE, &kinds, "The gap lasts 12 minutes, from 22:00 to 22:12").unwrap();
        assert_eq!(values, ["12", "22:00", "22:12"]);
        assert_eq!(read(SOURCE, &kinds, "The gap lasts 12 minutes, from 22:00 to 22:12 or so"), None);
        assert_eq!(read(SOURCE, &kinds, "The gap lasts long"), None);
        let words = "The {w} has {n} doors";
        assert_eq!(read(words, &super::kinds(words), "The big house has 3 doors").unwrap(), ["big house", "3"]);
    }

    #[test]
    fn what_was_said_is_found_again() {
        let kinds = [Kind::Words, Kind::Minutes];
        let known: Vec<String> = vec!["dock".into(), "9".into()];
        let way = Way::new("the {0} route takes {1} minutes", &known, Some(0)).unwrap();
        let found = way.find(&kinds, &known, "The dock route: I say the dock route takes 19 minutes.");
        assert_eq!(found.unwrap(), ["dock", "19"]);
        assert_eq!(way.find(&kinds, &known, "the staff route takes 6 minutes"), None);
        assert!(Way::new("{0} it is", &known, None).is_none());
        assert_eq!(fill("the {0} route takes {1} minutes", &known), "the dock route takes 9 minutes");
    }

    #[test]
    fn nonsense_is_of_no_pattern() {
        for text in ["", "The gap lasts ", "The gap lasts 12 minutes, from 99:99 to 22:12", "{m}", "… ¿gap? 12"] {
            assert_eq!(read(SOURCE, &kinds(SOURCE), text), None, "{text}");
        }
        assert_eq!(minutes_of_day("24:00"), None);
        assert_eq!(time_of_day(1440), "00:00");
    }
}
