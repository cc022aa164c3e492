//! Opportunities to give oneself away. Each that goes by without a sign speaks a little for an agent; they are counted so that
//! the same few signs weigh less in a long heist than in a short one.

use super::Hit;
use crate::heist::ToolCall;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// A message.
pub(super) fn message(_: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    vec![Hit::heard(heard, String::new(), None)]
}

/// A call that was answered.
pub(super) fn call(_: &Memory, agent: usize, call: &ToolCall) -> Vec<Hit> {
    vec![Hit::called(agent, call, String::new())]
}
