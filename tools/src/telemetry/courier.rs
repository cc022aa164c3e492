//! Carries what is sent to the receiver: the program's own HTTP client, in the shape that the exporter wants.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::redirect::Policy;
use tokio::runtime::Handle;

use crate::http;

/// A receiver is connected to in this time.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// An answer may have so many bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Sends by a runtime, for the exporter's threads have none.
#[derive(Clone, Debug)]
pub struct Courier {
    client: reqwest::Client,
    /// A receiver may take so long for what it is sent.
    limit: Duration,
    runtime: Handle,
    /// The first thing that went wrong.
    trouble: Arc<OnceLock<String>>,
}

impl Courier {
    /// One that sends by the current runtime, within this time each.
    pub fn new(limit: Duration) -> Result<Self, reqwest::Error> {
        // A key that goes with what is sent goes nowhere else.
        let client = http::client(CONNECT_LIMIT).redirect(Policy::none()).build()?;
        Ok(Self { client, limit, runtime: Handle::current(), trouble: Arc::default() })
    }

    /// The same with another limit.
    pub fn within(&self, limit: Duration) -> Self {
        Self { limit, ..self.clone() }
    }

    /// The first thing that went wrong, if anything did.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.get().cloned()
    }

    /// Notes that the receiver does not take what it is sent. Said once: it is nothing to be told every few seconds.
    fn complain(&self, place: &str, why: &str) {
        let told = format!("the telemetry receiver at {place} does not take what it is sent: {why}");
        if self.trouble.set(told.clone()).is_ok() {
            tracing::warn!("{told}");
        }
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let uri = request.uri();
        // Not a name and a password that may stand in it.
        let place = format!(
            "{}{}{}",
            uri.host().unwrap_or_default(),
            uri.port().map(|port| format!(":{port}")).unwrap_or_default(),
            uri.path()
        );
        match self.carry(request).await {
            Ok(answer) => {
                if !answer.status().is_success() {
                    self.complain(&place, &format!("it answers {}", answer.status()));
                }
                Ok(answer)
            }
            Err(error) => {
                self.complain(&place, &root(error.as_ref()));
                Err(error)
            }
        }
    }

    async fn carry(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut request: reqwest::Request = request.try_into()?;
        *request.timeout_mut() = Some(self.limit);
        let sent = self.client.execute(request).await.map_err(reqwest::Error::without_url);
        let mut sent = sent?;
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = sent.status();
        *answer.headers_mut() = std::mem::take(sent.headers_mut());
        let mut body = Vec::new();
        while let Some(piece) = sent.chunk().await.map_err(reqwest::Error::without_url)? {
            body.extend_from_slice(&piece);
            if body.len() > LARGEST_ANSWER {
                return Err(format!("it answers with more than {LARGEST_ANSWER} bytes").into());
            }
        }
        *answer.body_mut() = body.into();
        Ok(answer)
    }
}

impl HttpClient for Courier {
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let sent = self.runtime.spawn(self.clone().send(request));
        Box::pin(async { sent.await? })
    }
}

/// The innermost cause, which is the one that says something ("Connection refused").
fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
