//! The results that are there: a file beside the one that they are for, to which each new line is added as it comes, so
//! that nothing is lost when the program ends early.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::SweepError;
use super::terms::Plan;
use crate::lock;
use crate::text::harmless;

/// Bytes of a line at the most.
pub(super) const LINE: usize = 1 << 20;

/// The results that are there.
pub(super) struct Gathered<'a> {
    plan: &'a Plan,
    file: File,
    path: PathBuf,
    there: HashSet<u64>,
    /// Of each task that is not whole, counted from 1, how many games are missing.
    missing: BTreeSet<u64>,
    left: Vec<u64>,
    /// What the first result is of, which all the others must be too.
    of: Option<Played>,
}

/// What of a line says which game it is of, of which bench.
#[derive(Deserialize)]
struct Numbered {
    number: u64,
    bench: Value,
    game: Game,
}

#[derive(Deserialize)]
struct Game {
    model: Option<String>,
}

/// What a game must have in common with the others to be put together with them.
#[derive(PartialEq)]
struct Played {
    bench: Value,
    model: Option<String>,
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = harmless(self.model.as_deref().unwrap_or("the scripted crew"));
        let version = harmless(self.bench["version"].as_str().unwrap_or("unknown"));
        write!(f, "{by} (version {version})")
    }
}

impl<'a> Gathered<'a> {
    /// Opens the file of a sweep whose results go to `output`, and reads what is there.
    ///
    /// # Errors
    /// If it cannot be read or written, another process has it, or something else stands in it.
    pub fn open(plan: &'a Plan, output: &Path) -> Result<Self, SweepError> {
        if output.exists() {
            return Err(SweepError::IsThere { file: output.to_owned() });
        }
        let path = plan.beside(output, "part");
        let fail = |source| SweepError::File { file: path.clone(), source };
        let file = OpenOptions::new().read(true).append(true).create(true).truncate(false).open(&path).map_err(fail)?;
        if !lock::is_free(&file).map_err(fail)? {
            return Err(SweepError::Twice { file: path });
        }
        let missing = plan.all();
        let left = (1..=plan.tasks).map(|task| plan.games_of(task)).collect();
        let mut gathered = Self { plan, file, path: path.clone(), there: HashSet::new(), missing, left, of: None };
        let mut reader = BufReader::new(gathered.file.try_clone().map_err(fail)?);
        reader.rewind().map_err(fail)?;
        let (mut text, mut whole) = (Vec::new(), 0);
        for number in 1.. {
            text.clear();
            let read = reader.by_ref().take(LINE as u64 + 1).read_until(b'\n', &mut text).map_err(fail)?;
            if !text.ends_with(b"\n") {
                if read > LINE {
                    return Err(SweepError::Line { file: path, line: number });
                }
                // What was cut off when the program was killed.
                gathered.file.set_len(whole).map_err(fail)?;
                break;
            }
            whole += read as u64;
            match gathered.number(&text)? {
                Some(game) => gathered.note(game),
                None => return Err(SweepError::Line { file: path, line: number }),
            };
        }
        Ok(gathered)
    }

    /// Takes a line that a task has written; whether it is a result that was not there.
    ///
    /// # Errors
    /// If it cannot be kept, or is of another bench than the others.
    pub fn take(&mut self, line: &[u8]) -> Result<bool, SweepError> {
        let Some(game) = self.number(line)? else { return Ok(false) };
        if self.there.contains(&game) {
            return Ok(false);
        }
        let mut whole = line.trim_ascii_end().to_vec();
        whole.push(b'\n');
        self.file.write_all(&whole).map_err(|source| SweepError::File { file: self.path.clone(), source })?;
        Ok(self.note(game))
    }

