//! What passes between a running heist and whoever watches and steers it.

use crate::heist::{AgentName, Event, MessageDelta};

/// What a running heist tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// An event, already in the store.
    Recorded(Event),
    /// A piece of the message that is being spoken.
    Delta(MessageDelta),
    /// All turns are over; the guess is awaited.
    GuessWanted,
}

/// What a player can do to a running heist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// Let no new turn begin.
    Pause,
    /// Go on.
    Resume,
    /// Tell an agent what to do in its next turn.
    Command {
        /// The agent.
        agent: AgentName,
        /// The command.
        text: String,
    },
    /// Ask for the detector's first suspect.
    Hint,
    /// Name the mole, or nobody; ends the heist.
    Guess(Option<AgentName>),
    /// End the session here, unfinished.
    Stop,
}
