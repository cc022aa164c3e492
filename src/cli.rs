//! The command line: how to play, the commands, and what they have in common.

mod commands;
mod mcp;
mod means;
mod series;
mod sweep;
mod values;

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, TypedValueParser as _};
use clap::{ArgAction, Args, Parser, Subcommand};

use crate::crew::MoleChoice;
use crate::fleet::DockerOptions;
use crate::headless::Assertion;
use crate::heist::Difficulty;
use crate::session::GuessBy;
use crate::terms::BankChoice;
pub use commands::{
    Analyze, Bank, Bench, Completions, Config, Daily, Database, Doctor, Down, Export, Fit, Logs, OfBench, OfConfig,
    OfSessions, Printed, Replay, Resume, Seeing, Sessions, Stats, Status, Up,
};
pub use mcp::{Mcp, McpToken, OfMcp, Serve};
pub use means::{Means, Models};
pub use series::Series;
pub use sweep::{OnEngine, Sweep};
pub use values::{Expect, Judge, Llm, StrategyChoice, Tools};
use values::{difficulty, guess, mole, strategy};

/// Where LM Studio listens.
const LLM_URL: &str = "http://127.0.0.1:1234/v1";

/// Seconds for the prompt: on a small machine a long one takes minutes, and asking again makes it read again.
pub(crate) const LLM_TIMEOUT: u64 = 600;

/// Words a minute that the scripted crew may speak.
pub const PACES: std::ops::RangeInclusive<i64> = 30..=10_000;

/// Six language-model agents plan a bank heist in your terminal. One of them is the mole. Find out who.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, disable_help_subcommand = true, args_override_self = true)]
pub struct Cli {
    /// What to do besides playing.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to play.
    #[command(flatten)]
    pub play: Play,
    /// Where containers are.
    #[command(flatten)]
    pub docker: Docker,
    /// The configuration file [default: heist-tui/config.toml in the folder for configuration, if it is there]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

/// What to do besides playing.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the tool services in containers and leave them running
    Up(Up),
    /// Stop and remove the tool services' containers; what they keep in their volumes stays
    Down(Down),
    /// Show the state of the tool services' containers
    Status(Status),
    /// Show what the tool services in containers have written
    Logs(Logs),
    /// Play the heist of the day, which is the same for everybody, and get its result in a line to share
    Daily(Daily),
    /// Go on with a heist that was cut off
    Resume(Resume),
    /// List the recorded heists or look through them, show or compare some, or remove one
    Sessions(Sessions),
    /// Show figures over all recorded heists: outcomes, you against the detector, strategies, tools
    Stats(Stats),
    /// See a recorded heist again, exactly as it was, with a timeline
    Replay(Replay),
    /// Write a recorded heist as a document, a web page, JSON or a terminal recording
    Export(Export),
    /// Weigh the transcripts of any agents that talk with each other: who seems to be lying
    Analyze(Analyze),
    /// Play many heists without anybody watching: how well moles hide, and how well the detector finds them
    Bench(Bench),
    /// Play very many heists on many machines: on a Docker Swarm, a Slurm cluster or Kubernetes
    Sweep(Sweep),
    /// Fit the detector to recorded heists: what each sign is worth, and how well it then finds the mole
    Fit(Fit),
    /// Let a model play, or use the bank's tools, by the Model Context Protocol (MCP)
    Mcp(Mcp),
    /// Print a bank as the tools tell it: its floor plan, documents and tables
    Bank(Bank),
    /// Look for a model server, Docker, a terminal and the database, and say what to do about what is missing
    Doctor(Doctor),
    /// Write a first configuration, show the values in use, or tell where it is
    Config(Config),
    /// Print what a shell needs to complete commands and options
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Where containers are.
#[derive(Clone, Debug, Args)]
pub struct Docker {
    /// The set of containers, by the first part of their names
    #[arg(long, value_name = "NAME", default_value = "heist")]
    pub fleet: String,
    /// The first of five ports on 127.0.0.1
    #[arg(long, value_name = "N", default_value_t = 8001)]
    pub port_base: u16,
    /// The Docker engine's address [default: where Docker's own client looks]
    #[arg(long, value_name = "URL")]
    pub docker_host: Option<String>,
}

impl Docker {
    /// The same for the fleet.
    #[must_use]
    pub fn options(&self) -> DockerOptions {
        let (fleet, docker_host) = (self.fleet.clone(), self.docker_host.clone());
        DockerOptions { fleet, port_base: self.port_base, docker_host, ..DockerOptions::default() }
    }
}

/// What to play, and how.
#[derive(Debug, Args)]
pub struct Play {
    /// What is dealt.
    #[command(flatten)]
    pub game: Game,
    /// How it is played.
    #[command(flatten)]
    pub run: Run,
}

/// What is dealt.
#[derive(Clone, Debug, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Game {
    /// How many rounds
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub rounds: u32,
    /// Decides the bank, the mole, the order of turns, and what the scripted crew says [default: random]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// The bank: the heist's own (seed), first-meridian, or that of a seed
    #[arg(long, value_name = "WHICH", default_value_t)]
    pub bank: BankChoice,
    /// The crew file: names, roles, voices, tools, colours, models, orders [default: the built-in six]
    #[arg(long, value_name = "FILE")]
    pub crew: Option<PathBuf>,
    /// The mole: random, none, or an agent's name
    #[arg(long, value_name = "WHO", default_value = "random", value_parser = NonEmptyStringValueParser::new().map(|text| mole(&text)))]
    pub mole: MoleChoice,
    /// How the mole sabotages: random, timing_errors, false_info, coordination_chaos, subtle_delays, wrong_tools
    #[arg(long, value_name = "NAME", default_value = "random", value_parser = strategy)]
    pub strategy: StrategyChoice,
    /// How hard the mole is to find: easy, normal, hard
    #[arg(long, value_name = "HOW", default_value = "normal", value_parser = difficulty)]
    pub difficulty: Difficulty,
}

