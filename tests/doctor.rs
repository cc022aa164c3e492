//! `doctor`, with nothing there, with a database that is none, and in a terminal that is none.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};
use support::Place;

/// The finding about a thing, and the exit code.
fn finding(place: &Place, what: &str) -> (Value, i32) {
    let args = ["doctor", "--json", "--llm-url", "http://127.0.0.1:9", "--docker-host", "unix:///nowhere/docker.sock"];
    let output = place.program(&args).output().unwrap();
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = findings.as_array().unwrap().iter().find(|finding| finding["what"] == what).unwrap().clone();
    (found, output.status.code().unwrap())
}

#[test]
fn what_is_not_there_is_told_with_a_remedy_and_is_no_failure() {
    let place = Place::new();
    for what in ["model server", "docker", "terminal"] {
        let (found, code) = finding(&place, what);
        assert_eq!(found["state"], "absent", "{found}");
        assert!(found["remedy"].is_string(), "{found}");
        assert_eq!(code, 0);
    }
    assert!(finding(&place, "model server").0["found"].as_str().unwrap().contains("lms server start"));
    assert!(finding(&place, "docker").0["found"].as_str().unwrap().contains("/nowhere/docker.sock"));
    assert_eq!(finding(&place, "database").0["state"], "good");
    assert!(!place.database().exists(), "to look makes nothing");
}

#[test]
fn heists_are_counted_and_what_is_no_database_is_a_failure() {
    let place = Place::new();
    place.scripted(&["--rounds", "1"]);
    assert!(finding(&place, "database").0["found"].as_str().unwrap().ends_with("1 sessions"));
    fs::remove_file(place.database().with_extension("db-wal")).ok();
    fs::write(place.database(), "this is no database, but a text that is long enough to be looked at").unwrap();
    let (found, code) = finding(&place, "database");
    assert_eq!((found["state"].as_str(), code), (Some("broken"), 1), "{found}");
}

/// Answers like an engine that only says which one it is, until the test ends. Gives its port.
fn engine() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let version = r#"{"Version":"20.10.24","ApiVersion":"1.41","Arch":"amd64"}"#;
            let head = format!("Content-Type: application/json\r\nContent-Length: {}", version.len());
            let _ = write!(stream, "HTTP/1.1 200 OK\r\n{head}\r\nConnection: close\r\n\r\n{version}");
        }
    });
    port
}

/// What the doctor says of Docker with these variables.
fn docker(place: &Place, variables: &[(&str, &str)]) -> Value {
    let mut command = place.bare(&["doctor", "--json", "--llm-url", "http://127.0.0.1:9"]);
    for name in ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS", "DOCKER_TLS_VERIFY"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    findings.as_array().unwrap().iter().find(|finding| finding["what"] == "docker").unwrap().clone()
}

#[test]
fn an_engine_is_found_as_dockers_own_client_finds_it() {
    let (place, port) = (Place::new(), engine());
    for form in ["tcp://127.0.0.1:PORT", "tcp://localhost:PORT/", "http://127.0.0.1:PORT", "127.0.0.1:PORT", ":PORT"] {
        let host = form.replace("PORT", &port.to_string());
        let found = docker(&place, &[("DOCKER_HOST", &host)]);
        assert_eq!(found["state"], "good", "{host}: {found}");
        assert!(found["found"].as_str().unwrap().contains(&port.to_string()), "{host}: {found}");
    }

    // The context that the client's settings name; a variable comes before it.
    let folder = place.path().join(".docker");
    // SHA-256 of its name.
    let digest = "46ba34770bccfde756708d47d83fb7c8257fe8a4b3a35f25d385a8284021f476";
    let meta = folder.join("contexts/meta").join(digest);
    fs::create_dir_all(&meta).unwrap();
    let host = format!("tcp://127.0.0.1:{port}");
    let text = json!({ "Name": "near", "Endpoints": { "docker": { "Host": host } } });
    fs::write(meta.join("meta.json"), text.to_string()).unwrap();
    fs::write(folder.join("config.json"), r#"{"currentContext":"near"}"#).unwrap();
    assert!(docker(&place, &[])["found"].as_str().unwrap().contains(&host));
    let refused = docker(&place, &[("DOCKER_CONTEXT", "nowhere")]);
    assert_eq!(refused["state"], "absent", "{refused}");
    assert!(refused["found"].as_str().unwrap().contains("Docker context nowhere"), "{refused}");
    let refused = docker(&place, &[("DOCKER_HOST", &host), ("DOCKER_TLS_VERIFY", "1")]);
    assert!(refused["found"].as_str().unwrap().contains("DOCKER_TLS_VERIFY wants TLS"), "{refused}");
}

#[test]
fn the_text_says_the_same() {
    let place = Place::new();
    let output = place.program(&["doctor", "--llm-url", "ftp://x"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("!! model server"), "{text}");
    assert!(text.contains("> correct --llm-url"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}
