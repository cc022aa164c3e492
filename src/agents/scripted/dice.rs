//! Chance for the scripted crew: rolls that depend on nothing but the seed, the turn, the agent and what is rolled for.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// The dice of one agent in one turn.
pub(super) struct Dice {
    base: String,
}

impl Dice {
    pub(super) fn new(seed: u64, turn: u32, agent: &str) -> Self {
        Self { base: format!("{seed}/{turn}/{agent}/") }
    }

    fn rng(&self, purpose: &str) -> ChaCha8Rng {
        let digest = Sha256::new().chain_update(&self.base).chain_update(purpose).finalize();
        ChaCha8Rng::from_seed(digest.into())
    }

    /// A number from `low` up to and with `high`.
    pub(super) fn between(&self, purpose: &str, low: u32, high: u32) -> u32 {
        rand::RngExt::random_range(&mut self.rng(purpose), low..=high)
    }

    /// True in so many cases out of a hundred.
    pub(super) fn chance(&self, purpose: &str, percent: u32) -> bool {
        self.between(purpose, 0, 99) < percent
    }

    /// The place of one of these weights, each as often as it is heavy; none if they are nothing together.
    pub(super) fn weighed(&self, purpose: &str, weights: &[u32]) -> Option<usize> {
        let mut left = self.between(purpose, 0, weights.iter().sum::<u32>().checked_sub(1)?);
        weights.iter().position(|weight| {
            let is_here = left < *weight;
            left = left.saturating_sub(*weight);
            is_here
        })
    }

    /// The items in an order of their own.
    pub(super) fn shuffled<T: Clone>(&self, purpose: &str, items: &[T]) -> Vec<T> {
        let mut items = items.to_vec();
        items.shuffle(&mut self.rng(purpose));
        items
    }

    /// One of the items; none if there are none.
    pub(super) fn pick<T: Clone>(&self, purpose: &str, items: &[T]) -> Option<T> {
        self.shuffled(purpose, items).into_iter().next()
    }
}
