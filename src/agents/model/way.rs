//! How a model is asked for what the program is to read: the ways that servers have, the best first.

use serde_json::Value;

/// How a choice and a decision are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// An answer that the server binds to a JSON schema.
    Schema,
    /// The server's own tool calls.
    Native,
    /// A notation in the text: `[TOOL:name:argument]`, `[MOVE:2,5]`.
    Notation,
}

impl Way {
    /// What to try where this does not work; the last way works wherever there is text.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Schema => Self::Native,
            Self::Native | Self::Notation => Self::Notation,
        }
    }
}

/// The answer is none in the way that was asked for, so that another may be better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

/// The first JSON object in a text.
pub(super) fn json_in(text: &str) -> Result<Value, NoAnswer> {
    let at = text.find('{').ok_or(NoAnswer)?;
    let first = serde_json::Deserializer::from_str(&text[at..]).into_iter().next();
    first.and_then(Result::ok).ok_or(NoAnswer)
}

/// What stands behind a mark such as `[TOOL:`, to the bracket that closes it or the end of its line.
pub(super) fn marked<'a>(text: &'a str, mark: &str) -> Result<&'a str, NoAnswer> {
    let at = text.to_ascii_uppercase().find(mark).ok_or(NoAnswer)?;
    let line = text[at + mark.len()..].lines().next().unwrap_or_default();
    let mut depth = 1;
    let end = line.char_indices().find_map(|(at, letter)| {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        (depth == 0).then_some(at)
    });
    Ok(&line[..end.unwrap_or(line.len())])
}
