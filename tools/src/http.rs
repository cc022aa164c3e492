//! The one place where HTTP clients come from.
//!
//! Every client looks names up by [`crate::names`], and looks for the certificates that this machine trusts only when a
//! server shows its own. So plain `http` needs neither the system's resolver nor its certificates, which an image made
//! from nothing does not have.

use std::time::Duration;

use reqwest::ClientBuilder;

use crate::names::Names;
use crate::trust;

/// A service on this machine, or beside it in a network of containers, is connected to at once or not at all.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);
/// It answers in this time.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// The beginning of a client that gives up on connecting after `connect`, the look-up of the name included.
pub fn client(connect: Duration) -> ClientBuilder {
    // The look-up ends a little before, so that its own words are told and not that time is up.
    let builder = reqwest::Client::builder().connect_timeout(connect).dns_resolver(Names::within(connect * 9 / 10));
    match trust::settings() {
        Ok(tls) => builder.tls_backend_preconfigured(tls),
        // Only for a library without any cipher; the client then tells of that itself.
        Err(_) => builder,
    }
}

/// A client with which a service asks another: no proxy, no redirects, short limits.
pub(crate) fn between_services() -> Result<reqwest::Client, reqwest::Error> {
    client(CONNECT_LIMIT).no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(ANSWER_LIMIT).build()
}
