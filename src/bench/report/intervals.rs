//! Figures with their intervals of 95 %: how far what was seen in so many games may be from what would be seen in all.
//!
//! A game is what is drawn at random, so it is games that are counted: what its agents and messages have in common is not
//! taken for evidence twice.

use crate::bench::outcome::float;
use crate::suspicion::fit::Scored;

/// Standard deviations from the middle of a normal distribution to the ends of what has 95 % of it.
pub(super) const NORMAL: f64 = 1.959_963_984_540_054;

/// A figure, and between what it lies if it can be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub value: f64,
    pub range: Option<(f64, f64)>,
}

impl Estimate {
    /// A normal interval, within these bounds; none where nothing varies but the last digits, which is no certainty.
    fn normal(value: f64, error: f64, (least, most): (f64, f64)) -> Self {
        let reach = NORMAL * error;
        let range =
            (error > 1e-9 && error.is_finite()).then(|| ((value - reach).max(least), (value + reach).min(most)));
        Self { value, range }
    }
}

/// A share of so many games, with Wilson's score interval; of games in which several have a part, parts are counted. None
/// of no games.
pub(super) fn share(part: f64, of: usize) -> Option<Estimate> {
    let (games, square) = (float(of), NORMAL * NORMAL);
    let value = part / games;
    let middle = (value + square / (2.0 * games)) / (1.0 + square / games);
    let under_root = value * (1.0 - value) / games + square / (4.0 * games * games);
    let reach = NORMAL / (1.0 + square / games) * under_root.max(0.0).sqrt();
    let range = Some(((middle - reach).max(0.0), (middle + reach).min(1.0)));
    (of > 0).then_some(Estimate { value, range })
}

/// How often the mole was the first suspect.
pub(super) fn found(games: &[Scored]) -> Option<Estimate> {
    let found: Vec<f64> = games.iter().filter_map(Scored::found).collect();
    share(found.iter().sum(), found.len())
}

/// In how many games of those that it can be told of it was so.
pub(super) fn told(games: impl Iterator<Item = bool>) -> Option<Estimate> {
    let (part, of) = games.fold((0, 0), |(part, of), is| (part + usize::from(is), of + 1));
    share(float(part), of)
}

/// What all games have of the one, in what they have of the other, such as acts in messages: the ratio of their sums, with
/// an interval from how much the games differ. None of nothing.
pub(super) fn ratio(games: &[(f64, f64)], most: f64) -> Option<Estimate> {
    let (part, whole) = games.iter().fold((0.0, 0.0), |(part, whole), game| (part + game.0, whole + game.1));
    if whole <= 0.0 {
        return None;
    }
    let value = part / whole;
    let squares: f64 = games.iter().map(|(part, whole)| (part - value * whole).powi(2)).sum();
    Some(Estimate::normal(value, (squares * one_less(games.len())).sqrt() / whole, (0.0, most)))
}

/// The mean square of score less truth, over all agents of games with a mole (Brier score).
pub(super) fn brier(games: &[Scored]) -> Option<Estimate> {
    let of = |game: &Scored| {
        let mole = game.mole?;
        let truth = |agent: usize| f64::from(u8::from(agent == mole));
        let squares = game.scores.iter().enumerate().map(|(agent, score)| (score - truth(agent)).powi(2)).sum::<f64>();
        Some((squares, float(game.scores.len())))
    };
    ratio(&games.iter().filter_map(of).collect::<Vec<_>>(), 1.0)
}

/// How likely a mole has a higher score than somebody honest (area under the ROC curve). Its interval is that of clustered
/// data (Obuchowski 1997): the games' shares in the figure, and how much they differ.
pub(super) fn auroc(games: &[Scored]) -> Option<Estimate> {
    let mut all = Vec::new();
    for (place, game) in games.iter().filter(|game| game.mole.is_some()).enumerate() {
        let of = |(agent, score): (usize, &f64)| (*score, game.mole == Some(agent), place);
        all.extend(game.scores.iter().enumerate().map(of));
    }
    all.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.2.cmp(&other.2)));
    let count = all.last().map_or(0, |_| games.iter().filter(|game| game.mole.is_some()).count());
    let moles = float(all.iter().filter(|it| it.1).count());
    let honest = float(all.len()) - moles;
    if moles * honest <= 0.0 {
        return None;
    }
    // For each agent the share of the others' kind that it is on the right side of; equal scores count half.
    let (mut moles_below, mut honest_below, mut value) = (0.0, 0.0, 0.0);
    let mut parts = vec![(0.0, 0.0); count];
    let mut counts = vec![(0.0, 0.0); count];
    for equal in all.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let moles_here = float(equal.iter().filter(|it| it.1).count());
        let honest_here = float(equal.len()) - moles_here;
        for (_, is_mole, game) in equal {
            if *is_mole {
                let right = (honest_below + honest_here / 2.0) / honest;
                value += right / moles;
                parts[*game].0 += right;
                counts[*game].0 += 1.0;
            } else {
                parts[*game].1 += (moles - moles_below - moles_here / 2.0) / moles;
                counts[*game].1 += 1.0;
            }
        }
        moles_below += moles_here;
        honest_below += honest_here;
    }
    let share = |((mole, others), (one, rest)): (&(f64, f64), &(f64, f64))| {
        ((mole - value * one) / moles + (others - value * rest) / honest).powi(2)
    };
    let squares: f64 = parts.iter().zip(&counts).map(share).sum();
    Some(Estimate::normal(value, (squares * one_less(count)).sqrt(), (0.0, 1.0)))
}

