//! Taking a set of containers down, and finding those that nobody has taken down.

use std::collections::{BTreeSet, HashMap};

use bollard::query_parameters::{InspectNetworkOptions, ListContainersOptionsBuilder, RemoveVolumeOptions};
use futures_util::future::try_join_all;
use heist_tools::Service;
use serde::Serialize;

use super::claim::{Desk, Lock};
use super::engine::{Engine, ask};
use super::error::FleetError;
use super::table::{LABEL_FLEET, network_name, volume_name};

/// A set of containers that this program has made, and that no process uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdleSet {
    /// Its name, for `--fleet`.
    pub fleet: String,
    /// How many containers are there, running or not.
    pub containers: usize,
    /// Whether it was to go with a heist that was killed before it could see to that.
    pub left_behind: bool,
}

impl Engine {
    pub(super) async fn desk(&self) -> Result<Desk, FleetError> {
        Ok(Desk::new(&self.options.fleet, &self.identity().await?))
    }

    async fn identity(&self) -> Result<String, FleetError> {
        let info = ask("say which engine it is", self.docker.info()).await?;
        Ok(info.id.unwrap_or_else(|| self.address().to_owned()))
    }

    /// Removes the fleet's containers and its network, and gives the names of what was removed. As with
    /// `docker-compose down`, the volumes stay, with the keys and what memory kept: see [`Self::remove_volumes`].
    /// Containers of somebody else are left alone, whatever their names.
    ///
    /// # Errors
    /// When another process plays on the set and [`DockerOptions::force`] is not set, or the engine refuses or does not
    /// answer.
    ///
    /// [`DockerOptions::force`]: super::DockerOptions::force
    pub async fn down(&self) -> Result<Vec<String>, FleetError> {
        let desk = self.desk().await?;
        let _changing = desk.change(|| ()).await?;
        if !self.options.force && desk.is_used().await? {
            return Err(FleetError::InUse { fleet: self.options.fleet.clone() });
        }
        self.remove_set(&desk).await
    }

    /// Ends the use of the set by this process, and removes the set if it was to go with its last user and this was the
    /// last one.
    pub(super) async fn leave(&self, desk: &Desk, usage: Lock) -> Result<(), FleetError> {
        let _changing = desk.change(|| ()).await?;
        drop(usage);
        if !desk.is_used().await? && self.is_marked(desk).await? {
            self.remove_set(desk).await?;
        }
        Ok(())
    }

    /// Whether the set that is there is to go with its last user.
    async fn is_marked(&self, desk: &Desk) -> Result<bool, FleetError> {
        match desk.marked() {
            Some(marked) => Ok(self.network().await? == Some(marked)),
            None => Ok(false),
        }
    }

    async fn remove_set(&self, desk: &Desk) -> Result<Vec<String>, FleetError> {
        let found = self.look_at_all().await?;
        let found = Service::ALL.into_iter().zip(found);
        let ours: Vec<_> = found.filter(|(_, seen)| seen.as_ref().is_some_and(|seen| seen.ours)).collect();
        try_join_all(ours.iter().map(|(service, _)| self.remove(*service))).await?;
        let mut removed: Vec<_> = ours.into_iter().map(|(service, _)| self.container_name(service)).collect();
        removed.extend(self.remove_network().await?);
        desk.mark(None)?;
        Ok(removed)
    }

    /// The identity of the fleet's network, if it is there.
    pub(super) async fn network(&self) -> Result<Option<String>, FleetError> {
        let network = network_name(&self.options.fleet);
        let inspect = self.docker.inspect_network(&network, None::<InspectNetworkOptions>);
        match ask(format!("look for the network {network}"), inspect).await {
            Ok(found) => Ok(found.id),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives its name, if it was there.
    pub(super) async fn remove_network(&self) -> Result<Option<String>, FleetError> {
        let network = network_name(&self.options.fleet);
        match ask(format!("remove the network {network}"), self.docker.remove_network(&network)).await {
            Ok(()) => Ok(Some(network)),
            // Not there, or used by containers that are not of the fleet.
            Err(error) if error.is_not_found() || error.status() == Some(403) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes the fleet's volumes with everything the services kept, and gives the names of those that were there.
    /// The fleet must be down.
    ///
    /// # Errors
    /// When a volume is in use, or the engine does not answer.
    pub async fn remove_volumes(&self) -> Result<Vec<String>, FleetError> {
        let mut removed = Vec::new();
        for volume in self.volumes() {
            let remove = self.docker.remove_volume(&volume, None::<RemoveVolumeOptions>);
            match ask(format!("remove the volume {volume}"), remove).await {
                Ok(()) => removed.push(volume),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }

    pub(super) fn volumes(&self) -> impl Iterator<Item = String> {
        Service::ALL.into_iter().filter_map(|service| volume_name(&self.options.fleet, service))
    }

    /// The sets of containers on this engine that this program has made, under any name, and that no process uses.
    ///
    /// # Errors
    /// When the engine refuses or does not answer.
    pub async fn idle_sets(&self) -> Result<Vec<IdleSet>, FleetError> {
        let filters = HashMap::from([("label", vec![LABEL_FLEET])]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let all = ask("list its containers", self.docker.list_containers(Some(options))).await?;
        let sets: BTreeSet<_> = all.into_iter().filter_map(|container| container.labels?.remove(LABEL_FLEET)).collect();
        let mut idle = Vec::new();
        for fleet in sets {
            let mut of_this_name = self.clone();
            of_this_name.options.fleet.clone_from(&fleet);
            let desk = of_this_name.desk().await?;
            // Who takes a set down does not use it any more. The right to change it is not kept while it is looked at, which
            // takes its time: another process may want it.
            let is_idle = async || Ok::<_, FleetError>(!desk.is_used().await? && desk.change_soon().await?.is_some());
            if !is_idle().await? {
                continue;
            }
            let containers = of_this_name.look_at_all().await?.iter().flatten().count();
            if containers == 0 {
                continue;
            }
            let left_behind = of_this_name.is_marked(&desk).await?;
            if is_idle().await? {
                idle.push(IdleSet { fleet, containers, left_behind });
            }
        }
        Ok(idle)
    }
}
