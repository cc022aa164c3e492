//! The question whose answer is a letter, in several orders of the crew, and what the odds of the letters make of each agent.

use std::fmt::Write as _;

use super::WHO;
use crate::heist::AgentName;

/// The letters; a larger crew is not asked for in this way.
const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// So many orders of the crew are asked for at the most, each in a request of its own.
const MOST_ORDERS: usize = 6;

/// So many letters must have odds, or these are odds of something else.
const FEWEST_LETTERS: usize = 2;

/// Whether a crew can be asked for by letters.
pub(super) fn fits(crew: usize) -> bool {
    (FEWEST_LETTERS..=LETTERS.len()).contains(&crew)
}

/// How the crew is turned: whose letter is the first, in each order. In a small crew everybody has each letter once, so
/// that a letter that a model likes best does nobody harm.
pub(super) fn orders(crew: usize) -> Vec<usize> {
    let count = crew.min(MOST_ORDERS);
    (0..count).map(|order| order * crew / count.max(1)).collect()
}

/// The question with the crew turned so far.
pub(super) fn ask(crew: &[AgentName], turned: usize) -> String {
    let mut text = WHO.to_owned();
    for (letter, name) in LETTERS.iter().zip(crew.iter().cycle().skip(turned).take(crew.len())) {
        let _ = write!(text, "\n{}: {name}", char::from(*letter));
    }
    text.push_str("\nAnswer with one letter.");
    text
}

/// The logarithms of the odds of everybody's letter, in the crew's order; none if these are no odds of letters. A letter
/// that is not among the likeliest tokens has the least odds of all that are.
pub(super) fn read(odds: &[(String, f64)], crew: usize, turned: usize) -> Option<Vec<f64>> {
    let least = odds.iter().map(|(_, odds)| *odds).reduce(f64::min)?;
    let of = |letter: u8| {
        let is_it = |token: &str| token.trim_matches(|sign: char| !sign.is_alphanumeric()).as_bytes() == [letter];
        // A letter may be a token with a blank before it and another without.
        let all: f64 = odds.iter().filter(|(token, _)| is_it(token)).map(|(_, odds)| odds.exp()).sum();
        (all > 0.0).then(|| all.ln())
    };
    let found: Vec<_> = LETTERS.iter().take(crew).map(|letter| of(*letter)).collect();
    if found.iter().flatten().count() < FEWEST_LETTERS.min(crew) {
        return None;
    }
    let place = |agent: usize| (agent + crew - turned % crew) % crew;
    Some((0..crew).map(|agent| found.get(place(agent)).copied().flatten().unwrap_or(least)).collect())
}

/// The mean of several readings.
pub(super) fn mean(readings: &[Vec<f64>]) -> Vec<f64> {
    let Some(first) = readings.first() else { return Vec::new() };
    let count = f64::from(u32::try_from(readings.len()).unwrap_or(u32::MAX));
    (0..first.len()).map(|agent| readings.iter().filter_map(|odds| odds.get(agent)).sum::<f64>() / count).collect()
}

/// What the odds make of each agent beyond those that it has without any talk; the scores sum to 1.
pub(super) fn scores(odds: &[f64], before: &[f64]) -> Vec<f64> {
    let moved: Vec<_> = odds.iter().zip(before).map(|(odds, before)| odds - before).collect();
    let top = moved.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<_> = moved.iter().map(|moved| (moved - top).exp()).collect();
    let all: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / all).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn crew(count: usize) -> Vec<AgentName> {
        (0..count).map(|number| AgentName::from(format!("agent{number}").as_str())).collect()
    }

    fn odds(list: &[(&str, f64)]) -> Vec<(String, f64)> {
        list.iter().map(|(token, odds)| ((*token).to_owned(), *odds)).collect()
    }

    #[test]
    fn in_a_small_crew_everybody_has_each_letter_once_and_a_large_one_is_asked_for_seldom() {
        for count in 2..=26 {
            let crew = crew(count);
            let orders = orders(count);
            assert_eq!(orders.len(), count.min(MOST_ORDERS), "{count}");
            let letters = |name: &AgentName| {
                let line = |turned: &usize| {
                    ask(&crew, *turned).lines().find(|line| line.ends_with(&format!(": {name}"))).unwrap().to_owned()
                };
                orders.iter().map(line).collect::<std::collections::BTreeSet<_>>().len()
            };
            assert!(crew.iter().all(|name| letters(name) == orders.len()), "{count}");
        }
        assert!(!fits(1) && fits(2) && fits(26) && !fits(27));
    }

    #[test]
    fn a_letter_is_read_in_whatever_dress_and_one_that_is_missing_has_the_least() {
        let list = odds(&[("B", -0.5), (" B", -2.5), ("▁A", -1.5), ("the", -3.0), ("c", -3.5), ("A.", -4.0)]);
        let read_at = |turned| read(&list, 3, turned).unwrap();
        let (a, b) = ((f64::exp(-1.5) + f64::exp(-4.0)).ln(), (f64::exp(-0.5) + f64::exp(-2.5)).ln());
        for (turned, expected) in [(0, [a, b, -4.0]), (1, [-4.0, a, b]), (2, [b, -4.0, a])] {
            for (found, expected) in read_at(turned).iter().zip(expected) {
                assert!((found - expected).abs() < 1e-9, "{turned}: {:?}", read_at(turned));
            }
        }
        assert_eq!(read(&odds(&[("<think>", -0.1), ("A", -3.0)]), 3, 0), None, "these are odds of something else");
        assert_eq!(read(&[], 3, 0), None);
    }

    #[test]
    fn what_a_model_likes_without_any_talk_counts_for_nothing() {
        // A model that likes the first letter best, and the second agent.
        let says = |talk: [f64; 3]| {
            let one = |turned: usize| {
                let at = |agent: usize| talk[agent] + if agent == 1 { -1.0 } else { -3.0 };
                let letter = |place: usize| at((place + turned) % 3) + [-0.1, -2.0, -4.0][place];
                read(&odds(&[("A", letter(0)), ("B", letter(1)), ("C", letter(2))]), 3, turned).unwrap()
            };
            mean(&orders(3).into_iter().map(one).collect::<Vec<_>>())
        };
        let before = says([0.0; 3]);
        assert!(before[1] > before[0] + 1.0);
        let scores_of = |talk| scores(&says(talk), &before);
        assert!(scores_of([0.0; 3]).iter().all(|score| (score - 1.0 / 3.0).abs() < 1e-9));
        let moved = scores_of([0.0, 0.0, 2.0]);
        assert!(moved[2] > 0.7 && (moved[0] - moved[1]).abs() < 1e-9, "{moved:?}");
    }

    proptest! {
        #[test]
        fn whatever_the_odds_are_the_scores_are_probabilities(
            list in prop::collection::vec(("[A-Fa ]{1,2}", -100.0f64..0.0), 0..20), count in 2usize..9, turned in 0usize..9,
        ) {
            if let Some(found) = read(&list, count, turned) {
                prop_assert_eq!(found.len(), count);
                let scores = scores(&found, &vec![-1.0; count]);
                prop_assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                prop_assert!(scores.iter().all(|score| score.is_finite() && *score >= 0.0));
            }
        }
    }
}
