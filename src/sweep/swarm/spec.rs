//! The service that plays a sweep on a Swarm: a job whose tasks run this very program.

use std::collections::{BTreeSet, HashMap};

use bollard::models::{
    HealthConfig, Mount, MountType, ResourceObject, ServiceSpec, ServiceSpecMode, ServiceSpecModeReplicatedJob,
    TaskSpec, TaskSpecContainerSpec, TaskSpecContainerSpecConfigs, TaskSpecContainerSpecFile1, TaskSpecLogDriver,
    TaskSpecPlacement, TaskSpecResources, TaskSpecRestartPolicy, TaskSpecRestartPolicyConditionEnum,
};

use crate::sweep::COMMAND;
use crate::sweep::terms::{Carried, Plan};

/// Which sweep a service or a config is of.
pub(super) const LABEL_SWEEP: &str = "heist-tui.sweep";
/// Which of its tasks a service plays, in the order of the slots.
pub(super) const LABEL_TASKS: &str = "heist-tui.sweep.tasks";

/// The slot of a task, counted from 0. Swarm puts the node in the place of a slot 0.
const SLOT: &str = "{{if eq .Task.Slot .Node.ID}}0{{else}}{{.Task.Slot}}{{end}}";
/// Of a processor so much is asked for each game that is played at a time, in billionths. Less than a whole one, so that tasks
/// which play several at a time fill a node whose processors they do not divide.
const PROCESSOR: i64 = 600_000_000;
/// How long Swarm waits before it tries a task again, in nanoseconds.
const DELAY: i64 = 1_000_000_000;
/// How long a task that is to end may take, in nanoseconds. What it has played is told already.
const GRACE: i64 = 1_000_000_000;

/// What a service is made from, beside the plan.
pub(super) struct Wanted<'a> {
    /// The tasks to play, counted from 1.
    pub tasks: &'a BTreeSet<u64>,
    /// The image.
    pub image: &'a str,
    /// How many tasks run at a time.
    pub concurrency: u64,
    /// How often Swarm tries a task again.
    pub retries: u8,
    /// The model server's key.
    pub key: Option<&'a str>,
    /// The nodes that cannot play, by their ids.
    pub without: &'a BTreeSet<String>,
    /// The configs of the plan's files, by their ids.
    pub configs: &'a [(&'a Carried, String)],
}

/// The service.
pub(super) fn service(plan: &Plan, wanted: &Wanted) -> ServiceSpec {
    let Wanted { tasks, image, concurrency, retries, key, without, configs } = wanted;
    let tasks_label = tasks.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    let labels = [(LABEL_SWEEP, plan.name.clone()), (LABEL_TASKS, tasks_label)];
    let mut env = vec![format!("HEIST_SHARD={}/{}", shard(tasks, plan), plan.tasks)];
    env.extend(plan.environment().into_iter().map(|(name, value)| format!("{name}={value}")));
    env.extend(key.map(|key| format!("HEIST_LLM_KEY={key}")));
    let mounted = configs.iter().map(|(file, id)| TaskSpecContainerSpecConfigs {
        file: Some(TaskSpecContainerSpecFile1 {
            name: Some(format!("/{}", file.name)),
            uid: Some("65532".to_owned()),
            gid: Some("65532".to_owned()),
            mode: Some(0o444),
        }),
        config_id: Some(id.clone()),
        config_name: Some(config_name(plan, file)),
        ..TaskSpecContainerSpecConfigs::default()
    });
    let container = TaskSpecContainerSpec {
        image: Some((*image).to_owned()),
        command: Some(COMMAND.map(str::to_owned).to_vec()),
        args: Some([plan.arguments(""), vec!["--results=-".to_owned()]].concat()),
        env: Some(env),
        read_only: Some(true),
        capability_drop: Some(vec!["ALL".to_owned()]),
        // What the image asks of its services is no question to a game.
        health_check: Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() }),
        // Games with a model have their databases there.
        mounts: Some(vec![Mount { target: Some("/tmp".to_owned()), typ: Some(MountType::TMPFS), ..Mount::default() }]),
        configs: Some(mounted.collect()),
        stop_grace_period: Some(GRACE),
        ..TaskSpecContainerSpec::default()
    };
    let task = TaskSpec {
        container_spec: Some(container),
        resources: Some(TaskSpecResources {
            reservations: Some(ResourceObject {
                nano_cpus: Some(PROCESSOR * i64::from(plan.jobs)),
                ..ResourceObject::default()
            }),
            ..TaskSpecResources::default()
        }),
        restart_policy: Some(TaskSpecRestartPolicy {
            condition: Some(if *retries == 0 {
                TaskSpecRestartPolicyConditionEnum::NONE
            } else {
                TaskSpecRestartPolicyConditionEnum::ON_FAILURE
            }),
            delay: Some(DELAY),
            max_attempts: Some(i64::from(*retries)),
            window: None,
        }),
        placement: Some(TaskSpecPlacement {
            constraints: Some(without.iter().map(|node| format!("node.id!={node}")).collect()),
            ..TaskSpecPlacement::default()
        }),
        // Results are read from there, whatever the nodes' engines have as their usual one.
        log_driver: Some(TaskSpecLogDriver { name: Some("json-file".to_owned()), options: None }),
        ..TaskSpec::default()
    };
    let job = ServiceSpecModeReplicatedJob {
        max_concurrent: i64::try_from(*concurrency).ok(),
        total_completions: i64::try_from(tasks.len()).ok(),
    };
    ServiceSpec {
        name: Some(plan.name.clone()),
        labels: Some(labels.map(|(name, value)| (name.to_owned(), value)).into()),
        task_template: Some(task),
        mode: Some(ServiceSpecMode { replicated_job: Some(job), ..ServiceSpecMode::default() }),
        ..ServiceSpec::default()
    }
}

