//! The addresses of a model server: where its API may be, what is on this machine, what people may see of it.

use super::error::LlmError;
use crate::text::without_credentials;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Paths of one thing of an API, which people paste for the whole.
const ENDPOINTS: [&str; 7] =
    ["/chat/completions", "/completions", "/responses", "/embeddings", "/models", "/chat", "/generate"];

/// Names by which containers know the machine that they run on.
const HOSTS: [&str; 3] = ["host.docker.internal", "gateway.docker.internal", "host.containers.internal"];

/// Where the API may be for an address as people write it, likeliest first.
pub(super) fn candidates(address: &str) -> Result<Vec<Url>, LlmError> {
    let bad = |cause: String| LlmError::BadUrl { url: without_credentials(address), cause };
    let text = address.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let mut url = Url::parse(&text).map_err(|error| bad(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad(format!("{}: is neither http: nor https:", url.scheme())));
    }
    url.set_query(None);
    url.set_fragment(None);
    if let Some(here) = of_everywhere(&url) {
        // Fails only for addresses without a host.
        let _ = url.set_ip_host(here);
    }
    let path = url.path().trim_end_matches('/');
    let path = ENDPOINTS.iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    let path = path.trim_end_matches('/').to_owned();
    let with = |path: &str| {
        let mut url = url.clone();
        url.set_path(&format!("{path}/"));
        url
    };
    // Servers have an API of their own beside the common one, at an address much like its.
    let own = ["/api/v1", "/api/v0", "/api"].iter().find_map(|end| path.strip_suffix(end));
    let beside = own.map(|root| with(&format!("{root}/v1")));
    let given = with(&path);
    Ok(match beside {
        _ if path.ends_with("/v1") => [given].into_iter().chain(beside).collect(),
        Some(beside) => vec![beside, with(&format!("{path}/v1")), given],
        None => vec![with(&format!("{path}/v1")), given],
    })
}

/// The address to go to for one that means all addresses of this machine, which servers print when they listen so.
fn of_everywhere(url: &Url) -> Option<IpAddr> {
    match host_ip(url)? {
        IpAddr::V4(ip) if ip.is_unspecified() => Some(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => Some(Ipv6Addr::LOCALHOST.into()),
        _ => None,
    }
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.')
}

fn host_ip(url: &Url) -> Option<IpAddr> {
    host(url).parse().ok()
}

/// Whether an address is on this machine, or on the one that this container runs on.
pub(super) fn is_local(url: &Url) -> bool {
    let host = host(url);
    let is_loopback = host_ip(url).is_some_and(|ip| ip.to_canonical().is_loopback());
    is_loopback || host == "localhost" || host.ends_with(".localhost") || HOSTS.contains(&host)
}

/// The variable that names a proxy for an address, if there is one.
pub(super) fn proxy_variable(url: &Url) -> Option<&'static str> {
    let names = match url.scheme() {
        _ if is_local(url) => return None,
        "https" => ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        _ => ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
    };
    names.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Whether what is sent to one address may be sent to another, to which a server has sent us: they are on the same host,
/// and not less secret.
pub(super) fn is_same_host(from: &Url, to: &Url) -> bool {
    let is_secret = |url: &Url| url.scheme() == "https";
    let is_same = host(from) == host(to) || is_local(from) && is_local(to);
    is_same && matches!(to.scheme(), "http" | "https") && (is_secret(to) || !is_secret(from))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_api_is_sought_where_an_address_may_mean_it() {
        for (given, sought) in [
            ("127.0.0.1:1234", &["http://127.0.0.1:1234/v1/", "http://127.0.0.1:1234/"][..]),
            (" http://h/v1/ ", &["http://h/v1/"]),
            ("http://h/v1/chat/completions", &["http://h/v1/"]),
            ("http://h/v1/responses?x=1#y", &["http://h/v1/"]),
            ("http://h/api/v1", &["http://h/api/v1/", "http://h/v1/"]),
            ("http://h/api/v1/chat", &["http://h/api/v1/", "http://h/v1/"]),
            ("http://h/api/v0/models", &["http://h/v1/", "http://h/api/v0/v1/", "http://h/api/v0/"]),
            ("http://h/x/api", &["http://h/x/v1/", "http://h/x/api/v1/", "http://h/x/api/"]),
            ("0.0.0.0:1234/v1", &["http://127.0.0.1:1234/v1/"]),
            ("http://[::]:1234/v1", &["http://[::1]:1234/v1/"]),
        ] {
            let found: Vec<_> = candidates(given).unwrap().iter().map(ToString::to_string).collect();
            assert_eq!(found, sought, "{given}");
        }
    }

    #[test]
    fn what_is_on_this_machine_is_known() {
        for here in ["localhost", "a.localhost", "127.3.2.1", "[::1]", "[::ffff:127.0.0.1]", "host.docker.internal"] {
            assert!(is_local(&url(&format!("http://{here}:80/"))), "{here}");
        }
        for away in ["example.org", "localhost.example.org", "10.0.0.1", "[fe80::1]"] {
            assert!(!is_local(&url(&format!("http://{away}/"))), "{away}");
        }
    }

    #[test]
    fn a_key_goes_to_the_same_host_alone_and_never_from_a_secret_way_to_an_open_one() {
        let may = |from, to| is_same_host(&url(from), &url(to));
        assert!(may("http://h/old/v1", "http://h/new/v1") && may("http://h/", "https://h/"));
        assert!(may("http://localhost:1/", "http://127.0.0.1:2/"));
        assert!(
            !may("https://h/", "http://h/") && !may("http://h/", "http://h.evil/") && !may("http://h/", "ftp://h/")
        );
    }
}
