//! How agents reach tools: each is registered with its own scopes, finds out what its token opens, and calls with it.

mod at_hand;
mod grant;
mod render;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};
use futures_util::future::try_join_all;
use heist_tools::service::Service;
use heist_tools::table::{self, TOOLS, ToolRow};
use heist_tools::telemetry::TRACEPARENT;
use heist_tools::wire::{
    CallReply, CompressMemory, CompressedMemory, GET_COMPRESSED_MEMORY, Problem, REQUEST_ID, RegisterRequest,
    RegisterResponse, STORE_MEMORY, StoreMemory, ToolList, scope,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Mutex;

pub use at_hand::AtHand;
pub use grant::{Grant, granted};

use crate::heist::{AgentName, Answer, ToolCall};
use crate::telemetry::Trace;

/// One request may take so long, its connection included.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// An idle connection is kept so long: less than the services keep one, so that no call meets one that is being closed.
const IDLE_TIME: Duration = Duration::from_secs(5);

/// An answer may be so large, in bytes.
const REPLY_BYTES: usize = 256 * 1024;

/// A token is renewed when less than this is left of it.
const TOKEN_MARGIN: Duration = Duration::from_secs(30);

/// No token is kept for longer, whatever its issuer says.
const TOKEN_LIFE: Duration = Duration::from_hours(24);

/// The name under which the program itself keeps the crew's turns in the memory service.
const KEEPER: &str = "heist-tui";

/// Why tools cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum ToolboxError {
    /// A service does not answer.
    #[error("the {service} service at {url} does not answer ({})", root(.cause))]
    Unreachable {
        /// The service.
        service: Service,
        /// Where it was asked.
        url: String,
        /// What the request failed with.
        cause: reqwest::Error,
    },
    /// A service refused.
    #[error("the {service} service refused ({status}): {message}")]
    Refused {
        /// The service.
        service: Service,
        /// The HTTP status.
        status: StatusCode,
        /// What it said.
        message: String,
    },
    /// A service answered with what is no answer.
    #[error("the {service} service gave an answer that makes no sense: {message}")]
    Garbled {
        /// The service.
        service: Service,
        /// What is wrong with it.
        message: String,
    },
    /// The oauth service gives no tokens for the heist's bank.
    #[error(
        "the oauth service at {url} knows of one bank only, so it is older than this program: `heist-tui up --force` makes \
         the set again"
    )]
    OneBank {
        /// Where it is.
        url: String,
    },
    /// The oauth service gives no tokens that last as long as is asked for.
    #[error(
        "the oauth service at {url} gives no tokens for a client that cannot renew them, so it is older than this program: \
         `heist-tui up --force` makes the set again"
    )]
    OneLifetime {
        /// Where it is.
        url: String,
    },
}

impl ToolboxError {
    /// Whether the same request may go through in a moment: the service is down, starting, or in trouble of its own.
    fn can_retry(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Self::Garbled { .. } | Self::OneBank { .. } | Self::OneLifetime { .. } => false,
        }
    }

    /// Whether a whole [`REQUEST_TIME`] has gone by already.
    fn is_late(&self) -> bool {
        matches!(self, Self::Unreachable { cause, .. } if cause.is_timeout())
    }
}

/// The innermost cause, which is the one that says something ("Connection refused").
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// A client registered with the oauth service, and the token it holds.
#[derive(Debug)]
struct Pass {
    client: RegisterResponse,
    token: Mutex<Option<(SecretString, Instant)>>,
}

/// What a request says of itself.
#[derive(Debug)]
struct Named {
    /// Its name in the services' logs.
    request: String,
    /// What it is a part of, as the services' telemetry wants it.
    part: Option<String>,
}

/// A tool that was found.
#[derive(Debug)]
struct Tool {
    row: &'static ToolRow,
    description: String,
    /// What can be asked for, where that can be listed.
    has: Vec<String>,
}

/// A tool as the crew is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolNote<'a> {
    /// The tool's name.
    pub name: &'a str,
    /// What it does.
    pub description: &'a str,
    /// The name of its one argument.
    pub argument: &'a str,
    /// What can be asked for, where that can be listed: the names of documents or tables.
    pub has: &'a [String],
}

