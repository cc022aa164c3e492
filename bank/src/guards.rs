//! The guards, their shifts and rounds; the alarms, and who comes when one rings.

use serde::Serialize;

use crate::Clock;

/// The guards and their hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guards {
    /// Every guard, by shift. Names differ.
    pub all: Vec<Guard>,
    /// The shifts of a day in their order: day, evening, night. Between the last two nobody walks the vault's floor.
    pub shifts: [Shift; 3],
    /// The night shift's rounds.
    pub rounds: Rounds,
    /// The floor that nobody walks while guards hand over, of [`crate::Bank::floors`]: that of the vault.
    pub left_alone: usize,
    /// When the night guards fetch coffee, and from where.
    pub coffee: (Clock, usize),
}

/// A guard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guard {
    /// The family name.
    pub name: String,
    /// Which shift, of [`Guards::shifts`].
    pub shift: usize,
    /// Where: `lobby`, `rounds`, `control desk`.
    pub post: String,
}

/// A shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// `day`, `evening` or `night`.
    pub name: String,
    /// When it begins.
    pub starts: Clock,
    /// When it ends.
    pub ends: Clock,
}

/// The night shift's rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rounds {
    /// When the first begins.
    pub first: Clock,
    /// How many minutes after one begins the next begins.
    pub every: u32,
    /// How many minutes one takes.
    pub takes: u32,
    /// Where it begins, of [`crate::Bank::places`].
    pub from: usize,
    /// How many minutes after its beginning it is on the vault's floor, where it stays until it ends.
    pub reaches: u32,
}

/// The alarms, and who comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alarms {
    /// Every alarm. Sensors differ.
    pub all: Vec<Alarm>,
    /// Minutes until the guards in the building are there.
    pub guards: u32,
    /// Minutes until the police are there.
    pub police: u32,
    /// The street on which their station is.
    pub station: String,
    /// Minutes until the private patrol is there.
    pub patrol: u32,
    /// The nightly test of the line.
    pub test: LineTest,
    /// After so many minutes of silence on the line it falls back to radio.
    pub radio: u32,
    /// An exit that locks itself after an alarm, of [`crate::Bank::places`], and within how many minutes.
    pub locks: (usize, u32),
}

/// An alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// What it hears, feels or sees: `heat sensor`.
    pub sensor: String,
    /// Where, of [`crate::Bank::places`].
    pub at: usize,
    /// What makes it ring; its name says so.
    pub rings: Rings,
    /// Whom it calls.
    pub calls: Responder,
    /// How often it rang for nothing this month.
    pub false_alarms: u32,
}

/// What makes an alarm ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rings {
    /// Whoever comes or goes by its exit: a door's contact.
    Opened,
    /// Whoever walks through its place: a motion detector.
    Crossed,
    /// A way to open the vault that wakes it: see [`crate::Method::wakes`].
    Woken,
    /// Nothing that a careful crew does: a panic button, a glass sensor.
    Otherwise,
}

/// Who comes when an alarm rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Responder {
    /// The guards in the building.
    Guards,
    /// The police.
    Police,
    /// The private patrol.
    Patrol,
}

impl Responder {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Guards, Self::Police, Self::Patrol];

    /// As documents and tables call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guards => "guards",
            Self::Police => "police",
            Self::Patrol => "private patrol",
        }
    }
}

/// The nightly test of the alarm line; in it an alarm reaches only the control desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LineTest {
    /// When it begins.
    pub starts: Clock,
    /// How many minutes it takes.
    pub minutes: u32,
}

impl Alarms {
    /// How many minutes a responder needs.
    #[must_use]
    pub const fn minutes(&self, responder: Responder) -> u32 {
        match responder {
            Responder::Guards => self.guards,
            Responder::Police => self.police,
            Responder::Patrol => self.patrol,
        }
    }
}

impl Guards {
    /// The minutes in which no shift is there, from the evening shift's end to the night shift's beginning.
    #[must_use]
    pub const fn gap(&self) -> u32 {
        let [_, evening, night] = &self.shifts;
        night.starts.since(evening.ends)
    }

    /// Whether no shift is there.
    #[must_use]
    pub const fn is_in_gap(&self, at: Clock) -> bool {
        let [_, evening, night] = &self.shifts;
        at.is_within(evening.ends, night.starts)
    }

    /// When the gap begins.
    #[must_use]
    pub const fn gap_starts(&self) -> Clock {
        self.shifts[1].ends
    }
}
