//! What all services have in common: health, metrics, limits, a log line for each request, refusals in one shape.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http_body_util::BodyExt as _;
use tracing::Instrument as _;

use crate::chance::random_word;
use crate::metrics::Metrics;
use crate::oauth;
use crate::refusal::{Reason, Refusal};
use crate::service::Service;
use crate::telemetry::{Served, Telemetry};
use crate::wire::{Health, REQUEST_ID};

/// The largest request body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// A request, its body included, is answered within this time.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// A caller's own name for its request may be so long, in bytes.
const LONGEST_ID: usize = 64;
/// Where a service tells that it is healthy.
pub const HEALTH: &str = "/health";
/// What is asked every second, or whenever somebody looks, is not worth a line in the log.
const QUIET: [&str; 3] = [HEALTH, "/metrics", oauth::REVOKED];

/// Goes with a request that comes while too many are under way.
#[derive(Clone, Copy)]
pub struct TooBusy;

/// Goes with the answer of a call whose path does not name the tool, and is not sent.
#[derive(Clone, Copy)]
pub struct Called(pub &'static str);

/// What the requests of one service share.
struct Watch {
    metrics: Arc<Metrics>,
    telemetry: Option<Telemetry>,
    /// Names of requests begin with it, so that those of two services, or of two starts, differ.
    prefix: String,
    requests: AtomicU64,
}

/// Adds to a service's own routes what every service has.
pub fn dress(routes: Router, service: Service, metrics: Arc<Metrics>, telemetry: Option<Telemetry>) -> Router {
    // Should the system have no randomness, the names are those of another start again.
    let prefix: String =
        random_word().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let begun = Instant::now();
    let health = move || Health {
        status: "healthy".to_owned(),
        service: service.name().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime: begun.elapsed().as_secs(),
    };
    let shown = Arc::clone(&metrics);
    let text = move || shown.text().map_err(|error| Refusal::internal(&error));
    routes
        .route(HEALTH, get(async move || Json(health())))
        .route(
            "/metrics",
            get(async move || text().map(|text| ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text))),
        )
        .fallback(async |request: Request| {
            let path = request.uri().path();
            Refusal::new(StatusCode::NOT_FOUND, "no_such_path", format!("there is no {path} here"))
        })
        .method_not_allowed_fallback(async |request: Request| {
            let (method, path) = (request.method(), request.uri().path());
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", format!("{path} does not take {method}"))
        })
        .layer(from_fn_with_state(Arc::new(Watch { metrics, telemetry, prefix, requests: AtomicU64::new(0) }), watch))
}

/// Names a request, limits its time, counts it and logs it; and sends a span of it, if it is a part of a trace.
async fn watch(State(watch): State<Arc<Watch>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let id = watch.name(request.headers());
    let has_body = !request.body().is_end_stream();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let traced = watch.telemetry.as_ref().and_then(|telemetry| Some((telemetry, telemetry.caller(request.headers())?)));
    let traced = traced.map(|(telemetry, caller)| (telemetry, caller, SystemTime::now()));
    // Of the highest level, so that it is there whichever lines are wanted.
    let span = tracing::error_span!("request", id = id.to_str().unwrap_or_default());
    let mut response = if request.extensions().get::<TooBusy>().is_some() {
        let detail = "too many requests are being answered: ask again in a moment";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too_busy", detail).into_response()
    } else {
        let answer = tokio::time::timeout(TIME_LIMIT, next.run(request)).instrument(span.clone()).await;
        answer.unwrap_or_else(|_| {
            let detail = format!("the request took longer than {} s", TIME_LIMIT.as_secs());
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "too_slow", detail).into_response()
        })
    };
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && response.extensions().get::<Reason>().is_none() {
        // The framework refuses some requests by itself, in its own words.
        let status = response.status();
        let detail = "the request is malformed: look at its path and its headers";
        response = Refusal::new(status, "malformed", detail).into_response();
    }
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let reason = response.extensions().get().map(|&Reason(reason)| reason);
    let called = response.extensions().get().map(|&Called(tool)| tool);
    watch.metrics.answered(route.unwrap_or("none"), status, took);
    if let Some(reason) = reason {
        watch.metrics.refused(reason);
    }
    if let Some((telemetry, caller, began)) = traced {
        let (method, path, route) = (method.clone(), path.clone(), route.map(str::to_owned));
        telemetry.give(Served { caller, began, method, path, route, status }.into());
    }
    if failed && has_body && !matches!(status, 400 | 422) {
        // The body was not read to its end, so that what follows it cannot be found, and the connection is closed. A
        // caller who is not told so might ask the next thing on it.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let mut response = finished(response);
    response.headers_mut().insert(REQUEST_ID, id);
    let millis = took.as_secs_f64() * 1000.0;
    let _entered = span.enter();
    if QUIET.contains(&path.as_str()) {
        tracing::debug!(%method, path, tool = called, status, reason, millis, "request");
    } else {
        tracing::info!(%method, path, tool = called, status, reason, millis, "request");
    }
    response
}

/// An answer with the header that every answer has.
pub fn finished(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

impl Watch {
    /// The caller's name for its request, if it is one that can stand in a log; else one of our own.
    fn name(&self, headers: &HeaderMap) -> HeaderValue {
        let fits = |id: &&HeaderValue| {
            let id = id.as_bytes();
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
            (1..=LONGEST_ID).contains(&id.len()) && id.iter().all(plain)
        };
        headers.get(REQUEST_ID).filter(fits).cloned().unwrap_or_else(|| {
            let number = self.requests.fetch_add(1, Ordering::Relaxed);
            // Letters and digits always make a header.
            HeaderValue::try_from(format!("{}-{number}", self.prefix)).unwrap_or(HeaderValue::from_static("-"))
        })
    }
}

/// The body in one piece. One that comes in pieces of a byte would take fifty times its length if they were kept as they
/// come.
pub async fn body(mut body: Body) -> Result<Vec<u8>, Refusal> {
    let too_large = || {
        let detail = format!("the body is larger than {LARGEST_BODY} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    };
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Err(too_large());
    }
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::bad_request("body_broken", "the body broke off"))?;
        // What is no data is a trailer.
        let piece = frame.into_data().unwrap_or_default();
        if whole.len() + piece.len() > LARGEST_BODY {
            return Err(too_large());
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// Refuses a body that is compressed: nobody here would unpack it, nor should what it unpacks to surprise anybody.
pub fn unpacked(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    let detail = "send the body as it is, without `Content-Encoding`";
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_encoding", detail))
}

/// The media type of the body, without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
