//! The services in real containers. Without an engine these tests say that they are skipped, unless
//! `HEIST_TEST_DOCKER=require` is set: then they fail.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use heist_tools::Service;
use heist_tools::wire::{RegisterRequest, RegisterResponse, TokenRequest, TokenResponse, scope};
use heist_tui::fleet::{DockerOptions, Endpoints, Engine, FleetError, ServiceChange, find_engine};
use heist_tui::heist::ServiceState;
use secrecy::ExposeSecret;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Names and ports of this test alone, and a promise to leave nothing of them.
struct Ground {
    options: DockerOptions,
}

impl Ground {
    fn new(letter: char) -> Self {
        let options = DockerOptions {
            fleet: format!("heist-test-{}-{letter}", std::process::id()),
            port_base: free_ports(letter),
            executable: env!("CARGO_BIN_EXE_heist-tui").into(),
            ..DockerOptions::default()
        };
        Self { options }
    }

    /// The engine, or `None` when the test is to be skipped.
    async fn engine(&self) -> Option<Engine> {
        match find_engine(&self.options).await {
            Ok(engine) => Some(engine),
            Err(error) if std::env::var("HEIST_TEST_DOCKER").is_ok_and(|word| word == "require") => panic!("{error}"),
            Err(error) => {
                println!("SKIPPED: {error}");
                None
            }
        }
    }
}

impl Drop for Ground {
    /// Also when the test has failed.
    fn drop(&mut self) {
        let fleet = &self.options.fleet;
        for service in Service::ALL {
            docker(&["rm", "-f", &format!("{fleet}-{service}")]);
        }
        docker(&["network", "rm", &format!("{fleet}-network")]);
        docker(&["volume", "rm", &format!("{fleet}-data"), &format!("{fleet}-memory-data")]);
    }
}

/// The command-line client is a second witness, and cleans up; where it is missing, the engine alone is asked.
fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// Runs `docker-compose` on the project's own file with the names and ports of `ground`; `None` where there is none.
fn compose(ground: &Ground, arguments: &[&str]) -> Option<()> {
    let DockerOptions { fleet, port_base, .. } = &ground.options;
    let mut text = include_str!("../docker-compose.yml").replace("name: heist-", &format!("name: {fleet}-"));
    for service in Service::ALL {
        let published = format!("127.0.0.1:{}:", port_base + service.port_offset());
        text = text.replace(&format!("127.0.0.1:{}:", service.default_port()), &published);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("docker-compose.yml");
    std::fs::write(&file, text).unwrap();
    let output = Command::new("docker-compose").args(["-p", fleet, "-f"]).arg(&file).args(arguments).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// The first of five ports in a row that are free, below those that systems give out by themselves; `letter` keeps
/// tests of this process apart.
fn free_ports(letter: char) -> u16 {
    let begin = 10_000 + u16::try_from(std::process::id() % 8_000).unwrap() + 1000 * (letter as u16 - 'a' as u16);
    (begin..32_000)
        .step_by(5)
        .find(|base| (*base..base + 5).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()))
        .unwrap()
}

/// Waits until `service` is told to be in `state`; gives the detail.
async fn until(
    told: &mut mpsc::UnboundedReceiver<ServiceChange>,
    service: Service,
    state: ServiceState,
) -> Option<String> {
    let waiting = async {
        loop {
            let change = told.recv().await.expect("the watchers have ended");
            if (change.service, change.state) == (service, state) {
                return change.detail;
            }
        }
    };
    timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{service} was never {state:?}"))
}

/// Registers a client and gets a token for the calculator.
async fn calculate(endpoints: &Endpoints, expression: &str) -> serde_json::Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let oauth = endpoints.url(Service::Oauth);
    let registered: RegisterResponse = http
        .post(format!("{oauth}/oauth/register"))
        .bearer_auth(endpoints.bootstrap_token().expose_secret())
        .json(&RegisterRequest {
            client_name: "hacker".to_owned(),
            scope: scope::CALCULATE.to_owned(),
            grant_types: vec!["client_credentials".to_owned()],
        })
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .json()
        .await
        .unwrap();
    let token: TokenResponse = http
        .post(format!("{oauth}/oauth/token"))
        .json(&TokenRequest {
            grant_type: Some("client_credentials".to_owned()),
            client_id: Some(registered.client_id),
            client_secret: Some(registered.client_secret),
            scope: None,
        })
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .json()
        .await
        .unwrap();
    http.post(format!("{}/tools/calculator", endpoints.url(Service::Calculator)))
        .bearer_auth(token.access_token.expose_secret())
        .json(&serde_json::json!({ "expression": expression }))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .json()
        .await
        .unwrap()
}

