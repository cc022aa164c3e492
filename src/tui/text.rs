//! Text fitted to a terminal's columns, and figures in words.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::width_of;
pub(super) use crate::text::{LONGEST, clean, lines, one_line};

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
