//! What a service counts, in the Prometheus text format 0.0.4.

use std::collections::HashMap;
use std::time::Duration;

use prometheus::{Histogram, HistogramOpts, IntCounterVec, Opts, Registry, TextEncoder};

use crate::service::Service;

/// Upper bounds of the histogram, in seconds: a call takes some tens of microseconds, a request at most ten seconds.
const BUCKETS: [f64; 12] = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 10.0];

/// The counters of one service.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    refusals: IntCounterVec,
    seconds: Histogram,
}

impl Metrics {
    pub fn new(service: Service) -> prometheus::Result<Self> {
        let label = HashMap::from([("service".to_owned(), service.name().to_owned())]);
        let registry = Registry::new_custom(Some("heist".to_owned()), Some(label))?;
        let requests = IntCounterVec::new(
            Opts::new("requests_total", "Requests answered, by route and HTTP status."),
            &["route", "status"],
        )?;
        let refusals = IntCounterVec::new(Opts::new("refusals_total", "Requests refused, by reason."), &["reason"])?;
        let seconds = Histogram::with_opts(
            HistogramOpts::new("request_duration_seconds", "Time from the head of a request to its answer.")
                .buckets(BUCKETS.to_vec()),
        )?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(refusals.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self { registry, requests, refusals, seconds })
    }

    /// A request was answered. `route` is a pattern such as `/tools/{name}`.
    pub fn answered(&self, route: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[route, &status.to_string()]).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// A request was refused. `reason` is one of a few fixed words.
    pub fn refused(&self, reason: &'static str) {
        self.refusals.with_label_values(&[reason]).inc();
    }

    pub fn text(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
