//! The building: which floors there are, what is on each, and how one gets from one place to another.

use crate::alike::mixed;
use crate::names::{self, EXITS, ExitKind, Level};
use crate::{Part, Passage, Place};

use super::Source;
use super::dice::Dice;
use super::taken::Taken;

/// Places on a floor at most.
const FLOOR_HOLDS: usize = 8;

/// A building, and where in it is what the rest of the bank is made around. Places are numbered as in it.
pub(super) struct Building {
    pub(super) floors: Vec<String>,
    pub(super) places: Vec<Place>,
    pub(super) passages: Vec<Passage>,
    /// Which of the floors is at the street.
    pub(super) street: usize,
    /// The exits, in the order of their places.
    pub(super) exits: Vec<(usize, &'static ExitKind)>,
    /// The place that a floor's rooms are reached from, by floor.
    pub(super) hubs: Vec<usize>,
    pub(super) vault: usize,
}

/// What a place is joined to.
#[derive(Clone, Copy, PartialEq)]
enum Beside {
    /// Nothing: the others of its floor are joined to it.
    Nothing,
    /// The floor's hub.
    Hub,
    /// A corridor of the floor that is not its hub; the hub where there is none.
    Way,
    /// The hub, or a room that is there already.
    Any,
    /// The place before it in the list.
    Last,
}

/// A place in the making.
#[derive(Clone, Copy)]
struct Plot {
    name: &'static str,
    part: Part,
    beside: Beside,
    kind: Option<&'static ExitKind>,
}

impl Building {
    /// Draws one.
    pub(super) fn draw(source: Source, taken: &mut Taken) -> Self {
        let mut dice = source.dice("building");
        let (floors, street) = floors(&mut dice, taken);
        let mut plots = Plots { taken, street, floors: vec![vec![]; floors.len()] };
        plots.needed(&mut dice);
        plots.more(&mut dice);
        let plots = plots.floors;
        let mut places = vec![];
        let mut exits = vec![];
        let mut hubs = vec![];
        for (floor, plots) in plots.iter().enumerate() {
            for plot in plots {
                if let Some(kind) = plot.kind {
                    exits.push((places.len(), kind));
                }
                if plot.beside == Beside::Nothing {
                    hubs.push(places.len());
                }
                let door = match (plot.kind, plot.part) {
                    (Some(kind), _) => kind.door,
                    (None, Part::Vault) => "vault",
                    (None, _) => plot.name,
                };
                places.push(Place {
                    name: plot.name.into(),
                    label: names::label(plot.name),
                    door: door.into(),
                    floor,
                    part: plot.part,
                });
            }
        }
        let passages = passages(&mut dice, &plots, &hubs);
        let vault = places.iter().position(|place| place.part == Part::Vault).unwrap_or(0);
        Self {
            floors: floors.iter().map(|floor| (*floor).into()).collect(),
            places,
            passages,
            street,
            exits,
            hubs,
            vault,
        }
    }

    /// On which floor a place is.
    pub(super) fn floor_of(&self, place: usize) -> usize {
        self.places.get(place).map_or(0, |place| place.floor)
    }

    /// What a place is called.
    pub(super) fn name_of(&self, place: usize) -> &str {
        self.places.get(place).map_or("", |place| &place.name)
    }

    /// What the place's door is called.
    pub(super) fn door_of(&self, place: usize) -> &str {
        self.places.get(place).map_or("", |place| &place.door)
    }

    /// The places of a kind, in order.
    pub(super) fn all(&self, part: Part) -> impl Iterator<Item = usize> {
        self.places.iter().enumerate().filter(move |(_, place)| place.part == part).map(|(place, _)| place)
    }
}

/// The floors from the top down, and which is at the street.
fn floors(dice: &mut Dice, taken: &mut Taken) -> (Vec<&'static str>, usize) {
    const SHAPES: [(usize, usize); 8] = [(0, 1), (1, 0), (1, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2)];
    let (above, below) = dice.pick(&SHAPES).copied().unwrap_or((1, 1));
    let up = dice.pick(names::ABOVE).copied().unwrap_or_default();
    let down = dice.pick(names::BELOW).copied().unwrap_or_default();
    // Of two floors that could be above the street the lower one is.
    let up = up.into_iter().skip(2 - above);
    let floors: Vec<_> = up.chain([dice.word(names::STREET)]).chain(down.into_iter().take(below)).collect();
    for floor in &floors {
        taken.take(floor);
    }
    (floors, above)
}

/// What is on each floor, in the making.
struct Plots<'a> {
    taken: &'a mut Taken,
    street: usize,
    floors: Vec<Vec<Plot>>,
}

