//! What every service refuses, and how it says so.

use heist_tools::wire::{CALCULATOR, Health, scope};
use heist_tools::{Options, Service, StartError, start};
use serde_json::json;

use crate::house::{ANY_PORT, House, problem};

#[tokio::test]
async fn every_service_is_healthy_and_counts() {
    for service in Service::ALL.into_iter().filter(|&service| service != Service::Oauth) {
        let house = House::with(service).await;
        for (base, name) in [(house.tool_url(""), service.name()), (house.oauth_url(""), "oauth")] {
            let health: Health = house.http.get(base.clone() + "/health").send().await.unwrap().json().await.unwrap();
            assert_eq!((health.status.as_str(), health.service.as_str()), ("healthy", name));
            let metrics = house.http.get(base + "/metrics").send().await.unwrap();
            assert_eq!(metrics.headers()["content-type"], "text/plain; version=0.0.4");
            assert!(metrics.text().await.unwrap().contains("status=\"200\"} 1"));
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
async fn what_keeps_a_service_from_starting_is_said() {
    let house = House::with(Service::Calculator).await;
    let folder = house.folder.path().to_owned();
    let options =
        |issuer: Option<&str>| Options { listen: ANY_PORT, data: folder.clone(), issuer: issuer.map(str::to_owned) };
    let refused = start(Service::Calculator, options(None)).await.unwrap_err();
    assert!(matches!(refused, StartError::NoIssuer(Service::Calculator)), "{refused}");
    for issuer in ["", "oauth:8001", "ftp://oauth", "http://oauth/?x=1"] {
        let refused = start(Service::Calculator, options(Some(issuer))).await.unwrap_err();
        assert!(matches!(refused, StartError::BadIssuer(_)), "{issuer}: {refused}");
    }
    let taken = Options { listen: house.tool.addr(), data: folder.clone(), issuer: Some("http://oauth".to_owned()) };
    assert!(matches!(start(Service::Calculator, taken).await.unwrap_err(), StartError::Listen { .. }));
    let file = folder.join("file");
    std::fs::write(&file, "").unwrap();
    let refused = start(Service::Memory, Options { data: file, ..options(Some("http://oauth")) }).await.unwrap_err();
    assert!(matches!(refused, StartError::File { .. }), "{refused}");
}
