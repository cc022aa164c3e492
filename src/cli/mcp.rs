//! The options of `mcp`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args, Subcommand};

use super::values::bank;
use super::{Docker, Game, Judge, LLM_TIMEOUT, LLM_URL, Llm, Run, Seeing, Tools};
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
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Serve {
    /// What is dealt.
    #[command(flatten)]
    pub game: Game,
    /// Hide suspicion until the guess, which is then worth twice as much
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true)]
    pub blind: bool,
    /// Who speaks for the crew: a model server, the scripted crew, or whichever there is
    #[arg(long, env = "HEIST_LLM", value_enum, default_value_t)]
    pub llm: Llm,
    /// The crew's OpenAI-compatible model server; HEIST_LLM_KEY holds its key, if it wants one
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL", default_value = LLM_URL)]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub llm_url: String,
    /// How many seconds the model may read a prompt before the first word of its answer
    #[arg(long, env = "HEIST_LLM_TIMEOUT", value_name = "SECONDS", default_value_t = LLM_TIMEOUT)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub llm_timeout: u64,
    /// The crew's model [default: the one that is loaded]
    #[arg(long, env = "HEIST_MODEL", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub model: Option<String>,
    /// Another model on the same server for the mole [default: the same]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub mole_model: Option<String>,
    /// When the crew's model also judges who the mole is; the scripted crew has no judge
    #[arg(long, value_enum, default_value_t)]
    pub judge: Judge,
    /// Another model of the same server as the judge [default: the crew's]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub judge_model: Option<String>,
    /// The detector's parameters, as `fit` writes them [default: those in the program]
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
    /// Where the tools run: in Docker, inside the program, or in Docker if there is any
    #[arg(long, env = "HEIST_TOOLS", value_enum, default_value_t)]
    pub tools: Tools,
    /// The database [default: heist-tui/heist.db in the folder for users' data]
    #[arg(long, env = "HEIST_DB", value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Leave the containers running
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true)]
    pub keep: bool,
    /// Remove containers that are in the way or do not become healthy, whoever made them
    #[arg(long)]
    pub force: bool,
    /// Where containers are.
    #[command(flatten)]
    pub docker: Docker,
}

impl Serve {
    /// How a heist is played.
    #[must_use]
    pub fn run(&self) -> Run {
        Run {
            ci: false,
            json: false,
            deltas: false,
            llm: self.llm,
            llm_url: self.llm_url.clone(),
            llm_timeout: self.llm_timeout,
            model: self.model.clone(),
            mole_model: self.mole_model.clone(),
            judge: self.judge,
            judge_model: self.judge_model.clone(),
            detector: self.detector.clone(),
            tools: self.tools,
            guess: None,
            expect: None,
            asserted: Vec::new(),
            pace: None,
            by_turn: None,
            seeing: Seeing { blind: self.blind, ..Seeing::default() },
            db: self.db.clone(),
            keep: self.keep,
            force: self.force,
        }
    }
}
