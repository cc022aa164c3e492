//! What can be known of a bank: kinds of facts, which are alike in all banks, and the facts of one bank, which are kinds
//! with values. A fact is told by documents and tables, is read from them again, and is said in talk.
//!
//! The kinds and their holes, in order (`M` minutes, `T` a time of day, `N` a number, `P` a place, `W` a person, `X` other
//! words, `L` a list); the hole with a star tells a fact from others of its kind. A fact's key is its kind's, with that
//! hole's value behind a colon if there is one: `gap`, `walk:loading dock`. A way to open the vault and a road's risk come
//! in several shapes, each a kind, and have keys of their own: `method:thermal`, `risk:dock`.
//!
//! | subject | kinds |
//! |---|---|
//! | layout | `vault_place(X floor, P anteroom, P vault)` `holds(*X floor, L places)` `joins(*P stair, X floor, X floor)` `leads_to(P corridor, *P exit, X floor)` `above(*P exit, P room)` `exits(N, L)` `floors(N, L)` `walk(*P exit, M, N metres)` |
//! | cameras | `cameras(N, L by floor)` `working(N)` `broken(*N camera, X view)` `spots(N)` `blind(*N camera, X spot)` `seen_by(*P place, L cameras)` `desk_pictures(N, P desk)` `recordings(N days)` |
//! | network | `heart(P room, X floor)` `restart(T, M)` `loop(M, P desk)` `line_test(M, T, T)` `test_reach(P desk)` `radio(M)` `server_room(P room, N level)` `battery(M)` `door_seconds(N)` `override_desk(X card, P desk)` `hanger_on(X)` `log_open(*X day, T, X door)` `log_false(*X day, T, X door)` `log_round(*X day, T, W guard, X door)` `log_handover(*X day, T, W guard, X door)` `log_left(*W, X day, T, X door)` |
//! | guards | `guards(N)` `shift(*X shift, T, T)` `shift_size(*X shift, N)` `gap(M, T, T)` `handover(P room, X its floor, X floor that is left alone)` `overlap()` `rounds(M every, M takes)` `first_round(T, P, X floor, T reaches)` `desk_guard(N guards, P desk, P room)` `guard(*W, X shift, X post)` `coffee(T, P from, X broken, P room)` |
//! | alarms | `alarms(N)` `response(M, M)` `guards_need(M)` `police(M, X street)` `patrol(M)` `calls(*X sensor, P place, X whom)` `callers(*X whom, L sensors)` `false_alarms(N, *P place)` `locks(*P exit, M)` |
//! | vault | `vault_floor(P vault, X floor)` `door(N centimetres)` `time_lock(T, T, P desk)` `methods(N)` `method_loud(*X, M, X noise, X sensor)` `method_quiet(*X, M, L needs)` `boxes(N)` `empty(N)` `bag(N)` `shut(M)` `loot(*X, M, N thousands)` |
//! | staff | `people(N)` `job(*W, X)` `keeps(*W, X)` `leaves(*W, T)` `level(*W, N)` `top_level(N people, N level)` `next_level(N people, N level, P room, P room)` `late(*W, X days, T)` `cleaners(X days, T, T)` `found_open(*X door, N times)` `empty_after(X what, T)` `party(X what, X day)` |
//! | routes | `routes(N)` `route(*X, M, X travel, N kilometres, P exit, X along, X leads to)` `risk_police(*X)` `risk_wait(*X, X what, M)` `risk_seen(*X, N cameras)` `risk_narrow(*X)` `risk_alarm(*X, P exit)` |

mod alarms;
mod bears;
mod cameras;
mod check;
mod compiled;
mod gather;
mod guards;
mod layout;
mod network;
mod others;
mod pattern;
mod phrase;
mod read;
mod routes;
mod rows;
mod sentence;
mod staff;
mod subject;
#[cfg(test)]
mod tests;
mod vault;
mod words;

use crate::Clock;

use pattern::{Pattern, Slot};

pub(crate) use routes::{risk, travel};
pub(crate) use rows::OUT_OF_ORDER;
pub(crate) use sentence::Sentence;
pub(crate) use words::{ORDER, capitalized};

pub use read::{claims, facts_in_document};
pub use rows::facts_in_table;
pub use subject::Subject;
pub use words::{in_words, is_said};

/// What stands in a hole. A value is kept as it stands in a text; numbers in digits, also where the text has them in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// So many minutes: `12`.
    Minutes,
    /// A time of day: `22:05`.
    Clock,
    /// Another number: `4`, `4.2`.
    Number,
    /// A place, without an article: `loading dock`.
    Place,
    /// Somebody's name.
    Person,
    /// Other words, at most 48 bytes and without marks.
    Words,
    /// Several of them: `3 and 4`, `the lobby, the archive and the staff door`.
    List,
}

/// What stands between the values of a fact that are written as one text.
const BETWEEN: &str = " | ";

/// What is alike in all banks of a thing that can be known.
#[derive(Debug)]
pub struct Kind {
    /// What it is called; no two have the same.
    pub key: &'static str,
    /// What it belongs to.
    pub subject: Subject,
    /// What it is about, in words that can follow "about"; may have holes.
    pub label: &'static str,
    /// Its holes, in order.
    pub holes: &'static [Hole],
    /// The hole that tells a fact from others of its kind; none if there is one fact of the kind.
    pub id: Option<usize>,
    /// Sentences of a document, without the stop; see [`pattern`]. Empty if only tables tell it.
    told: &'static [&'static str],
    /// Ways to say it: clauses without a stop.
    said: &'static [&'static str],
    /// What follows from it: clauses without a stop.
    so: &'static [&'static str],
}

