//! What signs are worth, from recorded heists whose moles are known: the likelihood ratios by which the truth of all of them
//! is likeliest.
//!
//! A heist is looked at after each of its rounds. The model is that of `account.rs`: a logit over who is the mole and by
//! which strategy, and that nobody is; each sign has a worth for each strategy. Its penalised likelihood is concave, so
//! Newton's method finds the one best set, and the same heists give the same parameters. Signs that go together share
//! what they are worth: that is what being fitted together does.

mod figures;
mod matrix;
mod report;
mod sample;

pub use figures::{Figures, Scored, come_true};
pub use report::{Heists, fitted};
pub use sample::{Sample, samples};

pub(crate) use matrix::Matrix;

use super::account::{extent, float, posterior, with_judge};
use super::memory::Talk;
use super::parameters::{MOST_OF_JUDGE, Parameters, STRATEGIES, Weights, Worth};
use super::signs::{COUNT, SIGNS};

/// How strongly a worth is drawn towards nothing: as a normal prior with this precision. A sign that was seen in a handful of
/// heists should not count much.
const RIDGE: f64 = 1.0;

/// Steps of Newton's method at most; it takes about ten.
const STEPS: usize = 40;

/// How often a step is halved at most.
const HALVES: i32 = 20;

/// A gain of the likelihood below this is none.
const ENOUGH: f64 = 1e-7;

/// What was fitted for a talk that is read in one way.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    signs: Signs,
    theta: Vec<f64>,
    /// The second derivatives of the penalised likelihood, with the sign turned round.
    curve: Matrix,
}

/// The signs that take part in a fit, by their places.
type Signs = Vec<usize>;

/// Fits what the signs of a talk are worth.
pub(super) fn fit(samples: &[Sample], talk: Talk) -> Fitted {
    let signs: Signs = (0..COUNT).filter(|sign| SIGNS[*sign].is_of(talk)).collect();
    let mut theta = vec![0.0; 1 + signs.len() * STRATEGIES];
    theta[0] = Weights::default().nobody;
    let mut now = likelihood(samples, &signs, &theta);
    for _ in 0..STEPS {
        let (gradient, curve) = derivatives(samples, &signs, &theta);
        let Some(step) = curve.solve(&gradient) else { break };
        let Some((next, likely)) = better(now, &theta, &step, |theta| likelihood(samples, &signs, theta)) else {
            break;
        };
        let gain = likely - now;
        (theta, now) = (next, likely);
        if gain < ENOUGH * float(samples.len()) {
            break;
        }
    }
    let (_, curve) = derivatives(samples, &signs, &theta);
    Fitted { signs, theta, curve }
}

/// What a judge should count beside these signs, for the truth of the heists in which one was asked to be likeliest, in
/// steps of a twentieth and at most [`MOST_OF_JUDGE`]; none if none was.
pub(super) fn judge_share(samples: &[Sample], talk: Talk, weights: &Weights) -> Option<f64> {
    let parameters = Parameters::none().with_weights(talk, weights.clone());
    let judged = samples.iter().filter_map(|sample| {
        let (judge, (mole, _)) = (sample.judge.as_ref()?, sample.mole?);
        Some((posterior(&parameters, talk, 1.0, &sample.counts), judge, mole, sample.weight))
    });
    let judged: Vec<_> = judged.collect();
    let likely = |share: f64| {
        let of = |(scores, judge, mole, weight): &(Vec<f64>, &Vec<f64>, usize, f64)| {
            let truth = with_judge(scores, judge, share).get(*mole).copied().unwrap_or(0.0);
            weight * truth.max(f64::MIN_POSITIVE).ln()
        };
        judged.iter().map(of).sum::<f64>()
    };
    let shares = (0..=20).map(|step| f64::from(step) / 20.0).take_while(|share| *share <= MOST_OF_JUDGE);
    let best = shares.max_by(|one, other| likely(*one).total_cmp(&likely(*other)));
    best.filter(|_| !judged.is_empty())
}

/// A step in this direction that is likelier: the whole, or else a half of it, a quarter, and so on.
fn better(now: f64, theta: &[f64], step: &[f64], likelihood: impl Fn(&[f64]) -> f64) -> Option<(Vec<f64>, f64)> {
    let halves = (0..HALVES).map(|half| 0.5_f64.powi(half));
    halves
        .map(|scale| theta.iter().zip(step).map(|(own, step)| own + scale * step).collect::<Vec<_>>())
        .map(|next| (likelihood(&next), next))
        .find_map(|(likely, next)| (likely > now).then_some((next, likely)))
}

impl Fitted {
    /// What the signs are worth.
    pub(super) fn weights(&self) -> Weights {
        self.with(&self.theta)
    }

