//! Deciding what a message is to do: the menu, numbered, and the numbers that come back.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::likeness::Shingles;
use super::private::{PRIVATE, private};
use super::prompt;
use super::way::{NoAnswer, Way, json_in, marked};
use crate::agents::menu::Menu;
use crate::crew::Brief;
use crate::heist::{Entry, MOST_MOVES, Phase};

/// The function of the server's own tool calls by which moves are picked.
pub(super) const PICK: &str = "pick_moves";

/// A text may become a repetition if so much of it was said in one message before: a model leaves words out.
const REPEAT: f64 = 0.4;

/// The menu is shown in so many characters at most, its best items first; but never fewer than two.
const CHARS: usize = 420;

/// How many moves are asked for: a small model takes as many as it may. The planner's last words leave nothing open; of others
/// it is drawn from what everybody knows.
pub(super) fn wanted(brief: &Brief) -> usize {
    let leads = brief.crew.first().is_some_and(|first| first.name == brief.me.name);
    if leads && brief.phase == Phase::FinalPlan {
        return MOST_MOVES;
    }
    let drawn = brief.seed.wrapping_mul(31).wrapping_add(u64::from(brief.turn) * 7) % 5;
    if drawn < 2 { 2 } else { 1 }
}

/// The items of a menu that are shown, by their places: the best, and all that must not be missing.
pub(super) fn shown(menu: &Menu) -> Vec<usize> {
    let must = |place: &usize| menu.is_due(*place);
    let mut order: Vec<usize> = (0..menu.items.len()).filter(must).collect();
    order.extend((0..menu.items.len()).filter(|place| !must(place)));
    let mut size = 0;
    let mut shown: Vec<usize> = order
        .into_iter()
        .enumerate()
        .take_while(|(rank, place)| {
            size += menu.items[*place].words.len();
            size <= CHARS || *rank < 2
        })
        .map(|(_, place)| place)
        .collect();
    shown.sort_unstable();
    shown
}

/// The numbers that were picked, at most as many as were `wanted`; with places left for what must be picked and was not.
pub(super) fn fitting(menu: &Menu, mut numbers: Vec<usize>, wanted: usize) -> Vec<usize> {
    let room = wanted.saturating_sub(menu.lacking(&numbers));
    if numbers.len() > room {
        // What must be picked is not what gives way.
        numbers.sort_by_key(|number| !number.checked_sub(1).is_some_and(|place| menu.is_due(place)));
    }
    numbers.truncate(room);
    numbers
}

/// The numbers with one more behind them, where what was picked says what was said before and nothing else: the best that was
/// shown, is about something else, and is as long.
pub(super) fn varied(brief: &Brief, menu: &Menu, shown: &[usize], mut numbers: Vec<usize>) -> Vec<usize> {
    let picked = menu.picked(&numbers);
    let words: Vec<_> = picked.iter().map(|item| item.words.as_str()).collect();
    let words = words.join(" ");
    if picked.len() >= MOST_MOVES || !is_repeat(brief, &words) {
        return numbers;
    }
    let is_other = |place: &&usize| {
        let item = &menu.items[**place];
        let same = item.does.slot().is_some() && picked.iter().any(|picked| picked.does.slot() == item.does.slot());
        let more = format!("{words} {}", item.words);
        !picked.contains(item) && !same && item.words.len() >= words.len() && !is_repeat(brief, &more)
    };
    if numbers.is_empty() {
        // What must be picked comes first.
        numbers.extend(menu.items.iter().position(|item| picked.contains(item)).map(|place| place + 1));
    }
    numbers.extend(shown.iter().find(is_other).map(|place| place + 1));
    numbers
}

/// Whether much of a text was said in one message before.
fn is_repeat(brief: &Brief, text: &str) -> bool {
    let shingles = Shingles::of(text);
    brief.transcript.iter().any(|entry| match entry {
        Entry::Said(message) => shingles.share_in(&Shingles::of(&message.text)) >= REPEAT,
        _ => false,
    })
}

