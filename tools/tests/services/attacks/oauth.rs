//! Guesses and tricks at the oauth service: other people's secrets, more scopes, forms that say two things.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, TokenResponse};
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{counted_while, say, statuses};
use crate::house::{House, register, url};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "client_credentials";

struct Desk {
    house: House,
    id: String,
    secret: String,
    bootstrap: String,
}

impl Desk {
    async fn open() -> Self {
        let house = House::with(Service::Calculator).await;
        let client = register(&house.http, &url(&house.oauth), &house.data(), "driver", "tools:calculate").await;
        let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
        Self { house, id: client.client_id, secret: client.client_secret.expose_secret().to_owned(), bootstrap }
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.house.http.post(self.house.oauth_url(path))
    }

    async fn refused(&self, what: &str, request: RequestBuilder, status: u16, reason: &str) {
        let problem = self.house.oauth_refused(what, request, status, reason).await;
        assert_eq!(problem.more["error"], reason, "{what}");
        assert!(
            !problem.to_string().contains(&self.secret) && !problem.to_string().contains(&self.bootstrap),
            "{what}"
        );
    }

    /// What the right credentials get, which they do whatever was tried before.
    async fn good_token(&self) -> String {
        let request = self.post("/oauth/token").basic_auth(&self.id, Some(&self.secret));
        let answer = request.form(&[("grant_type", GRANT)]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<TokenResponse>().await.unwrap().access_token.expose_secret().to_owned()
    }
}

#[tokio::test]
async fn guessed_secrets() {
    let desk = Desk::open().await;
    let (id, secret) = (desk.id.as_str(), desk.secret.as_str());
    let other = register(&desk.house.http, &url(&desk.house.oauth), &desk.house.data(), "intel", "tools:read").await;
    let hash = Sha256::digest(secret);
    let mut guesses: Vec<(String, String)> = [
        (id, ""),
        (id, "secret"),
        (id, "null"),
        (id, id),
        (id, &secret[..42]),
        (id, &secret[1..]),
        (id, &format!("{secret}x")),
        (id, &format!("{secret} ")),
        (id, &format!("{secret}\0")),
        (id, &format!(" {secret}")),
        (id, &secret.to_uppercase()),
        (id, &secret.chars().rev().collect::<String>()),
        (id, &"x".repeat(20_000)),
        (id, &STANDARD.encode(hash)),
        (id, &URL_SAFE_NO_PAD.encode(hash)),
        (id, &hash.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()),
        (id, other.client_secret.expose_secret()),
        (id, &desk.bootstrap),
        (id, "' OR '1'='1"),
        (&other.client_id, secret),
        ("", secret),
        ("driver", secret),
        ("%", secret),
        ("_", secret),
        ("*", secret),
        ("' OR 1=1 --", secret),
        ("x' UNION SELECT client_id, client_name, scope, secret_hash FROM clients --", secret),
        (&format!("{id}'--"), secret),
        (&format!("{id} "), secret),
        (&format!("{id}\0"), secret),
        (&id.to_uppercase(), secret),
        (&id.to_lowercase(), secret),
        (&id[..21], secret),
        (&"i".repeat(20_000), secret),
    ]
    .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
    .into();
    guesses.extend((0..100).map(|at| (id.to_owned(), URL_SAFE_NO_PAD.encode(Sha256::digest([at])))));
    for (id, secret) in guesses {
        let what = format!("{id:.60} with {secret:.60}");
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            let body = json!({"grant_type": GRANT, "token": "x", "client_id": id, "client_secret": secret});
            desk.refused(&what, desk.post(path).form(&body), 401, "invalid_client").await;
            desk.refused(&what, desk.post(path).json(&body), 401, "invalid_client").await;
        }
        if !id.contains(':') {
            let request = desk.post("/oauth/token").basic_auth(&id, Some(&secret)).form(&[("grant_type", GRANT)]);
            desk.refused(&what, request, 401, "invalid_client").await;
        }
    }
    desk.good_token().await;
}

