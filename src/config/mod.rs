//! Where options come from: the command line, else the environment, else the configuration file, else a default.
//!
//! clap knows all but the file, so what the file says becomes clap's defaults, and the layers meet in its parser.

mod commands;
mod man;

use std::env;
use std::error::Error as _;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

pub use commands::{CommandError, completions, init, manual, path, show};

use crate::cli::{self, Cli, Game, Llm, OfConfig};
use crate::document::{Document, Flaw, Value};
use crate::file::{self, FileError};
use crate::places::{self, PlaceError};
use crate::tui::{Keymap, Look, Theme};

/// What the file may set. Each key is the option of the same name, with dashes.
const KEYS: &[(&str, Kind)] = &[
    ("llm", Kind::Text),
    ("llm_url", Kind::Text),
    ("llm_timeout", Kind::Number),
    ("model", Kind::Text),
    ("mole_model", Kind::Text),
    ("judge", Kind::Text),
    ("judge_model", Kind::Text),
    ("tools", Kind::Text),
    ("crew", Kind::Path),
    ("rounds", Kind::Number),
    ("bank", Kind::Word),
    ("difficulty", Kind::Text),
    ("db", Kind::Path),
    ("fleet", Kind::Text),
    ("port_base", Kind::Number),
    ("docker_host", Kind::Text),
    ("keep", Kind::Truth),
    ("pace", Kind::Number),
    ("by_turn", Kind::Truth),
    ("blind", Kind::Truth),
    ("ascii", Kind::Truth),
    ("mouse", Kind::Truth),
];

/// The table of the file that colours the screens.
const THEME: &str = "theme";

/// The table of the file that binds keys.
const BINDINGS: &str = "keys";

/// The variables by which Docker's own client chooses an engine; they are read where engines are sought.
const DOCKER_HOST: &str = "DOCKER_HOST";
const DOCKER_CONTEXT: &str = "DOCKER_CONTEXT";

/// What a value is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// A text that names a file, from the folder of the configuration file.
    Path,
    Number,
    /// A text, or a number without quotes.
    Word,
    Truth,
}

/// Why the options cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The command line is wrong, or asks only for help.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// An environment variable is wrong.
    #[error("the environment variable {name} cannot be {value:?}: {remedy}")]
    Environment {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
        /// What to do.
        remedy: String,
    },
    /// The file is wrong.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no place for the file.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

/// Something that the file sets.
#[derive(Debug)]
struct Setting {
    key: &'static str,
    value: OsString,
}

/// What was asked for, all layers taken together.
#[derive(Debug)]
pub struct Config {
    /// The command line with what it leaves open.
    pub cli: Cli,
    /// How the screens look, and what the keys do there.
    pub look: Look,
    path: Option<PathBuf>,
    settings: Vec<Setting>,
    /// The options of a command that its own command line says, by their names with underscores.
    pub said: Vec<String>,
    /// With the file's defaults.
    command: Command,
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// If one of them is wrong.
    pub fn read(args: &[OsString]) -> Result<Self, ConfigError> {
        let args = &config_after_command(args);
        let mut command = without_empty_variables(Cli::command());
        // Also an error of the command line comes before one of the file.
        let mut cli = parse(&command, args)?;
        let path = match &cli.config {
            Some(path) => Some(path.clone()),
            None => places::config().ok(),
        };
        let (settings, look) = match &path {
            Some(path) if wants_file(&cli) && (cli.config.is_some() || path.exists()) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                file::read("configuration file", path, |text| {
                    let document = Document::parse(text)?;
                    Ok((settings(&document, folder)?, look(&document)?))
                })?
            }
            _ => (Vec::new(), Look::from_env()),
        };
        if !settings.is_empty() {
            command = with_defaults(command, &settings);
            cli = parse(&command, args)?;
        }
        let said = said(&command, args)?;
        Ok(Self { cli, look, path, settings, said, command })
    }

    /// The game that is dealt when nothing is said of it on the command line.
    ///
    /// # Errors
    /// If a layer is wrong that did not matter yet.
    pub fn usual_game(&self) -> Result<Game, ConfigError> {
        Ok(parse(&self.command, &[OsString::from("heist-tui")])?.play.game)
    }

    /// Where the file is, or would be.
    ///
    /// # Errors
    /// If there is no home folder.
    pub fn path(&self) -> Result<PathBuf, ConfigError> {
        Ok(self.path.clone().map_or_else(places::config, Ok)?)
    }
}

