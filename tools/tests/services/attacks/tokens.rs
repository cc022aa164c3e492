//! Tokens that somebody made up, changed, stole, or put in the wrong place.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use heist_tools::Service;
use heist_tools::wire::scope;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{doors, good_call};
use crate::door::Door;
use crate::house::{House, counted, register, url};

/// A house whose private key the forger has found, to make tokens that are wrong in one thing only.
pub struct Forger {
    pub house: House,
    service: Service,
    pub key: Ed25519KeyPair,
    kid: String,
    /// A client that is registered, so that its tokens are not void.
    pub client_id: String,
    pub client_secret: String,
}

impl Forger {
    pub async fn at(service: Service) -> Self {
        Self::by(Door::Rest, service).await
    }

    pub async fn by(door: Door, service: Service) -> Self {
        let house = House::by(door, service).await;
        let answer = house.http.get(house.oauth_url("/.well-known/jwks.json")).send().await.unwrap();
        let keys: Value = answer.json().await.unwrap();
        let der = std::fs::read(house.data().join("signing-key.der")).unwrap();
        let (scope, ..) = good_call(service);
        let client = register(&house.http, &url(&house.oauth), &house.data(), "hacker", scope).await;
        Self {
            service,
            key: Ed25519KeyPair::from_pkcs8(&der).unwrap(),
            kid: keys["keys"][0]["kid"].as_str().unwrap().to_owned(),
            client_id: client.client_id,
            client_secret: client.client_secret.expose_secret().to_owned(),
            house,
        }
    }

    pub fn head(&self, change: &Value) -> Value {
        changed(json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.kid}), change)
    }

    pub fn claims(&self, change: &Value) -> Value {
        let now = now();
        let (scope, ..) = good_call(self.service);
        let claims = json!({
            "iss": self.house.oauth_url(""), "sub": "hacker", "aud": "heist-tools", "client_id": self.client_id,
            "jti": "j", "scope": scope, "iat": now, "exp": now + 60,
        });
        changed(claims, change)
    }

    /// A token that the issuer might have signed, but for these changes to its header and its claims.
    pub fn token(&self, head: &Value, claims: &Value) -> String {
        signed(&self.key, &self.head(head).to_string(), &self.claims(claims).to_string())
    }

    pub async fn refused(&self, what: &str, token: &str, reason: &str) {
        let (_, tool, arguments) = good_call(self.service);
        let status = if reason == "token_scope" { 403 } else { 401 };
        self.house.refused(what, self.house.call(token, tool, &arguments), status, reason).await;
    }

    pub async fn accepted(&self, what: &str, token: &str) {
        let (_, tool, arguments) = good_call(self.service);
        let answer = self.house.call(token, tool, &arguments).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{what}: {}", answer.text().await.unwrap());
    }

    /// What the oauth service knows of a token.
    pub async fn introspected(&self, token: &str) -> Value {
        let bootstrap = std::fs::read_to_string(self.house.data().join("bootstrap-token")).unwrap();
        let request = self.house.http.post(self.house.oauth_url("/oauth/introspect")).bearer_auth(bootstrap);
        request.form(&[("token", token)]).send().await.unwrap().json().await.unwrap()
    }
}

/// The object with some of its members replaced, and without those that are null in `change`.
fn changed(mut object: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(name);
        } else {
            object[name] = value.clone();
        }
    }
    object
}

