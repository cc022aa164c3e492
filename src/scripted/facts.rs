//! What a tool's answer says: its sentences, those of a table made from its rows, held against the catalogue.

use heist_tools::table::{Gives, gives};

use crate::heist::{AgentName, ToolCall};

use super::catalogue::{Entry, readers};
use super::pattern::fill;

/// Something that a tool has returned.
#[derive(Clone)]
pub(super) struct Fact {
    pub(super) entry: &'static Entry,
    /// What stands in the entry's holes.
    pub(super) values: Vec<String>,
    /// Where it stands, in words.
    pub(super) source: String,
    /// Who found it first.
    pub(super) by: AgentName,
}

impl Fact {
    /// Whether both are about the same thing.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.entry.key == other.entry.key && self.id() == other.id()
    }

    /// What tells it from others of its kind.
    pub(super) fn id(&self) -> Option<&str> {
        self.entry.id.and_then(|hole| self.values.get(hole)).map(String::as_str)
    }

    /// The fact in the words of one of the ways to say it.
    pub(super) fn said(&self, way: &str) -> String {
        fill(way, &self.values)
    }
}

/// What the call brought.
pub(super) fn facts(call: &ToolCall, result: &str) -> Vec<Fact> {
    let (source, sentences) = match gives(&call.tool) {
        Some(Gives::Document) => (call.arguments.clone(), sentences(result)),
        Some(Gives::Rows) => {
            let table = table_of(&call.arguments);
            (table.map_or_else(|| "the database".to_owned(), |table| format!("the {table} table")), rows(table, result))
        }
        Some(Gives::Figure) | None => return Vec::new(),
    };
    let fact = |sentence: &String| {
        let known = readers().iter().find_map(|reader| Some((reader.entry, reader.read(sentence)?)));
        known.map(|(entry, values)| Fact { entry, values, source: source.clone(), by: call.agent.clone() })
    };
    sentences.iter().filter_map(fact).collect()
}

/// The sentences of a document without its heading, in the form that the catalogue knows.
fn sentences(text: &str) -> Vec<String> {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let words: Vec<_> = body.split_whitespace().collect();
    let mut found = Vec::new();
    for sentence in words.join(" ").split(". ").map(|sentence| sentence.trim_end_matches('.')) {
        match sentence {
            // Two facts in one sentence, or a fact that a table has as well.
            _ if sentence.contains(" is out of order, so ") => {
                found.extend(sentence.split(", so ").next().map(ToOwned::to_owned));
            }
            _ if sentence.contains("blind spot is the ") => found.extend(blind_spot(sentence)),
            _ if sentence.contains(" keeps the ") && sentence.contains(" and leaves at ") => {
                found.extend(keeper(sentence));
            }
            _ if sentence.contains(" shift has ") => found.extend(shift(sentence)),
            _ => found.push(sentence.replace(" 1 minute ", " 1 minutes ")),
        }
    }
    found
}

/// "The first blind spot is the ramp of the loading dock, beside camera 7"
fn blind_spot(sentence: &str) -> Option<String> {
    let (place, camera) = sentence.split_once("blind spot is the ")?.1.split_once(", beside camera ")?;
    Some(format!("Camera {camera} does not see the {place}"))
}

/// "The branch manager Odile Marchetti keeps the manager's code and leaves at 18:30"
fn keeper(sentence: &str) -> Vec<String> {
    let Some((who, (what, when))) =
        sentence.split_once(" keeps the ").and_then(|(who, rest)| Some((who, rest.split_once(" and leaves at ")?)))
    else {
        return Vec::new();
    };
    let mut name: Vec<_> = who.split(' ').rev().take(2).collect();
    name.reverse();
    let name = name.join(" ");
    vec![format!("{name} keeps the {what}"), format!("{name} leaves at {when}")]
}

/// "The day shift has four guards, from 05:45 to 14:00"
fn shift(sentence: &str) -> Vec<String> {
    let Some((size, hours)) = sentence.split_once(", from ") else { return vec![sentence.to_owned()] };
    let shift = size.split_once(" has ").map_or(size, |(shift, _)| shift);
    vec![size.to_owned(), format!("{shift} runs from {hours}")]
}

