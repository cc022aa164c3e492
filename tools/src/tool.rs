//! How a tool is told, found and called: the same for every service that agents call.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{body, media_type, unpacked};
use crate::guard::{Caller, Guard};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::table::ToolRow;
use crate::wire::{CallReply, ToolInfo, ToolList};
use crate::{mcp, resource};

/// A tool, and the scope that opens it.
pub struct Tool {
    pub name: &'static str,
    pub scope: &'static str,
}

impl Tool {
    /// The tool of a row of the table.
    pub const fn of(row: &ToolRow) -> Self {
        Self { name: row.name, scope: row.scope }
    }
}

/// What is told of a tool.
pub struct Told {
    /// What it does and what it wants, with the names that it knows.
    pub description: String,
    /// JSON Schema of the arguments.
    pub schema: Value,
}

/// The tools of one service.
pub trait Tools: Send + Sync + 'static {
    /// Whose they are.
    const SERVICE: Service;
    /// What there is, whoever asks.
    const TOOLS: &'static [Tool];

    /// What a caller who may call the tool `name`, one of [`Tools::TOOLS`], is told of it.
    fn told(&self, name: &'static str, caller: &Caller) -> impl Future<Output = Result<Told, Refusal>> + Send;

    /// Calls the tool `name`, one of [`Tools::TOOLS`], for a caller who may.
    fn call(
        &self,
        name: &'static str,
        caller: &Caller,
        arguments: Value,
    ) -> impl Future<Output = Result<Value, Refusal>> + Send;
}

/// The routes `GET /tools` and `POST /tools/NAME`, the door for MCP clients, and what tells them who issues tokens.
pub fn routes<T: Tools>(tools: Arc<T>, guard: Arc<Guard>) -> Router {
    let others = mcp::routes(Arc::clone(&tools), Arc::clone(&guard)).merge(resource::routes::<T>(guard.issuer()));
    let own = Router::new().route("/tools", get(told::<T>)).route("/tools/{name}", post(call::<T>));
    own.with_state((tools, guard)).merge(others)
}

async fn told<T: Tools>(
    State((tools, guard)): State<(Arc<T>, Arc<Guard>)>,
    headers: HeaderMap,
) -> Result<Json<ToolList>, Refusal> {
    let caller = guard.caller(&headers).await?;
    Ok(Json(ToolList { tools: list(&*tools, &caller).await? }))
}

/// What this caller may call.
pub async fn list<T: Tools>(tools: &T, caller: &Caller) -> Result<Vec<ToolInfo>, Refusal> {
    let mut list = Vec::new();
    for &Tool { name, scope } in T::TOOLS.iter().filter(|tool| caller.may(tool.scope)) {
        let Told { description, schema } = tools.told(name, caller).await?;
        list.push(ToolInfo { name: name.to_owned(), description, input_schema: schema, scope: scope.to_owned() });
    }
    Ok(list)
}

/// The tool of that name.
pub fn named<T: Tools>(name: &str) -> Result<&'static Tool, Refusal> {
    T::TOOLS.iter().find(|tool| tool.name == name).ok_or_else(|| {
        let names: Vec<_> = T::TOOLS.iter().map(|tool| tool.name).collect();
        let detail = format!("there is no such tool here; there is {}", names.join(", "));
        Refusal::new(StatusCode::NOT_FOUND, "no_such_tool", detail)
    })
}

async fn call<T: Tools>(
    State((tools, guard)): State<(Arc<T>, Arc<Guard>)>,
    Path(name): Path<String>,
    headers: HeaderMap,
    // Read when it is known who calls: whoever may not come in can neither keep us waiting nor fill our memory.
    request: Request,
) -> Result<Json<CallReply>, Refusal> {
    let tool = named::<T>(&name)?;
    let caller = guard.caller_with(&headers, tool.scope).await?;
    if media_type(&headers) != "application/json" {
        let detail = "send the arguments as JSON, with `Content-Type: application/json`";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", detail));
    }
    unpacked(&headers)?;
    let arguments: Value = serde_json::from_slice(&body(request.into_body()).await?)
        .map_err(|error| Refusal::bad_request("not_json", format!("the arguments are not JSON: {error}")))?;
    let result = tools.call(tool.name, &caller, arguments).await?;
    Ok(Json(CallReply { tool: name, agent: caller.agent().to_owned(), result }))
}

/// The arguments of one tool out of JSON.
pub fn arguments<A: DeserializeOwned>(value: Value) -> Result<A, Refusal> {
    serde_json::from_value(value)
        .map_err(|error| Refusal::bad_request("arguments", format!("the arguments do not fit: {error}")))
}

/// A result as JSON.
pub fn result<R: Serialize>(result: &R) -> Result<Value, Refusal> {
    serde_json::to_value(result).map_err(|error| Refusal::internal(&error))
}
