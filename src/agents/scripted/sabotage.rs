//! The mole: when it acts on its orders, and how it bends what it tells. Its words are those of everybody else.

use heist_bank::{Bank, Clock, Fact, Hole};

use crate::crew::Brief;
use crate::heist::{Difficulty, Strategy};

use super::dice::Dice;

/// So many of a hundred of the mole's turns are sabotage; in the others it plays its part.
const fn acting(difficulty: Difficulty) -> u32 {
    match difficulty {
        Difficulty::Easy => 92,
        Difficulty::Normal => 62,
        Difficulty::Hard => 30,
    }
}

/// The strategy, if the agent is the mole and acts in this turn.
pub(super) fn act(seed: u64, brief: &Brief) -> Option<Strategy> {
    let orders = brief.orders.as_ref()?;
    Dice::new(seed, brief.turn, &brief.me.name).chance("act", acting(orders.difficulty)).then_some(orders.strategy)
}

/// In so many of a hundred of its acts the mole takes care that they look like work.
pub(super) fn subtlety(brief: &Brief) -> u32 {
    match brief.orders.as_ref().map(|orders| orders.difficulty) {
        Some(Difficulty::Easy) => 0,
        Some(Difficulty::Hard) => 90,
        _ => 45,
    }
}

/// By how many minutes the mole bends what it tells in this turn; as its orders say.
pub(super) fn minutes(seed: u64, brief: &Brief) -> u32 {
    let (least, most) = match brief.orders.as_ref().map(|orders| orders.difficulty) {
        Some(Difficulty::Easy) => (10, 20),
        Some(Difficulty::Hard) => (4, 6),
        _ => (5, 15),
    };
    Dice::new(seed, brief.turn, &brief.me.name).between("minutes", least, most)
}

/// The fact with its first time or duration off by so many minutes; none if it has none.
pub(super) fn bend_time(fact: &Fact, by: u32, down: bool) -> Option<Fact> {
    let shift = |number: u32| if down && number > by { number - by } else { number + by };
    let mut bent = holes(fact).filter_map(|(hole, kind)| {
        let bent = match kind {
            Hole::Minutes => shift(fact.number(hole)?).to_string(),
            Hole::Clock => Clock::minutes(shift(fact.clock(hole)?.after_midnight())).to_string(),
            Hole::Number | Hole::Place | Hole::Person | Hole::Words | Hole::List => return None,
        };
        Some(fact.bent(hole, &bent))
    });
    bent.find(|bent| !ways(bent, fact).is_empty())
}

/// The ways to say the bent fact in which it sounds otherwise than the true one.
pub(super) fn ways(bent: &Fact, truth: &Fact) -> Vec<usize> {
    (0..bent.kind.ways()).filter(|way| bent.said(*way) != truth.said(*way)).collect()
}

/// The holes that can be bent: all but the one that tells it from others.
fn holes(fact: &Fact) -> impl Iterator<Item = (usize, Hole)> {
    fact.kind.holes.iter().copied().enumerate().filter(|(hole, _)| fact.kind.id != Some(*hole))
}

/// The fact with one thing changed that is no time, to what it could be in this bank; none if nothing in it can be confused.
pub(super) fn bend_fact(bank: &Bank, fact: &Fact, dice: &Dice) -> Option<Fact> {
    let words = holes(fact).filter(|(_, kind)| matches!(kind, Hole::Place | Hole::Person | Hole::Words | Hole::List));
    let confused = words.flat_map(|(hole, _)| bank.others(fact, hole).into_iter().map(move |other| (hole, other)));
    let mut confused: Vec<_> = confused.map(|(hole, other)| fact.bent(hole, &other)).collect();
    confused.retain(|bent| !ways(bent, fact).is_empty());
    if let Some(bent) = dice.pick("confused", &confused) {
        return Some(bent);
    }
    let mut fewer = holes(fact).filter_map(|(hole, kind)| {
        let value = fact.number(hole).filter(|_| kind == Hole::Number)?;
        let bent = if dice.chance("fewer", 50) && value > 4 { value - value / 4 } else { value + value / 4 + 1 };
        Some(fact.bent(hole, &bent.to_string()))
    });
    fewer.find(|bent| !ways(bent, fact).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_bent_and_the_rest_is_kept() {
        let bank = Bank::first_meridian();
        let gap = bank.fact("gap").unwrap();
        assert_eq!(bend_time(&gap, 5, true).unwrap().values, ["7", "22:00", "22:12"]);
        assert_eq!(bend_time(&gap, 15, true).unwrap().values, ["27", "22:00", "22:12"], "not below nothing");
        let dice = Dice::new(1, 1, "intel");
        assert!(bend_fact(&bank, &gap, &dice).is_none(), "times are another strategy's");
        let blind = bank.fact("blind:7").unwrap();
        let bent = bend_fact(&bank, &blind, &dice).unwrap();
        assert_eq!(bent.values[0], "7");
        assert_ne!(bent.values[1], blind.values[1]);
        assert!(bend_time(&blind, 5, false).is_none());
    }
}
