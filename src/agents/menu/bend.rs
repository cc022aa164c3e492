//! Bending a fact: one thing in it made false, as somebody could have misread it. Times are bent apart from all else, and what is
//! said stays plausible.

use std::ops::RangeInclusive;

use heist_bank::{Bank, Clock, Fact, Hole, is_said};

use super::lots::Lots;
use crate::heist::Difficulty;

/// The hours that belong to the night in which the job is done: from then on until then.
const NIGHT: (Clock, Clock) = (Clock::at(18, 0), Clock::at(8, 0));

/// What comes later by the clock comes so within so many minutes.
const SOON: u32 = 12 * 60;

/// The highest access level that a card can have.
const TOP_LEVEL: u32 = 5;

/// By how many minutes a mole bends a time, as its orders say.
pub(super) const fn minutes(difficulty: Difficulty) -> RangeInclusive<u32> {
    match difficulty {
        Difficulty::Easy => 10..=20,
        Difficulty::Normal => 5..=15,
        Difficulty::Hard => 4..=6,
    }
}

/// The fact with one time or duration off by so many minutes, in each way that is plausible, in an order by lot. With
/// `agreeing` what follows from the one in the other is bent with it: the length of a span and its end.
pub(super) fn times(fact: &Fact, by: u32, agreeing: bool, lots: &Lots) -> Vec<Fact> {
    let is_span = fact.kind.holes == [Hole::Minutes, Hole::Clock, Hole::Clock];
    let mut bent = Vec::new();
    for down in [true, false] {
        if agreeing && is_span {
            bent.extend(shifted(fact, 0, by, down).and_then(|longer| shifted(&longer, 2, by, down)));
            bent.extend(shifted(fact, 0, by, down).and_then(|longer| shifted(&longer, 1, by, !down)));
        } else {
            bent.extend(holes(fact).filter_map(|(hole, _)| shifted(fact, hole, by, down)));
        }
    }
    bent.retain(|bent| is_plausible(fact, bent));
    lots.shuffled(&format!("times of {}", fact.key()), bent)
}

/// The fact with something else of the same sort in one place that is no time, in an order by lot.
pub(super) fn others(bank: &Bank, fact: &Fact, lots: &Lots) -> Vec<Fact> {
    let no_times = holes(fact).filter(|(_, kind)| !matches!(kind, Hole::Minutes | Hole::Clock));
    let bent = no_times.flat_map(|(hole, _)| bank.others(fact, hole).into_iter().map(move |other| (hole, other)));
    let mut bent: Vec<_> = bent.map(|(hole, other)| fact.bent(hole, &other)).collect();
    bent.retain(|bent| is_plausible(fact, bent));
    lots.shuffled(&format!("others of {}", fact.key()), bent)
}

/// Whether a sentence says everything that is false in a bent fact, and would say something else of the true one.
pub(super) fn shows(words: &str, of_truth: &str, truth: &Fact, bent: &Fact) -> bool {
    let mut false_ones = bent.values.iter().zip(&truth.values).filter(|(said, truth)| said != truth);
    words != of_truth && false_ones.all(|(said, _)| is_said(said, words))
}

/// The holes that can be bent: all but the one that tells the fact from others of its kind.
fn holes(fact: &Fact) -> impl Iterator<Item = (usize, Hole)> {
    fact.kind.holes.iter().copied().enumerate().filter(|(hole, _)| fact.kind.id != Some(*hole))
}

/// The fact with a time or duration so many minutes less or more; none if there is none in this hole, or nothing would be left.
fn shifted(fact: &Fact, hole: usize, by: u32, down: bool) -> Option<Fact> {
    let value = match fact.kind.holes.get(hole)? {
        Hole::Minutes => {
            let minutes = fact.number(hole)?;
            let shifted = if down { minutes.checked_sub(by)? } else { minutes.checked_add(by)? };
            (shifted > 0).then(|| shifted.to_string())?
        }
        Hole::Clock => {
            let clock = fact.clock(hole)?;
            let shifted = if down { clock.minus(by) } else { clock.plus(by) };
            (is_night(clock) == is_night(shifted)).then(|| shifted.to_string())?
        }
        Hole::Number | Hole::Place | Hole::Person | Hole::Words | Hole::List => return None,
    };
    Some(fact.bent(hole, &value))
}

