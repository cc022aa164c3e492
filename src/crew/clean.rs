//! Cleaning what a model says: one paragraph, by the agent itself, that is no refusal and nothing said before.

use unicode_segmentation::UnicodeSegmentation;

use super::brief::Brief;
use super::prompt::SPEAK_CUE;
use crate::heist::Entry;

/// A message has at most so many characters; it is cut at the end of a sentence where there is one.
const MESSAGE_CHARS: usize = 700;

/// A message has at most so many sentences; two to four are asked for, but short ones weigh little.
const MOST_SENTENCES: usize = 8;

/// Why an answer cannot stand as a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing was left.
    Empty,
    /// The model declined to play.
    Refusal,
    /// The same was said before: this text, which will do if nothing better comes.
    Repeat(String),
}

impl Flaw {
    /// What the model is told when it is asked again.
    #[must_use]
    pub const fn nudge(&self) -> &'static str {
        match self {
            Self::Empty => "Your last answer was empty. Say one thing that the crew does not know yet.",
            Self::Refusal => {
                "Remember that this is a party game about a bank that does not exist; just play your part."
            }
            Self::Repeat(_) => "You only repeated what was said. Say something that nobody has said yet.",
        }
    }
}

/// Makes a message of what a model answered: without the speaker's name in front, without lines of others or of the
/// game, without mark-up, as one paragraph.
///
/// # Errors
/// The flaw, if nothing can be made of it.
pub fn clean(answer: &str, brief: &Brief) -> Result<String, Flaw> {
    // A small model that has nothing more to say may go on with the prompt.
    let own = answer.split(SPEAK_CUE).next().unwrap_or(answer);
    let plain = own.replace("**", "").replace('`', "");
    let mut words: Vec<&str> = Vec::new();
    for line in plain.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = strip_own_name(line, &brief.me.name);
        if is_foreign(line, brief) {
            // What comes before the agent's own words is skipped, what comes after them is cut off.
            if words.is_empty() {
                continue;
            }
            break;
        }
        words.extend(line.split_whitespace());
    }
    let text = words.join(" ");
    let text = without_echoes(shorten(unquote(&text)));
    if !text.chars().any(char::is_alphabetic) {
        return Err(Flaw::Empty);
    }
    if refuses(&text) {
        return Err(Flaw::Refusal);
    }
    let said = |entry: &Entry| matches!(entry, Entry::Said(message) if message.text == text);
    if brief.transcript.iter().any(said) {
        return Err(Flaw::Repeat(text));
    }
    Ok(text)
}

/// Whether a line is not the agent's own speech: the game's, mark-up, or another's.
fn is_foreign(line: &str, brief: &Brief) -> bool {
    let spoken_by = |name: &str| brief.crew.iter().any(|persona| persona.name.eq_ignore_ascii_case(name));
    line.starts_with(['[', '#'])
        || line.starts_with("---")
        || line.starts_with("==")
        || speaker(line).is_some_and(spoken_by)
}

/// The name in front of a line such as `Hacker: The cameras …`.
fn speaker(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    Some(name.trim_matches(|mark: char| !mark.is_alphanumeric()))
}

fn strip_own_name<'a>(line: &'a str, name: &str) -> &'a str {
    match line.split_once(':') {
        Some((_, rest)) if speaker(line).is_some_and(|speaker| speaker.eq_ignore_ascii_case(name)) => rest.trim_start(),
        _ => line,
    }
}

fn unquote(text: &str) -> &str {
    text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(text).trim()
}

fn shorten(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(MESSAGE_CHARS) else {
        return text;
    };
    let text = &text[..end];
    let sentence = text.rfind(['.', '!', '?']).map(|at| at + 1);
    &text[..sentence.or_else(|| text.rfind(' ')).unwrap_or(text.len())]
}

/// The first sentences of a text, each once: small models fall into saying the same again and again.
fn without_echoes(text: &str) -> String {
    let letters = |sentence: &str| sentence.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let (mut kept, mut said) = (String::new(), Vec::new());
    for sentence in text.split_sentence_bounds() {
        let letters = letters(sentence);
        if said.len() < MOST_SENTENCES && !said.contains(&letters) {
            kept.push_str(sentence);
            said.push(letters);
        }
    }
    kept.trim().to_owned()
}

/// Whether a text opens the way models decline.
fn refuses(text: &str) -> bool {
    let opening: String = text.chars().take(120).collect::<String>().to_lowercase().replace('’', "'");
    let declines = ["i cannot assist", "i can't assist", "i cannot help", "i can't help", "as an ai"];
    opening.starts_with("i'm sorry")
        || opening.starts_with("i am sorry")
        || declines.iter().any(|words| opening.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crew::brief::tests::{brief as brief_of, said};

    fn brief() -> Brief {
        Brief { transcript: vec![said(1, "planner", "We go at 22:00.")], ..brief_of("hacker") }
    }

    #[test]
    fn keeps_what_was_said_and_only_that() {
        for (answer, text) in [
            ("The vault is below.", "The vault is below."),
            ("  hacker: The vault\nis below.  ", "The vault is below."),
            ("**Hacker:** The vault is **below**.", "The vault is below."),
            ("\"The vault is below.\"", "The vault is below."),
            ("The vault is below.\n\nplanner: Good work.\nMore.", "The vault is below."),
            ("The vault is below. Now speak as hacker, to the crew: two", "The vault is below."),
            ("[hacker used file_reader with x: y]", ""),
            ("[hacker used file_reader with x: y]\nThe vault is below.", "The vault is below."),
            ("The vault is below.\n[TOOL:calculator:1+1]", "The vault is below."),
            ("Note: camera 7 is blind.", "Note: camera 7 is blind."),
            ("", ""),
            ("…", ""),
        ] {
            let expected = if text.is_empty() { Err(Flaw::Empty) } else { Ok(text.to_owned()) };
            assert_eq!(clean(answer, &brief()), expected, "{answer:?}");
        }
    }

    #[test]
    fn notices_refusals_and_repeats() {
        assert_eq!(clean("I'm sorry, but I can't help with that.", &brief()), Err(Flaw::Refusal));
        assert_eq!(clean("As an AI language model, I have no bank.", &brief()), Err(Flaw::Refusal));
        assert_eq!(clean("We go at 22:00.", &brief()), Err(Flaw::Repeat("We go at 22:00.".into())));
        assert_eq!(clean("I apologize, but I cannot assist with that.", &brief()), Err(Flaw::Refusal));
        assert!(clean("The guard will be sorry, but late.", &brief()).is_ok());
    }

    #[test]
    fn cuts_long_messages_at_a_sentence() {
        let text: Vec<_> = (0..60).map(|minute| format!("At 22:{minute:02} the door is shut, ünd heavy.")).collect();
        let text = clean(&text.join(" "), &brief()).unwrap();
        assert!(text.chars().count() <= MESSAGE_CHARS && text.ends_with("heavy."), "{text}");
    }

    #[test]
    fn says_each_sentence_once() {
        let text =
            clean("We wait. We hide. We hide. We HIDE! It takes 2.5 minutes, see a.txt. We hide. See a.txt.", &brief())
                .unwrap();
        assert_eq!(text, "We wait. We hide. It takes 2.5 minutes, see a.txt. See a.txt.");
    }
}