/// A JWS in its compact form.
pub fn signed(key: &Ed25519KeyPair, head: &str, payload: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// Head, payload and signature.
pub fn parts(token: &str) -> [&str; 3] {
    let mut parts = token.split('.');
    [(); 3].map(|()| parts.next().unwrap())
}

pub fn new_key() -> Ed25519KeyPair {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap()
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[tokio::test]
async fn claims_that_do_not_fit() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let (ours, now) = (forger.house.oauth_url(""), now());
        let (scope, ..) = good_call(service);
        for (what, change) in [
            ("the forger's tokens are good as such", json!({})),
            ("a minute old", json!({"iat": now - 60, "nbf": now - 60})),
            ("the clocks differ a little", json!({"exp": now - 2, "nbf": now + 2})),
            ("more than one scope", json!({"scope": format!("a:b {scope}  c:d")})),
            ("unknown claims", json!({"admin": true, "roles": ["root"]})),
        ] {
            forger.accepted(what, &forger.token(&json!({}), &change)).await;
        }
        for (what, change, reason) in [
            ("expired", json!({"exp": now - 60}), "token_expired"),
            ("expired in 1970", json!({"exp": 0}), "token_expired"),
            ("expired before 1970", json!({"exp": -1}), "token_malformed"),
            ("no expiry", json!({"exp": null}), "token_malformed"),
            ("expiry as text", json!({"exp": "never"}), "token_malformed"),
            ("expiry as a number in text", json!({"exp": (now + 60).to_string()}), "token_malformed"),
            ("expiry as a list", json!({"exp": [now + 60]}), "token_malformed"),
            ("expiry as true", json!({"exp": true}), "token_malformed"),
            // RFC 7519 allows fractions; our issuer makes none.
            ("expiry with a fraction", json!({"exp": 0.5 + f64::from(u32::MAX)}), "token_malformed"),
            ("expiry beyond 64 bits", json!({"exp": 1e300}), "token_malformed"),
            ("expiry beyond 63 bits", json!({"exp": u64::MAX}), "token_malformed"),
            ("not yet valid", json!({"nbf": now + 60}), "token_not_yet_valid"),
            ("valid from a text on", json!({"nbf": "now"}), "token_malformed"),
            ("issued at a text", json!({"iat": "now"}), "token_malformed"),
            ("no time of issue", json!({"iat": null}), "token_malformed"),
            ("another issuer", json!({"iss": "http://127.0.0.1:1"}), "token_issuer"),
            ("an issuer that begins as ours", json!({"iss": format!("{ours}.example.com")}), "token_issuer"),
            ("an issuer with ours in it", json!({"iss": format!("http://example.com/?{ours}")}), "token_issuer"),
            ("our issuer with a slash", json!({"iss": format!("{ours}/")}), "token_issuer"),
            ("our issuer in capitals", json!({"iss": ours.to_uppercase()}), "token_issuer"),
            ("no issuer", json!({"iss": null}), "token_malformed"),
            ("several issuers", json!({"iss": ["http://127.0.0.1:1", ours]}), "token_malformed"),
            ("another audience", json!({"aud": "somebody-else"}), "token_audience"),
            ("our audience in capitals", json!({"aud": "Heist-Tools"}), "token_audience"),
            ("our audience and a blank", json!({"aud": "heist-tools "}), "token_audience"),
            // RFC 7519 allows a list; but a token for others too could be turned on us by those others.
            ("other audiences", json!({"aud": ["somebody-else", "anybody"]}), "token_malformed"),
            ("an empty list", json!({"aud": []}), "token_malformed"),
            ("ours among the audiences", json!({"aud": ["somebody-else", "heist-tools"]}), "token_malformed"),
            ("no audience", json!({"aud": null}), "token_malformed"),
            ("an audience that is an object", json!({"aud": {"heist-tools": true}}), "token_malformed"),
            ("no subject", json!({"sub": null}), "token_malformed"),
            ("several subjects", json!({"sub": ["hacker", "planner"]}), "token_malformed"),
            ("no client", json!({"client_id": null}), "token_malformed"),
            ("no id", json!({"jti": null}), "token_malformed"),
            ("an id that is a list", json!({"jti": ["j"]}), "token_malformed"),
            ("no scope", json!({"scope": null}), "token_malformed"),
            ("scopes as a list", json!({"scope": [scope]}), "token_malformed"),
            ("an empty scope", json!({"scope": ""}), "token_scope"),
            ("longer scopes", json!({"scope": format!("{scope}x x{scope}")}), "token_scope"),
            ("half of it", json!({"scope": scope[..scope.len() - 1]}), "token_scope"),
            ("the scope in capitals", json!({"scope": scope.to_uppercase()}), "token_scope"),
            ("any scope", json!({"scope": "* tools:* memory:* all admin"}), "token_scope"),
            ("commas", json!({"scope": format!("a,{scope},b")}), "token_scope"),
            ("tabs", json!({"scope": format!("a\t{scope}\tb")}), "token_scope"),
            ("line ends", json!({"scope": format!("a\n{scope}\nb")}), "token_scope"),
            ("a zero", json!({"scope": format!("{scope}\0")}), "token_scope"),
        ] {
            forger.refused(what, &forger.token(&json!({}), &change), reason).await;
        }
    }
}

#[tokio::test]
async fn the_same_claim_twice() {
    for door in Door::BOTH {
        claim_twice(door).await;
    }
}

