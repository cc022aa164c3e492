//! Finds the Docker engine: where it may be, in order, and whether one answers there.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bollard::Docker;

use super::address::{Address, DEFAULT_SOCKET};
use super::context;
use super::error::{FleetError, Refusal, Tried};
use crate::places;
use crate::text::without_credentials;

/// An engine on this machine answers at once or not at all.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// Docker Engine 20.10, Podman 4.
const OLDEST_API: (u32, u32) = (1, 41);
/// The variables by which Docker's own client is told to speak TLS over TCP, whatever they are set to.
const TLS_VARIABLES: [&str; 2] = ["DOCKER_TLS_VERIFY", "DOCKER_TLS"];

/// What of the environment decides where an engine is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    docker_host: Option<String>,
    docker_context: Option<String>,
    docker_config: Option<PathBuf>,
    /// The variable that wants TLS.
    tls: Option<&'static str>,
    home: Option<PathBuf>,
    runtime_dir: Option<PathBuf>,
}

impl Surroundings {
    pub(super) fn of_this_process() -> Self {
        let text = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let path = |name: &str| text(name).map(PathBuf::from);
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            docker_config: path("DOCKER_CONFIG"),
            tls: TLS_VARIABLES.into_iter().find(|name| text(name).is_some()),
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
    /// Where it is, or why that is no place to look at.
    place: Result<Address, String>,
    /// The address as it was given.
    given: String,
    source: String,
}

impl Candidate {
    fn refused(given: impl Into<String>, source: &str, reason: String) -> Self {
        Self { place: Err(reason), given: given.into(), source: source.to_owned() }
    }

    fn at(address: Address, source: &str) -> Self {
        Self { given: address.to_string(), place: Ok(address), source: source.to_owned() }
    }