#[tokio::test]
async fn credentials_in_the_wrong_place_or_form() {
    let desk = Desk::open().await;
    let (id, secret, bootstrap) = (&desk.id, &desk.secret, &desk.bootstrap);
    let pair = STANDARD.encode(format!("{id}:{secret}"));
    let grant = format!("grant_type={GRANT}");
    for (what, authorization) in [
        ("no word", "Basic".to_owned()),
        ("an empty word", "Basic ".to_owned()),
        ("no base64", "Basic !!!".to_owned()),
        ("not encoded", format!("Basic {id}:{secret}")),
        ("cut", format!("Basic {}", &pair[..pair.len() - 1])),
        ("no colon", format!("Basic {}", STANDARD.encode(id))),
        ("no UTF-8", format!("Basic {}", STANDARD.encode(b"\xff:\xff"))),
        ("encoded, and no UTF-8", format!("Basic {}", STANDARD.encode(format!("{id}:%ff{secret}")))),
        (
            "encoded twice",
            format!("Basic {}", STANDARD.encode(format!("{id}:%25{:02x}{}", secret.as_bytes()[0], &secret[1..]))),
        ),
        ("half encoded", format!("Basic {}", STANDARD.encode(format!("{id}:{secret}%")))),
        ("twice in one", format!("Basic {pair}, Basic {pair}")),
        ("another scheme", format!("Digest {pair}")),
        ("Bearer", format!("Bearer {pair}")),
        ("the secret as a token", format!("Bearer {secret}")),
        ("the bootstrap token", format!("Bearer {bootstrap}")),
        ("no scheme", pair.clone()),
    ] {
        let request = desk.post("/oauth/token").header("authorization", authorization);
        let request = request.header("content-type", FORM).body(grant.clone());
        desk.refused(what, request, 401, "invalid_client").await;
    }
    let query = format!("/oauth/token?client_id={id}&client_secret={secret}&{grant}");
    let in_query = desk.post(&query).header("content-type", FORM).body(grant.clone());
    desk.refused("in the query", in_query, 401, "invalid_client").await;
    let all_in_query = desk.post(&query).header("content-type", FORM);
    desk.refused("all in the query", all_in_query, 400, "invalid_request").await;
    let cookie = desk.post("/oauth/token").header("cookie", format!("client_id={id}; client_secret={secret}"));
    let cookie = cookie.header("content-type", FORM).body(grant.clone());
    desk.refused("in a cookie", cookie, 401, "invalid_client").await;
    // Of two that say different things neither is believed, nor of two that say the same.
    let form =
        || desk.post("/oauth/token").form(&json!({"grant_type": GRANT, "client_id": id, "client_secret": secret}));
    let both = form().basic_auth(id, Some(secret));
    desk.refused("Basic and body", both, 400, "invalid_request").await;
    let twice = desk.post("/oauth/token").basic_auth(id, Some(secret)).basic_auth(id, Some("x"));
    let twice = twice.header("content-type", FORM).body(grant.clone());
    desk.refused("two headers", twice, 400, "invalid_request").await;
    let differing = desk.post("/oauth/token").basic_auth(id, Some(secret));
    let differing = differing.form(&json!({"grant_type": GRANT, "client_id": "somebody-else"}));
    desk.refused("another client_id", differing, 400, "invalid_request").await;
    // In a target of the absolute form there may stand credentials too.
    let address = desk.house.oauth.addr();
    let target =
        format!("POST http://{id}:{secret}@{address}/oauth/token HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    let attempt = format!("{target}content-type: {FORM}\r\ncontent-length: {}\r\n\r\n{grant}", grant.len());
    let base = desk.house.oauth_url("");
    let (answer, counted) = counted_while(&desk.house.http, &base, say(address, attempt.as_bytes())).await;
    assert_eq!(statuses(&answer), [401]);
    assert_eq!(counted, [("invalid_client".to_owned(), 1)]);

    // The bootstrap token opens by its own header alone.
    let asked =
        json!({"client_name": "mole", "scope": "tools:read", "bootstrap": bootstrap, "access_token": bootstrap});
    for (what, request) in [
        ("nothing", desk.post("/oauth/register")),
        ("in the query", desk.post(&format!("/oauth/register?access_token={bootstrap}"))),
        ("Basic", desk.post("/oauth/register").basic_auth("bootstrap", Some(bootstrap))),
        ("no scheme", desk.post("/oauth/register").header("authorization", bootstrap)),
        ("twice", desk.post("/oauth/register").bearer_auth(bootstrap).bearer_auth(bootstrap)),
        ("cut", desk.post("/oauth/register").bearer_auth(&bootstrap[..42])),
        ("longer", desk.post("/oauth/register").bearer_auth(format!("{bootstrap}x"))),
        ("in small letters", desk.post("/oauth/register").bearer_auth(bootstrap.to_lowercase() + "_")),
        ("quoted", desk.post("/oauth/register").bearer_auth(format!("\"{bootstrap}\""))),
        ("a client's secret", desk.post("/oauth/register").bearer_auth(secret)),
    ] {
        desk.refused(what, request.json(&asked), 401, "invalid_token").await;
    }
    desk.good_token().await;
}

#[tokio::test]
async fn more_than_was_registered() {
    let desk = Desk::open().await;
    for scope in [
        "tools:read",
        "tools:calculate tools:read",
        "tools:read tools:calculate",
        "tools:calculate\ttools:read",
        "tools:calculate\ntools:read",
        "tools:calculate,tools:read",
        "tools:calculate+tools:read",
        "tools:calculate\0",
        "tools:calculate\u{a0}tools:read",
        "TOOLS:CALCULATE",
        "Tools:Calculate",
        "tools:calculat",
        "tools:calculatee",
        "tools:",
        "tools:*",
        "*",
        "all",
        "admin",
        "openid offline_access",
        "memory:write memory:read",
        "' OR 1=1 --",
        "\u{202e}etaluclac:sloot",
        &"tools:calculate ".repeat(2000).replace("late ", "late tools:read "),
        &"x".repeat(50_000),
    ] {
        let what = format!("{scope:.60}");
        let body = json!({"grant_type": GRANT, "scope": scope});
        let request = || desk.post("/oauth/token").basic_auth(&desk.id, Some(&desk.secret));
        desk.refused(&what, request().form(&body), 400, "invalid_scope").await;
        desk.refused(&what, request().json(&body), 400, "invalid_scope").await;
    }
    for (grant, reason) in [
        ("password", "unsupported_grant_type"),
        ("authorization_code", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("refresh_token", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type"),
        ("client_credentials ", "unsupported_grant_type"),
        ("Client_Credentials", "unsupported_grant_type"),
        ("client_credentials\0", "unsupported_grant_type"),
        ("", "unsupported_grant_type"),
    ] {
        let form = json!({
            "grant_type": grant, "username": "driver", "password": desk.secret, "code": "x", "refresh_token": "x",
            "assertion": "x", "subject_token": "x", "redirect_uri": "http://example.com/",
        });
        let request = desk.post("/oauth/token").basic_auth(&desk.id, Some(&desk.secret)).form(&form);
        desk.refused(grant, request, 400, reason).await;
    }
    // Repeated, the same scope is had once.
    let request = desk.post("/oauth/token").basic_auth(&desk.id, Some(&desk.secret));
    let form = json!({"grant_type": GRANT, "scope": "tools:calculate  tools:calculate"});
    let reply: Value = request.form(&form).send().await.unwrap().json().await.unwrap();
    assert_eq!(reply["scope"], "tools:calculate");
}

#[tokio::test]
async fn registrations_that_ask_for_more_than_a_client() {
    let desk = Desk::open().await;
    let ask = |body: &Value| desk.post("/oauth/register").bearer_auth(&desk.bootstrap).json(body);
    for name in [
        "",
        " ",
        "two words",
        "driver ",
        "../driver",
        "driver/..",
        "a\\b",
        "driver\0",
        "driver\r\nX-Injected: 1",
        "<script>alert(1)</script>",
        "'; DROP TABLE clients; --",
        "\" OR \"\"=\"",
        "${jndi:ldap://127.0.0.1:1/x}",
        "{{7*7}}",
        "%s%n",
        "\u{1b}[2J",
        "\u{202e}revird",
        "d\u{200b}river",
        "dr\u{456}ver",
        "\u{1f697}",
        "a,b",
        "a@b",
        "a:b",
        &"x".repeat(65),
        &"x".repeat(60_000),
    ] {
        let body = json!({"client_name": name, "scope": "tools:read"});
        desk.refused(&format!("{name:.60}"), ask(&body), 400, "invalid_client_metadata").await;
    }
    for body in [
        json!({"client_name": "mole", "scope": ""}),
        json!({"client_name": "mole", "scope": "admin"}),
        json!({"client_name": "mole", "scope": "tools:read tools:*"}),
        json!({"client_name": "mole", "scope": "tools:read", "grant_types": []}),
        json!({"client_name": "mole", "scope": "tools:read", "grant_types": ["authorization_code"]}),
        json!({"client_name": "mole", "scope": "tools:read", "grant_types": ["client_credentials", "implicit"]}),
        json!({"client_name": "mole", "scope": "tools:read", "grant_types": ["client_credentials", "client_credentials"]}),
    ] {
        desk.refused(&body.to_string(), ask(&body), 400, "invalid_client_metadata").await;
    }
    for body in [
        json!(null),
        json!([]),
        json!("mole"),
        json!({}),
        json!({"client_name": "mole"}),
        json!({"scope": "tools:read"}),
        json!({"client_name": ["mole"], "scope": "tools:read"}),
        json!({"client_name": 7, "scope": "tools:read"}),
        json!({"client_name": "mole", "scope": ["tools:read"]}),
        json!({"client_name": "mole", "scope": "tools:read", "grant_types": "client_credentials"}),
        json!({"client_name": "mole", "scope": "tools:read", "grant_types": [["client_credentials"]]}),
    ] {
        desk.refused(&body.to_string(), ask(&body), 400, "invalid_request").await;
    }
    // What a client may not choose is chosen for it, and what is not had is not given back.
    let body = json!({
        "client_name": "mole", "scope": "tools:read", "client_id": desk.id, "client_secret": "known",
        "redirect_uris": ["http://example.com/"], "jwks_uri": "http://127.0.0.1:1/", "token_endpoint_auth_method": "none",
        "software_statement": "x.y.z", "client_secret_expires_at": 1,
    });
    let answer = ask(&body).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (201, None));
    let reply: Value = answer.json().await.unwrap();
    assert!(reply["client_id"] != body["client_id"] && reply["client_secret"] != body["client_secret"], "{reply}");
    assert_eq!(reply["token_endpoint_auth_method"], "client_secret_basic");
    assert!(reply.get("redirect_uris").is_none() && reply.get("jwks_uri").is_none(), "{reply}");

    // Nor is a client removed by a name that is like its own.
    for name in ["%25", "_", "*", "..%2f", "'%20OR%201=1%20--", &desk.id[..21], &desk.id.to_uppercase(), "%00", "x%0ay"]
    {
        let place = desk.house.oauth_url(&format!("/oauth/register/{name}"));
        let request = desk.house.http.delete(place).bearer_auth(&desk.bootstrap);
        desk.house.oauth_refused(name, request, 404, "no_such_client").await;
    }
    let sum = json!({"expression": "6*7"});
    assert_eq!(desk.house.result(&desk.good_token().await, CALCULATOR, &sum).await, "42");
}

#[tokio::test]
async fn forms_that_say_two_things_or_too_much() {
    let desk = Desk::open().await;
    let (id, secret) = (&desk.id, &desk.secret);
    let good = format!("grant_type={GRANT}&client_id={id}&client_secret={secret}");
    for (what, media, body) in [
        ("grant type twice", FORM, format!("{good}&grant_type={GRANT}")),
        ("client twice", FORM, format!("client_id=x&{good}")),
        ("secret twice", FORM, format!("{good}&client_secret=x")),
        ("scope twice", FORM, format!("{good}&scope=tools:calculate&scope=tools:read")),
        ("encoded twice", FORM, format!("{good}&%67rant_type=password")),
        ("nothing", FORM, String::new()),
        ("a word", FORM, "x".to_owned()),
        ("JSON as a form", FORM, json!({"grant_type": GRANT}).to_string()),
        ("no name", FORM, format!("={GRANT}")),
        ("zero", FORM, format!("grant_type%00={GRANT}")),
        ("an index", FORM, format!("grant_type[]={GRANT}")),
        ("in capitals", FORM, format!("GRANT_TYPE={GRANT}")),
        ("many names", FORM, (0..5000).map(|at| format!("a{at}=b")).collect::<Vec<_>>().join("&")),
        ("keys twice", "application/json", format!(r#"{{"grant_type":"{GRANT}","grant_type":"{GRANT}"}}"#)),
        (
            "secrets twice",
            "application/json",
            format!(r#"{{"grant_type":"{GRANT}","client_id":"{id}","client_secret":"x","client_secret":"{secret}"}}"#),
        ),
        (
            "twice, escaped once",
            "application/json",
            format!(r#"{{"grant_type":"{GRANT}","\u0067rant_type":"{GRANT}","client_id":"{id}"}}"#),
        ),
        ("a number", "application/json", r#"{"grant_type":1}"#.to_owned()),
        ("a list", "application/json", format!(r#"{{"grant_type":["{GRANT}"]}}"#)),
        ("a list of all", "application/json", format!(r#"[["{GRANT}"]]"#)),
        ("a form as JSON", "application/json", good.clone()),
        ("half", "application/json", "{".to_owned()),
        ("nothing", "application/json", String::new()),
        ("a byte order mark", "application/json", format!("\u{feff}{{\"grant_type\":\"{GRANT}\"}}")),
        ("brackets", "application/json", "[".repeat(10_000)),
        ("brackets within", "application/json", format!("{{\"grant_type\":{}", "[".repeat(10_000))),
        ("objects", "application/json", "{\"a\":".repeat(10_000)),
        ("closed brackets", "application/json", format!("{{\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000))),
    ] {
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            let request = desk.post(path).header("content-type", media).body(body.clone());
            desk.refused(&format!("{what} at {path}"), request, 400, "invalid_request").await;
        }
    }
    for (what, body) in [
        ("no UTF-8", b"grant_type=\xff\xfe".to_vec()),
        ("no UTF-8, encoded", b"grant_type=%ff%fe".to_vec()),
        ("broken encoding", b"grant_type=%zz%".to_vec()),
    ] {
        let request = desk.post("/oauth/token").basic_auth(id, Some(secret)).header("content-type", FORM).body(body);
        desk.refused(what, request, 400, "unsupported_grant_type").await;
    }
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        for (what, media) in
            [("none", None), ("text", Some("text/plain")), ("parts", Some("multipart/form-data; boundary=x"))]
        {
            let request = desk.post(path).body(good.clone());
            let request = media.into_iter().fold(request, |request, media| request.header("content-type", media));
            desk.refused(what, request, 415, "invalid_request").await;
        }
        for media in [FORM, "application/json"] {
            let packed = desk.post(path).header("content-type", media).header("content-encoding", "gzip").body("x");
            desk.house.oauth_refused("gzip", packed, 415, "content_encoding").await;
            for length in [64 * 1024 + 1, 1_000_000, 20_000_000] {
                let request = desk.post(path).header("content-type", media);
                let request = request.body(format!("{good}&x={}", "y".repeat(length)));
                desk.refused("too large", request, 413, "invalid_request").await;
            }
        }
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let request = desk.house.http.request(method, desk.house.oauth_url(path));
            desk.house.oauth_refused("method", request, 405, "method").await;
        }
    }
    for after in ["x", "", "1e9", "0x1", "1;2", "9223372036854775808", "1&after=2", "%00", "1%20OR%201=1"] {
        let request = desk.house.http.get(desk.house.oauth_url(&format!("/oauth/revoked?after={after}")));
        desk.house.oauth_refused(after, request, 400, "malformed").await;
    }
    desk.good_token().await;
}
