//! `mcp token`: registers an agent of the crew with the containers' oauth service, and prints its token as the configuration
//! of an MCP client.

use std::io::{self, Write};

use heist_bank::Bank;
use heist_tools::Service;
use heist_tools::table::TOOLS;
use heist_tools::wire::LONGEST_LIFETIME;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use crate::cli::McpToken;
use crate::crew::{Crew, Persona};
use crate::file::{self, FileError};
use crate::fleet::{self, Endpoints, FleetError};
use crate::heist::AgentName;
use crate::output;
use crate::toolbox::{Grant, ToolboxError, granted};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The crew file.
    #[error(transparent)]
    Crew(#[from] FileError),
    /// Nobody of that name.
    #[error("nobody of the name {name} is in this crew: say one of {crew}")]
    Nobody {
        /// The name.
        name: AgentName,
        /// The names there are.
        crew: String,
    },
    /// The agent has no scopes.
    #[error("{name} may call no tool, so a token would open nothing: give it `scopes` in the crew file")]
    NoScopes {
        /// The name.
        name: AgentName,
    },
    /// There is no set of containers that answers.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The oauth service gives no token.
    #[error(transparent)]
    Toolbox(#[from] ToolboxError),
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

impl McpError {
    /// Whether the program was called wrongly.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Crew(_) | Self::Nobody { .. } | Self::NoScopes { .. } => true,
            Self::Fleet(error) => error.is_usage(),
            Self::Toolbox(_) | Self::Output(_) => false,
        }
    }
}

/// Prints the configuration, and on the error output until when it is good.
///
/// # Errors
/// If the crew file cannot be used or has no such agent, no set of containers is up, the oauth service refuses, or the output
/// cannot be written.
pub async fn token(options: &McpToken, mut out: impl Write) -> Result<(), McpError> {
    let crew = match &options.crew {
        Some(path) => file::read("crew file", path, Crew::parse)?,
        None => Crew::default(),
    };
    let persona = member(&crew, &options.agent)?;
    let scopes = persona.scopes();
    if scopes.is_empty() {
        return Err(McpError::NoScopes { name: persona.name.clone() });
    }
    let endpoints = fleet::find_engine(&options.docker.options()).await?.endpoints().await?;
    // There is no heist whose own bank could be meant.
    let bank = options.bank.bank(0);
    // A client that is configured with a token cannot ask for another.
    let grant = Grant { agent: persona.name.clone(), scopes, bank: bank.seed, lifetime: LONGEST_LIFETIME };
    let token = granted(&endpoints, &grant).await?;
    let services = opened(persona);
    let servers = servers(&services, &endpoints, &options.docker.fleet, token.access_token.expose_secret());
    let config = serde_json::to_string_pretty(&json!({ "mcpServers": servers })).map_err(io::Error::from)?;
    writeln!(out, "{config}")?;
    out.flush()?;
    output::tell(&good_until(persona, &bank, token.expires_in));
    Ok(())
}

fn member<'a>(crew: &'a Crew, name: &AgentName) -> Result<&'a Persona, McpError> {
    crew.iter().find(|persona| persona.name == *name).ok_or_else(|| {
        let names: Vec<_> = crew.names().map(ToString::to_string).collect();
        McpError::Nobody { name: name.clone(), crew: names.join(", ") }
    })
}

/// The services whose tools an agent's token opens.
fn opened(persona: &Persona) -> Vec<Service> {
    let opens = |service: &Service| {
        TOOLS.iter().any(|row| row.service == *service && persona.opened.iter().any(|it| it.scope() == row.scope))
    };
    Service::ALL.into_iter().filter(opens).collect()
}

/// A server for each service, as the clients write them: `type` is what some of them want to be told beside the URL.
fn servers(services: &[Service], endpoints: &Endpoints, fleet: &str, token: &str) -> Map<String, Value> {
    let server = |service: &Service| {
        let url = format!("{}/mcp", endpoints.url(*service));
        let headers = json!({ "Authorization": format!("Bearer {token}") });
        (format!("{fleet}-{service}"), json!({ "type": "http", "url": url, "headers": headers }))
    };
    services.iter().map(server).collect()
}

fn good_until(persona: &Persona, bank: &Bank, seconds: u64) -> String {
    let name = &persona.name;
    let life = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    let until = Timestamp::now()
        .saturating_add(life)
        .map_or(String::new(), |until| format!(" until {}", until.strftime("%Y-%m-%d %H:%M UTC")));
    format!(
        "This token opens the tools of {name} in {}{until}, to anybody who has it: keep it as a password. \
         `heist-tui mcp token {name}` gives another.",
        bank.name
    )
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn the_configuration_opens_what_the_agent_may_and_for_a_day() {
        let (report, _told) = mpsc::unbounded_channel();
        let fleet = fleet::embedded(&report, None).await.unwrap();
        let (endpoints, crew) = (fleet.endpoints(), Crew::default());
        let hacker = member(&crew, &"hacker".into()).unwrap();
        assert_eq!(opened(hacker), [Service::Calculator, Service::FileReader]);
        let grant =
            Grant { agent: hacker.name.clone(), scopes: hacker.scopes(), bank: Some(7), lifetime: LONGEST_LIFETIME };
        let token = granted(endpoints, &grant).await.unwrap();
        assert_eq!(token.expires_in, 86_400);
        let told = good_until(hacker, &Bank::of(7), token.expires_in);
        assert!(told.contains(&format!("tools of hacker in {} until 20", Bank::of(7).name)), "{told}");

        let servers = servers(&opened(hacker), endpoints, "heist", token.access_token.expose_secret());
        assert_eq!(servers.keys().collect::<Vec<_>>(), ["heist-calculator", "heist-file-reader"]);
        for (name, server) in &servers {
            let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
            let header = server["headers"]["Authorization"].as_str().unwrap();
            let request = reqwest::Client::new().post(server["url"].as_str().unwrap()).header("authorization", header);
            let answer =
                request.header("accept", "application/json, text/event-stream").json(&list).send().await.unwrap();
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 1, "{name}: {answer}");
        }
        fleet.shut_down().await.unwrap();
    }

    #[test]
    fn who_is_not_of_the_crew_has_no_token() {
        let crew = Crew::default();
        let told = member(&crew, &"butler".into()).unwrap_err();
        assert!(told.is_usage());
        assert!(
            told.to_string().contains("nobody of the name butler") && told.to_string().contains("hacker"),
            "{told}"
        );
    }
}
