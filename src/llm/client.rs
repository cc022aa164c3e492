//! The client itself: asks a model and hands its answer on as it comes.

use super::answer::Answer;
use super::body::{Body, Parts};
use super::error::{Complaint, Extra, LlmError};
use super::find::probe;
use super::place::{candidates, is_local, join, shown};
use super::send::usable;
use super::sse::{Cut, Event, Patience, events};
use super::trying::Known;
use super::{ChatReply, ChatRequest, Endpoint};
use futures_util::StreamExt;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Response, Url};
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Mutex;
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
            stream: 16 << 20,
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
        let mut http = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            // Moves are followed by hand, for here they would make a GET of a POST.
            .redirect(Policy::none())
            .pool_max_idle_per_host(0);
        if candidates.iter().any(is_local) {
            // A proxy for the outside world cannot reach this machine's own ports.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| LlmError::Setup { cause: error.to_string() })?;
        Ok(Self { http, limits, candidates, base: OnceCell::new(), key, known: Mutex::default() })
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
    /// The pieces together are the text of the reply, with two exceptions: with a schema the reply is the JSON alone;
    /// and a model that ends its reasoning without having opened it has shown it in the pieces, but not in the reply.
    ///
    /// An empty piece means that the model has begun to answer, with something that is not to be seen.
    ///
    /// Limits: 10 minutes before the first word, if nothing else was said (a model may be loading, a prompt long), then
    /// a minute of silence between pieces, 25 minutes and 64 KiB of text in all.
    ///
    /// # Errors
    /// Every [`LlmError`] but `BadUrl`, `Setup` and `NotJson`.
    pub async fn chat(
        &self,
        request: &ChatRequest,
        mut on_text: impl FnMut(&str) + Send,
    ) -> Result<ChatReply, LlmError> {
        let base = self.base().await?;
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
        on_text: &mut (impl FnMut(&str) + Send),
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
        on_text: &mut (impl FnMut(&str) + Send),
    ) -> Result<ChatReply, LlmError> {
        let place = shown(url);
        let (body, until) = (Body::new(request, without), Instant::now() + self.limits.first);
        let (_, response) = match timeout_at(until, self.send(url, Some(&body))).await {
            Ok(sent) => sent?,
            Err(_) => return Err(LlmError::Idle { url: place, after: self.limits.first }),
        };
        let extra = Extra::of(request);
        let status = response.status();
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let streams = kind.to_ascii_lowercase().starts_with("text/event-stream");
        let answer = if status.is_success() && streams {
            self.listen(response, &place, extra, until, on_text).await?
        } else {
            let headers = response.headers().clone();
            let body = timeout(self.limits.idle, self.body(response, &place)).await;
            let body = body.map_err(|_| LlmError::Idle { url: place.clone(), after: self.limits.idle })??;
            if !status.is_success() {
                return Err(Complaint::read(&body).into_error(&place, Some(status), extra).waiting(&headers));
            }
            let value = parse(&body, &place, 0)?;
            check(&value, &place, extra)?;
            if !value["choices"].is_array() {
                let cause = "an object without choices".to_owned();
                return Err(LlmError::Protocol { url: place, cause });
            }
            let mut answer = Answer::default();
            answer.take(&value, on_text);
            answer.end();
            answer
        };
        if !answer.is_complete() {
            let cause = "the connection ended".to_owned();
            return Err(LlmError::Interrupted { url: place, received: answer.len(), cause });
        }
        let reply = answer.into_reply(request, on_text).ok_or(LlmError::Empty { url: place })?;
        // Not the model's name: whoever plays against others by a model of its own is not to be known by it.
        tracing::debug!(usage = ?reply.usage, finish = ?reply.finish, "answered");
        Ok(reply)
    }

    /// Reads a streamed answer to its end.
    async fn listen(
        &self,
        response: Response,
        place: &str,
        extra: Extra,
        until: Instant,
        on_text: &mut (impl FnMut(&str) + Send),
    ) -> Result<Answer, LlmError> {
        let patience = Patience::new(self.limits.first);
        let mut events = pin!(events(response, &self.limits, &patience));
        let mut answer = Answer::default();
        loop {
            let next =
                if answer.has_begun() { Ok(events.next().await) } else { timeout_at(until, events.next()).await };
            let Ok(next) = next else {
                return Err(LlmError::Idle { url: place.to_owned(), after: self.limits.first });
            };
            let Some(event) = next else { break };
            match event {
                Ok(event) => {
                    let was_silent = !answer.has_begun();
                    take_event(&mut answer, &event, place, extra, on_text)?;
                    if was_silent && answer.has_begun() {
                        on_text("");
                    }
                }
                // All words are there; without the usage we can do.
                Err(Cut::Idle(_) | Cut::Broken(_)) if answer.is_complete() => break,
                Err(cut) => return Err(cut_error(cut, place, answer.len())),
            }
            if answer.len() > self.limits.text {
                let what = format!("over {} bytes of text", self.limits.text);
                return Err(LlmError::TooLong { url: place.to_owned(), what });
            }
            if answer.is_ended() {
                break;
            }
            if answer.is_complete() {
                patience.set(self.limits.tail);
            } else if answer.has_begun() {
                patience.set(self.limits.idle);
            }
        }
        Ok(answer)
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

fn take_event(
    answer: &mut Answer,
    event: &Event,
    place: &str,
    extra: Extra,
    on_text: &mut impl FnMut(&str),
) -> Result<(), LlmError> {
    let data = event.data.trim();
    if event.name == "error" {
        return Err(Complaint::read(data.as_bytes()).into_error(place, None, extra));
    }
    if data == "[DONE]" {
        answer.end();
    } else if !data.is_empty() {
        let value = parse(data.as_bytes(), place, answer.len())?;
        check(&value, place, extra)?;
        answer.take(&value, on_text);
    }
    Ok(())
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

/// Looks for an error before anything else: servers send one with status 200 and in the middle of a stream.
fn check(value: &Value, place: &str, extra: Extra) -> Result<(), LlmError> {
    match Complaint::find(value) {
        Some(complaint) => Err(complaint.into_error(place, None, extra)),
        None => Ok(()),
    }
}

fn cut_error(cut: Cut, place: &str, received: usize) -> LlmError {
    let url = place.to_owned();
    match cut {
        Cut::Idle(after) => LlmError::Idle { url, after },
        Cut::TooLong(what) => LlmError::TooLong { url, what },
        Cut::Broken(error) => LlmError::from_transport(place, received, error),
        Cut::NotEvents(cause) => LlmError::Protocol { url, cause: cause.to_owned() },
    }
}
