//! Asks a service how it is.

use std::time::Duration;

use heist_tools::Service;
use heist_tools::wire::Health;

use super::table::VERSION;

const CONNECT_LIMIT: Duration = Duration::from_millis(500);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
const MOST_BYTES: usize = 4096;

/// Asks services for their health over HTTP.
#[derive(Clone, Debug)]
pub(super) struct Prober(reqwest::Client);

impl Prober {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // Services are on this machine: no proxy.
        let client = heist_tools::http::client(CONNECT_LIMIT)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(ANSWER_LIMIT)
            .build()?;
        Ok(Self(client))
    }

    /// `GET BASE/health`. Well is the right service in this program's version that calls itself healthy.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub(super) async fn ask(&self, base: &str, service: Service) -> Result<(), String> {
        let told = |error: reqwest::Error| {
            if error.is_timeout() { "it does not answer in time".to_owned() } else { "it does not answer".to_owned() }
        };
        let mut response = self.0.get(format!("{base}/health")).send().await.map_err(told)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(told)? {
            if body.len() + part.len() > MOST_BYTES {
                return Err("it answers too much for a health reply".to_owned());
            }
            body.extend_from_slice(&part);
        }
        let health: Health = serde_json::from_slice(&body)
            .map_err(|_| format!("something else answers there (status {})", status.as_u16()))?;
        if health.service != service.name() {
            return Err(format!("the service {:.40} answers there", health.service));
        }
        if health.version != VERSION {
            return Err(format!("its version is {:.40} instead of {VERSION}", health.version));
        }
        if !status.is_success() || health.status != "healthy" {
            return Err(format!("it says {:.40} (status {})", health.status, status.as_u16()));
        }
        Ok(())
    }
}
