//! The client in one request: told how far it is, and perhaps no longer interested.

use rmcp::RoleServer;
use rmcp::model::ProgressNotificationParam;
use rmcp::service::RequestContext;

/// The client that waits for an answer.
pub(super) struct Client(RequestContext<RoleServer>);

impl Client {
    pub(super) fn new(context: RequestContext<RoleServer>) -> Self {
        Self(context)
    }

    /// Tells that so many turns of all are over, and what is going on; if the client wants to know.
    pub(super) fn progress(&self, over: u32, all: u32, doing: &str) {
        let Some(token) = self.0.meta.get_progress_token() else { return };
        let (peer, step) = (self.0.peer.clone(), f64::from(over));
        let progress = ProgressNotificationParam::new(token, step).with_total(f64::from(all)).with_message(doing);
        // A client that takes nothing must not hold the heist up; one that is gone needs none.
        tokio::spawn(async move { peer.notify_progress(progress).await });
    }

    /// Waits until the client does not want the answer any more.
    pub(super) async fn cancelled(&self) {
        self.0.ct.cancelled().await;
    }
}
