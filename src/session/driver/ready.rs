//! From tools that are up to a session that can begin: whoever speaks is woken first.

use std::sync::Arc;

use super::Driver;
use crate::heist::{Input, ServiceState, SessionFailure};
use crate::session::report::{Report, Warmed};

impl Driver {
    /// Has whoever speaks get ready, and shows it like a service that comes up.
    pub(super) fn wake(&mut self) {
        let Some(scene) = self.scene() else { return };
        if let Some(model) = self.agents.to_wake() {
            let detail = Some(format!("waking {model}"));
            self.queue.push_back(Input::Service { service: "model".into(), state: ServiceState::Starting, detail });
        }
        let (agents, report) = (Arc::clone(&self.agents), self.report.clone());
        self.work.spawn(async move {
            let warmed = agents.warm_up(&scene).await;
            // The driver outlives its work.
            let _ = report.send(Report::Warmed(warmed));
        });
    }

    /// Goes on when whoever speaks is ready; ends the session if he will not be.
    pub(super) fn warmed(&mut self, warmed: Warmed) {
        let service = |state, detail| Input::Service { service: "model".into(), state, detail: Some(detail) };
        match warmed {
            Ok(detail) => {
                if self.agents.to_wake().is_some() {
                    self.queue.push_back(service(ServiceState::Healthy, detail));
                }
                self.ready = true;
                self.queue.push_back(self.onward.clone());
            }
            Err(reason) => {
                self.queue.push_back(service(ServiceState::Unhealthy, reason.clone()));
                self.queue.push_back(Input::Stop(SessionFailure { reason, resumable: true, stopped: false }));
            }
        }
    }
}
