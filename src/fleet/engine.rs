//! The fleet in Docker: up, down, status.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use bollard::Docker;
use bollard::models::{NetworkCreateRequest, VolumeCreateRequest};
use bollard::query_parameters::{InspectNetworkOptions, RemoveVolumeOptions};
use futures_util::future::{join_all, try_join_all};
use heist_tools::Service;
use secrecy::SecretString;
use serde::{Serialize, Serializer};
use tokio::time::{Instant, sleep, timeout};

use super::containers::Seen;
use super::error::FleetError;
use super::health::Prober;
use super::table::{labels, network_name, volume_name};
use super::{Endpoints, Fleet, Place, Reporter, find, image, tell, watch};
use crate::heist::ServiceState;

/// Everything that is asked of the engine is done in so long, or given up; building has its own limit.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// A container that was started is healthy in so long, or has failed.
const HEALTHY_LIMIT: Duration = Duration::from_secs(30);
/// A set that is found running may just be starting: it is given so long to be healthy before it is made anew.
const ADOPT_LIMIT: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(50);
/// Whether the container still runs is looked up at every so many polls.
const LOOK_EVERY: u32 = 5;
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
    /// Whether the containers outlive [`Fleet::shut_down`].
    pub keep: bool,
    /// The program the image is made from: one that acts as the services when it is called `heist-tools`.
    pub executable: PathBuf,
}

impl Default for DockerOptions {
    /// `heist`, 8001, wherever an engine is, nothing kept, the running program.
    fn default() -> Self {
        Self {
            fleet: "heist".to_owned(),
            port_base: Service::Oauth.default_port(),
            docker_host: None,
            keep: false,
            executable: image::own_executable(),
        }
    }
}

/// A Docker engine that answers.
#[derive(Clone)]
pub struct Engine {
    pub(super) docker: Docker,
    pub(super) options: DockerOptions,
    pub(super) prober: Prober,
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
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn name<S: Serializer>(service: &Service, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(service.name())
}

/// Looks for an engine: the one that was named (`docker_host`, else `DOCKER_HOST`) and no other; else the current
/// Docker context, `/var/run/docker.sock`, and the sockets of Docker Desktop, rootless Docker, Podman, Colima and
/// `OrbStack`. It must speak version 1.41 of the API or a later one. Each place is given three seconds; where there is
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
    let find::Found { docker, address } = found;
    Ok(Engine { docker, options: options.clone(), prober: Prober::new()?, address })
}

fn fits(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=MOST_NAME).contains(&name.len())
        && name.chars().all(good)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Asks the engine with a time limit; `doing` goes on after "Docker could not".
