//! Recorded heists as what was found of each agent by the end of each round.

use std::sync::Arc;

use crate::heist::{EventKind, Strategy, Verdict};
use crate::suspicion::account::{Counts, float};
use crate::suspicion::{Detector, Parameters};

/// A heist at the end of a round.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The round.
    pub(in crate::suspicion) round: u32,
    /// How often each sign was found of each agent.
    pub(in crate::suspicion) counts: Vec<Counts>,
    /// What a judge said last, in the crew's order, if one was asked.
    pub(in crate::suspicion) judge: Option<Vec<f64>>,
    /// The mole's place in the crew and its strategy's, if there was one.
    pub(in crate::suspicion) mole: Option<(usize, usize)>,
    /// What it counts: all rounds of a heist together count 1.
    pub(in crate::suspicion) weight: f64,
}

/// What there is of a heist at the end of a round.
fn at_end(detector: &Detector, round: u32) -> (u32, Vec<Counts>, Option<Vec<f64>>) {
    (round, detector.counts().to_vec(), detector.judged().map(<[f64]>::to_vec))
}

/// The samples of a heist; none if its verdict is not known. With `by_words` its moves are withheld.
#[must_use]
pub fn samples(events: &[EventKind], by_words: bool) -> Vec<Sample> {
    let started = events.iter().find_map(|event| match event {
        EventKind::SessionStarted(started) => Some(started),
        _ => None,
    });
    let verdict = events.iter().find_map(|event| match event {
        EventKind::VerdictReached(verdict) => Some(verdict),
        _ => None,
    });
    let Some((started, verdict)) = started.zip(verdict) else { return Vec::new() };
    let crew: Vec<_> = started.crew.iter().map(|member| member.name.clone()).collect();
    let Verdict { mole, strategy, .. } = verdict;
    let strategy = strategy.and_then(|strategy| Strategy::ALL.iter().position(|one| *one == strategy));
    let mole = mole.as_ref().and_then(|mole| crew.iter().position(|name| name == mole));
    let mut detector = Detector::with(Arc::new(Parameters::none()), &crew);
    let (mut seen, mut round) = (Vec::new(), 0);
    for event in events {
        match event {
            EventKind::RoundStarted { round: next, .. } => {
                if round > 0 {
                    seen.push(at_end(&detector, round));
                }
                round = *next;
            }
            EventKind::VerdictReached(_) => break,
            _ => {}
        }
        match event {
            EventKind::MessageCompleted(message) if by_words => {
                let mut message = message.clone();
                message.moves.clear();
                detector.observe(&EventKind::MessageCompleted(message));
            }
            _ => {
                detector.observe(event);
            }
        }
    }
    seen.push(at_end(&detector, round));
    let weight = 1.0 / float(seen.len());
    let sample = |(round, counts, judge)| Sample { round, counts, judge, mole: mole.zip(strategy), weight };
    seen.into_iter().map(sample).collect()
}
