//! Whether a floor plan is whole: what is wrong with one, if anything is.

use crate::{Bank, Part};

use super::{FloorPlan, Room, Size, Spot};

/// The characters whose walls go up, right, down and left: thin ones, thick ones. A door in the outer wall leads out of
/// the plan, and that is nowhere.
const ARMS: [[&str; 2]; 4] = [
    ["│└┕┘┙├┝┟┢┤┥┧┪┴┵┶┷┼┽┾┿╁╅╆╈╞╡", "┃┖┗┚┛┞┠┡┣┦┨┩┫┸┹┺┻╀╂╃╄╇╉╊╋"],
    ["─┌┎└┖├┞┟┠┬┭┰┱┴┵┸┹┼┽╀╁╂╃╅╉╨", "━┍┏┕┗┝┡┢┣┮┯┲┳┶┷┺┻┾┿╄╆╇╈╊╋"],
    ["│┌┍┐┑├┝┞┡┤┥┦┩┬┭┮┯┼┽┾┿╀╃╄╇╞╡", "┃┎┏┒┓┟┠┢┣┧┨┪┫┰┱┲┳╁╂╅╆╈╉╊╋"],
    ["─┐┒┘┚┤┦┧┨┬┮┰┲┴┶┸┺┼┾╀╁╂╄╆╊╨", "━┑┓┙┛┥┩┪┫┭┯┱┳┵┷┹┻┽┿╃╅╇╈╉╋"],
];

/// How far doors and stairs are from wall to wall, in rows and in columns.
const GAP: (usize, usize) = (1, 3);

impl FloorPlan {
    /// What is wrong with a plan of this bank and size, in sentences; nothing if it is whole. Its rows are of the same width;
    /// every wall ends at another that comes to meet it, be it beyond a door or a stair, or at the name of a floor; every
    /// floor is named, and every place once and uncut, in a room that no other cuts; every exit has a door in the outer
    /// wall, and the vault has its own.
    #[must_use]
    pub fn flaws(&self, bank: &Bank, size: Size) -> Vec<String> {
        let mut flaws = Vec::new();
        if self.rows.iter().any(|row| row.chars().count() != size.columns()) {
            flaws.push(format!("Not all rows have {} columns.", size.columns()));
        }
        let signs = Signs { rows: self.rows.iter().map(|row| row.chars().collect()).collect() };
        let plates: Vec<Plate> = bank.floors.iter().filter_map(|name| signs.plate(name)).collect();
        if plates.len() < bank.floors.len() {
            flaws.push("The name of a floor is missing.".into());
        }
        flaws.extend(signs.loose(&plates));
        if self.spots.iter().map(|spot| spot.place).ne(0..bank.places.len()) {
            flaws.push("Not every place has its spot.".into());
        }
        for (number, spot) in self.spots.iter().enumerate() {
            flaws.extend(signs.misnamed(bank, spot, size));
            let others = self.spots.iter().take(number);
            flaws.extend(others.filter(|other| clash(spot, other)).map(|other| {
                format!(
                    "The {} and the {} are in each other's way.",
                    bank.name_of(spot.place),
                    bank.name_of(other.place)
                )
            }));
        }
        if !self.rows.iter().any(|row| row.contains('▒')) {
            flaws.push("The vault has no door.".into());
        }
        flaws
    }
}

/// Where a floor's name is in a border, with what air it has.
struct Plate {
    row: usize,
    first: usize,
    end: usize,
}

/// The characters of a plan.
struct Signs {
    rows: Vec<Vec<char>>,
}

impl Signs {
    fn at(&self, (row, column): (usize, usize)) -> Option<char> {
        self.rows.get(row)?.get(column).copied()
    }

    /// Where a floor's name stands.
    fn plate(&self, name: &str) -> Option<Plate> {
        let name: Vec<char> = name.chars().collect();
        let borders = self.rows.iter().enumerate().filter(|(_, row)| row.contains(&'─') || row.contains(&'━'));
        let find = |(row, signs): (usize, &Vec<char>)| {
            let first = signs.windows(name.len()).position(|part| part == name)?;
            let end = first + name.len();
            let air = |column: Option<usize>| column.and_then(|column| self.at((row, column))) == Some(' ');
            let before = usize::from(air(first.checked_sub(1)));
            Some(Plate { row, first: first - before, end: end + usize::from(air(Some(end))) })
        };
        borders.into_iter().find_map(find)
    }

