//! Clients, tokens, and what is refused to whom.

use std::time::{Duration, Instant};

use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, FILE_READER, RegisterResponse, ToolList, scope};
use reqwest::Response;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::house::{House, client, problem, register, start_oauth, start_tool, url};

async fn error(answer: Response, status: u16) -> String {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    if status == 401 {
        assert!(answer.headers().contains_key("www-authenticate"));
    }
    answer.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn credentials_by_basic_and_body_as_form_and_json() {
    let house = House::with(Service::Calculator).await;
    let agent = register(&house.http, &url(&house.oauth), &house.data(), "hacker", "tools:read tools:calculate").await;
    let (id, secret) = (agent.client_id.as_str(), agent.client_secret.expose_secret());
    // As RFC 6749, section 2.3.1, wants it, whatever the characters are.
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
    assert!(!format!("{id}{secret}").contains(['%', '+', ' ']), "what is sent as it is would be taken for encoded");
    let token = house.oauth_url("/oauth/token");
    let body = json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret});
    let bare = json!({"grant_type": "client_credentials", "scope": "tools:calculate"});
    for (request, scope) in [
        (house.http.post(&token).form(&body), "tools:read tools:calculate"),
        (house.http.post(&token).json(&body), "tools:read tools:calculate"),
        (house.http.post(&token).basic_auth(id, Some(secret)).form(&bare), "tools:calculate"),
        (house.http.post(&token).basic_auth(id, Some(secret)).json(&bare), "tools:calculate"),
        (house.http.post(&token).basic_auth(encoded(id), Some(encoded(secret))).form(&bare), "tools:calculate"),
        (house.http.post(&token).basic_auth(id, Some(encoded(secret).to_uppercase())).json(&bare), "tools:calculate"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let reply: Value = answer.json().await.unwrap();
        assert_eq!(
            (&reply["token_type"], &reply["scope"], &reply["expires_in"]),
            (&json!("Bearer"), &json!(scope), &json!(600))
        );
        let result =
            house.result(reply["access_token"].as_str().unwrap(), CALCULATOR, &json!({"expression": "45*60"})).await;
        assert_eq!(result, "2700");
    }
}

#[tokio::test]
async fn token_endpoint_errors() {
    let house = House::with(Service::Calculator).await;
    let agent = register(&house.http, &url(&house.oauth), &house.data(), "driver", "tools:calculate").await;
    let (id, secret) = (agent.client_id.as_str(), agent.client_secret.expose_secret());
    let grant = "client_credentials";
    for (form, status, expected) in [
        (json!({"client_id": id, "client_secret": secret}), 400, "invalid_request"),
        (json!({"grant_type": "password", "client_id": id, "client_secret": secret}), 400, "unsupported_grant_type"),
        (json!({"grant_type": grant}), 401, "invalid_client"),
        (json!({"grant_type": grant, "client_id": id, "client_secret": "wrong"}), 401, "invalid_client"),
        (json!({"grant_type": grant, "client_id": "nobody", "client_secret": secret}), 401, "invalid_client"),
        (
            json!({"grant_type": grant, "client_id": id, "client_secret": secret, "scope": "tools:query"}),
            400,
            "invalid_scope",
        ),
        (
            json!({"grant_type": grant, "client_id": id, "client_secret": secret, "scope": "tools:calculate tools:query"}),
            400,
            "invalid_scope",
        ),
    ] {
        let answer = house.http.post(house.oauth_url("/oauth/token")).form(&form).send().await.unwrap();
        assert_eq!(error(answer, status).await, expected, "{form}");
    }
    let twice = format!("grant_type={grant}&grant_type={grant}&client_id={id}&client_secret={secret}");
    let request = house.http.post(house.oauth_url("/oauth/token")).body(twice);
    let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(error(answer, 400).await, "invalid_request");
    let both = json!({"grant_type": grant, "client_id": id, "client_secret": secret});
    let request = house.http.post(house.oauth_url("/oauth/token")).basic_auth(id, Some(secret)).form(&both);
    assert_eq!(error(request.send().await.unwrap(), 400).await, "invalid_request");
}

