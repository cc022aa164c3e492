//! A sample of an Inspect log: its messages, or where these name nobody, its events.

use std::collections::BTreeMap;

use serde_json::Value;

use super::chat::Chat;
use super::{Placed, line, name, own};
use crate::analyze::LeftOut;

/// How deep agents may lie in each other.
const DEEPEST: usize = 64;

/// What stands in an event in place of a long text, before the text's key among the sample's attachments.
const ATTACHED: &str = "attachment://";

/// Whether it has samples, or is one.
pub(super) fn is_like(document: &Value) -> bool {
    document["samples"].is_array() || document["eval"].is_object() || is_sample(document)
}

fn is_sample(value: &Value) -> bool {
    let has = |key: &str| value[key].as_array().is_some_and(|list| !list.is_empty());
    value["id"] != Value::Null && value["epoch"].is_number() && (has("messages") || has("events"))
}

/// The samples of a log, or the one that the document is.
///
/// # Errors
/// If there is none.
pub(in crate::analyze) fn samples(mut document: Value) -> Result<Vec<Value>, String> {
    if is_sample(&document) {
        return Ok(vec![document]);
    }
    match document.get_mut("samples").map(Value::take) {
        Some(Value::Array(samples)) if !samples.is_empty() => Ok(samples),
        _ => Err("it has no samples: an Inspect log has them unless only its header was read".to_owned()),
    }
}

/// What a sample is called behind the name of its log.
pub(in crate::analyze) fn name_of(sample: &Value) -> String {
    let id = line::text(&sample["id"]);
    match &sample["epoch"] {
        Value::Number(epoch) if epoch.as_u64() != Some(1) => format!("#{id}:{epoch}"),
        _ => format!("#{id}"),
    }
}

/// What a sample tells. Its scores, its target and what else is said of its end are not read.
pub(in crate::analyze) fn events(sample: &mut Value, left_out: &mut LeftOut) -> Placed {
    put_back(sample);
    if let Some(events) = own::events(sample, left_out) {
        return events;
    }
    let list = |key: &str| sample[key].as_array().map_or(&[][..], Vec::as_slice);
    let (messages, events) = (list("messages"), list("events"));
    if !messages.iter().any(|message| speaker(message).is_some()) && events.iter().any(is_agents_begin) {
        of_events(events, left_out)
    } else {
        of_messages(messages, left_out)
    }
}

/// Puts the attached texts where they belong.
fn put_back(sample: &mut Value) {
    let attachments = sample.get_mut("attachments").map(Value::take).unwrap_or_default();
    let Some(events) = sample.get_mut("events").filter(|_| attachments.is_object()) else { return };
    let mut open = vec![events];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => {
                let attached = text.strip_prefix(ATTACHED).and_then(|key| attachments[key].as_str());
                if let Some(attached) = attached {
                    *text = attached.to_owned();
                }
            }
            Value::Array(values) => open.extend(values),
            Value::Object(members) => open.extend(members.values_mut()),
            _ => {}
        }
    }
}

fn of_messages(messages: &[Value], left_out: &mut LeftOut) -> Placed {
    let mut chat = Chat::new(left_out);
    for (number, message) in (1..).zip(messages) {
        match speaker(message) {
            Some((agent, text)) => chat.take(number, &with_content(message, text), Some(agent)),
            None if message["role"] == "user" => chat.remark(number, "it is the task's, who is no agent"),
            None => {
                if message["role"] == "assistant" {
                    chat.remark(number, "it names no agent, so its role stands for one");
                }
                chat.take(number, message, name(&message["role"]));
            }
        }
    }
    chat.into_events()
}

/// Who says a message, and its text where a name stood before that: in Inspect messages have no names, so that these are
/// in the metadata, or before the first text, where one agent hands over to another.
fn speaker(message: &Value) -> Option<(&str, Option<&str>)> {
    if message["role"] != "assistant" && message["role"] != "user" {
        return None;
    }
    let told = [&message["metadata"]["agent"], &message["agent"], &message["name"]].into_iter().find_map(name);
    if let Some(agent) = told {
        return Some((agent, None));
    }
    let (before, text) = first_text(&message["content"])?.strip_prefix('[')?.split_once("] ")?;
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "_- .".contains(letter));
    is_name(before).then_some((before, Some(text)))
}

/// A content, or the first text among its parts.
fn first_text(content: &Value) -> Option<&str> {
    let parts = || content.as_array()?.iter().find_map(|part| part["text"].as_str());
    content.as_str().or_else(parts)
}

/// The message with another first text.
fn with_content(message: &Value, text: Option<&str>) -> Value {
    let mut message = message.clone();
    let Some(text) = text else { return message };
    let content = &mut message["content"];
    let parts = content.as_array_mut().into_iter().flatten();
    match parts.into_iter().find(|part| part["text"].is_string()) {
        Some(part) => part["text"] = text.into(),
        None => *content = text.into(),
    }
    message
}

/// Whether an event begins what an agent does.
fn is_agents_begin(event: &Value) -> bool {
    event["event"] == "span_begin" && event["type"] == "agent"
}