/// The crew's way to the tools, for one session.
#[derive(Debug)]
pub struct Toolbox {
    http: Client,
    urls: BTreeMap<Service, String>,
    bootstrap: SecretString,
    passes: BTreeMap<AgentName, Pass>,
    keeper: Pass,
    tools: BTreeMap<&'static str, Tool>,
    /// What its requests are parts of, if anything.
    trace: Option<Trace>,
}

impl Toolbox {
    /// Registers every agent with its scopes (separated by spaces), gets its token, and finds out which tools there
    /// are by asking each service with each token. `urls` are the base addresses of the services; the bootstrap token
    /// is the one the oauth service registers clients by; the tools answer from the bank of that seed, or from the one
    /// that is written by hand where there is none.
    ///
    /// # Errors
    /// If a service does not answer or refuses, or knows of one bank only and another is wanted.
    pub async fn connect(
        urls: BTreeMap<Service, String>,
        bootstrap: SecretString,
        bank: Option<u64>,
        crew: impl IntoIterator<Item = (AgentName, String)>,
    ) -> Result<Self, ToolboxError> {
        let http = client()?;
        let register = async |name: AgentName, scopes: String| {
            let request = RegisterRequest {
                client_name: name.to_string(),
                scope: scopes,
                grant_types: vec!["client_credentials".into()],
                bank: bank.map(|seed| seed.to_string()),
                token_lifetime: None,
            };
            let url = format!("{}/oauth/register", base(&urls, Service::Oauth));
            let sent = http.post(&url).bearer_auth(bootstrap.expose_secret()).json(&request).send().await;
            let client: RegisterResponse = read(Service::Oauth, &url, sent).await?;
            if client.bank != request.bank {
                return Err(ToolboxError::OneBank { url: base(&urls, Service::Oauth).to_owned() });
            }
            Ok::<_, ToolboxError>((name, Pass { client, token: Mutex::default() }))
        };
        let passes = try_join_all(crew.into_iter().map(|(name, scopes)| register(name, scopes))).await?;
        let memory = format!("{} {}", scope::MEMORY_WRITE, scope::MEMORY_READ);
        let (_, keeper) = register(KEEPER.into(), memory).await?;
        let mut toolbox = Self {
            passes: passes.into_iter().collect(),
            keeper,
            tools: BTreeMap::new(),
            http,
            urls,
            bootstrap,
            trace: None,
        };
        toolbox.tools = toolbox.discover().await?;
        Ok(toolbox)
    }

    /// The same, with every call a part of `trace`.
    #[must_use]
    pub fn traced(self, trace: Option<Trace>) -> Self {
        Self { trace, ..self }
    }

