//! The vault: the ways to open it, what lies in it, and how long it stays open.

use crate::{Clock, Loot, Method, Noise, Person, Vault, names};

use super::Source;
use super::alarms::FIRST_WOKEN;
use super::building::Building;
use super::solution::{Solution, Way};
use super::taken::Taken;

/// Minutes that a way which does not work takes longer than the one that does.
const LONGER: u32 = 6;

/// The ways to open a vault and the minutes of each; three or four, of them at least one that wakes a sensor and one that
/// needs what people keep.
pub(super) fn ways(source: Source, solution: &Solution) -> Vec<(Way, u32)> {
    let mut dice = source.dice("ways");
    let wanted = dice.between(3, 4) as usize;
    let loud = dice.shuffled(names::LOUD).into_iter().map(Way::Loud);
    let quiet = dice.shuffled(names::QUIET).into_iter().map(Way::Quiet);
    let mut others: Vec<_> = loud.zip(quiet).flat_map(|(loud, quiet)| [loud, quiet]).collect();
    others.retain(|way| *way != solution.way);
    let (mut louds, mut quiets) = match solution.way {
        Way::Loud(_) => (1, 0),
        Way::Quiet(_) => (0, 1),
    };
    // At most two that need what people keep: those who keep it are to be told apart.
    others.retain(|way| match way {
        Way::Loud(_) => {
            louds += 1;
            louds <= 3
        }
        Way::Quiet(_) => {
            quiets += 1;
            quiets <= 2
        }
    });
    others.truncate(wanted - 1);
    let mut ways: Vec<_> = others
        .into_iter()
        .map(|way| {
            let (least, most) = way.minutes();
            let least = least.max(solution.opening + LONGER).min(most);
            (way, dice.between(least, most))
        })
        .collect();
    ways.push((solution.way, solution.opening));
    dice.shuffled(ways)
}

/// The vault.
pub(super) fn draw(
    source: Source,
    taken: &mut Taken,
    building: &Building,
    solution: &Solution,
    ways: &[(Way, u32)],
    people: &[Person],
) -> Vault {
    let mut dice = source.dice("vault");
    let rate = dice.between(3, 9);
    let boxes = if solution.boxes { solution.loading } else { dice.between(16, 30) };
    // It stays open for what is to be taken, and not for all.
    let falls_shut = (solution.loading + dice.between(1, 4)).max(if solution.boxes { 0 } else { dice.between(9, 14) });
    let parts = dice.between(2, 3);
    let mut loot = vec![Loot { name: "deposit boxes".into(), minutes: boxes, worth: dice.between(40, 110) * 10 }];
    for part in 0..parts {
        // The first is what the solution takes, if that is not the boxes.
        let minutes = if part == 0 && !solution.boxes { solution.loading } else { dice.between(1, 9) };
        loot.push(Loot {
            name: taken.thing(&mut dice, names::LOOT).into(),
            minutes,
            worth: dice.between(8, 30) * 10 + minutes * 40,
        });
    }
    let mut woken = FIRST_WOKEN..;
    let methods = ways.iter().map(|(way, minutes)| match way {
        Way::Loud(method) => Method {
            name: method.name.into(),
            minutes: *minutes,
            noise: method.noise,
            wakes: woken.next(),
            needs: vec![],
        },
        Way::Quiet(method) => Method {
            name: method.name.into(),
            minutes: *minutes,
            noise: Noise::Silent,
            wakes: None,
            needs: method
                .needs
                .iter()
                .filter_map(|need| people.iter().position(|person| person.keeps.as_deref() == Some(need)))
                .collect(),
        },
    });
    Vault {
        at: building.vault,
        door: dice.five(40, 110),
        shut: (Clock::minutes(dice.five(17 * 60, 19 * 60)), Clock::minutes(dice.five(330, 450))),
        methods: methods.collect(),
        boxes: boxes * rate,
        boxes_a_minute: rate,
        bag: dice.between(12, 28),
        falls_shut,
        loot,
    }
}
