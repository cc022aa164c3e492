//! Reads a transcript in whichever form it has, and says in a word what of it is not weighed.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use serde_json::Value;

use super::encoding::utf8;
use super::formats::lines::{self, LINE, Wrong};
use super::formats::{Format, Placed};
use super::{AnalyzeError, LeftOut, STDIN};
use crate::heist::{AgentName, EventKind};

/// Bytes of a document at the most: it is taken in whole.
const DOCUMENT: usize = 64 << 20;

/// Agents of a transcript at the most.
const AGENTS: usize = 100;

/// What Inspect's logs begin with that are no JSON.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// What a transcript tells, up to the verdict.
pub(super) struct Transcript {
    /// The form that it was read in.
    pub(super) format: Format,
    pub(super) events: Vec<EventKind>,
    /// Those who are weighed.
    pub(super) crew: Vec<AgentName>,
}

/// Reads the file, or standard input.
pub(super) fn read(file: &Path, format: Format, left_out: &mut LeftOut) -> Result<Transcript, AnalyzeError> {
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    let input: Box<dyn Read> =
        if file.as_os_str() == STDIN { Box::new(io::stdin()) } else { Box::new(File::open(file).map_err(fail)?) };
    let input = utf8(BufReader::new(input)).map_err(fail)?;
    let (format, events) = match format {
        Format::Auto => guessed(file, input, left_out)?,
        Format::Lines => (format, in_lines(file, input, left_out)?),
        _ => {
            let bytes = whole(file, input)?;
            let document = serde_json::from_slice(&bytes).map_err(|error| not_json(file, format, &bytes, &error))?;
            (format, of_document(file, format, &document, left_out)?)
        }
    };
    let crew = crew(&events, left_out);
    Ok(Transcript { format, events: events.into_iter().map(|(_, event)| event).collect(), crew })
}

/// Reads a transcript in the form that it looks like: a document, if its first line is one or begins one, else lines.
fn guessed(file: &Path, mut input: impl BufRead, left_out: &mut LeftOut) -> Result<(Format, Placed), AnalyzeError> {
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    let mut head = Vec::new();
    while head.trim_ascii().is_empty() {
        let room = (LINE + 1).saturating_sub(head.len()) as u64;
        if input.by_ref().take(room).read_until(b'\n', &mut head).map_err(fail)? == 0 {
            break;
        }
    }
    let first = serde_json::from_slice::<Value>(&head);
    let begins = match &first {
        Ok(value) => Format::of(value).is_some(),
        Err(error) => error.is_eof() || head.starts_with(ARCHIVE),
    };
    let input = Cursor::new(head).chain(input);
    if !begins {
        return Ok((Format::Lines, in_lines(file, input, left_out)?));
    }
    let bytes = whole(file, input)?;
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(document) if let Some(format) = Format::of(&document) => {
            Ok((format, of_document(file, format, &document, left_out)?))
        }
        // Of what begins as a document and goes on as something else the lines tell what is wrong.
        _ => Ok((Format::Lines, in_lines(file, Cursor::new(bytes), left_out)?)),
    }
}

fn in_lines(file: &Path, input: impl BufRead, left_out: &mut LeftOut) -> Result<Placed, AnalyzeError> {
    lines::read(input, left_out).map_err(|wrong| match wrong {
        Wrong::Input(source) => AnalyzeError::File { file: file.to_owned(), source },
        Wrong::Line(line, why) => AnalyzeError::Line { file: file.to_owned(), line, why },
    })
}

fn of_document(file: &Path, format: Format, document: &Value, left_out: &mut LeftOut) -> Result<Placed, AnalyzeError> {
    let wrong = |why| AnalyzeError::Document { file: file.to_owned(), format, why };
    format.events(document, left_out).map_err(wrong)
}

/// All of a document.
fn whole(file: &Path, input: impl Read) -> Result<Vec<u8>, AnalyzeError> {
    let mut bytes = Vec::new();
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    // One byte more than may be, to see that it is too much.
    input.take(DOCUMENT as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
    let why = match () {
        () if bytes.len() > DOCUMENT => format!("it is longer than {} MB, the most for a document", DOCUMENT >> 20),
        () if bytes.starts_with(ARCHIVE) => {
            "it is an archive: `inspect log dump` prints an Inspect log as JSON".to_owned()
        }
        () => return Ok(bytes),
    };
    Err(AnalyzeError::Large { file: file.to_owned(), why })
}

fn not_json(file: &Path, format: Format, bytes: &[u8], error: &serde_json::Error) -> AnalyzeError {
    let why = match std::str::from_utf8(bytes) {
        Err(_) => "it is not UTF-8: save the file as UTF-8 text".to_owned(),
        Ok(_) => format!("it is not JSON ({error})"),
    };
    AnalyzeError::Document { file: file.to_owned(), format, why }
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
