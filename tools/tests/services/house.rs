//! What the tests have in common: running services, and somebody who calls them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use heist_tools::wire::{BOOTSTRAP_FILE, Problem, RegisterResponse, TokenResponse};
use heist_tools::{Llm, Running, Service, Settings, start};
use reqwest::{Client, RequestBuilder, Response};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::door::Door;

pub const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The oauth service and one tool service.
pub struct House {
    pub folder: TempDir,
    pub oauth: Running,
    pub tool: Running,
    pub http: Client,
    /// By which the tools are called.
    pub door: Door,
}

impl House {
    pub async fn with(service: Service) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let oauth = start_oauth(&folder.path().join("oauth")).await;
        let tool = start_tool(service, folder.path(), &url(&oauth)).await;
        Self { folder, oauth, tool, http: client(), door: Door::Rest }
    }

    /// The same, with its tools called by this door.
    pub async fn by(door: Door, service: Service) -> Self {
        Self { door, ..Self::with(service).await }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("oauth")
    }

    pub fn oauth_url(&self, path: &str) -> String {
        url(&self.oauth) + path
    }

    pub fn tool_url(&self, path: &str) -> String {
        url(&self.tool) + path
    }

    /// A token of a new client.
    pub async fn token(&self, agent: &str, scope: &str) -> String {
        self.token_of(agent, scope, None).await
    }

    /// A token of a new client that is registered for the bank of this seed.
    pub async fn token_of(&self, agent: &str, scope: &str, bank: Option<u64>) -> String {
        let mut asked = json!({"client_name": agent, "scope": scope});
        if let Some(seed) = bank {
            asked["bank"] = seed.to_string().into();
        }
        let client = registered(&self.http, &url(&self.oauth), &self.data(), &asked).await;
        self.token_by(&client).await
    }

    /// A token by the credentials of a client.
    pub async fn token_by(&self, client: &RegisterResponse) -> String {
        let form = [("grant_type", "client_credentials")];
        let answer = self
            .http
            .post(self.oauth_url("/oauth/token"))
            .basic_auth(&client.client_id, Some(client.client_secret.expose_secret()))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<TokenResponse>().await.unwrap().access_token.expose_secret().to_owned()
    }

    /// GET with a token, which must be good.
    pub async fn get<T: DeserializeOwned>(&self, token: &str, path: &str) -> T {
        let answer = self.http.get(self.tool_url(path)).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub fn call(&self, token: &str, tool: &str, arguments: &Value) -> RequestBuilder {
        let body = self.door.body(tool, arguments.to_string().as_bytes());
        self.request(tool).bearer_auth(token).header("content-type", "application/json").body(body)
    }

    /// A call without token, media type and body.
    pub fn request(&self, tool: &str) -> RequestBuilder {
        self.door.request(&self.http, &self.tool_url(""), tool)
    }

    /// How often something was counted by the tool service.
    pub async fn counted(&self, metric: &str, labels: &[(&str, &str)]) -> u64 {
        counted(&self.http, &self.tool_url(""), metric, labels).await
    }

    /// The result of a call that must be good.
    pub async fn result(&self, token: &str, tool: &str, arguments: &Value) -> Value {
        let answer = self.call(token, tool, arguments).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{tool} {arguments}: {text}");
        self.door.found(&serde_json::from_str(&text).unwrap())
    }

    /// The problem of a call that must be refused.
    pub async fn refusal(&self, token: &str, tool: &str, arguments: &Value) -> Problem {
        problem(self.call(token, tool, arguments).send().await.unwrap()).await
    }
}

/// A service as a process of its own, which ends with this.
pub struct Process {
    pub child: Child,
    /// The URL that it prints.
    pub url: String,
}

impl Process {
    pub fn start(service: &str, data: &Path, issuer: &str) -> Self {
        let mut child = program()
            .args([service, "--listen", "127.0.0.1:0", "--issuer", issuer, "--data"])
            .arg(data)
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix(&format!("{service} listens on ")).unwrap().to_owned();
        Self { child, url }
    }
}

impl Process {
    /// Its memory in KiB, as the system calls it: `VmRSS` now, `VmHWM` at most until now. 0 where the system does not tell.
    pub fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The services' program, with nothing set by the environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heist-tools"));
    let ours =
        ["LISTEN", "DATA", "ISSUER", "DOCUMENTS", "LLM_URL", "MODEL", "LLM_KEY"].map(|name| format!("HEIST_{name}"));
    for name in ours.iter().map(String::as_str).chain(["RUST_LOG"]) {
        command.env_remove(name);
    }
    command
}

pub fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

pub fn url(running: &Running) -> String {
    format!("http://{}", running.addr())
}

pub async fn start_oauth(data: &Path) -> Running {
    start(Service::Oauth, ANY_PORT, Settings { data: data.to_owned(), ..Settings::default() }).await.unwrap()
}

pub async fn start_tool(service: Service, data: &Path, issuer: &str) -> Running {
    let issuer = Some(issuer.to_owned());
    start(service, ANY_PORT, Settings { data: data.to_owned(), issuer, ..Settings::default() }).await.unwrap()
}

/// The memory service with a model.
pub async fn start_memory(data: &Path, issuer: &str, llm: Llm) -> Running {
    let settings =
        Settings { issuer: Some(issuer.to_owned()), data: data.to_owned(), llm: Some(llm), ..Settings::default() };
    start(Service::Memory, ANY_PORT, settings).await.unwrap()
}

pub async fn register(http: &Client, oauth: &str, data: &Path, agent: &str, scope: &str) -> RegisterResponse {
    let asked = json!({"client_name": agent, "scope": scope, "grant_types": ["client_credentials"]});
    registered(http, oauth, data, &asked).await
}

/// Registers what is asked for, which must be good.
pub async fn registered(http: &Client, oauth: &str, data: &Path, asked: &Value) -> RegisterResponse {
    let bootstrap = std::fs::read_to_string(data.join(BOOTSTRAP_FILE)).unwrap();
    let answer = http.post(format!("{oauth}/oauth/register")).bearer_auth(bootstrap).json(asked).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

/// The sum of the counters of `metric` with these labels, as a service tells it.
pub async fn counted(http: &Client, base: &str, metric: &str, labels: &[(&str, &str)]) -> u64 {
    let counters = counters(http, base, metric).await;
    let labelled = counters.iter().filter(|(found, _)| {
        labels.iter().all(|(name, value)| found.split(',').any(|label| label == format!("{name}=\"{value}\"")))
    });
    labelled.map(|(_, count)| count).sum()
}

/// The counters of `metric` by their labels, such as `reason="token_missing",service="calculator"`.
pub async fn counters(http: &Client, base: &str, metric: &str) -> BTreeMap<String, u64> {
    let text = http.get(format!("{base}/metrics")).send().await.unwrap().text().await.unwrap();
    let of_metric = text.lines().filter_map(|line| line.strip_prefix(metric)?.strip_prefix('{')?.split_once("} "));
    of_metric.map(|(labels, count)| (labels.to_owned(), count.parse().unwrap())).collect()
}

/// The problem details of an answer, which must have them, and their media type.
pub async fn problem(answer: Response) -> Problem {
    let status = answer.status();
    assert!(status.is_client_error() || status.is_server_error(), "{status}");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.status, status.as_u16());
    assert!(!problem.detail.is_empty());
    problem
}
