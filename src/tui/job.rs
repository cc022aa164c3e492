//! The job that the program is for a shell: stopped by Ctrl-Z, and let go on; and the terminal's size, of which it is told
//! by the same way.

use std::io;

#[cfg(unix)]
use rustix::process::{Signal, kill_current_process_group};
#[cfg(unix)]
use tokio::signal::unix::{self, SignalKind, signal};

/// What the system tells a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), allow(dead_code, reason = "there it tells nothing"))]
pub(super) enum Told {
    /// Somebody has let it go on, whoever had stopped it.
    Continued,
    /// The terminal's size may have changed.
    Resized,
}

/// The job that this process belongs to.
#[derive(Debug)]
pub(super) struct Job {
    #[cfg(unix)]
    continued: unix::Signal,
    #[cfg(unix)]
    resized: unix::Signal,
}

#[cfg(unix)]
impl Job {
    /// The job, from now on listening.
    ///
    /// # Errors
    /// If the system does not let us listen.
    pub(super) fn new() -> io::Result<Self> {
        let continued = SignalKind::from_raw(Signal::CONT.as_raw());
        Ok(Self { continued: signal(continued)?, resized: signal(SignalKind::window_change())? })
    }

    /// Stops the whole job, as Ctrl-Z does elsewhere, until somebody lets it go on. Whoever has started us stops too; a
    /// shell that waits for both would otherwise never take over. Our own part is [`crate::interrupt`]'s, as if somebody
    /// else had wished it.
    ///
    /// # Errors
    /// If the system does not let us.
    #[allow(clippy::unused_self, reason = "only the job may stop itself")]
    pub(super) fn stop(&self) -> io::Result<()> {
        Ok(kill_current_process_group(Signal::TSTP)?)
    }

    /// Waits until the system has something to tell.
    pub(super) async fn told(&mut self) -> Told {
        tokio::select! {
            _ = self.continued.recv() => Told::Continued,
            _ = self.resized.recv() => Told::Resized,
        }
    }
}

#[cfg(not(unix))]
impl Job {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(super) fn stop(&self) -> io::Result<()> {
        Ok(())
    }

    /// A new size stands among the keys.
    pub(super) async fn told(&mut self) -> Told {
        std::future::pending().await
    }
}