/// Lets `--config FILE` stand before a command as it may behind it. clap keeps the options of playing from commands, and
/// would take it for one of them.
fn config_after_command(args: &[OsString]) -> Vec<OsString> {
    let length = match args.get(1).and_then(|arg| arg.to_str()) {
        Some("--config") => 2,
        Some(arg) if arg.starts_with("--config=") => 1,
        _ => 0,
    };
    let mut args = args.to_vec();
    let is_command = |arg: &OsString| !arg.to_string_lossy().starts_with('-');
    if args.get(1 + length).is_some_and(is_command) {
        args[1..=1 + length].rotate_right(1);
    }
    args
}

/// The variable that chooses an engine, if one does.
fn engine_variable() -> Option<&'static str> {
    let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    [DOCKER_HOST, DOCKER_CONTEXT].into_iter().find(is_set)
}

/// Whether a command needs to know what the file says.
fn wants_file(cli: &Cli) -> bool {
    !matches!(
        &cli.command,
        Some(
            cli::Command::Config(cli::Config { what: OfConfig::Init | OfConfig::Path })
                | cli::Command::Analyze(cli::Analyze { llm: Llm::Scripted, .. })
                | cli::Command::Bank(_)
                | cli::Command::Completions(_)
                | cli::Command::Man
        )
    )
}

/// A variable that is empty is as one that is not set.
fn without_empty_variables(command: Command) -> Command {
    everywhere(command, &|arg| {
        let is_empty = arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
        if is_empty { arg.env(Resettable::Reset) } else { arg }
    })
}

/// Makes what the file says the defaults. A command that has another default than the game keeps its own.
fn with_defaults(command: Command, settings: &[Setting]) -> Command {
    let usual: Vec<_> = command.get_arguments().cloned().collect();
    everywhere(command, &|arg| {
        let usual = usual.iter().find(|usual| usual.get_id() == arg.get_id());
        let is_own = usual.is_some_and(|usual| usual.get_default_values() != arg.get_default_values());
        match settings.iter().find(|setting| arg.get_id() == setting.key) {
            Some(setting) if !is_own => arg.default_value(clap::builder::OsStr::from(setting.value.clone())),
            _ => arg,
        }
    })
}

/// Changes arguments of a command and all its subcommands.
fn everywhere(command: Command, change: &impl Fn(Arg) -> Arg) -> Command {
    command.mut_args(change).mut_subcommands(|command| everywhere(command, change))
}

fn parse(command: &Command, args: &[OsString]) -> Result<Cli, ConfigError> {
    let matches = matches(command, args)?;
    Ok(Cli::from_arg_matches(&matches)?)
}

/// The options of the command that its command line says, and not the environment, the file or a default.
fn said(command: &Command, args: &[OsString]) -> Result<Vec<String>, ConfigError> {
    let matches = matches(command, args)?;
    let Some((_, of_command)) = matches.subcommand() else { return Ok(Vec::new()) };
    let is_said = |id: &&clap::Id| of_command.value_source(id.as_str()) == Some(ValueSource::CommandLine);
    Ok(of_command.ids().filter(is_said).map(ToString::to_string).collect())
}

fn matches(command: &Command, args: &[OsString]) -> Result<ArgMatches, ConfigError> {
    command.clone().try_get_matches_from(args).map_err(|error| blame(command, args, error))
}

/// Names the environment variable where the value that is wrong comes from one.
fn blame(command: &Command, args: &[OsString], error: clap::Error) -> ConfigError {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (Some(shown), Some(value)) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue)) else {
        return error.into();
    };
    // Before that no argument can be shown.
    let mut command = command.clone();
    command.build();
    let is_it = |arg: &&Arg| arg.to_string() == shown;
    let named = |name: &str| {
        let option = format!("--{name}");
        args.iter().filter_map(|arg| arg.to_str()).any(|arg| arg.split('=').next() == Some(&option))
    };
    let found = std::iter::once(&command).chain(command.get_subcommands()).flat_map(Command::get_arguments).find(is_it);
    match found.and_then(Arg::get_env).and_then(std::ffi::OsStr::to_str) {
        Some(name) if !found.and_then(Arg::get_long).is_some_and(named) => {
            ConfigError::Environment { name: name.to_owned(), value: value.to_owned(), remedy: remedy(&error) }
        }
        _ => error.into(),
    }
}

