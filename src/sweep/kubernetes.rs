//! A sweep on Kubernetes: the manifest of an Indexed Job.
//!
//! API: batch/v1 Job (`completionMode: Indexed` since 1.21, `backoffLimitPerIndex` since 1.33 without a gate), v1 `ConfigMap`.

use std::io::Write;

use serde_json::{Value, json};

use super::terms::Plan;
use super::{COMMAND, SweepError};
use crate::cli::Sweep;
use crate::output;
use crate::text::for_shell;

/// Where the files of a task are in its container.
const FILES: &str = "/files";
/// What a game takes of memory is far less.
const MEMORY: &str = "256Mi";
/// Who a task is in its container, as the image has it.
const USER: u32 = 65_532;

/// Prints the manifest, and tells what to do with it.
pub(super) fn print(plan: &Plan, options: &Sweep, mut out: impl Write) -> Result<(), SweepError> {
    for part in manifest(plan, options) {
        writeln!(out, "---\n{}", yaml(&part))?;
    }
    out.flush()?;
    let name = &plan.name;
    let file = options.output.as_ref().map_or_else(|| "results.jsonl".to_owned(), for_shell);
    output::tell(&format!(
        "hand it to `kubectl apply -f -`; `kubectl wait --for=condition=complete --timeout=-1s job/{name}` waits"
    ));
    // A pod that has failed may have printed some of its games before, and each what is no game too: its log is both outputs.
    output::tell(&format!(
        "its results: `kubectl get pods --selector=batch.kubernetes.io/job-name={name} \
         --field-selector=status.phase=Succeeded --output=name | xargs -n 1 kubectl logs | grep '^{{\"number\":' > {file}`, \
         and then `heist-tui bench merge {file}`. A node may keep no more than the newest 10 MiB of each log: if games are \
         missing, take more --tasks"
    ));
    Ok(())
}

fn manifest(plan: &Plan, options: &Sweep) -> Vec<Value> {
    let tasks = plan.all().len();
    let labels = json!({"app.kubernetes.io/name": "heist-tui", "app.kubernetes.io/version": env!("CARGO_PKG_VERSION")});
    let mut parts = Vec::new();
    let (mut volumes, mut mounts) =
        (vec![json!({"name": "tmp", "emptyDir": {}})], vec![json!({"name": "tmp", "mountPath": "/tmp"})]);
    if !plan.files.is_empty() {
        let data: serde_json::Map<_, _> =
            plan.files.iter().map(|file| (file.name.to_owned(), file.content.clone().into())).collect();
        parts.push(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": plan.name, "labels": labels},
            "data": data,
        }));
        volumes.push(json!({"name": "files", "configMap": {"name": plan.name}}));
        mounts.push(json!({"name": "files", "mountPath": FILES, "readOnly": true}));
    }
    // An index counts from 0.
    let shard = format!("--shard=$(JOB_COMPLETION_INDEX)+1/{}", plan.tasks);
    let mut env: Vec<_> =
        plan.environment().iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    if plan.asks_model() {
        let key = json!({"name": "heist-llm", "key": "key", "optional": true});
        env.push(json!({"name": "HEIST_LLM_KEY", "valueFrom": {"secretKeyRef": key}}));
    }
    let resources = json!({
        "requests": {"cpu": plan.jobs.to_string(), "memory": MEMORY},
        "limits": {"memory": "1Gi"},
    });
    let args = [plan.arguments(FILES), vec![shard, "--results=-".to_owned()]].concat();
    let container = json!({
        "name": "bench",
        "image": options.image,
        "command": COMMAND,
        "args": args,
        "env": env,
        "resources": resources,
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
    });
    let pod = json!({
        "restartPolicy": "Never",
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
        "securityContext": {
            "runAsNonRoot": true,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": volumes,
    });
    let parallelism = options.concurrency.map_or(tasks as u64, |concurrency| u64::from(concurrency.get()));
    parts.push(json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": plan.name, "labels": labels},
        "spec": {
            "completionMode": "Indexed",
            "completions": tasks,
            "parallelism": parallelism,
            "backoffLimitPerIndex": options.retries,
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }));
    parts
}

/// A value as block YAML. Texts and numbers stand in it as JSON writes them, which YAML 1.2 takes for the same.
fn yaml(value: &Value) -> String {
    let mut lines = Vec::new();
    write(value, 0, "", &mut lines);
    lines.join("\n")
}

/// Writes a value whose first line begins with `lead`.
fn write(value: &Value, depth: usize, lead: &str, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (place, (key, value)) in map.iter().enumerate() {
                let lead = if place == 0 && !lead.is_empty() { lead } else { &indent };
                match value {
                    Value::Object(map) if !map.is_empty() => {
                        lines.push(format!("{lead}{key}:"));
                        write(value, depth + 1, "", lines);
                    }
                    Value::Array(all) if !all.is_empty() => {
                        lines.push(format!("{lead}{key}:"));
                        for item in all {
                            write(item, depth + 1, &format!("{indent}- "), lines);
                        }
                    }
                    value => lines.push(format!("{lead}{key}: {value}")),
                }
            }
        }
        value => lines.push(format!("{lead}{value}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::terms::tests::options;

    fn printed(args: &[&str]) -> Vec<Value> {
        let options = options(&[&["--kubernetes", "--image", "registry/heist-tools:1"], args].concat());
        let plan = Plan::of(&options).unwrap();
        let mut text = Vec::new();
        print(&plan, &options, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let read: Vec<Value> = text.split("---\n").skip(1).map(|part| serde_saphyr::from_str(part).unwrap()).collect();
        assert_eq!(read, manifest(&plan, &options), "{text}");
        read
    }

    #[test]
    fn an_index_plays_its_shard() {
        let [job] = &printed(&["--games", "100", "--tasks", "8", "--concurrency", "3", "--jobs", "2"])[..] else {
            panic!("one part")
        };
        let spec = &job["spec"];
        assert_eq!((&spec["completions"], &spec["parallelism"]), (&json!(8), &json!(3)));
        let container = &spec["template"]["spec"]["containers"][0];
        let args: Vec<_> = container["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
        assert_eq!(args[args.len() - 3..], ["--jobs=2", "--shard=$(JOB_COMPLETION_INDEX)+1/8", "--results=-"]);
        assert_eq!(container["resources"]["requests"]["cpu"], "2");
    }

    #[test]
    fn a_crew_and_a_model_server_go_along() {
        let crew = tempfile::NamedTempFile::new().unwrap();
        let text = "[[agents]]\nname = \"a\"\nrole = \"x: \\\"y\\\"\"\n[[agents]]\nname = \"b\"\nrole = \"é\"\n";
        std::fs::write(crew.path(), text).unwrap();
        let path = crew.path().to_str().unwrap();
        let parts = printed(&["--crew", path, "--llm", "openai", "--llm-url", "http://llm:8080/v1"]);
        assert_eq!(parts[0]["data"]["crew.toml"], text);
        let pod = &parts[1]["spec"]["template"]["spec"];
        assert!(pod["containers"][0]["args"].as_array().unwrap().contains(&json!("--crew=/files/crew.toml")));
        assert_eq!(pod["containers"][0]["env"][0], json!({"name": "HEIST_LLM_URL", "value": "http://llm:8080/v1"}));
        assert_eq!(pod["volumes"][1]["configMap"]["name"], parts[0]["metadata"]["name"]);
    }
}