async fn claim_twice(door: Door) {
    let forger = Forger::by(door, Service::Calculator).await;
    let claims = forger.claims(&json!({})).to_string();
    let open = claims.strip_suffix('}').unwrap();
    for (name, value) in [
        ("scope", json!("tools:read")),
        ("exp", json!(now() + 6000)),
        ("aud", json!("heist-tools")),
        ("iss", json!(forger.house.oauth_url(""))),
        ("sub", json!("planner")),
        ("jti", json!("k")),
    ] {
        let twice = format!("{open},\"{name}\":{value}}}");
        let token = signed(&forger.key, &forger.head(&json!({})).to_string(), &twice);
        forger.refused(name, &token, "token_malformed").await;
    }
    // The last would count for one reader, the first for another.
    let kid = &forger.kid;
    for (head, reason) in [
        (format!(r#"{{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#), "token_malformed"),
        (format!(r#"{{"alg":"EdDSA","alg":"none","typ":"at+jwt","kid":"{kid}"}}"#), "token_algorithm"),
        (format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"x","kid":"{kid}"}}"#), "token_malformed"),
        (format!(r#"{{"alg":"EdDSA","typ":"JWT","typ":"at+jwt","kid":"{kid}"}}"#), "token_malformed"),
    ] {
        forger.refused(&head, &signed(&forger.key, &head, &claims), reason).await;
    }
}

#[tokio::test]
async fn algorithms_that_are_not_the_issuers() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let good = forger.token(&json!({}), &json!({}));
        let [_, payload, signature] = parts(&good);
        for alg in ["none", "None", "NONE", "nOnE", "none ", ""] {
            let head = URL_SAFE_NO_PAD.encode(forger.head(&json!({"alg": alg})).to_string());
            forger.refused(alg, &format!("{head}.{payload}."), "token_algorithm").await;
            forger.refused(alg, &format!("{head}.{payload}.{signature}"), "token_algorithm").await;
        }

        // The public key as the secret of an HMAC, in the forms in which a careless verifier might hold it.
        let public = forger.key.public_key().as_ref();
        let x = URL_SAFE_NO_PAD.encode(public);
        let der = [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", public].concat();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": forger.kid, "use": "sig", "alg": "EdDSA"});
        let jwk = jwk.to_string();
        for secret in [public, x.as_bytes(), &der, pem.as_bytes(), pem.trim().as_bytes(), jwk.as_bytes(), b""] {
            for (alg, hash) in
                [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
            {
                let head = URL_SAFE_NO_PAD.encode(forger.head(&json!({"alg": alg})).to_string());
                let message = format!("{head}.{payload}");
                let tag = hmac::sign(&hmac::Key::new(hash, secret), message.as_bytes());
                let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
                forger.refused(alg, &token, "token_algorithm").await;
            }
        }

        // Signed by the issuer itself, and still not by the algorithm that the header names.
        for alg in ["RS256", "PS512", "ES256", "ES256K", "Ed25519", "Ed448", "eddsa", "EDDSA", "dir", "A256KW", "\u{0}"]
        {
            forger.refused(alg, &forger.token(&json!({"alg": alg}), &json!({})), "token_algorithm").await;
        }
        for alg in [json!(null), json!(["EdDSA"]), json!({"EdDSA": true}), json!(0), json!(true)] {
            let token = forger.token(&json!({"alg": alg}), &json!({}));
            forger.refused(&alg.to_string(), &token, "token_malformed").await;
        }
    }
}

#[tokio::test]
async fn signatures_that_are_not_the_issuers() {
    for door in Door::BOTH {
        are_not_the_issuers(door).await;
    }
}

async fn are_not_the_issuers(door: Door) {
    let forger = Forger::by(door, Service::Calculator).await;
    let good = forger.token(&json!({}), &json!({}));
    let [head, payload, signature] = parts(&good);
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    forger.accepted("as it is", &good).await;

    let (head_text, claims) = (forger.head(&json!({})).to_string(), forger.claims(&json!({})));
    forger.refused("another key", &signed(&new_key(), &head_text, &claims.to_string()), "token_signature").await;
    for change in
        [json!({"scope": "tools:calculate tools:read"}), json!({"sub": "planner"}), json!({"exp": now() + 6000})]
    {
        let widened = URL_SAFE_NO_PAD.encode(forger.claims(&change).to_string());
        forger.refused("widened", &format!("{head}.{widened}.{signature}"), "token_signature").await;
    }
    // The same header in other words.
    let respelt = URL_SAFE_NO_PAD.encode(head_text.replace(':', ": "));
    forger.refused("respelt", &format!("{respelt}.{payload}.{signature}"), "token_signature").await;

    let mut signatures =
        vec![Vec::new(), vec![0; 64], vec![0xff; 64], bytes[..63].to_vec(), [&bytes[..], &[0]].concat()];
    signatures.extend((0..512).step_by(41).map(|bit| {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    }));
    signatures.push([&bytes[..32], &plus_group_order(&bytes[32..])].concat());
    signatures.push([&bytes[32..], &bytes[..32]].concat());
    // The neutral element as R, and as a key that would verify everything.
    signatures.push([&[1_u8][..], &[0; 63]].concat());
    for other in signatures {
        let token = format!("{head}.{payload}.{}", URL_SAFE_NO_PAD.encode(&other));
        forger.refused(&format!("signature {other:x?}"), &token, "token_signature").await;
    }
}

/// Another `S` for which the equation of the signature holds as well; RFC 8032, section 5.1.7, has it refused.
fn plus_group_order(s: &[u8]) -> Vec<u8> {
    // 2^252 + 27742317777372353535851937790883648493, from its lowest byte on.
    let mut order = [0_u8; 32];
    order[..16].copy_from_slice(&27_742_317_777_372_353_535_851_937_790_883_648_493_u128.to_le_bytes());
    order[31] = 0x10;
    let mut carry = 0;
    s.iter()
        .zip(order)
        .map(|(&s, order)| {
            let [low, high] = (u16::from(s) + u16::from(order) + carry).to_le_bytes();
            carry = u16::from(high);
            low
        })
        .collect()
}

#[tokio::test]
async fn spellings_that_are_none() {
    for door in Door::BOTH {
        are_none(door).await;
    }
}

async fn are_none(door: Door) {
    let forger = Forger::by(door, Service::Calculator).await;
    // One whose claims leave bits over in their last letter, and whose signature has letters of base64url.
    let mut tokens = (1..).map(|length| forger.token(&json!({}), &json!({"jti": "j".repeat(length)})));
    let fits = |[_, payload, signature]: [&str; 3]| payload.len() % 4 != 0 && signature.contains(['-', '_']);
    let good = tokens.find(|token| fits(parts(token))).unwrap();
    forger.accepted("as it is", &good).await;
    let [head, payload, signature] = parts(&good);

    for length in (1..good.len()).step_by(23) {
        let cut = &good[..length];
        // A signature that is cut within a group of four letters may be no base64 at all.
        let decodes = |signature: &str| URL_SAFE_NO_PAD.decode(signature).is_ok();
        let whole = cut.matches('.').count() == 2 && cut.rsplit('.').next().is_some_and(decodes);
        let reason = if whole { "token_signature" } else { "token_malformed" };
        forger.refused(&format!("cut after {length}"), cut, reason).await;
    }
    for (what, token) in [
        // The signature is looked at first, and it is over the letters as they came.
        ("padded claims", format!("{head}.{payload}=.{signature}")),
        ("bits left over in the claims", format!("{head}.{}.{signature}", with_bits_left_over(payload))),
        ("a blank inside", format!("{head}.{payload} .{signature}")),
        ("a tab inside", format!("{head}.\t{payload}.{signature}")),
    ] {
        forger.refused(what, &token, "token_signature").await;
    }
    for (what, token) in [
        ("dots", "..".to_owned()),
        ("a dot", ".".to_owned()),
        ("words", "a b c".to_owned()),
        ("one part", head.to_owned()),
        ("two parts", format!("{head}.{payload}")),
        ("four parts", format!("{good}.{signature}")),
        ("five parts, as a JWE", format!("{good}.{signature}.{signature}")),
        ("a dot before", format!(".{good}")),
        ("a dot after", format!("{good}.")),
        ("signed twice", format!("{good},{good}")),
        ("padded head", format!("{head}==.{payload}.{signature}")),
        ("padded signature", format!("{good}==")),
        ("bits left over in the signature", format!("{head}.{payload}.{}", with_bits_left_over(signature))),
        ("the other alphabet", format!("{head}.{payload}.{}", signature.replace('-', "+").replace('_', "/"))),
        ("a token behind it", format!("{good} {good}")),
        ("percent encoded", good.replace('.', "%2e")),
        ("quoted", format!("\"{good}\"")),
        (
            "as JSON",
            json!({"payload": payload, "signatures": [{"protected": head, "signature": signature}]}).to_string(),
        ),
        ("no JSON in the head", signed(&forger.key, "{", "{}")),
        ("a list as the head", signed(&forger.key, "[]", "{}")),
        ("bytes as the head", format!("{}.{payload}.{signature}", URL_SAFE_NO_PAD.encode([0xff; 32]))),
        ("brackets in the head", signed(&forger.key, &format!("{{\"alg\":{}", "[".repeat(900)), "{}")),
        ("no JSON as the claims", signed(&forger.key, &forger.head(&json!({})).to_string(), "hacker")),
        ("a list as the claims", signed(&forger.key, &forger.head(&json!({})).to_string(), "[]")),
        ("null as the claims", signed(&forger.key, &forger.head(&json!({})).to_string(), "null")),
        ("bytes as the claims", signed_bytes(&forger, &[0xff; 32])),
    ] {
        forger.refused(what, &token, "token_malformed").await;
    }
    for length in [4097, 5000, 20_000] {
        forger.refused("too long", &"x".repeat(length), "token_too_long").await;
        let filled = forger.token(&json!({}), &json!({"filler": "x".repeat(length)}));
        forger.refused("too long", &filled, "token_too_long").await;
    }
}

fn signed_bytes(forger: &Forger, payload: &[u8]) -> String {
    let head = forger.head(&json!({})).to_string();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(payload));
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(forger.key.sign(message.as_bytes())))
}

/// The same bytes in other letters, for a decoder that does not look at the bits which the last letter has too many.
fn with_bits_left_over(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (&last, others) = text.as_bytes().split_last().unwrap();
    let at = LETTERS.iter().position(|&letter| letter == last).unwrap();
    assert!(!text.len().is_multiple_of(4) && at.is_multiple_of(4), "no bits are left over in {text}");
    String::from_utf8([others, &[LETTERS[at + 1]]].concat()).unwrap()
}

#[tokio::test]
async fn key_ids_that_lead_astray() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let other = new_key();
        let claims = forger.claims(&json!({})).to_string();
        for kid in [
            "nobody",
            "../../signing-key.der",
            "/dev/null",
            "signing-key.der",
            "' OR 1=1 --",
            "x' UNION SELECT 'AAAA",
            "http://127.0.0.1:1/keys",
            "file:///etc/hostname",
            "|id",
            "$(id)",
            "\u{0}",
            "\r\nX-Key: 1",
            "",
            "*",
            "%s%n%x",
            "{{7*7}}",
            "\u{feff}",
            "\u{202e}",
            "__proto__",
            &format!("{} ", forger.kid),
            &format!("{}\0", forger.kid),
            &forger.kid.to_uppercase(),
            &"k".repeat(2000),
        ] {
            let head = forger.head(&json!({"kid": kid})).to_string();
            forger.refused(kid, &signed(&other, &head, &claims), "token_unknown_key").await;
            forger.refused(kid, &signed(&forger.key, &head, &claims), "token_unknown_key").await;
        }
        forger.refused("no kid", &forger.token(&json!({"kid": null}), &json!({})), "token_unknown_key").await;
        for kid in [json!([forger.kid]), json!({"kid": forger.kid}), json!(0), json!(true)] {
            let token = forger.token(&json!({"kid": kid}), &json!({}));
            forger.refused(&kid.to_string(), &token, "token_malformed").await;
        }
    }
}

