//! Traces and metrics for whoever asks for them: spans on their way to an OpenTelemetry receiver, by OTLP over HTTP.
//!
//! Off unless the environment names a receiver. What is given here is taken or dropped at once: the SDK's own threads
//! encode and send it, from queues of limited length, and whoever gives it never waits.

mod courier;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, Method};
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanContext, Status, TraceContextExt as _, TraceFlags, TraceState};
use opentelemetry::{Context, InstrumentationScope, Key, KeyValue};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, IdGenerator as _, RandomIdGenerator, SpanData, SpanEvents, SpanLinks, SpanProcessor as _,
};

pub use opentelemetry::trace::{SpanId, SpanKind, TraceId};

use courier::Courier;

/// Where a request says which span it is a part of (W3C Trace Context).
pub const TRACEPARENT: &str = "traceparent";

/// A receiver takes what is sent in this time, unless the environment names another.
const SEND_LIMIT: Duration = Duration::from_secs(10);

/// Of a path so many characters are sent.
const LONGEST_PATH: usize = 200;

/// The conventions that names and attributes follow.
const SCHEMA: &str = "https://opentelemetry.io/schemas/1.41.0";

/// Why there can be no telemetry although a receiver is named.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A variable has what cannot be used.
    #[error("no telemetry: {0}; see the variables that begin with OTEL_EXPORTER_OTLP_")]
    Setting(#[from] ExporterBuildError),
    /// A protocol is wanted that is not spoken here.
    #[error("no telemetry: {variable} is {wanted:?}, and only http/protobuf is spoken here")]
    Protocol {
        /// The variable.
        variable: String,
        /// What it says.
        wanted: String,
    },
    /// The HTTP client cannot be made.
    #[error("no telemetry: cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// The way to the receiver. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Pipes>);

#[derive(Debug)]
struct Pipes {
    scope: InstrumentationScope,
    spans: Option<BatchSpanProcessor>,
    meters: Option<SdkMeterProvider>,
    courier: Courier,
}

/// Something that has taken its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The trace that it is a part of.
    pub trace: TraceId,
    /// Its own name in the trace.
    pub id: SpanId,
    /// The span that it is a part of; [`SpanId::INVALID`] for the whole trace.
    pub parent: SpanId,
    /// What it is to others.
    pub kind: SpanKind,
    /// What was done, in few and always the same words.
    pub name: Cow<'static, str>,
    /// When it began.
    pub began: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// What is known of it.
    pub attributes: Vec<KeyValue>,
    /// Why it came to nothing, as `error.type` has it; none if all went well.
    pub error: Option<Cow<'static, str>>,
}

impl Telemetry {
    /// Opens the way, if the environment names a receiver by `OTEL_EXPORTER_OTLP_ENDPOINT`, or by the variable of that kind
    /// for traces or for metrics alone, and `OTEL_SDK_DISABLED` does not say otherwise. `service` is who sends, unless the
    /// environment has another name; `measures` is whether it has any metrics. To be called within a Tokio runtime, which
    /// carries what is sent.
    ///
    /// # Errors
    /// If what the environment says cannot be used.
    pub fn open(service: &str, measures: bool) -> Result<Option<Self>, TelemetryError> {
        let (traces, metrics) = (is_wanted("TRACES"), measures && is_wanted("METRICS"));
        if said("OTEL_SDK_DISABLED").is_some_and(|word| word.eq_ignore_ascii_case("true")) || !(traces || metrics) {
            return Ok(None);
        }
        for (signal, _) in [("TRACES", traces), ("METRICS", metrics)].into_iter().filter(|(_, is_wanted)| *is_wanted) {
            if let Some((variable, wanted)) = of_signal(signal, "PROTOCOL").filter(|(_, word)| word != "http/protobuf")
            {
                return Err(TelemetryError::Protocol { variable, wanted });
            }
        }
        let (courier, resource) = (Courier::new(SEND_LIMIT)?, resource(service));
        let spans = traces.then(|| {
            let exporter =
                SpanExporter::builder().with_http().with_http_client(courier.within(limit("TRACES"))).build()?;
            let mut spans = BatchSpanProcessor::builder(exporter).build();
            spans.set_resource(&resource);
            Ok::<_, ExporterBuildError>(spans)
        });
        let meters = metrics.then(|| {
            let exporter =
                MetricExporter::builder().with_http().with_http_client(courier.within(limit("METRICS"))).build()?;
            let meters = SdkMeterProvider::builder().with_periodic_exporter(exporter);
            Ok::<_, ExporterBuildError>(meters.with_resource(resource.clone()).build())
        });
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME")).with_version(env!("CARGO_PKG_VERSION"));
        let scope = scope.with_schema_url(SCHEMA).build();
        Ok(Some(Self(Arc::new(Pipes { scope, spans: spans.transpose()?, meters: meters.transpose()?, courier }))))
    }

    /// Whether spans are wanted.
    #[must_use]
    pub fn has_traces(&self) -> bool {
        self.0.spans.is_some()
    }

    /// What measures are made with; none if none are wanted.
    #[must_use]
    pub fn meter(&self) -> Option<Meter> {
        self.0.meters.as_ref().map(|meters| meters.meter_with_scope(self.0.scope.clone()))
    }

    /// Sends a span; it is dropped where too many wait.
    pub fn give(&self, span: Span) {
        let Some(spans) = &self.0.spans else { return };
        let Span { trace, id, parent, kind, name, began, ended, mut attributes, error } = span;
        let status = if error.is_some() { Status::error("") } else { Status::Unset };
        attributes.extend(error.map(|error| KeyValue::new("error.type", error)));
        spans.on_end(SpanData {
            span_context: SpanContext::new(trace, id, TraceFlags::SAMPLED, false, TraceState::NONE),
            parent_span_id: parent,
            parent_span_is_remote: kind == SpanKind::Server,
            span_kind: kind,
            name,
            start_time: began,
            end_time: ended,
            attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status,
            instrumentation_scope: self.0.scope.clone(),
        });
    }