async fn states(engine: &Engine) -> Vec<ServiceState> {
    engine.status().await.unwrap().into_iter().map(|status| status.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_comes_up_survives_a_death_is_adopted_and_goes() {
    let ground = Ground::new('a');
    let Some(engine) = ground.engine().await else { return };
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);

    let (report, mut told) = mpsc::unbounded_channel();
    let begun = Instant::now();
    let fleet = engine.up(&report).await.unwrap();
    println!("up, with the image if it was missing: {:.2} s", begun.elapsed().as_secs_f64());
    assert!(!fleet.is_adopted());
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5]);
    let reply = calculate(fleet.endpoints(), "45*60").await;
    assert_eq!(reply["result"], "2700");
    assert_eq!(reply["agent"], "hacker");

    // Another heist takes the set as it is, and leaves it.
    let (other_report, _other_told) = mpsc::unbounded_channel();
    let begun = Instant::now();
    let other = engine.up(&other_report).await.unwrap();
    println!("adopt: {:.2} s", begun.elapsed().as_secs_f64());
    assert!(other.is_adopted());
    assert_eq!(
        other.endpoints().bootstrap_token().expose_secret(),
        fleet.endpoints().bootstrap_token().expose_secret()
    );
    other.shut_down().await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5]);

    // A service dies, and one is removed altogether.
    let name = &ground.options.fleet;
    while told.try_recv().is_ok() {}
    docker(&["kill", &format!("{name}-calculator")]);
    let begun = Instant::now();
    let detail = until(&mut told, Service::Calculator, ServiceState::Exited).await.unwrap();
    assert!(detail.contains("137"), "{detail}");
    until(&mut told, Service::Calculator, ServiceState::Starting).await;
    until(&mut told, Service::Calculator, ServiceState::Healthy).await;
    println!("from death to healthy: {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(calculate(fleet.endpoints(), "6*7").await["result"], "42");
    docker(&["rm", "-f", &format!("{name}-memory")]);
    until(&mut told, Service::Memory, ServiceState::Absent).await;
    until(&mut told, Service::Memory, ServiceState::Healthy).await;

    let endpoints = fleet.endpoints().clone();
    let begun = Instant::now();
    fleet.shut_down().await.unwrap();
    println!("down: {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
    assert_eq!(docker(&["ps", "-aq", "--filter", &format!("label=heist-tui.fleet={name}")]), "");
    assert_eq!(docker(&["network", "ls", "-q", "--filter", &format!("name={name}")]), "");

    // With the image there, and the volumes: the same keys and the same token.
    let begun = Instant::now();
    let again = engine.up(&report).await.unwrap();
    println!("up, with the image there: {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(again.endpoints().bootstrap_token().expose_secret(), endpoints.bootstrap_token().expose_secret());
    again.shut_down().await.unwrap();
    assert_eq!(engine.remove_volumes().await.unwrap(), [format!("{name}-data"), format!("{name}-memory-data")]);
    assert!(engine.remove_volumes().await.unwrap().is_empty());
    assert_eq!(docker(&["volume", "ls", "-q", "--filter", &format!("name={name}")]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_is_named_and_a_broken_set_is_mended() {
    let ground = Ground::new('b');
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    let (name, port) = (&ground.options.fleet, ground.options.port_base + 1);

    // A port is taken.
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let error = engine.up(&report).await.unwrap_err();
    assert!(matches!(&error, FleetError::PortsTaken(taken) if *taken == [(Service::Calculator, port)]), "{error}");
    assert!(error.to_string().contains(&format!("{port} (for calculator)")), "{error}");
    assert!(error.to_string().contains("--port-base"), "{error}");
    drop(listener);
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);

    // Half of a set is there: one service was stopped.
    let mut kept = ground.options.clone();
    kept.keep = true;
    let keeper = find_engine(&kept).await.unwrap();
    keeper.up(&report).await.unwrap().shut_down().await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5], "--keep leaves them");
    docker(&["stop", "-t", "1", &format!("{name}-file-reader")]);
    while told.try_recv().is_ok() {}
    let fleet = engine.up(&report).await.unwrap();
    assert!(!fleet.is_adopted());
    let detail = until(&mut told, Service::FileReader, ServiceState::Exited).await.unwrap();
    assert!(detail.contains("made anew"), "{detail}");
    fleet.shut_down().await.unwrap();

    // A container of somebody else has a name that is needed; it is explained and not touched.
    let image = format!("somebody-{name}:1");
    let tag = format!("heist-tools:{}", env!("CARGO_PKG_VERSION"));
    docker(&["tag", &tag, &image]);
    docker(&["create", "--name", &format!("{name}-memory"), &image, "memory"]);
    let error = engine.up(&report).await.unwrap_err();
    assert!(matches!(&error, FleetError::Foreign { name: foreign, .. } if *foreign == format!("{name}-memory")));
    assert!(error.to_string().contains("--fleet"), "{error}");
    assert!(engine.down().await.unwrap().is_empty());
    assert_ne!(docker(&["ps", "-aq", "--filter", &format!("name={name}-memory")]), "");
    docker(&["rm", "-f", &format!("{name}-memory")]);
    docker(&["rmi", &image]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_docker_compose_made_is_adopted() {
    let ground = Ground::new('c');
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    // So that the image is there.
    engine.up(&report).await.unwrap().shut_down().await.unwrap();
    engine.remove_volumes().await.unwrap();
    if compose(&ground, &["up", "-d", "--no-build"]).is_none() {
        println!("SKIPPED: there is no docker-compose");
        return;
    }
    while told.try_recv().is_ok() {}
    let fleet = engine.up(&report).await.unwrap();
    assert!(fleet.is_adopted());
    let detail = until(&mut told, Service::Memory, ServiceState::Healthy).await.unwrap();
    assert!(detail.contains("found running"), "{detail}");
    assert_eq!(calculate(fleet.endpoints(), "2^10").await["result"], "1024");
    // A death is told, and left to whoever made the set.
    docker(&["kill", &format!("{}-calculator", ground.options.fleet)]);
    until(&mut told, Service::Calculator, ServiceState::Exited).await;
    fleet.shut_down().await.unwrap();
    assert_eq!(states(&engine).await.into_iter().filter(|state| *state == ServiceState::Healthy).count(), 4);
    compose(&ground, &["down", "-v"]).unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_does_not_start_tells_its_last_words_and_nothing_is_left() {
    let mut ground = Ground::new('d');
    ground.options.keep = true;
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    engine.up(&report).await.unwrap().shut_down().await.unwrap();
    // The key in the volume is spoilt.
    let name = &ground.options.fleet;
    let spoilt = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(spoilt.path(), "not a key").unwrap();
    let place = format!("{name}-oauth:/data/signing-key.der");
    docker(&["cp", spoilt.path().to_str().unwrap(), &place]);
    docker(&["stop", "-t", "1", &format!("{name}-oauth")]);
    while told.try_recv().is_ok() {}

    let error = engine.up(&report).await.unwrap_err();
    let FleetError::NotHealthy { service, state, detail } = &error else { panic!("{error}") };
    assert_eq!((*service, *state), (Service::Oauth, ServiceState::Exited));
    assert!(detail.as_ref().unwrap().contains("signing-key.der"), "{error}");
    let found = until(&mut told, Service::Oauth, ServiceState::Exited).await.unwrap();
    assert!(found.contains("made anew"), "{found}");
    assert_eq!(&until(&mut told, Service::Oauth, ServiceState::Exited).await, detail);
    println!("{error}");
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
}
