//! What the whole-program tests share: the program, and a place of its own for each run.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod model;
#[cfg(unix)]
pub mod terminal;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The program, as it was built for the tests.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_heist-tui");

/// A folder of its own, with what the program is to see of its environment.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("heist.db")
    }

    /// The environment: homes in the folder, and nothing that the person who runs the tests has set for the program.
    pub fn environment(&self) -> BTreeMap<&'static str, PathBuf> {
        ["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"]
            .map(|name| (name, self.folder.path().to_owned()))
            .into()
    }

    /// The program with a database of its own.
    pub fn program(&self, args: &[&str]) -> Command {
        let mut command = self.bare(args);
        command.arg("--db").arg(self.database());
        command
    }

    /// The program, without a word of a database.
    pub fn bare(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(args).envs(self.environment());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HEIST_") || name.starts_with("OTEL_")) {
            command.env_remove(name);
        }
        command
    }

    /// The command that the program has told, as a shell takes it.
    pub fn as_told(&self, command: &str) -> Command {
        let bare = self.bare(&[]);
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("heist-tui() {{ '{PROGRAM}' \"$@\"; }}\n{command}")]).current_dir(self.path());
        for (name, value) in bare.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell
    }

    /// Plays a heist with the scripted crew and embedded tools, and gives its output.
    pub fn scripted(&self, args: &[&str]) -> Output {
        self.program(&[&["--ci", "--llm", "scripted", "--tools", "embedded"], args].concat()).output().unwrap()
    }
}

/// The program's output, after it ended well.
pub fn told(place: &Place, args: &[&str]) -> String {
    let output = place.program(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The events of a run with `--json`.
pub fn events(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))).collect()
}

/// The events of one kind.
pub fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["kind"] == kind).collect()
}

/// The live model server's address, if the tests are given one.
pub fn live_server() -> Option<String> {
    let url = std::env::var("HEIST_TEST_LLM_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("SKIPPED: HEIST_TEST_LLM_URL names no model server");
    }
    url
}
