//! Finds out where the API of a server begins, which models it offers, and how much context they have.

use super::client::{Client, parse};
use super::error::{Complaint, Extra, LlmError};
use super::kind::{Doubt, doubt};
use super::place::{join, shown};
use reqwest::Url;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use tokio::time::{Instant, timeout, timeout_at};

/// What a model server has to offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where its API is, mended where the given address was not quite right.
    pub base_url: String,
    /// Its models, never empty: those that can surely chat first, loaded ones before others, otherwise in the server's
    /// own order. Those that surely cannot are not among them.
    pub models: Vec<Model>,
}

impl Found {
    /// The model of that name, or of a pattern that fits it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Model> {
        let fits = |model: &&Model| {
            let pattern = if model.doubt == Doubt::Pattern { model.id.split_once('*') } else { None };
            pattern.is_some_and(|(head, tail)| {
                name.len() > head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
            })
        };
        let exact = self.models.iter().find(|model| model.id == name);
        let model = exact.or_else(|| self.models.iter().find(fits))?;
        Some(Model { id: name.to_owned(), ..model.clone() })
    }
}

/// A model that a server offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name in requests.
    pub id: String,
    /// Whether it is in memory.
    pub state: ModelState,
    /// Tokens of context that one request can use as the model is loaded now, prompt and answer together.
    pub context: Option<u32>,
    /// Whether it looks like one that can chat.
    pub doubt: Doubt,
}

/// Whether a model is in memory. Loading one takes from seconds to minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelState {
    /// It can answer at once.
    Loaded,
    /// It is on its way.
    Loading,
    /// The server does not say.
    Unknown,
    /// It will be loaded by the first request, if the server is set up so.
    NotLoaded,
}

impl Client {
    /// Asks what the server offers: `/models` of the API, then LM Studio's `/api/v0/models` and `/api/v1/models` for
    /// states and loaded context, Ollama's `/api/ps`, or llama.cpp's `/props`. Where nothing listens it says so at once;
    /// else the list may take 20 s, and what is told besides 3 s more.
    ///
    /// # Errors
    /// [`LlmError::Unreachable`] if nothing listens or answers in time, [`LlmError::NoModel`] if there is no chat
    /// model, [`LlmError::WrongPath`], [`LlmError::Auth`], [`LlmError::Refused`] or [`LlmError::Protocol`] if what
    /// listens is something else or does not let us in.
    pub async fn find(&self) -> Result<Found, LlmError> {
        let (base, list) = probe(self).await?;
        let base_url = shown(&base);
        // Fails only if another request has found the same before.
        let _ = self.base.set(base.clone());
        self.tells_progress.store(list.iter().any(|entry| entry["owned_by"] == "llamacpp"), Ordering::Relaxed);
        let mut models: Vec<Model> = list.iter().filter_map(listed).collect();
        // The list is enough to play; what says more may not hold it up.
        let _ = timeout(self.limits.details, self.look_closer(&base, &mut models)).await;
        let mut known = BTreeSet::new();
        models.retain(|model| known.insert(model.id.clone()));
        models.sort_by_key(|model| (model.doubt, model.state));
        if models.is_empty() {
            let message =
                if list.is_empty() { "its list of models is empty" } else { "its list names no model that chats" };
            return Err(LlmError::NoModel { url: base_url, message: message.to_owned() });
        }
        Ok(Found { base_url, models })
    }

    /// Adds what the servers' own APIs tell beyond the common one.
    async fn look_closer(&self, base: &Url, models: &mut Vec<Model>) {
        let lm_studio = self.get(&root(base, "api/v0/models")).await;
        for entry in lm_studio.iter().flat_map(|list| list["data"].as_array().into_iter().flatten()) {
            let Some(at) = models.iter().position(|model| entry["id"] == model.id.as_str()) else { continue };
            if doubt(entry).is_none() {
                models.remove(at);
                continue;
            }
            models[at].state = state(&entry["state"]);
            models[at].context = number(&entry["loaded_context_length"]);
        }
        let is_open = |model: &Model| model.context.is_none() && model.state <= ModelState::Unknown;
        if models.iter().any(is_open)
            && let Ok(newer) = self.get(&root(base, "api/v1/models")).await
        {
            for entry in newer["models"].as_array().into_iter().flatten() {
                learn_instances(entry, models);
            }
        }
        if models.iter().all(|model| model.state == ModelState::Unknown)
            && models.len() > 1
            && let Ok(running) = self.get(&root(base, "api/ps")).await
        {
            for entry in running["models"].as_array().into_iter().flatten() {
                for model in models.iter_mut().filter(|model| entry["name"] == model.id.as_str()) {
                    model.state = ModelState::Loaded;
                    model.context = number(&entry["context_length"]);
                }
            }
        }
        if let [Model { context: context @ None, state, .. }] = models.as_mut_slice()
            && let Ok(props) = self.get(&root(base, "props")).await
            && let Some(tokens) = number(&props["default_generation_settings"]["n_ctx"])
        {
            *context = Some(tokens);
            *state = ModelState::Loaded;
        }
    }

