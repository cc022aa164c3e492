//! A floor's walls: bands one under another, each cut into columns, each of these into rooms one under another.

use super::Size;
use super::unit::{Kind, Unit};

/// How a room follows the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// Under it, in the same column.
    Under,
    /// In the next column.
    Beside,
    /// In the next band.
    Band,
}

/// How many times as much of what is left an ample column gets.
const AMPLE: usize = 8;

/// A room, of the floor's units, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) unit: usize,
    pub(super) joint: Joint,
    /// Whether its column gets most of the columns that are left over.
    pub(super) ample: bool,
}

/// A room with its walls: rows and columns from the floor's upper left corner, with the walls at both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) left: usize,
    pub(super) right: usize,
    /// Whether there is no wall to the room above, whose last row is `top` then.
    pub(super) open_top: bool,
    /// Whether there is no wall to the room below, whose first row is `bottom` then.
    pub(super) open_bottom: bool,
}

impl Cell {
    /// The rows between the walls.
    pub(super) const fn rows(&self) -> usize {
        (self.bottom - self.top).saturating_sub(1)
    }

    /// The columns between the walls.
    pub(super) const fn columns(&self) -> usize {
        (self.right - self.left).saturating_sub(1)
    }

    /// The column in the middle.
    pub(super) const fn middle(&self) -> usize {
        self.left + 1 + self.columns() / 2
    }

    /// The rows between the walls that both have, first and how many.
    pub(super) fn shared_rows(&self, other: &Self) -> (usize, usize) {
        shared((self.top, self.bottom), (other.top, other.bottom))
    }

    /// The columns between the walls that both have, first and how many.
    pub(super) fn shared_columns(&self, other: &Self) -> (usize, usize) {
        shared((self.left, self.right), (other.left, other.right))
    }

    /// Whether one can go from one to the other through a wall between them.
    pub(super) fn touches(&self, other: &Self) -> bool {
        if self.right == other.left || other.right == self.left {
            return self.shared_rows(other).1 > 0;
        }
        let (upper, lower) = if self.top < other.top { (self, other) } else { (other, self) };
        let meet = upper.bottom == lower.top || (upper.open_bottom && upper.bottom == lower.top + 1);
        meet && upper.shared_columns(lower).1 >= DOOR
    }
}

/// How many columns a door in a lying wall has.
pub(super) const DOOR: usize = 3;

fn shared(one: (usize, usize), other: (usize, usize)) -> (usize, usize) {
    let (first, end) = (one.0.max(other.0) + 1, one.1.min(other.1));
    (first, end.saturating_sub(first))
}

/// What a room, a column or a band needs, and what it gets of what is left, beside the others.
#[derive(Clone, Copy, Debug, Default)]
struct Need {
    /// Columns between its walls; for a band, with all of its walls.
    wide: usize,
    /// Rows between its walls.
    tall: usize,
    /// What it gets of the rows that are left.
    weight: usize,
    /// The weights of all rooms of a column.
    weights: usize,
    /// What it gets of the columns that are left; for a band, what all of its columns get.
    pull: usize,
    /// Whether the vault, which has walls in small plans too.
    vault: bool,
}

/// The walls of a floor.
#[derive(Clone, Debug)]
pub(super) struct Walls {
    /// The rooms, in the order of the floor's units.
    pub(super) cells: Vec<Cell>,
    /// The rows between the upper and the lower border.
    pub(super) rows: usize,
    /// The columns that it lacks.
    pub(super) lacks: usize,
    size: Size,
    units: Vec<Need>,
    /// Each with its band.
    columns: Vec<(usize, Need)>,
    bands: Vec<Need>,
}

impl Walls {
    /// Walls for these rooms, with none put up yet.
    pub(super) fn of(units: &[Unit], size: Size) -> Self {
        let need = |unit: &Unit| Need {
            wide: unit.wide,
            tall: unit.lines.len(),
            weight: unit.kind.weight(),
            weights: unit.kind.weight(),
            pull: unit.kind.weight(),
            vault: unit.kind == Kind::Vault,
        };
        Self {
            cells: vec![Cell::default(); units.len()],
            rows: 0,
            lacks: 0,
            size,
            units: units.iter().map(need).collect(),
            columns: Vec::new(),
            bands: Vec::new(),
        }
    }

    fn need(&self, step: &Step) -> Need {
        let unit = self.units.get(step.unit).copied().unwrap_or_default();
        Need { pull: if step.ample { unit.pull * AMPLE } else { unit.pull }, ..unit }
    }

    /// Whether there is a wall between two rooms one under the other. Small plans have none but around the vault.
    fn walled(&self, upper: Need, lower: Need) -> bool {
        self.size == Size::Large || upper.vault || lower.vault
    }

