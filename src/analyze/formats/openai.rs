//! A list of chat messages with names, as requests to OpenAI-compatible servers have them.

use serde_json::Value;

use super::chat::Chat;
use super::{Placed, messages, name};
use crate::analyze::LeftOut;

/// Where the list may stand.
const LISTS: [&str; 1] = ["messages"];

/// Whether it is a list of messages with roles.
pub(super) fn is_like(document: &Value) -> bool {
    let first = messages(document, &LISTS).and_then(|list| list.iter().find(|message| message.is_object()));
    first.is_some_and(|message| message["role"].is_string())
}

/// The events of such a list. Who has no name is known by the role.
///
/// # Errors
/// If there is no list.
pub(super) fn events(document: &Value, left_out: &mut LeftOut) -> Result<Placed, String> {
    let list = messages(document, &LISTS).ok_or("it is no list of messages, and has none in \"messages\"")?;
    let mut chat = Chat::new(left_out);
    for (number, message) in (1..).zip(list) {
        let named = name(&message["name"]);
        let role = name(&message["role"]).filter(|role| ["assistant", "user"].contains(role));
        if named.is_none() && role.is_some() {
            chat.remark(number, "it has no name, so its role stands for one");
        }
        chat.take(number, message, named.or(role));
    }
    Ok(chat.into_events())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_or_a_request_is_read_and_roles_stand_for_names_with_a_word() {
        let list = json!([
            { "role": "system", "content": "You plan a picnic." },
            { "role": "user", "name": "fern", "content": "The lake is 4 km away." },
            { "role": "assistant", "content": "Then we walk an hour." },
        ]);
        for document in [list.clone(), json!({ "model": "m", "messages": list })] {
            assert!(is_like(&document));
            let mut left_out = LeftOut::default();
            let events = events(&document, &mut left_out).unwrap();
            assert_eq!(events.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3]);
            assert_eq!(left_out.told(), ["message 3: it has no name, so its role stands for one"]);
        }
        assert!(!is_like(&json!([1, 2])) && !is_like(&json!({ "agent": "a", "message": "x" })));
        assert!(events(&json!({ "history": [] }), &mut LeftOut::default()).is_err());
    }
}
