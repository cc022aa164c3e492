//! The commands about the configuration, and those that print what belongs to the command line.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap::parser::ValueSource;
use clap_complete::Shell;
use serde_json::{Map, Value, json};

use super::{Config, ConfigError, DOCKER_HOST, KEYS, Kind, engine_variable, man};
use crate::cli::Cli;
use crate::crew::BUILT_IN;
use crate::places;
use crate::text::{self, without_credentials};

/// The configuration to begin with: all keys, each with its default, as comments.
const CONFIG: &str = include_str!("../../assets/config.toml");

/// The variable that holds the model server's key.
const KEY: &str = "HEIST_LLM_KEY";

/// Why a command about the configuration failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// What holds cannot be told.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file cannot be written.
    #[error("cannot write {path} ({source}): name another place with --config", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The output cannot be written.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

/// Writes a configuration and a crew to begin with, where there are none.
///
/// # Errors
/// If a file cannot be written.
pub fn init(config: &Config, mut out: impl Write) -> Result<(), CommandError> {
    let path = config.path()?;
    for (path, text) in [(path.clone(), CONFIG), (path.with_file_name("crew.toml"), BUILT_IN)] {
        let what = if write_new(&path, text).map_err(|source| CommandError::File { path: path.clone(), source })? {
            "wrote"
        } else {
            "left as it is"
        };
        writeln!(out, "{what}: {}", path.display())?;
    }
    Ok(())
}

/// Writes a file unless there is one; gives whether it did.
fn write_new(path: &Path, text: &str) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Prints where the configuration file is, or would be.
///
/// # Errors
/// If there is no home folder, or the output cannot be written.
pub fn path(config: &Config, mut out: impl Write) -> Result<(), CommandError> {
    Ok(writeln!(out, "{}", config.path()?.display())?)
}

/// What holds for an option, and where it comes from.
struct Holds {
    key: &'static str,
    /// None if there is nothing set.
    value: Option<Value>,
    from: String,
}

/// Prints what holds for every option: as a configuration file, or as JSON.
///
/// # Errors
/// If a layer is wrong, or the output cannot be written.
pub fn show(config: &Config, json: bool, mut out: impl Write) -> Result<(), CommandError> {
    let all = holding(config)?;
    let path = config.path.as_ref().map(|path| path.display().to_string());
    let is_there = config.path.as_ref().is_some_and(|path| path.exists());
    let key = std::env::var_os(KEY).is_some_and(|key| !key.is_empty());
    if json {
        let options =
            all.into_iter().map(|Holds { key, value, from }| (key.to_owned(), json!({ "value": value, "from": from })));
        let options: Map<_, _> = options.collect();
        let told = json!({ "file": path, "read": is_there, "key_set": key, "options": options });
        writeln!(out, "{}", text::json(&told).map_err(io::Error::from)?)?;
        return Ok(());
    }
    let state = if is_there { "" } else { " (is not there)" };
    writeln!(out, "# {}{state}", path.as_deref().unwrap_or("no home folder, so no configuration file"))?;
    for Holds { key, value, from } in all {
        match value {
            Some(value) => writeln!(out, "{:<50} # {from}", format!("{key} = {value}"))?,
            None => writeln!(out, "{:<50} # {from}", format!("# {key} is not set"))?,
        }
    }
    writeln!(out, "# {KEY} is {}", if key { "set, and not shown" } else { "not set" })?;
    Ok(())
}

