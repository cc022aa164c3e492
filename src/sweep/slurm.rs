//! A sweep on a Slurm cluster: a batch script for an array of jobs, each of which writes its results into a folder that all
//! nodes share. `sbatch`, `squeue` and `scancel` are asked, as a person would.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::progress::Progress;
use super::terms::Plan;
use super::{SweepError, output_of};
use crate::bench;
use crate::cli::Sweep;
use crate::interrupt::interrupted;
use crate::text::{for_shell, harmless, shortened};

/// How often the queue and the folder are looked at. A busy controller is not to be asked more often.
const LOOK: Duration = Duration::from_secs(5);
/// So long a command of Slurm may take: it waits for its controller by itself.
const LIMIT: Duration = Duration::from_mins(5);
/// So long a controller that does not answer is asked again.
const PATIENCE: Duration = Duration::from_mins(10);
/// Bytes of a log's end in which its last words are.
const END: u64 = 4096;
/// Characters of last words that are told.
const MOST_WORDS: usize = 300;
/// So many tasks that have failed are told one by one.
const MOST_TOLD: usize = 5;

/// The folder of a sweep.
struct Folder {
    path: PathBuf,
    /// Of each file, how long it was and how many lines it had.
    counted: HashMap<PathBuf, (u64, u64)>,
}

/// Plays the sweep to its end, or hands it over.
pub(super) async fn sweep(plan: &Plan, options: &Sweep, mut out: impl Write) -> Result<(), SweepError> {
    let output = output_of(options);
    let path = std::path::absolute(plan.beside(&output, "tasks"))?;
    let mut folder = Folder { path, counted: HashMap::new() };
    if options.print {
        write!(out, "{}", folder.script(plan, options, &plan.all())?)?;
        return Ok(out.flush()?);
    }
    if output.exists() {
        return Err(SweepError::IsThere { file: output });
    }
    folder.make(plan)?;
    let mut progress = Progress::new(plan.games, folder.count(plan)?);
    let stopped = interrupted();
    let played = tokio::select! {
        played = play(plan, options, &mut folder, &mut progress) => played,
        () = stopped => Err(SweepError::Stopped(String::new())),
    };
    progress.clear();
    match played {
        Ok(true) => {
            let files: Vec<_> = plan.all().into_iter().map(|task| folder.results(task)).collect();
            let place = folder.path.clone();
            let merged = bench::merge(&files, None, Some(&output), options.json, out);
            merged.map_err(|error| SweepError::unmerged(error, place))?;
            fs::remove_dir_all(&folder.path).map_err(|source| SweepError::File { file: folder.path, source })
        }
        Ok(false) => Ok(()),
        Err(SweepError::Stopped(_)) => {
            let (name, kept) = (&plan.name, folder.kept());
            let job = match cancel(plan).await {
                Ok(()) => format!("and the job {name} cancelled."),
                Err(error) => format!("but the job {name} may play on ({error})."),
            };
            Err(SweepError::Stopped(format!("stopped, {job} {kept}")))
        }
        Err(error) => Err(error),
    }
}

