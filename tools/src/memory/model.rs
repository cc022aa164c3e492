//! A client for one question at a time to an OpenAI-compatible model server.

use std::time::Duration;

use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::http;
use crate::server::StartError;

/// An answer, in which the server may first load the model and read the question, takes at most so long.
const ANSWER_LIMIT: Duration = Duration::from_mins(5);
/// The list of models takes at most so long.
const LIST_LIMIT: Duration = Duration::from_secs(3);
/// A model that reasons does so within its tokens, and gets so many for it.
const REASONING: u32 = 1024;
/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 512 * 1024;
/// Of what a server says of an error so many characters are logged.
const COMPLAINT: usize = 300;

/// A model server that the memory service may ask for summaries.
#[derive(Clone, Debug)]
pub struct Llm {
    /// The base of its OpenAI-compatible API, as people write it: `http://127.0.0.1:1234/v1`, the `/v1` optional.
    pub url: String,
    /// The model's name. `None` takes the one that is loaded, or else the first that the server lists.
    pub model: Option<String>,
    /// Sent as a bearer token.
    pub key: Option<SecretString>,
}

/// Asks one server.
pub struct Client {
    http: reqwest::Client,
    /// Where the API may be, likeliest first, each with a slash at its end.
    bases: Vec<Url>,
    model: Option<String>,
    key: Option<SecretString>,
    /// Whether the model has been seen to reason until its tokens were used up.
    reasons: bool,
}

/// What a model said.
#[derive(Debug)]
pub struct Reply {
    /// Without any reasoning.
    pub text: String,
    /// Whether it was cut off for its length.
    pub cut: bool,
}

impl Reply {
    /// What a chat completion says, and whether the model has reasoned before.
    fn read(completion: &Value) -> Result<(Self, bool), String> {
        let choice = &completion["choices"][0];
        let message = choice["message"].as_object().ok_or("its answer is no chat completion")?;
        let member = |name| message.get(name).and_then(Value::as_str).unwrap_or_default();
        let content = member("content");
        let text = without_reasoning(content).to_owned();
        let reasoned = text.len() < content.len()
            || ["reasoning_content", "reasoning"].into_iter().any(|name| !member(name).is_empty());
        Ok((Self { text, cut: choice["finish_reason"] == "length" }, reasoned))
    }
}

impl Client {
    pub fn new(llm: Llm) -> Result<Self, StartError> {
        let bases = bases(&llm.url).ok_or_else(|| StartError::BadModelServer(llm.url.clone()))?;
        let first = bases.first().map(shown).unwrap_or_default();
        let http =
            http::between_services().map_err(|error| StartError::ModelClient { url: first, cause: cause(error) })?;
        Ok(Self { http, bases, model: llm.model, key: llm.key, reasons: false })
    }

    /// Asks at temperature 0 for `max_tokens` of text at most; again with more tokens if the model has spent them on
    /// reasoning.
    ///
    /// # Errors
    /// What went wrong, for the log.
    pub async fn ask(&mut self, system: &str, user: &str, max_tokens: u32) -> Result<Reply, String> {
        let (base, model) = match (self.bases.as_slice(), &self.model) {
            ([base], Some(model)) => (base.clone(), model.clone()),
            _ => self.find().await?,
        };
        loop {
            let question = json!({
                "model": model,
                "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
                "max_tokens": if self.reasons { max_tokens + REASONING } else { max_tokens },
                "temperature": 0,
                "stream": false,
            });
            let post = self.http.post(join(&base, "chat/completions")).json(&question);
            let (reply, reasoned) = Reply::read(&self.send(post, ANSWER_LIMIT).await?)?;
            if self.reasons || !(reasoned && reply.cut) {
                return Ok(reply);
            }
            self.reasons = true;
        }
    }

    /// Where the API is, and the model to ask.
    async fn find(&self) -> Result<(Url, String), String> {
        let mut problem = None;
        for base in &self.bases {
            match self.models(base).await {
                Ok(models) => {
                    let model = match &self.model {
                        Some(model) => Some(model.clone()),
                        None => self.loaded(base, &models).await.or_else(|| models.into_iter().next()),
                    };
                    return model.map(|model| (base.clone(), model)).ok_or_else(|| "it has no model".to_owned());
                }
                // The likeliest place has the word.
                Err(why) => _ = problem.get_or_insert(why),
            }
        }
        Err(problem.unwrap_or_default())
    }

    /// The names of the models that can chat.
    async fn models(&self, base: &Url) -> Result<Vec<String>, String> {
        let list = self.send(self.http.get(join(base, "models")), LIST_LIMIT).await?;
        let entries = list["data"].as_array().ok_or("it has no list of models")?;
        let names = entries.iter().filter_map(|entry| entry["id"].as_str());
        Ok(names.filter(|name| !name.to_lowercase().contains("embed")).map(str::to_owned).collect())
    }

