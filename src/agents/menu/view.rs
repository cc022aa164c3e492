//! What the parts of a menu are made from: the agent's brief, and what it knows.

use heist_bank::Fact;

use crate::crew::{Brief, Known};

/// What the parts of a menu are made from.
pub(super) struct View<'a> {
    pub(super) brief: &'a Brief,
    pub(super) known: Known,
}

impl<'a> View<'a> {
    pub(super) fn of(brief: &'a Brief) -> Self {
        Self { brief, known: Known::of(brief) }
    }

    /// The fact that a move speaks of, as it is said there.
    pub(super) fn said(&self, key: &str, value: &str) -> Option<Fact> {
        self.brief.bank.fact(key)?.with_value(value)
    }

    /// What a fact is called: the words that can follow "about".
    pub(super) fn label(&self, key: &str) -> String {
        self.brief.bank.fact(key).map_or_else(|| key.to_owned(), |fact| fact.label())
    }
}
