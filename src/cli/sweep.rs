//! The options of `sweep`.

use std::num::{NonZeroU8, NonZeroU32};
use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::Series;

/// Options of `sweep`.
#[derive(Debug, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Sweep {
    /// On what.
    #[command(flatten)]
    pub engine: OnEngine,
    /// The file for the results, a line for each game; needed but for --kubernetes
    #[arg(short, long, value_name = "FILE", required_unless_present = "kubernetes")]
    pub output: Option<PathBuf>,
    /// In how many tasks the games are played
    #[arg(long, value_name = "N", default_value = "64", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub tasks: u32,
    /// How many tasks run at a time [default: with --swarm what keeps the processors busy, else what the engine allows]
    #[arg(long, value_name = "M")]
    pub concurrency: Option<NonZeroU32>,
    /// How many games a task plays at a time, and processors it asks for
    #[arg(long, value_name = "J", default_value = "1")]
    pub jobs: NonZeroU8,
    /// How often a task that has failed, or whose results are lost, is tried again
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(..=4))]
    pub retries: u8,
    /// The image that the tasks run [default: with --swarm one that is made of this program]
    #[arg(long, value_name = "IMAGE", value_parser = NonEmptyStringValueParser::new())]
    pub image: Option<String>,
    /// Only show what would be handed to the engine
    #[arg(long)]
    pub print: bool,
    /// Do not wait for the results: the same command comes back to them later
    #[arg(long, conflicts_with_all = ["print", "kubernetes"])]
    pub detach: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Which games.
    #[command(flatten)]
    pub series: Series,
    /// The Docker engine's address [default: where Docker's own client looks]
    #[arg(long, value_name = "URL")]
    pub docker_host: Option<String>,
}

/// The engine that plays.
#[derive(Clone, Copy, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct OnEngine {
    /// On the nodes of the Docker Swarm that this machine's engine manages
    #[arg(long)]
    pub swarm: bool,
    /// On a Slurm cluster: writes a batch script and hands it to sbatch; FILE must be in a folder that all nodes share
    #[arg(long)]
    pub slurm: bool,
    /// On Kubernetes: prints the manifest of an Indexed Job for kubectl
    #[arg(long, requires = "image")]
    pub kubernetes: bool,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::cli::Cli;

    #[test]
    fn one_engine_is_named_and_a_file() {
        let parse = |args: &[&str]| Cli::try_parse_from([&["heist-tui", "sweep"], args].concat());
        assert!(parse(&["-o", "f"]).is_err());
        assert!(parse(&["--swarm"]).is_err());
        assert!(parse(&["--swarm", "--slurm", "-o", "f"]).is_err());
        assert!(parse(&["--kubernetes"]).is_err(), "an image must be named");
        assert!(parse(&["--kubernetes", "--image", "registry/heist"]).is_ok());
        assert!(parse(&["--slurm", "-o", "f", "--tasks", "0"]).is_err());
    }
}
