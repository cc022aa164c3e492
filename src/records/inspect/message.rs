//! The messages of a sample (`inspect_ai.model.ChatMessage`), and what models answer (`ModelOutput`).
//!
//! Inspect's messages have roles and no names: where one agent hands over to another it writes `[name]` before the text, and so
//! it is done here. All else that is known of a message stands in the transcript, for the viewer shows what is in the metadata
//! of a message below each.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::heist::Tokens;

/// A message.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub(super) enum Message {
    /// The task, the opening of a round, or what the player tells an agent.
    User { id: String, content: String, source: &'static str },
    /// What an agent says, or its call of a tool.
    Assistant {
        id: String,
        content: String,
        source: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<Call>,
        model: String,
    },
    /// What a tool answers.
    Tool {
        id: String,
        content: String,
        tool_call_id: String,
        function: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<CallError>,
    },
}

/// A call of a tool (`inspect_ai.tool.ToolCall`).
#[derive(Clone, Debug, Serialize)]
pub(super) struct Call {
    pub id: String,
    pub function: String,
    pub arguments: BTreeMap<String, String>,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Why a call has no result (`inspect_ai.tool.ToolCallError`).
#[derive(Clone, Debug, Serialize)]
pub(super) struct CallError {
    /// `permission` where the tool was refused, else `unknown`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub message: String,
}

/// What a model gives (`inspect_ai.model.ModelOutput`); the last of a sample stands in it once more.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Output {
    pub model: String,
    pub choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

/// The one answer that was taken.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub message: Message,
    pub stop_reason: &'static str,
}

/// Tokens (`inspect_ai.model.ModelUsage`): those read from the server's cache are not among the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Usage {
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub total_tokens: u64,
    pub input_tokens_cache_read: u64,
}

impl Usage {
    /// These tokens; none where nobody counted.
    pub fn of(tokens: Tokens) -> Option<Self> {
        if tokens.is_nothing() {
            return None;
        }
        let [prompt, evaluated, generated] =
            [tokens.prompt, tokens.evaluated.min(tokens.prompt), tokens.generated].map(u64::from);
        Some(Self {
            input_tokens: evaluated,
            output_tokens: generated,
            total_tokens: prompt + generated,
            input_tokens_cache_read: prompt - evaluated,
        })
    }
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, more: Self) {
        self.input_tokens += more.input_tokens;
        self.output_tokens += more.output_tokens;
        self.total_tokens += more.total_tokens;
        self.input_tokens_cache_read += more.input_tokens_cache_read;
    }
}

/// Settings of which none is named.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Usual {}

/// Usage by the model's name.
pub(crate) type Usages = BTreeMap<String, Usage>;
