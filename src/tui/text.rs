//! Text from outside, made fit for a terminal: nothing in it can steer the terminal, and all of it can be measured.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::{harmless, width_of};

/// The longest text of one message or result that is shown, in characters.
pub(super) const LONGEST: usize = 20_000;

/// The text made harmless (see [`harmless`]), with tabs as spaces, without carriage returns, and cut after `limit`
/// characters. What has no width and only hides something is made visible too, and what no two terminals draw alike is
/// [left out](varies). Line feeds stay.
pub(super) fn clean(text: &str, limit: usize) -> String {
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

/// Columns that are left beside a name and so many more.
pub(super) fn room_for(width: u16, name: &str, around: u16) -> u16 {
    width.saturating_sub(u16::try_from(width_of(name)).unwrap_or(u16::MAX).saturating_add(around))
}

/// The text in at most `width` columns, with an ellipsis where it was cut.
pub(super) fn cut(text: &str, width: u16) -> String {
    let width = usize::from(width);
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        used += width_of(cluster);
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
    out.extend(std::iter::repeat_n(' ', usize::from(width).saturating_sub(width_of(&out))));
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

/// A clause as a sentence, of at most so many characters and a stop.
pub(super) fn sentence(clause: &str, longest: usize) -> String {
    let clause = one_line(clause, longest);
    let mut chars = clause.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
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
    }

    #[test]
    fn times_and_shares_in_words() {
        assert_eq!(clock(84_999), "01:24");
        assert_eq!(clock(3_600_000), "1:00:00");
        assert_eq!(percent(0.166), 17);
        assert_eq!(percent(-0.031), -3);
    }
}
