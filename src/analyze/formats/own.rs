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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample(events: &Value) -> Value {
        let member = |name: &str| json!({ "name": name, "role": "r", "tools": [] });
        let opening = json!({
            "kind": "session.started", "seed": 7, "crew": [member("oak"), member("elm")], "rounds": 2,
            "llm": { "backend": "scripted", "url": null, "model": null }, "tools": { "backend": "embedded" }, "commitment": "",
        });
        json!({ "id": "x", "epoch": 1, "metadata": { "opening": opening, "verdict": { "mole": "elm" } }, "events": events })
    }

    fn model(turn: &str, message: &Value, moves: &Value) -> Value {
        let output = json!({ "choices": [{ "message": message }] });
        json!({ "event": "model", "span_id": turn, "output": output, "metadata": { "turn": 1, "round": 1, "moves": moves } })
    }

    #[test]
    fn a_heist_comes_back_with_all_that_the_detector_reads_of_it() {
        let call = |id: &str| json!({ "role": "assistant", "content": "[oak] ", "tool_calls": [{ "id": id, "function": "look", "arguments": { "at": "it" } }] });
        let said = json!({ "id": "m1", "role": "assistant", "content": "[oak] [elm] lies." });
        let moves = json!([{ "kind": "ask", "agent": "elm", "about": "start" }]);
        let judged = json!({ "round": 1, "agents": [{ "agent": "oak", "score": 0.5, "reason": "" }] });
        let events = json!([
            { "event": "span_begin", "type": "round", "id": "r", "name": "x", "metadata": { "round": 1, "phase": "timing" } },
            { "event": "span_begin", "type": "agent", "id": "t", "name": "oak" },
            model("t", &call("t1"), &Value::Null),
            { "event": "tool", "id": "t1", "result": "", "error": { "type": "permission", "message": "no" } },
            model("t", &call("t2"), &Value::Null),
            { "event": "tool", "id": "t2", "result": "", "error": { "type": "unknown", "message": "broken" } },
            model("t", &said, &moves),
            { "event": "info", "source": "judge", "data": judged },
            { "event": "info", "source": "plan", "data": 5 },
        ]);
        let mut left_out = LeftOut::default();
        let read: Vec<_> = events_of(&events, &mut left_out);
        let told = |event: &EventKind| match event {
            EventKind::SessionStarted(started) => format!("opening of {}", started.crew.len()),
            EventKind::RoundStarted { round, phase } => format!("round {round} {}", phase.name()),
            EventKind::ToolCalled(call) => format!("{} calls {} {}", call.agent, call.tool, call.arguments),
            EventKind::ToolDenied(denial) => format!("{} may not: {}", denial.agent, denial.reason),
            EventKind::ToolReturned(answer) => format!("{} gets {:?}", answer.agent, answer.error),
            EventKind::MessageCompleted(said) => {
                format!("{} {}: {} {}", said.id, said.agent, said.text, said.moves.len())
            }
            EventKind::JudgeAnswered(judgement) => format!("judge {}", judgement.agents.len()),
            other => panic!("{other:?}"),
        };
        let expected = [
            "opening of 2",
            "round 1 timing",
            "oak calls look it",
            "oak may not: no",
            "oak calls look it",
            "oak gets Some(\"broken\")",
            "m1 oak: [elm] lies. 1",
            "judge 1",
        ];
        assert_eq!(read.iter().map(told).collect::<Vec<_>>(), expected);
        assert!(left_out.told().is_empty());
    }

    fn events_of(transcript: &Value, left_out: &mut LeftOut) -> Vec<EventKind> {
        let read = events(&sample(transcript), left_out).unwrap();
        read.into_iter().map(|(_, event)| event).collect()
    }

    #[test]
    fn what_is_not_as_it_should_be_is_told_and_another_log_is_not_ours() {
        let mut left_out = LeftOut::default();
        let transcript = json!([
            { "event": "span_begin", "type": "round", "metadata": [1] },
            model("nowhere", &json!({}), &Value::Null),
            { "event": "tool", "id": "t9" },
            5,
            { "event": "info", "source": "judge", "data": "x" },
        ]);
        assert_eq!(events_of(&transcript, &mut left_out).len(), 1);
        let told = left_out.told().join("; ");
        for words in ["event 1 and 1 more: it is not as", "event 2: it lies in no", "event 3: it answers a call"] {
            assert!(told.contains(words), "{told}");
        }
        for other in [json!({}), json!([]), json!({ "metadata": { "opening": 5 }, "events": [1] }), sample(&json!([]))]
        {
            assert!(events(&other, &mut LeftOut::default()).is_none(), "{other}");
        }
    }
}
