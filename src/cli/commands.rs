//! The options of each command but playing.

use std::num::NonZeroU8;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args, Subcommand};
use clap_complete::Shell;
use heist_tools::Service;

use super::values::bank;
use super::{Docker, LLM_TIMEOUT, LLM_URL, Llm, Means, Models, Run, Series, Tools};
use crate::analyze::Format;
use crate::bench::{ReportFile, Shard};
use crate::records::Form;
use crate::terms::BankChoice;
use crate::tui::Look;

/// Options of `doctor`.
#[derive(Debug, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Doctor {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The OpenAI-compatible model server; HEIST_LLM_KEY holds its key, if it wants one
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL", default_value = LLM_URL)]
    pub llm_url: String,
    /// The database [default: heist-tui/heist.db in the folder for users' data]
    #[arg(long, env = "HEIST_DB", value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Which containers.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `bench`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Bench {
    /// What to do besides playing.
    #[command(subcommand)]
    pub command: Option<OfBench>,
    /// How many are played at a time [default: one for each processor; with a model as many as its servers answer at once]
    #[arg(long, value_name = "J")]
    pub jobs: Option<NonZeroU8>,
    /// Play only the Ith of N parts of the games, to be put together with the others by `merge`; 0+1/N is the first
    #[arg(long, env = "HEIST_SHARD", value_name = "I/N")]
    pub shard: Option<Shard>,
    /// A file to write the games' events to, as JSON lines, or as a log for Inspect if it is named *.eval; it is overwritten.
    /// A bench that was cut off goes on where the lines end
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A file to write what came of each game to, one JSON line each, in the same way; - is the output, in place of figures
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Which games.
    #[command(flatten)]
    pub series: Series,
}

/// What `bench` can do besides playing.
#[derive(Debug, Subcommand)]
pub enum OfBench {
    /// Put the files of all shards together: the figures are those of one bench
    Merge {
        /// The files that `bench -o` or `bench --results` has written; - is standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Write the games' events to one file, as they would stand there without shards; - is the output, in place of figures
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write what came of each game to one file; - is the output
        #[arg(long, value_name = "FILE")]
        results: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell what one bench or many show: who hides well and who detects well, by model, strategy, difficulty, bank and round
    Report {
        /// The files that `bench --results` or `bench -o` has written, of whatever benches; - is standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Write a web page with pictures (.html) or Markdown (.md) [default: print Markdown]
        #[arg(short, long, value_name = "FILE")]
        output: Option<ReportFile>,
    },
}

impl Bench {
    /// With what one of the games is played: that server's model or the scripted crew, embedded tools, a database of its own.
    #[must_use]
    pub fn means(&self, llm_url: String, model: Option<String>, db: PathBuf) -> Means {
        let Series { models, detector, .. } = self.series.clone();
        let llm = if model.is_some() { Llm::Openai } else { Llm::Scripted };
        let models = Models { model, ..models };
        Means { llm, llm_url, models, detector, tools: Tools::Embedded, db: Some(db), keep: false, force: false }
    }
}

/// Options of `fit`.
#[derive(Debug, Args)]
pub struct Fit {
    /// Recorded heists with their verdicts, as `bench -o` and `export --format json` write them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write the parameters to this file [default: print them]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Options of `bank`.
#[derive(Debug, Args)]
pub struct Bank {
    /// Whose bank: a heist's, by its seed, or the one that is written by hand, first-meridian
    #[arg(value_name = "SEED", default_value = "first-meridian", value_parser = bank)]
    pub seed: BankChoice,
    /// In which form.
    #[command(flatten)]
    pub printed: Printed,
}

/// The form of a bank; for a person where none is chosen.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct Printed {
    /// Write the documents into a folder, for the file-reader's --documents; what is there is not overwritten
    #[arg(long, value_name = "DIR")]
    pub documents: Option<PathBuf>,
    /// Print the SQL that makes the database
    #[arg(long)]
    pub sql: bool,
    /// Print JSON: all that there is to know about the bank
    #[arg(long)]
    pub json: bool,
}

/// Options of `config`.
#[derive(Debug, Args)]
pub struct Config {
    /// What to do with it.
    #[command(subcommand)]
    pub what: OfConfig,
}

/// What `config` can do.
#[derive(Debug, Subcommand)]
pub enum OfConfig {
    /// Write config.toml and crew.toml, with all that can be set in them; what is there is left as it is
    Init,
    /// Print the value of every option, and where it comes from
    Show {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print where the configuration file is, or would be
    Path,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Options of `analyze`.
#[derive(Debug, Args)]
pub struct Analyze {
    /// Transcripts: JSON lines such as {"agent":"planner","message":"…"}, or what --ci --json printed; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The form they have
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Who else weighs them, beside the rules: a model, or with scripted nobody
    #[arg(long, value_enum, default_value_t = Llm::Scripted)]
    pub llm: Llm,
    /// The OpenAI-compatible model server
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL", default_value = LLM_URL)]
    pub llm_url: String,
    /// How many seconds a prompt may be read before the first word of the answer
    #[arg(long, env = "HEIST_LLM_TIMEOUT", value_name = "SECONDS", default_value_t = LLM_TIMEOUT)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub llm_timeout: u64,
    /// The model [default: the one that is loaded]
    #[arg(long, env = "HEIST_MODEL", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub model: Option<String>,
    /// The detector's parameters, as `fit` writes them [default: those in the program]
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
    /// Print JSON, one line for each transcript
    #[arg(long)]
    pub json: bool,
}

/// Where recorded heists are.
#[derive(Clone, Debug, Args)]
pub struct Database {
    /// The database [default: heist-tui/heist.db in the folder for users' data]
    #[arg(long, env = "HEIST_DB", value_name = "FILE", global = true)]
    pub db: Option<PathBuf>,
}

/// Options of `sessions`.
#[derive(Debug, Args)]
pub struct Sessions {
    /// What to do with them [default: list]
    #[command(subcommand)]
    pub what: Option<OfSessions>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Where they are.
    #[command(flatten)]
    pub database: Database,
}

/// What `sessions` can do.
#[derive(Debug, Subcommand)]
pub enum OfSessions {
    /// List all, the newest first
    List,
    /// Show one in full
    Show {
        /// The session
        #[arg(value_name = "ID")]
        session: String,
    },
    /// Look through them in the terminal: see one again, compare, filter, delete
    Browse {
        /// How they are shown.
        #[command(flatten)]
        seeing: Seeing,
    },
    /// Show several side by side
    Compare {
        /// The sessions
        #[arg(value_name = "ID", required = true, num_args = 2..)]
        sessions: Vec<String>,
    },
    /// Remove one for good
    Rm {
        /// The session
        #[arg(value_name = "ID")]
        session: String,
    },
}

/// Options of `stats`.
#[derive(Debug, Args)]
pub struct Stats {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Where the heists are.
    #[command(flatten)]
    pub database: Database,
}

/// How heists are shown.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Seeing {
    /// Show no suspicion before the guess; the events of --json have it all the same
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true)]
    pub blind: bool,
    /// Draw with nothing but ASCII
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true)]
    pub ascii: bool,
    /// Choose and scroll with the mouse too; to select text hold Shift then
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = false, default_missing_value = "true", hide_default_value = true)]
    pub mouse: bool,
}

