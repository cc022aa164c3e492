//! A Docker engine that was found, what is to be done with it, and how the services on it are.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use bollard::Docker;
use futures_util::future::try_join_all;
use heist_tools::Service;
use secrecy::SecretString;
use serde::{Serialize, Serializer};
use tokio::time::timeout;

use super::error::FleetError;
use super::health::Prober;
use super::{Endpoints, find, recipe};
use crate::heist::ServiceState;

/// Everything that is asked of the engine is done in so long, or given up; building has its own limit.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
const MOST_NAME: usize = 32;

/// Which engine, and under which names and ports.
#[derive(Clone, Debug)]
pub struct DockerOptions {
    /// What the names of containers, network and volume begin with.
    pub fleet: String,
    /// The port of `oauth` on 127.0.0.1; the other services have the four after it.
    pub port_base: u16,
    /// The engine's address; `None` is where Docker's own client would look, and other usual places.
    pub docker_host: Option<String>,
    /// Whether the containers outlive their last user.
    pub keep: bool,
    /// Whether containers that are in the way are removed.
    pub force: bool,
    /// The model server that memory makes its summaries with, if any.
    pub model: Option<ModelServer>,
    /// The telemetry receiver that the services send spans to, if any.
    pub telemetry: Option<String>,
    /// The program the image is made from: one that acts as the services when it is called `heist-tools`.
    pub executable: PathBuf,
    /// The folder with the sources that the image is made from where the program does not serve.
    pub sources: PathBuf,
    /// The image that they are compiled in; `None` is Rust's own.
    pub rust_image: Option<String>,
}

/// A model server, as this machine names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelServer {
    /// Its base address, such as `http://127.0.0.1:1234/v1`.
    pub url: String,
    /// The model; `None` is the one that is loaded.
    pub model: Option<String>,
}

impl Default for DockerOptions {
    /// `heist`, 8001, wherever an engine is, nothing kept or removed by force, no model server, the running program or the
    /// folder that it was built in, and `RUST_IMAGE` and the telemetry receiver of the environment, as for `docker-compose`.
    fn default() -> Self {
        Self {
            fleet: "heist".to_owned(),
            port_base: Service::Oauth.default_port(),
            docker_host: None,
            keep: false,
            force: false,
            model: None,
            telemetry: receiver(),
            executable: recipe::own_executable(),
            sources: recipe::own_sources(),
            rust_image: std::env::var("RUST_IMAGE").ok().filter(|image| !image.is_empty()),
        }
    }
}

/// The telemetry receiver of the environment, if the services can send to it: they have no certificates, and a key has no
/// business in the settings of a container, which everybody reads who may ask the engine.
fn receiver() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let is_off = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let url = set("OTEL_EXPORTER_OTLP_ENDPOINT").filter(|url| url.starts_with("http://"));
    url.filter(|_| !is_off && set("OTEL_EXPORTER_OTLP_HEADERS").is_none())
}

/// A Docker engine that answers.
#[derive(Clone)]
pub struct Engine {
    pub(super) docker: Docker,
    pub(super) options: DockerOptions,
    pub(super) prober: Prober,
    /// What its containers run on, as it names it: `amd64`, `arm64`.
    pub(super) platform: String,
    address: String,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("address", &self.address).field("options", &self.options).finish_non_exhaustive()
    }
}

/// How one service is, as `status` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceStatus {
    /// The service.
    #[serde(serialize_with = "name")]
    pub service: Service,
    /// How it is.
    pub state: ServiceState,
    /// The container that it is, or would be.
    pub container: String,
    /// Its base URL, if it runs.
    pub url: Option<String>,
    /// Why it is not healthy.
    pub detail: Option<String>,
    /// Whether there is a container of the set, running or not.
    #[serde(skip)]
    pub is_there: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn name<S: Serializer>(service: &Service, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(service.name())
}

/// Looks for an engine: the one that was named (by `docker_host`, else by `DOCKER_HOST`, else by the Docker context that
/// was chosen) and no other; else `/var/run/docker.sock`, and the sockets of Docker Desktop, rootless Docker, Podman,
/// Colima and `OrbStack`. It must speak version 1.41 of the API or a later one. Each place is given three seconds; where there is
/// no socket, no time passes.
///
/// # Errors
/// [`FleetError::NoEngine`] with every place tried and why it failed; [`FleetError::BadName`] and
/// [`FleetError::BadPortBase`] for options that cannot be.
pub async fn find_engine(options: &DockerOptions) -> Result<Engine, FleetError> {
    if !fits(&options.fleet) {
        return Err(FleetError::BadName(options.fleet.clone()));
    }
    if options.port_base == 0 || options.port_base > u16::MAX - 4 {
        return Err(FleetError::BadPortBase(options.port_base));
    }
    let found = find::find(options.docker_host.as_deref(), &find::Surroundings::of_this_process()).await?;
    let find::Found { docker, platform, address } = found;
    Ok(Engine { docker, options: options.clone(), prober: Prober::new()?, platform, address })
}

fn fits(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=MOST_NAME).contains(&name.len())
        && name.chars().all(good)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Asks the engine with a time limit; `doing` goes on after "Docker could not".
