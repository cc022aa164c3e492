//! The way to do the job that a bank is made around. It is drawn first; times and minutes are then drawn so that it works.

use crate::names::{self, LoudMethod, QuietMethod};
use crate::{Clock, Noise, Walk};

use super::Source;
use super::building::Building;
use super::dice::Dice;

/// How the vault is opened.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// By a way that wakes a sensor.
    Loud(&'static LoudMethod),
    /// By a way that needs what people keep.
    Quiet(&'static QuietMethod),
}

impl Way {
    fn draw(dice: &mut Dice) -> Self {
        let quiet = dice.pick(names::QUIET).map_or(Self::Quiet(&names::OVERRIDE), Self::Quiet);
        // What the whole house hears is for those who have the whole night.
        let loud: Vec<_> = names::LOUD.iter().filter(|method| method.noise != Noise::VeryLoud).collect();
        let loud = dice.pick(&loud).map_or(quiet, |method| Self::Loud(method));
        if dice.chance(55) { loud } else { quiet }
    }

    /// Minutes that it takes at least and at most.
    pub(super) const fn minutes(self) -> (u32, u32) {
        match self {
            Self::Loud(method) => method.minutes,
            Self::Quiet(method) => method.minutes,
        }
    }
}

/// A way to do the job.
pub(super) struct Solution {
    /// Where one comes in, and where one goes out, of the building's places.
    pub(super) entry: usize,
    pub(super) leave: usize,
    pub(super) way: Way,
    /// Minutes that the way takes, and the load.
    pub(super) opening: u32,
    pub(super) loading: u32,
    /// Whether the load is the deposit boxes.
    pub(super) boxes: bool,
    /// When the gap between the guards begins.
    pub(super) gap: Clock,
    /// When the crew comes in: at most a few minutes later.
    pub(super) start: Clock,
    /// Minutes from coming in to going out.
    pub(super) takes: u32,
    /// Whether the alarm line must be under test all the while.
    pub(super) tested: bool,
}

impl Solution {
    pub(super) fn draw(source: Source, building: &Building) -> Self {
        let mut dice = source.dice("solution");
        // Not by the front door, which is for customers and cameras.
        let doors = building.exits.iter().filter(|(_, kind)| kind.level != names::Level::Front);
        let doors = dice.shuffled(doors.map(|(place, _)| *place));
        let entry = doors.first().copied().unwrap_or(0);
        let leave = if dice.chance(50) { entry } else { dice.pick(&doors).copied().unwrap_or(entry) };
        let way = Way::draw(&mut dice);
        let opening = way.minutes().0 + dice.below(6);
        let boxes = dice.chance(20);
        let loading = if boxes { dice.between(6, 10) } else { dice.between(1, 6) };
        let walks = building.minutes(entry, building.vault) + building.minutes(building.vault, leave);
        // From eight in the evening to half past one.
        let gap = Clock::at(20, 0).plus(dice.five(0, 330));
        let takes = walks + opening + loading;
        Self {
            entry,
            leave,
            way,
            opening,
            loading,
            boxes,
            gap,
            start: gap.plus(dice.below(4)),
            takes,
            tested: matches!(way, Way::Loud(_)) || dice.chance(50),
        }
    }
}

impl Building {
    /// The shortest walk between two places.
    pub(super) fn walk(&self, from: usize, to: usize) -> Option<Walk> {
        Walk::shortest(self.places.len(), &self.passages, from, to)
    }

    /// Its minutes.
    fn minutes(&self, from: usize, to: usize) -> u32 {
        self.walk(from, to).map_or(0, |walk| walk.minutes)
    }
}