/// Which task a slot plays, as a template that Swarm fills in.
fn shard(tasks: &BTreeSet<u64>, plan: &Plan) -> String {
    if *tasks == plan.all() {
        return format!("{SLOT}+1");
    }
    let cases = tasks.iter().enumerate().map(|(slot, task)| match slot {
        0 => format!("{{{{if eq .Task.Slot .Node.ID}}}}{task}"),
        slot => format!("{{{{else if eq .Task.Slot \"{slot}\"}}}}{task}"),
    });
    cases.chain(["{{end}}".to_owned()]).collect()
}

/// The task that a slot of a service with these labels plays.
pub(super) fn tasks_of(labels: &HashMap<String, String>) -> Vec<u64> {
    let listed = labels.get(LABEL_TASKS).map(String::as_str).unwrap_or_default();
    listed.split(',').filter_map(|task| task.parse().ok()).collect()
}

/// What the config of a file is called.
pub(super) fn config_name(plan: &Plan, file: &Carried) -> String {
    format!("{}-{}", plan.name, file.name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sweep::terms::tests::plan;

    fn made(plan: &Plan, tasks: &BTreeSet<u64>) -> serde_json::Value {
        let configs: Vec<_> = plan.files.iter().map(|file| (file, "id".to_owned())).collect();
        let wanted = Wanted {
            tasks,
            image: "sha256:0",
            concurrency: 3,
            retries: 2,
            key: Some("secret"),
            without: &["n1".to_owned()].into(),
            configs: &configs,
        };
        serde_json::to_value(service(plan, &wanted)).unwrap()
    }

    #[test]
    fn a_slot_plays_its_shard() {
        let plan =
            plan(&["--games", "100", "--tasks", "8", "--llm", "openai", "--llm-url", "http://{{.Node.Hostname}}"]);
        let all = made(&plan, &plan.all());
        let container = &all["TaskTemplate"]["ContainerSpec"];
        assert_eq!(
            container["Env"],
            json!([
                "HEIST_SHARD={{if eq .Task.Slot .Node.ID}}0{{else}}{{.Task.Slot}}{{end}}+1/8",
                "HEIST_LLM_URL=http://{{.Node.Hostname}}",
                "HEIST_LLM_KEY=secret"
            ])
        );
        assert_eq!(container["Command"], json!(["/heist-tools", "heist-tui", "bench"]));
        assert_eq!(all["Mode"]["ReplicatedJob"], json!({"MaxConcurrent": 3, "TotalCompletions": 8}));
        assert_eq!(all["TaskTemplate"]["RestartPolicy"]["MaxAttempts"], 2);
        assert_eq!(all["TaskTemplate"]["Placement"]["Constraints"], json!(["node.id!=n1"]));
        let some = made(&plan, &[3, 5, 8].into());
        assert_eq!(
            some["TaskTemplate"]["ContainerSpec"]["Env"][0],
            "HEIST_SHARD={{if eq .Task.Slot .Node.ID}}3{{else if eq .Task.Slot \"1\"}}5{{else if eq .Task.Slot \
             \"2\"}}8{{end}}/8"
        );
        let labels: HashMap<String, String> = serde_json::from_value(some["Labels"].clone()).unwrap();
        assert_eq!(tasks_of(&labels), [3, 5, 8]);
    }
}