/// What tells a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The document with this name.
    Document(&'static str),
    /// The table with this name.
    Table(&'static str),
}

/// A kind with values. Two are equal if their kinds and values are, whatever tells them.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub kind: &'static Kind,
    /// What stands in the kind's holes, as many as there are.
    pub values: Vec<String>,
    /// The documents and tables of its bank that tell it; empty if it was read or bent.
    pub sources: Vec<Source>,
}

impl PartialEq for Fact {
    fn eq(&self, other: &Self) -> bool {
        self.kind.key == other.kind.key && self.values == other.values
    }
}

impl Eq for Fact {}

impl Kind {
    /// All kinds.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let all = [
            layout::KINDS,
            cameras::KINDS,
            network::KINDS,
            guards::KINDS,
            alarms::KINDS,
            vault::KINDS,
            staff::KINDS,
            routes::KINDS,
        ];
        all.into_iter().flatten()
    }

    /// The kind with this key.
    #[must_use]
    pub fn of(key: &str) -> Option<&'static Self> {
        Self::all().find(|kind| kind.key == key)
    }

    /// How many ways to say it there are; at least one.
    #[must_use]
    pub const fn ways(&self) -> usize {
        self.said.len()
    }

    /// How many things follow from it; at least one.
    #[must_use]
    pub const fn consequences(&self) -> usize {
        self.so.len()
    }
}

impl Fact {
    /// What it is called within its bank: `gap`, `walk:loading dock`, `method:thermal`.
    #[must_use]
    pub fn key(&self) -> String {
        let kind = self.kind.group();
        self.id().map_or_else(|| kind.to_owned(), |id| format!("{kind}:{id}"))
    }

    /// What tells it from others of its kind.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.kind.id.map(|hole| self.text(hole))
    }

    /// Whether both are about the same thing, whatever they say of it.
    #[must_use]
    pub fn is_about_same(&self, other: &Self) -> bool {
        self.id() == other.id() && self.kind.group() == other.kind.group()
    }

    /// What stands in a hole; empty if it has no such hole.
    #[must_use]
    pub fn text(&self, hole: usize) -> &str {
        self.values.get(hole).map_or("", String::as_str)
    }

    /// The whole number in a hole.
    #[must_use]
    pub fn number(&self, hole: usize) -> Option<u32> {
        self.text(hole).parse().ok()
    }

    /// The time of day in a hole.
    #[must_use]
    pub fn clock(&self, hole: usize) -> Option<Clock> {
        self.text(hole).parse().ok()
    }

    /// The holes that a way to say it mentions.
    #[must_use]
    pub fn holes_said(&self, way: usize) -> Vec<usize> {
        self.way(way).map_or_else(Vec::new, |pattern| pattern.slots().map(|slot| slot.hole).collect())
    }

    fn way(&self, number: usize) -> Option<&'static Pattern> {
        let ways = &compiled::of(self.kind)?.said;
        ways.get(number.checked_rem(ways.len())?)
    }

    /// The fact with something else in a hole.
    #[must_use]
    pub fn bent(&self, hole: usize, value: &str) -> Self {
        let mut values = self.values.clone();
        if let Some(kept) = values.get_mut(hole) {
            value.clone_into(kept);
        }
        Self { kind: self.kind, values, sources: Vec::new() }
    }

    /// What is said of what it is about, as one text: the values of its holes but the one that is in its key, in order, with
    /// ` | ` between them; empty if there are no others.
    #[must_use]
    pub fn value(&self) -> String {
        let others = self.values.iter().enumerate().filter(|(hole, _)| Some(*hole) != self.kind.id);
        others.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(BETWEEN)
    }

    /// The fact about the same thing that says this of it, as [`Fact::value`] writes it. None if these are not as many values
    /// as it has.
    #[must_use]
    pub fn with_value(&self, value: &str) -> Option<Self> {
        let mut said = value.split(BETWEEN).filter(|_| self.values.len() > usize::from(self.kind.id.is_some()));
        let values = self.values.iter().enumerate().map(|(hole, own)| {
            if Some(hole) == self.kind.id { Some(own.clone()) } else { said.next().map(ToOwned::to_owned) }
        });
        let values = values.collect::<Option<_>>()?;
        said.next().is_none().then_some(Self { kind: self.kind, values, sources: Vec::new() })
    }

    /// What it is about, in words that can follow "about".
    #[must_use]
    pub fn label(&self) -> String {
        compiled::of(self.kind).and_then(|compiled| self.fill(&compiled.label)).unwrap_or_default()
    }

    /// The fact as a clause without a stop, in one of its ways; they go round, so that any number will do.
    #[must_use]
    pub fn said(&self, way: usize) -> String {
        self.way(way).and_then(|way| self.fill(way)).unwrap_or_default()
    }

    /// What follows from it as a clause without a stop; they go round, so that any number will do.
    #[must_use]
    pub fn so(&self, number: usize) -> String {
        let one = |all: &'static [Pattern]| all.get(number.checked_rem(all.len())?);
        compiled::of(self.kind).and_then(|compiled| self.fill(one(&compiled.so)?)).unwrap_or_default()
    }

    fn fill(&self, pattern: &Pattern) -> Option<String> {
        pattern.fill(|slot: Slot| self.values.get(slot.hole).map(String::as_str), "")
    }
}