#[tokio::test]
async fn registration_needs_the_bootstrap_token_and_known_scopes() {
    let house = House::with(Service::Calculator).await;
    let asked = json!({"client_name": "hacker", "scope": "tools:read"});
    let request = || house.http.post(house.oauth_url("/oauth/register")).json(&asked);
    assert_eq!(error(request().send().await.unwrap(), 401).await, "invalid_token");
    assert_eq!(error(request().bearer_auth("guess").send().await.unwrap(), 401).await, "invalid_token");
    let token = house.token("hacker", "tools:read").await;
    assert_eq!(error(request().bearer_auth(token).send().await.unwrap(), 401).await, "invalid_token");

    let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
    for asked in [
        json!({"client_name": "hacker", "scope": "tools:everything"}),
        json!({"client_name": "hacker", "scope": ""}),
        json!({"client_name": "", "scope": "tools:read"}),
        json!({"client_name": "two words", "scope": "tools:read"}),
        json!({"client_name": "hacker", "scope": "tools:read", "grant_types": ["authorization_code"]}),
    ] {
        let request = house.http.post(house.oauth_url("/oauth/register")).bearer_auth(&bootstrap).json(&asked);
        assert_eq!(error(request.send().await.unwrap(), 400).await, "invalid_client_metadata", "{asked}");
    }
}

#[tokio::test]
async fn a_token_opens_only_what_its_scope_names() {
    let house = House::with(Service::Calculator).await;
    let wrong = house.token("lookout", scope::QUERY).await;
    let arguments = json!({"expression": "1+1"});
    let answer = house.call(&wrong, CALCULATOR, &arguments).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"insufficient_scope\""), "{challenge}");
    assert!(challenge.contains("scope=\"tools:calculate\""), "{challenge}");
    assert_eq!(problem(answer).await.more["error"], "insufficient_scope");

    let answer = house.http.post(house.tool_url("/tools/calculator")).json(&arguments).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["www-authenticate"]),
        (
            401,
            &format!(
                "Bearer realm=\"heist-tools\", resource_metadata=\"{}/.well-known/oauth-protected-resource\"",
                house.tool_url("")
            )
            .parse()
            .unwrap()
        )
    );

    let list = |token: String| async {
        let answer = house.http.get(house.tool_url("/tools")).bearer_auth(token).send().await.unwrap();
        answer.json::<ToolList>().await.unwrap().tools
    };
    assert!(list(wrong).await.is_empty());
    let tools = list(house.token("driver", scope::CALCULATE).await).await;
    assert_eq!((tools.len(), tools[0].name.as_str(), tools[0].scope.as_str()), (1, CALCULATOR, scope::CALCULATE));

    assert_eq!(house.counted("heist_refusals_total", &[("reason", "token_scope")]).await, 1);
    assert_eq!(house.counted("heist_requests_total", &[("status", "403")]).await, 1);
}

#[tokio::test]
async fn introspection_revocation_and_removal() {
    let house = House::with(Service::FileReader).await;
    let agent = register(&house.http, &url(&house.oauth), &house.data(), "intel", "tools:read").await;
    let (id, secret) = (agent.client_id.as_str(), agent.client_secret.expose_secret());
    let fetch = || async {
        let request = house.http.post(house.oauth_url("/oauth/token")).basic_auth(id, Some(secret));
        let answer = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
    };
    let introspect = |token: String| async {
        let request = house.http.post(house.oauth_url("/oauth/introspect")).basic_auth(id, Some(secret));
        request.form(&[("token", token)]).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let (first, second) = (fetch().await, fetch().await);
    let seen = introspect(first.clone()).await;
    assert_eq!((&seen["active"], &seen["sub"], &seen["aud"]), (&json!(true), &json!("intel"), &json!("heist-tools")));
    assert_eq!(introspect("nonsense".to_owned()).await, json!({"active": false}));
    let others = house.token("planner", scope::CALCULATE).await;
    assert_eq!(introspect(others.clone()).await, json!({"active": false}));

    let revoke = |token: String| {
        let request = house.http.post(house.oauth_url("/oauth/revoke")).basic_auth(id, Some(secret));
        request.form(&[("token", token)]).send()
    };
    assert_eq!(revoke(first.clone()).await.unwrap().status(), 200);
    assert_eq!(revoke("nonsense".to_owned()).await.unwrap().status(), 200);
    assert_eq!(revoke(others).await.unwrap().status(), 400);
    assert_eq!(introspect(first).await, json!({"active": false}));
    assert_eq!(introspect(second.clone()).await["active"], true);
    let unknown = house.http.post(house.oauth_url("/oauth/introspect")).form(&[("token", "x")]).send().await.unwrap();
    assert_eq!(error(unknown, 401).await, "invalid_client");

    let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
    let place = house.oauth_url(&format!("/oauth/register/{id}"));
    assert_eq!(error(house.http.delete(&place).send().await.unwrap(), 401).await, "invalid_token");
    assert_eq!(house.http.delete(&place).bearer_auth(&bootstrap).send().await.unwrap().status(), 204);
    assert_eq!(house.http.delete(&place).bearer_auth(&bootstrap).send().await.unwrap().status(), 404);
    let request = house.http.post(house.oauth_url("/oauth/introspect")).bearer_auth(&bootstrap);
    let seen: Value = request.form(&[("token", second)]).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen, json!({"active": false}));
}

