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
/// It takes what is sent in this time, unless the environment names another.
const SEND_LIMIT: Duration = Duration::from_secs(10);
/// The variable for that, in milliseconds.
const SEND_LIMIT_VARIABLE: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
/// An answer may have so many bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Sends by a runtime, for the exporter's threads have none.
#[derive(Clone, Debug)]
pub struct Courier {
    client: reqwest::Client,
    runtime: Handle,
    /// The first thing that went wrong.
    trouble: Arc<OnceLock<String>>,
}

impl Courier {
    /// One that sends by the current runtime.
    pub fn new() -> Result<Self, reqwest::Error> {
        let limit = std::env::var(SEND_LIMIT_VARIABLE).ok().and_then(|millis| millis.parse().ok());
        let limit = limit.map_or(SEND_LIMIT, Duration::from_millis);
        // A key that goes with what is sent goes nowhere else.
        let client = http::client(CONNECT_LIMIT).timeout(limit).redirect(Policy::none()).build()?;
        Ok(Self { client, runtime: Handle::current(), trouble: Arc::default() })
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
        let sent = self.client.execute(request.try_into()?).await.map_err(reqwest::Error::without_url);
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
