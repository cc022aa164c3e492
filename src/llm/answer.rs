//! Puts an answer together from the JSON that a server sends, in one piece or in many.

use super::calls::Calls;
use super::content::Parts;
use super::json::find_json;
use super::mend::{Mender, join};
use super::odds;
use super::think::{Piece, ThinkFilter};
use super::{ChatReply, ChatRequest, Finish, Heard, Usage};
use serde_json::Value;

/// An answer while it comes.
#[derive(Debug, Default)]
pub(super) struct Answer {
    text: String,
    reasoning: String,
    calls: Calls,
    mender: Mender,
    filter: ThinkFilter,
    model: Option<String>,
    usage: Usage,
    finish: Option<Finish>,
    odds: Vec<(String, f64)>,
    /// The server said that this is all.
    done: bool,
}

/// The fields of a message in which servers put reasoning. Some fill two of them with the same.
const REASONING: [&str; 5] = ["reasoning_content", "reasoning", "thinking", "reasoning_text", "reasoning_details"];

impl Answer {
    /// An answer of a model; `is_wary` if it is known to end thoughts that it has not opened.
    pub(super) fn new(is_wary: bool) -> Self {
        let filter = if is_wary { ThinkFilter::wary() } else { ThinkFilter::default() };
        Self { filter, ..Self::default() }
    }

    /// Takes a chunk of a stream or a whole completion, both of which name their parts alike. What is missing, `null`
    /// or of another type counts as not there: servers differ much in what they leave out.
    pub(super) fn take(&mut self, value: &Value, on_text: &mut impl FnMut(Heard<'_>)) {
        if let Some(model) = value["model"].as_str().filter(|model| !model.is_empty()) {
            self.model = Some(model.to_owned());
        }
        self.take_usage(value);
        let choice = &value["choices"][0];
        let part = if choice["delta"].is_object() { &choice["delta"] } else { &choice["message"] };
        let reasoning = REASONING.iter().map(|key| Parts::reasoning(&part[key])).find(|text| !text.is_empty());
        self.reasoning.push_str(&reasoning.unwrap_or_default());
        self.calls.take(&part["tool_calls"]);
        let content = Parts::of(&part["content"]);
        self.reasoning.push_str(&content.reasoning);
        let piece = self.filter.push(&self.mender.push(&content.speech));
        self.show(&piece, on_text);
        if self.odds.is_empty() {
            self.odds = odds::of(&choice["logprobs"]["content"]);
        }
        if let Some(reason) = choice["finish_reason"].as_str().filter(|reason| !reason.is_empty()) {
            self.finish = Some(match reason {
                "stop" => Finish::Stop,
                "length" => Finish::Length,
                _ => Finish::Other,
            });
        }
    }

    /// Takes the server's word that the answer is complete.
    pub(super) fn end(&mut self) {
        self.done = true;
    }

    /// Whether the stream has said that it is at its end.
    pub(super) fn is_ended(&self) -> bool {
        self.done
    }

    /// Whether nothing is missing any more, though usage may still follow.
    pub(super) fn is_complete(&self) -> bool {
        self.done || self.finish.is_some()
    }

    /// Whether the model has begun to write, to call or to reason.
    pub(super) fn has_begun(&self) -> bool {
        self.len() > 0 || self.filter.has_begun() || !self.reasoning.is_empty()
    }

    /// Bytes of visible text and of calls so far.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.calls.len()
    }

    /// The reply, or `None` if the model generated nothing whatsoever.
    pub(super) fn into_reply(
        mut self,
        request: &ChatRequest,
        on_text: &mut impl FnMut(Heard<'_>),
    ) -> Option<ChatReply> {
        for rest in [self.filter.push(&self.mender.finish()), self.filter.finish()] {
            self.show(&rest, on_text);
        }
        if !self.has_begun() && self.usage.generated.is_none() && self.odds.is_empty() {
            return None;
        }
        if request.schema.is_some() {
            self.reasoning = join(&self.reasoning);
            let json = find_json(&self.text).or_else(|| find_json(&self.reasoning));
            let json = json.or_else(|| find_json(&self.filter.reasoning)).map(str::to_owned);
            if let Some(json) = json {
                self.text = json;
            }
        }
        Some(ChatReply {
            text: self.text,
            calls: self.calls.into_calls(),
            model: self.model.unwrap_or_else(|| request.model.clone()),
            usage: self.usage,
            finish: self.finish.unwrap_or(Finish::Other),
            has_thought: !(self.reasoning.is_empty() && self.filter.reasoning.is_empty()),
            odds: self.odds,
        })
    }

    /// Whether thoughts ended in it that had not been opened.
    pub(super) fn has_unopened_thoughts(&self) -> bool {
        self.filter.unopened
    }

    fn show(&mut self, piece: &Piece, on_text: &mut impl FnMut(Heard<'_>)) {
        if piece.restart && !self.text.is_empty() {
            self.reasoning.push_str(&std::mem::take(&mut self.text));
            on_text(Heard::Again);
        }
        if !piece.visible.is_empty() {
            self.text.push_str(&piece.visible);
            on_text(Heard::Text(&piece.visible));
        }
    }

    /// Zeros count as unknown: some servers send them in place of the numbers.
    fn take_usage(&mut self, value: &Value) {
        let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
        let (usage, timings) = (&value["usage"], &value["timings"]);
        if let Some(prompt) = number(&usage["prompt_tokens"]).filter(|&n| n > 0) {
            self.usage.prompt = Some(prompt);
            if let Some(cached) = number(&usage["prompt_tokens_details"]["cached_tokens"]) {
                self.usage.evaluated = Some(prompt.saturating_sub(cached));
            }
        }
        // llama.cpp counts what it evaluated itself, which is the better source.
        if let Some(evaluated) = number(&timings["prompt_n"]) {
            self.usage.evaluated = Some(evaluated);
        }
        if let Some(generated) = number(&usage["completion_tokens"]).filter(|&n| n > 0) {
            self.usage.generated = Some(generated);
        }
    }
}
