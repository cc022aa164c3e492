//! `doctor`: what there is to play with, and how to mend what there is not.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

use crate::cli::{Docker, Doctor};
use crate::fleet;
use crate::heist::ServiceState;
use crate::llm::{self, Client, Endpoint, LlmError};
use crate::places;
use crate::store::Store;
use crate::text::{self, harmless};
use crate::tui::{self, Look};

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The thing: `model server`, `docker`, `containers`, `terminal`, `database`, `log`.
    pub what: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, for a person.
    pub found: String,
    /// What to do, where there is something to do.
    pub remedy: Option<String>,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Good,
    /// Not there; the game does without.
    Absent,
    /// There and of no use.
    Broken,
}

impl Finding {
    fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Good, found: found.into(), remedy: None }
    }

    fn bad(what: &'static str, state: State, found: impl Into<String>, remedy: &str) -> Self {
        Self { what, state, found: found.into(), remedy: Some(remedy.to_owned()) }
    }
}

/// Looks at everything and writes what was found; says whether nothing is broken.
///
/// # Errors
/// If the output cannot be written.
pub async fn examine(options: &Doctor, docker: &Docker, mut out: impl Write) -> io::Result<bool> {
    let (server, mut findings) = tokio::join!(model_server(options), containers(docker));
    findings.insert(0, server);
    findings.extend([terminal(), database(options.db.as_deref()), log()]);
    let well = findings.iter().all(|finding| finding.state != State::Broken);
    if options.json {
        writeln!(out, "{}", text::json(&findings)?)?;
    } else {
        for Finding { what, state, found, remedy } in &findings {
            let mark = match state {
                State::Good => "ok",
                State::Absent => "--",
                State::Broken => "!!",
            };
            writeln!(out, "{mark} {what:<13} {}", indented(found))?;
            if let Some(remedy) = remedy {
                writeln!(out, "   {:<13} > {}", "", indented(remedy))?;
            }
        }
    }
    out.flush()?;
    Ok(well)
}

fn indented(text: &str) -> String {
    harmless(text).trim_end().replace('\n', "\n                 ")
}

async fn model_server(options: &Doctor) -> Finding {
    const WHAT: &str = "model server";
    let endpoint = |key| Endpoint { base_url: options.llm_url.clone(), key };
    let client = match llm::key().and_then(|key| Client::new(endpoint(key))) {
        Ok(client) => client,
        Err(error @ LlmError::BadKey { .. }) => {
            return Finding::bad(WHAT, State::Broken, error.to_string(), "mend HEIST_LLM_KEY");
        }
        Err(error) => {
            return Finding::bad(WHAT, State::Broken, error.to_string(), "correct --llm-url or HEIST_LLM_URL");
        }
    };
    match client.find().await {
        Ok(found) => {
            let models: Vec<_> = found
                .models
                .iter()
                .map(|model| match model.context {
                    Some(context) => format!("{} ({:?}, {context} tokens of context)", model.id, model.state),
                    None => format!("{} ({:?})", model.id, model.state),
                })
                .collect();
            Finding::good(WHAT, format!("{} offers {}", found.base_url, models.join(", ")))
        }
        Err(error) => Finding::bad(WHAT, State::Absent, error.to_string(), "without one the scripted crew plays"),
    }
}

