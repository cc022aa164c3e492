//! `fit`: the detector's parameters from recorded heists, and from the file that they were written to.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Fit;
use crate::file::{self, FileError};
use crate::heist::{Event, EventKind};
use crate::suspicion::Parameters;
use crate::suspicion::fit::{Heists, fitted, samples};

/// Bytes of a line at most.
const LINE: usize = 16 << 20;

/// Heists with a seed from here on are measured and not fitted.
const HELD_OUT: u64 = 100_000;

/// Why nothing was fitted.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A file cannot be read.
    #[error("cannot read {file}: {source}", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A line is no event.
    #[error("{file}, line {line}: {why}; `bench -o` and `export --format json` write what can be fitted", file = file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// There is nothing to fit.
    #[error("no heist in these files has come to its verdict")]
    Nothing,
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

/// The parameters in a file, or else those in the program.
///
/// # Errors
/// If the file cannot be read, or something else stands in it.
pub fn parameters(file: Option<&Path>) -> Result<Arc<Parameters>, FileError> {
    match file {
        None => Ok(Parameters::built_in()),
        Some(path) => Ok(Arc::new(file::read("detector file", path, Parameters::read)?)),
    }
}

/// Reads the files, fits, and tells what came of it.
///
/// # Errors
/// If a file cannot be read or has no heist, or the output cannot be written.
pub fn fit(options: &Fit, mut out: impl Write) -> Result<(), FitError> {
    let (mut to_fit, mut to_measure) = (Heists::default(), Heists::default());
    for file in &options.files {
        read(file, &mut |events| take(events, &mut to_fit, &mut to_measure))?;
    }
    if to_fit.count == 0 {
        return Err(FitError::Nothing);
    }
    let (parameters, report) = fitted(&to_fit, &to_measure);
    write!(out, "{report}")?;
    match &options.output {
        Some(file) => std::fs::write(file, parameters)?,
        None => write!(out, "\n{parameters}")?,
    }
    Ok(out.flush()?)
}

/// Gives each heist of a file, as its events.
fn read(file: &Path, heist: &mut impl FnMut(&[EventKind])) -> Result<(), FitError> {
    let fail = |source| FitError::File { file: file.to_owned(), source };
    let mut input = BufReader::new(File::open(file).map_err(fail)?);
    let (mut line, mut events, mut session) = (Vec::new(), Vec::new(), None);
    for number in 1.. {
        line.clear();
        let read = input.by_ref().take(LINE as u64 + 1).read_until(b'\n', &mut line).map_err(fail)?;
        let wrong = |why: String| FitError::Line { file: file.to_owned(), line: number, why };
        if read > LINE {
            return Err(wrong(format!("it is longer than {LINE} bytes")));
        }
        if read == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let event: Event = serde_json::from_slice(&line).map_err(|error| wrong(error.to_string()))?;
        if session.as_ref() != Some(&event.session) {
            heist(&std::mem::take(&mut events));
            session = Some(event.session.clone());
        }
        events.push(event.kind);
    }
    heist(&events);
    Ok(())
}

/// Takes a heist apart, for one or the other.
fn take(events: &[EventKind], to_fit: &mut Heists, to_measure: &mut Heists) {
    let seed = events.iter().find_map(|event| match event {
        EventKind::SessionStarted(started) => Some(started.seed),
        _ => None,
    });
    let into = if seed.is_some_and(|seed| seed >= HELD_OUT) { to_measure } else { to_fit };
    let by_moves = samples(events, false);
    into.count += usize::from(!by_moves.is_empty());
    into.by_moves.extend(by_moves);
    into.by_words.extend(samples(events, true));
}
