//! The roads away: one from each exit, each with its own risk.

use crate::names::{self, ExitKind, Level};
use crate::{Line, Risk, Road, Travel};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::Solution;
use super::taken::Taken;

/// Risks in the making, in the order of [`KINDS`].
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Police,
    Wait,
    Seen,
    Narrow,
    Alarm,
}

const KINDS: [Kind; 5] = [Kind::Police, Kind::Narrow, Kind::Alarm, Kind::Seen, Kind::Wait];

/// Draws the roads, in the order of their exits, and the street of the police station.
pub(super) fn draw(
    source: Source,
    taken: &mut Taken,
    building: &Building,
    solution: &Solution,
) -> (Vec<Road>, &'static str) {
    let mut dice = source.dice("roads");
    let station = taken.way(&mut dice, names::STREETS);
    let mut left = dice.shuffled(KINDS);
    let mut roads = vec![];
    for (exit, kind) in dice.shuffled(&building.exits) {
        let travel = dice.pick(kind.travel).copied().unwrap_or(Travel::Foot);
        let uses = solution.uses(*exit);
        // With the line cut somebody is called in the end.
        let quiet = solution.line != Line::Cut || *exit != solution.leave.exit;
        let fits = |risk: &Kind| match risk {
            Kind::Police => travel == Travel::Car && quiet,
            Kind::Narrow => travel != Travel::Car && kind.level != Level::Front && quiet,
            Kind::Alarm => uses.is_none_or(|door| door.rings),
            Kind::Seen => travel != Travel::Boat && quiet,
            Kind::Wait => true,
        };
        let risk = left.iter().position(fits).map_or(Kind::Wait, |place| left.remove(place));
        roads.push(road(&mut dice, taken, (*exit, kind), travel, (risk, !quiet), station));
    }
    roads.sort_by_key(|road| road.exit);
    (roads, station)
}

impl Road {
    /// The minutes until one is there, with what makes one wait and how one gets through for one's self and five others.
    pub(super) const fn takes(&self) -> u32 {
        self.minutes
            + match self.risk {
                Risk::Wait { minutes, .. } => minutes,
                Risk::Narrow => 5,
                _ => 0,
            }
    }
}

fn road(
    dice: &mut Dice,
    taken: &mut Taken,
    (exit, kind): (usize, &ExitKind),
    travel: Travel,
    (risk, is_short): (Kind, bool),
    station: &'static str,
) -> Road {
    // From so many minutes to so many, and tenths of a hundred metres in each.
    let (low, high, pace) = match travel {
        Travel::Car => (5, 13, (36, 56)),
        Travel::Foot => (7, 16, (6, 9)),
        Travel::Boat => (9, 19, (12, 18)),
    };
    let minutes = dice.between(low, if is_short { low + 2 } else { high });
    let hectometres = minutes * dice.between(pace.0, pace.1) / 10;
    let through = kind.level == Level::Below && travel == Travel::Foot && dice.chance(50);
    let along = match (risk, travel) {
        (Kind::Police, _) => station,
        (_, Travel::Boat) => taken.way(dice, names::WATERWAYS),
        _ => taken.way(dice, names::STREETS),
    };
    let by = match kind.level {
        _ if ["Square", "Piazza", "Plaza", "Place ", "platz", "Namesti"].iter().any(|word| along.contains(word)) => {
            "across"
        }
        Level::Roof if travel == Travel::Foot => "over",
        Level::Below if through => "under",
        _ => "along",
    };
    let leads_to = taken.way(dice, if travel == Travel::Boat { names::WATER } else { names::LAND });
    let waits = match travel {
        Travel::Car => names::CAR_WAITS,
        Travel::Foot => names::FOOT_WAITS,
        Travel::Boat => names::BOAT_WAITS,
    };
    let risk = match risk {
        Kind::Police => Risk::Police,
        Kind::Wait => Risk::Wait { what: taken.thing(dice, waits).into(), minutes: dice.between(1, 4) },
        Kind::Seen => Risk::Seen { cameras: dice.between(2, 9) },
        Kind::Narrow => Risk::Narrow,
        Kind::Alarm => Risk::Alarm,
    };
    Road {
        name: kind.road.into(),
        exit,
        by: by.into(),
        along: along.into(),
        leads_to: leads_to.into(),
        travel,
        minutes,
        hectometres: hectometres.max(3),
        risk,
    }
}
