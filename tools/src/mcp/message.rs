//! JSON-RPC: a message as it comes, and an answer as it goes.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rmcp::model::{ErrorData, JsonObject, JsonRpcError, JsonRpcResponse, JsonRpcVersion2_0, RequestId};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;

use crate::refusal::Reason;

/// A request, or a notification if it has no id.
pub struct Message {
    pub id: Option<RequestId>,
    pub method: String,
    /// Empty where there are none.
    pub params: JsonObject,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "jsonrpc")]
    _jsonrpc: JsonRpcVersion2_0,
    #[serde(default, deserialize_with = "given")]
    id: Option<RequestId>,
    method: Option<String>,
    params: Option<JsonObject>,
    // Answers to what was never asked.
    result: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

/// What is null is no id, and not a missing one.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RequestId>, D::Error> {
    RequestId::deserialize(deserializer).map(Some)
}

impl Message {
    /// The one message that a body is.
    pub fn read(body: &[u8]) -> Result<Self, Fault> {
        let bad = |reason, error| Fault::new(StatusCode::BAD_REQUEST, reason, error);
        let invalid = |detail: String| bad("not_jsonrpc", ErrorData::invalid_request(detail, None));
        // What reads the fields of an object takes a list of their values too.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(invalid("a message is one object, and this is a list".to_owned()));
        }
        let raw: Raw = serde_json::from_slice(body).map_err(|error| match error.classify() {
            Category::Data => invalid(format!("this is no JSON-RPC message of MCP: {error}")),
            _ => bad("not_json", ErrorData::parse_error(format!("the message is not JSON: {error}"), None)),
        })?;
        match raw {
            Raw { id, method: Some(method), params, result: None, error: None, .. } => {
                Ok(Self { id, method, params: params.unwrap_or_default() })
            }
            _ => Err(invalid("nothing is asked here that could be answered: send a request".to_owned())),
        }
    }
}

/// An error of JSON-RPC: what is wrong with a message, rather than what a tool says to it.
pub struct Fault {
    status: StatusCode,
    /// A fixed word for the metrics and the log.
    reason: &'static str,
    /// In a box, since it is large.
    error: Box<ErrorData>,
}

impl Fault {
    pub fn new(status: StatusCode, reason: &'static str, error: ErrorData) -> Self {
        Self { status, reason, error: Box::new(error) }
    }

    /// What stands in `params` is wrong.
    pub fn params(status: StatusCode, reason: &'static str, detail: impl Into<String>) -> Self {
        Self::new(status, reason, ErrorData::invalid_params(detail.into(), None))
    }

    /// The code of JSON-RPC.
    #[cfg(test)]
    pub fn code(&self) -> i32 {
        self.error.code.0
    }

    /// The answer to the request of this id, if it has one that can be read.
    pub fn answer(self, id: Option<RequestId>) -> Response {
        let mut answer = (self.status, Json(JsonRpcError::new(id, *self.error))).into_response();
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer.extensions_mut().insert(Reason(self.reason));
        answer
    }
}

/// The answer to a request that went well.
pub fn result(id: RequestId, result: impl Serialize) -> Response {
    Json(JsonRpcResponse { jsonrpc: JsonRpcVersion2_0, id, result }).into_response()
}
