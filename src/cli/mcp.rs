//! Options of `mcp`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Docker;
use super::values::bank;
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
