//! The commands about containers: `up`, `down`, `status` and `logs`.

use std::io::{self, Write};
use std::pin::pin;
use std::time::Instant;

use futures_util::{StreamExt, TryStreamExt, stream};
use heist_tools::Service;
use tokio::sync::mpsc;

use crate::cli::{Docker, Down, Logs, Status, Up};
use crate::fleet::{self, DockerOptions, Engine, FleetError, IdleSet, LogLine, ModelServer, ServiceChange};
use crate::heist::ServiceState;
use crate::interrupt::interrupted;
use crate::text::{self, harmless};

/// Why a command about containers failed.
#[derive(Debug, thiserror::Error)]
pub enum ContainersError {
    /// The engine or the containers.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

/// Starts the services in containers, tells every change of a service as a line, and leaves them running. When it is
/// interrupted, what it has made is removed again.
///
/// # Errors
/// If there is no engine or the services do not become healthy.
pub async fn up(options: &Up, mut out: impl Write) -> Result<(), ContainersError> {
    let Up { force, llm_url, model, docker } = options;
    let began = Instant::now();
    let model = llm_url.clone().map(|url| ModelServer { url, model: model.clone() });
    let engine = fleet::find_engine(&DockerOptions { keep: true, force: *force, model, ..docker.options() }).await?;
    if let Some(set) = own(&engine.idle_sets().await?, docker).filter(|set| set.left_behind) {
        let IdleSet { fleet, containers, .. } = set;
        writeln!(
            out,
            "A heist that was killed has left {containers} containers of the set {fleet}; they are kept now."
        )?;
    }
    let (report, mut changes) = mpsc::unbounded_channel();
    let mut written = Ok(());
    let mut asked_to_end = pin!(interrupted());
    let mut listening = true;
    let fleet = {
        let booted = engine.up(&report);
        tokio::pin!(booted);
        loop {
            tokio::select! {
                biased;
                Some(change) = changes.recv() => written = written.and(tell(&mut out, &change)),
                () = &mut asked_to_end, if listening => {
                    listening = false;
                    changes.close();
                }
                fleet = &mut booted => break fleet,
            }
        }
    };
    while let Ok(change) = changes.try_recv() {
        written = written.and(tell(&mut out, &change));
    }
    let fleet = fleet?;
    let found = if fleet.is_adopted() { "were there already and are healthy" } else { "are up" };
    fleet.shut_down().await?;
    written?;
    writeln!(out, "All five services {found}, after {:.1} s.", began.elapsed().as_secs_f64())?;
    Ok(())
}

/// Removes the containers and their network, with `--volumes` also what they kept, and tells what was removed.
///
/// # Errors
/// If there is no engine or it refuses, or a heist is playing on the set.
pub async fn down(options: &Down, mut out: impl Write) -> Result<(), ContainersError> {
    let Down { force, volumes, docker } = options;
    let began = Instant::now();
    let engine = fleet::find_engine(&DockerOptions { force: *force, ..docker.options() }).await?;
    let mut removed = engine.down().await?;
    if *volumes {
        removed.extend(engine.remove_volumes().await?);
    }
    if removed.is_empty() {
        writeln!(out, "There are no containers of the set {}.", docker.fleet)?;
    } else {
        for name in removed {
            writeln!(out, "removed {name}")?;
        }
        writeln!(out, "The set {} is down, after {:.1} s.", docker.fleet, began.elapsed().as_secs_f64())?;
    }
    tell_of_others(&engine, docker, out).await
}

/// Tells the state of each service, and whether all five are healthy.
///
/// # Errors
/// If there is no engine or it does not answer.
pub async fn status(options: &Status, mut out: impl Write) -> Result<bool, ContainersError> {
    let Status { json, docker } = options;
    let engine = fleet::find_engine(&docker.options()).await?;
    let services = engine.status().await?;
    let well = services.iter().all(|it| it.state == ServiceState::Healthy);
    if *json {
        writeln!(out, "{}", text::json(&services).map_err(io::Error::from)?)?;
        return Ok(well);
    }
    for it in &services {
        let at = it.url.as_deref().unwrap_or_default();
        let detail = it.detail.as_deref().unwrap_or_default();
        let line = format!("{:<15} {:<10} {at} {}", it.service, it.state, harmless(detail));
        writeln!(out, "{}", line.trim_end())?;
    }
    if own(&engine.idle_sets().await?, docker).is_some_and(|set| set.left_behind) {
        writeln!(out, "A heist that was killed has left them; the next one uses them, `heist-tui down` removes them.")?;
    }
    tell_of_others(&engine, docker, out).await?;
    Ok(well)
}

fn own<'a>(idle: &'a [IdleSet], docker: &Docker) -> Option<&'a IdleSet> {
    idle.iter().find(|set| set.fleet == docker.fleet)
}

/// Sets under other names that nobody uses.
async fn tell_of_others(engine: &Engine, docker: &Docker, mut out: impl Write) -> Result<(), ContainersError> {
    for IdleSet { fleet, containers, left_behind } in engine.idle_sets().await? {
        if fleet != docker.fleet {
            let whose = if left_behind { ", left by a heist that was killed" } else { "" };
            let fleet = harmless(&fleet);
            let remedy = format!("`heist-tui down --fleet {fleet}` removes it");
            writeln!(out, "Also there: the set {fleet} ({containers} containers{whose}); {remedy}.")?;
        }
    }
    Ok(())
}

/// Writes the last lines of one service's log or, in the order of time, of all; with `--follow` also every other line as
/// it comes. Nothing in them can act on a terminal.
///
/// # Errors
/// If there is no engine, or no such container.
pub async fn logs(options: &Logs, mut out: impl Write) -> Result<(), ContainersError> {
    let Logs { service, follow, tail, docker } = options;
    let engine = fleet::find_engine(&docker.options()).await?;
    let there: Vec<_> = engine.status().await?.into_iter().filter(|it| it.is_there).collect();
    let wanted: Vec<_> = there.iter().map(|it| it.service).filter(|it| service.is_none_or(|one| one == *it)).collect();
    if wanted.is_empty() {
        let container = format!("{}-{}", docker.fleet, service.map_or("*", Service::name));
        return Err(FleetError::NoContainer { container }.into());
    }
    let mut write = |line: &LogLine| {
        let text = harmless(&line.text);
        if service.is_some() { writeln!(out, "{text}") } else { writeln!(out, "{:<15} {text}", line.service) }
    };
    if *follow {
        let all = wanted.into_iter().map(|service| engine.follow(service, *tail).boxed());
        let mut lines = stream::select_all(all);
        while let Some(line) = lines.try_next().await? {
            write(&line)?;
        }
        return Ok(());
    }
    let mut lines = Vec::new();
    for service in wanted {
        lines.extend(engine.logs(service, *tail).await?);
    }
    lines.sort_by(|one, other| one.at.cmp(&other.at));
    Ok(lines.iter().try_for_each(write)?)
}

fn tell(out: &mut impl Write, change: &ServiceChange) -> io::Result<()> {
    let detail = change.detail.as_deref().map(|detail| format!("  {}", harmless(detail))).unwrap_or_default();
    writeln!(out, "{:<15} {}{detail}", change.service, change.state)
}
