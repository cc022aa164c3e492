//! Attempts on the services: each is refused with the right status, in the right shape, and counted once. Those that can be
//! made at both doors to the tools are made at both ([`Door`]).

mod banks;
mod bodies;
mod calculator;
mod connections;
mod memory;
mod noise;
mod oauth;
mod paths;
mod sql;
mod tokens;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, DATABASE_QUERY, FILE_READER, Problem, STORE_MEMORY, scope};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::door::Door;
use crate::house::{House, counters};
pub use tokens::Forger;

/// The services that agents call.
const TOOLS: [Service; 4] = [Service::Calculator, Service::FileReader, Service::DatabaseQuery, Service::Memory];

/// The scope of a service, the tool it opens, and arguments that are good.
pub fn good_call(service: Service) -> (&'static str, &'static str, Value) {
    match service {
        Service::Calculator => (scope::CALCULATE, CALCULATOR, json!({"expression": "1+1"})),
        Service::FileReader => (scope::READ, FILE_READER, json!({"filename": "bank_layout.txt"})),
        Service::DatabaseQuery => (scope::QUERY, DATABASE_QUERY, json!({"query": "guards"})),
        _ => (
            scope::MEMORY_WRITE,
            STORE_MEMORY,
            json!({"session": "s", "agent": "hacker", "turn": 1, "message": "The van is ready."}),
        ),
    }
}

impl House {
    /// Sends `request` to the tool service, which must refuse it: see [`refused`].
    async fn refused(&self, what: &str, request: RequestBuilder, status: u16, reason: &str) -> Problem {
        refused(&self.http, &self.tool_url(""), what, request, status, reason).await
    }

    /// Sends `request` to the oauth service, which must refuse it: see [`refused`].
    async fn oauth_refused(&self, what: &str, request: RequestBuilder, status: u16, reason: &str) -> Problem {
        refused(&self.http, &self.oauth_url(""), what, request, status, reason).await
    }
}

/// Sends `request`, which the service at `base` must refuse with `status`, as problem details, with a challenge where
/// one is due, and count once and under `reason` alone.
async fn refused(http: &Client, base: &str, what: &str, request: RequestBuilder, status: u16, reason: &str) -> Problem {
    let before = refusals(http, base).await;
    let answer = request.send().await.unwrap_or_else(|error| panic!("{what}: no answer: {error:?}"));
    let (found, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
    if value.get("jsonrpc").is_some() {
        assert_eq!(added(&before, &refusals(http, base).await), [(reason.to_owned(), 1)], "{what}");
        return told_by_mcp(what, found, &value, status);
    }
    assert_eq!(found, status, "{what}: {text}");
    let problem: Problem = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
    assert_eq!(problem.status, status, "{what}");
    assert!(!problem.detail.is_empty(), "{what}");
    // RFC 6749, section 5.2, has a media type of its own.
    let oauth = problem.more.contains_key("error_description");
    let media = if oauth { "application/json" } else { "application/problem+json" };
    assert_eq!(headers["content-type"], media, "{what}");
    assert_eq!(headers["cache-control"], "no-store", "{what}");
    let challenge = headers.get("www-authenticate").map(|value| value.to_str().unwrap());
    let challenge = challenge.map(|challenge| match challenge.strip_prefix("Bearer realm=\"heist-tools\"") {
        // It names the place that says who issues tokens.
        Some(_) => {
            let (challenge, place) = challenge.split_once(", resource_metadata=").unwrap_or_else(|| panic!("{what}"));
            let metadata = format!("\"{base}/.well-known/oauth-protected-resource");
            assert!([metadata.clone() + "\"", metadata + "/mcp\""].contains(&place.to_owned()), "{what}: {place}");
            challenge
        }
        None => challenge,
    });
    match challenge {
        _ if status != 401 && status != 403 => assert_eq!(challenge, None, "{what}"),
        None => panic!("{what}: {status} without a challenge"),
        Some(challenge) if reason == "token_missing" => assert_eq!(challenge, "Bearer realm=\"heist-tools\"", "{what}"),
        Some(challenge) if reason == "token_scope" => {
            let scope = problem.more["scope"].as_str().unwrap();
            let rest = format!("error=\"insufficient_scope\", scope=\"{scope}\"");
            assert_eq!(challenge, format!("Bearer realm=\"heist-tools\", {rest}"), "{what}");
        }
        Some(challenge) if reason.starts_with("token_") => {
            let begin = "Bearer realm=\"heist-tools\", error=\"invalid_token\", error_description=\"";
            assert!(challenge.starts_with(begin), "{what}: {challenge}");
        }
        Some(challenge) => {
            assert!(challenge.starts_with("Bearer ") || challenge.starts_with("Basic "), "{what}: {challenge}");
        }
    }
    assert_eq!(added(&before, &refusals(http, base).await), [(reason.to_owned(), 1)], "{what}");
    problem
}

/// What an MCP client is told where a caller of `/tools` is refused with `status`: what a tool refuses is an answer that goes
/// well for HTTP.
fn told_by_mcp(what: &str, found: u16, answer: &Value, status: u16) -> Problem {
    let (result, error) = (&answer["result"], &answer["error"]);
    let detail = if error.is_null() {
        assert_eq!((found, &result["isError"]), (200, &json!(true)), "{what}: {answer}");
        &result["content"][0]["text"]
    } else {
        assert!(matches!(found, 200 | 400 | 404), "{what}: {found}, {answer}");
        &error["message"]
    };
    let problem = json!({"title": "MCP", "status": status, "detail": detail});
    let problem: Problem = serde_json::from_value(problem).unwrap();
    assert!(!problem.detail.is_empty(), "{what}: {answer}");
    problem
}

/// The services that agents call, and both doors of each.
fn doors() -> impl Iterator<Item = (Service, Door)> {
    TOOLS.into_iter().flat_map(|service| Door::BOTH.map(|door| (service, door)))
}

/// What is counted by the service at `base` while `attempt` runs: the reasons, each with its number.
async fn counted_while<T>(http: &Client, base: &str, attempt: impl Future<Output = T>) -> (T, Vec<(String, u64)>) {
    let before = refusals(http, base).await;
    let outcome = attempt.await;
    (outcome, added(&before, &refusals(http, base).await))
}

/// Says `bytes` as they are, and hears what is answered until the connection is closed, which it must be.
async fn say(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The service may have heard enough before all is said.
    let _ = stream.write_all(bytes).await;
    hear(&mut stream).await
}

/// What is answered until the connection is closed, which it must be before long.
async fn hear(stream: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    // Where the connection breaks, what came before counts.
    let closed = tokio::time::timeout(Duration::from_mins(1), stream.read_to_end(&mut heard)).await.is_ok();
    assert!(closed, "the connection stays open: {}", String::from_utf8_lossy(&heard));
    heard
}

/// The statuses of the answers, one after the other.
fn statuses(heard: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(heard);
    text.split("HTTP/1.").skip(1).map(|answer| answer[2..5].parse().unwrap()).collect()
}

/// How often each reason was counted.
async fn refusals(http: &Client, base: &str) -> BTreeMap<String, u64> {
    let counters = counters(http, base, "heist_refusals_total").await;
    let reason = |labels: String| labels.split('"').nth(1).unwrap().to_owned();
    counters.into_iter().map(|(labels, count)| (reason(labels), count)).collect()
}

/// What was counted between two looks.
fn added(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let more = |(reason, count): (&String, &u64)| (reason.clone(), count - before.get(reason).copied().unwrap_or(0));
    after.iter().map(more).filter(|&(_, count)| count > 0).collect()
}
