//! The vault, the ways to open it, and what lies in it.

use serde::Serialize;

use crate::Clock;

/// The vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Vault {
    /// Where it is, of [`crate::Bank::places`].
    pub at: usize,
    /// How thick its door is, in centimetres.
    pub door: u32,
    /// From when to when the time lock refuses every code, unless the override is switched on at the control desk.
    pub shut: (Clock, Clock),
    /// The ways to open it, three or more. Names differ.
    pub methods: Vec<Method>,
    /// How many deposit boxes it holds.
    pub boxes: u32,
    /// How many boxes two people empty in a minute.
    pub boxes_a_minute: u32,
    /// How many kilograms a bag holds; each person carries one.
    pub bag: u32,
    /// After how many minutes the open door falls shut by itself.
    pub falls_shut: u32,
    /// What lies in it, the deposit boxes first. Names differ.
    pub loot: Vec<Loot>,
}

/// A way to open the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Method {
    /// In one word: `thermal`, so that one can say "the thermal method".
    pub name: String,
    /// How many minutes it takes.
    pub minutes: u32,
    /// How loud it is.
    pub noise: Noise,
    /// The sensor that it wakes, of [`crate::Alarms::all`].
    pub wakes: Option<usize>,
    /// Who keeps what it needs, of [`crate::Bank::people`]. What it needs is what they keep; an agent must have found out who
    /// that is.
    pub needs: Vec<usize>,
}

/// How loud something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// Nobody hears it.
    Silent,
    /// Whoever is on the same floor hears it.
    Noisy,
    /// The whole house hears it.
    VeryLoud,
}

/// A part of what lies in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Loot {
    /// In the plural: `deposit boxes`.
    pub name: String,
    /// How many minutes it takes to load all of it.
    pub minutes: u32,
    /// What it is worth, in thousands.
    pub worth: u32,
}