pub(super) async fn ask<T>(
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

    pub(super) fn port(&self, service: Service) -> u16 {
        self.options.port_base.saturating_add(service.port_offset())
    }

    /// Brings up the five services and returns when all are healthy. A set that is up and healthy in this version is
    /// adopted as it is, on whatever ports it has. A set that is not whole is made anew; what it kept stays in its
    /// volumes. The image is made first if it is not there or was made from another program. `oauth` starts first, the
    /// others side by side when it is healthy.
    ///
    /// If this fails, the containers it made are removed. If it is dropped half-way they are left as they are; the next
    /// `up` or [`Self::down`] deals with them.
    ///
    /// # Errors
    /// When a container of somebody else has a needed name, a port is taken, the image cannot be made, a service does
    /// not become healthy within 30 seconds, or the engine refuses.
    pub async fn up(&self, report: &Reporter) -> Result<Fleet, FleetError> {
        let (recipe, seen) = tokio::try_join!(image::recipe(&self.options.executable), self.look_at_all())?;
        let digest = recipe.as_ref().ok().map(|recipe| recipe.digest.as_str());
        if let Some(urls) = self.adoptable(&seen, digest, report).await {
            return self.fleet(urls, true, report).await;
        }
        self.clear(&seen, report).await?;
        self.require_ports()?;
        image::ensure(&self.docker, &recipe, || {
            for service in Service::ALL {
                tell(report, service, ServiceState::Building, None);
            }
        })
        .await?;
        let started = match self.make_and_start(report).await {
            Ok(()) => {
                let urls = Service::ALL.map(|service| format!("http://127.0.0.1:{}", self.port(service)));
                self.fleet(urls, false, report).await
            }
            Err(error) => Err(error),
        };
        if started.is_err()
            && let Err(error) = self.down().await
        {
            tracing::warn!(%error, "could not tidy up after a failed start");
        }
        started
    }

    async fn look_at_all(&self) -> Result<Vec<Option<Seen>>, FleetError> {
        try_join_all(Service::ALL.map(|service| self.look(service))).await
    }

    /// The URLs of a set that can be adopted, as soon as it is healthy.
    async fn adoptable(&self, seen: &[Option<Seen>], digest: Option<&str>, report: &Reporter) -> Option<[String; 5]> {
        let mut urls: [String; 5] = Default::default();
        for (url, seen) in urls.iter_mut().zip(seen) {
            let seen = seen.as_ref().filter(|seen| seen.is_current(digest))?;
            url.clone_from(seen.url.as_ref()?);
        }
        let well = Service::ALL.into_iter().zip(&urls).map(|(service, url)| async move {
            while self.prober.ask(url, service).await.is_err() {
                sleep(POLL).await;
            }
        });
        timeout(ADOPT_LIMIT, join_all(well)).await.ok()?;
        for (service, url) in Service::ALL.into_iter().zip(&urls) {
            tell(report, service, ServiceState::Healthy, Some(format!("{url}, found running")));
        }
        Some(urls)
    }

    /// Removes what is left of an earlier fleet; refuses to touch anything else.
    async fn clear(&self, seen: &[Option<Seen>], report: &Reporter) -> Result<(), FleetError> {
        let found = || Service::ALL.into_iter().zip(seen);
        for (service, seen) in found() {
            if let Some(foreign) = seen.as_ref().filter(|seen| !seen.ours) {
                let name = self.container_name(service);
                return Err(FleetError::Foreign { name, image: foreign.image.clone() });
            }
        }
        for (service, seen) in found() {
            let (state, detail) = match seen {
                None => (ServiceState::Absent, None),
                Some(seen) => (seen.state(), Some(format!("{}; it is made anew", seen.status))),
            };
            tell(report, service, state, detail);
        }
        let left = found().filter(|(_, seen)| seen.is_some());
        try_join_all(left.map(|(service, _)| self.remove(service))).await.map(drop)
    }

    /// Names every port that something else listens on, before anything is made.
    fn require_ports(&self) -> Result<(), FleetError> {
        let is_taken = |port| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
        };
        let taken: Vec<_> = Service::ALL
            .into_iter()
            .map(|service| (service, self.port(service)))
            .filter(|(_, port)| is_taken(*port))
            .collect();
        if taken.is_empty() { Ok(()) } else { Err(FleetError::PortsTaken(taken)) }
    }

    async fn make_and_start(&self, report: &Reporter) -> Result<(), FleetError> {
        self.make_network_and_volumes().await?;
        try_join_all(Service::ALL.map(|service| self.create(service))).await?;
        self.start_and_wait(Service::Oauth, report).await?;
        let others = Service::ALL.into_iter().skip(1);
        try_join_all(others.map(|service| self.start_and_wait(service, report))).await.map(drop)
    }

    async fn make_network_and_volumes(&self) -> Result<(), FleetError> {
        let network = network_name(&self.options.fleet);
        let labels = labels(&self.options.fleet);
        let inspect = self.docker.inspect_network(&network, None::<InspectNetworkOptions>);
        match ask(format!("look for the network {network}"), inspect).await {
            Ok(_) => {}
            Err(error) if error.is_not_found() => {
                let request =
                    NetworkCreateRequest { name: network.clone(), labels: Some(labels.clone()), ..Default::default() };
                ask(format!("create the network {network}"), self.docker.create_network(request)).await?;
            }
            Err(error) => return Err(error),
        }
        for volume in self.volumes() {
            // One that is there already is taken as it is.
            let labels = Some(labels.clone());
            let request = VolumeCreateRequest { name: Some(volume.clone()), labels, ..Default::default() };
            ask(format!("create the volume {volume}"), self.docker.create_volume(request)).await?;
        }
        Ok(())
    }

    /// Starts the container of `service` and waits until the service says that it is healthy.
    async fn start_and_wait(&self, service: Service, report: &Reporter) -> Result<(), FleetError> {
        tell(report, service, ServiceState::Starting, None);
        self.start(service).await?;
        let url = format!("http://127.0.0.1:{}", self.port(service));
        let deadline = Instant::now() + HEALTHY_LIMIT;
        for poll in 1_u32.. {
            let Err(reason) = self.prober.ask(&url, service).await else { break };
            let status = if poll.is_multiple_of(LOOK_EVERY) {
                match self.look(service).await? {
                    Some(seen) if seen.running => None,
                    Some(seen) => Some((ServiceState::Exited, seen.status)),
                    None => Some((ServiceState::Absent, "its container is gone".to_owned())),
                }
            } else {
                None
            };
            let late = Instant::now() >= deadline;
            let late = late
                .then(|| (ServiceState::Unhealthy, format!("{reason}, {} s after its start", HEALTHY_LIMIT.as_secs())));
            if let Some((state, status)) = status.or(late) {
                let detail = Some(self.last_words(service, &status).await);
                tell(report, service, state, detail.clone());
                return Err(FleetError::NotHealthy { service, state, detail });
            }
            sleep(POLL).await;
        }
        tell(report, service, ServiceState::Healthy, Some(url));
        Ok(())
    }

    async fn fleet(&self, urls: [String; 5], adopted: bool, report: &Reporter) -> Result<Fleet, FleetError> {
        let bootstrap_token = self.bootstrap_token().await?;
        let endpoints = Endpoints { urls, bootstrap_token };
        let watchers = watch::watch(self, &endpoints, adopted, report);
        let stays = adopted || self.options.keep;
        Ok(Fleet { endpoints, place: Place::Docker { engine: self.clone(), stays, adopted }, watchers })
    }

    /// Removes the fleet's containers and its network, and gives the names of what was removed. As with
    /// `docker-compose down`, the volumes stay, with the keys and what memory kept: see [`Self::remove_volumes`].
    /// Containers of somebody else are left alone, whatever their names.
    ///
    /// # Errors
    /// When the engine refuses or does not answer.
    pub async fn down(&self) -> Result<Vec<String>, FleetError> {
        let seen = self.look_at_all().await?;
        let ours: Vec<_> = Service::ALL
            .into_iter()
            .zip(seen)
            .filter(|(_, seen)| seen.as_ref().is_some_and(|seen| seen.ours))
            .map(|(service, _)| service)
            .collect();
        try_join_all(ours.iter().map(|service| self.remove(*service))).await?;
        let mut removed: Vec<_> = ours.into_iter().map(|service| self.container_name(service)).collect();
        let network = network_name(&self.options.fleet);
        match ask(format!("remove the network {network}"), self.docker.remove_network(&network)).await {
            Ok(()) => removed.push(network),
            // Not there, or used by containers that are not of the fleet.
            Err(error) if error.is_not_found() || error.status() == Some(403) => {}
            Err(error) => return Err(error),
        }
        Ok(removed)
    }

    /// Removes the fleet's volumes with everything the services kept, and gives the names of those that were there.
    /// The fleet must be down.
    ///
    /// # Errors
    /// When a volume is in use, or the engine does not answer.
    pub async fn remove_volumes(&self) -> Result<Vec<String>, FleetError> {
        let mut removed = Vec::new();
        for volume in self.volumes() {
            let remove = self.docker.remove_volume(&volume, None::<RemoveVolumeOptions>);
            match ask(format!("remove the volume {volume}"), remove).await {
                Ok(()) => removed.push(volume),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }

    fn volumes(&self) -> impl Iterator<Item = String> {
        Service::ALL.into_iter().filter_map(|service| volume_name(&self.options.fleet, service))
    }

    /// How the five services are, in the order of [`Service::ALL`].
    ///
    /// # Errors
    /// When the engine refuses or does not answer.
    pub async fn status(&self) -> Result<Vec<ServiceStatus>, FleetError> {
        let all = Service::ALL.map(|service| async move {
            let container = self.container_name(service);
            let Some(seen) = self.look(service).await? else {
                return Ok(ServiceStatus { service, state: ServiceState::Absent, container, url: None, detail: None });
            };
            let (state, detail) = match (&seen.url, seen.running) {
                _ if !seen.ours => (ServiceState::Absent, Some(format!("a container of {} has its name", seen.image))),
                (Some(url), true) => match self.prober.ask(url, service).await {
                    Ok(()) => (ServiceState::Healthy, None),
                    Err(reason) if seen.settling => (ServiceState::Starting, Some(reason)),
                    Err(reason) => (ServiceState::Unhealthy, Some(reason)),
                },
                (None, true) => (ServiceState::Unhealthy, Some("its port is not published".to_owned())),
                (_, false) => (seen.state(), Some(seen.status)),
            };
            let url = seen.url.filter(|_| seen.ours);
            Ok(ServiceStatus { service, state, container, url, detail })
        });
        try_join_all(all).await
    }
}

impl FleetError {
    /// The HTTP status with which the engine refused.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Docker { source, .. } => match source.as_ref() {
                bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn is_not_found(&self) -> bool {
        self.status() == Some(404)
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
