//! The mole: when it acts on its orders, and how it bends what it tells. Its words are those of everybody else.

use crate::crew::Brief;
use crate::heist::{Difficulty, Strategy};

use super::dice::Dice;
use super::facts::Fact;
use super::pattern::{Kind, minutes_of_day, time_of_day};

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
    let mut kinds = fact.entry.kinds().into_iter().enumerate();
    let (hole, bent) = kinds.find_map(|(hole, kind)| {
        let value = fact.values.get(hole).filter(|_| fact.entry.id != Some(hole))?;
        match kind {
            Kind::Minutes => Some((hole, shift(value.parse().ok()?).to_string())),
            Kind::Clock => Some((hole, time_of_day(shift(minutes_of_day(value)?)))),
            Kind::Number | Kind::Words => None,
        }
    })?;
    Some(with(fact, hole, bent))
}

/// The fact with one thing changed that is no time; none if nothing in it can be confused.
pub(super) fn bend_fact(fact: &Fact, dice: &Dice) -> Option<Fact> {
    if let Some((hole, others)) = fact.entry.confused {
        let others: Vec<_> =
            others.iter().filter(|other| fact.values.get(hole).is_some_and(|own| own != *other)).collect();
        return dice.pick("confused", &others).map(|other| with(fact, hole, (*other).to_string()));
    }
    let number = |(hole, kind): (usize, Kind)| {
        let value: u32 = fact.values.get(hole)?.parse().ok()?;
        let bent = if dice.chance("fewer", 50) && value > 4 { value - value / 4 } else { value + value / 4 + 1 };
        (kind == Kind::Number && fact.entry.id != Some(hole)).then(|| with(fact, hole, bent.to_string()))
    };
    fact.entry.kinds().into_iter().enumerate().find_map(number)
}

fn with(fact: &Fact, hole: usize, value: String) -> Fact {
    let mut bent = fact.clone();
    if let Some(own) = bent.values.get_mut(hole) {
        *own = value;
    }
    bent
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::entries;
    use super::*;

    fn fact(key: &str, values: &[&str]) -> Fact {
        Fact {
            entry: entries().find(|entry| entry.key == key).unwrap(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            source: "a.txt".into(),
            by: "intel".into(),
        }
    }

    #[test]
    fn one_thing_is_bent_and_the_rest_is_kept() {
        let gap = fact("gap", &["12", "22:00", "22:12"]);
        assert_eq!(bend_time(&gap, 5, true).unwrap().values, ["7", "22:00", "22:12"]);
        assert_eq!(bend_time(&gap, 15, true).unwrap().values, ["27", "22:00", "22:12"], "not below nothing");
        let dice = Dice::new(1, 1, "intel");
        assert!(bend_fact(&gap, &dice).is_none(), "times are another strategy's");
        let blind = fact("blind", &["7", "ramp of the loading dock"]);
        let bent = bend_fact(&blind, &dice).unwrap();
        assert_eq!(bent.values[0], "7");
        assert_ne!(bent.values[1], blind.values[1]);
        assert!(bend_time(&blind, 5, false).is_none());
    }
}
