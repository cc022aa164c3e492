//! What a tool has returned, cut into the lines that a person reads: a document's sentences, a table's rows, each with the
//! facts that it tells.

use heist_bank::{Fact, facts_in_document, facts_in_table};

use crate::text::{LONGEST, clean};

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A document's heading.
    Title,
    /// A sentence, or a remark of the tool.
    Text,
    /// The names of a table's columns.
    Columns,
    /// A row of a table.
    Row,
    /// The end of a paragraph.
    Break,
}

/// A line of a source.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    /// As it stands in the source.
    pub(crate) text: String,
    /// The keys of the facts that it tells.
    pub(crate) keys: Vec<String>,
}

impl Line {
    fn of(kind: Kind, text: &str, facts: &[Fact]) -> Self {
        Self { kind, text: text.to_owned(), keys: facts.iter().map(Fact::key).collect() }
    }

    /// Whether somebody who reads stops at it.
    pub(crate) fn stops(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Row)
    }

    /// The cells of a row, or the names of the columns.
    pub(crate) fn cells(&self) -> Vec<&str> {
        self.text.split('|').map(str::trim).collect()
    }
}

/// A document, sentence by sentence.
pub(crate) fn document(result: &str) -> Vec<Line> {
    let text = clean(result, LONGEST);
    let mut lines: Vec<Line> = Vec::new();
    let titled = text.split_once("\n\n").is_some_and(|(title, _)| !title.contains('\n'));
    for (number, paragraph) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        if number > 0 {
            lines.push(Line::of(Kind::Break, "", &[]));
        }
        if number == 0 && titled {
            lines.push(Line::of(Kind::Title, paragraph, &[]));
            continue;
        }
        // As the bank cuts them, but with their stops.
        let mut sentences = paragraph.split(". ").peekable();
        while let Some(sentence) = sentences.next() {
            let facts = facts_in_document(sentence);
            let stop = if sentences.peek().is_some() { "." } else { "" };
            lines.push(Line::of(Kind::Text, &format!("{}{stop}", sentence.trim()), &facts));
        }
    }
    lines
}

/// What a query of a table has brought, row by row.
pub(crate) fn table(name: &str, result: &str) -> Vec<Line> {
    let text = clean(result, LONGEST);
    let mut lines: Vec<Line> = Vec::new();
    let mut header: Option<&str> = None;
    for row in text.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let line = match header {
            _ if row.starts_with('(') => Line::of(Kind::Text, row, &[]),
            None => {
                header = Some(row);
                Line::of(Kind::Columns, row, &[])
            }
            Some(header) => Line::of(Kind::Row, row, &facts_in_table(name, &format!("{header}\n{row}"))),
        };
        lines.push(line);
    }
    // What follows from several rows stands where most of it stands.
    let told: Vec<String> = lines.iter().flat_map(|line| line.keys.iter().cloned()).collect();
    for fact in facts_in_table(name, &text).into_iter().filter(|fact| !told.contains(&fact.key())) {
        let values = |line: &Line| fact.values.iter().filter(|value| line.cells().contains(&value.as_str())).count();
        if let Some(line) = lines.iter_mut().rev().filter(|line| line.kind == Kind::Row).max_by_key(|line| values(line))
        {
            line.keys.push(fact.key());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use heist_bank::Bank;

    use super::*;

    /// The line that tells a fact.
    fn telling<'a>(lines: &'a [Line], key: &str) -> &'a str {
        lines.iter().find(|line| line.keys.iter().any(|told| told == key)).map_or("", |line| &line.text)
    }

    #[test]
    fn a_document_is_cut_into_sentences_that_tell_their_facts() {
        let bank = Bank::first_meridian();
        let documents = bank.documents();
        let text = &documents.iter().find(|document| document.name == "vault_specs.txt").unwrap().text;
        let lines = document(text);
        assert_eq!((lines[0].kind, &*lines[0].text), (Kind::Title, "First Meridian Bank: vault specifications"));
        assert_eq!(
            telling(&lines, "method:drill"),
            "The drill method takes 40 minutes, is very loud and wakes the vibration sensor."
        );
        assert_eq!(telling(&lines, "shut"), "The open vault door falls shut by itself after 15 minutes.");
        let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        let all: Vec<_> = lines.iter().flat_map(|line| words(&line.text)).collect();
        assert_eq!(all, words(text), "nothing is lost");
    }

    #[test]
    fn every_fact_of_a_source_has_a_line() {
        for bank in [Bank::first_meridian(), Bank::of(7), Bank::of(11)] {
            for source in bank.documents() {
                let lines = document(&source.text);
                for fact in facts_in_document(&source.text) {
                    assert!(!telling(&lines, &fact.key()).is_empty(), "{} in {}", fact.key(), source.name);
                }
            }
            for source in bank.tables() {
                let lines = table(source.name, &source.text());
                for fact in facts_in_table(source.name, &source.text()) {
                    assert!(!telling(&lines, &fact.key()).is_empty(), "{} in {}", fact.key(), source.name);
                }
            }
        }
    }

    #[test]
    fn the_gap_stands_in_the_row_that_ends_with_it() {
        let bank = Bank::first_meridian();
        let shifts = bank.tables().into_iter().find(|table| table.name == "shifts").unwrap();
        let lines = table("shifts", &shifts.text());
        assert!(telling(&lines, "gap").contains("evening"), "{lines:?}");
        let part = table("shifts", "shift | starts\nnight | 22:12\n(truncated)");
        assert_eq!(part.iter().map(|line| line.kind).collect::<Vec<_>>(), [Kind::Columns, Kind::Row, Kind::Text]);
    }

    #[test]
    fn any_answer_can_be_read() {
        for text in ["", "\n\n", "|||", "a | b\nx", "(no rows)", "¿…? . . .", "a\n\nb. c"] {
            assert!(document(text).len() + table("shifts", text).len() < 20);
        }
    }
}
