//! Tokens that somebody made up or changed.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use heist_tools::Service;
use heist_tools::wire::CALCULATOR;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::house::{House, counted, problem};

/// A house whose private key the forger has found, to make tokens that are wrong in one thing only.
struct Forger {
    house: House,
    kid: String,
    x: String,
    key: EncodingKey,
}

impl Forger {
    async fn new() -> Self {
        let house = House::with(Service::Calculator).await;
        let answer = house.http.get(house.oauth_url("/.well-known/jwks.json")).send().await.unwrap();
        let keys: Value = answer.json().await.unwrap();
        let member = |name: &str| keys["keys"][0][name].as_str().unwrap().to_owned();
        let der = std::fs::read(house.data().join("signing-key.der")).unwrap();
        Self { kid: member("kid"), x: member("x"), key: EncodingKey::from_ed_der(&der), house }
    }

    fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        header
    }

    fn claims(&self, change: &Value) -> Value {
        let now = jiff::Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.house.oauth_url(""), "sub": "hacker", "aud": "heist-tools", "client_id": "c", "jti": "j",
            "scope": "tools:calculate", "iat": now, "exp": now + 60,
        });
        for (name, value) in change.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    fn signed(&self, change: &Value) -> String {
        encode(&self.header(), &self.claims(change), &self.key).unwrap()
    }

    async fn status(&self, token: &str) -> u16 {
        let answer = self.house.call(token, CALCULATOR, &json!({"expression": "1+1"})).send().await.unwrap();
        if answer.status() == 200 {
            return 200;
        }
        let challenge = answer.headers().get("www-authenticate").expect("a challenge").to_str().unwrap().to_owned();
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        problem(answer).await.status
    }

    async fn refused(&self, what: &str, token: &str, reason: &str) {
        let reason = format!("token_{reason}");
        let before = self.house.counted("heist_refusals_total", &[("reason", &reason)]).await;
        assert_eq!(self.status(token).await, 401, "{what}");
        assert_eq!(self.house.counted("heist_refusals_total", &[("reason", &reason)]).await, before + 1, "{what}");
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn claims_that_do_not_fit() {
    let forger = Forger::new().await;
    assert_eq!(forger.status(&forger.signed(&json!({}))).await, 200, "the forger's tokens are good as such");
    let now = jiff::Timestamp::now().as_second();
    for (what, change, reason) in [
        ("expired", json!({"exp": now - 60}), "expired"),
        ("no expiry", json!({"exp": null}), "malformed"),
        ("not yet valid", json!({"nbf": now + 60}), "not_yet_valid"),
        ("wrong issuer", json!({"iss": "http://127.0.0.1:1"}), "issuer"),
        ("no issuer", json!({"iss": null}), "malformed"),
        ("wrong audience", json!({"aud": "somebody-else"}), "audience"),
        ("no audience", json!({"aud": null}), "malformed"),
        ("no subject", json!({"sub": null}), "malformed"),
        ("expiry as text", json!({"exp": "never"}), "malformed"),
    ] {
        forger.refused(what, &forger.signed(&change), reason).await;
    }
    assert_eq!(forger.status(&forger.signed(&json!({"scope": "tools:calculatex xtools:calculate"}))).await, 403);
}

#[tokio::test]
async fn signatures_that_are_not_the_issuers() {
    let forger = Forger::new().await;
    let claims = forger.claims(&json!({}));
    let head = |alg: &str| part(&json!({"alg": alg, "typ": "at+jwt", "kid": forger.kid}));
    for alg in ["none", "None", "NONE", "nOnE"] {
        let token = format!("{}.{}.", head(alg), part(&claims));
        forger.refused(alg, &token, "algorithm").await;
    }

    // The public key as the secret of an HMAC, in the forms in which a careless verifier might hold it.
    let public = URL_SAFE_NO_PAD.decode(&forger.x).unwrap();
    for secret in [public.as_slice(), forger.x.as_bytes()] {
        let mut header = forger.header();
        header.alg = Algorithm::HS256;
        let token = encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap();
        forger.refused("HS256", &token, "algorithm").await;
    }

    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let other = EncodingKey::from_ed_der(pkcs8.as_ref());
    forger.refused("another key", &encode(&forger.header(), &claims, &other).unwrap(), "signature").await;

    let good = forger.signed(&json!({}));
    let (head, rest) = good.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let widened = part(&forger.claims(&json!({"scope": "tools:calculate tools:read"})));
    forger.refused("widened", &format!("{head}.{widened}.{signature}"), "signature").await;
    forger.refused("no signature", &format!("{head}.{}.", part(&claims)), "signature").await;
    for (what, token) in
        [("truncated", &good[..good.len() / 2]), ("one part", head), ("empty", ""), ("dots", ".."), ("words", "a b c")]
    {
        assert_eq!(forger.status(token).await, 401, "{what}");
    }
    forger.refused("oversized", &"x".repeat(5000), "too_long").await;
}

#[tokio::test]
async fn headers_that_lead_astray() {
    let forger = Forger::new().await;
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let other = EncodingKey::from_ed_der(pkcs8.as_ref());
    let claims = forger.claims(&json!({}));

    for kid in ["nobody", "../../signing-key.der", "' OR 1=1 --", "\u{0}", ""] {
        let mut header = forger.header();
        header.kid = Some(kid.to_owned());
        forger.refused(kid, &encode(&header, &claims, &other).unwrap(), "unknown_key").await;
    }
    let mut header = forger.header();
    header.kid = None;
    forger.refused("no kid", &encode(&header, &claims, &forger.key).unwrap(), "unknown_key").await;

    // A key offered in the header is not looked at, nor fetched.
    let mut header = forger.header();
    header.jku = Some("http://127.0.0.1:1/keys".to_owned());
    header.x5u = header.jku.clone();
    forger.refused("jku", &encode(&header, &claims, &other).unwrap(), "signature").await;

    for typ in [Some("JWT"), Some("id+jwt"), None] {
        let mut header = forger.header();
        header.typ = typ.map(str::to_owned);
        forger.refused("typ", &encode(&header, &claims, &forger.key).unwrap(), "type").await;
    }
    let mut header = forger.header();
    header.crit = Some(vec!["exp".to_owned()]);
    forger.refused("crit", &encode(&header, &claims, &forger.key).unwrap(), "malformed").await;
}

#[tokio::test]
async fn unknown_keys_do_not_become_a_storm() {
    let forger = Forger::new().await;
    assert_eq!(forger.status(&forger.signed(&json!({}))).await, 200);
    for at in 0..50 {
        let mut header = forger.header();
        header.kid = Some(format!("key-{at}"));
        assert_eq!(forger.status(&encode(&header, &forger.claims(&json!({})), &forger.key).unwrap()).await, 401);
    }
    let route = [("route", "/.well-known/jwks.json")];
    let asked = counted(&forger.house.http, &forger.house.oauth_url(""), "heist_requests_total", &route).await;
    assert_eq!(asked, 2, "the forger's own look at the key set, and the calculator's one");
}

#[tokio::test]
async fn without_the_issuer_nobody_comes_in_and_the_reason_is_said() {
    let forger = Forger::new().await;
    let token = forger.signed(&json!({}));
    let Forger { house, .. } = forger;
    house.oauth.stop().await;
    let answer = house.http.post(format!("http://{}/tools/calculator", house.tool.addr())).bearer_auth(token);
    let answer = problem(answer.json(&json!({"expression": "1"})).send().await.unwrap()).await;
    assert_eq!(answer.status, 503);
    assert!(answer.detail.contains("the issuer of tokens, http://127.0.0.1"), "{}", answer.detail);
}
