//! What is for and against a plan, taken down one by one or as a sum.

use heist_bank::Slot;

/// Something for or against a plan.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    /// The slots that it is about, a bit for each.
    slots: u8,
    /// How much it weighs; below 0 it speaks against.
    pub(super) weight: i32,
    /// The key of the fact that it follows from.
    pub(super) key: String,
}

impl Reason {
    /// Whether it is about a slot.
    pub(super) const fn is_about(&self, slot: Slot) -> bool {
        self.slots & bit(slot) != 0
    }
}

const fn bit(slot: Slot) -> u8 {
    1 << slot as u8
}

pub(super) const START: u8 = bit(Slot::Start);
pub(super) const ENTRY: u8 = bit(Slot::Entry);
pub(super) const ALARM: u8 = bit(Slot::Alarm);
pub(super) const METHOD: u8 = bit(Slot::Method);
pub(super) const LOAD: u8 = bit(Slot::Load);
pub(super) const ROUTE: u8 = bit(Slot::Route);

/// Takes down what speaks for and against a plan.
pub(super) trait Tally {
    /// Takes down what a fact says about slots; what is not known has no fact.
    fn add(&mut self, slots: u8, weight: i32, key: impl FnOnce() -> String);
    /// The same where nothing is known.
    fn lacks(&mut self, weight: i32);
}

/// All of it together.
impl Tally for i32 {
    fn add(&mut self, _slots: u8, weight: i32, _key: impl FnOnce() -> String) {
        *self += weight;
    }

    fn lacks(&mut self, weight: i32) {
        *self += weight;
    }
}

impl Tally for Vec<Reason> {
    fn add(&mut self, slots: u8, weight: i32, key: impl FnOnce() -> String) {
        if weight != 0 {
            self.push(Reason { slots, weight, key: key() });
        }
    }

    fn lacks(&mut self, _weight: i32) {}
}
