//! Finds the JSON in an answer that should be nothing else.

use serde::de::IgnoredAny;

/// The first complete JSON object in `text`, which may stand in a code fence or between other words.
pub(super) fn find_json(text: &str) -> Option<&str> {
    // Few enough tries that a text full of braces costs little.
    for (at, _) in text.match_indices('{').take(16) {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => return Some(&text[at..at + values.byte_offset()]),
            // An object that was cut off: what stands inside it is not the answer.
            Some(Err(error)) if error.is_eof() => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_object() {
        assert_eq!(find_json(" {\"a\":1}\n"), Some("{\"a\":1}"));
        assert_eq!(find_json("Sure {you}:\n```json\n{\"a\":{}}\n```"), Some("{\"a\":{}}"));
        assert_eq!(find_json("{\"a\":{\"b\":1},\"c\":\"cut"), None);
        assert_eq!(find_json("none"), None);
    }
}
