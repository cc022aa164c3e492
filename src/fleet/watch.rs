//! Watches healthy services: tells what happens to them, and has a container run again that does not.
//!
//! The engine's events say at once that something has happened, and an answer over HTTP, asked for each second, decides
//! whether all is well.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use heist_tools::Service;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::claim::Desk;
use super::containers::Seen;
use super::engine::Engine;
use super::error::FleetError;
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
/// So long after its events have ended the engine is asked for them again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

/// One watcher for each service, and one task that wakes them; they end when the set is dropped. Containers that are
/// gone are made again from `image`; for a set that was found there is none, as somebody else may have taken it down.
pub(super) fn watch(
    engine: &Engine,
    desk: &Desk,
    endpoints: &Endpoints,
    image: Option<&str>,
    report: &Reporter,
) -> JoinSet<()> {
    let wake = Service::ALL.map(|_| Arc::new(Notify::new()));
    let watchers = Service::ALL.into_iter().zip(&wake).map(|(service, wake)| Watcher {
        engine: engine.clone(),
        desk: desk.clone(),
        service,
        url: endpoints.url(service).to_owned(),
        image: image.map(str::to_owned),
        report: report.clone(),
        wake: Arc::clone(wake),
        state: ServiceState::Healthy,
        missed: 0,
        restarts: 0,
        restarted: Instant::now(),
    });
    let mut tasks: JoinSet<()> = watchers.map(Watcher::run).collect();
    tasks.spawn(listen(engine.clone(), wake));
    tasks
}

/// Wakes the watcher of each service whose container something happens to.
async fn listen(engine: Engine, wake: [Arc<Notify>; 5]) {
    let names = Service::ALL.map(|service| engine.container_name(service));
    let filters =
        HashMap::from([("type", vec!["container"]), ("container", names.iter().map(String::as_str).collect())]);
    loop {
        let options = EventsOptionsBuilder::default().filters(&filters).build();
        let mut events = pin!(engine.docker.events(Some(options)));
        while let Some(Ok(event)) = events.next().await {
            let name = event.actor.and_then(|actor| actor.attributes?.remove("name"));
            if let Some((_, wake)) = names.iter().zip(&wake).find(|(known, _)| name.as_ref() == Some(*known)) {
                wake.notify_one();
            }
        }
        sleep(LISTEN_AGAIN).await;
    }
}

struct Watcher {
    engine: Engine,
    desk: Desk,
    service: Service,
    url: String,
    image: Option<String>,
    report: Reporter,
    wake: Arc<Notify>,
    state: ServiceState,
    missed: u32,
    restarts: u32,
    restarted: Instant,
}

/// What is wrong with a service.
enum Trouble {
    /// Its container is gone.
    Gone,
    /// Its container does not run, or not where it can be reached.
    Down(Seen),
    /// Its container runs, and it does not answer.
    Silent(String),
}

impl Watcher {
    async fn run(mut self) {
        loop {
            let woken = tokio::select! {
                () = sleep(if self.state == ServiceState::Starting { SHORT_PERIOD } else { PERIOD }) => false,
                () = self.wake.notified() => true,
            };
            match self.examine(woken).await {
                None => self.well(),
                Some(Trouble::Silent(reason)) => self.silent(reason).await,
                Some(Trouble::Gone) => {
                    self.told(ServiceState::Absent, "its container is gone", false).await;
                    self.again(Trouble::Gone).await;
                }
                Some(Trouble::Down(seen)) => {
                    let status = if seen.running { "cut off from its network" } else { &seen.status };
                    let state = if seen.running { ServiceState::Unhealthy } else { seen.state() };
                    self.told(state, status, state == ServiceState::Exited).await;
                    self.again(Trouble::Down(seen)).await;
                }
            }
        }
    }

    /// Asks the service; looks at its container when something happened to that, or the service does not answer.
    async fn examine(&self, look: bool) -> Option<Trouble> {
        let mut answer = None;
        if !look {
            answer = Some(self.engine.prober.ask(&self.url, self.service).await);
            if matches!(answer, Some(Ok(()))) {
                return None;
            }
        }
        match self.engine.look(self.service).await {
            Ok(None) => return Some(Trouble::Gone),
            Ok(Some(seen)) if seen.ours && !seen.is_up() => return Some(Trouble::Down(seen)),
            Ok(Some(_)) => {}
            Err(error) => return Some(Trouble::Silent(error.to_string())),
        }
        let answer = match answer {
            Some(answer) => answer,
            None => self.engine.prober.ask(&self.url, self.service).await,
        };
        answer.err().map(Trouble::Silent)
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

    async fn silent(&mut self, reason: String) {
        self.missed = self.missed.saturating_add(1);
        // A container that was just started is asked more often, and may take its time.
        let most = if self.state == ServiceState::Starting { 10 * MOST_MISSED } else { MOST_MISSED };
        if self.missed >= most {
            self.told(ServiceState::Unhealthy, &reason, true).await;
            self.again(Trouble::Silent(reason)).await;
        }
    }

    /// Tells a new state, with the service's last words if they may say why.
    async fn told(&mut self, state: ServiceState, status: &str, with_words: bool) {
        if self.state != state {
            let detail =
                if with_words { self.engine.last_words(self.service, status).await } else { status.to_owned() };
            self.change(state, detail);
        }
    }

    /// Has the container run again, at once the first time and after 2, 4, 8 and 16 s then.
    async fn again(&mut self, trouble: Trouble) {
        let wait = Duration::from_secs(if self.restarts == 0 { 0 } else { 1 << self.restarts });
        if self.restarts > MOST_RESTARTS || self.restarted.elapsed() < wait {
            return;
        }
        if self.restarts == MOST_RESTARTS {
            self.restarts += 1;
            let words = format!("given up, after it was started again {MOST_RESTARTS} times");
            return self.change(self.state, words);
        }
        if self.image.is_none() && matches!(trouble, Trouble::Gone) {
            return;
        }
        // Another process that uses the set sees the same and may be at it already.
        let Ok(Some(_changing)) = self.desk.try_change() else { return };
        self.restarts += 1;
        self.restarted = Instant::now();
        self.missed = 0;
        match self.have_it_run(&trouble).await {
            Ok(()) => self.change(ServiceState::Starting, "started again".to_owned()),
            Err(error) => {
                tracing::warn!(service = self.service.name(), %error, "could not be started again");
                tell(&self.report, self.service, self.state, Some(error.to_string()));
            }
        }
    }

    async fn have_it_run(&self, trouble: &Trouble) -> Result<(), FleetError> {
        match trouble {
            Trouble::Gone => {
                let Some(image) = &self.image else { return Ok(()) };
                self.engine.make_network().await?;
                self.engine.create(self.service, image).await?;
                self.engine.start(self.service).await
            }
            Trouble::Down(seen) => self.engine.revive(self.service, seen).await,
            Trouble::Silent(_) => self.engine.restart(self.service).await,
        }
    }

    fn change(&mut self, state: ServiceState, detail: String) {
        self.state = state;
        tell(&self.report, self.service, state, Some(detail));
    }
}
