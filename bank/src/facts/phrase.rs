//! Facts in words that others have for them.

use super::pattern::Pattern;
use super::{Fact, Kind};

impl Kind {
    /// What its facts' keys begin with: the kind's key, or the one that it shares with kinds of other shapes, `method` and
    /// `risk`.
    #[must_use]
    pub fn group(&self) -> &'static str {
        let mut shared = ["method", "risk"].into_iter();
        let of_group = |group: &&str| self.key.strip_prefix(group).is_some_and(|rest| rest.starts_with('_'));
        shared.find(of_group).unwrap_or(self.key)
    }

    /// What a fact of this kind is about of which nothing is known but what tells it from others: `the walk to the loading
    /// dock`. None if its label says more than that.
    #[must_use]
    pub fn label_of(&'static self, id: &str) -> Option<String> {
        let value = |slot: super::pattern::Slot| (Some(slot.hole) == self.id).then_some(id);
        Pattern::new(self, self.label).fill(value, "")
    }
}

impl Fact {
    /// A clause about it, written as those of its kind are, with `{0}` for its first hole; empty if the clause has a hole that
    /// it has not.
    #[must_use]
    pub fn phrase(&self, clause: &'static str) -> String {
        let value = |slot: super::pattern::Slot| self.values.get(slot.hole).map(String::as_str);
        Pattern::new(self.kind, clause).fill(value, "").unwrap_or_default()
    }
}
