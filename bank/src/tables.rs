//! The security database: its tables, and the SQL that makes them.

use std::fmt::Write;

use crate::facts::{OUT_OF_ORDER, risk, travel};
use crate::{Bank, Part};

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is called: `guards`. The same in every bank.
    pub name: &'static str,
    /// Its columns, `id` first.
    pub columns: &'static [Column],
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called: `starts`.
    pub name: &'static str,
    /// Its type in SQL, with what else is said of it: `TEXT NOT NULL`.
    pub kind: &'static str,
    /// What an expert should know of it; may be empty.
    pub comment: &'static str,
}

/// What stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Number(u32),
    /// A number in tenths: 42 is 4.2.
    Tenths(u32),
    /// Words, or a time of day.
    Text(String),
}

const fn column(name: &'static str, kind: &'static str) -> Column {
    Column { name, kind, comment: "" }
}

const fn text(name: &'static str) -> Column {
    column(name, "TEXT NOT NULL")
}

const fn number(name: &'static str) -> Column {
    column(name, "INTEGER NOT NULL")
}

impl Column {
    const fn note(self, comment: &'static str) -> Self {
        Self { comment, ..self }
    }
}

const ID: Column = column("id", "INTEGER PRIMARY KEY");
const GUARDS: &[Column] = &[ID, text("name"), text("shift"), text("post")];
const SHIFTS: &[Column] = &[
    ID,
    text("shift"),
    number("guards"),
    text("starts"),
    text("ends"),
    number("gap_minutes").note("from the end of this shift to the start of the next"),
    text("handover"),
];
const PERSONNEL: &[Column] = &[
    ID,
    text("name"),
    text("job"),
    number("access_level").note("1 to 5; 5 opens the vault"),
    column("keeps", "TEXT"),
    text("leaves_at"),
];
const CAMERAS: &[Column] = &[ID, text("floor"), text("place"), text("state"), column("blind_spot", "TEXT")];
const ALARMS: &[Column] = &[
    ID,
    text("sensor"),
    text("place"),
    text("calls"),
    number("response_minutes"),
    number("false_alarms").note("this month"),
];
const DOOR_LOG: &[Column] = &[ID, text("at").note("day and time"), text("door"), text("who"), text("note")];
const ESCAPE_ROUTES: &[Column] = &[
    ID,
    text("route"),
    text("exit"),
    text("along"),
    text("leads_to"),
    text("travel"),
    number("minutes"),
    column("kilometres", "REAL NOT NULL"),
    text("risk"),
];
const VAULT_CONTENTS: &[Column] =
    &[ID, text("content"), number("minutes").note("to load all of it"), number("worth").note("in thousands")];

impl Cell {
    fn text<T: ToString + ?Sized>(value: &T) -> Self {
        Self::Text(value.to_string())
    }

    fn number(value: usize) -> Self {
        Self::Number(u32::try_from(value).unwrap_or(u32::MAX))
    }

    fn optional(value: Option<&String>) -> Self {
        value.map_or(Self::Null, Self::text)
    }

    /// As the tool shows it.
    fn shown(&self) -> String {
        match self {
            Self::Null => "-".to_owned(),
            Self::Text(text) => text.clone(),
            number => number.sql(),
        }
    }

    /// As SQL writes it.
    fn sql(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Tenths(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
        }
    }
}

impl Table {
    /// The table with these rows, which are numbered.
    fn new(name: &'static str, columns: &'static [Column], rows: impl Iterator<Item = Vec<Cell>>) -> Self {
        let numbered = |(row, number): (Vec<Cell>, usize)| [Cell::number(number)].into_iter().chain(row).collect();
        Self { name, columns, rows: rows.zip(1..).map(numbered).collect() }
    }

    /// The whole table as the tool returns it: `column | column` above `value | value`, a row a line.
    #[must_use]
    pub fn text(&self) -> String {
        let header = self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(" | ");
        let row = |row: &Vec<Cell>| row.iter().map(Cell::shown).collect::<Vec<_>>().join(" | ");
        [header].into_iter().chain(self.rows.iter().map(row)).collect::<Vec<_>>().join("\n")
    }

