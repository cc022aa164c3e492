//! The sentences in which documents tell facts.

use super::Fact;
use super::compiled::of;
use super::pattern::{Pattern, Slot};
use super::words::items;
use crate::{Bank, Part};

/// A sentence of a document, without the stop.
#[derive(Debug)]
pub(crate) struct Sentence(pub(super) Pattern);

impl Fact {
    /// The sentences that can tell it, in the order of manners; none if only tables tell it.
    pub(crate) fn sentences(&self) -> &'static [Sentence] {
        of(self.kind).map_or(&[], |compiled| &compiled.told)
    }
}

impl Sentence {
    /// The sentence with the values of a fact and of others about the same thing, and this word where nobody keeps it.
    pub(crate) fn write(&self, fact: &Fact, facts: &[Fact], word: &str) -> Option<String> {
        self.0.fill(|slot| value(slot, fact, facts), word)
    }

    /// The keys of the facts that it tells.
    pub(crate) fn tells(&self, fact: &Fact, facts: &[Fact]) -> Vec<String> {
        let others = self.0.slots().filter_map(|slot| about_same(slot, fact, facts)).map(Fact::key);
        others.chain([fact.key()]).collect()
    }

    /// Whether it can tell a fact: all that it mentions is known, and it reads well.
    pub(crate) fn fits(&self, fact: &Fact, facts: &[Fact], bank: &Bank) -> bool {
        let text = self.0.source();
        let known = self.0.slots().all(|slot| value(slot, fact, facts).is_some());
        known
            && match fact.kind.key {
                "above" if text.contains("opens") => {
                    ["hatch", "skylight"].iter().any(|end| fact.text(0).ends_with(end))
                }
                "broken" => {
                    text.contains("{working") == (facts.iter().filter(|fact| fact.kind.key == "broken").count() == 1)
                }
                "callers" if text.starts_with("{1}") || text.starts_with("wake one of") => {
                    items(fact.text(1)).len() > 1
                }
                "false_alarms" if text.contains("both") => fact.number(0) == Some(2),
                "false_alarms" if text.contains(" all ") => fact.number(0) > Some(2),
                "false_alarms" if text.contains("month, from") => fact.number(0) == Some(1),
                // One cannot mistake another room for the anteroom, but a reader should know what it is before.
                "seen_by" if text.contains("is seen by") => {
                    text.contains("of the vault") == (fact.text(0) == bank.name_of_part(Part::Anteroom))
                }
                "route" => self.fits_road(fact, bank),
                _ => true,
            }
    }

    /// A road whose street is its exit is told without a street; one over the roofs ends at "a" car park.
    fn fits_road(&self, fact: &Fact, bank: &Bank) -> bool {
        let text = self.0.source();
        let road = bank.roads.iter().find(|road| fact.id() == Some(&road.name));
        let is_over = road.is_some_and(|road| road.by == "over");
        if fact.text(5) == format!("the {}", fact.text(4)) {
            let is_name = fact.text(6).starts_with(char::is_uppercase);
            let is_plain = text.contains("({3} kilometres)");
            return !text.contains("{5}") && (!is_plain || is_name == text.contains("landing"));
        }
        let is_plain = text.contains("({3} kilometres)");
        text.contains("{5}") && (!is_plain || is_over == text.contains("{6:a}"))
    }
}

fn value<'a>(slot: Slot, fact: &'a Fact, facts: &'a [Fact]) -> Option<&'a str> {
    let fact = if slot.kind.is_some() { about_same(slot, fact, facts)? } else { fact };
    fact.values.get(slot.hole).map(String::as_str)
}

/// The fact that a hole of another kind means: the one about the same thing.
fn about_same<'a>(slot: Slot, fact: &Fact, facts: &'a [Fact]) -> Option<&'a Fact> {
    let kind = slot.kind?;
    facts.iter().find(|other| other.kind.key == kind.key && (kind.id.is_none() || other.id() == fact.id()))
}
