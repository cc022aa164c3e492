//! Machines that lack what others have: a home, certificates, somebody who knows a name.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::process::{Command, Output};

use support::model::{Answer, ModelServer, message};
use support::{Place, events, of_kind};

const SHORT: [&str; 6] = ["--ci", "--json", "--tools", "embedded", "--rounds", "1"];

/// A short heist with the model server at this address.
fn ask(place: &Place, url: &str) -> Command {
    place.program(&[&SHORT[..], &["--llm", "openai", "--judge", "off", "--llm-url", url]].concat())
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn is_whole(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", told(output));
    let events = events(output);
    assert_eq!(of_kind(&events, "session.completed").len(), 1);
    assert_eq!(of_kind(&events, "message.completed").len(), of_kind(&events, "turn.started").len());
}

fn model() -> ModelServer {
    ModelServer::start(&["test-model"], |_, count| Answer::Text(message(count)))
}

fn without_certificates(command: &mut Command) -> Output {
    command.env("SSL_CERT_FILE", "/no/where/ca.pem").env("SSL_CERT_DIR", "/no/where/certs").output().unwrap()
}

#[test]
fn no_certificates_are_needed_for_plain_http() {
    let place = Place::new();
    is_whole(&without_certificates(&mut place.program(&[&SHORT[..], &["--llm", "scripted"]].concat())));
    let server = model();
    is_whole(&without_certificates(&mut ask(&place, &server.url)));
}

#[test]
fn a_model_server_is_found_at_localhost_in_whatever_family_it_listens() {
    let server = model();
    for name in ["localhost", "gpu.localhost"] {
        is_whole(&ask(&Place::new(), &server.url.replace("127.0.0.1", name)).output().unwrap());
    }
}

#[test]
fn a_name_that_is_not_found_is_told_as_that() {
    // The name servers of the machine are asked, or there are none; either way the name is the matter.
    let output = ask(&Place::new(), "http://nobody.invalid:9/v1").output().unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("the name nobody.invalid"), "{told}");
}

/// The program in a folder, without a home or anything that stands for one.
fn homeless(place: &Place, args: &[&str]) -> Output {
    let mut command = place.bare(args);
    for name in place.environment().keys() {
        command.env_remove(name);
    }
    command.current_dir(place.path()).output().unwrap()
}

#[test]
fn without_a_home_a_heist_is_played_and_what_needs_a_folder_says_which() {
    let place = Place::new();
    is_whole(&homeless(&place, &[&SHORT[..], &["--llm", "scripted", "--db", "kept.db"]].concat()));
    assert_eq!(homeless(&place, &["completions", "bash"]).status.code(), Some(0));
    assert!(homeless(&place, &["doctor"]).status.code().is_some());

    let nowhere = homeless(&place, &["sessions"]);
    assert!(nowhere.status.code().is_some_and(|code| code == 2 || code == 3), "{}", told(&nowhere));
    for words in ["HOME is not set", "--db"] {
        assert!(told(&nowhere).contains(words), "no {words} in {}", told(&nowhere));
    }

    // A path from the home folder in the configuration.
    fs::write(place.path().join("config.toml"), "crew = \"~/crew.toml\"\n").unwrap();
    let nowhere = homeless(&place, &["--config", "config.toml", "--ci", "--llm", "scripted"]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", told(&nowhere));
    assert!(told(&nowhere).contains("set HOME"), "{}", told(&nowhere));
}

#[test]
fn the_folder_for_data_is_enough_of_a_home() {
    let place = Place::new();
    let mut command = place.bare(&[&SHORT[..], &["--llm", "scripted"]].concat());
    let output = command.env_remove("HOME").current_dir(place.path()).output().unwrap();
    is_whole(&output);
    assert!(place.path().join("heist-tui/heist.db").exists());
}