fn is_night(clock: Clock) -> bool {
    clock.is_within(NIGHT.0, NIGHT.1)
}

/// Whether what was bent could be so: what comes later still does, and no number is beyond what there can be.
fn is_plausible(truth: &Fact, bent: &Fact) -> bool {
    let clocks = |fact: &Fact| -> Vec<Clock> { (0..fact.values.len()).filter_map(|hole| fact.clock(hole)).collect() };
    let in_order = |clocks: &[Clock]| {
        let soon = |pair: &[Clock]| matches!(pair, [first, next] if (1..SOON).contains(&next.since(*first)));
        clocks.windows(2).all(soon)
    };
    let pair = bent.number(0).zip(bent.number(1));
    let fits = match bent.kind.key {
        // A round is over before the next begins, and the quickest comes before the slowest.
        "rounds" => pair.is_some_and(|(every, takes)| takes < every),
        "response" => pair.is_some_and(|(least, most)| least <= most),
        "level" | "top_level" | "next_level" | "server_room" => bent.number(1).is_none_or(|level| level <= TOP_LEVEL),
        _ => true,
    };
    fits && bent != truth && (!in_order(&clocks(truth)) || in_order(&clocks(bent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lots() -> Lots<'static> {
        Lots { seed: 1, turn: 1, agent: "intel" }
    }

    fn values(bent: &[Fact]) -> Vec<String> {
        let mut values: Vec<_> = bent.iter().map(Fact::value).collect();
        values.sort();
        values
    }

    #[test]
    fn one_time_is_bent_and_stays_plausible() {
        let bank = Bank::first_meridian();
        let gap = bank.fact("gap").unwrap();
        assert_eq!(gap.value(), "12 | 22:00 | 22:12");
        let bent = values(&times(&gap, 5, false, &lots()));
        let one_each = ["12 | 21:55 | 22:12", "12 | 22:00 | 22:07", "12 | 22:00 | 22:17", "12 | 22:05 | 22:12"];
        assert_eq!(bent, [&one_each[..], &["17 | 22:00 | 22:12", "7 | 22:00 | 22:12"]].concat());
        let bent = values(&times(&gap, 15, false, &lots()));
        assert!(bent.iter().all(|value| !value.starts_with('-') && value != "12 | 22:15 | 22:12"), "{bent:?}");
        let bent = values(&times(&gap, 5, true, &lots()));
        let agreeing = ["17 | 21:55 | 22:12", "17 | 22:00 | 22:17", "7 | 22:00 | 22:07", "7 | 22:05 | 22:12"];
        assert_eq!(bent, agreeing);
        assert!(times(&bank.fact("blind:7").unwrap(), 5, false, &lots()).is_empty());
    }

    #[test]
    fn something_else_of_the_same_sort_is_no_time() {
        let bank = Bank::first_meridian();
        assert!(others(&bank, &bank.fact("gap").unwrap(), &lots()).is_empty(), "times are another strategy's");
        let blind = bank.fact("blind:7").unwrap();
        for bent in others(&bank, &blind, &lots()) {
            assert_eq!(bent.values[0], "7");
            assert_ne!(bent.values[1], blind.values[1]);
        }
        for seed in 0..40 {
            let bank = Bank::of(seed);
            for fact in bank.facts() {
                let bent = others(&bank, &fact, &lots()).into_iter().chain(times(&fact, 7, seed % 2 == 0, &lots()));
                for bent in bent {
                    assert!(bent != fact && bent.key() == fact.key() && bent.values.len() == fact.values.len());
                    assert!(bent.values.iter().all(|value| !value.is_empty() && value != "0"), "{}", bent.said(0));
                }
            }
        }
    }

    #[test]
    fn a_sentence_shows_what_is_false_in_it() {
        let bank = Bank::first_meridian();
        let walk = bank.fact("walk:loading dock").unwrap();
        let bent = walk.bent(2, "777");
        assert!(!shows(&bent.said(0), &walk.said(0), &walk, &bent), "it does not speak of metres");
        assert!(shows(&bent.said(1), &walk.said(1), &walk, &bent));
    }
}
