//! The client itself: asks a model and hands its answer on as it comes.

use super::body::{Body, Parts};
use super::error::{Complaint, Extra, LlmError};
use super::find::probe;
use super::place::{candidates, is_local, join, shown};
use super::send::usable;
use super::trying::Known;
use super::{ChatReply, ChatRequest, Endpoint, Heard, OddsAt};
use reqwest::redirect::Policy;
use reqwest::{Response, Url};
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout, timeout_at};

/// What a server may cost us.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Time to connect.
    pub(super) connect: Duration,
    /// Time for the list of models to come.
    pub(super) find: Duration,
    /// Time for what a server tells of its models besides.
    pub(super) details: Duration,
    /// Time before the first word, while the server may load the model and read the prompt.
    pub(super) first: Duration,
    /// Silence between two pieces.
    pub(super) idle: Duration,
    /// Silence after the last word, where only the usage is still to come.
    pub(super) tail: Duration,
    /// Time for one answer from end to end.
    pub(super) total: Duration,
    /// Bytes of visible text.
    pub(super) text: usize,
    /// Bytes of one event, which its lines share.
    pub(super) event: usize,
    /// Bytes of a whole stream. One token takes about 250 of them.
    pub(super) stream: usize,
    /// Bytes of a body that is not streamed: a list of models, a whole completion, an error.
    pub(super) body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            find: Duration::from_secs(20),
            details: Duration::from_secs(3),
            first: Duration::from_mins(10),
            idle: Duration::from_mins(1),
            tail: Duration::from_secs(2),
            total: Duration::from_mins(25),
            text: 64 << 10,
            event: 256 << 10,
            stream: 4 << 20,
            body: 1 << 20,
        }
    }
}

/// A client for one model server. Cheap to share by reference; every request has a connection of its own, so that to
/// cancel one is to close it.
#[derive(Debug)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) limits: Limits,
    /// Where the API may be, likeliest first, each with a slash at the end.
    pub(super) candidates: Vec<Url>,
    /// Which of them it is, once known.
    pub(super) base: OnceCell<Url>,
    /// Whether a model was seen to end thoughts that it had not opened.
    pub(super) opens_nothing: AtomicBool,
    /// Whether the server tells how much of a prompt it has read.
    pub(super) tells_progress: AtomicBool,
    pub(super) key: Option<SecretString>,
    /// What was found out of each model that was asked.
    pub(super) known: Mutex<BTreeMap<String, Known>>,
}

impl Client {
    /// Prepares a client; nothing is sent yet.
    ///
    /// An address without `/v1` is mended when the server is first asked: its list of models is sought under `/v1`
    /// and then under the address as given, and where it is found, there the chat is.
    ///
    /// # Errors
    /// [`LlmError::BadUrl`] for an address that cannot be used, [`LlmError::Setup`] if this machine cannot do HTTP.
    pub fn new(endpoint: Endpoint) -> Result<Self, LlmError> {
        Self::with_limits(endpoint, Limits::default())
    }

    pub(super) fn with_limits(endpoint: Endpoint, limits: Limits) -> Result<Self, LlmError> {
        let Endpoint { base_url, key } = endpoint;
        let candidates = candidates(&base_url)?;
        let key = key.as_ref().map(usable).transpose()?.flatten();
        let mut http = heist_tools::http::client(limits.connect)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            // Moves are followed by hand, for here they would make a GET of a POST.
            .redirect(Policy::none())
            .pool_max_idle_per_host(0);
        if candidates.iter().any(is_local) {
            // A proxy for the outside world cannot reach this machine's own ports.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| LlmError::Setup { cause: error.to_string() })?;
        let (opens_nothing, tells_progress) = (AtomicBool::new(false), AtomicBool::new(false));
        let (base, known) = (OnceCell::new(), Mutex::default());
        Ok(Self { http, limits, candidates, base, opens_nothing, tells_progress, key, known })
    }

    /// The same, but so patient: a prompt may be read for so long before the first word of its answer.
    #[must_use]
    pub fn patient(mut self, first: Duration) -> Self {
        let Limits { find, idle, total, first: usual, .. } = self.limits;
        let total = total.saturating_sub(usual) + first;
        self.limits = Limits { first, find: find.min(first), idle: idle.min(first), total, ..self.limits };
        self
    }

    /// How long a prompt may be read.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.limits.first
    }

