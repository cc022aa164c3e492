//! One service's container: how it is, making, starting, mending and removing it.

use std::io::Read;
use std::pin::pin;
use std::time::Duration;

use bollard::models::{
    ContainerInspectResponse, ContainerStateStatusEnum as Status, HealthStatusEnum, NetworkConnectRequest,
};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, DownloadFromContainerOptionsBuilder, InspectContainerOptions,
    RemoveContainerOptionsBuilder, RestartContainerOptionsBuilder, StartContainerOptions, StopContainerOptionsBuilder,
};
use futures_util::StreamExt;
use heist_tools::Service;
use heist_tools::wire::BOOTSTRAP_FILE;
use secrecy::SecretString;

use super::engine::{Engine, as_token, ask};
use super::error::FleetError;
use super::table::{
    DATA, LABEL_DIGEST, LABEL_FLEET, REPOSITORY, container, container_name, endpoint, image_name, is_of_this_version,
    network_name, port_key,
};
use crate::heist::ServiceState;

/// A service that is asked to stop gets so many seconds.
const STOP_SECONDS: i32 = 2;
const COPY_LIMIT: Duration = Duration::from_secs(5);
const MOST_ARCHIVE_BYTES: usize = 64 << 10;

/// What is found under a container's name.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is something else that is seen")]
pub(super) struct Seen {
    /// Made by this program for this fleet, or by `docker-compose` from the same image.
    pub(super) ours: bool,
    pub(super) image: String,
    /// Whether its process runs and is not paused.
    pub(super) running: bool,
    /// Whether it is on the fleet's network.
    pub(super) connected: bool,
    /// Whether the engine still waits for it to be healthy for the first time.
    pub(super) settling: bool,
    /// In a few words: `running`, `exited with code 137`.
    pub(super) status: String,
    /// What its image was made from.
    pub(super) digest: Option<String>,
    /// Where it is published, if it runs.
    pub(super) url: Option<String>,
}

impl Engine {
    pub(super) fn container_name(&self, service: Service) -> String {
        container_name(&self.options.fleet, service)
    }