#[tokio::test]
async fn keys_that_the_header_offers() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let server = tokio::net::TcpListener::bind(crate::house::ANY_PORT).await.unwrap();
        let place = format!("http://{}/keys", server.local_addr().unwrap());
        let asked = tokio::spawn(async move { server.accept().await.unwrap() });

        let other = new_key();
        let x = URL_SAFE_NO_PAD.encode(other.public_key().as_ref());
        let certificate = STANDARD.encode(other.public_key().as_ref());
        let claims = forger.claims(&json!({})).to_string();
        for kid in [forger.kid.as_str(), "attacker"] {
            let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"});
            for offer in [
                json!({"jku": place}),
                json!({"x5u": place}),
                json!({"jwk": jwk}),
                json!({"x5c": [certificate], "x5t": "AAAA", "x5t#S256": "AAAA"}),
                json!({"jku": place, "x5u": place, "jwk": jwk, "x5c": [certificate]}),
                json!({"keys": [jwk], "jwks": {"keys": [jwk]}, "jwks_uri": place, "url": place}),
            ] {
                let head = changed(forger.head(&json!({"kid": kid})), &offer).to_string();
                let reason = if kid == "attacker" { "token_unknown_key" } else { "token_signature" };
                forger.refused(&head, &signed(&other, &head, &claims), reason).await;
            }
        }
        // The issuer's own token stays good, and nobody goes and looks.
        forger.accepted("an offer nobody takes", &forger.token(&json!({"jku": place, "x5u": place}), &json!({}))).await;
        for offer in [json!({"jwk": "x"}), json!({"jku": [place]}), json!({"x5c": "x"}), json!({"x5u": {}})] {
            forger.refused(&offer.to_string(), &forger.token(&offer, &json!({})), "token_malformed").await;
        }
        assert!(!asked.is_finished(), "somebody asked the attacker for keys");
        asked.abort();
    }
}

