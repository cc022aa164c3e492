//! What all services have in common: health, metrics, limits, a log line for each request, refusals in one shape.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::metrics::Metrics;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::wire::Health;

/// The largest request body, in bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// A request, its body included, is answered within this time.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Adds to a service's own routes what every service has.
pub fn dress(routes: Router, service: Service, metrics: Arc<Metrics>) -> Router {
    let health = Health {
        status: "healthy".to_owned(),
        service: service.name().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let shown = Arc::clone(&metrics);
    routes
        .route("/health", get(async move || Json(health.clone())))
        .route("/metrics", get(async move || ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], shown.text())))
        .fallback(async |request: Request| {
            Refusal::new(StatusCode::NOT_FOUND, format!("there is no {} here", request.uri().path()))
        })
        .method_not_allowed_fallback(async |request: Request| {
            let (method, path) = (request.method(), request.uri().path());
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, format!("{path} does not take {method}"))
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(metrics, watch))
}

/// Limits the time of a request, counts it and logs it.
async fn watch(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = tokio::time::timeout(TIME_LIMIT, next.run(request)).await.unwrap_or_else(|_| {
        let limit = TIME_LIMIT.as_secs();
        Refusal::new(StatusCode::REQUEST_TIMEOUT, format!("the request took longer than {limit} s")).into_response()
    });
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    metrics.request(status, took);
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let millis = took.as_secs_f64() * 1000.0;
    // What is asked every second by a health check is not worth a line.
    if path == "/health" || path == "/metrics" {
        tracing::debug!(%method, path, status, millis, "request");
    } else {
        tracing::info!(%method, path, status, millis, "request");
    }
    response
}

/// The body, or why it could not be read.
pub fn body<T>(bytes: Result<T, BytesRejection>) -> Result<T, Refusal> {
    bytes.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {LARGEST_BODY} bytes"))
        }
        status => Refusal::new(status, "the body broke off"),
    })
}

/// The media type of the body, without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
