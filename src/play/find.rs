//! Finds what there is to play with: who speaks, and where the tools run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::PlayError;
use crate::agents::Agent;
use crate::agents::model::{Model, Voices};
use crate::agents::scripted::{Pace, Paced, Scripted};
use crate::cli::{Docker, Llm, Means, Tools};
use crate::crew::{Crew, Persona};
use crate::fleet::{self, DockerOptions, FleetError};
use crate::heist::{LlmInfo, ToolsInfo};
use crate::llm::{self, Client, Doubt, Endpoint, LlmError, ModelState};
use crate::output;
use crate::session::Venue;
use crate::tui;

/// How often a model server that has just been started is asked whether it has loaded its model.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// So many faults in a row, and a server is not asked for its list any more.
const MOST_FAULTS: u32 = 4;

/// So many models are asked whether they play.
const MOST_ASKED: usize = 5;

/// What counts as at once.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Who speaks: the model server that was asked for or is there, else the scripted crew.
pub(super) async fn find_speaker(
    means: &Means,
    crew: &Crew,
    seed: u64,
    pace: &Pace,
) -> Result<(Arc<dyn Agent>, LlmInfo), PlayError> {
    let scripted = |note| {
        let agents: Arc<dyn Agent> = Arc::new(Paced::new(Scripted::new(seed), pace.clone()));
        (agents, LlmInfo { backend: "scripted".into(), url: None, model: None, note })
    };
    match means.llm {
        Llm::Scripted => Ok(scripted(None)),
        Llm::Openai => find_model(means, crew, seed).await,
        Llm::Auto => match find_model(means, crew, seed).await {
            Err(error) if error.is_mistake() => Err(error),
            Err(error) => Ok(scripted(Some(error.to_string()))),
            found => found,
        },
    }
}

/// What the server offers, as soon as it is ready to tell.
async fn find_loaded(client: &Client) -> Result<llm::Found, LlmError> {
    let until = Instant::now() + client.patience();
    let (mut told, mut faults) = (false, 0);
    loop {
        let error = match with_word("the model server's list of models", client.find()).await {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        let pause = error.wait().unwrap_or(LOOK_AGAIN);
        if error.is_loading() && !std::mem::replace(&mut told, true) {
            say("the model server is loading its model; waiting for it");
        } else if !error.is_loading() {
            faults += 1;
        }
        // Where nothing listens, or nothing is said, that is told at once.
        let is_there = !matches!(error, LlmError::Unreachable { .. } | LlmError::Idle { .. });
        if !(is_there && error.can_retry() && faults < MOST_FAULTS && Instant::now() + pause < until) {
            return Err(error);
        }
        sleep(pause).await;
    }
}

/// Waits for a server, and says so where that takes long.
async fn with_word<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = sleep(AT_ONCE) => {}
    }
    say(&format!("waiting for {what}"));
    work.await
}

/// Says what is waited for, unless it is for another game and the last one's screen is still shown.
pub(super) fn say(words: &str) {
    if !tui::is_taken() {
        output::tell(words);
    }
}

/// A model server, what it offers, and the model that was asked for, else the first that answers; with what is to be told
/// of how it was found.
pub(crate) struct Server {
    pub(crate) client: Client,
    pub(crate) found: llm::Found,
    pub(crate) model: llm::Model,
    notes: Vec<String>,
}

/// Finds the model server at this address, which may read a prompt for so many seconds.
///
/// # Errors
/// If it is not there, or does not have the model.
pub(crate) async fn find_server(url: &str, timeout: u64, wanted: Option<&str>) -> Result<Server, PlayError> {
    let client = Client::new(Endpoint { base_url: url.to_owned(), key: llm::key()? })?;
    let client = client.patient(Duration::from_secs(timeout));
    let found = find_loaded(&client).await?;
    let mut notes = Vec::new();
    let model = match wanted {
        Some(wanted) => named(&found, wanted)?,
        None => choose(&client, &found, &mut notes).await?,
    };
    Ok(Server { client, found, model, notes })
}

/// The model of this name.
fn named(found: &llm::Found, wanted: &str) -> Result<llm::Model, PlayError> {
    found.named(wanted).ok_or_else(|| PlayError::NoSuchModel {
        url: found.base_url.clone(),
        model: wanted.to_owned(),
        offered: found.models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>().join(", "),
    })
}

