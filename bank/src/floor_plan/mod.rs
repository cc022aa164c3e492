//! How a bank looks from above: its floors one under another, each cut into the rooms that the bank has there.
//!
//! What stands as one room is a [`unit`]. [`layout`] gives the rooms of a floor their walls; [`search`] tries ways to do so,
//! and [`weigh`] says which is better: neighbours should be beside each other, exits at the outer walls, and halls large. Where
//! the best that is found lacks a door that must be, it is searched again with nothing weighing more than that.
//! [`draw`] draws them on a [`canvas`], and [`whole`] says what is wrong with what came of it.

mod canvas;
mod draw;
mod layout;
mod search;
#[cfg(test)]
mod tests;
mod unit;
mod weigh;
mod whole;

use crate::Bank;
use draw::draw;
use layout::{Step, Walls};
use search::{search, search_whole};
use unit::{Unit, Writing, units};
use weigh::{Above, Scales};

/// How large a floor plan is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 38 columns, and as few rows as can be: about a dozen.
    Small,
    /// 60 columns and at least 21 rows, with the streets that the exits lead to.
    Large,
}

impl Size {
    /// How many columns a plan has.
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Self::Small => 38,
            Self::Large => 60,
        }
    }

    /// From how many to how many rows a plan should have.
    const fn rows(self) -> (usize, usize) {
        match self {
            Self::Small => (0, 12),
            Self::Large => (21, 24),
        }
    }

    /// How many rows a plan has at most, if that can be.
    const fn most(self) -> usize {
        match self {
            Self::Small => 17,
            Self::Large => 26,
        }
    }
}

/// A floor plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FloorPlan {
    /// Its rows from the top down, of as many characters as [`Size::columns`] says, each of one column.
    pub rows: Vec<String>,
    /// Where the places are, in the order of [`Bank::places`].
    pub spots: Vec<Spot>,
}

/// Where a place is on a floor plan. Rows and columns are counted from 0, and columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The place, of [`Bank::places`].
    pub place: usize,
    /// The row in which it is written.
    pub row: usize,
    /// The first column of what is written.
    pub column: usize,
    /// How many columns that has.
    pub width: usize,
    /// The room. A desk or a door that is shown in a room shares the room's.
    pub room: Room,
}

/// A rectangle inside the walls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its first row.
    pub row: usize,
    /// Its first column.
    pub column: usize,
    /// How many rows it has, at least 1.
    pub rows: usize,
    /// How many columns it has, at least 1.
    pub columns: usize,
}

impl Bank {
    /// The floor plan, the same for the same bank and size.
    #[must_use]
    pub fn floor_plan(&self, size: Size) -> FloorPlan {
        let mut floors = floors(self, size, 1);
        if rows(&floors) > size.most() {
            floors = self::floors(self, size, 3);
        }
        while rows(&floors) < size.rows().0 {
            let Some(lowest) = floors.iter_mut().min_by_key(|floor| floor.walls.rows) else { break };
            lowest.walls.put_up(&lowest.steps, lowest.walls.rows + 1);
        }
        draw(self, size, &floors)
    }
}

/// A floor as it is drawn.
struct Floor<'a> {
    name: &'a str,
    units: Vec<Unit>,
    steps: Vec<Step>,
    walls: Walls,
}

/// The rows of all floors with the borders.
fn rows(floors: &[Floor]) -> usize {
    1 + floors.iter().map(|floor| floor.walls.rows + 1).sum::<usize>()
}

/// Lays out the floors from the top down, each to suit the one above.
fn floors(bank: &Bank, size: Size, thrift: usize) -> Vec<Floor<'_>> {
    let count = bank.floors.len().max(1);
    let of_each = |rows: usize| rows.saturating_sub(count + 1) / count;
    let (least, most) = size.rows();
    let mut floors: Vec<Floor> = Vec::new();
    for (number, name) in bank.floors.iter().enumerate() {
        let above = floors.last().map(|floor| Above::of(&floor.units, &floor.walls));
        let floor = |writing| {
            let units = units(bank, number, writing);
            let mut scales = Scales::of(&units, size, name, (of_each(least), of_each(most)), thrift, above.as_ref());
            let (mut steps, cost) = search(&units, &mut scales);
            // Shorter writing lets more rooms have their columns, but there is none shorter than labels.
            if (Scales::fits(cost) || writing == Writing::Labels) && !scales.insist(&steps) {
                steps = search_whole(&units, &mut scales, steps);
            }
            let mut walls = Walls::of(&units, size);
            walls.put_up(&steps, 0);
            (Floor { name, units, steps, walls }, Scales::fits(cost))
        };
        let ways: &[Writing] = match size {
            Size::Small => &[],
            Size::Large => &[Writing::Names, Writing::Streets],
        };
        let fits = ways.iter().map(|writing| floor(*writing)).find(|(_, fits)| *fits);
        floors.push(fits.unwrap_or_else(|| floor(Writing::Labels)).0);
    }
    floors
}
