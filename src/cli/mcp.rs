//! The options of `mcp`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};

use super::values::bank;
use super::{Docker, Game, Means};
use crate::heist::AgentName;
use crate::terms::BankChoice;

/// Options of `mcp`.
#[derive(Debug, Args)]
pub struct Mcp {
    /// What to do.
    #[command(subcommand)]
    pub what: OfMcp,
}

/// What `mcp` can do.
#[derive(Debug, Subcommand)]
pub enum OfMcp {
    /// Be the game for a model that plays it: an MCP server on standard input and output
    Serve(Box<Serve>),
    /// Print what an MCP client's configuration needs to call the tools in containers as one of the crew may
    Token(McpToken),
}

/// Options of `mcp token`.
#[derive(Debug, Args)]
pub struct McpToken {
    /// The agent of the crew whose tools the client may call
    #[arg(value_name = "AGENT")]
    pub agent: AgentName,
    /// The bank that the tools answer from: first-meridian, or that of a seed
    #[arg(long, value_name = "WHICH", default_value = "first-meridian", value_parser = bank)]
    pub bank: BankChoice,
    /// The crew file [default: the built-in six]
    #[arg(long, value_name = "FILE")]
    pub crew: Option<PathBuf>,
    /// Which containers.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `mcp serve`: what a heist is like where the player does not say otherwise.
#[derive(Debug, Args)]
pub struct Serve {
    /// What is dealt.
    #[command(flatten)]
    pub game: Game,
    /// Hide suspicion until the guess, which is then worth twice as much
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true)]
    pub blind: bool,
    /// With what it is played.
    #[command(flatten)]
    pub means: Means,
    /// Where containers are.
    #[command(flatten)]
    pub docker: Docker,
}
