//! Has a model weigh a transcript, of which it is told what stands out.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::agents::model::Judge;
use crate::heist::{AgentName, Entry, EventKind, Judgement, Tokens, ToolCall, ToolUse};
use crate::llm::LlmError;

/// What the model makes of those who talk; none if it gave no answer that could be read.
///
/// # Errors
/// If its server does not answer.
pub(super) async fn ask(
    judge: &Judge,
    crew: &[AgentName],
    events: &[EventKind],
) -> Result<Option<Judgement>, LlmError> {
    let bank = events.iter().find_map(|event| match event {
        EventKind::SessionStarted(started) => Some(Arc::new(started.bank.bank())),
        _ => None,
    });
    let (round, transcript) = transcript(events);
    let weighed = judge.weigh(crew, &transcript, bank.as_ref()).await?;
    Ok(weighed.map(|(method, agents)| Judgement { round, method: Some(method), tokens: Tokens::default(), agents }))
}

/// What the events tell, and the last round that began.
fn transcript(events: &[EventKind]) -> (u32, Vec<Entry>) {
    let (mut round, mut entries) = (1, Vec::new());
    let mut open: BTreeMap<&str, &ToolCall> = BTreeMap::new();
    for event in events {
        match event {
            EventKind::RoundStarted { round: next, phase } => {
                round = *next;
                entries.push(Entry::Round(*next, *phase));
            }
            EventKind::MessageCompleted(message) => entries.push(Entry::Said(Arc::new(message.clone()))),
            EventKind::ToolCalled(call) => {
                open.insert(&call.id, call);
            }
            EventKind::ToolReturned(answer) => {
                if let Some(call) = open.remove(answer.id.as_str()) {
                    let error = || answer.error.clone().unwrap_or_default();
                    let outcome = answer.result.clone().filter(|_| answer.ok).ok_or_else(error);
                    entries.push(Entry::Used(Arc::new(ToolUse { call: call.clone(), outcome })));
                }
            }
            _ => {}
        }
    }
    (round, entries)
}
