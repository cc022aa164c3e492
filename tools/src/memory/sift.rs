//! Sifts what a model says of the turns: plain sentences that fit the room and invent no figure.

use std::collections::HashSet;

use super::extract::{split, weight};
use super::figures::Figures;
use super::model::Reply;

/// More than so many characters are not looked at; there is never room for them.
const LONGEST_REPLY: usize = 16 * 1024;
/// A refusal is looked for in so many characters at the beginning.
const OPENING: usize = 120;
/// The ways in which models decline.
const DECLINING: [&str; 9] = [
    "i'm sorry",
    "i am sorry",
    "i apologize",
    "as an ai",
    "i cannot",
    "i can't",
    "i am unable",
    "i'm unable",
    "i won't",
];

/// What of the reply may stand as a summary of at most `room` characters, or why nothing may. `known` are the figures
/// of the turns.
///
/// # Errors
/// What is wrong with the reply, for the log.
pub fn sift(reply: &Reply, room: usize, known: &Figures) -> Result<String, &'static str> {
    let mut chars = reply.text.chars().filter(|&c| !is_hidden(c));
    let text: String = chars.by_ref().take(LONGEST_REPLY).collect();
    let cut = reply.cut || chars.next().is_some();
    if text.trim().is_empty() {
        return Err("it is empty");
    }
    if declines(&text) {
        return Err("it declines");
    }
    let lines: Vec<String> = text.lines().map(plain).collect();
    let mut sentences: Vec<(usize, &str)> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        sentences.extend(split(line).into_iter().map(|sentence| (number, sentence)));
    }
    if cut {
        // What was cut off in the middle may say something else.
        sentences.pop_if(|(_, sentence)| !sentence.ends_with(['.', '!', '?']));
    }
    let mut said = HashSet::new();
    let (mut summary, mut length, mut last) = (String::new(), 0, None);
    for (line, sentence) in sentences {
        let letters: String = sentence.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        // A heading says nothing, and small models say the same again and again.
        if letters.is_empty() || sentence.ends_with(':') || !known.cover(sentence) || !said.insert(letters) {
            continue;
        }
        let between = usize::from(last.is_some());
        length += sentence.chars().count() + between;
        if length > room {
            break;
        }
        match last {
            Some(last) if last == line => summary.push(' '),
            Some(_) => summary.push('\n'),
            None => {}
        }
        summary.push_str(sentence);
        last = Some(line);
    }
    if split(&summary).into_iter().all(|sentence| weight(sentence) == 0) {
        return Err("nothing that can be trusted is left of it");
    }
    Ok(summary)
}

/// Control characters, and those that are not seen or turn the direction of writing; tabs and the like are blanks.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn declines(text: &str) -> bool {
    let opening: String = text.trim_start().chars().take(OPENING).collect();
    let opening = opening.to_lowercase().replace('’', "'");
    DECLINING.iter().any(|words| opening.starts_with(words)) || opening.contains("as an ai ")
}

/// A line without mark-up, its words one blank apart.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    // Tags are left out; a `<` that opens none stays.
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = match after.split_once('>') {
            Some((_, behind)) if after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')) => {
                behind
            }
            _ => {
                text.push('<');
                after
            }
        };
    }
    text.push_str(rest);
    let text = text.replace("**", "").replace("__", "").replace('`', "").replace('|', " ");
    let words: Vec<&str> = text.split_whitespace().skip_while(|word| is_bullet(word)).collect();
    words.join(" ")
}

/// `-`, `*`, `##`, `>`, `1.`, `2)` at the beginning of a line.
fn is_bullet(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    word.chars().all(|c| "-+*#>•–—=".contains(c))
        || ((1..=2).contains(&number.len()) && number.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURNS: &str = "The time lock runs from 18:00 to 06:00. 24 cameras watch the bank. We go at 05:50.";

    fn known() -> Figures {
        let mut figures = Figures::default();
        figures.learn(TURNS);
        figures
    }

    fn sifted(text: &str) -> Result<String, &'static str> {
        sift(&Reply { text: text.to_owned(), cut: false }, 400, &known())
    }

    #[test]
    fn keeps_plain_sentences() {
        for (said, kept) in [
            ("The hacker says that the lock opens at 06:00.", "The hacker says that the lock opens at 06:00."),
            (
                "Here is a summary:\n\n## Facts\n1. **hacker**: the lock opens at 06:00.\n2) `intel` counts 24 cameras.\n* * *\n",
                "Facts\nhacker: the lock opens at 06:00.\nintel counts 24 cameras.",
            ),
            ("<b>24</b> cameras,\u{1b}\ta \u{202e}van, x < y. A lie at 19:00.", "24 cameras, a van, x < y."),
            ("We must wait. We must wait. WE MUST WAIT! We go.", "We must wait. We go."),
            (
                "At 05:50, 25 cameras watch. The plan may fail, the driver doubts.",
                "The plan may fail, the driver doubts.",
            ),
        ] {
            assert_eq!(sifted(said).as_deref(), Ok(kept), "{said}");
        }
    }

    #[test]
    fn refuses_what_says_nothing() {
        assert_eq!(sifted(" \n\u{200b}"), Err("it is empty"));
        assert_eq!(sifted("I’m sorry, but I can't help with 24 cameras."), Err("it declines"));
        assert_eq!(sifted("Well, as an AI language model I go at 05:50."), Err("it declines"));
        for words in ["Sure.", "The lock opens at 07:00. 25 cameras watch.", "…", "Plan:"] {
            assert_eq!(sifted(words), Err("nothing that can be trusted is left of it"), "{words}");
        }
    }

    #[test]
    fn cuts_at_the_end_of_a_sentence() {
        let text = "We go at 05:50. There are 24 cameras. The plan is good";
        let cut = |room, cut| sift(&Reply { text: text.to_owned(), cut }, room, &known());
        assert_eq!(cut(400, false).unwrap(), text);
        assert_eq!(cut(400, true).unwrap(), "We go at 05:50. There are 24 cameras.");
        assert_eq!(cut(37, true).unwrap(), "We go at 05:50. There are 24 cameras.");
        assert_eq!(cut(36, true).unwrap(), "We go at 05:50.");
        assert!(cut(14, true).is_err());
    }

    proptest::proptest! {
        #[test]
        fn keeps_to_the_room_and_invents_no_figure(
            text in "([a-z]{1,6}|[0-9]{1,3}|18:00|24|plan|vault|\\*\\*|<b>|\u{202e}|\u{e9}|[.!?:\n\t ]|[\\PC]){0,80}",
            room in 0_usize..200,
            cut: bool,
        ) {
            if let Ok(summary) = sift(&Reply { text, cut }, room, &known()) {
                proptest::prop_assert!(summary.chars().count() <= room);
                proptest::prop_assert!(known().cover(&summary));
                proptest::prop_assert!(!summary.chars().any(|c| c != '\n' && c.is_control() || is_hidden(c)));
            }
        }
    }
}
