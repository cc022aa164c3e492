//! What a plan is drawn on: walls that join wherever they meet, and writing over them.

use super::layout::Cell;

/// How thick a wall is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wall {
    Thin = 1,
    Thick = 2,
}

/// Where the walls of a character go: up, right, down, left. 0 is nowhere.
type Arms = [usize; 4];
const UP: usize = 0;
const RIGHT: usize = 1;
const DOWN: usize = 2;
const LEFT: usize = 3;

/// All ways in which thin and thick walls meet: a row for what goes up and down (nothing, thin, thick down; then with thin
/// up, with thick up), and in it one for what goes left and right (nothing, thin, thick right; then with thin left, with
/// thick left).
const JOINTS: [&str; 9] = [
    " ╶╺╴─╼╸╾━",
    "╷┌┍┐┬┮┑┭┯",
    "╻┎┏┒┰┲┓┱┳",
    "╵└┕┘┴┶┙┵┷",
    "│├┝┤┼┾┥┽┿",
    "╽┟┢┧╁╆┪╅╈",
    "╹┖┗┚┸┺┛┹┻",
    "╿┞┡┦╀╄┩╃╇",
    "┃┠┣┨╂╊┫╉╋",
];

/// A canvas.
pub(super) struct Canvas {
    rows: Vec<Vec<Sign>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sign {
    arms: Arms,
    /// What is written over the walls.
    over: Option<char>,
}

impl Canvas {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        Self { rows: vec![vec![Sign::default(); columns]; rows] }
    }

    fn sign(&mut self, row: usize, column: usize) -> Option<&mut Sign> {
        self.rows.get_mut(row)?.get_mut(column)
    }

    fn arm(&mut self, row: usize, column: usize, arm: usize, wall: Wall) {
        if let Some(arm) = self.sign(row, column).and_then(|sign| sign.arms.get_mut(arm)) {
            *arm = (*arm).max(wall as usize);
        }
    }

    /// Puts up a room's walls, except where it is open to its neighbours.
    pub(super) fn room(&mut self, cell: &Cell, wall: Wall) {
        for row in cell.top..cell.bottom {
            for column in [cell.left, cell.right] {
                self.arm(row, column, DOWN, wall);
                self.arm(row + 1, column, UP, wall);
            }
        }
        let walls = [(cell.top, cell.open_top), (cell.bottom, cell.open_bottom)];
        for (row, _) in walls.into_iter().filter(|(_, open)| !open) {
            for column in cell.left..cell.right {
                self.arm(row, column, RIGHT, wall);
                self.arm(row, column + 1, LEFT, wall);
            }
        }
    }

    /// Whether nothing is here but a wall that goes on to both sides, lying or upright.
    pub(super) fn plain(&self, row: usize, column: usize) -> bool {
        let sign = self.rows.get(row).and_then(|row| row.get(column));
        sign.is_some_and(|sign| sign.over.is_none() && matches!(sign.arms, [0, 1 | 2, 0, 1 | 2] | [1 | 2, 0, 1 | 2, 0]))
    }

    /// Whether something is written here.
    pub(super) fn written(&self, row: usize, column: usize) -> bool {
        self.rows.get(row).and_then(|row| row.get(column)).is_some_and(|sign| sign.over.is_some())
    }

    /// Writes over what is there.
    pub(super) fn write(&mut self, row: usize, column: usize, text: &str) {
        for (column, char) in (column..).zip(text.chars()) {
            if let Some(sign) = self.sign(row, column) {
                sign.over = Some(char);
            }
        }
    }

    /// The rows as text.
    pub(super) fn rows(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.iter().map(Sign::char).collect()).collect()
    }
}

impl Sign {
    fn char(&self) -> char {
        let [up, right, down, left] = self.arms;
        let joint = || JOINTS.get(3 * up + down)?.chars().nth(3 * left + right);
        self.over.or_else(joint).unwrap_or(' ')
    }
}
