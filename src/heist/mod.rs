//! What happens in a heist: the event vocabulary, the state that events add up to, and the one pure step between them.
//!
//! Nothing here does input or output, reads a clock or draws a random number: time, chance and every answer from
//! outside come in as an [`Input`].

mod event;
mod seal;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use event::{AgentName, Strategy, Timestamp};
pub use event::{
    AgentScore, Cause, DetectorVerdict, Event, EventKind, Evidence, Family, Fault, Guess, Guesser, Hint, LlmInfo,
    Member, Message, MessageDelta, Outcome, Phase, ServiceState, SessionEnd, SessionFailure, SessionStarted, Suspicion,
    Tokens, ToolCall, ToolDenial, ToolReturn, ToolsInfo, Verdict,
};
pub use seal::{Orders, Seal, commitment};
pub use state::{Entry, Stage, State, ToolUse, Turn};
pub use step::{Answer, Effect, Input, Setup, Speech, Step, step};