#[tokio::test]
async fn types_and_extensions_that_are_not_ours() {
    for door in Door::BOTH {
        are_not_ours(door).await;
    }
}

async fn are_not_ours(door: Door) {
    let forger = Forger::by(door, Service::Calculator).await;
    for typ in [json!("AT+JWT"), json!("application/at+jwt")] {
        forger.accepted("another spelling", &forger.token(&json!({"typ": typ}), &json!({}))).await;
    }
    for typ in
        ["JWT", "id+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE", "", "at+jwt ", "x-at+jwt", "text/at+jwt"]
    {
        forger.refused(typ, &forger.token(&json!({"typ": typ}), &json!({})), "token_type").await;
    }
    forger.refused("no typ", &forger.token(&json!({"typ": null}), &json!({})), "token_type").await;
    forger.refused("typ as a list", &forger.token(&json!({"typ": ["at+jwt"]}), &json!({})), "token_malformed").await;

    for extension in [
        json!({"crit": ["exp"], "exp": now() + 60}),
        json!({"crit": ["b64"], "b64": false}),
        json!({"crit": ["b64"], "b64": true}),
        json!({"crit": ["http://example.com/unheard-of"], "http://example.com/unheard-of": 1}),
        json!({"crit": []}),
        json!({"crit": "exp"}),
    ] {
        forger.refused(&extension.to_string(), &forger.token(&extension, &json!({})), "token_malformed").await;
    }
    // The claims as they are, not encoded (RFC 7797).
    let head = URL_SAFE_NO_PAD.encode(forger.head(&json!({"b64": false})).to_string());
    let message = format!("{head}.{}", forger.claims(&json!({"iss": "ours"})));
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(forger.key.sign(message.as_bytes())));
    forger.refused("b64", &token, "token_malformed").await;
    // Compressed claims, which an unpacking reader would make large; an encrypted token; a token in a token.
    let deflated = [0x63, 0x18, 0x05, 0xa3, 0x60, 0x14, 0x8c, 0x02, 0x08, 0x00];
    let zipped = forger.head(&json!({"zip": "DEF"})).to_string();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(zipped), URL_SAFE_NO_PAD.encode(deflated));
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(forger.key.sign(message.as_bytes())));
    forger.refused("zip", &token, "token_malformed").await;
    let head = forger.head(&json!({"alg": "dir", "enc": "A256GCM"})).to_string();
    let encrypted = format!("{}..{}.{}.{}", URL_SAFE_NO_PAD.encode(head), "AAAA", "AAAA", "AAAA");
    forger.refused("JWE", &encrypted, "token_malformed").await;
    let inner = forger.token(&json!({}), &json!({}));
    let nested = signed(&forger.key, &forger.head(&json!({"cty": "JWT"})).to_string(), &inner);
    forger.refused("nested", &nested, "token_malformed").await;
    let quoted = signed(&forger.key, &forger.head(&json!({"cty": "JWT"})).to_string(), &json!(inner).to_string());
    forger.refused("nested", &quoted, "token_malformed").await;
}

