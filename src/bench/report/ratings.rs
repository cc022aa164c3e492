//! Ratings of moles and of detectives by whom they have met: a Bradley-Terry model, fitted to all contests at once.
//!
//! Each game is a contest between who plays the mole and who looks for it. The odds that the detective names the mole
//! first are those of the difference of their ratings. All contests count alike, whatever their order: ratings that are
//! brought up to date contest by contest (as Elo's and Glicko's) come out otherwise in another order, by more
//! than they say they are uncertain.

use crate::bench::outcome::float;
use crate::suspicion::fit::Matrix;

use super::intervals::{Estimate, NORMAL};

/// What the ratings of all are around.
pub(super) const MIDDLE: f64 = 1500.0;

/// So many points are odds of ten to one.
pub(super) const TEN_TO_ONE: f64 = 400.0;

/// How strongly a rating is drawn towards the middle: as by a normal prior with this precision, of a standard deviation of
/// two logits (347 points). Who wins always would have no rating otherwise.
const RIDGE: f64 = 0.25;

/// Steps of Newton's method at most; it takes about ten.
const STEPS: usize = 100;

/// The longest step, in logits: far from its goal the method oversteps it.
const STEP: f64 = 1.0;

/// A mole and a detective that have met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Contest {
    /// The mole's place among all who are rated.
    pub mole: usize,
    /// The detective's.
    pub detective: usize,
    /// In how many games the mole was named first; where several were, its part.
    pub found: f64,
    /// In how many games they met.
    pub games: usize,
}

/// The ratings of so many, with what they may be; none if there is nothing to compare.
pub(super) fn rated(count: usize, contests: &[Contest]) -> Option<Vec<Estimate>> {
    let mut ratings = vec![0.0; count];
    let mut steps = STEPS;
    let curve = loop {
        let (slope, curve) = derivatives(&ratings, contests);
        let step = curve.solve(&slope)?;
        let longest = step.iter().fold(0.0_f64, |most, step| most.max(step.abs()));
        let scale = if longest > STEP { STEP / longest } else { 1.0 };
        ratings.iter_mut().zip(&step).for_each(|(rating, step)| *rating += scale * step);
        steps -= 1;
        if longest < 1e-9 || steps == 0 {
            break curve;
        }
    };
    // Of the height of all together nothing is known; it is not told, and does not make the ratings less certain.
    let height = 1.0 / (RIDGE * float(count));
    let points = TEN_TO_ONE / std::f64::consts::LN_10;
    let rating = |(rating, variance): (&f64, &f64)| {
        let (value, reach) = (MIDDLE + points * rating, points * NORMAL * (variance - height).max(0.0).sqrt());
        Estimate { value, range: Some((value - reach, value + reach)) }
    };
    Some(ratings.iter().zip(&curve.inverse_diagonal()?).map(rating).collect())
}

/// The slope of the penalised likelihood, and its curve with the sign turned round.
fn derivatives(ratings: &[f64], contests: &[Contest]) -> (Vec<f64>, Matrix) {
    let mut slope: Vec<f64> = ratings.iter().map(|rating| -RIDGE * rating).collect();
    let mut curve = Matrix::zero(ratings.len());
    (0..ratings.len()).for_each(|at| curve.add(at, at, RIDGE));
    for Contest { mole, detective, found, games } in contests {
        let wins = 1.0 / (1.0 + (ratings[*mole] - ratings[*detective]).exp());
        let more = found - float(*games) * wins;
        slope[*detective] += more;
        slope[*mole] -= more;
        let bend = float(*games) * wins * (1.0 - wins);
        for (row, column, sign) in
            [(*mole, *mole, 1.0), (*detective, *detective, 1.0), (*mole, *detective, -1.0), (*detective, *mole, -1.0)]
        {
            curve.add(row, column, sign * bend);
        }
    }
    (slope, curve)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contest(mole: usize, detective: usize, found: f64, games: usize) -> Contest {
        Contest { mole, detective, found, games }
    }

    #[test]
    fn who_always_hides_is_above_who_never_does_and_the_middle_stays() {
        let rated = rated(3, &[contest(0, 2, 0.0, 100), contest(1, 2, 100.0, 100)]).unwrap();
        let [hides, shows, detective] = [0, 1, 2].map(|at| rated[at]);
        assert!(hides.range.unwrap().0 > shows.range.unwrap().1 + TEN_TO_ONE, "{rated:?}");
        assert!((detective.value - MIDDLE).abs() < 1e-6, "it has won as often as it has lost: {rated:?}");
        assert!((rated.iter().map(|it| it.value).sum::<f64>() / 3.0 - MIDDLE).abs() < 1e-6);
    }

    #[test]
    fn many_games_give_the_odds_that_were_seen() {
        // Ten to one for the detective against the first mole, even odds against the second.
        let rated = rated(3, &[contest(0, 2, 100_000.0, 110_000), contest(1, 2, 55_000.0, 110_000)]).unwrap();
        assert!((rated[2].value - rated[0].value - TEN_TO_ONE).abs() < 0.5, "{rated:?}");
        assert!((rated[2].value - rated[1].value).abs() < 0.5, "{rated:?}");
        let widths: Vec<f64> = rated.iter().map(|it| it.range.unwrap().1 - it.range.unwrap().0).collect();
        assert!(widths.iter().all(|width| (1.0..10.0).contains(width)), "{widths:?}");
    }

    #[test]
    fn who_has_met_the_better_ones_is_not_taken_for_a_worse_one() {
        // Both detectives name half of the moles, but the second meets only the mole that the first seldom names.
        let contests = [contest(0, 2, 90.0, 100), contest(1, 2, 10.0, 100), contest(1, 3, 50.0, 100)];
        let rated = rated(4, &contests).unwrap();
        assert!(rated[3].range.unwrap().0 > rated[2].range.unwrap().1, "{rated:?}");
    }

    #[test]
    fn few_games_tell_little() {
        let width = |games: usize| {
            let rated = rated(2, &[contest(0, 1, float(games) / 2.0, games)]).unwrap();
            rated[0].range.unwrap().1 - rated[0].range.unwrap().0
        };
        assert!(width(4) > 3.0 * width(100) && width(100) > 3.0 * width(2_000));
    }
}
