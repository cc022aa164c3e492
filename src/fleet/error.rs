//! What can go wrong where tools run, told to a person.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

use heist_tools::Service;

use crate::heist::ServiceState;

/// A place where an engine was looked for, and why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The address, such as `unix:///var/run/docker.sock`.
    pub address: String,
    /// What named it, such as `DOCKER_HOST`.
    pub source: String,
    /// Why it does not serve.
    pub refusal: Refusal,
}

/// Why an engine does not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An engine there would be of no use, so none was asked for.
    Unusable(String),
    /// This user may not ask.
    Denied(String),
    /// No engine that is new enough answers.
    Silent(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(reason) | Self::Denied(reason) | Self::Silent(reason) => f.write_str(reason),
        }
    }
}

impl Refusal {
    /// Tells the innermost cause, which is what a person can act on ("connection refused").
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut innermost = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        let is_denial = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
        let told = if innermost.downcast_ref().is_some_and(is_denial) { Self::Denied } else { Self::Silent };
        told(innermost.to_string())
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {} ({}): {}", self.address, self.source, self.refusal)
    }
}

/// Why the services do not run.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// No engine answered.
    #[error("no Docker engine answers:\n{}\n{}, or go without: --tools embedded", lines(.0), to_do(.0))]
    NoEngine(Vec<Tried>),
    /// The fleet's name cannot be part of a container's name.
    #[error(
        "{0:?} cannot name a fleet: --fleet takes 1 to 32 letters, digits, '-', '_' or '.', the first a letter or a digit"
    )]
    BadName(String),
    /// Five ports from the base would go past the last one.
    #[error("--port-base {0}: five ports from there would go past 65535")]
    BadPortBase(u16),
    /// The engine refused something.
    #[error("Docker could not {doing}: {source}")]
    Docker {
        /// What was asked of it, such as `create the container heist-oauth`.
        doing: String,
        /// What it answered.
        source: Box<bollard::errors::Error>,
    },
    /// The engine took too long.
    #[error("Docker did not {doing} within {seconds} s; is the engine well? (docker info)")]
    Slow {
        /// What was asked of it.
        doing: String,
        /// The limit.
        seconds: u64,
    },
    /// Containers of somebody else, or of another version, have names that are needed.
    #[error(
        "containers are in the way:\n  {}\nRemove them with --force, or take other names with --fleet NAME",
        .0.join("\n  ")
    )]
    InTheWay(Vec<String>),
    /// A container that was there does not get well.
    #[error(
        "the set {fleet} is there and cannot be used: {service} is {}{}\nNothing of it was removed. --force makes it \
         again; `heist-tui down` removes it; --fleet NAME takes another",
        word(*state), told(detail.as_deref())
    )]
    HalfDead {
        /// The set.
        fleet: String,
        /// The service.
        service: Service,
        /// How it is.
        state: ServiceState,
        /// Its last log lines.
        detail: Option<String>,
    },
    /// Another process uses the set that is to be removed.
    #[error("a heist is playing on the set {fleet}; end it first, or take its containers away with --force")]
    InUse {
        /// The set.
        fleet: String,
    },
    /// Another process changes the set and does not come to an end with it.
    #[error("another heist-tui has been at work on the set {fleet} for half an hour; end it, or take --fleet NAME")]
    Busy {
        /// The set.
        fleet: String,
    },
    /// The file by which processes agree about a set cannot be used.
    #[error(
        "{}, by which programs agree who uses the set {fleet}: {source}; take another set with --fleet NAME",
        path.display()
    )]
    Desk {
        /// The set.
        fleet: String,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is no set, or not all of it is well.
    #[error("the set {fleet} is not up{}: `heist-tui up` starts it", ill(.services))]
    NotUp {
        /// The set.
        fleet: String,
        /// Those that are not healthy, if others are.
        services: Vec<(Service, ServiceState)>,
    },
    /// Nobody waits for the services any more.
    #[error("stopped before the services were up")]
    Stopped,
    /// There is nothing to read.
    #[error("there is no container {container}; `heist-tui up` makes it")]
    NoContainer {
        /// The container.
        container: String,
    },
    /// Other programs listen where services should.
    #[error("{} on 127.0.0.1; take other ports with --port-base N", taken(.0))]
    PortsTaken(Vec<(Service, u16)>),
    /// The image cannot be made, neither from the running program nor from its sources.
    #[error(
        "there is no image {image}, and it cannot be made from this program: {reason}. Make it once where the sources \
         are, with `docker-compose build`, or go without Docker: --tools embedded"
    )]
    NoImage {
        /// The image.
        image: String,
        /// Why the program does not serve.
        reason: String,
    },
    /// The engine could not make the image.
    #[error("the image {image} could not be made: {reason}{}\n{advice}", last(.lines))]
    Build {
        /// The image.
        image: String,
        /// What the engine says.
        reason: String,
        /// What it said last before.
        lines: Vec<String>,
        /// What to do.
        advice: String,
    },
    /// A file could not be read or made.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A service was started and is not well.
    #[error("the service {service} is {} instead of healthy{}", word(*state), told(detail.as_deref()))]
    NotHealthy {
        /// The service.
        service: Service,
        /// How it is.
        state: ServiceState,
        /// Its last log lines.
        detail: Option<String>,
    },
    /// An embedded service did not start.
    #[error("the embedded service {service} does not start: {source}")]
    Embedded {
        /// The service.
        service: Service,
        /// Why.
        source: heist_tools::StartError,
    },
    /// The bootstrap token is not what it should be.
    #[error("the token for registering agents cannot be read from {place}: {reason}")]
    Token {
        /// The container or file.
        place: String,
        /// Why.
        reason: String,
    },
    /// The client that asks for health could not be made.
    #[error("cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// Work in the background was cut off.
    #[error("work in the background was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// What to do so that an engine answers. One that keeps this user out needs no starting.
