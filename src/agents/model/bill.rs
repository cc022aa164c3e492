//! What turns cost, as everybody may know it before the verdict: reckoned from what everybody sees, as if nobody were the
//! mole and nobody had been asked again. What the server really counted is told of the whole crew alone, at the end.

use std::sync::Arc;

use super::choice::{self, Way};
use super::meter::{CHARS_PER_TOKEN, Told, float, whole};
use super::prompt::{self, Fold};
use super::{judge, talk};
use crate::agents::Scene;
use crate::crew::Brief;
use crate::heist::{Judged, Tokens};
use crate::llm::Usage;

/// Characters that a token can stand for; what a server counts beyond that is a mistake.
const POSSIBLE: std::ops::RangeInclusive<f64> = 1.0..=8.0;

/// What is reckoned with.
#[derive(Debug)]
pub(super) struct Bill {
    chars_per_token: f64,
    /// Characters of the first part of every prompt.
    system: usize,
    told: Told,
}

impl Default for Bill {
    fn default() -> Self {
        Self { chars_per_token: CHARS_PER_TOKEN, system: 0, told: Told::default() }
    }
}

impl Bill {
    /// Takes note of the request that wakes the model: of how many tokens the server makes of what all prompts begin
    /// with, the first `system` characters of it the same for the whole session. It is not measured again, for nobody's private part is to be in the measure.
    pub(super) fn begin(&mut self, scene: &Scene, system: usize, fold: &Fold, usage: Usage) {
        self.system = system;
        let chars = self.system + talk::talk(scene, fold).len();
        if let Some(prompt) = usage.prompt.filter(|prompt| *prompt > 0) {
            self.chars_per_token = (float(chars) / f64::from(prompt)).clamp(*POSSIBLE.start(), *POSSIBLE.end());
        }
        self.told.grown(scene, fold, "", chars);
    }

    /// The cost of a turn in which the agent has said this: a choice before each of its calls, or a choice of none, and
    /// then the message.
    pub(super) fn turn(&mut self, scene: &Scene, fold: &Fold, way: Way, brief: &Brief, text: &str) -> Tokens {
        let calls = brief.calls();
        let choices = if brief.me.abilities.is_empty() { 0 } else { calls.len().max(1) };
        let before = scene.transcript.len() - calls.len();
        let mut cost = Tokens::default();
        for made in 0..choices {
            let transcript = Arc::new(scene.transcript[..before + made].to_vec());
            let scene = Scene { transcript: Arc::clone(&transcript), ..scene.clone() };
            let brief = Brief { transcript, orders: None, ..brief.clone() };
            cost += self.prompt(&scene, fold, &choice::tail(&brief, &scene.tools(), way, &[]));
        }
        let brief = Brief { orders: None, ..brief.clone() };
        cost += self.prompt(scene, fold, &prompt::speak(&brief, None));
        let calls: usize = calls.iter().map(|used| used.call.tool.len() + used.call.arguments.len()).sum();
        cost.generated = self.tokens(text.len() + calls);
        cost
    }

    /// The cost of asking the judge, who has answered this.
    pub(super) fn judge(&mut self, scene: &Scene, fold: &Fold, answer: &[Judged]) -> Tokens {
        let mut cost = self.prompt(scene, fold, &judge::ask(&scene.crew));
        cost.generated = self.tokens(answer.iter().map(|judged| judged.agent.len() + judged.reason.len()).sum());
        cost
    }

    /// The cost of a prompt with this tail, for a server that evaluates just what is new to it.
    fn prompt(&mut self, scene: &Scene, fold: &Fold, tail: &str) -> Tokens {
        let chars = self.system + talk::talk(scene, fold).len() + tail.len();
        let new = self.told.grown(scene, fold, tail, chars);
        let new = self.tokens(new);
        Tokens { prompt: self.tokens(chars), evaluated: new, generated: 0, new }
    }

    fn tokens(&self, chars: usize) -> u32 {
        whole(float(chars) / self.chars_per_token)
    }
}
