//! The job that the program is for a shell: stopped by Ctrl-Z, and let go on.

use std::io;

#[cfg(unix)]
use rustix::process::{Signal, kill_current_process_group};

/// A job that is told to stop has stopped after this time, if it can be stopped.
#[cfg(unix)]
const STOPS: std::time::Duration = std::time::Duration::from_millis(300);

/// The job that this process belongs to.
#[derive(Debug)]
pub(super) struct Job {
    #[cfg(unix)]
    continued: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Job {
    /// The job, from now on listening.
    ///
    /// # Errors
    /// If the system does not let us listen.
    pub(super) fn new() -> io::Result<Self> {
        let kind = tokio::signal::unix::SignalKind::from_raw(Signal::CONT.as_raw());
        Ok(Self { continued: tokio::signal::unix::signal(kind)? })
    }

    /// Stops the whole job, as Ctrl-Z does elsewhere, until somebody lets it go on. A job that no shell waits for cannot
    /// be stopped, and goes on after a moment.
    ///
    /// # Errors
    /// If the system does not let us.
    pub(super) async fn stop(&mut self) -> io::Result<()> {
        // Whoever has started us stops too; a shell that waits for both would otherwise never take over.
        kill_current_process_group(Signal::TSTP)?;
        // It is for the system to say when we are told, and in which thread.
        let _ = tokio::time::timeout(STOPS, self.continued.recv()).await;
        Ok(())
    }

    /// Waits until somebody has let the job go on, whoever had stopped it.
    pub(super) async fn continued(&mut self) {
        self.continued.recv().await;
    }
}

#[cfg(not(unix))]
impl Job {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(super) async fn stop(&mut self) -> io::Result<()> {
        Ok(())
    }

    pub(super) async fn continued(&mut self) {
        std::future::pending().await
    }
}
