//! Draws the floors: walls, doors, stairs, and what is written on them.

use std::ops::Range;

use crate::Bank;

use super::canvas::{Canvas, Wall};
use super::layout::{Cell, DOOR};
use super::unit::{Kind, Line, Unit};
use super::{Floor, FloorPlan, Room, Size, Spot};

/// A door in an inner wall: what stands in its place.
const WAY: char = ' ';
/// The vault's door.
const VAULT_DOOR: char = '▒';
/// A stair through a floor.
const STEPS: char = '≡';

/// Draws the floors, each with the cells of its units.
pub(super) fn draw(bank: &Bank, size: Size, floors: &[Floor]) -> FloorPlan {
    let mut top = 0;
    let mut placed: Vec<(&Unit, Cell)> = Vec::new();
    let mut names = Vec::new();
    for floor in floors {
        names.push((top, floor.name));
        let down = |cell: &Cell| Cell { top: cell.top + top, bottom: cell.bottom + top, ..*cell };
        placed.extend(floor.units.iter().zip(floor.walls.cells.iter().map(down)));
        top = placed.iter().map(|(_, cell)| cell.bottom).max().unwrap_or(top);
    }
    let mut canvas = Canvas::new(size.columns(), top + 1);
    for (unit, cell) in &placed {
        canvas.room(cell, if unit.kind == Kind::Vault { Wall::Thick } else { Wall::Thin });
    }
    let mut drawing = Drawing { size, canvas, spots: Vec::new() };
    for (unit, cell) in &placed {
        drawing.unit(unit, cell);
    }
    let ways = ways(bank, &placed);
    for (row, name) in names {
        drawing.floor_name(row, name, &ways);
    }
    for way in &ways {
        drawing.way(way);
    }
    drawing.spots.sort_unstable_by_key(|spot| spot.place);
    FloorPlan { rows: drawing.canvas.rows(), spots: drawing.spots }
}

/// The rows of a room with writing in them.
fn written(unit: &Unit, cell: &Cell) -> Range<usize> {
    let first = cell.top + 1 + cell.rows().saturating_sub(unit.lines.len()) / 2;
    first..first + unit.lines.len()
}

/// Where the walls of two rooms meet, which each have two.
fn meet(one: (usize, usize), other: (usize, usize)) -> Option<usize> {
    if one.1 == other.0 { Some(one.1) } else { (other.1 == one.0).then_some(one.0) }
}

/// A wall with a way through it.
struct Way<'a> {
    sign: char,
    wall: Side,
    /// The rows or columns of the wall in which it can be, first and how many.
    span: (usize, usize),
    rooms: [&'a (&'a Unit, Cell); 2],
}

/// An upright wall in this column, or a lying one in this row.
enum Side {
    Upright(usize),
    Lying(usize),
}

