//! What happens in a heist: the event vocabulary, the state that events add up to, and the one pure step between them.
//!
//! Nothing here does input or output, reads a clock or draws a random number: time, chance and every answer from
//! outside come in as an [`Input`].

mod colour;
mod difficulty;
mod draft;
mod event;
mod job;
mod judge;
mod ledger;
mod moves;
mod name;
mod remarks;
mod score;
mod seal;
mod setup;
mod started;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod time;
mod tokens;
mod told;

pub use colour::Colour;
pub use difficulty::Difficulty;
pub use draft::{Draft, Drafted, PlanChange, PlanNews, Proposal, SlotState};
pub use event::{
    AgentScore, Cause, DetectorVerdict, Event, EventKind, Evidence, Family, Fault, Guess, Guesser, Hint, Message,
    MessageDelta, Outcome, Phase, ServiceState, SessionEnd, SessionFailure, Strategy, Suspicion, ToolCall, ToolDenial,
    ToolReturn, Verdict,
};
pub use job::{Blame, Ending, JobOutcome, JobStep, Part, Played, Why, money};
pub use judge::{JudgeMethod, JudgeWhen, Judged, Judgement};
pub use ledger::{Act, ActKind, Acts};
pub use moves::{MOST_MOVES, Move};
pub use name::AgentName;
pub use remarks::{Remark, Remarks, Suspected};
pub use score::{MOST, Moment, Score, Sureness};
pub use seal::{Orders, Seal, commitment};
pub use setup::Setup;
pub use started::{BankInfo, LlmInfo, Member, SessionStarted, ToolsInfo};
pub use state::{Entry, Stage, State, ToolUse, Turn};
pub use step::{Answer, CALLS_PER_TURN, Effect, Input, Speech, Step, step};
pub use time::{Stopwatch, Timestamp};
pub use tokens::Tokens;
pub use told::{ActTold, Sabotage, SabotageTold};
