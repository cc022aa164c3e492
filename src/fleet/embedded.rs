//! The five services in this process, on loopback ports, with a temporary folder for what they keep.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use heist_tools::telemetry::Telemetry;
use heist_tools::wire::BOOTSTRAP_FILE;
use heist_tools::{Running, Service, Settings};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::error::FleetError;
use super::health::Prober;
use super::{Endpoints, Fleet, Place, Reporter, tell};
use crate::heist::ServiceState;

const START_LIMIT: Duration = Duration::from_secs(10);

/// What runs, and the folder it keeps things in, which goes when this is dropped.
#[derive(Debug)]
pub(super) struct Services {
    running: Vec<Running>,
    folder: TempDir,
}

impl Services {
    /// Stops all, then removes the folder.
    pub(super) async fn stop(self) -> Result<(), FleetError> {
        let Self { running, folder } = self;
        join_all(running.into_iter().map(Running::stop)).await;
        let path = folder.path().to_owned();
        tokio::task::spawn_blocking(move || folder.close()).await?.map_err(|source| FleetError::File { path, source })
    }
}

/// Starts the services in this process, `oauth` first. What they tell a telemetry receiver goes the way of this process.
///
/// # Errors
/// When the temporary folder cannot be made, or a service does not start or is not healthy within ten seconds.
pub async fn embedded(report: &Reporter, telemetry: Option<Telemetry>) -> Result<Fleet, FleetError> {
    let folder = tempfile::Builder::new()
        .prefix("heist-tui-")
        .tempdir()
        .map_err(|source| FleetError::File { path: std::env::temp_dir(), source })?;
    let prober = Prober::new()?;
    // One after the other: each is there in milliseconds, and the same heist always tells the same events.
    let (mut running, mut urls): (Vec<_>, Vec<String>) = <_>::default();
    for service in Service::ALL {
        let data = folder.path().join(service.name());
        let settings =
            Settings { issuer: urls.first().cloned(), data, telemetry: telemetry.clone(), ..Settings::default() };
        let (started, url) = start(service, settings, &prober, report).await?;
        running.push(started);
        urls.push(url);
    }
    let bootstrap_token = bootstrap_token(&folder.path().join(Service::Oauth.name()).join(BOOTSTRAP_FILE)).await?;
    let mut urls = urls.into_iter();
    let endpoints = Endpoints { urls: std::array::from_fn(|_| urls.next().unwrap_or_default()), bootstrap_token };
    // In this process services do not die alone, so nobody watches them.
    Ok(Fleet { endpoints, place: Place::Embedded(Services { running, folder }), watchers: JoinSet::new() })
}

/// Starts one service and waits until it is healthy; also gives its URL.
async fn start(
    service: Service,
    settings: Settings,
    prober: &Prober,
    report: &Reporter,
) -> Result<(Running, String), FleetError> {
    tell(report, service, ServiceState::Starting, None);
    let unhealthy = |detail: String| {
        tell(report, service, ServiceState::Unhealthy, Some(detail.clone()));
        FleetError::NotHealthy { service, state: ServiceState::Unhealthy, detail: Some(detail) }
    };
    let started =
        tokio::time::timeout(START_LIMIT, heist_tools::start(service, (Ipv4Addr::LOCALHOST, 0).into(), settings))
            .await
            .map_err(|_| unhealthy(format!("it did not start within {} s", START_LIMIT.as_secs())))?;
    let running = started.map_err(|source| {
        tell(report, service, ServiceState::Exited, Some(source.to_string()));
        FleetError::Embedded { service, source }
    })?;
    let url = format!("http://{}", running.addr());
    prober.ask(&url, service).await.map_err(unhealthy)?;
    tell(report, service, ServiceState::Healthy, None);
    Ok((running, url))
}

async fn bootstrap_token(path: &Path) -> Result<SecretString, FleetError> {
    let file = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read(file)).await?;
    let bytes = read.map_err(|source| FleetError::File { path: path.to_owned(), source })?;
    super::engine::as_token(&bytes, || path.display().to_string())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn five_services_are_healthy_and_gone_with_their_folder_at_the_end() {
        let (report, mut told) = mpsc::unbounded_channel();
        let fleet = embedded(&report, None).await.unwrap();
        let prober = Prober::new().unwrap();
        for service in Service::ALL {
            prober.ask(fleet.endpoints().url(service), service).await.unwrap();
        }
        assert!(fleet.endpoints().bootstrap_token().expose_secret().len() >= 16);
        let Place::Embedded(services) = &fleet.place else { panic!("not embedded") };
        let folder = services.folder.path().to_owned();
        assert!(folder.join("oauth").exists());
        let endpoints = fleet.endpoints().clone();
        fleet.shut_down().await.unwrap();
        assert!(!folder.exists());
        assert!(prober.ask(endpoints.url(Service::Oauth), Service::Oauth).await.is_err());

        drop(report);
        let mut changes = Vec::new();
        while let Some(change) = told.recv().await {
            changes.push((change.service, change.state));
        }
        let at = |change| changes.iter().position(|told| *told == change).unwrap();
        for service in Service::ALL.into_iter().skip(1) {
            assert!(at((Service::Oauth, ServiceState::Healthy)) < at((service, ServiceState::Starting)));
            assert!(at((service, ServiceState::Starting)) < at((service, ServiceState::Healthy)));
        }
        assert_eq!(changes.len(), 10);
    }

    #[tokio::test]
    async fn health_is_not_taken_from_another_service() {
        let (report, _told) = mpsc::unbounded_channel();
        let fleet = embedded(&report, None).await.unwrap();
        let url = fleet.endpoints().url(Service::Calculator);
        let reason = Prober::new().unwrap().ask(url, Service::Memory).await.unwrap_err();
        assert!(reason.contains("calculator"), "{reason}");
        fleet.shut_down().await.unwrap();
    }
}
