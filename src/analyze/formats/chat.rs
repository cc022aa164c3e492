//! Messages of a chat, as the servers' APIs write them: who says what, which tools are called, and what these answer.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Placed, event, line, name};
use crate::analyze::LeftOut;
use crate::heist::{AgentName, EventKind};

/// Roles of those who give orders and take no part.
const ORDERS: [&str; 2] = ["system", "developer"];

/// Roles in which tools answer.
const ANSWERS: [&str; 2] = ["tool", "function"];

/// A chat while it is read.
pub(super) struct Chat<'a> {
    left_out: &'a mut LeftOut,
    events: Placed,
    /// Calls that have no answer yet, by their ids in the file.
    open: BTreeMap<String, Call>,
}

/// A call that a tool is to answer.
struct Call {
    id: String,
    turn: u32,
    agent: AgentName,
    tool: String,
}

impl<'a> Chat<'a> {
    pub(super) fn new(left_out: &'a mut LeftOut) -> Self {
        left_out.counts("message");
        Self { left_out, events: Vec::new(), open: BTreeMap::new() }
    }

    pub(super) fn into_events(self) -> Placed {
        self.events
    }

    /// Says something of a message.
    pub(super) fn remark(&mut self, number: usize, why: &str) {
        self.left_out.line(number, why);
    }

    /// Takes in a message, said by this agent if it is an agent's.
    pub(super) fn take(&mut self, number: usize, message: &Value, agent: Option<&str>) {
        if !message.is_object() {
            return self.remark(number, "it is no JSON object, and left out");
        }
        match message["role"].as_str().unwrap_or_default() {
            role if ORDERS.contains(&role) => {}
            role if ANSWERS.contains(&role) => {
                let key = name(&message["tool_call_id"]).or_else(|| name(&message["name"]));
                let answer = match &message["error"] {
                    Value::Null => Ok(self.words(number, &message["content"])),
                    error => Err(line::text(error.get("message").unwrap_or(error))),
                };
                self.answer(number, key.unwrap_or_default(), answer);
            }
            _ => match agent {
                Some(agent) => self.said(number, message, &AgentName::from(agent)),
                None => self.remark(number, "it names nobody who says it, and is left out"),
            },
        }
    }

    /// What a tool has answered to the call of this id.
    pub(super) fn answer(&mut self, number: usize, key: &str, answer: Result<String, String>) {
        let Some(Call { id, turn, agent, tool }) = self.open.remove(key) else {
            return self.remark(number, "it answers a call that nobody has made, and is left out");
        };
        self.push(number, event::returned(&id, turn, &agent, &tool, answer));
    }

    fn said(&mut self, number: usize, message: &Value, agent: &AgentName) {
        let turn = u32::try_from(number).unwrap_or(u32::MAX);
        let text = self.words(number, &message["content"]);
        let has_text = !text.trim().is_empty();
        if has_text {
            self.push(number, event::said(number, turn, agent, text));
        }
        // Once there was one call, without an id, and answered by the function's name.
        let old = message.get("function_call").filter(|call| call.is_object());
        let calls = message["tool_calls"].as_array().into_iter().flatten().chain(old);
        let mut count = 0;
        for call in calls {
            let function = if call["function"].is_object() { &call["function"] } else { call };
            let Some(tool) = name(&function["name"]).or_else(|| name(&call["function"])) else {
                self.remark(number, "it calls a tool without a name, which is left out");
                continue;
            };
            count += 1;
            let id = if count == 1 { format!("t{number}") } else { format!("t{number}.{count}") };
            let key = name(&call["id"]).unwrap_or(tool).to_owned();
            self.push(number, event::called(&id, turn, agent, tool, argument(&function["arguments"])));
            let (agent, tool) = (agent.clone(), tool.to_owned());
            self.open.insert(key, Call { id, turn, agent, tool });
        }
        if !has_text && count == 0 {
            self.remark(number, "it says nothing and calls no tool");
        }
    }

    fn push(&mut self, number: usize, event: EventKind) {
        let event = event::clipped(event, number, self.left_out);
        self.events.push((number, event));
    }

