//! Serves one connection: requests in turn, limits of time and size, and an end that lets the last answer arrive.

use std::future::poll_fn;
use std::pin::Pin;
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
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::metrics::Metrics;

/// A connection may take so long to send the head of a request; an idle one is closed after it.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(15);
/// A caller may take so long to take what it asked for, which is kept in memory meanwhile.
const TAKE_TIME_LIMIT: Duration = Duration::from_secs(30);
/// The head of a request may take so many bytes, and so many are read ahead.
const LARGEST_HEAD: usize = 32 * 1024;
/// No connection lasts longer; who has more to ask makes another.
const CONNECTION_TIME_LIMIT: Duration = Duration::from_mins(10);
/// When a service stops, requests under way have so long to end; and a caller who is still sending when he has his
/// answer has so long to stop.
const GRACE: Duration = Duration::from_secs(1);

/// Whose turn it is on a connection: the caller's, to send a request or to take its answer, or ours, to answer.
#[derive(Clone)]
pub struct Turn(Arc<Mutex<Option<Instant>>>);

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

    /// Returns when the caller has let `limit` pass.
    async fn is_wasted(&self, limit: Duration) {
        while let left = limit.saturating_sub(self.waits_since().map_or(Duration::ZERO, |since| since.elapsed()))
            && !left.is_zero()
        {
            tokio::time::sleep(left).await;
        }
    }

    /// Since when it has been the caller's.
    pub fn waits_since(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves one connection until it ends, the service stops, or its time is over.
pub async fn connection(
    stream: TcpStream,
    router: Router,
    turn: Turn,
    mut stopped: watch::Receiver<()>,
    metrics: Arc<Metrics>,
) {
    // Small answers should not wait to be joined by others.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let callers_turn = turn.clone();
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
        ended = poll_fn(|context| served.poll_without_shutdown(context)) => Some(ended),
        _ = stopped.changed() => None,
        () = tokio::time::sleep(CONNECTION_TIME_LIMIT) => None,
        // One that asks nothing is closed long before.
        () = callers_turn.is_wasted(TAKE_TIME_LIMIT) => return metrics.refused("answer_not_taken"),
    };
    let Some(ended) = ended else {
        Pin::new(&mut served).graceful_shutdown();
        if tokio::time::timeout(GRACE, served).await.is_err() {
            tracing::debug!("a connection was cut off");
        }
        return;
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