/// What the models of the agents say and what the tools answer, each within its agent's span.
fn of_events(events: &[Value], left_out: &mut LeftOut) -> Placed {
    // By a span's id its agent, if it is an agent's, and the span that it lies in.
    let mut spans: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    let mut chat = Chat::new(left_out);
    for (number, event) in (1..).zip(events) {
        match event["event"].as_str().unwrap_or_default() {
            "span_begin" => {
                if let Some(id) = event["id"].as_str() {
                    let agent = name(&event["name"]).filter(|_| is_agents_begin(event));
                    spans.insert(id, (agent, event["parent_id"].as_str()));
                }
            }
            "model" => {
                let mut around = std::iter::successors(event["span_id"].as_str(), |id| spans.get(id)?.1).take(DEEPEST);
                let agent = around.find_map(|id| spans.get(id)?.0);
                chat.take(number, &event["output"]["choices"][0]["message"], agent);
            }
            "tool" => {
                let answer = match &event["error"] {
                    Value::Null => Ok(line::words(&event["result"], &mut Vec::new()).ok().flatten()),
                    error => Err(line::text(error.get("message").unwrap_or(error))),
                };
                let answer = answer.map(|text| text.unwrap_or_else(|| line::text(&event["result"])));
                chat.answer(number, event["id"].as_str().unwrap_or_default(), answer);
            }
            _ => {}
        }
    }
    chat.into_events()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::heist::EventKind;

    /// A log's events in short, and what is told of it.
    fn read(log: &Value) -> (Vec<String>, Vec<String>) {
        assert!(is_like(log), "{log}");
        let mut left_out = LeftOut::default();
        let mut samples = samples(log.clone()).unwrap();
        let events = events(&mut samples[0], &mut left_out).into_iter().map(|(number, event)| match event {
            EventKind::MessageCompleted(message) => format!("{number} {}: {}", message.agent, message.text),
            EventKind::ToolCalled(call) => format!("{number} {} asks {} {}", call.agent, call.tool, call.arguments),
            EventKind::ToolReturned(answer) => {
                format!("{number} {} reads {}", answer.agent, answer.result.or(answer.error).unwrap())
            }
            other => panic!("{other:?}"),
        });
        (events.collect(), left_out.told())
    }

    #[test]
    fn messages_are_read_with_the_agents_that_they_name() {
        let call = json!({ "id": "c", "function": "tide_table", "arguments": { "port": "east" }, "type": "function" });
        let messages = json!([
            { "role": "system", "content": "You sail." },
            { "role": "user", "content": "Plan the trip.", "source": "input" },
            { "role": "assistant", "content": "", "tool_calls": [call], "metadata": { "agent": "skipper" } },
            { "role": "tool", "content": "High at 14:10.", "tool_call_id": "c", "function": "tide_table" },
            { "role": "assistant", "content": [{ "type": "text", "text": "We leave at 14:10." }], "metadata": { "agent": "skipper" } },
            { "role": "assistant", "content": "[mate] At 15:40, you mean." },
            { "role": "assistant", "content": [{ "type": "reasoning", "reasoning": "Hm." }, { "type": "text", "text": "[cook] Soup?" }] },
        ]);
        let sample =
            json!({ "id": "1", "epoch": 1, "input": "x", "target": "mate", "messages": messages, "scores": {} });
        let log = json!({ "version": 2, "status": "success", "eval": { "task": "trip" }, "samples": [sample, sample] });
        let expected = [
            "3 skipper asks tide_table east",
            "4 skipper reads High at 14:10.",
            "5 skipper: We leave at 14:10.",
            "6 mate: At 15:40, you mean.",
            "7 cook: Soup?",
        ];
        let (events, told) = read(&log);
        assert_eq!(events, expected);
        assert!(told.len() == 2 && told[0].contains("message 2: it is the task's"), "{told:?}");
        assert_eq!(read(&sample).0, expected);
        assert_eq!(samples(log).unwrap().len(), 2);
    }

    #[test]
    fn where_messages_name_nobody_the_spans_of_the_events_do() {
        let said = |text: &str, calls: Value| json!({ "choices": [{ "message": { "role": "assistant", "content": text, "tool_calls": calls } }] });
        let call = json!([{ "id": "c", "function": "tide_table", "arguments": { "port": "east" } }]);
        let log = json!({ "eval": {}, "samples": [{ "id": 1, "epoch": 1,
            "messages": [{ "role": "assistant", "content": "All of it." }],
            "attachments": { "a1": "At 15:40." },
            "events": [
                { "event": "span_begin", "id": "s1", "type": "agent", "name": "skipper" },
                { "event": "span_begin", "id": "s2", "type": "tool", "name": "x", "parent_id": "s1" },
                { "event": "model", "span_id": "s2", "output": said("Wait.", call) },
                { "event": "tool", "id": "c", "span_id": "s2", "function": "tide_table", "result": "High at 14:10." },
                { "event": "span_begin", "id": "s3", "type": "agent", "name": "mate", "parent_id": "s3" },
                { "event": "model", "span_id": "s3", "output": said("attachment://a1", Value::Null) },
                { "event": "model", "span_id": "s9", "output": said("Who is it?", Value::Null) },
                { "event": "tool", "id": "d", "result": "", "error": { "type": "timeout", "message": "slow" } },
            ] }] });
        let (events, told) = read(&log);
        let expected = [
            "3 skipper: Wait.",
            "3 skipper asks tide_table east",
            "4 skipper reads High at 14:10.",
            "6 mate: At 15:40.",
        ];
        assert_eq!(events, expected);
        assert!(
            told[0].contains("message 7: it names nobody") && told[1].contains("message 8: it answers a call"),
            "{told:?}"
        );
    }

    #[test]
    fn a_log_without_samples_is_told_of() {
        for log in [json!({ "eval": {}, "version": 2 }), json!({ "samples": [] }), json!({ "samples": 5 })] {
            assert!(samples(log.clone()).unwrap_err().contains("samples"), "{log}");
        }
    }

    #[test]
    fn a_sample_is_called_by_its_id_and_where_there_are_several_by_its_epoch() {
        for (sample, name) in [
            (json!({ "id": 7, "epoch": 1 }), "#7"),
            (json!({ "id": "seed-7", "epoch": 2 }), "#seed-7:2"),
            (json!({ "id": "x" }), "#x"),
        ] {
            assert_eq!(name_of(&sample), name);
        }
    }
}
