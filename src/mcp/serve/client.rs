//! The client in one request: told how far it is, and perhaps no longer interested.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a client that does not take what it wanted to know may hold up the answer.
const TAKING: Duration = Duration::from_secs(1);

/// How far it is: turns that are over, of so many, and what is going on.
type Step = (u32, u32, String);

/// The client that waits for an answer.
pub(super) struct Client {
    context: RequestContext<RoleServer>,
    /// If it wants to know how far it is.
    progress: Option<(mpsc::UnboundedSender<Step>, JoinHandle<()>)>,
}

impl Client {
    pub(super) fn new(context: RequestContext<RoleServer>) -> Self {
        let progress = context.meta.get_progress_token().map(|token| {
            let (tell, steps) = mpsc::unbounded_channel();
            (tell, tokio::spawn(forward(context.peer.clone(), token, steps)))
        });
        Self { context, progress }
    }

    /// Tells that so many turns of all are over, and what is going on; if the client wants to know.
    pub(super) fn progress(&self, over: u32, all: u32, doing: &str) {
        if let Some((tell, _)) = &self.progress {
            // A client that is gone needs to know nothing.
            let _ = tell.send((over, all, doing.to_owned()));
        }
    }

    /// Whether the client does not want the answer any more.
    pub(super) fn is_cancelled(&self) -> bool {
        self.context.ct.is_cancelled()
    }

    /// Waits until that is so.
    pub(super) async fn cancelled(&self) {
        self.context.ct.cancelled().await;
    }

    /// All that was to be told is told before the answer.
    pub(super) async fn finish(self) {
        if let Some((tell, mut told)) = self.progress {
            drop(tell);
            if timeout(TAKING, &mut told).await.is_err() {
                // None may come behind the answer.
                told.abort();
            }
        }
    }
}

/// Tells the steps in their order. The protocol wants a number that grows each time: within a turn it nears the next.
async fn forward(peer: Peer<RoleServer>, token: ProgressToken, mut steps: mpsc::UnboundedReceiver<Step>) {
    let mut last = None;
    while let Some((over, all, doing)) = steps.recv().await {
        // There is no more to come than all.
        let over = over.min(all.saturating_sub(1));
        let within = last.filter(|(before, _)| *before == over).map_or(0, |(_, within): (u32, u32)| within + 1);
        last = Some((over, within));
        let so_far = f64::from(over) + f64::from(within) / (f64::from(within) + 1.0);
        let progress =
            ProgressNotificationParam::new(token.clone(), so_far).with_total(f64::from(all)).with_message(doing);
        if peer.notify_progress(progress).await.is_err() {
            return;
        }
    }
}