#[tokio::test]
async fn what_was_taken_back_opens_nothing_any_more() {
    let mut house = House::with(Service::Calculator).await;
    let sum = json!({"expression": "1+1"});
    let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
    let refused = async |house: &House, token: &str| {
        let end = Instant::now() + Duration::from_secs(10);
        while house.call(token, CALCULATOR, &sum).send().await.unwrap().status() == 200 {
            assert!(Instant::now() < end, "the token is still good");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let problem = house.refusal(token, CALCULATOR, &sum).await;
        assert_eq!((problem.status, &problem.more["error"]), (401, &json!("invalid_token")));
        assert!(problem.detail.contains("revoked"), "{}", problem.detail);
    };
    let agent = register(&house.http, &url(&house.oauth), &house.data(), "driver", scope::CALCULATE).await;
    let (id, secret) = (agent.client_id.as_str(), agent.client_secret.expose_secret());
    let fetch = async || {
        let request = house.http.post(house.oauth_url("/oauth/token")).basic_auth(id, Some(secret));
        let answer = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
    };
    let (first, second) = (fetch().await, fetch().await);
    let others = house.token("safecracker", scope::CALCULATE).await;

    let revoke = house.http.post(house.oauth_url("/oauth/revoke")).basic_auth(id, Some(secret));
    assert_eq!(revoke.form(&[("token", &first)]).send().await.unwrap().status(), 200);
    refused(&house, &first).await;
    assert_eq!(house.result(&second, CALCULATOR, &sum).await, "2");

    let place = house.oauth_url(&format!("/oauth/register/{id}"));
    assert_eq!(house.http.delete(place).bearer_auth(bootstrap).send().await.unwrap().status(), 204);
    refused(&house, &second).await;
    assert_eq!(house.result(&others, CALCULATOR, &sum).await, "2");

    // A service that starts later knows from the first request on.
    let fresh = start_tool(Service::Calculator, house.folder.path(), &house.oauth_url("")).await;
    std::mem::replace(&mut house.tool, fresh).stop().await;
    for token in [&first, &second] {
        assert_eq!(house.refusal(token, CALCULATOR, &sum).await.status, 401);
    }
    assert_eq!(house.counted("heist_refusals_total", &[("reason", "token_revoked")]).await, 2);
    assert_eq!(house.result(&others, CALCULATOR, &sum).await, "2");
}

#[tokio::test]
async fn metadata_names_the_endpoints() {
    let house = House::with(Service::Calculator).await;
    let read = |path: &str| house.http.get(house.oauth_url(path)).send();
    let metadata: Value = read("/.well-known/oauth-authorization-server").await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], house.oauth_url(""));
    assert_eq!(metadata["token_endpoint"], house.oauth_url("/oauth/token"));
    assert_eq!(metadata["jwks_uri"], house.oauth_url("/.well-known/jwks.json"));
    // RFC 8414, section 3.2: what has no elements is left out; and section 2 wants this member.
    assert!(metadata.as_object().unwrap().values().all(|value| value != &json!([])), "{metadata}");
    assert!(metadata["response_types_supported"].is_array(), "{metadata}");
    let keys: Value = read("/.well-known/jwks.json").await.unwrap().json().await.unwrap();
    assert_eq!((&keys["keys"][0]["crv"], &keys["keys"][0].get("d")), (&json!("Ed25519"), &None));
}

