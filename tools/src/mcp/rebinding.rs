//! Keeps web pages out. A page can have a browser ask services on the person's machine: from its own origin, or, where its
//! name is made to lead to this machine ("DNS rebinding"), as if it were at home here.
//!
//! So the name that was asked for must be one that nobody in the internet can own, and a page must be of this machine.
//! Programs send no `Origin`, call by number or `localhost`, and in a network of containers by a name without a dot.

use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use std::net::{IpAddr, Ipv6Addr};

use crate::refusal::Refusal;
use crate::token::challenge;

/// Domains that are never given to anybody (RFC 6761, and ICANN's for private use).
const NOBODYS: [&str; 2] = [".localhost", ".internal"];

/// Refuses what a page of elsewhere may have asked for.
pub fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    // A challenge goes with every 403, though no token helps here.
    let refused = |reason, detail: &str| Refusal::new(StatusCode::FORBIDDEN, reason, detail).challenge(&challenge());
    let host = text(headers, &header::HOST).ok().flatten().and_then(|host| host.parse::<Authority>().ok());
    if !host.is_some_and(|host| !host.as_str().contains('@') && is_at_home(host.host())) {
        let detail = "call this service by an address, by localhost, or by a name without a dot";
        return Err(refused("host", detail));
    }
    match text(headers, &header::ORIGIN) {
        Ok(None) => Ok(()),
        Ok(Some(origin)) if is_local(origin) => Ok(()),
        _ => Err(refused("origin", "web pages of elsewhere may not call this service")),
    }
}

/// The text of a header that may be there once; an error if it is there twice or is no text.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        _ => Err(()),
    }
}

/// Whether nobody else can have a page under this name.
fn is_at_home(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    address(host).is_some()
        || (!host.is_empty() && !host.contains(['.', '[']))
        || NOBODYS.iter().any(|domain| host.ends_with(domain))
}

/// Whether this is the origin of a page of this machine, or of an application: the schemes of those no page can have.
fn is_local(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else { return false };
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
    let host = host.to_ascii_lowercase();
    !matches!(scheme, "http" | "https")
        || host == "localhost"
        || host.ends_with(".localhost")
        || address(&host).is_some_and(|address| address.is_loopback())
}

/// The number that a host is; that of IPv6 stands in brackets.
fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.map_or_else(|| host.parse().ok().filter(IpAddr::is_ipv4), |host| host.parse::<Ipv6Addr>().ok().map(Into::into))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// The reason for which a request with these headers is refused.
    fn refused(host: &[&str], origin: &[&str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        let value = |text: &&str| HeaderValue::from_bytes(text.as_bytes()).unwrap();
        for host in host {
            headers.append(header::HOST, value(host));
        }
        for origin in origin {
            headers.append(header::ORIGIN, value(origin));
        }
        check(&headers).err().map(|refusal| refusal.reason)
    }

    #[test]
    fn a_name_that_somebody_may_own_is_not_ours() {
        for host in [
            "127.0.0.1:8002",
            "127.0.0.1",
            "localhost:8002",
            "LOCALHOST",
            "localhost.",
            "[::1]:8002",
            "192.168.1.7:8002",
            "calculator:8002",
            "heist-calculator",
            "host.docker.internal:8002",
            "tools.localhost",
        ] {
            assert_eq!(refused(&[host], &[]), None, "{host}");
        }
        for host in [
            "example.com",
            "example.com:8002",
            "127.0.0.1.example.com",
            "localhost.example.com",
            "examplelocalhost.com",
            "127.0.0.1@example.com",
            "user@127.0.0.1",
            "::1",
            "[::1",
            ".",
            "",
            "a b",
            "\u{ff}",
        ] {
            assert_eq!(refused(&[host], &[]), Some("host"), "{host}");
        }
        assert_eq!(refused(&[], &[]), Some("host"));
        assert_eq!(refused(&["localhost", "localhost"], &[]), Some("host"));
    }

    #[test]
    fn a_page_of_elsewhere_is_kept_out() {
        for origin in [
            "http://localhost:6274",
            "https://127.0.0.1",
            "http://[::1]:3000",
            "http://app.localhost",
            "vscode-file://vscode-app",
            "tauri://localhost",
        ] {
            assert_eq!(refused(&["localhost"], &[origin]), None, "{origin}");
        }
        for origin in [
            "http://example.com",
            "https://example.com:8002",
            "http://localhost.example.com",
            "http://192.168.1.7",
            "http://heist-calculator:8002",
            "HTTP://example.com",
            "null",
            "",
            "example.com",
            "\u{ff}",
        ] {
            assert_eq!(refused(&["localhost"], &[origin]), Some("origin"), "{origin}");
        }
        assert_eq!(refused(&["localhost"], &["http://localhost", "http://localhost"]), Some("origin"));
    }
}