/// The tail that asks for a decision among these items of the menu.
pub(super) fn tail(brief: &Brief, menu: &Menu, shown: &[usize], way: Way) -> String {
    let mut text = prompt::who(brief);
    let _ = writeln!(text, "{PRIVATE}: {}\nWhat do you say now, so that the talk gets on?", private(brief));
    for (number, place) in (1..).zip(shown) {
        let _ = writeln!(text, "{number}. {}", menu.items[*place].words);
    }
    let numbers = ["N"; MOST_MOVES][..wanted(brief).min(MOST_MOVES)].join(",");
    let _ = match way {
        Way::Schema => write!(text, "Answer {{\"moves\":[{numbers}]}}."),
        Way::Native => write!(text, "Call {PICK} with [{numbers}]."),
        Way::Notation => write!(text, "Answer with the numbers and nothing else: [MOVE:{numbers}]"),
    };
    text
}

/// The JSON schema of the answer in the first way: so many numbers of so many items.
pub(super) fn schema(items: usize, wanted: usize) -> Value {
    let numbers: Vec<usize> = (1..=items).collect();
    json!({
        "type": "object",
        "properties": {
            "moves": {
                "type": "array",
                "items": { "type": "integer", "enum": numbers },
                "minItems": 1,
                "maxItems": wanted,
            },
        },
        "required": ["moves"],
        "additionalProperties": false,
    })
}

/// The function of the second way: name, description, and JSON schema of the arguments.
pub(super) fn function() -> (String, String, Value) {
    let numbers = json!({ "type": "array", "items": { "type": "integer" } });
    let parameters = json!({ "type": "object", "properties": { "moves": numbers }, "required": ["moves"] });
    (PICK.to_owned(), "Says what you do in this turn, by the numbers of a list.".to_owned(), parameters)
}

/// Reads an answer: the numbers that were picked, as they come.
///
/// # Errors
/// [`NoAnswer`] if there are none in it in that way.
pub(super) fn read(way: Way, text: &str, call: Option<(&str, &str)>) -> Result<Vec<usize>, NoAnswer> {
    let noted = || marked(text, "[MOVE:").map(numbers_in);
    // An answer that ran into its limit has its numbers all the same.
    let cut = |_| text.split_once("\"moves\"").map(|(_, numbers)| numbers_in(numbers)).ok_or(NoAnswer);
    let found = match (way, call) {
        (Way::Schema, _) => {
            serde_json::from_str(text).map_err(|_| NoAnswer).and_then(|value| of_json(&value)).or_else(cut)
        }
        (Way::Native, Some((_, arguments))) => json_in(arguments).and_then(|value| of_json(&value)),
        (Way::Native, None) => json_in(text).and_then(|value| of_json(&value)).or_else(|_| noted()),
        (Way::Notation, _) => noted().or_else(|_| json_in(text).and_then(|value| of_json(&value))),
    }?;
    if found.is_empty() { Err(NoAnswer) } else { Ok(found) }
}

/// `{"moves":[2,5]}`, or a call as models write it, with the numbers among its arguments; a single number is one too.
fn of_json(value: &Value) -> Result<Vec<usize>, NoAnswer> {
    let arguments = ["arguments", "parameters"].into_iter().find_map(|key| value.get(key)).unwrap_or(value);
    let moves = ["moves", "move"].into_iter().find_map(|key| arguments.get(key)).ok_or(NoAnswer)?;
    Ok(numbers_in(&moves.to_string()))
}

