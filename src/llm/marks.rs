//! The table of what begins and ends a model's thoughts in its text. Models differ in the word, in its case, and in what
//! stands around it, so a mark is read by its parts.

/// What marks stand between.
const BRACKETS: [(char, char); 6] = [('<', '>'), ('＜', '＞'), ('[', ']'), ('◁', '▷'), ('【', '】'), ('⟨', '⟩')];

/// What is in the name of a tag or a token for thoughts: `<think>`, `<seed:think>`, `<|START_THINKING|>`,
/// `<inner_monologue>`.
const IN_NAMES: [&str; 11] = [
    "think",
    "thought",
    "reasoning",
    "reflection",
    "scratchpad",
    "monologue",
    "rationale",
    "deliberation",
    "contemplation",
    "introspection",
    "brainstorm",
];

/// Names that say it only when they stand alone, and those of square brackets, in which people write too.
const NAMES: [&str; 5] = ["analysis", "reason", "inner", "internal", "cot"];
const SQUARE_NAMES: [&str; 7] = ["think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad"];

/// What makes a name that of a beginning or of an end.
const BEGINS: [&str; 5] = ["begin", "start", "open", "prefix", "of"];
const ENDS: [&str; 5] = ["end", "close", "stop", "suffix", "finish"];

/// Names of what is said aloud, of tokens and of channels; and the role of who says it.
const ANSWERS: [&str; 5] = ["final", "answer", "response", "solution", "output"];
const ROLE: &str = "assistant";

/// What the beginning and the end of a Gemma model's thoughts are called where its vocabulary has no name for them.
const UNNAMED: (&str, &str) = ("unused94", "unused95");

/// Where the tokens of channels are left out of a text, their words run together: that of the answer, and that at the
/// beginning of the thoughts.
const GLUED_ANSWER: &str = "assistantfinal";
const GLUED_THOUGHT: &str = "analysis";
/// The channels, where the first token alone is left out.
const BARE_CHANNELS: [&str; 3] = ["analysis", "commentary", "final"];
const BODY: &str = "<|message|>";

/// The name of a channel's thoughts, and of those that no channel is named for.
pub(super) const CHANNEL: &str = "channel";

/// No mark is longer, in bytes.
const LONGEST: usize = 80;

/// What a mark says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Thoughts of this name begin.
    Open(String),
    /// They end.
    Close(String),
    /// The head of a channel begins, with its name; whether it ends with its line.
    Head(bool),
    /// The head ends, and what is said in the channel begins.
    Body,
    /// What is said in the channel ends.
    End,
    /// What is to be heard begins, whatever was before.
    Answer,
    /// Nothing that matters here.
    Nothing,
}

/// What stands at the beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A mark of so many bytes.
    Mark(Mark, usize),
    /// What may become a mark with more text.
    Part,
    /// No mark.
    None,
}

/// Whether a mark may begin with this character.
pub(super) fn may_begin(c: char) -> bool {
    c == 'a' || BRACKETS.iter().any(|&(open, _)| open == c)
}

/// The mark at the beginning of `text`.
pub(super) fn read(text: &str) -> Found {
    if text.starts_with(GLUED_ANSWER) {
        return Found::Mark(Mark::Answer, GLUED_ANSWER.len());
    }
    if GLUED_ANSWER.starts_with(text) {
        return Found::Part;
    }
    let Some(&(open, close)) = BRACKETS.iter().find(|&&(open, _)| text.starts_with(open)) else { return Found::None };
    let inside = &text[open.len_utf8()..];
    match inside.find(|c: char| !(c.is_alphanumeric() || " _-:.|/\\｜▁=\"'".contains(c))) {
        Some(at) if at <= LONGEST && inside[at..].starts_with(close) => {
            let length = open.len_utf8() + at + close.len_utf8();
            mark(open, &inside[..at]).map_or(Found::None, |mark| Found::Mark(mark, length))
        }
        None if inside.len() <= LONGEST => Found::Part,
        _ => Found::None,
    }
}

