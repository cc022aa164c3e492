//! The system's wish that the program end: Ctrl-C, SIGTERM, SIGHUP.

use std::io;

/// Waits until the program is asked to end.
///
/// # Errors
/// If the system does not let us listen.
#[cfg(unix)]
pub async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut int, mut term, mut hup) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        _ = int.recv() => {}
        _ = term.recv() => {}
        _ = hup.recv() => {}
    }
    Ok(())
}

/// Waits until the program is asked to end.
///
/// # Errors
/// If the system does not let us listen.
#[cfg(not(unix))]
pub async fn interrupted() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
