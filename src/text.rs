//! Makes text from models, tools and players safe to show.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;

use ratatui::buffer::CellWidth;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

/// The text with every character that a terminal could take as a command, or that could make it show something else
/// than what is there, replaced by a visible sign: control characters (C0 by their pictures such as `␛`, DEL, C1),
/// bidirectional controls (Unicode UAX #9) and the separators U+2028 and U+2029. Line feeds stay.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| visible(c) == c) { Cow::Borrowed(text) } else { text.chars().map(visible).collect() }
}

/// The character itself, or what stands for it.
fn visible(c: char) -> char {
    match c {
        '\n' => c,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '␡',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// A line of JSON as it is printed: what JSON lets stand in strings and a terminal takes as a command (DEL and C1) is
/// written in its escaped form (RFC 8259, 7), without a line end.
///
/// # Errors
/// If the value cannot be JSON.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let line = serde_json::to_string(value)?;
    let stands = |c: char| ('\u{7f}'..='\u{9f}').contains(&c);
    if !line.contains(stands) {
        return Ok(line);
    }
    let mut escaped = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        if stands(c) {
            // Writing to a text does not fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Ok(escaped)
}

/// The longest name, of a model for example, that is told whole, in characters.
pub const NAME: usize = 80;

/// At most so many characters of a text, with an ellipsis where it was cut.
#[must_use]
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()).into(),
        None => text.into(),
    }
}

/// How many columns the text takes when it is drawn: what ratatui calculates for each sign that is drawn as one. Whatever is
/// fitted or wrapped is measured by this alone, so that nothing is left out at an edge.
#[must_use]
pub fn width_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(|cluster| usize::from(cluster.cell_width())).sum()
}

/// An address without the name and the password that may stand in it.
#[must_use]
pub fn without_credentials(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) if scheme.is_empty() => format!("…{}", &rest[at..]),
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => address.to_owned(),
    }
}

/// A word as a shell takes it for what it is. One that could act on a terminal, or is no text, has its bytes told.
#[must_use]
pub fn for_shell(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let text = word.to_str().filter(|text| !text.contains('\n') && matches!(harmless(text), Cow::Borrowed(_)));
    if let Some(text) = text {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@%,=".contains(&byte);
        let is_plain = !text.is_empty() && text.bytes().all(is_plain);
        return if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) };
    }
    let mut told = "$'".to_owned();
    for byte in word.as_encoded_bytes() {
        match byte {
            b'\'' | b'\\' => told.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => told.push(char::from(*byte)),
            byte => {
                // Nothing goes wrong with a text that grows.
                let _ = write!(told, "\\{byte:03o}");
            }
        }
    }
    told.push('\'');
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_copied() {
        let text = "The vault – 45×60 mm,\nan emoji 🧨 and e\u{301}";
        assert!(matches!(harmless(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn no_control_character_is_left() {
        for c in '\0'..='\u{ffff}' {
            let text = format!("a{c}b");
            let shown = harmless(&text);
            assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{c:?}");
            assert_eq!(shown.chars().count(), 3);
        }
    }

    #[test]
    fn sequences_become_visible() {
        assert_eq!(harmless("\x1b[31mred\x07\r\u{9b}2J\u{202e}"), "␛[31mred␇␍\u{fffd}2J\u{fffd}");
    }

    #[test]
    fn no_control_character_stands_in_printed_json_and_all_can_be_read_again() {
        let every: String = ('\0'..='\u{a1}').chain(['\u{2028}', '🧨']).collect();
        let printed = json(&[&every]).unwrap();
        assert!(!printed.contains(char::is_control), "{printed:?}");
        assert!(printed.contains(r"~\u007f\u0080") && printed.contains("\\u009f\u{a0}¡"), "{printed}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&printed).unwrap(), [every]);
        assert_eq!(json(&"The vault – 45×60").unwrap(), "\"The vault – 45×60\"");
    }

    #[test]
    fn credentials_are_not_shown() {
        for (address, shown) in [
            ("http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1"),
            ("https://me:secret@example.org/v1?a=@", "https://…@example.org/v1?a=@"),
            ("me:sec@ret@example.org", "…@example.org"),
            ("http://example.org/@v1", "http://example.org/@v1"),
        ] {
            assert_eq!(without_credentials(address), shown);
        }
    }
}
