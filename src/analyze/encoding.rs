//! A transcript's bytes as UTF-8, whatever editor or shell has written them.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// Bytes that are taken in at a time.
const PART: usize = 8 * 1024;

/// The input as UTF-8 without a byte order mark. UTF-16 is known by its mark, or by the zero in one of the first two
/// bytes, of which JSON has none (RFC 4627, 3).
pub(super) fn utf8(mut input: impl BufRead + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut head = Vec::new();
    input.by_ref().take(4).read_to_end(&mut head)?;
    let (mark, big_endian) = match head.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(false)),
        [0xfe, 0xff, ..] => (2, Some(true)),
        [1..=255, 0, 1..=255, 0] => (0, Some(false)),
        [0, 1..=255, 0, 1..=255] => (0, Some(true)),
        _ => (0, None),
    };
    let whole = io::Cursor::new(head.split_off(mark)).chain(input);
    Ok(match big_endian {
        None => Box::new(whole),
        Some(big_endian) => {
            Box::new(BufReader::new(Utf16 { input: whole, big_endian, taken: Vec::new(), ready: VecDeque::new() }))
        }
    })
}

/// Reads UTF-16 as UTF-8. What is no character becomes U+FFFD.
struct Utf16<R> {
    input: R,
    big_endian: bool,
    /// Bytes that are not a whole character yet.
    taken: Vec<u8>,
    /// What was not asked for yet.
    ready: VecDeque<u8>,
}

impl<R: Read> Utf16<R> {
    /// Makes the next part ready; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        let before = self.taken.len();
        self.taken.resize(before + PART, 0);
        let count = self.input.read(&mut self.taken[before..])?;
        self.taken.truncate(before + count);
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        };
        let mut units: Vec<u16> = self.taken.chunks_exact(2).map(unit).collect();
        let is_end = count == 0;
        // The other half of a surrogate pair is still to come.
        if !is_end && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
        }
        self.taken.drain(..2 * units.len());
        let mut text: String =
            char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        if is_end && !self.taken.is_empty() {
            self.taken.clear();
            text.push(char::REPLACEMENT_CHARACTER);
        }
        self.ready.extend(text.into_bytes());
        Ok(!is_end)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() {
            if !self.next()? {
                break;
            }
        }
        self.ready.read(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time, as a slow pipe does.
    struct Slow(io::Cursor<Vec<u8>>);

    impl Read for Slow {
        fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
            let most = part.len().min(1);
            self.0.read(&mut part[..most])
        }
    }

    fn read(bytes: &[u8]) -> String {
        let mut whole = String::new();
        utf8(io::Cursor::new(bytes.to_vec())).unwrap().read_to_string(&mut whole).unwrap();
        let mut slowly = String::new();
        let slow = BufReader::with_capacity(1, Slow(io::Cursor::new(bytes.to_vec())));
        utf8(slow).unwrap().read_to_string(&mut slowly).unwrap();
        assert_eq!(whole, slowly);
        whole
    }

    fn bytes(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = format!("{{\"a\":\"é 🧨 ∞\"}}\n{}", "🧨x".repeat(2_000));
        assert_eq!(read(text.as_bytes()), text);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), text);
        for mark in [true, false] {
            assert_eq!(read(&bytes(&text, mark, u16::to_le_bytes)), text);
            assert_eq!(read(&bytes(&text, mark, u16::to_be_bytes)), text);
        }
    }

    #[test]
    fn what_is_cut_or_no_character_is_seen_and_ends() {
        assert_eq!(read(b""), "");
        assert_eq!(read(b"{"), "{");
        assert_eq!(read(b"\xff\xfe\x00"), "\u{fffd}");
        assert_eq!(read(b"\xff\xfe{\0\x3d\xd8"), "{\u{fffd}");
        assert_eq!(read(b"\xff\xfe\x3d\xd8{\0"), "\u{fffd}{");
    }
}
