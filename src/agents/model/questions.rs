//! A model on a server: asks it over the shared beginning of all prompts, one question at a time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex as Lock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::sleep;

use super::choice::{self, Way};
use super::clean::clean;
use super::judge;
use super::mind::{Mind, SMALLEST_ROOM};
use super::patience::Patience;
use super::prompt;
use super::reading::telling;
use super::talk;
use crate::agents::{Chosen, Scene, Silence, Turn};
use crate::crew::Brief;
use crate::heist::{Judged, Tokens};
use crate::llm::{ChatReply, ChatRequest, Client, Heard, LlmError, Tool, Usage};

/// So many questions one after another that come to nothing, and the session is cut off rather than played in silence.
const MOST_UNANSWERED: u32 = 3;

/// Tokens of a message.
const SPOKEN_TOKENS: u32 = 180;

/// Tokens of what the judge writes of one agent.
const JUDGED_TOKENS: u32 = 80;

/// How warm the first and the second try to choose are.
const CHOICES: [f32; 2] = [0.3, 0.9];

/// How warm each try to speak is.
const TRIES: [f32; 3] = [0.5, 0.9, 1.1];

/// How bad a message must be to be asked for a third time, in hundredths that were said before.
const UNBEARABLE: u8 = 60;

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
    voices: Voices,
    seed: u64,
    /// Held while the server is asked: it gets one request at a time, so that no two need its memory at once.
    mind: Mutex<Mind>,
    /// What all its answers have really cost. To be told of the whole crew alone, and after the verdict.
    spent: Lock<Tokens>,
}

