//! Ten thousand random bytes to every endpoint, in every place where a caller may put bytes.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use heist_tools::Service;
use heist_tools::wire::scope;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{good_call, hear, statuses};
use crate::house::{House, Process};

/// Another seed makes another noise; the one that fails is told.
const SEED: u64 = 4711;
const LENGTH: usize = 10_000;
/// After this time a service that says nothing is told that nothing more comes.
const SHORT: Duration = Duration::from_millis(200);
/// An answer takes less.
const LONG: Duration = Duration::from_secs(30);
/// A service may have so much more in memory afterwards, in KiB: more would be a leak.
const MOST_GROWTH: u64 = 64 * 1024;

const OAUTH: [(&str, &str); 9] = [
    ("POST", "/oauth/token"),
    ("POST", "/oauth/register"),
    ("POST", "/oauth/introspect"),
    ("POST", "/oauth/revoke"),
    ("DELETE", "/oauth/register/x"),
    ("GET", "/oauth/revoked"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/metrics"),
];

fn endpoints(service: Service) -> Vec<(&'static str, String)> {
    let own: &[(&str, &str)] = match service {
        Service::Oauth => &OAUTH,
        Service::Calculator => &[("POST", "/tools/calculator")],
        Service::FileReader => &[("POST", "/tools/file_reader"), ("GET", "/files")],
        Service::DatabaseQuery => &[("POST", "/tools/database_query"), ("GET", "/tables")],
        Service::Memory => &[
            ("POST", "/tools/store_memory"),
            ("POST", "/tools/get_recent_turns"),
            ("POST", "/tools/get_compressed_memory"),
            ("GET", "/stats"),
            ("DELETE", "/sessions/x"),
        ],
    };
    let common = [("GET", "/health"), ("GET", "/tools"), ("POST", "/tools/x"), ("GET", "/nowhere")];
    own.iter().chain(&common).map(|&(method, path)| (method, path.to_owned())).collect()
}

struct Noise {
    random: ChaCha8Rng,
    address: SocketAddr,
    /// Opens everything.
    token: String,
}

impl Noise {
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.next_u32() as usize % end
    }

    /// Says `bytes` and nothing more. Whatever is answered, nothing may have failed. How many answers there were.
    async fn say(&self, what: &str, bytes: &[u8], patience: Duration) -> usize {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The service may have heard enough before all is said.
        let _ = stream.write_all(bytes).await;
        let mut heard = Vec::new();
        if tokio::time::timeout(patience, stream.read_to_end(&mut heard)).await.is_err() {
            // It waits for more, and there is none.
            let _ = stream.shutdown().await;
            heard.extend(hear(&mut stream).await);
        }
        let statuses = statuses(&heard);
        let told = String::from_utf8_lossy(&heard);
        assert!(statuses.iter().all(|&status| status < 500), "seed {SEED}, {what}: {told}");
        statuses.len()
    }

    /// A request with this body, whole, which must be answered.
    async fn ask(&self, what: &str, method: &str, target: &[u8], headers: &[u8], body: &[u8]) {
        let head = [method.as_bytes(), b" ", target, b" HTTP/1.1\r\nhost: x\r\n", headers].concat();
        let length = format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let answers = self.say(what, &[&head, length.as_bytes(), body].concat(), LONG).await;
        assert_eq!(answers, 1, "seed {SEED}, {what}");
    }

    /// The headers of whoever may everything.
    fn bearer(&self) -> String {
        format!("authorization: Bearer {}\r\naccept: application/json, text/event-stream\r\n", self.token)
    }

    async fn at(&mut self, method: &str, path: &str, arguments: &Value) {
        let what = |way: &str| format!("{method} {path}, {way}");
        let (target, bearer) = (path.as_bytes(), self.bearer());

        let noise = self.bytes(LENGTH);
        self.say(&what("alone"), &noise, SHORT).await;
        let begun = [method.as_bytes(), b" ", target, b" HTTP/1.1\r\n"].concat();
        self.say(&what("as headers"), &[&begun[..], &noise].concat(), SHORT).await;
        let chunked = [&begun[..], bearer.as_bytes(), b"transfer-encoding: chunked\r\n\r\n", &noise].concat();
        self.say(&what("as chunks"), &chunked, SHORT).await;

        for media in ["application/json", "application/x-www-form-urlencoded", "application/octet-stream", "\u{ff}", ""]
        {
            let headers = format!("{bearer}content-type: {media}\r\n");
            let noise = self.bytes(LENGTH);
            self.ask(&what(media), method, target, headers.as_bytes(), &noise).await;
            let text = String::from_utf8_lossy(&noise).into_owned();
            self.ask(&what("as text"), method, target, headers.as_bytes(), text.as_bytes()).await;
            // As the value of each argument, and as its name.
            for name in arguments.as_object().unwrap().keys() {
                let mut changed = arguments.clone();
                changed[name] = text.as_str().into();
                self.ask(&what(name), method, target, headers.as_bytes(), changed.to_string().as_bytes()).await;
                changed.as_object_mut().unwrap().remove(name);
                changed[&text] = json!(1);
                self.ask(&what(name), method, target, headers.as_bytes(), changed.to_string().as_bytes()).await;
            }
        }

        let noise = self.bytes(LENGTH);
        let token = [b"authorization: Bearer ", &noise[..], b"\r\n"].concat();
        self.ask(&what("as a token"), method, target, &token, b"{}").await;
        let letters = [3, 4, 5].map(|at| URL_SAFE_NO_PAD.encode(&noise[at * 500..at * 900]));
        let token = format!("authorization: Bearer {}\r\n", letters.join("."));
        self.ask(&what("as the parts of a token"), method, target, token.as_bytes(), b"{}").await;
        let token = format!("authorization: Basic {}\r\n", URL_SAFE_NO_PAD.encode(&noise[..LENGTH]));
        self.ask(&what("as a secret"), method, target, token.as_bytes(), b"grant_type=client_credentials").await;

        let encoded: Vec<String> = noise.iter().map(|byte| format!("%{byte:02x}")).collect();
        for (way, noise) in [("raw", noise), ("encoded", encoded.concat().into_bytes())] {
            for (before, after) in
                [("/", ""), (&format!("{path}/")[..], ""), (&format!("{path}?"), ""), ("/sessions/", "?x")]
            {
                let target = [before.as_bytes(), &noise, after.as_bytes()].concat();
                self.ask(&what(way), method, &target, bearer.as_bytes(), b"{}").await;
            }
        }

        // A good request in which some bytes are wrong.
        let body = arguments.to_string();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{bearer}content-type: application/json\r\n");
        let good = format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes();
        for wrong in [1, 1, 1, 2, 2, 5, 10] {
            let mut changed = good.clone();
            for _ in 0..wrong {
                let at = self.below(changed.len());
                changed[at] = self.bytes(1)[0];
            }
            self.say(&what("a good request with wrong bytes"), &changed, SHORT).await;
        }
    }
}

