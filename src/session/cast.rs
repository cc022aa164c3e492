//! Who speaks for the agents: a model on a server, or the scripted crew.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Signal;
use super::report::{Chosen, Report, millis};
use crate::crew::{Brief, Flaw, clean, prompt};
use crate::heist::{Fault, Input, MessageDelta, Speech, Tokens};
use crate::llm::{ChatReply, ChatRequest, Client, LlmError, Usage};
use crate::scripted::Scripted;

/// Tokens of context to reckon with where the server does not tell.
const UNKNOWN_CONTEXT: u32 = 4096;

/// Characters a token stands for at the least in what is said here; a prompt is measured in characters, since only the
/// server knows its tokens.
const CHARS_PER_TOKEN: usize = 3;

/// Characters of context kept free for the tail and the answer.
const RESERVE: usize = 3_000;

/// The talk is told in so many characters at least, whatever the server says of its context.
const SMALLEST_BUDGET: usize = 1_500;

/// How long to wait before a request is made again that a server could not answer: a server that is started anew, or
/// loads its model, may take so long.
const PATIENCE: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

/// A question to a model, besides the talk.
struct Question {
    tail: String,
    schema: Option<serde_json::Value>,
    max_tokens: u32,
    temperature: f32,
}

/// What is heard while a model answers.
enum Heard<'a> {
    /// The text that comes next.
    Text(&'a str),
    /// The answer failed and is asked for again.
    Failure,
}

/// The answer to [`prompt::choose`].
#[derive(Deserialize)]
struct Choice {
    tool: String,
    argument: String,
}

/// A turn that is to be spoken in, with the ways to tell of it while it lasts.
pub(super) struct Turn {
    /// What the agent knows.
    pub brief: Brief,
    /// The part of the prompt that all share.
    pub system: Arc<str>,
    /// Who speaks.
    pub cast: Arc<Cast>,
    /// Takes what comes of it.
    pub report: mpsc::UnboundedSender<Report>,
    /// Takes the text as it comes.
    pub signals: mpsc::UnboundedSender<Signal>,
}

impl Turn {
    /// Reports to the driver.
    pub(super) fn tell(&self, report: Report) {
        // The driver outlives its work.
        let _ = self.report.send(report);
    }

    /// The report that this turn is given up.
    pub(super) fn lost(&self, message: String) -> Report {
        let turn = Some(self.brief.turn);
        Report::Input(Input::Fault(Fault { place: "model".into(), message, retry: false, turn }))
    }

    /// Shows the text that comes next; with `restart` in place of what was shown of this turn before.
    fn show(&self, text: &str, restart: bool) {
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
    /// Has the agent choose its tool call, and says what that cost.
    pub(super) async fn choose(&self, turn: &Turn) -> Result<(Chosen, Tokens), LlmError> {
        match self {
            Self::Model(model) => model.choose(turn).await,
            Self::Scripted { crew, pace } => {
                wait(*pace * 8).await;
                Ok((crew.choose(&turn.brief), Tokens::default()))
            }
        }
    }

    /// Has the agent speak. The error says why nothing could be made of it.
    pub(super) async fn speak(&self, turn: &Turn) -> Result<Speech, String> {
        let began = Instant::now();
        let (text, tokens) = match self {
            Self::Model(model) => model.speak(turn).await?,
            Self::Scripted { crew, pace } => {
                let text = crew.speak(&turn.brief);
                for word in text.split_inclusive(' ') {
                    turn.show(word, false);
                    wait(*pace).await;
                }
                (text, Tokens::default())
            }
        };
        Ok(Speech { text, tokens, ms: millis(began.elapsed()) })
    }
}

/// A model on a server.
#[derive(Debug)]
pub struct Model {
    client: Client,
    name: String,
    seed: u64,
    /// Characters of talk that fit into the context; less after the server has said that it was too much.
    budget: AtomicUsize,
    /// Whether the server has refused a JSON schema.
    plain: AtomicBool,
}

impl Model {
    /// The model of that name; `context` is the number of tokens that it is loaded with, where that is known. The
    /// game's seed goes to the server with each request.
    #[must_use]
    pub fn new(client: Client, name: String, context: Option<u32>, seed: u64) -> Self {
        let tokens = usize::try_from(context.unwrap_or(UNKNOWN_CONTEXT)).unwrap_or(usize::MAX);
        let budget = tokens.saturating_mul(CHARS_PER_TOKEN).saturating_sub(RESERVE);
        Self { client, name, seed, budget: AtomicUsize::new(budget), plain: AtomicBool::new(false) }
    }