    /// The first of `models` that is loaded. Only LM Studio's own API tells, and to ask for one that is not would make
    /// it load that, perhaps in the place of another.
    async fn loaded(&self, base: &Url, models: &[String]) -> Option<String> {
        let mut root = base.clone();
        root.set_path(base.path().strip_suffix("v1/").unwrap_or(base.path()));
        let list = self.send(self.http.get(join(&root, "api/v0/models")), LIST_LIMIT).await.ok()?;
        let loaded = list["data"].as_array()?.iter().filter(|entry| entry["state"] == "loaded");
        let mut names = loaded.filter_map(|entry| entry["id"].as_str());
        names.find(|name| models.iter().any(|model| model == name)).map(str::to_owned)
    }

    /// The JSON that is answered, if it tells of no error.
    async fn send(&self, request: RequestBuilder, limit: Duration) -> Result<Value, String> {
        let request = match &self.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        };
        let mut response = request.timeout(limit).send().await.map_err(cause)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(cause)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_BODY {
                return Err(format!("its answer is larger than {LARGEST_BODY} bytes"));
            }
        }
        let json = serde_json::from_slice::<Value>(&body);
        // Looked for first, since servers tell of errors with any status.
        if let Some(complaint) = json.as_ref().ok().and_then(complaint) {
            return Err(format!("status {status}: {complaint}"));
        }
        if !status.is_success() {
            return Err(format!("status {status}"));
        }
        json.map_err(|error| format!("its answer is not JSON: {error}"))
    }
}

/// What is at the bottom of an error.
fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// An address as people may see it: without a name and a password in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for addresses that cannot carry them, which then have none to hide.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// The error in an answer: `{"error":"…"}`, `{"error":{"message":"…"}}`, or `{"object":"error","message":"…"}`.
fn complaint(answer: &Value) -> Option<String> {
    let error = answer.get("error").filter(|error| !error.is_null());
    let error = error.or_else(|| (answer["object"] == "error").then_some(answer))?;
    let text = error.as_str().or_else(|| error["message"].as_str()).or_else(|| answer["message"].as_str());
    Some(text.map_or_else(|| error.to_string(), str::to_owned).chars().take(COMPLAINT).collect())
}

/// What stands behind the reasoning. A model whose template opens the block for it sends only the closing tag; one that
/// runs out of tokens within it sends only the opening one.
fn without_reasoning(content: &str) -> &str {
    let behind = content.rsplit_once("</think>").map_or(content, |(_, behind)| behind);
    behind.split_once("<think>").map_or(behind, |(before, _)| before)
}

/// Where the API may be for an address as people write it: without `http://`, without `/v1`, or with the whole path.
fn bases(address: &str) -> Option<Vec<Url>> {
    let address = address.trim();
    let text = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let url = Url::parse(&text).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return None;
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/chat/completions").unwrap_or(path);
    let with = |path: &str| {
        let mut base = url.clone();
        base.set_path(&format!("{path}/"));
        base
    };
    Some(if path.ends_with("/v1") { vec![with(path)] } else { vec![with(&format!("{path}/v1")), with(path)] })
}

/// `path` below `base`, which ends with a slash.
fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path()));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_addresses() {
        for (address, first, how_many) in [
            ("http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1/", 1),
            (" localhost:1234/v1/ ", "http://localhost:1234/v1/", 1),
            ("https://llm.example/api/v1/chat/completions", "https://llm.example/api/v1/", 1),
            ("http://127.0.0.1:1234", "http://127.0.0.1:1234/v1/", 2),
        ] {
            let found = bases(address).unwrap();
            assert_eq!((found[0].as_str(), found.len()), (first, how_many), "{address}");
        }
        for address in ["", "ftp://llm", "http://", "http://llm/v1?x=1", "::"] {
            assert!(bases(address).is_none(), "{address}");
        }
    }

    #[test]
    fn drops_reasoning() {
        for (content, text) in [
            ("<think>a 25 b</think>\nWe go.", "\nWe go."),
            ("a 25 b</think>We go.", "We go."),
            ("<think>a 25 b", ""),
            ("We go.", "We go."),
        ] {
            assert_eq!(without_reasoning(content), text);
        }
    }

    #[test]
    fn finds_errors_in_every_shape() {
        for answer in [
            json!({"error": "full"}),
            json!({"error": {"message": "full", "code": 500}, "choices": []}),
            json!({"error": {"code": 1}, "message": "full"}),
            json!({"object": "error", "message": "full"}),
        ] {
            assert_eq!(complaint(&answer).unwrap(), "full", "{answer}");
        }
        assert_eq!(complaint(&json!({"error": null, "choices": []})), None);
    }
}
