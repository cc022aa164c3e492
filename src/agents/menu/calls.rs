//! The tool calls that make sense for an agent in its turn, best first.

use heist_bank::{Slot, Source, Subject};
use heist_tools::table::Gives;

use super::beside;
use super::command::{expression, subject};
use super::queries::{queries, table};
use super::sums::{is_done, sums};
use super::talk::lacks;
use super::view::View;
use crate::crew::{Ability, Brief};
use crate::heist::Entry;

/// So many calls are offered at most.
pub const MOST_CALLS: usize = 6;
/// So many sums are among them at most.
const MOST_SUMS: usize = 3;

/// A tool call that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The tool.
    pub tool: &'static str,
    /// Its argument.
    pub argument: String,
    /// What it is for, in words that can follow "you could": `read vault_specs.txt for the thermal method`.
    pub words: String,
}

/// The calls worth making, best first; none when there is nothing to find out. What the agent has had answered is not among
/// them, nor what it is not able to do.
#[must_use]
pub fn calls(brief: &Brief) -> Vec<Call> {
    let view = View::of(brief);
    // Looked for in everybody's turn, so that it takes everybody as long.
    let beside = beside::calls(&view);
    if beside::is_due(brief) && !beside.is_empty() {
        return beside;
    }
    let mut slate = Slate { view: &view, calls: Vec::new() };
    slate.commanded();
    slate.needed();
    let sums = slate.sums();
    slate.fitting();
    let Slate { mut calls, .. } = slate;
    // Whoever can look things up does so first, and then sums them up.
    let looks = [Ability::READ, Ability::QUERY].iter().any(|ability| brief.me.abilities.contains(ability));
    let place = if looks { calls.len().min(2) } else { calls.len().min(usize::from(brief.command.is_some())) };
    let sums: Vec<_> = sums.into_iter().filter(|sum| !calls.contains(sum)).collect();
    calls.splice(place..place, sums);
    calls.truncate(MOST_CALLS);
    calls
}

struct Slate<'a, 'b> {
    view: &'a View<'b>,
    calls: Vec<Call>,
}

impl Slate<'_, '_> {
    fn is_able(&self, ability: Ability) -> bool {
        self.view.brief.me.abilities.contains(&ability)
    }

