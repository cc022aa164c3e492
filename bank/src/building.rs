//! The building: places, what joins them, and the cameras that look at them. A place is named elsewhere by its number in
//! [`crate::Bank::places`].

use serde::Serialize;

use crate::Clock;

/// A room, a corridor, a stair, a door or an exit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// As the documents call it, without an article: `loading dock`.
    pub name: String,
    /// As it stands on a floor plan, at most 13 characters: `stairwell`.
    pub label: String,
    /// As the door log and the notes call its door: `dock door`. Mostly the name again.
    pub door: String,
    /// On which floor, of [`crate::Bank::floors`]. A stair is on the upper one of those that it joins.
    pub floor: usize,
    /// What it is for the job.
    pub part: Part,
}

/// What a place is for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Where the vault is. One.
    Vault,
    /// The room before the vault. One.
    Anteroom,
    /// Where the guards are between rounds. One.
    GuardRoom,
    /// Where pictures and alarms are watched, and the override is switched on; in the guard room. One.
    Desk,
    /// The heart of the network. One.
    Server,
    /// Joins two floors.
    Stair,
    /// A way in and out.
    Exit,
    /// Where customers come. At least one.
    Hall,
    /// Any other.
    Room,
}

/// What joins two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// One of the places.
    pub from: usize,
    /// The other.
    pub to: usize,
    /// How far it is from the middle of one to the middle of the other.
    pub metres: u32,
}

impl Passage {
    /// Metres that one walks in a minute with a bag.
    pub const METRES_A_MINUTE: u32 = 35;

    /// How many minutes a walk of so many metres takes: to the nearest minute, at least one.
    #[must_use]
    pub const fn minutes(metres: u32) -> u32 {
        let minutes = (metres + Self::METRES_A_MINUTE / 2) / Self::METRES_A_MINUTE;
        if minutes == 0 { 1 } else { minutes }
    }
}

/// The cameras and what records them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cameras {
    /// All cameras, by number from 1 on and by floor from the street on.
    pub all: Vec<Camera>,
    /// When the recorder restarts every night, and is blind.
    pub restart: Clock,
    /// How many minutes it is blind then.
    pub blind: u32,
    /// How many minutes a picture loop can stand before the control desk is warned.
    pub looped: u32,
    /// How many pictures the desk shows at a time.
    pub pictures: u32,
    /// How many days recordings are kept.
    pub kept_days: u32,
    /// How many minutes a spare battery keeps them alive.
    pub battery: u32,
}

/// A camera; its number is its place in [`Cameras::all`], counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Camera {
    /// The place that it looks at.
    pub at: usize,
    /// What of it exactly, in words of its own: `teller hall north`. Differs from camera to camera.
    pub view: String,
    /// Whether it works.
    pub works: bool,
    /// What it does not see, if that is known: `ramp of the loading dock`. Whoever keeps to it is not seen at that place.
    pub blind_spot: Option<String>,
}
