//! Serves one connection: requests in turn, limits of time and size, and an end that lets the last answer arrive.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioTimer;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::api::{self, HEALTH, TooBusy};
use crate::bare::Screened;
use crate::crowd::Place;
use crate::metrics::Metrics;
use crate::refusal::Refusal;

/// A connection may take so long to send the head of a request; an idle one is closed after it.
const HEAD_TIME_LIMIT: Duration = Duration::from_secs(15);
/// A caller may take so long to take what it asked for, which is kept in memory meanwhile.
const TAKE_TIME_LIMIT: Duration = Duration::from_secs(30);
/// The head of a request may take so many bytes, and so many are read ahead.
const LARGEST_HEAD: usize = 32 * 1024;
/// So many headers are read.
const MOST_HEADERS: usize = 100;
/// No connection lasts longer; who has more to ask makes another.
const CONNECTION_TIME_LIMIT: Duration = Duration::from_mins(10);
/// When a service stops, requests under way have so long to end; and a caller who is still sending when he has his
/// answer has so long to stop.
const GRACE: Duration = Duration::from_secs(1);

/// Serves one connection until it ends, it gives way to another, the service stops, or its time is over.
pub async fn connection(
    stream: TcpStream,
    router: Router,
    place: Place,
    stopped: watch::Receiver<()>,
    metrics: Arc<Metrics>,
) {
    let place = Arc::new(place);
    tokio::select! {
        // Before anything more is answered.
        biased;
        () = place.is_sent_away() => {}
        () = served(stream, router, Arc::clone(&place), stopped, metrics) => {}
    }
}

async fn served(
    stream: TcpStream,
    router: Router,
    place: Arc<Place>,
    mut stopped: watch::Receiver<()>,
    metrics: Arc<Metrics>,
) {
    // Small answers should not wait to be joined by others.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let callers = Arc::clone(&place);
    let answer = service_fn(move |request: Request<Incoming>| {
        let place = Arc::clone(&place);
        place.ours();
        // Whoever looks whether the service is healthy is told so however much there is to do.
        let unhindered = request.uri().path() == HEALTH;
        let under_way = if unhindered { None } else { place.begin() };
        let mut request = request.map(|body| Awaited { body, since: Instant::now(), place: Arc::clone(&place) });
        if under_way.is_none() && !unhindered {
            request.extensions_mut().insert(TooBusy);
        }
        let answered = router.call(request);
        Box::pin(async move {
            let answer = answered.await;
            drop(under_way);
            place.callers();
            answer
        })
    });
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_LIMIT)
        .max_header_size(LARGEST_HEAD)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(Screened::new(stream), answer);
    let ended = tokio::select! {
        ended = poll_fn(|context| served.poll_without_shutdown(context)) => Some(ended),
        _ = stopped.changed() => None,
        () = tokio::time::sleep(CONNECTION_TIME_LIMIT) => None,
        // One that asks nothing is closed long before.
        () = callers.is_wasted(TAKE_TIME_LIMIT) => return metrics.refused("answer_not_taken"),
    };
    let Some(ended) = ended else {
        Pin::new(&mut served).graceful_shutdown();
        if tokio::time::timeout(GRACE, served).await.is_err() {
            tracing::debug!("a connection was cut off");
        }
        return;
    };
    let http1::Parts { io, read_buf, .. } = served.into_parts();
    let (mut stream, kept_back) = io.into_inner();
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
        if let Some((reason, status)) = reason.zip(kept_back) {
            // Whoever does not take it learns nothing; he is not waited for.
            let _ = tokio::time::timeout(GRACE, stream.write_all(&unreadable(status, reason).await)).await;
        }
        tracing::debug!(%error, reason, "a connection ended badly");
    }
    part(stream).await;
}

/// What is answered to a head that cannot be read, as bytes.
async fn unreadable(status: u16, reason: &'static str) -> Vec<u8> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let detail = if status == StatusCode::BAD_REQUEST {
        "this is no request as HTTP has them".to_owned()
    } else {
        format!("the head of the request is too large: it may have {LARGEST_HEAD} bytes and {MOST_HEADERS} headers")
    };
    let (head, body) = api::finished(Refusal::new(status, reason, detail).into_response()).into_parts();
    // The body is there, so that nothing can go wrong.
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let mut answer = format!("HTTP/1.1 {}\r\n", head.status).into_bytes();
    for (name, value) in &head.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            answer.extend_from_slice(part);
        }
    }
    answer.extend_from_slice(format!("connection: close\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes());
    answer.extend_from_slice(&body);
    answer
}

/// The body of a request, while which is awaited it is the caller's turn.
struct Awaited {
    body: Incoming,
    since: Instant,
    place: Arc<Place>,
}

impl Body for Awaited {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_pending() {
            self.place.waits_for_body(self.since);
        } else {
            self.place.ours();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
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
