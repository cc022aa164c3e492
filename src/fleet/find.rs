//! Finds the Docker engine: where it may be, in order, and whether one answers there.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, Docker};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::{FleetError, Tried};
use crate::places;

/// An engine on this machine answers at once or not at all.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// Every request to the engine must begin to be answered within this; longer work has its own limit on top.
const REQUEST_SECONDS: u64 = 120;
/// Files of the Docker client's settings are small.
const MOST_SETTINGS: u64 = 1 << 20;
/// Docker Engine 20.10, Podman 4.
const OLDEST_API: (u32, u32) = (1, 41);

/// What of the environment decides where an engine is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    docker_host: Option<String>,
    docker_context: Option<String>,
    docker_config: Option<PathBuf>,
    home: Option<PathBuf>,
    runtime_dir: Option<PathBuf>,
}

impl Surroundings {
    pub(super) fn of_this_process() -> Self {
        let text = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let path = |name: &str| text(name).map(PathBuf::from);
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: path("DOCKER_CONFIG"),
            home: places::home(),
            runtime_dir: path("XDG_RUNTIME_DIR"),
        }
    }
}

/// An engine that answers.
pub(super) struct Found {
    pub(super) docker: Docker,
    /// What its containers run on, such as `amd64`.
    pub(super) platform: String,
    /// Its address.
    pub(super) address: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    /// A URL, or why there is none.
    address: Result<String, String>,
    source: String,
}

impl Candidate {
    fn new(address: impl Into<String>, source: &str) -> Self {
        Self { address: Ok(address.into()), source: source.to_owned() }
    }

    fn socket(path: &Path, source: &str) -> Self {
        Self::new(format!("unix://{}", path.display()), source)
    }
}

/// Asks one place after the other; the first engine that answers and is new enough is taken.
pub(super) async fn find(named: Option<&str>, surroundings: &Surroundings) -> Result<Found, FleetError> {
    let mut tried = Vec::new();
    for Candidate { address, source } in candidates(named, surroundings) {
        let (address, reason) = match address {
            Err(reason) => ("no address".to_owned(), reason),
            Ok(address) => match ask(&address).await {
                Ok((docker, platform)) => return Ok(Found { docker, platform, address }),
                Err(reason) => (address, reason),
            },
        };
        tried.push(Tried { address, source, reason });
    }
    Err(FleetError::NoEngine(tried))
}

/// Where to look. An engine that was named, by option or by `DOCKER_HOST`, is the only one, as with Docker's own
/// client: containers must not turn up on another engine than the one that was asked for.
fn candidates(named: Option<&str>, surroundings: &Surroundings) -> Vec<Candidate> {
    if let Some(host) = named {
        return vec![Candidate::new(host, "--docker-host")];
    }
    if let Some(host) = &surroundings.docker_host {
        return vec![Candidate::new(host, "DOCKER_HOST")];
    }
    let mut all: Vec<Candidate> = current_context(surroundings).into_iter().collect();
    let mut socket = |folder: Option<&Path>, path: &str, source: &str| {
        let Some(folder) = folder else { return };
        let candidate = Candidate::socket(&folder.join(path), source);
        if !all.iter().any(|known| known.address == candidate.address) {
            all.push(candidate);
        }
    };
    let (home, runtime) = (surroundings.home.as_deref(), surroundings.runtime_dir.as_deref());
    socket(Some(Path::new("/var/run")), "docker.sock", "Docker Engine");
    socket(home, ".docker/run/docker.sock", "Docker Desktop");
    socket(runtime, "docker.sock", "rootless Docker");
    socket(runtime, "podman/podman.sock", "Podman");
    socket(home, ".colima/default/docker.sock", "Colima");
    socket(home, ".orbstack/run/docker.sock", "OrbStack");
    all
}

