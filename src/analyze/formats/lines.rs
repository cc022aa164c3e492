//! A transcript in JSON lines, read a line at a time: somebody else's messages and calls, or the program's own events.

use std::io::{self, BufRead, Read};

use serde_json::Value;

use super::Placed;
use super::event::clipped;
use super::line::{self, Told};
use crate::analyze::LeftOut;
use crate::heist::EventKind;

/// Bytes of a line at the most.
pub(in crate::analyze) const LINE: usize = 16 << 20;

/// Lines of a file at the most: some thousand heists.
const LINES: usize = 1 << 20;

/// Bytes of a file at the most.
const FILE: u64 = 1 << 30;

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
const PASSED_OVER: [&str; 14] = [
    "service.changed",
    "turn.started",
    "plan.changed",
    "heist.played",
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

/// Why the lines cannot be read.
#[derive(Debug)]
pub(in crate::analyze) enum Wrong {
    /// The input.
    Input(io::Error),
    /// A line, by its number, and what is wrong with it.
    Line(usize, String),
}

impl From<io::Error> for Wrong {
    fn from(error: io::Error) -> Self {
        Self::Input(error)
    }
}

/// Reads the lines up to the verdict, if there is one.
///
/// # Errors
/// If the input cannot be read, or one of its lines.
pub(in crate::analyze) fn read(mut input: impl BufRead, left_out: &mut LeftOut) -> Result<Placed, Wrong> {
    let mut events = Vec::new();
    let (mut text, mut bytes) = (Vec::new(), 0);
    // A line that ends too soon: it may be the last one.
    let mut cut = None;
    for number in 1.. {
        let wrong = |why: String| Wrong::Line(number, why);
        text.clear();
        // One byte more than may be, to see that it is too much.
        let read = input.by_ref().take(LINE as u64 + 1).read_until(b'\n', &mut text)?;
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
        let Some(told) = understand(value, number, left_out).map_err(wrong)? else {
            others(input, number, left_out)?;
            break;
        };
        events.extend(told.into_iter().map(|event| (number, clipped(event, number, left_out))));
    }
    match cut {
        Some(Wrong::Line(line, _)) if !events.is_empty() => {
            left_out.line(line, "it is cut off, and left out");
        }
        Some(error) => return Err(error),
        None => {}
    }
    Ok(events)
}

/// Says so if more heists follow after the verdict, which is in this line.
fn others(mut input: impl BufRead, verdict: usize, left_out: &mut LeftOut) -> io::Result<()> {
    let mut text = Vec::new();
    for number in verdict + 1..=LINES {
        text.clear();
        if input.by_ref().take(LINE as u64).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        // Most lines need not be taken apart for this.
        let begins = memchr::memmem::find(&text, b"\"session.started\"").is_some()
            && serde_json::from_slice::<Value>(&text).is_ok_and(|value| value["kind"] == "session.started");
        if begins {
            left_out.line(number, "another heist begins, and is left out: one of a file is weighed");
        }
    }
    Ok(())
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
