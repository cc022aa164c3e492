//! What turns cost, as everybody may know it before the verdict: calculated from what everybody sees, as if nobody were the
//! mole and nobody had been asked again. What the server really counted is told of the whole crew alone, at the end.

use std::sync::Arc;

use super::choice;
use super::decision;
use super::judge::FRAME;
use super::meter::{CHARS_PER_TOKEN, Told, float, whole};
use super::prompt::Fold;
use super::questions::{Question, Without};
use super::way::Way;
use super::{talk, voice};
use crate::agents::Scene;
use crate::agents::menu::{Item, Menu};
use crate::crew::Brief;
use crate::heist::{CALLS_PER_TURN, Entry, Judged, Tokens};
use crate::llm::Usage;

/// Characters that a token can stand for; what a server counts beyond that is a mistake.
const POSSIBLE: std::ops::RangeInclusive<f64> = 1.0..=8.0;

/// What it is calculated with.
#[derive(Debug)]
pub(super) struct Bill {
    chars_per_token: f64,
    /// Characters of what comes before the talk in every prompt.
    beginning: usize,
    told: Told,
}

impl Default for Bill {
    fn default() -> Self {
        Self { chars_per_token: CHARS_PER_TOKEN, beginning: 0, told: Told::default() }
    }
}

impl Bill {
    /// Takes note of the request that wakes the model: of how many tokens the server makes of what all prompts begin
    /// with, the first `beginning` characters of it the same for the whole session. It is not measured again, for nobody's private part is to be in the measure.
    pub(super) fn begin(&mut self, scene: &Scene, beginning: usize, fold: &Fold, usage: Usage) {
        self.beginning = beginning;
        let chars = self.beginning + talk::talk(scene, fold).len();
        if let Some(prompt) = usage.prompt.filter(|prompt| *prompt > 0) {
            self.chars_per_token = (float(chars) / f64::from(prompt)).clamp(*POSSIBLE.start(), *POSSIBLE.end());
        }
        self.told.grown(scene, fold, "", chars);
    }

    /// The cost of a turn in which the agent has said this, and so done what it `picked`: a choice of a call, and another
    /// after each that failed, where there was anything to choose; a decision; and the message.
    pub(super) fn turn(
        &mut self,
        scene: &Scene,
        fold: &Fold,
        way: Way,
        brief: &Brief,
        picked: &[Item],
        text: &str,
    ) -> Tokens {
        let honest = |transcript: &Arc<Vec<Entry>>| {
            let transcript = Arc::clone(transcript);
            let scene = Scene { transcript: Arc::clone(&transcript), ..scene.clone() };
            (scene, Brief { transcript, orders: None, ..brief.clone() })
        };
        let calls = brief.calls();
        let before = scene.transcript.len() - calls.len();
        let mut cost = Tokens::default();
        let mut wants = !brief.me.abilities.is_empty();
        for made in 0..CALLS_PER_TURN as usize {
            if !wants {
                break;
            }
            let (scene, brief) = honest(&Arc::new(scene.transcript[..before + made].to_vec()));
            let worth = choice::worth(&brief);
            if !worth.is_empty() {
                cost += self.prompt(&scene, fold, &choice::tail(&brief, &worth, way));
            }
            wants = calls.get(made).is_some_and(|used| used.outcome.is_err());
        }
        let (scene, brief) = honest(&scene.transcript);
        let menu = Menu::of(&brief);
        cost += self.prompt(&scene, fold, &decision::tail(&brief, &menu, &decision::shown(&menu), way));
        cost += self.prompt(&scene, fold, &voice::tail(&brief, picked, false));
        let calls: usize = calls.iter().map(|used| used.call.tool.len() + used.call.arguments.len()).sum();
        cost.generated = self.tokens(text.len() + calls);
        cost
    }

    /// The cost of asking the judge these questions, who has answered this.
    pub(super) fn judge(&mut self, scene: &Scene, fold: &Fold, asked: &[Question], answer: &[Judged]) -> Tokens {
        let mut cost = Tokens::default();
        for question in asked {
            let tail = &question.tail;
            let before = if question.without == Without::Beginning { FRAME.len() } else { self.beginning };
            cost += if question.without == Without::Nothing {
                self.prompt(scene, fold, tail)
            } else {
                let new = self.told.grown_apart(tail);
                let new = self.tokens(new);
                Tokens { prompt: self.tokens(before + tail.len()), evaluated: new, generated: 0, new }
            };
        }
        cost.generated = self.tokens(answer.iter().map(|judged| judged.agent.len() + judged.reason.len()).sum());
        cost
    }

    /// The cost of a prompt with this tail, for a server that evaluates just what is new to it.
    fn prompt(&mut self, scene: &Scene, fold: &Fold, tail: &str) -> Tokens {
        let chars = self.beginning + talk::talk(scene, fold).len() + tail.len();
        let new = self.told.grown(scene, fold, tail, chars);
        let new = self.tokens(new);
        Tokens { prompt: self.tokens(chars), evaluated: new, generated: 0, new }
    }

    fn tokens(&self, chars: usize) -> u32 {
        whole(float(chars) / self.chars_per_token)
    }
}