    /// Puts them up. The floor has as many rows as are needed, and at least so many.
    pub(super) fn put_up(&mut self, steps: &[Step], rows: usize) {
        self.measure(steps);
        let needed = self.bands.iter().map(|band| band.tall + 1).sum::<usize>().saturating_sub(1);
        let widest = self.bands.iter().map(|band| band.wide).max().unwrap_or(0);
        self.rows = needed.max(rows);
        self.lacks = widest.saturating_sub(self.size.columns());
        if self.lacks > 0 {
            return;
        }
        let of_bands = self.bands.iter().map(|band| band.weight).sum();
        let mut band_rows = Shares::new(self.rows - needed, of_bands);
        let (mut column_width, mut room_rows) = (Shares::new(0, 0), Shares::new(0, 0));
        let (mut bands, mut columns) = (0, 0);
        let mut cell = Cell::default();
        let (mut top, mut bottom) = (0, 0);
        let mut before = None;
        for (at, step) in steps.iter().enumerate() {
            let need = self.need(step);
            let joint = if at == 0 { Joint::Band } else { step.joint };
            if joint == Joint::Band {
                let band = self.bands.get(bands).copied().unwrap_or_default();
                bands += 1;
                top = bottom;
                bottom += band.tall + band_rows.next(band.weight) + 1;
                cell.right = 0;
                column_width = Shares::new(self.size.columns().saturating_sub(band.wide), band.pull);
            }
            if joint == Joint::Under {
                cell.open_top = before.is_some_and(|before| !self.walled(before, need));
                cell.top = if cell.open_top { cell.bottom - 1 } else { cell.bottom };
            } else {
                let column = self.columns.get(columns).map(|(_, need)| *need).unwrap_or_default();
                columns += 1;
                cell = Cell { top, left: cell.right, ..Cell::default() };
                cell.right = cell.left + column.wide + column_width.next(column.pull) + 1;
                room_rows = Shares::new((bottom - top).saturating_sub(1 + column.tall), column.weights);
            }
            cell.bottom = cell.top + need.tall + room_rows.next(need.weight) + 1;
            let next = steps.get(at + 1).filter(|next| next.joint == Joint::Under);
            cell.open_bottom = next.is_some_and(|next| !self.walled(need, self.need(next)));
            if let Some(place) = self.cells.get_mut(step.unit) {
                *place = cell;
            }
            before = Some(need);
        }
    }

    /// Whether one can go from one room to the other through a wall between them however many rows the floor has. Side by
    /// side, where others are above or below both, the walls that they share can shift from under each other when it gets more.
    pub(super) fn always_touch(&self, steps: &[Step], one: usize, other: usize) -> bool {
        let cell = |unit: usize| self.cells.get(unit).copied().unwrap_or_default();
        let ends = |unit: usize| {
            let at = steps.iter().position(|step| step.unit == unit).unwrap_or(0);
            let under = |at: usize| steps.get(at).is_some_and(|step| step.joint == Joint::Under);
            (at == 0 || !under(at), !under(at + 1))
        };
        let ((first, last), (other_first, other_last)) = (ends(one), ends(other));
        let (one, other) = (cell(one), cell(other));
        let beside = one.right == other.left || other.right == one.left;
        let same_end = (first && other_first) || (last && other_last);
        let whole_column = (first && last) || (other_first && other_last);
        one.touches(&other) && (!beside || same_end || whole_column)
    }

    /// Finds what columns and bands need.
    fn measure(&mut self, steps: &[Step]) {
        self.columns.clear();
        self.bands.clear();
        let mut before = Need::default();
        for step in steps {
            let need = self.need(step);
            let wall = usize::from(self.walled(before, need));
            if let Some((_, column)) = self.columns.last_mut().filter(|_| step.joint == Joint::Under) {
                column.wide = column.wide.max(need.wide);
                column.tall += need.tall + wall;
                column.weight = column.weight.max(need.weight);
                column.weights += need.weight;
                column.pull = column.pull.max(need.pull);
            } else {
                if self.bands.is_empty() || step.joint == Joint::Band {
                    self.bands.push(Need { wide: 1, ..Need::default() });
                }
                self.columns.push((self.bands.len() - 1, need));
            }
            before = need;
        }
        for (band, column) in &self.columns {
            if let Some(band) = self.bands.get_mut(*band) {
                band.wide += column.wide + 1;
                band.tall = band.tall.max(column.tall);
                band.weight = band.weight.max(column.weight);
                band.pull += column.pull;
            }
        }
    }
}

/// Something whole, given away by weights: each share as near as may be, and all together just what there was.
struct Shares {
    amount: usize,
    of: usize,
    given: usize,
    taken: usize,
}

impl Shares {
    const fn new(amount: usize, of: usize) -> Self {
        Self { amount, of, given: 0, taken: 0 }
    }

    fn next(&mut self, weight: usize) -> usize {
        self.taken += weight;
        let until = (self.amount * self.taken).checked_div(self.of).unwrap_or(0);
        let share = until - self.given;
        self.given = until;
        share
    }
}
