//! How a name becomes addresses, without the modules that the system would load for it.
//!
//! On Linux the program is static, and the C library's own look-up loads whatever `/etc/nsswitch.conf` names into it: with
//! another C library's code in it, it crashes. So names are looked up here, in the order in which a system without special
//! wishes does it: what is always this machine, `/etc/hosts`, then the name servers of `/etc/resolv.conf`.

mod dns;
mod hosts;

use std::fs::File;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::timeout;

/// A file of the system is read up to here. Lists of advertisers' hosts have some megabytes.
const MOST_BYTES: u64 = 16 << 20;
/// So many addresses of one name are tried.
const MOST_ADDRESSES: usize = 16;

/// This machine, in both families: servers listen in one of them alone.
const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Why there is no address for a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nobody knows it.
    #[error("the name {0} is not known: it is neither in the hosts file nor known to a name server")]
    Unknown(String),
    /// Those who may know it did not say.
    #[error("the name {name} cannot be looked up: no name server has answered (asked: {asked})")]
    Unanswered {
        /// The name.
        name: String,
        /// The name servers' addresses.
        asked: String,
    },
}

/// Looks names up for HTTP clients.
pub struct Names {
    limit: Duration,
}

impl Names {
    /// Takes so long at most.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        Self { limit }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let limit = self.limit;
        Box::pin(async move {
            let found = addresses(name.as_str(), limit).await?;
            // The client puts the port in.
            let addrs: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addrs)
        })
    }
}

/// The addresses of a name, at least one, found within `limit`.
///
/// # Errors
/// That nobody knows the name, or that nobody has said.
pub async fn addresses(name: &str, limit: Duration) -> Result<Vec<IpAddr>, NameError> {
    // What is behind some proxies is looked up whatever it is.
    if let Ok(address) = name.trim_matches(['[', ']']).parse() {
        return Ok(vec![address]);
    }
    let plain = name.trim_end_matches('.').to_ascii_lowercase();
    // RFC 6761, section 6.3.
    if plain == "localhost" || plain.ends_with(".localhost") {
        return Ok(LOOPBACK.into());
    }
    // The C library of other systems can look up what these know beyond the files.
    if !cfg!(target_os = "linux") {
        return by_system(name, limit).await;
    }
    let mut found = hosts::find(&file("/etc/hosts"), &plain);
    if found.is_empty() && !plain.is_empty() && plain == own_name() {
        found = LOOPBACK.into();
    }
    if found.is_empty() {
        found = dns::find(name, &dns::Settings::read(&file("/etc/resolv.conf")), limit).await?;
    }
    found.truncate(MOST_ADDRESSES);
    Ok(found)
}

async fn by_system(name: &str, limit: Duration) -> Result<Vec<IpAddr>, NameError> {
    match timeout(limit, tokio::net::lookup_host((name, 0))).await {
        Ok(Ok(found)) => Ok(found.map(|address| address.ip()).take(MOST_ADDRESSES).collect()),
        Ok(Err(_)) => Err(NameError::Unknown(name.to_owned())),
        Err(_) => Err(NameError::Unanswered { name: name.to_owned(), asked: "the system".to_owned() }),
    }
}

/// What this machine is called.
fn own_name() -> String {
    String::from_utf8_lossy(&file("/proc/sys/kernel/hostname")).trim().to_ascii_lowercase()
}

/// What a file of the system says. One that is missing says nothing.
fn file(path: &str) -> Vec<u8> {
    let mut content = Vec::new();
    let _ = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut content));
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn localhost_is_this_machine_in_both_families_and_nobody_is_asked() {
        for name in ["localhost", "LocalHost.", "foo.localhost", "a.b.localhost"] {
            assert_eq!(addresses(name, Duration::ZERO).await.unwrap(), LOOPBACK, "{name}");
        }
    }

    #[tokio::test]
    async fn an_address_is_no_name_to_ask_for() {
        for address in ["192.0.2.1", "2001:db8::1", "[2001:db8::1]"] {
            let found = addresses(address, Duration::ZERO).await.unwrap();
            assert_eq!(found, [address.trim_matches(['[', ']']).parse::<IpAddr>().unwrap()]);
        }
    }

    #[tokio::test]
    async fn this_machine_is_known_by_its_own_name() {
        let name = own_name();
        if !name.is_empty() && name != "localhost" {
            addresses(&name, Duration::ZERO).await.unwrap();
        }
    }
}
