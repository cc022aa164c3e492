//! Dealing the game from its seed: the mole, the strategy, the nonce, and the order of turns.

use std::fmt::Write as _;

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde::{Deserialize, Serialize};

use super::orders::{acts, orders};
use super::roster::Crew;
use crate::heist::{AgentName, Difficulty, Orders, Seal, Strategy};

/// Who is to be the mole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MoleChoice {
    /// Any of the crew, with even chances.
    Random,
    /// Nobody.
    Nobody,
    /// This agent.
    Agent(AgentName),
}

/// What a seed deals.
#[derive(Clone, Debug, PartialEq)]
pub struct Deal {
    /// The sealed mole.
    pub seal: Seal,
    /// Who speaks in each round, in order.
    pub schedule: Vec<Vec<AgentName>>,
}

/// How many turns a game has that is dealt to a crew of this size: everybody's in each round, and the first's once more
/// at the very end.
#[must_use]
pub fn turns(crew: usize, rounds: u32) -> u32 {
    u32::try_from(crew).unwrap_or(u32::MAX).saturating_mul(rounds).saturating_add(1)
}

/// How many of them are those of the agent at this place in the crew.
#[must_use]
pub fn turns_of(place: usize, rounds: u32) -> u32 {
    rounds.saturating_add(u32::from(place == 0))
}

/// Deals a game of `rounds` rounds (at least 1) for a crew of at least one, the same for the same arguments. In every round the first of the crew
/// opens and the others follow in an order of that round's own; the last round closes with the first again, for the
/// final plan. The mole and the strategy are drawn even where they are then given, so that giving one does not change
/// the rest of the game; the difficulty changes nothing but the mole's orders.
#[must_use]
pub fn deal(
    seed: u64,
    crew: &Crew,
    rounds: u32,
    mole: &MoleChoice,
    strategy: Option<Strategy>,
    difficulty: Difficulty,
) -> Deal {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let drawn = crew.choose(&mut rng).map(|persona| persona.name.clone());
    let drawn_strategy = Strategy::ALL.choose(&mut rng).copied();
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);

    let mole = match mole {
        MoleChoice::Random => drawn,
        MoleChoice::Nobody => None,
        MoleChoice::Agent(name) => Some(name.clone()),
    };
    let names: Vec<_> = crew.iter().map(|persona| persona.name.clone()).collect();
    let schedule: Vec<_> = (1..=rounds)
        .map(|round| {
            let mut order = names.clone();
            if let Some((_, others)) = order.split_first_mut() {
                others.shuffle(&mut rng);
            }
            if round == rounds {
                order.extend(names.first().cloned());
            }
            order
        })
        .collect();
    let sealed = mole.zip(strategy.or(drawn_strategy)).map(|(mole, strategy)| {
        let turns = acts(seed, &mole, &schedule, difficulty);
        (mole, Orders { turns, ..orders(crew, strategy, difficulty) })
    });
    Deal { seal: Seal::new(sealed, hex(&nonce)), schedule }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::crew::roster;

    fn moles(seed: u64) -> Vec<(AgentName, Strategy)> {
        let crew = roster();
        let seal = deal(seed, &crew, 5, &MoleChoice::Random, None, Difficulty::Normal).seal;
        crew.iter()
            .filter_map(|persona| Some((persona.name.clone(), seal.orders_for(&persona.name)?.strategy)))
            .collect()
    }

    #[test]
    fn moles_and_strategies_are_drawn_evenly() {
        let mut counts = BTreeMap::new();
        for seed in 0..3000 {
            let dealt = moles(seed);
            assert_eq!(dealt.len(), 1);
            *counts.entry(dealt).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 30);
        // 100 expected of each pair; six standard deviations.
        assert!(counts.values().all(|count| (41..160).contains(count)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn everybody_speaks_once_a_round_and_the_planner_opens(seed: u64, rounds in 1u32..9) {
            let crew = roster();
            let game = deal(seed, &crew, rounds, &MoleChoice::Random, None, Difficulty::Normal);
            prop_assert_eq!(&game, &deal(seed, &crew, rounds, &MoleChoice::Random, None, Difficulty::Normal));
            prop_assert_eq!(game.schedule.len(), rounds as usize);
            prop_assert_eq!(game.schedule.iter().map(Vec::len).sum::<usize>(), turns(crew.len(), rounds) as usize);
            for (order, round) in game.schedule.iter().zip(1..) {
                let mut sorted = order[..6].to_vec();
                prop_assert_eq!(&*sorted[0], "planner");
                sorted.sort();
                sorted.dedup();
                prop_assert_eq!(sorted.len(), 6);
                prop_assert_eq!(order.len(), if round == rounds { 7 } else { 6 });
            }
            prop_assert_eq!(&*game.schedule[rounds as usize - 1][6], "planner");
        }

        #[test]
        fn a_given_mole_leaves_the_order_of_turns_as_it_was(seed: u64) {
            let crew = roster();
            let given = deal(seed, &crew, 5, &MoleChoice::Agent("driver".into()), Some(Strategy::FalseInfo), Difficulty::Easy);
            let nobody = deal(seed, &crew, 5, &MoleChoice::Nobody, None, Difficulty::Hard);
            prop_assert_eq!(&given.schedule, &deal(seed, &crew, 5, &MoleChoice::Random, None, Difficulty::Normal).schedule);
            prop_assert_eq!(given.schedule, nobody.schedule);
            prop_assert_eq!(given.seal.orders_for(&"driver".into()).map(|orders| orders.strategy), Some(Strategy::FalseInfo));
            prop_assert!(crew.iter().all(|persona| nobody.seal.orders_for(&persona.name).is_none()));
        }
    }
}
