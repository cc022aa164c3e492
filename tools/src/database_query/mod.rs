//! The database service: read-only SQL on the bank's security database.

mod extent;
mod sandbox;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::db::Db;
use crate::guard::Guard;
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::token;
use crate::tool::{self, Tool, Tools};
use crate::wire::{DATABASE_QUERY, Query, Table, TableList, scope};
use sandbox::QueryError;

/// What a bank is made of.
const BANK: &str = include_str!("../../../bank/bank.sql");

struct DatabaseQuery {
    tools: [Tool; 1],
    tables: Vec<Table>,
    db: Db,
}

/// The routes of the service; builds the database.
pub fn routes(guard: Arc<Guard>) -> Result<Router, StartError> {
    let failed = |source: rusqlite::Error| StartError::Database { name: "bank.sql", source: Box::new(source) };
    let (connection, tables) = sandbox::build(BANK).map_err(failed)?;
    let tool = Tool {
        name: DATABASE_QUERY,
        description: format!(
            "Answers one SQL query on the bank's security database, such as SELECT * FROM guards. Its tables: {}.",
            in_words(&tables)
        ),
        scope: scope::QUERY,
        schema: json!({
            "type": "object",
            "properties": {"query": {"type": "string", "description": "such as SELECT * FROM guards"}},
            "required": ["query"],
        }),
    };
    let service = Arc::new(DatabaseQuery { tools: [tool], tables, db: Db::new(connection) });
    let own = Router::new().route("/tables", get(tables_of)).with_state((Arc::clone(&service), Arc::clone(&guard)));
    Ok(tool::routes(service, guard).merge(own))
}

async fn tables_of(
    State((service, guard)): State<(Arc<DatabaseQuery>, Arc<Guard>)>,
    headers: HeaderMap,
) -> Result<Json<TableList>, Refusal> {
    guard.caller_with(&headers, scope::QUERY).await?;
    Ok(Json(TableList { tables: service.tables.clone() }))
}

impl DatabaseQuery {
    /// The SQL that is meant: itself, or everything from the table that is named.
    fn meaning(&self, query: String) -> String {
        let word = query.trim().trim_end_matches(';').trim_end();
        match self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(word)) {
            Some(table) => format!("SELECT * FROM \"{}\"", table.name),
            None => query,
        }
    }

    fn refusal(&self, error: &QueryError) -> Refusal {
        let (status, reason) = match error {
            QueryError::TooMuchWork => (StatusCode::UNPROCESSABLE_ENTITY, "sql_too_much_work"),
            QueryError::NotAllowed | QueryError::Closed(_) => (StatusCode::FORBIDDEN, "sql_not_allowed"),
            QueryError::Several => (StatusCode::BAD_REQUEST, "sql_several"),
            QueryError::NoRows => (StatusCode::BAD_REQUEST, "sql_no_rows"),
            QueryError::ZeroByte | QueryError::Sql(_) => (StatusCode::BAD_REQUEST, "sql_error"),
        };
        let detail = format!("{error}. There is {}", in_words(&self.tables));
        let refusal = Refusal::new(status, reason, detail).with("tables", json!(self.tables));
        // A challenge goes with every 403, though no token opens what is not allowed.
        if status == StatusCode::FORBIDDEN { refusal.challenge(&token::challenge()) } else { refusal }
    }
}

/// `guards(name, shift, post); shifts(…)`.
fn in_words(tables: &[Table]) -> String {
    let tables = tables.iter().map(|table| format!("{}({})", table.name, table.columns.join(", ")));
    tables.collect::<Vec<_>>().join("; ")
}

impl Tools for DatabaseQuery {
    fn tools(&self) -> &[Tool] {
        &self.tools
    }

    async fn call(&self, _: &'static str, arguments: Value) -> Result<Value, Refusal> {
        let Query { query } = tool::arguments(arguments)?;
        let sql = self.meaning(query);
        let answer = self.db.call(move |db| sandbox::query(db, &sql)).await?;
        tool::result(&answer.map_err(|error| self.refusal(&error))?)
    }
}
