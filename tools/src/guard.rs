//! Who calls: verifies access tokens with the keys that their issuer publishes, and keeps to what it takes back.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet};
use jsonwebtoken::{DecodingKey, jwk::Jwk};
use reqwest::Client;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::clock;
use crate::http;
use crate::token::{self, Denied};
use crate::wire::{Claims, Revocations};

/// Tokens that name unknown keys make us ask the issuer again, but when it did not have the last of them either, not before
/// this has passed.
const AGAIN_AFTER_ANSWER: Duration = Duration::from_secs(5);
/// The same while the issuer does not answer.
const AGAIN_AFTER_FAILURE: Duration = Duration::from_millis(500);
/// How often the issuer is asked what it took back: so long a revoked token may still be good.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// An issuer may be silent for so long, to be started again for example; then no token is good any more.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);
/// An answer of the issuer larger than this, in bytes, is not one of ours.
const LARGEST_ANSWER: usize = 256 * 1024;
/// So many parts of the list of what was taken back are read at a time; the others a second later.
const MOST_PARTS: usize = 100;

type Keys = Arc<HashMap<String, DecodingKey>>;

/// Holds the door of one service.
pub struct Guard {
    issuer: String,
    client: Client,
    // Replaced whole; the lock is held for cloning an Arc, never across an await.
    keys: RwLock<Keys>,
    // Held while fetching, so that a crowd of callers makes one request.
    last: Mutex<Option<Attempt>>,
    // Held for a moment, never across an await.
    revoked: RwLock<Revoked>,
}

struct Attempt {
    at: Instant,
    outcome: Outcome,
}

enum Outcome {
    /// The key was there.
    Found,
    /// It was not.
    NotFound,
    /// The issuer did not answer.
    Silent(String),
}

/// What the issuer took back, as far as it is known here.
#[derive(Default)]
struct Revoked {
    /// Ids of tokens and of clients, with the time from which on their tokens have expired anyway.
    ids: HashMap<String, i64>,
    /// The issuer's list is known up to here.
    last: i64,
    heard: Option<Instant>,
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

    /// The seed of the bank that is answered from; `Bank::first_meridian` where there is none.
    pub fn bank(&self) -> Option<u64> {
        self.claims.bank
    }

    /// Whether the token carries `scope`.
    pub fn may(&self, scope: &str) -> bool {
        token::grants(&self.claims.scope, scope)
    }
}

impl Guard {
    pub fn new(issuer: String) -> Result<Self, reqwest::Error> {
        let client = http::between_services()?;
        Ok(Self { issuer, client, keys: RwLock::default(), last: Mutex::default(), revoked: RwLock::default() })
    }

    /// Whose tokens are taken.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The caller, whatever its scopes.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Denied> {
        let token = token::bearer(headers)?;
        let kid = token::key_id(token)?;
        let mut keys = self.known_keys();
        if !keys.contains_key(&kid) {
            keys = self.fetched_keys(&kid).await?;
        }
        let key = keys.get(&kid).ok_or(Denied::UnknownKey)?;
        let claims = token::claims(token, key, &self.issuer)?;
        self.not_revoked(&claims).await?;
        Ok(Caller { claims })
    }

    /// The caller, if its token carries `scope`.
    pub async fn caller_with(&self, headers: &HeaderMap, scope: &'static str) -> Result<Caller, Denied> {
        let caller = self.caller(headers).await?;
        if caller.may(scope) { Ok(caller) } else { Err(Denied::Scope(scope)) }
    }

    /// Goes on asking the issuer what it took back.
    pub async fn follow(self: Arc<Self>) {
        let mut failures = 0_u32;
        loop {
            failures = match self.ask_revoked().await {
                Ok(()) => 0,
                Err(why) => {
                    // One answer that is late, or an issuer that ends a moment before this service, is no news.
                    if failures == 1 {
                        tracing::warn!(issuer = self.issuer, why, "it is not known which tokens are revoked");
                    }
                    failures.saturating_add(1)
                }
            };
            tokio::time::sleep(ASK_EVERY).await;
        }
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
        match &*last {
            Some(Attempt { at, outcome: Outcome::NotFound }) if at.elapsed() < AGAIN_AFTER_ANSWER => return Ok(keys),
            Some(Attempt { at, outcome: Outcome::Silent(why) }) if at.elapsed() < AGAIN_AFTER_FAILURE => {
                return Err(self.silent(why));
            }
            _ => {}
        }
        match self.get::<JwkSet>("/.well-known/jwks.json").await {
            Ok(set) => {
                let fetched: Keys = Arc::new(set.keys.iter().filter_map(ed25519).collect());
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fetched);
                let outcome = if fetched.contains_key(kid) { Outcome::Found } else { Outcome::NotFound };
                *last = Some(Attempt { at: Instant::now(), outcome });
                Ok(fetched)
            }
            Err(why) => {
                tracing::warn!(issuer = self.issuer, why, "no keys");
                let denied = self.silent(&why);
                *last = Some(Attempt { at: Instant::now(), outcome: Outcome::Silent(why) });
                Err(denied)
            }
        }
    }

    async fn not_revoked(&self, claims: &Claims) -> Result<(), Denied> {
        // Only a service that has just started has never heard; later nobody waits here.
        if self.revoked.read().unwrap_or_else(PoisonError::into_inner).heard.is_none() {
            self.ask_revoked().await.map_err(|why| self.silent(&why))?;
        }
        let revoked = self.revoked.read().unwrap_or_else(PoisonError::into_inner);
        if revoked.ids.contains_key(&claims.jti) || revoked.ids.contains_key(&claims.client_id) {
            return Err(Denied::Revoked);
        }
        if revoked.heard.is_none_or(|at| at.elapsed() > LONGEST_SILENCE) {
            return Err(self.silent("since a minute it is not known which tokens are revoked"));
        }
        Ok(())
    }

    /// Reads what was added to the issuer's list since the last time.
    async fn ask_revoked(&self) -> Result<(), String> {
        for _ in 0..MOST_PARTS {
            let after = self.revoked.read().unwrap_or_else(PoisonError::into_inner).last;
            let heard: Revocations = self.get(&format!("/oauth/revoked?after={after}")).await?;
            let mut revoked = self.revoked.write().unwrap_or_else(PoisonError::into_inner);
            revoked.heard = Some(Instant::now());
            if heard.last < after {
                // The list was begun again, and with it the keys: nothing of old is good.
                revoked.ids.clear();
                revoked.last = 0;
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Keys::default();
                continue;
            }
            let now = clock::now();
            revoked.ids.retain(|_, &mut until| until > now);
            if heard.revoked.is_empty() {
                break;
            }
            revoked.last = heard.last;
            revoked.ids.extend(heard.revoked.into_iter().map(|entry| (entry.id, entry.until)));
        }
        Ok(())
    }

    fn silent(&self, why: &str) -> Denied {
        Denied::IssuerSilent { issuer: self.issuer.clone(), why: why.to_owned() }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, String> {
        let say = |error: reqwest::Error| error.without_url().to_string();
        let request = self.client.get(format!("{}{path}", self.issuer));
        let mut response = request.send().await.and_then(reqwest::Response::error_for_status).map_err(say)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(say)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_ANSWER {
                return Err(format!("it answers with more than {LARGEST_ANSWER} bytes"));
            }
        }
        serde_json::from_slice(&body).map_err(|error| format!("it answers with what is none: {error}"))
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
