//! How good a way to lay out a floor is: what is amiss with it, weighed.

use super::Size;
use super::layout::{Cell, DOOR, Step, Walls};
use super::unit::{Kind, Unit};

/// More than everything else together: rooms that lack columns, for each of these.
const LACKS: usize = 1_000_000;
/// More than all that may be amiss together: an exit or a vault without a door, where it is insisted on doors.
const BROKEN: usize = 100_000;
/// An exit that is not at an outer wall, or whose door the floor's name covers.
const INSIDE: usize = 1_000;
/// An exit at the upper wall rather than at a side.
const ABOVE: usize = 30;
/// Neighbours with no wall between them.
const APART: usize = 200;
/// No wall between the vault and the room before it, in which its door could be.
const NO_DOOR: usize = 600;
/// A stair that is not above the room that it leads to.
const ASTRAY: usize = 260;
/// A room that goes up or down and is not at that border of its floor.
const ENCLOSED: usize = 160;
/// A stair that the floor's name covers a column of; walls are thrice as bad.
const HIDDEN: usize = 80;
/// A row that a small plan needs.
const ROW: usize = 50;
/// A row more than there should be.
const TALL: usize = 40;
/// A room that has the share of another.
const SHARE: usize = 150;
/// A room that is a column longer than four times its height.
const LONG: usize = 1;
/// A corridor that is a row or three columns wider than it must.
const STOUT: usize = 4;

/// What a floor has to know of the one above.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// Rooms that go down to a place of this floor: the place, and the room's walls.
    stairs: Vec<(usize, Cell)>,
    /// The columns in which walls come down, as bits.
    walls: u64,
}

impl Above {
    /// What the next floor has to know of one that is laid out.
    pub(super) fn of(units: &[Unit], walls: &Walls) -> Self {
        let lowest = || units.iter().zip(&walls.cells).filter(|(_, cell)| cell.bottom == walls.rows + 1);
        Self {
            stairs: lowest().flat_map(|(unit, cell)| unit.below.iter().map(|place| (*place, *cell))).collect(),
            walls: lowest().fold(0, |walls, (_, cell)| walls | column(cell.left)),
        }
    }
}

/// Weighs ways to lay out a floor.
pub(super) struct Scales<'a> {
    units: &'a [Unit],
    size: Size,
    /// Whether there is no floor above it.
    top: bool,
    /// From how many to how many rows it should have between its borders.
    rows: (usize, usize),
    /// How many times as bad as usual it is to have many rows.
    thrift: usize,
    /// Neighbours, and what it weighs if they are apart.
    pairs: Vec<(usize, usize, usize)>,
    /// Rooms and the walls of the stairs that come down to them.
    stairs: Vec<(usize, Cell)>,
    /// The columns in which walls come down, as bits.
    above: u64,
    /// The columns that its name takes.
    name: usize,
    /// The weights of all rooms.
    weights: usize,
    walls: Walls,
    /// What it weighs that an exit has no door.
    inside: usize,
    /// How many ways were weighed.
    pub(super) weighed: usize,
}

impl<'a> Scales<'a> {
    /// Scales for a floor under another, or for the top floor. It should have from so many to so many `rows`, and more are
    /// `thrift` times as bad as usual.
    pub(super) fn of(
        units: &'a [Unit],
        size: Size,
        name: &str,
        rows: (usize, usize),
        thrift: usize,
        above: Option<&Above>,
    ) -> Self {
        let unit_of = |place: &usize| units.iter().position(|unit| unit.places.contains(place));
        let vault = |unit: usize| units.get(unit).is_some_and(|unit| unit.kind == Kind::Vault);
        let apart = |one, other| if vault(one) || vault(other) { NO_DOOR } else { APART };
        let pair = |(number, unit): (usize, &'a Unit)| {
            let others = unit.beside.iter().filter(move |other| **other > number);
            others.map(move |other| (number, *other, apart(number, *other)))
        };
        let stairs = above.map_or(&[][..], |above| &above.stairs);
        Self {
            units,
            size,
            top: above.is_none(),
            rows,
            thrift,
            pairs: units.iter().enumerate().flat_map(pair).collect(),
            stairs: stairs.iter().filter_map(|(place, cell)| Some((unit_of(place)?, *cell))).collect(),
            above: above.map_or(0, |above| above.walls),
            name: name.chars().count() + if size == Size::Large { 4 } else { 0 },
            weights: units.iter().map(|unit| unit.kind.weight()).sum::<usize>().max(1),
            walls: Walls::of(units, size),
            inside: INSIDE,
            weighed: 0,
        }
    }

