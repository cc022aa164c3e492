//! The roads away.

use serde::Serialize;

/// A road away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Road {
    /// In one word: `dock`, so that one can say "the dock route".
    pub name: String,
    /// The exit that it begins at, of [`crate::Bank::places`].
    pub exit: usize,
    /// What stands before the street in a sentence: `along`, `across`, `over`, `through`.
    pub by: String,
    /// The street or the like that it follows: `Alder Lane`.
    pub along: String,
    /// Where it ends: `river garage`.
    pub leads_to: String,
    /// How one travels.
    pub travel: Travel,
    /// How many minutes it takes.
    pub minutes: u32,
    /// How far it is, in hundreds of metres.
    pub hectometres: u32,
    /// What may go wrong on it: `passes the police station`.
    pub risk: Risk,
}

/// How one travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Travel {
    /// By car.
    Car,
    /// On foot.
    Foot,
    /// By boat.
    Boat,
}

/// What may go wrong on a road.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Risk {
    /// It passes the police station: with an alarm called, the police meet the crew.
    Police,
    /// Something makes one wait: `traffic light`, `level crossing`. It costs so many minutes.
    Wait {
        /// What.
        what: String,
        /// How many minutes.
        minutes: u32,
    },
    /// So many of the city's cameras see it: whoever is on it when somebody has been called is followed.
    Seen {
        /// How many.
        cameras: u32,
    },
    /// One person at a time gets through: each further one costs a minute.
    Narrow,
    /// The alarm of its exit is on it.
    Alarm,
}