fn holding(config: &Config) -> Result<Vec<Holds>, CommandError> {
    let matches = super::matches(&config.command, &["heist-tui".into()])?;
    let holds = |&(key, kind): &(&'static str, Kind)| {
        let raw = matches.get_raw(key).and_then(|mut values| values.next());
        let mut text = raw.map(|value| value.to_string_lossy().into_owned());
        let variable = config.command.get_arguments().find(|arg| arg.get_id() == key).and_then(|arg| arg.get_env());
        let mut from = match (matches.value_source(key), variable) {
            (Some(ValueSource::EnvVariable), Some(name)) => name.to_string_lossy().into_owned(),
            _ if config.settings.iter().any(|setting| setting.key == key) => "file".to_owned(),
            _ => "default".to_owned(),
        };
        match (key, &text) {
            ("db", None) => text = places::database().ok().map(|path| path.display().to_string()),
            ("docker_host", None) => {
                if let Some(name) = engine_variable() {
                    // A context is no address.
                    text = (name == DOCKER_HOST).then(|| std::env::var(name).unwrap_or_default());
                    name.clone_into(&mut from);
                }
            }
            ("llm_url", Some(url)) => text = Some(without_credentials(url)),
            _ => {}
        }
        let value = text.map(|text| match kind {
            Kind::Text | Kind::Path | Kind::Word => Value::String(text),
            Kind::Number | Kind::Truth => text.parse().unwrap_or(Value::String(text)),
        });
        Holds { key, value, from }
    };
    Ok(KEYS.iter().map(holds).collect())
}

/// Prints what a shell needs to complete commands and options.
///
/// # Errors
/// If the output cannot be written.
pub fn completions(shell: Shell, mut out: impl Write) -> Result<(), CommandError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "heist-tui", &mut text);
    Ok(out.write_all(&text)?)
}

/// Prints the manual page.
///
/// # Errors
/// If the output cannot be written.
pub fn manual(mut out: impl Write) -> Result<(), CommandError> {
    let mut text = Vec::new();
    man::write(Cli::command(), &mut text)?;
    Ok(out.write_all(&text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Setting, keymap, settings, theme};
    use crate::document::Document;
    use crate::tui::{Keymap, Theme};

    fn set_by(text: &str) -> Vec<Setting> {
        settings(&Document::parse(text).unwrap(), Path::new("/")).unwrap()
    }

    #[test]
    fn the_configuration_of_the_readme_is_one() {
        let readme = include_str!("../../README.md");
        let samples = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let found: Vec<_> = samples.filter(|sample| !sample.contains("[[agents]]")).collect();
        assert_eq!(found.len(), 1);
        assert!(!set_by(found[0]).is_empty());
    }

    #[test]
    fn the_configuration_to_begin_with_has_every_key_with_its_default() {
        let keys: Vec<_> = KEYS.iter().map(|(key, _)| *key).collect();
        let lines = CONFIG.lines().filter_map(|line| line.strip_prefix("# "));
        let set = lines.filter(|line| line.split_once(" = ").is_some_and(|(key, _)| keys.contains(&key)));
        let set = set.collect::<Vec<_>>().join("\n");
        let found = set_by(&set);
        let found: Vec<_> = found.iter().map(|setting| setting.key).collect();
        assert_eq!(found, keys);
        assert!(set_by(CONFIG).is_empty());
    }

    /// A table of the configuration to begin with, as if it were no comment.
    fn table(name: &str) -> String {
        let head = format!("# [{name}]");
        let lines = CONFIG.lines().skip_while(|line| *line != head).take_while(|line| !line.is_empty());
        lines.map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_configuration_to_begin_with_has_every_key_that_can_be_bound() {
        let text = table("keys");
        let document = Document::parse(&text).unwrap();
        keymap(&document).unwrap();
        let bound = document.root().get("keys").unwrap().table().unwrap();
        assert!(Keymap::names().all(|name| bound.get(name).is_some()));
        let told = |text: &str| keymap(&Document::parse(text).unwrap()).unwrap_err().to_string();
        assert!(told("[keys]\nhint = \"hh\"").starts_with("line 2: hint is no key: say a character"));
        assert!(told("[keys]\nhint = \"g\"").starts_with("line 1: keys give the same key to"));
    }

    #[test]
    fn the_configuration_to_begin_with_has_every_colour_as_it_is() {
        let text = table("theme");
        let document = Document::parse(&text).unwrap();
        assert_eq!(theme(&document).unwrap(), Theme::from_env());
        let colours = document.root().get("theme").unwrap().table().unwrap();
        assert!(Theme::keys().all(|key| colours.get(key).is_some()));
        let loud = Document::parse("rounds = 3\n[theme]\nalarm = \"loud\"").unwrap();
        assert!(theme(&loud).unwrap_err().to_string().starts_with("line 3: alarm is no colour: say one such as"));
    }
}