#[tokio::test]
async fn key_bootstrap_token_and_clients_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (data, http) = (folder.path().join("deep/oauth"), client());
    let oauth = start_oauth(&data).await;
    let agent = register(&http, &url(&oauth), &data, "driver", "tools:calculate").await;
    let keys = http.get(url(&oauth) + "/.well-known/jwks.json").send().await.unwrap().text().await.unwrap();
    let bootstrap = std::fs::read(data.join("bootstrap-token")).unwrap();
    oauth.stop().await;

    let oauth = start_oauth(&data).await;
    assert_eq!(http.get(url(&oauth) + "/.well-known/jwks.json").send().await.unwrap().text().await.unwrap(), keys);
    assert_eq!(std::fs::read(data.join("bootstrap-token")).unwrap(), bootstrap);
    let request = http.post(url(&oauth) + "/oauth/token");
    let request = request.basic_auth(agent.client_id, Some(agent.client_secret.expose_secret()));
    assert_eq!(request.form(&[("grant_type", "client_credentials")]).send().await.unwrap().status(), 200);
    let kept = std::fs::read(data.join("oauth.db")).unwrap();
    let secret = agent.client_secret.expose_secret().as_bytes();
    assert!(!kept.windows(secret.len()).any(|window| window == secret));
}

#[cfg(unix)]
#[tokio::test]
async fn secrets_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("oauth");
    start_oauth(&data).await.stop().await;
    for (name, mode) in [("", 0o700), ("bootstrap-token", 0o600), ("signing-key.der", 0o600)] {
        assert_eq!(std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    let key = data.join("signing-key.der");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let settings = heist_tools::Settings { data: data.clone(), ..heist_tools::Settings::default() };
    let refused = heist_tools::start(Service::Oauth, crate::house::ANY_PORT, settings).await.unwrap_err();
    assert!(refused.to_string().contains("others may read this secret"), "{refused}");
}

#[tokio::test]
async fn file_reader_is_closed_to_a_calculator_token() {
    let house = House::with(Service::FileReader).await;
    let token = house.token("driver", scope::CALCULATE).await;
    assert_eq!(house.refusal(&token, FILE_READER, &json!({"filename": "bank_layout.txt"})).await.status, 403);
    let answer = house.http.get(house.tool_url("/files")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(problem(answer).await.status, 403);
}

#[tokio::test]
async fn a_token_lasts_as_long_as_its_client_was_registered_for() {
    let house = House::with(Service::Calculator).await;
    let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
    let asked =
        |lifetime: &Value| json!({"client_name": "hacker", "scope": "tools:calculate", "token_lifetime": lifetime});
    let ask = |lifetime: &Value| {
        house.http.post(house.oauth_url("/oauth/register")).bearer_auth(&bootstrap).json(&asked(lifetime))
    };
    for (lifetime, error) in [
        (json!(0), "invalid_client_metadata"),
        (json!(86_401), "invalid_client_metadata"),
        (json!(u32::MAX), "invalid_client_metadata"),
        (json!(-1), "invalid_request"),
        (json!(1.5), "invalid_request"),
        (json!("600"), "invalid_request"),
        (json!(null), "invalid_request"),
        (json!(u64::MAX), "invalid_request"),
    ] {
        let answer = ask(&lifetime).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{lifetime}");
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], error, "{lifetime}");
    }
    for seconds in [1, 86_400] {
        let client: RegisterResponse = ask(&json!(seconds)).send().await.unwrap().json().await.unwrap();
        assert_eq!(client.token_lifetime, Some(seconds));
        let grant = [("grant_type", "client_credentials")];
        let request = house.http.post(house.oauth_url("/oauth/token")).form(&grant);
        let request = request.basic_auth(&client.client_id, Some(client.client_secret.expose_secret()));
        let granted: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(granted["expires_in"], seconds);
        if seconds == 86_400 {
            // Taken back, it stays so until its token would have ended.
            let gone = house.http.delete(house.oauth_url(&format!("/oauth/register/{}", client.client_id)));
            assert_eq!(gone.bearer_auth(&bootstrap).send().await.unwrap().status(), 204);
            let list: Value =
                house.http.get(house.oauth_url("/oauth/revoked")).send().await.unwrap().json().await.unwrap();
            let until = list["revoked"][0]["until"].as_i64().unwrap() - jiff::Timestamp::now().as_second();
            assert!((86_300..=86_400).contains(&until), "{until}");
        }
    }
    // Whoever does not say has the usual one.
    let client = register(&house.http, &url(&house.oauth), &house.data(), "driver", scope::CALCULATE).await;
    assert_eq!(client.token_lifetime, None);
}
