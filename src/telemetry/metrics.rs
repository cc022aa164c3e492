//! What is measured, in histograms with the conventions' buckets.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

/// Upper bounds in seconds, for requests and for calls of tools.
const SHORT: [f64; 14] = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// The same for turns.
const LONG: [f64; 13] = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];

/// Upper bounds in tokens.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// One thing that was measured, with what it is to be told apart by.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub value: Measured,
    pub attributes: Vec<KeyValue>,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// How long a request to the model took.
    Request(Duration),
    /// How long it took until the first piece of its answer came.
    FirstChunk(Duration),
    /// How many tokens it read or wrote.
    Tokens(u32),
    /// How long an agent's turn took.
    Turn(Duration),
    /// How long a call of a tool took.
    Call(Duration),
}

/// What measures are taken with.
#[derive(Debug)]
pub struct Instruments {
    requests: Histogram<f64>,
    first_chunks: Histogram<f64>,
    tokens: Histogram<u64>,
    turns: Histogram<f64>,
    calls: Histogram<f64>,
}

impl Instruments {
    pub fn new(meter: &Meter) -> Self {
        let seconds = |name, bounds: &[f64], what| {
            let histogram = meter.f64_histogram(name).with_unit("s").with_boundaries(bounds.to_vec());
            histogram.with_description(what).build()
        };
        let tokens = meter.u64_histogram("gen_ai.client.token.usage").with_unit("{token}");
        Self {
            requests: seconds("gen_ai.client.operation.duration", &SHORT, "How long requests to the model take"),
            first_chunks: seconds(
                "gen_ai.client.operation.time_to_first_chunk",
                &SHORT,
                "How long it takes until the first piece of an answer comes",
            ),
            tokens: tokens.with_boundaries(TOKENS.to_vec()).with_description("Tokens read and written").build(),
            turns: seconds("gen_ai.invoke_agent.duration", &LONG, "How long the agents' turns take"),
            calls: seconds("gen_ai.execute_tool.duration", &SHORT, "How long calls of tools take"),
        }
    }

    pub fn take(&self, Measure { value, attributes }: &Measure) {
        match value {
            Measured::Request(time) => self.requests.record(time.as_secs_f64(), attributes),
            Measured::FirstChunk(time) => self.first_chunks.record(time.as_secs_f64(), attributes),
            Measured::Tokens(count) => self.tokens.record(u64::from(*count), attributes),
            Measured::Turn(time) => self.turns.record(time.as_secs_f64(), attributes),
            Measured::Call(time) => self.calls.record(time.as_secs_f64(), attributes),
        }
    }
}
