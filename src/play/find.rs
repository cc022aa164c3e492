//! Finds what there is to play with: who speaks, and where the tools run.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::time::sleep;

use super::PlayError;
use crate::cli::{Docker, Llm, Run, Tools};
use crate::crew::{Crew, Persona};
use crate::fleet::{self, DockerOptions, FleetError};
use crate::heist::{LlmInfo, ToolsInfo};
use crate::llm::{self, Client, Endpoint, LlmError};
use crate::scripted::Scripted;
use crate::session::{Cast, Model, Venue, Voices};

/// How long a model server that has just been started may take to load its model, and how often it is asked.
const LOADING: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Who speaks: the model server that was asked for or is there, else the scripted crew.
pub(super) async fn find_speaker(
    options: &Run,
    crew: &Crew,
    seed: u64,
    pace: Duration,
) -> Result<(Cast, LlmInfo), PlayError> {
    let scripted = |note| {
        let crew = Cast::Scripted { crew: Scripted::new(seed), pace };
        (crew, LlmInfo { backend: "scripted".into(), url: None, model: None, note })
    };
    match options.llm {
        Llm::Scripted => Ok(scripted(None)),
        Llm::Openai => find_model(options, crew, seed).await,
        Llm::Auto => match find_model(options, crew, seed).await {
            // An address that cannot be one is a mistake to be told, not a reason to play without a model.
            Err(error @ (PlayError::Llm(LlmError::BadUrl { .. }) | PlayError::NoSuchModel { .. })) => Err(error),
            Err(error) => Ok(scripted(Some(error.to_string()))),
            found => found,
        },
    }
}

/// What the server offers, as soon as it is ready to tell.
async fn find_loaded(client: &Client) -> Result<llm::Found, LlmError> {
    let until = Instant::now() + LOADING;
    let mut told = false;
    loop {
        match client.find().await {
            Err(error) if error.is_loading() && Instant::now() < until => {
                if !std::mem::replace(&mut told, true) {
                    // Without an error output there is nobody to tell.
                    let _ = writeln!(io::stderr(), "heist-tui: the model server is loading its model; waiting for it");
                }
                sleep(LOOK_AGAIN).await;
            }
            found => return found,
        }
    }
}

async fn find_model(options: &Run, crew: &Crew, seed: u64) -> Result<(Cast, LlmInfo), PlayError> {
    let key = std::env::var("HEIST_LLM_KEY").ok().filter(|key| !key.is_empty()).map(SecretString::from);
    let client = Client::new(Endpoint { base_url: options.llm_url.clone(), key })?;
    let found = find_loaded(&client).await?;
    let url = found.base_url;
    let offered = found.models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>().join(", ");
    let named = |wanted: &str| {
        let missing =
            || PlayError::NoSuchModel { url: url.clone(), model: wanted.to_owned(), offered: offered.clone() };
        found.models.iter().find(|model| model.id == wanted).ok_or_else(missing)
    };
    // The list is never empty.
    let model = options.model.as_deref().or(found.models.first().map(|first| first.id.as_str())).unwrap_or_default();
    let model = named(model)?;
    let own = |persona: &Persona| persona.model.as_deref().map(named).transpose();
    let others = crew.iter().map(own).filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
    let mole = options.mole_model.as_deref().map(named).transpose()?;
    let mole = mole.filter(|mole| mole.id != model.id || !others.is_empty());
    let judge = options.judge_model.as_deref().map(named).transpose()?;
    // All are told the same talk.
    let all = [model].into_iter().chain(mole).chain(judge).chain(others.iter().copied());
    let context = all.filter_map(|model| model.context).min();
    let by = crew.iter().filter_map(|persona| Some(format!("{} speaks by {}", persona.name, persona.model.as_ref()?)));
    let mut notes: Vec<_> = by.collect();
    notes.extend(mole.map(|mole| {
        format!(
            "the mole, whoever it is, speaks by {}; so nothing is told of how long a message took, which would show it",
            mole.id
        )
    }));
    let note = Some(notes.join("; ")).filter(|note| !note.is_empty());
    let info = LlmInfo { backend: "openai".into(), url: Some(url.clone()), model: Some(model.id.clone()), note };
    let id = |model: &llm::Model| model.id.clone();
    let voices = Voices {
        crew: id(model),
        others: others.into_iter().map(id).collect(),
        mole: mole.map(id),
        judge: judge.map(id),
    };
    Ok((Cast::Model(Model::new(client, voices, context, seed)), info))
}

/// Where the tools run: in Docker if that was asked for or is there, else in this process.
pub(super) async fn find_venue(options: &Run, docker: &Docker) -> Result<(Venue, ToolsInfo), PlayError> {
    let embedded = |note| (Venue::Embedded, ToolsInfo { backend: "embedded".into(), note });
    if options.tools == Tools::Embedded {
        return Ok(embedded(None));
    }
    let wanted = DockerOptions { keep: options.keep, force: options.force, ..docker.options() };
    match fleet::find_engine(&wanted).await {
        Ok(engine) => {
            let venue = Venue::Docker { engine, or_embedded: options.tools == Tools::Auto };
            Ok((venue, ToolsInfo { backend: "docker".into(), note: None }))
        }
        Err(FleetError::NoEngine(_)) if options.tools == Tools::Auto => {
            // Nobody has asked for Docker, so the list of places is left to a command that does.
            Ok(embedded(Some("no Docker engine answers; `heist-tui status` tells where one was sought".into())))
        }
        Err(error) if options.tools == Tools::Auto && !error.is_usage() => Ok(embedded(Some(error.to_string()))),
        Err(error) => Err(error.into()),
    }
}
