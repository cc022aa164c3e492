//! Saying a pattern: which one, and what its slots are filled with.
//!
//! Besides what a move brings along, every sentence may use: `{ally}`, another of the crew; `{hacker}` and the like,
//! another with that voice; `{bank}`, its name; `{method}`, `{way}`, `{entry}`, `{exit}`, `{ride}`, `{start}`, `{open}`,
//! `{out}`, `{ready}`, `{gone}` of the plan; and a figure by its fact's key and its hole, such as `{gap.0}`.

use heist_bank::{Fact, Kind, Subject};

use crate::crew::Ability;

use super::grammar::{compose, singular};
use super::speak::{Place, Speaker};
use super::stance::Matter;
use super::subjects::subjects;
use super::voices::{self, Bank};

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
        if let Some(kind) = voices::Kind::ALL.into_iter().find(|kind| kind.slot() == name) {
            return self.agent_of(kind);
        }
        if let Some((key, hole)) = name.split_once('.') {
            return self.board.fact(key)?.values.get(hole.parse::<usize>().ok()?).cloned();
        }
        if name == "bank" {
            return Some(self.brief.bank.name.clone());
        }
        self.plan.slot(name)
    }

    /// The names of the others.
    pub(super) fn others(&self) -> Vec<String> {
        let names = self.brief.crew.iter().map(|persona| persona.name.to_string());
        names.filter(|name| **name != *self.brief.me.name).collect()
    }

    /// Another of the crew with that voice.
    pub(super) fn agent_of(&self, kind: voices::Kind) -> Option<String> {
        let mut crew = self.brief.crew.iter().zip(&self.kinds);
        let found = crew.find(|(persona, own)| **own == kind && persona.name != self.brief.me.name);
        found.map(|(persona, _)| persona.name.to_string())
    }

    /// Something that matters in this phase, and is known.
    pub(super) fn topic(&self) -> String {
        let subjects = subjects(self.brief);
        let known = || self.board.finds.iter().map(|find| &find.fact);
        let fitting: Vec<_> = known().filter(|fact| subjects.contains(&fact.kind.subject)).collect();
        let facts = if fitting.is_empty() { known().collect() } else { fitting };
        self.dice.pick("topic", &facts).map_or_else(|| "the shift change".to_owned(), Fact::label)
    }

    /// Something that matters in this phase and that nobody has found out.
    pub(super) fn open_topic(&self) -> Option<String> {
        let subjects = subjects(self.brief);
        let open = Kind::all().filter(|kind| subjects.contains(&kind.subject));
        let mut labels = open.flat_map(|kind| self.labels(kind)).collect::<Vec<_>>();
        labels.dedup();
        self.dice.pick("open topic", &labels)
    }

    /// What could be said of a subject, known or not.
    pub(super) fn topics(&self, subject: Subject) -> Vec<String> {
        let known = self.board.finds.iter().filter(|find| find.fact.kind.subject == subject);
        let open = Kind::all().filter(|kind| kind.subject == subject).flat_map(|kind| self.labels(kind));
        known.map(|find| find.fact.label()).chain(open).collect()
    }

    /// What a kind is about as far as nobody has found it out; what has no name that everybody knows has no such label.
    fn labels(&self, kind: &'static Kind) -> Vec<String> {
        let open = |key: &str| self.board.fact(key).is_none();
        if !kind.label.contains('{') {
            return if open(kind.group()) { vec![kind.label.to_owned()] } else { Vec::new() };
        }
        let matter = match kind.group() {
            "method" => Matter::Method,
            "route" | "risk" => Matter::Route,
            "walk" => Matter::Entry,
            _ => return Vec::new(),
        };
        let options = matter.options(&self.brief.bank).into_iter();
        let open = options.filter(|option| open(&format!("{}:{option}", kind.group())));
        open.filter_map(|option| kind.label_of(option)).collect()
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
