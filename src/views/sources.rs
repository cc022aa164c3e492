//! The sources: what the bank has of documents and tables, what of them was read, by whom and when, and what was said of the
//! facts in them.

mod facts;
mod lines;

use std::sync::OnceLock;

use heist_bank::{Bank, Subject};
use heist_tools::table::{Gives, gives};

use super::label;
use crate::crew::{finds, source_of};
use crate::heist::{AgentName, EventKind, ToolCall};
use crate::text::one_line;

pub(crate) use facts::{Claim, Facts};
pub(crate) use lines::{Kind, Line};

/// The longest name of a source, and the longest query, that is kept, in characters.
const NAME: usize = 60;
const ASKED: usize = 300;

/// Somebody who has read something.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// Who.
    pub(crate) agent: AgentName,
    /// The turn.
    pub(crate) turn: u32,
    /// The call.
    pub(crate) call: String,
}

impl Reader {
    /// Who, when and by which call: `intel in turn 4 (t3)`.
    pub(crate) fn words(&self) -> String {
        format!("{} in turn {} ({})", label(&self.agent), self.turn, self.call)
    }
}

/// What came back, for everybody to whom the same did.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What was asked of a table; empty for a document.
    pub(crate) asked: String,
    /// Oldest first.
    pub(crate) readers: Vec<Reader>,
    result: String,
    /// Cut when it is first looked at.
    lines: OnceLock<Vec<Line>>,
}

impl Answer {
    /// What came back of this source, line by line.
    fn cut(&self, source: &str) -> &[Line] {
        self.lines.get_or_init(|| {
            if self.asked.is_empty() { lines::document(&self.result) } else { lines::table(source, &self.result) }
        })
    }
}

/// A document or a table.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) gives: Gives,
    /// Oldest first; none while nobody has read it.
    pub(crate) answers: Vec<Answer>,
    /// How many answers had come when it was last read.
    read: usize,
}

impl Source {
    fn closed(name: &str, gives: Gives) -> Self {
        Self { name: name.to_owned(), gives, answers: Vec::new(), read: 0 }
    }

    /// Whether nobody has read it.
    pub(crate) fn is_closed(&self) -> bool {
        self.answers.is_empty()
    }

    /// What came back each time, with its lines.
    pub(crate) fn cut(&self) -> impl Iterator<Item = (&Answer, &[Line])> {
        self.answers.iter().map(|answer| (answer, answer.cut(&self.name)))
    }

    /// All lines that came back.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.cut().flat_map(|(_, lines)| lines)
    }

    /// Everybody who has read it, the newest last.
    pub(crate) fn readers(&self) -> Vec<&Reader> {
        let mut readers: Vec<_> = self.answers.iter().flat_map(|answer| &answer.readers).collect();
        readers.sort_by_key(|reader| reader.turn);
        readers
    }

    /// The first line that tells a fact.
    pub(crate) fn telling(&self, key: &str) -> Option<usize> {
        self.lines().position(|line| line.keys.iter().any(|told| told == key))
    }
}

/// All sources, and what was said of what stands in them.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Documents before tables, as the bank has them, then whatever else was read.
    all: Vec<Source>,
    pub(crate) facts: Facts,
    /// The call that has no answer yet.
    call: Option<ToolCall>,
    answers: usize,
}

impl Sources {
    /// Those of a bank of which nobody has read or said anything.
    pub(crate) fn of(bank: Bank) -> Self {
        let documents = Subject::ALL.map(|subject| Source::closed(subject.document(), Gives::Document));
        let tables = bank.tables().into_iter().map(|table| Source::closed(table.name, Gives::Rows));
        Self { all: documents.into_iter().chain(tables).collect(), facts: Facts::of(bank), ..Self::default() }
    }

    /// Takes in an event.
    pub(crate) fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::ToolCalled(call) => self.call = Some(call.clone()),
            EventKind::ToolReturned(answer) => {
                let call = self.call.take().filter(|call| call.id == answer.id);
                if let Some((call, result)) = call.zip(answer.result.as_deref()) {
                    self.read(&call, result);
                }
            }
            EventKind::MessageCompleted(message) => self.facts.hear(message),
            _ => {}
        }
    }

    fn read(&mut self, call: &ToolCall, result: &str) {
        let Some((name, gives)) = source_of(call).zip(gives(&call.tool)) else { return };
        let name = one_line(name, NAME);
        self.answers += 1;
        self.facts.read(finds(call, result));
        let place = self.all.iter().position(|source| source.name == name).unwrap_or_else(|| {
            self.all.push(Source::closed(&name, gives));
            self.all.len() - 1
        });
        let Some(source) = self.all.get_mut(place) else { return };
        source.read = self.answers;
        let reader = Reader { agent: call.agent.clone(), turn: call.turn, call: one_line(&call.id, 24) };
        if let Some(answer) = source.answers.iter_mut().find(|answer| answer.result == result) {
            answer.readers.push(reader);
            return;
        }
        let asked = if gives == Gives::Rows { one_line(&call.arguments, ASKED) } else { String::new() };
        source.answers.push(Answer { asked, readers: vec![reader], result: result.to_owned(), lines: OnceLock::new() });
    }

    /// All of them: what was read last first, then what is closed.
    pub(crate) fn listed(&self) -> Vec<&Source> {
        let mut all: Vec<_> = self.all.iter().collect();
        all.sort_by_key(|source| std::cmp::Reverse(source.read));
        all
    }

    /// The source of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&Source> {
        self.all.iter().find(|source| source.name == name)
    }

    /// The source that tells a fact, of those that were read: what was read last.
    pub(crate) fn telling(&self, key: &str) -> Option<&Source> {
        self.listed().into_iter().find(|source| source.telling(key).is_some())
    }

    /// How many were read, and how many there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.all.iter().filter(|source| !source.is_closed()).count(), self.all.len())
    }
}
