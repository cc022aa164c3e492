//! What was found of each agent, counted, and the probabilities that come of it.

use super::memory::Talk;
use super::parameters::{Parameters, STRATEGIES};
use super::signs::{COUNT, SIGNS, Sign};

/// A sign that was found so often of an agent counts less when it is found again: what somebody does all the time may be a
/// habit.
const HABIT: u16 = 4;

/// Each further time counts so much: about what the message costs in which it is found, so that in a long talk neither who
/// has a habit nor who has none comes off better for its length.
const FURTHER: f64 = 1.0 / 3.0;

/// Nothing counts more often: no more messages, calls or signs of an agent.
const MOST: u16 = 60;

/// A judge is not believed to be surer than this of anybody's innocence.
const LEAST_OF_JUDGE: f64 = 0.01;

/// How often each sign was found of an agent.
pub type Counts = [u16; COUNT];

/// The account of a crew.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Account {
    counts: Vec<Counts>,
    /// What the judge said last, in the crew's order.
    judge: Option<Vec<f64>>,
    /// The probabilities as they were told last.
    scores: Vec<f64>,
}

impl Account {
    /// Nothing found: all are equally likely.
    pub(super) fn new(agents: usize) -> Self {
        Self { counts: vec![[0; COUNT]; agents], judge: None, scores: vec![1.0 / float(agents.max(1)); agents] }
    }

    /// How often each sign was found of each agent.
    pub(super) fn counts(&self) -> &[Counts] {
        &self.counts
    }

    /// Books a sign and tells by how much it moves the agent's log odds.
    pub(super) fn book(&mut self, parameters: &Parameters, talk: Talk, trust: f64, agent: usize, sign: usize) -> f64 {
        let Some(counts) = self.counts.get_mut(agent) else { return 0.0 };
        let before = evidence(parameters, talk, trust, counts);
        counts[sign] = counts[sign].saturating_add(1);
        // Nothing is 0 and not -0.
        evidence(parameters, talk, trust, counts) - before + 0.0
    }

    /// What the judge said last, in the crew's order.
    pub(super) fn judged(&self) -> Option<&[f64]> {
        self.judge.as_deref()
    }

    /// Takes the judge's probabilities in place of those before; they must be the whole crew's.
    pub(super) fn judge(&mut self, scores: Vec<f64>) {
        if scores.len() == self.counts.len() {
            self.judge = Some(scores);
        }
    }

    /// Each agent's probability now, with the change since they were last asked for.
    pub(super) fn scores(&mut self, parameters: &Parameters, talk: Talk, trust: f64) -> Vec<(f64, f64)> {
        let mut now = posterior(parameters, talk, trust, &self.counts);
        if let Some(judge) = &self.judge {
            now = with_judge(&now, judge, parameters.judge);
        }
        let before = std::mem::replace(&mut self.scores, now.clone());
        now.into_iter().zip(before).map(|(now, before)| (now, now - before)).collect()
    }
}

/// What the signs say of an agent: the logarithm of how much more likely a mole of a strategy that is not known shows them
/// than somebody honest. Strategies are alike before anything is found.
fn evidence(parameters: &Parameters, talk: Talk, trust: f64, counts: &Counts) -> f64 {
    let ratios = by_strategy(parameters, talk, trust, counts);
    let highest = ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    highest + (ratios.iter().map(|ratio| (ratio - highest).exp()).sum::<f64>() / float(STRATEGIES)).ln()
}

/// The same for each strategy.
fn by_strategy(parameters: &Parameters, talk: Talk, trust: f64, counts: &Counts) -> [f64; STRATEGIES] {
    let mut ratios = [0.0; STRATEGIES];
    let signs = parameters.worth(talk).iter().zip(counts).zip(SIGNS).enumerate();
    for (sign, ((worth, count), row)) in signs.filter(|(_, ((_, count), _))| **count > 0) {
        let trust = if trust < 1.0 && !row.is_checked { 0.0 } else { trust };
        for (ratio, worth) in ratios.iter_mut().zip(worth) {
            *ratio += trust * worth * extent(sign, *count);
        }
    }
    ratios
}

/// How much a sign counts that was found so often.
pub(super) fn extent(sign: usize, count: u16) -> f64 {
    let count = count.min(MOST);
    if SIGNS.get(sign).is_some_and(Sign::is_opportunity) || count <= HABIT {
        return f64::from(count);
    }
    f64::from(HABIT) + FURTHER * f64::from(count - HABIT)
}

/// The probability of each agent. What speaks for there being no mole at all is shared among all.
pub(super) fn posterior(parameters: &Parameters, talk: Talk, trust: f64, counts: &[Counts]) -> Vec<f64> {
    let agents = float(counts.len().max(1));
    let evidence: Vec<f64> = counts.iter().map(|counts| evidence(parameters, talk, trust, counts)).collect();
    let nobody = parameters.nobody(talk);
    let highest = evidence.iter().copied().fold(nobody, f64::max);
    let weighed: Vec<f64> = evidence.iter().map(|evidence| (evidence - highest).exp() / agents).collect();
    let nobody = (nobody - highest).exp();
    let all = nobody + weighed.iter().sum::<f64>();
    weighed.iter().map(|own| (own + nobody / agents) / all).collect()
}

/// The probabilities by the signs and by a judge together: the logarithms of the judge's count so much, and those of the
/// signs in full, so that a judge who holds all for alike changes nothing.
pub(super) fn with_judge(scores: &[f64], judge: &[f64], share: f64) -> Vec<f64> {
    let pooled: Vec<f64> =
        scores.iter().zip(judge).map(|(score, judge)| score * judge.max(LEAST_OF_JUDGE).powf(share)).collect();
    let all: f64 = pooled.iter().sum();
    pooled.into_iter().map(|score| score / all).collect()
}

#[allow(clippy::cast_precision_loss, reason = "counts of agents and strategies")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}
