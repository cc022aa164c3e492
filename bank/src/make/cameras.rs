//! The cameras: at least one for each floor and exit, what each looks at, and what some do not see.

use crate::names::{self, ExitKind};
use crate::{Camera, Cameras, Part};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::Solution;

/// A camera looks at a place, in words of its own.
type View = (usize, String);

/// Draws the cameras.
pub(super) fn draw(source: Source, building: &Building, solution: &Solution) -> Cameras {
    let mut dice = source.dice("cameras");
    let views = views(&mut dice, building, solution);
    let mut all: Vec<_> =
        views.into_iter().map(|(at, view)| Camera { at, view, works: true, blind_spot: None }).collect();
    // By floor from the street on: up, then down.
    let floor = |camera: &Camera| building.floor_of(camera.at);
    all.sort_by_key(|camera| match floor(camera) {
        floor if floor <= building.street => (0, building.street - floor),
        floor => (1, floor),
    });
    blind(&mut dice, building, solution, &mut all);
    let broken = if dice.chance(30) { 2 } else { 1 };
    let whole = |camera: &Camera| {
        let part = building.places.get(camera.at).map(|place| place.part);
        camera.blind_spot.is_none() && matches!(part, Some(Part::Room | Part::Hall | Part::Stair))
    };
    let order = dice.shuffled(0..all.len());
    let some = order.into_iter().filter(|camera| all.get(*camera).is_some_and(whole)).take(broken);
    for camera in some.collect::<Vec<_>>() {
        if let Some(camera) = all.get_mut(camera) {
            camera.works = false;
        }
    }
    Cameras {
        all,
        restart: solution.gap.minus(10).plus(dice.between(0, 25)),
        blind: dice.between(4, 9),
        looped: dice.between(7, 16),
        pictures: dice.between(3, 9),
        kept_days: dice.pick(&[7, 10, 14, 21, 28, 30, 42, 60, 90]).copied().unwrap_or(30),
        battery: dice.five(20, 90),
    }
}

/// What the cameras look at: every place but the vault and the desk once, and some twice.
fn views(dice: &mut Dice, building: &Building, solution: &Solution) -> Vec<View> {
    let wanted = dice.between(16, 30) as usize;
    let mut first: Vec<View> = vec![];
    let mut second: Vec<View> = vec![];
    for (at, place) in building.places.iter().enumerate() {
        let name = &place.name;
        let kind = building.exits.iter().find(|(exit, _)| *exit == at).map(|(_, kind)| *kind);
        let [one, two] = sides(dice, place.part, kind);
        match place.part {
            Part::Vault | Part::Desk => {}
            // The solution's way in has one camera, which does not see all.
            Part::Exit if at == solution.entry => first.push((at, format!("{name} {one}"))),
            _ if dice.chance(50) || matches!(place.part, Part::GuardRoom | Part::Server) => {
                first.push((at, name.clone()));
                second.push((at, format!("{name} {two}")));
            }
            _ => {
                first.push((at, format!("{name} {one}")));
                second.push((at, format!("{name} {two}")));
            }
        }
    }
    // Exits, the hubs and the way to the vault come first, and so does what is seen twice there.
    let weight = |(at, _): &View| match building.places.get(*at).map(|place| place.part) {
        Some(Part::Exit | Part::Anteroom | Part::Hall) => 0,
        _ if building.hubs.contains(at) => 0,
        Some(Part::Stair | Part::GuardRoom | Part::Server) => 1,
        _ => 2,
    };
    let mut first = dice.shuffled(first);
    first.sort_by_key(weight);
    let mut second = dice.shuffled(second);
    second.sort_by_key(weight);
    first.truncate(wanted);
    let more = wanted - first.len();
    first.extend(second.into_iter().take(more));
    // By place, and the whole of a place before a part.
    first.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.cmp(&other.1)));
    first
}

/// Two parts of a place that cameras look at.
fn sides(dice: &mut Dice, part: Part, kind: Option<&ExitKind>) -> [&'static str; 2] {
    const PAIRS: [[&str; 2]; 4] = [["north", "south"], ["east", "west"], ["left", "right"], ["near end", "far end"]];
    match (part, kind) {
        (Part::Exit, Some(kind)) => kind.views,
        (Part::Stair, _) => ["top", "foot"],
        (Part::Anteroom | Part::GuardRoom | Part::Server, _) => ["ceiling", "door"],
        _ => dice.pick(&PAIRS).copied().unwrap_or_default(),
    }
}

/// What is not seen: something at the solution's way in, and one to three spots elsewhere, each on another place.
fn blind(dice: &mut Dice, building: &Building, solution: &Solution, all: &mut [Camera]) {
    let spot = |dice: &mut Dice, at: usize| {
        let kind = building.exits.iter().find(|(exit, _)| *exit == at).map(|(_, kind)| kind);
        let before = match kind {
            Some(kind) => dice.word(&kind.spots),
            None if building.all(Part::Stair).any(|stair| stair == at) => dice.word(names::STAIR_SPOTS),
            None => dice.word(names::WAY_SPOTS),
        };
        format!("{before} {}", building.name_of(at))
    };
    let stairs = dice.shuffled(building.all(Part::Stair));
    let ways = dice.shuffled(building.hubs.iter().copied());
    let exits = dice.shuffled(building.exits.iter().map(|(exit, _)| *exit));
    let others = stairs.first().into_iter().chain(ways.first()).chain(exits.first());
    let others: Vec<_> = others.copied().filter(|place| *place != solution.entry).collect();
    let others = dice.shuffled(others);
    let mut seen = vec![solution.entry];
    seen.extend(others.into_iter().take(dice.between(1, 3) as usize));
    for place in seen {
        if let Some(camera) = all.iter_mut().find(|camera| camera.at == place) {
            camera.blind_spot = Some(spot(dice, place));
        }
    }
}
