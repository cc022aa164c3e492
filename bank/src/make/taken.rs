//! What is taken: names that are in the bank already, so that no further one is mixed up with them.

use crate::alike::{mixed, near, share};
use crate::names;

use super::dice::Dice;

/// Draws before the first that fits is taken instead.
const TRIES: u32 = 24;

/// Names in the bank.
#[derive(Default)]
pub(super) struct Taken {
    /// Floors, places, things.
    things: Vec<&'static str>,
    /// Given names.
    given: Vec<&'static str>,
    /// Family names.
    family: Vec<&'static str>,
    /// Streets and where they lead.
    ways: Vec<&'static str>,
}

impl Taken {
    /// A floor, a place or a thing, unlike any other; an empty name if none is left.
    pub(super) fn thing(&mut self, dice: &mut Dice, list: &[&'static str]) -> &'static str {
        let name = draw(dice, list, |name| self.fits(name));
        self.things.push(name);
        name
    }

    /// Whether no floor, place or thing is like this.
    pub(super) fn fits(&self, name: &str) -> bool {
        !self.things.iter().any(|thing| mixed(thing, name))
    }

    /// Takes a thing that fits.
    pub(super) fn take(&mut self, name: &'static str) {
        self.things.push(name);
    }

    /// A given and a family name, each unlike any other of its kind.
    pub(super) fn person(&mut self, dice: &mut Dice) -> String {
        let given = draw(dice, names::GIVEN, |name| !self.given.iter().any(|given| near(given, name)));
        self.given.push(given);
        format!("{given} {}", self.family(dice))
    }

    /// A family name, unlike any other.
    pub(super) fn family(&mut self, dice: &mut Dice) -> &'static str {
        let family = draw(dice, names::FAMILY, |name| !self.family.iter().any(|family| near(family, name)));
        self.family.push(family);
        family
    }

    /// A street, or where one leads, unlike any other and any thing.
    pub(super) fn way(&mut self, dice: &mut Dice, list: &[&'static str]) -> &'static str {
        let known = || self.ways.iter().chain(&self.things);
        let name = draw(dice, list, |name| !known().any(|way| share(way, name) || mixed(way, name)));
        self.ways.push(name);
        name
    }
}

/// One of the list that fits, or an empty one.
fn draw(dice: &mut Dice, list: &[&'static str], fits: impl Fn(&str) -> bool) -> &'static str {
    let drawn = (0..TRIES).map(|_| dice.word(list)).find(|name| fits(name));
    drawn.or_else(|| list.iter().copied().find(|name| fits(name))).unwrap_or_default()
}
