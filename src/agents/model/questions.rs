//! A model on a server: asks it over the shared beginning of all prompts, one question at a time.

use std::collections::BTreeSet;
use std::sync::{Mutex as Lock, PoisonError};
use std::time::Instant;

use tokio::sync::{Mutex, Notify};
use tokio::time::sleep;

use super::choice;
use super::judge::{FRAME, Learnt};
use super::mind::{Mind, SMALLEST_ROOM};
use super::patience::Patience;
use super::prompt::{self, Fold};
use super::reading::{Start, telling};
use super::talk;
use super::way::Way;
use crate::agents::{Scene, Silence, Spent};
use crate::crew::Brief;
use crate::llm::{ChatReply, ChatRequest, Client, Finish, Heard, LlmError, OddsAt, Tool, Usage};

/// So many questions one after another that come to nothing, and the session is cut off rather than played in silence.
const MOST_UNANSWERED: u32 = 3;

/// Tokens of an answer that is only to wake a model which refuses to say less.
const WOKEN_TOKENS: u32 = 40;

/// Whether to hear more of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    On,
    Stop,
}

/// What of the beginning that all prompts share a question goes without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Without {
    /// Nothing.
    #[default]
    Nothing,
    /// What was said, as if nobody had said anything yet.
    Talk,
    /// All of it: the question is complete by itself.
    Beginning,
}

/// A question over the shared beginning.
#[derive(Clone, Debug, Default)]
pub(super) struct Question {
    /// Which model is asked.
    pub model: String,
    /// What stands behind the talk.
    pub tail: String,
    /// What the answer is bound to.
    pub schema: Option<serde_json::Value>,
    /// Whether the answer is to be a tool call.
    pub call: bool,
    /// The longest answer.
    pub max_tokens: u32,
    /// 0 for the likeliest answer.
    pub temperature: f32,
    /// Where the odds of the answer are asked for, if they are wanted.
    pub odds: Option<OddsAt>,
    /// Without what of the prompts' beginning it is asked.
    pub without: Without,
    /// Makes the sampling differ from that of other questions.
    pub seed: u64,
}

/// The models that a game asks, by their names on the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voices {
    /// The one that speaks for the crew.
    pub crew: String,
    /// Those that speak for agents whose persona says so.
    pub others: BTreeSet<String>,
    /// The one that speaks for the mole, if it has one of its own.
    pub mole: Option<String>,
    /// The one that judges, if it is another than the crew's.
    pub judge: Option<String>,
}

/// A model on a server.
#[derive(Debug)]
pub struct Model {
    client: Client,
    pub(super) voices: Voices,
    seed: u64,
    /// Held while the server is asked: it gets one request at a time, so that no two need its memory at once.
    pub(super) mind: Mutex<Mind>,
    /// What was found out of the judge's server.
    pub(super) learnt: Mutex<Learnt>,
    /// What all its answers have really cost. To be told of the whole crew alone, and after the verdict.
    spent: Lock<Spent>,
}

impl Model {
    /// The models of a game; `context` is the number of tokens that all of them are loaded with at least, where that is
    /// known. The game's seed goes to the server with each request.
    #[must_use]
    pub fn new(client: Client, mut voices: Voices, context: Option<u32>, seed: u64) -> Self {
        voices.mole = voices.mole.filter(|mole| *mole != voices.crew || !voices.others.is_empty());
        Self {
            client,
            voices,
            seed,
            mind: Mutex::new(Mind::new(context)),
            learnt: Mutex::default(),
            spent: Lock::default(),
        }
    }

    /// The model that speaks for the crew.
    pub(super) fn name(&self) -> &str {
        &self.voices.crew
    }

    /// All that speak.
    fn all(&self) -> BTreeSet<&String> {
        [&self.voices.crew].into_iter().chain(&self.voices.mole).chain(&self.voices.others).collect()
    }

