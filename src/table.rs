//! Plain tables for a terminal or a pipe: columns as wide as they must be, two spaces between them.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::text::harmless;

/// The rows as lines. Columns of which the heading begins with a space are set to the right. What comes from a model or a file is made
/// harmless; the last column is not padded.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let clean: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| harmless(cell).replace('\n', " ")).collect()).collect();
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let cells = clean.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
            cells.chain([heading.trim().width()]).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    let titles: Vec<String> = headings.iter().map(|heading| heading.trim().to_owned()).collect();
    for row in std::iter::once(&titles).chain(&clean) {
        let mut line = String::new();
        for ((cell, width), heading) in row.iter().zip(&widths).zip(headings) {
            let gap = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = if heading.starts_with(' ') { (gap.as_str(), "") } else { ("", gap.as_str()) };
            let _ = write!(line, "{before}{cell}{after}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_show_no_escapes() {
        let rows = [vec!["a".into(), "10".into(), "x\u{1b}[2J".into()], vec!["眼鏡".into(), "7".into(), "y".into()]];
        assert_eq!(table(&["who", " n", "note"], &rows), "who    n  note\na     10  x␛[2J\n眼鏡   7  y\n");
    }
}
