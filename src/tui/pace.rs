//! How fast a model speaks: pieces of its message against the time that ticks tell. A model server sends a piece for
//! each token.

/// The weight of the newest tick against those before it.
const NEWEST: f64 = 0.5;

/// The pieces of one message as they come.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Since the last tick.
    pieces: u32,
    /// Whether it spoke when the last tick came: before, only a part of the time was spent on it.
    whole: bool,
    rate: Option<f64>,
}

impl Pace {
    /// A piece came.
    pub(super) fn heard(&mut self) {
        self.pieces += 1;
    }

    /// So many milliseconds went by since the last tick.
    pub(super) fn tick(&mut self, ms: u64) {
        let pieces = std::mem::take(&mut self.pieces);
        let whole = self.whole;
        self.whole |= pieces > 0;
        if whole && ms > 0 {
            #[allow(clippy::cast_precision_loss)] // a second or so
            let now = f64::from(pieces) * 1000.0 / ms as f64;
            self.rate = Some(self.rate.map_or(now, |before| before + NEWEST * (now - before)));
        }
    }

    /// Pieces a second; none before a whole tick was spent on the message.
    pub(super) fn rate(&self) -> Option<f64> {
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_of_a_second_does_not_count() {
        let mut pace = Pace::default();
        pace.tick(1000);
        for (pieces, rate) in [(3, None), (20, Some(20.0)), (40, Some(30.0)), (0, Some(15.0))] {
            (0..pieces).for_each(|_| pace.heard());
            pace.tick(1000);
            assert_eq!(pace.rate(), rate);
        }
    }
}
