//! The way to do the job that a bank is made around. It is drawn first; times and minutes are then drawn so that it works by
//! the rules of [`crate::job`].

use crate::names::{self, Level, LoudMethod, QuietMethod};
use crate::{Clock, Line, Noise, Part, Walk};

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

/// Why nobody sees the crew at an exit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cover {
    /// Its camera does not see all.
    Blind,
    /// Its camera is out of order.
    Broken,
    /// The recorder restarts.
    Restart,
}

/// An exit that the crew uses.
#[derive(Clone, Copy)]
pub(super) struct Door {
    /// Which, of the building's places.
    pub(super) exit: usize,
    pub(super) cover: Cover,
    /// Whether a sensor there rings.
    pub(super) rings: bool,
    /// Minutes from here to the vault, or the other way.
    pub(super) walk: u32,
}

/// A way to do the job.
pub(super) struct Solution {
    pub(super) entry: Door,
    /// The entry again, or another.
    pub(super) leave: Door,
    pub(super) way: Way,
    /// Minutes that the way takes, and the load.
    pub(super) opening: u32,
    pub(super) loading: u32,
    /// Whether the load is the deposit boxes.
    pub(super) boxes: bool,
    /// How the alarm line is kept quiet.
    pub(super) line: Line,
    /// When the gap between the guards begins.
    pub(super) gap: Clock,
    /// When the crew comes in: at most a few minutes later.
    pub(super) start: Clock,
    /// Whether the line's test begins then.
    pub(super) with_test: bool,
}

impl Way {
    /// Draws one that can work. Guards who hand over on the vault's floor hear what is noisy.
    fn draw(dice: &mut Dice, building: &Building) -> Self {
        let quiet = dice.pick(names::QUIET).map_or(Self::Quiet(&names::OVERRIDE), Self::Quiet);
        let guards = building.all(Part::GuardRoom).any(|room| building.is_with_vault(room));
        let loud = names::LOUD.iter().filter(|method| match method.noise {
            Noise::Silent => true,
            Noise::Noisy => !guards,
            Noise::VeryLoud => false,
        });
        let loud: Vec<_> = loud.collect();
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

impl Solution {
    /// Draws one.
    pub(super) fn draw(source: Source, building: &Building) -> Self {
        let mut dice = source.dice("solution");
        let way = Way::draw(&mut dice, building);
        let opening = way.minutes().0 + dice.below(6);
        // All the boxes after a way that takes long would be too much for any loop.
        let boxes = opening <= 15 && dice.chance(25);
        let loading = if boxes { dice.between(6, 10) } else { dice.between(1, 6) };
        let line = match way {
            Way::Loud(_) => Line::Test,
            Way::Quiet(_) if dice.chance(40) => Line::Test,
            Way::Quiet(_) if dice.chance(65) => Line::Cut,
            Way::Quiet(_) => Line::Nothing,
        };
        let with_test = line == Line::Test && dice.chance(65);
        let (entry, leave) = doors(&mut dice, building, (way, line), with_test);
        // From eight in the evening to half past one.
        let gap = Clock::at(20, 0).plus(dice.five(0, 330));
        let waits = with_test || entry.cover == Cover::Restart;
        let start = if waits { gap.plus(dice.between(1, 5)) } else { gap };
        Self { entry, leave, way, opening, loading, boxes, line, gap, start, with_test }
    }

    /// When the crew is out of the building again.
    pub(super) fn out(&self) -> Clock {
        self.start.plus(self.entry.walk + self.opening + self.loading + self.leave.walk)
    }

    /// When the work at the vault begins, and when it ends.
    pub(super) fn works(&self) -> (Clock, Clock) {
        let begins = self.start.plus(self.entry.walk);
        (begins, begins.plus(self.opening))
    }

    /// From when to when the alarm line has to be under test.
    pub(super) fn tested(&self) -> (Clock, Clock) {
        let (begins, ends) = self.works();
        let from = if self.entry.rings { self.start } else { begins };
        (from, if self.leave.rings { self.out().plus(1) } else { ends })
    }

    /// From when to when a loop has to stand on the pictures of the anteroom.
    pub(super) fn looped(&self, building: &Building) -> (Clock, Clock) {
        let anteroom = building.all(Part::Anteroom).next().unwrap_or(building.vault);
        // Minutes from the anteroom to the vault on a walk, as the job counts them.
        let passed = |walk: Option<Walk>| walk.and_then(|walk| walk.by_minute().find(|(at, _)| *at == anteroom));
        let came = passed(building.walk(self.entry.exit, building.vault)).map_or(0, |(_, minute)| minute);
        let goes = passed(building.walk(self.leave.exit, building.vault).map(|walk| walk.back()));
        let loaded = self.works().1.plus(self.loading);
        (self.start.plus(came), loaded.plus(goes.map_or(0, |(_, minute)| minute)))
    }

    /// Whether an exit is one of those that the crew uses.
    pub(super) fn uses(&self, exit: usize) -> Option<Door> {
        [self.entry, self.leave].into_iter().find(|door| door.exit == exit)
    }
}

/// By which exits the crew comes and goes.
fn doors(dice: &mut Dice, building: &Building, (way, line): (Way, Line), with_test: bool) -> (Door, Door) {
    // Not by the front door, which is for customers and cameras.
    let exits = building.exits.iter().filter(|(_, kind)| kind.level != Level::Front).map(|(exit, _)| *exit);
    let exits = dice.shuffled(exits);
    let door = |dice: &mut Dice, exit: Option<&usize>, rings: bool| {
        let exit = exit.copied().unwrap_or(building.vault);
        let cover = if dice.chance(65) { Cover::Blind } else { Cover::Broken };
        let walk = building.walk(exit, building.vault).map_or(0, |walk| walk.minutes);
        Door { exit, cover, rings, walk }
    };
    // Who uses what has no sensor needs no test.
    let (comes, goes) = match (line, way) {
        (Line::Test, Way::Loud(_)) => (with_test || dice.chance(40), dice.chance(40)),
        (Line::Test, Way::Quiet(_)) => (true, dice.chance(40)),
        (Line::Cut, _) => (false, true),
        (Line::Nothing, _) => (false, false),
    };
    let entry = door(dice, exits.first(), comes);
    if line != Line::Cut && dice.chance(45) {
        return (entry, entry);
    }
    let cover = if dice.chance(45) { Cover::Restart } else { entry.cover };
    let leave = door(dice, exits.get(1), goes);
    (Door { cover, ..entry }, leave)
}

impl Building {
    /// The shortest walk between two places.
    pub(super) fn walk(&self, from: usize, to: usize) -> Option<Walk> {
        Walk::shortest(self.places.len(), &self.passages, from, to)
    }

    /// Whether a place is on the floor of the vault.
    pub(super) fn is_with_vault(&self, place: usize) -> bool {
        self.floor_of(place) == self.floor_of(self.vault)
    }
}
