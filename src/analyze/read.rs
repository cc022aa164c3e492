//! Reads a transcript in whichever form it has, and says in a word what of it is not weighed.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::archive::{Archive, MAGIC};
use super::encoding::utf8;
use super::formats::lines::{self, LINE, Wrong};
use super::formats::{Format, Placed, inspect};
use super::{AnalyzeError, LeftOut, STDIN};
use crate::heist::{AgentName, EventKind};

/// Bytes of a document at the most: it is taken in whole.
pub(super) const DOCUMENT: usize = 64 << 20;

/// Values in a document at the most: each takes many times the room of its characters.
const VALUES: usize = 4 << 20;

/// Agents of a transcript at the most.
const AGENTS: usize = 100;

/// A transcript of a file.
pub(super) struct Part {
    /// The file, and the sample of it if it is a log of several.
    pub(super) name: PathBuf,
    /// What it tells, up to the verdict.
    pub(super) transcript: Transcript,
    /// What of it is not weighed.
    pub(super) left_out: LeftOut,
}

/// What a transcript tells, up to the verdict.
pub(super) struct Transcript {
    /// The form that it was read in.
    pub(super) format: Format,
    pub(super) events: Vec<EventKind>,
    /// Those who are weighed.
    pub(super) crew: Vec<AgentName>,
}

/// The transcripts of a file, one after the other.
pub(super) type Parts = Box<dyn Iterator<Item = Result<Part, AnalyzeError>>>;

/// Reads the file, or standard input: one transcript, or each sample of a log.
pub(super) fn read(file: &Path, format: Format) -> Result<Parts, AnalyzeError> {
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    if matches!(format, Format::Auto | Format::Inspect) && file.as_os_str() != STDIN {
        let mut archive = File::open(file).map_err(fail)?;
        if begins(&mut archive, MAGIC).map_err(fail)? {
            return archived(file, BufReader::new(archive));
        }
    }
    let input: Box<dyn Read> =
        if file.as_os_str() == STDIN { Box::new(io::stdin()) } else { Box::new(File::open(file).map_err(fail)?) };
    let input = utf8(BufReader::new(input)).map_err(fail)?;
    let mut left_out = LeftOut::default();
    match format {
        Format::Auto => guessed(file, input, left_out),
        Format::Lines => {
            let events = in_lines(file, input, &mut left_out)?;
            Ok(only(file, format, events, left_out))
        }
        _ => {
            let bytes = whole(file, input)?;
            if bytes.starts_with(MAGIC) {
                return archived(file, Cursor::new(bytes));
            }
            let document = serde_json::from_slice(&bytes).map_err(|error| not_json(file, format, &bytes, &error))?;
            of_document(file, format, document, left_out)
        }
    }
}

/// Whether the file begins so; it is read from its beginning all the same.
fn begins(file: &mut File, with: &[u8]) -> io::Result<bool> {
    let mut head = Vec::new();
    file.by_ref().take(with.len() as u64).read_to_end(&mut head)?;
    // What has no beginning to go back to is no archive.
    Ok(head == with && file.rewind().is_ok())
}

/// The one transcript of a file.
fn only(file: &Path, format: Format, events: Placed, left_out: LeftOut) -> Parts {
    Box::new(std::iter::once(Ok(part(file.to_owned(), format, events, left_out))))
}

fn part(name: PathBuf, format: Format, events: Placed, mut left_out: LeftOut) -> Part {
    let crew = crew(&events, &mut left_out);
    let events = events.into_iter().map(|(_, event)| event).collect();
    Part { name, transcript: Transcript { format, events, crew }, left_out }
}

/// The samples of an archive.
fn archived(file: &Path, input: impl Read + Seek + 'static) -> Result<Parts, AnalyzeError> {
    let wrong = |file: &Path, why| AnalyzeError::Document { file: file.to_owned(), format: Format::Inspect, why };
    let archive = Archive::open(input).map_err(|why| wrong(file, why))?;
    let file = file.to_owned();
    Ok(Box::new(archive.map(move |read| match read {
        Ok(sample) => Ok(of_sample(&file, sample)),
        Err(why) => Err(wrong(&file, why)),
    })))
}

/// A sample of a log: a transcript of its own, by its own name.
fn of_sample(file: &Path, mut sample: Value) -> Part {
    let mut name = file.as_os_str().to_owned();
    name.push(inspect::name_of(&sample));
    let (name, mut left_out) = (PathBuf::from(name), LeftOut::default());
    let events = inspect::events(&mut sample, &mut left_out);
    part(name, Format::Inspect, events, left_out)
}

/// Reads a transcript in the form that it looks like: a document, if its first line is one or begins one, else lines.
fn guessed(file: &Path, mut input: impl BufRead, mut left_out: LeftOut) -> Result<Parts, AnalyzeError> {
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
        Err(error) => error.is_eof() || head.starts_with(MAGIC),
    };
    let input = Cursor::new(head).chain(input);
    if !begins {
        let events = in_lines(file, input, &mut left_out)?;
        return Ok(only(file, Format::Lines, events, left_out));
    }
    let bytes = whole(file, input)?;
    if bytes.starts_with(MAGIC) {
        return archived(file, Cursor::new(bytes));
    }
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(document) if let Some(format) = Format::of(&document) => of_document(file, format, document, left_out),
        // Of what begins as a document and goes on as something else the lines tell what is wrong.
        _ => {
            let events = in_lines(file, Cursor::new(bytes), &mut left_out)?;
            Ok(only(file, Format::Lines, events, left_out))
        }
    }
}

fn in_lines(file: &Path, input: impl BufRead, left_out: &mut LeftOut) -> Result<Placed, AnalyzeError> {
    lines::read(input, left_out).map_err(|wrong| match wrong {
        Wrong::Input(source) => AnalyzeError::File { file: file.to_owned(), source },
        Wrong::Line(line, why) => AnalyzeError::Line { file: file.to_owned(), line, why },
    })
}

/// A document of this form.
fn of_document(file: &Path, format: Format, document: Value, mut left_out: LeftOut) -> Result<Parts, AnalyzeError> {
    let wrong = |why| AnalyzeError::Document { file: file.to_owned(), format, why };
    if format == Format::Inspect {
        let samples = inspect::samples(document).map_err(wrong)?;
        let file = file.to_owned();
        return Ok(Box::new(samples.into_iter().map(move |sample| Ok(of_sample(&file, sample)))));
    }
    let events = format.events(&document, &mut left_out).map_err(wrong)?;
    Ok(only(file, format, events, left_out))
}

/// Why a document is more than is taken in, if it is.
pub(super) fn too_large(bytes: &[u8]) -> Option<String> {
    if bytes.len() > DOCUMENT {
        return Some(format!("it is longer than {} MB, the most for one", DOCUMENT >> 20));
    }
    // What a value begins with or is parted by; in texts too, of which none has so many.
    let values = memchr::memchr3_iter(b',', b'[', b'{', bytes).count();
    (values > VALUES).then(|| format!("it has about {values} values, and {VALUES} are the most"))
}

/// All of a document.
fn whole(file: &Path, input: impl Read) -> Result<Vec<u8>, AnalyzeError> {
    let mut bytes = Vec::new();
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    // One byte more than may be, to see that it is too much.
    input.take(DOCUMENT as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
    if let Some(why) = too_large(&bytes) {
        return Err(AnalyzeError::Large { file: file.to_owned(), why });
    }
    Ok(bytes)
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
