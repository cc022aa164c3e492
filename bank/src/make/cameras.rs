//! The cameras: at least one for each floor and exit, what each looks at, and what some do not see.

use crate::names::{self, ExitKind};
use crate::{Camera, Cameras, Part};

use super::Source;
use super::building::Building;
use super::dice::Dice;
use super::solution::{Cover, Solution};

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
    broken(&mut dice, building, solution, &mut all);
    let restart = match solution.entry.cover {
        Cover::Restart => solution.start,
        Cover::Blind | Cover::Broken => solution.gap.minus(10).plus(dice.between(0, 25)),
    };
    let blind = dice.between(4, 9);
    // As long as the solution needs it; while the recorder restarts it does not.
    let (from, to) = solution.looped(building);
    let needed = (0..to.since(from)).filter(|minute| !from.plus(*minute).is_within(restart, restart.plus(blind)));
    let needed = u32::try_from(needed.count()).unwrap_or(0);
    Cameras {
        all,
        restart,
        blind,
        looped: needed.max(6) + dice.below(3),
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
            // The solution's ways in and out have one camera each, with a flaw.
            Part::Exit if solution.uses(at).is_some() => first.push((at, format!("{name} {one}"))),
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

/// What is not seen: something at the solution's ways in and out or at another exit, and at stairs and ways; each spot at
/// another place.
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
    let used = [solution.entry, solution.leave];
    let mut seen: Vec<_> = used.iter().filter(|door| door.cover == Cover::Blind).map(|door| door.exit).collect();
    let exits = building.exits.iter().map(|(exit, _)| *exit).filter(|exit| solution.uses(*exit).is_none());
    let exits = dice.shuffled(exits);
    let wanted = dice.between(2, 4) as usize;
    if seen.is_empty() {
        seen.extend(exits.first());
    }
    let stairs = dice.shuffled(building.all(Part::Stair));
    let ways = dice.shuffled(building.hubs.iter().copied());
    let others: Vec<_> = stairs.into_iter().take(2).chain(ways.into_iter().take(1)).collect();
    seen.extend(dice.shuffled(others));
    seen.dedup();
    for place in seen.into_iter().take(wanted) {
        if let Some(camera) = all.iter_mut().find(|camera| camera.at == place) {
            camera.blind_spot = Some(spot(dice, place));
        }
    }
}

/// What is out of order: the cameras of the solution's ways in and out that are to be, and else one that sees little.
fn broken(dice: &mut Dice, building: &Building, solution: &Solution, all: &mut [Camera]) {
    let mut broken: Vec<usize> = vec![];
    for door in [solution.entry, solution.leave].iter().filter(|door| door.cover == Cover::Broken) {
        broken.extend(all.iter().position(|camera| camera.at == door.exit));
    }
    let is_dull = |camera: &Camera| {
        let part = building.places.get(camera.at).map(|place| place.part);
        camera.blind_spot.is_none() && matches!(part, Some(Part::Room | Part::Hall | Part::Stair))
    };
    let dull: Vec<_> = (0..all.len()).filter(|camera| all.get(*camera).is_some_and(is_dull)).collect();
    if broken.is_empty() || dice.chance(30) {
        broken.extend(dice.pick(&dull));
    }
    for camera in broken.into_iter().take(2) {
        if let Some(camera) = all.get_mut(camera) {
            camera.works = false;
        }
    }
}
