//! What every service refuses, and how it says so.

use heist_tools::wire::{CALCULATOR, CallReply, Health, scope};
use heist_tools::{Service, Settings, StartError, parts, start};
use serde_json::json;

use crate::house::{ANY_PORT, House, counted, problem};

#[tokio::test]
async fn every_service_is_healthy_and_counts() {
    for service in Service::ALL.into_iter().filter(|&service| service != Service::Oauth) {
        let house = House::with(service).await;
        for (base, name) in [(house.tool_url(""), service.name()), (house.oauth_url(""), "oauth")] {
            let health: Health = house.http.get(base.clone() + "/health").send().await.unwrap().json().await.unwrap();
            assert_eq!((health.status.as_str(), health.service.as_str()), ("healthy", name));
            let metrics = house.http.get(base.clone() + "/metrics").send().await.unwrap();
            assert_eq!(metrics.headers()["content-type"], "text/plain; version=0.0.4");
            let healthy = [("route", "/health"), ("status", "200")];
            assert_eq!(counted(&house.http, &base, "heist_requests_total", &healthy).await, 1);
        }
    }
}

#[tokio::test]
async fn wrong_paths_methods_types_and_sizes() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("driver", scope::CALCULATE).await;
    let path = house.tool_url("/tools/calculator");
    for (request, status) in [
        (house.http.get(house.tool_url("/nowhere")), 404),
        (house.call(&token, "abacus", &json!({})), 404),
        (house.http.get(&path).bearer_auth(&token), 405),
        (house.http.post(&path).bearer_auth(&token).body("expression=1"), 415),
        (house.http.post(&path).bearer_auth(&token).header("content-type", "application/json").body("{"), 400),
        (house.call(&token, CALCULATOR, &json!({"expression": "1".repeat(100_000)})), 413),
    ] {
        assert_eq!(problem(request.send().await.unwrap()).await.status, status);
    }
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let house = House::with(Service::Calculator).await;
    let ask = async |id: Option<&[u8]>| {
        let mut request = house.http.get(house.tool_url("/nowhere"));
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let answer = request.send().await.unwrap();
        answer.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask(Some(b"call-17:intel")).await, "call-17:intel");
    let (long, first, second) = ("x".repeat(65), ask(None).await, ask(None).await);
    assert_ne!(first, second);
    for hostile in [long.as_bytes(), b"", b"two words", b"a\"b", b"<script>", b"\xff"] {
        assert_ne!(ask(Some(hostile)).await.as_bytes(), hostile);
    }
}

#[tokio::test]
async fn what_the_framework_refuses_is_said_in_the_same_shape() {
    let house = House::with(Service::Memory).await;
    let token = house.token("director", scope::MEMORY_WRITE).await;
    let delete = house.http.delete(house.tool_url("/sessions/%ff")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(problem(delete).await.status, 400);
    assert_eq!(house.counted("heist_refusals_total", &[("reason", "malformed")]).await, 1);
}

#[tokio::test]
async fn a_service_runs_inside_another_server() {
    let house = House::with(Service::FileReader).await;
    let settings = Settings { issuer: Some(house.oauth_url("")), ..Settings::default() };
    let parts = parts(Service::Calculator, &settings).unwrap();
    tokio::spawn(parts.background);
    let listener = tokio::net::TcpListener::bind(ANY_PORT).await.unwrap();
    let place = format!("http://{}/calculate/tools/calculator", listener.local_addr().unwrap());
    let server = axum::serve(listener, axum::Router::new().nest("/calculate", parts.router));
    tokio::spawn(async { server.await.unwrap() });
    let token = house.token("driver", scope::CALCULATE).await;
    let answer = house.http.post(place).bearer_auth(token).json(&json!({"expression": "6*7"})).send().await.unwrap();
    assert_eq!(answer.json::<CallReply>().await.unwrap().result, "42");
}

#[tokio::test]
async fn what_keeps_a_service_from_starting_is_said() {
    let house = House::with(Service::Calculator).await;
    let folder = house.folder.path().to_owned();
    let settings = |issuer: Option<&str>| Settings {
        data: folder.clone(),
        issuer: issuer.map(str::to_owned),
        ..Settings::default()
    };
    let refused = start(Service::Calculator, ANY_PORT, settings(None)).await.unwrap_err();
    assert!(matches!(refused, StartError::NoIssuer(Service::Calculator)), "{refused}");
    for issuer in ["", "oauth:8001", "ftp://oauth", "http://oauth/?x=1"] {
        let refused = start(Service::Calculator, ANY_PORT, settings(Some(issuer))).await.unwrap_err();
        assert!(matches!(refused, StartError::BadIssuer(_)), "{issuer}: {refused}");
    }
    let taken = start(Service::Calculator, house.tool.addr(), settings(Some("http://oauth"))).await.unwrap_err();
    assert!(matches!(taken, StartError::Listen { .. }), "{taken}");
    let file = folder.join("file");
    std::fs::write(&file, "").unwrap();
    let memory = Settings { data: file, ..settings(Some("http://oauth")) };
    let refused = start(Service::Memory, ANY_PORT, memory).await.unwrap_err();
    assert!(matches!(refused, StartError::File { .. }), "{refused}");
}
