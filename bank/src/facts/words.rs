//! Small rules of grammar: numbers in words, one of many, articles, and what stands before a place.

use super::Hole;

const NUMBERS: [&str; 21] = [
    "no",
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
    "twenty",
];
const TIMES: [&str; 3] = ["never", "once", "twice"];
/// Larger numbers are written in digits.
const IN_WORDS: usize = 12;

/// Which one it is of several.
pub(crate) const ORDER: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
/// What stands before a street.
pub(super) const BEFORE_STREETS: [&str; 6] = ["along", "across", "over", "under", "through", "down"];

/// Words in the plural that follow a number in a pattern, and what they become after 1.
const SINGULAR: [(&str, &str); 22] = [
    ("false alarms were", "false alarm was"),
    ("false alarms are", "false alarm is"),
    ("minutes", "minute"),
    ("metres", "metre"),
    ("kilometres", "kilometre"),
    ("centimetres", "centimetre"),
    ("kilograms", "kilogram"),
    ("seconds", "second"),
    ("days", "day"),
    ("boxes", "box"),
    ("deposit boxes", "deposit box"),
    ("guards", "guard"),
    ("cameras", "camera"),
    ("pictures", "picture"),
    ("alarms", "alarm"),
    ("false alarms", "false alarm"),
    ("blind spots", "blind spot"),
    ("people", "person"),
    ("exits", "exit"),
    ("sensors", "sensor"),
    ("ways", "way"),
    ("routes", "route"),
];

/// A whole number in words up to twelve, others as they are.
#[must_use]
pub fn in_words(digits: &str) -> String {
    let small = digits.parse().ok().filter(|number| *number <= IN_WORDS);
    small.and_then(|number: usize| NUMBERS.get(number)).map_or_else(|| digits.to_owned(), |word| (*word).to_owned())
}

/// How often something was, in words: `twice`, `three times`.
pub(super) fn times(digits: &str) -> String {
    let rare = digits.parse().ok().and_then(|number: usize| TIMES.get(number));
    rare.map_or_else(|| format!("{} times", in_words(digits)), |word| (*word).to_owned())
}

/// The number that a word says, in digits.
pub(super) fn number(word: &str) -> Option<String> {
    let says = |known: &&str| known.eq_ignore_ascii_case(word);
    NUMBERS.iter().position(says).map(|number| number.to_string())
}

/// The number that `once`, `twice`, `three times` or `5 times` says, in digits, and how long that is.
pub(super) fn read_times(text: &str) -> Option<(String, usize)> {
    if let Some(number) = TIMES.iter().position(|word| text.starts_with(word)) {
        return Some((number.to_string(), TIMES.get(number)?.len()));
    }
    let (word, _) = text.split_once(" times")?;
    let digits = word.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty();
    let value = if digits { Some(word.to_owned()) } else { number(word) };
    Some((value?, word.len() + " times".len()))
}

