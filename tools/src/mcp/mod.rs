//! The door for MCP clients: `POST /mcp` (Streamable HTTP), to the same tools and by the same tokens as `/tools`.
//!
//! A request says all that there is to know about it, and nothing is kept until the next one. `initialize`, with which
//! versions before 2026-07-28 begin, is answered without opening a session. What stands in messages are rmcp's types. Its
//! transport is not used: it answers each request in tasks of its own, where neither a refusal's word nor the log line of a
//! request can follow; what it would look at, [`version`] looks at.

mod message;
mod rebinding;
mod version;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use rmcp::model::{
    CacheScope, CallToolResult, ContentBlock, DiscoverResult, ErrorCode, ErrorData, Implementation,
    InitializeRequestParams, InitializeResult, JsonObject, ListToolsResult, ProtocolVersion, RequestId,
    ServerCapabilities, Tool,
};
use serde_json::Value;

use crate::api::{Called, body, media_type, unpacked};
use crate::guard::{Caller, Guard};
use crate::refusal::{Reason, Refusal};
use crate::token::Denied;
use crate::tool::{self, Tools};
use crate::wire::ToolInfo;
use message::{Fault, Message, result};

/// Where the door is.
pub const PATH: &str = "/mcp";

/// Asks for tools and versions, since 2026-07-28.
const DISCOVER: &str = "server/discover";
/// Begins a session, before 2026-07-28.
const INITIALIZE: &str = "initialize";
const LIST: &str = "tools/list";
const CALL: &str = "tools/call";
/// Asks for a sign of life, before 2026-07-28.
const PING: &str = "ping";

/// The route of a service's tools.
pub fn routes<T: Tools>(tools: Arc<T>, guard: Arc<Guard>) -> Router {
    Router::new().route(PATH, post(answer::<T>)).with_state((tools, guard))
}

/// Why a message has no result.
enum Failure {
    /// HTTP's reason, as at the other door.
    Refusal(Refusal),
    /// JSON-RPC's.
    Fault(Fault),
}

impl Failure {
    /// The answer to the request of this id.
    fn answer(self, id: Option<RequestId>) -> Response {
        match self {
            Self::Refusal(refusal) => refusal.into_response(),
            Self::Fault(fault) => fault.answer(id),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

async fn answer<T: Tools>(
    State((tools, guard)): State<(Arc<T>, Arc<Guard>)>,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, unread) = request.into_parts();
    let headers = head.headers;
    rebinding::check(&headers)?;
    // As at the other door, the body is read when it is known who calls.
    let caller = guard.caller(&headers).await?;
    if media_type(&headers) != "application/json" {
        let detail = "send a JSON-RPC message, with `Content-Type: application/json`";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", detail));
    }
    unpacked(&headers)?;
    accepts_both(&headers)?;
    let message = match Message::read(&body(unread).await?) {
        Ok(message) => message,
        Err(fault) => return Ok(fault.answer(None)),
    };
    let id = message.id.clone();
    Ok(answered(&*tools, &caller, &headers, message).await.unwrap_or_else(|failure| failure.answer(id)))
}

async fn answered<T: Tools>(
    tools: &T,
    caller: &Caller,
    headers: &HeaderMap,
    message: Message,
) -> Result<Response, Failure> {
    let Message { id, method, mut params } = message;
    let meta = version::meta(&mut params);
    let version = version::of(headers, &method, &params, &meta, id.is_some())?;
    // A notification; there is none that changes anything here.
    let Some(id) = id else { return Ok(StatusCode::ACCEPTED.into_response()) };
    let modern = !version.has_initialize();
    match method.as_str() {
        INITIALIZE => Ok(result(id, initialized::<T>(params)?)),
        DISCOVER => {
            let versions = ProtocolVersion::KNOWN_VERSIONS.to_vec();
            Ok(result(id, DiscoverResult::from_server_info(versions, told::<T>())))
        }
        PING if !modern => Ok(result(id, JsonObject::new())),
        LIST => Ok(result(id, listed(tool::list(tools, caller).await?, modern))),
        CALL => called(tools, caller, id, params, modern).await,
        _ => {
            let status = if modern { StatusCode::NOT_FOUND } else { StatusCode::OK };
            let detail = format!("there is no such method here; there is {LIST} and {CALL}");
            let error = ErrorData::new(ErrorCode::METHOD_NOT_FOUND, detail, None);
            Err(Fault::new(status, "no_such_method", error).into())
        }
    }
}

/// The specification has every client accept both kinds of answers, though here all are of the first.
fn accepts_both(headers: &HeaderMap) -> Result<(), Refusal> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let types: Vec<_> = values.flat_map(|value| value.split(',')).map(essence).collect();
    let accepts = |kind: &str, exact: &str| {
        types.iter().any(|found| {
            found == "*/*" || found == exact || found.strip_suffix("/*").is_some_and(|begin| begin == kind)
        })
    };
    if accepts("application", "application/json") && accepts("text", "text/event-stream") {
        return Ok(());
    }
    let detail = "send `Accept: application/json, text/event-stream`";
    Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, "accept", detail))
}

