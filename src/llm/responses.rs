//! Asks by the newer API, at `/v1/responses`: the one at which LM Studio tells how likely the tokens of an answer are.

use super::client::{Client, parse};
use super::error::{Complaint, Extra, LlmError};
use super::odds::{self, LIKELIEST};
use super::place::shown;
use super::{ChatReply, ChatRequest, Finish, Usage};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::time::timeout;

/// What the answer is to include.
const INCLUDED: &str = "message.output_text.logprobs";

/// Fewer tokens than these are refused.
const FEWEST: u32 = 16;

impl Client {
    /// Asks for an answer in one piece. A schema and tools are not asked for here.
    pub(super) async fn respond(&self, url: &Url, request: &ChatRequest) -> Result<ChatReply, LlmError> {
        let (place, after) = (shown(url), self.limits.first);
        let answered = timeout(after, self.respond_without_end(url, &place, request)).await;
        answered.unwrap_or(Err(LlmError::Idle { url: place, after }))
    }

    async fn respond_without_end(&self, url: &Url, place: &str, request: &ChatRequest) -> Result<ChatReply, LlmError> {
        let (_, response) = self.send(url, Some(&body(request))).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = self.body(response, place).await?;
        if !status.is_success() {
            let complaint = Complaint::read(&bytes);
            return Err(complaint.into_error(place, Some(status), Extra::Odds).waiting(&headers));
        }
        let answer = parse(&bytes, place, bytes.len())?;
        match Complaint::find(&answer) {
            Some(complaint) => Err(complaint.into_error(place, None, Extra::Odds)),
            None => Ok(reply(&answer, request)),
        }
    }
}

fn body(request: &ChatRequest) -> Value {
    let message = |role: &str, text: &str| json!({ "role": role, "content": text });
    let system = Some(&request.system).filter(|text| !text.is_empty()).map(|text| message("system", text));
    let shown = request.shown.iter().flat_map(|(asked, said)| [message("user", asked), message("assistant", said)]);
    let input: Vec<_> = system.into_iter().chain(shown).chain([message("user", &request.user)]).collect();
    json!({
        "model": request.model,
        "input": input,
        "max_output_tokens": request.max_tokens.max(FEWEST),
        "temperature": request.temperature,
        "top_logprobs": LIKELIEST,
        "include": [INCLUDED],
        "store": false,
        "stream": false,
    })
}

fn reply(answer: &Value, request: &ChatRequest) -> ChatReply {
    let outputs = answer["output"].as_array().into_iter().flatten();
    let parts = outputs.filter(|output| output["type"] == "message").filter_map(|output| output["content"].as_array());
    let said = parts.flatten().find(|part| part["type"] == "output_text").unwrap_or(&Value::Null);
    let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0);
    let usage = &answer["usage"];
    let prompt = number(&usage["input_tokens"]);
    let cached = usage["input_tokens_details"]["cached_tokens"].as_u64().and_then(|n| u32::try_from(n).ok());
    ChatReply {
        text: said["text"].as_str().unwrap_or_default().trim_start().to_owned(),
        calls: Vec::new(),
        model: answer["model"].as_str().unwrap_or(&request.model).to_owned(),
        usage: Usage {
            prompt,
            evaluated: prompt.zip(cached).map(|(prompt, cached)| prompt.saturating_sub(cached)),
            generated: number(&usage["output_tokens"]),
        },
        finish: if answer["status"] == "completed" { Finish::Stop } else { Finish::Other },
        has_thought: false,
        odds: odds::of(&said["logprobs"]),
    }
}
