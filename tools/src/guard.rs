//! Who calls: verifies access tokens with the keys that their issuer publishes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet};
use jsonwebtoken::{DecodingKey, jwk::Jwk};
use reqwest::Client;
use tokio::sync::Mutex;

use crate::metrics::Metrics;
use crate::server::http_client;
use crate::token::{self, Denied};
use crate::wire::Claims;

/// Tokens that name unknown keys make us ask the issuer again, but not more often than this.
const AGAIN_AFTER_ANSWER: Duration = Duration::from_secs(5);
/// The same while the issuer does not answer.
const AGAIN_AFTER_FAILURE: Duration = Duration::from_millis(500);
/// A key set larger than this, in bytes, is not one of ours.
const LARGEST_KEY_SET: usize = 64 * 1024;

type Keys = Arc<HashMap<String, DecodingKey>>;

/// Holds the door of one service.
pub struct Guard {
    issuer: String,
    client: Client,
    metrics: Arc<Metrics>,
    // Replaced whole; the lock is held for cloning an Arc, never across an await.
    keys: RwLock<Keys>,
    // Held while fetching, so that a crowd of callers makes one request.
    last: Mutex<Option<Attempt>>,
}

struct Attempt {
    at: Instant,
    failure: Option<String>,
}

/// Somebody whose token was found good.
pub struct Caller {
    claims: Claims,
}

impl Caller {
    /// The agent that calls.
    pub fn agent(&self) -> &str {
        &self.claims.sub
    }

    /// Whether the token carries `scope`.
    pub fn may(&self, scope: &str) -> bool {
        self.claims.scope.split(' ').any(|granted| granted == scope)
    }
}

impl Guard {
    pub fn new(issuer: String, metrics: Arc<Metrics>) -> Result<Self, reqwest::Error> {
        let client = http_client(&issuer)?;
        Ok(Self { issuer, client, metrics, keys: RwLock::default(), last: Mutex::default() })
    }

    /// The caller, whatever its scopes.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Denied> {
        let caller = self.verify(headers).await;
        if let Err(denied) = &caller {
            self.metrics.refused_token(denied.reason());
        }
        caller
    }

    /// The caller, if its token carries `scope`.
    pub async fn caller_with(&self, headers: &HeaderMap, scope: &'static str) -> Result<Caller, Denied> {
        let caller = self.caller(headers).await?;
        if caller.may(scope) {
            return Ok(caller);
        }
        let denied = Denied::Scope(scope);
        self.metrics.refused_token(denied.reason());
        Err(denied)
    }

    async fn verify(&self, headers: &HeaderMap) -> Result<Caller, Denied> {
        let token = token::bearer(headers)?;
        let kid = token::key_id(token)?;
        let mut keys = self.known_keys();
        if !keys.contains_key(&kid) {
            keys = self.fetched_keys(&kid).await?;
        }
        let key = keys.get(&kid).ok_or(Denied::UnknownKey)?;
        Ok(Caller { claims: token::claims(token, key, &self.issuer)? })
    }

    fn known_keys(&self) -> Keys {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn fetched_keys(&self, kid: &str) -> Result<Keys, Denied> {
        let mut last = self.last.lock().await;
        let keys = self.known_keys();
        if keys.contains_key(kid) {
            return Ok(keys);
        }
        if let Some(Attempt { at, failure }) = &*last {
            match failure {
                None if at.elapsed() < AGAIN_AFTER_ANSWER => return Ok(keys),
                Some(why) if at.elapsed() < AGAIN_AFTER_FAILURE => return Err(self.unavailable(why)),
                _ => {}
            }
        }
        match self.fetch().await {
            Ok(fetched) => {
                let fetched = Arc::new(fetched);
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fetched);
                *last = Some(Attempt { at: Instant::now(), failure: None });
                Ok(fetched)
            }
            Err(why) => {
                tracing::warn!(issuer = self.issuer, why, "no keys");
                let denied = self.unavailable(&why);
                *last = Some(Attempt { at: Instant::now(), failure: Some(why) });
                Err(denied)
            }
        }
    }

    fn unavailable(&self, why: &str) -> Denied {
        Denied::KeysUnavailable { issuer: self.issuer.clone(), why: why.to_owned() }
    }

    async fn fetch(&self) -> Result<HashMap<String, DecodingKey>, String> {
        let say = |error: reqwest::Error| error.without_url().to_string();
        let url = format!("{}/.well-known/jwks.json", self.issuer);
        let mut response =
            self.client.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(say)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(say)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_KEY_SET {
                return Err(format!("the key set is larger than {LARGEST_KEY_SET} bytes"));
            }
        }
        let set: JwkSet = serde_json::from_slice(&body).map_err(|error| format!("not a key set: {error}"))?;
        Ok(set.keys.iter().filter_map(ed25519).collect())
    }
}

/// The id and the key, if it is one for Ed25519; other keys in a set are not for us.
fn ed25519(jwk: &Jwk) -> Option<(String, DecodingKey)> {
    let AlgorithmParameters::OctetKeyPair(pair) = &jwk.algorithm else { return None };
    if pair.curve != EllipticCurve::Ed25519 {
        return None;
    }
    Some((jwk.common.key_id.clone()?, DecodingKey::from_ed_components(&pair.x).ok()?))
}