    /// The text of a content. What is none is told.
    fn words(&mut self, number: usize, content: &Value) -> String {
        let mut remarks = Vec::new();
        let text = match line::words(content, &mut remarks) {
            Ok(text) => text.unwrap_or_default(),
            Err(why) => {
                remarks.push(why);
                String::new()
            }
        };
        for remark in remarks {
            self.remark(number, &remark);
        }
        text
    }
}

/// What a tool is asked: the one argument alone if there is but one, else all of them. Some write them as JSON in a text.
fn argument(arguments: &Value) -> String {
    let inner = arguments.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let members = inner.as_ref().unwrap_or(arguments).as_object();
    match members.and_then(|members| members.values().next().filter(|_| members.len() == 1)) {
        Some(one) if !one.is_object() && !one.is_array() => line::text(one),
        _ => line::text(arguments),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The events of a chat in short, and what is said of its messages.
    fn read(messages: &[Value]) -> (Vec<String>, Vec<String>) {
        let mut left_out = LeftOut::default();
        let mut chat = Chat::new(&mut left_out);
        for (number, message) in (1..).zip(messages) {
            chat.take(number, message, name(&message["name"]));
        }
        let events = chat.into_events().into_iter().map(|(_, event)| match event {
            EventKind::MessageCompleted(message) => format!("{} {}: {}", message.id, message.agent, message.text),
            EventKind::ToolCalled(call) => format!("{} {} {}({})", call.id, call.agent, call.tool, call.arguments),
            EventKind::ToolReturned(answer) => {
                format!("{} {} {:?}{:?}", answer.id, answer.agent, answer.result, answer.error)
            }
            other => panic!("{other:?}"),
        });
        (events.collect(), left_out.told())
    }

    #[test]
    fn calls_and_answers_find_each_other_by_id_or_by_name() {
        let call = |id: &str, arguments: &str| json!({ "id": id, "type": "function", "function": { "name": "look", "arguments": arguments } });
        let (events, told) = read(&[
            json!({ "role": "system", "content": "Play." }),
            json!({ "role": "assistant", "name": "ada", "content": null, "tool_calls": [call("a", "{\"file\":\"x.txt\"}"), call("b", "{\"file\":\"y.txt\",\"page\":2}")] }),
            json!({ "role": "tool", "tool_call_id": "b", "content": [{ "type": "text", "text": "Two." }] }),
            json!({ "role": "tool", "tool_call_id": "a", "content": "", "error": { "type": "timeout", "message": "too slow" } }),
            json!({ "role": "assistant", "name": "bob", "content": "Hm.", "function_call": { "name": "sum", "arguments": "1+1" } }),
            json!({ "role": "function", "name": "sum", "content": "2" }),
        ]);
        let expected = [
            "t2 ada look(x.txt)",
            "t2.2 ada look({\"file\":\"y.txt\",\"page\":2})",
            "t2.2 ada Some(\"Two.\")None",
            "t2 ada NoneSome(\"too slow\")",
            "m5 bob: Hm.",
            "t5 bob sum(1+1)",
            "t5 bob Some(\"2\")None",
        ];
        assert_eq!((events, told), (expected.map(str::to_owned).to_vec(), Vec::new()));
    }

    #[test]
    fn what_is_left_out_is_told_with_its_place() {
        let (events, told) = read(&[
            json!("hello"),
            json!({ "role": "assistant", "content": "Who am I?" }),
            json!({ "role": "tool", "tool_call_id": "z", "content": "5" }),
            json!({ "role": "assistant", "name": "ada", "content": [{ "type": "image_url" }] }),
            json!({ "role": "assistant", "name": "ada", "tool_calls": [{ "id": "q" }] }),
            json!({ "role": "assistant", "name": "ada", "content": { "a": 1 } }),
        ]);
        assert!(events.is_empty(), "{events:?}");
        for (number, words) in [
            (1, "no JSON object"),
            (2, "names nobody"),
            (3, "nobody has made"),
            (4, "no text"),
            (5, "without a name"),
            (6, "no text"),
        ] {
            let is_told = |line: &&String| line.starts_with(&format!("message {number}")) && line.contains(words);
            assert!(told.iter().any(|line| is_told(&line)), "{number} {words}: {told:?}");
        }
    }
}
