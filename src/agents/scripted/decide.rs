//! What an agent of the scripted crew picks from its menu: by dice, by what comes first there, and by its own taste.

use crate::agents::menu::{Item, Menu};
use crate::crew::Brief;
use crate::heist::{MOST_MOVES, Move, Phase};

use super::dice::Dice;
use super::voices::{Kind, kind};

/// An item counts so much of the one before it on the menu, in hundredths.
const NEXT: u32 = 60;

/// The numbers of the items that the agent picks, in the order in which it says them.
pub(super) fn decide(seed: u64, brief: &Brief, menu: &Menu) -> Vec<usize> {
    let dice = Dice::new(seed, brief.turn, &brief.me.name);
    let most = match dice.between("moves", 0, 99) {
        0..12 => 1,
        12..60 => 2,
        _ => MOST_MOVES,
    };
    let leads = brief.crew.first().is_some_and(|first| first.name == brief.me.name);
    let settles = |item: &Item| matches!(item.does, Move::Settle { .. });
    let closes = leads && brief.phase == Phase::FinalPlan;
    let ripe = menu.items.iter().filter(|item| settles(item)).count();
    let mut picked: Vec<usize> = Vec::new();
    // The same is done for everybody, who has no act just finds none.
    let acts: Vec<_> =
        (0..menu.items.len()).filter(|at| menu.items.get(*at).is_some_and(|item| item.act.is_some())).collect();
    picked.extend(dice.pick("act", &acts));
    // What the player wants comes first.
    let wanted = menu.answer.or((brief.command.is_some() && !menu.items.is_empty()).then_some(0));
    picked.extend(wanted.filter(|wanted| !picked.contains(wanted)));
    // Who closes the talk leaves nothing open, and opens nothing.
    let most = if closes { (picked.len() + ripe).clamp(1, MOST_MOVES) } else { most };
    while picked.len() < most {
        let chosen = |at: &usize| menu.items.get(*at);
        let weight = |(at, item): (usize, &Item)| {
            let place = (0..at).fold(1000, |weight, _| weight * NEXT / 100);
            let fits = picked.iter().filter_map(chosen).map(|other| together(&other.does, &item.does));
            let taste = taste(kind(brief), &item.does);
            let taste = match &item.does {
                Move::Settle { .. } if closes => taste * 100,
                // There is no time left to answer.
                Move::Ask { .. } | Move::Defer { .. } if brief.phase == Phase::FinalPlan => taste / 8,
                _ => taste,
            };
            if picked.contains(&at) { 0 } else { fits.fold(place * taste / 100, |weight, fit| weight * fit / 100) }
        };
        let weights: Vec<_> = menu.items.iter().enumerate().map(weight).collect();
        let Some(drawn) = dice.weighed(&format!("pick {}", picked.len()), &weights) else { break };
        picked.push(drawn);
    }
    picked.sort_by_key(|at| (menu.items.get(*at).map(|item| place(&item.does)), *at));
    picked.into_iter().map(|at| at + 1).collect()
}

/// Where in a message a move is said.
const fn place(does: &Move) -> u8 {
    match does {
        Move::Correct { .. } => 0,
        Move::Report { .. } => 1,
        Move::Conclude { .. } => 2,
        Move::Reopen { .. } => 3,
        Move::Oppose { .. } => 4,
        Move::Support { .. } => 5,
        Move::Propose { .. } => 6,
        Move::Settle { .. } => 7,
        Move::Defer { .. } => 8,
        Move::Assign { .. } => 9,
        Move::Ask { .. } => 10,
    }
}

/// How gladly somebody with that voice makes a move, in hundredths of how gladly anybody does.
const fn taste(kind: Kind, does: &Move) -> u32 {
    match (kind, does) {
        // Whoever has no reason rather waits for one.
        (_, Move::Propose { because: None, .. }) => 10,
        (_, Move::Support { because: None, .. }) => 25,
        (_, Move::Settle { .. }) => 400,
        // What is wrong is put right before anything is built on it.
        (Kind::Intel | Kind::Hacker, Move::Correct { .. }) => 350,
        (_, Move::Correct { .. }) => 250,
        (Kind::Planner, Move::Assign { .. }) | (Kind::Lookout, Move::Ask { .. } | Move::Defer { .. }) => 160,
        (Kind::Hacker, Move::Oppose { .. })
        | (Kind::Safecracker, Move::Propose { .. } | Move::Conclude { .. })
        | (Kind::Driver, Move::Oppose { .. } | Move::Propose { .. } | Move::Reopen { .. })
        | (Kind::Intel, Move::Report { .. })
        | (Kind::Lookout, Move::Support { .. }) => 130,
        (Kind::Driver, Move::Ask { .. } | Move::Defer { .. }) | (Kind::Planner, Move::Report { .. }) => 70,
        _ => 100,
    }
}

/// How well a move goes with one that is picked already, in hundredths of how well it stands alone.
fn together(picked: &Move, does: &Move) -> u32 {
    let reason = |mv: &Move| match mv {
        Move::Propose { because, .. } | Move::Support { because, .. } | Move::Oppose { because, .. } => because.clone(),
        _ => None,
    };
    let carries = |plan: &Move, fact: &Move| {
        reason(plan).is_some_and(|because| fact.claim().is_some_and(|(key, _)| key == because))
    };
    if carries(picked, does) || carries(does, picked) {
        return 400;
    }
    match (picked, does) {
        (Move::Settle { .. }, Move::Settle { .. }) => 150,
        (Move::Ask { .. }, Move::Ask { .. }) | (Move::Defer { .. }, Move::Defer { .. }) => 10,
        _ if picked.slot().is_some() && picked.slot() == does.slot() => 20,
        _ if picked.kind() == does.kind() => 55,
        _ => 100,
    }
}