    /// The number of the game that a line is of; none if it is no result.
    fn number(&mut self, line: &[u8]) -> Result<Option<u64>, SweepError> {
        let Ok(Numbered { number, bench, game: Game { model } }) = serde_json::from_slice(line) else {
            return Ok(None);
        };
        if number >= self.plan.games {
            return Ok(None);
        }
        let played = Played { bench, model };
        match &self.of {
            None => self.of = Some(played),
            // They could not be put together in the end.
            Some(first) if *first != played => {
                let [first, other] = [first, &played].map(Played::to_string);
                return Err(SweepError::Others { first, other, file: self.path.clone() });
            }
            Some(_) => {}
        }
        Ok(Some(number))
    }

    fn note(&mut self, game: u64) -> bool {
        let task = self.plan.task_of(game);
        let is_new = self.there.insert(game);
        if is_new && let Some(left) = usize::try_from(task - 1).ok().and_then(|place| self.left.get_mut(place)) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.missing.remove(&task);
            }
        }
        is_new
    }

    /// How many results are there.
    pub fn count(&self) -> u64 {
        self.there.len() as u64
    }

    /// The tasks of which results are missing.
    pub fn missing(&self) -> &BTreeSet<u64> {
        &self.missing
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file, when its results are elsewhere.
    ///
    /// # Errors
    /// If it stays.
    pub fn remove(self) -> Result<(), SweepError> {
        fs::remove_file(&self.path).map_err(|source| SweepError::File { file: self.path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::terms::tests::plan;

    fn line(number: u64) -> String {
        by("a", number)
    }

    fn by(model: &str, number: u64) -> String {
        let game = format!(r#"{{"number":{number},"bench":{{"version":"1"}},"game":{{"model":"{model}"}}}}"#);
        game + "\n"
    }

    #[test]
    fn what_could_not_be_put_together_is_refused_when_it_comes() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(&["--games", "6", "--tasks", "2"]);
        let mut gathered = Gathered::open(&plan, &folder.path().join("results")).unwrap();
        assert!(gathered.take(by("a", 1).as_bytes()).unwrap());
        let error = gathered.take(by("b", 2).as_bytes()).unwrap_err().to_string();
        assert!(error.contains("a (version 1)") && error.contains("b (version 1)"), "{error}");
        assert_eq!(gathered.count(), 1);
    }

    #[test]
    fn each_result_is_kept_once_and_found_again_whole() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("results");
        let plan = plan(&["--games", "6", "--tasks", "2"]);
        let mut gathered = Gathered::open(&plan, &output).unwrap();
        assert!(matches!(Gathered::open(&plan, &output), Err(SweepError::Twice { .. })));
        for (number, is_new) in [(4, true), (2, true), (4, false), (6, false), (1, true)] {
            assert_eq!(gathered.take(line(number).as_bytes()).unwrap(), is_new, "{number}");
        }
        assert!(!gathered.take(b"no result").unwrap());
        let path = gathered.path().to_owned();
        drop(gathered);
        // Killed in the midst of a line.
        fs::write(&path, format!("{}{}", fs::read_to_string(&path).unwrap(), &line(5)[..7])).unwrap();
        let mut gathered = Gathered::open(&plan, &output).unwrap();
        assert_eq!((gathered.count(), gathered.missing().len()), (3, 2));
        assert!(gathered.take(line(0).as_bytes()).unwrap());
        assert_eq!(gathered.missing().iter().copied().collect::<Vec<_>>(), [2]);
        gathered.take(line(3).as_bytes()).unwrap();
        gathered.take(line(5).trim_end().as_bytes()).unwrap();
        assert!(gathered.missing().is_empty());
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, [4, 2, 1, 0, 3, 5].map(line).concat());
        gathered.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_in_the_way_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("results");
        let plan = plan(&["--games", "6"]);
        fs::write(plan.beside(&output, "part"), "seven\n").unwrap();
        assert!(matches!(Gathered::open(&plan, &output), Err(SweepError::Line { line: 1, .. })));
        fs::write(&output, "something").unwrap();
        assert!(matches!(Gathered::open(&plan, &output), Err(SweepError::IsThere { .. })));
    }
}
