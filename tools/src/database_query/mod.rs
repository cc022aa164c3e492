//! The database service: read-only SQL on the bank's security database.

mod extent;
mod sandbox;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use heist_bank::Bank;
use serde_json::{Value, json};

use crate::banks::Banks;
use crate::db::Db;
use crate::guard::{Caller, Guard};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::table::QUERY;
use crate::token;
use crate::tool::{self, Told, Tool, Tools};
use crate::wire::{Query, Table, TableList};
use sandbox::{QueryError, Sealed};

/// What a query of one bank may reach.
pub struct Security {
    tables: Vec<Table>,
    sealed: Sealed,
}

/// The same as the service has it: queries of one bank wait for each other, not for those of another.
struct Served {
    security: Arc<Security>,
    queue: Db<Arc<Security>>,
}

struct DatabaseQuery {
    banks: Banks<Served>,
}

/// The routes of the service.
pub fn routes(guard: Arc<Guard>) -> Router {
    let service = Arc::new(DatabaseQuery { banks: Banks::new(Served::of) });
    let own = Router::new().route("/tables", get(tables_of)).with_state((Arc::clone(&service), Arc::clone(&guard)));
    tool::routes(service, guard).merge(own)
}

async fn tables_of(
    State((service, guard)): State<(Arc<DatabaseQuery>, Arc<Guard>)>,
    headers: HeaderMap,
) -> Result<Json<TableList>, Refusal> {
    let caller = guard.caller_with(&headers, QUERY.scope).await?;
    Ok(Json(TableList { tables: service.banks.of(caller.bank()).await?.security.tables.clone() }))
}

impl Served {
    fn of(bank: &Bank) -> Result<Self, Refusal> {
        let security = Arc::new(Security::of(bank)?);
        Ok(Self { queue: Db::new(Arc::clone(&security)), security })
    }
}

impl Security {
    /// The database of a bank.
    pub fn of(bank: &Bank) -> Result<Self, Refusal> {
        let (sealed, tables) = sandbox::build(&bank.sql()).map_err(|error| Refusal::internal(&error))?;
        Ok(Self { tables, sealed })
    }

    /// What a query finds.
    pub fn answer(&self, query: String) -> Result<Value, Refusal> {
        let sql = self.meaning(query);
        let db = sandbox::open(&self.sealed).map_err(|error| Refusal::internal(&error))?;
        tool::result(&sandbox::query(&db, &sql).map_err(|error| self.refusal(&error))?)
    }

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
    const SERVICE: Service = Service::DatabaseQuery;
    const TOOLS: &'static [Tool] = &[Tool::of(&QUERY)];

    async fn told(&self, _: &'static str, caller: &Caller) -> Result<Told, Refusal> {
        let served = self.banks.of(caller.bank()).await?;
        Ok(Told {
            description: format!(
                "Answers one SQL query on the bank's security database, such as SELECT * FROM guards. Its tables: {}.",
                in_words(&served.security.tables)
            ),
            schema: json!({
                "type": "object",
                "properties": {"query": {"type": "string", "description": "such as SELECT * FROM guards"}},
                "required": ["query"],
            }),
        })
    }

    async fn call(&self, _: &'static str, caller: &Caller, arguments: Value) -> Result<Value, Refusal> {
        let Query { query } = tool::arguments(arguments)?;
        let served = self.banks.of(caller.bank()).await?;
        served.queue.call(move |security| security.answer(query)).await?
    }
}
