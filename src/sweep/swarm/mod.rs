//! A sweep on a Docker Swarm: a service in job mode whose slots are the shards, and whose log is the results.

mod listen;
mod spec;
mod watch;

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::time::Duration;

use bollard::Docker;
use bollard::models::{
    ConfigSpec, LocalNodeState, Node, NodeSpecAvailabilityEnum, NodeState, Service, ServiceSpec, Task,
};
use bollard::query_parameters::{
    InspectServiceOptions, ListConfigsOptionsBuilder, ListNodesOptions, ListTasksOptionsBuilder,
};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep};

use super::gather::Gathered;
use super::progress::Progress;
use super::terms::{Carried, Plan};
use super::{SweepError, finish, output_of};
use crate::cli::Sweep;
use crate::fleet::{DockerOptions, Engine, FleetError, ask, find_engine};
use crate::interrupt::interrupted;
use crate::text::harmless;
use spec::{LABEL_SWEEP, Wanted};
use watch::{Ended, Watch};

/// So long the nodes have to remove the containers of a service.
const CLEARING: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(250);

/// A manager of a Swarm.
struct Swarm {
    docker: Docker,
    engine: Engine,
}

/// The nodes of a Swarm.
#[derive(Clone, Debug, Default)]
struct Nodes {
    /// What they are called, by their ids.
    names: HashMap<String, String>,
    /// How many processors those have that take tasks, by their ids.
    ready: HashMap<String, u64>,
}