    /// The standard error of each worth, by the signs' places.
    pub(super) fn errors(&self) -> Vec<Worth> {
        let spread = self.curve.inverse_diagonal().unwrap_or_default();
        let spread: Vec<f64> = spread.into_iter().map(f64::sqrt).collect();
        self.with(&spread).worth.to_vec()
    }

    /// What the others would be worth without a sign: those for which the likelihood is highest where this one is worth
    /// nothing, as far as its curve tells.
    pub(super) fn without(&self, sign: usize) -> Weights {
        let Some(place) = self.signs.iter().position(|own| *own == sign) else { return self.weights() };
        let own: Vec<usize> = (0..STRATEGIES).map(|strategy| at(place, strategy)).collect();
        let Some(theta) = self.curve.held_at_zero(&self.theta, &own) else { return self.weights() };
        self.with(&theta)
    }

    /// Numbers like those that are fitted, by signs and strategies.
    fn with(&self, theta: &[f64]) -> Weights {
        let mut weights = Weights { nobody: theta.first().copied().unwrap_or_default(), ..Weights::default() };
        for (place, sign) in self.signs.iter().enumerate() {
            for (strategy, worth) in weights.worth[*sign].iter_mut().enumerate() {
                *worth = theta.get(at(place, strategy)).copied().unwrap_or_default();
            }
        }
        weights
    }
}

/// Where the worth of a sign for a strategy stands among the numbers that are fitted; the first is that of nobody.
const fn at(place: usize, strategy: usize) -> usize {
    1 + place * STRATEGIES + strategy
}

/// The probability that nobody is the mole, and of each agent with each strategy.
fn probabilities(sample: &Sample, signs: &Signs, theta: &[f64]) -> (f64, Vec<Worth>) {
    let shared = (float(sample.counts.len()) * float(STRATEGIES)).ln();
    let mut odds: Vec<Worth> = vec![[-shared; STRATEGIES]; sample.counts.len()];
    for (own, counts) in odds.iter_mut().zip(&sample.counts) {
        for (place, sign) in signs.iter().enumerate().filter(|(_, sign)| counts[**sign] > 0) {
            let extent = extent(*sign, counts[*sign]);
            for (strategy, odds) in own.iter_mut().enumerate() {
                *odds += theta[at(place, strategy)] * extent;
            }
        }
    }
    let highest = odds.iter().flatten().copied().fold(theta[0], f64::max);
    let nobody = (theta[0] - highest).exp();
    odds.iter_mut().flatten().for_each(|odds| *odds = (*odds - highest).exp());
    let all = nobody + odds.iter().flatten().sum::<f64>();
    odds.iter_mut().flatten().for_each(|odds| *odds /= all);
    (nobody / all, odds)
}

fn likelihood(samples: &[Sample], signs: &Signs, theta: &[f64]) -> f64 {
    let of = |sample: &Sample| {
        let (nobody, odds) = probabilities(sample, signs, theta);
        let truth = sample.mole.map_or(nobody, |(agent, strategy)| odds[agent][strategy]);
        sample.weight * truth.max(f64::MIN_POSITIVE).ln()
    };
    let likely: f64 = samples.iter().map(of).sum();
    likely - RIDGE / 2.0 * theta[1..].iter().map(|own| own * own).sum::<f64>()
}

