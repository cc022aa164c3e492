//! The whole log (`inspect_ai.log.EvalLog`), and what of it stands before the samples.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::message::{Usages, Usual};
use super::sample::{Failure, Sample, Status, Summary, hash};
use super::scores::{EvalScore, Metrics};
use crate::heist::Timestamp;

/// A log with its samples, in the order of Inspect's own fields, by which it reads them.
#[derive(Debug, Serialize)]
pub(crate) struct Log<'a> {
    #[serde(flatten)]
    header: Header,
    samples: &'a [Sample],
}

impl<'a> Log<'a> {
    /// The log of these heists.
    pub fn of(samples: &'a [Sample]) -> Self {
        let mut so_far = SoFar::default();
        for sample in samples {
            so_far.take(sample.summary());
        }
        Self { header: so_far.header(json!({}), &Metrics::default()), samples }
    }
}

/// A log without its samples.
#[derive(Debug, Serialize)]
pub(crate) struct Header {
    version: u8,
    status: Status,
    eval: Spec,
    plan: Plan,
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Results>,
    stats: Stats,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

/// The part of an archive by which an unfinished one is known.
#[derive(Debug, Serialize)]
pub(super) struct Start<'a> {
    version: u8,
    eval: &'a Spec,
    plan: &'a Plan,
}

impl Header {
    pub(super) fn start(&self) -> Start<'_> {
        Start { version: self.version, eval: &self.eval, plan: &self.plan }
    }
}

/// What was played (`EvalSpec`).
#[derive(Debug, Serialize)]
struct Spec {
    eval_id: String,
    run_id: String,
    created: Timestamp,
    task: &'static str,
    task_id: String,
    task_version: &'static str,
    task_display_name: &'static str,
    task_args: Value,
    solver: &'static str,
    dataset: Dataset,
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_base_url: Option<String>,
    config: Usual,
    packages: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
struct Dataset {
    name: &'static str,
    samples: usize,
    sample_ids: Vec<String>,
    shuffled: bool,
}

/// Who solves it: the crew.
#[derive(Debug, Serialize)]
struct Plan {
    name: &'static str,
    steps: [Step; 1],
}

#[derive(Debug, Serialize)]
struct Step {
    solver: &'static str,
    params: Value,
}

/// The scores of all samples.
#[derive(Debug, Serialize)]
struct Results {
    total_samples: usize,
    completed_samples: usize,
    scores: Vec<EvalScore>,
}

#[derive(Debug, Serialize)]
struct Stats {
    started_at: Timestamp,
    completed_at: Timestamp,
    model_usage: Usages,
}

/// What the header of a log is made of, sample by sample.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    pub(super) summaries: Vec<Summary>,
    models: BTreeSet<String>,
    servers: BTreeSet<Option<String>>,
}

impl SoFar {
    pub(super) fn take(&mut self, summary: Summary) {
        self.models.insert(summary.model.clone());
        self.servers.insert(summary.server.clone());
        self.summaries.push(summary);
    }

    /// The header; `args` says what was asked for beside what the samples have in common, `more` what else is known of how
    /// good the scores are.
    pub(super) fn header(&self, args: Value, more: &Metrics) -> Header {
        let all = &self.summaries;
        let status = all.iter().map(|it| it.status).max().unwrap_or(Status::Success);
        let failed = all.iter().find(|it| it.status == Status::Error);
        let begun = all.iter().map(|it| it.started_at).min().unwrap_or_default();
        let ended = all.iter().map(|it| it.completed_at).max().unwrap_or_default();
        let mut model_usage = Usages::new();
        for (model, usage) in all.iter().flat_map(|it| &it.model_usage) {
            *model_usage.entry(model.clone()).or_default() += *usage;
        }
        let id = hash(all.iter().map(|it| it.uuid.as_str()));
        let args = self.args(args);
        let scored = all.iter().filter(|it| it.scores.is_some()).count();
        let results = || Results {
            total_samples: all.len(),
            completed_samples: scored,
            scores: EvalScore::of(all.iter().filter_map(|it| it.scores.as_ref()), all.len(), more),
        };
        Header {
            version: 2,
            status,
            eval: Spec {
                eval_id: id.clone(),
                run_id: id.clone(),
                created: begun,
                task: "heist",
                task_id: id,
                task_version: env!("CARGO_PKG_VERSION"),
                task_display_name: "heist-tui",
                task_args: args.clone(),
                solver: "crew",
                dataset: Dataset {
                    name: "heists",
                    samples: all.len(),
                    sample_ids: all.iter().map(|it| it.id.clone()).collect(),
                    shuffled: false,
                },
                model: only(&self.models).cloned().unwrap_or_else(|| "several".to_owned()),
                model_base_url: only(&self.servers).cloned().flatten(),
                config: Usual {},
                packages: BTreeMap::from([("heist-tui", env!("CARGO_PKG_VERSION"))]),
            },
            plan: Plan { name: "heist", steps: [Step { solver: "crew", params: args }] },
            results: (scored > 0).then(results),
            stats: Stats { started_at: begun, completed_at: ended, model_usage },
            error: failed.and_then(|it| it.error.clone()).map(Failure::of),
        }
    }

    /// What was asked for, with what all samples have in common of it.
    fn args(&self, mut args: Value) -> Value {
        let Some((first, others)) = self.summaries.split_first() else { return args };
        if let (Some(args), Value::Object(public)) = (args.as_object_mut(), &first.metadata) {
            for (key, value) in
                public.iter().filter(|(key, _)| ["seed", "bank", "rounds", "difficulty"].contains(&key.as_str()))
            {
                if others.iter().all(|other| other.metadata[key] == *value) {
                    args.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        args
    }
}

/// The one of a set that has no other.
fn only<T: Ord>(all: &BTreeSet<T>) -> Option<&T> {
    all.first().filter(|_| all.len() == 1)
}
