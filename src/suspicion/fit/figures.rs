//! How good scores are that are told as probabilities.

use crate::suspicion::account::float;

/// Groups that probabilities are sorted into to see whether they come true.
const BINS: usize = 10;

/// From this probability on the detector accuses its first suspect.
const ACCUSED: f64 = 0.5;

/// A crew's scores and who was the mole.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Each agent's probability.
    pub scores: Vec<f64>,
    /// The mole's place, if there was one.
    pub mole: Option<usize>,
}

/// How good the scores of many heists are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Heists with a mole.
    pub games: usize,
    /// The share of them in which the first suspect was the mole; who shares the first place counts as its share.
    pub top1: f64,
    /// How likely a mole has a higher score than somebody honest, over all heists (area under the ROC curve).
    pub auroc: f64,
    /// The mean square of score less truth, over all agents (Brier score, one against the rest).
    pub brier: f64,
    /// How far the scores are from what comes true, in ten groups weighted by their size (expected calibration error).
    pub ece: f64,
    /// The mean negative natural logarithm of the mole's score.
    pub log_loss: f64,
    /// Heists without a mole.
    pub without: usize,
    /// Those in which somebody's score was over one half.
    pub accused: usize,
}

impl Scored {
    /// The mole's share of the first place: 1 if it alone is the first suspect; none if there was no mole.
    #[must_use]
    pub fn found(&self) -> Option<f64> {
        let Some(mole) = self.scores.get(self.mole?) else { return Some(0.0) };
        let top = self.scores.iter().copied().fold(0.0, f64::max);
        let shared = self.scores.iter().filter(|score| **score >= top).count();
        Some(if *mole >= top { 1.0 / float(shared.max(1)) } else { 0.0 })
    }
}

impl Figures {
    /// Those of these heists.
    #[must_use]
    pub fn of(heists: &[Scored]) -> Self {
        let (with, without): (Vec<&Scored>, Vec<&Scored>) = heists.iter().partition(|heist| heist.mole.is_some());
        let judged = judged(with.iter().copied());
        let of_mole = |heist: &&&Scored| heist.mole.and_then(|mole| heist.scores.get(mole)).copied();
        let accuses = |heist: &&&Scored| heist.scores.iter().any(|score| *score > ACCUSED);
        Self {
            games: with.len(),
            top1: mean(with.iter().filter_map(|heist| heist.found())),
            auroc: auroc(&judged),
            brier: mean(judged.iter().map(|(score, mole)| (score - f64::from(u8::from(*mole))).powi(2))),
            ece: ece(&judged),
            log_loss: mean(with.iter().filter_map(|heist| of_mole(&heist)).map(|score| -score.max(1e-12).ln())),
            without: without.len(),
            accused: without.iter().filter(accuses).count(),
        }
    }
}

/// What was said of each agent, and whether it was the mole.
fn judged<'a>(heists: impl Iterator<Item = &'a Scored>) -> Vec<(f64, bool)> {
    let of =
        |heist: &'a Scored| heist.scores.iter().enumerate().map(|(agent, score)| (*score, heist.mole == Some(agent)));
    heists.flat_map(of).collect()
}

/// What came true of what was said where there is a mole, in groups of like scores: how many agents each has, the mean of
/// their scores, and the share of moles among them.
#[must_use]
pub fn come_true(heists: &[Scored]) -> Vec<(usize, f64, f64)> {
    reliability(&judged(heists.iter().filter(|heist| heist.mole.is_some())))
}

/// The share of pairs of a mole and somebody honest in which the mole has the higher score; equal ones count half.
fn auroc(judged: &[(f64, bool)]) -> f64 {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut honest_below, mut pairs) = (0.0, 0.0);
    for equal in sorted.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let moles = float(equal.iter().filter(|(_, mole)| *mole).count());
        let honest = float(equal.len()) - moles;
        pairs += moles * (honest_below + honest / 2.0);
        honest_below += honest;
    }
    let moles = float(sorted.iter().filter(|(_, mole)| *mole).count());
    if moles * honest_below > 0.0 { pairs / (moles * honest_below) } else { 0.0 }
}

/// The groups of like scores: how many, their mean, and the share of moles.
fn reliability(judged: &[(f64, bool)]) -> Vec<(usize, f64, f64)> {
    let mut bins = vec![(0, 0.0, 0.0); BINS];
    for (score, mole) in judged {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score is from 0 to 1")]
        let place = ((score * float(BINS)) as usize).min(BINS - 1);
        let (count, scores, moles) = bins[place];
        bins[place] = (count + 1, scores + score, moles + f64::from(u8::from(*mole)));
    }
    let shares = |(count, scores, moles)| (count, scores / float(count), moles / float(count));
    bins.into_iter().filter(|(count, ..)| *count > 0).map(shares).collect()
}

fn ece(judged: &[(f64, bool)]) -> f64 {
    let apart = |(count, score, moles): &(usize, f64, f64)| (score - moles).abs() * float(*count);
    reliability(judged).iter().map(apart).sum::<f64>() / float(judged.len().max(1))
}

/// The mean; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
