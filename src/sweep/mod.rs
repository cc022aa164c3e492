//! `sweep`: many heists on many machines, played by engines that people already have: Docker Swarm, Slurm, Kubernetes.
//!
//! Each task is a `bench` that plays one shard and prints a line for each game. What a sweep is called follows from what
//! decides its results, so that the same command finds what it has begun before.

mod gather;
mod kubernetes;
mod progress;
mod slurm;
mod swarm;
mod terms;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::bench::{self, BenchError};
use crate::cli::Sweep;
use crate::file::FileError;
use crate::fleet::FleetError;
use crate::interrupt::INTERRUPTED;
use crate::play::PlayError;
use gather::Gathered;
use terms::Plan;

/// What a container of the tools' image runs to be a `bench`.
const COMMAND: [&str; 3] = ["/heist-tools", "heist-tui", "bench"];

/// Why there are no results.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// What is to be played cannot be.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// A file that tasks need cannot be used.
    #[error(transparent)]
    Carried(#[from] FileError),
    /// The engine refuses or is not there.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The results cannot be put together.
    #[error("{source}\nThe results are in {place}: what is wrong there has to be removed, and the same command plays it again", place = place.display())]
    Bench {
        /// Why; in a box, since it is large.
        source: Box<BenchError>,
        /// Where they are.
        place: PathBuf,
    },
    /// Tasks do not play the same.
    #[error(
        "some tasks play with {first}, and others with {other}: name one model with --model, and an image of this version with \
        --image, and remove {file} to begin again", file = file.display()
    )]
    Others {
        /// What has played first.
        first: String,
        /// What has played too.
        other: String,
        /// The results.
        file: PathBuf,
    },
    /// The engine is no Swarm manager.
    #[error("{0}")]
    NoSwarm(String),
    /// The program cannot be put into an image.
    #[error("this program cannot be put into an image ({0}): make one of it elsewhere and name it with --image")]
    NoImage(String),
    /// No node can play.
    #[error("no node of the Swarm can play: {0}")]
    NoNode(String),
    /// A task fails again and again.
    #[error("task {task} has failed {times} times, the last time on {last}\n{kept}")]
    Fails {
        /// The task.
        task: u64,
        /// How often.
        times: usize,
        /// Where, and how.
        last: String,
        /// What is kept.
        kept: String,
    },
    /// Results do not come.
    #[error("the results of {count} tasks are lost time and again\n{kept}")]
    Lost {
        /// Of how many tasks.
        count: usize,
        /// What is kept.
        kept: String,
    },
    /// Stopped by the system's wish.
    #[error("{0}")]
    Stopped(String),
    /// Slurm refuses or is not there.
    #[error("{0}")]
    Slurm(String),
    /// There is a file already.
    #[error("{file} is there already: `heist-tui bench merge` tells what stands in it; name another file with -o", file = file.display())]
    IsThere {
        /// The file.
        file: PathBuf,
    },
    /// Another process gathers the same.
    #[error("another heist-tui is gathering the same results, into {file}: wait for it or end it", file = file.display())]
    Twice {
        /// The file.
        file: PathBuf,
    },
    /// Something else stands in the file of gathered results.
    #[error("{file}, line {line}: it is no result of this sweep; remove the file to begin again", file = file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line; counts from 1.
        line: u64,
    },
    /// A file cannot be read or written.
    #[error("cannot use {file}: {source}; name a place that can be written with -o", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

impl SweepError {
    /// Why results that are in this place were not put together.
    fn unmerged(error: BenchError, place: PathBuf) -> Self {
        match error {
            BenchError::Output(error) => Self::Output(error),
            BenchError::File { file, source } => Self::File { file, source },
            error => Self::Bench { source: Box::new(error), place },
        }
    }

    /// The code that the program ends with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Play(error) => error.exit_code(),
            Self::Bench { source, .. } => source.exit_code(),
            Self::Carried(_) | Self::Others { .. } | Self::IsThere { .. } | Self::Line { .. } => 2,
            Self::Fails { .. } | Self::Lost { .. } => 4,
            Self::Stopped(_) => INTERRUPTED,
            _ => 3,
        }
    }
}

/// Plays what the options ask for on the engine that they name, and writes what came of it.
///
/// # Errors
/// If the engine is not there or refuses, tasks fail again and again, or a file or the output cannot be written.
pub async fn sweep(options: &Sweep, out: impl Write) -> Result<(), SweepError> {
    let plan = Plan::of(options)?;
    if options.engine.kubernetes {
        return kubernetes::print(&plan, options, out);
    }
    if options.engine.slurm {
        return slurm::sweep(&plan, options, out).await;
    }
    swarm::sweep(&plan, options, out).await
}

/// Where the results go.
fn output_of(options: &Sweep) -> PathBuf {
    options.output.clone().unwrap_or_default()
}

/// Puts the results that are there together, as `bench merge` does, into the file that they are for.
fn finish(gathered: Gathered, output: &Path, json: bool, out: impl Write) -> Result<(), SweepError> {
    let place = gathered.path().to_owned();
    let merged = bench::merge(std::slice::from_ref(&place), None, Some(output), json, out);
    merged.map_err(|error| SweepError::unmerged(error, place))?;
    gathered.remove()
}
