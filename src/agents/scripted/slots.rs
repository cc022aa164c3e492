//! Saying a pattern: which one, and what its slots are filled with.
//!
//! Besides what a move brings along, every sentence may use: `{ally}`, another of the crew; `{hacker}` and the like,
//! another with that voice; `{bank}`, its name; and what is settled of the plan: `{start}`, `{entry}`, `{cover}` (of the
//! alarm line), `{method}`, `{load}`, `{way}`.

use heist_bank::Slot;

use super::grammar::{compose, singular};
use super::speak::Speaker;
use super::voices::{self, Bank};

/// Words for slots.
pub(super) type Slots<'a> = &'a [(&'a str, String)];

impl Speaker<'_> {
    /// A pattern of the bank with its slots filled that fits and was not used in this heist.
    fn new_text(&self, purpose: &str, bank: Bank, slots: Slots<'_>, fits: &dyn Fn(&str) -> bool) -> Option<String> {
        let order = self.dice.shuffled(&format!("{purpose} {}", self.again), bank);
        // Much is said in a heist, and each of its patterns is looked for in all of it.
        let is_new = |pattern: &&str| {
            let literal = longest_literal(pattern).to_lowercase();
            memchr::memmem::find(self.said.as_bytes(), literal.as_bytes()).is_none()
        };
        let new = order.into_iter().filter(is_new);
        new.filter_map(|pattern| self.fill(pattern, slots)).find(|text| fits(text))
    }

    /// Says a pattern of the bank that was not used in this heist, if there is room for more than has to be said.
    pub(super) fn add(&mut self, purpose: &str, bank: Bank, slots: Slots<'_>) -> bool {
        let text = self.new_text(purpose, bank, slots, &|text| self.has_room(text));
        self.put(text)
    }

    /// Says a pattern of the bank for something that has to be said, with one that was used before if there is no other.
    pub(super) fn say(&mut self, purpose: &str, bank: Bank, slots: Slots<'_>) -> bool {
        let fits = |text: &str| self.must_fit(text);
        let text = self.new_text(purpose, bank, slots, &fits).or_else(|| {
            let order = self.dice.shuffled(&format!("{purpose} {}", self.again), bank);
            order.into_iter().filter_map(|pattern| self.fill(pattern, slots)).find(|text| fits(text))
        });
        self.put(text)
    }

    /// Says a text, if there is one.
    pub(super) fn put(&mut self, text: Option<String>) -> bool {
        let Some(text) = text else { return false };
        self.said.push_str(&text.to_lowercase());
        self.spoken.push(text);
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
        if let Some(kind) = voices::Kind::ALL.into_iter().find(|kind| kind.slot() == name) {
            return self.agent_of(kind);
        }
        let settled = |slot| self.draft.slot(slot).settled.clone();
        match name {
            "bank" => Some(self.brief.bank.name.clone()),
            "start" => settled(Slot::Start),
            "entry" => settled(Slot::Entry),
            "cover" => settled(Slot::Alarm).map(|value| cover(&value).to_owned()),
            "method" => settled(Slot::Method),
            "load" => settled(Slot::Load),
            "way" => settled(Slot::Route),
            _ => None,
        }
    }

    /// The names of the others.
    pub(super) fn others(&self) -> Vec<String> {
        let names = self.brief.crew.iter().map(|persona| persona.name.to_string());
        names.filter(|name| **name != *self.brief.me.name).collect()
    }

    /// Another of the crew with that voice.
    fn agent_of(&self, kind: voices::Kind) -> Option<String> {
        let mut crew = self.brief.crew.iter().zip(&self.kinds);
        let found = crew.find(|(persona, own)| **own == kind && persona.name != self.brief.me.name);
        found.map(|(persona, _)| persona.name.to_string())
    }
}

/// What covers the alarms, with an article where there is one.
fn cover(value: &str) -> &str {
    match value {
        "line test" => "the line test",
        "cut line" => "a cut line",
        other => other,
    }
}

/// What stands in a slot of the plan, as a thing that one is for or against.
pub(super) fn thing(slot: Slot, value: &str) -> String {
    match slot {
        Slot::Start => format!("a start at {value}"),
        Slot::Entry => format!("the {value} as our way in"),
        Slot::Alarm if value == "line test" => "the line test as our cover".to_owned(),
        Slot::Alarm if value == "nothing" => "doing nothing about the alarm line".to_owned(),
        Slot::Alarm => cover(value).to_owned(),
        Slot::Method => format!("the {value} method"),
        Slot::Load => format!("a load of {value}"),
        Slot::Route => format!("the {value} route"),
    }
}

/// What stood in a slot of the plan, where something else is spoken of in its place.
pub(super) fn former(slot: Slot, value: &str) -> String {
    match slot {
        Slot::Entry => format!("the {value}"),
        Slot::Alarm if value == "line test" => cover(value).to_owned(),
        _ => thing(slot, value),
    }
}

/// The longest piece of a pattern between its slots.
fn longest_literal(pattern: &str) -> &str {
    let pieces = pattern
        .split('{')
        .enumerate()
        .map(|(at, piece)| if at == 0 { piece } else { piece.split_once('}').map_or("", |(_, literal)| literal) });
    pieces.max_by_key(|piece| piece.len()).unwrap_or(pattern)
}
