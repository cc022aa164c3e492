//! The endpoints of the oauth service.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Oauth;
use super::clients::Client;
use crate::api::{self, media_type, unpacked};
use crate::chance::random_word;
use crate::clock;
use crate::refusal::Refusal;
use crate::seed;
use crate::token;
use crate::wire::{
    AUDIENCE, Claims, LONGEST_LIFETIME, RegisterRequest, RegisterResponse, TokenRequest, TokenResponse, scope,
};

type Shared = State<Arc<Oauth>>;

/// Tokens and secrets must not be kept by caches (RFC 6749, section 5.1).
const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The parameters of a request, as a form (RFC 6749) or as JSON.
pub struct Params<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        unpacked(request.headers())?;
        let (head, body) = request.into_parts();
        let whole = api::body(body).await;
        let whole = whole.map_err(|refusal| Refusal::oauth(refusal.status, "invalid_request", refusal.detail))?;
        let request = Request::from_parts(head, Body::from(whole));
        let read = if media_type(request.headers()) == "application/json" {
            let json = Json::<T>::from_request(request, state).await;
            json.map(|Json(params)| params).map_err(|rejection| (rejection.status(), rejection.body_text()))
        } else {
            let form = Form::<T>::from_request(request, state).await;
            form.map(|Form(params)| params).map_err(|rejection| (rejection.status(), rejection.body_text()))
        };
        read.map(Self).map_err(|(status, detail)| {
            let status = if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status };
            Refusal::oauth(status, "invalid_request", detail)
        })
    }
}

/// `POST /oauth/token` (RFC 6749, section 4.4).
pub async fn token(
    State(oauth): Shared,
    headers: HeaderMap,
    Params(asked): Params<TokenRequest>,
) -> Result<impl IntoResponse, Refusal> {
    match asked.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => return Err(bad("unsupported_grant_type", "the grant type here is client_credentials")),
        None => return Err(bad("invalid_request", "grant_type is missing: it is client_credentials")),
    }
    let client = oauth.client(&headers, asked.client_id, asked.client_secret).await?;
    let scope = match asked.scope.as_deref().map(str::trim).filter(|scope| !scope.is_empty()) {
        None => client.scope,
        Some(scope) => within(scope, &client.scope)?,
    };
    let now = clock::now();
    let claims = Claims {
        iss: oauth.issuer.clone(),
        sub: client.name,
        aud: AUDIENCE.to_owned(),
        client_id: client.id,
        scope: scope.clone(),
        iat: now,
        exp: now.saturating_add(i64::from(client.lifetime)),
        jti: random_word().ok_or_else(|| Refusal::internal(&"the system has no randomness to give"))?,
        bank: client.bank,
    };
    let access_token = oauth.secrets.sign(&claims)?;
    let reply =
        TokenResponse { access_token, token_type: "Bearer".to_owned(), expires_in: u64::from(client.lifetime), scope };
    Ok((NO_STORE, Json(reply)))
}

/// `POST /oauth/register` (RFC 7591), with the bootstrap token.
pub async fn register(
    State(oauth): Shared,
    headers: HeaderMap,
    // Read after the bootstrap token was seen to be right.
    request: Request,
) -> Result<impl IntoResponse, Refusal> {
    oauth.bootstrap(&headers)?;
    let Params(asked) = Params::<RegisterRequest>::from_request(request, &()).await?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if asked.client_name.is_empty() || asked.client_name.len() > 64 || !asked.client_name.chars().all(fits) {
        let detail = "client_name must be 1 to 64 of the characters a-z A-Z 0-9 - _ .";
        return Err(bad("invalid_client_metadata", detail));
    }
    if asked.grant_types != ["client_credentials"] {
        return Err(bad("invalid_client_metadata", "the only grant type here is client_credentials"));
    }
    let scope = within(&asked.scope, &scope::ALL.join(" "))
        .map_err(|refusal| bad("invalid_client_metadata", refusal.detail))?;
    let bank = asked.bank.as_deref().map(bank).transpose()?;
    if asked.token_lifetime.is_some_and(|seconds| !(1..=LONGEST_LIFETIME).contains(&seconds)) {
        let detail = format!("token_lifetime must be 1 to {LONGEST_LIFETIME}, in seconds");
        return Err(bad("invalid_client_metadata", detail));
    }
    let (name, lifetime) = (asked.client_name.clone(), asked.token_lifetime);
    let client = oauth.clients.register(name, scope.clone(), bank, lifetime).await?;
    let reply = RegisterResponse {
        client_id: client.id,
        client_secret: client.secret.into(),
        client_id_issued_at: client.created_at,
        client_secret_expires_at: 0,
        client_name: asked.client_name,
        scope,
        grant_types: asked.grant_types,
        token_endpoint_auth_method: "client_secret_basic".to_owned(),
        bank: asked.bank,
        token_lifetime: asked.token_lifetime,
    };
    Ok((StatusCode::CREATED, NO_STORE, Json(reply)))
}

/// `DELETE /oauth/register/CLIENT_ID`, with the bootstrap token.
pub async fn unregister(
    State(oauth): Shared,
    headers: HeaderMap,
    Path(client_id): Path<String>,
) -> Result<StatusCode, Refusal> {
    oauth.bootstrap(&headers)?;
    if oauth.clients.remove(client_id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_client", "there is no such client"))
    }
}

/// What introspection and revocation are asked with.
#[derive(Deserialize)]
pub struct TokenParam {
    token: String,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
}

