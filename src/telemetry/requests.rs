//! Notes what the model is asked, for the verdict: a span for each question, and what it took.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use heist_tools::telemetry::{Span, SpanKind};
use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::metrics::{Measure, Measured};
use super::names::{
    AGENT, CACHED_TOKENS, CONVERSATION, ERROR, FINISH_REASONS, FIRST_CHUNK, INPUT_MESSAGES, INPUT_TOKENS, MAX_TOKENS,
    OPERATION, OUTPUT_MESSAGES, OUTPUT_TOKENS, OUTPUT_TYPE, PROVIDER, REQUEST_MODEL, REQUEST_STREAM, RESPONSE_MODEL,
    SEED, SERVER_ADDRESS, SERVER_PORT, SYSTEM_INSTRUCTIONS, TEMPERATURE, TOKEN_TYPE,
};
use super::{HEIST, Server, Told, Trace, content, span_id, turn_name};
use crate::heist::AgentName;
use crate::llm::{ChatReply, ChatRequest, LlmError, OddsAt};

/// What notes the questions to the model; by default nothing does.
#[derive(Clone, Debug, Default)]
pub struct Asks(Option<Arc<Asker>>);

#[derive(Debug)]
struct Asker {
    trace: Trace,
    session: Arc<str>,
    /// The turn that the questions are of, and whose it is.
    of: Option<(u32, AgentName)>,
}

/// A question to the model that is under way.
#[derive(Debug)]
pub struct Exchange<'a> {
    asker: Option<&'a Asker>,
    began: SystemTime,
    since: Instant,
    first: Option<Duration>,
}

impl Asks {
    pub(super) fn new(trace: Trace, session: &Arc<str>, of: Option<(u32, AgentName)>) -> Self {
        Self(Some(Arc::new(Asker { trace, session: Arc::clone(session), of })))
    }

    /// Begins to note a question that is asked now.
    #[must_use]
    pub fn begin(&self) -> Exchange<'_> {
        Exchange { asker: self.0.as_deref(), began: SystemTime::now(), since: Instant::now(), first: None }
    }
}

impl Exchange<'_> {
    /// Notes that a piece of the answer has come.
    pub fn heard(&mut self) {
        if self.asker.is_some() {
            self.first.get_or_insert_with(|| self.since.elapsed());
        }
    }

    /// Notes how the question came out.
    pub fn end(self, request: &ChatRequest, answer: &Result<ChatReply, LlmError>) {
        let Self { asker: Some(Asker { trace, session, of }), began, since, first } = self else { return };
        let (took, shared) = (since.elapsed(), &*trace.0);
        let streams = request.odds != Some(OddsAt::Responses);
        let first = first.filter(|_| streams);
        let error = answer.as_ref().err().map(kind);
        let mut common = common(request, answer, &shared.server);
        let measures = measures(took, first, answer, &common, error.as_ref());

        common.push(KeyValue::new(CONVERSATION, session.to_string()));
        common.push(KeyValue::new(REQUEST_STREAM, streams));
        common.push(KeyValue::new(MAX_TOKENS, i64::from(request.max_tokens)));
        // As it was written, not as a number of half the length has it.
        common.push(KeyValue::new(TEMPERATURE, (f64::from(request.temperature) * 1e3).round() / 1e3));
        common.push(KeyValue::new(OUTPUT_TYPE, if request.schema.is_some() { "json" } else { "text" }));
        common.extend(request.seed.map(|seed| KeyValue::new(SEED, seed.cast_signed())));
        common.extend(of.as_ref().map(|(_, agent)| KeyValue::new(AGENT, agent.to_string())));
        common.extend(first.map(|first| KeyValue::new(FIRST_CHUNK, first.as_secs_f64())));
        if let Ok(reply) = answer {
            let count = |name, count: Option<u32>| count.map(|count| KeyValue::new(name, i64::from(count)));
            let cached = reply.usage.prompt.zip(reply.usage.evaluated).map(|(all, read)| all.saturating_sub(read));
            common.extend(count(INPUT_TOKENS, reply.usage.prompt));
            common.extend(count(CACHED_TOKENS, cached.filter(|&cached| cached > 0)));
            common.extend(count(OUTPUT_TOKENS, reply.usage.generated));
            common.extend(content::finish(reply.finish).map(|reason| {
                KeyValue::new(FINISH_REASONS, Value::Array(Array::String(vec![StringValue::from(reason)])))
            }));
        }
        let said = if shared.content { said(request, answer) } else { Vec::new() };
        trace.tell(|book| {
            let number = book.number();
            common.extend(said.into_iter().filter(|said| book.has_room(said)));
            let span = Span {
                trace: shared.id,
                id: span_id(shared.id, &format!("request-{number}")),
                parent: span_id(shared.id, &of.as_ref().map_or_else(|| HEIST.to_owned(), |(turn, _)| turn_name(*turn))),
                kind: SpanKind::Client,
                name: format!("chat {}", request.model).into(),
                began,
                ended: began + took,
                attributes: common,
                error,
            };
            book.private(Told { span, measures })
        });
    }
}

