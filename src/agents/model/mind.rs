//! What is learnt of a model server in a session: its context, its way to choose, what it was told, and its silences.

use std::collections::BTreeMap;

use super::bill::Bill;
use super::judge::FRAME;
use super::meter::{Meter, float};
use super::prompt;
use super::prompt::Fold;
use super::questions::{Question, Without};
use super::voice;
use super::way::Way;
use crate::agents::Scene;
use crate::agents::menu::Item;
use crate::crew::Brief;
use crate::heist::{Judged, Tokens};
use crate::llm::{ChatReply, Finish, Usage};

/// Tokens of context to count on where the server does not tell.
const UNKNOWN_CONTEXT: u32 = 4096;

/// Tokens of context kept free for a tail and an answer.
const RESERVE: u32 = 700;

/// Tokens that a model that reasons is given for that, beside its answer.
const REASONING: u32 = 2_000;

/// The talk is told in so many characters at least, whatever the server says of its context.
pub(super) const SMALLEST_ROOM: usize = 1_500;

/// So many answers one after another that are none in the way that was asked for, and another is taken.
const LOST_ANSWERS: u32 = 2;

/// So many second tries are made before it counts whether anything has come of them.
const FIRST_TRIES: u32 = 3;

/// What was learnt of the server in this session.
#[derive(Debug)]
pub(super) struct Mind {
    /// The first part of every prompt, once it has been asked for: it tells of the tools that were found.
    system: Option<String>,
    shown: Option<Vec<(String, String)>>,
    /// Tokens of context that are loaded.
    pub(super) context: u32,
    pub(super) way: Way,
    lost_answers: u32,
    /// How often a second try to speak was made, and how often something came of it.
    tries: u32,
    mended: u32,
    pub(super) fold: Fold,
    /// Questions since the last that was answered.
    pub(super) unanswered: u32,
    meters: BTreeMap<String, Meter>,
    /// What everybody may know of the costs.
    bill: Bill,
    /// Whether the model has used up an answer with reasoning.
    pub(super) reasons: bool,
    /// Whether it was told that another model answers, and that prompts are cut.
    told_other: bool,
    told_cut: bool,
}

impl Mind {
    /// Nothing but the context that the server says is loaded, if it says.
    pub(super) fn new(context: Option<u32>) -> Self {
        Self {
            system: None,
            shown: None,
            context: context.unwrap_or(UNKNOWN_CONTEXT),
            way: Way::Schema,
            lost_answers: 0,
            tries: 0,
            mended: 0,
            fold: Fold::default(),
            unanswered: 0,
            meters: BTreeMap::new(),
            bill: Bill::default(),
            reasons: false,
            told_other: false,
            told_cut: false,
        }
    }

    /// The first part of every prompt, the same for the whole session.
    pub(super) fn system(&mut self, scene: &Scene) -> &str {
        self.system.get_or_insert_with(|| prompt::system(&scene.bank.name, &scene.crew, &scene.tools()))
    }

    /// Messages as they should be, which come before the talk.
    pub(super) fn shown(&mut self, scene: &Scene) -> &[(String, String)] {
        self.shown.get_or_insert_with(|| voice::shown(&scene.crew))
    }

    /// Characters before the talk, the same in every prompt.
    pub(super) fn beginning(&mut self, scene: &Scene) -> usize {
        let shown: usize = self.shown(scene).iter().map(|(asked, said)| asked.len() + said.len()).sum();
        self.system(scene).len() + shown
    }

    /// Characters before what a question's own message holds.
    pub(super) fn before_tail(&mut self, scene: &Scene, question: &Question) -> usize {
        if question.without == Without::Beginning { FRAME.len() } else { self.beginning(scene) }
    }

    /// Characters of talk that fit into the context beside the rest of the prompt and the answer.
    pub(super) fn room(&mut self, scene: &Scene, question: &Question) -> usize {
        let ratio = self.ratio(question);
        let answer = f64::from(self.longest(question)) * ratio;
        let rest = (f64::from(RESERVE) * ratio).max(answer + float(question.tail.len()));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length of a prompt")]
        let chars = (f64::from(self.context) * ratio - rest).max(0.0) as usize;
        chars.saturating_sub(self.beginning(scene)).max(SMALLEST_ROOM)
    }

    /// Characters that a token stands for.
    fn ratio(&self, question: &Question) -> f64 {
        self.meters.get(&question.model).map_or_else(|| Meter::default().chars_per_token(), Meter::chars_per_token)
    }

    /// How many tokens an answer may take.
    pub(super) fn longest(&self, question: &Question) -> u32 {
        question.max_tokens + if self.reasons { REASONING } else { 0 }
    }

    /// Notices that an answer was all reasoning and then cut off. Gives whether to ask again, with room for both.
    pub(super) fn was_lost_in_thought(&mut self, reply: &ChatReply, question: &Question) -> bool {
        let cut = reply.finish == Finish::Length && reply.text.is_empty() && reply.calls.is_empty();
        cut && question.max_tokens > 1 && !std::mem::replace(&mut self.reasons, true)
    }

