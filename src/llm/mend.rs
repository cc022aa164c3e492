//! Puts characters together that a server has cut in two: half of their bytes, or of their UTF-16, in one piece of JSON
//! and half in the next.
//!
//! Until its other half comes, a half is kept as a character of the private planes that stands for it.

use serde_json::{Error, Value};

/// Stands for the first half of UTF-16 that there is; the others follow.
const HALVES: u32 = 0x0010_F000;
/// The halves of UTF-16.
const SURROGATES: std::ops::Range<u32> = 0xD800..0xE000;
/// Would stand for the byte 0.
const BYTES: u32 = 0x0010_F800;

/// Reads JSON, also where it holds half a character or a control character, as what it is or stands for.
pub(super) fn read_json(bytes: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(bytes).or_else(|error| {
        let mended = keep_escapes(&keep_bytes(bytes));
        serde_json::from_str(&mended).map_err(|_| error)
    })
}

/// Text in which each byte that is no part of a character is kept.
fn keep_bytes(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|&byte| char::from_u32(BYTES + u32::from(byte))));
    }
    text
}

/// JSON in which each escape of half a character is kept, and control characters are blanks.
fn keep_escapes(json: &str) -> String {
    let mut out = String::new();
    let mut rest = json;
    while let Some(at) = rest.find(|c: char| c == '\\' || c.is_ascii_control()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (half(rest), rest.get(6..).and_then(half)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
            (Some(half), _) => {
                out.extend(char::from_u32(HALVES + half - SURROGATES.start));
                rest = &rest[6..];
                continue;
            }
            _ if !rest.starts_with('\\') => {
                out.push(' ');
                rest = &rest[1..];
                continue;
            }
            // An escape is two characters, the second of which may be a long one.
            _ => rest.chars().take(2).map(char::len_utf8).sum(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The half of UTF-16 whose escape `json` begins with.
fn half(json: &str) -> Option<u32> {
    let digits = json.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|half| SURROGATES.contains(half))
}

/// Joins the halves in a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Mender {
    /// Halves at the end of what came, while others may follow.
    held: String,
}

impl Mender {
    /// Takes the next piece; gives what is whole.
    pub(super) fn push(&mut self, piece: &str) -> String {
        let text = std::mem::take(&mut self.held) + piece;
        let end = text.len() - unfinished(&text);
        text[end..].clone_into(&mut self.held);
        join(&text[..end])
    }

    /// What was held to the end: halves whose others never came.
    pub(super) fn finish(&mut self) -> String {
        join(&std::mem::take(&mut self.held))
    }
}

/// What a kept half is.
#[derive(Clone, Copy)]
enum Half {
    Byte(u8),
    Unit(u16),
}

fn half_of(c: char) -> Option<Half> {
    let code = u32::from(c);
    match code.checked_sub(BYTES) {
        Some(byte) => u8::try_from(byte).ok().map(Half::Byte),
        None => u16::try_from(code.checked_sub(HALVES)? + SURROGATES.start).ok().map(Half::Unit),
    }
}

/// Bytes at the end of `text` with the first halves of a character.
fn unfinished(text: &str) -> usize {
    let (mut length, mut after) = (0, 0);
    for c in text.chars().rev().take(3) {
        length += c.len_utf8();
        match half_of(c) {
            Some(Half::Unit(0xD800..0xDC00)) if after == 0 => return length,
            Some(Half::Byte(0x80..0xC0)) => after += 1,
            Some(Half::Byte(first)) => {
                let needed = first.leading_ones().saturating_sub(1);
                return if needed > after { length } else { 0 };
            }
            _ => return 0,
        }
    }
    0
}

/// The text with its halves joined, and those that don't fit each other replaced by the sign for that.
pub(super) fn join(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(|c| half_of(c).is_some()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut bytes = Vec::new();
        let mut units = Vec::new();
        for half in rest.chars().map_while(half_of) {
            match half {
                Half::Byte(byte) if units.is_empty() => bytes.push(byte),
                Half::Unit(unit) if bytes.is_empty() => units.push(unit),
                _ => break,
            }
        }
        out.push_str(&String::from_utf8_lossy(&bytes));
        out.push_str(&String::from_utf16_lossy(&units));
        // All that stand for halves are of the same length.
        rest = &rest[(bytes.len() + units.len()) * '\u{10F000}'.len_utf8()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(json: &[u8]) -> String {
        read_json(json).unwrap().as_str().unwrap().to_owned()
    }

    fn put_together(pieces: &[&[u8]]) -> String {
        let mut mender = Mender::default();
        let mut whole: String = pieces.iter().map(|piece| mender.push(&text(piece))).collect();
        whole.push_str(&mender.finish());
        whole
    }

    #[test]
    fn halves_in_two_pieces_are_one_character() {
        assert_eq!(put_together(&[br#""up \ud83d\\ \ud83d""#, br#""\ude80!""#]), "up \u{FFFD}\\ 🚀!");
        assert_eq!(put_together(&[b"\"a \xf0\x9f\"", b"\"\x9a\"", b"\"\x80\xe2\x82 b\""]), "a 🚀\u{FFFD} b");
        assert_eq!(put_together(&[br#""\ud83d\ude80 \\ud83d""#, b"\"\xff\""]), "🚀 \\ud83d\u{FFFD}");
        // A line end and a tabulator that should have been escaped, an escape before a long character.
        assert_eq!(put_together(&[b"\"a\n\tb\""]), "a  b");
        assert!(read_json(r#""\\ü\ud83""#.as_bytes()).is_err());
        assert!(read_json(b"{\"a\": \"cut").unwrap_err().is_eof());
    }

    proptest! {
        #[test]
        fn bytes_and_units_cut_anywhere_give_the_same(whole in "[a-cü€🚀]{0,12}", cuts in prop::collection::vec(0usize..40, 0..8)) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|at| at.min(whole.len())).chain([0, whole.len()]).collect();
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|pair| [b"\"", &whole.as_bytes()[pair[0]..pair[1]], b"\""].concat()).collect();
            let pieces: Vec<_> = pieces.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(put_together(&pieces), whole.as_str());
            let units: Vec<_> = whole.encode_utf16().map(|unit| format!("\"\\u{unit:04x}\"").into_bytes()).collect();
            let units: Vec<_> = units.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(put_together(&units), whole.as_str());
        }
    }
}
