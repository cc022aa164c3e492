//! Starts a service, serves its connections, and stops it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinHandle, JoinSet};

use crate::metrics::Metrics;
use crate::parts::{Parts, Settings, parts};
use crate::service::Service;

/// A connection may take so long to send the head of a request; an idle one is closed after it.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(15);
/// The head of a request may take so many bytes, and so many are read ahead.
const LARGEST_HEAD: usize = 32 * 1024;
/// No connection lasts longer; who has more to ask makes another.
const CONNECTION_TIME_LIMIT: Duration = Duration::from_mins(10);
/// Connections served at once. When there are more, one that waits for its caller gives way; if all are being answered,
/// the new one waits to be accepted.
const MOST_CONNECTIONS: usize = 256;
/// While all are being answered, it is looked so often whether one is not any more.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// When a service stops, requests under way have so long to end; and a caller who is still sending when he has his
/// answer has so long to stop.
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
    let mut callers = HashMap::new();
    loop {
        let full = connections.len() >= MOST_CONNECTIONS;
        let room = !full || longest_waiting(&callers).is_some();
        tokio::select! {
            _ = stopped.changed() => break,
            Some(ended) = connections.join_next_with_id() => {
                callers.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
            accepted = listener.accept(), if room => match accepted {
                Ok((stream, _)) => {
                    if full && let Some(id) = longest_waiting(&callers) && let Some((task, _)) = callers.remove(&id) {
                        task.abort();
                        metrics.refused("crowded_out");
                    }
                    let turn = Turn::default();
                    let served = connection(stream, router.clone(), turn.clone(), stopped.clone(), Arc::clone(&metrics));
                    let task = connections.spawn(served);
                    callers.insert(task.id(), (task, turn));
                }
                Err(error) => {
                    // Out of file descriptors, most likely: some will be given back.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = tokio::time::sleep(LOOK_EVERY), if !room => {}
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The connection that has waited for its caller for the longest time, if any does.
fn longest_waiting(callers: &HashMap<Id, (AbortHandle, Turn)>) -> Option<Id> {
    let waiting = callers.iter().filter_map(|(&id, (_, turn))| Some((turn.waits_since()?, id)));
    waiting.min_by_key(|&(since, _)| since).map(|(_, id)| id)
}

/// Whose turn it is on a connection: the caller's, to send a request or to take its answer, or ours, to answer.
#[derive(Clone)]
struct Turn(Arc<Mutex<Option<Instant>>>);

impl Default for Turn {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(Instant::now()))))
    }
}

impl Turn {
    fn ours(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn callers(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Since when it has been the caller's.
    fn waits_since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves one connection until it ends, the service stops, or its time is over.
async fn connection(
    stream: TcpStream,
    router: Router,
    turn: Turn,
    mut stopped: watch::Receiver<()>,
    metrics: Arc<Metrics>,
) {
    // Small answers should not wait to be joined by others.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let answer = service_fn(move |request: Request<Incoming>| {
        turn.ours();
        let (answered, turn) = (router.call(request), turn.clone());
        Box::pin(async move {
            let answer = answered.await;
            turn.callers();
            answer
        })
    });
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_LIMIT)
        .max_header_size(LARGEST_HEAD)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    let ended = tokio::select! {
        ended = poll_fn(|context| served.poll_without_shutdown(context)) => ended,
        () = async { tokio::select! {
            _ = stopped.changed() => {}
            () = tokio::time::sleep(CONNECTION_TIME_LIMIT) => {}
        } } => {
            Pin::new(&mut served).graceful_shutdown();
            if tokio::time::timeout(GRACE, served).await.is_err() {
                tracing::debug!("a connection was cut off");
            }
            return;
        }
    };
    let http1::Parts { io, read_buf, .. } = served.into_parts();
    if let Err(error) = ended {
        // What is no HTTP, or comes too slowly, never becomes a request that could be counted.
        let reason = match () {
            // Nobody began to ask anything more.
            () if error.is_timeout() && read_buf.is_empty() => None,
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
    part(io.into_inner()).await;
}

/// Closes a connection in a way that lets the last answer arrive. Where bytes come in that nobody reads, the system would
/// tell the caller that the connection broke, and he might not look at the answer (RFC 9112, section 9.6).
async fn part(mut stream: TcpStream) {
    let until_the_end = async {
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whoever does not stop, or is gone, has had his answer.
    let _ = tokio::time::timeout(GRACE, until_the_end).await;
}
