//! What a report is made of, whatever it is written as: sections with sentences, tables and pictures; and the same as
//! Markdown, which has no pictures: what they show stands in the tables.

use std::fmt::Write as _;

use maud::Markup;

use super::intervals::Estimate;
use crate::page::markdown;

/// Rows of a table at most: what is longer is read by nobody.
pub(super) const ROWS: usize = 40;

/// A part of the report.
pub(super) struct Section {
    /// What links name it by.
    pub id: &'static str,
    pub title: &'static str,
    pub parts: Vec<Part>,
}

/// What stands in a section.
pub(super) enum Part {
    Says(String),
    Table(Table),
    Picture(Picture),
}

/// A drawing.
pub(super) struct Picture {
    pub drawing: Markup,
    pub caption: Markup,
}

/// A table. Its first column names the rows.
pub(super) struct Table {
    /// What it is of; empty where the section's title says it.
    pub title: &'static str,
    pub headings: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// Whether a page shows it only to those who ask for it: a picture tells the same.
    pub folded: bool,
}

/// What stands in a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub text: String,
    /// Between what it lies; empty where that is not told.
    pub range: String,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, range: String::new() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A share in percent.
pub(super) fn percent(share: Option<Estimate>) -> Cell {
    cell(share, |share| format!("{:.1}", 100.0 * share), " %")
}

/// A figure with so many decimals.
pub(super) fn figure(figure: Option<Estimate>, decimals: usize) -> Cell {
    cell(figure, |figure| format!("{figure:.decimals$}"), "")
}

fn cell(estimate: Option<Estimate>, told: impl Fn(f64) -> String, unit: &str) -> Cell {
    let Some(Estimate { value, range }) = estimate else { return "–".into() };
    let range = range.map(|(low, high)| format!("{}–{}", told(low), told(high)));
    Cell { text: format!("{}{unit}", told(value)), range: range.unwrap_or_default() }
}

/// A count, in groups of three digits.
pub(super) fn count(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Table {
    /// The rows that are shown, and what is said of those that are not.
    pub fn shown(&self) -> (&[Vec<Cell>], Option<String>) {
        let rows = self.rows.get(..ROWS).unwrap_or(&self.rows);
        let left = self.rows.len() - rows.len();
        (rows, (left > 0).then(|| format!("{} more are left out.", count(left))))
    }
}

/// The whole report as Markdown.
pub(super) fn document(title: &str, sections: &[Section]) -> String {
    let mut text = format!("# {}\n", markdown::line(title));
    for Section { title, parts, .. } in sections {
        let _ = write!(text, "\n## {title}\n");
        for part in parts {
            match part {
                Part::Says(line) => {
                    let _ = write!(text, "\n{}\n", markdown::line(line));
                }
                Part::Table(table) => text.push_str(&tabled(table)),
                Part::Picture(_) => {}
            }
        }
    }
    text
}

fn tabled(table: &Table) -> String {
    let of = |cell: &Cell| match cell.range.as_str() {
        "" => cell.text.clone(),
        range => format!("{} ({range})", cell.text),
    };
    let (rows, left) = table.shown();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(of).collect()).collect();
    let title = if table.title.is_empty() { String::new() } else { format!("\n**{}**\n", table.title) };
    let left = left.map_or_else(String::new, |left| format!("\n{left}\n"));
    format!("{title}\n{}{left}", markdown::table(&table.headings, &rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_in_groups_of_three() {
        assert_eq!(
            [0, 12, 999, 1_000, 65_536, 1_234_567].map(count),
            ["0", "12", "999", "1,000", "65,536", "1,234,567"]
        );
    }

    #[test]
    fn figures_are_told_with_what_they_may_be() {
        let share = Estimate { value: 0.625, range: Some((0.5, 0.75)) };
        assert_eq!(percent(Some(share)), Cell { text: "62.5 %".into(), range: "50.0–75.0".into() });
        assert_eq!(figure(Some(Estimate { range: None, ..share }), 2), Cell::from("0.62"));
        assert_eq!(percent(None), Cell::from("–"));
    }

    #[test]
    fn a_table_that_is_too_long_says_so_and_its_names_are_no_mark_up() {
        let rows = (0..ROWS + 1_200).map(|row| vec![Cell::from(format!("a|*{row}*"))]).collect();
        let table = Table { title: "By name", headings: vec!["name"], rows, folded: false };
        let text = tabled(&table);
        assert!(text.starts_with("\n**By name**\n\n| name |\n|---|\n| a\\|\\*0\\* |\n"), "{text}");
        assert!(text.ends_with("|\n\n1,200 more are left out.\n") && text.lines().count() == ROWS + 7, "{text}");
    }
}
