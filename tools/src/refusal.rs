//! A request that is refused: status, reason and headers, answered as problem details (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::wire::Problem;

/// Why a request is not answered as it wished.
#[derive(Debug)]
pub struct Refusal {
    pub status: StatusCode,
    /// A fixed word for the metrics and the log.
    pub reason: &'static str,
    pub detail: String,
    /// In a box, since it is large and mostly empty.
    more: Box<Map<String, Value>>,
    challenge: Option<HeaderValue>,
    media: &'static str,
}

/// Goes with the answer of a refusal through this service, and is not sent.
#[derive(Clone, Copy)]
pub struct Reason(pub &'static str);

impl Refusal {
    /// `detail` is for people: what happened, where, and what to do.
    pub fn new(status: StatusCode, reason: &'static str, detail: impl Into<String>) -> Self {
        let media = "application/problem+json";
        Self { status, reason, detail: detail.into(), more: Box::default(), challenge: None, media }
    }

    pub fn bad_request(reason: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason, detail)
    }

    /// Something failed here; the log has the cause, the caller need not know it.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failure", "the service failed; its log says why")
    }

    /// An error of the OAuth endpoints. RFC 6749, section 5.2, fixes its members and its media type; the members of
    /// problem details stand beside them.
    pub fn oauth(status: StatusCode, error: &'static str, detail: impl Into<String>) -> Self {
        let mut refusal = Self::new(status, error, detail).with("error", error.into());
        refusal.media = "application/json";
        let description = refusal.detail.clone();
        refusal.with("error_description", description.into())
    }

    pub fn with(mut self, member: &str, value: Value) -> Self {
        self.more.insert(member.to_owned(), value);
        self
    }

    /// Sets `WWW-Authenticate`.
    pub fn challenge(mut self, challenge: &str) -> Self {
        self.challenge = HeaderValue::from_str(challenge).ok();
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: refusal.status.canonical_reason().unwrap_or("Refused").to_owned(),
            status: refusal.status.as_u16(),
            detail: refusal.detail,
            more: *refusal.more,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, reason, media, challenge) = (self.status, self.reason, self.media, self.challenge.clone());
        let mut response = (status, axum::Json(Problem::from(self))).into_response();
        response.extensions_mut().insert(Reason(reason));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