    /// The model that speaks for an agent.
    pub(super) fn model_for<'a>(&'a self, brief: &'a Brief) -> &'a str {
        let mole = self.voices.mole.as_ref().filter(|_| brief.orders.is_some());
        mole.or(brief.me.model.as_ref()).unwrap_or(&self.voices.crew)
    }

    /// Whether the time that a message takes would tell who the mole is: its own model is faster or slower.
    pub(super) fn mole_has_own(&self) -> bool {
        self.voices.mole.is_some()
    }

    /// What all answers so far have really cost.
    pub(super) fn cost(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An error for people. While the mole has a model of its own no model is named in it.
    pub(super) fn in_words(&self, error: &LlmError) -> String {
        let text = error.to_string();
        if self.voices.mole.is_none() {
            return text;
        }
        let mut names: Vec<_> = self.all().into_iter().collect();
        // A name may begin with another.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text, |text, name| text.replace(name.as_str(), "the model"))
    }

    /// What an error means for those who wait for an answer.
    pub(super) async fn silence(&self, error: &LlmError) -> Silence {
        let is_final = error.is_gone() || self.mind.lock().await.unanswered >= MOST_UNANSWERED;
        Silence { reason: self.in_words(error), is_final }
    }

    /// Has the server load what will be needed and read the beginning of all prompts; a turn that comes first would
    /// wait for that without a word. Says how the model was found.
    pub(super) async fn wake(&self, scene: &Scene) -> Result<String, LlmError> {
        let (began, mut counted) = (Instant::now(), Usage::default());
        for model in self.all() {
            let mut question = Question { model: model.clone(), max_tokens: 1, ..Question::default() };
            let mut answer = self.ask(scene, &question, |_| Go::On).await;
            // Some refuse to say so little.
            if answer.as_ref().is_err_and(LlmError::is_refusal) {
                question.max_tokens = WOKEN_TOKENS;
                answer = self.ask(scene, &question, |_| Go::On).await;
            }
            match answer {
                Ok(reply) if *model == self.voices.crew => counted = reply.usage,
                // One token may be too few for this model to say anything; it was there all the same.
                Ok(_) | Err(LlmError::Empty { .. } | LlmError::TooLong { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut mind = self.mind.lock().await;
        mind.begin_bill(scene, counted);
        let (context, seconds) = (mind.context, began.elapsed().as_secs_f32());
        Ok(format!("{}, {context} tokens of context, ready after {seconds:.1} s", self.voices.crew))
    }

    /// Asks a question over the shared beginning, again where that may help, and tells of each failure.
    pub(super) async fn ask(
        &self,
        scene: &Scene,
        question: &Question,
        mut heard: impl FnMut(Heard<'_>) -> Go + Send,
    ) -> Result<ChatReply, LlmError> {
        let mut mind = self.mind.lock().await;
        let mut patience = Patience::new(self.client.patience());
        loop {
            let room = mind.room(scene, question);
            talk::fit(scene, &mut mind.fold, room).await;
            let request = self.request(scene, question, &mut mind);
            let length = mind.before_tail(scene, question) + request.user.len();
            let start = Start::default();
            self.spend(Spent { requests: 1, ..Spent::default() });
            let (closes, mut so_far) = (Notify::new(), SoFar::default());
            let answer = self.client.chat(&request, |piece| {
                start.hear(piece);
                so_far.take(piece);
                if heard(piece) == Go::Stop {
                    closes.notify_one();
                }
            });
            let answer = tokio::select! {
                biased;
                answer = telling(&scene.teller, &start, answer) => Some(answer),
                // What is dropped closes the connection, and the server stops.
                () = closes.notified() => None,
            };
            let is_closed = answer.is_none();
            match answer.unwrap_or_else(|| Ok(so_far.reply(question))) {
                Err(LlmError::Overflow { context, .. }) if room > SMALLEST_ROOM => mind.shrink(context),
                // It is only woken.
                Err(error)
                    if question.max_tokens == 1 && (error.is_refusal() || matches!(error, LlmError::Empty { .. })) =>
                {
                    return Err(error);
                }
                // It is asked for in another way.
                Err(error) if question.odds.is_some() && error.is_no_to_odds() => return Err(error),
                // An answer without anything in it mostly means that the context is full.
                Err(LlmError::Empty { .. }) if room > SMALLEST_ROOM && mind.may_be_full(question, length) => {
                    mind.shrink(None);
                }
                // Tools are told of in every prompt, whoever is to call one.
                Err(LlmError::ToolsRefused { .. }) if !question.call => mind.abandon(Way::Native),
                Err(error) => {
                    let Some(pause) = patience.pause(&error, start.has_begun()) else {
                        mind.unanswered += 1;
                        return Err(error);
                    };
                    scene.teller.complain(self.in_words(&error), true);
                    let _ = heard(Heard::Again);
                    sleep(pause).await;
                }
                Ok(reply) if mind.was_lost_in_thought(&reply, question) => {}
                Ok(reply) => {
                    mind.unanswered = 0;
                    // While the mole has a model of its own, another is told of before the first turn or not at all.
                    let may_name = self.voices.mole.is_none() || scene.transcript.is_empty();
                    mind.notice(&reply, question, length, scene, may_name);
                    let tokens = mind.count(scene, question, length, reply.usage, is_closed);
                    self.spend(Spent { requests: 0, tokens });
                    return Ok(reply);
                }
            }
        }
    }

    fn spend(&self, more: Spent) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += more;
    }

    fn request(&self, scene: &Scene, question: &Question, mind: &mut Mind) -> ChatRequest {
        if question.without == Without::Beginning {
            return ChatRequest {
                model: question.model.clone(),
                system: FRAME.to_owned(),
                user: question.tail.clone(),
                max_tokens: mind.longest(question),
                temperature: question.temperature,
                seed: Some(self.seed.wrapping_add(question.seed)),
                schema: question.schema.clone(),
                odds: question.odds,
                ..ChatRequest::default()
            };
        }
        // Tools are written at the beginning of a prompt, so all requests tell of them or none does.
        let tools = if mind.way == Way::Native { choice::functions(&scene.tools()) } else { Vec::new() };
        let talk = match question.without {
            Without::Talk => prompt::talk(&[], scene.rounds, &Fold::default()),
            _ => talk::talk(scene, &mind.fold),
        };
        let tool = |(name, description, parameters)| Tool { name, description, parameters };
        ChatRequest {
            model: question.model.clone(),
            system: mind.system(scene).to_owned(),
            shown: mind.shown(scene).to_vec(),
            user: talk + &question.tail,
            max_tokens: mind.longest(question),
            temperature: question.temperature,
            seed: Some(self.seed.wrapping_add(question.seed)),
            stop: Vec::new(),
            schema: question.schema.clone(),
            tools: tools.into_iter().map(tool).collect(),
            must_call: question.call,
            odds: question.odds,
        }
    }
}

/// What has been heard of an answer, should nobody wait for its end.
#[derive(Default)]
struct SoFar {
    text: String,
    pieces: u32,
}

impl SoFar {
    fn take(&mut self, heard: Heard<'_>) {
        match heard {
            Heard::Text(piece) => {
                self.text.push_str(piece);
                self.pieces += 1;
            }
            Heard::Again => *self = Self::default(),
            Heard::Begun | Heard::Reading(_) => {}
        }
    }

    /// The answer as far as it came. A piece is a token, as far as is known.
    fn reply(self, question: &Question) -> ChatReply {
        ChatReply {
            text: self.text.trim_start().to_owned(),
            calls: Vec::new(),
            model: question.model.clone(),
            usage: Usage { generated: Some(self.pieces), ..Usage::default() },
            finish: Finish::Stop,
            has_thought: false,
            odds: Vec::new(),
        }
    }
}