/// The engine of the current Docker context, unless it is the one called `default`. The client keeps a context in
/// `contexts/meta/SHA-256 OF ITS NAME/meta.json` under its settings.
fn current_context(surroundings: &Surroundings) -> Option<Candidate> {
    let settings =
        surroundings.docker_config.clone().or_else(|| surroundings.home.as_ref().map(|home| home.join(".docker")))?;
    let name = surroundings.docker_context.clone().or_else(|| {
        let config = read_json(&settings.join("config.json")).ok()?;
        Some(config.get("currentContext")?.as_str()?.to_owned())
    })?;
    if name.is_empty() || name == "default" {
        return None;
    }
    let digest = hex(&Sha256::digest(name.as_bytes()));
    let address = read_json(&settings.join("contexts/meta").join(digest).join("meta.json")).and_then(|meta| {
        let host = meta.pointer("/Endpoints/docker/Host").and_then(Value::as_str);
        host.map(str::to_owned).ok_or_else(|| "it names no Docker host".to_owned())
    });
    Some(Candidate { address, source: format!("Docker context {name}") })
}

fn read_json(path: &Path) -> Result<Value, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path).map_err(|error| told(&error))?.len();
    if size > MOST_SETTINGS {
        return Err(told(&"too large for a settings file"));
    }
    let text = std::fs::read(path).map_err(|error| told(&error))?;
    serde_json::from_slice(&text).map_err(|error| told(&error))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Connects, and asks whether the engine is new enough. Also gives its platform.
async fn ask(address: &str) -> Result<(Docker, String), String> {
    let mut answer = Err(String::new());
    for address in in_numbers(address) {
        answer = ask_at(&address).await;
        if answer.is_ok() {
            break;
        }
    }
    answer
}

/// An address without a name: for one, the client of the engine would ask the system, which a static program does not
/// survive everywhere (see `heist_tools::names`).
fn in_numbers(address: &str) -> Vec<String> {
    match address.split_once("://localhost") {
        Some((scheme @ ("tcp" | "http"), rest)) if rest.is_empty() || rest.starts_with([':', '/']) => {
            ["127.0.0.1", "[::1]"].map(|number| format!("{scheme}://{number}{rest}")).into()
        }
        _ => vec![address.to_owned()],
    }
}

async fn ask_at(address: &str) -> Result<(Docker, String), String> {
    let docker = connect(address)?;
    let version = tokio::time::timeout(ANSWER_LIMIT, docker.version())
        .await
        .map_err(|_| format!("no answer within {} s", ANSWER_LIMIT.as_secs()))?
        .map_err(|error| cause(&error))?;
    let api = version.api_version.unwrap_or_default();
    if !new_enough(&api) {
        let (major, minor) = OLDEST_API;
        return Err(format!("its API is {api:?}; {major}.{minor} or later is needed (Docker 20.10, Podman 4)"));
    }
    Ok((docker, version.arch.unwrap_or_default()))
}

fn connect(address: &str) -> Result<Docker, String> {
    let connected = if address.starts_with("unix://") || address.starts_with("npipe://") {
        Docker::connect_with_socket(address, REQUEST_SECONDS, API_DEFAULT_VERSION)
    } else if let Some(host) = address.strip_prefix("tcp://").or_else(|| address.strip_prefix("http://")) {
        if !is_loopback(host) {
            return Err("an engine on another machine: the services' ports, open there to itself only, could not be \
                        reached from here"
                .to_owned());
        }
        Docker::connect_with_http(address, REQUEST_SECONDS, API_DEFAULT_VERSION)
    } else {
        return Err("not an address that is understood (unix://PATH, npipe://PATH or tcp://127.0.0.1:PORT)".to_owned());
    };
    connected.map_err(|error| cause(&error))
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('/');
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn new_enough(api: &str) -> bool {
    let mut numbers = api.split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST_API)
}