    /// Asks a model and streams its answer: each piece of visible text goes to `on_text` as it comes. Dropping the
    /// future closes the connection, which makes the server stop.
    ///
    /// The pieces together are the text of the reply, but with a schema the reply is the JSON alone. A model that ends
    /// reasoning without having opened it has shown it in pieces, once; these are then told to be void.
    ///
    /// Limits: 10 minutes before the first word, if nothing else was said (a model may be loading, a prompt long), then
    /// a minute of silence between pieces, 25 minutes and 64 KiB of text in all. Comments, which servers send to show
    /// that they live, break a silence between pieces.
    ///
    /// # Errors
    /// Every [`LlmError`] but `BadUrl`, `Setup` and `NotJson`.
    pub async fn chat(
        &self,
        request: &ChatRequest,
        mut on_text: impl FnMut(Heard<'_>) + Send,
    ) -> Result<ChatReply, LlmError> {
        let base = self.base().await?;
        if request.odds == Some(OddsAt::Responses) {
            return self.respond(&join(base, "responses"), request).await;
        }
        let url = join(base, "chat/completions");
        self.ask_by_trying(&url, request, &mut on_text).await
    }

    /// Sees whether a model answers at all, by a request that has nothing in it to refuse. It may take a model's whole
    /// time to load.
    ///
    /// # Errors
    /// As for [`Self::chat`].
    pub async fn answers(&self, model: &str) -> Result<(), LlmError> {
        let url = join(self.base().await?, "chat/completions");
        self.plainest(&url, model).await
    }

    /// Where the API is, probed once if the address left it open.
    async fn base(&self) -> Result<&Url, LlmError> {
        match (self.base.get(), self.candidates.as_slice()) {
            (Some(base), _) | (None, [base]) => Ok(base),
            _ => self.base.get_or_try_init(|| async { Ok(probe(self).await?.0) }).await,
        }
    }

    /// Sends one request and takes its answer in.
    pub(super) async fn ask(
        &self,
        url: &Url,
        request: &ChatRequest,
        without: Parts,
        on_text: &mut (impl FnMut(Heard<'_>) + Send),
    ) -> Result<ChatReply, LlmError> {
        let after = self.limits.total;
        let asked = timeout(after, self.ask_without_end(url, request, without, on_text)).await;
        asked.unwrap_or_else(|_| Err(LlmError::Endless { url: shown(url), after }))
    }

    async fn ask_without_end(
        &self,
        url: &Url,
        request: &ChatRequest,
        without: Parts,
        on_text: &mut (impl FnMut(Heard<'_>) + Send),
    ) -> Result<ChatReply, LlmError> {
        let place = shown(url);
        let (body, until) = (Body::new(request, without), Instant::now() + self.limits.first);
        let (_, response) = match timeout_at(until, self.send(url, Some(&body))).await {
            Ok(sent) => sent?,
            Err(_) => return Err(LlmError::Idle { url: place, after: self.limits.first }),
        };
        let extra = Extra::of(request);
        let status = response.status();
        if !status.is_success() {
            let headers = response.headers().clone();
            let body = timeout(self.limits.idle, self.body(response, &place)).await;
            let body = body.map_err(|_| LlmError::Idle { url: place.clone(), after: self.limits.idle })??;
            return Err(Complaint::read(&body).into_error(&place, Some(status), extra).waiting(&headers));
        }
        let answer = self.listen(response, &place, extra, until, on_text).await?;
        let reply = answer.into_reply(request, on_text).ok_or(LlmError::Empty { url: place })?;
        // Neither the model's name nor what it cost: whoever plays against others is not to be known by it.
        tracing::debug!(finish = ?reply.finish, "answered");
        Ok(reply)
    }

    /// A whole body, up to the limit.
    pub(super) async fn body(&self, mut response: Response, place: &str) -> Result<Vec<u8>, LlmError> {
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| LlmError::from_transport(place, body.len(), error))?
        {
            body.extend_from_slice(&chunk);
            if body.len() > self.limits.body {
                let what = format!("over {} bytes", self.limits.body);
                return Err(LlmError::TooLong { url: place.to_owned(), what });
            }
        }
        Ok(body)
    }
}

/// JSON that came from `place`. JSON that breaks off means that the connection did.
pub(super) fn parse(bytes: &[u8], place: &str, received: usize) -> Result<Value, LlmError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (url, cause) = (place.to_owned(), error.to_string());
        if error.is_eof() && !bytes.is_empty() {
            LlmError::Interrupted { url, received, cause }
        } else {
            LlmError::Protocol { url, cause }
        }
    })
}