///
/// # Errors
/// If it refuses or takes longer.
pub(crate) async fn ask<T>(
    doing: impl Into<String>,
    request: impl Future<Output = Result<T, bollard::errors::Error>>,
) -> Result<T, FleetError> {
    match timeout(REQUEST_LIMIT, request).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(source)) => Err(FleetError::Docker { doing: doing.into(), source: Box::new(source) }),
        Err(_) => Err(FleetError::Slow { doing: doing.into(), seconds: REQUEST_LIMIT.as_secs() }),
    }
}

/// The token in a file of the oauth service: one line of visible ASCII characters.
pub(super) fn as_token(bytes: &[u8], place: impl FnOnce() -> String) -> Result<SecretString, FleetError> {
    let text = std::str::from_utf8(bytes).map(str::trim).unwrap_or_default();
    if text.is_empty() || text.len() > 512 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(FleetError::Token { place: place(), reason: "what is there is no token".to_owned() });
    }
    Ok(SecretString::from(text))
}

impl Engine {
    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What asks it.
    #[must_use]
    pub(crate) fn client(&self) -> &Docker {
        &self.docker
    }

    /// Has memory make its summaries with that model server, in containers that are made from now on.
    pub fn set_model(&mut self, model: ModelServer) {
        self.options.model = Some(model);
    }

    pub(super) fn port(&self, service: Service) -> u16 {
        self.options.port_base.saturating_add(service.port_offset())
    }

    /// How the five services are, in the order of [`Service::ALL`].
    ///
    /// # Errors
    /// When the engine refuses or does not answer.
    pub async fn status(&self) -> Result<Vec<ServiceStatus>, FleetError> {
        let all = Service::ALL.map(|service| async move {
            let container = self.container_name(service);
            let Some(seen) = self.look(service).await? else {
                let state = ServiceState::Absent;
                return Ok(ServiceStatus { service, state, container, url: None, detail: None, is_there: false });
            };
            let (state, detail) = match (&seen.url, seen.running) {
                _ if !seen.ours => (ServiceState::Absent, Some(format!("a container of {} has its name", seen.image))),
                (Some(url), true) => match self.prober.ask(url, service).await {
                    Ok(()) => (ServiceState::Healthy, None),
                    Err(reason) if seen.settling => (ServiceState::Starting, Some(reason)),
                    Err(reason) => (ServiceState::Unhealthy, Some(reason)),
                },
                _ if seen.running && !seen.connected => {
                    (ServiceState::Unhealthy, Some("cut off from its network".to_owned()))
                }
                (None, true) => (ServiceState::Unhealthy, Some("its port is not published".to_owned())),
                (_, false) => (seen.state(), Some(seen.status)),
            };
            let url = seen.url.filter(|_| seen.ours);
            Ok(ServiceStatus { service, state, container, url, detail, is_there: seen.ours })
        });
        try_join_all(all).await
    }
}

impl Engine {
    /// Where the services are, if all five are healthy. Nothing is started.
    ///
    /// # Errors
    /// [`FleetError::NotUp`] if one is not, or the engine refuses or does not answer.
    pub async fn endpoints(&self) -> Result<Endpoints, FleetError> {
        let services = self.status().await?;
        let ill = |it: &&ServiceStatus| it.state != ServiceState::Healthy;
        if services.iter().any(|it| ill(&it)) {
            let none = services.iter().all(|it| !it.is_there);
            let services = services.iter().filter(ill).map(|it| (it.service, it.state)).filter(|_| !none).collect();
            return Err(FleetError::NotUp { fleet: self.options.fleet.clone(), services });
        }
        let mut urls = services.into_iter().filter_map(|it| it.url);
        let urls = std::array::from_fn(|_| urls.next().unwrap_or_default());
        Ok(Endpoints { urls, bootstrap_token: self.bootstrap_token().await? })
    }
}

impl FleetError {
    /// The HTTP status with which the engine refused.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Docker { source, .. } => match source.as_ref() {
                bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether a container could not be started because something else listens on its port.
    pub(super) fn is_taken_port(&self) -> bool {
        let said = self.to_string();
        self.status() == Some(500)
            && ["port is already allocated", "address already in use"].iter().any(|words| said.contains(words))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_fleet_name_can_be_part_of_a_containers_name() {
        for good in ["heist", "h", "heist-test-7", "a_b.c", &"x".repeat(32)] {
            assert!(fits(good), "{good}");
        }
        for bad in ["", "-heist", ".x", "two words", "a/b", "höhle", &"x".repeat(33)] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn ports_past_the_last_one_are_refused() {
        let options = DockerOptions { port_base: 65_532, ..DockerOptions::default() };
        assert!(matches!(find_engine(&options).await, Err(FleetError::BadPortBase(65_532))));
    }

    #[test]
    fn a_token_is_one_visible_word() {
        assert_eq!(as_token(b"abc-123\n", String::new).unwrap().expose_secret(), "abc-123");
        for bad in [&b""[..], b"\n", b"two words", b"\xff\xfe", &[b'a'; 513]] {
            assert!(as_token(bad, || "here".to_owned()).unwrap_err().to_string().contains("here"));
        }
    }
}
