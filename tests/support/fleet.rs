//! What the tests of containers share: names and ports of their own, calls to the services, and looking at containers.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use heist_tools::Service;
use heist_tools::wire::{RegisterRequest, RegisterResponse, TokenRequest, TokenResponse, scope};
use heist_tui::fleet::{DockerOptions, Endpoints, Engine, ServiceChange, find_engine};
use heist_tui::heist::ServiceState;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Names and ports of this test alone, and a promise to leave nothing of them.
pub struct Ground {
    pub options: DockerOptions,
}

impl Ground {
    pub fn new(letter: char) -> Self {
        let options = DockerOptions {
            fleet: format!("heist-test-{}-{letter}", std::process::id()),
            port_base: free_ports(letter),
            executable: env!("CARGO_BIN_EXE_heist-tui").into(),
            ..DockerOptions::default()
        };
        Self { options }
    }

    /// The engine, or `None` when the test is to be skipped.
    pub async fn engine(&self) -> Option<Engine> {
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
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The image that the containers of a set are made from.
pub fn image_of(fleet: &str) -> String {
    docker(&["inspect", "--format", "{{.Config.Image}}", &format!("{fleet}-oauth")]).trim().to_owned()
}

/// Runs `docker-compose` on the project's own file with the names and ports of `ground`; `None` where there is none.
pub fn compose(ground: &Ground, arguments: &[&str]) -> Option<()> {
    let DockerOptions { fleet, port_base, .. } = &ground.options;
    let mut text = include_str!("../../docker-compose.yml").replace("name: heist-", &format!("name: {fleet}-"));
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
pub fn free_ports(letter: char) -> u16 {
    let begin = 10_000 + u16::try_from(std::process::id() % 8_000).unwrap() + 1000 * (letter as u16 - 'a' as u16);
    (begin..32_000)
        .step_by(5)
        .find(|base| (*base..base + 5).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()))
        .unwrap()
}

/// Waits until `service` is told to be in `state`; gives the detail.
pub async fn until(
    told: &mut mpsc::UnboundedReceiver<ServiceChange>,
    service: Service,
    state: ServiceState,
) -> Option<String> {
    until_one_of(told, service, &[state]).await.detail
}

/// Kills the container of `service`; gives what is told of its death. Docker 20.10 may hold a killed container to be running for
/// as long as a check of its health is allowed to take: then it is told that nothing answers, and it is killed once more.
pub async fn killed(told: &mut mpsc::UnboundedReceiver<ServiceChange>, service: Service, container: &str) -> String {
    for _ in 0..5 {
        docker(&["kill", container]);
        let death = until_one_of(told, service, &[ServiceState::Exited, ServiceState::Unhealthy]).await;
        if death.state == ServiceState::Exited {
            return death.detail.unwrap();
        }
        until(told, service, ServiceState::Healthy).await;
    }
    panic!("{service} was never told to have exited");
}

async fn until_one_of(
    told: &mut mpsc::UnboundedReceiver<ServiceChange>,
    service: Service,
    states: &[ServiceState],
) -> ServiceChange {
    let mut before = Vec::new();
    let waiting = async {
        loop {
            let change = told.recv().await.expect("the watchers have ended");
            if change.service == service && states.contains(&change.state) {
                return change;
            }
            before.push(change);
        }
    };
    let waited = timeout(Duration::from_mins(2), waiting).await;
    waited.unwrap_or_else(|_| panic!("{service} was never one of {states:?}; told was {before:?}"))
}

/// Posts to a service with a token, if there is one, and gives what it answers.
async fn post<Answer: DeserializeOwned>(url: String, token: Option<&str>, body: &impl Serialize) -> Answer {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(url).json(body);
    let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
    request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

/// Registers a client with these scopes, and gets its token.
pub async fn pass(endpoints: &Endpoints, scopes: &str) -> String {
    let oauth = endpoints.url(Service::Oauth);
    let request = RegisterRequest {
        client_name: "hacker".to_owned(),
        scope: scopes.to_owned(),
        grant_types: vec!["client_credentials".to_owned()],
        bank: None,
        token_lifetime: None,
    };
    let bootstrap = endpoints.bootstrap_token().expose_secret();
    let registered: RegisterResponse = post(format!("{oauth}/oauth/register"), Some(bootstrap), &request).await;
    let request = TokenRequest {
        grant_type: Some("client_credentials".to_owned()),
        client_id: Some(registered.client_id),
        client_secret: Some(registered.client_secret),
        scope: None,
    };
    let token: TokenResponse = post(format!("{oauth}/oauth/token"), None, &request).await;
    token.access_token.expose_secret().to_owned()
}

/// Has the calculator calculate, as a client that was registered for it.
pub async fn calculate(endpoints: &Endpoints, expression: &str) -> serde_json::Value {
    let token = pass(endpoints, scope::CALCULATE).await;
    let url = format!("{}/tools/calculator", endpoints.url(Service::Calculator));
    post(url, Some(&token), &serde_json::json!({ "expression": expression })).await
}

/// The containers' identities, in the order of the services.
pub fn ids(ground: &Ground) -> [String; 5] {
    let inspect =
        |service: Service| docker(&["inspect", "--format", "{{.Id}}", &format!("{}-{service}", ground.options.fleet)]);
    Service::ALL.map(inspect)
}

/// Makes the oauth service of a running set fail when it is started the next time.
pub fn spoil(ground: &Ground) {
    let name = format!("{}-oauth", ground.options.fleet);
    let spoilt = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(spoilt.path(), "not a key").unwrap();
    docker(&["cp", spoilt.path().to_str().unwrap(), &format!("{name}:/data/signing-key.der")]);
    docker(&["stop", "-t", "1", &name]);
}

/// What the CIS Docker Benchmark (1.6, sections 4 and 5) asks of a container, by its numbers, as far as a set can see to
/// it. The rest is the engine's (profiles of `AppArmor` and `SELinux`) or is done, not configured (5.22, 5.23).
pub fn hardened(ground: &Ground) {
    for service in Service::ALL {
        let name = format!("{}-{service}", ground.options.fleet);
        let found: serde_json::Value = serde_json::from_str(&docker(&["inspect", &name])).unwrap();
        let (config, host) = (&found[0]["Config"], &found[0]["HostConfig"]);
        let is_empty = |value: &serde_json::Value| {
            value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some("")
        };
        let mounts: Vec<_> = found[0]["Mounts"].as_array().unwrap().iter().collect();
        let ports = found[0]["NetworkSettings"]["Ports"].as_object().unwrap();
        let published: Vec<_> = ports.values().filter_map(serde_json::Value::as_array).flatten().collect();
        let security = host["SecurityOpt"].as_array().unwrap();
        let number = |value: &serde_json::Value| value.as_i64().unwrap_or_default();
        for (item, holds) in [
            (
                "4.1 its user is not root",
                config["User"].as_str().unwrap().split(':').next().unwrap().parse::<u32>().unwrap() > 0,
            ),
            (
                "4.6, 5.26 its health is checked",
                config["Healthcheck"]["Test"].as_array().is_some_and(|test| test.len() > 1),
            ),
            ("5.3 no capabilities", host["CapDrop"] == serde_json::json!(["ALL"]) && is_empty(&host["CapAdd"])),
            ("5.4 not privileged", host["Privileged"] == false),
            (
                "5.5, 5.31 nothing of the host is mounted, its socket neither",
                mounts.iter().all(|mount| mount["Type"] == "volume"),
            ),
            (
                "5.7, 5.8 one port, not a privileged one",
                published.len() == 1 && published[0]["HostPort"].as_str().unwrap().parse::<u16>().unwrap() > 1024,
            ),
            (
                "5.9, 5.29 a network of its own",
                host["NetworkMode"].as_str() == Some(&format!("{}-network", ground.options.fleet)),
            ),
            ("5.10 its memory has a limit", number(&host["Memory"]) > 0),
            ("5.11 its processor time is shared out", ![0, 1024].contains(&number(&host["CpuShares"]))),
            ("5.12 its root is read-only", host["ReadonlyRootfs"] == true),
            ("5.13 published on one address of this machine", published[0]["HostIp"] == "127.0.0.1"),
            (
                "5.14 started again five times at most",
                host["RestartPolicy"] == serde_json::json!({ "Name": "on-failure", "MaximumRetryCount": 5 }),
            ),
            ("5.15 not the host's processes", is_empty(&host["PidMode"])),
            ("5.16 not the host's shared memory", host["IpcMode"] != "host"),
            ("5.17 no devices", is_empty(&host["Devices"])),
            ("5.18 the engine's ulimits", is_empty(&host["Ulimits"])),
            ("5.19 mounts are not propagated", mounts.iter().all(|mount| mount["Propagation"] != "shared")),
            ("5.20 not the host's name", is_empty(&host["UTSMode"])),
            (
                "5.21 the engine's seccomp profile",
                security.iter().all(|option| !option.as_str().unwrap().contains("unconfined")),
            ),
            ("5.24 the engine's control group", is_empty(&host["CgroupParent"])),
            ("5.25 no new privileges", security.iter().any(|option| option == "no-new-privileges:true")),
            ("5.28 its processes have a limit", number(&host["PidsLimit"]) > 0),
            ("5.30 not the host's user namespace", host["UsernsMode"] != "host"),
        ] {
            assert!(holds, "{name}: {item}, but: {found}");
        }
    }
}

/// Answers every request for a completion with a summary, as a model server does.
pub async fn model_server(listener: tokio::net::TcpListener) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let text = "Intel says that the guards leave between 22:01 and 22:10 and that nobody comes before 23:01.";
    let answer = serde_json::json!({ "choices": [{ "index": 0, "finish_reason": "stop",
        "message": { "role": "assistant", "content": text } }] });
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let body = answer.to_string();
        tokio::spawn(async move {
            let (mut asked, mut part) = (Vec::new(), [0; 4096]);
            // The request is over when it has as much as it said.
            loop {
                let Ok(count @ 1..) = stream.read(&mut part).await else { return };
                asked.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&asked).to_lowercase();
                let Some((head, rest)) = text.split_once("\r\n\r\n") else { continue };
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
                if rest.len() >= length {
                    break;
                }
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        });
    }
}

pub async fn states(engine: &Engine) -> Vec<ServiceState> {
    engine.status().await.unwrap().into_iter().map(|status| status.state).collect()
}
