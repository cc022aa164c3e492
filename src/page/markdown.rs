//! What Markdown documents share: text in which nothing is mark-up, and tables.

use crate::text::harmless;

/// A table; what stands in it is no mark-up.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let row = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<_> = cells.map(|cell| line(cell).replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(headings.len()));
    let rows = rows.iter().map(|cells| row(&mut cells.iter().map(String::as_str)));
    [row(&mut headings.iter().copied()), rule].into_iter().chain(rows).collect()
}

/// One line of text in which nothing is mark-up.
pub(crate) fn line(text: &str) -> String {
    let text = harmless(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#') {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

/// Code in a line: fenced by more backticks than it has itself.
pub(crate) fn code(text: &str) -> String {
    let text = harmless(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_said_is_mark_up() {
        assert_eq!(line("<b>*now*</b>\n# [x](y)"), r"\<b\>\*now\*\</b\> \# \[x\](y)");
        assert_eq!(code("a `` b"), "``` a `` b ```");
    }
}