    async fn discover(&self) -> Result<BTreeMap<&'static str, Tool>, ToolboxError> {
        let services: BTreeSet<_> = TOOLS.iter().map(|row| row.service).collect();
        let asked = self.passes.values().flat_map(|pass| services.iter().map(move |service| (*service, pass)));
        let lists = asked.map(async |(service, pass)| {
            let list: ToolList = self.get(service, "/tools", pass).await?;
            Ok::<_, ToolboxError>((pass, list.tools))
        });
        let mut found = BTreeMap::new();
        for (pass, list) in try_join_all(lists).await? {
            for told in list {
                if let Some(row) = table::tool(&told.name) {
                    found.insert(row.name, (row, told.description, pass));
                }
            }
        }
        let tools = found.into_values().map(async |(row, description, pass)| {
            let has = match row.lists {
                Some(path) => names(row.service, &self.get(row.service, path, pass).await?)?,
                None => Vec::new(),
            };
            Ok::<_, ToolboxError>((row.name, Tool { row, description, has }))
        });
        Ok(try_join_all(tools).await?.into_iter().collect())
    }

    /// The tools that were found, by name.
    pub fn tools(&self) -> impl Iterator<Item = ToolNote<'_>> {
        self.tools.values().map(|Tool { row, description, has }| ToolNote {
            name: row.name,
            description,
            argument: row.argument,
            has,
        })
    }

    /// Makes an agent's call and says how it came out. A service that is down or in trouble is tried again for a few
    /// seconds; what the tool itself refuses is not. In the services' logs the call goes by the name `session:call`.
    pub async fn call(&self, session: &str, call: &ToolCall) -> Answer {
        let Some(Tool { row, .. }) = self.tools.get(call.tool.as_str()) else {
            return no_tool(call, self.tools.keys().copied());
        };
        let Some(pass) = self.passes.get(&call.agent) else { return no_token(call) };
        let body = json!({ row.argument: call.arguments });
        let part = self.trace.as_ref().and_then(|trace| trace.of_call(&call.id));
        let named = Named { request: format!("{session}:{}", call.id), part };
        match self.post(row.service, row.name, pass, &body, &named).await {
            Ok(result) => result_of(&result),
            Err(ToolboxError::Refused { status, message, .. }) => refused(status.as_u16(), message),
            Err(error) => Answer::Error(error.to_string()),
        }
    }

    /// Keeps a turn in the memory service.
    ///
    /// # Errors
    /// If the service cannot be reached or refuses.
    pub async fn remember(&self, turn: &StoreMemory) -> Result<(), ToolboxError> {
        let part = self.trace.as_ref().and_then(|trace| trace.of_turn(Some(turn.turn)));
        let named = Named { request: format!("{}:turn-{}", turn.session, turn.turn), part };
        self.post(Service::Memory, STORE_MEMORY, &self.keeper, &json!(turn), &named).await.map(drop)
    }

    /// Asks the memory service for the last turns of a session and a summary of those before.
    ///
    /// # Errors
    /// If the service cannot be reached or refuses.
    pub async fn compressed(&self, asked: &CompressMemory) -> Result<CompressedMemory, ToolboxError> {
        let part = self.trace.as_ref().and_then(|trace| trace.of_turn(None));
        let named = Named { request: format!("{}:compressed", asked.session), part };
        let reply = self.post(Service::Memory, GET_COMPRESSED_MEMORY, &self.keeper, &json!(asked), &named).await?;
        let garbled =
            |cause: serde_json::Error| ToolboxError::Garbled { service: Service::Memory, message: cause.to_string() };
        serde_json::from_value(reply).map_err(garbled)
    }

    /// Takes the session's clients back, so that their secrets are worth nothing any more.
    pub async fn leave(&self) {
        let clients = self.passes.values().chain([&self.keeper]).map(|pass| &pass.client.client_id);
        let gone = clients.map(async |id| {
            let url = format!("{}/oauth/register/{id}", base(&self.urls, Service::Oauth));
            self.http.delete(url).bearer_auth(self.bootstrap.expose_secret()).send().await
        });
        for failed in futures_util::future::join_all(gone).await.into_iter().filter_map(Result::err) {
            tracing::warn!(error = %root(&failed), "a client stays registered");
        }
    }

    async fn get<T: DeserializeOwned>(&self, service: Service, path: &str, pass: &Pass) -> Result<T, ToolboxError> {
        let url = format!("{}{path}", base(&self.urls, service));
        let once = async || self.ask(service, &url, pass, || self.http.get(&url)).await;
        once.retry(patience()).when(|error| error.can_retry() && !error.is_late()).await
    }

    async fn post(
        &self,
        service: Service,
        tool: &str,
        pass: &Pass,
        body: &Value,
        Named { request, part }: &Named,
    ) -> Result<Value, ToolboxError> {
        let url = format!("{}/tools/{tool}", base(&self.urls, service));
        let once = async || {
            let call = || {
                let call = self.http.post(&url).header(REQUEST_ID, request).json(body);
                part.iter().fold(call, |call, part| call.header(TRACEPARENT, part))
            };
            self.ask::<CallReply>(service, &url, pass, call).await.map(|reply| reply.result)
        };
        once.retry(patience()).when(ToolboxError::can_retry).await
    }

    /// Sends a request with the client's token. Whether a token is still good is the service's to say: our clock may have
    /// stood still while the machine slept, and theirs may have been set. So one that is not taken is renewed, once.
    async fn ask<T: DeserializeOwned>(
        &self,
        service: Service,
        url: &str,
        pass: &Pass,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, ToolboxError> {
        let ask = async |token: &SecretString| {
            let sent = request().bearer_auth(token.expose_secret()).send().await;
            read(service, url, sent).await
        };
        let token = self.token(pass, None).await?;
        match ask(&token).await {
            Err(ToolboxError::Refused { status: StatusCode::UNAUTHORIZED, message, .. }) => {
                tracing::info!(%service, message, "a token is renewed before its time");
                ask(&self.token(pass, Some(&token)).await?).await
            }
            answer => answer,
        }
    }

    /// The client's token, a new one if it has none, soon will have none, or has only the one that was refused.
    async fn token(&self, pass: &Pass, refused: Option<&SecretString>) -> Result<SecretString, ToolboxError> {
        let mut held = pass.token.lock().await;
        if let Some((token, until)) = &*held
            && Instant::now() < *until
            && refused.is_none_or(|refused| refused.expose_secret() != token.expose_secret())
        {
            return Ok(token.clone());
        }
        let granted = grant::token(&self.http, base(&self.urls, Service::Oauth), &pass.client).await?;
        let life = Duration::from_secs(granted.expires_in).min(TOKEN_LIFE);
        *held = Some((granted.access_token.clone(), Instant::now() + life.saturating_sub(TOKEN_MARGIN)));
        Ok(granted.access_token)
    }
}

