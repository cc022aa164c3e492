//! Shortens old turns by keeping the sentences that carry something: figures, times, names, decisions.

use super::turns::Entry;
use crate::wire::Turn;

/// Words of a decision, an order or a doubt.
const DECIDING: [&str; 26] = [
    "agree",
    "agreed",
    "must",
    "will",
    "decide",
    "decided",
    "plan",
    "confirm",
    "confirmed",
    "need",
    "never",
    "not",
    "instead",
    "wrong",
    "before",
    "after",
    "because",
    "abort",
    "avoid",
    "careful",
    "risk",
    "wait",
    "changed",
    "use",
    "exit",
    "vault",
];

/// The best of the sentences that `counts` lets through, at most `room` characters, in the order they were said: a line
/// for each turn, after its heading.
pub fn digest(
    turns: &[Entry],
    room: usize,
    heading: fn(&Turn) -> String,
    counts: impl Fn(&Entry, &str) -> bool,
) -> String {
    let mut sentences = Vec::new();
    for (turn, said) in turns.iter().enumerate() {
        let split = split(&said.turn.message).into_iter().filter(|text| counts(said, text));
        sentences.extend(split.map(|text| (weight(text), turn, text)));
    }
    let order: Vec<usize> = {
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        // Of equal weight, what was said later counts more.
        order.sort_by_key(|&at| (std::cmp::Reverse(sentences[at].0), std::cmp::Reverse(at)));
        order
    };
    let mut left = room;
    let mut chosen = vec![false; sentences.len()];
    let mut opened = vec![false; turns.len()];
    for at in order {
        let (weight, turn, text) = sentences[at];
        let head = if opened[turn] { 0 } else { heading(&turns[turn].turn).chars().count() + 1 };
        let length = text.chars().count() + 1 + head;
        if weight == 0 || length > left {
            continue;
        }
        left -= length;
        chosen[at] = true;
        opened[turn] = true;
    }
    let mut summary = String::new();
    let mut last = None;
    for ((_, turn, text), _) in sentences.iter().zip(&chosen).filter(|&(_, &chosen)| chosen) {
        if last != Some(turn) {
            if last.is_some() {
                summary.push('\n');
            }
            summary.push_str(&heading(&turns[*turn].turn));
            last = Some(turn);
        }
        summary.push(' ');
        summary.push_str(text);
    }
    summary
}

/// Who spoke, and in which turn.
pub fn numbered(turn: &Turn) -> String {
    format!("{}, turn {}:", turn.agent, turn.turn)
}

/// Who spoke.
pub fn named(turn: &Turn) -> String {
    format!("{}:", turn.agent)
}

/// Sentences end with `.`, `!` or `?` before white space, and at line ends; so 3.5 and 18:00 stay whole.
pub fn split(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if c == '\n' || (ended && c.is_whitespace()) {
            sentences.push(&text[start..at]);
            start = at;
        }
        ended = matches!(c, '.' | '!' | '?');
    }
    sentences.push(&text[start..]);
    sentences.into_iter().map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

/// How much a sentence carries; 0 for mere talk.
pub fn weight(sentence: &str) -> u32 {
    let mut weight = 0;
    for (at, word) in sentence.split_whitespace().enumerate() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = word.chars().next() else { continue };
        if word.chars().any(|c| c.is_ascii_digit()) {
            weight += 3;
        } else if at > 0 && first.is_uppercase() && word.chars().count() > 1 {
            weight += 1;
        } else if DECIDING.contains(&word.to_lowercase().as_str()) {
            weight += 2;
        }
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::tests::entries;

    #[test]
    fn keeps_figures_and_drops_talk() {
        let turns = entries(&[
            ("hacker", "Well, hello there. The time lock runs from 18:00 to 06:00. Lovely weather!"),
            ("intel", "Oh my. 24 cameras watch the bank, and Alvarez guards the corridor."),
        ]);
        assert_eq!(
            digest(&turns, 400, numbered, |_, _| true),
            "hacker, turn 1: The time lock runs from 18:00 to 06:00.\n\
             intel, turn 2: 24 cameras watch the bank, and Alvarez guards the corridor."
        );
        assert_eq!(digest(&turns, 70, named, |_, _| true), "hacker: The time lock runs from 18:00 to 06:00.");
    }

    proptest::proptest! {
        #[test]
        fn keeps_to_the_room(
            messages in proptest::collection::vec("[a-zA-Z0-9 .!?\u{e9}\n]{0,200}", 0..30),
            room in 0_usize..2000,
        ) {
            let turns: Vec<_> = messages.iter().map(|message| ("lookout", message.as_str())).collect();
            let text = digest(&entries(&turns), room, numbered, |_, _| true);
            proptest::prop_assert!(text.chars().count() <= room);
        }
    }
}
