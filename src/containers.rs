//! The commands about containers: `up`, `down` and `status`.

use std::io::{self, Write};
use std::time::Instant;

use tokio::sync::mpsc;

use crate::cli::Docker;
use crate::fleet::{self, FleetError, ServiceChange};
use crate::heist::ServiceState;
use crate::text::harmless;

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

/// Starts the services in containers, tells every change of a service as a line, and leaves them running.
///
/// # Errors
/// If there is no engine or the services do not become healthy.
pub async fn up(docker: &Docker, mut out: impl Write) -> Result<(), ContainersError> {
    let began = Instant::now();
    let engine = fleet::find_engine(&docker.options(true)).await?;
    let (report, mut changes) = mpsc::unbounded_channel();
    let mut written = Ok(());
    let fleet = {
        let booted = engine.up(&report);
        tokio::pin!(booted);
        loop {
            tokio::select! {
                biased;
                Some(change) = changes.recv() => written = written.and(tell(&mut out, &change)),
                fleet = &mut booted => break fleet,
            }
        }
    };
    while let Ok(change) = changes.try_recv() {
        written = written.and(tell(&mut out, &change));
    }
    let fleet = fleet?;
    let found = if fleet.is_adopted() { "were running already" } else { "are up" };
    fleet.shut_down().await?;
    written?;
    writeln!(out, "All five services {found}, after {:.1} s.", began.elapsed().as_secs_f64())?;
    Ok(())
}

/// Removes the containers and their network, and tells what was removed.
///
/// # Errors
/// If there is no engine or it refuses.
pub async fn down(docker: &Docker, mut out: impl Write) -> Result<(), ContainersError> {
    let removed = fleet::find_engine(&docker.options(false)).await?.down().await?;
    if removed.is_empty() {
        writeln!(out, "Nothing of the set {} is there.", docker.fleet)?;
    }
    for name in removed {
        writeln!(out, "removed {name}")?;
    }
    Ok(())
}

/// Tells the state of each service, and whether all five are healthy.
///
/// # Errors
/// If there is no engine or it does not answer.
pub async fn status(docker: &Docker, json: bool, mut out: impl Write) -> Result<bool, ContainersError> {
    let services = fleet::find_engine(&docker.options(false)).await?.status().await?;
    if json {
        writeln!(out, "{}", serde_json::to_string(&services).map_err(io::Error::from)?)?;
    } else {
        for it in &services {
            let at = it.url.as_deref().unwrap_or_default();
            let detail = it.detail.as_deref().unwrap_or_default();
            let line = format!("{:<15} {:<10} {at} {}", it.service, it.state, harmless(detail));
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(services.iter().all(|it| it.state == ServiceState::Healthy))
}

fn tell(out: &mut impl Write, change: &ServiceChange) -> io::Result<()> {
    let detail = change.detail.as_deref().map(|detail| format!("  {}", harmless(detail))).unwrap_or_default();
    writeln!(out, "{:<15} {}{detail}", change.service, change.state)
}
