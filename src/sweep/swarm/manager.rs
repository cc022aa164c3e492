//! What is asked of the manager of a Swarm.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use bollard::Docker;
use bollard::models::{
    ConfigSpec, LocalNodeState, Node, NodeSpecAvailabilityEnum, NodeState, Service, ServiceSpecMode,
    ServiceSpecModeReplicatedJob, Task, TaskState,
};
use bollard::query_parameters::{
    InspectServiceOptions, ListConfigsOptionsBuilder, ListContainersOptionsBuilder, ListNodesOptions, ListTasksOptions,
    ListTasksOptionsBuilder, RemoveContainerOptions, UpdateServiceOptionsBuilder,
};
use tokio::time::{Instant, sleep};

use super::spec::{self, LABEL_SWEEP};
use crate::fleet::{Engine, FleetError, ask};
use crate::sweep::SweepError;
use crate::sweep::progress::Progress;
use crate::sweep::terms::{Carried, Plan};
use crate::text::harmless;

/// So long the nodes have to stop what runs.
const CLEARING: Duration = Duration::from_secs(30);
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// So long a newer engine needs to remove what an older one leaves.
const MOMENT: Duration = Duration::from_secs(2);

/// A manager of a Swarm.
pub(super) struct Swarm {
    pub docker: Docker,
    pub engine: Engine,
    /// The manager's own node, by its id.
    node: String,
}

/// The nodes of a Swarm.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    /// What they are called, by their ids.
    pub names: HashMap<String, String>,
    /// The ids of those that answer.
    pub up: BTreeSet<String>,
    /// How many processors those have that take tasks, by their ids.
    pub ready: HashMap<String, u64>,
}

impl Nodes {
    fn of(nodes: Vec<Node>) -> Self {
        let mut all = Self::default();
        for node in nodes {
            let id = node.id.unwrap_or_default();
            let is_up = node.status.and_then(|status| status.state) == Some(NodeState::READY);
            let is_ready =
                is_up && node.spec.and_then(|spec| spec.availability) == Some(NodeSpecAvailabilityEnum::ACTIVE);
            let description = node.description.unwrap_or_default();
            if is_ready {
                let billionths = description.resources.and_then(|resources| resources.nano_cpus).unwrap_or(0);
                all.ready.insert(id.clone(), u64::try_from(billionths / 1_000_000_000).unwrap_or(0));
            }
            if is_up {
                all.up.insert(id.clone());
            }
            all.names.insert(id, description.hostname.unwrap_or_default());
        }
        all
    }

    /// How many tasks at a time keep the processors busy: as many as play on them. One more, which would begin while others
    /// end, takes more from their caches than it brings: with three on two processors a fifth fewer games are played.
    pub fn concurrency(&self, without: &BTreeSet<String>, jobs: u8) -> u64 {
        let able = self.ready.iter().filter(|(id, _)| !without.contains(*id));
        able.map(|(_, processors)| processors.div_ceil(u64::from(jobs.max(1)))).sum()
    }

    pub fn name(&self, id: &str) -> String {
        harmless(self.names.get(id).map_or(id, String::as_str)).into_owned()
    }
}

