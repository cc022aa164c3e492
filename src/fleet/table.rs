//! The table of services as containers: names, labels, limits. `docker-compose.yml` says the same; a test holds both
//! together.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, EndpointSettings, HostConfig, HostConfigLogConfig, NetworkingConfig, PortBinding,
    RestartPolicy, RestartPolicyNameEnum,
};
use heist_tools::Service;

/// Which fleet a container, network or volume is of.
pub(super) const LABEL_FLEET: &str = "heist-tui.fleet";
/// Which service a container is.
pub(super) const LABEL_SERVICE: &str = "heist-tui.service";
/// What an image, and so each of its containers, was made from: see [`super::image::Recipe`].
pub(super) const LABEL_DIGEST: &str = "heist-tui.digest";

/// The version of the services and of their image.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The image's name without its version.
pub(super) const REPOSITORY: &str = "heist-tools";

/// Where a service keeps what it keeps. The image says so to the service; a volume is mounted there.
pub(super) const DATA: &str = "/data";
const MEMORY_BYTES: i64 = 128 << 20;
const MOST_PROCESSES: i64 = 64;
/// What a service logs, a line for each call, takes no more room on the disk than this.
const LOG_LIMITS: [(&str, &str); 2] = [("max-size", "1m"), ("max-file", "2")];
/// How often the engine itself starts a service again that has failed.
const MOST_RESTARTS: i64 = 5;

pub(super) fn image_name() -> String {
    format!("{REPOSITORY}:{VERSION}")
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
        Service::Memory => Some(format!("{fleet}-memory-data")),
        Service::Calculator | Service::FileReader | Service::DatabaseQuery => None,
    }
}

/// The key under which the engine tells a container's port.
pub(super) fn port_key(service: Service) -> String {
    format!("{}/tcp", service.default_port())
}

pub(super) fn labels(fleet: &str) -> HashMap<String, String> {
    HashMap::from([(LABEL_FLEET.to_owned(), fleet.to_owned())])
}

/// How the container of `service` is made. It listens on `port` of 127.0.0.1.
pub(super) fn container(fleet: &str, service: Service, port: u16) -> ContainerCreateBody {
    let mut labels = labels(fleet);
    labels.insert(LABEL_SERVICE.to_owned(), service.name().to_owned());
    let published = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(port.to_string()) };
    let endpoint = EndpointSettings { aliases: Some(vec![service.name().to_owned()]), ..EndpointSettings::default() };
    ContainerCreateBody {
        image: Some(image_name()),
        cmd: Some(vec![service.name().to_owned()]),
        env: Some(vec![format!("HEIST_LISTEN=0.0.0.0:{}", service.default_port())]),
        labels: Some(labels),
        exposed_ports: Some(vec![port_key(service)]),
        host_config: Some(HostConfig {
            binds: volume_name(fleet, service).map(|volume| vec![format!("{volume}:{DATA}")]),
            port_bindings: Some(HashMap::from([(port_key(service), Some(vec![published]))])),
            network_mode: Some(network_name(fleet)),
            // Where memory finds a model server on this machine.
            extra_hosts: (service == Service::Memory).then(|| vec!["host.docker.internal:host-gateway".to_owned()]),
            restart_policy: Some(RestartPolicy {
                name: Some(RestartPolicyNameEnum::ON_FAILURE),
                maximum_retry_count: Some(MOST_RESTARTS),
            }),
            readonly_rootfs: Some(true),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
            pids_limit: Some(MOST_PROCESSES),
            memory: Some(MEMORY_BYTES),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some(HashMap::from(LOG_LIMITS.map(|(name, value)| (name.to_owned(), value.to_owned())))),
            }),
            ..HostConfig::default()
        }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network_name(fleet), endpoint)])),
        }),
        ..ContainerCreateBody::default()
    }
}