/// What a request's span and its measures have in common.
fn common(request: &ChatRequest, answer: &Result<ChatReply, LlmError>, server: &Server) -> Vec<KeyValue> {
    let mut common = vec![
        KeyValue::new(OPERATION, "chat"),
        KeyValue::new(PROVIDER, server.provider),
        KeyValue::new(REQUEST_MODEL, request.model.clone()),
    ];
    common.extend(answer.as_ref().ok().map(|reply| KeyValue::new(RESPONSE_MODEL, reply.model.clone())));
    if let Some((host, port)) = &server.place {
        common.extend([KeyValue::new(SERVER_ADDRESS, host.clone()), KeyValue::new(SERVER_PORT, i64::from(*port))]);
    }
    common
}

fn measures(
    took: Duration,
    first: Option<Duration>,
    answer: &Result<ChatReply, LlmError>,
    common: &[KeyValue],
    error: Option<&Cow<'static, str>>,
) -> Vec<Measure> {
    let with = |value, more: Option<KeyValue>| Measure { value, attributes: [common, more.as_slice()].concat() };
    let mut measures = vec![with(Measured::Request(took), error.map(|error| KeyValue::new(ERROR, error.clone())))];
    measures.extend(first.map(|first| with(Measured::FirstChunk(first), None)));
    if let Ok(ChatReply { usage, .. }) = answer {
        for (kind, count) in [("input", usage.prompt), ("output", usage.generated)] {
            measures.extend(count.map(|count| with(Measured::Tokens(count), Some(KeyValue::new(TOKEN_TYPE, kind)))));
        }
    }
    measures
}

/// What was asked and answered.
fn said(request: &ChatRequest, answer: &Result<ChatReply, LlmError>) -> Vec<KeyValue> {
    let mut said = vec![
        KeyValue::new(SYSTEM_INSTRUCTIONS, content::instructions(request)),
        KeyValue::new(INPUT_MESSAGES, content::asked(request)),
    ];
    said.extend(answer.as_ref().ok().map(|reply| KeyValue::new(OUTPUT_MESSAGES, content::answered(reply))));
    said
}

/// What went wrong, as `error.type` has it.
fn kind(error: &LlmError) -> Cow<'static, str> {
    match error {
        LlmError::Refused { status, .. } => return status.as_u16().to_string().into(),
        LlmError::Idle { .. } | LlmError::Endless { .. } => "timeout",
        LlmError::Unreachable { .. } | LlmError::Untrusted { .. } | LlmError::NotTls { .. } => "unreachable",
        LlmError::Interrupted { .. } => "interrupted",
        LlmError::Overflow { .. } => "context_overflow",
        LlmError::SchemaRefused { .. } => "schema_refused",
        LlmError::ToolsRefused { .. } => "tools_refused",
        LlmError::Auth { .. } => "unauthorized",
        LlmError::NoModel { .. } => "no_model",
        LlmError::Failed { .. } => "failed",
        LlmError::TooLong { .. } => "too_long",
        LlmError::Empty { .. } => "empty",
        _ => "_OTHER",
    }
    .into()
}
