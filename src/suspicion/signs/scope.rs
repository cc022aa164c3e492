//! Tools beyond one's scopes.

use super::Hit;
use crate::heist::ToolCall;
use crate::suspicion::text;

/// A call was refused.
pub(super) fn denied(agent: usize, call: &ToolCall) -> Vec<Hit> {
    let note = format!("tried {}, which is not open to it", text::clip(&call.tool, 40));
    vec![Hit { quote: None, ..Hit::called(agent, call, note) }]
}