#[tokio::test]
async fn places_where_no_token_belongs() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let (house, token) = (&forger.house, forger.token(&json!({}), &json!({})));
        let (_, tool, arguments) = good_call(service);
        let place = house.tool_url(&door.path(tool));
        let body = door.body(tool, arguments.to_string().as_bytes());
        let call = || house.request(tool).header("content-type", "application/json").body(body.clone());
        let basic = STANDARD.encode(format!("{}:{}", forger.client_id, forger.client_secret));
        for (what, request, reason) in [
            ("nowhere", call(), "token_missing"),
            ("query", house.http.post(format!("{place}?access_token={token}")).json(&arguments), "token_missing"),
            ("form", house.http.post(&place).form(&[("access_token", &token)]), "token_missing"),
            ("body", house.http.post(&place).json(&json!({"access_token": token})), "token_missing"),
            ("cookie", call().header("cookie", format!("access_token={token}")), "token_missing"),
            ("proxy", call().header("proxy-authorization", format!("Bearer {token}")), "token_missing"),
            ("other header", call().header("x-access-token", &token), "token_missing"),
            ("no scheme", call().header("authorization", &token), "token_missing"),
            ("no token", call().header("authorization", "Bearer"), "token_missing"),
            ("empty token", call().header("authorization", "Bearer "), "token_missing"),
            ("other scheme", call().header("authorization", format!("Token {token}")), "token_missing"),
            ("DPoP", call().header("authorization", format!("DPoP {token}")), "token_missing"),
            ("Basic", call().header("authorization", format!("Basic {basic}")), "token_missing"),
            ("as a password", call().basic_auth("hacker", Some(&token)), "token_missing"),
            ("two schemes", call().header("authorization", format!("Basic {basic}, Bearer {token}")), "token_missing"),
            ("not ASCII", call().header("authorization", format!("Bearer\u{a0}{token}")), "token_missing"),
            ("comma", call().header("authorization", format!("Bearer {token}, Basic {basic}")), "token_malformed"),
            ("twice", call().bearer_auth(&token).header("authorization", format!("Bearer {token}")), "token_malformed"),
            (
                "and Basic",
                call().header("authorization", format!("Basic {basic}")).bearer_auth(&token),
                "token_malformed",
            ),
            ("parameter", call().header("authorization", format!("Bearer token={token}")), "token_malformed"),
            ("a secret", call().bearer_auth(&forger.client_secret), "token_malformed"),
        ] {
            house.refused(what, request, 401, reason).await;
        }
        let answer = call().header("authorization", format!("bEARER   {token}  ")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "the scheme in any case, and blanks around");
    }
}