    async fn choose(&self, turn: &Turn) -> Result<(Chosen, Tokens), LlmError> {
        if self.plain.load(Ordering::Relaxed) {
            return Ok((None, Tokens::default()));
        }
        let question = Question {
            tail: prompt::choose(&turn.brief),
            schema: Some(prompt::choice_schema(&turn.brief)),
            max_tokens: 120,
            temperature: 0.3,
        };
        let reply = match self.ask(turn, &question, |_| ()).await {
            Err(LlmError::SchemaRefused { .. }) => {
                self.plain.store(true, Ordering::Relaxed);
                return Ok((None, Tokens::default()));
            }
            reply => reply?,
        };
        // An answer that is no choice is taken for none: the agent speaks without a tool.
        let chosen = reply.json::<Choice>().ok().filter(|choice| choice.tool != "none");
        Ok((chosen.map(|choice| (choice.tool, choice.argument)), tokens(reply.usage)))
    }

    async fn speak(&self, turn: &Turn) -> Result<(String, Tokens), String> {
        let mut spent = Tokens::default();
        let mut flaw: Option<Flaw> = None;
        for temperature in [0.7, 1.0] {
            let tail = prompt::speak(&turn.brief, flaw.as_ref().map(Flaw::nudge));
            let question = Question { tail, schema: None, max_tokens: 180, temperature };
            let mut restart = flaw.is_some();
            let reply = self.ask(turn, &question, |heard| match heard {
                Heard::Text(piece) => turn.show(piece, std::mem::take(&mut restart)),
                Heard::Failure => restart = true,
            });
            let reply = reply.await.map_err(|error| error.to_string())?;
            spent += tokens(reply.usage);
            match clean(&reply.text, &turn.brief) {
                Ok(text) => return Ok((text, spent)),
                Err(found) => flaw = Some(found),
            }
        }
        match flaw {
            Some(Flaw::Repeat(text)) => Ok((text, spent)),
            _ => Err(format!("{} gave no answer that could stand as a message, twice", self.name)),
        }
    }

    /// Asks, again where that may help, and tells of each failure.
    async fn ask(
        &self,
        turn: &Turn,
        question: &Question,
        mut heard: impl FnMut(Heard<'_>) + Send,
    ) -> Result<ChatReply, LlmError> {
        let mut patience = PATIENCE.into_iter();
        loop {
            let budget = self.budget.load(Ordering::Relaxed).saturating_sub(turn.system.len()).max(SMALLEST_BUDGET);
            let request = ChatRequest {
                model: self.name.clone(),
                system: turn.system.to_string(),
                user: prompt::talk(&turn.brief, budget) + &question.tail,
                max_tokens: question.max_tokens,
                temperature: question.temperature,
                seed: Some(self.seed.wrapping_add(turn.brief.turn.into())),
                stop: Vec::new(),
                schema: question.schema.clone(),
            };
            match self.client.chat(&request, |piece| heard(Heard::Text(piece))).await {
                Err(LlmError::Overflow { .. } | LlmError::Empty { .. }) if budget > SMALLEST_BUDGET => {
                    self.budget.store(self.budget.load(Ordering::Relaxed) * 2 / 3, Ordering::Relaxed);
                }
                Err(error) if error.can_retry() => {
                    let Some(pause) = patience.next() else { return Err(error) };
                    let fault = Fault { place: "model".into(), message: error.to_string(), retry: true, turn: None };
                    turn.tell(Report::Input(Input::Fault(fault)));
                    heard(Heard::Failure);
                    sleep(pause).await;
                }
                answer => return answer,
            }
        }
    }
}

/// Waits, if there is anything to wait for: even the shortest sleep takes a tick of the timer.
async fn wait(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}

fn tokens(usage: Usage) -> Tokens {
    let prompt = usage.prompt.unwrap_or(0);
    Tokens { prompt, evaluated: usage.evaluated.unwrap_or(prompt), generated: usage.generated.unwrap_or(0) }
}
