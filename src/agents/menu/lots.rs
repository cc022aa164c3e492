//! Drawing lots for a menu: what is drawn follows from the seed, the turn, the agent and what is drawn for.

use super::view::draw;

/// The lots of one agent in one turn.
pub(super) struct Lots<'a> {
    pub(super) seed: u64,
    pub(super) turn: u32,
    pub(super) agent: &'a str,
}

impl Lots<'_> {
    fn draw(&self, purpose: &str, end: usize) -> usize {
        draw(self.seed, self.turn, &[self.agent, purpose], end)
    }

    /// A number from `low` up to and with `high`.
    pub(super) fn between(&self, purpose: &str, low: u32, high: u32) -> u32 {
        let wide = usize::try_from(high.saturating_sub(low)).unwrap_or(0) + 1;
        low + u32::try_from(self.draw(purpose, wide)).unwrap_or(0)
    }

    /// True in so many cases out of ten thousand.
    pub(super) fn chance(&self, purpose: &str, of_ten_thousand: usize) -> bool {
        self.draw(purpose, 10_000) < of_ten_thousand
    }

    /// The items in an order of their own.
    pub(super) fn shuffled<T>(&self, purpose: &str, items: Vec<T>) -> Vec<T> {
        let lot = |number: usize| self.draw(&format!("{purpose} {number}"), usize::MAX);
        let mut drawn: Vec<(usize, T)> = items.into_iter().enumerate().map(|(at, item)| (lot(at), item)).collect();
        drawn.sort_by_key(|(lot, _)| *lot);
        drawn.into_iter().map(|(_, item)| item).collect()
    }

    /// One of the items; none if there are none.
    pub(super) fn pick<T>(&self, purpose: &str, items: Vec<T>) -> Option<T> {
        let at = self.draw(purpose, items.len().max(1));
        items.into_iter().nth(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_fall_evenly_and_always_alike() {
        let (mut hits, mut firsts, mut sum) = (0, 0, 0);
        for turn in 0..4000 {
            let lots = Lots { seed: 7, turn, agent: "intel" };
            hits += u32::from(lots.chance("slip", 500));
            firsts += u32::from(lots.shuffled("order", vec!['a', 'b', 'c'])[0] == 'a');
            sum += lots.between("minutes", 5, 15);
            assert_eq!(lots.pick("one", vec![1, 2, 3]), lots.pick("one", vec![1, 2, 3]));
        }
        assert!(hits.abs_diff(200) < 45, "{hits}");
        assert!(firsts.abs_diff(1333) < 120, "{firsts}");
        assert!(sum.abs_diff(40_000) < 900, "{sum}");
        assert_eq!(Lots { seed: 7, turn: 1, agent: "intel" }.pick("one", Vec::<u8>::new()), None);
    }
}
