//! Reads a transcript: each line as what it tells, and in a word what of it is not weighed.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde_json::Value;

use super::encoding::utf8;
use super::line::{self, Told};
use super::{AnalyzeError, LeftOut};
use crate::heist::{AgentName, EventKind};
use crate::suspicion::TEXT_LIMIT;

/// Bytes of a line at the most.
const LINE: usize = 16 << 20;

/// Lines of a file at the most: some thousand heists.
const LINES: usize = 1 << 20;

/// Bytes of a file at the most.
const FILE: u64 = 1 << 30;

/// Agents of a transcript at the most.
const AGENTS: usize = 100;

/// What stands for standard input among the files.
const STDIN: &str = "-";

/// The kinds of events that the detector reads.
const WEIGHED: [&str; 7] = [
    "session.started",
    "round.started",
    "message.completed",
    "judge.answered",
    "tool.called",
    "tool.returned",
    "tool.denied",
];

/// The kinds that tell nothing of who is lying, or are of the detector's own making.
const PASSED_OVER: [&str; 12] = [
    "service.changed",
    "turn.started",
    "message.delta",
    "suspicion.changed",
    "command.sent",
    "hint.given",
    "session.paused",
    "session.resumed",
    "guess.made",
    "fault.raised",
    "session.completed",
    "session.failed",
];

/// What a transcript tells, up to the verdict.
pub(super) struct Transcript {
    pub(super) events: Vec<EventKind>,
    /// Those who are weighed.
    pub(super) crew: Vec<AgentName>,
}

/// Reads the file, or standard input.
pub(super) fn read(file: &Path, left_out: &mut LeftOut) -> Result<Transcript, AnalyzeError> {
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    let input: Box<dyn Read> =
        if file.as_os_str() == STDIN { Box::new(io::stdin()) } else { Box::new(File::open(file).map_err(fail)?) };
    let mut input = utf8(BufReader::new(input)).map_err(fail)?;
    let mut events = Vec::new();
    let (mut text, mut bytes) = (Vec::new(), 0);
    // A line that ends too soon: it may be the last one.
    let mut cut = None;
    for number in 1.. {
        let wrong = |why: String| AnalyzeError::Line { file: file.to_owned(), line: number, why };
        text.clear();
        // One byte more than may be, to see that it is too much.
        let read = input.by_ref().take(LINE as u64 + 1).read_until(b'\n', &mut text).map_err(fail)?;
        bytes += read as u64;
        if read == 0 {
            break;
        }
        if read > LINE {
            return Err(wrong(format!("it is longer than {LINE} bytes")));
        }
        if number > LINES || bytes > FILE {
            return Err(wrong(format!("a transcript has {LINES} lines and {} MB at the most", FILE >> 20)));
        }
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if let Some(error) = cut {
            return Err(error);
        }
        let value = match serde_json::from_slice(text) {
            Ok(value) => value,
            Err(error) => {
                let why = match std::str::from_utf8(text) {
                    Err(_) if !error.is_eof() => "it is not UTF-8: save the file as UTF-8 text".to_owned(),
                    _ => format!("it is not JSON ({error})"),
                };
                let error_of_line = wrong(why);
                if error.is_eof() {
                    cut = Some(error_of_line);
                    continue;
                }
                return Err(error_of_line);
            }
        };
        match understand(value, number, left_out).map_err(wrong)? {
            Some(told) => events.extend(told.into_iter().map(|event| (number, clipped(event, number, left_out)))),
            None => break,
        }
    }
    match cut {
        Some(AnalyzeError::Line { line, .. }) if !events.is_empty() => {
            left_out.line(line, "it is cut off, and left out");
        }
        Some(error) => return Err(error),
        None => {}
    }
    let crew = crew(&events, left_out);
    Ok(Transcript { events: events.into_iter().map(|(_, event)| event).collect(), crew })
}

/// The events that a line stands for; none at all where the verdict comes.
fn understand(value: Value, number: usize, left_out: &mut LeftOut) -> Result<Option<Vec<EventKind>>, String> {
    let Some(kind) = value.get("kind").filter(|_| !is_plain(&value)) else {
        let Told { events, remarks } = line::told(&value, number)?;
        for remark in remarks {
            left_out.line(number, &remark);
        }
        return Ok(Some(events));
    };
    match kind.as_str().unwrap_or_default() {
        "verdict.reached" => Ok(None),
        kind if WEIGHED.contains(&kind) => {
            let kind = kind.to_owned();
            serde_json::from_value(value)
                .map(|event| Some(vec![event]))
                .map_err(|error| format!("a bad {kind}: {error}"))
        }
        kind if PASSED_OVER.contains(&kind) => Ok(Some(Vec::new())),
        _ => {
            left_out.line(number, &format!("its kind is {kind}, which is not known, so it is left out"));
            Ok(Some(Vec::new()))
        }
    }
}

/// Whether somebody else's line has a `kind` of its own: it tells what lines do, and has nothing of an event.
fn is_plain(value: &Value) -> bool {
    let is_known = |kind: &str| WEIGHED.contains(&kind) || PASSED_OVER.contains(&kind) || kind == "verdict.reached";
    let has = |key: &str| value.get(key).is_some_and(|value| !value.is_null());
    has("agent") && (has("message") || has("tool")) && !has("seq") && !value["kind"].as_str().is_some_and(is_known)
}

/// The event without what the detector would not read.
fn clipped(mut event: EventKind, number: usize, left_out: &mut LeftOut) -> EventKind {
    let text = match &mut event {
        EventKind::MessageCompleted(message) => Some(&mut message.text),
        EventKind::ToolCalled(call) => Some(&mut call.arguments),
        EventKind::ToolReturned(answer) => answer.result.as_mut(),
        _ => None,
    };
    if let Some(text) = text.filter(|text| text.len() > TEXT_LIMIT) {
        text.truncate(text.floor_char_boundary(TEXT_LIMIT));
        left_out.line(number, &format!("of its text no more than {} KiB are weighed", TEXT_LIMIT >> 10));
    }
    event
}

/// The crew that the opening names; without one, everybody who does anything, in the order of their first appearance.
fn crew(events: &[(usize, EventKind)], left_out: &mut LeftOut) -> Vec<AgentName> {
    let named = events.iter().find_map(|(_, event)| match event {
        EventKind::SessionStarted(started) => {
            Some(started.crew.iter().map(|member| member.name.clone()).collect::<Vec<_>>())
        }
        _ => None,
    });
    let is_open = named.is_none();
    let mut crew = named.unwrap_or_default();
    let more = crew.split_off(crew.len().min(AGENTS));
    let mut known: HashSet<AgentName> = crew.iter().chain(&more).cloned().collect();
    let mut strangers: Vec<_> = more.into_iter().map(|agent| (None, agent)).collect();
    for (number, event) in events {
        let agent = match event {
            EventKind::MessageCompleted(message) => &message.agent,
            EventKind::ToolCalled(call) => &call.agent,
            _ => continue,
        };
        if known.insert(agent.clone()) {
            if is_open && crew.len() < AGENTS {
                crew.push(agent.clone());
            } else {
                strangers.push((Some(*number), agent.clone()));
            }
        }
    }
    left_out
        .agents(&strangers, if is_open { "are more than are weighed" } else { "are not of the crew that was named" });
    crew
}