impl Plots<'_> {
    fn add(&mut self, floor: usize, plot: Plot) {
        if let Some(plots) = self.floors.get_mut(floor) {
            plots.push(plot);
        }
    }

    /// Adds a place with a name from a list.
    fn draw(&mut self, dice: &mut Dice, floor: usize, part: Part, beside: Beside, names: &[&'static str]) {
        let name = self.taken.thing(dice, names);
        self.add(floor, Plot { name, part, beside, kind: None });
    }

    /// How many places more a floor can hold.
    fn free(&self, floor: usize) -> usize {
        self.floors.get(floor).map_or(0, |plots| FLOOR_HOLDS.saturating_sub(plots.len()))
    }

    /// A floor that can hold so many more, another than one if it can be.
    fn with_room(&self, dice: &mut Dice, places: usize, but: Option<usize>) -> Option<usize> {
        let floors = dice.shuffled((0..self.floors.len()).filter(|floor| self.free(*floor) >= places));
        floors.iter().find(|floor| Some(**floor) != but).or(floors.first()).copied()
    }

    /// The corridors of a floor that is not at the street.
    const fn corridors(&self, floor: usize) -> &'static [&'static str] {
        if floor < self.street { names::UPPER_WAYS } else { names::LOWER_WAYS }
    }

    /// The rooms that every bank has.
    fn needed(&mut self, dice: &mut Dice) {
        let floors = self.floors.len();
        let last = floors - 1;
        for floor in 0..floors {
            if floor == self.street {
                self.draw(dice, floor, Part::Hall, Beside::Nothing, names::HALLS);
            } else {
                self.draw(dice, floor, Part::Room, Beside::Nothing, self.corridors(floor));
            }
        }
        // Mostly down below; a vault behind the hall or under the roof is for banks to be remembered by.
        let floor = dice.pick(&(0..floors).collect::<Vec<_>>()).copied();
        let vault = if dice.chance(75) { last } else { floor.unwrap_or(last) };
        self.draw(dice, vault, Part::Anteroom, Beside::Hub, names::ANTEROOMS);
        self.draw(dice, vault, Part::Vault, Beside::Last, names::VAULTS);
        for kind in exits(dice, self.taken, floors, self.street) {
            let floor = match kind.level {
                Level::Roof => 0,
                Level::Front | Level::Street => self.street,
                Level::Below => last,
            };
            let beside = if kind.level == Level::Front || dice.chance(40) { Beside::Hub } else { Beside::Way };
            self.add(floor, Plot { name: kind.name, part: Part::Exit, beside, kind: Some(kind) });
        }
        for floor in 0..last {
            self.draw(dice, floor, Part::Stair, Beside::Hub, names::STAIRS);
        }
        // The guards away from the vault, if they can be.
        let guards = self.with_room(dice, 2, Some(vault)).unwrap_or(0);
        self.draw(dice, guards, Part::GuardRoom, Beside::Hub, names::GUARD_ROOMS);
        self.draw(dice, guards, Part::Desk, Beside::Last, names::DESKS);
        let server = self.with_room(dice, 1, None).unwrap_or(0);
        self.draw(dice, server, Part::Server, Beside::Any, names::SERVERS);
    }

    /// Halls, corridors and rooms that a bank may have, until there are 14 to 22 places, and three on every floor.
    fn more(&mut self, dice: &mut Dice) {
        if dice.chance(60) && self.free(self.street) > 0 {
            self.draw(dice, self.street, Part::Hall, Beside::Hub, names::HALLS);
        }
        for floor in [0, self.floors.len() - 1] {
            if floor != self.street && dice.chance(60) && self.free(floor) > 0 {
                self.draw(dice, floor, Part::Room, Beside::Hub, self.corridors(floor));
            }
        }
        let wanted = dice.between(14, 22) as usize;
        let rows = |other: &'static [&'static [&'static str]]| names::ROOMS.iter().chain(other).copied();
        let (mut upper, mut lower) = (dice.shuffled(rows(names::UPPER_ROOMS)), dice.shuffled(rows(names::LOWER_ROOMS)));
        loop {
            let bare = (0..self.floors.len()).find(|floor| self.free(*floor) > FLOOR_HOLDS - 3);
            let wants = self.floors.iter().map(Vec::len).sum::<usize>() < wanted;
            let any = if wants { self.with_room(dice, 1, None) } else { None };
            let Some(floor) = bare.or(any) else { break };
            let Some(row) = (if floor <= self.street { &mut upper } else { &mut lower }).pop() else { break };
            // A row that is for all floors is gone for the others too.
            upper.retain(|other| *other != row);
            lower.retain(|other| *other != row);
            self.draw(dice, floor, Part::Room, Beside::Any, row);
        }
    }
}