/// The client for the services. No redirects: a token goes nowhere but where it was meant to go.
fn client() -> Result<Client, ToolboxError> {
    heist_tools::http::client(REQUEST_TIME)
        .timeout(REQUEST_TIME)
        .pool_idle_timeout(IDLE_TIME)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|cause| ToolboxError::Unreachable { service: Service::Oauth, url: String::new(), cause })
}

/// How a request that may go through in a moment is sent again: with pauses of six seconds in all.
fn patience() -> ExponentialBuilder {
    ExponentialBuilder::default().with_min_delay(Duration::from_millis(100)).with_max_times(6)
}

/// How a call comes out that a tool answers.
fn result_of(result: &Value) -> Answer {
    Answer::Result(render::as_text(result))
}

/// How a call comes out that is refused with this HTTP status.
fn refused(status: u16, message: String) -> Answer {
    if status == StatusCode::FORBIDDEN { Answer::Denied(message) } else { Answer::Error(message) }
}

/// How a call of a tool comes out that none of the crew's tokens opens.
fn no_tool<'a>(call: &ToolCall, tools: impl Iterator<Item = &'a str>) -> Answer {
    let names: Vec<_> = tools.collect();
    Answer::Denied(format!("there is no tool {}; there are {}", call.tool, names.join(", ")))
}

/// How a call comes out of an agent that has no scopes, and so no token.
fn no_token(call: &ToolCall) -> Answer {
    Answer::Denied(format!("{} has no token", call.agent))
}

fn base(urls: &BTreeMap<Service, String>, service: Service) -> &str {
    urls.get(&service).map_or("", |url| url.trim_end_matches('/'))
}

/// The names in a list of what can be asked for: one member, with names or with things that have a name.
fn names(service: Service, list: &Value) -> Result<Vec<String>, ToolboxError> {
    let things = list.as_object().and_then(|list| list.values().next()?.as_array());
    let name = |thing: &Value| thing.as_str().or_else(|| thing["name"].as_str()).map(str::to_owned);
    things
        .and_then(|things| things.iter().map(name).collect())
        .ok_or_else(|| ToolboxError::Garbled { service, message: "its list names nothing".to_owned() })
}

/// Reads an answer: the JSON of a good one, the problem details of another.
async fn read<T: DeserializeOwned>(
    service: Service,
    url: &str,
    sent: reqwest::Result<Response>,
) -> Result<T, ToolboxError> {
    let unreachable = |cause| ToolboxError::Unreachable { service, url: url.to_owned(), cause };
    let mut response = sent.map_err(unreachable)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&piece);
        if body.len() > REPLY_BYTES {
            return Err(ToolboxError::Garbled { service, message: format!("it is over {REPLY_BYTES} bytes long") });
        }
    }
    if !status.is_success() {
        let message = serde_json::from_slice::<Problem>(&body).map_or_else(|_| status.to_string(), |it| it.to_string());
        return Err(ToolboxError::Refused { service, status, message });
    }
    serde_json::from_slice(&body).map_err(|cause| ToolboxError::Garbled { service, message: cause.to_string() })
}