/// The mark at the beginning of all that was written, where what should stand there was left out.
pub(super) fn read_beginning(text: &str) -> Found {
    let is_part = |whole: &str| whole.len() > text.len() && whole.starts_with(text);
    for channel in BARE_CHANNELS {
        if is_part(&format!("{channel}{BODY}")) {
            return Found::Part;
        }
        if text.strip_prefix(channel).is_some_and(|rest| rest.starts_with(BODY)) {
            return Found::Mark(Mark::Head(false), 0);
        }
    }
    match text.strip_prefix(GLUED_THOUGHT) {
        Some(rest) if rest.starts_with(char::is_uppercase) => {
            Found::Mark(Mark::Open(CHANNEL.to_owned()), GLUED_THOUGHT.len())
        }
        _ => Found::None,
    }
}

/// Whether a channel with this head is one to be heard.
pub(super) fn is_heard(head: &str) -> bool {
    let name = head.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    let name = name.to_lowercase();
    name == ROLE || ANSWERS.contains(&name.as_str())
}

/// The mark that stands between brackets.
fn mark(bracket: char, inside: &str) -> Option<Mark> {
    let is_pipe = |c| matches!(c, '|' | '｜');
    let (left, right) = (inside.starts_with(is_pipe), inside.ends_with(is_pipe));
    let is_token = left || right;
    let text = inside.trim_matches(|c: char| is_pipe(c) || c.is_whitespace());
    let (text, slash) = match text.strip_prefix(['/', '\\']) {
        Some(rest) => (rest.trim_start(), true),
        None => (text, false),
    };
    // A tag may have attributes; other words in brackets are somebody's.
    let text = match text.split_once(' ') {
        Some((name, attributes)) if attributes.contains('=') => name,
        Some((_, rest)) if bracket != '[' && !is_token && !rest.trim().is_empty() => return None,
        _ => text,
    };
    if text == UNNAMED.0 || text == UNNAMED.1 {
        let name = "unused".to_owned();
        return Some(if text == UNNAMED.0 { Mark::Open(name) } else { Mark::Close(name) });
    }
    let name = text.rsplit(':').next().unwrap_or(text);
    let name: String = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    if is_token && bracket == '<' {
        match name.as_str() {
            "channel" if !left => return Some(Mark::Close(CHANNEL.to_owned())),
            "channel" => return Some(Mark::Head(!right)),
            "start" => return Some(Mark::Head(false)),
            "message" => return Some(Mark::Body),
            "end" | "return" | "call" => return Some(Mark::End),
            "constrain" => return Some(Mark::Nothing),
            _ => {}
        }
    }
    let (name, ends) = strip(&name);
    let ends = slash || ends == Some(true);
    if is_token && ANSWERS.contains(&name) {
        return Some(if ends { Mark::Nothing } else { Mark::Answer });
    }
    let is_thought = match bracket {
        _ if name.starts_with("no") => false,
        '[' => SQUARE_NAMES.contains(&name),
        _ => NAMES.contains(&name) || IN_NAMES.iter().any(|part| name.contains(part)),
    };
    let name = name.to_owned();
    is_thought.then_some(if ends { Mark::Close(name) } else { Mark::Open(name) })
}

/// A name without what makes it that of a beginning or an end, and whether it is an end's, if it is either's.
fn strip(mut name: &str) -> (&str, Option<bool>) {
    let mut ends = None;
    while let Some((rest, end)) = affix(name) {
        (name, ends) = (rest, ends.or(end));
    }
    (name, ends)
}

fn affix(name: &str) -> Option<(&str, Option<bool>)> {
    let cut = |word: &&str| name.strip_prefix(*word).or_else(|| name.strip_suffix(*word));
    let end = ENDS.iter().find_map(cut).map(|rest| (rest, Some(true)));
    let begin = || BEGINS.iter().find_map(|word| Some((cut(word)?, (*word != "of").then_some(false))));
    end.or_else(begin)
}
