//! What can happen in a job.

use super::scene::{Met, Sight};
use crate::Slot;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Nobody settled a slot.
    Unsettled(Slot),
    /// What was settled is done by nobody, for whoever saw to it is gone.
    Gone(Slot),
    /// The crew talks a slot over on which it isn't agreed.
    Talked(Slot),
    /// The crew stops at an exit and is looked at so.
    Door { exit: usize, sight: Sight, leaves: bool },
    /// Somebody meets the crew at a place.
    Met { place: usize, who: Met },
    /// An alarm rings, of [`crate::Alarms::all`], and so it fares.
    Rings { alarm: usize, fares: Fares },
    /// The crew is at the vault, having come in by an exit.
    AtVault { entry: usize },
    /// A loop runs on the pictures of a place.
    Loop { place: usize },
    /// The loop has run too long.
    LoopEnds,
    /// Somebody's thing is at hand, of [`crate::Bank::people`].
    Kept(usize),
    /// The override is switched on.
    Override,
    /// It cannot be, and the time lock refuses.
    Refused,
    /// Somebody hears the work.
    Heard(usize),
    /// The vault is open.
    Opens(usize),
    /// A part of the loot is in the bags.
    Loaded(usize),
    /// The door of the vault has fallen shut.
    Shut,
    /// An exit has locked itself.
    Locked(usize),
    /// One after the other goes through.
    Narrow(usize),
    /// The crew is on its road.
    Leaves { exit: usize, road: usize },
    /// There is no road.
    NoRoad,
    /// Something makes it wait on a road.
    Waits(usize),
    /// The police meet it on a road, or the city's cameras follow it there.
    Followed(usize),
    /// A round finds the vault open.
    Found(Met),
    /// The crew is there.
    Arrives(usize),
}

/// How an alarm fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fares {
    /// It rang for nothing too often, and nobody comes.
    Disbelieved,
    /// It passes for part of the line's test.
    Passes,
    /// It reaches only the control desk, for the line is tested.
    Desk,
    /// The line is cut, and silent until it falls back to radio at this minute.
    Radio(u32),
    /// It calls whom it is to call at this minute.
    Calls(u32),
}

/// Something at a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) at: u32,
    pub(super) event: Event,
    pub(super) ok: bool,
}
