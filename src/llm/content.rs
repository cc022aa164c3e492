//! Tells speech from reasoning in a message's content, which is a text or a list of parts of many types.

use serde_json::Value;

/// Fields in which a part has its text, or parts of its own.
const TEXTS: [&str; 8] = ["text", "content", "value", "thinking", "reasoning", "thought", "summary", "data"];

/// Parts lie in each other no deeper.
const DEEPEST: u8 = 4;

/// What a content holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) speech: String,
    pub(super) reasoning: String,
}

impl Parts {
    /// The parts of a content: a text, or a list of parts of which those of a type for text are speech. What is of a
    /// type that nobody knows is not said aloud.
    pub(super) fn of(content: &Value) -> Self {
        let mut parts = Self::default();
        parts.take(content, false, DEEPEST);
        parts
    }

    /// All text in a field for reasoning.
    pub(super) fn reasoning(field: &Value) -> String {
        let mut parts = Self::default();
        parts.take(field, true, DEEPEST);
        parts.reasoning
    }

    fn take(&mut self, value: &Value, is_reasoning: bool, depth: u8) {
        match value {
            Value::String(text) if is_reasoning => self.reasoning.push_str(text),
            Value::String(text) => self.speech.push_str(text),
            Value::Array(parts) if depth > 0 => parts.iter().for_each(|part| self.take(part, is_reasoning, depth - 1)),
            Value::Object(part) if depth > 0 => {
                let is_reasoning = is_reasoning || !is_speech(value);
                for text in TEXTS.iter().filter_map(|key| part.get(*key)) {
                    self.take(text, is_reasoning, depth - 1);
                }
            }
            _ => {}
        }
    }
}

/// Whether a part says by its type, or by the lack of one, that its text is to be read aloud.
fn is_speech(part: &Value) -> bool {
    let is_text = match &part["type"] {
        Value::Null => true,
        kind => kind.as_str().is_some_and(|kind| {
            let kind = kind.to_lowercase();
            (kind.contains("text") || kind == "message")
                && !["reason", "think", "thought"].iter().any(|word| kind.contains(word))
        }),
    };
    let is_thought =
        ["thought", "thinking", "reasoning"].iter().any(|key| !matches!(part[*key], Value::Null | Value::Bool(false)));
    is_text && !is_thought
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parts(content: &Value) -> (String, String) {
        let Parts { speech, reasoning } = Parts::of(content);
        (speech, reasoning)
    }

    #[test]
    fn parts_are_speech_or_reasoning_by_their_types() {
        let both = ("We climb.".to_owned(), "I lie.".to_owned());
        for content in [
            json!([{"type": "thinking", "thinking": [{"type": "text", "text": "I lie."}]}, {"type": "text", "text": "We climb."}]),
            json!([{"type": "reasoning", "text": "I lie."}, {"type": "output_text", "text": "We climb.", "annotations": []}]),
            json!([{"text": "I lie.", "thought": true}, {"text": "We "}, "climb."]),
            json!([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "I lie."}]}, {"type": "message", "content": [{"type": "output_text", "text": "We climb."}]}]),
            json!([{"type": "novelty", "text": "I lie."}, {"type": "text", "text": {"value": "We climb."}}, {"type": "image_url", "image_url": {"url": "x"}}, null, 7]),
        ] {
            assert_eq!(parts(&content), both, "{content}");
        }
        assert_eq!(parts(&json!("We climb.")).0, "We climb.");
        assert_eq!(parts(&json!({"type": "text", "text": "We climb."})).0, "We climb.");
        assert_eq!(parts(&json!(null)), parts(&json!([])));
        assert_eq!(Parts::reasoning(&json!([{"type": "reasoning.text", "text": "I lie."}])), "I lie.");
    }
}