    /// A JSON document from the server, with an error in it already told.
    pub(super) async fn get(&self, url: &Url) -> Result<Value, LlmError> {
        Ok(self.get_from(url).await?.1)
    }

    /// The same, and where it was in the end.
    async fn get_from(&self, url: &Url) -> Result<(Url, Value), LlmError> {
        let (url, response) = self.send(url, None::<&()>).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let place = shown(&url);
        let body = self.body(response, &place).await?;
        if !status.is_success() {
            let error = Complaint::read(&body).into_error(&place, Some(status), Extra::Nothing);
            return Err(error.waiting(&headers));
        }
        let value = parse(&body, &place, 0)?;
        match Complaint::find(&value) {
            Some(complaint) => Err(complaint.into_error(&place, None, Extra::Nothing)),
            None => Ok((url, value)),
        }
    }
}

/// A path of a server's own API, which stands beside the common one.
pub(super) fn root(base: &Url, path: &str) -> Url {
    let mut root = base.clone();
    let api = base.path().trim_end_matches('/');
    root.set_path(&format!("{}/", api.strip_suffix("/v1").unwrap_or(api)));
    join(&root, path)
}

/// Takes in what LM Studio's newer list tells of a model: its loaded instances, each with a context of its own. Of
/// several the smallest counts, for it is not known which will answer.
fn learn_instances(entry: &Value, models: &mut Vec<Model>) {
    let instances = entry["loaded_instances"].as_array().map_or(&[][..], Vec::as_slice);
    let is_named = |id: &str| entry["key"] == id || instances.iter().any(|instance| instance["id"] == id);
    if doubt(entry).is_none() {
        models.retain(|model| !is_named(&model.id));
        return;
    }
    for model in models.iter_mut().filter(|model| is_named(&model.id)) {
        let exact = instances.iter().find(|instance| instance["id"] == model.id.as_str());
        let candidates = exact.map_or(instances, std::slice::from_ref);
        let context = candidates.iter().filter_map(|instance| number(&instance["config"]["context_length"])).min();
        model.context = model.context.or(context);
        model.state = if instances.is_empty() { ModelState::NotLoaded } else { ModelState::Loaded };
    }
}

/// Which of the candidates the API is, and the entries of its list of models.
pub(super) async fn probe(client: &Client) -> Result<(Url, Vec<Value>), LlmError> {
    let deadline = Instant::now() + client.limits.find;
    let mut problem = None;
    for base in client.base.get().map_or(client.candidates.as_slice(), std::slice::from_ref) {
        let url = join(base, "models");
        let answer = timeout_at(deadline, client.get_from(&url)).await;
        let answer = answer.unwrap_or_else(|_| Err(LlmError::Idle { url: shown(base), after: client.limits.find }));
        let error = match answer {
            // Ollama without a model sends null for an empty list.
            Ok((at, value)) if value["data"].is_array() || value["object"] == "list" => {
                let list = value["data"].as_array().cloned().unwrap_or_default();
                return Ok((moved_base(base, at), list));
            }
            Ok(_) => LlmError::Protocol { url: shown(&url), cause: "no list of models".to_owned() },
            Err(error) => error,
        };
        // The likeliest place has the word, unless the server is not there at all.
        match error {
            LlmError::WrongPath { .. } | LlmError::Protocol { .. } => _ = problem.get_or_insert(error),
            _ => return Err(error),
        }
    }
    let nowhere = || LlmError::BadUrl { url: String::new(), cause: "no address".to_owned() };
    Err(problem.unwrap_or_else(nowhere))
}

/// The base after its list of models was found at another address: a move that need not be made again and again.
fn moved_base(base: &Url, mut list: Url) -> Url {
    match list.path().strip_suffix("models") {
        Some(path) if list.query().is_none() => {
            let path = path.to_owned();
            list.set_path(&path);
            list
        }
        _ => base.clone(),
    }
}

/// An entry of the common list of models, unless it surely cannot chat. llama.cpp and vLLM tell the context there, a
/// router of llama.cpp which models are loaded.
fn listed(entry: &Value) -> Option<Model> {
    let (id, doubt) = (entry["id"].as_str()?, doubt(entry)?);
    let context = number(&entry["meta"]["n_ctx"]).or_else(|| number(&entry["max_model_len"]));
    let told = [&entry["status"]["value"], &entry["status"], &entry["state"]].map(state);
    let state = match told.into_iter().find(|state| *state != ModelState::Unknown) {
        None if context.is_some() => ModelState::Loaded,
        told => told.unwrap_or(ModelState::Unknown),
    };
    Some(Model { id: id.to_owned(), state, context, doubt })
}

/// A state as servers name it.
fn state(value: &Value) -> ModelState {
    match value.as_str() {
        Some("loaded" | "running" | "ready") => ModelState::Loaded,
        Some("loading") => ModelState::Loading,
        Some("not-loaded" | "unloaded" | "sleeping" | "failed") => ModelState::NotLoaded,
        _ => ModelState::Unknown,
    }
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|n| u32::try_from(n).ok())
}
