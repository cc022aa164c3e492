//! Watches the service that plays: takes what its tasks print, sees to what got lost, and tells what fails.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use bollard::models::{Service, Task, TaskState};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::manager::{Nodes, Swarm};
use super::{kept, listen, spec};
use crate::fleet::FleetError;
use crate::sweep::SweepError;
use crate::sweep::gather::Gathered;
use crate::sweep::progress::Progress;
use crate::sweep::terms::Plan;
use crate::text::{harmless, shortened};

/// How often the tasks are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// So long the last lines of a task may be on their way when it is told to be complete.
const LATE: Duration = Duration::from_millis(500);
/// So often a complete task is asked for all that it has printed.
const ASKED: u8 = 3;
/// So long an engine that does not answer is waited for.
const PATIENCE: Duration = Duration::from_mins(10);
/// So long Swarm has to give the tasks of a node that is gone to others. An engine of 20.10 never does with those of a job.
const GONE: Duration = Duration::from_secs(10);
/// So many lines wait to be taken at most.
const WAITING: usize = 1024;
/// Characters of an error that are told.
const MOST_ERROR: usize = 200;

/// How the watch ended.
pub(super) enum Ended {
    /// All results are there.
    Whole,
    /// What can be played was, and results are missing.
    Missing,
    /// The node of this id and name has no image to play with.
    Without(String, String),
}

/// How one of Swarm's tasks is.
enum Stage {
    /// It runs.
    Runs,
    /// It is complete since then; so often it was asked for all its lines.
    Complete(Instant, u8),
    /// It is being asked for them.
    Asked(u8),
    /// It was on a node that is gone since then.
    Gone(Instant),
    /// There is no more to get from it.
    Over,
}

/// What a look into a task's log has brought.
enum Read {
    /// All lines of this task of Swarm's were passed on.
    Lines(String),
    /// How a task of ours failed, and its last words there.
    Failure { task: u64, node: String, how: String, words: Option<String> },
}

/// Watches a service.
pub(super) struct Watch<'a, 'p> {
    swarm: &'a Swarm,
    plan: &'a Plan,
    service: String,
    /// The tasks that its slots play.
    slots: Vec<u64>,
    retries: u8,
    gathered: &'a mut Gathered<'p>,
    progress: &'a mut Progress,
    /// Since when no task goes on.
    idle: Option<Instant>,
    /// Whether it was told why tasks wait.
    told: bool,
    /// Swarm's tasks, by their ids.
    stages: HashMap<String, Stage>,
    /// How often each task has failed.
    failures: BTreeMap<u64, usize>,
    /// The nodes, and which of them were ready the last time.
    nodes: Nodes,
    give: Sender<Vec<u8>>,
    lines: Receiver<Vec<u8>>,
    /// Who passes on what a task of Swarm's prints.
    followed: HashMap<String, AbortHandle>,
    /// What reads logs; stops when it is dropped.
    following: JoinSet<()>,
    reading: JoinSet<Read>,
}

impl<'a, 'p> Watch<'a, 'p> {
    pub fn new(
        swarm: &'a Swarm,
        plan: &'a Plan,
        service: Service,
        retries: u8,
        gathered: &'a mut Gathered<'p>,
        progress: &'a mut Progress,
    ) -> Self {
        let (give, lines) = channel(WAITING);
        let labels = service.spec.and_then(|spec| spec.labels).unwrap_or_default();
        Self {
            swarm,
            plan,
            service: service.id.unwrap_or_default(),
            slots: spec::tasks_of(&labels),
            retries,
            gathered,
            progress,
            idle: None,
            told: false,
            stages: HashMap::new(),
            failures: BTreeMap::new(),
            nodes: Nodes::default(),
            give,
            lines,
            followed: HashMap::new(),
            following: JoinSet::new(),
            reading: JoinSet::new(),
        }
    }

