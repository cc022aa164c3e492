//! SQL that can do no harm: a read-only database in memory, an authorizer, and limits on work, time and size.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use serde_json::Value;

use super::extent::extent;
use crate::wire::{QueryResult, Table};

/// Rows of an answer.
const MOST_ROWS: usize = 50;
/// Bytes of an answer, as text.
const MOST_BYTES: usize = 32 * 1024;
/// A query takes no longer than this.
const TIME_LIMIT: Duration = Duration::from_secs(1);
/// After so many steps of the database's machine the clock is looked at. One step can take a thirtieth of a second: that
/// of `trim` with two long arguments.
const STEPS: i32 = 20;
/// The words that a query may come to when its parts have been put into one another: see [`extent`]. Each takes about a
/// hundred bytes.
const LARGEST_EXTENT: usize = 512 * 1024;
/// The functions that can be called: none that makes values out of nothing, loads code or looks at the system.
const FUNCTIONS: [&str; 36] = [
    "abs",
    "avg",
    "coalesce",
    "count",
    "date",
    "datetime",
    "group_concat",
    "ifnull",
    "iif",
    "instr",
    "julianday",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "rank",
    "row_number",
    "round",
    "rtrim",
    "sign",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "time",
    "timediff",
    "total",
    "trim",
    "typeof",
    "unixepoch",
    "upper",
    "glob",
];
/// How the names of tables begin that the database makes when they are asked for.
const APPEARING: [&str; 3] = ["json", "pragma_", "sqlite_"];

/// Why a query has no answer. Each is the caller's to mend.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("one statement at a time")]
    Several,
    #[error("only SELECT answers with rows; this does not")]
    NoRows,
    #[error("there is a zero byte in the query, and SQLite would read no further")]
    ZeroByte,
    #[error("the database is for reading, and some functions are closed: ask with a plain SELECT")]
    NotAllowed,
    #[error("{0} is not allowed here, where a plain SELECT reads the bank's own tables")]
    Closed(String),
    #[error("the query takes more than {} s, or too much room: ask for less", TIME_LIMIT.as_secs())]
    TooMuchWork,
    #[error("SQLite says: {0}")]
    Sql(String),
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        if let Some(name) = closed(&error) {
            return Self::Closed(name);
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => Self::NotAllowed,
            Some(
                ErrorCode::OperationInterrupted
                | ErrorCode::TooBig
                | ErrorCode::OutOfMemory
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure,
            ) => Self::TooMuchWork,
            _ => match error {
                rusqlite::Error::MultipleStatement => Self::Several,
                rusqlite::Error::SqlInputError { msg, .. } if msg.starts_with("not authorized") => Self::NotAllowed,
                rusqlite::Error::SqlInputError { msg, .. } => Self::Sql(msg),
                rusqlite::Error::SqliteFailure(_, Some(message)) => Self::Sql(message),
                other => Self::Sql(other.to_string()),
            },
        }
    }
}

/// The function or the table that the authorizer has closed, where the error names it.
fn closed(error: &rusqlite::Error) -> Option<String> {
    let (rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg))) = error else {
        return None;
    };
    if let Some(function) = msg.strip_prefix("not authorized to use function: ") {
        return Some(format!("the function {function}"));
    }
    let place = msg.strip_prefix("access to ")?.strip_suffix(" is prohibited")?;
    // The last part is a column.
    Some(place.rsplit_once('.').map_or(place, |(table, _)| table).to_owned())
}

/// A database that is closed for writing, as the bytes that a connection is opened from: a quarter of what the connection
/// takes, and only so can a database in memory be opened read-only.
pub struct Sealed {
    bytes: Vec<u8>,
    readable: Arc<Readable>,
}

/// What a query may read.
struct Readable {
    /// The names of the tables, in small letters.
    tables: Vec<String>,
    /// Virtual tables that are there without having been made, such as `dbstat`: what it may not read.
    modules: Vec<String>,
}

/// A database made of `script`, and its tables.
pub fn build(script: &str) -> rusqlite::Result<(Sealed, Vec<Table>)> {
    let builder = Connection::open_in_memory()?;
    builder.execute_batch(script)?;
    let tables = tables(&builder)?;
    let names = tables.iter().map(|table| table.name.to_lowercase()).collect();
    let readable = Arc::new(Readable { tables: names, modules: modules(&builder)? });
    Ok((Sealed { bytes: builder.serialize("main")?.to_vec(), readable }, tables))
}

/// Opens a database for one query, so that nothing of it can be left for the next. Then the door is shut: nothing but
/// reading its own tables is authorized.
pub fn open(sealed: &Sealed) -> rusqlite::Result<Connection> {
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", sealed.bytes.as_slice(), sealed.bytes.len(), true)?;
    db.pragma_update(None, "query_only", true)?;
    // A name in double quotes that is none would otherwise be a text, and stand in every row as if it had been found.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, 16 * 1024),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 8 * 1024),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 50),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 10),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 10),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        db.set_limit(limit, value)?;
    }
    let readable = Arc::clone(&sealed.readable);
    db.authorizer(Some(move |context: AuthContext<'_>| authorize(&readable, &context.action)))?;
    Ok(db)
}

fn authorize(Readable { tables, modules }: &Readable, action: &AuthAction<'_>) -> Authorization {
    let allowed = match action {
        AuthAction::Select => true,
        // No column is named where only rows are counted, and there a name may be that of a common table expression.
        AuthAction::Read { table_name, column_name: "" } => {
            let name = table_name.to_lowercase();
            !APPEARING.iter().any(|begin| name.starts_with(begin)) && !modules.contains(&name)
        }
        AuthAction::Read { table_name, .. } => tables.contains(&table_name.to_lowercase()),
        AuthAction::Function { function_name } => FUNCTIONS.contains(&function_name.to_lowercase().as_str()),
        // Recursion makes rows out of nothing.
        _ => false,
    };
    if allowed { Authorization::Allow } else { Authorization::Deny }
}

fn tables(db: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let mut columns = db.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?;
    names
        .map(|name| {
            let name = name?;
            let columns = columns.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(Table { name, columns })
        })
        .collect()
}

fn modules(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut names = db.prepare("SELECT lower(name) FROM pragma_module_list")?;
    names.query_map([], |row| row.get(0))?.collect()
}

/// Runs one query within the limits.
pub fn query(db: &Connection, sql: &str) -> Result<QueryResult, QueryError> {
    if sql.contains('\0') {
        return Err(QueryError::ZeroByte);
    }
    if extent(sql) > LARGEST_EXTENT {
        return Err(QueryError::TooMuchWork);
    }
    let end = Instant::now() + TIME_LIMIT;
    db.progress_handler(STEPS, Some(move || Instant::now() > end))?;
    let mut statement = db.prepare(sql)?;
    if statement.column_count() == 0 || statement.is_explain() != 0 {
        return Err(QueryError::NoRows);
    }
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut bytes: usize = columns.iter().map(String::len).sum();
    let mut found = QueryResult { columns, rows: Vec::new(), truncated: false };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(found.columns.len());
        for column in 0..found.columns.len() {
            let value = json(row.get_ref(column)?);
            bytes += value.as_str().map_or(8, str::len);
            values.push(value);
        }
        if found.rows.len() == MOST_ROWS || bytes > MOST_BYTES {
            found.truncated = true;
            break;
        }
        found.rows.push(values);
    }
    Ok(found)
}

/// A value as JSON; a blob as the hexadecimal text that SQL writes it with.
fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => {
            use std::fmt::Write as _;
            let mut text = String::from("x'");
            for byte in bytes {
                // Writing to a String cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\'');
            text.into()
        }
    }
}
