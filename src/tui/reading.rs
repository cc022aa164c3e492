//! Keys in the sources: opening one, reading it line by line, and the ways from a claim to its source and back.

use heist_bank::Slot;
use heist_tools::table::Gives;

use super::keys::Act;
use super::model::{Action, Model, Over, scrolled};
use super::seen::label;
use super::side::Side;
use super::talk::places;
use super::update::can;
use super::watching::{lead, mark};
use crate::views::sources::{Claim, Line, Source};

/// A source that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Its name.
    pub(super) source: String,
    /// The line that is looked at, of all its lines.
    pub(super) line: usize,
    /// Which of the messages that speak of the line is shown next.
    said: usize,
    /// The words that are searched for in it.
    pub(super) search: Option<String>,
    /// The claim that led here.
    pub(super) check: Option<Check>,
}

/// A claim that is held against its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) claim: Claim,
    /// Where it stands.
    at: At,
    /// What the side pane showed before, and whether it was open.
    before: (Side, bool),
}

/// Where a claim stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    /// In a message: this one of its claims.
    Message(String, usize),
    /// In the plan, as the reason for what stands in a slot.
    Plan(Slot),
}

impl Text {
    fn of(source: &Source) -> Self {
        let line = source.lines().position(Line::stops).unwrap_or(0);
        Self { source: source.name.clone(), line, said: 0, search: None, check: None }
    }
}

/// Keys in the sources; none if the key means the same there as elsewhere.
pub(super) fn read(model: &mut Model, act: Act) -> Option<Vec<Action>> {
    if model.pane.reads().is_none() {
        if act != Act::Confirm {
            return None;
        }
        open(model);
        return Some(Vec::new());
    }
    match act {
        Act::Confirm => show_next(model),
        Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::Top | Act::End => go(model, act),
        Act::Search => {
            model.over = Over::Search { words: String::new(), back: model.top };
            look_for(model, "");
        }
        Act::Next | Act::Previous => step(model, act == Act::Next),
        Act::Back => back(model),
        _ => return None,
    }
    Some(Vec::new())
}

/// Opens the source under the cursor, or lets an agent read it if nobody has.
fn open(model: &mut Model) {
    let listed = model.seen.sources.listed();
    let Some(source) = listed.get(model.pane.cursor) else { return };
    if source.is_closed() {
        let (name, gives) = (source.name.clone(), source.gives);
        return have_read(model, &name, gives);
    }
    model.pane.text = Some(Text::of(source));
}

/// Writes the command to an agent that can read a source: the chosen one if it can.
fn have_read(model: &mut Model, name: &str, gives: Gives) {
    if !can(model, Act::Command) {
        return model.tell(&format!("Nobody has read {name}."));
    }
    let reads = |index: &usize| model.seen.crew.get(*index).is_some_and(|agent| agent.gets(gives));
    // The chosen one before the others.
    let mut readers = [model.selected].into_iter().chain(0..model.seen.crew.len()).filter(reads).peekable();
    if readers.peek().is_none() {
        return model.tell(&format!("Nobody in this crew can read {name}."));
    }
    let Some(reader) = readers.find(|index| model.seen.has_turn(*index)) else {
        return model.tell(&format!("Nobody who can read {name} has a turn left."));
    };
    model.selected = reader;
    let text = if gives == Gives::Rows { format!("query the {name} table") } else { format!("read {name}") };
    model.over = Over::Editor(text);
}

/// Moves from line to line.
fn go(model: &mut Model, act: Act) {
    let height = model.panes().side.height / 3;
    let Some(text) = &mut model.pane.text else { return };
    let Some(source) = model.seen.sources.named(&text.source) else { return };
    let stops = stops(source);
    let at = stops.iter().position(|line| *line >= text.line).unwrap_or(0);
    let to = scrolled(at, act, height).min(stops.len().saturating_sub(1));
    let line = stops.get(to).copied().unwrap_or(0);
    if line != text.line {
        (text.line, text.said) = (line, 0);
    }
}