    /// Watches until all results are there, or no more come.
    pub async fn watch(mut self) -> Result<Ended, SweepError> {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent: Option<Instant> = None;
        loop {
            tokio::select! {
                Some(line) = self.lines.recv() => {
                    self.gathered.take(&line)?;
                }
                Some(read) = self.reading.join_next() => {
                    // A task that was cut off has an end of the program behind it.
                    let Ok(read) = read else { continue };
                    if let Some((node, name)) = self.read(read)? {
                        return Ok(Ended::Without(node, name));
                    }
                }
                Some(_) = self.following.join_next() => {}
                _ = look.tick() => match self.look().await {
                    Ok(Some(ended)) => return Ok(ended),
                    Ok(None) => silent = None,
                    Err(error) if silent.is_some_and(|since| since.elapsed() > PATIENCE) => return Err(error.into()),
                    Err(error) => {
                        if silent.is_none() {
                            self.progress.tell(&format!("{error}; it is asked again"));
                        }
                        silent.get_or_insert_with(Instant::now);
                    }
                },
            }
            if self.gathered.missing().is_empty() {
                return Ok(Ended::Whole);
            }
        }
    }

    /// Looks at the nodes and the tasks.
    async fn look(&mut self) -> Result<Option<Ended>, FleetError> {
        let nodes = self.swarm.nodes().await?;
        for id in self.nodes.up.difference(&nodes.up) {
            self.progress.tell(&format!(
                "the node {} is gone: what it was playing is played again by others",
                self.nodes.name(id)
            ));
        }
        self.nodes = nodes;
        let tasks = match self.swarm.tasks(&self.service).await {
            Err(error) if error.is_not_found() => {
                self.progress.tell("the service was removed by somebody else");
                return Ok(Some(Ended::Missing));
            }
            tasks => tasks?,
        };
        let (mut runs, mut goes_on, mut over) = (0, BTreeSet::new(), BTreeSet::new());
        let mut waits = None;
        for task in tasks {
            let Some(id) = task.id.clone() else { continue };
            let slot = task.slot.and_then(|slot| usize::try_from(slot).ok()).unwrap_or(0);
            let Some(ours) = self.slots.get(slot).copied() else { continue };
            let is_over = match task.status.as_ref().and_then(|status| status.state) {
                Some(TaskState::COMPLETE) => self.completed(id, ours, !self.is_on_gone(&task)),
                _ if self.is_on_gone(&task) => self.lost(id),
                Some(TaskState::RUNNING) => {
                    runs += 1;
                    self.follow(id);
                    false
                }
                Some(TaskState::FAILED | TaskState::REJECTED) => {
                    self.failed(id, ours, task);
                    continue;
                }
                Some(TaskState::SHUTDOWN | TaskState::REMOVE | TaskState::ORPHANED) => continue,
                Some(TaskState::PENDING) => {
                    waits = task.status.and_then(|status| status.err);
                    false
                }
                _ => false,
            };
            if is_over { &mut over } else { &mut goes_on }.insert(ours);
        }
        let is_over = |task| over.contains(task) && !goes_on.contains(task);
        let all_over = self.gathered.missing().iter().all(is_over);
        // Tasks of a node that is gone keep their places, so that others may never begin.
        let is_idle = goes_on.is_empty() && self.idle.get_or_insert_with(Instant::now).elapsed() >= GONE;
        if (all_over || is_idle) && self.reading.is_empty() {
            return Ok(Some(Ended::Missing));
        }
        if !goes_on.is_empty() {
            self.idle = None;
        }
        if runs == 0
            && let Some(reason) = waits.filter(|_| !self.told)
        {
            self.told = true;
            let reason = shortened(&harmless(&reason), MOST_ERROR).into_owned();
            self.progress.tell(&format!("tasks wait for a node that can play them: {reason}"));
        }
        let complete = self.plan.all().len() - self.gathered.missing().len();
        let words = format!("{runs} tasks run, {complete} of {} are complete", self.plan.all().len());
        self.progress.show(self.gathered.count(), &words);
        Ok(None)
    }

    /// Whether a task is on a node that is not there any more.
    fn is_on_gone(&self, task: &Task) -> bool {
        task.node_id.as_ref().is_some_and(|node| !self.nodes.up.contains(node))
    }

