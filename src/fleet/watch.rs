//! Watches healthy services: tells what happens to them, and starts a container of ours again when it has died.

use std::time::Duration;

use heist_tools::Service;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::engine::Engine;
use super::{Endpoints, Reporter, tell};
use crate::heist::ServiceState;

/// How often a healthy service is asked.
const PERIOD: Duration = Duration::from_secs(1);
/// How often one is asked that was just started again.
const SHORT_PERIOD: Duration = Duration::from_millis(100);
/// One missed answer is no illness.
const MOST_MISSED: u32 = 3;
/// A service that dies so often in a row is given up.
const MOST_RESTARTS: u32 = 5;
/// A service that was healthy for so long may die again as if for the first time.
const FORGIVEN_AFTER: Duration = Duration::from_mins(1);

/// One watcher for each service; they end when the set is dropped.
pub(super) fn watch(engine: &Engine, endpoints: &Endpoints, adopted: bool, report: &Reporter) -> JoinSet<()> {
    let watcher = |service| Watcher {
        engine: engine.clone(),
        service,
        url: endpoints.url(service).to_owned(),
        adopted,
        report: report.clone(),
        state: ServiceState::Healthy,
        missed: 0,
        restarts: 0,
        restarted: Instant::now(),
    };
    Service::ALL.into_iter().map(|service| watcher(service).run()).collect()
}

struct Watcher {
    engine: Engine,
    service: Service,
    url: String,
    adopted: bool,
    report: Reporter,
    state: ServiceState,
    missed: u32,
    restarts: u32,
    restarted: Instant,
}

impl Watcher {
    async fn run(mut self) {
        loop {
            sleep(if self.state == ServiceState::Starting { SHORT_PERIOD } else { PERIOD }).await;
            match self.engine.prober.ask(&self.url, self.service).await {
                Ok(()) => self.well(),
                Err(reason) => self.silent(reason).await,
            }
        }
    }

    fn well(&mut self) {
        self.missed = 0;
        if self.restarts > 0 && self.restarted.elapsed() > FORGIVEN_AFTER {
            self.restarts = 0;
        }
        if self.state != ServiceState::Healthy {
            self.change(ServiceState::Healthy, self.url.clone());
        }
    }

    /// The service does not answer: does its container run?
    async fn silent(&mut self, reason: String) {
        let seen = match self.engine.look(self.service).await {
            Ok(seen) => seen,
            Err(error) => return self.missed(&format!("{reason}; {error}")),
        };
        let (state, status) = match seen {
            Some(seen) if seen.running || !seen.ours => return self.missed(&reason),
            Some(seen) => (ServiceState::Exited, seen.status),
            None => (ServiceState::Absent, "its container is gone".to_owned()),
        };
        if self.state != state {
            let words = match state {
                ServiceState::Exited => self.engine.last_words(self.service, &status).await,
                _ => status,
            };
            self.change(state, words);
        }
        self.restart(state).await;
    }

    fn missed(&mut self, reason: &str) {
        self.missed = self.missed.saturating_add(1);
        // A container that was just started is asked more often, and may take its time.
        let most = if self.state == ServiceState::Starting { 10 * MOST_MISSED } else { MOST_MISSED };
        if self.missed >= most && self.state != ServiceState::Unhealthy {
            self.change(ServiceState::Unhealthy, reason.to_owned());
        }
    }

    /// Starts the container again, at once the first time and after 2, 4, 8 and 16 s then. Containers of a set that was
    /// adopted are somebody else's care.
    async fn restart(&mut self, state: ServiceState) {
        let wait = Duration::from_secs(if self.restarts == 0 { 0 } else { 1 << self.restarts });
        if self.adopted || self.restarts >= MOST_RESTARTS || self.restarted.elapsed() < wait {
            return;
        }
        self.restarts += 1;
        self.restarted = Instant::now();
        self.missed = 0;
        let started = async {
            if state == ServiceState::Absent {
                self.engine.create(self.service).await?;
            }
            self.engine.start(self.service).await
        };
        match started.await {
            Ok(()) => self.change(ServiceState::Starting, "started again".to_owned()),
            Err(error) => {
                tracing::warn!(service = self.service.name(), %error, "could not be started again");
                tell(&self.report, self.service, state, Some(error.to_string()));
            }
        }
    }

    fn change(&mut self, state: ServiceState, detail: String) {
        self.state = state;
        tell(&self.report, self.service, state, Some(detail));
    }
}
