//! The client itself: asks a model and hands its answer on as it comes.

use super::answer::Answer;
use super::error::{Complaint, Extra, LlmError};
use super::find::{candidates, probe};
use super::sse::{Cut, Event, Patience, events};
use super::{ChatReply, ChatRequest, Endpoint};
use futures_util::StreamExt;
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// What a server may cost us.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Time to connect.
    pub(super) connect: Duration,
    /// Time for the list of models to come.
    pub(super) find: Duration,
    /// Silence before the first word, while the server may load the model and read the prompt.
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
            connect: Duration::from_secs(1),
            find: Duration::from_secs(3),
            first: Duration::from_mins(2),
            idle: Duration::from_secs(30),
            tail: Duration::from_secs(2),
            total: Duration::from_mins(15),
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
    key: Option<SecretString>,
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
        let candidates = candidates(&endpoint.base_url)?;
        let mut http = heist_tools::http::client(limits.connect)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .pool_max_idle_per_host(0);
        if candidates.iter().any(is_local) {
            // A proxy for the outside world cannot reach this machine's own ports.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| LlmError::Setup { cause: error.to_string() })?;
        Ok(Self { http, limits, candidates, base: OnceCell::new(), key: endpoint.key })
    }

    /// Asks a model and streams its answer: each piece of visible text goes to `on_text` as it comes. Dropping the
    /// future closes the connection, which makes the server stop.
    ///
    /// The pieces together are the text of the reply, with two exceptions: with a schema the reply is the JSON alone;
    /// and a model that ends its reasoning without having opened it has shown it in the pieces, but not in the reply.
    ///
    /// Limits: 120 s of silence before the first word (a model may be loading), 30 s between pieces, 15 minutes and
    /// 64 KiB of text in all. Comments, which servers send to show that they live, break a silence.
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
        match timeout(self.limits.total, self.ask(&url, request, &mut on_text)).await {
            Ok(result) => result,
            Err(_) => Err(LlmError::TooLong { url: shown(&url), what: format!("over {:?}", self.limits.total) }),
        }
    }

    /// Where the API is, probed once if the address left it open.
    async fn base(&self) -> Result<&Url, LlmError> {
        match self.candidates.as_slice() {
            [only] => Ok(only),
            _ => self.base.get_or_try_init(|| async { Ok(probe(self).await?.0) }).await,
        }
    }

    async fn ask(
        &self,
        url: &Url,
        request: &ChatRequest,
        on_text: &mut (impl FnMut(&str) + Send),
    ) -> Result<ChatReply, LlmError> {
        let place = shown(url);
        let post = self.authorized(self.http.post(url.clone()).json(&Body::new(request)));
        let response = match timeout(self.limits.first, post.send()).await {
            Ok(sent) => sent.map_err(|error| LlmError::from_transport(&place, 0, error))?,
            Err(_) => return Err(LlmError::Idle { url: place, after: self.limits.first }),
        };
        let extra = Extra::of(request);
        let status = response.status();
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let streams = kind.to_ascii_lowercase().starts_with("text/event-stream");
        let answer = if status.is_success() && streams {
            self.listen(response, &place, extra, on_text).await?
        } else {
            let body = timeout(self.limits.idle, self.body(response, &place)).await;
            let body = body.map_err(|_| LlmError::Idle { url: place.clone(), after: self.limits.idle })??;
            if !status.is_success() {
                return Err(Complaint::read(&body).into_error(&place, Some(status), extra));
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
        on_text: &mut (impl FnMut(&str) + Send),
    ) -> Result<Answer, LlmError> {
        let patience = Patience::new(self.limits.first);
        let mut events = pin!(events(response, &self.limits, &patience));
        let mut answer = Answer::default();
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => take_event(&mut answer, &event, place, extra, on_text)?,
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

    /// The request with the key, if there is one.
    pub(super) fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        }
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

fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host == "host.docker.internal"
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `path` below `base`, which ends with a slash.
pub(super) fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path()));
    url
}

/// An address as people may see it: without a name and a password in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for addresses that cannot carry them, which then have none to hide.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().trim_end_matches('/').to_owned()
}

/// The body of a chat request: only fields that every server knows, each only where it is needed.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    model: &'a str,
    messages: [Message<'a>; 2],
    max_tokens: u32,
    temperature: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    /// A word: LM Studio refuses an object here.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<&'static str>,
    stream: bool,
    stream_options: StreamOptions,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Body<'a> {
    fn new(request: &'a ChatRequest) -> Self {
        let schema = request.schema.as_ref().map(|schema| {
            json!({"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": schema}})
        });
        let tools = request.tools.iter().map(|tool| {
            json!({"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters}})
        });
        let tool_choice = if request.must_call { "required" } else { "none" };
        Self {
            tools: tools.collect(),
            tool_choice: (!request.tools.is_empty()).then_some(tool_choice),
            model: &request.model,
            messages: [
                Message { role: "system", content: &request.system },
                Message { role: "user", content: &request.user },
            ],
            max_tokens: request.max_tokens,
            temperature: request.temperature,
            seed: request.seed,
            stop: &request.stop,
            response_format: schema,
            stream: true,
            stream_options: StreamOptions { include_usage: true },
        }
    }
}