    /// Whether a task that was not complete when its node went has nothing more to tell.
    fn lost(&mut self, id: String) -> bool {
        let since = match self.stages.get(&id) {
            Some(Stage::Over) => return true,
            Some(Stage::Gone(since)) => *since,
            _ => Instant::now(),
        };
        let is_over = since.elapsed() >= GONE;
        if is_over {
            self.unfollow(&id);
        }
        self.stages.insert(id, if is_over { Stage::Over } else { Stage::Gone(since) });
        is_over
    }

    /// Has what the task prints passed on, unless that is done already. A connection that broke is made again.
    fn follow(&mut self, id: String) {
        if self.followed.get(&id).is_none_or(AbortHandle::is_finished) {
            let following = listen::follow(self.swarm.docker.clone(), id.clone(), self.give.clone());
            self.followed.insert(id.clone(), self.following.spawn(following));
            self.stages.insert(id, Stage::Runs);
        }
    }

    /// No more is to be heard from a task. An engine of 20.10 does not end what is followed by itself.
    fn unfollow(&mut self, id: &str) {
        if let Some(following) = self.followed.remove(id) {
            following.abort();
        }
    }

    /// Sees to it that all that a complete task has printed is there; whether there is no more to get.
    fn completed(&mut self, id: String, ours: u64, is_reachable: bool) -> bool {
        let stage = match self.stages.remove(&id) {
            _ if !self.gathered.missing().contains(&ours) => Stage::Over,
            // Its last lines are on their way.
            None | Some(Stage::Runs | Stage::Gone(_)) => Stage::Complete(Instant::now(), 0),
            Some(Stage::Complete(since, asked)) if since.elapsed() >= LATE => {
                if asked < ASKED && is_reachable {
                    let (docker, give, task) = (self.swarm.docker.clone(), self.give.clone(), id.clone());
                    self.reading.spawn(async move {
                        listen::all(docker, task.clone(), give).await;
                        Read::Lines(task)
                    });
                    self.unfollow(&id);
                    Stage::Asked(asked + 1)
                } else {
                    Stage::Over
                }
            }
            Some(stage) => stage,
        };
        let is_over = matches!(stage, Stage::Over);
        if is_over {
            self.unfollow(&id);
        }
        self.stages.insert(id, stage);
        is_over
    }

    /// Finds out why a task has failed.
    fn failed(&mut self, id: String, ours: u64, task: Task) {
        if matches!(self.stages.insert(id.clone(), Stage::Over), Some(Stage::Over)) {
            return;
        }
        self.unfollow(&id);
        let node = task.node_id.unwrap_or_default();
        let status = task.status.unwrap_or_default();
        let code = status.container_status.and_then(|container| container.exit_code).filter(|code| *code != 0);
        let error = status.err.filter(|error| !error.is_empty()).or(status.message).unwrap_or_default();
        let how = match code {
            Some(code) => format!("exit code {code}"),
            None => shortened(&harmless(&error), MOST_ERROR).into_owned(),
        };
        let docker = self.swarm.docker.clone();
        self.reading.spawn(async move {
            // One that was never begun has no words.
            let words = if code.is_some() { listen::last_words(&docker, &id).await } else { None };
            Read::Failure { task: ours, node, how, words }
        });
    }

    /// Takes what a look into a log has brought; the node that has no image, if that is what it tells.
    fn read(&mut self, read: Read) -> Result<Option<(String, String)>, SweepError> {
        let (task, node, how, words) = match read {
            Read::Lines(id) => {
                if let Some(Stage::Asked(times)) = self.stages.get(&id) {
                    let stage = Stage::Complete(Instant::now(), *times);
                    self.stages.insert(id, stage);
                }
                return Ok(None);
            }
            Read::Failure { task, node, how, words } => (task, node, how, words),
        };
        let name = self.nodes.name(&node);
        if how.contains("No such image") {
            return Ok(Some((node, name)));
        }
        let times = self.failures.entry(task).or_insert(0);
        *times += 1;
        let last = match words {
            Some(words) => format!("{name} ({how}): {words}"),
            None => format!("{name} ({how})"),
        };
        if *times > usize::from(self.retries) {
            return Err(SweepError::Fails { task, times: *times, last, kept: kept(self.gathered, self.plan) });
        }
        let all = self.plan.tasks;
        self.progress.tell(&format!("task {task} of {all} has failed on {last}; it is tried again"));
        Ok(None)
    }
}
