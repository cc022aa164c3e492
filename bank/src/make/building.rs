//! The building: which floors there are, what is on each, and how one gets from one place to another.

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

/// What a place is attached to.
#[derive(Clone, Copy, PartialEq)]
enum To {
    /// Nothing: all else is attached to it.
    Hub,
    /// The floor's hub.
    ToHub,
    /// The floor's second corridor; the hub where there is none.
    ToWay,
    /// The hub, or any room of the floor.
    ToAny,
    /// The place before it in the list.
    ToLast,
}

/// A place in the making.
#[derive(Clone, Copy)]
struct Plot {
    name: &'static str,
    part: Part,
    to: To,
    kind: Option<&'static ExitKind>,
}

const fn plot(name: &'static str, part: Part, to: To) -> Plot {
    Plot { name, part, to, kind: None }
}

impl Building {
    /// Draws one.
    pub(super) fn draw(source: Source, taken: &mut Taken) -> Self {
        let mut dice = source.dice("building");
        let (floors, street) = floors(&mut dice, taken);
        let plots = plots(&mut dice, taken, floors.len(), street);
        let mut places = vec![];
        let mut exits = vec![];
        let mut hubs = vec![];
        for (floor, plots) in plots.iter().enumerate() {
            for plot in plots {
                if let Some(kind) = plot.kind {
                    exits.push((places.len(), kind));
                }
                if plot.to == To::Hub {
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
    floors.iter().for_each(|floor| taken.take(floor));
    (floors, above)
}

/// What is on each floor.
fn plots(dice: &mut Dice, taken: &mut Taken, floors: usize, street: usize) -> Vec<Vec<Plot>> {
    let last = floors - 1;
    let mut plots: Vec<Vec<Plot>> = (0..floors)
        .map(|floor| {
            let (list, part) = match floor.cmp(&street) {
                std::cmp::Ordering::Less => (names::UPPER_WAYS, Part::Room),
                std::cmp::Ordering::Equal => (names::HALLS, Part::Hall),
                std::cmp::Ordering::Greater => (names::LOWER_WAYS, Part::Room),
            };
            vec![plot(taken.thing(dice, list), part, To::Hub)]
        })
        .collect();
    let mut add = |floor: usize, plot: Plot| {
        if let Some(plots) = plots.get_mut(floor) {
            plots.push(plot);
        }
        plots.iter().map(Vec::len).collect::<Vec<_>>()
    };
    // Mostly down below; a vault behind the hall or under the roof is for banks to be remembered by.
    let vault = if dice.chance(75) { last } else { dice.below(u32::try_from(floors).unwrap_or(1)) as usize };
    add(vault, plot(taken.thing(dice, names::ANTEROOMS), Part::Anteroom, To::ToHub));
    add(vault, plot(taken.thing(dice, names::VAULTS), Part::Vault, To::ToLast));
    let mut held = vec![];
    for kind in exits(dice, taken, floors, street) {
        let floor = match kind.level {
            Level::Roof => 0,
            Level::Front | Level::Street => street,
            Level::Below => last,
        };
        let to = if matches!(kind.level, Level::Front) || dice.chance(40) { To::ToHub } else { To::ToWay };
        held = add(floor, Plot { name: kind.name, part: Part::Exit, to, kind: Some(kind) });
    }
    for floor in 0..last {
        held = add(floor, plot(taken.thing(dice, names::STAIRS), Part::Stair, To::ToHub));
    }
    // Where there is room: the guards away from the vault, if they can be.
    let room = |held: &[usize], places: usize, dice: &mut Dice, but: usize| {
        let free = (0..floors).filter(|floor| held.get(*floor).is_some_and(|held| held + places <= FLOOR_HOLDS));
        let free = dice.shuffled(free);
        free.iter().find(|floor| **floor != but).or(free.first()).copied().unwrap_or(0)
    };
    let guards = room(&held, 2, dice, vault);
    add(guards, plot(taken.thing(dice, names::GUARD_ROOMS), Part::GuardRoom, To::ToHub));
    held = add(guards, plot(taken.thing(dice, names::DESKS), Part::Desk, To::ToLast));
    let server = room(&held, 1, dice, floors);
    held = add(server, plot(taken.thing(dice, names::SERVERS), Part::Server, To::ToAny));
    if dice.chance(60) && held.get(street).is_some_and(|held| *held < FLOOR_HOLDS) {
        held = add(street, plot(taken.thing(dice, names::HALLS), Part::Hall, To::ToHub));
    }
    for floor in [0, last] {
        if floor != street && dice.chance(60) && held.get(floor).is_some_and(|held| *held < FLOOR_HOLDS) {
            let list = if floor < street { names::UPPER_WAYS } else { names::LOWER_WAYS };
            held = add(floor, plot(taken.thing(dice, list), Part::Room, To::ToHub));
        }
    }
    let wanted = dice.between(14, 22) as usize;
    let lists = |dice: &mut Dice, other: &[&'static [&'static str]]| {
        dice.shuffled(names::ROOMS.iter().copied().chain(other.iter().copied()))
    };
    let (mut upper, mut lower) = (lists(dice, names::UPPER_ROOMS), lists(dice, names::LOWER_ROOMS));
    while held.iter().sum::<usize>() < wanted || held.iter().any(|held| *held < 3) {
        let least = held.iter().enumerate().min_by_key(|(_, held)| **held).map(|(floor, held)| (floor, *held));
        let Some((least, places)) = least.filter(|(_, places)| *places < FLOOR_HOLDS) else { break };
        let floor = if places < 3 { least } else { room(&held, 1, dice, floors) };
        let rows = if floor <= street { &mut upper } else { &mut lower };
        let Some(row) = rows.pop() else { break };
        // A row that is for all floors is gone for the others too.
        upper.retain(|other| *other != row);
        lower.retain(|other| *other != row);
        held = add(floor, plot(taken.thing(dice, row), Part::Room, To::ToAny));
    }
    plots
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
        let alike = chosen.iter().any(|other| crate::alike::mixed(other.door, kind.door));
        if chosen.len() < wanted && !alike && taken.fits(kind.name) && taken.fits(kind.door) {
            *left -= 1;
            taken.take(kind.name);
            chosen.push(kind);
        }
    }
    chosen
}

/// What joins the places. Every place is attached to one before it, so that all can be reached.
fn passages(dice: &mut Dice, plots: &[Vec<Plot>], hubs: &[usize]) -> Vec<Passage> {
    let mut passages = vec![];
    let mut number = 0;
    for (floor, plots) in plots.iter().enumerate() {
        let Some(&hub) = hubs.get(floor) else { continue };
        // The places that others can be attached to: rooms and halls, not what is for few.
        let rooms = |to: To| {
            let open = move |plot: &Plot| matches!(plot.part, Part::Room | Part::Hall) && plot.to == to;
            plots.iter().zip(hub..).filter(move |(plot, _)| open(plot)).map(|(_, place)| place)
        };
        let ways: Vec<_> = rooms(To::ToHub).collect();
        let mut open: Vec<_> = ways.clone();
        for plot in plots {
            let metres = match plot.part {
                Part::Desk => dice.between(2, 5),
                Part::Vault | Part::Anteroom => dice.between(5, 12),
                Part::Exit => dice.between(9, 32),
                Part::Stair => dice.between(6, 18),
                _ => dice.between(6, 26),
            };
            let to = match plot.to {
                To::Hub => None,
                To::ToHub => Some(hub),
                To::ToWay => Some(dice.pick(&ways).copied().unwrap_or(hub)),
                To::ToAny if dice.chance(60) => Some(hub),
                To::ToAny => Some(dice.pick(&open).copied().unwrap_or(hub)),
                To::ToLast => Some(number - 1),
            };
            if let Some(to) = to {
                passages.push(Passage { from: to, to: number, metres });
            }
            if plot.to == To::ToAny && plot.part == Part::Room {
                open.push(number);
            }
            if plot.part == Part::Stair {
                let below = hubs.get(floor + 1).copied().unwrap_or(hub);
                passages.push(Passage { from: number, to: below, metres: dice.between(6, 20) });
            }
            number += 1;
        }
    }
    passages
}
