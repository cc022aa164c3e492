//! Text in rows: parted between words, and a word that is too long between signs, never within one.

use std::ops::Range;

use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::width_of;

/// The rows of at most `width` columns that a text takes, as places in it; at least one. Each takes what fits, and words
/// are not parted at hyphens, so that text added at the end changes the last two rows at most.
#[must_use]
pub fn rows(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    let mut rows = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let after = at + line.len() + 1;
        let mut row = at..at;
        let mut used = 0;
        for part in parts(line) {
            let word = part.trim_end_matches(' ');
            for piece in pieces(word, width) {
                let wide = width_of(piece);
                // What stands before the first word of a line stays there.
                if row.start < at && used + wide > width {
                    rows.push(row);
                    row = at..at;
                    used = 0;
                }
                at += piece.len();
                row.end = at;
                used += wide;
            }
            let spaces = part.len() - word.len();
            at += spaces;
            used += spaces;
        }
        rows.push(row);
        at = after;
    }
    rows
}

/// A word, or as much of it at a time as fits a row.
fn pieces(word: &str, width: usize) -> Vec<&str> {
    if width_of(word) <= width {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, sign) in word.grapheme_indices(true).flat_map(|sign| divided(sign, width)) {
        let wide = width_of(sign);
        if used > 0 && used + wide > width {
            pieces.push(&word[start..at]);
            (start, used) = (at, 0);
        }
        used += wide;
    }
    pieces.push(&word[start..]);
    pieces
}

/// A sign; or its characters, where it alone takes more than a row.
fn divided((at, sign): (usize, &str), width: usize) -> Vec<(usize, &str)> {
    if width_of(sign) <= width {
        return vec![(at, sign)];
    }
    sign.char_indices().map(|(inner, c)| (at + inner, &sign[inner..inner + c.len_utf8()])).collect()
}

/// The words of a line, each with the spaces after it.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    let may_part = |at: &usize| !line[..*at].ends_with(['-', '\u{ad}']);
    let ends = linebreaks(line).map(|(at, _)| at).filter(move |at| *at == line.len() || may_part(at));
    ends.scan(0, |start, end| Some(&line[std::mem::replace(start, end)..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        rows(text, width).into_iter().map(|row| &text[row]).collect()
    }

    #[test]
    fn lines_are_parted_where_they_are_full() {
        assert_eq!(wrapped("one two  three-four\n\nfive", 10), ["one two", "three-four", "", "five"]);
        assert_eq!(wrapped("extraordinary", 5), ["extra", "ordin", "ary"]);
        assert_eq!(wrapped("金庫は三重の扉", 7), ["金庫は", "三重の", "扉"]);
        assert_eq!(wrapped("🇩🇪🇫🇷🇬🇧🇯🇵", 5), ["🇩🇪🇫🇷", "🇬🇧🇯🇵"]);
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("กำำำำ", 3), ["กำำ", "ำำ"]);
    }
}
