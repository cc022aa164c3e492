//! The binary: its line, its health, its end.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heist-tools"));
    for name in ["HEIST_LISTEN", "HEIST_DATA", "HEIST_ISSUER", "HEIST_LLM_URL", "HEIST_MODEL", "HEIST_LLM_KEY"] {
        command.env_remove(name);
    }
    command
}

/// Starts a service and reads the address out of its line.
pub fn service(name: &str, data: &std::path::Path, issuer: &str) -> (Child, String) {
    let mut child = program()
        .args([name, "--listen", "127.0.0.1:0", "--issuer", issuer, "--data"])
        .arg(data)
        // Nobody reads the log, which would fill the pipe.
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix(&format!("{name} listens on ")).unwrap().to_owned();
    (child, address)
}

fn health(url: &str) -> Option<i32> {
    program().args(["health", url]).stderr(Stdio::null()).status().unwrap().code()
}

#[test]
#[cfg(unix)]
fn each_service_starts_tells_its_health_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["oauth", "calculator", "file-reader", "database-query", "memory"] {
        let (mut child, address) = service(name, folder.path(), "http://127.0.0.1:1");
        assert_eq!(health(&format!("{address}/health")), Some(0), "{name}");
        assert_eq!(health(&format!("{address}/nowhere")), Some(1), "{name}");
        let own = address.replace("http://127.0.0.1", "0.0.0.0");
        assert_eq!(program().arg("health").env("HEIST_LISTEN", own).status().unwrap().code(), Some(0), "{name}");
        let begun = Instant::now();
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{name}");
        assert_eq!(health(&format!("{address}/health")), Some(1), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn a_health_check_stays_with_a_service_that_has_run_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, address) = service("calculator", folder.path(), "http://127.0.0.1:1");
    let address = format!("{address}/health");
    let watch =
        |seconds: &str| program().args(["health", &address, "--watch", seconds]).stderr(Stdio::null()).spawn().unwrap();
    // Others wait for a service that has just started, so it is looked at once.
    let begun = Instant::now();
    assert_eq!(watch("60").wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(30));
    while {
        let begun = Instant::now();
        assert_eq!(watch("1").wait().unwrap().code(), Some(0));
        begun.elapsed() < Duration::from_secs(1)
    } {}
    let mut watching = watch("600");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(watching.wait().unwrap().code(), Some(1));
}

#[test]
fn a_wrong_command_line_is_2_and_a_failure_1() {
    let run = |arguments: &[&str]| {
        let output = program().args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&[]).0, Some(2));
    assert_eq!(run(&["abacus"]).0, Some(2));
    assert_eq!(run(&["calculator", "--listen", "nowhere"]).0, Some(2));
    let (code, why) = run(&["oauth", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("needs a folder"), "{why}");
    let (code, why) = run(&["calculator", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(1));
    assert!(why.contains("--issuer"), "{why}");
    let (code, why) = run(&["health"]);
    assert_eq!(code, Some(2));
    assert!(why.contains("HEIST_LISTEN"), "{why}");
}

#[test]
#[cfg(unix)]
fn a_model_server_that_is_empty_is_none_and_one_that_cannot_be_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let memory = |url: &str| {
        let mut command = program();
        command.args(["memory", "--listen", "127.0.0.1:0", "--issuer", "http://127.0.0.1:1", "--data"]);
        command.arg(folder.path()).env("HEIST_LLM_URL", url).env("HEIST_MODEL", "").stdout(Stdio::piped());
        command
    };
    for url in ["", " ", "127.0.0.1:1", "http://127.0.0.1:1/v1"] {
        let mut child = memory(url).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(line.starts_with("memory listens on http://"), "{url:?}: {line}");
    }
    let refused = |command: &mut Command| {
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, why) = refused(&mut memory("ftp://models"));
    assert_eq!(code, Some(1));
    assert!(why.contains("\"ftp://models\" is no address of a model server"), "{why}");
    // As in an image made from nothing.
    let nowhere = folder.path().join("nowhere");
    let (code, why) = refused(memory("https://models/v1").env("SSL_CERT_FILE", &nowhere).env("SSL_CERT_DIR", &nowhere));
    assert_eq!(code, Some(1));
    assert!(why.contains("https://models/v1") && why.contains("certificates"), "{why}");
    let (code, _) = refused(program().args(["calculator", "--llm-url", "http://127.0.0.1:1"]));
    assert_eq!(code, Some(2));
}
