//! The HTTP client with which a service asks another.

use std::time::Duration;

/// A client for one service: no proxy, no redirects, short limits. For plain `http` it does not look for the system's
/// certificates, which an image made from nothing does not have.
pub fn client(url: &str) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(1))
        .timeout(Duration::from_secs(2));
    let builder = if url.starts_with("https:") { builder } else { builder.tls_certs_only([]) };
    builder.build()
}
