//! What a tool's answer says, as clauses that can be spoken.

use crate::heist::ToolCall;

/// The clauses of a tool's answer.
pub(super) struct Facts {
    /// Where they come from, in words.
    pub(super) source: String,
    /// Clauses that begin small where they can and end without a stop.
    pub(super) clauses: Vec<String>,
}

/// Clauses longer than this are left alone: they would fill a message.
const CLAUSE_CHARS: usize = 190;

/// A sentence that begins with one of these may go on in the middle of another.
const SMALL_WORDS: &[&str] = &[
    "The",
    "A",
    "An",
    "Between",
    "Only",
    "There",
    "Three",
    "Two",
    "Nine",
    "Ten",
    "From",
    "At",
    "During",
    "In",
    "After",
    "One",
    "Recordings",
    "Cameras",
];

/// What the call brought.
pub(super) fn facts(call: &ToolCall, result: &str) -> Facts {
    let (source, clauses) = match call.tool.as_str() {
        "file_reader" => (call.arguments.clone(), sentences(result)),
        "database_query" => {
            let table = table_of(&call.arguments);
            (table.map_or_else(|| "the database".to_owned(), |table| format!("the {table} table")), rows(table, result))
        }
        tool => (format!("the {tool}"), Vec::new()),
    };
    let clauses = clauses.into_iter().filter(|clause| (12..=CLAUSE_CHARS).contains(&clause.chars().count())).collect();
    Facts { source, clauses }
}

/// The sentences of a document without its heading.
fn sentences(text: &str) -> Vec<String> {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let words: Vec<_> = body.split_whitespace().collect();
    words.join(" ").split(". ").map(clause).collect()
}

fn clause(sentence: &str) -> String {
    let sentence = sentence.trim().trim_end_matches('.');
    let first = sentence.split([' ', ',']).next().unwrap_or_default();
    if SMALL_WORDS.contains(&first) { lower_first(sentence) } else { sentence.to_owned() }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The table that a query or a bare name asks for.
fn table_of(query: &str) -> Option<&'static str> {
    const TABLES: [&str; 7] = ["guards", "shifts", "personnel", "cameras", "alarms", "door_log", "escape_routes"];
    let words: Vec<_> = query.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let after_from = words.iter().position(|word| word.eq_ignore_ascii_case("from")).map_or(0, |at| at + 1);
    let named = words.get(after_from)?;
    TABLES.into_iter().find(|table| table.eq_ignore_ascii_case(named))
}

/// The rows of a small table (`a | b`, then `x | y` a line) as clauses.
fn rows(table: Option<&str>, result: &str) -> Vec<String> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = result.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('('));
    let Some(header) = lines.next().map(cells) else {
        return Vec::new();
    };
    let rows: Vec<_> = lines.map(|line| Row { header: header.clone(), cells: cells(line) }).collect();
    if let ([row], [name]) = (&*rows, &*header) {
        let name = name.replace('_', " ");
        return vec![format!("the database counts {} {name}", row.cells.first().map_or("no", String::as_str))];
    }
    let mut clauses: Vec<String> =
        rows.iter().filter_map(|row| known_row(table, row).or_else(|| row.plainly())).collect();
    if table == Some("shifts") {
        clauses.extend(gap(&rows));
    }
    if table == Some("cameras") && rows.len() > 20 {
        clauses.push(format!("the table lists {} cameras", rows.len()));
    }
    clauses
}

struct Row {
    header: Vec<String>,
    cells: Vec<String>,
}

impl Row {
    fn get(&self, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.cells.get(at).map(String::as_str).filter(|cell| !matches!(*cell, "" | "NULL" | "null" | "-"))
    }