#[tokio::test]
async fn noise_at_every_endpoint_is_borne() {
    let house = House::with(Service::Calculator).await;
    let (folder, issuer) = (house.folder.path(), house.oauth_url(""));
    let token = house.token("noise", &scope::ALL.join(" ")).await;
    for service in Service::ALL {
        let process = Process::start(service.name(), &folder.join(service.name()), &issuer);
        let address = process.url.strip_prefix("http://").unwrap().parse().unwrap();
        let random = ChaCha8Rng::seed_from_u64(SEED + u64::from(service.port_offset()));
        let mut noise = Noise { random, address, token: token.clone() };
        let (_, tool, arguments) = good_call(service);
        let begun = process.memory("VmRSS");
        for (method, path) in endpoints(service) {
            noise.at(method, &path, &arguments).await;
        }
        if service != Service::Oauth {
            let params = json!({"name": tool, "arguments": arguments});
            let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
            noise.at("POST", "/mcp", &call).await;
        }
        let answer = house.http.get(format!("{}/health", process.url)).timeout(Duration::from_secs(10)).send().await;
        assert_eq!(answer.unwrap().status(), 200, "{service}");
        let grown = process.memory("VmRSS").saturating_sub(begun);
        assert!(grown < MOST_GROWTH, "{service} has {grown} KiB more than before");
        if service != Service::Oauth {
            good(&house.http, &process.url, tool, &token, &arguments).await;
        }
    }
}

async fn good(http: &Client, base: &str, tool: &str, token: &str, arguments: &Value) {
    let request = http.post(format!("{base}/tools/{tool}")).bearer_auth(token).json(arguments);
    assert_eq!(request.send().await.unwrap().status(), 200, "{tool}");
}
