//! Starts a service, serves its connections, and stops it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::guard::Guard;
use crate::metrics::Metrics;
use crate::service::Service;
use crate::{api, calculator, database_query, file_reader, memory, oauth, tool};

/// A connection may take so long to send the head of a request; an idle one is closed after it.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(30);
/// Connections served at once; more wait to be accepted.
const MOST_CONNECTIONS: usize = 256;
/// When a service stops, requests under way have so long to end.
const GRACE: Duration = Duration::from_secs(1);

/// How a service is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder in which `oauth` and `memory` keep what they keep; made if it is not there.
    pub data: PathBuf,
    /// The URL of the oauth service: what stands in tokens as `iss`, and where the keys are fetched. `None` is the
    /// service's own address, which makes sense for `oauth` alone.
    pub issuer: Option<String>,
}

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
    /// The work of starting was cut off.
    #[error("starting was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// A service that serves. Dropping it stops it too, without waiting for requests under way.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    // Dropped to stop.
    stop: oneshot::Sender<()>,
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

/// Starts `service`; when this returns it is bound and serves, in a task of the current Tokio runtime.
///
/// # Errors
/// When the address cannot be bound, the issuer is missing or no URL, or the data folder cannot be used.
pub async fn start(service: Service, options: Options) -> Result<Running, StartError> {
    let Options { listen, data, issuer } = options;
    let listener = TcpListener::bind(listen).await.map_err(|source| StartError::Listen { addr: listen, source })?;
    let addr = listener.local_addr().map_err(|source| StartError::Listen { addr: listen, source })?;
    let issuer = match issuer {
        Some(issuer) => tidy(&issuer)?,
        None if service == Service::Oauth => format!("http://{addr}"),
        None => return Err(StartError::NoIssuer(service)),
    };
    // Opening databases and files may wait for the disk.
    let router = tokio::task::spawn_blocking(move || routes(service, issuer, &data)).await??;
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(serve(listener, router, stopped));
    Ok(Running { addr, stop, task })
}

fn routes(service: Service, issuer: String, data: &Path) -> Result<Router, StartError> {
    let metrics = Arc::new(Metrics::new(service));
    let guard = || Guard::new(issuer.clone(), Arc::clone(&metrics)).map(Arc::new);
    let own = match service {
        Service::Oauth => oauth::routes(issuer, data)?,
        Service::Calculator => tool::routes(Arc::new(calculator::Calculator::new()), guard()?),
        Service::FileReader => file_reader::routes(guard()?),
        Service::DatabaseQuery => database_query::routes(guard()?)?,
        Service::Memory => memory::routes(data, guard()?)?,
    };
    Ok(api::dress(own, service, metrics))
}

/// The issuer without a trailing slash, so that paths can be put behind it.
fn tidy(issuer: &str) -> Result<String, StartError> {
    let bad = || StartError::BadIssuer(issuer.to_owned());
    let url = reqwest::Url::parse(issuer).map_err(|_| bad())?;
    let fits = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if fits { Ok(issuer.trim_end_matches('/').to_owned()) } else { Err(bad()) }
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

async fn serve(listener: TcpListener, router: Router, mut stopped: oneshot::Receiver<()>) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), graceful.watcher()));
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
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off");
    }
}

async fn connection(stream: TcpStream, router: Router, watcher: hyper_util::server::graceful::Watcher) {
    // Small answers should not wait to be joined by others.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_LIMIT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended badly");
    }
}