    /// A row of no known shape.
    fn plainly(&self) -> Option<String> {
        let said: Vec<_> = self
            .header
            .iter()
            .filter(|name| *name != "id")
            .filter_map(|name| Some(format!("{} {}", name.replace('_', " "), self.get(name)?)))
            .collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

fn known_row(table: Option<&str>, row: &Row) -> Option<String> {
    let get = |column: &'static str| row.get(column);
    let with =
        |column: &'static str, before: &str| get(column).map(|cell| format!("{before}{cell}")).unwrap_or_default();
    Some(match table? {
        "guards" => {
            let shift = get("shift").map_or_else(|| "a".to_owned(), |shift| format!("the {shift}"));
            format!("{} works {shift} shift, post: {}", get("name")?, get("post")?)
        }
        "shifts" => {
            format!(
                "the {} shift runs from {} to {}{}",
                get("shift")?,
                get("starts")?,
                get("ends")?,
                with("guards", ", guards on duty: ")
            )
        }
        "personnel" => {
            let parts = [
                with("access_level", "has access level "),
                with("keeps", "keeps the "),
                with("leaves_at", "leaves at "),
            ];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("{} {}", get("name")?, parts.join(", "))
        }
        "cameras" => match (get("blind_spot"), get("state")) {
            (Some(spot), _) => format!("camera {} does not see the {spot}", get("id")?),
            (None, Some(state)) if state != "works" => {
                format!("camera {} in the {} is {state}", get("id")?, get("place")?)
            }
            _ => format!("camera {} watches this: {}", get("id")?, get("place")?),
        },
        "alarms" => match (get("calls")?, get("response_minutes")) {
            (who, Some(minutes)) => {
                let need = if who.ends_with('s') || who == "police" { "need" } else { "needs" };
                format!("the {} calls the {who}, and the {who} {need} {minutes} minutes", get("sensor")?)
            }
            (who, None) => format!("the {} calls the {who}", get("sensor")?),
        },
        "door_log" => {
            format!(
                "on {} the door log notes at the {}: {}, by {}",
                get("at")?,
                get("door")?,
                get("note")?,
                get("who")?
            )
        }
        "escape_routes" => match get("minutes") {
            Some(minutes) => format!(
                "the {} route takes {minutes} minutes{}{}",
                get("route")?,
                with("travel", " by ").replace("by foot", "on foot"),
                with("leads_to", " and leads to the ").replace("the Canal", "Canal")
            ),
            None => format!("the {} route has a risk: {}", get("route")?, get("risk")?),
        },
        _ => return None,
    })
}

/// The gap that follows from a shift's end and the next one's start.
fn gap(rows: &[Row]) -> Option<String> {
    let before = rows.iter().find(|row| row.get("gap_minutes").is_some_and(|minutes| minutes != "0"))?;
    let after = rows.iter().find(|row| row.get("shift") == Some("night")).and_then(|row| row.get("starts"));
    let (minutes, shift) = (before.get("gap_minutes")?, before.get("shift").unwrap_or("evening"));
    Some(match (before.get("ends"), after) {
        (Some(ends), Some(starts)) => {
            format!("the gap after the {shift} shift lasts {minutes} minutes, from {ends} to {starts}")
        }
        _ => format!("the gap after the {shift} shift lasts {minutes} minutes"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(tool: &str, arguments: &str) -> ToolCall {
        ToolCall { id: "t1".into(), turn: 1, agent: "intel".into(), tool: tool.into(), arguments: arguments.into() }
    }

    #[test]
    fn a_document_falls_into_clauses() {
        let found = facts(&call("file_reader", "a.txt"), "Bank: a\n\nThe vault is below. Odile leaves\nat 18:30.\n");
        assert_eq!(found.clauses, ["the vault is below", "Odile leaves at 18:30"]);
        assert_eq!(found.source, "a.txt");
    }

    #[test]
    fn a_table_falls_into_clauses() {
        let shifts =
            "shift | starts | ends | gap_minutes\nevening | 13:50 | 22:00 | 12\nnight | 22:12 | 06:00 | 0\n(truncated)";
        let found = facts(&call("database_query", "SELECT shift, starts FROM shifts"), shifts);
        assert_eq!(found.source, "the shifts table");
        assert_eq!(
            found.clauses.last().unwrap(),
            "the gap after the evening shift lasts 12 minutes, from 22:00 to 22:12"
        );
        let found = facts(
            &call("database_query", "select * from sqlite_schema"),
            "type | name\ntable | guards\ntable | shifts",
        );
        assert_eq!(found.clauses[0], "type table, name guards");
        assert!(facts(&call("database_query", "cameras"), "").clauses.is_empty());
    }
}
