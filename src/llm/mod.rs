//! The client for OpenAI-compatible model servers (LM Studio first): find a model, ask it, read its answer as it streams.

mod again;
mod answer;
mod body;
mod calls;
mod client;
mod content;
mod error;
mod find;
mod json;
mod kind;
mod listen;
mod marks;
mod mend;
mod odds;
mod place;
mod responses;
mod send;
mod slots;
mod sse;
#[cfg(test)]
mod tests;
mod think;
mod trying;

use secrecy::SecretString;
use serde::de::DeserializeOwned;

pub use client::Client;
pub use error::LlmError;
pub use find::{Found, Model, ModelState};
pub use kind::Doubt;
pub use send::key;

/// Where a model server is.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The base of its API, as people paste it: `http://127.0.0.1:1234/v1`. A missing `http://` and a trailing
    /// `/chat/completions` are mended at once, a missing `/v1` when the server is first asked.
    pub base_url: String,
    /// Sent as a bearer token when present.
    pub key: Option<SecretString>,
}

/// One question to a model: a system message, and a user message after pairs of user's and assistant's, which is what the
/// chat template of every model takes.
#[derive(Debug, Clone, Default)]
pub struct ChatRequest {
    /// The model's name as the server lists it. Empty leaves the choice to the server.
    pub model: String,
    /// The system message.
    pub system: String,
    /// Questions and answers that come before the user message, to show how it is done.
    pub shown: Vec<(String, String)>,
    /// The user message.
    pub user: String,
    /// At most so many tokens are generated, reasoning included.
    pub max_tokens: u32,
    /// 0 is the likeliest token each time; 2 is the most that servers take.
    pub temperature: f32,
    /// Fixes the sampling, as far as the server can.
    pub seed: Option<u64>,
    /// Texts at which the server stops; `OpenAI` allows four. They are not part of the answer.
    pub stop: Vec<String>,
    /// A JSON schema whose top level is an object: the answer is constrained to it (`response_format`).
    pub schema: Option<serde_json::Value>,
    /// Functions that the model may call instead of answering, if the server and the model know how.
    pub tools: Vec<Tool>,
    /// With `tools`: whether the model is to call one now. Otherwise it is told of them and answers in words, so that
    /// two requests that differ in this alone begin with the same prompt.
    pub must_call: bool,
    /// Where the likeliest first tokens of the answer are asked for, if they are wanted.
    pub odds: Option<OddsAt>,
}

/// A function that a model may call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON schema of its arguments.
    pub parameters: serde_json::Value,
}

/// A call that a model made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// The function; servers do not check that there is one of this name.
    pub name: String,
    /// Its arguments, which should be a JSON object and may be anything.
    pub arguments: String,
}

/// Where a server tells how likely the tokens of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddsAt {
    /// In its chat, as llama.cpp and `OpenAI` do.
    Chat,
    /// In its responses, as LM Studio does.
    Responses,
}

/// What a model answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatReply {
    /// The answer without any reasoning and without white space before it. It may be empty. If the request had a
    /// schema, this is the JSON alone, taken out of a code fence or out of the reasoning where a server put it there.
    pub text: String,
    /// The calls of `tools` that the model made, in their order.
    pub calls: Vec<Call>,
    /// The model that the server says has answered. A server may quietly use another than was asked for.
    pub model: String,
    /// Tokens read and written.
    pub usage: Usage,
    /// Why the answer ended.
    pub finish: Finish,
    /// Whether the model has reasoned.
    pub has_thought: bool,
    /// The likeliest first tokens with the logarithms of their probabilities; empty if they were not asked for, or the
    /// server does not tell them.
    pub odds: Vec<(String, f64)>,
}

impl ChatReply {
    /// The text read as JSON, for requests with a schema.
    ///
    /// # Errors
    /// [`LlmError::NotJson`] if the text is no JSON (a server that ignores schemas, or an answer cut at `max_tokens`)
    /// or has another shape than `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, LlmError> {
        serde_json::from_str(&self.text).map_err(|cause| LlmError::NotJson { model: self.model.clone(), cause })
    }
}

/// What is heard while an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'a> {
    /// The server has read so much of the prompt, in hundredths.
    Reading(u8),
    /// The model has begun to answer, perhaps with what is not to be heard.
    Begun,
    /// The text that comes next.
    Text(&'a str),
    /// What was heard before is void, and the answer begins again.
    Again,
}

/// Tokens of one answer, each `None` where the server does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt: Option<u32>,
    /// How many of these the server really had to read, the others being in its prompt cache.
    pub evaluated: Option<u32>,
    /// Tokens generated, reasoning included.
    pub generated: Option<u32>,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model was done, or came to a stop text.
    Stop,
    /// `max_tokens` or the end of the context cut it off.
    Length,
    /// Another reason, or none given.
    Other,
}