/// The lines at which one stops.
fn stops(source: &Source) -> Vec<usize> {
    source.lines().enumerate().filter(|(_, line)| line.stops()).map(|(index, _)| index).collect()
}

/// The lines of the source that is read in which the words stand that are searched for.
fn hits(model: &Model) -> Vec<usize> {
    let Some(text) = model.pane.reads() else { return Vec::new() };
    let (Some(words), Some(source)) = (&text.search, model.seen.sources.named(&text.source)) else { return Vec::new() };
    let has = |line: &Line| places(&line.text, words).next().is_some();
    source.lines().enumerate().filter(|(_, line)| line.stops() && has(line)).map(|(index, _)| index).collect()
}

/// The words that are searched for, in the source that is read, or else in the talk; which hit is looked at, from 1, and how
/// many there are.
pub(super) fn searched(model: &Model) -> Option<(&str, usize, usize)> {
    let Some(text) = model.pane.reads().filter(|_| model.pane.open) else { return model.seen.talk.searched() };
    let words = text.search.as_deref()?;
    let hits = hits(model);
    let at = hits.iter().position(|line| *line == text.line).map_or(0, |at| at + 1);
    Some((words, at, hits.len()))
}

/// Searches the source for words, from the line on that is looked at.
pub(super) fn look_for(model: &mut Model, words: &str) {
    if let Some(text) = &mut model.pane.text {
        text.search = Some(words.to_owned());
    }
    let hits = hits(model);
    if let Some(text) = &mut model.pane.text
        && let Some(line) = hits.iter().find(|line| **line >= text.line).or(hits.first())
    {
        (text.line, text.said) = (*line, 0);
    }
}

/// Leaves the search.
pub(super) fn end_search(model: &mut Model) {
    if let Some(text) = &mut model.pane.text {
        text.search = None;
    }
}

/// The next line with the words, or the one before.
fn step(model: &mut Model, on: bool) {
    let hits = hits(model);
    let Some(text) = &mut model.pane.text else { return };
    let next = if on {
        hits.iter().find(|line| **line > text.line).or(hits.first())
    } else {
        hits.iter().rev().find(|line| **line < text.line).or(hits.last())
    };
    if let Some(line) = next {
        (text.line, text.said) = (*line, 0);
    }
}

/// The messages that speak of the line that is looked at, oldest first.
pub(super) fn speaking(model: &Model) -> Vec<&str> {
    let Some(text) = model.pane.reads() else { return Vec::new() };
    let source = model.seen.sources.named(&text.source);
    let line = source.and_then(|source| source.lines().nth(text.line));
    line.map_or_else(Vec::new, |line| model.seen.sources.facts.speaking_of(&line.keys))
}

/// Marks the next message that speaks of the line.
fn show_next(model: &mut Model) {
    let all = speaking(model);
    let (count, at) = (all.len(), model.pane.reads().map_or(0, |text| text.said));
    let Some(id) = at.checked_rem(count).and_then(|at| all.get(at)).map(|id| (*id).to_owned()) else {
        return model.tell("Nobody has said anything about this line yet.");
    };
    if let Some(text) = &mut model.pane.text {
        text.said = (at + 1) % count;
    }
    lead(model, &id, "", &format!(" speaks of it, {} of {count}. Enter: the next.", at + 1));
}

/// Out of the search; to the message or the slot that led here; or to the list.
fn back(model: &mut Model) {
    if model.pane.reads().is_some_and(|text| text.search.is_some()) {
        return end_search(model);
    }
    let Some(check) = model.pane.text.take().and_then(|text| text.check) else { return };
    (model.pane.view, model.pane.open) = check.before;
    match check.at {
        At::Message(message, _) => {
            model.pane.cursor = 0;
            model.shape();
            lead(model, &message, "", "");
        }
        At::Plan(slot) => model.pane.cursor = slot as usize,
    }
}

