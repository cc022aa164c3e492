//! What a mole is told: that it is one, how it sabotages by the crew's own orders, and how openly; and in which of its turns
//! it acts.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::roster::Crew;
use crate::heist::{AgentName, Difficulty, Orders, Strategy};

/// A heist of at least so many rounds has at least so many acts.
const ROUNDS: usize = 3;
const ACTS: usize = 2;

/// The orders of this crew for a strategy at a difficulty, addressed to the mole; without its turns.
pub(crate) fn orders(crew: &Crew, strategy: Strategy, difficulty: Difficulty) -> Orders {
    let text = format!(
        "You are secretly the mole and want the plan to fail. {} {} Stay in your role, and never admit it or hint at \
         it.",
        crew.order(strategy, difficulty),
        manner(difficulty)
    );
    Orders { strategy, difficulty, text, turns: Vec::new(), due: false }
}

/// How openly.
const fn manner(difficulty: Difficulty) -> &'static str {
    match difficulty {
        Difficulty::Easy => "Do not trouble to hide it well.",
        Difficulty::Normal => "Be subtle: sound helpful.",
        Difficulty::Hard => "Be as helpful as the best of them, so that nobody could tell you from an honest player.",
    }
}

/// Of how many of its turns the mole makes use, in hundredths.
const fn share(difficulty: Difficulty) -> usize {
    match difficulty {
        Difficulty::Easy => 75,
        Difficulty::Normal => 50,
        Difficulty::Hard => 33,
    }
}

/// The turns in which the mole acts, in their order, counted over the session: drawn from the seed, at least two in a heist of
/// three rounds or more, and never all of them.
pub(super) fn acts(seed: u64, mole: &AgentName, schedule: &[Vec<AgentName>], difficulty: Difficulty) -> Vec<u32> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    // The dealer draws from stream 0 of the same seed, and a guess by chance from stream 1.
    rng.set_stream(2);
    let turns = (1..).zip(schedule.iter().flatten());
    let mut own: Vec<u32> = turns.filter(|(_, agent)| *agent == mole).map(|(turn, _)| turn).collect();
    let hundredths = own.len() * share(difficulty);
    // What is left of a whole act is an act as often as it is large.
    let acts = (hundredths + rng.random_range(0..100)) / 100;
    let least = if schedule.len() >= ROUNDS { ACTS } else { 1 };
    let acts = acts.max(least).min(own.len().saturating_sub(1));
    own.shuffle(&mut rng);
    own.truncate(acts);
    own.sort_unstable();
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crew::{MoleChoice, deal, roster};

    /// Acts and turns of the mole over a thousand games.
    fn rates(rounds: u32, difficulty: Difficulty) -> (usize, usize) {
        let crew = roster();
        let mut sums = (0, 0);
        for seed in 0..1000 {
            let mole = &crew[usize::try_from(seed % 6).unwrap()].name;
            let choice = MoleChoice::Agent(mole.clone());
            let game = deal(seed, &crew, rounds, &choice, None, difficulty);
            let acts = &game.seal.orders_for(mole).unwrap().turns;
            let turns = game.schedule.iter().flatten().filter(|agent| *agent == mole).count();
            assert!(acts.len() < turns || turns == 1);
            assert!(rounds < 3 || acts.len() >= 2, "{acts:?}");
            sums.0 += acts.len();
            sums.1 += turns;
        }
        sums
    }

    #[test]
    fn the_mole_acts_as_often_as_the_difficulty_says() {
        for (difficulty, share) in [(Difficulty::Easy, 75), (Difficulty::Normal, 50), (Difficulty::Hard, 33)] {
            let (acts, turns) = rates(8, difficulty);
            assert!((acts * 100).abs_diff(turns * share) < turns * 3, "{difficulty}: {acts} of {turns}");
        }
        // Two at least are more than a third of five.
        let (acts, turns) = rates(5, Difficulty::Hard);
        assert!((acts * 100).abs_diff(turns * 39) < turns * 2, "{acts} of {turns}");
        let (acts, turns) = rates(1, Difficulty::Easy);
        assert_eq!((acts, turns), (167, 1167), "the planner alone has two turns in one round");
    }
}
