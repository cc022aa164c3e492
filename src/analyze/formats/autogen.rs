//! A history of messages by name or role, as `AutoGen`'s group chats leave it.

use serde_json::Value;

use super::chat::Chat;
use super::{Placed, messages, name};
use crate::analyze::LeftOut;

/// Where the list may stand.
const LISTS: [&str; 2] = ["history", "messages"];

/// Who says a message: newer versions call it the source.
const SPEAKERS: [&str; 3] = ["name", "source", "role"];

/// Whether it has a history, or is a list of messages with somebody who says them.
pub(super) fn is_like(document: &Value) -> bool {
    let first = messages(document, &LISTS).and_then(|list| list.iter().find(|message| message.is_object()));
    first.is_some_and(|message| speaker(message).is_some() && message.get("content").is_some())
}

/// The events of such a history.
///
/// # Errors
/// If there is no list.
pub(super) fn events(document: &Value, left_out: &mut LeftOut) -> Result<Placed, String> {
    let list = messages(document, &LISTS).ok_or("it is no list of messages, and has none in \"history\"")?;
    let mut chat = Chat::new(left_out);
    for (number, message) in (1..).zip(list) {
        // One message may bring the answers of several tools.
        if let Some(answers) = message["tool_responses"].as_array().filter(|answers| !answers.is_empty()) {
            for answer in answers {
                chat.take(number, answer, None);
            }
        } else {
            chat.take(number, message, speaker(message));
        }
    }
    Ok(chat.into_events())
}

fn speaker(message: &Value) -> Option<&str> {
    SPEAKERS.iter().find_map(|key| name(&message[*key]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::heist::EventKind;

    #[test]
    fn a_history_is_read_by_name_source_or_role() {
        let call = json!({ "id": "c1", "function": { "name": "depth", "arguments": "{\"lake\":\"north\"}" } });
        let answer = json!({ "tool_call_id": "c1", "role": "tool", "content": "12 m" });
        let list = json!([
            { "name": "oak", "role": "user", "content": "How deep is the lake?" },
            { "source": "elm", "type": "TextMessage", "content": "I look it up.", "tool_calls": [call] },
            { "role": "tool", "name": "elm", "content": "12 m", "tool_responses": [answer] },
            { "role": "assistant", "content": "Too deep." },
        ]);
        for document in [json!({ "history": list }), list] {
            assert!(is_like(&document));
            let mut left_out = LeftOut::default();
            let events = events(&document, &mut left_out).unwrap();
            let who = events.iter().map(|(number, event)| match event {
                EventKind::MessageCompleted(message) => format!("{number} {}", message.agent),
                EventKind::ToolCalled(call) => format!("{number} {} asks {}", call.agent, call.arguments),
                EventKind::ToolReturned(answer) => format!("{number} {} reads {:?}", answer.agent, answer.result),
                other => panic!("{other:?}"),
            });
            let expected = ["1 oak", "2 elm", "2 elm asks north", "3 elm reads Some(\"12 m\")", "4 assistant"];
            assert_eq!(who.collect::<Vec<_>>(), expected);
            assert!(left_out.told().is_empty());
        }
        assert!(!is_like(&json!({ "history": "long" })) && !is_like(&json!([{ "text": "x" }])));
    }
}
