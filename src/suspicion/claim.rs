//! Claims: the figures and names that a text states, each with the words next to it that tell what it is about.

use super::text::{self, Shape, Token, Vocabulary, Word};

/// A text's further claims are not looked at.
const CLAIMS_PER_TEXT: usize = 400;

/// So many words on each side of a figure may tell what it is about.
const REACH: usize = 7;

/// What a claim states.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Figure {
    /// A time of day, in minutes after midnight.
    Clock(u16),
    /// A duration in minutes, from the least to the most.
    Duration(f64, f64),
    /// So many of something, from the least to the most.
    Count(f64, f64),
    /// A thing with a number or letter, such as "camera 7": the noun and the whole name.
    Name(Word, Word),
}

impl Figure {
    /// Whether both are of a kind, so that one could contradict the other.
    pub(super) fn same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(noun, _), Self::Name(other, _)) => noun == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether `source` bears this figure out: it lies within what the source says, or is a looser range around it.
    pub(super) fn borne_out_by(&self, source: &Self) -> bool {
        match (self, source) {
            (Self::Duration(low, high), Self::Duration(from, to)) | (Self::Count(low, high), Self::Count(from, to)) => {
                // "5 to 10" is a looser way to say 8, but not to say "3 to 7".
                let point = within(*from, *from, *to, *to);
                within(*low, *high, *from, *to) || point && within(*from, *to, *low, *high)
            }
            _ => self == source,
        }
    }

    /// Whether the number occurs in it: an hour or a minute of a time, minutes, seconds or a count.
    pub(super) fn has_number(&self, number: f64) -> bool {
        let is = |own: f64| (own - number).abs() < 0.01;
        match self {
            Self::Clock(clock) => [*clock, clock / 60, clock % 60].into_iter().any(|part| is(part.into())),
            Self::Duration(low, high) => [*low, *high, low * 60.0, high * 60.0].into_iter().any(is),
            Self::Count(low, high) => is(*low) || is(*high),
            Self::Name(..) => false,
        }
    }

    /// Whether both are times, or both durations, no more than so many minutes apart.
    pub(super) fn within_minutes(&self, other: &Self, minutes: f64) -> bool {
        match (self, other) {
            (Self::Clock(one), Self::Clock(other)) => f64::from(one.abs_diff(*other)) <= minutes,
            (Self::Duration(low, high), Self::Duration(from, to)) => {
                (low - from).abs().max((high - to).abs()) <= minutes
            }
            _ => false,
        }
    }

    /// Whether it is a time or a duration.
    pub(super) fn is_time(&self) -> bool {
        matches!(self, Self::Clock(_) | Self::Duration(..))
    }
}

fn within(low: f64, high: f64, from: f64, to: f64) -> bool {
    const TOLERANCE: f64 = 0.01;
    low >= from - TOLERANCE && high <= to + TOLERANCE
}

/// A figure and what it is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claim {
    /// What is stated.
    pub figure: Figure,
    /// For a count: the nouns that may be what is counted.
    pub unit: Vec<Word>,
    /// The telling words around it, sorted.
    pub topic: Vec<Word>,
    /// Where it stands in the text, in bytes.
    pub span: std::ops::Range<usize>,
    /// The sentence it stands in.
    pub sentence: usize,
}

/// The claims of a text, in their order.
pub(super) fn claims(tokens: &[Token], vocabulary: &mut Vocabulary) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut at = 0;
    while at < tokens.len() && claims.len() < CLAIMS_PER_TEXT {
        let found = figure(tokens, at, vocabulary);
        let next = found.as_ref().map_or(at + 1, |found| found.next);
        if let Some(Found { figure, mut unit, from, next }) = found {
            let sentence = tokens[from].sentence;
            if matches!(figure, Figure::Count(..)) && unit.is_empty() {
                // "24 cameras, ten on the street level": what is counted was said before.
                let before = claims.last().filter(|before: &&Claim| before.sentence == sentence);
                unit = before.map(|before| before.unit.clone()).unwrap_or_default();
                if unit.is_empty() {
                    at = next;
                    continue;
                }
            }
            claims.push(Claim {
                figure,
                unit,
                topic: topic(tokens, from, next, vocabulary),
                span: tokens[from].start..tokens[next - 1].end,
                sentence,
            });
        }
        at = next;
    }
    claims
}

struct Found {
    figure: Figure,
    unit: Vec<Word>,
    /// The first token that belongs to it.
    from: usize,
    /// The first token after it.
    next: usize,
}

