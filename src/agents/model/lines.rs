//! Which lines of an answer are the agent's own speech, and the sentences in them.

use unicode_segmentation::UnicodeSegmentation;

use super::manner::{self, Manner};
use super::markup::{self, Numbers};
use super::voice::CUE;
use crate::crew::Brief;

/// What the agent itself says, in one line and without mark-up.
pub(super) fn own_lines(answer: &str, brief: &Brief) -> String {
    // A small model that has nothing more to say may go on with the prompt.
    let own = answer.split(CUE).next().unwrap_or(answer);
    let plain = without_game_lines(&markup::plain(own));
    let (mut words, mut numbers) = (Vec::<&str>::new(), Numbers::default());
    for line in plain.lines().map(markup::without_bullet) {
        let line = strip_own_name(line, &brief.me.name);
        if line.is_empty() {
            continue;
        }
        if is_foreign(line, brief) {
            // What comes before the agent's own words is skipped, what comes after them is cut off.
            if words.is_empty() {
                continue;
            }
            break;
        }
        words.extend(numbers.strip(line).split_whitespace());
    }
    words.join(" ")
}

/// The text without `[TOOL:…]` and `(somebody used …)`, which only the game writes, wherever they stand in a line.
fn without_game_lines(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(at) = rest.find(['[', '(']) {
        let close = if rest[at..].starts_with('[') { ']' } else { ')' };
        let end = rest[at..].find([close, '\n']).map_or(rest.len(), |end| at + end);
        let inner = rest[at..end].to_lowercase();
        kept.push_str(&rest[..at]);
        if !(inner.contains("tool:") || inner.contains("move:") || inner.contains(" used ")) {
            kept.push_str(&rest[at..end]);
            rest = &rest[end..];
            continue;
        }
        rest = rest[end..].trim_start_matches(close);
    }
    kept + rest
}

/// Whether a line is not the agent's own speech: the game's, mark-up, or another's.
fn is_foreign(line: &str, brief: &Brief) -> bool {
    let is_tag = |line: &str| !line.starts_with(|next: char| next.is_numeric() || next.is_whitespace() || next == '=');
    line.starts_with(['[', '{'])
        || line.strip_prefix('<').is_some_and(is_tag)
        || markup::is_heading(line)
        || line.starts_with("--")
        || line.starts_with("==")
        || speaker(line).is_some_and(|name| is_other(name, brief))
}

/// Whether a name is that of another of the crew.
pub(super) fn is_other(name: &str, brief: &Brief) -> bool {
    let is = |wanted: &str| wanted.eq_ignore_ascii_case(name);
    !is(&brief.me.name) && brief.crew.iter().any(|persona| is(&persona.name))
}

/// The name in front of a line such as `Hacker: The cameras …`.
pub(super) fn speaker(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    Some(name.trim_matches(|mark: char| !mark.is_alphanumeric()))
}

/// A line without its speaker's name in front, which small models also put as `I:`.
fn strip_own_name<'a>(line: &'a str, name: &str) -> &'a str {
    let is_own = |speaker: &str| speaker == "I" || speaker.eq_ignore_ascii_case(name);
    match line.split_once(':') {
        Some((_, rest)) if speaker(line).is_some_and(is_own) => rest.trim_start(),
        _ => line,
    }
}

/// What comes behind `Sure, here is the message:`, and behind a label.
pub(super) fn strip_preamble(sentence: &str) -> &str {
    match sentence.split_once(':') {
        Some(("I" | "Fact" | "Decision", rest)) => rest.trim_start(),
        Some((opening, rest)) if manner::of(&format!("{opening}:")) == Some(Manner::Preamble) => rest.trim_start(),
        _ => sentence,
    }
}

/// A text without the quotes around it.
pub(super) fn unquote(text: &str) -> &str {
    text.strip_prefix(['"', '“']).map_or(text, |inner| inner.strip_suffix(['"', '”']).unwrap_or(inner)).trim()
}

/// The sentences of a text, without a last one that was cut off if there are others.
pub(super) fn whole_sentences(text: &str) -> Vec<&str> {
    let mut sentences: Vec<_> = text.split_sentence_bounds().map(str::trim).filter(|text| !text.is_empty()).collect();
    let ends = |text: &str| text.trim_end_matches(['"', '\'', ')', '”', '’']).ends_with(['.', '!', '?', '…', ':']);
    if sentences.len() > 1 && sentences.last().is_some_and(|last| !ends(last)) {
        sentences.pop();
    }
    sentences
}