/// Plays the sweep to its end, or begins it.
pub(super) async fn sweep(plan: &Plan, options: &Sweep, mut out: impl Write) -> Result<(), SweepError> {
    let docker = DockerOptions { docker_host: options.docker_host.clone(), ..DockerOptions::default() };
    let swarm = Swarm::of(find_engine(&docker).await?).await?;
    let key = std::env::var("HEIST_LLM_KEY").ok().filter(|key| plan.asks_model() && !key.is_empty());
    let mut run = Run { plan, options, swarm: &swarm, key, without: BTreeSet::new() };
    if options.print {
        let (image, _) = run.image(false).await?;
        run.key = run.key.map(|_| "…".to_owned());
        let spec = run.spec(&plan.all(), &image, &[]).await?;
        let text = serde_json::to_string_pretty(&spec).map_err(std::io::Error::from)?;
        writeln!(out, "{text}")?;
        return Ok(out.flush()?);
    }
    let output = output_of(options);
    let mut gathered = Gathered::open(plan, &output)?;
    let mut progress = Progress::new(plan.games, gathered.count());
    let stopped = interrupted();
    let played = tokio::select! {
        played = run.play(&mut gathered, &mut progress) => played,
        () = stopped => Err(SweepError::Stopped(String::new())),
    };
    progress.clear();
    match played {
        Ok(true) => {
            swarm.clear(plan).await?;
            finish(gathered, &output, options.json, out)
        }
        Ok(false) => {
            let words =
                format!("the service {} plays; the same command without --detach waits for its results", plan.name);
            progress.tell(&words);
            Ok(())
        }
        Err(SweepError::Stopped(_)) => {
            swarm.clear(plan).await?;
            Err(SweepError::Stopped(format!(
                "stopped, and the service {} removed. {}",
                plan.name,
                kept(&gathered, plan)
            )))
        }
        Err(error @ (SweepError::Fails { .. } | SweepError::Lost { .. } | SweepError::NoNode(_))) => {
            swarm.clear(plan).await?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

/// What is kept of a sweep that has ended early, and what to do.
fn kept(gathered: &Gathered, plan: &Plan) -> String {
    let (there, file) = (gathered.count(), gathered.path().display());
    format!("{there} of {} games are kept in {file}: the same command plays the others", plan.games)
}

/// One call of the command.
struct Run<'a> {
    plan: &'a Plan,
    options: &'a Sweep,
    swarm: &'a Swarm,
    key: Option<String>,
    /// The nodes that cannot play, by their ids.
    without: BTreeSet<String>,
}

impl Run<'_> {
    /// Whether all results are there; otherwise the service plays and is left alone.
    async fn play(&mut self, gathered: &mut Gathered<'_>, progress: &mut Progress) -> Result<bool, SweepError> {
        let mut lost = 0;
        while !gathered.missing().is_empty() {
            let service = match self.swarm.service(&self.plan.name).await? {
                Some(service) => {
                    progress.tell(&format!("goes on with the service {}, which is there", self.plan.name));
                    service
                }
                None => self.begin(gathered.missing(), progress).await?,
            };
            if self.options.detach {
                return Ok(false);
            }
            let id = service.id.clone().unwrap_or_default();
            let labels = service.spec.and_then(|spec| spec.labels).unwrap_or_default();
            let slots = spec::tasks_of(&labels);
            let watch = Watch::new(self.swarm, self.plan, id, slots, self.options.retries, gathered, progress);
            match watch.watch().await? {
                Ended::Whole => break,
                Ended::Without(node) => {
                    self.without.insert(node);
                }
                Ended::Missing => {
                    lost += 1;
                    if lost > self.options.retries {
                        let count = gathered.missing().len();
                        return Err(SweepError::Lost { count, kept: kept(gathered, self.plan) });
                    }
                    let count = gathered.missing().len();
                    progress.tell(&format!("the results of {count} tasks are lost; they are played again"));
                }
            }
            self.swarm.clear(self.plan).await?;
        }
        Ok(true)
    }

    /// Makes the service that plays these tasks.
    async fn begin(&self, tasks: &BTreeSet<u64>, progress: &mut Progress) -> Result<Service, SweepError> {
        let (name, image) = self.image(true).await?;
        let mut configs = Vec::new();
        for file in &self.plan.files {
            configs.push((file, self.swarm.config(self.plan, file).await?));
        }
        let image = image.unwrap_or_else(|| name.clone());
        let spec = self.spec(tasks, &image, &configs).await?;
        let made =
            ask(format!("make the service {}", self.plan.name), self.swarm.docker.create_service(spec, None)).await;
        match made {
            Ok(_) => {
                let words = format!("the service {} plays {} tasks, of the image {name}", self.plan.name, tasks.len());
                progress.tell(&words);
            }
            // Somebody else was quicker.
            Err(error) if error.status() == Some(409) => {}
            Err(error) => return Err(error.into()),
        }
        let gone = || SweepError::NoSwarm(format!("the service {} was removed by somebody else", self.plan.name));
        self.swarm.service(&self.plan.name).await?.ok_or_else(gone)
    }

    /// The image's name, and its id where it is made of this program. Nodes need not ask any registry for an id.
    async fn image(&self, make: bool) -> Result<(String, Option<String>), SweepError> {
        if let Some(image) = &self.options.image {
            return Ok((image.clone(), None));
        }
        let (report, _building) = unbounded_channel();
        let image = self.swarm.engine.own_image(make, &report).await?.map_err(SweepError::NoImage)?;
        Ok((image.name, image.id))
    }

    async fn spec(
        &self,
        tasks: &BTreeSet<u64>,
        image: &str,
        configs: &[(&Carried, String)],
    ) -> Result<ServiceSpec, SweepError> {
        let concurrency = match self.options.concurrency {
            Some(concurrency) => u64::from(concurrency.get()),
            None => self.swarm.nodes().await?.concurrency(&self.without, self.plan.jobs),
        };
        if concurrency == 0 {
            return Err(SweepError::NoNode("none is ready (docker node ls)".to_owned()));
        }
        let wanted = Wanted {
            tasks,
            image,
            concurrency,
            retries: self.options.retries,
            key: self.key.as_deref(),
            without: &self.without,
            configs,
        };
        Ok(spec::service(self.plan, &wanted))
    }
}

impl Nodes {
    fn of(nodes: Vec<Node>) -> Self {
        let mut all = Self::default();
        for node in nodes {
            let id = node.id.unwrap_or_default();
            let is_ready = node.status.and_then(|status| status.state) == Some(NodeState::READY)
                && node.spec.and_then(|spec| spec.availability) == Some(NodeSpecAvailabilityEnum::ACTIVE);
            let description = node.description.unwrap_or_default();
            if is_ready {
                let billionths = description.resources.and_then(|resources| resources.nano_cpus).unwrap_or(0);
                all.ready.insert(id.clone(), u64::try_from(billionths / 1_000_000_000).unwrap_or(0));
            }
            all.names.insert(id, description.hostname.unwrap_or_default());
        }
        all
    }

    /// How many tasks at a time keep the processors busy: as many as play on them, and one more on each node, which begins
    /// while others end.
    fn concurrency(&self, without: &BTreeSet<String>, jobs: u8) -> u64 {
        let able = self.ready.iter().filter(|(id, _)| !without.contains(*id));
        able.map(|(_, processors)| processors.div_ceil(u64::from(jobs.max(1))) + 1).sum()
    }

    fn name(&self, id: &str) -> String {
        harmless(self.names.get(id).map_or(id, String::as_str)).into_owned()
    }
}

impl Swarm {
    /// The Swarm that this engine manages.
    async fn of(engine: Engine) -> Result<Self, SweepError> {
        let docker = engine.client().clone();
        let info = ask("tell of itself", docker.info()).await?.swarm.unwrap_or_default();
        let address = engine.address();
        match info.local_node_state {
            Some(LocalNodeState::ACTIVE) if info.control_available == Some(true) => Ok(Self { docker, engine }),
            Some(LocalNodeState::ACTIVE) => Err(SweepError::NoSwarm(format!(
                "the engine at {address} is a worker of a Swarm: run this on a manager, or make it one there with `docker \
                 node promote`"
            ))),
            Some(LocalNodeState::LOCKED) => Err(SweepError::NoSwarm(format!(
                "the Swarm of the engine at {address} is locked: `docker swarm unlock`"
            ))),
            _ => Err(SweepError::NoSwarm(format!(
                "the engine at {address} is in no Swarm: `docker swarm init` makes one of this machine, and tells how others \
                 join"
            ))),
        }
    }

    async fn nodes(&self) -> Result<Nodes, FleetError> {
        Ok(Nodes::of(ask("list the nodes", self.docker.list_nodes(None::<ListNodesOptions>)).await?))
    }

    /// The service of that name.
    async fn service(&self, name: &str) -> Result<Option<Service>, FleetError> {
        let options = None::<InspectServiceOptions>;
        match ask(format!("look for the service {name}"), self.docker.inspect_service(name, options)).await {
            Ok(service) => Ok(Some(service)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The tasks of a service, old ones too.
    async fn tasks(&self, service: &str) -> Result<Vec<Task>, FleetError> {
        let filters = HashMap::from([("service", vec![service])]);
        let options = ListTasksOptionsBuilder::default().filters(&filters).build();
        ask("list the tasks", self.docker.list_tasks(Some(options))).await
    }

    /// The config that carries a file, by its id.
    async fn config(&self, plan: &Plan, file: &Carried) -> Result<String, FleetError> {
        use base64::Engine as _;

        let name = spec::config_name(plan, file);
        if let Some(id) = self.configs(plan).await?.into_iter().find_map(|(there, id)| (there == name).then_some(id)) {
            return Ok(id);
        }
        let spec = ConfigSpec {
            name: Some(name.clone()),
            labels: Some(HashMap::from([(LABEL_SWEEP.to_owned(), plan.name.clone())])),
            data: Some(base64::engine::general_purpose::STANDARD.encode(&file.content)),
            ..ConfigSpec::default()
        };
        Ok(ask(format!("make the config {name}"), self.docker.create_config(spec)).await?.id)
    }

    /// The configs of a sweep, by name and id.
    async fn configs(&self, plan: &Plan) -> Result<Vec<(String, String)>, FleetError> {
        let label = format!("{LABEL_SWEEP}={}", plan.name);
        let filters = HashMap::from([("label", vec![label.as_str()])]);
        let options = ListConfigsOptionsBuilder::default().filters(&filters).build();
        let configs = ask("list the configs", self.docker.list_configs(Some(options))).await?;
        let named = |config: bollard::models::Config| Some((config.spec?.name?, config.id?));
        Ok(configs.into_iter().filter_map(named).collect())
    }

    /// Removes the service with its containers, and its configs.
    async fn clear(&self, plan: &Plan) -> Result<(), FleetError> {
        if let Some(id) = self.service(&plan.name).await?.and_then(|service| service.id) {
            match ask(format!("remove the service {}", plan.name), self.docker.delete_service(&id)).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
            // A node that is gone removes its own when it is back.
            let began = Instant::now();
            while began.elapsed() < CLEARING && self.has_containers(&id).await? {
                sleep(LOOK).await;
            }
        }
        for (name, id) in self.configs(plan).await? {
            match ask(format!("remove the config {name}"), self.docker.delete_config(&id)).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether there are containers of a service that was removed, on nodes that answer.
    async fn has_containers(&self, service: &str) -> Result<bool, FleetError> {
        let nodes = self.nodes().await?;
        let tasks = match self.tasks(service).await {
            Err(error) if error.is_not_found() => Vec::new(),
            tasks => tasks?,
        };
        Ok(tasks.iter().any(|task| task.node_id.as_ref().is_some_and(|node| nodes.ready.contains_key(node))))
    }
}