    /// Whether with so much amiss all rooms have the columns that they need.
    pub(super) const fn fits(cost: usize) -> bool {
        cost < LACKS
    }

    /// From now on nothing makes up for a room without its columns, or an exit or a vault without a door. Whether this way
    /// has them all.
    pub(super) fn insist(&mut self, steps: &[Step]) -> bool {
        self.inside = BROKEN;
        for (.., weight) in self.pairs.iter_mut().filter(|(.., weight)| *weight == NO_DOOR) {
            *weight = BROKEN;
        }
        self.weigh(steps) < BROKEN
    }

    /// How much is amiss; less is better.
    pub(super) fn weigh(&mut self, steps: &[Step]) -> usize {
        self.weighed += 1;
        self.walls.put_up(steps, self.rows.0);
        let Walls { cells, rows, lacks, .. } = &self.walls;
        if *lacks > 0 {
            return lacks * LACKS;
        }
        let least = if self.size == Size::Small { rows * ROW } else { 0 };
        let mut cost = self.thrift * (least + rows.saturating_sub(self.rows.1) * TALL);
        let cell = |unit: usize| cells.get(unit).copied().unwrap_or_default();
        let apart = |(one, other, _): &&(_, _, _)| !cell(*one).touches(&cell(*other));
        cost += self.pairs.iter().filter(apart).map(|(.., weight)| weight).sum::<usize>();
        if self.inside == BROKEN && self.size == Size::Large {
            // A large plan may get more or fewer rows than it is weighed with.
            let vault = self.pairs.iter().filter(|(.., weight)| *weight == BROKEN);
            cost += BROKEN * vault.filter(|(one, other, _)| !self.walls.always_touch(steps, *one, *other)).count();
        }
        // What is in the upper border: walls from above and below; stairs; doors.
        let (mut border, mut stairs, mut doors) = (self.above, 0, 0);
        for (unit, stair) in &self.stairs {
            let cell = cell(*unit);
            let (first, count) = cell.shared_columns(stair);
            if cell.top > 0 || count < DOOR {
                cost += ASTRAY;
            } else {
                stairs |= 0b111 << ((first + (count - DOOR) / 2) % 64);
            }
        }
        let right = self.size.columns() - 1;
        let area = |cell: &Cell| cell.rows() * cell.columns();
        let all = cells.iter().map(area).sum::<usize>().max(1);
        for (unit, cell) in self.units.iter().zip(cells) {
            if unit.exit && cell.left > 0 && cell.right < right {
                let above = cell.top == 0 && self.top;
                cost += if above { ABOVE } else { self.inside };
                doors |= if above { column(cell.middle()) } else { 0 };
            }
            if !unit.below.is_empty() && cell.bottom != rows + 1 {
                cost += ENCLOSED;
            }
            if cell.top == 0 {
                border |= column(cell.left);
            } else if unit.up {
                cost += ENCLOSED;
            }
            let (has, wants) = (area(cell) * self.weights, unit.kind.weight() * all);
            cost += has.abs_diff(wants) * SHARE / (all * self.weights);
            cost += match unit.kind {
                Kind::Corridor => STOUT * (cell.rows() - 1).min((cell.columns() - unit.wide) / 3),
                _ => LONG * cell.columns().saturating_sub(4 + 8 * cell.rows()),
            };
        }
        if doors != 0 && !has_run(doors, right, self.name) {
            cost += self.inside;
        }
        border |= doors;
        cost + if has_run(border | stairs, right, self.name) {
            0
        } else {
            HIDDEN * covered(border, stairs, right, self.name)
        }
    }
}

/// A column as a bit.
const fn column(number: usize) -> u64 {
    1 << (number % 64)
}

/// Whether a border has so many columns in one piece with nothing in them.
const fn has_run(border: u64, right: usize, columns: usize) -> bool {
    let mut free = !border & (column(right) - 2);
    let mut length = 1;
    while length < columns {
        let step = if columns - length < length { columns - length } else { length };
        free &= free >> step;
        length += step;
    }
    free != 0
}

/// How much a name covers where it covers least: columns of stairs, and thrice those of walls.
fn covered(border: u64, stairs: u64, right: usize, columns: usize) -> usize {
    let name = column(columns) - 1;
    let covered = |at: usize| 3 * ((name << at) & border).count_ones() + ((name << at) & stairs).count_ones();
    let least = (1..=right.saturating_sub(columns)).map(covered).min();
    least.and_then(|least| usize::try_from(least).ok()).unwrap_or(columns)
}
