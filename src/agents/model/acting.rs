//! A turn of an agent that a model acts for: which call it makes, what it picks, what it says; and what the judge thinks.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::check::{Checked, check};
use super::choice;
use super::decision;
use super::judge::{self, Asked, Bench, Extract, Weighed};
use super::questions::{Go, Model, Question, Without};
use super::voice::{self, Verdict};
use super::way::Way;
use crate::agents::menu::{Item, Menu};
use crate::agents::{Chosen, Decided, Opinion, Scene, Silence, Turn};
use crate::heist::Tokens;
use crate::llm::{ChatReply, Heard, LlmError};

/// Tokens of the longest choice, by number and by name, and of the longest decision.
const CHOSEN_TOKENS: [u32; 2] = [16, 70];
const DECIDED_TOKENS: u32 = 32;

/// How warm a choice and a decision are, and each try to speak.
const CHOICE: f32 = 1.0;
const DECISION: f32 = 1.0;
const TRIES: [f32; 2] = [0.8, 0.5];

/// What is told where all tries gave nothing but what nobody is to hear.
const ONLY_THOUGHT: &str = "all that the model answered came as reasoning, which nobody is to hear: turn its reasoning off, or the \
                            server's splitting it off, or take another model";

impl Model {
    /// Has the agent choose its tool call, in the best way that this server is known to have. One that brought something is
    /// enough, and where nothing is worth a call it is not asked.
    pub(super) async fn chosen(&self, turn: &Turn) -> Result<Chosen, LlmError> {
        let (brief, scene) = (&turn.brief, &turn.scene);
        if brief.calls().last().is_some_and(|used| used.outcome.is_ok()) {
            return Ok(None);
        }
        let tools = scene.tools();
        let worth = choice::worth(brief);
        if worth.is_empty() {
            return Ok(None);
        }
        let read = loop {
            let way = self.mind.lock().await.way;
            let question = Question {
                model: self.model_for(brief).to_owned(),
                tail: choice::tail(brief, &worth, way),
                schema: (way == Way::Schema).then(|| choice::schema(&worth)),
                call: way == Way::Native,
                max_tokens: CHOSEN_TOKENS[usize::from(way != Way::Schema)],
                temperature: CHOICE,
                seed: u64::from(brief.turn) + brief.calls().len() as u64 * 1_000,
                ..Question::default()
            };
            let Some(reply) = self.asked(scene, &question, way).await? else { continue };
            let call = reply.calls.first().map(|call| (call.name.as_str(), call.arguments.as_str()));
            let read = choice::read(way, &reply.text, call, &worth);
            if !self.mind.lock().await.learn(way, read.is_ok()) {
                // An answer that is no choice is taken for none.
                break read.unwrap_or_default();
            }
        };
        Ok(choice::settled(brief, &tools, &worth, read).map(|choice| (choice.tool, choice.argument)))
    }

    /// Has the agent pick from the menu. An answer in which nothing can be found picks nothing.
    pub(super) async fn decided(&self, turn: &Turn, menu: &Menu) -> Result<Decided, LlmError> {
        let (brief, scene) = (&turn.brief, &turn.scene);
        let shown = decision::shown(menu);
        loop {
            let way = self.mind.lock().await.way;
            let question = Question {
                model: self.model_for(brief).to_owned(),
                tail: decision::tail(brief, menu, &shown, way),
                schema: (way == Way::Schema).then(|| decision::schema(shown.len(), decision::wanted(brief))),
                call: way == Way::Native,
                max_tokens: DECIDED_TOKENS,
                temperature: DECISION,
                seed: u64::from(brief.turn) + 500_000,
                ..Question::default()
            };
            let began = Instant::now();
            let Some(reply) = self.asked(scene, &question, way).await? else { continue };
            let call = reply.calls.first().map(|call| (call.name.as_str(), call.arguments.as_str()));
            let picked = decision::read(way, &reply.text, call);
            self.mind.lock().await.learn(way, picked.is_ok());
            let numbers = picked.unwrap_or_default().into_iter();
            let numbers = numbers.filter_map(|number| shown.get(number.checked_sub(1)?).map(|place| place + 1));
            let numbers = decision::fitting(menu, numbers.collect(), decision::wanted(brief));
            let numbers = decision::varied(brief, menu, &shown, numbers);
            return Ok(Decided { numbers, time: began.elapsed() });
        }
    }

    /// Asks in one of the ways; none if the server does not have it, and another is to be taken.
    async fn asked(&self, scene: &Scene, question: &Question, way: Way) -> Result<Option<ChatReply>, LlmError> {
        match self.ask(scene, question, |_| Go::On).await {
            Err(LlmError::SchemaRefused { .. }) if way == Way::Schema => self.mind.lock().await.abandon(way),
            Err(LlmError::ToolsRefused { .. }) if way == Way::Native => self.mind.lock().await.abandon(way),
            answer => return answer.map(Some),
        }
        Ok(None)
    }

