//! A Docker engine's address, in the forms that Docker's own client takes.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use bollard::{API_DEFAULT_VERSION, Docker};

use super::error::Refusal;

/// Every request to the engine must begin to be answered within this; longer work has its own limit on top.
const REQUEST_SECONDS: u64 = 120;
/// Where Docker Engine listens if nobody says otherwise.
pub(super) const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
const DEFAULT_PIPE: &str = "//./pipe/docker_engine";
const DEFAULT_PORT: u16 = 2375;

/// Where an engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A socket in the file system.
    Socket(PathBuf),
    /// A named pipe of Windows.
    Pipe(String),
    /// A port of this machine.
    Port(SocketAddr),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => write!(f, "unix://{}", path.display()),
            Self::Pipe(path) => write!(f, "npipe://{path}"),
            Self::Port(port) => write!(f, "tcp://{port}"),
        }
    }
}

impl Address {
    /// What an address means: one place, or two where `localhost` may be either of this machine's. `tls` is what wants
    /// connections over TCP to be made with TLS, if anything does.
    pub(super) fn read(text: &str, tls: Option<&str>) -> Result<Vec<Self>, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("tcp", text));
        match scheme {
            "unix" => Ok(vec![Self::Socket(if rest.is_empty() { DEFAULT_SOCKET } else { rest }.into())]),
            "npipe" if cfg!(windows) => {
                Ok(vec![Self::Pipe(if rest.is_empty() { DEFAULT_PIPE } else { rest }.to_owned())])
            }
            "npipe" => Err("a named pipe, which only Windows has".to_owned()),
            "tcp" | "http" => {
                let ports = ports(rest)?;
                match tls {
                    Some(tls) => Err(format!("{tls} wants TLS there, {NO_TLS}")),
                    None => Ok(ports),
                }
            }
            "https" => ports(rest).and(Err(format!("https is TLS, {NO_TLS}"))),
            "ssh" => Err(format!("an engine that is reached over ssh: {ELSEWHERE}")),
            "fd" => Err("an address to listen at, for Docker's daemon alone".to_owned()),
            _ => Err(not_understood()),
        }
    }

    /// Makes a client for it; only what a file system knows is looked at.
    pub(super) fn connect(&self) -> Result<Docker, Refusal> {
        let connected = match self {
            Self::Socket(path) => {
                look_for(path)?;
                Docker::connect_with_socket(&path.to_string_lossy(), REQUEST_SECONDS, API_DEFAULT_VERSION)
            }
            Self::Pipe(path) => Docker::connect_with_socket(path, REQUEST_SECONDS, API_DEFAULT_VERSION),
            Self::Port(_) => Docker::connect_with_http(&self.to_string(), REQUEST_SECONDS, API_DEFAULT_VERSION),
        };
        connected.map_err(|error| Refusal::of(&error))
    }
}

const NO_TLS: &str = "which heist-tui does not speak: name the engine's socket (unix://PATH)";
const ELSEWHERE: &str = "the services' ports, open on its machine to itself only, could not be reached from here. Run \
                         heist-tui on that machine, or name an engine of this one (unix://PATH)";

fn not_understood() -> String {
    "not an address that is understood (unix://PATH, npipe://PATH or tcp://127.0.0.1:PORT)".to_owned()
}

/// The ports of this machine that `HOST:PORT` may be; either may be left out, as with Docker's own client.
fn ports(text: &str) -> Result<Vec<Address>, String> {
    if text.starts_with('/') {
        return Err(format!("a path is written unix://{text}"));
    }
    let text = text.trim_end_matches('/');
    if text.contains(['/', '?', '#', '@', ' ']) {
        return Err(not_understood());
    }
    // A colon within brackets is part of the host (RFC 3986, 3.2.2).
    let (host, port) = match text.rfind(':').filter(|colon| !text[*colon..].contains(']')) {
        Some(colon) => (&text[..colon], &text[colon + 1..]),
        None => (text, ""),
    };
    let port = match port {
        "" => DEFAULT_PORT,
        port => port.parse().map_err(|_| format!("{port:?} is no port"))?,
    };
    let hosts = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => vec![IpAddr::V6(host.parse().map_err(|_| not_understood())?)],
        None => addresses(host)?,
    };
    hosts
        .into_iter()
        .map(|ip| match ip {
            // Who asks for the port of every address of a machine is answered by the machine itself.
            ip if ip.is_unspecified() && ip.is_ipv6() => Ok(Ipv6Addr::LOCALHOST.into()),
            ip if ip.is_unspecified() => Ok(Ipv4Addr::LOCALHOST.into()),
            ip if ip.is_loopback() => Ok(ip),
            _ => Err(format!("an engine on another machine: {ELSEWHERE}")),
        })
        .map(|ip| Ok(Address::Port(SocketAddr::new(ip?, port))))
        .collect()
}

