//! What a bench keeps while it plays: its files are written beside their names and get these when all games are in them, and
//! a bench that was cut off goes on where they end.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::file::{Form, Reader, Recorded, Whole};
use super::games::Numbered;
use super::outcome::figures;
use super::result::GameResult;
use super::{BenchError, inspect};
use crate::lock;
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
    /// If a file cannot be used, another bench is writing it, or one that was cut off has left its games there.
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
            if form == Form::Sample {
                let log = Box::new(inspect::Log::create(name)?);
                outputs.push(Output { form, into: Into::Log { name: name.to_path_buf(), log } });
                continue;
            }
            let fail = |source| BenchError::File { file: name.to_path_buf(), source };
            if fs::metadata(name).is_ok_and(|known| !known.is_file()) {
                let stream = BufWriter::new(File::create(name).map_err(fail)?);
                outputs.push(Output { form, into: Into::Stream { name: name.to_path_buf(), stream } });
                continue;
            }
            let part = part_of(name);
            let file =
                OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&part).map_err(fail)?;
            if !lock::is_free(&file).map_err(fail)? {
                return Err(BenchError::Busy { file: name.to_path_buf() });
            }
            let Known { games, is_others } = known(&part, form, whole, games, true).map_err(fail)?;
            if is_others {
                // It may have taken days.
                return Err(BenchError::Others { file: part });
            }
            found.push((outputs.len(), games));
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
        let known = if is_file { known(name, *form, whole, games, false).ok()?.games } else { return None };
        if known.len() != games.len() {
            return None;
        }
        there.get_or_insert(known);
    }
    Some(there?.into_iter().map(|recorded| recorded.game).collect())
}

/// What stands in a file.
struct Known {
    /// The games that are wanted, from the first on, until something is cut off.
    games: Vec<Recorded>,
    /// Whether a game comes then that is not wanted.
    is_others: bool,
}

/// Reads a file that has its name, or the part of one that has not got it yet (`is_part`).
fn known(file: &Path, form: Form, whole: &Whole, games: &[Numbered], is_part: bool) -> io::Result<Known> {
    let mut reader = Reader::new(BufReader::new(File::open(file)?), file.to_owned());
    let mut known = Known { games: Vec::new(), is_others: false };
    for wanted in games {
        match reader.next() {
            // A game without an end was cut off there, however whole it looks.
            Ok(Some(game)) if is_part && !game.ended => break,
            Ok(Some(game)) if game.form == form && game.number == wanted.number && game.whole == *whole => {
                known.games.push(game);
            }
            Ok(Some(_)) => {
                known.is_others = true;
                break;
            }
            _ => break,
        }
    }
    Ok(known)
}
