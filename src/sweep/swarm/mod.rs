//! A sweep on a Docker Swarm: a service in job mode whose slots are the shards, and whose log is the results.

mod listen;
mod manager;
mod spec;
mod watch;

use std::collections::BTreeSet;
use std::io::Write;

use bollard::models::{Service, ServiceSpec};
use tokio::sync::mpsc::unbounded_channel;

use super::gather::Gathered;
use super::progress::Progress;
use super::terms::{Carried, Plan};
use super::{SweepError, finish, output_of};
use crate::cli::Sweep;
use crate::fleet::{DockerOptions, ask, find_engine};
use crate::interrupt::interrupted;
use manager::Swarm;
use spec::Wanted;
use watch::{Ended, Watch};

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
            swarm.remove(plan, &mut progress).await?;
            finish(gathered, &output, options.json, out)
        }
        Ok(false) => {
            let words =
                format!("the service {} plays; the same command without --detach waits for its results", plan.name);
            progress.tell(&words);
            Ok(())
        }
        Err(SweepError::Stopped(_)) => {
            swarm.remove(plan, &mut progress).await?;
            Err(SweepError::Stopped(format!(
                "stopped, and the service {} removed. {}",
                plan.name,
                kept(&gathered, plan)
            )))
        }
        Err(
            error @ (SweepError::Fails { .. }
            | SweepError::Lost { .. }
            | SweepError::Others { .. }
            | SweepError::NoNode(_)),
        ) => {
            swarm.remove(plan, &mut progress).await?;
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
            let watch = Watch::new(self.swarm, self.plan, service, self.options.retries, gathered, progress);
            match watch.watch().await? {
                Ended::Whole => break,
                Ended::Without(node, name) => {
                    let (image, _) = self.image(false).await?;
                    progress.tell(&format!(
                        "the node {name} has not got the image {image}, and plays nothing. Take it there with `docker save \
                         {image} | ssh {name} docker load`, or name one of a registry with --image"
                    ));
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
            self.swarm.remove(self.plan, progress).await?;
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