/// From the marked message to the line on which its claim rests; from there to that of its next claim. Without a mark the
/// newest message that can be seen is meant.
pub(super) fn check(model: &mut Model) {
    if model.pane.open && model.pane.view == Side::Plan {
        return check_slot(model);
    }
    let marked = model.seen.talk.marked_message().map(ToOwned::to_owned);
    let now = model.pane.reads().filter(|_| model.pane.open).and_then(|text| text.check.clone());
    let (message, number, before) = if let Some(Check { at: At::Message(message, claim), before, .. }) = now.clone()
        && marked.as_ref().is_none_or(|marked| *marked == message)
    {
        (message, claim + 1, before)
    } else {
        let Some(message) = marked.or_else(|| newest(model)) else { return model.tell("Nobody has spoken yet.") };
        (message, 0, now.map_or((model.pane.view, model.pane.open), |check| check.before))
    };
    let claims = model.seen.sources.facts.claims_of(&message);
    let count = claims.len();
    let Some(number) = number.checked_rem(count) else {
        return model.tell(&format!("{message} tells no fact that a source could hold."));
    };
    let Some(claim) = claims.get(number).copied().cloned() else { return };
    let next =
        if count > 1 { format!(" s: its claim {} of {count}.", (number + 1) % count + 1) } else { String::new() };
    let told = format!("Esc: back to {message}.{next}");
    hold_against_source(model, Check { claim, at: At::Message(message, number), before }, &told);
}

/// From the reason for what stands in the slot under the cursor to the line that tells it.
fn check_slot(model: &mut Model) {
    let Some(slot) = Slot::ALL.get(model.pane.cursor).copied() else { return };
    let plan = &model.seen.plan;
    let Some(leading) = plan.slot(slot).leading() else {
        return model.tell(&format!("Nothing stands in the plan for {} yet.", slot.matter()));
    };
    let (Some(key), Some(message)) = (&leading.because, plan.brought(slot, leading)) else {
        return model.tell(&format!("{} gave no reason for {}.", label(&leading.by), slot.matter()));
    };
    let facts = &model.seen.sources.facts;
    // Who only points to a fact that others have told has named no source for it.
    let claim = facts.claimed(key, &leading.by, message).cloned().unwrap_or_else(|| Claim {
        message: message.to_owned(),
        agent: leading.by.clone(),
        turn: model.seen.turn,
        key: key.clone(),
        words: facts.words(key, &leading.by),
        source: String::new(),
    });
    let check = Check { claim, at: At::Plan(slot), before: (Side::Plan, true) };
    hold_against_source(model, check, "Esc: back to the plan.");
}

/// Opens the source that a claim names, or one that tells its fact, at the line that it rests on.
fn hold_against_source(model: &mut Model, check: Check, told: &str) {
    let Claim { message, key, source, .. } = &check.claim;
    let sources = &model.seen.sources;
    let Some(found) = (if source.is_empty() { sources.telling(key) } else { sources.named(source) }) else {
        let what = sources.facts.label(key);
        return model.tell(&format!("{message} names no source for {what}, and nobody has read one that tells it."));
    };
    let mut text = Text::of(found);
    text.line = found.telling(key).unwrap_or(text.line);
    model.pane.cursor = sources.listed().iter().position(|listed| listed.name == found.name).unwrap_or(0);
    let message = message.clone();
    text.check = Some(check);
    model.pane.view = Side::Sources;
    model.pane.open = true;
    model.pane.text = Some(text);
    model.tell(told);
    mark(model, &message);
}

/// The newest message that can be seen and makes a claim, or else the newest.
fn newest(model: &Model) -> Option<String> {
    let height = usize::from(model.panes().talk.height);
    let top = model.top.unwrap_or_else(|| model.last_top());
    let seen = model.seen.talk.messages_in(top..top + height);
    let claims = |id: &&&str| !model.seen.sources.facts.claims_of(id).is_empty();
    seen.iter().rev().find(claims).or(seen.last()).map(|id| (*id).to_owned())
}
