//! The options that say what a heist is played with: who speaks, where the tools run, and where it is kept.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args};

use super::{Judge, LLM_TIMEOUT, LLM_URL, Llm, Tools};

/// What a heist is played with.
#[derive(Clone, Debug, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Means {
    /// Who speaks: a model server, the scripted crew, or whichever there is
    #[arg(long, env = "HEIST_LLM", value_enum, default_value_t)]
    pub llm: Llm,
    /// The OpenAI-compatible model server; HEIST_LLM_KEY holds its key, if it wants one
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL", default_value = LLM_URL)]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub llm_url: String,
    /// Its models.
    #[command(flatten)]
    pub models: Models,
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
}

/// The models of a heist, and how long they may take.
#[derive(Clone, Debug, Args)]
pub struct Models {
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
}
