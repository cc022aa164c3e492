//! What is for and against a plan, taken down one by one or as a sum.

use heist_bank::Slot;

/// Something for or against a plan.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    /// How much it weighs; below 0 it speaks against.
    pub(super) weight: i32,
    /// The key of the fact that it follows from.
    pub(super) key: String,
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

/// Those of one slot, one by one.
pub(super) struct Reasons {
    slot: Slot,
    found: Vec<Reason>,
}

impl Reasons {
    pub(super) const fn about(slot: Slot) -> Self {
        Self { slot, found: Vec::new() }
    }

    pub(super) fn found(self) -> Vec<Reason> {
        self.found
    }
}

impl Tally for Reasons {
    fn add(&mut self, slots: u8, weight: i32, key: impl FnOnce() -> String) {
        if weight == 0 || slots & bit(self.slot) == 0 {
            return;
        }
        let key = key();
        // What follows from no fact is no reason that one could give.
        if !key.is_empty() {
            self.found.push(Reason { weight, key });
        }
    }

    fn lacks(&mut self, _weight: i32) {}
}