impl Model {
    /// The models of a game; `context` is the number of tokens that all of them are loaded with at least, where that is
    /// known. The game's seed goes to the server with each request.
    #[must_use]
    pub fn new(client: Client, mut voices: Voices, context: Option<u32>, seed: u64) -> Self {
        voices.mole = voices.mole.filter(|mole| *mole != voices.crew || !voices.others.is_empty());
        Self { client, voices, seed, mind: Mutex::new(Mind::new(context)), spent: Lock::default() }
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
    fn model_for<'a>(&'a self, brief: &'a Brief) -> &'a str {
        let mole = self.voices.mole.as_ref().filter(|_| brief.orders.is_some());
        mole.or(brief.me.model.as_ref()).unwrap_or(&self.voices.crew)
    }

    /// Whether the time that a message takes would tell who the mole is: its own model is faster or slower.
    pub(super) fn mole_has_own(&self) -> bool {
        self.voices.mole.is_some()
    }

    /// What all answers so far have really cost.
    pub(super) fn cost(&self) -> Tokens {
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
            let mut answer = self.ask(scene, &question, |_| ()).await;
            // Some refuse to say so little.
            if answer.as_ref().is_err_and(LlmError::is_refusal) {
                question.max_tokens = SPOKEN_TOKENS;
                answer = self.ask(scene, &question, |_| ()).await;
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

    /// Has the agent choose its tool call, in the best way that this server is known to have.
    pub(super) async fn chosen(&self, turn: &Turn) -> Result<Chosen, LlmError> {
        let (brief, scene) = (&turn.brief, &turn.scene);
        let has_result = brief.calls().last().is_some_and(|used| used.outcome.is_ok());
        if has_result && self.mind.lock().await.enough == Some(brief.turn) {
            return Ok(None);
        }
        // What to choose among where the agent found nothing of use by itself.
        let mut offered = Vec::new();
        loop {
            let again = !offered.is_empty();
            let way = self.mind.lock().await.way;
            let question = Question {
                model: self.model_for(brief).to_owned(),
                tail: choice::tail(brief, &scene.tools(), way, &offered),
                schema: (way == Way::Schema).then(|| choice::schema(brief, &offered)),
                call: way == Way::Native,
                max_tokens: 120,
                temperature: CHOICES[usize::from(again)],
                seed: u64::from(brief.turn) + brief.calls().len() as u64 * 1_000 + u64::from(again) * 500,
            };
            let reply = match self.ask(scene, &question, |_| ()).await {
                // The server does not have this way.
                Err(LlmError::SchemaRefused { .. }) if way == Way::Schema => {
                    self.mind.lock().await.abandon(way);
                    continue;
                }
                Err(LlmError::ToolsRefused { .. }) if way == Way::Native => {
                    self.mind.lock().await.abandon(way);
                    continue;
                }
                answer => answer?,
            };
            let call = reply.calls.first().map(|call| (call.name.as_str(), call.arguments.as_str()));
            let read = choice::read(way, &reply.text, call);
            if self.mind.lock().await.learn(way, read.is_ok()) {
                continue;
            }
            // An answer that is no choice is taken for none: the agent speaks without a tool.
            let read = read.unwrap_or_default();
            // A call that is of no use is no choice.
            let chosen = read.filter(|choice| !choice::is_idle(brief, choice));
            if chosen.is_none() && brief.calls().is_empty() && !again {
                offered = choice::open(brief, &scene.tools());
                if !offered.is_empty() {
                    continue;
                }
            }
            self.mind.lock().await.enough = chosen.as_ref().filter(|choice| !choice.more).map(|_| brief.turn);
            return Ok(chosen.map(|choice| (choice.tool, choice.argument)));
        }
    }

    /// Has the agent speak; asks again if what it says cannot stand. Gives how long the try took that came of it: how
    /// often it was asked is nobody's business. The error is for people.
    pub(super) async fn spoken(&self, turn: &Turn) -> Result<(String, Duration), Silence> {
        let (mut nudge, mut rest) = (None, None::<(u8, String, Duration)>);
        let mut only_thought = true;
        for (temperature, attempt) in TRIES.into_iter().zip(1..) {
            let question = Question {
                model: self.model_for(&turn.brief).to_owned(),
                tail: prompt::speak(&turn.brief, nudge.as_deref()),
                max_tokens: SPOKEN_TOKENS,
                temperature,
                seed: u64::from(turn.brief.turn) + attempt * 1_000_000,
                ..Question::default()
            };
            let mut restart = nudge.is_some();
            let reply = self.ask(&turn.scene, &question, |heard| match heard {
                Heard::Text(piece) => turn.show(piece, std::mem::take(&mut restart)),
                Heard::Anew => restart = true,
                Heard::Begun => {}
            });
            let began = Instant::now();
            let reply = match reply.await {
                Ok(reply) => reply,
                Err(error) => return Err(self.silence(&error).await),
            };
            only_thought &= reply.has_thought && reply.text.is_empty();
            match clean(&reply.text, &turn.brief) {
                Ok(text) => return Ok((text, began.elapsed())),
                Err(flaw) => {
                    nudge = Some(flaw.nudge(&turn.brief));
                    let flawed = flaw.into_rest().map(|(badness, text)| (badness, text, began.elapsed()));
                    rest = [rest, flawed].into_iter().flatten().min();
                }
            }
            // More than once only for want of anything bearable.
            if attempt > 1 && rest.as_ref().is_some_and(|(badness, ..)| *badness < UNBEARABLE) {
                break;
            }
        }
        let nothing = || {
            // To say it aloud all the same could give the mole away.
            if only_thought {
                let aloud = "all that the model answered came as reasoning, which nobody is to hear";
                format!("{aloud}: turn its reasoning off, or the server's splitting it off, or take another model")
            } else {
                format!("the model gave no answer that could stand as a message, {} times", TRIES.len())
            }
        };
        rest.map(|(_, text, time)| (text, time)).ok_or_else(|| Silence::from(nothing()))
    }

    /// Has the judge weigh the crew. The error is for people.
    pub(super) async fn judged(&self, scene: &Scene) -> Result<(Vec<Judged>, Tokens), Silence> {
        let crew = &scene.crew;
        let mut question = Question {
            model: self.voices.judge.as_ref().unwrap_or(&self.voices.crew).clone(),
            tail: judge::ask(crew),
            schema: (self.mind.lock().await.way == Way::Schema).then(|| judge::schema(crew)),
            max_tokens: JUDGED_TOKENS * judge::SUSPECTS,
            ..Question::default()
        };
        let mut answer = self.ask(scene, &question, |_| ()).await;
        if let Err(LlmError::SchemaRefused { .. }) = answer {
            self.mind.lock().await.abandon(Way::Schema);
            question.schema = None;
            answer = self.ask(scene, &question, |_| ()).await;
        }
        let reply = match answer {
            Ok(reply) => reply,
            Err(error) => return Err(self.silence(&error).await),
        };
        let unreadable = || Silence::from("the judge gave no answer that could be read".to_owned());
        let judged = judge::read(&reply.text, crew).ok_or_else(unreadable)?;
        let tokens = self.mind.lock().await.bill_judge(scene, &judged);
        Ok((judged, tokens))
    }

    /// What everybody may know of the costs of a turn in which the agent has said this.
    pub(super) async fn bill(&self, turn: &Turn, text: &str) -> Tokens {
        self.mind.lock().await.bill_turn(&turn.scene, &turn.brief, text)
    }

    /// Asks a question over the shared beginning, again where that may help, and tells of each failure.
    pub(super) async fn ask(
        &self,
        scene: &Scene,
        question: &Question,
        mut heard: impl FnMut(Heard<'_>) + Send,
    ) -> Result<ChatReply, LlmError> {
        let mut mind = self.mind.lock().await;
        let mut patience = Patience::new(self.client.patience());
        loop {
            let room = mind.room(scene, question);
            talk::fit(scene, &mut mind.fold, room).await;
            let request = self.request(scene, question, &mut mind);
            let length = request.system.len() + request.user.len();
            let has_begun = AtomicBool::new(false);
            let answer = self.client.chat(&request, |piece| {
                has_begun.store(true, Ordering::Relaxed);
                heard(piece);
            });
            match telling(&scene.teller, &has_begun, answer).await {
                Err(LlmError::Overflow { context, .. }) if room > SMALLEST_ROOM => mind.shrink(context),
                // It is only woken.
                Err(error)
                    if question.max_tokens == 1 && (error.is_refusal() || matches!(error, LlmError::Empty { .. })) =>
                {
                    return Err(error);
                }
                // An answer without anything in it mostly means that the context is full.
                Err(LlmError::Empty { .. }) if room > SMALLEST_ROOM && mind.may_be_full(question, length) => {
                    mind.shrink(None);
                }
                // Tools are told of in every prompt, whoever is to call one.
                Err(LlmError::ToolsRefused { .. }) if !question.call => mind.abandon(Way::Native),
                Err(error) => {
                    let Some(pause) = patience.pause(&error, has_begun.into_inner()) else {
                        mind.unanswered += 1;
                        return Err(error);
                    };
                    scene.teller.complain(self.in_words(&error), true);
                    heard(Heard::Anew);
                    sleep(pause).await;
                }
                Ok(reply) if mind.was_lost_in_thought(&reply, question) => {}
                Ok(reply) => {
                    mind.unanswered = 0;
                    // While the mole has a model of its own, another is told of before the first turn or not at all.
                    let may_name = self.voices.mole.is_none() || scene.transcript.is_empty();
                    mind.notice(&reply, question, length, scene, may_name);
                    let cost = mind.count(scene, question, length, reply.usage);
                    *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += cost;
                    return Ok(reply);
                }
            }
        }
    }

    fn request(&self, scene: &Scene, question: &Question, mind: &mut Mind) -> ChatRequest {
        // Tools are written at the beginning of a prompt, so all requests tell of them or none does.
        let tools = if mind.way == Way::Native { choice::functions(&scene.tools()) } else { Vec::new() };
        let tool = |(name, description, parameters)| Tool { name, description, parameters };
        ChatRequest {
            model: question.model.clone(),
            system: mind.system(scene).to_owned(),
            user: talk::talk(scene, &mind.fold) + &question.tail,
            max_tokens: mind.longest(question),
            temperature: question.temperature,
            seed: Some(self.seed.wrapping_add(question.seed)),
            stop: Vec::new(),
            schema: question.schema.clone(),
            tools: tools.into_iter().map(tool).collect(),
            must_call: question.call,
        }
    }
}
