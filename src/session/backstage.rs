//! What a session has behind the stage: the tool services, and the crew's way to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use heist_bank::Bank;
use heist_tools::Service;
use tokio::sync::mpsc;

use super::report::Report;
use crate::crew::{Crew, Persona};
use crate::fleet::{self, Engine, Fleet, FleetError, Reporter};
use crate::heist::{AgentName, Fault, Input};
use crate::telemetry::Trace;
use crate::toolbox::{Toolbox, ToolboxError};

/// Where the tools will run.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Venue {
    /// In containers; where they cannot be started and `or_embedded` is set, in this process after all.
    Docker {
        /// The engine that was found.
        engine: Engine,
        /// Whether to play without containers rather than not at all.
        or_embedded: bool,
    },
    /// In this process.
    Embedded,
}

/// Why the tools did not come up.
#[derive(Debug, thiserror::Error)]
pub enum BackstageError {
    /// The services did not come up.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The services are up and do not let the crew in.
    #[error(transparent)]
    Toolbox(#[from] ToolboxError),
}

/// The services, up, and the crew's way to them.
pub(super) struct Backstage {
    pub toolbox: Arc<Toolbox>,
    fleet: Fleet,
}

impl Backstage {
    /// Takes the crew's clients back and stops the services, unless they were found running.
    pub async fn close(self) {
        self.toolbox.leave().await;
        if let Err(error) = self.fleet.shut_down().await {
            tracing::warn!(%error, "the tool services were not stopped");
        }
    }
}

/// Boots the services and registers the crew for that bank. Every change of a service, now and later, is told to `changes`;
/// what went wrong and was helped is reported. Calls of tools are parts of `trace`.
pub(super) async fn open(
    venue: Venue,
    bank: Arc<Bank>,
    crew: Arc<Crew>,
    changes: Reporter,
    report: mpsc::UnboundedSender<Report>,
    trace: Option<Trace>,
) -> Result<Backstage, BackstageError> {
    let fleet = boot(venue, &changes, &report, trace.as_ref()).await?;
    match Toolbox::connect(urls(&fleet), fleet.endpoints().bootstrap_token().clone(), bank.seed, passes(&crew)).await {
        Ok(toolbox) => Ok(Backstage { toolbox: Arc::new(toolbox.traced(trace)), fleet }),
        Err(error) => {
            if let Err(error) = fleet.shut_down().await {
                tracing::warn!(%error, "the tool services were not stopped");
            }
            Err(error.into())
        }
    }
}

async fn boot(
    venue: Venue,
    changes: &Reporter,
    report: &mpsc::UnboundedSender<Report>,
    trace: Option<&Trace>,
) -> Result<Fleet, FleetError> {
    let telemetry = trace.map(|trace| trace.telemetry().clone());
    match venue {
        Venue::Embedded => fleet::embedded(changes, telemetry).await,
        Venue::Docker { engine, or_embedded } => match engine.up(changes).await {
            Err(error) if or_embedded && !matches!(error, FleetError::Stopped) => {
                let message = format!("{error}. The tools run inside the program instead.");
                let fault = Fault { place: "tools".into(), message, retry: false, turn: None };
                // The driver outlives the boot.
                let _ = report.send(Report::Input(Input::Fault(fault)));
                fleet::embedded(changes, telemetry).await
            }
            fleet => fleet,
        },
    }
}

fn urls(fleet: &Fleet) -> BTreeMap<Service, String> {
    Service::ALL.into_iter().map(|service| (service, fleet.endpoints().url(service).to_owned())).collect()
}

/// The agents whose tokens open something, with their scopes.
fn passes(crew: &[Persona]) -> impl Iterator<Item = (AgentName, String)> {
    crew.iter().filter(|persona| !persona.opened.is_empty()).map(|persona| (persona.name.clone(), persona.scopes()))
}