/// A media type without its parameters.
fn essence(range: &str) -> String {
    range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What a service tells of itself.
fn told<T: Tools>() -> InitializeResult {
    let name = format!("heist-{}", T::SERVICE);
    InitializeResult::new(ServerCapabilities::builder().enable_tools().build())
        .with_server_info(Implementation::new(name, env!("CARGO_PKG_VERSION")))
}

/// The version that is spoken from here on: the one that was asked for, or the last that begins like this.
fn initialized<T: Tools>(params: JsonObject) -> Result<InitializeResult, Fault> {
    let asked: InitializeRequestParams = serde_json::from_value(params.into())
        .map_err(|error| Fault::params(StatusCode::OK, "arguments", format!("initialize: {error}")))?;
    let asked = asked.protocol_version;
    let known = asked.has_initialize() && ProtocolVersion::KNOWN_VERSIONS.contains(&asked);
    let version = if known { asked } else { ProtocolVersion::LATEST_WITH_INITIALIZE };
    Ok(told::<T>().with_protocol_version(version))
}

/// The list of tools, which is another for another token.
fn listed(tools: Vec<ToolInfo>, modern: bool) -> ListToolsResult {
    let tool = |ToolInfo { name, description, input_schema, scope: _ }| {
        let schema = match input_schema {
            Value::Object(schema) => schema,
            _ => JsonObject::new(),
        };
        Tool::new(name, description, schema)
    };
    let mut list = ListToolsResult::with_all_items(tools.into_iter().map(tool).collect());
    if modern {
        (list.ttl_ms, list.cache_scope) = (Some(0), Some(CacheScope::Private));
    } else {
        list.result_type = None;
    }
    list
}

/// The answer to a call, with the tool for the log.
async fn called<T: Tools>(
    tools: &T,
    caller: &Caller,
    id: RequestId,
    params: JsonObject,
    modern: bool,
) -> Result<Response, Failure> {
    let Some(Value::String(name)) = params.get("name") else {
        return Err(wrong("arguments", "the name of a tool is missing").into());
    };
    let tool = tool::named::<T>(name).map_err(|refusal| wrong(refusal.reason, refusal.detail))?;
    let outcome = outcome(tools, caller, tool, &id, params, modern).await;
    let mut answer = outcome.unwrap_or_else(|failure| failure.answer(Some(id)));
    answer.extensions_mut().insert(Called(tool.name));
    Ok(answer)
}

/// What is wrong with a call.
fn wrong(reason: &'static str, detail: impl Into<String>) -> Fault {
    Fault::params(StatusCode::OK, reason, detail)
}

/// How a call comes out of a tool that there is.
async fn outcome<T: Tools>(
    tools: &T,
    caller: &Caller,
    tool: &tool::Tool,
    id: &RequestId,
    mut params: JsonObject,
    modern: bool,
) -> Result<Response, Failure> {
    if !caller.may(tool.scope) {
        return Err(Refusal::from(Denied::Scope(tool.scope)).into());
    }
    let arguments = match params.remove("arguments") {
        Some(arguments @ Value::Object(_)) => arguments,
        None => JsonObject::new().into(),
        Some(_) => return Err(wrong("arguments", "the arguments are not an object").into()),
    };
    let (mut outcome, reason) = match tools.call(tool.name, caller, arguments).await {
        Ok(found) => (shown(found), None),
        Err(Refusal { status, reason, detail, .. }) if status.is_server_error() => {
            return Err(Fault::new(status, reason, ErrorData::internal_error(detail, None)).into());
        }
        // What a tool refuses is its answer, which a model may read and do better.
        Err(Refusal { reason, detail, .. }) => {
            (CallToolResult::error(vec![ContentBlock::text(detail)]), Some(Reason(reason)))
        }
    };
    if !modern {
        outcome.result_type = None;
    }
    let mut answer = result(id.clone(), outcome);
    if let Some(reason) = reason {
        answer.extensions_mut().insert(reason);
    }
    Ok(answer)
}

/// What a tool found, as text, and as it is where that has parts.
fn shown(found: Value) -> CallToolResult {
    let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    let mut shown = CallToolResult::success(vec![ContentBlock::text(text)]);
    shown.structured_content = Some(found).filter(Value::is_object);
    shown
}
