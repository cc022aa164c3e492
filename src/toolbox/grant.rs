//! A token for a client that is not of the crew: registered for it, and got once.

use heist_tools::service::Service;
use heist_tools::wire::{RegisterRequest, RegisterResponse, TokenResponse};
use reqwest::Client;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{ToolboxError, client, read};
use crate::fleet::Endpoints;
use crate::heist::AgentName;

/// What a token is to open, and for how long.
#[derive(Clone, Debug)]
pub struct Grant {
    /// In whose name.
    pub agent: AgentName,
    /// Separated by spaces.
    pub scopes: String,
    /// The seed of the bank that tools answer from; none for the one that is written by hand.
    pub bank: Option<u64>,
    /// In seconds, at most [`heist_tools::wire::LONGEST_LIFETIME`].
    pub lifetime: u32,
}

/// Registers a client for it and gets its token. The client's secret is given up, so that there is never another one.
///
/// # Errors
/// If the oauth service does not answer or refuses, or knows nothing of banks or of lifetimes.
pub async fn granted(endpoints: &Endpoints, grant: &Grant) -> Result<TokenResponse, ToolboxError> {
    let url = endpoints.url(Service::Oauth);
    let http = client()?;
    let asked = RegisterRequest {
        client_name: grant.agent.to_string(),
        scope: grant.scopes.clone(),
        grant_types: vec!["client_credentials".into()],
        bank: grant.bank.map(|seed| seed.to_string()),
        token_lifetime: Some(grant.lifetime),
    };
    let place = format!("{url}/oauth/register");
    let bootstrap = endpoints.bootstrap_token().expose_secret();
    let sent = http.post(&place).bearer_auth(bootstrap).json(&asked).send().await;
    let client: RegisterResponse = read(Service::Oauth, &place, sent).await?;
    if client.bank != asked.bank {
        return Err(ToolboxError::OneBank { url: url.to_owned() });
    }
    if client.token_lifetime != asked.token_lifetime {
        return Err(ToolboxError::OneLifetime { url: url.to_owned() });
    }
    token(&http, url, &client).await
}

/// A token by a client's secret.
pub(super) async fn token(
    http: &Client,
    oauth: &str,
    client: &RegisterResponse,
) -> Result<TokenResponse, ToolboxError> {
    let place = format!("{oauth}/oauth/token");
    let sent = http
        .post(&place)
        .basic_auth(&client.client_id, Some(client.client_secret.expose_secret()))
        .json(&json!({ "grant_type": "client_credentials" }))
        .send()
        .await;
    read(Service::Oauth, &place, sent).await
}
