//! One service's container: how it is, making, starting and removing it, and what it says.

use std::io::Read;
use std::pin::pin;
use std::time::Duration;

use bollard::models::{ContainerInspectResponse, ContainerStateStatusEnum as Status, HealthStatusEnum};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, DownloadFromContainerOptionsBuilder, InspectContainerOptions, LogsOptionsBuilder,
    RemoveContainerOptionsBuilder, StartContainerOptions, StopContainerOptionsBuilder,
};
use futures_util::StreamExt;
use heist_tools::Service;
use heist_tools::wire::BOOTSTRAP_FILE;
use secrecy::SecretString;

use super::engine::{Engine, as_token, ask};
use super::error::FleetError;
use super::table::{DATA, LABEL_DIGEST, LABEL_FLEET, REPOSITORY, container, container_name, image_name, port_key};
use crate::heist::ServiceState;

/// A service that is asked to stop gets so many seconds.
const STOP_SECONDS: i32 = 2;
const LOG_LIMIT: Duration = Duration::from_secs(5);
const MOST_LOG_BYTES: usize = 256 << 10;
/// How many of its last log lines tell why a service failed.
const LAST_LINES: u32 = 8;
const MOST_ARCHIVE_BYTES: usize = 64 << 10;

/// What is found under a container's name.
#[derive(Debug)]
pub(super) struct Seen {
    /// Made by this program for this fleet, or by `docker-compose` from the same image.
    pub(super) ours: bool,
    pub(super) image: String,
    /// Whether its process runs and is not paused.
    pub(super) running: bool,
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

    /// Makes the container; it does not run yet.
    pub(super) async fn create(&self, service: Service) -> Result<(), FleetError> {
        let name = self.container_name(service);
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let body = container(&self.options.fleet, service, self.port(service));
        let create = self.docker.create_container(Some(options), body);
        ask(format!("create the container {name}"), create).await.map(drop)
    }

    pub(super) async fn start(&self, service: Service) -> Result<(), FleetError> {
        let name = self.container_name(service);
        let start = self.docker.start_container(&name, None::<StartContainerOptions>);
        ask(format!("start the container {name}"), start).await
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

    /// The last `lines` lines that the service wrote, at most 256 KiB of them, without control characters.
    ///
    /// # Errors
    /// When there is no such container, or the engine does not answer.
    pub async fn logs(&self, service: Service, lines: u32) -> Result<String, FleetError> {
        let name = self.container_name(service);
        let options = LogsOptionsBuilder::default().stdout(true).stderr(true).tail(&lines.to_string()).build();
        let reading = async {
            let mut pieces = pin!(self.docker.logs(&name, Some(options)));
            let mut bytes = Vec::new();
            while let Some(piece) = pieces.next().await {
                bytes.extend_from_slice(&piece?.into_bytes());
                if bytes.len() > MOST_LOG_BYTES {
                    bytes.truncate(MOST_LOG_BYTES);
                    break;
                }
            }
            Ok(bytes)
        };
        let doing = || format!("read the log of {name}");
        match tokio::time::timeout(LOG_LIMIT, reading).await {
            Ok(Ok(bytes)) => Ok(printable(&String::from_utf8_lossy(&bytes))),
            Ok(Err(source)) => Err(FleetError::Docker { doing: doing(), source: Box::new(source) }),
            Err(_) => Err(FleetError::Slow { doing: doing(), seconds: LOG_LIMIT.as_secs() }),
        }
    }

    /// Why a service failed: how its container is, and its last words.
    pub(super) async fn last_words(&self, service: Service, status: &str) -> String {
        match self.logs(service, LAST_LINES).await {
            Ok(log) if !log.trim().is_empty() => format!("{status}; its last words:\n{}", log.trim_end()),
            Ok(_) => format!("{status}, without a word"),
            Err(error) => format!("{status}; {error}"),
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
        let archive = tokio::time::timeout(LOG_LIMIT, reading)
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
    let ports = found.network_settings.and_then(|settings| settings.ports).unwrap_or_default();
    let url = ports.get(&port_key(service)).cloned().flatten().and_then(|bindings| {
        let port = bindings.into_iter().find_map(|binding| binding.host_port?.parse::<u16>().ok())?;
        Some(format!("http://127.0.0.1:{port}"))
    });
    // Podman writes `localhost/` before names of images that are only here.
    let of_our_image = image.strip_prefix("localhost/").unwrap_or(&image).split(':').next() == Some(REPOSITORY);
    Seen {
        ours: labels.get(LABEL_FLEET).is_some_and(|label| label == fleet) || of_our_image,
        running: status == Status::RUNNING,
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
    /// Whether it can be taken as it is, once it is healthy: it runs, from this version's image, and, as far as that can
    /// be known on both sides, from this very program.
    pub(super) fn is_current(&self, digest: Option<&str>) -> bool {
        let same_image = self.image.strip_prefix("localhost/").unwrap_or(&self.image) == image_name();
        let same_program = match (self.digest.as_deref(), digest) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => true,
        };
        self.ours && self.running && self.url.is_some() && same_image && same_program
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

/// Keeps lines and tabs; other control characters would act on the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bollard::models::{ContainerConfig, ContainerState};

    use super::*;

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
        assert!(found("sha256:77", &[(LABEL_FLEET, "heist")], Status::RUNNING).ours);
        assert!(!found("sha256:77", &[(LABEL_FLEET, "other")], Status::RUNNING).ours);
        assert!(!found("heist-tools-of-somebody:1", &[], Status::RUNNING).ours);
        assert!(!found("postgres:17", &[], Status::RUNNING).ours);
    }

    #[test]
    fn only_a_running_container_of_this_version_and_program_is_taken_as_it_is() {
        let url = Some("http://127.0.0.1:8001".to_owned());
        let good = || Seen { url: url.clone(), ..found(&image_name(), &[(LABEL_DIGEST, "aa")], Status::RUNNING) };
        assert!(good().is_current(Some("aa")));
        assert!(good().is_current(None));
        assert!(!good().is_current(Some("bb")));
        assert!(Seen { digest: None, ..good() }.is_current(Some("bb")), "docker-compose's image has no digest");
        assert!(!Seen { url: None, ..good() }.is_current(Some("aa")));
        assert!(!Seen { running: false, ..good() }.is_current(Some("aa")));
        assert!(!Seen { image: "heist-tools:0.0.0".to_owned(), ..good() }.is_current(None));
    }

    #[test]
    fn a_stopped_container_tells_its_code() {
        let stopped = found(&image_name(), &[], Status::EXITED);
        assert_eq!((stopped.state(), stopped.status.as_str()), (ServiceState::Exited, "exited with code 137"));
        assert_eq!(found(&image_name(), &[], Status::PAUSED).state(), ServiceState::Unhealthy);
        assert_eq!(found(&image_name(), &[], Status::RUNNING).state(), ServiceState::Starting);
    }

    #[test]
    fn a_log_cannot_act_on_the_terminal() {
        assert_eq!(printable("one\u{1b}[2J\r\n\ttwo\u{7}\u{9b}\n"), "one[2J\n\ttwo\n");
    }
}