/// The innermost cause, which is what a person can act on ("permission denied").
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn addresses(named: Option<&str>, surroundings: &Surroundings) -> Vec<String> {
        candidates(named, surroundings).into_iter().map(|candidate| candidate.address.unwrap()).collect()
    }

    fn at_home(home: &Path) -> Surroundings {
        Surroundings { home: Some(home.to_owned()), runtime_dir: Some("/run/user/7".into()), ..Surroundings::default() }
    }

    #[test]
    fn the_known_places_come_in_order() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| format!("unix://{}/{path}", home.path().display());
        let expected = [
            "unix:///var/run/docker.sock".to_owned(),
            at(".docker/run/docker.sock"),
            "unix:///run/user/7/docker.sock".to_owned(),
            "unix:///run/user/7/podman/podman.sock".to_owned(),
            at(".colima/default/docker.sock"),
            at(".orbstack/run/docker.sock"),
        ];
        assert_eq!(addresses(None, &at_home(home.path())), expected);
    }

    #[test]
    fn a_named_engine_is_the_only_one() {
        let mut surroundings = at_home(Path::new("/nowhere"));
        surroundings.docker_host = Some("unix:///from/environment".to_owned());
        assert_eq!(addresses(Some("unix:///named"), &surroundings), ["unix:///named"]);
        assert_eq!(addresses(None, &surroundings), ["unix:///from/environment"]);
    }

    #[test]
    fn the_current_context_comes_first_and_only_once() {
        let home = tempfile::tempdir().unwrap();
        let socket = format!("unix://{}/.colima/default/docker.sock", home.path().display());
        let meta = home.path().join(".docker/contexts/meta").join(hex(&Sha256::digest(b"colima")));
        std::fs::create_dir_all(&meta).unwrap();
        std::fs::write(home.path().join(".docker/config.json"), r#"{"currentContext":"colima"}"#).unwrap();
        let text = format!(r#"{{"Name":"colima","Endpoints":{{"docker":{{"Host":"{socket}"}}}}}}"#);
        std::fs::write(meta.join("meta.json"), text).unwrap();
        let found = addresses(None, &at_home(home.path()));
        assert_eq!(found[0], socket);
        assert_eq!(found.iter().filter(|address| **address == socket).count(), 1);
    }

    #[tokio::test]
    async fn when_nothing_answers_every_place_is_named_with_the_reason_and_fast() {
        let home = tempfile::tempdir().unwrap();
        let dead = home.path().join("dead.sock");
        drop(std::os::unix::net::UnixListener::bind(&dead).unwrap());
        let begun = std::time::Instant::now();
        let mut said = String::new();
        for host in [format!("unix://{}", dead.display()), "unix:///no/where.sock".into(), "ssh://elsewhere".into()] {
            let Err(error) = find(Some(&host), &Surroundings::default()).await else { panic!("{host} answers") };
            assert!(error.to_string().contains(&host), "{error}");
            said += &error.to_string();
        }
        assert!(begun.elapsed() < Duration::from_secs(1));
        for reason in ["refused", "not found", "not an address", "--docker-host", "--tools embedded"] {
            assert!(said.contains(reason), "{reason} is missing in: {said}");
        }
    }

    #[tokio::test]
    async fn an_engine_at_localhost_is_found_in_whatever_family_it_listens() {
        assert_eq!(in_numbers("tcp://localhost:2375"), ["tcp://127.0.0.1:2375", "tcp://[::1]:2375"]);
        for as_it_is in ["unix:///run/x://localhost", "tcp://localhost.example:2375", "tcp://127.0.0.1:2375"] {
            assert_eq!(in_numbers(as_it_is), [as_it_is]);
        }
        for family in ["127.0.0.1:0", "[::1]:0"] {
            // Not every machine has the sixth version.
            let Ok(listener) = tokio::net::TcpListener::bind(family).await else { continue };
            let address = format!("tcp://localhost:{}", listener.local_addr().unwrap().port());
            tokio::spawn(async move {
                loop {
                    let Ok((mut stream, _)) = listener.accept().await else { return };
                    let mut asked = [0; 1024];
                    let _ = stream.read(&mut asked).await;
                    let body = r#"{"ApiVersion":"1.44","Arch":"amd64"}"#;
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            });
            let found = find(Some(&address), &Surroundings::default()).await.ok().unwrap();
            assert_eq!((found.platform, found.address), ("amd64".to_owned(), address));
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        for good in ["1.41", "1.44", "1.100", "2.0"] {
            assert!(new_enough(good), "{good}");
        }
        for bad in ["1.40", "1.9", "", "one", "1"] {
            assert!(!new_enough(bad), "{bad}");
        }
    }

    #[test]
    fn only_this_machine_serves_over_tcp() {
        for here in ["localhost:2375", "127.0.0.1:2375", "[::1]:2375", "127.0.0.1:2375/"] {
            assert!(is_loopback(here), "{here}");
        }
        for there in ["docker:2375", "192.168.0.9:2375", "localhost.example:2375"] {
            assert!(!is_loopback(there), "{there}");
        }
        assert!(connect("tcp://192.168.0.9:2375").unwrap_err().contains("another machine"));
    }
}
