//! The binary: its line, its health, its end.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::house::{Process, program};

/// Nobody is there.
const NO_ISSUER: &str = "http://127.0.0.1:1";

fn health(url: &str) -> Option<i32> {
    program().args(["health", url]).stderr(Stdio::null()).status().unwrap().code()
}

#[test]
#[cfg(unix)]
fn each_service_starts_tells_its_health_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["oauth", "calculator", "file-reader", "database-query", "memory"] {
        let mut service = Process::start(name, folder.path(), NO_ISSUER);
        let (child, url) = (&mut service.child, &service.url);
        assert_eq!(health(&format!("{url}/health")), Some(0), "{name}");
        assert_eq!(health(&format!("{url}/nowhere")), Some(1), "{name}");
        let own = url.replace("http://127.0.0.1", "0.0.0.0");
        assert_eq!(program().arg("health").env("HEIST_LISTEN", own).status().unwrap().code(), Some(0), "{name}");
        let begun = Instant::now();
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{name}");
        assert_eq!(health(&format!("{url}/health")), Some(1), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn a_health_check_stays_with_a_service_that_has_run_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start("calculator", folder.path(), NO_ISSUER);
    let url = format!("{}/health", service.url);
    let watch =
        |seconds: &str| program().args(["health", &url, "--watch", seconds]).stderr(Stdio::null()).spawn().unwrap();
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
    drop(service);
    assert_eq!(watching.wait().unwrap().code(), Some(1));
}

/// The service is reached and ends as ever, though its log goes into a pipe that has long been full.
#[test]
#[cfg(unix)]
fn a_log_that_nobody_reads_holds_up_nothing() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["calculator", "--listen", "127.0.0.1:0", "--issuer", NO_ISSUER, "--data"]).arg(folder.path());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    // Read to the end of the first line, and never again until the service has ended.
    let mut out = BufReader::with_capacity(1, child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("calculator listens on http://").unwrap();
    // Some 6 MB of log, where a pipe holds 64 KiB.
    let ask = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(30_000));
    let mut caller = TcpStream::connect(address).unwrap();
    caller.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    for _ in 0..200 {
        caller.write_all(ask.as_bytes()).unwrap();
        let mut answer = [0; 12];
        caller.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 404");
        let mut rest = Vec::new();
        while !rest.ends_with(b"}") {
            let mut piece = [0; 4096];
            let length = caller.read(&mut piece).unwrap();
            assert!(length > 0);
            rest.extend_from_slice(&piece[..length]);
        }
    }
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// What was logged is there when a service has ended, to the last line.
#[test]
#[cfg(unix)]
fn a_log_that_is_read_is_whole() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["calculator", "--listen", "127.0.0.1:0", "--issuer", NO_ISSUER, "--data"]).arg(folder.path());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("calculator listens on ").unwrap();
    for at in 0..20 {
        assert_eq!(health(&format!("{url}/nowhere-{at}")), Some(1));
    }
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    out.read_to_string(&mut log).unwrap();
    for at in 0..20 {
        assert_eq!(log.matches(&format!("\"/nowhere-{at}\"")).count(), 1, "{log}");
    }
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
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