    /// Looks for the container of `service`; `None` if there is none.
    pub(super) async fn look(&self, service: Service) -> Result<Option<Seen>, FleetError> {
        let name = self.container_name(service);
        let inspect = self.docker.inspect_container(&name, None::<InspectContainerOptions>);
        match ask(format!("look at the container {name}"), inspect).await {
            Ok(found) => Ok(Some(seen(&self.options.fleet, service, found))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the container from the image; it does not run yet.
    pub(super) async fn create(&self, service: Service, image: &str) -> Result<(), FleetError> {
        let name = self.container_name(service);
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let body = container(
            &self.options.fleet,
            service,
            image,
            self.port(service),
            self.options.model.as_ref(),
            self.options.telemetry.as_deref(),
        );
        let create = self.docker.create_container(Some(options), body);
        ask(format!("create the container {name}"), create).await.map(drop)
    }

    /// # Errors
    /// [`FleetError::PortsTaken`] when something else listens on its port.
    pub(super) async fn start(&self, service: Service) -> Result<(), FleetError> {
        let name = self.container_name(service);
        let start = self.docker.start_container(&name, None::<StartContainerOptions>);
        ask(format!("start the container {name}"), start).await.map_err(|error| match error {
            // It was free a moment ago, or is taken where this process cannot see it.
            error if error.is_taken_port() => FleetError::PortsTaken(vec![(service, self.port(service))]),
            error => error,
        })
    }

    /// Has a container that is there run again, on the fleet's network. What it keeps stays.
    pub(super) async fn revive(&self, service: Service, seen: &Seen) -> Result<(), FleetError> {
        let name = self.container_name(service);
        if !seen.connected {
            let network = network_name(&self.options.fleet);
            let request = NetworkConnectRequest { container: name.clone(), endpoint_config: Some(endpoint(service)) };
            let connect = self.docker.connect_network(&network, request);
            ask(format!("connect the container {name} with the network {network}"), connect).await?;
        }
        if seen.status == Status::PAUSED.to_string() {
            return ask(format!("let the container {name} go on"), self.docker.unpause_container(&name)).await;
        }
        if seen.running { Ok(()) } else { self.start(service).await }
    }

    /// Stops a container that runs and does not answer, and starts it again.
    pub(super) async fn restart(&self, service: Service) -> Result<(), FleetError> {
        let name = self.container_name(service);
        let options = RestartContainerOptionsBuilder::default().t(STOP_SECONDS).build();
        ask(format!("restart the container {name}"), self.docker.restart_container(&name, Some(options))).await
    }

    /// Asks the service to stop, then removes its container. That it is gone already is as good.
    pub(super) async fn remove(&self, service: Service) -> Result<(), FleetError> {
        let name = self.container_name(service);
        let options = StopContainerOptionsBuilder::default().t(STOP_SECONDS).build();
        let stop = self.docker.stop_container(&name, Some(options));
        if let Err(error) = ask(format!("stop the container {name}"), stop).await {
            tracing::debug!(%error, "removed by force");
        }
        let options = RemoveContainerOptionsBuilder::default().force(true).build();
        let remove = self.docker.remove_container(&name, Some(options));
        match ask(format!("remove the container {name}"), remove).await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// Reads the bootstrap token out of the oauth service's folder.
    pub(super) async fn bootstrap_token(&self) -> Result<SecretString, FleetError> {
        let name = self.container_name(Service::Oauth);
        let path = format!("{DATA}/{BOOTSTRAP_FILE}");
        let options = DownloadFromContainerOptionsBuilder::default().path(&path).build();
        let place = || format!("{name}:{path}");
        let unreadable = |reason: &str| FleetError::Token { place: place(), reason: reason.to_owned() };
        let reading = async {
            let mut pieces = pin!(self.docker.download_from_container(&name, Some(options)));
            let mut archive = Vec::new();
            while let Some(piece) = pieces.next().await {
                archive.extend_from_slice(&piece.map_err(|error| unreadable(&error.to_string()))?);
                if archive.len() > MOST_ARCHIVE_BYTES {
                    return Err(unreadable("the file is far too large for a token"));
                }
            }
            Ok(archive)
        };
        let archive = tokio::time::timeout(COPY_LIMIT, reading)
            .await
            .map_err(|_| unreadable("Docker does not answer in time"))??;
        let mut archive = tar::Archive::new(archive.as_slice());
        let mut entries = archive.entries().map_err(|error| unreadable(&error.to_string()))?;
        let mut bytes = Vec::new();
        match entries.next() {
            Some(Ok(mut file)) => file.read_to_end(&mut bytes).map_err(|error| unreadable(&error.to_string()))?,
            Some(Err(error)) => return Err(unreadable(&error.to_string())),
            None => return Err(unreadable("Docker sent nothing")),
        };
        as_token(&bytes, place)
    }
}

fn seen(fleet: &str, service: Service, found: ContainerInspectResponse) -> Seen {
    let config = found.config.unwrap_or_default();
    let labels = config.labels.unwrap_or_default();
    let image = config.image.unwrap_or_default();
    let state = found.state.unwrap_or_default();
    let status = state.status.unwrap_or(Status::EMPTY);
    let settings = found.network_settings.unwrap_or_default();
    let connected = settings.networks.is_some_and(|networks| networks.contains_key(&network_name(fleet)));
    let ports = settings.ports.unwrap_or_default();
    let url = ports.get(&port_key(service)).cloned().flatten().and_then(|bindings| {
        let port = bindings.into_iter().find_map(|binding| binding.host_port?.parse::<u16>().ok())?;
        Some(format!("http://127.0.0.1:{port}"))
    });
    // Podman writes before an image's name where it would be pulled from, even if it was made here.
    let plain = image.strip_prefix("localhost/").or_else(|| image.strip_prefix("docker.io/library/"));
    let image = plain.unwrap_or(&image).to_owned();
    let of_our_image = image.split(':').next() == Some(REPOSITORY);
    Seen {
        ours: labels.get(LABEL_FLEET).is_some_and(|label| label == fleet) || of_our_image,
        running: status == Status::RUNNING,
        connected,
        settling: state.health.and_then(|health| health.status) == Some(HealthStatusEnum::STARTING),
        status: match (status, state.exit_code, state.oom_killed) {
            (Status::EXITED, _, Some(true)) => "killed, because it took too much memory".to_owned(),
            (Status::EXITED | Status::RESTARTING, Some(code), _) => format!("exited with code {code}"),
            (other, ..) => other.to_string(),
        },
        digest: labels.get(LABEL_DIGEST).cloned(),
        url,
        image,
    }
}

impl Seen {
    /// Why it cannot be one of this program's set, however it is mended; none if it can: it is of this version's image
    /// and, as far as that can be known on both sides, of this very program.
    pub(super) fn obstacle(&self, digest: Option<&str>) -> Option<String> {
        let image = &self.image;
        if !self.ours {
            return Some(format!("heist-tui did not make it (its image is {image})"));
        }
        if !is_of_this_version(image) {
            return Some(format!("it is of the image {image}, not {}", image_name()));
        }
        let differs = matches!((self.digest.as_deref(), digest), (Some(theirs), Some(ours)) if theirs != ours);
        differs.then(|| "another build of heist-tui has made it".to_owned())
    }

    /// Whether it does what it can be seen to do without being asked.
    pub(super) fn is_up(&self) -> bool {
        self.running && self.connected
    }

    /// The state as far as the engine knows it: a container that runs is `Starting` until it says that it is well.
    pub(super) fn state(&self) -> ServiceState {
        match self.status.as_str() {
            _ if self.running => ServiceState::Starting,
            "created" => ServiceState::Starting,
            "paused" => ServiceState::Unhealthy,
            _ => ServiceState::Exited,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bollard::models::{ContainerConfig, ContainerState};

    use super::*;
    use crate::fleet::table::image_of_build;

    fn found(image: &str, labels: &[(&str, &str)], status: Status) -> Seen {
        let labels: HashMap<String, String> =
            labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let config =
            ContainerConfig { image: Some(image.to_owned()), labels: Some(labels), ..ContainerConfig::default() };
        let state = ContainerState { status: Some(status), exit_code: Some(137), ..ContainerState::default() };
        let response = ContainerInspectResponse {
            config: Some(config),
            state: Some(state),
            ..ContainerInspectResponse::default()
        };
        seen("heist", Service::Oauth, response)
    }

    #[test]
    fn ours_is_what_has_our_label_or_our_image() {
        assert!(found("heist-tools:0.0.1", &[], Status::RUNNING).ours);
        assert!(found("localhost/heist-tools:0.0.1", &[], Status::RUNNING).ours);
        assert_eq!(found(&format!("docker.io/library/{}", image_name()), &[], Status::RUNNING).obstacle(None), None);
        assert!(found("sha256:77", &[(LABEL_FLEET, "heist")], Status::RUNNING).ours);
        assert!(!found("sha256:77", &[(LABEL_FLEET, "other")], Status::RUNNING).ours);
        assert!(!found("heist-tools-of-somebody:1", &[], Status::RUNNING).ours);
        assert!(!found("postgres:17", &[], Status::RUNNING).ours);
    }

    #[test]
    fn what_another_version_or_program_made_is_told_apart() {
        let good = || found(&image_name(), &[(LABEL_DIGEST, "aa")], Status::RUNNING);
        assert_eq!(good().obstacle(Some("aa")), None);
        assert_eq!(good().obstacle(None), None);
        assert_eq!(found(&image_of_build(&"a".repeat(64)), &[], Status::RUNNING).obstacle(None), None);
        assert!(good().obstacle(Some("bb")).unwrap().contains("another build"));
        assert_eq!(Seen { digest: None, ..good() }.obstacle(Some("bb")), None, "docker-compose's image has no digest");
        let old = Seen { image: "heist-tools:0.0.0".to_owned(), ..good() };
        assert!(old.obstacle(None).unwrap().contains("heist-tools:0.0.0"));
        let foreign = Seen { ours: false, image: "postgres:17".to_owned(), ..good() };
        assert!(foreign.obstacle(None).unwrap().contains("postgres:17"));
    }

    #[test]
    fn a_stopped_container_tells_its_code() {
        let stopped = found(&image_name(), &[], Status::EXITED);
        assert_eq!((stopped.state(), stopped.status.as_str()), (ServiceState::Exited, "exited with code 137"));
        assert_eq!(found(&image_name(), &[], Status::PAUSED).state(), ServiceState::Unhealthy);
        assert_eq!(found(&image_name(), &[], Status::RUNNING).state(), ServiceState::Starting);
    }
}