fn figure(tokens: &[Token], at: usize, vocabulary: &mut Vocabulary) -> Option<Found> {
    let token = &tokens[at];
    if let Shape::Clock(clock) = token.shape {
        return Some(Found { figure: Figure::Clock(clock), unit: Vec::new(), from: at, next: at + 1 });
    }
    if let Some(clock) = named_clock(&token.text).filter(|_| token.is_word()) {
        return Some(Found { figure: Figure::Clock(clock), unit: Vec::new(), from: at, next: at + 1 });
    }
    if let Some(found) = name(tokens, at, vocabulary) {
        return Some(found);
    }
    let (low, after) = number(tokens, at)?;
    let (high, after) = range_end(tokens, after).filter(|(high, _)| *high > low).unwrap_or((low, after));
    // "10-minute gap": the hyphen does not part the figure from its unit.
    let unit_at = after + usize::from(tokens.get(after).is_some_and(|token| token.is_mark('-')));
    let unit = tokens.get(unit_at).filter(|unit| unit.is_word() && unit.sentence == token.sentence);
    if let Some(minutes) = unit.and_then(|unit| minutes_of(&unit.text)) {
        let figure = Figure::Duration(low * minutes, high * minutes);
        return Some(Found { figure, unit: Vec::new(), from: at, next: unit_at + 1 });
    }
    let unit: Vec<_> = tokens[unit_at.min(tokens.len())..]
        .iter()
        .take(3)
        .take_while(|next| next.is_word() && next.sentence == token.sentence && !text::is_empty_word(&next.text))
        .filter_map(|next| vocabulary.number(&next.text))
        .collect();
    Some(Found { figure: Figure::Count(low, high), unit, from: at, next: after })
}

/// "camera 7", "door B2", "C-04": a noun that takes a number after it, or letters with digits.
fn name(tokens: &[Token], at: usize, vocabulary: &mut Vocabulary) -> Option<Found> {
    let token = &tokens[at];
    let next = tokens.get(at + 1)?;
    let dashed = next.is_mark('-') && next.start == token.end;
    let id_at = at + 1 + usize::from(dashed);
    let id = tokens.get(id_at).filter(|id| id.sentence == token.sentence)?;
    if !token.is_word() || (dashed && id.start != next.end) {
        return None;
    }
    let numbered = NUMBERED.contains(&&*token.text);
    let short = token.text.len() <= 4 && token.text.chars().all(|c| c.is_ascii_alphabetic());
    let number = id.number().is_some_and(|id| id.fract() == 0.0);
    let mixed = id.is_word() && id.text.len() <= 5 && id.text.chars().any(|c| c.is_ascii_digit());
    let letter = numbered && id.is_word() && id.text.len() == 1 && id.text != "a" && id.text != "i";
    // "camera 7 minutes" is no name: the number has a unit of its own.
    let with_unit = tokens.get(id_at + 1).is_some_and(|unit| minutes_of(&unit.text).is_some());
    if with_unit || !((dashed && short && number) || (numbered && (number || mixed || letter))) {
        return None;
    }
    let figure = named(&token.text, &id.text, vocabulary)?;
    Some(Found { figure, unit: Vec::new(), from: at, next: id_at + 1 })
}

/// The name of a thing with a number or a letter; "07" is "7".
pub(super) fn named(noun: &str, id: &str, vocabulary: &mut Vocabulary) -> Option<Figure> {
    let whole = vocabulary.number(&format!("{noun} {}", id.trim_start_matches('0')))?;
    Some(Figure::Name(vocabulary.number(noun)?, whole))
}

/// Nouns that are told apart by a number or a letter.
pub(super) const NUMBERED: &[&str] = &[
    "box", "cam", "camera", "corridor", "door", "exit", "floor", "gate", "level", "lift", "post", "room", "route",
    "sector", "stair", "vault", "zone",
];

fn number(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = tokens.get(at)?;
    if let Some(number) = token.number() {
        return Some((number, at + 1));
    }
    let value = number_word(&token.text).filter(|_| token.is_word())?;
    // "twenty-four", "twenty four"
    let next = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is_mark('-')));
    let ones = tokens.get(next).and_then(|token| number_word(&token.text)).filter(|ones| *ones < 10.0);
    match ones {
        Some(ones) if value >= 20.0 => Some((value + ones, next + 1)),
        _ => Some((value, at + 1)),
    }
}

/// The second figure of "10 to 15" or "10-15".
fn range_end(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let between = tokens.get(at)?;
    let joins = matches!(between.shape, Shape::Mark('-' | '\u{2013}'))
        || (between.is_word() && matches!(&*between.text, "to" | "and"));
    joins.then(|| number(tokens, at + 1)).flatten()
}

