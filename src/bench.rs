//! `bench`: many headless heists, to see how well moles hide and how well the detector finds them.

mod file;
mod games;
mod inspect;
mod kept;
mod merge;
mod outcome;
mod play;
mod report;
mod result;
mod servers;
mod talk;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::cli::{Bench, Docker, OfBench};
use crate::play::PlayError;
use crate::rehearsal::RehearsalError;
use crate::text;
use games::Games;
pub use games::{NoShard, Shard};
use kept::is_stdout;
pub use outcome::Outcome;
use outcome::{outcome, table};
pub use report::{NoReport, ReportFile};

#[cfg(test)]
pub(crate) use talk::is_heard;

/// Why the games were not played.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A game could not be begun or broke.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// A game was cut off.
    #[error("the game with seed {seed} was cut off: {reason}")]
    CutOff {
        /// The game.
        seed: u64,
        /// Why.
        reason: String,
    },
    /// The tools of a game could not be made.
    #[error(transparent)]
    Rehearsal(#[from] RehearsalError),
    /// A file of games cannot be read or written.
    #[error("cannot use {file}: {source}; name a file that can be written with -o, and that is there to merge or to report on", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A line of a file of games is not as it should be.
    #[error("{file}, line {line}: {why}", file = file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line; counts from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Another bench is writing to a file.
    #[error("another bench is playing into {file}: wait for its end, or name another file", file = file.display())]
    Busy {
        /// The file.
        file: PathBuf,
    },
    /// A bench that was cut off has left its games where this one would write.
    #[error(
        "{file} has games of another bench, which was cut off: it had other options, another shard or another version of this \
        program. Remove the file, or name another", file = file.display()
    )]
    Others {
        /// The file.
        file: PathBuf,
    },
    /// A bench does not go on with the model that it has begun with.
    #[error(
        "the games that are there were played by {before}, and now {now} would play: have it as it was, or name another file"
    )]
    OtherSpeaker {
        /// Who has played so far.
        before: String,
        /// Who would play now.
        now: String,
    },
    /// The files have nothing, or more than there can be.
    #[error("there are no games of a bench in these files")]
    NoGames,
    /// The files to merge are not all.
    #[error("{there} of {count} games are there, and {missing} is not: give the files of all shards")]
    Gap {
        /// The first game that is missing.
        missing: String,
        /// How many there are.
        there: u64,
        /// How many there should be.
        count: u64,
    },
    /// There is no place for the games' databases.
    #[error("cannot make a folder for the games: {0}; TMPDIR says where")]
    Folder(io::Error),
    /// Two servers do not play the same.
    #[error("{url} would play with {model}, and another server with {other}: name one with --model")]
    OtherModel {
        /// The server.
        url: String,
        /// Its model.
        model: String,
        /// The first server's.
        other: String,
    },
    /// A line cannot be made.
    #[error("cannot write a game as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

impl BenchError {
    /// The code that the program ends with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Play(error) => error.exit_code(),
            Self::Line { .. }
            | Self::Others { .. }
            | Self::OtherSpeaker { .. }
            | Self::Gap { .. }
            | Self::NoGames
            | Self::OtherModel { .. } => 2,
            _ => 3,
        }
    }
}

/// Plays the games and writes what came of them, or puts together or reports on what was played elsewhere.
///
/// # Errors
/// If a game cannot be played to its end, a file not be used, or the output not be written.
pub async fn bench(options: &Bench, docker: &Docker, mut out: impl Write) -> Result<(), BenchError> {
    match &options.command {
        Some(OfBench::Report { files, output }) => return report::report(files, output.as_ref(), out),
        Some(OfBench::Merge { files, output, results, json }) => {
            return merge(files, output.as_deref(), results.as_deref(), *json, out);
        }
        None => {}
    }
    let began = Instant::now();
    let (games, played) = play::play(options, docker).await?;
    let took = (played > 0).then(|| (played, began.elapsed()));
    // Its lines are the output.
    if options.results.as_deref().is_some_and(is_stdout) {
        return Ok(());
    }
    write(&outcome(&games, took), options.json, &mut out)
}

/// Puts together what was played elsewhere, writes it as the files of one bench, and tells what came of it.
///
/// # Errors
/// If the files are not those of one whole bench, or cannot be used, or the output not be written.
pub fn merge(
    files: &[PathBuf],
    events: Option<&Path>,
    results: Option<&Path>,
    json: bool,
    mut out: impl Write,
) -> Result<(), BenchError> {
    let games = merge::merge(files, events, results)?;
    // The lines are the output then.
    if [events, results].into_iter().flatten().any(is_stdout) {
        return Ok(());
    }
    write(&outcome(&games, None), json, &mut out)
}

fn write(outcome: &Outcome, json: bool, out: &mut impl Write) -> Result<(), BenchError> {
    let text = if json { text::json(outcome)? } else { table(outcome) };
    writeln!(out, "{}", text.trim_end())?;
    Ok(out.flush()?)
}

/// How many games a bench plays of which so many have a mole; with `twice` some are played once more without.
pub(crate) fn count(games: u64, twice: bool) -> u64 {
    Games::new(0, games, twice).count()
}

/// How many processors there are to play with.
fn processors() -> u8 {
    std::thread::available_parallelism().map_or(1, |count| u8::try_from(count.get()).unwrap_or(u8::MAX))
}
