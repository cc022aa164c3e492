//! Holds `docker-compose.yml` and the table of services together.

use std::collections::{BTreeMap, HashMap};

use heist_tools::Service;
use serde::Deserialize;

use super::table;

#[derive(Deserialize)]
struct Compose {
    services: BTreeMap<String, ComposeService>,
    networks: BTreeMap<String, Named>,
    volumes: BTreeMap<String, Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// All that the file says of a service: a key that is not here is one that the table does not know.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComposeService {
    image: String,
    /// How the image is made, once for all.
    #[serde(default)]
    build: Option<serde::de::IgnoredAny>,
    container_name: String,
    command: Vec<String>,
    environment: BTreeMap<String, String>,
    ports: Vec<String>,
    networks: Vec<String>,
    #[serde(default)]
    volumes: Vec<String>,
    #[serde(default)]
    extra_hosts: Vec<String>,
    #[serde(default)]
    depends_on: BTreeMap<String, Dependency>,
    restart: String,
    read_only: bool,
    cap_drop: Vec<String>,
    security_opt: Vec<String>,
    pids_limit: i64,
    mem_limit: String,
    cpu_shares: i64,
    logging: Logging,
}

#[derive(Deserialize)]
struct Logging {
    driver: String,
    options: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Dependency {
    condition: String,
}

#[test]
fn docker_compose_makes_the_same_set() {
    let text = include_str!("../../docker-compose.yml");
    let compose: Compose = serde_saphyr::from_str(text).unwrap();
    let mut names: Vec<_> = Service::ALL.map(Service::name).to_vec();
    names.sort_unstable();
    assert_eq!(compose.services.keys().collect::<Vec<_>>(), names);

    let mut volumes = Vec::new();
    for service in Service::ALL {
        let theirs = &compose.services[service.name()];
        let port = service.default_port();
        let ours = table::container("heist", service, &table::image_name(), port, None, None);
        let host = ours.host_config.unwrap();

        assert_eq!(theirs.build.is_some(), service == Service::Oauth);
        assert_eq!(theirs.container_name, table::container_name("heist", service));
        assert_eq!(Some(&theirs.image), ours.image.as_ref(), "{service}");
        assert_eq!(Some(&theirs.command), ours.cmd.as_ref(), "{service}");
        // Compose hands on what it is started with, which is empty unless somebody set it. The fleet hands on nothing.
        let (handed_on, environment): (Vec<_>, Vec<_>) =
            theirs.environment.iter().partition(|(name, value)| **value == format!("${{{name}:-}}"));
        let environment: Vec<_> = environment.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(Some(environment), ours.env, "{service}");
        let handed_on: Vec<_> = handed_on.into_iter().map(|(name, _)| name.as_str()).collect();
        let memorys: &[_] = if service == Service::Memory { &["HEIST_LLM_URL", "HEIST_MODEL"] } else { &[] };
        let expected = [memorys, &["OTEL_EXPORTER_OTLP_ENDPOINT"]].concat();
        assert_eq!(handed_on, expected, "{service}");

        let binding = host.port_bindings.unwrap()[&format!("{port}/tcp")].clone().unwrap().remove(0);
        let published = format!("{}:{}:{port}", binding.host_ip.unwrap(), binding.host_port.unwrap());
        assert_eq!(theirs.ports, [published], "{service}");
        let network = theirs.networks.iter().map(|key| &compose.networks[key].name).collect::<Vec<_>>();
        assert_eq!(network, [host.network_mode.as_ref().unwrap()], "{service}");
        let endpoints = ours.networking_config.unwrap().endpoints_config.unwrap();
        assert_eq!(endpoints["heist-network"].aliases, Some(vec![service.name().to_owned()]), "compose does so itself");

        let whole = |volume: &String| {
            let (key, place) = volume.split_once(':').unwrap();
            format!("{}:{place}", compose.volumes[key].name)
        };
        let binds: Vec<_> = theirs.volumes.iter().map(whole).collect();
        assert_eq!(binds, host.binds.unwrap_or_default(), "{service}");
        assert_eq!(service.keeps_data(), !binds.is_empty(), "{service}");
        volumes.extend(table::volume_name("heist", service));

        assert_eq!(theirs.extra_hosts, host.extra_hosts.unwrap_or_default(), "{service}");
        let restart = host.restart_policy.unwrap();
        let restart = format!("{}:{}", restart.name.unwrap(), restart.maximum_retry_count.unwrap());
        assert_eq!(theirs.restart, restart, "{service}");
        assert_eq!(Some(theirs.read_only), host.readonly_rootfs, "{service}");
        assert_eq!(Some(&theirs.cap_drop), host.cap_drop.as_ref(), "{service}");
        assert_eq!(Some(&theirs.security_opt), host.security_opt.as_ref(), "{service}");
        assert_eq!(Some(theirs.pids_limit), host.pids_limit, "{service}");
        assert_eq!(Some(theirs.cpu_shares), host.cpu_shares, "{service}");
        let megabytes: i64 = theirs.mem_limit.strip_suffix('m').unwrap().parse().unwrap();
        assert_eq!(Some(megabytes << 20), host.memory, "{service}");
        let log = host.log_config.unwrap();
        assert_eq!(
            (Some(&theirs.logging.driver), Some(&theirs.logging.options)),
            (log.typ.as_ref(), log.config.as_ref())
        );

        let awaited: Vec<_> =
            theirs.depends_on.iter().map(|(name, on)| (name.as_str(), on.condition.as_str())).collect();
        let expected: &[_] = if service == Service::Oauth { &[] } else { &[("oauth", "service_healthy")] };
        assert_eq!(awaited, expected, "{service}");
    }
    let mut theirs: Vec<_> = compose.volumes.into_values().map(|volume| volume.name).collect();
    theirs.sort_unstable();
    assert_eq!(theirs, volumes);
}
