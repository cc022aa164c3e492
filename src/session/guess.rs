//! Who answers when the mole is asked for, and what.

use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha12Rng;

use crate::heist::{AgentName, Guess, Guesser, State};

/// Who answers when the mole is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuessBy {
    /// The person who watches, by [`super::Control::Guess`].
    Player,
    /// The detector names its first suspect.
    Detector,
    /// Chance, from the game's seed.
    Random,
    /// This agent, or nobody, was given beforehand.
    Given(Option<AgentName>),
}

impl GuessBy {
    /// The guess at the end of that heist; none if a person is to make it.
    #[must_use]
    pub fn guess(&self, state: &State) -> Option<Guess> {
        let (by, agent, sureness) = match self {
            Self::Player => return None,
            Self::Detector => {
                let suspect = state.suspect();
                (Guesser::Detector, suspect.map(|top| top.agent.clone()), suspect.map(|top| top.score.into()))
            }
            Self::Random => {
                let crew = &state.setup().crew;
                let mut rng = ChaCha12Rng::seed_from_u64(state.setup().seed);
                // The dealer draws from stream 0 of the same seed.
                rng.set_stream(1);
                let drawn = crew.choose(&mut rng).map(|member| member.name.clone());
                #[allow(clippy::cast_precision_loss)] // a handful
                let sureness = 1.0 / crew.len() as f64;
                (Guesser::Random, drawn, Some(sureness.into()))
            }
            Self::Given(agent) => (Guesser::Player, agent.clone(), None),
        };
        Some(Guess { by, agent, sureness, blind: false })
    }
}