/// What follows a value in a pattern, where it must agree with it: after the number 1, and after a thing in the plural.
/// None if it is as it stands.
pub(super) fn agreeing(after: &str, value: &str, hole: Hole) -> Option<String> {
    let words = after.strip_prefix(' ')?;
    let fits = |(written, _): &&(&str, &str)| {
        words.strip_prefix(written).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    let forms: &[(&str, &str)] = match hole {
        Hole::Minutes | Hole::Number if value == "1" => &SINGULAR,
        Hole::Place | Hole::Words if is_plural(value) => &PLURAL,
        _ => &[],
    };
    let (written, other) = forms.iter().find(fits)?;
    Some(format!(" {other}{}", words.strip_prefix(written)?))
}

/// Verbs that follow a thing in a pattern, and what they become after several things.
const PLURAL: [(&str, &str); 17] = [
    ("is", "are"),
    ("was", "were"),
    ("has", "have"),
    ("joins", "join"),
    ("gives", "give"),
    ("goes", "go"),
    ("opens", "open"),
    ("leads", "lead"),
    ("locks itself", "lock themselves"),
    ("stands", "stand"),
    ("holds", "hold"),
    ("ends", "end"),
    ("works", "work"),
    ("will", "will"),
    ("lies", "lie"),
    ("shows", "show"),
    ("itself", "themselves"),
];

/// Whether words name several things: `canal steps`.
pub(super) fn is_plural(words: &str) -> bool {
    let singular = ["ss", "us", "is", "'s"];
    words == "police" || words.ends_with('s') && !singular.iter().any(|end| words.ends_with(end))
}

/// With "the" before it, unless it is a name or has an article.
pub(super) fn the(words: &str) -> String {
    if takes_article(words) { format!("the {words}") } else { words.to_owned() }
}

/// With "a" before it, unless it is a name or has an article; several things have "the".
pub(super) fn a(words: &str) -> String {
    if !takes_article(words) || is_plural(words) {
        return the(words);
    }
    let vowel = words.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {words}", if vowel { "an" } else { "a" })
}

fn takes_article(words: &str) -> bool {
    !words.starts_with(char::is_uppercase) && !["the ", "a ", "an "].iter().any(|article| words.starts_with(article))
}

/// What stands before a floor: `on the upper floor`, `in the basement`.
pub(super) fn on(floor: &str) -> String {
    const IN: [&str; 10] = [
        "basement",
        "sub-basement",
        "cellar",
        "crypt",
        "catacomb",
        "undercroft",
        "souterrain",
        "loft",
        "attic",
        "gallery",
    ];
    let last = floor.rsplit(' ').next().unwrap_or_default();
    format!("{} {}", if IN.contains(&last) { "in" } else { "on" }, the(floor))
}

/// Rooms that one is in and not at, by their last word.
#[rustfmt::skip]
const IN: [&str; 45] = [
    "room", "hall", "corridor", "passage", "lobby", "atrium", "rotunda", "foyer", "concourse", "vestibule", "court",
    "archive", "store", "office", "offices", "library", "canteen", "kitchen", "nursery", "refectory", "stationery",
    "cloakroom", "boardroom", "wardrobe", "workshop", "anteroom", "antechamber", "forehall", "lounge", "house", "closet",
    "cell", "walk", "tunnel", "culvert", "duct", "stairwell", "lift", "strongroom", "transformer", "shop", "vault", "drain",
    "shaft", "gallery",
];
/// What one is on.
const ON: [&str; 9] = ["stair", "stairs", "steps", "staircase", "landing", "balcony", "bridge", "roof", "floor"];

/// What stands before a place: `in the archive`, `at the front door`, `on the long landing`.
pub(super) fn within(place: &str) -> String {
    const SIDES: [&str; 6] = ["north", "south", "east", "west", "left", "right"];
    // The north of a room is in that room.
    let last = place.rsplit(' ').find(|word| !SIDES.contains(word)).unwrap_or_default();
    let before = match last {
        _ if IN.contains(&last) => "in",
        _ if ON.contains(&last) => "on",
        _ => "at",
    };
    format!("{before} {}", the(place))
}

/// The words of a text.
pub(super) fn of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The text with a capital letter in front.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text with a small letter in front.
pub(super) fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Several things in a row: `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// The things of such a row.
pub(super) fn items(row: &str) -> Vec<&str> {
    match row.rsplit_once(" and ") {
        Some((others, last)) => others.split(", ").chain([last]).collect(),
        None => vec![row],
    }
}

/// Whether a value stands in a text: as it is, or a number in words. Of a list each thing must stand there, with whatever
/// article.
#[must_use]
pub fn is_said(value: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let stands = |value: &str| text.match_indices(value).any(|(at, _)| is_whole(&text, at, at + value.len()));
    let ways = |item: &str| {
        let item = item.trim().to_lowercase();
        let bare = ["the ", "a ", "an "].iter().find_map(|article| item.strip_prefix(article)).unwrap_or(&item);
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        let in_words = || bare.parse().ok().and_then(|number: usize| NUMBERS.get(number));
        let spoken = || in_words().is_some_and(|word| stands(word)) || stands(&times(bare));
        !bare.is_empty() && (stands(bare) || is_number && spoken())
    };
    items(value).into_iter().all(ways)
}

/// Whether nothing before or behind a part of a text belongs to it: no letter, no digit, no mark with a digit behind it.
fn is_whole(text: &str, from: usize, to: usize) -> bool {
    let (before, after) = text.split_at_checked(from).zip(text.get(to..)).map_or(("", ""), |((b, _), a)| (b, a));
    let joins = |mark: Option<char>, next: Option<char>| match mark {
        Some(mark) if mark.is_alphanumeric() => true,
        Some(':' | '.' | ',') => next.is_some_and(|next| next.is_ascii_digit()),
        _ => false,
    };
    let (mut before, mut after) = (before.chars().rev(), after.chars());
    !joins(before.next(), before.next()) && !joins(after.next(), after.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_said_as_it_is_or_in_words() {
        for (value, text) in [
            ("12", "the gap lasts 12 minutes."),
            ("17", "The gap lasts seventeen minutes"),
            ("2", "it was found open twice this month"),
            ("22:12", "until 22:12, and no longer"),
            ("4.2", "it is 4.2 kilometres"),
            ("loading dock", "by the Loading Dock."),
            ("3 and 4", "cameras 3 and 4 see it"),
            ("the lobby, the archive and the staff door", "it holds an archive, the lobby and the staff door"),
        ] {
            assert!(is_said(value, text), "{value} in {text}");
        }
        for (value, text) in [
            ("12", "from 22:12 on"),
            ("22", "from 22:12 on"),
            ("12", "112 metres, or 12.5"),
            ("4", "it is 4.2 kilometres"),
            ("1", "it is alone"),
            ("dock", "by the docks"),
            ("3 and 4", "cameras 3 and 14"),
            ("", "anything"),
        ] {
            assert!(!is_said(value, text), "{value} in {text}");
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for number in 0..40_usize {
            let digits = number.to_string();
            let said = times(&digits);
            assert_eq!(read_times(&format!("{said} this month")), Some((digits.clone(), said.len())));
            let written = in_words(&digits);
            assert!(written == digits || super::number(&written) == Some(digits), "{written}");
        }
        assert_eq!(super::number("several"), None);
        assert_eq!(read_times("often"), None);
    }

    #[test]
    fn words_take_what_belongs_before_them() {
        assert_eq!([the("dock"), the("Alder Lane"), the("the tunnel")], ["the dock", "Alder Lane", "the tunnel"]);
        assert_eq!([a("car park"), a("old mill"), a("hop fields")], ["a car park", "an old mill", "the hop fields"]);
        assert_eq!([on("upper floor"), on("lower basement")], ["on the upper floor", "in the lower basement"]);
        assert_eq!(
            [within("archive"), within("front door"), within("back stairs")],
            ["in the archive", "at the front door", "on the back stairs"]
        );
        assert_eq!(agreeing(" minutes, is noisy", "1", Hole::Minutes).as_deref(), Some(" minute, is noisy"));
        assert_eq!(agreeing(" minutest", "1", Hole::Minutes), None);
        assert_eq!(agreeing(" is seen", "canal steps", Hole::Place).as_deref(), Some(" are seen"));
        assert_eq!(agreeing(" is seen", "dock", Hole::Place), None);
    }

    #[test]
    fn a_row_is_taken_apart_as_it_was_made() {
        for row in [&["a"][..], &["a", "b"], &["a", "b", "c"]] {
            let row: Vec<_> = row.iter().map(ToString::to_string).collect();
            assert_eq!(items(&list(&row)), row);
        }
    }
}
