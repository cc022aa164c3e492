//! What a guess is worth: more the earlier, the surer and the less helped it was; less than nothing if it was wrong.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most points that a guess can win, or lose.
pub const MOST: f64 = 1000.0;

/// What of the stake is left when all turns are over.
const LATEST: f64 = 0.5;
/// What a hint leaves of the stake.
const HINTED: f64 = 0.75;
/// What is left of the stake if the detector's suspicion was in view.
const IN_VIEW: f64 = 0.5;

/// How sure somebody is of a guess: a probability in whole per cent, 0 to 100. In events it is a number of 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Sureness(u8);

impl Sureness {
    /// As likely as not.
    pub const EVEN: Self = Self(50);

    /// The steps between which a person chooses.
    pub const STEP: u8 = 10;

    /// Of so many per cent, 100 at the most.
    #[must_use]
    pub fn of_percent(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// In whole per cent.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// A step more, certain at the most.
    #[must_use]
    pub fn more(self) -> Self {
        Self::of_percent(self.0.saturating_add(Self::STEP))
    }

    /// A step less, one step at the least: who names somebody believes it at least a little.
    #[must_use]
    pub fn less(self) -> Self {
        Self(self.0.saturating_sub(Self::STEP).max(Self::STEP))
    }

    /// What of the stake is won by a guess that was right, or lost (below 0) by one that was wrong: `s(2 - s)` and
    /// `-s²`. This is a proper rule: whoever believes in a guess with probability `p` can expect most by saying `p`,
    /// and can then expect `p²` of the stake.
    #[must_use]
    pub fn share(self, right: bool) -> f64 {
        let sure = f64::from(self);
        if right { sure * (2.0 - sure) } else { -sure * sure }
    }
}

impl From<f64> for Sureness {
    /// The nearest per cent of a probability; what is none counts as the nearest that is one.
    fn from(probability: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100, and 0 for what is no number
        Self((probability.clamp(0.0, 1.0) * 100.0).round() as u8)
    }
}

impl From<Sureness> for f64 {
    fn from(sureness: Sureness) -> Self {
        Self::from(sureness.0) / 100.0
    }
}

/// When a guess is made, and with how much help: what its stake follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Turns that have not begun.
    pub turns_left: u32,
    /// Turns that the whole heist has.
    pub turns: u32,
    /// Hints that were given.
    pub hints: u32,
    /// Whether the detector's suspicion was hidden.
    pub blind: bool,
}

impl Moment {
    /// 1 before the first turn, falling evenly to ½ when all are over.
    #[must_use]
    pub fn early(&self) -> f64 {
        LATEST + (1.0 - LATEST) * f64::from(self.turns_left) / f64::from(self.turns.max(1))
    }

    /// ¾ for each hint.
    #[must_use]
    pub fn hinted(&self) -> f64 {
        // So many hints leave nothing anyway.
        (0..self.hints.min(100)).fold(1.0, |left, _| left * HINTED)
    }

    /// 1 if the suspicion was hidden, otherwise ½.
    #[must_use]
    pub fn unseen(&self) -> f64 {
        if self.blind { 1.0 } else { IN_VIEW }
    }

    /// What is played for in this moment, 0 to [`MOST`] points.
    #[must_use]
    pub fn stake(&self) -> f64 {
        MOST * self.early() * self.hinted() * self.unseen()
    }

    /// The points of a guess in this moment: what is won of the stake if it is right, lost (below 0) if it is wrong.
    #[must_use]
    pub fn points(&self, sureness: Sureness, right: bool) -> i32 {
        #[allow(clippy::cast_possible_truncation)] // -1000 to 1000
        let points = (self.stake() * sureness.share(right)).round() as i32;
        points
    }
}

