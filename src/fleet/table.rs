//! The table of services as containers: names, labels, limits. `docker-compose.yml` says the same; a test holds both
//! together.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, EndpointSettings, HostConfig, HostConfigLogConfig, NetworkingConfig, PortBinding,
    RestartPolicy, RestartPolicyNameEnum,
};
use heist_tools::Service;

use super::ModelServer;

/// What a container calls the machine that it runs on.
const HOST: &str = "host.docker.internal";

/// Which fleet a container, network or volume is of.
pub(super) const LABEL_FLEET: &str = "heist-tui.fleet";
/// Which service a container is.
pub(super) const LABEL_SERVICE: &str = "heist-tui.service";
/// Of which version an image, and so each of its containers, is.
pub(super) const LABEL_VERSION: &str = "org.opencontainers.image.version";
/// What an image, and so each of its containers, was made from: see [`super::recipe::Recipe`].
pub(super) const LABEL_DIGEST: &str = "heist-tui.digest";

/// The version of the services and of their image.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The image's name without its version.
pub(super) const REPOSITORY: &str = "heist-tools";

/// So many digits of its digest tell a build apart in its image's name.
const BUILD_DIGITS: usize = 12;

/// Where a service keeps what it keeps. The image says so to the service; a volume is mounted there.
pub(super) const DATA: &str = "/data";
const MEMORY_BYTES: i64 = 128 << 20;
const MOST_PROCESSES: i64 = 64;
/// Half of what a container gets that says nothing. Not a fixed limit: rootless engines often cannot set one.
const CPU_SHARES: i64 = 512;
/// What a service logs, a line for each call, takes no more room on the disk than this.
const LOG_LIMITS: [(&str, &str); 2] = [("max-size", "1m"), ("max-file", "2")];
/// How often the engine itself starts a service again that has failed.
const MOST_RESTARTS: i64 = 5;

/// The image of this version, as `docker-compose` makes it.
pub(super) fn image_name() -> String {
    format!("{REPOSITORY}:{VERSION}")
}

/// The image that is made from what has this digest. Each build of the program has its own, so that none takes the
/// image away from another's heist.
pub(super) fn image_of_build(digest: &str) -> String {
    format!("{}-{:.*}", image_name(), BUILD_DIGITS, digest)
}

/// Whether an image is of this version, whichever build has made it.
pub(super) fn is_of_this_version(image: &str) -> bool {
    let build = |build: &str| build.len() == BUILD_DIGITS && build.bytes().all(|digit| digit.is_ascii_hexdigit());
    image.strip_prefix(&image_name()).is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(build))
}

pub(super) fn container_name(fleet: &str, service: Service) -> String {
    format!("{fleet}-{service}")
}

pub(super) fn network_name(fleet: &str) -> String {
    format!("{fleet}-network")
}

/// The volume of `service`, if it keeps something. The key of `oauth` is in a volume that no other service sees.
pub(super) fn volume_name(fleet: &str, service: Service) -> Option<String> {
    match service {
        Service::Oauth => Some(format!("{fleet}-data")),
        other => other.keeps_data().then(|| format!("{fleet}-{other}-data")),
    }
}

/// The key under which the engine tells a container's port.
pub(super) fn port_key(service: Service) -> String {
    format!("{}/tcp", service.default_port())
}

pub(super) fn labels(fleet: &str) -> HashMap<String, String> {
    HashMap::from([(LABEL_FLEET.to_owned(), fleet.to_owned())])
}

/// How a container is on the network: found by the service's name, as with `docker-compose`.
pub(super) fn endpoint(service: Service) -> EndpointSettings {
    EndpointSettings { aliases: Some(vec![service.name().to_owned()]), ..EndpointSettings::default() }
}

