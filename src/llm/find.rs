//! Finds out where the API of a server begins, which models it offers, and how much context they have.

use super::client::{Client, join, parse, shown};
use super::error::{Complaint, Extra, LlmError};
use crate::text::without_credentials;
use reqwest::Url;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

/// What a model server has to offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where its API is, mended where the given address was not quite right.
    pub base_url: String,
    /// Its chat models, never empty: loaded ones first, otherwise in the server's own order.
    pub models: Vec<Model>,
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
    /// states and loaded context, or llama.cpp's `/props`. Takes 1 s at most to connect and 3 s in all.
    ///
    /// # Errors
    /// [`LlmError::Unreachable`] if nothing listens or answers in time, [`LlmError::NoModel`] if there is no chat
    /// model, [`LlmError::WrongPath`], [`LlmError::Auth`], [`LlmError::Refused`] or [`LlmError::Protocol`] if what
    /// listens is something else or does not let us in.
    pub async fn find(&self) -> Result<Found, LlmError> {
        let deadline = Instant::now() + self.limits.find;
        let (base, list) = probe(self).await?;
        let base_url = shown(&base);
        // Fails only if another request has found the same before.
        let _ = self.base.set(base.clone());
        let mut models: Vec<Model> = list.iter().filter_map(listed).collect();
        // The list is enough to play; what says more may not hold it up.
        let _ = timeout_at(deadline, self.look_closer(&base, &mut models)).await;
        models.sort_by_key(|model| model.state);
        if models.is_empty() {
            return Err(LlmError::NoModel { url: base_url, message: "its list of models is empty".to_owned() });
        }
        Ok(Found { base_url, models })
    }

    /// Adds what the servers' own APIs tell beyond the common one.
    async fn look_closer(&self, base: &Url, models: &mut Vec<Model>) {
        let mut root = base.clone();
        let path = base.path().trim_end_matches('/');
        root.set_path(&format!("{}/", path.strip_suffix("/v1").unwrap_or(path)));
        let lm_studio = self.get(&join(&root, "api/v0/models")).await;
        for entry in lm_studio.iter().flat_map(|list| list["data"].as_array().into_iter().flatten()) {
            let Some(at) = models.iter().position(|model| entry["id"] == model.id.as_str()) else { continue };
            if is_for_embeddings(entry) {
                models.remove(at);
                continue;
            }
            models[at].state = match entry["state"].as_str() {
                Some("loaded") => ModelState::Loaded,
                Some("loading") => ModelState::Loading,
                Some("not-loaded") => ModelState::NotLoaded,
                _ => ModelState::Unknown,
            };
            models[at].context = number(&entry["loaded_context_length"]);
        }
        let is_open = |model: &Model| model.context.is_none() && model.state <= ModelState::Unknown;
        if models.iter().any(is_open)
            && let Ok(newer) = self.get(&join(&root, "api/v1/models")).await
        {
            for entry in newer["models"].as_array().into_iter().flatten() {
                learn_instances(entry, models);
            }
        }
        if let [Model { context: context @ None, state, .. }] = models.as_mut_slice()
            && let Ok(props) = self.get(&join(&root, "props")).await
            && let Some(tokens) = number(&props["default_generation_settings"]["n_ctx"])
        {
            *context = Some(tokens);
            *state = ModelState::Loaded;
        }
    }

    /// A JSON document from the server, with an error in it already told.
    async fn get(&self, url: &Url) -> Result<Value, LlmError> {
        let place = shown(url);
        let response = self.authorized(self.http.get(url.clone())).send().await;
        let response = response.map_err(|error| LlmError::from_transport(&place, 0, error))?;
        let status = response.status();
        let body = self.body(response, &place).await?;
        if !status.is_success() {
            return Err(Complaint::read(&body).into_error(&place, Some(status), Extra::Nothing));
        }
        let value = parse(&body, &place, 0)?;
        match Complaint::find(&value) {
            Some(complaint) => Err(complaint.into_error(&place, None, Extra::Nothing)),
            None => Ok(value),
        }
    }
}

fn is_for_embeddings(entry: &Value) -> bool {
    ["embedding", "embeddings"].iter().any(|&kind| entry["type"] == kind)
}

/// Takes in what LM Studio's newer list tells of a model: its loaded instances, each with a context of its own. Of
/// several the smallest counts, for it is not known which will answer.
fn learn_instances(entry: &Value, models: &mut Vec<Model>) {
    let instances = entry["loaded_instances"].as_array().map_or(&[][..], Vec::as_slice);
    let is_named = |id: &str| entry["key"] == id || instances.iter().any(|instance| instance["id"] == id);
    if is_for_embeddings(entry) {
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
        let answer = timeout_at(deadline, client.get(&url)).await.unwrap_or_else(|_| {
            let cause = format!("no answer within {:?}", client.limits.find);
            Err(LlmError::Unreachable { url: shown(base), cause })
        });
        let error = match answer {
            // Ollama without a model sends null for an empty list.
            Ok(value) if value["data"].is_array() || value["object"] == "list" => {
                return Ok((base.clone(), value["data"].as_array().cloned().unwrap_or_default()));
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

/// An entry of the common list of models, if it can chat. llama.cpp and vLLM tell the context there.
fn listed(entry: &Value) -> Option<Model> {
    let id = entry["id"].as_str().filter(|id| !id.to_lowercase().contains("embed"))?;
    let context = number(&entry["meta"]["n_ctx"]).or_else(|| number(&entry["max_model_len"]));
    let state = if context.is_some() { ModelState::Loaded } else { ModelState::Unknown };
    Some(Model { id: id.to_owned(), state, context })
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|n| u32::try_from(n).ok())
}

/// Where the API may be for an address as people write it, likeliest first.
pub(super) fn candidates(address: &str) -> Result<Vec<Url>, LlmError> {
    let bad = |cause: String| LlmError::BadUrl { url: without_credentials(address), cause };
    let text = address.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let mut url = Url::parse(&text).map_err(|error| bad(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad(format!("{}: is neither http: nor https:", url.scheme())));
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/chat/completions").or_else(|| path.strip_suffix("/models")).unwrap_or(path);
    let path = path.trim_end_matches('/').to_owned();
    let with = |path: &str| {
        let mut url = url.clone();
        url.set_path(&format!("{path}/"));
        url
    };
    if path.ends_with("/v1") { Ok(vec![with(&path)]) } else { Ok(vec![with(&format!("{path}/v1")), with(&path)]) }
}
