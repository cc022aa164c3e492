//! What runs out while a job goes on: the crew's work, the time that it has, and the way of those who come for it.

use super::course::{Course, TALK};
use super::event::{Event, Fares};
use super::film::{Span, Stage, Stand, Tone};
use super::scene::Met;
use crate::{Clock, Line, Responder};

/// How many minutes after the end of a job a round may come to be told of.
const AHEAD: u32 = 60;

/// All that runs out between the beginning and the end of a job, counted from its beginning. The other minutes are as the
/// course counts them.
pub(super) fn spans(course: &Course, stands: &[Stand], starts: u32, ends: u32) -> Vec<Span> {
    let mut all = work(course, starts);
    all.extend(windows(course, stands, starts, ends));
    all.extend(rounds(course, starts, ends));
    all.extend(threats(course));
    all.retain(|span| span.from < span.to && span.from <= ends && span.until > starts);
    for span in &mut all {
        span.until = span.until.min(span.to);
        for minute in [&mut span.from, &mut span.to, &mut span.until] {
            *minute = minute.saturating_sub(starts);
        }
    }
    all.sort_by_key(|span| (span.from, span.tone, span.to));
    all
}

fn span(from: u32, to: u32, tone: Tone, words: impl Into<String>) -> Span {
    Span { from, to, until: to, tone, words: words.into() }
}

/// The crew's work, one after the other.
fn work(course: &Course, starts: u32) -> Vec<Span> {
    let bank = course.scene.bank;
    let mut all = Vec::new();
    let mut since = starts;
    for note in &course.notes {
        let words = match note.event {
            Event::Talked(_) => {
                all.push(span(note.at, note.at + TALK, Tone::Work, "talking it over"));
                since = note.at + TALK;
                continue;
            }
            Event::Opens(method) => bank.vault.methods.get(method).map(|method| format!("the {} method", method.name)),
            Event::Loaded(part) => bank.vault.loot.get(part).map(|part| format!("the {}", part.name)),
            Event::Narrow(_) => Some("one person at a time".to_owned()),
            Event::Arrives(road) => bank.roads.get(road).map(|road| format!("to the {}", road.leads_to)),
            Event::AtVault { .. } | Event::Door { .. } | Event::Leaves { .. } => None,
            _ => continue,
        };
        all.extend(words.map(|words| span(since, note.at, Tone::Work, words)));
        since = note.at;
    }
    // On a road on which it is stopped it does not arrive.
    if let (Some(left), true) = (course.left, course.is_caught()) {
        let road = course.notes.iter().find_map(|note| match note.event {
            Event::Leaves { road, .. } => bank.roads.get(road),
            _ => None,
        });
        all.extend(road.map(|road| span(left, course.now, Tone::Work, format!("to the {}", road.leads_to))));
    }
    all
}

/// Until when the crew has time.
fn windows(course: &Course, stands: &[Stand], starts: u32, ends: u32) -> Vec<Span> {
    let (scene, bank) = (course.scene, course.scene.bank);
    let begins = |stage| stands.iter().find(|stand| stand.stage == stage).map_or(ends + 1, |stand| stand.from);
    let (loaded, left) = (begins(Stage::Out), begins(Stage::Road));
    let mut all = Vec::new();
    let mut window = |from, to, until, words: String| all.push(Span { until, ..span(from, to, Tone::Window, words) });
    if let Some(from) = (starts..=ends).find(|at| scene.in_gap(*at)) {
        window(from, scene.noticed(from), left, "the guards hand over".to_owned());
    }
    let test = bank.alarms.test;
    let test_ends = test.starts.plus(test.minutes);
    let is_tested = |at: &u32| Clock::minutes(*at).is_within(test.starts, test_ends);
    if let Some(from) = (starts..=ends).find(is_tested).filter(|_| course.line == Line::Test) {
        window(from, from + test_ends.since(Clock::minutes(from)), left, "the line test".to_owned());
    }
    let silent = course.notes.iter().find_map(|note| match note.event {
        Event::Rings { fares: Fares::Radio(calls), .. } => Some((note.at, calls)),
        _ => None,
    });
    if let Some((cut, calls)) = silent {
        window(cut, calls, left, "the silent line".to_owned());
    }
    for note in &course.notes {
        match note.event {
            Event::Loop { place } => {
                let leaves = |stand: &&Stand| stand.stage == Stage::Out && stand.place == Some(place);
                let until = stands.iter().find(leaves).map_or(ends + 1, |stand| stand.from);
                window(note.at, scene.loop_ends(note.at), until, "the picture loop".to_owned());
            }
            Event::Opens(_) => {
                window(note.at, note.at + bank.vault.falls_shut, loaded, "the open vault door".to_owned());
            }
            Event::Door { exit, leaves: true, .. } if exit == bank.alarms.locks.0 => {
                let first = course.calls.iter().map(|call| match call.late {
                    Some(late) => call.called - bank.alarms.minutes(late),
                    None => call.called,
                });
                if let Some(first) = first.min() {
                    let words = format!("the {} opens", bank.name_of(exit));
                    window(first, first + bank.alarms.locks.1, note.at, words);
                }
            }
            _ => {}
        }
    }
    all
}

/// Until when no night round is on the vault's floor, and how long each stays there.
fn rounds(course: &Course, starts: u32, ends: u32) -> Vec<Span> {
    let rounds = course.scene.bank.guards.rounds;
    let stays = rounds.takes.saturating_sub(rounds.reaches);
    let mut all = Vec::new();
    let mut since = starts;
    while let Some((at, met)) = course.scene.next_round(since, ends + AHEAD) {
        let which = if met == Met::FirstRound { "first round" } else { "next round" };
        all.push(span(since, at, Tone::Window, format!("until the {which}")));
        all.push(span(at, at + stays, Tone::Window, "a round on the floor"));
        since = at + stays.max(1);
    }
    all
}

/// Those who come, each but once.
fn threats(course: &Course) -> Vec<Span> {
    let alarms = &course.scene.bank.alarms;
    let threat = |from, to, by: Responder| span(from, to, Tone::Threat, format!("the {}", by.name()));
    let mut all = Vec::new();
    for call in &course.calls {
        let late = call.late.map(|late| threat(call.called - alarms.minutes(late), call.called, late));
        all.extend(late.into_iter().chain(call.by.map(|by| threat(call.called, call.there, by))));
    }
    all.sort_by_key(|span| span.to);
    let mut first: Vec<Span> = Vec::new();
    for span in all {
        if first.iter().all(|known| known.words != span.words) {
            first.push(span);
        }
    }
    first
}
