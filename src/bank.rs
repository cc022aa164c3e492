//! `bank`: a bank as the tools tell it, for a person, for a program, or as files.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use heist_bank::{Bank, Cell, Document, Fact, Size, Source, Table};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::{self, Printed};
use crate::table::table;
use crate::text;
use crate::tui;
use crate::wrap;

/// Columns of a row that no terminal limits, and the most in one: longer rows are hard to read.
const COLUMNS: (usize, usize) = (80, 100);

/// What stands before the rows of documents and tables.
const MARGIN: &str = "  ";

/// Why a bank was not told.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    /// There is such a file already.
    #[error(
        "{file} is there already, and nothing is overwritten: name another folder with --documents, or move the file away",
        file = file.display()
    )]
    Taken {
        /// The file.
        file: PathBuf,
    },
    /// The folder cannot be made, or a file in it not be written.
    #[error(
        "cannot write {path} ({source}): make room or a way there, or name another folder with --documents",
        path = path.display()
    )]
    File {
        /// The folder or the file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The output cannot be written.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

/// Tells a bank in the form that the options say.
///
/// # Errors
/// If the output, the folder or a file cannot be written, or a file is there already.
pub fn bank(options: &cli::Bank, mut out: impl Write + IsTerminal) -> Result<(), BankError> {
    // There is no heist whose own bank could be meant.
    let bank = options.seed.bank(0);
    let told = match &options.printed {
        Printed { documents: Some(folder), .. } => {
            let paths = write(folder, &bank.documents())?;
            lines(paths.iter().map(|path| path.display().to_string()))
        }
        Printed { sql: true, .. } => bank.sql(),
        Printed { json: true, .. } => text::json(&Whole::of(&bank)).map_err(io::Error::from)? + "\n",
        Printed { .. } => page(&bank, columns(out.is_terminal())),
    };
    out.write_all(told.as_bytes())?;
    Ok(out.flush()?)
}

/// How many columns a row of text may take.
fn columns(is_terminal: bool) -> usize {
    let (usual, most) = COLUMNS;
    let terminal = if is_terminal { tui::size().ok() } else { None };
    terminal.map_or(usual, |(width, ..)| usize::from(width).min(most))
}

/// The bank for a person.
fn page(bank: &Bank, columns: usize) -> String {
    let about = match bank.seed {
        Some(seed) => format!("The bank of seed {seed}: `heist-tui --bank {seed}` plays a heist in it."),
        None => "It is written by hand: `heist-tui --bank first-meridian` plays a heist in it.".to_owned(),
    };
    let mut page = format!("{}\n{}", bank.name, wrapped(&about, columns));
    let room = columns.saturating_sub(MARGIN.len());
    let size = if room < Size::Large.columns() { Size::Small } else { Size::Large };
    section(&mut page, "floor plan", &lines(bank.floor_plan(size).rows));
    for Document { name, text } in bank.documents() {
        section(&mut page, name, &wrapped(&text, room));
    }
    for Table { name, columns, rows } in bank.tables() {
        // Numbers stand on the right.
        let headings: Vec<_> = columns
            .iter()
            .map(
                |column| {
                    if column.kind.starts_with("TEXT") { column.name.to_owned() } else { format!(" {}", column.name) }
                },
            )
            .collect();
        let headings: Vec<_> = headings.iter().map(String::as_str).collect();
        let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(words).collect()).collect();
        section(&mut page, &format!("table {name}"), &table(&headings, &rows));
    }
    page
}

/// A heading, and under it the rows of a text, a little to the right.
fn section(page: &mut String, heading: &str, text: &str) {
    page.push('\n');
    page.push_str(heading);
    page.push_str("\n\n");
    for row in text.lines() {
        page.push_str(if row.is_empty() { "" } else { MARGIN });
        page.push_str(row);
        page.push('\n');
    }
}

fn wrapped(text: &str, columns: usize) -> String {
    let rows = wrap::rows(text.trim_end(), columns);
    lines(rows.into_iter().map(|row| text.get(row).unwrap_or_default().trim_end()))
}

fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text
}

/// Writes documents into a folder, which is made if it is not there; gives the files. Where one cannot be written, none is
/// left: a part of a bank is of no use to anybody.
fn write(folder: &Path, documents: &[Document]) -> Result<Vec<PathBuf>, BankError> {
    let paths: Vec<_> = documents.iter().map(|document| folder.join(document.name)).collect();
    let was_there = folder.exists();
    fs::create_dir_all(folder).map_err(|source| {
        let is_file = source.kind() == ErrorKind::AlreadyExists;
        let source = if is_file { ErrorKind::NotADirectory.into() } else { source };
        BankError::File { path: folder.to_owned(), source }
    })?;
    for (written, (path, document)) in paths.iter().zip(documents).enumerate() {
        if let Err(source) = write_new(path, &document.text) {
            for path in paths.iter().take(written) {
                let _ = fs::remove_file(path);
            }
            if !was_there {
                let _ = fs::remove_dir(folder);
            }
            let path = path.clone();
            let is_taken = source.kind() == ErrorKind::AlreadyExists;
            return Err(if is_taken { BankError::Taken { file: path } } else { BankError::File { path, source } });
        }
    }
    Ok(paths)
}

/// Writes a file that is not there yet, or leaves none.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// All of a bank for a program.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    bank: &'a Bank,
    /// Its rows, from the top down.
    floor_plan: Vec<String>,
    documents: Vec<Value>,
    tables: Vec<Value>,
    facts: Vec<Value>,
}

impl<'a> Whole<'a> {
    fn of(bank: &'a Bank) -> Self {
        let document = |Document { name, text }| json!({ "name": name, "text": text });
        let table = |Table { name, columns, rows }: Table| {
            let columns: Vec<_> = columns.iter().map(|column| column.name).collect();
            let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(value).collect()).collect();
            json!({ "name": name, "columns": columns, "rows": rows })
        };
        let source = |source: &Source| match *source {
            Source::Document(name) | Source::Table(name) => name,
        };
        let fact = |fact: Fact| {
            let sources: Vec<_> = fact.sources.iter().map(source).collect();
            let (key, label, said) = (fact.key(), fact.label(), fact.said(0));
            json!({ "key": key, "label": label, "values": fact.values, "said": said, "sources": sources })
        };
        Self {
            bank,
            floor_plan: bank.floor_plan(Size::Large).rows,
            documents: bank.documents().into_iter().map(document).collect(),
            tables: bank.tables().into_iter().map(table).collect(),
            facts: bank.facts().into_iter().map(fact).collect(),
        }
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => (*number).into(),
        Cell::Tenths(tenths) => (f64::from(*tenths) / 10.0).into(),
        Cell::Text(text) => text.as_str().into(),
    }
}

/// A cell as the tools tell it.
fn words(cell: &Cell) -> String {
    match value(cell) {
        Value::Null => "-".to_owned(),
        Value::String(text) => text,
        number => number.to_string(),
    }
}
