//! Reading tables: which facts a row tells.

use super::gather::values;
use super::network::logged;
use super::routes::read_risk;
use super::{Fact, Kind};

/// What a table tells as the tool returns it, a header `column | column` above rows `value | value`, whatever bank it is of;
/// columns and rows may be missing. A fact that is told twice is there once; a table of another name tells nothing.
#[must_use]
pub fn facts_in_table(table: &str, text: &str) -> Vec<Fact> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('('));
    let Some(header) = lines.next().map(cells) else { return Vec::new() };
    let rows: Vec<_> = lines.map(|line| Row { header: &header, cells: cells(line) }).collect();
    let mut told: Vec<_> = rows.iter().flat_map(|row| row.facts(table)).collect();
    if table == "shifts" {
        told.extend(gap(&rows));
    }
    let mut facts: Vec<Fact> = Vec::new();
    for (key, values) in told {
        let fact = Kind::of(key).map(|kind| Fact { kind, values, sources: Vec::new() });
        facts.extend(fact.filter(|fact| !facts.contains(fact)));
    }
    facts
}

/// A kind's key and values.
type Told = (&'static str, Vec<String>);

struct Row<'a> {
    header: &'a [String],
    cells: Vec<String>,
}

impl Row<'_> {
    /// What stands in a column; none if the column is missing or nothing stands there.
    fn get(&self, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.cells.get(at).map(String::as_str).filter(|cell| !matches!(*cell, "" | "NULL" | "null" | "-"))
    }

    fn facts(&self, table: &str) -> Vec<Told> {
        let found: Vec<Option<Told>> = match table {
            "guards" => vec![self.all("guard", &["name", "shift", "post"])],
            "shifts" => {
                vec![self.all("shift_size", &["shift", "guards"]), self.all("shift", &["shift", "starts", "ends"])]
            }
            "personnel" => vec![
                self.all("job", &["name", "job"]),
                self.all("keeps", &["name", "keeps"]),
                self.all("leaves", &["name", "leaves_at"]),
                self.all("level", &["name", "access_level"]),
            ],
            "cameras" => vec![self.broken(), self.all("blind", &["id", "blind_spot"])],
            "alarms" => vec![self.all("calls", &["sensor", "place", "calls"]), self.response()],
            "door_log" => vec![self.logged()],
            "escape_routes" => vec![self.route(), self.risk()],
            "vault_contents" => vec![self.all("loot", &["content", "minutes", "worth"])],
            _ => Vec::new(),
        };
        found.into_iter().flatten().collect()
    }

    /// A fact whose values stand in these columns.
    fn all(&self, key: &'static str, columns: &[&str]) -> Option<Told> {
        let values = columns.iter().map(|column| self.get(column).map(ToOwned::to_owned)).collect::<Option<_>>()?;
        Some((key, values))
    }

    fn broken(&self) -> Option<Told> {
        (self.get("state")? == OUT_OF_ORDER).then(|| self.all("broken", &["id", "place"])).flatten()
    }

    /// How long who is called needs; of the police the table does not say from where.
    fn response(&self) -> Option<Told> {
        match self.get("calls")? {
            "guards" => self.all("guards_need", &["response_minutes"]),
            "private patrol" => self.all("patrol", &["response_minutes"]),
            _ => None,
        }
    }

    fn logged(&self) -> Option<Told> {
        let (day, at) = self.get("at")?.split_once(' ')?;
        logged(day, at, self.get("door")?, self.get("who")?, self.get("note")?)
    }

    fn route(&self) -> Option<Told> {
        let columns = ["route", "minutes", "travel", "kilometres", "exit", "along", "leads_to"];
        let (key, mut values) = self.all("route", &columns)?;
        // A database may leave out what is nothing.
        if let Some(kilometres) = values.get_mut(3).filter(|kilometres| !kilometres.contains('.')) {
            kilometres.push_str(".0");
        }
        Some((key, values))
    }

    fn risk(&self) -> Option<Told> {
        read_risk(self.get("route")?, self.get("risk")?)
    }
}

/// The state of a camera that does not work.
pub(crate) const OUT_OF_ORDER: &str = "out of order";

/// The gap that follows from a shift's end and the start of the night shift.
fn gap(rows: &[Row<'_>]) -> Option<Told> {
    let before = rows.iter().find(|row| row.get("gap_minutes").is_some_and(|minutes| minutes != "0"))?;
    let after = rows.iter().find(|row| row.get("shift") == Some("night"))?;
    let [minutes, from, to] = [before.get("gap_minutes")?, before.get("ends")?, after.get("starts")?];
    Some(("gap", values![minutes, from, to]))
}