impl Seeing {
    /// The look as the configuration has it, with what these options say.
    #[must_use]
    pub fn of(self, look: Look) -> Look {
        Look { blind: self.blind, mouse: self.mouse, ..look.ascii(self.ascii) }
    }
}

/// Options of `replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// The session
    #[arg(value_name = "ID")]
    pub session: String,
    /// Without a terminal: plain text on stdout
    #[arg(long)]
    pub ci: bool,
    /// With --ci: one JSON event a line
    #[arg(long, requires = "ci")]
    pub json: bool,
    /// How it is shown.
    #[command(flatten)]
    pub seeing: Seeing,
    /// Where it is.
    #[command(flatten)]
    pub database: Database,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The session; for inspect there may be several
    #[arg(value_name = "ID", required = true)]
    pub sessions: Vec<String>,
    /// The form
    #[arg(long, value_enum)]
    pub format: Form,
    /// The file to write; it is overwritten [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Where the session is.
    #[command(flatten)]
    pub database: Database,
}

/// Options of `resume`.
#[derive(Debug, Args)]
pub struct Resume {
    /// The session, as the program named it when it was cut off [default: the newest that was]
    pub session: Option<String>,
    /// How to play on.
    #[command(flatten)]
    pub run: Run,
    /// Where containers are.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `daily`: what is dealt is the same for everybody.
#[derive(Debug, Args)]
#[command(mut_arg("llm", |llm| llm.default_value("scripted")))]
pub struct Daily {
    /// How it is played.
    #[command(flatten)]
    pub run: Run,
    /// Where containers are.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `up`.
#[derive(Debug, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
pub struct Up {
    /// Remove containers that are in the way or do not become healthy, whoever made them, and make the set again
    #[arg(long)]
    pub force: bool,
    /// A model server that memory asks for summaries [default: none, sentences are extracted]
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL", value_parser = NonEmptyStringValueParser::new())]
    pub llm_url: Option<String>,
    /// Its model [default: the one that is loaded]
    #[arg(long, env = "HEIST_MODEL", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub model: Option<String>,
    /// Which containers.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `down`.
#[derive(Debug, Args)]
pub struct Down {
    /// Even while a heist is playing on the set
    #[arg(long)]
    pub force: bool,
    /// Also the volumes: the keys, the agents that are registered, and what memory keeps
    #[arg(long)]
    pub volumes: bool,
    /// Which containers.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `logs`.
#[derive(Debug, Args)]
pub struct Logs {
    /// One service alone: oauth, calculator, file-reader, database-query, memory [default: all]
    #[arg(value_name = "SERVICE")]
    pub service: Option<Service>,
    /// Keep printing lines as they come, until the containers stop
    #[arg(short, long)]
    pub follow: bool,
    /// How many of the last lines of each service
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub tail: u32,
    /// Which containers.
    #[command(flatten)]
    pub docker: Docker,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub struct Status {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Which containers.
    #[command(flatten)]
    pub docker: Docker,
}
