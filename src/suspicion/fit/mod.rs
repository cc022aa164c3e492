//! What signs are worth, from recorded heists whose moles are known: the likelihood ratios by which the truth of all of them
//! is likeliest.
//!
//! A heist is looked at after each of its rounds. The model is that of `account.rs`: a logit over who is the mole and by
//! which strategy, and that nobody is; each sign has a worth for each strategy. Its penalised likelihood is concave, so
//! Newton's method finds the one best set, and the same heists give the same parameters. Signs that go together share
//! what they are worth: that is what being fitted together does.

mod matrix;
mod report;
mod sample;

use std::fmt::Write;

pub use report::{Figures, Scored, reliability};
pub use sample::{Sample, samples};

use matrix::Matrix;

use super::account::{extent, float};
use super::memory::Talk;
use super::parameters::{Parameters, STRATEGIES, Weights, Worth};
use super::signs::{COUNT, SIGNS};

/// How strongly a worth is drawn towards nothing: as a normal prior with this precision. A sign that was seen in a handful of
/// heists should not count much.
const RIDGE: f64 = 1.0;

/// Steps of Newton's method at most; it takes about ten.
const STEPS: usize = 40;

/// A gain of the likelihood below this is none.
const ENOUGH: f64 = 1e-7;

/// What was fitted for a talk that is read in one way.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    /// What the signs are worth.
    pub weights: Weights,
    /// The standard error of each worth.
    pub errors: [Worth; COUNT],
}

/// The signs that take part in a fit, by their places.
type Signs = Vec<usize>;

/// Fits what the signs of a talk are worth; those of `without` are left out.
pub(super) fn fit(samples: &[Sample], talk: Talk, without: Option<usize>) -> Fitted {
    let signs: Signs = (0..COUNT).filter(|sign| SIGNS[*sign].is_of(talk) && Some(*sign) != without).collect();
    let size = 1 + signs.len() * STRATEGIES;
    let mut theta = vec![0.0; size];
    theta[0] = Weights::default().nobody;
    let mut now = likelihood(samples, &signs, &theta);
    let mut curve = Matrix::zero(size);
    for _ in 0..STEPS {
        let (gradient, hessian) = derivatives(samples, &signs, &theta);
        curve = hessian;
        let Some(step) = curve.solve(&gradient) else { break };
        let mut scale = 1.0;
        let better = loop {
            let next: Vec<f64> = theta.iter().zip(&step).map(|(own, step)| own + scale * step).collect();
            let likely = likelihood(samples, &signs, &next);
            if likely > now {
                break Some((next, likely));
            }
            scale /= 2.0;
            if scale < 1e-6 {
                break None;
            }
        };
        let Some((next, likely)) = better else { break };
        let gain = likely - now;
        (theta, now) = (next, likely);
        if gain < ENOUGH * float(samples.len()) {
            break;
        }
    }
    let spread = curve.inverse_diagonal().unwrap_or_else(|| vec![0.0; size]);
    let mut fitted = Fitted { weights: Weights { nobody: theta[0], ..Weights::default() }, errors: [[0.0; STRATEGIES]; COUNT] };
    for (place, sign) in signs.iter().enumerate() {
        for strategy in 0..STRATEGIES {
            let at = at(place, strategy);
            fitted.weights.worth[*sign][strategy] = theta[at];
            fitted.errors[*sign][strategy] = spread[at].sqrt();
        }
    }
    fitted
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
                for strategy in 0..STRATEGIES {
                    let (at, share) = (at(*place, strategy), odds[*agent][strategy]);
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
        let touched: Vec<usize> = (0..size).filter(|at| mean[*at] != 0.0).collect();
        for one in &touched {
            gradient[*one] -= sample.weight * mean[*one];
            for other in &touched {
                hessian.add(*one, *other, -sample.weight * mean[*one] * mean[*other]);
            }
        }
    }
    for at in 1..size {
        gradient[at] -= RIDGE * theta[at];
        hessian.add(at, at, RIDGE);
    }
    (gradient, hessian)
}

/// The parameters that were fitted, as the file has them, and a report of how they fare on heists that had no part in it.
/// Both kinds of samples are by moves and by words.
#[must_use]
pub fn fitted(fitted: &[Vec<Sample>; 2], measured: &[Vec<Sample>; 2]) -> (String, String) {
    let mut file = String::from("# What the detector's signs are worth, written by `heist-tui fit`: see docs/DETECTION.md.\n\njudge = 0.4\nforeign = 0.5\n");
    let mut report = String::new();
    for (way, talk) in [Talk::Moves, Talk::Words].into_iter().enumerate() {
        let whole = fit(&fitted[way], talk, None);
        let _ = write!(file, "\n[{}]\nnobody = {:.4}\n", if way == 0 { "moves" } else { "words" }, whole.weights.nobody);
        let held = if measured[way].is_empty() { &fitted[way] } else { &measured[way] };
        let parameters = Parameters::none().with_weights(talk, whole.weights.clone());
        let scored = |parameters: &Parameters, round| -> Vec<Scored> {
            report::at_round(held, round).map(|sample| Scored {
                scores: super::account::posterior(parameters, talk, 1.0, &sample.counts),
                mole: sample.mole.map(|(agent, _)| agent),
            }).collect()
        };
        let all = Figures::of(&scored(&parameters, None));
        let _ = writeln!(report, "{talk:?}: {all:?}");
        for round in 1..=5 {
            let figures = Figures::of(&scored(&parameters, Some(round)));
            let _ = writeln!(report, "  round {round}: {figures:?}");
        }
        for (sign, row) in SIGNS.iter().enumerate().filter(|(_, row)| row.is_of(talk)) {
            let (worth, error) = (whole.weights.worth[sign], whole.errors[sign]);
            let _ = writeln!(file, "{} = [{}]", row.name, worth.map(|worth| format!("{worth:.4}")).join(", "));
            let cell = |at: usize| format!("{:+.2}±{:.2}", worth[at], error[at]);
            let seen: [u32; 2] = held.iter().fold([0, 0], |mut sum, sample| {
                for (agent, counts) in sample.counts.iter().enumerate() {
                    sum[usize::from(sample.mole.is_some_and(|(mole, _)| mole == agent))] += u32::from(counts[sign]);
                }
                sum
            });
            let _ = writeln!(report, "  {:<20} {}  honest {} mole {}", row.name, (0..STRATEGIES).map(cell).collect::<Vec<_>>().join(" "), seen[0], seen[1]);
        }
    }
    (file, report)
}