/// How the container of `service` is made from `image`. It listens on `port` of 127.0.0.1. Memory asks `model` for its
/// summaries; spans are sent to `telemetry`.
pub(super) fn container(
    fleet: &str,
    service: Service,
    image: &str,
    port: u16,
    model: Option<&ModelServer>,
    telemetry: Option<&str>,
) -> ContainerCreateBody {
    let mut labels = labels(fleet);
    labels.insert(LABEL_SERVICE.to_owned(), service.name().to_owned());
    let published = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(port.to_string()) };
    let mut env = vec![format!("HEIST_LISTEN=0.0.0.0:{}", service.default_port())];
    if let Some(ModelServer { url, model }) = model.filter(|_| service == Service::Memory) {
        env.push(format!("HEIST_LLM_URL={}", seen_from_inside(url)));
        env.extend(model.as_ref().map(|model| format!("HEIST_MODEL={model}")));
    }
    env.extend(telemetry.map(|url| format!("OTEL_EXPORTER_OTLP_ENDPOINT={}", seen_from_inside(url))));
    ContainerCreateBody {
        image: Some(image.to_owned()),
        cmd: Some(vec![service.name().to_owned()]),
        env: Some(env),
        labels: Some(labels),
        exposed_ports: Some(vec![port_key(service)]),
        host_config: Some(HostConfig {
            binds: volume_name(fleet, service).map(|volume| vec![format!("{volume}:{DATA}")]),
            port_bindings: Some(HashMap::from([(port_key(service), Some(vec![published]))])),
            network_mode: Some(network_name(fleet)),
            // Where a model server and a telemetry receiver on this machine are found.
            extra_hosts: Some(vec![format!("{HOST}:host-gateway")]),
            restart_policy: Some(RestartPolicy {
                name: Some(RestartPolicyNameEnum::ON_FAILURE),
                maximum_retry_count: Some(MOST_RESTARTS),
            }),
            readonly_rootfs: Some(true),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
            pids_limit: Some(MOST_PROCESSES),
            memory: Some(MEMORY_BYTES),
            cpu_shares: Some(CPU_SHARES),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some(HashMap::from(LOG_LIMITS.map(|(name, value)| (name.to_owned(), value.to_owned())))),
            }),
            ..HostConfig::default()
        }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network_name(fleet), endpoint(service))])),
        }),
        ..ContainerCreateBody::default()
    }
}

/// The address of a server as a container has to write it: for this machine's loopback, that of the machine.
fn seen_from_inside(url: &str) -> String {
    let Ok(mut parsed) = reqwest::Url::parse(url) else { return url.to_owned() };
    let loopback = parsed.host_str().is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
    });
    if loopback && parsed.set_host(Some(HOST)).is_ok() { parsed.to_string() } else { url.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_server_on_this_machine_is_named_as_containers_see_it() {
        for (here, inside) in [
            ("http://127.0.0.1:1234/v1", "http://host.docker.internal:1234/v1"),
            ("http://localhost:1234/v1", "http://host.docker.internal:1234/v1"),
            ("http://[::1]:8080/v1", "http://host.docker.internal:8080/v1"),
            ("http://0.0.0.0:8080/v1", "http://host.docker.internal:8080/v1"),
            ("http://gpu.local:8080/v1", "http://gpu.local:8080/v1"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(seen_from_inside(here), inside);
        }
    }

    #[test]
    fn each_build_has_an_image_of_its_own_that_is_of_the_version() {
        let [one, other] = ["0123456789abcdef", "0123456789ab0000"].map(image_of_build);
        assert_eq!(one, format!("heist-tools:{VERSION}-0123456789ab"));
        assert_eq!(one, other, "twelve digits are enough");
        assert_ne!(one, image_of_build("fedcba9876543210"));
        for image in [image_name(), one] {
            assert!(is_of_this_version(&image), "{image}");
        }
        for image in ["heist-tools:0.0.9", "heist-tools:0.0.9-0123456789ab", "heist-tools", "other:0.1.0"] {
            assert!(!is_of_this_version(image), "{image}");
        }
        assert!(!is_of_this_version(&format!("heist-tools:{VERSION}-rc.1")));
    }

    #[test]
    fn only_memory_is_told_of_the_model_server() {
        let model = ModelServer { url: "http://127.0.0.1:1234/v1".to_owned(), model: Some("small".to_owned()) };
        for service in Service::ALL {
            let told = container("heist", service, &image_name(), 8001, Some(&model), None).env.unwrap().len();
            assert_eq!(told, if service == Service::Memory { 3 } else { 1 }, "{service}");
        }
    }

    #[test]
    fn every_service_is_told_of_a_telemetry_receiver() {
        for service in Service::ALL {
            let made = container("heist", service, &image_name(), 8001, None, Some("http://127.0.0.1:4318"));
            let told = "OTEL_EXPORTER_OTLP_ENDPOINT=http://host.docker.internal:4318/".to_owned();
            assert!(made.env.unwrap().contains(&told), "{service}");
        }
    }
}
