//! What a service counts, in the Prometheus text format 0.0.4.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::service::Service;

/// The counters of one service.
pub struct Metrics {
    service: Service,
    // A lock held for one addition, never across an await.
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    requests: BTreeMap<u16, u64>,
    refused: BTreeMap<&'static str, u64>,
    seconds: f64,
}

impl Metrics {
    pub fn new(service: Service) -> Self {
        Self { service, counts: Mutex::default() }
    }

    pub fn request(&self, status: u16, took: Duration) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.requests.entry(status).or_default() += 1;
        counts.seconds += took.as_secs_f64();
    }

    pub fn refused_token(&self, reason: &'static str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.refused.entry(reason).or_default() += 1;
    }

    pub fn text(&self) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let service = self.service.name();
        let mut text = String::from(
            "# HELP heist_requests_total Requests answered, by status.\n# TYPE heist_requests_total counter\n",
        );
        // Writing to a String cannot fail.
        for (status, count) in &counts.requests {
            let _ = writeln!(text, "heist_requests_total{{service=\"{service}\",status=\"{status}\"}} {count}");
        }
        text.push_str(
            "# HELP heist_request_duration_seconds Time from the head of a request to its answer.\n\
             # TYPE heist_request_duration_seconds summary\n",
        );
        let answered: u64 = counts.requests.values().sum();
        let _ = writeln!(text, "heist_request_duration_seconds_sum{{service=\"{service}\"}} {}", counts.seconds);
        let _ = writeln!(text, "heist_request_duration_seconds_count{{service=\"{service}\"}} {answered}");
        text.push_str(
            "# HELP heist_tokens_refused_total Access tokens refused, by reason.\n\
             # TYPE heist_tokens_refused_total counter\n",
        );
        for (reason, count) in &counts.refused {
            let _ = writeln!(text, "heist_tokens_refused_total{{service=\"{service}\",reason=\"{reason}\"}} {count}");
        }
        text
    }
}
