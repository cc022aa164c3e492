//! What is said, asked and answered, in the shapes of the conventions; only for who has asked for it.

use serde_json::{Value, json};

use crate::llm::{ChatReply, ChatRequest, Finish};

/// The variable that asks for it.
const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

/// Its values that ask for content in spans.
const WANTED: [&str; 3] = ["true", "span_only", "span_and_event"];

/// Whether the environment asks for content. There are no events that it could be in.
pub fn is_wanted() -> bool {
    std::env::var(CAPTURE).is_ok_and(|value| WANTED.iter().any(|wanted| value.eq_ignore_ascii_case(wanted)))
}

/// What the model is told to be.
pub fn instructions(request: &ChatRequest) -> String {
    json!([text(&request.system)]).to_string()
}

/// What it is asked.
pub fn asked(request: &ChatRequest) -> String {
    let message = |role: &str, said: &str| json!({ "role": role, "parts": [text(said)] });
    let shown = request.shown.iter().flat_map(|(asked, said)| [message("user", asked), message("assistant", said)]);
    shown.chain([message("user", &request.user)]).collect::<Value>().to_string()
}

/// What it answers.
pub fn answered(reply: &ChatReply) -> String {
    let said = (!reply.text.is_empty()).then(|| text(&reply.text));
    let calls = reply
        .calls
        .iter()
        .map(|call| json!({ "type": "tool_call", "name": call.name, "arguments": arguments(&call.arguments) }));
    spoken(said.into_iter().chain(calls), finish(reply.finish).unwrap_or("stop"))
}

/// What an agent says in the end.
pub fn said(message: &str) -> String {
    spoken([text(message)].into_iter(), "stop")
}

/// Why an answer ended, in the conventions' words; none if nobody knows.
pub fn finish(finish: Finish) -> Option<&'static str> {
    match finish {
        Finish::Stop => Some("stop"),
        Finish::Length => Some("length"),
        Finish::Other => None,
    }
}

fn spoken(parts: impl Iterator<Item = Value>, finish: &str) -> String {
    json!([{ "role": "assistant", "parts": parts.collect::<Value>(), "finish_reason": finish }]).to_string()
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "content": text })
}

/// Arguments as JSON, if they are.
fn arguments(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