async fn find_model(means: &Means, crew: &Crew, seed: u64) -> Result<(Arc<dyn Agent>, LlmInfo), PlayError> {
    let models = &means.models;
    let server = find_server(&means.llm_url, models.llm_timeout, models.model.as_deref()).await?;
    let Server { client, found, model, mut notes } = server;
    let (url, named) = (found.base_url.clone(), |wanted: &str| named(&found, wanted));
    let own = |persona: &Persona| persona.model.as_deref().map(named).transpose();
    let others = crew.iter().map(own).filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
    let mole = models.mole_model.as_deref().map(named).transpose()?;
    let mole = mole.filter(|mole| mole.id != model.id || !others.is_empty());
    let judge = models.judge_model.as_deref().map(named).transpose()?;
    // All are told the same talk.
    let all = [&model].into_iter().chain(&mole).chain(&judge).chain(&others);
    let context = all.filter_map(|model| model.context).min();
    notes.extend(
        crew.iter().filter_map(|persona| Some(format!("{} is played by {}", persona.name, persona.model.as_ref()?))),
    );
    notes.extend(mole.as_ref().map(|mole| {
        format!(
            "the mole, whoever it is, is played by {}; how long a message took is not shown, for that would give it away",
            mole.id
        )
    }));
    let note = Some(notes.join("; ")).filter(|note| !note.is_empty());
    let info = LlmInfo { backend: "openai".into(), url: Some(url.clone()), model: Some(model.id.clone()), note };
    let id = |model: llm::Model| model.id;
    let voices = Voices {
        crew: model.id,
        others: others.into_iter().map(id).collect(),
        mole: mole.map(id),
        judge: judge.map(id),
    };
    Ok((Arc::new(Model::new(client, voices, context, seed)), info))
}

/// The model that plays where none was named: the first that answers, for servers list what does not chat, what is too
/// large for them, and what wants a login.
async fn choose(client: &Client, found: &llm::Found, notes: &mut Vec<String>) -> Result<llm::Model, LlmError> {
    if let [only] = found.models.as_slice() {
        return Ok(only.clone());
    }
    let mut refusals = Vec::new();
    for model in found.models.iter().filter(|model| model.doubt != Doubt::Pattern).take(MOST_ASKED) {
        match with_word(&format!("{}, which may be loading", model.id), client.answers(&model.id)).await {
            Err(error) if error.is_models_own() => refusals.push((model, error)),
            Err(error @ (LlmError::Idle { .. } | LlmError::Unreachable { .. })) => return Err(error),
            // With any other fault it is woken again before the player's eyes.
            _ => {
                notes.extend(refusals.iter().map(|(other, error)| format!("{} does not play: {error}", other.id)));
                return Ok(loaded(client, model).await);
            }
        }
    }
    let message = "its list has only patterns for names: name a model with --model".to_owned();
    let nothing = LlmError::NoModel { url: found.base_url.clone(), message };
    Err(refusals.into_iter().next().map_or(nothing, |(_, error)| error))
}

/// The model with the context that it is loaded with by now.
async fn loaded(client: &Client, model: &llm::Model) -> llm::Model {
    let is_new = model.context.is_none() && model.state == ModelState::NotLoaded;
    let again = if is_new { client.find().await.ok().and_then(|found| found.named(&model.id)) } else { None };
    again.unwrap_or_else(|| model.clone())
}

/// Where the tools run: in Docker if that was asked for or is there, else in this process.
pub(super) async fn find_venue(means: &Means, docker: &Docker) -> Result<(Venue, ToolsInfo), PlayError> {
    let embedded = |note| (Venue::Embedded, ToolsInfo { backend: "embedded".into(), note });
    if means.tools == Tools::Embedded {
        return Ok(embedded(None));
    }
    let wanted = DockerOptions { keep: means.keep, force: means.force, ..docker.options() };
    match fleet::find_engine(&wanted).await {
        Ok(engine) => {
            let venue = Venue::Docker { engine, or_embedded: means.tools == Tools::Auto };
            Ok((venue, ToolsInfo { backend: "docker".into(), note: None }))
        }
        Err(FleetError::NoEngine(_)) if means.tools == Tools::Auto => {
            // Nobody has asked for Docker, so the list of places is left to a command that does.
            Ok(embedded(Some("no Docker engine answers; `heist-tui status` tells where one was sought".into())))
        }
        Err(error) if means.tools == Tools::Auto && !error.is_usage() => Ok(embedded(Some(error.to_string()))),
        Err(error) => Err(error.into()),
    }
}
