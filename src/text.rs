//! Makes text from models, tools and players safe to show.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;

use ratatui::buffer::CellWidth;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
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

/// The longest text of one message or result that is shown, in characters.
pub(crate) const LONGEST: usize = 20_000;

/// The text made harmless (see [`harmless`]), with tabs as spaces, without carriage returns, and cut after `limit`
/// characters. What has no width and only hides something is made visible too, and what no two terminals draw alike is
/// [left out](varies). Line feeds stay.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut chars = text.chars().filter(|c| *c != '\r');
    let mut out: String = chars.by_ref().take(limit).collect();
    let more = chars.next().is_some();
    if !out.is_ascii() {
        // Letters and syllables in one piece: not all terminals put together what comes in several.
        out = out.nfc().collect();
    }
    let mut chars = out.chars().peekable();
    let mut shown = String::with_capacity(out.len());
    while let Some(c) = chars.next() {
        match c {
            '\t' => shown.push(' '),
            // Halfwidth sound marks are a sign of their own in terminals, and a part of the one before by Unicode.
            '\u{ff9e}' => shown.push('゛'),
            '\u{ff9f}' => shown.push('゜'),
            c if varies(c, chars.peek().copied()) => {}
            c if hides(c) => shown.push(char::REPLACEMENT_CHARACTER),
            c => shown.push(c),
        }
    }
    if more {
        shown.push('…');
    }
    harmless(&shown).into_owned()
}

/// Whether a character, with that one after it, only says how another is drawn, and changes its width in some terminals
/// and not in others: what chooses a variant, tints skin, or makes one picture of several. Without it a warning sign, a hand
/// or a family's members are drawn alike everywhere. The joiner means something between letters.
fn varies(c: char, next: Option<char>) -> bool {
    match c {
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{1f3fb}'..='\u{1f3ff}' => true,
        '\u{200d}' => next.is_none_or(|next| !next.is_alphabetic()),
        _ => false,
    }
}

/// As [`clean`], with every run of white space made one space.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for word in clean(text, limit).split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// As [`clean`], with every run of white space within a line made one space, and without empty lines.
pub(crate) fn lines(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for line in clean(text, limit).lines().filter(|line| !line.trim().is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        for (index, word) in line.split_whitespace().enumerate() {
            out.extend((index > 0).then_some(' '));
            out.push_str(word);
        }
    }
    out
}

/// Soft hyphens, zero-width spaces, invisible operators, tags and annotations.
fn hides(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
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
    fn escapes_controls_and_overrides_are_made_visible() {
        assert_eq!(clean("a\x1b[31mb", 99), "a\u{241b}[31mb");
        assert_eq!(clean("\x07\0\x7f", 99), "\u{2407}\u{2400}\u{2421}");
        assert_eq!(clean("\u{9b}2J", 99), "\u{fffd}2J");
        assert_eq!(clean("pay \u{202e}001", 99), "pay \u{fffd}001");
        assert_eq!(clean("a\r\nb\tc", 99), "a\nb c");
        assert_eq!(one_line("  a\r\n\n b\tc ", 99), "a b c");
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_left_of_any_character() {
        for code in 0..=0x0010_ffff_u32 {
            let Some(c) = char::from_u32(code) else { continue };
            let cleaned = clean(&c.to_string(), 9);
            assert!(cleaned.chars().all(|c| c == '\n' || !c.is_control()), "U+{code:04X}");
        }
    }

    #[test]
    fn long_text_is_cut_by_characters() {
        assert_eq!(clean("äöü", 2), "äö…");
        assert_eq!(clean("äöü", 3), "äöü");
        assert!(clean(&"x".repeat(10_000_000), LONGEST).chars().count() == LONGEST + 1);
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