#[tokio::test]
async fn every_door_is_locked() {
    for (service, doors) in [
        (Service::Calculator, &[("POST", "/tools/calculator", scope::CALCULATE)][..]),
        (Service::FileReader, &[("POST", "/tools/file_reader", scope::READ), ("GET", "/files", scope::READ)]),
        (Service::DatabaseQuery, &[("POST", "/tools/database_query", scope::QUERY), ("GET", "/tables", scope::QUERY)]),
        (
            Service::Memory,
            &[
                ("POST", "/tools/store_memory", scope::MEMORY_WRITE),
                ("POST", "/tools/get_recent_turns", scope::MEMORY_READ),
                ("POST", "/tools/get_compressed_memory", scope::MEMORY_READ),
                ("GET", "/stats", scope::MEMORY_READ),
                ("DELETE", "/sessions/s", scope::MEMORY_WRITE),
            ],
        ),
    ] {
        let forger = Forger::at(service).await;
        let house = &forger.house;
        for &(method, path, needed) in doors {
            let what = format!("{method} {path}");
            let ask = || house.http.request(Method::from_bytes(method.as_bytes()).unwrap(), house.tool_url(path));
            house.refused(&what, ask(), 401, "token_missing").await;
            house.refused(&what, ask().bearer_auth("x.y.z"), 401, "token_malformed").await;
            // Whoever may everything else may not this.
            let others: Vec<_> = scope::ALL.into_iter().filter(|&scope| scope != needed).collect();
            let token = forger.token(&json!({}), &json!({"scope": others.join(" ")}));
            let problem = house.refused(&what, ask().bearer_auth(token), 403, "token_scope").await;
            assert_eq!(problem.more["scope"], needed, "{what}");
        }
        house.refused("the list", house.http.get(house.tool_url("/tools")), 401, "token_missing").await;
        let nothing = forger.token(&json!({}), &json!({"scope": ""}));
        let list = house.http.get(house.tool_url("/tools")).bearer_auth(nothing).send().await.unwrap();
        assert_eq!(list.json::<Value>().await.unwrap(), json!({"tools": []}));
    }
}

#[tokio::test]
async fn tokens_that_were_taken_back() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let house = &forger.house;
        let (lost, kept) =
            (forger.token(&json!({}), &json!({"jti": "lost"})), forger.token(&json!({}), &json!({"jti": "kept"})));
        let revoke = |token: String| {
            let request = house.http.post(house.oauth_url("/oauth/revoke"));
            request.basic_auth(&forger.client_id, Some(&forger.client_secret)).form(&[("token", token)]).send()
        };
        // A forged token cannot take a good one along (RFC 7009: what is no token is revoked already).
        let claims = forger.claims(&json!({"jti": "kept"})).to_string();
        let another = signed(&new_key(), &forger.head(&json!({})).to_string(), &claims);
        assert_eq!(revoke(another).await.unwrap().status(), 200);
        assert_eq!(revoke(lost.clone()).await.unwrap().status(), 200);
        assert_eq!(forger.introspected(&lost).await, json!({"active": false}));

        let (_, tool, arguments) = good_call(service);
        let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while house.call(&lost, tool, &arguments).send().await.unwrap().status() == 200 {
            assert!(std::time::Instant::now() < end, "{service}: the token is still good");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        forger.refused("revoked", &lost, "token_revoked").await;
        // By another spelling of the same token's header.
        let respelt = forger.token(&json!({"typ": "application/at+jwt"}), &json!({"jti": "lost", "exp": now() + 50}));
        forger.refused("revoked, by its id", &respelt, "token_revoked").await;
        forger.accepted("another token of the same client", &kept).await;
    }
}

