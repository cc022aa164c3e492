//! What a bench keeps while it plays: its files are written beside their names and get these when all games are in them, and
//! a bench that was cut off goes on where they end.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::file::{Form, Reader, Recorded, Whole};
use super::games::Numbered;
use super::outcome::figures;
use super::result::GameResult;
use super::{BenchError, inspect};
use crate::records::inspect::Packed;

/// What a game adds to the files that want it.
#[derive(Default)]
pub(super) struct Lines {
    pub events: Option<String>,
    pub result: Option<String>,
    pub sample: Option<Packed>,
}

/// The files of a bench.
#[derive(Default)]
pub(super) struct Kept {
    outputs: Vec<Output>,
}

/// One of them.
struct Output {
    form: Form,
    into: Into,
}

enum Into {
    /// The program's output.
    Stdout,
    /// What is no file of its own, such as a pipe.
    Stream { name: PathBuf, stream: BufWriter<File> },
    /// A log for Inspect, which cannot be gone on with.
    Log { name: PathBuf, log: Box<inspect::Log> },
    /// A file, which has another name until it is whole.
    Part { name: PathBuf, part: PathBuf, file: BufWriter<File> },
}

impl Kept {
    /// Opens the files for these games, and gives what came of the first of them that the files have already: all of them if
    /// the bench was played to its end before.
    ///
    /// # Errors
    /// If a file cannot be used, or another bench is writing it.
    pub fn open(
        files: &[(Form, &Path)],
        whole: &Whole,
        games: &[Numbered],
    ) -> Result<(Self, Vec<GameResult>), BenchError> {
        if let Some(there) = played(files, whole, games) {
            return Ok((Self::default(), there));
        }
        let (mut outputs, mut found) = (Vec::new(), Vec::new());
        for (form, name) in files {
            let form = *form;
            if is_stdout(name) {
                outputs.push(Output { form, into: Into::Stdout });
                continue;
            }
            let fail = |source| BenchError::File { file: name.to_path_buf(), source };
            if form == Form::Sample {
                let log = Box::new(inspect::Log::create(name).map_err(fail)?);
                outputs.push(Output { form, into: Into::Log { name: name.to_path_buf(), log } });
                continue;
            }
            if fs::metadata(name).is_ok_and(|known| !known.is_file()) {
                let stream = BufWriter::new(File::create(name).map_err(fail)?);
                outputs.push(Output { form, into: Into::Stream { name: name.to_path_buf(), stream } });
                continue;
            }
            let part = part_of(name);
            let file =
                OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&part).map_err(fail)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(BenchError::Busy { file: name.to_path_buf() }),
                Err(TryLockError::Error(source)) => return Err(fail(source)),
            }
            found.push((outputs.len(), known(&part, form, whole, games).map_err(fail)?));
            let into = Into::Part { name: name.to_path_buf(), part, file: BufWriter::new(file) };
            outputs.push(Output { form, into });
        }
        // What goes into a pipe or a log has to be played.
        let must_play = outputs.len() > found.len();
        let keep = if must_play { 0 } else { found.iter().map(|(_, games)| games.len()).min().unwrap_or(0) };
        for (at, games) in &found {
            if let Some(Output { into: Into::Part { name, file, .. }, .. }) = outputs.get_mut(*at) {
                let end = keep.checked_sub(1).and_then(|last| games.get(last)).map_or(0, |last| last.bytes.end);
                let cut = file.get_ref().set_len(end).and_then(|()| file.seek(SeekFrom::Start(end)));
                cut.map_err(|source| BenchError::File { file: name.clone(), source })?;
            }
        }
        let there = found.into_iter().next().map_or_else(Vec::new, |(_, games)| games);
        Ok((Self { outputs }, there.into_iter().take(keep).map(|recorded| recorded.game).collect()))
    }

    /// Whether the files want what came of a game, and its events.
    pub fn wants(&self, form: Form) -> bool {
        self.outputs.iter().any(|output| output.form == form)
    }

    /// Takes the next game.
    pub fn write(&mut self, mut lines: Lines) -> Result<(), BenchError> {
        for Output { form, into } in &mut self.outputs {
            let text = match form {
                Form::Results => lines.result.as_deref(),
                Form::Events | Form::Sample => lines.events.as_deref(),
            };
            let text = text.unwrap_or_default();
            // To be there whatever happens next.
            match into {
                Into::Log { name, log } => {
                    let added = lines.sample.take().map_or(Ok(()), |sample| log.add(sample));
                    added.map_err(|source| BenchError::File { file: name.clone(), source })?;
                }
                Into::Stdout => {
                    let mut out = io::stdout().lock();
                    out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
                }
                Into::Stream { name, stream: file } | Into::Part { name, file, .. } => {
                    let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
                    written.map_err(|source| BenchError::File { file: name.clone(), source })?;
                }
            }
        }
        Ok(())
    }

    /// Gives the files their names: all games are in them, and this is what came of them.
    pub fn finish(self, whole: &Whole, games: &[GameResult]) -> Result<(), BenchError> {
        for Output { into, .. } in self.outputs {
            let (name, finished) = match into {
                Into::Part { name, part, file } => {
                    let file = file.into_inner().map_err(io::IntoInnerError::into_error);
                    let finished = file.and_then(|file| file.sync_all()).and_then(|()| fs::rename(&part, &name));
                    (name, finished)
                }
                Into::Log { name, log } => (name, log.finish(whole, &figures(games, None))),
                Into::Stdout | Into::Stream { .. } => continue,
            };
            finished.map_err(|source| BenchError::File { file: name, source })?;
        }
        Ok(())
    }
}

/// What a file is called until it is whole.
pub(super) fn part_of(name: &Path) -> PathBuf {
    let mut part = name.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// Whether a file's name stands for the program's output.
pub(super) fn is_stdout(name: &Path) -> bool {
    name == OsStr::new("-")
}

/// What came of the games, if all files have all of them.
fn played(files: &[(Form, &Path)], whole: &Whole, games: &[Numbered]) -> Option<Vec<GameResult>> {
    let mut there = None;
    for (form, name) in files {
        let is_file = *form != Form::Sample && fs::metadata(name).is_ok_and(|known| known.is_file());
        let known = if is_file { known(name, *form, whole, games).ok()? } else { return None };
        if known.len() != games.len() {
            return None;
        }
        there.get_or_insert(known);
    }
    Some(there?.into_iter().map(|recorded| recorded.game).collect())
}

/// Those of the games, from the first on, that stand in a file: until something is cut off there, or of another bench.
fn known(file: &Path, form: Form, whole: &Whole, games: &[Numbered]) -> io::Result<Vec<Recorded>> {
    let mut reader = Reader::new(BufReader::new(File::open(file)?), file.to_owned());
    let mut known = Vec::new();
    for wanted in games {
        match reader.next() {
            Ok(Some(game)) if game.form == form && game.number == wanted.number && game.whole == *whole => {
                known.push(game);
            }
            _ => break,
        }
    }
    Ok(known)
}
