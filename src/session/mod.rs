//! A session: one heist from its first event to its last, between whoever speaks, the tools, the store and whoever
//! watches and steers it.

mod backstage;
mod driver;
mod guess;
mod report;

use std::sync::Arc;

use tokio::sync::mpsc;

pub use backstage::{BackstageError, Venue};
pub use guess::GuessBy;

use crate::agents::{Agent, Reading};
use crate::crew::Crew;
use crate::heist::{AgentName, Event, MessageDelta, Setup, Sureness};
use crate::store::{Store, StoreError, Totals};
use crate::suspicion::Parameters;

/// What a running heist tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// An event, already in the store.
    Recorded(Event),
    /// A piece of the message that is being spoken.
    Delta(MessageDelta),
    /// The model reads its prompt, which takes long; or it does not any more.
    Reading(Option<Reading>),
    /// All turns are over; the guess is awaited.
    GuessWanted,
    /// The player's games so far, this one among them; after the verdict.
    Totals(Totals),
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
    Guess {
        /// Who is named.
        agent: Option<AgentName>,
        /// How sure the player is.
        sureness: Sureness,
        /// Whether suspicion was hidden from the player.
        blind: bool,
    },
    /// End the session here, unfinished.
    Stop,
}

/// Why a session could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The tools did not come up.
    #[error(transparent)]
    Tools(#[from] BackstageError),
    /// What happened could not be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A defect of the program.
    #[error("a part of the program failed: {0}")]
    Broken(String),
}

/// A session that is ready to begin.
#[derive(Debug)]
pub struct Session {
    /// The game as it was dealt.
    pub setup: Setup,
    /// The crew that it was dealt to.
    pub crew: Arc<Crew>,
    /// Where its tools will run.
    pub venue: Venue,
    /// Who acts for the crew.
    pub agents: Arc<dyn Agent>,
    /// What the detector's signs are worth.
    pub parameters: Arc<Parameters>,
    /// Who guesses.
    pub guess_by: GuessBy,
    /// Where it is recorded.
    pub store: Store,
    /// Whether it is new or goes on.
    pub beginning: Beginning,
}

/// Where a session begins.
#[derive(Clone, Debug)]
pub enum Beginning {
    /// At its first event.
    New {
        /// What the game was dealt from, as JSON: what it takes to deal it again, beside the seed.
        terms: String,
    },
    /// Where it was cut off.
    CutOff {
        /// All that was recorded of it; at least its first event.
        past: Vec<Event>,
        /// As for a new one; it may be played with something else from here on.
        terms: String,
        /// Who speaks from here on, in words, if it is somebody else.
        changed: Option<String>,
    },
}

impl Beginning {
    /// How many events were recorded before.
    #[must_use]
    pub fn events(&self) -> u64 {
        match self {
            Self::New { .. } => 0,
            Self::CutOff { past, .. } => past.last().map_or(0, |event| event.seq),
        }
    }
}

/// A session that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The session.
    pub session: Arc<str>,
    /// Whether it was cut off and can go on.
    pub resumable: bool,
}

impl Session {
    /// Plays the session: boots the tools, runs every turn, and ends with the verdict or where it is cut off. All that
    /// happens is recorded before it is told to `signals`, which close when the session is over and all that was
    /// started for it has been stopped. Of a session that goes on, its past is told first.
    ///
    /// # Errors
    /// If the tools do not come up, or the store cannot be written.
    pub async fn run(
        self,
        signals: mpsc::UnboundedSender<Signal>,
        controls: mpsc::Receiver<Control>,
    ) -> Result<Ended, SessionError> {
        driver::Driver::new(self, signals)?.run(controls).await
    }
}