/// The whole numbers in a text.
fn numbers_in(text: &str) -> Vec<usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;
    use crate::agents::menu::Item;
    use crate::agents::model::briefs::{brief, said};
    use crate::heist::{ActKind, Move};

    fn item(words: &str, act: Option<ActKind>) -> Item {
        Item { does: Move::Reopen { slot: heist_bank::Slot::Load }, words: words.to_owned(), act }
    }

    #[test]
    fn numbers_are_read_in_each_way() {
        for (way, text, call, picked) in [
            (Way::Schema, r#"{"moves":[2,5]}"#, None, Ok(vec![2, 5])),
            (Way::Schema, r#"{"moves":[]}"#, None, Err(NoAnswer)),
            (Way::Schema, r#"{"tool":"none"}"#, None, Err(NoAnswer)),
            (Way::Schema, "I take 2.", None, Err(NoAnswer)),
            (Way::Schema, "{\n  \"moves\": [\n    2,\n", None, Ok(vec![2])),
            (Way::Native, "", Some((PICK, r#"{"moves":[3]}"#)), Ok(vec![3])),
            (Way::Native, "", Some((PICK, r#"{"moves":"1, 4"}"#)), Ok(vec![1, 4])),
            (Way::Native, "", Some(("none", "{}")), Err(NoAnswer)),
            (Way::Native, r#"{"name":"pick_moves","arguments":{"moves":[2]}}"#, None, Ok(vec![2])),
            (Way::Notation, "So be it: [move: 2, 5] and 7", None, Ok(vec![2, 5])),
            (Way::Notation, "```{\"moves\": 4}```", None, Ok(vec![4])),
            (Way::Notation, "We go at 22:05.", None, Err(NoAnswer)),
        ] {
            assert_eq!(read(way, text, call), picked, "{way:?} {text} {call:?}");
        }
    }

    #[test]
    fn of_a_long_menu_the_best_is_shown_and_every_act() {
        let long = "We go. ".repeat(20);
        let mut items: Vec<_> = (0..12).map(|_| item(&long, None)).collect();
        items[10].act = Some(ActKind::Bent);
        let menu = Menu { items, slip: None, answer: None };
        assert_eq!(shown(&menu), [0, 1, 10]);
        let text = tail(&brief("hacker"), &menu, &shown(&menu), Way::Schema);
        assert!(text.contains("\n3. We go") && !text.contains("\n4. ") && text.contains("[N"), "{text}");
        assert_eq!(fitting(&menu, vec![1, 2], 2), [1], "there is a place for the act");
        assert_eq!((fitting(&menu, vec![1], 1), fitting(&menu, vec![11, 2], 1)), (vec![], vec![11]));
        let menu = Menu { items: vec![item(&long.repeat(6), None), item(&long, None)], slip: None, answer: None };
        assert_eq!(shown(&menu), [0, 1]);
    }

    #[test]
    fn what_was_said_before_is_not_said_alone() {
        let settle = Move::Settle { slot: heist_bank::Slot::Start, value: "20:00".into() };
        let words = "It is settled that we start at 20:00.";
        let first = Item { does: settle, words: words.into(), act: None };
        let other =
            item("I want to open the question of what we take from the vault once more, before it is too late.", None);
        let menu = Menu { items: vec![first, item("We wait.", None), other], slip: None, answer: None };
        let mut brief = brief("planner");
        assert_eq!(varied(&brief, &menu, &[0, 1, 2], vec![1]), [1]);
        brief.transcript = vec![said(1, "planner", words)].into();
        assert_eq!(varied(&brief, &menu, &[0, 1, 2], vec![1]), [1, 3]);
        assert_eq!(varied(&brief, &menu, &[0, 1, 2], vec![]), [1, 3]);
    }

    proptest! {
        #[test]
        fn whatever_is_answered_can_be_read(text in "\\PC{0,60}", arguments in "\\PC{0,30}") {
            for way in [Way::Schema, Way::Native, Way::Notation] {
                for call in [None, Some((PICK, arguments.as_str()))] {
                    prop_assert!(read(way, &text, call).map_or(true, |picked| !picked.is_empty()));
                }
            }
        }
    }
}