#[tokio::test]
async fn the_oauth_service_believes_no_forger_either() {
    let forger = Forger::at(Service::Calculator).await;
    let house = &forger.house;
    let good = forger.token(&json!({}), &json!({}));
    assert_eq!(forger.introspected(&good).await["active"], true, "the forger's tokens are good as such");
    let other = new_key();
    let [head, payload, signature] = parts(&good);
    let claims = forger.claims(&json!({})).to_string();
    for (what, token) in [
        ("another key", signed(&other, &forger.head(&json!({})).to_string(), &claims)),
        ("another key's id", signed(&other, &forger.head(&json!({"kid": "attacker"})).to_string(), &claims)),
        ("an unknown key's id", forger.token(&json!({"kid": "nobody"}), &json!({}))),
        ("no key's id", forger.token(&json!({"kid": null}), &json!({}))),
        ("none", format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(forger.head(&json!({"alg": "none"})).to_string()))),
        ("HS256", forger.token(&json!({"alg": "HS256"}), &json!({}))),
        ("typ", forger.token(&json!({"typ": "JWT"}), &json!({}))),
        ("crit", forger.token(&json!({"crit": ["b64"], "b64": false}), &json!({}))),
        ("expired", forger.token(&json!({}), &json!({"exp": now() - 60}))),
        ("not yet valid", forger.token(&json!({}), &json!({"nbf": now() + 60}))),
        ("issuer", forger.token(&json!({}), &json!({"iss": "http://127.0.0.1:1"}))),
        ("audience", forger.token(&json!({}), &json!({"aud": "somebody-else"}))),
        ("nobody's", forger.token(&json!({}), &json!({"client_id": "nobody"}))),
        ("cut", good[..good.len() - 1].to_owned()),
        ("no signature", format!("{head}.{payload}.")),
        ("padded", format!("{good}==")),
        ("a line end", format!("{good}\n")),
        ("a blank", format!(" {good}")),
        ("a zero", format!("{good}\0")),
        ("bits left over", format!("{head}.{payload}.{}", with_bits_left_over(signature))),
        ("a scheme", format!("Bearer {good}")),
        ("too long", "x".repeat(30_000)),
        ("empty", String::new()),
        ("the public key", URL_SAFE_NO_PAD.encode(forger.key.public_key().as_ref())),
    ] {
        assert_eq!(forger.introspected(&token).await, json!({"active": false}), "{what}");
    }
    // An agent's token, good or not, is no bootstrap token.
    let asked = json!({"client_name": "mole", "scope": "tools:read"});
    let place = house.oauth_url(&format!("/oauth/register/{}", forger.client_id));
    for token in [good.clone(), forger.token(&json!({}), &json!({"scope": scope::ALL.join(" ")})), "x".repeat(43)] {
        let (http, bearer) = (&house.http, &token);
        let register = http.post(house.oauth_url("/oauth/register")).bearer_auth(bearer).json(&asked);
        house.oauth_refused("register", register, 401, "invalid_token").await;
        let remove = http.delete(&place).bearer_auth(bearer);
        house.oauth_refused("remove", remove, 401, "invalid_token").await;
        let introspect = http.post(house.oauth_url("/oauth/introspect")).bearer_auth(bearer).form(&[("token", &good)]);
        house.oauth_refused("introspect", introspect, 401, "invalid_token").await;
        let revoke = http.post(house.oauth_url("/oauth/revoke")).bearer_auth(bearer).form(&[("token", &good)]);
        house.oauth_refused("revoke", revoke, 401, "invalid_client").await;
        let exchange = http.post(house.oauth_url("/oauth/token")).bearer_auth(bearer);
        let exchange = exchange.form(&[("grant_type", "client_credentials")]);
        house.oauth_refused("exchange", exchange, 401, "invalid_client").await;
    }
    forger.accepted("nothing of this changed anything", &good).await;
}

#[tokio::test]
async fn unknown_keys_do_not_become_a_storm() {
    let forger = Forger::at(Service::Calculator).await;
    forger.accepted("the calculator asks for the keys", &forger.token(&json!({}), &json!({}))).await;
    let route = [("route", "/.well-known/jwks.json")];
    let asked = async || counted(&forger.house.http, &forger.house.oauth_url(""), "heist_requests_total", &route).await;
    assert_eq!(asked().await, 2, "the forger's own look at the key set, and the calculator's one");
    for at in 0..50 {
        let token = forger.token(&json!({"kid": format!("key-{at}")}), &json!({}));
        forger.refused("unknown", &token, "token_unknown_key").await;
    }
    // At most once in five seconds; a busy machine may take as long for the fifty.
    assert!(asked().await <= 4, "{}", asked().await);
}

#[tokio::test]
async fn without_the_issuer_nobody_comes_in_and_the_reason_is_said() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        let token = forger.token(&json!({}), &json!({}));
        let Forger { mut house, .. } = forger;
        let gone = house.oauth_url("");
        let elsewhere = House::with(Service::Calculator).await;
        std::mem::replace(&mut house.oauth, elsewhere.oauth).stop().await;
        let (_, tool, arguments) = good_call(service);
        let problem = house.refused("silent", house.call(&token, tool, &arguments), 503, "issuer_silent").await;
        assert!(
            problem.detail.contains(&format!("the issuer of tokens, {gone}, does not answer")),
            "{}",
            problem.detail
        );
    }
}