    /// The span that a request is a part of, if it says so, its caller's trace is kept, and spans are wanted.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Option<(TraceId, SpanId)> {
        self.0.spans.as_ref()?;
        let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers));
        let caller = context.span().span_context().clone();
        (caller.is_valid() && caller.is_sampled()).then(|| (caller.trace_id(), caller.span_id()))
    }

    /// Sends what is still to be sent, for so long at most. Gives the first thing that ever went wrong on the way, if
    /// anything did.
    pub async fn close(self, limit: Duration) -> Option<String> {
        let (spans, meters) = (Arc::clone(&self.0), Arc::clone(&self.0));
        // Both wait for their threads; what does not come to its end in time is left behind.
        let spans = tokio::task::spawn_blocking(move || spans.spans.as_ref().map(BatchSpanProcessor::shutdown));
        let meters = tokio::task::spawn_blocking(move || meters.meters.as_ref().map(SdkMeterProvider::shutdown));
        let _ = tokio::time::timeout(limit, async { tokio::join!(spans, meters) }).await;
        self.0.courier.trouble()
    }
}

/// What is sent of a request that is served: a span of its own below its caller's, by the conventions for HTTP.
pub(crate) struct Served {
    pub caller: (TraceId, SpanId),
    pub began: SystemTime,
    pub method: Method,
    pub path: String,
    /// The path with names in place of what differs from request to request; none if there is no such path.
    pub route: Option<String>,
    pub status: u16,
}

impl From<Served> for Span {
    fn from(served: Served) -> Self {
        const KNOWN: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let Served { caller: (trace, parent), began, method, path, route, status } = served;
        // A caller can make up others, as long as it likes.
        let method = if KNOWN.contains(&method) { method.to_string() } else { "_OTHER".to_owned() };
        Self {
            trace,
            id: RandomIdGenerator::default().new_span_id(),
            parent,
            kind: SpanKind::Server,
            name: route.as_ref().map_or_else(|| method.clone(), |route| format!("{method} {route}")).into(),
            began,
            ended: SystemTime::now(),
            // What the caller did wrong is no error of the server.
            error: (status >= 500).then(|| status.to_string().into()),
            attributes: [
                KeyValue::new("http.request.method", method),
                KeyValue::new("url.path", path.chars().take(LONGEST_PATH).collect::<String>()),
                KeyValue::new("url.scheme", "http"),
                KeyValue::new("http.response.status_code", i64::from(status)),
            ]
            .into_iter()
            .chain(route.map(|route| KeyValue::new("http.route", route)))
            .collect(),
        }
    }
}

/// A new trace's name.
#[must_use]
pub fn new_trace() -> TraceId {
    RandomIdGenerator::default().new_trace_id()
}

/// What a request says of the span that it is a part of.
#[must_use]
pub fn traceparent(trace: TraceId, span: SpanId) -> String {
    format!("00-{trace}-{span}-01")
}

/// What a variable says; an empty one says nothing.
fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The variable that says something of one kind of signals, or else of both, and what it says.
fn of_signal(signal: &str, what: &str) -> Option<(String, String)> {
    let variables = [format!("OTEL_EXPORTER_OTLP_{signal}_{what}"), format!("OTEL_EXPORTER_OTLP_{what}")];
    variables.into_iter().find_map(|variable| said(&variable).map(|word| (variable, word)))
}

/// How long a receiver may take for what it is sent. The exporter gives up after the same time.
fn limit(signal: &str) -> Duration {
    let said = of_signal(signal, "TIMEOUT").and_then(|(_, millis)| millis.parse().ok());
    said.map_or(SEND_LIMIT, Duration::from_millis)
}

/// Whether the environment names a receiver for one kind of signals.
fn is_wanted(signal: &str) -> bool {
    let is_named = [format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"), "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned()];
    let exporter = said(&format!("OTEL_{signal}_EXPORTER"));
    is_named.iter().any(|name| said(name).is_some()) && exporter.is_none_or(|exporter| exporter != "none")
}

/// Who sends: what the environment says of it, and otherwise `service`.
fn resource(service: &str) -> Resource {
    const NAME: &str = "service.name";
    let found = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build();
    let is_named = found.get(&Key::new(NAME)).is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    if is_named {
        return found;
    }
    let attributes = found.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    Resource::builder_empty().with_attributes(attributes).with_service_name(service.to_owned()).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_says_of_its_span_is_as_the_standard_has_it() {
        let (trace, span) = (TraceId::from_bytes([1; 16]), SpanId::from_bytes([2; 8]));
        assert_eq!(traceparent(trace, span), "00-01010101010101010101010101010101-0202020202020202-01");
    }

    #[test]
    fn a_refusal_is_no_error_of_the_server_and_a_fault_is_one() {
        let of = |status| {
            let caller = (TraceId::from_bytes([1; 16]), SpanId::from_bytes([2; 8]));
            let (path, route) = ("/tools/calculator".to_owned(), Some("/tools/{name}".to_owned()));
            Span::from(Served { caller, began: SystemTime::now(), method: Method::POST, path, route, status })
        };
        assert_eq!((of(403).error, of(503).error.as_deref()), (None, Some("503")));
        assert_eq!((of(200).name.as_ref(), of(200).kind), ("POST /tools/{name}", SpanKind::Server));
        assert_ne!(of(200).id, of(200).id);
    }
}
