//! The files of a bench. One has the events of its games, one game after the other, of which the first says beside its own
//! fields which game of which bench it is; the other has a line for each game that tells what came of it. Both can be put
//! together from shards, and are read by the same reader.

use std::collections::BTreeSet;
use std::io::{BufRead, Read as _};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::BenchError;
use super::games::{Games, Numbered};
use super::result::{GameResult, Watched};
use crate::crew::MoleChoice;
use crate::heist::{Event, EventKind, Strategy, Timestamp};

/// Bytes of a line at the most.
const LINE: usize = 16 << 20;

/// What a line of a file of results begins with, and no event does.
const RESULT: &[u8] = br#"{"number":"#;

/// What a whole bench is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// The program's version.
    pub version: String,
    /// All its games.
    #[serde(flatten)]
    pub(super) games: Games,
    /// Who is the mole.
    pub mole: MoleChoice,
    /// How it sabotages, if that is not drawn.
    pub strategy: Option<Strategy>,
    /// The model that plays the mole, if it is another than the crew's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mole_model: Option<String>,
    /// The model that judges, if it is another than the crew's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge_model: Option<String>,
    /// A digest of all else that was asked for: rounds, bank, crew, difficulty, models, the detector's parameters.
    pub terms: String,
}

/// Which game of which bench it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Place {
    number: u64,
    #[serde(flatten)]
    whole: Whole,
}

/// A line of the file of events.
#[derive(Serialize, Deserialize)]
struct EventLine {
    #[serde(flatten)]
    event: Event,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bench: Option<Place>,
}

/// A line of the file of results.
#[derive(Serialize, Deserialize)]
struct ResultLine<W, R> {
    number: u64,
    bench: W,
    game: R,
}

/// What a file has of each game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Events,
    Results,
    /// A sample of a log for Inspect.
    Sample,
}

/// The line that tells what came of a game.
pub(super) fn result(whole: &Whole, number: u64, game: &GameResult) -> Result<String, serde_json::Error> {
    let mut line = serde_json::to_string(&ResultLine { number, bench: whole, game })?;
    line.push('\n');
    Ok(line)
}

/// The lines of a game's events. What the detector finds is left out but for the last of each round: it follows from the
/// others.
pub(super) fn events(
    whole: &Whole,
    game: Numbered,
    events: Vec<(Timestamp, EventKind)>,
) -> Result<String, serde_json::Error> {
    let is_weighed = |(_, kind): &(Timestamp, EventKind)| matches!(kind, EventKind::SuspicionChanged(_));
    let mut last = BTreeSet::new();
    let ends = |(_, kind): &(Timestamp, EventKind)| matches!(kind, EventKind::RoundStarted { .. });
    let mut before = None;
    for (at, event) in events.iter().enumerate() {
        if is_weighed(event) {
            before = Some(at);
        } else if ends(event) {
            last.extend(before.take());
        }
    }
    last.extend(before);
    let told = events.into_iter().enumerate().filter(|(at, event)| !is_weighed(event) || last.contains(at));
    let session: Arc<str> = game.name().into();
    let mut place = Some(Place { number: game.number, whole: whole.clone() });
    let mut lines = String::new();
    for (seq, (_, (at, kind))) in (1..).zip(told) {
        let line = EventLine { event: Event { seq, at, session: Arc::clone(&session), kind }, bench: place.take() };
        lines += &serde_json::to_string(&line)?;
        lines.push('\n');
    }
    Ok(lines)
}

/// A game as it stands in a file.
#[derive(Debug)]
pub(super) struct Recorded {
    pub number: u64,
    pub whole: Whole,
    pub game: GameResult,
    pub form: Form,
    /// Where in the file it stands.
    pub bytes: Range<u64>,
    /// Its first line, from 1.
    pub line: u64,
    /// Whether its last line has an end.
    pub ended: bool,
}

/// The games of a file, one after the other.
pub(super) struct Reader<R> {
    input: R,
    file: PathBuf,
    line: u64,
    at: u64,
    text: Vec<u8>,
}

impl<R: BufRead> Reader<R> {
    /// Reads a file of this name.
    pub fn new(input: R, file: PathBuf) -> Self {
        Self { input, file, line: 0, at: 0, text: Vec::new() }
    }

    /// The next game; none at the end.
    ///
    /// # Errors
    /// If the file cannot be read, has something else, or ends before its last game does.
    pub fn next(&mut self) -> Result<Option<Recorded>, BenchError> {
        let from = self.at;
        if self.read()? == 0 {
            return Ok(None);
        }
        let line = self.line;
        if self.text.starts_with(RESULT) {
            let ResultLine { number, bench, game } = self.parsed()?;
            let (form, bytes, ended) = (Form::Results, from..self.at, self.has_end());
            return Ok(Some(Recorded { number, whole: bench, game, form, bytes, line, ended }));
        }
        let EventLine { event, bench } = self.parsed()?;
        let Some(Place { number, whole }) = bench else {
            return Err(self.wrong("it is of a game whose first event is missing"));
        };
        let mut watched = Watched::default();
        watched.take(&event.kind);
        loop {
            if self.read()? == 0 {
                return Err(self.wrong("the file ends before its last game does: play that shard again"));
            }
            let EventLine { event, bench } = self.parsed()?;
            if bench.is_some() {
                return Err(self.wrong("a game begins before the one before has ended"));
            }
            watched.take(&event.kind);
            if matches!(event.kind, EventKind::SessionCompleted(_)) {
                let game = watched.done();
                let (form, bytes, ended) = (Form::Events, from..self.at, self.has_end());
                return Ok(Some(Recorded { number, whole, game, form, bytes, line, ended }));
            }
        }
    }

    /// Whether the line that was read last has an end.
    fn has_end(&self) -> bool {
        self.text.ends_with(b"\n")
    }

    /// What is wrong with the line that was read last.
    pub fn wrong(&self, why: impl Into<String>) -> BenchError {
        BenchError::Line { file: self.file.clone(), line: self.line, why: why.into() }
    }

    /// Reads a line, and tells its length.
    fn read(&mut self) -> Result<usize, BenchError> {
        self.text.clear();
        self.line += 1;
        // One byte more than may be, to see that it is too much.
        let mut input = self.input.by_ref().take(LINE as u64 + 1);
        let read = input.read_until(b'\n', &mut self.text);
        let read = read.map_err(|source| BenchError::File { file: self.file.clone(), source })?;
        if read > LINE {
            return Err(self.wrong(format!("it is longer than {LINE} bytes")));
        }
        self.at += read as u64;
        Ok(read)
    }

    fn parsed<'a, T: Deserialize<'a>>(&'a self) -> Result<T, BenchError> {
        serde_json::from_slice(&self.text).map_err(|error| self.wrong(format!("it is of no bench ({error})")))
    }
}