/// `POST /oauth/introspect` (RFC 7662). A client learns of its own tokens, the bootstrap token's holder of all.
pub async fn introspect(
    State(oauth): Shared,
    headers: HeaderMap,
    Params(asked): Params<TokenParam>,
) -> Result<impl IntoResponse, Refusal> {
    let client = match token::bearer(&headers) {
        Ok(_) => {
            oauth.bootstrap(&headers)?;
            None
        }
        Err(_) => Some(oauth.client(&headers, asked.client_id, asked.client_secret).await?),
    };
    let mut reply = json!({"active": false});
    if let Some(claims) = oauth.claims(&asked.token)
        && client.is_none_or(|client| client.id == claims.client_id)
        && !oauth.clients.is_void(&claims).await?
    {
        reply = serde_json::to_value(claims).map_err(|error| Refusal::internal(&error))?;
        reply["active"] = Value::Bool(true);
        reply["token_type"] = "Bearer".into();
    }
    Ok((NO_STORE, Json(reply)))
}

/// `POST /oauth/revoke` (RFC 7009). A token that is not good anyway is revoked already.
pub async fn revoke(
    State(oauth): Shared,
    headers: HeaderMap,
    Params(asked): Params<TokenParam>,
) -> Result<Response, Refusal> {
    let client = oauth.client(&headers, asked.client_id, asked.client_secret).await?;
    if let Some(claims) = oauth.claims(&asked.token) {
        if claims.client_id != client.id {
            return Err(bad("invalid_request", "the token was issued to another client"));
        }
        if !oauth.clients.revoke(claims.jti, claims.client_id, claims.exp).await? {
            let detail =
                "this client has revoked too many tokens that would not have expired yet: wait until some have";
            return Err(Refusal::oauth(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", detail));
        }
    }
    Ok(StatusCode::OK.into_response())
}

/// Where a reader of the list of revocations stands.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// `GET /oauth/revoked`: the ids of tokens and clients that were taken back. For everybody, since they open nothing.
pub async fn revoked(State(oauth): Shared, Query(After { after }): Query<After>) -> Result<impl IntoResponse, Refusal> {
    Ok((NO_STORE, Json(oauth.clients.revoked(after).await?)))
}

impl Oauth {
    /// The claims of a token of ours that is still good.
    fn claims(&self, token: &str) -> Option<Claims> {
        let kid = token::key_id(token).ok()?;
        if kid != self.secrets.kid() {
            return None;
        }
        token::claims(token, self.secrets.verifying(), &self.issuer).ok()
    }

    /// Lets the holder of the bootstrap token pass.
    fn bootstrap(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let right = token::bearer(headers).is_ok_and(|token| self.secrets.is_bootstrap(token));
        if right {
            return Ok(());
        }
        let detail = "the bootstrap token is needed: `Authorization: Bearer BOOTSTRAP`";
        Err(Refusal::oauth(StatusCode::UNAUTHORIZED, "invalid_token", detail)
            .challenge("Bearer realm=\"heist-oauth\", error=\"invalid_token\""))
    }

    /// The client whose credentials came by HTTP Basic or in the body (RFC 6749, section 2.3.1).
    async fn client(
        &self,
        headers: &HeaderMap,
        client_id: Option<String>,
        client_secret: Option<SecretString>,
    ) -> Result<Client, Refusal> {
        if headers.get_all(header::AUTHORIZATION).iter().count() > 1 {
            return Err(bad("invalid_request", "there is more than one Authorization header"));
        }
        let (client_id, secret) = match (basic(headers), client_id, client_secret) {
            (Some(_), _, Some(_)) => {
                return Err(bad("invalid_request", "send the credentials by HTTP Basic or in the body, not both"));
            }
            (Some((id, _)), Some(other), None) if id != other => {
                return Err(bad("invalid_request", "client_id differs from the one in the Authorization header"));
            }
            (Some(credentials), _, None) => credentials,
            (None, Some(id), Some(secret)) => (id, secret),
            (None, ..) => return Err(invalid_client("send client_id and client_secret, by HTTP Basic or in the body")),
        };
        self.clients
            .authenticate(client_id, secret.expose_secret())
            .await?
            .ok_or_else(|| invalid_client("client_id or client_secret is wrong"))
    }
}

/// User and password of HTTP Basic, each written as in a form (RFC 6749, section 2.3.1). Many clients send them as they are;
/// that is the same, since ours have neither `%` nor `+` in them.
fn basic(headers: &HeaderMap) -> Option<(String, SecretString)> {
    let (scheme, word) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(word.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8().map(Cow::into_owned).ok()
    };
    Some((decoded(id)?, decoded(secret)?.into()))
}

/// The scopes of `asked` without repeats, if all of them are among `allowed`.
fn within(asked: &str, allowed: &str) -> Result<String, Refusal> {
    let mut scopes: Vec<&str> = Vec::new();
    for scope in asked.split_ascii_whitespace() {
        if !allowed.split(' ').any(|known| known == scope) {
            let shown: String = scope.chars().take(40).filter(|c| !c.is_control()).collect();
            return Err(bad("invalid_scope", format!("the scope {shown} may not be had; there is {allowed}")));
        }
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() {
        return Err(bad("invalid_scope", format!("no scope is named; there is {allowed}")));
    }
    Ok(scopes.join(" "))
}

/// The seed of the bank that a client is registered for.
fn bank(text: &str) -> Result<u64, Refusal> {
    let detail = || format!("bank must be {}; leave it out for the bank that has no seed", seed::RULE);
    seed::read(text).ok_or_else(|| bad("invalid_client_metadata", detail()))
}

fn bad(error: &'static str, detail: impl Into<String>) -> Refusal {
    Refusal::oauth(StatusCode::BAD_REQUEST, error, detail)
}

fn invalid_client(detail: &str) -> Refusal {
    Refusal::oauth(StatusCode::UNAUTHORIZED, "invalid_client", detail).challenge("Basic realm=\"heist-oauth\"")
}