/// Whether all results are there; otherwise the job is handed over and left alone.
async fn play(plan: &Plan, options: &Sweep, folder: &mut Folder, progress: &mut Progress) -> Result<bool, SweepError> {
    let mut handed_over = 0;
    let (mut has_told, mut silent) = (false, None);
    loop {
        // What the queue tells first, so that whoever is no more in it has all its results in the folder.
        let (waits, runs) = match queue(plan).await {
            Ok(told) => {
                (has_told, silent) = (true, None);
                told
            }
            // A controller that is busy answers again later.
            Err(error) if has_told && silent.is_none_or(|since: Instant| since.elapsed() < PATIENCE) => {
                if silent.is_none() {
                    progress.tell(&format!("{error}; it is asked again"));
                }
                silent.get_or_insert_with(Instant::now);
                tokio::time::sleep(LOOK).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        let missing = folder.missing(plan);
        if missing.is_empty() {
            return Ok(true);
        }
        if waits + runs == 0 {
            if handed_over > options.retries {
                return Err(SweepError::Slurm(folder.failures(&missing)));
            }
            if handed_over > 0 {
                progress.tell(&format!("{} They are tried again", folder.failures(&missing)));
            }
            handed_over += 1;
            let script = folder.path.join("job.sh");
            let text = folder.script(plan, options, &missing)?;
            fs::write(&script, text).map_err(|source| SweepError::File { file: script.clone(), source })?;
            let job = ask("sbatch", &["--parsable".to_owned(), script.to_string_lossy().into_owned()]).await?;
            let job = harmless(job.trim()).into_owned();
            progress.tell(&format!("job {job} plays {} tasks (squeue --jobs={job})", missing.len()));
            if options.detach {
                let results = for_shell(&folder.path);
                progress.tell(&format!(
                    "when it is over: `heist-tui bench merge {results}/*.jsonl`, or the same command without --detach"
                ));
                return Ok(false);
            }
        } else if options.detach {
            progress.tell(&format!("the job {} is in the queue already", plan.name));
            return Ok(false);
        }
        let complete = plan.all().len() - missing.len();
        let words = format!("{runs} tasks run, {waits} wait, {complete} of {} are complete", plan.all().len());
        let there = folder.count(plan)?;
        progress.show(there, &words);
        tokio::time::sleep(LOOK).await;
    }
}

/// What the queue tells of each task of the sweep. Somebody else may play the same, who is not asked for.
async fn queued(plan: &Plan, format: &str) -> Result<String, SweepError> {
    let arguments = ["--me", "--noheader", "--array"].map(str::to_owned);
    ask("squeue", &[&arguments[..], &[format!("--format={format}"), format!("--name={}", plan.name)]].concat()).await
}

/// Cancels the jobs of the sweep.
async fn cancel(plan: &Plan) -> Result<(), SweepError> {
    let told = queued(plan, "%F").await?;
    let jobs: BTreeSet<_> = told.split_whitespace().map(str::to_owned).collect();
    if !jobs.is_empty() {
        ask("scancel", &jobs.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// How many tasks of the sweep wait in the queue, and how many run.
async fn queue(plan: &Plan) -> Result<(usize, usize), SweepError> {
    let told = queued(plan, "%T").await?;
    let waits = told.lines().filter(|state| state.trim() == "PENDING").count();
    Ok((waits, told.lines().filter(|state| !state.trim().is_empty()).count() - waits))
}

/// Calls a command of Slurm's; what it prints.
async fn ask(command: &'static str, arguments: &[String]) -> Result<String, SweepError> {
    let arguments = arguments.to_vec();
    let called = tokio::task::spawn_blocking(move || Command::new(command).args(arguments).output());
    let slow = |_| SweepError::Slurm(format!("{command} does not end within {} min", LIMIT.as_secs() / 60));
    let called = tokio::time::timeout(LIMIT, called).await.map_err(slow)?;
    let called = called.map_err(|error| SweepError::Slurm(format!("{command} was cut off: {error}")))?;
    let output = called.map_err(|error| {
        SweepError::Slurm(format!("cannot call {command} ({error}): run this where Slurm's commands are"))
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = shortened(said.trim(), MOST_WORDS);
    Err(SweepError::Slurm(format!("{command} refuses ({}): {}", output.status, harmless(&said))))
}

impl Folder {
    /// Makes it, with the files that tasks need.
    fn make(&self, plan: &Plan) -> Result<(), SweepError> {
        let make = |path: &Path, made: io::Result<()>| {
            made.map_err(|source| SweepError::File { file: path.to_owned(), source })
        };
        make(&self.path, fs::create_dir_all(self.path.join("log")))?;
        plan.files.iter().try_for_each(|file| {
            let path = self.path.join(file.name);
            make(&path, fs::write(&path, &file.content))
        })
    }

    /// The results of a task; the file has this name when they are whole.
    fn results(&self, task: u64) -> PathBuf {
        self.path.join(format!("{task}.jsonl"))
    }

    fn missing(&self, plan: &Plan) -> BTreeSet<u64> {
        plan.all().into_iter().filter(|task| !self.results(*task).exists()).collect()
    }

    /// How many results are there.
    fn count(&mut self, plan: &Plan) -> Result<u64, SweepError> {
        let mut all = 0;
        for task in plan.all() {
            let whole = self.results(task);
            let part = self.path.join(format!("{task}.jsonl.part"));
            all += if whole.exists() { plan.games_of(task) } else { self.lines(&part)? };
        }
        Ok(all)
    }

    /// The lines of a file that grows; none where it is not there.
    fn lines(&mut self, path: &Path) -> Result<u64, SweepError> {
        let Ok(mut file) = File::open(path) else { return Ok(0) };
        let (from, mut lines) = self.counted.get(path).copied().unwrap_or_default();
        let fail = |source| SweepError::File { file: path.to_owned(), source };
        file.seek(SeekFrom::Start(from)).map_err(fail)?;
        let mut added = Vec::new();
        file.read_to_end(&mut added).map_err(fail)?;
        lines += memchr::memchr_iter(b'\n', &added).count() as u64;
        self.counted.insert(path.to_owned(), (from + added.len() as u64, lines));
        Ok(lines)
    }

    /// The batch script for these tasks.
    fn script(&self, plan: &Plan, options: &Sweep, tasks: &BTreeSet<u64>) -> Result<String, SweepError> {
        let program = std::env::current_exe()?;
        let folder = for_shell(&self.path);
        let at_a_time = options.concurrency.map_or_else(String::new, |concurrency| format!("%{concurrency}"));
        let logs = format!("{}/log/%a", for_batch(&self.path)?);
        let mut text = format!(
            "#!/bin/bash\n#SBATCH --job-name={}\n#SBATCH --array={}{at_a_time}\n#SBATCH --ntasks=1\n#SBATCH \
             --cpus-per-task={}\n#SBATCH --output={logs}\nset -eu\n",
            plan.name,
            ranges(tasks),
            plan.jobs,
        );
        for (name, value) in plan.environment() {
            // Writing to a text does not fail.
            let _ = writeln!(text, "export {name}={}", for_shell(value));
        }
        let arguments: Vec<_> = plan.arguments(&self.path.to_string_lossy()).iter().map(for_shell).collect();
        let _ = writeln!(
            text,
            "exec {} bench {} --shard=\"$SLURM_ARRAY_TASK_ID/{}\" --results={folder}/\"$SLURM_ARRAY_TASK_ID.jsonl\"",
            for_shell(program),
            arguments.join(" "),
            plan.tasks,
        );
        Ok(text)
    }

    /// What is kept, and what to do.
    fn kept(&self) -> String {
        format!("What was played is kept in {}: the same command plays the rest", self.path.display())
    }

    /// How tasks have failed.
    fn failures(&self, tasks: &BTreeSet<u64>) -> String {
        let mut told = format!("{} tasks have failed:", tasks.len());
        for task in tasks.iter().take(MOST_TOLD) {
            let words = last_words(&self.path.join(format!("log/{task}")));
            let _ = write!(told, "\n  task {task}: {}", words.unwrap_or_else(|| "without a word".to_owned()));
        }
        let _ = write!(told, "\n{}.", self.kept());
        told
    }
}

/// The last line of a task's log.
fn last_words(log: &Path) -> Option<String> {
    let mut file = File::open(log).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).ok()?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end).ok()?;
    let text = String::from_utf8_lossy(&end);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(shortened(&harmless(line), MOST_WORDS).into_owned())
}

/// A path as it stands in a line of a batch script that Slurm reads: it is no shell, but knows quotes, backslashes, comments
/// and what it puts in for itself, such as `%a`.
fn for_batch(path: &Path) -> Result<String, SweepError> {
    let text = path.to_str().filter(|text| !text.contains(char::is_control));
    let fail = || SweepError::File {
        file: path.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidFilename, "Slurm cannot be told of a path with such characters"),
    };
    let mut told = String::new();
    for character in text.ok_or_else(fail)?.chars() {
        match character {
            '%' => told.push('%'),
            ' ' | '\'' | '"' | '\\' | '#' => told.push('\\'),
            _ => {}
        }
        told.push(character);
    }
    Ok(told)
}

/// Numbers as Slurm writes them: `1-3,7`.
fn ranges(numbers: &BTreeSet<u64>) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for number in numbers.iter().copied() {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let told =
        ranges.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    told.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::terms::tests::options;

    #[test]
    fn numbers_in_a_row_are_a_range() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10].into()), "1-3,7,9-10");
        assert_eq!(ranges(&BTreeSet::new()), "");
    }

    #[test]
    fn a_script_says_what_its_tasks_play_and_where() {
        let options = options(&[
            "--slurm",
            "--games",
            "30",
            "--tasks",
            "4",
            "--concurrency",
            "2",
            "--llm",
            "openai",
            "--model",
            "a b",
        ]);
        let plan = Plan::of(&options).unwrap();
        let folder = Folder { path: "/shared/it's here".into(), counted: HashMap::new() };
        let script = folder.script(&plan, &options, &[1, 3, 4].into()).unwrap();
        for line in ["#SBATCH --array=1,3-4%2", "export HEIST_LLM_URL=http://127.0.0.1:1234/v1"] {
            assert!(script.lines().any(|it| it == line), "{line}: {script}");
        }
        assert!(script.contains("\n#SBATCH --output=/shared/it\\'s\\ here/log/%a\n"), "{script}");
        let folder = r"'/shared/it'\''s here'";
        assert!(
            script.contains("'--model=a b'") && script.contains(&format!("--results={folder}/\"$SLURM")),
            "{script}"
        );
    }

    #[test]
    fn a_path_comes_through_slurms_own_reading() {
        let told = |path: &str| for_batch(Path::new(path));
        assert_eq!(told("/a b/c#/%u/\"q\\").unwrap(), "/a\\ b/c\\#/%%u/\\\"q\\\\");
        assert!(told("/a\nb").is_err());
    }

    #[test]
    fn what_is_there_is_counted_as_it_grows() {
        let place = tempfile::tempdir().unwrap();
        let plan = Plan::of(&options(&["--slurm", "--games", "10", "--tasks", "2"])).unwrap();
        let mut folder = Folder { path: place.path().to_owned(), counted: HashMap::new() };
        folder.make(&plan).unwrap();
        assert_eq!(folder.missing(&plan), [1, 2].into());
        let part = place.path().join("2.jsonl.part");
        fs::write(&part, "one\ntw").unwrap();
        assert_eq!(folder.count(&plan).unwrap(), 1);
        fs::write(&part, "one\ntwo\n").unwrap();
        fs::write(folder.results(1), "").unwrap();
        assert_eq!(folder.count(&plan).unwrap(), 2 + plan.games_of(1));
        assert_eq!(folder.missing(&plan), [2].into());
        fs::write(place.path().join("log/2"), "begun\nno model server\n\n").unwrap();
        assert!(folder.failures(&[2].into()).contains("task 2: no model server"));
    }
}
