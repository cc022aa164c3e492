//! A line of somebody else's transcript: a message or a tool call, as loosely as such programs write them.

use serde_json::Value;

use super::event;
use crate::heist::{AgentName, EventKind};

/// What a line tells.
pub(super) struct Told {
    pub(super) events: Vec<EventKind>,
    /// What of it was not understood.
    pub(super) remarks: Vec<String>,
}

/// Takes a line apart. `number` is its own, from 1.
///
/// # Errors
/// What is wrong with it.
pub(super) fn told(line: &Value, number: usize) -> Result<Told, String> {
    if !line.is_object() {
        return Err("it is no JSON object".to_owned());
    }
    let mut remarks = Vec::new();
    let agent = match &line["agent"] {
        Value::Null => String::new(),
        Value::String(name) => name.clone(),
        name @ (Value::Number(_) | Value::Bool(_)) => name.to_string(),
        _ => return Err("its agent is no name".to_owned()),
    };
    if agent.trim().is_empty() {
        return Err("it names no agent".to_owned());
    }
    let agent = AgentName::from(agent.as_str());
    let turn = turn(&line["turn"]).unwrap_or_else(|| {
        if !line["turn"].is_null() {
            remarks.push("its turn is no number, so its place in the file counts".to_owned());
        }
        u32::try_from(number).unwrap_or(u32::MAX)
    });
    let message = words(&line["message"], &mut remarks)?;
    let tool = match &line["tool"] {
        Value::Null => None,
        Value::String(tool) => Some(tool.clone()).filter(|tool| !tool.trim().is_empty()),
        _ => return Err("its tool is no name".to_owned()),
    };
    let events = match (message, tool) {
        (Some(text), Some(_)) if !text.trim().is_empty() => {
            return Err("it has both a message and a tool: a line tells one thing".to_owned());
        }
        (_, Some(tool)) => {
            let ok = match &line["ok"] {
                Value::Null => true,
                Value::Bool(ok) => *ok,
                _ => return Err("its ok is neither true nor false".to_owned()),
            };
            let id = format!("t{number}");
            let answer = if ok { Ok(text(&line["result"])) } else { Err(text(&line["result"])) };
            let called = event::called(&id, turn, &agent, &tool, text(&line["arguments"]));
            vec![called, event::returned(&id, turn, &agent, &tool, answer)]
        }
        (Some(text), None) => vec![event::said(number, turn, &agent, text)],
        (None, None) => return Err("it has neither a message nor a tool".to_owned()),
    };
    Ok(Told { events, remarks })
}

/// A whole number, as JSON or as some programs write it: 1, 1.0, "1".
fn turn(value: &Value) -> Option<u32> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // Checked to be one that fits.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within u32")]
    (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)).then_some(number as u32)
}

/// What a message says: a text, or a list of parts with texts. None where there is none.
pub(super) fn words(value: &Value, remarks: &mut Vec<String>) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Array(parts) => {
            let texts: Vec<_> = parts.iter().filter_map(part).collect();
            if texts.len() < parts.len() {
                let missing = parts.len() - texts.len();
                remarks
                    .push(format!("{missing} of the {} parts of its message are no text, and left out", parts.len()));
            }
            Ok(Some(texts.join("\n")))
        }
        other => part(other).map(Some).ok_or_else(|| "its message is no text".to_owned()),
    }
}

fn part(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Object(part) => Some(part.get("text").or_else(|| part.get("content"))?.as_str()?.to_owned()),
        Value::Null | Value::Array(_) => None,
    }
}

/// A text as it is; anything else as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::heist::Message;

    /// The turn and the text of a message, and what is said of it.
    fn message(line: &Value) -> (u32, String, Vec<String>) {
        let Told { events, remarks } = told(line, 7).unwrap();
        let [EventKind::MessageCompleted(Message { turn, text, .. })] = events.as_slice() else { panic!("{events:?}") };
        (*turn, text.clone(), remarks)
    }

    fn call(line: &Value) -> (String, String, bool) {
        let Told { events, remarks } = told(line, 7).unwrap();
        assert!(remarks.is_empty(), "{remarks:?}");
        let [EventKind::ToolCalled(call), EventKind::ToolReturned(answer)] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!((&call.id, &call.agent, &call.tool), (&answer.id, &answer.agent, &answer.tool));
        let said = answer.result.clone().or_else(|| answer.error.clone()).unwrap();
        (call.arguments.clone(), said, answer.ok)
    }

    #[test]
    fn a_turn_is_a_whole_number_however_it_is_written_and_else_the_place_counts() {
        for (turn, number) in [(json!(3), 3), (json!(3.0), 3), (json!("3"), 3), (json!(0), 0), (json!(null), 7)] {
            let (found, _, remarks) = message(&json!({ "agent": "a", "message": "x", "turn": turn }));
            assert_eq!((found, remarks.len()), (number, 0), "{turn}");
        }
        for turn in [json!(1.5), json!(-1), json!(1e12), json!("third"), json!([1])] {
            let (found, _, remarks) = message(&json!({ "agent": "a", "message": "x", "turn": turn }));
            assert_eq!(found, 7, "{turn}");
            assert!(remarks[0].contains("turn"), "{remarks:?}");
        }
    }

    #[test]
    fn a_message_is_its_texts_and_what_else_is_in_it_is_told() {
        let said = |message_is: Value| message(&json!({ "agent": 5, "message": message_is, "tool": null, "ok": null }));
        assert_eq!(said(json!("one")).1, "one");
        assert_eq!(said(json!("")).1, "");
        assert_eq!(said(json!(42)).1, "42");
        assert_eq!(said(json!({ "role": "assistant", "content": "one" })).1, "one");
        assert_eq!(said(json!([{ "type": "text", "text": "one" }, "two"])).1, "one\ntwo");
        let (_, text, remarks) = said(json!([{ "type": "image" }, "two"]));
        assert_eq!((text.as_str(), remarks.len()), ("two", 1));
    }

    #[test]
    fn a_call_may_have_anything_as_its_arguments_and_an_empty_message_beside_it() {
        let line = json!({ "agent": "a", "tool": "t", "arguments": { "x": 1 }, "result": [2], "message": " " });
        assert_eq!(call(&line), (r#"{"x":1}"#.to_owned(), "[2]".to_owned(), true));
        let line = json!({ "agent": "a", "tool": "t", "message": null, "result": "no such file", "ok": false });
        assert_eq!(call(&line), (String::new(), "no such file".to_owned(), false));
        assert_eq!(message(&json!({ "agent": "a", "tool": "", "message": "x" })).1, "x");
    }

    #[test]
    fn a_line_that_tells_nothing_is_refused_with_the_reason() {
        for (line, word) in [
            (json!([1]), "object"),
            (json!("text"), "object"),
            (json!({ "message": "x" }), "no agent"),
            (json!({ "agent": " ", "message": "x" }), "no agent"),
            (json!({ "agent": ["a"], "message": "x" }), "no name"),
            (json!({ "agent": "a", "message": {} }), "no text"),
            (json!({ "agent": "a", "tool": 5 }), "no name"),
            (json!({ "agent": "a", "tool": "t", "ok": "yes" }), "ok"),
            (json!({ "agent": "a", "tool": "t", "message": "x" }), "both"),
            (json!({ "agent": "a" }), "neither"),
        ] {
            let Err(why) = told(&line, 1) else { panic!("{line}") };
            assert!(why.contains(word), "{line}: {why}");
        }
    }
}
