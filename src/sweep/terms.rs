//! What is swept: which games, in which tasks, and what each task is called with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::SweepError;
use crate::bench;
use crate::cli::{Llm, Series, Sweep};
use crate::crew::{Crew, MoleChoice};
use crate::file;
use crate::play::PlayError;
use crate::suspicion::Parameters;
use crate::terms::Terms;

/// What is swept.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// What the sweep is called on an engine; follows from all that decides its results.
    pub name: String,
    /// How many games there are, those without a mole counted in.
    pub games: u64,
    /// In how many tasks they are played. The `i`th, counted from 1, plays the games `i - 1`, `i - 1 + tasks`, and so on.
    pub tasks: u64,
    /// How many games a task plays at a time.
    pub jobs: u8,
    /// The files that a task needs.
    pub files: Vec<Carried>,
    /// The options of `bench` that are the same for all tasks, but for files.
    arguments: Vec<String>,
    /// The model server, if one is asked.
    llm_url: Option<String>,
}

/// A file that goes along with the tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// The option that names it.
    pub option: &'static str,
    /// What it is called there.
    pub name: &'static str,
    /// What stands in it.
    pub content: String,
}

impl Plan {
    /// What the options ask for.
    ///
    /// # Errors
    /// If a file cannot be used, or the mole is not of the crew.
    pub fn of(options: &Sweep) -> Result<Self, SweepError> {
        let series = &options.series;
        Terms::of(&series.game).map_err(PlayError::from)?;
        let files = carried(series)?;
        let (arguments, llm_url) =
            (series.arguments(), (series.llm != Llm::Scripted).then(|| series.llm_url.join(",")));
        let mut hasher = Sha256::new();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let rest = [options.tasks.to_string(), llm_url.clone().unwrap_or_default()];
        let contents = files.iter().flat_map(|file| [file.name.to_owned(), file.content.clone()]);
        for part in [version].into_iter().chain(arguments.iter().cloned()).chain(rest).chain(contents) {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let start = hasher.finalize().iter().take(6).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
        Ok(Self {
            name: format!("heist-sweep-{start:012x}"),
            games: bench::count(series.games, series.game.mole != MoleChoice::Nobody),
            tasks: u64::from(options.tasks),
            jobs: options.jobs.get(),
            files,
            arguments,
            llm_url,
        })
    }

    /// The options of `bench` for a task that finds its files in this folder.
    pub fn arguments(&self, folder: &str) -> Vec<String> {
        let files = self.files.iter().map(|file| format!("--{}={folder}/{}", file.option, file.name));
        self.arguments.iter().cloned().chain(files).chain([format!("--jobs={}", self.jobs)]).collect()
    }

    /// The environment of a task, but for its shard and the model server's key.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.llm_url.iter().map(|url| ("HEIST_LLM_URL", url.clone())).collect()
    }

    /// Whether tasks ask a model server.
    pub fn asks_model(&self) -> bool {
        self.llm_url.is_some()
    }

    /// All tasks that have a game to play, counted from 1.
    pub fn all(&self) -> BTreeSet<u64> {
        (1..=self.tasks.min(self.games)).collect()
    }

    /// How many games a task plays.
    pub fn games_of(&self, task: u64) -> u64 {
        (self.games + self.tasks).saturating_sub(task) / self.tasks
    }

    /// The task that plays a game.
    pub fn task_of(&self, game: u64) -> u64 {
        game % self.tasks + 1
    }

    /// A file beside `output` that belongs to this sweep alone.
    pub fn beside(&self, output: &Path, end: &str) -> PathBuf {
        let mut name = output.as_os_str().to_owned();
        name.push(format!(".{}.{end}", self.name.trim_start_matches("heist-")));
        name.into()
    }
}

/// Reads the files that tasks need; what cannot be used is told here and not by each task.
fn carried(series: &Series) -> Result<Vec<Carried>, SweepError> {
    let mut files = Vec::new();
    if let Some(path) = &series.game.crew {
        let content = file::read("crew file", path, |text| Crew::parse(text).map(|_| text.to_owned()))?;
        files.push(Carried { option: "crew", name: "crew.toml", content });
    }
    if let Some(path) = &series.detector {
        let content = file::read("detector file", path, |text| Parameters::read(text).map(|_| text.to_owned()))?;
        files.push(Carried { option: "detector", name: "detector.toml", content });
    }
    Ok(files)
}

#[cfg(test)]
pub(super) mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    /// The options as a command line says them.
    pub(in crate::sweep) fn options(args: &[&str]) -> Sweep {
        let cli = Cli::try_parse_from([&["heist-tui", "sweep", "-o", "results"], args].concat()).unwrap();
        let Some(Command::Sweep(sweep)) = cli.command else { panic!("no sweep") };
        sweep
    }

    /// The plan of a Swarm's sweep.
    pub(in crate::sweep) fn plan(args: &[&str]) -> Plan {
        Plan::of(&options(&[&["--swarm"], args].concat())).unwrap()
    }

    #[test]
    fn each_game_is_one_tasks() {
        for (games, tasks) in [("20", "3"), ("7", "7"), ("2", "5"), ("100", "64")] {
            let plan = plan(&["--games", games, "--tasks", tasks]);
            assert_eq!(plan.games, games.parse::<u64>().unwrap() * 11 / 10);
            let mut counts = std::collections::BTreeMap::new();
            for game in 0..plan.games {
                *counts.entry(plan.task_of(game)).or_insert(0) += 1;
            }
            assert_eq!(counts.keys().copied().collect::<BTreeSet<_>>(), plan.all());
            for task in 1..=plan.tasks {
                assert_eq!(counts.get(&task).copied().unwrap_or(0), plan.games_of(task), "{task} of {tasks}");
            }
        }
        assert_eq!(plan(&["--games", "20", "--mole", "none"]).games, 20);
    }

    #[test]
    fn a_sweep_has_its_name_from_what_decides_its_results() {
        let name = |args: &[&str]| plan(args).name;
        let usual = name(&["--games", "50"]);
        assert!(usual.starts_with("heist-sweep-") && usual.len() == 24, "{usual}");
        for same in [&["--concurrency", "7"][..], &["--jobs", "2"], &["--retries", "0"], &["--image", "x"]] {
            assert_eq!(name(&[&["--games", "50"], same].concat()), usual, "{same:?}");
        }
        for other in [&["--seed", "2"][..], &["--tasks", "8"], &["--rounds", "2"], &["--llm", "openai"]] {
            assert_ne!(name(&[&["--games", "50"], other].concat()), usual, "{other:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let crew = folder.path().join("crew.toml");
        let with = |text: &str| {
            std::fs::write(&crew, text).unwrap();
            plan(&["--games", "50", "--crew", crew.to_str().unwrap()])
        };
        let text = "[[agents]]\nname = \"a\"\nrole = \"x\"\n[[agents]]\nname = \"b\"\nrole = \"y\"\n";
        let one = with(text);
        assert_ne!(one.name, with(&text.replace('y', "z")).name);
        assert_eq!(one.arguments("/in").iter().filter(|arg| *arg == "--crew=/in/crew.toml").count(), 1);
        assert_eq!(one.files[0].content, text);
    }

    #[test]
    fn a_model_server_goes_by_the_environment() {
        assert!(plan(&[]).environment().is_empty());
        let url = "http://{{.Node.Hostname}}:8080/v1";
        let asked = plan(&["--llm", "openai", "--llm-url", url]);
        assert_eq!(asked.environment(), [("HEIST_LLM_URL", url.to_owned())]);
        assert!(!asked.arguments("/").iter().any(|argument| argument.contains("8080")));
    }
}