/// What a guess has brought, with what that follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The points, -1000 to 1000: [`Moment::points`].
    pub points: i32,
    /// How sure the guesser was.
    pub sureness: Sureness,
    /// When the guess was made.
    #[serde(flatten)]
    pub moment: Moment,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} turns left", self.turns_left, self.turns)?;
        match self.hints {
            0 => {}
            1 => f.write_str(", a hint")?,
            hints => write!(f, ", {hints} hints")?,
        }
        if self.blind { f.write_str(", blind") } else { Ok(()) }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+} points: {} % sure with {}", self.points, self.sureness.percent(), self.moment)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn moments() -> impl Strategy<Value = Moment> {
        (1u32..200, 0u32..8, any::<bool>(), any::<proptest::sample::Index>()).prop_map(|(turns, hints, blind, left)| {
            Moment { turns_left: u32::try_from(left.index(turns as usize + 1)).unwrap(), turns, hints, blind }
        })
    }

    #[test]
    fn the_ends_of_the_scale() {
        let first = Moment { turns_left: 31, turns: 31, hints: 0, blind: true };
        let certain = Sureness::of_percent(100);
        assert_eq!((first.points(certain, true), first.points(certain, false)), (1000, -1000));
        assert_eq!((first.points(Sureness::EVEN, true), first.points(Sureness::EVEN, false)), (750, -250));
        let last = Moment { turns_left: 0, hints: 1, blind: false, ..first };
        assert_eq!((last.points(certain, true), last.points(certain, false)), (188, -188));
        assert_eq!(last.points(Sureness::of_percent(0), false), 0);
    }

    #[test]
    fn a_person_chooses_between_ten_and_a_hundred() {
        let mut sure = Sureness::EVEN;
        for _ in 0..9 {
            sure = sure.more();
        }
        assert_eq!(sure.percent(), 100);
        for _ in 0..20 {
            sure = sure.less();
        }
        assert_eq!(sure.percent(), 10);
    }

    #[test]
    fn in_events_it_is_a_probability() {
        for percent in 0..=100 {
            let text = serde_json::to_string(&Sureness::of_percent(percent)).unwrap();
            assert_eq!(serde_json::from_str::<Sureness>(&text).unwrap().percent(), percent, "{text}");
        }
        assert_eq!(serde_json::to_string(&Sureness::of_percent(70)).unwrap(), "0.7");
        assert_eq!([f64::NAN, -3.0, 7.0].map(|odd| Sureness::from(odd).percent()), [0, 0, 100]);
    }

    proptest! {
        /// Nobody does better by saying anything but what he believes.
        #[test]
        fn honesty_pays(belief in 0u8..=100, said in 0u8..=100) {
            let p = f64::from(belief) / 100.0;
            let hoped = |sure: u8| {
                let sure = Sureness::of_percent(sure);
                p * sure.share(true) + (1.0 - p) * sure.share(false)
            };
            prop_assert!(hoped(belief) >= hoped(said) - 1e-12);
            prop_assert!((hoped(belief) - p * p).abs() < 1e-12);
        }

        /// Whatever one believes, an earlier guess, one with fewer hints and one without the detector can win more.
        #[test]
        fn earlier_and_unaided_is_worth_more(moment in moments(), percent in 1u8..=100) {
            let sure = Sureness::of_percent(percent);
            let won = |moment: Moment| moment.points(sure, true);
            prop_assert!((0..=1000).contains(&won(moment)));
            prop_assert!((-1000..=0).contains(&moment.points(sure, false)));
            prop_assert!(moment.stake() > 0.0 && moment.stake() <= MOST);
            let hinted = Moment { hints: moment.hints + 1, ..moment };
            let later = Moment { turns_left: moment.turns_left.saturating_sub(1), ..moment };
            prop_assert!(won(hinted) <= won(moment) && won(later) <= won(moment));
            let [seen, unseen] = [false, true].map(|blind| won(Moment { blind, ..moment }));
            prop_assert!(seen <= unseen);
        }

        /// Surer is worth more if it is right, and costs more if it is wrong.
        #[test]
        fn surer_is_worth_more_and_dares_more(moment in moments(), percent in 0u8..100) {
            let (less, more) = (Sureness::of_percent(percent), Sureness::of_percent(percent + 1));
            prop_assert!(less.share(true) < more.share(true) && less.share(false) > more.share(false));
            prop_assert!(moment.points(less, true) <= moment.points(more, true));
            prop_assert!(moment.points(less, false) >= moment.points(more, false));
        }

        #[test]
        fn a_score_survives_its_json(moment in moments(), percent in 0u8..=100, right: bool) {
            let sureness = Sureness::of_percent(percent);
            let score = Score { points: moment.points(sureness, right), sureness, moment };
            let text = serde_json::to_string(&score).unwrap();
            prop_assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), score);
        }
    }
}
