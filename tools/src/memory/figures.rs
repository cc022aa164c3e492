//! Finds the figures and times in a text, so that those of one text can be sought in another.

use std::collections::HashSet;

/// `one` is missing, since it is seldom a figure.
const UNITS: [&str; 18] = [
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
/// Stand for themselves: what they make of the figure before them is not calculated.
const OTHERS: [&str; 9] = ["zero", "half", "quarter", "dozen", "hundred", "thousand", "million", "noon", "midnight"];

/// The figures that a text may have.
#[derive(Debug, Default)]
pub struct Figures(HashSet<String>);

impl Figures {
    /// Adds those of `text`.
    pub fn learn(&mut self, text: &str) {
        for Figure { value, half_of_day } in figures(text) {
            if let Some(half) = half_of_day {
                self.0.insert(format!("{value}{half}"));
            }
            self.0.insert(value);
        }
    }

    /// Whether all figures of `text` are known. What is said to be before or after noon must have been said to be so.
    pub fn cover(&self, text: &str) -> bool {
        figures(text).iter().all(|Figure { value, half_of_day }| {
            half_of_day.map_or_else(|| self.0.contains(value), |half| self.0.contains(&format!("{value}{half}")))
        })
    }
}

/// `18:00`, `2.7`, `2,700` (the same as `2700`), `05` (the same as `5`), `twenty-four` (the same as `24`).
struct Figure {
    value: String,
    /// `a` or `p`, for a.m. or p.m.
    half_of_day: Option<char>,
}

fn figures(text: &str) -> Vec<Figure> {
    let chars: Vec<char> = text.chars().collect();
    let mut figures = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let rest = chars.get(at..).unwrap_or_default();
        if c.is_numeric() {
            let (value, length) = number(rest);
            at += length;
            figures.push(Figure { value, half_of_day: half_of_day(chars.get(at..).unwrap_or_default()) });
        } else if c.is_alphabetic() {
            let (value, length) = word(rest);
            at += length;
            figures.extend(value.map(|value| Figure { value, half_of_day: None }));
        } else {
            at += 1;
        }
    }
    figures
}

/// The number that `chars` begins with, and how many of them it is.
fn number(chars: &[char]) -> (String, usize) {
    let digit = |at: usize| chars.get(at).is_some_and(|c| c.is_numeric());
    let (mut value, mut at) = (String::new(), 0);
    while let Some(&c) = chars.get(at) {
        match c {
            _ if c.is_numeric() => value.push(c),
            '.' | ':' if digit(at + 1) => value.push(c),
            ',' if (1..=3).all(|after| digit(at + after)) && !digit(at + 4) => {}
            _ => break,
        }
        at += 1;
    }
    let short = value.trim_start_matches('0');
    let value = if short.starts_with(|c: char| c.is_numeric()) { short.to_owned() } else { format!("0{short}") };
    (value, at)
}

/// Reads `am`, `pm`, `a.m.` and `p.m.` behind a number.
fn half_of_day(behind: &[char]) -> Option<char> {
    let mut letters = behind.iter().map(char::to_ascii_lowercase).skip_while(|&c| c == ' ' || c == '\u{a0}').peekable();
    let half = letters.next().filter(|c| matches!(c, 'a' | 'p'))?;
    let _ = letters.next_if_eq(&'.');
    letters.next().filter(|&c| c == 'm')?;
    if letters.next().is_some_and(char::is_alphanumeric) { None } else { Some(half) }
}

/// What the word that `chars` begins with says of a number, and how many characters it is. `twenty-four` is one word.
fn word(chars: &[char]) -> (Option<String>, usize) {
    let letters = |from: usize| -> String {
        let word = chars.iter().skip(from).take_while(|c| c.is_alphabetic());
        word.flat_map(|c| c.to_lowercase()).collect()
    };
    let word = letters(0);
    let length = chars.iter().take_while(|c| c.is_alphabetic()).count();
    let unit = |word: &str| UNITS.iter().position(|unit| *unit == word).map(|at| at + 2);
    if let Some(tens) = TENS.iter().position(|tens| *tens == word).map(|at| (at + 2) * 10) {
        let joined = matches!(chars.get(length), Some('-' | ' ' | '\u{2010}' | '\u{2011}'));
        let next = if joined { letters(length + 1) } else { String::new() };
        let units = if next == "one" { Some(1) } else { unit(&next).filter(|&units| units < 10) };
        return match units {
            Some(units) => (Some((tens + units).to_string()), length + 1 + next.chars().count()),
            None => (Some(tens.to_string()), length),
        };
    }
    let other = || OTHERS.contains(&word.as_str()).then(|| word.clone());
    (unit(&word).map(|value| value.to_string()).or_else(other), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(said: &str) -> Figures {
        let mut figures = Figures::default();
        figures.learn(said);
        figures
    }

    #[test]
    fn finds_what_was_said_in_any_way_of_writing() {
        for (said, summed_up) in [
            ("The lock opens at 06:00.", "It opens at 6:00, says the hacker"),
            ("2,700 seconds", "2700"),
            ("24 cameras, 21 doors", "Twenty-four cameras and twenty one doors."),
            ("sixty guards", "60 guards"),
            ("We go at 5:50 p.m. sharp", "at 5:50pm, or 5:50"),
            ("The code is 0007.", "7"),
            ("90% of $2.7 million", "2.7 million, 90 %"),
            ("camera7", "camera 7"),
            ("nothing", "One of them said nothing."),
        ] {
            assert!(known(said).cover(summed_up), "{said} / {summed_up}");
        }
    }

    #[test]
    fn misses_what_was_not_said() {
        for (said, summed_up) in [
            ("The lock opens at 18:00.", "It opens at 8."),
            ("The lock opens at 18:00.", "It opens at 18."),
            ("1234", "1,234.5"),
            ("at 5:50", "at 5:50 PM"),
            ("at 5:50 am", "at 5:50 pm"),
            ("24 cameras", "twenty cameras"),
            ("24 cameras", "four cameras"),
            ("3 guards", "half of the guards"),
            ("nobody knows when", "at midnight"),
            ("3 guards", "½ of the 3 guards"),
            ("", "\u{663}"),
        ] {
            assert!(!known(said).cover(summed_up), "{said} / {summed_up}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_text_covers_itself(text in ".{0,80}") {
            proptest::prop_assert!(known(&text).cover(&text));
        }
    }
}
