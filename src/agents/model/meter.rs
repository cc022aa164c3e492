//! Calculates how much of a prompt is new to a model, and how many characters a token stands for.

use super::prompt::{self, Fold};
use crate::agents::Scene;
use crate::heist::Tokens;
use crate::llm::Usage;

/// Characters a token is taken for until the server has counted some; few, so that a prompt rather fits.
pub(super) const CHARS_PER_TOKEN: f64 = 3.0;

/// What the server has counted must be so many times less than what was measured before, to mean that it has cut the
/// prompt without a word.
const CUT: f64 = 1.6;

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Entries of the transcript that were told in their own words.
    entries: usize,
    /// The entries for which a summary was told.
    folded: usize,
    /// The tail that came last.
    tail: String,
    begun: bool,
    /// The same of questions without the talk.
    apart: String,
}

impl Told {
    /// How many characters of a prompt had not been told before: what the talk has grown by, a new summary, the tail;
    /// of the first prompt all its `chars`.
    pub(super) fn grown(&mut self, scene: &Scene, fold: &Fold, tail: &str, chars: usize) -> usize {
        let grown = if self.begun {
            let summary = if fold.entries > self.folded { fold.summary.len() } else { 0 };
            let untold = prompt::length(&scene.transcript, scene.rounds, self.entries.max(fold.entries));
            // Where the talk has not changed, the server has just read how the tail begins.
            let same = if summary + untold == 0 { common(&self.tail, tail) } else { 0 };
            summary + untold + tail.len() - same
        } else {
            chars
        };
        let (entries, apart) = (scene.transcript.len(), std::mem::take(&mut self.apart));
        *self = Self { entries, folded: fold.entries, tail: tail.to_owned(), begun: true, apart };
        grown
    }

    /// The same of a question that goes without the talk.
    pub(super) fn grown_apart(&mut self, tail: &str) -> usize {
        let same = common(&self.apart, tail);
        tail.clone_into(&mut self.apart);
        tail.len() - same
    }
}

/// What one model was told so far, and what its server counted.
#[derive(Debug, Default)]
pub(super) struct Meter {
    told: Told,
    /// The least characters that a token stood for in any prompt.
    densest: Option<f64>,
    /// Characters sent and tokens counted by the server, over all prompts.
    chars: f64,
    tokens: f64,
}

impl Meter {
    /// Characters that a token stands for in what is said here.
    pub(super) fn chars_per_token(&self) -> f64 {
        if self.tokens > 0.0 { self.chars / self.tokens } else { CHARS_PER_TOKEN }
    }

    /// Whether a prompt of so many characters cannot be so few tokens: the server must have cut it.
    pub(super) fn is_cut(&self, chars: usize, usage: Usage) -> bool {
        let known = self.densest.zip(usage.prompt);
        known.is_some_and(|(densest, prompt)| float(chars) > CUT * densest * f64::from(prompt))
    }

    /// The cost of a prompt of so many characters of which the server has told nothing, if it tells of others.
    pub(super) fn estimated(&self, cost: Tokens, chars: usize) -> Tokens {
        if self.tokens == 0.0 {
            return cost;
        }
        Tokens { prompt: whole(float(chars) / self.chars_per_token()), evaluated: cost.new, ..cost }
    }

    /// Takes note of a prompt that was answered, made of the system message, the talk and a tail, and gives what it
    /// cost. New is what the model had not been told before, in tokens by what a token stands for in this very prompt, if
    /// the server has counted it, and so far otherwise.
    pub(super) fn take(&mut self, scene: &Scene, fold: &Fold, tail: &str, chars: usize, usage: Usage) -> Tokens {
        let grown = self.told.grown(scene, fold, tail, chars);
        self.cost(grown, chars, usage)
    }

    /// The same of a prompt without the talk.
    pub(super) fn take_apart(&mut self, tail: &str, chars: usize, usage: Usage) -> Tokens {
        let grown = self.told.grown_apart(tail);
        self.cost(grown, chars, usage)
    }

    fn cost(&mut self, grown: usize, chars: usize, usage: Usage) -> Tokens {
        let ratio = usage.prompt.map_or_else(|| self.chars_per_token(), |prompt| float(chars) / f64::from(prompt));
        if let Some(prompt) = usage.prompt
            && !self.is_cut(chars, usage)
        {
            self.densest = Some(self.densest.map_or(ratio, |densest| densest.min(ratio)));
            self.chars += float(chars);
            self.tokens += f64::from(prompt);
        }
        Tokens {
            prompt: usage.prompt.unwrap_or(0),
            evaluated: usage.evaluated.unwrap_or(0),
            generated: usage.generated.unwrap_or(0),
            new: whole(float(grown) / ratio),
        }
    }
}

/// How many bytes two texts have in common at their beginning.
fn common(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

#[allow(clippy::cast_precision_loss, reason = "lengths of prompts")]
pub(super) fn float(chars: usize) -> f64 {
    chars as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length of a prompt, rounded")]
pub(super) fn whole(tokens: f64) -> u32 {
    tokens.round() as u32
}
