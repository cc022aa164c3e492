//! Who speaks for the agents: a model on a server, or the scripted crew.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Signal;
use super::model::{Model, Silence};
use super::report::{Chosen, Report, millis};
use super::scene::Scene;
use crate::crew::{Brief, Persona};
use crate::heist::{Fault, Input, Judged, MessageDelta, Speech, Tokens};
use crate::llm::LlmError;
use crate::scripted::Scripted;

/// A turn that is to be spoken in, with the ways to tell of it while it lasts.
pub(super) struct Turn {
    /// What the agent knows.
    pub brief: Brief,
    /// What is the same for all agents.
    pub scene: Scene,
    /// Who speaks.
    pub cast: Arc<Cast>,
    /// Takes the text as it comes.
    pub signals: mpsc::UnboundedSender<Signal>,
}

impl Turn {
    /// The report that this turn is given up, or the whole session.
    pub(super) fn lost(&self, Silence { reason: message, is_final }: Silence) -> Report {
        if is_final {
            return Report::Gone(message);
        }
        let turn = Some(self.brief.turn);
        Report::Input(Input::Fault(Fault { place: "model".into(), message, retry: false, turn }))
    }

    /// Shows the text that comes next; with `restart` in place of what was shown of this turn before.
    pub(super) fn show(&self, text: &str, restart: bool) {
        let agent = self.brief.me.name.clone();
        let delta = MessageDelta { turn: self.brief.turn, agent, text: text.to_owned(), restart };
        // Should nobody listen any more, the driver notices with the next event.
        let _ = self.signals.send(Signal::Delta(delta));
    }
}

/// Who speaks for the agents.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Cast {
    /// A model on a server.
    Model(Model),
    /// The scripted crew.
    Scripted {
        /// The crew.
        crew: Scripted,
        /// The time between two words; none outside a terminal.
        pace: Duration,
    },
}

impl Cast {
    /// Has the agent choose its tool call.
    pub(super) async fn choose(&self, turn: &Turn) -> Result<Chosen, Silence> {
        if turn.brief.me.abilities.is_empty() {
            return Ok(None);
        }
        match self {
            Self::Model(model) => match model.choose(turn).await {
                Ok(chosen) => Ok(chosen),
                Err(error) => Err(model.silence(&error).await),
            },
            Self::Scripted { crew, pace } => {
                wait(*pace * 8).await;
                Ok(crew.choose(&turn.brief))
            }
        }
    }

    /// Has the agent speak. The error says why nothing could be made of it.
    pub(super) async fn speak(&self, turn: &Turn) -> Result<Speech, Silence> {
        let (text, tokens, time) = match self {
            Self::Model(model) => {
                let (text, time) = model.speak(turn).await?;
                let tokens = model.bill(turn, &text).await;
                (text, tokens, time)
            }
            Self::Scripted { crew, pace } => {
                let text = crew.speak(&turn.brief);
                // What the mole makes of a fact takes it longer; speaking takes everybody as long as the text is.
                let began = Instant::now();
                for word in text.split_inclusive(' ') {
                    turn.show(word, false);
                    wait(*pace).await;
                }
                (text, Tokens::default(), began.elapsed())
            }
        };
        Ok(Speech { text, moves: Vec::new(), acts: crate::heist::Acts::default(), tokens, ms: millis(time) })
    }

    /// The model, if one has to be woken before it can speak.
    pub(super) fn model(&self) -> Option<&Model> {
        match self {
            Self::Model(model) => Some(model),
            Self::Scripted { .. } => None,
        }
    }

    /// Has the judge weigh the crew; see [`Model::judge`].
    pub(super) async fn judge(&self, scene: &Scene, crew: &[Persona]) -> Result<(Vec<Judged>, Tokens), Silence> {
        match self {
            Self::Model(model) => model.judge(scene, crew).await,
            Self::Scripted { .. } => Err(Silence::from("the scripted crew has no judge".to_owned())),
        }
    }

    /// Whether the time that a message takes would tell who the mole is.
    pub(super) fn times_tell(&self) -> bool {
        self.model().is_some_and(Model::times_tell)
    }

    /// What all requests so far have really cost: the whole crew's, the judge's, and the one that woke the model.
    pub(super) fn spent(&self) -> Tokens {
        self.model().map(Model::spent).unwrap_or_default()
    }

    /// Wakes the model, if there is one; see [`Model::warm_up`].
    pub(super) async fn warm_up(&self, scene: &Scene) -> Result<String, String> {
        match self {
            Self::Model(model) => model.warm_up(scene).await.map_err(|error: LlmError| model.in_words(&error)),
            Self::Scripted { .. } => Ok(String::new()),
        }
    }
}

/// Waits, if there is anything to wait for: even the shortest sleep takes a tick of the timer.
async fn wait(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}
