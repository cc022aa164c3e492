//! Finds the walls of a floor: from a few beginnings, small changes as long as one makes it better.

use super::layout::{Joint, Step};
use super::unit::{Kind, Unit};
use super::weigh::Scales;

/// How many ways are weighed until the best that was found is no more shaken to find something better still: a fifth of a
/// millisecond.
const ENOUGH: usize = 800;
/// How often it is shaken at most.
const SHAKES: usize = 16;

/// The best way that was found to lay out a floor, and what is amiss with it.
pub(super) fn search(units: &[Unit], scales: &mut Scales) -> (Vec<Step>, usize) {
    let mut best = (Vec::new(), usize::MAX);
    for steps in beginnings(units) {
        best = better(steps, best, scales);
    }
    for number in 0..SHAKES {
        if scales.weighed > ENOUGH {
            break;
        }
        best = better(shaken(&best.0, number), best, scales);
    }
    best
}

/// A way to lay out a floor in which nothing is missing, by scales that insist on it: the best that comes of one in which
/// something is, or else of the one in which nothing is to begin with.
pub(super) fn search_whole(units: &[Unit], scales: &mut Scales, steps: Vec<Step>) -> Vec<Step> {
    let best = improved(steps, scales);
    better(stacked(units), best, scales).0
}

/// Ways to begin with: in three bands, with the room that has most neighbours as the middle one, and all beside each other.
fn beginnings(units: &[Unit]) -> [Vec<Step>; 2] {
    let hub =
        (0..units.len()).max_by_key(|unit| (units.get(*unit).map_or(0, |unit| unit.beside.len()), usize::MAX - unit));
    let order = outward(hub, units);
    let beside = |unit: &usize| Step { unit: *unit, joint: Joint::Beside, ample: false };
    let (hub, rest) = order.split_at(order.len().min(1));
    let (upper, lower) = rest.split_at(rest.len() / 2);
    let bands = [upper, hub, lower].map(|band| {
        let mut band: Vec<Step> = band.iter().map(beside).collect();
        if let Some(first) = band.first_mut() {
            first.joint = Joint::Band;
        }
        band
    });
    let columns = upper.iter().chain(hub).chain(lower).map(beside).collect();
    [bands.concat(), columns]
}

/// All rooms one under another, from wall to wall, the one before the vault next to it. Nothing is missing then, and
/// no change for the better leaves something out; but that is the tallest way.
pub(super) fn stacked(units: &[Unit]) -> Vec<Step> {
    let vault = units.iter().position(|unit| unit.kind == Kind::Vault);
    outward(vault, units).into_iter().map(|unit| Step { unit, joint: Joint::Band, ample: false }).collect()
}

/// All rooms from one outward, so that neighbours are near each other.
fn outward(from: Option<usize>, units: &[Unit]) -> Vec<usize> {
    let mut order: Vec<usize> = from.into_iter().collect();
    let mut next = 0;
    while order.len() < units.len() {
        let around = order.get(next).and_then(|unit| units.get(*unit)).map_or(&[][..], |unit| &unit.beside);
        let new: Vec<usize> = around.iter().copied().filter(|unit| !order.contains(unit)).collect();
        order.extend(new);
        next += 1;
        if next >= order.len() {
            order.extend((0..units.len()).find(|unit| !order.contains(unit)));
        }
    }
    order
}

/// What is best: what was found before, or what comes of these steps.
fn better(steps: Vec<Step>, best: (Vec<Step>, usize), scales: &mut Scales) -> (Vec<Step>, usize) {
    let found = improved(steps, scales);
    if found.1 < best.1 { found } else { best }
}

/// Some rooms exchanged and some joints changed, other ones for each number.
fn shaken(steps: &[Step], number: usize) -> Vec<Step> {
    let mut steps = steps.to_vec();
    let count = steps.len().max(1);
    swap(&mut steps, number % count, (number * 3 + 1) % count);
    swap(&mut steps, (number * 5 + 2) % count, (number + count / 2) % count);
    if let Some(step) = steps.get_mut((number * 7 + 1) % count) {
        step.joint = match step.joint {
            Joint::Under => Joint::Beside,
            Joint::Beside => Joint::Band,
            Joint::Band => Joint::Under,
        };
    }
    steps
}

/// The steps after all small changes for the better, and what is amiss then.
fn improved(mut steps: Vec<Step>, scales: &mut Scales) -> (Vec<Step>, usize) {
    let mut cost = scales.weigh(&steps);
    let mut before = steps.clone();
    while change(&mut steps, &before, &mut cost, scales) {
        before.clone_from(&steps);
    }
    (steps, cost)
}

/// Makes the first small change that is for the better, if there is one.
fn change(steps: &mut Vec<Step>, before: &[Step], cost: &mut usize, scales: &mut Scales) -> bool {
    let count = steps.len();
    let mut better = |steps: &mut Vec<Step>| {
        let changed = scales.weigh(steps);
        let better = changed < *cost;
        if better {
            *cost = changed;
        } else {
            steps.copy_from_slice(before);
        }
        better
    };
    for at in 1..count {
        for joint in [Joint::Under, Joint::Beside, Joint::Band] {
            if let Some(step) = steps.get_mut(at).filter(|step| step.joint != joint) {
                step.joint = joint;
                if better(steps) {
                    return true;
                }
            }
        }
    }
    for at in 0..count {
        if let Some(step) = steps.get_mut(at) {
            step.ample = !step.ample;
            if better(steps) {
                return true;
            }
        }
        for other in at + 1..count {
            swap(steps, at, other);
            if better(steps) {
                return true;
            }
        }
    }
    for at in 0..count {
        for to in (0..count).filter(|to| *to != at) {
            for joint in [Joint::Under, Joint::Beside] {
                let step = steps.remove(at);
                steps.insert(to, Step { joint, ..step });
                if better(steps) {
                    return true;
                }
            }
        }
    }
    false
}

/// Changes the rooms at two places, and leaves the joints.
fn swap(steps: &mut [Step], one: usize, other: usize) {
    let unit = |at: usize, steps: &[Step]| steps.get(at).map_or(0, |step| step.unit);
    let (first, second) = (unit(one, steps), unit(other, steps));
    for (at, unit) in [(one, second), (other, first)] {
        if let Some(step) = steps.get_mut(at) {
            step.unit = unit;
        }
    }
}
