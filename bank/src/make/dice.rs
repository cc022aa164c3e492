//! Chance for making banks: what is drawn for one purpose depends on the seed and the purpose only, so that nothing else
//! changes when a purpose is added. Only whole numbers of 32 bits are drawn, which are the same on every machine.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The dice for one purpose.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of a seed for a purpose, whose name has at most 16 letters; `again` counts how often all was drawn before
    /// and did not fit.
    pub(super) fn new(seed: u64, again: u32, purpose: &str) -> Self {
        let mut key = [0; 32];
        let bytes = seed.to_le_bytes().into_iter().chain(again.to_le_bytes()).chain(purpose.bytes());
        for (byte, drawn) in key.iter_mut().zip(bytes) {
            *byte = drawn;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number from 0 up to but not with `end`; 0 if there is none.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let wide = (u64::from(self.0.next_u32()) * u64::from(end)) >> 32;
        u32::try_from(wide).unwrap_or(0)
    }

    /// A number from `low` up to and with `high`; `low` if there is none.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high + 1).saturating_sub(low))
    }

    /// True in so many cases out of a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// Where one of so many things is.
    fn index(&mut self, things: usize) -> usize {
        usize::try_from(self.below(u32::try_from(things).unwrap_or(u32::MAX))).unwrap_or(0)
    }

    /// One of the things; none if there are none.
    pub(super) fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let index = self.index(things.len());
        things.get(index)
    }

    /// One of the words; an empty one if there are none.
    pub(super) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// The things in an order of their own.
    pub(super) fn shuffled<T>(&mut self, things: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut things: Vec<T> = things.into_iter().collect();
        for end in (1..things.len()).rev() {
            let other = self.index(end + 1);
            things.swap(end, other);
        }
        things
    }

    /// A multiple of five from `low` up to and with `high`, which are such too.
    pub(super) fn five(&mut self, low: u32, high: u32) -> u32 {
        self.between(low / 5, high / 5) * 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_seeds_and_tries_differ_and_nothing_else_does() {
        let draw = |seed, again, purpose| Dice::new(seed, again, purpose).below(u32::MAX);
        assert_eq!(draw(7, 0, "guards"), draw(7, 0, "guards"));
        for (seed, again, purpose) in [(8, 0, "guards"), (7, 1, "guards"), (7, 0, "cameras")] {
            assert_ne!(draw(7, 0, "guards"), draw(seed, again, purpose));
        }
    }

    #[test]
    fn numbers_keep_to_their_bounds() {
        let mut dice = Dice::new(1, 0, "bounds");
        let drawn: Vec<_> = (0..1000).map(|_| dice.between(3, 6)).collect();
        assert!((3..=6).all(|number| drawn.contains(&number)) && drawn.iter().all(|drawn| (3..=6).contains(drawn)));
        assert_eq!((dice.between(5, 4), dice.below(0), dice.word(&[])), (5, 0, ""));
        assert_eq!(dice.pick::<u32>(&[]), None);
        let mut order = dice.shuffled(0..20);
        assert_ne!(order, (0..20).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_drawn_is_the_same_on_every_machine() {
        let mut dice = Dice::new(12_345, 0, "machine");
        let drawn: Vec<_> = (0..4).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(drawn, [62_926, 916_008, 979_402, 907_983]);
    }
}
