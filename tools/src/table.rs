//! The tools that agents call, a row each: whoever must know one from another asks the row, and none compares names.
//!
//! A new tool is a row here and a folder with its service ([`crate::parts`]). Memory's tools are no rows: the program calls
//! them on its own behalf, and no agent knows of them.

use crate::service::Service;
use crate::wire::{CALCULATOR, DATABASE_QUERY, FILE_READER, scope};

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ToolRow {
    /// The name in calls, prompts and crew files, and in the path `/tools/NAME`.
    pub name: &'static str,
    /// The scope that a token needs for it.
    pub scope: &'static str,
    /// What its one argument is called.
    pub argument: &'static str,
    /// The service that has it.
    pub service: Service,
    /// What its answers are.
    pub gives: Gives,
    /// The path of its service that lists what can be asked for, if that can be listed.
    pub lists: Option<&'static str>,
}

/// What a tool's answers are, and so what can be made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gives {
    /// A figure that follows from the argument alone: no source for anything.
    Figure,
    /// A document by its name: sentences.
    Document,
    /// Rows of tables, for SQL or a table's name.
    Rows,
}

/// The calculator.
pub const CALCULATE: ToolRow = ToolRow {
    name: CALCULATOR,
    scope: scope::CALCULATE,
    argument: "expression",
    service: Service::Calculator,
    gives: Gives::Figure,
    lists: None,
};

/// The reader of the bank's documents.
pub const READ: ToolRow = ToolRow {
    name: FILE_READER,
    scope: scope::READ,
    argument: "filename",
    service: Service::FileReader,
    gives: Gives::Document,
    lists: Some("/files"),
};

/// The bank's security database.
pub const QUERY: ToolRow = ToolRow {
    name: DATABASE_QUERY,
    scope: scope::QUERY,
    argument: "query",
    service: Service::DatabaseQuery,
    gives: Gives::Rows,
    lists: Some("/tables"),
};

/// All of them.
pub static TOOLS: [ToolRow; 3] = [CALCULATE, READ, QUERY];

/// The tool of that name.
#[must_use]
pub fn tool(name: &str) -> Option<&'static ToolRow> {
    TOOLS.iter().find(|row| row.name == name)
}

/// What the answers of the tool of that name are, if there is one.
#[must_use]
pub fn gives(name: &str) -> Option<Gives> {
    tool(name).map(|row| row.gives)
}

/// Whether the tool of that name calculates, and its answers are no source.
#[must_use]
pub fn calculates(name: &str) -> bool {
    gives(name) == Some(Gives::Figure)
}