fn to_do(tried: &[Tried]) -> &'static str {
    if is_denied(tried) {
        "Permission was denied, so an engine may well be running. Join the group that may use it (sudo usermod -aG docker \
         $USER, then log in again), run heist-tui with sudo, run Docker or Podman rootless, name another engine with \
         --docker-host"
    } else if tried.iter().all(|place| matches!(place.refusal, Refusal::Unusable(_))) {
        "Name another engine with --docker-host"
    } else {
        "Start Docker, name another engine with --docker-host"
    }
}

fn is_denied(tried: &[Tried]) -> bool {
    tried.iter().any(|place| matches!(place.refusal, Refusal::Denied(_)))
}

fn lines(tried: &[Tried]) -> String {
    tried.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn taken(ports: &[(Service, u16)]) -> String {
    let ports: Vec<_> = ports.iter().map(|(service, port)| format!("{port} (for {service})")).collect();
    match ports.as_slice() {
        [port] => format!("the port {port} is taken"),
        ports => format!("the ports {} are taken", ports.join(", ")),
    }
}

fn ill(services: &[(Service, ServiceState)]) -> String {
    let services: Vec<_> = services.iter().map(|(service, state)| format!("{service} is {}", word(*state))).collect();
    if services.is_empty() { String::new() } else { format!(" ({})", services.join(", ")) }
}

fn last(lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("\nIts last words:\n  {}", lines.join("\n  ")) }
}

fn told(detail: Option<&str>) -> String {
    detail.map(|detail| format!(":\n{detail}")).unwrap_or_default()
}

/// The state as the contract writes it.
pub(super) fn word(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Absent => "absent",
        ServiceState::Building => "building",
        ServiceState::Starting => "starting",
        ServiceState::Healthy => "healthy",
        ServiceState::Unhealthy => "unhealthy",
        ServiceState::Exited => "exited",
    }
}

impl FleetError {
    /// What to do so that an engine answers, for whoever can go without one.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoEngine(tried) if is_denied(tried) => {
                "join the engine's group (sudo usermod -aG docker $USER, then log in again), or run Docker or Podman \
                 rootless; until then the tools run inside the program"
            }
            _ => "start Docker, or name its engine with --docker-host; until then the tools run inside the program",
        }
    }

    /// Whether an option was wrong, rather than something missing.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::BadName(_) | Self::BadPortBase(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_that_is_not_up_says_what_ails_it_and_what_starts_it() {
        let up = |services| FleetError::NotUp { fleet: "heist".to_owned(), services }.to_string();
        assert_eq!(up(Vec::new()), "the set heist is not up: `heist-tui up` starts it");
        let ill = vec![(Service::Oauth, ServiceState::Exited), (Service::Memory, ServiceState::Absent)];
        assert_eq!(up(ill), "the set heist is not up (oauth is exited, memory is absent): `heist-tui up` starts it");
    }

    #[test]
    fn who_is_kept_out_is_not_told_to_start_docker() {
        let at = |refusal: Refusal| Tried {
            address: "unix:///var/run/docker.sock".to_owned(),
            source: "Docker Engine".to_owned(),
            refusal,
        };
        let of = |kind: io::ErrorKind| at(Refusal::of(&io::Error::from(kind)));
        let [refused, denied] = [io::ErrorKind::ConnectionRefused, io::ErrorKind::PermissionDenied].map(of);
        let down = FleetError::NoEngine(vec![refused.clone()]);
        assert!(down.to_string().contains("Start Docker") && down.remedy().contains("start Docker"), "{down}");
        let useless = FleetError::NoEngine(vec![at(Refusal::Unusable("far away".to_owned()))]);
        assert!(!useless.to_string().contains("Start Docker"), "{useless}");
        let closed = FleetError::NoEngine(vec![denied, refused]);
        let told = closed.to_string() + closed.remedy();
        for word in ["permission denied", "usermod -aG docker", "rootless", "--docker-host", "--tools embedded"] {
            assert!(told.contains(word), "{word} is missing in: {told}");
        }
        assert!(!told.to_lowercase().contains("start docker"), "{told}");
    }
}
