//! Saying a pattern: which one, and what its slots are filled with.
//!
//! Besides what a move brings along, every sentence may use: `{ally}`, another of the crew; `{hacker}` and the like,
//! another with that voice; `{method}`, `{way}`, `{entry}`, `{exit}`, `{start}`, `{open}`, `{out}`, `{ready}`, `{gone}` of
//! the plan; and a figure by its entry's key and its hole, such as `{gap.0}`.

use crate::crew::Ability;

use super::catalogue::entries;
use super::grammar::{compose, singular};
use super::speak::{Place, Speaker};
use super::subjects::subjects;
use super::voices::{Bank, Kind};

/// Words for slots.
pub(super) type Slots<'a> = &'a [(&'a str, String)];

impl Speaker<'_> {
    /// Says a pattern of the bank whose slots can be filled and that was not used in this heist.
    pub(super) fn say(&mut self, place: Place, purpose: &str, bank: Bank, slots: Slots<'_>) -> bool {
        let order = self.dice.shuffled(&format!("{purpose} {}", self.again), bank);
        let new = order.into_iter().filter(|pattern| !self.said.contains(&longest_literal(pattern).to_lowercase()));
        let text = new.into_iter().find_map(|pattern| self.fill(pattern, slots).filter(|text| self.has_room(text)));
        self.put(place, text)
    }

    /// The same, with a pattern that was used before if there is no other: a thing of its own is rather said so than not.
    pub(super) fn say_again(&mut self, place: Place, purpose: &str, bank: Bank, slots: Slots<'_>) -> bool {
        if self.say(place, purpose, bank, slots) {
            return true;
        }
        let order = self.dice.shuffled(&format!("{purpose} {}", self.again), bank);
        let text = order.into_iter().find_map(|pattern| self.fill(pattern, slots).filter(|text| self.has_room(text)));
        self.put(place, text)
    }

    fn put(&mut self, place: Place, text: Option<String>) -> bool {
        let Some(text) = text else { return false };
        self.said.push_str(&text.to_lowercase());
        self.spoken.push((place, text));
        true
    }

    fn fill(&self, pattern: &str, slots: Slots<'_>) -> Option<String> {
        compose(pattern, |slot| {
            let given = slots.iter().find(|(name, _)| *name == slot).map(|(_, words)| words.clone());
            given.or_else(|| self.slot(pattern, slot))
        })
        .map(|text| singular(&text))
    }

    /// The words for a slot that does not depend on the sentence.
    fn slot(&self, pattern: &str, name: &str) -> Option<String> {
        if name == "ally" {
            return self.dice.pick(pattern, &self.others());
        }
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.slot() == name) {
            return self.agent_of(kind);
        }
        if let Some((key, hole)) = name.split_once('.') {
            return self.board.fact(key)?.values.get(hole.parse::<usize>().ok()?).cloned();
        }
        self.plan.slot(name)
    }

    /// The names of the others.
    pub(super) fn others(&self) -> Vec<String> {
        let names = self.brief.crew.iter().map(|persona| persona.name.to_string());
        names.filter(|name| **name != *self.brief.me.name).collect()
    }

    /// Another of the crew with that voice.
    pub(super) fn agent_of(&self, kind: Kind) -> Option<String> {
        let mut crew = self.brief.crew.iter().zip(&self.kinds);
        let found = crew.find(|(persona, own)| **own == kind && persona.name != self.brief.me.name);
        found.map(|(persona, _)| persona.name.to_string())
    }

    /// Something that matters in this phase, and is known.
    pub(super) fn topic(&self) -> String {
        let subjects = subjects(self.brief);
        let known: Vec<_> = self.board.facts.iter().map(|fact| fact.entry).collect();
        let fitting: Vec<_> =
            known.iter().filter(|entry| subjects.contains(&entry.subject)).map(|entry| entry.label).collect();
        let any: Vec<_> = known.iter().map(|entry| entry.label).collect();
        let labels = if fitting.is_empty() { any } else { fitting };
        self.dice.pick("topic", &labels).unwrap_or("the shift change").to_owned()
    }

    /// Something that matters in this phase and that nobody has found out.
    pub(super) fn open_topic(&self) -> Option<String> {
        let subjects = subjects(self.brief);
        let open = entries().filter(|entry| subjects.contains(&entry.subject) && self.board.fact(entry.key).is_none());
        self.dice.pick("open topic", &open.map(|entry| entry.label).collect::<Vec<_>>()).map(str::to_owned)
    }

    /// Another who can look something up.
    pub(super) fn who_can_look(&self) -> Option<String> {
        let mut crew: Vec<_> = self.brief.crew.iter().filter(|persona| persona.name != self.brief.me.name).collect();
        crew.retain(|persona| persona.abilities.iter().any(|ability| *ability != Ability::CALCULATE));
        let names: Vec<_> = crew.into_iter().map(|persona| persona.name.to_string()).collect();
        self.dice.pick("who can look", &names)
    }
}

/// The longest piece of a pattern between its slots.
pub(super) fn longest_literal(pattern: &str) -> &str {
    let pieces = pattern
        .split('{')
        .enumerate()
        .map(|(at, piece)| if at == 0 { piece } else { piece.split_once('}').map_or("", |(_, literal)| literal) });
    pieces.max_by_key(|piece| piece.len()).unwrap_or(pattern)
}
