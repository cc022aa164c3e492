//! The model servers of a bench, and which of them has the least to do.

use super::BenchError;
use crate::cli::{Bench, Llm};
use crate::output;
use crate::play::find_server;

/// Model servers, with the heists that they play now.
#[derive(Debug, Default)]
pub(super) struct Servers {
    all: Vec<Server>,
    /// The model that plays on all of them; none if the scripted crew does.
    model: Option<String>,
    /// How many heists may be played at a time, on all of them.
    most: usize,
}

#[derive(Debug)]
struct Server {
    url: String,
    /// Requests that it answers at a time.
    slots: usize,
    /// Heists that it plays.
    busy: usize,
}

impl Servers {
    /// Finds those that the options name, all with the same model, and how much each does at a time. Where no model is named
    /// it is the one that has played so far, if any has.
    ///
    /// # Errors
    /// If one is not there, or has another model than the first.
    pub async fn find(options: &Bench, so_far: Option<&str>) -> Result<Self, BenchError> {
        let mut servers = Vec::new();
        let mut first: Option<String> = None;
        let models = &options.series.models;
        let wanted = models.model.as_deref().or(so_far);
        for url in &options.series.llm_url {
            let found = match find_server(url, models.llm_timeout, wanted).await {
                Ok(found) => found,
                // The scripted crew speaks in its place, if there is no other.
                Err(error)
                    if !error.is_mistake() && options.series.llm == Llm::Auto && options.series.llm_url.len() == 1 =>
                {
                    output::tell(&format!("the scripted crew plays: {error}"));
                    servers.push(Server { url: url.clone(), slots: 1, busy: 0 });
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let model = found.model.id.clone();
            let known = first.get_or_insert_with(|| model.clone());
            if *known != model {
                let (url, other) = (url.clone(), known.clone());
                return Err(BenchError::OtherModel { url, model, other });
            }
            let slots = found.client.slots(&model).await.unwrap_or(1);
            servers.push(Server { url: url.clone(), slots, busy: 0 });
        }
        let slots = servers.iter().map(|server| server.slots).sum();
        Ok(Self { all: servers, model: first, most: options.jobs.map_or(slots, |jobs| usize::from(jobs.get())) })
    }

    /// The server that the next heist goes to: the one with the most room; none while as many are played as may be.
    pub fn free(&self) -> Option<usize> {
        let playing: usize = self.all.iter().map(|server| server.busy).sum();
        // The share of its slots that would be taken, compared without a fraction.
        let least = |one: &&(usize, &Server), other: &&(usize, &Server)| {
            ((one.1.busy + 1) * other.1.slots).cmp(&((other.1.busy + 1) * one.1.slots))
        };
        let servers: Vec<_> = self.all.iter().enumerate().collect();
        servers.iter().min_by(least).filter(|_| playing < self.most).map(|(place, _)| *place)
    }

    /// Where a server is.
    pub fn url(&self, server: usize) -> &str {
        self.all.get(server).map_or("", |server| &server.url)
    }

    /// The model that plays every game, whatever the servers load meanwhile; none if the scripted crew does.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// A heist begins there.
    pub fn begin(&mut self, server: usize) {
        if let Some(server) = self.all.get_mut(server) {
            server.busy += 1;
        }
    }

    /// A heist has ended there.
    pub fn end(&mut self, server: usize) {
        if let Some(server) = self.all.get_mut(server) {
            server.busy = server.busy.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(slots: &[usize], most: usize) -> Servers {
        let server = |slots: &usize| Server { url: String::new(), slots: *slots, busy: 0 };
        Servers { all: slots.iter().map(server).collect(), model: None, most }
    }

    fn deal(servers: &mut Servers, heists: usize) -> Vec<usize> {
        let mut next = || {
            let server = servers.free()?;
            servers.begin(server);
            Some(server)
        };
        (0..heists).map_while(|_| next()).collect()
    }

    #[test]
    fn heists_go_where_most_is_free_until_all_slots_are_taken() {
        let mut two = servers(&[4, 2], 6);
        assert_eq!(deal(&mut two, 9), [0, 0, 1, 0, 0, 1]);
        two.end(1);
        assert_eq!(deal(&mut two, 9), [1]);
    }

    #[test]
    fn more_than_there_are_slots_are_dealt_evenly_if_somebody_wants_that() {
        let mut two = servers(&[1, 1], 5);
        assert_eq!(deal(&mut two, 9), [0, 1, 0, 1, 0]);
        assert_eq!(deal(&mut Servers::default(), 1), [] as [usize; 0]);
    }
}
