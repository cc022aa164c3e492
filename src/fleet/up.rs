//! Bringing a set of containers up: what is there is mended and used, what is missing is made, and nothing that is
//! there is destroyed unless that was asked for.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use bollard::models::{NetworkCreateRequest, VolumeCreateRequest};
use futures_util::future::{join_all, try_join_all};
use heist_tools::Service;
use tokio::time::{Instant, sleep};

use super::claim::Desk;
use super::containers::Seen;
use super::engine::{Engine, ask};
use super::error::FleetError;
use super::recipe::{self, Recipe};
use super::table::{labels, network_name};
use super::{Endpoints, Fleet, Place, Reporter, image, tell, watch};
use crate::heist::ServiceState;

/// A container that was started is healthy in so long, or has failed.
const HEALTHY_LIMIT: Duration = Duration::from_secs(30);
/// One that is found running may just have been started by somebody else, or be stuck.
const FOUND_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);
/// Whether the container still runs is looked up at every so many polls.
const LOOK_EVERY: u32 = 5;

/// What was found under the five names, in the order of [`Service::ALL`].
type Found = [Option<Seen>; 5];

impl Engine {
    /// Brings up the five services and returns when all are healthy. Containers that are there are used, on whatever
    /// ports they have; one that is stopped, paused or off the network is started again, one that is missing is made.
    /// The image is made first if it is needed and is not there or was made from another program. `oauth` starts first,
    /// the others side by side when it is healthy. If another process is at work on the set, that is waited for.
    ///
    /// If this fails, or nobody listens to `report` any more, the containers it made are removed.
    ///
    /// # Errors
    /// When a container of somebody else or of another version is in the way ([`DockerOptions::force`] removes it), a
    /// port is taken, the image cannot be made, a service does not become healthy within 30 seconds, or the engine
    /// refuses.
    ///
    /// [`DockerOptions::force`]: super::DockerOptions::force
    pub async fn up(&self, report: &Reporter) -> Result<Fleet, FleetError> {
        let desk = self.desk().await?;
        let waiting = || {
            let words = "another heist-tui is at work on this set; waiting for it";
            tell(report, Service::Oauth, ServiceState::Absent, Some(words.to_owned()));
        };
        let _changing = tokio::select! {
            lock = desk.change(waiting) => lock?,
            () = report.closed() => return Err(FleetError::Stopped),
        };
        let origin = recipe::recipe(&self.options.executable, &self.options.sources, &self.platform);
        let (recipe, mut found) = tokio::try_join!(origin, self.look_at_all())?;
        let digest = recipe.as_ref().ok().map(|recipe| recipe.digest.as_str());
        if self.options.force && !self.is_well(&found, digest).await {
            self.clear(&found, report).await?;
            found = Default::default();
        }
        self.require_ours(&found, digest)?;
        let usage = desk.share()?;
        let adopted = found.iter().any(Option::is_some);
        let error = match self.mend(&found, &recipe, &desk, report).await {
            Ok((urls, image)) => {
                if self.options.keep {
                    desk.mark(None)?;
                }
                match self.bootstrap_token().await {
                    Ok(bootstrap_token) => {
                        let endpoints = Endpoints { urls, bootstrap_token };
                        let image = image.as_deref().filter(|_| !adopted);
                        let watchers = watch::watch(self, &desk, &endpoints, image, report);
                        let place = Place::Docker { engine: self.clone(), desk, usage, adopted };
                        return Ok(Fleet { endpoints, place, watchers });
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        drop(usage);
        self.take_back(&found, &desk).await;
        let there: Vec<_> = Service::ALL.into_iter().zip(&found).filter(|(_, seen)| seen.is_some()).collect();
        match error {
            FleetError::NotHealthy { service, state, detail } if there.iter().any(|(other, _)| *other == service) => {
                Err(FleetError::HalfDead { fleet: self.options.fleet.clone(), service, state, detail })
            }
            error => Err(error),
        }
    }

    pub(super) async fn look_at_all(&self) -> Result<Found, FleetError> {
        let found = try_join_all(Service::ALL.map(|service| self.look(service))).await?;
        let mut found = found.into_iter();
        Ok(std::array::from_fn(|_| found.next().flatten()))
    }

    /// Whether all are there, of this program, and answer.
    async fn is_well(&self, found: &Found, digest: Option<&str>) -> bool {
        let all = Service::ALL.into_iter().zip(found).map(|(service, seen)| async move {
            let Some(seen) = seen.as_ref().filter(|seen| seen.obstacle(digest).is_none()) else { return false };
            match &seen.url {
                Some(url) => self.prober.ask(url, service).await.is_ok(),
                None => false,
            }
        });
        join_all(all).await.into_iter().all(|well| well)
    }

    /// Removes every container that has a name of the set, as it was asked for by force.
    async fn clear(&self, found: &Found, report: &Reporter) -> Result<(), FleetError> {
        let there =
            || Service::ALL.into_iter().zip(found).filter_map(|(service, seen)| Some((service, seen.as_ref()?)));
        for (service, seen) in there() {
            tell(report, service, seen.state(), Some(format!("{}; it is made again", seen.status)));
        }
        try_join_all(there().map(|(service, _)| self.remove(service))).await.map(drop)
    }

    /// Names every container that is in the way.
    fn require_ours(&self, found: &Found, digest: Option<&str>) -> Result<(), FleetError> {
        let in_the_way: Vec<_> = Service::ALL
            .into_iter()
            .zip(found)
            .filter_map(|(service, seen)| {
                let seen = seen.as_ref()?;
                Some(format!("{}, {}: {}", self.container_name(service), seen.status, seen.obstacle(digest)?))
            })
            .collect();
        if in_the_way.is_empty() { Ok(()) } else { Err(FleetError::InTheWay(in_the_way)) }
    }

    /// Makes what is missing, starts what does not run, and waits until all are healthy. Gives their addresses, and the
    /// image if it was needed.
    async fn mend(
        &self,
        found: &Found,
        recipe: &Result<Recipe, String>,
        desk: &Desk,
        report: &Reporter,
    ) -> Result<([String; 5], Option<String>), FleetError> {
        let missing: Vec<_> = Service::ALL
            .into_iter()
            .zip(found)
            .filter(|(_, seen)| seen.is_none())
            .map(|(service, _)| service)
            .collect();
        let mut made_from = None;
        if !missing.is_empty() {
            for service in &missing {
                tell(report, *service, ServiceState::Absent, None);
            }
            self.require_ports(&missing)?;
            let image = image::ensure(self, recipe, report).await?;
            let network = self.make_network_and_volumes().await?;
            if missing.len() == found.len() {
                // From here on it is known whose the containers are, even if this process is killed.
                desk.mark((!self.options.keep).then_some(&network))?;
            }
            try_join_all(missing.iter().map(|service| self.create(*service, &image))).await?;
            made_from = Some(image);
        }
        let [oauth, others @ ..] = Service::ALL;
        let [first, rest @ ..] = found;
        let issuer = self.start_and_wait(oauth, first.as_ref(), report).await?;
        let others = others.into_iter().zip(rest);
        let urls = try_join_all(others.map(|(service, seen)| self.start_and_wait(service, seen.as_ref(), report)));
        let mut urls = std::iter::once(issuer).chain(urls.await?);
        Ok((std::array::from_fn(|_| urls.next().unwrap_or_default()), made_from))
    }

    /// Names every port that something else listens on, before anything is made.
    fn require_ports(&self, services: &[Service]) -> Result<(), FleetError> {
        let is_taken = |port| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
        };
        let ports = services.iter().map(|service| (*service, self.port(*service)));
        let taken: Vec<_> = ports.filter(|(_, port)| is_taken(*port)).collect();
        if taken.is_empty() { Ok(()) } else { Err(FleetError::PortsTaken(taken)) }
    }

    /// Gives the network's identity. What is there already is taken as it is.
    async fn make_network_and_volumes(&self) -> Result<String, FleetError> {
        let labels = labels(&self.options.fleet);
        for volume in self.volumes() {
            let labels = Some(labels.clone());
            let request = VolumeCreateRequest { name: Some(volume.clone()), labels, ..Default::default() };
            ask(format!("create the volume {volume}"), self.docker.create_volume(request)).await?;
        }
        self.make_network().await
    }

    pub(super) async fn make_network(&self) -> Result<String, FleetError> {
        if let Some(there) = self.network().await? {
            return Ok(there);
        }
        let network = network_name(&self.options.fleet);
        let labels = Some(labels(&self.options.fleet));
        let request = NetworkCreateRequest { name: network.clone(), labels, ..Default::default() };
        Ok(ask(format!("create the network {network}"), self.docker.create_network(request)).await?.id)
    }

    /// Starts the container of `service`, unless it runs, and waits until the service says that it is healthy. Gives its
    /// address.
    async fn start_and_wait(
        &self,
        service: Service,
        found: Option<&Seen>,
        report: &Reporter,
    ) -> Result<String, FleetError> {
        let was_up = found.is_some_and(Seen::is_up);
        match found {
            None => {
                tell(report, service, ServiceState::Starting, None);
                self.start(service).await?;
            }
            Some(_) if was_up => {}
            Some(seen) => {
                tell(report, service, seen.state(), Some(format!("found {}; it is started again", seen.status)));
                tell(report, service, ServiceState::Starting, None);
                self.revive(service, seen).await?;
            }
        }
        let limit = if was_up { FOUND_LIMIT } else { HEALTHY_LIMIT };
        let deadline = Instant::now() + limit;
        // One that is made here is where it was told to be; any other says itself where it is.
        let mut url = match found {
            None => Some(format!("http://127.0.0.1:{}", self.port(service))),
            Some(seen) => seen.url.clone().filter(|_| was_up),
        };
        for poll in 1_u32.. {
            let reason = match &url {
                Some(url) => self.prober.ask(url, service).await.err(),
                None => Some("its port is not published".to_owned()),
            };
            let Some(reason) = reason else { break };
            if report.is_closed() {
                return Err(FleetError::Stopped);
            }
            let mut status = None;
            if url.is_none() || poll.is_multiple_of(LOOK_EVERY) {
                match self.look(service).await? {
                    Some(seen) if seen.running => url = seen.url.or(url),
                    Some(seen) => status = Some((seen.state(), seen.status)),
                    None => status = Some((ServiceState::Absent, "its container is gone".to_owned())),
                }
            }
            let late = || (ServiceState::Unhealthy, format!("{reason}, for {} s", limit.as_secs()));
            if let Some((state, status)) = status.or_else(|| (Instant::now() >= deadline).then(late)) {
                let detail = Some(self.last_words(service, &status).await);
                tell(report, service, state, detail.clone());
                return Err(FleetError::NotHealthy { service, state, detail });
            }
            sleep(POLL).await;
        }
        let url = url.unwrap_or_default();
        let detail = if was_up { format!("{url}, found running") } else { url.clone() };
        tell(report, service, ServiceState::Healthy, Some(detail));
        Ok(url)
    }

    /// Removes what was made here for a set that did not come up.
    async fn take_back(&self, found: &Found, desk: &Desk) {
        let made = Service::ALL.into_iter().zip(found).filter(|(_, seen)| seen.is_none());
        let taking = async {
            try_join_all(made.map(|(service, _)| self.remove(service))).await?;
            if found.iter().all(Option::is_none) {
                self.remove_network().await?;
                desk.mark(None)?;
            }
            Ok::<_, FleetError>(())
        };
        if let Err(error) = taking.await {
            tracing::warn!(%error, "could not tidy up after a failed start");
        }
    }
}