/// What clap says of a value that is wrong, without the words around it.
fn remedy(error: &clap::Error) -> String {
    match (error.kind(), error.get(ContextKind::ValidValue), error.source()) {
        (ErrorKind::InvalidValue, Some(ContextValue::Strings(valid)), _) if !valid.is_empty() => {
            format!("say one of {}", valid.join(", "))
        }
        (_, _, Some(source)) => source.to_string(),
        _ => "give it a value".to_owned(),
    }
}

/// What a file sets, each value seen to be one that its option takes.
fn settings(document: &Document<'_>, folder: &Path) -> Result<Vec<Setting>, Flaw> {
    let root = document.root();
    root.only(&KEYS.iter().map(|(key, _)| *key).chain([THEME, BINDINGS]).collect::<Vec<_>>())?;
    // The environment has been looked at, and is no business of the file.
    let command = everywhere(Cli::command(), &|arg| arg.env(Resettable::Reset));
    let mut found = Vec::new();
    for &(key, kind) in KEYS {
        let Some(value) = root.get(key) else { continue };
        let text = value_of(&value, kind, folder)?;
        if kind != Kind::Truth {
            let mut option = OsString::from(format!("--{}=", key.replace('_', "-")));
            option.push(&text);
            if let Err(error) = command.clone().try_get_matches_from([OsString::from("heist-tui"), option]) {
                return Err(value.flaw(&format!("cannot be {:?}: {}", text.to_string_lossy(), remedy(&error))));
            }
        }
        // Docker's own variables come before the file, as the others do.
        if key != "docker_host" || engine_variable().is_none() {
            found.push(Setting { key, value: text });
        }
    }
    Ok(found)
}

/// How the screens look, and what the keys do, by what a file says.
fn look(document: &Document<'_>) -> Result<Look, Flaw> {
    Ok(Look { theme: theme(document)?, keymap: keymap(document)?, ..Look::from_env() })
}

/// What the keys do by what a file says.
fn keymap(document: &Document<'_>) -> Result<Keymap, Flaw> {
    let mut keymap = Keymap::default();
    let Some(table) = document.root().get(BINDINGS) else { return Ok(keymap) };
    let (place, table, names) = (table, table.table()?, Keymap::names().collect::<Vec<_>>());
    table.only(&names)?;
    for (name, value) in names.into_iter().filter_map(|name| Some((name, table.get(name)?))) {
        keymap.bind(name, value.text()?).map_err(|what| value.flaw(&what))?;
    }
    match keymap.clash() {
        Some((one, other)) => {
            Err(place.flaw(&format!("give the same key to {one:?} and {other:?}: bind one of them to another key")))
        }
        None => Ok(keymap),
    }
}

/// How the screens look by what a file says.
fn theme(document: &Document<'_>) -> Result<Theme, Flaw> {
    let mut theme = Theme::from_env();
    let Some(table) = document.root().get(THEME) else { return Ok(theme) };
    let (table, keys) = (table.table()?, Theme::keys().collect::<Vec<_>>());
    table.only(&keys)?;
    for (key, value) in keys.into_iter().filter_map(|key| Some((key, table.get(key)?))) {
        if !theme.paint(key, value.text()?) {
            return Err(
                value.flaw("is no colour: say one such as \"red\", \"light-blue\", \"244\" of 256, or \"#30a0ff\"")
            );
        }
    }
    Ok(theme)
}

fn value_of(value: &Value<'_>, kind: Kind, folder: &Path) -> Result<OsString, Flaw> {
    Ok(match kind {
        Kind::Text => value.text()?.into(),
        Kind::Number => value.number()?.to_string().into(),
        Kind::Word => {
            value.number().map_or_else(|_| value.text().map(Into::into), |number| Ok(number.to_string().into()))?
        }
        Kind::Truth => value.truth()?.to_string().into(),
        Kind::Path => match value.text()? {
            "" => return Err(value.flaw("names no file: name one, or leave the line out")),
            // No shell looks at the file.
            text if text.starts_with("~/") => match places::home() {
                Some(home) => home.join(&text[2..]).into(),
                None => {
                    return Err(value.flaw("begins in the home folder, and there is none: set HOME, or write it out"));
                }
            },
            text => folder.join(text).into(),
        },
    })
}
