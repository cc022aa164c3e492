//! The image of the services, with a real engine: what it is made from, and what it is called. Without an engine these
//! tests say that they are skipped, unless `HEIST_TEST_DOCKER=require` is set: then they fail.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

#[path = "support/fleet.rs"]
#[allow(dead_code, reason = "each test binary uses its own part")]
mod support;

use std::time::Instant;

use heist_tools::Service;
use heist_tui::fleet::FleetError;
use heist_tui::heist::ServiceState;
use support::{Ground, calculate, docker, image_of, states, until};
use tokio::sync::mpsc;

/// A program of another build: what follows an executable's last segment is not run.
fn other_build() -> tempfile::TempPath {
    let (_, path) = tempfile::NamedTempFile::new().unwrap().into_parts();
    let mut program = std::fs::read(env!("CARGO_BIN_EXE_heist-tui")).unwrap();
    program.extend(std::process::id().to_le_bytes());
    std::fs::write(&path, program).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn another_build_makes_an_image_of_its_own_and_leaves_the_one_that_is_played_on() {
    let (mine, mut others) = (Ground::new('c'), Ground::new('d'));
    let program = other_build();
    others.options.executable = program.to_path_buf();
    let Some(engine) = mine.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    let fleet = engine.up(&report).await.unwrap();
    let image = image_of(&mine.options.fleet);
    let (silent, _told) = mpsc::unbounded_channel();
    let other_fleet = others.engine().await.unwrap().up(&silent).await.unwrap();
    let other_image = image_of(&others.options.fleet);
    let begin = format!("heist-tools:{}-", env!("CARGO_PKG_VERSION"));
    assert!(image.starts_with(&begin) && other_image.starts_with(&begin), "{image} {other_image}");
    assert_ne!(image, other_image);

    // What is gone of the first set is made again from the first image.
    while told.try_recv().is_ok() {}
    let calculator = format!("{}-calculator", mine.options.fleet);
    docker(&["rm", "-f", &calculator]);
    until(&mut told, Service::Calculator, ServiceState::Healthy).await;
    assert_eq!(docker(&["inspect", "--format", "{{.Config.Image}}", &calculator]).trim(), image);
    assert_eq!(calculate(fleet.endpoints(), "6*7").await["result"], "42");
    fleet.shut_down().await.unwrap();
    other_fleet.shut_down().await.unwrap();
    docker(&["rmi", &other_image]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_no_linux_executable_is_built_from_its_sources_and_a_failure_is_explained() {
    let mut ground = Ground::new('a');
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), "#!/bin/sh\n").unwrap();
    ground.options.executable = script.path().to_owned();
    // No image of this name can be had anywhere (RFC 2606).
    ground.options.rust_image = Some("heist.invalid/rust:1".to_owned());
    let Some(engine) = ground.engine().await else { return };
    let tag = format!("heist-tools:{}", env!("CARGO_PKG_VERSION"));
    if !docker(&["image", "inspect", "--format", "{{.Id}}", &tag]).trim().is_empty() {
        println!("SKIPPED: {tag} is there, and serves");
        return;
    }
    let (report, mut told) = mpsc::unbounded_channel();
    let error = engine.up(&report).await.unwrap_err();
    println!("{error}");
    let FleetError::Build { reason, lines, .. } = &error else { panic!("{error}") };
    assert!(reason.contains("heist.invalid"), "{reason}");
    assert!(lines.iter().any(|line| line.contains("FROM ${RUST_IMAGE} AS build")), "{lines:?}");
    for word in ["RUST_IMAGE=", env!("CARGO_MANIFEST_DIR"), "not a 64-bit Linux executable", "--tools embedded"] {
        assert!(error.to_string().contains(word), "{word} is missing in: {error}");
    }
    let mut steps = Vec::new();
    while let Ok(change) = told.try_recv() {
        steps.extend(change.detail.filter(|_| change.state == ServiceState::Building));
    }
    assert!(steps.iter().any(|step| step.starts_with("Step 1/")), "{steps:?}");
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
}

/// Takes some minutes, and a Rust image that is there or can be pulled: `RUST_IMAGE` names it.
#[tokio::test(flavor = "multi_thread")]
async fn the_image_is_compiled_from_the_sources_where_the_program_does_not_serve() {
    if std::env::var_os("RUST_IMAGE").is_none() {
        println!("SKIPPED: RUST_IMAGE is not set");
        return;
    }
    let mut ground = Ground::new('b');
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), "#!/bin/sh\n").unwrap();
    ground.options.executable = script.path().to_owned();
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    let begun = Instant::now();
    let fleet = engine.up(&report).await.unwrap();
    println!("compiled, and up: {:.0} s", begun.elapsed().as_secs_f64());
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5]);
    assert_eq!(calculate(fleet.endpoints(), "6*7").await["result"], "42");
    let mut compiled = false;
    while let Ok(change) = told.try_recv() {
        compiled |= change.detail.is_some_and(|detail| detail.contains("Compiling "));
    }
    assert!(compiled, "what the compiler says is told meanwhile");
    let image = image_of(&ground.options.fleet);
    fleet.shut_down().await.unwrap();
    // So that it is compiled the next time too.
    docker(&["rmi", &image]);
}
