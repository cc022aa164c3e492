//! Cleaning what a model says: the sentences that are the agent's own and in character.

use super::likeness::words;
use super::lines::{is_other, own_lines, speaker, strip_preamble, unquote, whole_sentences};
use super::manner;
use crate::crew::Brief;

/// The sentences of an answer that can stand: without the speaker's name in front, without lines of others or of the game,
/// without mark-up, each once.
pub(super) fn sentences(answer: &str, brief: &Brief) -> Vec<String> {
    let text = own_lines(answer, brief);
    let (mut kept, mut seen) = (Vec::new(), Vec::new());
    for sentence in whole_sentences(unquote(&text)) {
        if speaker(sentence).is_some_and(|name| is_other(name, brief)) {
            break;
        }
        let sentence = without_own_name(strip_preamble(sentence), brief);
        // A row of a table is nobody's speech.
        if sentence.matches('|').count() > 1 || !sentence.contains(char::is_alphabetic) || is_note(sentence) {
            continue;
        }
        let sentence = without_assent(sentence);
        let letters = letters(sentence);
        let is_bad = manner::of(sentence).is_some() || is_confused(sentence, brief) || sentence.ends_with(':');
        if !is_bad && !letters.is_empty() && !is_loop(sentence) && !seen.contains(&letters) {
            kept.push(capitalised(sentence));
            seen.push(letters);
        }
    }
    kept
}

/// Words with which a small model agrees to the request rather than says something.
const ASSENT: [&str; 12] = [
    "yes",
    "sure",
    "okay",
    "ok",
    "absolutely",
    "alright",
    "all right",
    "correct",
    "hey",
    "certainly",
    "of course",
    "great",
];

/// What comes behind `Sure, `.
fn without_assent(sentence: &str) -> &str {
    let rest = ASSENT.iter().find_map(|word| {
        let start = sentence.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
        sentence[start.len()..].strip_prefix([',', '.', '!'])
    });
    rest.map_or(sentence, str::trim)
}

/// A sentence with a capital at its beginning.
pub(super) fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether a sentence is a notation in brackets, such as `[lookout said …]`, which nobody speaks.
fn is_note(sentence: &str) -> bool {
    sentence.starts_with(['[', '{', '(']) && sentence.trim_end_matches(['.', '!', '?']).ends_with([']', '}', ')'])
}

/// Whether a model was caught in a loop.
fn is_loop(sentence: &str) -> bool {
    let mut spoken = words(sentence);
    let all = spoken.len();
    spoken.sort_unstable();
    spoken.dedup();
    all > 6 && spoken.len() * 2 < all
}

/// Whether a sentence confuses who speaks: it speaks of its own speaker as of somebody else, or as somebody else, or to
/// a player as the request does.
fn is_confused(sentence: &str, brief: &Brief) -> bool {
    let words = words(sentence);
    let of_me = |word: &String| matches!(word.as_str(), "i" | "i'm" | "i'll" | "i've" | "i'd" | "me" | "my");
    let named = words.iter().any(|word| word.as_str() == brief.me.name.to_lowercase());
    let text = format!(" {} ", words.join(" ").replace(" the ", " "));
    let is = |who: &str, name: &str| text.contains(&format!(" {who} {} ", name.to_lowercase()));
    let crew = || brief.crew.iter().map(|persona| &*persona.name);
    (named && !words.iter().any(of_me))
        || crew().any(|name| is("you are", name))
        || crew().filter(|name| is_other(name, brief)).any(|name| ["i am", "i'm", "as"].iter().any(|who| is(who, name)))
}

/// What comes behind `As hacker, ` and `Hacker, ` in the hacker's own sentence.
fn without_own_name<'a>(sentence: &'a str, brief: &Brief) -> &'a str {
    let openings = ["as ", "as the ", ""].map(|opening| format!("{opening}{}, ", brief.me.name).to_lowercase());
    let behind = openings.iter().find_map(|opening| {
        let start = sentence.get(..opening.len())?;
        (start.to_lowercase() == *opening).then(|| sentence[opening.len()..].trim_start())
    });
    behind.unwrap_or(sentence)
}

fn letters(sentence: &str) -> String {
    sentence.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}