    /// Whether the agent has had the answer.
    fn is_made(&self, ability: Ability, argument: &str) -> bool {
        let view = self.view;
        if ability.gives() == Gives::Figure {
            return is_done(view, argument);
        }
        view.brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Used(used) if view.is_me(&used.call.agent) && used.outcome.is_ok()
                && used.call.tool == ability.tool() && used.call.arguments == argument)
        })
    }

    fn add(&mut self, ability: Ability, argument: String, words: String) {
        let is_new = !self.calls.iter().any(|call| call.tool == ability.tool() && call.argument == argument);
        if is_new && self.is_able(ability) && !self.is_made(ability, &argument) {
            self.calls.push(Call { tool: ability.tool(), argument, words });
        }
    }

    /// Whether anybody has read the document of a subject.
    fn is_opened(&self, subject: Subject) -> bool {
        let name = subject.document();
        self.view
            .brief
            .transcript
            .iter()
            .any(|entry| matches!(entry, Entry::Used(used) if used.outcome.is_ok() && used.call.arguments == name))
    }

    fn document(&mut self, name: &str, topic: &str) {
        self.add(Ability::READ, name.to_owned(), format!("read {name} for {topic}"));
    }

    /// A query about a subject that the agent has not made.
    fn query(&mut self, subject: Subject, topic: &str) {
        let all = queries(subject);
        let from = self.view.draw(&format!("query {subject:?}"), all.len());
        let rotated = all.iter().cycle().skip(from).take(all.len());
        if let Some(query) = rotated.into_iter().find(|query| !self.is_made(Ability::QUERY, query)) {
            let words = format!("query the {} table for {topic}", table(query));
            self.add(Ability::QUERY, (*query).to_owned(), words);
        }
    }

    /// What the player wants.
    fn commanded(&mut self) {
        if let Some(about) = &self.view.question {
            return self.look_up(about);
        }
        let Some(text) = self.view.brief.command.as_deref().map(str::to_lowercase) else { return };
        if let Some(expression) = expression(&text) {
            let words = format!("calculate {expression}, as you were told");
            self.add(Ability::CALCULATE, expression, words);
        }
        let tables = self.view.brief.bank.tables();
        for table in tables.iter().filter(|table| text.contains(&format!("the {} table", table.name))) {
            self.add(
                Ability::QUERY,
                table.name.to_owned(),
                format!("query the {} table, as you were told", table.name),
            );
        }
        if let Some(subject) = subject(&text) {
            self.document(subject.document(), "what you were told to look into");
            self.query(subject, "what you were told to look into");
        }
    }

    /// What the player asks about, as far as the agent has not read it: the fact, or what its opinion on the slot hangs on.
    fn look_up(&mut self, about: &str) {
        let view = self.view;
        let key = match Slot::named(about) {
            Some(slot) => lacks(view, slot).into_iter().next(),
            None => Some(about.to_owned()).filter(|key| view.known.read(key).is_none()),
        };
        let Some(shape) = key.and_then(|key| view.known.shape(&key)) else { return };
        let topic = shape.label();
        for source in &shape.sources {
            match source {
                Source::Document(name) => self.document(name, &topic),
                // The whole of it: of other queries each leaves something out.
                Source::Table(name) => {
                    let words = format!("query the {name} table for {topic}");
                    self.add(Ability::QUERY, (*name).to_owned(), words);
                }
            }
        }
    }

    /// What the agent was asked for, and what the plan lacks.
    fn needed(&mut self) {
        let view = self.view;
        let mut keys: Vec<String> = Vec::new();
        for (_, about) in view.asked() {
            match Slot::named(about) {
                Some(slot) => keys.extend(lacks(view, slot).into_iter().take(1)),
                None => keys.push(about.to_owned()),
            }
        }
        let asked = keys.len();
        let open = view.brief.phase.slots().iter().filter(|slot| view.slot(**slot).settled.is_none());
        let mut open: Vec<_> = open.copied().collect();
        open.sort_by_key(|slot| !view.trade().slots().contains(slot));
        keys.extend(open.into_iter().flat_map(|slot| lacks(view, slot).into_iter().take(2)));
        // What nobody has opened yet comes before what others can tell of.
        for again in [false, true] {
            for (number, key) in keys.iter().enumerate().filter(|(_, key)| view.known.read(key).is_none()) {
                let Some(shape) = view.known.shape(key) else { continue };
                let (subject, topic) = (shape.kind.subject, shape.label());
                if number < asked || self.is_opened(subject) == again {
                    for source in &shape.sources {
                        match source {
                            Source::Document(name) => self.document(name, &topic),
                            Source::Table(_) => self.query(subject, &topic),
                        }
                    }
                }
            }
        }
    }

    /// What fits the phase and the agent's trade, and then whatever it has not read: what nobody has opened first.
    fn fitting(&mut self) {
        let view = self.view;
        let fitting = view.trade().subjects(view.brief.phase);
        let others = Subject::ALL.into_iter().filter(|subject| !fitting.contains(subject));
        let mut subjects: Vec<_> = fitting.iter().copied().chain(others).collect();
        subjects.sort_by_key(|subject| (self.is_opened(*subject), !fitting.contains(subject)));
        for subject in subjects {
            let topic = subject.heading();
            let topic = format!("the {topic}");
            if view.draw(&format!("table first {subject:?}"), 2) == 0 {
                self.query(subject, &topic);
                self.document(subject.document(), &topic);
            } else {
                self.document(subject.document(), &topic);
                self.query(subject, &topic);
            }
            if self.calls.len() >= MOST_CALLS {
                break;
            }
        }
    }

    /// The sums that matter.
    fn sums(&self) -> Vec<Call> {
        let view = self.view;
        if !self.is_able(Ability::CALCULATE) {
            return Vec::new();
        }
        let new = sums(view).into_iter().filter(|sum| !is_done(view, &sum.expression));
        let call = |sum: super::sums::Sum| Call {
            tool: Ability::CALCULATE.tool(),
            words: format!("calculate {} for {}", sum.expression, sum.slot.matter()),
            argument: sum.expression,
        };
        new.map(call).take(MOST_SUMS).collect()
    }
}
