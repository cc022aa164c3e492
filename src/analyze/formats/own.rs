//! A heist that this program wrote as a sample of an Inspect log (`records/inspect/`), read as it was: with the bank, the rounds,
//! the moves, what was refused, and what the judge said. Of the sample's metadata the opening alone is read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Placed, event, name};
use crate::analyze::LeftOut;
use crate::heist::{AgentName, EventKind, ToolCall, ToolDenial};

/// What a call that was refused fails with.
const REFUSED: &str = "permission";

/// The events of such a sample, with their places in its transcript; none if it is not such a sample.
pub(super) fn events(sample: &Value, left_out: &mut LeftOut) -> Option<Placed> {
    let opening: EventKind = serde_json::from_value(sample["metadata"]["opening"].clone()).ok()?;
    let transcript = sample["events"].as_array().filter(|list| !list.is_empty())?;
    left_out.counts("event");
    let mut own = Own { placed: vec![(1, opening)], agents: BTreeMap::new(), calls: BTreeMap::new() };
    for (number, entry) in (1..).zip(transcript) {
        match own.take(number, entry) {
            Ok(Some(event)) => own.placed.push((number, event::clipped(event, number, left_out))),
            Ok(None) => {}
            Err(why) => left_out.line(number, why),
        }
    }
    Some(own.placed)
}

/// A heist while it is read.
struct Own {
    placed: Placed,
    /// Whose turn a span is.
    agents: BTreeMap<String, AgentName>,
    /// Calls that have no answer yet.
    calls: BTreeMap<String, ToolCall>,
}

impl Own {
    /// What an entry of the transcript stands for.
    fn take(&mut self, number: usize, entry: &Value) -> Result<Option<EventKind>, &'static str> {
        match (entry["event"].as_str().unwrap_or_default(), entry["type"].as_str().unwrap_or_default()) {
            ("span_begin", "round") => made("round.started", &entry["metadata"]).map(Some),
            ("span_begin", "agent") => {
                if let (Some(id), Some(agent)) = (entry["id"].as_str(), name(&entry["name"])) {
                    self.agents.insert(id.to_owned(), AgentName::from(agent));
                }
                Ok(None)
            }
            ("model", _) => self.spoke(number, entry).map(Some),
            ("tool", _) => self.answered(entry).map(Some),
            ("info", _) if entry["source"] == "judge" => made("judge.answered", &entry["data"]).map(Some),
            _ => Ok(None),
        }
    }

    /// A call of a tool, or a message.
    fn spoke(&mut self, number: usize, entry: &Value) -> Result<EventKind, &'static str> {
        let agent = entry["span_id"].as_str().and_then(|id| self.agents.get(id));
        let agent = agent.ok_or("it lies in no agent's turn, and is left out")?;
        let message = &entry["output"]["choices"][0]["message"];
        let turn = &entry["metadata"]["turn"];
        let turn = turn.as_u64().and_then(|turn| turn.try_into().ok()).unwrap_or_default();
        if let Some(call) = message["tool_calls"].as_array().and_then(|calls| calls.first()) {
            let id = call["id"].as_str().ok_or("its call has no id, and is left out")?.to_owned();
            let arguments = call["arguments"].as_object().and_then(|all| all.values().next()?.as_str());
            let call = ToolCall {
                id: id.clone(),
                turn,
                agent: agent.clone(),
                tool: call["function"].as_str().unwrap_or_default().to_owned(),
                arguments: arguments.unwrap_or_default().to_owned(),
            };
            self.calls.insert(id, call.clone());
            return Ok(EventKind::ToolCalled(call));
        }
        let text = message["content"].as_str().unwrap_or_default();
        let text = text.strip_prefix(&format!("[{agent}] ")).unwrap_or(text);
        let said = event::said(number, turn, agent, text.to_owned());
        let EventKind::MessageCompleted(mut said) = said else { return Ok(said) };
        if let Some(id) = message["id"].as_str() {
            id.clone_into(&mut said.id);
        }
        let round = entry["metadata"]["round"].as_u64().and_then(|round| round.try_into().ok());
        said.round = round.unwrap_or(said.round);
        said.moves = serde_json::from_value(entry["metadata"]["moves"].clone()).unwrap_or_default();
        Ok(EventKind::MessageCompleted(said))
    }

    /// What a tool has answered, or that it was refused.
    fn answered(&mut self, entry: &Value) -> Result<EventKind, &'static str> {
        let call = entry["id"].as_str().and_then(|id| self.calls.remove(id));
        let ToolCall { id, turn, agent, tool, .. } =
            call.ok_or("it answers a call that nobody has made, and is left out")?;
        let error = entry["error"]["message"].as_str().map(str::to_owned);
        let reason = error.clone().unwrap_or_default();
        if entry["error"]["type"] == REFUSED {
            return Ok(EventKind::ToolDenied(ToolDenial { id, turn, agent, tool, reason }));
        }
        let result = entry["result"].as_str().unwrap_or_default().to_owned();
        Ok(event::returned(&id, turn, &agent, &tool, error.map_or(Ok(result), Err)))
    }
}

/// The event of this kind with these fields.
fn made(kind: &str, fields: &Value) -> Result<EventKind, &'static str> {
    let mut event = fields.as_object().cloned().unwrap_or_default();
    event.insert("kind".to_owned(), kind.into());
    serde_json::from_value(event.into()).map_err(|_| "it is not as this program writes it, and is left out")
}
