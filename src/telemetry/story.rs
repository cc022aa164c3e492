//! The spans of a heist that follow from its events: the heist, its turns, and the calls of tools.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use heist_tools::telemetry::{Span, SpanId, SpanKind, TraceId};
use opentelemetry::KeyValue;

use super::metrics::{Measure, Measured};
use super::names::{
    AGENT, CALL, CALL_ARGUMENTS, CALL_RESULT, CONVERSATION, ERROR, INPUT_TOKENS, OPERATION, OUTPUT_MESSAGES,
    OUTPUT_TOKENS, PROVIDER, TOOL, TOOL_TYPE, WORKFLOW,
};
use super::{HEIST, Told, content, span_id, turn_name};
use crate::heist::{AgentName, Event, EventKind, Message, Timestamp, ToolCall};

/// What is known of a heist that goes on.
#[derive(Debug)]
pub(super) struct Story {
    trace: TraceId,
    provider: &'static str,
    /// Whether what is said is told too.
    content: bool,
    session: Option<Arc<str>>,
    began: Option<SystemTime>,
    turn: Option<Turn>,
    calls: BTreeMap<String, (ToolCall, SystemTime)>,
}

#[derive(Debug)]
struct Turn {
    number: u32,
    agent: AgentName,
    began: SystemTime,
}

/// How a call came out.
struct Outcome<'a> {
    error: Option<&'static str>,
    result: Option<&'a String>,
}

impl Story {
    pub fn new(trace: TraceId, provider: &'static str, content: bool) -> Self {
        Self { trace, provider, content, session: None, began: None, turn: None, calls: BTreeMap::new() }
    }

    /// Takes in an event, and gives what has ended with it. Of a session that goes on, what had begun before begins here.
    pub fn take(&mut self, event: &Event) -> Vec<Told> {
        let at = moment(event.at);
        let began = *self.began.get_or_insert(at);
        self.session.get_or_insert_with(|| Arc::clone(&event.session));
        match &event.kind {
            EventKind::TurnStarted { turn, agent, .. } => {
                self.turn = Some(Turn { number: *turn, agent: agent.clone(), began: at });
                Vec::new()
            }
            EventKind::MessageCompleted(message) => {
                let turn = self.turn.take();
                let turn = turn.unwrap_or_else(|| Turn { number: message.turn, agent: message.agent.clone(), began });
                vec![self.turn(turn, at, Some(message), None)]
            }
            EventKind::FaultRaised(fault) if fault.turn.is_some() => {
                self.turn.take().map(|turn| self.turn(turn, at, None, Some("no_message"))).into_iter().collect()
            }
            EventKind::ToolCalled(call) => {
                self.calls.insert(call.id.clone(), (call.clone(), at));
                Vec::new()
            }
            EventKind::ToolReturned(answer) => {
                let outcome = Outcome { error: (!answer.ok).then_some("tool_error"), result: answer.result.as_ref() };
                self.calls.remove(&answer.id).map(|call| self.call(call, at, &outcome)).into_iter().collect()
            }
            EventKind::ToolDenied(denial) => {
                let outcome = Outcome { error: Some("denied"), result: None };
                self.calls.remove(&denial.id).map(|call| self.call(call, at, &outcome)).into_iter().collect()
            }
            EventKind::SessionCompleted(_) => self.end(at, None),
            EventKind::SessionFailed(failure) => {
                self.end(at, Some(if failure.stopped { "stopped" } else { "cut_off" }))
            }
            _ => Vec::new(),
        }
    }

    fn turn(&self, turn: Turn, at: SystemTime, message: Option<&Message>, error: Option<&'static str>) -> Told {
        let Turn { number, agent, began } = turn;
        let agent = KeyValue::new(AGENT, agent.to_string());
        let mut attributes = vec![KeyValue::new(PROVIDER, self.provider), agent.clone()];
        if let Some(Message { tokens, text, .. }) = message {
            // What everybody may know of the costs; the scripted crew has none.
            if !tokens.is_nothing() {
                attributes.push(KeyValue::new(INPUT_TOKENS, i64::from(tokens.prompt)));
                attributes.push(KeyValue::new(OUTPUT_TOKENS, i64::from(tokens.generated)));
            }
            if self.content {
                attributes.push(KeyValue::new(OUTPUT_MESSAGES, content::said(text)));
            }
        }
        let name = format!("invoke_agent {}", agent.value);
        let took = Measure { value: Measured::Turn(between(began, at)), attributes: vec![agent] };
        self.told((&turn_name(number), HEIST), ("invoke_agent", name), (began, at), attributes, error, Some(took))
    }

    fn call(&self, (call, began): (ToolCall, SystemTime), at: SystemTime, outcome: &Outcome) -> Told {
        let ToolCall { id, turn, agent, tool, arguments } = call;
        let told_by = vec![KeyValue::new(TOOL, tool.clone()), KeyValue::new(AGENT, agent.to_string())];
        let mut attributes = told_by.clone();
        attributes.push(KeyValue::new(CALL, id.clone()));
        attributes.push(KeyValue::new(TOOL_TYPE, "extension"));
        if self.content {
            attributes.push(KeyValue::new(CALL_ARGUMENTS, arguments));
            attributes.extend(outcome.result.map(|result| KeyValue::new(CALL_RESULT, result.clone())));
        }
        let name = format!("execute_tool {tool}");
        let took = Measure { value: Measured::Call(between(began, at)), attributes: told_by };
        let times = (began, at);
        self.told((&id, &turn_name(turn)), ("execute_tool", name), times, attributes, outcome.error, Some(took))
    }

    /// Ends all that has not ended.
    fn end(&mut self, at: SystemTime, error: Option<&'static str>) -> Vec<Told> {
        let calls = std::mem::take(&mut self.calls).into_values();
        let mut told: Vec<_> = calls.map(|call| self.call(call, at, &Outcome { error, result: None })).collect();
        told.extend(self.turn.take().map(|turn| self.turn(turn, at, None, error)));
        let attributes = vec![KeyValue::new(PROVIDER, self.provider), KeyValue::new(WORKFLOW, HEIST)];
        let times = (self.began.unwrap_or(at), at);
        let name = ("invoke_workflow", format!("invoke_workflow {HEIST}"));
        let mut whole = self.told((HEIST, HEIST), name, times, attributes, error, None);
        whole.span.parent = SpanId::INVALID;
        told.push(whole);
        told
    }

    fn told(
        &self,
        (what, parent): (&str, &str),
        (operation, name): (&'static str, String),
        (began, ended): (SystemTime, SystemTime),
        mut attributes: Vec<KeyValue>,
        error: Option<&'static str>,
        took: Option<Measure>,
    ) -> Told {
        attributes.push(KeyValue::new(OPERATION, operation));
        attributes.extend(self.session.as_ref().map(|session| KeyValue::new(CONVERSATION, session.to_string())));
        let mut measures: Vec<_> = took.into_iter().collect();
        for Measure { attributes, .. } in &mut measures {
            attributes.extend(error.map(|error| KeyValue::new(ERROR, error)));
        }
        let span = Span {
            trace: self.trace,
            id: span_id(self.trace, what),
            parent: span_id(self.trace, parent),
            kind: SpanKind::Internal,
            name: name.into(),
            began,
            ended,
            attributes,
            error: error.map(Into::into),
        };
        Told { span, measures }
    }
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(0))
}

fn between(began: SystemTime, ended: SystemTime) -> Duration {
    ended.duration_since(began).unwrap_or_default()
}
