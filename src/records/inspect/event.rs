//! The transcript of a sample (`inspect_ai.event`): spans of rounds and of agents, and in them what models and tools did.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::message::{CallError, Output, Usual};
use super::scores::Score;
use crate::heist::Timestamp;

/// An entry of the transcript.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Entry {
    /// Unique within the sample.
    pub uuid: String,
    /// The span that it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// When it began.
    pub timestamp: Timestamp,
    /// Seconds from the sample's beginning, without those in which the heist stood still.
    pub working_start: f64,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum What {
    /// A round, an agent's turn, or one of the parts that every transcript has.
    SpanBegin {
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent_id: Option<String>,
        #[serde(rename = "type")]
        kind: &'static str,
        name: String,
    },
    /// It ends.
    SpanEnd { id: String },
    /// An agent's model has called a tool or said something.
    Model {
        model: String,
        /// Always empty: the prompt is not recorded. What was said before stands in `input_refs`.
        input: [(); 0],
        /// From which to which message (without it) of the sample's `events_data`.
        input_refs: [(usize, usize); 1],
        tools: [(); 0],
        tool_choice: &'static str,
        config: Usual,
        output: Box<Output>,
        completed: Timestamp,
        working_time: f64,
    },
    /// A tool has answered.
    Tool {
        id: String,
        #[serde(rename = "type")]
        kind: &'static str,
        function: String,
        arguments: BTreeMap<String, String>,
        result: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<CallError>,
        #[serde(skip_serializing_if = "Option::is_none")]
        failed: Option<bool>,
        message_id: String,
        completed: Timestamp,
        working_time: f64,
    },
    /// What the plan, the detector, the judge or the player has to say.
    Info { source: &'static str, data: Value },
    /// How the sample is scored.
    Score { score: Score, target: String, scorer: &'static str },
}
