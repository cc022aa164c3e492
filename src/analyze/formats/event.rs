//! The events that somebody else's messages and calls stand for.

use crate::analyze::LeftOut;
use crate::heist::{AgentName, EventKind, Message, Tokens, ToolCall, ToolReturn};
use crate::suspicion::TEXT_LIMIT;

/// A message; `number` is its place in the file.
pub(super) fn said(number: usize, turn: u32, agent: &AgentName, text: String) -> EventKind {
    EventKind::MessageCompleted(Message {
        id: format!("m{number}"),
        round: 1,
        turn,
        agent: agent.clone(),
        text,
        moves: Vec::new(),
        sealed: String::new(),
        tokens: Tokens::default(),
        ms: 0,
    })
}

/// A call of a tool.
pub(super) fn called(id: &str, turn: u32, agent: &AgentName, tool: &str, arguments: String) -> EventKind {
    let (id, agent, tool) = (id.to_owned(), agent.clone(), tool.to_owned());
    EventKind::ToolCalled(ToolCall { id, turn, agent, tool, arguments })
}

/// What a tool answered: a result, or an error.
pub(super) fn returned(
    id: &str,
    turn: u32,
    agent: &AgentName,
    tool: &str,
    answer: Result<String, String>,
) -> EventKind {
    let (id, agent, tool, ok) = (id.to_owned(), agent.clone(), tool.to_owned(), answer.is_ok());
    let (result, error) = match answer {
        Ok(result) => (Some(result), None),
        Err(error) => (None, Some(error)),
    };
    EventKind::ToolReturned(ToolReturn { id, turn, agent, tool, ok, result, error, ms: 0 })
}

/// The event without what the detector would not read.
pub(super) fn clipped(mut event: EventKind, number: usize, left_out: &mut LeftOut) -> EventKind {
    let text = match &mut event {
        EventKind::MessageCompleted(message) => Some(&mut message.text),
        EventKind::ToolCalled(call) => Some(&mut call.arguments),
        EventKind::ToolReturned(answer) => answer.result.as_mut(),
        _ => None,
    };
    if let Some(text) = text.filter(|text| text.len() > TEXT_LIMIT) {
        text.truncate(text.floor_char_boundary(TEXT_LIMIT));
        left_out.line(number, &format!("of its text no more than {} KiB are weighed", TEXT_LIMIT >> 10));
    }
    event
}
