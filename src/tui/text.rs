//! Text from outside, made fit for a terminal: nothing in it can steer the terminal, and all of it can be measured.

use std::ops::Range;

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter, WrapAlgorithm};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::harmless;

/// The longest text of one message or result that is shown, in characters.
pub(super) const LONGEST: usize = 20_000;

/// The text made harmless (see [`harmless`]), with tabs as spaces, without carriage returns, and cut after `limit`
/// characters. What has no width and only hides something is made visible too. Line feeds stay.
pub(super) fn clean(text: &str, limit: usize) -> String {
    let mut chars = text.chars().filter(|c| *c != '\r');
    let mut out: String = chars
        .by_ref()
        .take(limit)
        .map(|c| match c {
            '\t' => ' ',
            c if hides(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect();
    if chars.next().is_some() {
        out.push('…');
    }
    harmless(&out).into_owned()
}

/// As [`clean`], with every run of white space made one space.
pub(super) fn one_line(text: &str, limit: usize) -> String {
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
pub(super) fn lines(text: &str, limit: usize) -> String {
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

/// The text in lines of at most `width` columns; at least one line. Each line takes what fits and words are not parted
/// at hyphens, so that text added at the end changes the last two lines at most.
pub(super) fn wrap(text: &str, width: u16) -> Vec<String> {
    textwrap::wrap(text, options(width)).into_iter().map(std::borrow::Cow::into_owned).collect()
}

fn options(width: u16) -> Options<'static> {
    Options::new(usize::from(width.max(1)))
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(WordSplitter::NoHyphenation)
}

/// As [`wrap`], as places in the text: at most `limit` rows, and whether there was more, with room for an ellipsis then.
/// A single row takes in what stands on the lines after it.
pub(super) fn wrapped(text: &str, width: u16, limit: usize) -> (Vec<Range<usize>>, bool) {
    // More text than fits need not be shaped.
    let enough = limit.checked_add(1).and_then(|rows| rows.checked_mul(usize::from(width) + 1));
    let end = enough.and_then(|chars| text.char_indices().nth(chars)).map_or(text.len(), |(end, _)| end);
    let part = &text[..end];
    let flat = (limit == 1 && part.contains('\n')).then(|| part.replace('\n', " "));
    let part = flat.as_deref().unwrap_or(part);
    let mut after = 0;
    let mut rows: Vec<_> = textwrap::wrap(part, options(width))
        .into_iter()
        .map(|row| {
            // Nothing is added to a row, so that each is a piece of the text; only an empty one is not.
            let start = if row.is_empty() { after } else { row.as_ptr().addr() - part.as_ptr().addr() };
            after = start + row.len();
            start..after
        })
        .collect();
    let more = end < text.len() || rows.len() > limit;
    rows.truncate(limit);
    if let Some(last) = rows.last_mut().filter(|_| more) {
        let mut used = 1;
        let fits = |cluster: &&str| {
            used += cluster.width();
            used <= usize::from(width)
        };
        last.end = last.start + part[last.clone()].graphemes(true).take_while(fits).map(str::len).sum::<usize>();
    }
    (rows, more)
}

/// Columns that are left beside a name and so many more.
pub(super) fn room_for(width: u16, name: &str, around: u16) -> u16 {
    width.saturating_sub(u16::try_from(name.width()).unwrap_or(u16::MAX).saturating_add(around))
}

/// As [`wrap`], at most `lines` lines; the last ends in an ellipsis if there was more.
pub(super) fn wrap_short(text: &str, width: u16, lines: usize) -> Vec<String> {
    // More text than fits need not be shaped.
    let enough = (usize::from(width) + 1) * (lines + 1);
    let mut wrapped = wrap(&text.chars().take(enough).collect::<String>(), width);
    if wrapped.len() > lines {
        wrapped.truncate(lines);
        if let Some(last) = wrapped.last_mut() {
            last.push('…');
            if display_width(last) > usize::from(width) {
                *last = cut(last, width);
            }
        }
    }
    wrapped
}

/// The text in at most `width` columns, with an ellipsis where it was cut.
pub(super) fn cut(text: &str, width: u16) -> String {
    let width = usize::from(width);
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        used += cluster.width();
        if used >= width {
            break;
        }
        out.push_str(cluster);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// The text in exactly `width` columns: cut, or filled up with spaces.
pub(super) fn fit(text: &str, width: u16) -> String {
    let mut out = cut(text, width);
    out.extend(std::iter::repeat_n(' ', usize::from(width).saturating_sub(out.width())));
    out
}

/// Milliseconds as `01:24`, with hours only where there are some.
pub(super) fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

/// How many there are of something: `1 call`, `2 calls`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A probability of 0 to 1 as whole per cent.
#[allow(clippy::cast_possible_truncation)] // 0 to 100, or -100 to 100 for a difference
pub(super) fn percent(score: f64) -> i64 {
    (score.clamp(-1.0, 1.0) * 100.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn wide_characters_count_double() {
        assert_eq!(cut("金庫は三重の扉", 7), "金庫は…");
        assert_eq!(fit("金庫", 6), "金庫  ");
        assert_eq!(fit("safecracker", 6), "safec…");
        for line in wrap("金庫は三重の扉で守られている", 10) {
            assert!(line.width() <= 10, "{line}");
        }
    }

    #[test]
    fn a_shortened_text_says_that_there_was_more() {
        let lines = wrap_short("one two three four five six seven", 9, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && lines[1].width() <= 9, "{lines:?}");
        assert_eq!(wrap_short("one", 9, 2), ["one"]);
    }

    #[test]
    fn rows_as_places_are_the_rows_as_text() {
        let text = "  First line,\n\nthen 金庫は三重の扉 and a-long-word-with-hyphens in\nit. ";
        for width in 1..40 {
            let (rows, more) = wrapped(text, width, usize::MAX);
            assert!(!more);
            assert_eq!(rows.into_iter().map(|row| &text[row]).collect::<Vec<_>>(), wrap(text, width));
        }
    }

    #[test]
    fn a_row_that_stands_for_more_leaves_room_for_the_ellipsis() {
        let text = "name | shift\nMarlow | 22:00\n金庫は三重の扉で守られている";
        for width in 2..30 {
            let (rows, more) = wrapped(text, width, 1);
            assert!(more && rows.len() == 1);
            assert!(text[rows[0].clone()].replace('\n', " ").width() < usize::from(width), "{width}");
        }
        assert_eq!(wrapped("one\ntwo", 9, 1), (std::iter::once(0..7).collect(), false));
        assert_eq!(wrapped("one two three", 5, 2), (vec![0..3, 4..7], true));
        assert_eq!(lines(" a  b\r\n\n\tc ", 99), "a b\nc");
    }

    #[test]
    fn times_and_shares_in_words() {
        assert_eq!(clock(84_999), "01:24");
        assert_eq!(clock(3_600_000), "1:00:00");
        assert_eq!(percent(0.166), 17);
        assert_eq!(percent(-0.031), -3);
    }
}
