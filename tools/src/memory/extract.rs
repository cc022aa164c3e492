//! Shortens old turns by keeping the sentences that carry something: figures, times, names, decisions.

use crate::wire::{CompressedMemory, Turn};

/// A token is reckoned as so many characters, which is about right for English.
const CHARACTERS_PER_TOKEN: usize = 4;

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

/// The last `recent` turns whole, as far as they fit, and the best sentences of the older ones in the room that is left.
pub fn compress(mut turns: Vec<Turn>, max_tokens: u32, recent: u32) -> CompressedMemory {
    let mut room = max_tokens as usize;
    let mut first = turns.len();
    let earliest = turns.len().saturating_sub(recent as usize);
    while first > earliest {
        let Some(left) = turns.get(first - 1).and_then(|turn| room.checked_sub(cost(turn))) else { break };
        room = left;
        first -= 1;
    }
    let kept = turns.split_off(first);
    let summary = summary(&turns, room * CHARACTERS_PER_TOKEN);
    let used = max_tokens as usize - room + tokens(summary.chars().count());
    CompressedMemory {
        method: if turns.is_empty() { "none" } else { "extract" }.to_owned(),
        summary,
        recent: kept,
        tokens: u32::try_from(used).unwrap_or(u32::MAX),
    }
}

fn tokens(characters: usize) -> usize {
    characters.div_ceil(CHARACTERS_PER_TOKEN)
}

fn cost(turn: &Turn) -> usize {
    let phase = turn.phase.as_ref().map_or(0, |phase| phase.chars().count());
    tokens(turn.agent.chars().count() + phase + turn.message.chars().count() + 8)
}

/// Lines `agent, turn N: sentences`, at most `room` characters, in the order they were said.
fn summary(turns: &[Turn], room: usize) -> String {
    let mut sentences = Vec::new();
    for (turn, said) in turns.iter().enumerate() {
        sentences.extend(split(&said.message).into_iter().map(|text| (weight(text), turn, text)));
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
        let head = if opened[turn] { 0 } else { heading(&turns[turn]).chars().count() + 1 };
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
            summary.push_str(&heading(&turns[*turn]));
            last = Some(turn);
        }
        summary.push(' ');
        summary.push_str(text);
    }
    summary
}

fn heading(turn: &Turn) -> String {
    format!("{}, turn {}:", turn.agent, turn.turn)
}

/// Sentences end with `.`, `!` or `?` before white space, and at line ends; so 3.5 and 18:00 stay whole.
fn split(text: &str) -> Vec<&str> {
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
fn weight(sentence: &str) -> u32 {
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

    fn turn(number: u32, agent: &str, message: &str) -> Turn {
        Turn { agent: agent.into(), turn: number, phase: None, message: message.into() }
    }

    #[test]
    fn keeps_figures_and_drops_talk() {
        let turns = vec![
            turn(1, "hacker", "Well, hello there. The time lock runs from 18:00 to 06:00. Lovely weather!"),
            turn(2, "intel", "Oh my. 24 cameras watch the bank, and Alvarez guards the corridor."),
            turn(3, "planner", "Agreed, we go at 05:50."),
        ];
        let memory = compress(turns, 200, 1);
        assert_eq!(memory.method, "extract");
        assert_eq!(
            memory.summary,
            "hacker, turn 1: The time lock runs from 18:00 to 06:00.\n\
             intel, turn 2: 24 cameras watch the bank, and Alvarez guards the corridor."
        );
        assert_eq!(memory.recent, [turn(3, "planner", "Agreed, we go at 05:50.")]);
    }

    #[test]
    fn nothing_to_shorten() {
        let memory = compress(vec![turn(1, "driver", "The van is ready.")], 100, 5);
        assert_eq!((memory.method.as_str(), memory.summary.as_str(), memory.recent.len()), ("none", "", 1));
    }

    proptest::proptest! {
        #[test]
        fn stays_within_the_budget(
            messages in proptest::collection::vec("[a-zA-Z0-9 .!?\u{e9}\n]{0,200}", 0..30),
            max_tokens in 16_u32..500,
            recent in 0_u32..10,
        ) {
            let turns = messages.iter().zip(0..).map(|(message, number)| turn(number, "lookout", message)).collect();
            let memory = compress(turns, max_tokens, recent);
            proptest::prop_assert!(memory.tokens <= max_tokens);
            proptest::prop_assert!(memory.summary.chars().count() <= memory.tokens as usize * CHARACTERS_PER_TOKEN);
        }
    }
}