    fn sql(&self) -> String {
        let mut sql = format!("CREATE TABLE {} (\n", self.name);
        for (number, column) in self.columns.iter().enumerate() {
            let comma = if number + 1 < self.columns.len() { "," } else { "" };
            let comment = if column.comment.is_empty() { String::new() } else { format!(" -- {}", column.comment) };
            // Writing to a string cannot fail.
            let _ = writeln!(sql, "    {} {}{comma}{comment}", column.name, column.kind);
        }
        sql.push_str(");\n");
        let columns: Vec<_> = self.columns.iter().map(|column| column.name).collect();
        let row = |row: &Vec<Cell>| format!("    ({})", row.iter().map(Cell::sql).collect::<Vec<_>>().join(", "));
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        if !rows.is_empty() {
            let _ = writeln!(sql, "INSERT INTO {} ({}) VALUES\n{};", self.name, columns.join(", "), rows.join(",\n"));
        }
        sql
    }
}

impl Bank {
    /// The tables of the security database.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        vec![
            self.guards_table(),
            self.shifts_table(),
            self.personnel_table(),
            self.cameras_table(),
            self.alarms_table(),
            self.door_log_table(),
            self.escape_routes_table(),
            self.vault_contents_table(),
        ]
    }

    /// The security database, as the SQL that makes it.
    #[must_use]
    pub fn sql(&self) -> String {
        let tables: Vec<_> = self.tables().iter().map(Table::sql).collect();
        format!(
            "-- The security database of the {}, a bank that exists only in this game.\n\
             -- Every figure agrees with the bank's documents.\n\n{}",
            self.name,
            tables.join("\n")
        )
    }

    fn guards_table(&self) -> Table {
        let shift = |number: usize| self.guards.shifts.get(number).map_or("", |shift| &shift.name);
        let rows = self.guards.all.iter();
        let rows =
            rows.map(|guard| vec![Cell::text(&guard.name), Cell::text(shift(guard.shift)), Cell::text(&guard.post)]);
        Table::new("guards", GUARDS, rows)
    }

    fn shifts_table(&self) -> Table {
        let guards = &self.guards;
        let [day, evening, night] = &guards.shifts;
        let room = self.places.iter().find(|place| place.part == Part::GuardRoom);
        let handover = room.map_or_else(String::new, |room| format!("{}, {}", room.name, self.floor(room.floor)));
        let overlaps = |with: &str| format!("overlaps with {with}");
        let rows =
            [(day, 0, overlaps(&evening.name)), (evening, guards.gap(), handover), (night, 0, overlaps(&day.name))];
        let rows = rows.into_iter().enumerate().map(|(number, (shift, gap, handover))| {
            vec![
                Cell::text(&shift.name),
                Cell::number(guards.all.iter().filter(|guard| guard.shift == number).count()),
                Cell::text(&shift.starts),
                Cell::text(&shift.ends),
                Cell::Number(gap),
                Cell::Text(handover),
            ]
        });
        Table::new("shifts", SHIFTS, rows)
    }

    fn personnel_table(&self) -> Table {
        let rows = self.people.iter().map(|person| {
            vec![
                Cell::text(&person.name),
                Cell::text(&person.job),
                Cell::Number(person.level),
                Cell::optional(person.keeps.as_ref()),
                Cell::text(&person.leaves),
            ]
        });
        Table::new("personnel", PERSONNEL, rows)
    }

    fn cameras_table(&self) -> Table {
        let rows = self.cameras.all.iter().map(|camera| {
            vec![
                Cell::text(self.places.get(camera.at).map_or("", |place| self.floor(place.floor))),
                Cell::text(&camera.view),
                Cell::text(if camera.works { "works" } else { OUT_OF_ORDER }),
                Cell::optional(camera.blind_spot.as_ref()),
            ]
        });
        Table::new("cameras", CAMERAS, rows)
    }

    fn alarms_table(&self) -> Table {
        let rows = self.alarms.all.iter().map(|alarm| {
            vec![
                Cell::text(&alarm.sensor),
                Cell::text(self.name_of(alarm.at)),
                Cell::text(alarm.calls.name()),
                Cell::Number(self.alarms.minutes(alarm.calls)),
                Cell::Number(alarm.false_alarms),
            ]
        });
        Table::new("alarms", ALARMS, rows)
    }

    fn door_log_table(&self) -> Table {
        let rows = self.log.iter().map(|entry| {
            vec![
                Cell::Text(format!("{} {}", entry.day, entry.at)),
                Cell::text(&entry.door),
                Cell::text(&entry.who),
                Cell::text(&entry.note),
            ]
        });
        Table::new("door_log", DOOR_LOG, rows)
    }

    fn escape_routes_table(&self) -> Table {
        let rows = self.roads.iter().map(|road| {
            let exit = self.name_of(road.exit);
            vec![
                Cell::text(&road.name),
                Cell::text(exit),
                Cell::text(&road.along),
                Cell::text(&road.leads_to),
                Cell::text(travel(road.travel)),
                Cell::Number(road.minutes),
                Cell::Tenths(road.hectometres),
                Cell::Text(risk(road, exit)),
            ]
        });
        Table::new("escape_routes", ESCAPE_ROUTES, rows)
    }

    fn vault_contents_table(&self) -> Table {
        let rows = self.vault.loot.iter();
        let rows = rows.map(|loot| vec![Cell::text(&loot.name), Cell::Number(loot.minutes), Cell::Number(loot.worth)]);
        Table::new("vault_contents", VAULT_CONTENTS, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_cell_of_its_columns_type() {
        for bank in [Bank::first_meridian(), Bank::of(1), Bank::of(2)] {
            let tables = bank.tables();
            assert_eq!(tables.len(), 8);
            for table in tables {
                assert!(!table.rows.is_empty(), "{}", table.name);
                for (row, id) in table.rows.iter().zip(1..) {
                    assert_eq!((row.len(), &row[0]), (table.columns.len(), &Cell::Number(id)), "{}", table.name);
                    for (cell, column) in row.iter().zip(table.columns) {
                        let fits = match cell {
                            Cell::Null => !column.kind.contains("NOT NULL"),
                            Cell::Number(_) => column.kind.starts_with("INTEGER"),
                            Cell::Tenths(_) => column.kind.starts_with("REAL"),
                            Cell::Text(text) => column.kind.starts_with("TEXT") && !text.is_empty(),
                        };
                        assert!(fits, "{}.{}: {cell:?}", table.name, column.name);
                    }
                }
            }
        }
    }

    #[test]
    fn quotes_are_written_twice_and_tenths_with_a_point() {
        let cells = [Cell::text("the porters' gate"), Cell::Tenths(5), Cell::Tenths(123), Cell::Null, Cell::Number(7)];
        assert_eq!(cells.each_ref().map(Cell::sql), ["'the porters'' gate'", "0.5", "12.3", "NULL", "7"]);
        assert_eq!(cells.each_ref().map(Cell::shown), ["the porters' gate", "0.5", "12.3", "-", "7"]);
    }

    #[test]
    fn a_table_without_rows_is_made_all_the_same() {
        let sql = Bank { log: Vec::new(), ..Bank::first_meridian() }.sql();
        assert!(sql.contains("CREATE TABLE door_log") && !sql.contains("INSERT INTO door_log"));
    }

    #[test]
    fn a_table_is_shown_as_the_tool_shows_it() {
        let text = Bank::first_meridian().tables()[2].text();
        let lines: Vec<_> = text.lines().take(2).collect();
        let row = "1 | Odile Marchetti | branch manager | 5 | manager's code | 18:30";
        assert_eq!(lines, ["id | name | job | access_level | keeps | leaves_at", row]);
        assert!(text.contains("6 | Gregor Pell | loan officer | 2 | - | 17:00"));
    }
}
