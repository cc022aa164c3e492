//! The signs, as a list: what may give a mole away, or speak for somebody. Each is a row here and a function that finds
//! it; what it is worth stands in the parameters and nowhere else.

mod again;
mod agreement;
mod beside;
mod concludes;
mod correction;
mod hedges;
mod length;
mod misquotes;
mod muddles;
mod nowhere;
mod opportunity;
mod opposes;
mod passage;
mod puts_off;
mod reopens;
mod scope;
mod source;
mod story;
mod unused;
mod wrong;

use super::heard::Heard;
use super::memory::{Memory, Talk};
use crate::heist::{Family, ToolCall};

/// A sign that was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// The sign, by its place in [`SIGNS`].
    pub sign: usize,
    /// The agent's place in the crew.
    pub agent: usize,
    /// For a person.
    pub note: String,
    /// The message or call it was found in.
    pub place: String,
    /// The words it rests on.
    pub quote: Option<String>,
}

/// What a sign's function tells: [`Found`] without which sign it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    agent: usize,
    note: String,
    place: String,
    quote: Option<String>,
}

impl Hit {
    /// A hit in a message, in its own words.
    fn heard(heard: &Heard<'_>, note: impl Into<String>, quote: impl Into<Option<String>>) -> Self {
        Self { agent: heard.agent, note: note.into(), place: heard.id.to_owned(), quote: quote.into() }
    }

    /// A hit in a call, with its argument.
    fn called(agent: usize, call: &ToolCall, note: impl Into<String>) -> Self {
        let quote = (!call.arguments.is_empty()).then(|| super::text::clip(&call.arguments, 160).to_owned());
        Self { agent, note: note.into(), place: call.id.clone(), quote }
    }
}

