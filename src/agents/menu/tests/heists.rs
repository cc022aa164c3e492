//! Whole heists by the menu alone: a test says which calls are made and what is picked, and that is said in the menu's own words.

use crate::agents::Chosen;
use crate::agents::menu::lots::Lots;
use crate::agents::menu::{Item, Menu, calls};
use crate::crew::{Brief, MoleChoice};
use crate::rehearsal::{Cast, Rehearsal, Rehearsed};
use crate::session::GuessBy;

/// A crew whose calls and picks are a test's; `look` sees each speaker's brief, its menu, and the places in it that were picked.
struct ByMenu<C, D, L> {
    choose: C,
    decide: D,
    look: L,
}

impl<C, D, L> Cast for ByMenu<C, D, L>
where
    C: FnMut(&Brief) -> Chosen,
    D: FnMut(&Brief, &Menu) -> Vec<usize>,
    L: FnMut(&Brief, &Menu, &[usize]),
{
    fn choose(&mut self, brief: &Brief) -> Chosen {
        (self.choose)(brief)
    }

    fn decide(&mut self, brief: &Brief, menu: &Menu) -> Vec<usize> {
        let numbers = (self.decide)(brief, menu);
        (self.look)(brief, menu, &numbers);
        numbers
    }

    fn speak(&mut self, _: &Brief, picked: &[Item]) -> String {
        picked.iter().map(|item| item.words.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The heist of a seed, without a detector.
pub(super) fn heist(seed: u64) -> Rehearsal {
    Rehearsal { guess_by: GuessBy::Given(None), detector: None, ..Rehearsal::of(seed) }
}

/// The same without a mole.
pub(super) fn honest_heist(seed: u64) -> Rehearsal {
    Rehearsal { mole: MoleChoice::Nobody, ..heist(seed) }
}

/// Plays a heist in which everything is drawn, the best more often than others.
pub(super) fn play_drawn(heist: &Rehearsal, look: impl FnMut(&Brief, &Menu, &[usize])) -> Rehearsed {
    heist.play(&mut ByMenu { choose: drawn_call, decide: drawn_picks, look }).unwrap()
}

/// Plays a heist in which the best calls are made, and picked what `decide` says.
pub(super) fn play(
    heist: &Rehearsal,
    decide: impl FnMut(&Brief, &Menu) -> Vec<usize>,
    look: impl FnMut(&Brief, &Menu, &[usize]),
) -> Rehearsed {
    heist.play(&mut ByMenu { choose: best_call, decide, look }).unwrap()
}

/// The best of the calls that are offered; now and then two a turn.
fn best_call(brief: &Brief) -> Chosen {
    let few = brief.calls().len() < 1 + usize::from((brief.seed + u64::from(brief.turn)).is_multiple_of(4));
    let call = calls(brief).into_iter().next().filter(|_| few);
    call.map(|call| (call.tool.to_owned(), call.argument))
}

/// One of the calls that are offered, the best more often than others; one a turn.
fn drawn_call(brief: &Brief) -> Chosen {
    if !brief.calls().is_empty() {
        return None;
    }
    let lots = Lots { seed: brief.seed, turn: brief.turn, agent: &brief.me.name };
    let mut offered = calls(brief);
    offered.truncate(lots.between("offered", 1, 4) as usize);
    lots.pick("call", offered).map(|call| (call.tool.to_owned(), call.argument))
}

/// One to three numbers, the best of the menu more often than others.
fn drawn_picks(brief: &Brief, menu: &Menu) -> Vec<usize> {
    let lots = Lots { seed: brief.seed, turn: brief.turn, agent: &brief.me.name };
    let most = u32::try_from(menu.items.len()).unwrap();
    let number = |pick: u32| {
        let far = lots.between(&format!("far {pick}"), 1, most);
        lots.between(&format!("number {pick}"), 1, far) as usize
    };
    let first = lots.chance("the best", 6_000).then_some(1);
    first.into_iter().chain((0..lots.between("how many", 1, 3)).map(number)).collect()
}