fn named_clock(word: &str) -> Option<u16> {
    match word {
        "midnight" => Some(0),
        "noon" => Some(12 * 60),
        _ => None,
    }
}

fn number_word(word: &str) -> Option<f64> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let value = |index: usize| u8::try_from(index).ok().map(f64::from);
    SMALL
        .iter()
        .position(|small| *small == word)
        .and_then(value)
        .or_else(|| TENS.iter().position(|ten| *ten == word).and_then(|ten| value((ten + 2) * 10)))
}

/// How many minutes a unit of time is.
pub(super) fn minutes_of(unit: &str) -> Option<f64> {
    match unit {
        "min" | "minute" => Some(1.0),
        "s" | "sec" | "second" => Some(1.0 / 60.0),
        "h" | "hour" => Some(60.0),
        _ => None,
    }
}

/// The telling words of the same sentence around the figure's tokens.
fn topic(tokens: &[Token], from: usize, next: usize, vocabulary: &mut Vocabulary) -> Vec<Word> {
    let same = |token: &&Token| token.sentence == tokens[from].sentence;
    let before = tokens[..from].iter().rev().take_while(same).filter(|token| token.is_word());
    let after = tokens[next..].iter().take_while(same).filter(|token| token.is_word());
    let mut words: Vec<_> = before
        .filter(|token| !text::is_empty_word(&token.text))
        .take(REACH)
        .chain(after.filter(|token| !text::is_empty_word(&token.text)).take(REACH))
        .filter_map(|token| vocabulary.number(&token.text))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(text: &str) -> Vec<Figure> {
        claims(&text::tokens(text), &mut Vocabulary::default()).into_iter().map(|claim| claim.figure).collect()
    }

    #[test]
    fn figures_with_their_units() {
        assert_eq!(
            figures("There are 24 security cameras and two guards."),
            [Figure::Count(24.0, 24.0), Figure::Count(2.0, 2.0)]
        );
        assert_eq!(
            figures("twenty-four cameras, 1,200 boxes"),
            [Figure::Count(24.0, 24.0), Figure::Count(1200.0, 1200.0)]
        );
        assert_eq!(
            figures("The gap is 10 to 15 minutes, the walk 90 seconds, a 12-minute job, 3-5 min."),
            [
                Figure::Duration(10.0, 15.0),
                Figure::Duration(1.5, 1.5),
                Figure::Duration(12.0, 12.0),
                Figure::Duration(3.0, 5.0)
            ]
        );
        assert_eq!(figures("between 18:00 and midnight"), [Figure::Clock(1080), Figure::Clock(0)]);
    }

    #[test]
    fn names_of_things() {
        let mut vocabulary = Vocabulary::default();
        let named = |text: &str, vocabulary: &mut Vocabulary| {
            claims(&text::tokens(text), vocabulary).into_iter().map(|claim| claim.figure).collect::<Vec<_>>()
        };
        let seven = named("camera 7 sees the door", &mut vocabulary);
        assert!(matches!(seven[..], [Figure::Name(..)]));
        assert_eq!(seven, named("Camera 07", &mut vocabulary));
        assert!(seven[0].same_kind(&named("camera 8", &mut vocabulary)[0]));
        assert!(!seven[0].borne_out_by(&named("camera 8", &mut vocabulary)[0]));
        assert!(matches!(named("C-04 is blind", &mut vocabulary)[..], [Figure::Name(..)]));
        assert!(matches!(named("through door B2", &mut vocabulary)[..], [Figure::Name(..)]));
        assert_eq!(named("from camera 7 minutes away", &mut vocabulary), [Figure::Duration(7.0, 7.0)]);
    }

    #[test]
    fn a_figure_is_borne_out_within_a_range() {
        let gap = Figure::Duration(10.0, 15.0);
        assert!(Figure::Duration(12.0, 12.0).borne_out_by(&gap));
        assert!(Figure::Duration(5.0, 20.0).borne_out_by(&Figure::Duration(12.0, 12.0)));
        assert!(!Figure::Duration(5.0, 20.0).borne_out_by(&gap));
        assert!(!Figure::Duration(18.0, 18.0).borne_out_by(&gap));
        assert!(!Figure::Duration(12.0, 20.0).borne_out_by(&gap));
    }

    #[test]
    fn a_figure_is_about_the_words_around_it() {
        let mut vocabulary = Vocabulary::default();
        let found = claims(&text::tokens("The vault has a time lock. Guards change at 22:00 sharp."), &mut vocabulary);
        let guard = vocabulary.number("guard").unwrap();
        let vault = vocabulary.number("vault").unwrap();
        assert!(found[0].topic.contains(&guard));
        assert!(!found[0].topic.contains(&vault));
    }
}
