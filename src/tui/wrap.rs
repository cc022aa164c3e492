//! Text in the rows of a pane: all of them, or as many as there is room for.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::text::cut;
use crate::text::width_of;
use crate::wrap::rows;

/// The text in lines of at most `width` columns; at least one line. Each line takes what fits and words are not parted
/// at hyphens, so that text added at the end changes the last two lines at most.
pub(super) fn wrap(text: &str, width: u16) -> Vec<String> {
    rows(text, width.into()).into_iter().map(|row| text[row].to_owned()).collect()
}

/// As [`wrap`], as places in the text: at most `limit` rows, and whether there was more, with room for an ellipsis then.
/// A single row takes in what stands on the lines after it.
pub(super) fn wrapped(text: &str, width: u16, limit: usize) -> (Vec<Range<usize>>, bool) {
    let part = enough(text, width, limit);
    let flat = (limit == 1 && part.contains('\n')).then(|| part.replace('\n', " "));
    let more = part.len() < text.len();
    let part = flat.as_deref().unwrap_or(part);
    let mut rows = rows(part, width.into());
    let more = more || rows.len() > limit;
    rows.truncate(limit);
    if let Some(last) = rows.last_mut().filter(|_| more) {
        let mut used = 1;
        let fits = |cluster: &&str| {
            used += width_of(cluster);
            used <= usize::from(width)
        };
        last.end = last.start + part[last.clone()].graphemes(true).take_while(fits).map(str::len).sum::<usize>();
    }
    (rows, more)
}

/// As much of the text as fills more than that many rows; more need not be shaped.
fn enough(text: &str, width: u16, rows: usize) -> &str {
    let Some(enough) = rows.checked_add(1).and_then(|rows| rows.checked_mul(usize::from(width) + 1)) else {
        return text;
    };
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        // A line feed has no width, but ends a row.
        used += c.width().unwrap_or(1);
        used > enough
    });
    &text[..end.map_or(text.len(), |(end, _)| end)]
}

/// As [`wrap`], at most `lines` lines; the last ends in an ellipsis if there was more.
pub(super) fn wrap_short(text: &str, width: u16, lines: usize) -> Vec<String> {
    let mut wrapped = wrap(enough(text, width, lines), width);
    if wrapped.len() > lines {
        wrapped.truncate(lines);
        if let Some(last) = wrapped.last_mut() {
            last.push('…');
            *last = cut(last, width);
        }
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::{Buffer, CellWidth};
    use ratatui::layout::Rect;
    use ratatui::text::Line;
    use ratatui::widgets::Widget;

    use super::*;
    use crate::tui::text::{clean, fit, lines};

    /// What a text becomes in the cells of a screen that is so wide.
    fn drawn(text: &str, width: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
        Line::raw(text).render(buffer.area, &mut buffer);
        let mut row = String::new();
        let mut column = 0;
        while let Some(cell) = buffer.content.get(column) {
            row.push_str(cell.symbol());
            column += usize::from(cell.cell_width().max(1));
        }
        row
    }

    /// The signs that one sees.
    fn visible(text: &str) -> String {
        text.chars().filter(|c| c.width() > Some(0) && !c.is_whitespace()).collect()
    }

    /// Signs of every width, some of them made of several characters, and words.
    fn sign() -> impl Strategy<Value = String> {
        let signs = [
            "⚠️",
            "❤️‍🔥",
            "👨‍👩‍👧‍👦",
            "🏳️‍🌈",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "👍🏽",
            "🏽",
            "🧑🏿‍⚕️",
            "🇩🇪",
            "🇫🇷",
            "🇬",
            "1️⃣",
            "#⃣",
            "⌚︎",
            "☺",
            "🫩",
            "金",
            "庫",
            "한",
            "하",
            "ᄒ",
            "e\u{301}",
            "t\u{336}\u{321}\u{31b}",
            "क्षि",
            "ำ",
            "กำ",
            "لا",
            "ｶﾞ",
            "ﾟ",
            "ﬁ",
            "\u{200d}",
            "\u{200c}",
            "\u{fe0f}",
            "\u{300}",
            "-",
            "—",
            "…",
            " ",
            " ",
            " ",
            "\n",
            "alpha",
            "of",
            "vault-door",
            "22:00",
        ];
        prop_oneof![3 => prop::sample::select(signs.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_the_rows_and_the_screen(signs in prop::collection::vec(sign(), 0..60), width in 4..40_u16) {
            let text = clean(&signs.concat(), 9999);
            let mut seen = String::new();
            for row in wrap(&text, width) {
                prop_assert!(width_of(&row) <= usize::from(width), "{row:?} in {width}");
                prop_assert_eq!(visible(&drawn(&row, width)), visible(&row));
                prop_assert_eq!(visible(&fit(&row, width)), visible(&row));
                seen.push_str(&row);
            }
            prop_assert_eq!(visible(&seen), visible(&text));
            for limit in 1..4 {
                for row in wrap_short(&text, width, limit) {
                    prop_assert_eq!(visible(&drawn(&row, width)), visible(&row));
                }
            }
        }

        /// A terminal that knows nothing of signs made of several characters moves on by the width of each character.
        #[test]
        fn a_sign_is_as_wide_as_its_characters(signs in prop::collection::vec(sign(), 0..20)) {
            for sign in clean(&signs.concat(), 9999).graphemes(true).filter(|sign| *sign != "\n") {
                let alone: usize = sign.chars().map(|c| width_of(c.encode_utf8(&mut [0; 4]))).sum();
                prop_assert_eq!(width_of(sign), alone, "{:?}", sign);
            }
        }
    }

    #[test]
    fn a_shortened_text_says_that_there_was_more() {
        let lines = wrap_short("one two three four five six seven", 9, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && width_of(&lines[1]) <= 9, "{lines:?}");
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
            assert!(width_of(&text[rows[0].clone()].replace('\n', " ")) < usize::from(width), "{width}");
        }
        assert_eq!(wrapped("one\ntwo", 9, 1), (std::iter::once(0..7).collect(), false));
        assert_eq!(wrapped("one two three", 5, 2), (vec![0..3, 4..7], true));
        assert_eq!(lines(" a  b\r\n\n\tc ", 99), "a b\nc");
    }
}
