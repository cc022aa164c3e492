//! What stands on a floor plan as one room: a place, with the desk or the door that is in it.

use crate::{Bank, Part};

/// What a place is called on the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// By its whole name where that is short, and with the street that an exit leads to.
    Names,
    /// By its label, and with the street all the same.
    Streets,
    /// By its label.
    Labels,
}

/// The longest name that stands on the plan in place of the label.
const LONG: usize = 16;
/// Last words of the names of exits that are in the wall of a room and no rooms of their own.
const OPENINGS: [&str; 6] = ["door", "entrance", "gate", "hatch", "skylight", "window"];
/// Last words of the names of what leads from room to room.
const CORRIDORS: [&str; 6] = ["corridor", "gallery", "hallway", "landing", "passage", "walk"];

/// What a room is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Hall,
    Room,
    Corridor,
    Stair,
    Exit,
    Vault,
}

impl Kind {
    /// How much of the floor it should have beside the others.
    pub(super) const fn weight(self) -> usize {
        match self {
            Self::Hall | Self::Vault => 5,
            Self::Room | Self::Corridor => 3,
            Self::Exit => 2,
            Self::Stair => 1,
        }
    }
}

/// A room on the plan.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) kind: Kind,
    /// Its floor, of [`Bank::floors`].
    pub(super) floor: usize,
    /// The places in it, of [`Bank::places`]; the first is the room itself.
    pub(super) places: Vec<usize>,
    /// What is written in it.
    pub(super) lines: Vec<Line>,
    /// Whether one of its places is an exit.
    pub(super) exit: bool,
    /// Units of the same floor that a passage leads to.
    pub(super) beside: Vec<usize>,
    /// Places of the next floor down that a passage leads to.
    pub(super) below: Vec<usize>,
    /// Whether a passage leads to the next floor up.
    pub(super) up: bool,
    /// The columns between the walls that it needs.
    pub(super) wide: usize,
}

/// A row of writing in a room.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    /// The place whose name it is.
    pub(super) names: Option<usize>,
    /// Whether it stands at the door in the outer wall.
    pub(super) outside: bool,
}

/// The rooms of a floor.
pub(super) fn units(bank: &Bank, floor: usize, writing: Writing) -> Vec<Unit> {
    let on_floor = |place: usize| bank.places.get(place).is_some_and(|place| place.floor == floor);
    let places = || (0..bank.places.len()).filter(|place| on_floor(*place));
    let mut rooms: Vec<Vec<usize>> =
        places().filter(|place| host(bank, *place).is_none()).map(|place| vec![place]).collect();
    for place in places() {
        let Some(host) = host(bank, place) else { continue };
        match rooms.iter_mut().find(|room| room.first() == Some(&host)) {
            // A second door gets a place of its own; a desk never comes second.
            Some(room) if room.len() == 1 || !is_exit(bank, place) => room.push(place),
            _ => rooms.push(vec![place]),
        }
    }
    let unit_of = |place: usize| rooms.iter().position(|room| room.contains(&place));
    let unit = |(number, places): (usize, &Vec<usize>)| {
        let neighbours = || places.iter().flat_map(|place| neighbours(bank, *place));
        let mut beside: Vec<usize> = neighbours().filter_map(unit_of).filter(|other| *other != number).collect();
        beside.sort_unstable();
        beside.dedup();
        let floor_of = |place: usize| bank.places.get(place).map_or(floor, |place| place.floor);
        let lines: Vec<Line> = places.iter().flat_map(|place| lines(bank, *place, writing)).collect();
        let longest = lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
        Unit {
            kind: places.first().map_or(Kind::Room, |place| kind(bank, *place)),
            floor,
            exit: places.iter().any(|place| is_exit(bank, *place)),
            below: neighbours().filter(|other| floor_of(*other) > floor).collect(),
            up: neighbours().any(|other| floor_of(other) < floor),
            wide: longest + if writing == Writing::Labels { 0 } else { 2 },
            beside,
            lines,
            places: places.clone(),
        }
    };
    rooms.iter().enumerate().map(unit).collect()
}

fn kind(bank: &Bank, place: usize) -> Kind {
    let Some(place) = bank.places.get(place) else { return Kind::Room };
    match place.part {
        Part::Hall => Kind::Hall,
        Part::Vault => Kind::Vault,
        Part::Stair => Kind::Stair,
        Part::Exit => Kind::Exit,
        _ if CORRIDORS.contains(&last_word(&place.name)) => Kind::Corridor,
        _ => Kind::Room,
    }
}

fn is_exit(bank: &Bank, place: usize) -> bool {
    bank.places.get(place).is_some_and(|place| place.part == Part::Exit)
}

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

fn neighbours(bank: &Bank, place: usize) -> impl Iterator<Item = usize> {
    bank.passages.iter().filter_map(move |passage| match (passage.from == place, passage.to == place) {
        (true, false) => Some(passage.to),
        (false, true) => Some(passage.from),
        _ => None,
    })
}

/// The room that a place is shown in: the guard room for the desk, and for a door the room that it opens into.
fn host(bank: &Bank, place: usize) -> Option<usize> {
    let here = bank.places.get(place)?;
    let same_floor = |other: &usize| bank.places.get(*other).is_some_and(|other| other.floor == here.floor);
    let part = |other: usize| bank.places.get(other).map(|other| other.part);
    let mut around = neighbours(bank, place).filter(same_floor);
    match here.part {
        Part::Desk => around.find(|other| part(*other) == Some(Part::GuardRoom)),
        Part::Exit if OPENINGS.contains(&last_word(&here.name)) => match (around.next(), around.next()) {
            (Some(only), None) if !matches!(part(only), Some(Part::Stair | Part::Exit | Part::Desk)) => Some(only),
            _ => None,
        },
        _ => None,
    }
}

fn lines(bank: &Bank, place: usize, writing: Writing) -> Vec<Line> {
    let Some(found) = bank.places.get(place) else { return Vec::new() };
    let short = writing == Writing::Names && found.name.chars().count() <= LONG;
    let text = if short { &found.name } else { &found.label };
    let outside = found.part == Part::Exit;
    let mut lines = vec![Line { text: text.clone(), names: Some(place), outside }];
    let road = bank.roads.iter().find(|road| road.exit == place).filter(|_| writing != Writing::Labels);
    if let Some(road) = road {
        // A road along the exit itself says nothing.
        let to = if road.along.contains(&found.name) { &road.leads_to } else { &road.along };
        let line = |text: String| Line { text, names: None, outside };
        lines.extend(folded(&format!("to {to}")).into_iter().map(line));
    }
    lines
}

/// A text in one line, or in two where it is long.
fn folded(text: &str) -> Vec<String> {
    let middle = text.len() / 2;
    let spaces = text.match_indices(' ').map(|(at, _)| at).filter(|at| *at > "to".len());
    let split = spaces.min_by_key(|at| at.abs_diff(middle)).and_then(|at| text.split_at_checked(at));
    match split.filter(|_| text.chars().count() > LONG + 2) {
        Some((first, second)) => vec![first.to_owned(), second.trim_start().to_owned()],
        None => vec![text.to_owned()],
    }
}