/// The addresses of a host. Names that end in `localhost` need not be asked for: they are this machine (RFC 6761, 6.3).
fn addresses(host: &str) -> Result<Vec<IpAddr>, String> {
    if host.is_empty() {
        return Ok(vec![Ipv4Addr::LOCALHOST.into()]);
    }
    if let Ok(ip) = host.parse::<Ipv4Addr>() {
        return Ok(vec![ip.into()]);
    }
    if host.contains([':', '[', ']']) {
        return Err(not_understood());
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    Err(format!("an engine on another machine: {ELSEWHERE}"))
}

/// Whether there is anything to connect to; the client itself would take a folder that is closed for an absent socket.
fn look_for(path: &Path) -> Result<(), Refusal> {
    match std::fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Refusal::Silent("there is no such socket".to_owned()))
        }
        Err(error) => Err(Refusal::Silent(format!("it cannot be looked for: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let places = Address::read(text, None)?;
        Ok(places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn an_address_is_read_in_every_form_of_dockers_own_client() {
        for (text, place) in [
            ("unix:///run/docker.sock", "unix:///run/docker.sock"),
            ("unix://docker.sock", "unix://docker.sock"),
            ("unix://", "unix:///var/run/docker.sock"),
            ("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375"),
            ("tcp://127.0.0.1:4243/", "tcp://127.0.0.1:4243"),
            ("http://127.0.0.1:4243", "tcp://127.0.0.1:4243"),
            ("tcp://127.0.0.9", "tcp://127.0.0.9:2375"),
            ("tcp://:4243", "tcp://127.0.0.1:4243"),
            ("tcp://", "tcp://127.0.0.1:2375"),
            ("127.0.0.1:4243", "tcp://127.0.0.1:4243"),
            ("127.0.0.1", "tcp://127.0.0.1:2375"),
            (":4243", "tcp://127.0.0.1:4243"),
            ("0.0.0.0:4243", "tcp://127.0.0.1:4243"),
            ("tcp://[::1]:4243", "tcp://[::1]:4243"),
            ("[::]:4243", "tcp://[::1]:4243"),
            ("[::1]", "tcp://[::1]:2375"),
            ("localhost:4243", "tcp://127.0.0.1:4243 tcp://[::1]:4243"),
            ("tcp://Docker.LOCALHOST.:4243", "tcp://127.0.0.1:4243 tcp://[::1]:4243"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(place), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_the_reason() {
        for (text, word) in [
            ("tcp://192.168.0.9:2375", "another machine"),
            ("docker:2375", "another machine"),
            ("localhost.example:2375", "another machine"),
            ("tcp://[2001:db8::1]:2375", "another machine"),
            ("ssh://me@elsewhere", "over ssh"),
            ("https://127.0.0.1:2376", "TLS"),
            ("https://192.168.0.9:2376", "another machine"),
            ("fd://", "daemon"),
            ("/var/run/docker.sock", "unix:///var/run/docker.sock"),
            ("tcp:///var/run/docker.sock", "unix:///var/run/docker.sock"),
            ("tcp://127.0.0.1:port", "no port"),
            ("tcp://127.0.0.1:99999", "no port"),
            ("tcp://127.0.0.1:2375/v1.41", "not an address"),
            ("tcp://me@127.0.0.1:2375", "not an address"),
            ("tcp://::1:2375", "not an address"),
            ("tcp://[::1", "not an address"),
            ("gopher://127.0.0.1", "not an address"),
        ] {
            let reason = read(text).unwrap_err();
            assert!(reason.contains(word), "{text}: {reason}");
        }
        if cfg!(unix) {
            assert!(read("npipe:////./pipe/docker_engine").unwrap_err().contains("Windows"));
        }
    }

    #[test]
    fn tls_is_refused_by_the_name_of_what_wants_it_and_matters_to_no_socket() {
        let reason = Address::read("tcp://localhost:2376", Some("DOCKER_TLS_VERIFY")).unwrap_err();
        assert!(reason.contains("DOCKER_TLS_VERIFY wants TLS"), "{reason}");
        assert!(Address::read("unix:///run/docker.sock", Some("DOCKER_TLS_VERIFY")).is_ok());
    }
}