    /// The places that an address means.
    fn read(given: &str, source: &str, tls: Option<&str>) -> Vec<Self> {
        match Address::read(given.trim(), tls) {
            Ok(places) => places.into_iter().map(|place| Self::at(place, source)).collect(),
            Err(reason) => vec![Self::refused(without_credentials(given), source, reason)],
        }
    }
}

/// Asks one place after the other; the first engine that answers and is new enough is taken.
pub(super) async fn find(named: Option<&str>, surroundings: &Surroundings) -> Result<Found, FleetError> {
    let mut tried = Vec::new();
    for Candidate { place, given, source } in candidates(named, surroundings) {
        let refusal = match place {
            Err(reason) => Refusal::Unusable(reason),
            Ok(address) => match ask(&address).await {
                Ok((docker, platform)) => return Ok(Found { docker, platform, address: given }),
                Err(refusal) => refusal,
            },
        };
        tried.push(Tried { address: given, source, refusal });
    }
    Err(FleetError::NoEngine(tried))
}

/// Where to look. An engine that was named, by option, by `DOCKER_HOST` or by a context, is the only one, as with
/// Docker's own client: containers must not turn up on another engine than the one that was asked for.
fn candidates(named: Option<&str>, surroundings: &Surroundings) -> Vec<Candidate> {
    if let Some(host) = named {
        return Candidate::read(host, "--docker-host", surroundings.tls);
    }
    if let Some(host) = &surroundings.docker_host {
        return Candidate::read(host, "DOCKER_HOST", surroundings.tls);
    }
    let (home, runtime) = (surroundings.home.as_deref(), surroundings.runtime_dir.as_deref());
    let settings = surroundings.docker_config.clone().or_else(|| Some(home?.join(".docker")));
    if let Some(of_context) = settings.and_then(|settings| in_context(&settings, surroundings)) {
        return of_context;
    }
    let mut all = Vec::new();
    let mut socket = |folder: Option<&Path>, path: &str, source: &str| {
        let Some(folder) = folder else { return };
        all.push(Candidate::at(Address::Socket(folder.join(path)), source));
    };
    let root = Some(Path::new("/"));
    socket(root, DEFAULT_SOCKET, "Docker Engine");
    socket(home, ".docker/run/docker.sock", "Docker Desktop");
    socket(runtime, "docker.sock", "rootless Docker");
    socket(runtime, "podman/podman.sock", "Podman");
    socket(root, "/run/podman/podman.sock", "Podman of the whole machine");
    socket(home, ".colima/default/docker.sock", "Colima");
    socket(home, ".orbstack/run/docker.sock", "OrbStack");
    all
}

/// The engine of the Docker context that was chosen, if any was.
fn in_context(settings: &Path, surroundings: &Surroundings) -> Option<Vec<Candidate>> {
    let name = match context::name(surroundings.docker_context.as_deref(), settings) {
        Ok(name) => name?,
        Err(reason) => return Some(vec![Candidate::refused("no address", "Docker's settings", reason)]),
    };
    let source = format!("Docker context {name}");
    Some(match context::address(&name, settings) {
        Ok((host, tls)) => Candidate::read(&host, &source, tls.then_some("the context")),
        Err(reason) => vec![Candidate::refused("no address", &source, reason)],
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Connects, and asks whether the engine is new enough. Also gives its platform.
async fn ask(address: &Address) -> Result<(Docker, String), Refusal> {
    let docker = address.connect()?;
    let version = tokio::time::timeout(ANSWER_LIMIT, docker.version())
        .await
        .map_err(|_| Refusal::Silent(format!("no answer within {} s", ANSWER_LIMIT.as_secs())))?
        .map_err(|error| Refusal::of(&error))?;
    let api = version.api_version.unwrap_or_default();
    if !new_enough(&api) {
        let (major, minor) = OLDEST_API;
        let reason = format!("its API is {api:?}; {major}.{minor} or later is needed (Docker 20.10, Podman 4)");
        return Err(Refusal::Silent(reason));
    }
    Ok((docker, version.arch.unwrap_or_default()))
}

fn new_enough(api: &str) -> bool {
    let mut numbers = api.split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST_API)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn addresses(named: Option<&str>, surroundings: &Surroundings) -> Vec<String> {
        candidates(named, surroundings).into_iter().map(|candidate| candidate.place.unwrap().to_string()).collect()
    }

    fn at_home(home: &Path) -> Surroundings {
        Surroundings { home: Some(home.to_owned()), runtime_dir: Some("/run/user/7".into()), ..Surroundings::default() }
    }

    /// The one place that is left, and why it does not serve.
    fn refused(surroundings: &Surroundings) -> String {
        match candidates(None, surroundings).as_slice() {
            [Candidate { place: Err(reason), source, .. }] => format!("{source}: {reason}"),
            other => panic!("{other:?}"),
        }
    }

    /// Makes a context of that name, with the client's settings in `folder`.
    fn make_context(folder: &Path, name: &str, engine: &str) {
        let meta = folder.join("contexts/meta").join(hex(&Sha256::digest(name)));
        std::fs::create_dir_all(&meta).unwrap();
        let text = format!(r#"{{"Name":"{name}","Endpoints":{{"docker":{engine}}}}}"#);
        std::fs::write(meta.join("meta.json"), text).unwrap();
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
            "unix:///run/podman/podman.sock".to_owned(),
            at(".colima/default/docker.sock"),
            at(".orbstack/run/docker.sock"),
        ];
        assert_eq!(addresses(None, &at_home(home.path())), expected);
    }

    #[test]
    fn a_named_engine_is_the_only_one() {
        let home = tempfile::tempdir().unwrap();
        let settings = home.path().join(".docker");
        for (name, host) in [("variable", "unix:///of/variable"), ("file", "tcp://127.0.0.1:4243")] {
            make_context(&settings, name, &format!(r#"{{"Host":"{host}"}}"#));
        }
        std::fs::write(settings.join("config.json"), r#"{"currentContext":"file"}"#).unwrap();
        let mut surroundings = at_home(home.path());
        assert_eq!(addresses(None, &surroundings), ["tcp://127.0.0.1:4243"]);
        surroundings.docker_context = Some("variable".to_owned());
        assert_eq!(addresses(None, &surroundings), ["unix:///of/variable"]);
        surroundings.docker_host = Some("unix:///from/environment".to_owned());
        assert_eq!(addresses(None, &surroundings), ["unix:///from/environment"]);
        assert_eq!(addresses(Some("unix:///named"), &surroundings), ["unix:///named"]);
    }

    #[test]
    fn the_context_called_default_is_dockers_own_socket_and_no_context_is_every_place() {
        let home = tempfile::tempdir().unwrap();
        let settings = home.path().join("settings");
        std::fs::create_dir(&settings).unwrap();
        let mut surroundings = at_home(home.path());
        surroundings.docker_config = Some(settings.clone());
        for none in ["", " \n", "{}", r#"{"currentContext":""}"#, r#"{"currentContext":null}"#] {
            std::fs::write(settings.join("config.json"), none).unwrap();
            assert!(addresses(None, &surroundings).len() > 5, "{none:?}");
        }
        std::fs::write(settings.join("config.json"), r#"{"currentContext":"elsewhere"}"#).unwrap();
        surroundings.docker_context = Some("default".to_owned());
        assert_eq!(addresses(None, &surroundings), ["unix:///var/run/docker.sock"]);
    }

    #[test]
    fn a_context_that_cannot_be_used_is_refused_and_no_other_engine_taken() {
        let home = tempfile::tempdir().unwrap();
        let settings = home.path().join(".docker");
        for (name, engine) in [
            ("far", r#"{"Host":"ssh://me@far"}"#),
            ("unsafe", r#"{"Host":"tcp://127.0.0.1:2376","SkipTLSVerify":true}"#),
            ("safe", r#"{"Host":"tcp://127.0.0.1:2376","SkipTLSVerify":false}"#),
            ("hostless", "{}"),
            ("broken", "{"),
        ] {
            make_context(&settings, name, engine);
        }
        let certificates = settings.join("contexts/tls").join(hex(&Sha256::digest("safe"))).join("docker");
        std::fs::create_dir_all(certificates).unwrap();
        for (name, word) in [
            ("far", "over ssh"),
            ("unsafe", "the context wants TLS"),
            ("safe", "the context wants TLS"),
            ("hostless", "names no Docker engine"),
            ("broken", "meta.json"),
            ("missing", "there is no such context"),
        ] {
            let surroundings = Surroundings { docker_context: Some(name.to_owned()), ..at_home(home.path()) };
            let reason = refused(&surroundings);
            assert!(reason.contains(word) && reason.contains(&format!("Docker context {name}")), "{reason}");
        }
        for broken in ["not JSON", r#"{"currentContext":7}"#] {
            std::fs::write(settings.join("config.json"), broken).unwrap();
            assert!(refused(&at_home(home.path())).contains("the current context is not known"), "{broken}");
        }
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
        for reason in ["refused", "no such socket", "over ssh", "--docker-host", "--tools embedded"] {
            assert!(said.contains(reason), "{reason} is missing in: {said}");
        }
    }

    #[tokio::test]
    async fn an_engine_at_localhost_is_found_in_whatever_family_it_listens() {
        for family in ["127.0.0.1:0", "[::1]:0"] {
            // Not every machine has the sixth version.
            let Ok(listener) = tokio::net::TcpListener::bind(family).await else { continue };
            let place = listener.local_addr().unwrap();
            let address = format!("tcp://localhost:{}", place.port());
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
            assert_eq!((found.platform, found.address), ("amd64".to_owned(), format!("tcp://{place}")));
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
}