impl Swarm {
    /// The Swarm that this engine manages.
    pub async fn of(engine: Engine) -> Result<Self, SweepError> {
        let docker = engine.client().clone();
        let info = ask("tell of itself", docker.info()).await?.swarm.unwrap_or_default();
        let address = engine.address();
        match info.local_node_state {
            Some(LocalNodeState::ACTIVE) if info.control_available == Some(true) => {
                Ok(Self { docker, engine, node: info.node_id.unwrap_or_default() })
            }
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

    pub async fn nodes(&self) -> Result<Nodes, FleetError> {
        Ok(Nodes::of(ask("list the nodes", self.docker.list_nodes(None::<ListNodesOptions>)).await?))
    }

    /// The service of that name.
    pub async fn service(&self, name: &str) -> Result<Option<Service>, FleetError> {
        let options = None::<InspectServiceOptions>;
        match ask(format!("look for the service {name}"), self.docker.inspect_service(name, options)).await {
            Ok(service) => Ok(Some(service)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The tasks of a service, old ones too.
    pub async fn tasks(&self, service: &str) -> Result<Vec<Task>, FleetError> {
        let filters = HashMap::from([("service", vec![service])]);
        let options = ListTasksOptionsBuilder::default().filters(&filters).build();
        ask("list the tasks", self.docker.list_tasks(Some(options))).await
    }

    /// The config that carries a file, by its id.
    pub async fn config(&self, plan: &Plan, file: &Carried) -> Result<String, FleetError> {
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

    /// Removes all that belongs to the sweep, and tells what may be left.
    pub async fn remove(&self, plan: &Plan, progress: &mut Progress) -> Result<(), FleetError> {
        let left = Box::pin(self.clear(plan)).await?;
        if !left.is_empty() {
            progress.tell(&format!(
                "containers that have ended may be left on {}: `docker container prune --filter \
                 label=com.docker.swarm.service.name={}` there removes them",
                left.join(", "),
                plan.name
            ));
        }
        Ok(())
    }

    /// Ends and removes the service, its containers, and its configs. Tells on which nodes containers may be left.
    async fn clear(&self, plan: &Plan) -> Result<Vec<String>, FleetError> {
        let mut left = Vec::new();
        if let Some(service) = self.service(&plan.name).await? {
            let id = service.id.clone().unwrap_or_default();
            self.end(service, plan).await?;
            match ask(format!("remove the service {}", plan.name), self.docker.delete_service(&id)).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
            left = self.left(&id).await?;
        }
        for (name, id) in self.configs(plan).await? {
            match ask(format!("remove the config {name}"), self.docker.delete_config(&id)).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(left)
    }

    /// Stops the tasks of a service that run. An engine of 20.10 would let them play on without their service; those of a
    /// job that is updated to play nothing it stops.
    async fn end(&self, service: Service, plan: &Plan) -> Result<(), FleetError> {
        let id = service.id.unwrap_or_default();
        let mut spec = service.spec.unwrap_or_default();
        if let Some(task) = &mut spec.task_template {
            task.force_update = Some(task.force_update.unwrap_or(0) + 1);
        }
        let nothing = ServiceSpecModeReplicatedJob { max_concurrent: Some(0), total_completions: Some(0) };
        spec.mode = Some(ServiceSpecMode { replicated_job: Some(nothing), ..ServiceSpecMode::default() });
        let version = service.version.and_then(|version| version.index).and_then(|index| i32::try_from(index).ok());
        let options = UpdateServiceOptionsBuilder::default().version(version.unwrap_or(0)).build();
        let updated = self.docker.update_service(&id, spec, options, None);
        match ask(format!("end the service {}", plan.name), updated).await {
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        // A node that is gone sees to its own when it is back.
        let up = self.nodes().await?.up;
        let began = Instant::now();
        while began.elapsed() < CLEARING {
            let runs = |task: &Task| {
                let state = task.status.as_ref().and_then(|status| status.state);
                let is_on_its_way = state.is_some_and(|state| state <= TaskState::RUNNING);
                is_on_its_way && task.node_id.as_ref().is_some_and(|node| up.contains(node))
            };
            if !self.tasks(&id).await?.iter().any(runs) {
                break;
            }
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Removes the containers that a service has left on this engine, and tells the other nodes that may have some: an
    /// engine of 20.10 never removes those of a job, and a manager can do so on no other node.
    async fn left(&self, service: &str) -> Result<Vec<String>, FleetError> {
        let label = format!("com.docker.swarm.service.id={service}");
        let filters = HashMap::from([("label", vec![label.as_str()])]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let here = ask("list its containers", self.docker.list_containers(Some(options))).await?;
        for id in here.into_iter().filter_map(|container| container.id) {
            let options = RemoveContainerOptions { force: true, ..RemoveContainerOptions::default() };
            match ask("remove a container", self.docker.remove_container(&id, Some(options))).await {
                // The engine was quicker, or is at it.
                Err(error) if !matches!(error.status(), Some(404 | 409)) => return Err(error),
                _ => {}
            }
        }
        let nodes = self.nodes().await?;
        if nodes.names.len() < 2 {
            return Ok(Vec::new());
        }
        // A newer engine needs a moment to remove them.
        sleep(MOMENT).await;
        let tasks = ask("list the tasks", self.docker.list_tasks(None::<ListTasksOptions>)).await?;
        let of_it = tasks.into_iter().filter(|task| task.service_id.as_deref() == Some(service));
        let there: BTreeSet<_> = of_it.filter_map(|task| task.node_id).filter(|node| *node != self.node).collect();
        Ok(there.iter().map(|node| nodes.name(node)).collect())
    }
}
