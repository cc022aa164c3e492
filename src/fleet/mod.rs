//! Where tools run: Docker containers, or embedded in this process; health either way.
//!
//! [`find_engine`] looks for Docker and [`Engine::up`] makes the five services as containers; [`embedded`] runs the
//! same services on loopback ports of this process. Both give a [`Fleet`]. What happens to a service on the way, and
//! later, is told as [`ServiceChange`]s.

mod address;
mod claim;
mod containers;
mod context;
mod down;
mod embedded;
mod engine;
mod error;
mod find;
mod health;
mod image;
mod logs;
mod recipe;
mod table;
mod up;
mod watch;

#[cfg(test)]
mod compose;

use heist_tools::Service;
use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub use self::down::IdleSet;
pub use self::embedded::embedded;
pub(crate) use self::engine::ask;
pub use self::engine::{DockerOptions, Engine, ModelServer, ServiceStatus, find_engine};
pub use self::error::{FleetError, Refusal, Tried};
pub use self::logs::LogLine;
use crate::heist::ServiceState;

/// Something that happened to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceChange {
    /// The service.
    pub service: Service,
    /// How it is now.
    pub state: ServiceState,
    /// Why, where there is more to say: an address, the last log lines of a service that stopped.
    pub detail: Option<String>,
}

/// Where changes are told. Whether anybody listens makes no difference to the services.
pub type Reporter = mpsc::UnboundedSender<ServiceChange>;

fn tell(report: &Reporter, service: Service, state: ServiceState, detail: Option<String>) {
    // Nobody listens any more: nobody to tell.
    let _ = report.send(ServiceChange { service, state, detail });
}

/// Where the services are, as seen from this process.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// In the order of [`Service::ALL`].
    urls: [String; 5],
    bootstrap_token: SecretString,
}

impl Endpoints {
    /// The base URL of `service`, without a slash at its end.
    #[must_use]
    pub fn url(&self, service: Service) -> &str {
        &self.urls[usize::from(service.port_offset())]
    }

    /// The token with which agents are registered at `oauth`.
    #[must_use]
    pub fn bootstrap_token(&self) -> &SecretString {
        &self.bootstrap_token
    }
}

/// Five healthy services. Dropped without [`Fleet::shut_down`], containers stay and embedded services stop.
#[derive(Debug)]
pub struct Fleet {
    endpoints: Endpoints,
    place: Place,
    /// Stop when they are dropped.
    watchers: JoinSet<()>,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
enum Place {
    Docker { engine: Engine, desk: claim::Desk, usage: claim::Lock, adopted: bool },
    Embedded(embedded::Services),
}

impl Fleet {
    /// Where the services are.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Whether containers of the set were found, rather than all of them made.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        matches!(self.place, Place::Docker { adopted: true, .. })
    }

    /// Stops watching, and ends the services: embedded ones with all they kept; containers as [`Engine::down`] does, if
    /// they were made for a heist, are not to be kept, and no other process uses them.
    ///
    /// # Errors
    /// When the engine refuses, or the temporary folder cannot be removed.
    pub async fn shut_down(mut self) -> Result<(), FleetError> {
        self.watchers.shutdown().await;
        match self.place {
            Place::Docker { engine, desk, usage, .. } => engine.leave(&desk, usage).await,
            Place::Embedded(services) => services.stop().await,
        }
    }
}
