//! Starts a service, takes connections in, and stops it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::clock;
use crate::connection::connection;
use crate::crowd::Crowd;
use crate::parts::{Parts, Settings, parts};
use crate::service::Service;

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// HTTP has no date for the present.
    #[error("the system's clock stands before 1970 or after 9999: set it")]
    Clock,
    /// The address is taken, or not ours.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A tool service was not told who issues tokens.
    #[error("{0} needs the URL of the oauth service (--issuer URL or HEIST_ISSUER)")]
    NoIssuer(Service),
    /// The issuer is no URL.
    #[error("the issuer {0:?} is not an http or https URL without query and fragment")]
    BadIssuer(String),
    /// A counter has a name that is none.
    #[error("cannot make the metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The HTTP client cannot be made.
    #[error("cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// A file in the data folder cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file in the data folder is not what it should be.
    #[error("{path}: {what}", path = path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// A database cannot be opened.
    #[error("the database {name}: {source}")]
    Database {
        /// Its file name.
        name: &'static str,
        /// What the database says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The address of the model server is none.
    #[error("{0:?} is no address of a model server: write it like http://127.0.0.1:1234/v1")]
    BadModelServer(String),
    /// The HTTP client for the model server cannot be made.
    #[error("cannot speak to the model server at {url}: {cause}")]
    ModelClient {
        /// The address, without a name and a password in it.
        url: String,
        /// What the HTTP library says.
        cause: String,
    },
    /// The work of starting was cut off.
    #[error("starting was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// A service that serves. Dropping it stops it too, without waiting for requests under way.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    // Dropped to stop.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// The address it listens on, with the port that was taken.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops listening at once, and returns when the requests under way are answered, or after a second.
    pub async fn stop(self) {
        drop(self.stop);
        // An error would mean that the task panicked or its runtime is gone: stopped as well.
        let _ = self.task.await;
    }
}

/// Starts `service` on the address `listen`, where port 0 takes a free one. When this returns it is bound and serves, in
/// tasks of the current Tokio runtime. Without an issuer `oauth` is its own, by the address it listens on.
///
/// # Errors
/// When the clock is far off, the address cannot be bound, the issuer is missing or no URL, or a folder cannot be used.
pub async fn start(service: Service, listen: SocketAddr, mut settings: Settings) -> Result<Running, StartError> {
    // Every answer has a date, and would break off where there is none.
    if !clock::has_date(clock::now()) {
        return Err(StartError::Clock);
    }
    let listener = TcpListener::bind(listen).await.map_err(|source| StartError::Listen { addr: listen, source })?;
    let addr = listener.local_addr().map_err(|source| StartError::Listen { addr: listen, source })?;
    if service == Service::Oauth {
        settings.issuer.get_or_insert_with(|| format!("http://{addr}"));
    }
    // Opening databases and files may wait for the disk.
    let parts = tokio::task::spawn_blocking(move || parts(service, &settings)).await??;
    let (stop, stopped) = watch::channel(());
    let task = tokio::spawn(serve(listener, parts, stopped));
    Ok(Running { addr, stop, task })
}

async fn serve(listener: TcpListener, parts: Parts, mut stopped: watch::Receiver<()>) {
    let Parts { router, background, metrics } = parts;
    let mut aside = JoinSet::new();
    aside.spawn(background);
    let mut connections = JoinSet::new();
    let crowd = Crowd::new(Arc::clone(&metrics));
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let place = crowd.enter(peer.ip());
                    connections.spawn(connection(stream, router.clone(), place, stopped.clone(), Arc::clone(&metrics)));
                }
                Err(error) => {
                    // Out of file descriptors, most likely: some will be given back.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}
