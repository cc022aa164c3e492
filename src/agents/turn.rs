//! A turn as whoever acts in it is given it: what the agent knows, what is the same for all, and whom to tell meanwhile.

use std::sync::Arc;
use std::time::Duration;

use heist_bank::Bank;

use crate::crew::{Brief, Crew};
use crate::heist::{Entry, Fault, MessageDelta};
use crate::toolbox::{ToolNote, Toolbox};

/// What is told of a turn while it lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// A piece of the message that is being spoken.
    Delta(MessageDelta),
    /// The model reads its prompt, or does not any more.
    Reading(Option<Reading>),
    /// Something went wrong that costs no turn.
    Fault(Fault),
}

/// How a model comes on with reading its prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// For how long it has been reading.
    pub time: Duration,
    /// How much of it has been read, in hundredths; none where the server does not tell.
    pub percent: Option<u8>,
}

/// The way to tell of a turn while it lasts.
#[derive(Clone)]
pub struct Teller(Arc<dyn Fn(Told) + Send + Sync>);

impl Teller {
    /// Tells it to this listener, which must not block.
    #[must_use]
    pub fn new(listener: impl Fn(Told) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Tells how the model comes on with reading its prompt, or that it does not read any more.
    pub fn reads(&self, reading: Option<Reading>) {
        (self.0)(Told::Reading(reading));
    }

    /// Tells of something that went wrong with the model and costs no turn.
    pub fn complain(&self, message: String, retry: bool) {
        (self.0)(Told::Fault(Fault { place: "model".into(), message, retry, turn: None }));
    }
}

/// What is the same for whoever is asked.
#[derive(Clone)]
pub struct Scene {
    /// The session.
    pub session: Arc<str>,
    /// How many rounds it has.
    pub rounds: u32,
    /// The bank. Nobody is to be told of it more than what it is called.
    pub bank: Arc<Bank>,
    /// The whole crew.
    pub crew: Arc<Crew>,
    /// The crew's way to the tools.
    pub toolbox: Arc<Toolbox>,
    /// What the whole crew has seen, oldest first.
    pub transcript: Arc<Vec<Entry>>,
    /// Takes what is told meanwhile.
    pub teller: Teller,
}

impl Scene {
    /// The tools that were found.
    #[must_use]
    pub fn tools(&self) -> Vec<ToolNote<'_>> {
        self.toolbox.tools().collect()
    }
}

/// A turn that is to be acted in.
pub struct Turn {
    /// What the agent knows.
    pub brief: Brief,
    /// What is the same for all agents.
    pub scene: Scene,
}

impl Turn {
    /// Shows the text that comes next; with `restart` in place of what was shown of this turn before.
    pub fn show(&self, text: &str, restart: bool) {
        let agent = self.brief.me.name.clone();
        let delta = MessageDelta { turn: self.brief.turn, agent, text: text.to_owned(), restart };
        (self.scene.teller.0)(Told::Delta(delta));
    }
}
