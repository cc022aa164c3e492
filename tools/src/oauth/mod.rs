//! The oauth service: registers clients and issues access tokens. It alone holds the private key.

mod clients;
mod endpoints;
mod secrets;

use std::path::Path;
use std::sync::Arc;

use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::server::StartError;
use crate::wire::scope;
use clients::Clients;
use secrets::Secrets;

/// Where the issuer tells what it took back.
pub const REVOKED: &str = "/oauth/revoked";

/// What the endpoints share.
struct Oauth {
    issuer: String,
    secrets: Secrets,
    clients: Clients,
}

/// The routes of the service; makes key, bootstrap token and database in `data` if they are not there.
pub fn routes(issuer: String, data: &Path) -> Result<Router, StartError> {
    secrets::private_folder(data)?;
    let oauth = Oauth { issuer, secrets: Secrets::load(data)?, clients: Clients::open(data)? };
    let (metadata, key_set) = (oauth.metadata(), oauth.secrets.key_set());
    Ok(Router::new()
        .route("/.well-known/oauth-authorization-server", get(async move || Json(metadata.clone())))
        .route("/.well-known/jwks.json", get(async move || Json(key_set.clone())))
        .route("/oauth/token", post(endpoints::token))
        .route("/oauth/register", post(endpoints::register))
        .route("/oauth/register/{client_id}", delete(endpoints::unregister))
        .route("/oauth/introspect", post(endpoints::introspect))
        .route("/oauth/revoke", post(endpoints::revoke))
        .route(REVOKED, get(endpoints::revoked))
        .with_state(Arc::new(oauth)))
}

impl Oauth {
    /// Authorization server metadata (RFC 8414, section 2).
    fn metadata(&self) -> Value {
        let issuer = &self.issuer;
        let methods = json!(["client_secret_basic", "client_secret_post"]);
        json!({
            "issuer": issuer,
            "token_endpoint": format!("{issuer}/oauth/token"),
            "registration_endpoint": format!("{issuer}/oauth/register"),
            "introspection_endpoint": format!("{issuer}/oauth/introspect"),
            "revocation_endpoint": format!("{issuer}/oauth/revoke"),
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "scopes_supported": scope::ALL,
            // Must be there and may not be empty, also where there is no authorization endpoint.
            "response_types_supported": ["none"],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
        })
    }
}