/// What a sum of squares is to be multiplied by because its middle was taken from the same games.
fn one_less(games: usize) -> f64 {
    if games > 1 { float(games) / float(games - 1) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suspicion::fit::Figures;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-4
    }

    #[test]
    fn wilsons_intervals_are_the_known_ones() {
        for (part, of, low, high) in [
            (0.0, 10, 0.0, 0.2775),
            (5.0, 10, 0.2366, 0.7634),
            (9.0, 10, 0.5958, 0.9821),
            (81.0, 263, 0.2553, 0.3662),
            (15.0, 148, 0.0624, 0.1605),
        ] {
            let range = share(part, of).unwrap().range.unwrap();
            assert!(close(range.0, low) && close(range.1, high), "{part} of {of}: {range:?}");
        }
        assert_eq!(share(0.0, 0), None);
    }

    fn scored(scores: &[f64], mole: usize) -> Scored {
        Scored { scores: scores.to_vec(), mole: Some(mole) }
    }

    #[test]
    fn the_figures_are_those_of_a_bench() {
        let games = [
            scored(&[0.7, 0.2, 0.1], 0),
            scored(&[0.1, 0.5, 0.4], 2),
            scored(&[0.4, 0.4, 0.2], 1),
            scored(&[0.2, 0.3, 0.5], 0),
            Scored { scores: vec![0.9, 0.1, 0.0], mole: None },
        ];
        let figures = Figures::of(&games);
        for (ours, theirs) in
            [(found(&games), figures.top1), (auroc(&games), figures.auroc), (brier(&games), figures.brier)]
        {
            let Estimate { value, range } = ours.unwrap();
            assert!(close(value, theirs), "{value} is not {theirs}");
            let (low, high) = range.unwrap();
            assert!(0.0 <= low && low < value && value < high && high <= 1.0, "{range:?} of {value}");
        }
        assert_eq!((found(&games[4..]), auroc(&games[4..]), brier(&games[4..])), (None, None, None));
    }

    #[test]
    fn an_area_lies_where_many_draws_of_the_games_have_it() {
        // Games that differ, drawn again many times with dice of a known start.
        let mut state = 7_u32;
        let mut dice = move |sides: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % sides
        };
        let mut games = Vec::new();
        for _ in 0..200 {
            let mut scores: Vec<f64> = (0..6).map(|_| float(dice(1000))).collect();
            scores[0] += 250.0;
            let sum: f64 = scores.iter().sum();
            games.push(scored(&scores.iter().map(|score| score / sum).collect::<Vec<_>>(), 0));
        }
        let Estimate { value, range } = auroc(&games).unwrap();
        let (low, high) = range.unwrap();
        let mut drawn: Vec<f64> = (0..400)
            .map(|_| (0..games.len()).map(|_| games[dice(games.len())].clone()).collect::<Vec<_>>())
            .map(|games| Figures::of(&games).auroc)
            .collect();
        drawn.sort_by(f64::total_cmp);
        let width = drawn[389] - drawn[10];
        assert!((value - 0.6..value).contains(&low) && ((high - low) / width - 1.0).abs() < 0.15, "{width}, {range:?}");
    }

    #[test]
    fn what_games_have_in_common_is_no_evidence_twice() {
        // In half of the games every message has an act, in the others none: as good as so many messages as there are games.
        let games: Vec<_> = (0..100).map(|game| (if game % 2 == 0 { 10.0 } else { 0.0 }, 10.0)).collect();
        let Estimate { value, range } = ratio(&games, 1.0).unwrap();
        let (low, high) = range.unwrap();
        assert!(close(value, 0.5) && close(high - low, 2.0 * NORMAL * 0.05 * (100.0_f64 / 99.0).sqrt()), "{range:?}");
        assert_eq!(ratio(&[(0.0, 5.0); 3], 1.0).unwrap().range, None, "nothing varies");
    }
}
