//! A bank: all that there is to know of one.

use serde::Serialize;

use crate::{Alarms, Cameras, Cleaners, Guards, LogEntry, Passage, Person, Place, Road, Trivia, Vault};

/// A bank. Nothing in it is told to anybody but by its documents and tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bank {
    /// What it was made from; none for the First Meridian Bank.
    pub seed: Option<u64>,
    /// Its whole name, such as `First Meridian Bank`.
    pub name: String,
    /// Its floors from the top down, as one speaks of them: `upper floor`. Two to four.
    pub floors: Vec<String>,
    /// Its rooms, corridors, stairs, doors and exits. Names differ.
    pub places: Vec<Place>,
    /// What joins them. Every place can be reached from every other.
    pub passages: Vec<Passage>,
    /// The cameras and what records them.
    pub cameras: Cameras,
    /// The guards and their hours.
    pub guards: Guards,
    /// The alarms, and who comes.
    pub alarms: Alarms,
    /// Who works in the offices. Names differ, from the guards' too.
    pub people: Vec<Person>,
    /// Who cleans, and when.
    pub cleaners: Cleaners,
    /// The vault.
    pub vault: Vault,
    /// The roads away, each from an exit of its own.
    pub roads: Vec<Road>,
    /// What the door log has noted in the last week, oldest first.
    pub log: Vec<LogEntry>,
    /// What is of no use to anybody, and stands in the documents all the same.
    pub trivia: Trivia,
}

impl Bank {
    /// The bank whose [`Bank::seed`] this is.
    #[must_use]
    pub fn with_seed(seed: Option<u64>) -> Self {
        seed.map_or_else(Self::first_meridian, Self::of)
    }

    /// The place with this name.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.iter().position(|place| place.name == name)
    }

    /// The name of a place, of [`Bank::places`].
    #[must_use]
    pub fn name_of(&self, place: usize) -> &str {
        self.places.get(place).map_or("", |place| &place.name)
    }
}