/// The table that a query or a bare name asks for.
fn table_of(query: &str) -> Option<&'static str> {
    const TABLES: [&str; 7] = ["guards", "shifts", "personnel", "cameras", "alarms", "door_log", "escape_routes"];
    let words: Vec<_> = query.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let after_from = words.iter().position(|word| word.eq_ignore_ascii_case("from")).map_or(0, |at| at + 1);
    let named = words.get(after_from)?;
    TABLES.into_iter().find(|table| table.eq_ignore_ascii_case(named))
}

/// The rows of a small table (`a | b`, then `x | y` a line) as sentences that the catalogue knows.
fn rows(table: Option<&str>, result: &str) -> Vec<String> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = result.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('('));
    let Some(header) = lines.next().map(cells) else {
        return Vec::new();
    };
    let rows: Vec<_> = lines.map(|line| Row { header: header.clone(), cells: cells(line) }).collect();
    if let ([row], ["cameras"]) = (&*rows, &*header.iter().map(String::as_str).collect::<Vec<_>>()) {
        return row.get("cameras").map(|count| format!("The database counts {count} cameras")).into_iter().collect();
    }
    let mut found: Vec<String> = rows.iter().flat_map(|row| row.sentences(table)).collect();
    if table == Some("shifts") {
        found.extend(gap(&rows));
    }
    found
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

    fn sentences(&self, table: Option<&str>) -> Vec<String> {
        let found = match table {
            Some("guards") => vec![self.guard()],
            Some("shifts") => vec![self.shift(), self.shift_size()],
            Some("personnel") => vec![self.keeps(), self.leaves(), self.level()],
            Some("cameras") => vec![self.camera()],
            Some("alarms") => vec![self.calls(), self.response()],
            Some("door_log") => vec![self.logged()],
            Some("escape_routes") => vec![self.route(), self.risk()],
            _ => Vec::new(),
        };
        found.into_iter().flatten().collect()
    }

    fn guard(&self) -> Option<String> {
        let [name, shift, post] = [self.get("name")?, self.get("shift")?, self.get("post")?];
        Some(format!("Guard {name} works the {shift} shift at this post: {post}"))
    }

    fn shift(&self) -> Option<String> {
        Some(format!("The {} shift runs from {} to {}", self.get("shift")?, self.get("starts")?, self.get("ends")?))
    }

    fn shift_size(&self) -> Option<String> {
        let size = match self.get("guards")? {
            "2" => "two",
            "3" => "three",
            "4" => "four",
            other => other,
        };
        Some(format!("The {} shift has {size} guards", self.get("shift")?))
    }

    fn keeps(&self) -> Option<String> {
        Some(format!("{} keeps the {}", self.get("name")?, self.get("keeps")?))
    }

    fn leaves(&self) -> Option<String> {
        Some(format!("{} leaves at {}", self.get("name")?, self.get("leaves_at")?))
    }

    fn level(&self) -> Option<String> {
        Some(format!("{} has access level {}", self.get("name")?, self.get("access_level")?))
    }

    fn camera(&self) -> Option<String> {
        let id = self.get("id")?;
        match (self.get("blind_spot"), self.get("state"), self.get("place")) {
            (Some(spot), _, _) => Some(format!("Camera {id} does not see the {spot}")),
            (None, Some("out of order"), Some(place)) => Some(format!("Camera {id} in the {place} is out of order")),
            _ => None,
        }
    }

    fn calls(&self) -> Option<String> {
        let [sensor, place, who] = [self.get("sensor")?, self.get("place")?, self.get("calls")?];
        Some(format!("The {sensor} in the {place} calls the {who}"))
    }

    fn response(&self) -> Option<String> {
        let minutes = self.get("response_minutes")?;
        match self.get("calls")? {
            "guards" => Some(format!("The guards in the building need {minutes} minutes")),
            "private patrol" => Some(format!("The private patrol needs {minutes} minutes")),
            // The table does not say from where.
            _ => None,
        }
    }

    fn logged(&self) -> Option<String> {
        let (day, time) = self.get("at")?.split_once(' ')?;
        let [door, who, note] = [self.get("door")?, self.get("who")?, self.get("note")?];
        match note {
            "found open" => Some(format!("On {day} at {time} the {door} was found open")),
            "false alarm" => Some(format!("On {day} at {time} the {door} gave a false alarm")),
            "round, lower level" => Some(format!("On {day} at {time} guard {who} passed the {door} on his round")),
            "handover" => Some(format!("On {day} at {time} guard {who} went to the {door} for the handover")),
            "left" if door == "staff door" && who != "cleaners" => {
                Some(format!("On {day} at {time} {who} left by the {door}"))
            }
            _ => None,
        }
    }

    fn route(&self) -> Option<String> {
        let [route, minutes, travel] = [self.get("route")?, self.get("minutes")?, self.get("travel")?];
        let [exit, along, to, km] =
            [self.get("exit")?, self.get("along")?, self.get("leads_to")?, self.get("kilometres")?];
        let (by, along) = match (travel, route) {
            ("car", "front") => ("by car", format!("across {along} to the {to}")),
            ("car", _) => ("by car", format!("along {along} to the {to}")),
            (_, "tunnel") => ("on foot", format!("to the landing at {to}")),
            _ => ("on foot", format!("over {along} to a {to}")),
        };
        let km = if km.contains('.') { km.to_owned() } else { format!("{km}.0") };
        Some(format!("The {route} route takes {minutes} minutes {by} ({km} kilometres), from the {exit} {along}"))
    }

    fn risk(&self) -> Option<String> {
        let route = self.get("route")?;
        Some(match self.get("risk")? {
            "passes the police station" => format!("The {route} route passes the police station"),
            "one traffic light" => format!("The {route} route has one traffic light"),
            "seen by five cameras" => format!("The {route} route is seen by five cameras"),
            "one person at a time" => {
                format!("The {route} route is wet and narrow, and one person at a time gets through")
            }
            other => format!("The {route} route has this risk: {other}"),
        })
    }
}

