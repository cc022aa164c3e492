//! How large a query becomes when its parts are put into one another, as the database does before it runs anything.
//!
//! A common table expression is copied for every time it is named, and the column of a subquery is replaced by the
//! expression that it stands for. So a few levels, each of which names the one before some times, come to gigabytes:
//!
//! ```sql
//! SELECT a+a+a FROM (SELECT a+a+a AS a FROM (SELECT a+a+a AS a FROM …))
//! ```
//!
//! The database has no limit for that; neither its clock nor its other limits are looked at meanwhile.

use std::collections::HashMap;

/// At most so many words: those of `sql`, times how often each `SELECT` may repeat what it selects from. That is as often
/// as it has the same word, and at least twice, since what is selected from the arms of a `UNION ALL` is copied for each.
/// Those that stand in no parentheses are arms of one `UNION`, and nothing selects from them.
pub fn extent(sql: &str) -> usize {
    let words = words(sql);
    let (mut outer, mut inner) = (0_usize, words.len());
    for select in words.chunk_by(|_, next| !matches!(next, Word::Select { .. })) {
        let mut times = HashMap::new();
        for word in select {
            *times.entry(word).or_insert(0_usize) += 1;
        }
        let most = times.into_values().max().unwrap_or(0).max(2);
        match select.first() {
            Some(Word::Select { inner: true }) => inner = inner.saturating_mul(most),
            _ => outer += most,
        }
    }
    outer.max(1).saturating_mul(inner)
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Word {
    /// Whether it stands in parentheses.
    Select { inner: bool },
    /// A name, a number, a text, or another keyword, in lower case and without quotes; or `*`, which names all columns.
    Other(String),
}

/// Splits `sql` as the database does (`sqlite3GetToken`), so that what is skipped there cannot hide anything here.
fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut rest, mut depth) = (sql, 0_usize);
    while let Some(first) = rest.chars().next() {
        let up_to = |end: &str, from: usize| {
            let inner = rest.get(from..).unwrap_or_default();
            inner.find(end).map_or(rest.len(), |at| from + at + end.len())
        };
        let length = match first {
            '-' if rest.starts_with("--") => up_to("\n", 2),
            '/' if rest.starts_with("/*") => up_to("*/", 2),
            '\'' | '"' | '`' => {
                let length = quoted_length(rest, first);
                let twice = String::from_iter([first, first]);
                let inner = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
                words.push(Word::Other(inner.replace(&twice, &first.to_string()).to_lowercase()));
                length
            }
            '[' => {
                let length = up_to("]", 1);
                words.push(Word::Other(rest.get(1..length - 1).unwrap_or_default().to_lowercase()));
                length
            }
            '*' => {
                words.push(Word::Other("*".to_owned()));
                1
            }
            // White space there, but a letter within a name.
            '\u{feff}' => first.len_utf8(),
            _ if is_of_name(first) => {
                let length = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
                let word = rest.get(..length).unwrap_or_default().to_lowercase();
                words.push(if word == "select" { Word::Select { inner: depth > 0 } } else { Word::Other(word) });
                length
            }
            _ => {
                match first {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                first.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    words
}

/// The bytes of a quoted text with its quotes; a quote within is doubled.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut quotes = text.match_indices(quote).map(|(at, _)| at).skip(1).peekable();
    while let Some(at) = quotes.next() {
        if quotes.next_if_eq(&(at + 1)).is_none() {
            return at + 1;
        }
    }
    text.len()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELECT: Word = Word::Select { inner: false };

    const INNER: Word = Word::Select { inner: true };

    fn other(word: &str) -> Word {
        Word::Other(word.to_owned())
    }

    #[test]
    fn splits_as_sqlite_does() {
        for (sql, expected) in [
            ("SELECT a1.b_$+3e5", vec![SELECT, other("a1"), other("b_$"), other("3e5")]),
            ("a--b\nc/*d*/e/**/f/*/g*/h", ["a", "c", "e", "f", "h"].map(other).into()),
            ("'select' \"Select\" `a``b` [c]d]", ["select", "select", "a`b", "c", "d"].map(other).into()),
            ("'it''s', 'x", ["it's", ""].map(other).into()),
            ("count(*)-- never ends", ["count", "*"].map(other).into()),
            ("\u{feff}select\u{feff}", vec![other("select\u{feff}")]),
            ("\u{feff}SELECT é/*", vec![SELECT, other("é")]),
            ("((SELECT)')'select)select", vec![INNER, other(")"), INNER, SELECT]),
            ("", vec![]),
        ] {
            assert_eq!(words(sql), expected, "{sql}");
        }
    }

    #[test]
    fn what_people_ask_is_small_and_what_doubles_is_not() {
        let union = ["alarms", "cameras", "door_log", "escape_routes", "guards", "personnel", "shifts"];
        let union = union.map(|table| format!("SELECT '{table}', count(*) AS n FROM {table}")).join(" UNION ALL ");
        let long = "WITH day AS (SELECT id, name, post FROM guards WHERE shift = 'day'), \
                    night AS (SELECT id, name, post FROM guards WHERE shift = 'night') \
                    SELECT d.name, n.name, d.post FROM day d JOIN night n ON d.post = n.post \
                    WHERE d.name NOT IN (SELECT who FROM door_log WHERE note = 'came' AND at LIKE 'Tue%') \
                    ORDER BY d.name, n.name LIMIT 10";
        let search =
            ["name", "job", "keeps", "leaves_at"].map(|column| format!("{column} LIKE '%vault%'")).join(" OR ");
        let search = vec![format!("SELECT name, job FROM personnel WHERE {search}"); 7].join(" UNION ");
        for sql in ["SELECT * FROM guards", &union, &search, long] {
            assert!(extent(sql) < 100_000, "{} {sql}", extent(sql));
        }
        let mut doubled = "SELECT id AS a FROM guards".to_owned();
        for _ in 0..20 {
            doubled = format!("SELECT a+A AS a FROM ({doubled})");
        }
        assert!(extent(&doubled) > 1 << 20);
        assert!(extent(&doubled.replace("SELECT", "/*'*/SELECT/*'*/")) > 1 << 20);
        assert_eq!(extent(&"(SELECT ".repeat(1000)), usize::MAX);
    }
}
