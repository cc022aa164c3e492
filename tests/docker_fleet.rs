//! The services in real containers. Without an engine these tests say that they are skipped, unless
//! `HEIST_TEST_DOCKER=require` is set: then they fail.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

#[path = "support/fleet.rs"]
mod support;

use std::ffi::OsStr;
use std::net::TcpListener;
use std::time::Instant;

use clap::Parser as _;
use heist_tools::Service;
use heist_tui::cli::Cli;
use heist_tui::fleet::{DockerOptions, FleetError, ModelServer, find_engine};
use heist_tui::heist::{EventKind, ServiceState};
use heist_tui::play::{self, Listener, What};
use heist_tui::session::{Control, GuessBy, Session, SessionError, Signal, Venue};
use secrecy::ExposeSecret;
use support::{
    Ground, calculate, compose, docker, hardened, ids, image_of, killed, model_server, pass, spoil, states, until,
};
use tokio::sync::mpsc;
use tracing_subscriber::prelude::*;

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
    let detail = killed(&mut told, Service::Calculator, &format!("{name}-calculator")).await;
    let begun = Instant::now();
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

    // Half of a set is there: one service was stopped, one paused, one cut off, one removed. All are mended, none again.
    let mut kept = ground.options.clone();
    kept.keep = true;
    let keeper = find_engine(&kept).await.unwrap();
    keeper.up(&report).await.unwrap().shut_down().await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5], "--keep leaves them");
    let before = ids(&ground);
    docker(&["stop", "-t", "1", &format!("{name}-file-reader")]);
    docker(&["pause", &format!("{name}-oauth")]);
    docker(&["network", "disconnect", &format!("{name}-network"), &format!("{name}-database-query")]);
    docker(&["rm", "-f", &format!("{name}-memory")]);
    while told.try_recv().is_ok() {}
    let fleet = engine.up(&report).await.unwrap();
    assert!(fleet.is_adopted());
    let detail = until(&mut told, Service::FileReader, ServiceState::Exited).await.unwrap();
    assert!(detail.contains("started again"), "{detail}");
    assert_eq!(calculate(fleet.endpoints(), "6*7").await["result"], "42");
    fleet.shut_down().await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5], "a set that was kept stays");
    assert_eq!(ids(&ground)[..4], before[..4]);
    let tag = image_of(name);
    engine.down().await.unwrap();

    // A container of somebody else has a name that is needed; it is explained and not touched.
    let image = format!("somebody-{name}:1");
    docker(&["tag", &tag, &image]);
    docker(&["create", "--name", &format!("{name}-memory"), &image, "memory"]);
    let error = engine.up(&report).await.unwrap_err();
    assert!(matches!(&error, FleetError::InTheWay(found) if found.len() == 1), "{error}");
    for word in [format!("{name}-memory"), image.clone(), "--fleet".to_owned(), "--force".to_owned()] {
        assert!(error.to_string().contains(&word), "{word} is missing in: {error}");
    }
    assert!(engine.down().await.unwrap().is_empty());
    assert_ne!(docker(&["ps", "-aq", "--filter", &format!("name={name}-memory")]), "");
    let forced = find_engine(&DockerOptions { force: true, ..ground.options.clone() }).await.unwrap();
    let fleet = forced.up(&report).await.unwrap();
    assert!(!fleet.is_adopted());
    fleet.shut_down().await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
    docker(&["rmi", &image]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_does_not_get_well_is_explained_and_made_anew_only_by_force() {
    let mut ground = Ground::new('e');
    ground.options.keep = true;
    let Some(engine) = ground.engine().await else { return };
    let (report, _told) = mpsc::unbounded_channel();
    engine.up(&report).await.unwrap().shut_down().await.unwrap();
    let before = ids(&ground);
    // Its key is spoilt, so that it ends whenever it is started.
    spoil(&ground);
    let error = engine.up(&report).await.unwrap_err();
    assert!(matches!(&error, FleetError::HalfDead { service: Service::Oauth, .. }), "{error}");
    for word in ["signing-key.der", "--force", "heist-tui down", "Nothing of it was removed"] {
        assert!(error.to_string().contains(word), "{word} is missing in: {error}");
    }
    println!("{error}");
    assert_eq!(ids(&ground), before);

    // Another version has made it.
    docker(&["rm", "-f", &format!("{}-calculator", ground.options.fleet)]);
    let old = format!("heist-tools:0.0.0-{}", ground.options.fleet);
    docker(&["tag", &image_of(&ground.options.fleet), &old]);
    let label = format!("heist-tui.fleet={}", ground.options.fleet);
    docker(&[
        "create",
        "--name",
        &format!("{}-calculator", ground.options.fleet),
        "--label",
        &label,
        &old,
        "calculator",
    ]);
    let error = engine.up(&report).await.unwrap_err();
    assert!(matches!(&error, FleetError::InTheWay(found) if found[0].contains("0.0.0")), "{error}");
    docker(&["rm", "-f", &format!("{}-calculator", ground.options.fleet)]);
    docker(&["rmi", &old]);

    // By force, with the spoilt volume taken away.
    engine.down().await.unwrap();
    engine.remove_volumes().await.unwrap();
    engine.up(&report).await.unwrap().shut_down().await.unwrap();
    let before = ids(&ground);
    docker(&["stop", "-t", "1", &format!("{}-memory", ground.options.fleet)]);
    let forced = find_engine(&DockerOptions { force: true, ..ground.options.clone() }).await.unwrap();
    assert!(!forced.up(&report).await.unwrap().is_adopted());
    assert!(ids(&ground).iter().all(|id| !before.contains(id)), "made again");
    engine.down().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_when_nobody_waits_for_it_any_more() {
    let ground = Ground::new('f');
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    let (ended, ()) = tokio::join!(engine.up(&report), async {
        until(&mut told, Service::Oauth, ServiceState::Starting).await;
        told.close();
    });
    assert!(matches!(ended, Err(FleetError::Stopped)), "{ended:?}");
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
    assert!(engine.idle_sets().await.unwrap().iter().all(|set| set.fleet != ground.options.fleet));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_docker_compose_made_is_adopted() {
    let ground = Ground::new('c');
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    // So that the image is there.
    let fleet = engine.up(&report).await.unwrap();
    let tag = format!("heist-tools:{}", env!("CARGO_PKG_VERSION"));
    docker(&["tag", &image_of(&ground.options.fleet), &tag]);
    fleet.shut_down().await.unwrap();
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
    hardened(&ground);
    // What dies is started again, so that the heist goes on; what is removed is left to whoever made the set.
    docker(&["kill", &format!("{}-calculator", ground.options.fleet)]);
    // On a busy machine a look at its health may be sooner than the word of its end.
    until(&mut told, Service::Calculator, ServiceState::Starting).await;
    until(&mut told, Service::Calculator, ServiceState::Healthy).await;
    docker(&["rm", "-f", &format!("{}-memory", ground.options.fleet)]);
    until(&mut told, Service::Memory, ServiceState::Absent).await;
    fleet.shut_down().await.unwrap();
    assert_eq!(states(&engine).await.into_iter().filter(|state| *state == ServiceState::Healthy).count(), 4);
    compose(&ground, &["down", "-v"]).unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
    // Only the name: it would serve wherever a program does not.
    docker(&["rmi", &tag]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_does_not_start_tells_its_last_words_and_nothing_is_left() {
    let ground = Ground::new('d');
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    let fleet = engine.up(&report).await.unwrap();
    spoil(&ground);
    fleet.shut_down().await.unwrap();
    while told.try_recv().is_ok() {}

    let error = engine.up(&report).await.unwrap_err();
    let FleetError::NotHealthy { service, state, detail } = &error else { panic!("{error}") };
    assert_eq!((*service, *state), (Service::Oauth, ServiceState::Exited));
    assert!(detail.as_ref().unwrap().contains("signing-key.der"), "{error}");
    assert_eq!(&until(&mut told, Service::Oauth, ServiceState::Exited).await, detail);
    println!("{error}");
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_container_is_seen_at_once_and_mended() {
    let ground = Ground::new('g');
    let Some(engine) = ground.engine().await else { return };
    let (report, mut told) = mpsc::unbounded_channel();
    let fleet = engine.up(&report).await.unwrap();
    hardened(&ground);
    let name = |service: &str| format!("{}-{service}", ground.options.fleet);
    let network = name("network");
    // Five services and five ways to be hurt. What the process itself does, nobody but HTTP sees.
    for (service, fault, state) in [
        (Service::Calculator, vec!["pause"], ServiceState::Unhealthy),
        (Service::FileReader, vec!["kill"], ServiceState::Exited),
        (Service::DatabaseQuery, vec!["network", "disconnect", &network], ServiceState::Unhealthy),
        (Service::Memory, vec!["kill", "-s", "STOP"], ServiceState::Unhealthy),
        (Service::Oauth, vec!["rm", "-f"], ServiceState::Absent),
    ] {
        while told.try_recv().is_ok() {}
        let begun = Instant::now();
        let detail = if state == ServiceState::Exited {
            killed(&mut told, service, &name(service.name())).await
        } else {
            docker(&[&fault[..], &[&name(service.name())]].concat());
            until(&mut told, service, state).await.unwrap()
        };
        let seen = begun.elapsed();
        until(&mut told, service, ServiceState::Starting).await;
        until(&mut told, service, ServiceState::Healthy).await;
        let first = detail.lines().next().unwrap().to_owned();
        println!(
            "{fault:?}: {first}: seen {:.2} s, healthy {:.2} s",
            seen.as_secs_f64(),
            begun.elapsed().as_secs_f64()
        );
    }
    assert_eq!(calculate(fleet.endpoints(), "6*7").await["result"], "42");
    fleet.shut_down().await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_asks_a_model_server_of_this_machine_for_summaries_and_does_without_when_it_is_gone() {
    let mut ground = Ground::new('h');
    // Containers come from an address of the engine's, which is not the same everywhere.
    let listener = tokio::net::TcpListener::bind(("0.0.0.0", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/v1");
    ground.options.model = Some(ModelServer { url, model: Some("small".to_owned()) });
    let Some(engine) = ground.engine().await else { return };
    let server = tokio::spawn(model_server(listener));
    let (report, _told) = mpsc::unbounded_channel();
    let fleet = engine.up(&report).await.unwrap();

    let pass = pass(fleet.endpoints(), "memory:write memory:read").await;
    let memory = fleet.endpoints().url(Service::Memory);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |tool: &str, body: serde_json::Value| -> serde_json::Value {
        let sent = http.post(format!("{memory}/tools/{tool}")).bearer_auth(&pass).json(&body).send().await.unwrap();
        sent.error_for_status().unwrap().json().await.unwrap()
    };
    let fill = async |session: &str| {
        for turn in 1..=12 {
            let message =
                format!("The guard of post {turn} leaves at 22:{turn:02}, and nobody comes before 23:{turn:02}.");
            let turn = serde_json::json!({ "session": session, "agent": "intel", "turn": turn, "message": message });
            ask("store_memory", turn).await;
        }
    };
    let summary = async |session: &str| {
        let asked = serde_json::json!({ "session": session, "max_tokens": 200, "recent": 2 });
        ask("get_compressed_memory", asked).await["result"].clone()
    };
    fill("one").await;
    let by_model = summary("one").await;
    assert_eq!(by_model["method"], "model", "{by_model}");
    server.abort();
    fill("two").await;
    let extracted = summary("two").await;
    assert_eq!(extracted["method"], "extract", "{extracted}");
    fleet.shut_down().await.unwrap();
}

/// A defect of the program: what puts a fault into the log panics, and with it the heist's own task.
struct Defect;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Defect {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        assert!(event.metadata().fields().field("fault").is_none(), "a defect");
    }
}

// One thread, for the log is defective in this thread alone.
#[tokio::test]
async fn a_defect_in_the_middle_of_a_heist_leaves_no_container() {
    let ground = Ground::new('j');
    let Some(engine) = ground.engine().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("heist.db");
    let args =
        ["heist-tui", "--ci", "--seed", "7", "--rounds", "50", "--llm", "scripted", "--tools", "embedded", "--db"];
    let cli = Cli::try_parse_from(args.map(OsStr::new).into_iter().chain([db.as_os_str()])).unwrap();
    let what = What::Game(cli.play.game);
    let (prepared, _) =
        play::prepare(&what, &cli.play.run.means, &cli.docker, Listener::that_guesses(GuessBy::Detector))
            .await
            .unwrap();
    let session = Session { venue: Venue::Docker { engine: engine.clone(), or_embedded: false }, ..prepared };

    let _defective = tracing_subscriber::registry().with(Defect).set_default();
    let (tell, mut signals) = mpsc::unbounded_channel();
    let (steer, controls) = mpsc::channel(1);
    let heist = tokio::spawn(session.run(tell, controls));
    let in_the_second_round = |signal: &Signal| matches!(signal, Signal::Recorded(event) if matches!(event.kind, EventKind::RoundStarted { round: 2, .. }));
    while !signals.recv().await.is_some_and(|signal| in_the_second_round(&signal)) {}
    // It is not over before the container is dead.
    steer.send(Control::Pause).await.unwrap();
    assert_eq!(states(&engine).await, [ServiceState::Healthy; 5]);
    let calculator = format!("{}-calculator", ground.options.fleet);
    tokio::task::spawn_blocking(move || docker(&["kill", &calculator])).await.unwrap();

    let broken = tokio::time::timeout(std::time::Duration::from_mins(1), heist).await.unwrap().unwrap().unwrap_err();
    assert!(matches!(&broken, SessionError::Broken(why) if why == "a defect"), "{broken}");
    assert_eq!(states(&engine).await, [ServiceState::Absent; 5]);
}