/// The gap that follows from a shift's end and the next one's start.
fn gap(rows: &[Row]) -> Option<String> {
    let before = rows.iter().find(|row| row.get("gap_minutes").is_some_and(|minutes| minutes != "0"))?;
    let after = rows.iter().find(|row| row.get("shift") == Some("night"))?;
    let [minutes, from, to] = [before.get("gap_minutes")?, before.get("ends")?, after.get("starts")?];
    Some(format!("The gap between the evening shift and the night shift lasts {minutes} minutes, from {from} to {to}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::super::catalogue::entries;
    use super::*;

    fn call(tool: &str, arguments: &str) -> ToolCall {
        ToolCall { id: "t1".into(), turn: 1, agent: "intel".into(), tool: tool.into(), arguments: arguments.into() }
    }

    #[test]
    fn every_document_says_what_the_catalogue_knows() {
        let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("bank/documents");
        let mut keys = BTreeSet::new();
        for file in fs::read_dir(documents).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let found = facts(&call("file_reader", name), &fs::read_to_string(&path).unwrap());
            assert!(found.len() >= 7, "{name} says {} things", found.len());
            keys.extend(found.iter().map(|fact| fact.entry.key));
        }
        // What only the tables say.
        let tables = [
            "camera_count",
            "guard",
            "log_open",
            "log_false",
            "log_round",
            "log_handover",
            "log_left",
            "calls",
            "level",
            "risk_roof",
        ];
        let missing: Vec<_> =
            entries().map(|entry| entry.key).filter(|key| !keys.contains(key) && !tables.contains(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_table_says_the_same_as_the_documents() {
        let shifts =
            "shift | starts | ends | gap_minutes\nevening | 13:50 | 22:00 | 12\nnight | 22:12 | 06:00 | 0\n(truncated)";
        let found = facts(&call("database_query", "SELECT shift, starts FROM shifts"), shifts);
        let gap = found.last().unwrap();
        assert_eq!((gap.entry.key, &*gap.source), ("gap", "the shifts table"));
        assert_eq!(gap.values, ["12", "22:00", "22:12"]);
        let log = "at | door | who | note\nTue 21:52 | dock door | nobody | found open";
        assert_eq!(facts(&call("database_query", "door_log"), log)[0].values, ["Tue", "21:52", "dock door"]);
    }

    #[test]
    fn any_answer_can_be_read() {
        for text in ["", "\n\n", "|||", "a | b\nx", "nil", "-3.5e9", "¿…?", "a\n\nb", "{slot} {", "hacker: hello"] {
            for tool in ["calculator", "file_reader", "database_query", "abacus"] {
                for argument in ["", "cameras", "SELECT * FROM shifts", "gap {x}"] {
                    assert!(facts(&call(tool, argument), text).is_empty(), "{text}");
                }
            }
        }
    }
}