fn derivatives(samples: &[Sample], signs: &Signs, theta: &[f64]) -> (Vec<f64>, Matrix) {
    let size = theta.len();
    let (mut gradient, mut hessian) = (vec![0.0; size], Matrix::zero(size));
    for sample in samples {
        let (nobody, odds) = probabilities(sample, signs, theta);
        let seen: Vec<(usize, Vec<(usize, f64)>)> = sample
            .counts
            .iter()
            .map(|counts| {
                let own = signs.iter().enumerate().filter(|(_, sign)| counts[**sign] > 0);
                own.map(|(place, sign)| (place, extent(*sign, counts[*sign]))).collect()
            })
            .enumerate()
            .collect();
        let mut mean = vec![0.0; size];
        mean[0] = nobody;
        for (agent, seen) in &seen {
            for (place, extent) in seen {
                for (strategy, share) in odds[*agent].iter().enumerate() {
                    let at = at(*place, strategy);
                    mean[at] += share * extent;
                    for (other, other_extent) in seen {
                        hessian.add(at, self::at(*other, strategy), sample.weight * share * extent * other_extent);
                    }
                    if sample.mole == Some((*agent, strategy)) {
                        gradient[at] += sample.weight * extent;
                    }
                }
            }
        }
        if sample.mole.is_none() {
            gradient[0] += sample.weight;
        }
        hessian.add(0, 0, sample.weight * nobody);
        for (at, share) in mean.iter().enumerate().filter(|(_, share)| **share != 0.0) {
            gradient[at] -= sample.weight * share;
            hessian.add_row(at, &mean, -sample.weight * share);
        }
    }
    for at in 1..size {
        gradient[at] -= RIDGE * theta[at];
        hessian.add(at, at, RIDGE);
    }
    (gradient, hessian)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A heist of four in which the agents' counts of two signs are these.
    fn sample(counts: [[u16; 2]; 4], mole: Option<(usize, usize)>) -> Sample {
        let own = |own: [u16; 2]| {
            let mut counts = [0; COUNT];
            let [wrong, habit] = ["wrong_time", "hedges"].map(|name| SIGNS.iter().position(|sign| sign.name == name));
            counts[wrong.unwrap()] = own[0];
            counts[habit.unwrap()] = own[1];
            counts
        };
        Sample { round: 1, counts: counts.map(own).to_vec(), judge: None, mole, weight: 1.0 }
    }

    /// Moles of the first strategy say wrong times in two of three heists; everybody hedges alike.
    fn heists() -> Vec<Sample> {
        let mut all = Vec::new();
        for turn in 0..60_u16 {
            let mole = usize::from(turn % 4);
            let mut counts = [[0, 1 + turn % 2]; 4];
            counts[mole][0] = u16::from(turn % 3 > 0);
            counts[(mole + 1) % 4][0] = u16::from(turn % 12 == 0);
            all.push(sample(counts, Some((mole, 0))));
        }
        all.push(sample([[0, 1]; 4], None));
        all
    }

    #[test]
    fn a_judge_counts_as_much_as_it_has_been_right() {
        let heists = heists();
        let weights = fit(&heists, Talk::Words).weights();
        let share = |judge: &dyn Fn(usize) -> Vec<f64>| {
            let mut judged = heists.clone();
            for sample in judged.iter_mut().filter(|sample| sample.mole.is_some()) {
                sample.judge = sample.mole.map(|(mole, _)| judge(mole));
            }
            judge_share(&judged, Talk::Words, &weights)
        };
        let names = |agent: usize| (0..4).map(|at| if at == agent { 0.7 } else { 0.1 }).collect::<Vec<_>>();
        assert_eq!(share(&names), Some(MOST_OF_JUDGE));
        assert_eq!(share(&|mole| names((mole + 1) % 4)), Some(0.0));
        assert_eq!(judge_share(&heists, Talk::Words, &weights), None);
    }

    fn worth(weights: &Weights, name: &str) -> Worth {
        weights.worth[SIGNS.iter().position(|sign| sign.name == name).unwrap()]
    }

    #[test]
    fn what_moles_show_more_often_is_worth_something_and_what_all_show_is_not() {
        let found = fit(&heists(), Talk::Words);
        let weights = found.weights();
        assert!(worth(&weights, "wrong_time")[0] > 2.0, "{:?}", worth(&weights, "wrong_time"));
        // What all show tells nothing of who it is, whatever it is worth.
        let parameters = Parameters::none().with_weights(Talk::Words, weights.clone());
        let habit = posterior(&parameters, Talk::Words, 1.0, &sample([[0, 2]; 4], None).counts);
        assert!(habit.iter().all(|score| (score - 0.25).abs() < 1e-9), "{habit:?}");
        // Never seen, never counted.
        assert!(worth(&weights, "denied").iter().all(|worth| worth.abs() < 1e-9));
        let errors = found.errors();
        assert!(errors.iter().flatten().all(|error| error.is_finite() && *error >= 0.0));
        // The same heists, the same parameters.
        assert_eq!(fit(&heists(), Talk::Words).weights(), weights);
        let one = SIGNS.iter().position(|sign| sign.name == "wrong_time").unwrap();
        assert!(worth(&found.without(one), "wrong_time").iter().all(|worth| worth.abs() < 1e-9));
    }

    #[test]
    fn what_was_fitted_tells_how_often_it_is_right() {
        let heists = heists();
        let parameters = Parameters::none().with_weights(Talk::Words, fit(&heists, Talk::Words).weights());
        let with_sign = heists.iter().filter_map(|heist| {
            let scores = posterior(&parameters, Talk::Words, 1.0, &heist.counts);
            let (mole, _) = heist.mole?;
            assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            Some((scores.iter().copied().fold(0.0, f64::max), scores[mole]))
        });
        let (surest, of_mole): (Vec<f64>, Vec<f64>) = with_sign.unzip();
        let mean = |all: &[f64]| all.iter().sum::<f64>() / float(all.len());
        assert!(mean(&of_mole) > 0.6 && mean(&surest) < 0.9, "{} {}", mean(&of_mole), mean(&surest));
    }
}