/// What a sign is looked for in.
#[derive(Clone, Copy)]
enum In {
    /// In a message, before it is remembered.
    Message(fn(&Memory, &Heard<'_>) -> Vec<Hit>),
    /// In a call that was answered well, before its answer is remembered.
    Call(fn(&Memory, usize, &ToolCall) -> Vec<Hit>),
    /// In a call that was refused.
    Denial(fn(usize, &ToolCall) -> Vec<Hit>),
    /// In a call after its answer is remembered, and in what was said before.
    Reading(fn(&mut Memory, usize, &ToolCall) -> Vec<Hit>),
}

/// A row of the list.
pub(super) struct Sign {
    /// What it is called in the parameters.
    pub name: &'static str,
    /// What it is a sign of.
    pub family: Family,
    /// How the talk must be read in which it can be found.
    talks: &'static [Talk],
    /// Whether it is found by what was really read, so that it can be trusted in anybody's talk.
    pub is_checked: bool,
    /// What finds it.
    by: In,
}

impl Sign {
    /// Whether it is an opportunity to give oneself away, and no sign that a person could look at.
    pub(super) fn is_opportunity(&self) -> bool {
        matches!(self.name, "message" | "call")
    }

    /// Whether it can be found in a talk that is read so.
    pub(super) fn is_of(&self, talk: Talk) -> bool {
        self.talks.contains(&talk)
    }
}

const BOTH: &[Talk] = &[Talk::Moves, Talk::Words];
const MOVES: &[Talk] = &[Talk::Moves];
const WORDS: &[Talk] = &[Talk::Words];

/// How many there are.
pub(super) const COUNT: usize = SIGNS.len();

use Family::{InformationQuality, MessageAnomaly, Timing, ToolUsage};
use In::{Call, Denial, Message, Reading};

macro_rules! row {
    ($name:literal, $family:ident, $talks:ident, checked, $by:expr) => {
        Sign { name: $name, family: $family, talks: $talks, is_checked: true, by: $by }
    };
    ($name:literal, $family:ident, $talks:ident, $by:expr) => {
        Sign { name: $name, family: $family, talks: $talks, is_checked: false, by: $by }
    };
}

/// All of them.
#[rustfmt::skip]
pub(super) const SIGNS: &[Sign] = &[
    row!("message", MessageAnomaly, BOTH, Message(opportunity::message)),
    row!("call", ToolUsage, BOTH, Call(opportunity::call)),
    row!("wrong_time", Timing, BOTH, checked, Message(wrong::time)),
    row!("wrong_fact", InformationQuality, BOTH, checked, Message(wrong::fact)),
    row!("against_own_reading", InformationQuality, BOTH, checked, Message(wrong::own_reading)),
    row!("slip", InformationQuality, BOTH, checked, Message(wrong::slip)),
    row!("repeats_wrong", InformationQuality, BOTH, checked, Message(wrong::repeated)),
    row!("found_wrong_later", InformationQuality, BOTH, checked, Reading(wrong::later)),
    row!("misquotes_source", InformationQuality, WORDS, checked, Message(passage::misquotes)),
    row!("no_source", InformationQuality, BOTH, Message(source::none)),
    row!("claims_source", InformationQuality, WORDS, Message(source::claimed)),
    row!("borne_out", InformationQuality, BOTH, checked, Message(agreement::borne_out)),
    row!("takes_back", InformationQuality, BOTH, checked, Message(correction::takes_back)),
    row!("corrects_rightly", InformationQuality, MOVES, checked, Message(correction::rightly)),
    row!("corrects_wrongly", InformationQuality, MOVES, checked, Message(correction::wrongly)),
    row!("is_corrected", InformationQuality, MOVES, Message(correction::open)),
    row!("changes_story", MessageAnomaly, BOTH, Message(story::changes)),
    row!("puts_off", Timing, BOTH, Message(puts_off::any)),
    row!("puts_off_ripe", Timing, MOVES, Message(puts_off::ripe)),
    row!("puts_off_untimely", Timing, MOVES, Message(puts_off::untimely)),
    row!("puts_off_again", Timing, MOVES, Message(puts_off::again)),
    row!("reopens", MessageAnomaly, BOTH, Message(reopens::any)),
    row!("assigns", MessageAnomaly, MOVES, Message(muddles::assigns)),
    row!("hands_on", MessageAnomaly, MOVES, Message(muddles::hands_on)),
    row!("reassigns", MessageAnomaly, MOVES, Message(muddles::reassigns)),
    row!("misquotes_plan", MessageAnomaly, MOVES, Message(misquotes::plan)),
    row!("backs_beaten", MessageAnomaly, MOVES, Message(misquotes::beaten)),
    row!("opposes", MessageAnomaly, MOVES, Message(opposes::standing)),
    row!("concludes", ToolUsage, BOTH, Message(concludes::any)),
    row!("concludes_beside", ToolUsage, MOVES, checked, Message(concludes::beside)),
    row!("calls_beside", ToolUsage, BOTH, Reading(beside::the_point)),
    row!("asks_again", ToolUsage, BOTH, Call(again::asked)),
    row!("figure_from_nowhere", ToolUsage, BOTH, Call(nowhere::figure)),
    row!("denied", ToolUsage, BOTH, Denial(scope::denied)),
    row!("result_unused", ToolUsage, BOTH, Message(unused::result)),
    row!("tools_unused", ToolUsage, BOTH, Message(unused::tools)),
    row!("hedges", MessageAnomaly, WORDS, Message(hedges::any)),
    row!("odd_length", MessageAnomaly, WORDS, Message(length::odd)),
];

/// The signs of one sort, with their places, that a talk read so can have.
fn of(talk: Talk) -> impl Iterator<Item = (usize, In)> {
    SIGNS.iter().enumerate().filter(move |(_, row)| row.is_of(talk)).map(|(place, row)| (place, row.by))
}

fn placed(sign: usize, hits: Vec<Hit>) -> impl Iterator<Item = Found> {
    hits.into_iter().map(move |Hit { agent, note, place, quote }| Found { sign, agent, note, place, quote })
}

/// The signs in a message.
pub(super) fn in_message(memory: &Memory, heard: &Heard<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (sign, by) in of(heard.talk()) {
        if let Message(find) = by {
            found.extend(placed(sign, find(memory, heard)));
        }
    }
    found
}

/// The signs in a call that was answered, before its answer is taken in.
pub(super) fn in_call(memory: &Memory, talk: Talk, agent: usize, call: &ToolCall) -> Vec<Found> {
    let mut found = Vec::new();
    for (sign, by) in of(talk) {
        if let Call(find) = by {
            found.extend(placed(sign, find(memory, agent, call)));
        }
    }
    found
}

/// What comes out by an answer, after it was taken in: of the call, and of what was said before.
pub(super) fn in_reading(memory: &mut Memory, talk: Talk, agent: usize, call: &ToolCall) -> Vec<Found> {
    let mut found = Vec::new();
    for (sign, by) in of(talk) {
        if let Reading(find) = by {
            found.extend(placed(sign, find(memory, agent, call)));
        }
    }
    memory.keep_asked(agent, Memory::as_asked(call));
    found
}

/// The signs in a call that was refused.
pub(super) fn in_denial(talk: Talk, agent: usize, call: &ToolCall) -> Vec<Found> {
    let mut found = Vec::new();
    for (sign, by) in of(talk) {
        if let Denial(find) = by {
            found.extend(placed(sign, find(agent, call)));
        }
    }
    found
}