    /// Whether a prompt of so many characters may have filled the context.
    pub(super) fn may_be_full(&self, question: &Question, length: usize) -> bool {
        let most = f64::from(self.context.saturating_sub(self.longest(question))) * self.ratio(question);
        #[allow(clippy::cast_precision_loss, reason = "a length of a prompt")]
        return length as f64 > most / 2.0;
    }

    /// Counts on less context: with what the server has told, if that is less than was thought.
    pub(super) fn shrink(&mut self, told: Option<u32>) {
        self.context = told.filter(|told| *told < self.context).unwrap_or(self.context / 3 * 2);
    }

    /// Leaves a way to ask that the server does not have.
    pub(super) fn abandon(&mut self, way: Way) {
        // Somebody else may have left it meanwhile.
        if self.way == way {
            self.way = way.next();
            self.lost_answers = 0;
            tracing::info!(way = ?self.way, "asking in another way");
        }
    }

    /// Takes note whether an answer was one in the way that was asked for. Gives whether to ask again, in another.
    pub(super) fn learn(&mut self, way: Way, good: bool) -> bool {
        self.lost_answers = if good { 0 } else { self.lost_answers + 1 };
        let lost = self.lost_answers >= LOST_ANSWERS;
        if lost {
            self.abandon(way);
        }
        lost
    }

    /// Whether a second try to speak is worth its time: it has mended something in half of the cases so far.
    pub(super) fn may_try_again(&self) -> bool {
        self.tries < FIRST_TRIES || self.mended * 2 >= self.tries
    }

    /// Takes note of what came of a second try.
    pub(super) fn tried_again(&mut self, mended: bool) {
        self.tries += 1;
        self.mended += u32::from(mended);
    }

    /// Notices what a server does without a word: that another model answers (told if it `may_name` it), and that the
    /// prompt, of so many characters, was cut. Either is told once.
    pub(super) fn notice(
        &mut self,
        reply: &ChatReply,
        question: &Question,
        length: usize,
        scene: &Scene,
        may_name: bool,
    ) {
        if may_name && !self.told_other && !same_model(&question.model, &reply.model) {
            self.told_other = true;
            let (asked, other) = (&question.model, &reply.model);
            let message = format!(
                "the model server answers with {other} where {asked} was asked for: load {asked}, or say `--model {other}`"
            );
            scene.teller.complain(message, false);
        }
        let is_cut = self.meters.get(&question.model).is_some_and(|meter| meter.is_cut(length, reply.usage));
        if let (true, Some(read)) = (is_cut, reply.usage.prompt) {
            self.context = read.saturating_add(RESERVE / 2).min(self.context);
            if !std::mem::replace(&mut self.told_cut, true) {
                let message = format!(
                    "the model server has read only {read} tokens of a longer prompt: load the model with a longer context"
                );
                scene.teller.complain(message, false);
            }
        }
    }

    /// Begins to calculate what everybody may know of the costs.
    pub(super) fn begin_bill(&mut self, scene: &Scene, usage: Usage) {
        let beginning = self.beginning(scene);
        self.bill.begin(scene, beginning, &self.fold, usage);
    }

    /// What everybody may know of the costs of a turn in which the agent has said this.
    pub(super) fn bill_turn(&mut self, scene: &Scene, brief: &Brief, picked: &[Item], text: &str) -> Tokens {
        self.bill.turn(scene, &self.fold, self.way, brief, picked, text)
    }

    /// What everybody may know of the costs of asking the judge these questions, who has answered this.
    pub(super) fn bill_judge(&mut self, scene: &Scene, asked: &[Question], answer: &[Judged]) -> Tokens {
        self.bill.judge(scene, &self.fold, asked, answer)
    }

    /// What a question that was answered has really cost.
    /// Of one whose end was not waited for the server has not told what it counted.
    pub(super) fn count(
        &mut self,
        scene: &Scene,
        question: &Question,
        length: usize,
        usage: Usage,
        is_closed: bool,
    ) -> Tokens {
        let meter = self.meters.entry(question.model.clone()).or_default();
        let cost = match question.without {
            Without::Nothing => meter.take(scene, &self.fold, &question.tail, length, usage),
            _ => meter.take_apart(&question.tail, length, usage),
        };
        if is_closed { meter.estimated(cost, length) } else { cost }
    }
}

/// Whether two names mean the same model: servers add a path, an extension, a date or a number.
fn same_model(asked: &str, answered: &str) -> bool {
    let plain = |name: &str| {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
        name.trim_end_matches(".gguf").to_owned()
    };
    let (asked, answered) = (plain(asked), plain(answered));
    asked.starts_with(&answered) || answered.starts_with(&asked)
}

#[cfg(test)]
mod tests {
    use super::same_model;

    #[test]
    fn a_model_is_known_by_its_name() {
        assert!(same_model("qwen2.5-7b-instruct", "qwen2.5-7b-instruct:2"));
        assert!(same_model("Qwen/Qwen2.5-7B", "/models/qwen2.5-7b.gguf"));
        assert!(same_model("gpt-4o", "gpt-4o-2024-08-06"));
        assert!(same_model("", "anything"));
        assert!(!same_model("qwen2.5-7b-instruct", "llama-3.2-1b"));
    }
}