    /// Has the agent say what it picked; asks once more if there is nothing of it in what it says. Gives how long the try
    /// took that came of it: how often it was asked is nobody's business.
    pub(super) async fn spoken(&self, turn: &Turn, picked: &[Item]) -> Result<(String, Duration), Silence> {
        let mut best: Option<(Checked, Duration)> = None;
        let mut only_thought = true;
        for (temperature, attempt) in TRIES.into_iter().zip(1..) {
            let question = Question {
                model: self.model_for(&turn.brief).to_owned(),
                tail: voice::tail(&turn.brief, picked, attempt > 1),
                max_tokens: voice::longest(picked),
                temperature,
                seed: u64::from(turn.brief.turn) + attempt * 1_000_000,
                ..Question::default()
            };
            let began = Instant::now();
            let (mut restart, mut so_far) = (best.is_some(), String::new());
            let reply = self.ask(&turn.scene, &question, |heard| {
                match heard {
                    Heard::Text(piece) => {
                        turn.show(piece, std::mem::take(&mut restart));
                        so_far.push_str(piece);
                    }
                    Heard::Again => {
                        restart = true;
                        so_far.clear();
                    }
                    Heard::Begun | Heard::Reading(_) => {}
                }
                match voice::judge(&so_far, &turn.brief, picked, |text| check(text, &turn.brief, picked)) {
                    Verdict::Open => Go::On,
                    Verdict::Over => Go::Stop,
                }
            });
            let reply = match reply.await {
                Ok(reply) => reply,
                Err(error) => return Err(self.silence(&error).await),
            };
            only_thought &= reply.has_thought && reply.text.is_empty();
            let checked = check(&reply.text, &turn.brief, picked);
            let better = best.as_ref().is_none_or(|(before, _)| checked.is_above(before));
            if attempt > 1 {
                self.mind.lock().await.tried_again(better && checked.lack.is_none());
            }
            let is_good = checked.lack.is_none();
            if better {
                best = Some((checked, began.elapsed()));
            }
            if is_good || !self.mind.lock().await.may_try_again() {
                break;
            }
        }
        match best {
            Some((checked, time)) if !only_thought => Ok((checked.text, time)),
            // A model that is never heard does not play.
            _ => Err(Silence::from(ONLY_THOUGHT.to_owned())),
        }
    }

    /// Has the judge weigh the crew. The error is for people.
    pub(super) async fn judged(&self, scene: &Scene) -> Result<Opinion, Silence> {
        let crew: Vec<_> = scene.crew.iter().map(|persona| persona.name.clone()).collect();
        let Some(planner) = crew.first() else { return Err(Silence::from("there is nobody to judge".to_owned())) };
        let extract = Extract::of_talk(&scene.transcript, planner, Some(&scene.bank));
        let (has_schema, by_odds) = {
            let mind = self.mind.lock().await;
            // What a model that reasons writes first is no answer.
            (mind.way == Way::Schema, !mind.reasons)
        };
        let mut learnt = self.learnt.lock().await;
        learnt.refuses_schema |= !has_schema;
        let weighed = judge::weigh(&Behind { model: self, scene }, &crew, &extract, &mut learnt, by_odds).await;
        if has_schema && learnt.refuses_schema {
            self.mind.lock().await.abandon(Way::Schema);
        }
        let unreadable = || Silence::from("the judge gave no answer that could be read".to_owned());
        match weighed {
            Ok(weighed) => {
                let Weighed { agents, method, asked } = weighed.ok_or_else(unreadable)?;
                let asked: Vec<_> = asked.iter().map(|asked| self.judges(asked)).collect();
                let tokens = self.mind.lock().await.bill_judge(scene, &asked, &agents);
                Ok(Opinion { agents, method, tokens })
            }
            Err(error) => Err(self.silence(&error).await),
        }
    }

    /// A question to the judge. It comes behind what all prompts of a heist begin with, for the server has read that already; a
    /// judge of its own has not, and is told the extract alone.
    fn judges(&self, asked: &Asked) -> Question {
        Question {
            model: self.voices.judge.as_ref().unwrap_or(&self.voices.crew).clone(),
            tail: asked.text.clone(),
            schema: asked.schema.clone(),
            max_tokens: asked.max_tokens,
            odds: asked.odds,
            without: match () {
                () if self.voices.judge.as_ref().is_some_and(|judge| *judge != self.voices.crew) => Without::Beginning,
                () if asked.without_talk => Without::Talk,
                () => Without::Nothing,
            },
            ..Question::default()
        }
    }

    /// What everybody may know of the costs of a turn in which the agent has said this.
    pub(super) async fn bill(&self, turn: &Turn, picked: &[Item], text: &str) -> Tokens {
        self.mind.lock().await.bill_turn(&turn.scene, &turn.brief, picked, text)
    }
}

/// The model, asked as a judge in the midst of a heist.
struct Behind<'a> {
    model: &'a Model,
    scene: &'a Scene,
}

impl Bench for Behind<'_> {
    fn ask<'a>(&'a self, asked: &'a Asked) -> BoxFuture<'a, Result<ChatReply, LlmError>> {
        async move {
            let question = self.model.judges(asked);
            self.model.ask(self.scene, &question, |_| Go::On).await
        }
        .boxed()
    }
}