/// Four or five ways in and out: one for the customers, one or two on the roof and below, the rest at the street.
fn exits(dice: &mut Dice, taken: &mut Taken, floors: usize, street: usize) -> Vec<&'static ExitKind> {
    let wanted = dice.between(4, 5) as usize;
    let mut left = |level| match level {
        Level::Front => 1,
        Level::Street => 2,
        Level::Roof => dice.between(1, 2).min(if street == 0 { 1 } else { 2 }),
        Level::Below => {
            if street + 1 < floors {
                2
            } else {
                0
            }
        }
    };
    let mut left = [Level::Front, Level::Street, Level::Roof, Level::Below].map(|level| (level, left(level)));
    let all = dice.shuffled(EXITS);
    let mut chosen: Vec<&ExitKind> = vec![];
    let fronts = all.iter().filter(|kind| kind.level == Level::Front);
    for kind in fronts.chain(all.iter().filter(|kind| kind.level != Level::Front)) {
        let Some((_, left)) = left.iter_mut().find(|(level, left)| *level == kind.level && *left > 0) else { continue };
        let alike = chosen.iter().any(|other| mixed(other.door, kind.door) || mixed(other.road, kind.road));
        if chosen.len() < wanted && !alike && taken.fits(kind.name) && taken.fits(kind.door) {
            *left -= 1;
            taken.take(kind.name);
            chosen.push(kind);
        }
    }
    chosen
}

/// What joins the places. Every place is joined to one before it, so that all can be reached.
fn passages(dice: &mut Dice, floors: &[Vec<Plot>], hubs: &[usize]) -> Vec<Passage> {
    let mut passages = vec![];
    for (plots, &hub) in floors.iter().zip(hubs) {
        let below = hubs.iter().copied().find(|other| *other > hub);
        let corridors = plots
            .iter()
            .zip(hub..)
            .filter(|(plot, _)| matches!(plot.part, Part::Room | Part::Hall) && plot.beside == Beside::Hub);
        let ways: Vec<_> = corridors.map(|(_, place)| place).collect();
        let mut rooms = ways.clone();
        for (plot, place) in plots.iter().zip(hub..) {
            let metres = match plot.part {
                Part::Desk => dice.between(2, 5),
                Part::Vault | Part::Anteroom => dice.between(5, 12),
                Part::Exit => dice.between(9, 32),
                Part::Stair => dice.between(6, 18),
                _ => dice.between(6, 26),
            };
            let to = match plot.beside {
                Beside::Nothing => continue,
                Beside::Any if dice.chance(40) => dice.pick(&rooms).copied().unwrap_or(hub),
                Beside::Hub | Beside::Any => hub,
                Beside::Way => dice.pick(&ways).copied().unwrap_or(hub),
                Beside::Last => place - 1,
            };
            passages.push(Passage { from: to, to: place, metres });
            if plot.part == Part::Room && plot.beside == Beside::Any {
                rooms.push(place);
            }
            if let Some(below) = below.filter(|_| plot.part == Part::Stair) {
                passages.push(Passage { from: place, to: below, metres: dice.between(6, 20) });
            }
        }
    }
    passages
}
