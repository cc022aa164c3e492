//! Starts a service, serves its connections, and stops it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::metrics::Metrics;
use crate::parts::{Parts, Settings, parts};
use crate::service::Service;

/// A connection may take so long to send the head of a request; an idle one is closed after it.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(15);
/// The head of a request, and what is read ahead of a body, may take so many bytes.
const LARGEST_HEAD: usize = 32 * 1024;
/// No connection lasts longer; who has more to ask makes another.
const CONNECTION_TIME_LIMIT: Duration = Duration::from_mins(10);
/// Connections served at once; more wait to be accepted.
const MOST_CONNECTIONS: usize = 256;
/// When a service stops, requests under way have so long to end.
const GRACE: Duration = Duration::from_secs(1);

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
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
    /// A database cannot be opened or built.
    #[error("the database {name}: {source}")]
    Database {
        /// Its file name, or `bank.sql`.
        name: &'static str,
        /// What the database says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The address of the model server is none.
    #[error("{0:?} is no address of a model server: write it like http://127.0.0.1:1234/v1")]
    BadModelServer(String),
    /// The HTTP client for the model server cannot be made.
    #[error(
        "cannot speak to the model server at {url} (where this machine has no certificates, only http will do): {cause}"
    )]
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
/// When the address cannot be bound, the issuer is missing or no URL, or a folder cannot be used.
pub async fn start(service: Service, listen: SocketAddr, mut settings: Settings) -> Result<Running, StartError> {
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

/// A client for one service: no proxy, no redirects, short limits. For plain `http` it does not look for the system's
/// certificates, which an image made from nothing does not have.
pub fn http_client(url: &str) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(1))
        .timeout(Duration::from_secs(2));
    let builder = if url.starts_with("https:") { builder } else { builder.tls_certs_only([]) };
    builder.build()
}

async fn serve(listener: TcpListener, parts: Parts, mut stopped: watch::Receiver<()>) {
    let Parts { router, background, metrics } = parts;
    let mut aside = JoinSet::new();
    aside.spawn(background);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), stopped.clone(), Arc::clone(&metrics)));
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

/// Serves one connection until it ends, the service stops, or its time is over.
async fn connection(stream: TcpStream, router: Router, mut stopped: watch::Receiver<()>, metrics: Arc<Metrics>) {
    // Small answers should not wait to be joined by others.
    let _ = stream.set_nodelay(true);
    let mut served = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME_LIMIT)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let ended = tokio::select! {
        ended = served.as_mut() => Some(ended),
        _ = stopped.changed() => None,
        () = tokio::time::sleep(CONNECTION_TIME_LIMIT) => None,
    };
    let ended = if ended.is_some() {
        ended
    } else {
        served.as_mut().graceful_shutdown();
        tokio::time::timeout(GRACE, served).await.ok()
    };
    let Some(ended) = ended else { return tracing::debug!("a connection was cut off") };
    if let Err(error) = ended {
        // What is no HTTP, or comes too slowly, never becomes a request that could be counted.
        let reason = match () {
            () if error.is_timeout() => Some("head_too_slow"),
            () if error.is_parse_too_large() => Some("head_too_large"),
            () if error.is_parse() => Some("not_http"),
            () => None,
        };
        if let Some(reason) = reason {
            metrics.refused(reason);
        }
        tracing::debug!(%error, reason, "a connection ended badly");
    }
}