/// How a game is played: with what, what is printed, and how it is shown.
#[derive(Clone, Debug, Args)]
pub struct Run {
    /// Without a terminal.
    #[command(flatten)]
    pub headless: Headless,
    /// With what.
    #[command(flatten)]
    pub means: Means,
    /// How many words a minute the scripted crew speaks where somebody watches [default: as you left it; at first 240]
    #[arg(long, env = "HEIST_PACE", value_name = "WORDS", value_parser = clap::value_parser!(u32).range(PACES))]
    pub pace: Option<u32>,
    /// Wait for Enter after each turn where somebody watches [default: as you left it; at first it doesn't]
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true")]
    pub by_turn: Option<bool>,
    /// How it is shown.
    #[command(flatten)]
    pub seeing: Seeing,
}

/// How a game is played without a terminal, and what must come of it.
#[derive(Clone, Debug, Default, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Headless {
    /// Play without a terminal: plain text on stdout, diagnostics on stderr
    #[arg(long)]
    pub ci: bool,
    /// With --ci: one JSON event a line
    #[arg(long, requires = "ci")]
    pub json: bool,
    /// With --json: also the pieces of messages as they are spoken
    #[arg(long, requires = "json")]
    pub deltas: bool,
    /// With --ci: who guesses: detector, random, none, or the agent that is named
    #[arg(long, value_name = "WHO", requires = "ci", value_parser = NonEmptyStringValueParser::new().map(|text| guess(&text)))]
    pub guess: Option<GuessBy>,
    /// With --ci: exit with 1 unless the mole was caught, or missed
    #[arg(long, value_enum, requires = "ci")]
    pub expect: Option<Expect>,
    /// With --ci: exit with 1 unless it happened so often, such as calls.hacker.file_reader>=1, correct>=1, calls<=40
    #[arg(long = "assert", requires = "ci", value_name = "WHAT")]
    pub asserted: Vec<Assertion>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn names_are_checked_where_they_are_given() {
        let parse = |args: &[&str]| Cli::try_parse_from([&["heist-tui"], args].concat());
        assert_eq!(parse(&["--mole", "driver"]).unwrap().play.game.mole, MoleChoice::Agent("driver".into()));
        assert!(parse(&["--strategy", "false_info"]).is_ok());
        assert!(parse(&["--strategy", "bribery"]).is_err());
        assert_eq!(parse(&["--difficulty", "hard"]).unwrap().play.game.difficulty, Difficulty::Hard);
        assert!(parse(&["--difficulty", "nightmare"]).unwrap_err().to_string().contains("easy, normal or hard"));
        assert!(parse(&["--rounds", "0"]).is_err());
        assert!(parse(&["--json"]).is_err(), "--json is about --ci");
        assert!(parse(&["status", "--json", "--fleet", "mine"]).is_ok());
        assert!(parse(&["logs", "file-reader", "-f", "-n", "5"]).is_ok());
        assert!(parse(&["logs", "printer"]).unwrap_err().to_string().contains("file-reader, database-query"));
    }
}