/// The ways through walls, one for each passage between rooms that touch.
fn ways<'a>(bank: &Bank, placed: &'a [(&'a Unit, Cell)]) -> Vec<Way<'a>> {
    let of = |place: usize| placed.iter().find(|(unit, _)| unit.places.contains(&place));
    let way = |(from, to): (usize, usize)| {
        let rooms @ [(one, here), (other, there)] = [of(from)?, of(to)?];
        let sign = if one.floor != other.floor {
            STEPS
        } else if one.kind == Kind::Vault || other.kind == Kind::Vault {
            VAULT_DOOR
        } else {
            WAY
        };
        let upright = meet((here.left, here.right), (there.left, there.right)).filter(|_| sign != STEPS);
        let lying = meet((here.top, here.bottom), (there.top, there.bottom));
        let (wall, span) = match (upright, lying) {
            (Some(column), _) => (Side::Upright(column), here.shared_rows(there)),
            (None, Some(row)) => (Side::Lying(row), here.shared_columns(there)),
            (None, None) => return None,
        };
        Some(Way { sign, wall, span, rooms })
    };
    bank.passages.iter().filter_map(|passage| way((passage.from, passage.to))).collect()
}

struct Drawing {
    size: Size,
    canvas: Canvas,
    spots: Vec<Spot>,
}

impl Drawing {
    /// Writes a floor's name into its upper border: where no wall is in the way, stairs have room beside it, and near the
    /// middle, as far as all that can be.
    fn floor_name(&mut self, row: usize, name: &str, ways: &[Way]) {
        let air = usize::from(self.size == Size::Large);
        let (width, columns) = (name.chars().count() + 2 * air, self.size.columns());
        let plain = |column: usize| self.canvas.plain(row, column);
        let stairs = || ways.iter().filter(|way| way.sign == STEPS && matches!(way.wall, Side::Lying(at) if at == row));
        let blocked = |at: usize, (first, count): (usize, usize)| {
            let free = |column: usize| plain(column) && !(at - 1..=at + width).contains(&column);
            !(first..(first + count).saturating_sub(DOOR - 1)).any(|first| (first..first + DOOR).all(free))
        };
        let amiss = |at: &usize| {
            let hidden = (*at..at + width).filter(|column| !plain(*column)).count();
            let blocked = stairs().filter(|way| blocked(*at, way.span)).count();
            let bare = air > 0 && !(plain(at - 1) && plain(at + width));
            let written = (*at..at + width).any(|column| self.canvas.written(row, column));
            (written, hidden + 2 * blocked, bare, at.abs_diff(columns.saturating_sub(width) / 2))
        };
        if let Some(at) = (1..columns.saturating_sub(width)).min_by_key(amiss) {
            self.canvas.write(row, at, &format!("{:air$}{name}{:air$}", "", ""));
        }
    }

    /// Opens a wall where there is a way through.
    fn way(&mut self, way: &Way) {
        match way.wall {
            Side::Upright(column) => {
                let written = |row| way.rooms.iter().any(|(unit, cell)| written(unit, cell).contains(&row));
                self.upright(column, way.span, way.sign, written);
            }
            Side::Lying(row) => self.lying(row, way.span, way.sign),
        }
    }

    /// A way through an upright wall. Small plans show only the vault's.
    fn upright(&mut self, column: usize, (first, count): (usize, usize), sign: char, written: impl Fn(usize) -> bool) {
        if self.size == Size::Small && sign == WAY {
            return;
        }
        let middle = first + count / 2;
        let free = (first..first + count).filter(|row| self.canvas.plain(*row, column));
        if let Some(row) = free.min_by_key(|row| (written(*row), row.abs_diff(middle))) {
            self.canvas.write(row, column, &sign.to_string());
        }
    }

    /// A way through a lying wall, with some of the wall left at both sides if possible, and narrow where it must be.
    fn lying(&mut self, row: usize, (first, count): (usize, usize), sign: char) {
        let plain = |column: usize| self.canvas.plain(row, column);
        let place = |width: usize| {
            let middle = first + count.saturating_sub(width) / 2;
            let places = (first..(first + count + 1).saturating_sub(width)).filter(|at| (*at..at + width).all(plain));
            let bare = |at: usize| !(plain(at - 1) && plain(at + width));
            Some((places.min_by_key(|at| (bare(*at), at.abs_diff(middle)))?, width))
        };
        if let Some((at, width)) = (1..=DOOR).rev().find_map(place) {
            self.canvas.write(row, at, &sign.to_string().repeat(width));
        }
    }

    /// Writes what stands in a room.
    fn unit(&mut self, unit: &Unit, cell: &Cell) {
        let room = Room { row: cell.top + 1, column: cell.left + 1, rows: cell.rows(), columns: cell.columns() };
        for (row, line) in written(unit, cell).zip(&unit.lines) {
            self.line(line, row, room);
        }
    }

    fn line(&mut self, line: &Line, row: usize, room: Room) {
        let width = line.text.chars().count();
        let spare = room.columns.saturating_sub(width);
        let (left, right) = (room.column == 1, room.column + room.columns + 1 == self.size.columns());
        let column = room.column
            + match (line.outside, left, right) {
                (true, _, true) => spare - usize::from(spare > 0),
                (true, true, _) => usize::from(spare > 0),
                _ => spare / 2,
            };
        if line.outside && right {
            self.canvas.write(row, room.column + room.columns, "╞");
        } else if line.outside && left {
            self.canvas.write(row, 0, "╡");
        } else if line.outside && room.row == 1 && line.names.is_some() {
            self.canvas.write(0, room.column + room.columns / 2, "╨");
        }
        self.canvas.write(row, column, &line.text);
        if let Some(place) = line.names {
            self.spots.push(Spot { place, row, column, width, room });
        }
    }
}