/// The engine, and the tools' containers on it.
async fn containers(docker: &Docker) -> Vec<Finding> {
    let engine = match fleet::find_engine(&docker.options()).await {
        Ok(engine) => engine,
        Err(error) => {
            let state = if error.is_usage() { State::Broken } else { State::Absent };
            return vec![Finding::bad("docker", state, error.to_string(), error.remedy())];
        }
    };
    let mut findings = vec![Finding::good("docker", format!("an engine answers at {}", engine.address()))];
    let (services, idle) = match tokio::try_join!(engine.status(), engine.idle_sets()) {
        Ok(found) => found,
        Err(error) => {
            let remedy = "`heist-tui status` tells more";
            findings.push(Finding::bad("containers", State::Broken, error.to_string(), remedy));
            return findings;
        }
    };
    let all = |wanted: ServiceState| services.iter().all(|service| service.state == wanted);
    let is_left = idle.iter().any(|set| set.fleet == docker.fleet && set.left_behind);
    findings.push(if all(ServiceState::Healthy) && is_left {
        let found = "all five are healthy; a heist that was killed has left them";
        Finding {
            remedy: Some("a heist uses them; `heist-tui down` removes them".to_owned()),
            ..Finding::good("containers", found)
        }
    } else if all(ServiceState::Healthy) {
        Finding::good("containers", "all five are healthy; a heist uses them")
    } else if all(ServiceState::Absent) && services.iter().all(|service| service.detail.is_none()) {
        Finding::good("containers", "none; a heist starts its own")
    } else {
        let told: Vec<_> = services.iter().map(|service| format!("{} {}", service.service, service.state)).collect();
        let remedy =
            "`heist-tui up` starts what has stopped, with --force it makes all of it again; `heist-tui down` removes them";
        Finding::bad("containers", State::Broken, told.join(", "), remedy)
    });
    findings.extend(idle.into_iter().filter(|set| set.fleet != docker.fleet && set.left_behind).map(|set| {
        let found =
            format!("{} containers of the set {}; a heist that was killed has left them", set.containers, set.fleet);
        let remedy = format!("`heist-tui down --fleet {}` removes them", set.fleet);
        Finding { remedy: Some(remedy), ..Finding::good("containers", found) }
    }));
    findings
}

fn terminal() -> Finding {
    const WHAT: &str = "terminal";
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        let remedy = "run the doctor in the terminal that you play in; without one, play with --ci";
        return Finding::bad(WHAT, State::Absent, "input or output is not a terminal", remedy);
    }
    if let Err(none) = tui::check() {
        return Finding::bad(WHAT, State::Broken, none.to_string(), "play with --ci");
    }
    let term = env::var("TERM").unwrap_or_else(|_| "no TERM".to_owned());
    let ascii = Look::from_env().locale.map_or(String::new(), |locale| format!(", ASCII alone by {locale}"));
    match tui::size() {
        Ok((width, height, true)) => Finding::good(WHAT, format!("{term}, {width}x{height}{ascii}")),
        Ok((width, height, false)) => {
            Finding::bad(WHAT, State::Broken, format!("{term}, {width}x{height}"), "make the window larger")
        }
        Err(error) => Finding::bad(WHAT, State::Broken, format!("{term}: {error}"), "play with --ci"),
    }
}

fn database(db: Option<&Path>) -> Finding {
    const WHAT: &str = "database";
    let file = match db.map_or_else(places::database, |db| Ok(db.to_owned())) {
        Ok(file) => file,
        Err(error) => return Finding::bad(WHAT, State::Broken, error.to_string(), "name a file with --db"),
    };
    if !file.exists() {
        return Finding::good(WHAT, format!("{} does not exist yet; the first heist makes it", file.display()));
    }
    let looked = Store::open_existing(&file).and_then(|store| Ok((store.is_read_only(), store.sessions()?)));
    match looked {
        Ok((true, sessions)) => {
            let found = format!("{}, {} sessions, can be read and not written", file.display(), sessions.len());
            Finding::bad(WHAT, State::Broken, found, "to play, name another file with --db")
        }
        Ok((false, sessions)) => Finding::good(WHAT, format!("{}, {} sessions", file.display(), sessions.len())),
        Err(error) => Finding::bad(WHAT, State::Broken, error.to_string(), "name another file with --db"),
    }
}

fn log() -> Finding {
    match places::log() {
        Ok(file) => Finding::good("log", format!("{}, while the terminal is in use", file.display())),
        Err(error) => Finding::bad("log", State::Broken, error.to_string(), "set HOME"),
    }
}