    /// The first wall that ends where nothing meets it.
    fn loose(&self, plates: &[Plate]) -> Option<String> {
        let named = |(row, column): (usize, usize)| {
            plates.iter().any(|plate| plate.row == row && (plate.first..plate.end).contains(&column))
        };
        let rows = self.rows.iter().enumerate();
        let mut signs =
            rows.flat_map(|(row, signs)| signs.iter().enumerate().map(move |(column, sign)| (row, column, *sign)));
        let loose = |(row, column, sign): &(usize, usize, char)| {
            (0..ARMS.len()).any(|direction| {
                let thickness = arm(*sign, direction);
                let gap = if direction % 2 == 0 { GAP.0 } else { GAP.1 };
                let line = || (1..=gap + 1).map_while(|far| step((*row, *column), direction, far));
                let met = line().filter_map(|place| self.at(place)).find(|sign| is_wall(*sign));
                let meets = met.is_some_and(|sign| arm(sign, (direction + 2) % ARMS.len()) == thickness);
                thickness > 0 && !meets && !line().any(named)
            })
        };
        let (row, column, sign) = signs.find(loose)?;
        Some(format!("The wall at row {row}, column {column} ({sign}) ends in nothing."))
    }

    /// What is wrong with how a place is written, and with its exit.
    fn misnamed(&self, bank: &Bank, spot: &Spot, size: Size) -> Option<String> {
        let place = bank.places.get(spot.place)?;
        let text: String = self.rows.get(spot.row)?.iter().skip(spot.column).take(spot.width).collect();
        let room = spot.room;
        let inside = (room.row..room.row + room.rows).contains(&spot.row)
            && room.column <= spot.column
            && spot.column + spot.width <= room.column + room.columns;
        if !inside || (text != place.label && (text != place.name || size == Size::Small)) {
            return Some(format!("The {} is written as {text:?}.", place.name));
        }
        let end = room.column + room.columns;
        let open = (room.column == 1 && self.at((spot.row, 0)) == Some('╡'))
            || (end + 1 == size.columns() && self.at((spot.row, end)) == Some('╞'))
            || (room.row == 1 && (room.column..end).any(|column| self.at((0, column)) == Some('╨')));
        (place.part == Part::Exit && !open).then(|| format!("The {} has no door.", place.name))
    }
}

/// How thick the wall is that goes from a character in a direction; 0 is none.
fn arm(sign: char, direction: usize) -> usize {
    let arms = ARMS.get(direction).into_iter().flatten();
    arms.zip(1..).find(|(signs, _)| signs.contains(sign)).map_or(0, |(_, thickness)| thickness)
}

fn is_wall(sign: char) -> bool {
    ARMS.iter().flatten().any(|signs| signs.contains(sign))
}

/// The place that is so far in a direction.
fn step((row, column): (usize, usize), direction: usize, far: usize) -> Option<(usize, usize)> {
    match direction {
        0 => Some((row.checked_sub(far)?, column)),
        1 => Some((row, column + far)),
        2 => Some((row + far, column)),
        _ => Some((row, column.checked_sub(far)?)),
    }
}

/// Whether two places are written over each other, or their rooms are neither the same nor apart.
fn clash(one: &Spot, other: &Spot) -> bool {
    let over = |one: (usize, usize), other: (usize, usize)| one.0 < other.0 + other.1 && other.0 < one.0 + one.1;
    let cut = |one: &Room, other: &Room| {
        over((one.row, one.rows), (other.row, other.rows))
            && over((one.column, one.columns), (other.column, other.columns))
    };
    (one.row == other.row && over((one.column, one.width), (other.column, other.width)))
        || (one.room != other.room && cut(&one.room, &other.room))
}
