//! The body of a chat request, and what of it can be left out for servers that refuse it.

use super::odds::LIKELIEST;
use super::{ChatRequest, OddsAt};
use serde::Serialize;
use serde_json::{Value, json};

/// A part of the body that some servers refuse and that an answer can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// `stream_options`; without it the tokens of an answer may stay unknown.
    Usage,
    /// `max_tokens`; in its place stands `max_completion_tokens`.
    Limit,
    /// `seed`.
    Seed,
    /// `temperature`.
    Temperature,
    /// The system message; its text then begins the user's, so that prompts begin alike all the same.
    System,
    /// `return_progress`, which llama.cpp alone knows: how much of the prompt it has read.
    Progress,
    /// `stream`; the answer then comes in one piece.
    Stream,
}

impl Part {
    /// All of them, in the order in which they are tried.
    pub(super) const ALL: [Self; 7] =
        [Self::Usage, Self::Limit, Self::Seed, Self::Temperature, Self::System, Self::Progress, Self::Stream];

    /// Words by which a refusal names it, in lower case.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Usage => &["stream_options", "include_usage"],
            Self::Limit => &["max_tokens"],
            Self::Seed => &["seed"],
            Self::Temperature => &["temperature"],
            Self::System => &["system role", "system message", "system prompt", "'system'", "\"system\"", "alternat"],
            Self::Progress => &["return_progress"],
            Self::Stream => &["streaming", "'stream'", "\"stream\"", "`stream`"],
        }
    }

    fn is_in(self, request: &ChatRequest) -> bool {
        match self {
            Self::Limit => request.max_tokens > 0,
            Self::Seed => request.seed.is_some(),
            Self::System => !request.system.is_empty(),
            Self::Usage | Self::Temperature | Self::Progress | Self::Stream => true,
        }
    }
}

/// Some parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(u8);

impl Parts {
    pub(super) fn has(self, part: Part) -> bool {
        self.0 & (1 << part as u8) != 0
    }

    pub(super) fn and(self, part: Part) -> Self {
        Self(self.0 | (1 << part as u8))
    }

    pub(super) fn but(self, part: Part) -> Self {
        Self(self.0 & !(1 << part as u8))
    }

    pub(super) fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those parts of a request that a refusal names, but for those that it went without.
    pub(super) fn named(refusal: &str, request: &ChatRequest, without: Self) -> Self {
        let text = refusal.to_lowercase();
        let is_named = |part: &Part| part.names().iter().any(|name| text.contains(name));
        let there = Part::ALL.into_iter().filter(|part| part.is_in(request) && !without.has(*part));
        there.filter(is_named).fold(Self::default(), Self::and)
    }

    /// What to leave out, one try after another, where a refusal names nothing: nothing more, for the refusal may have
    /// been a passing one; each part alone; all at once, but the limit, without which an answer may never end; all.
    pub(super) fn tries(self, request: &ChatRequest) -> impl Iterator<Item = Self> {
        let open = |part: &Part| *part != Part::Stream && part.is_in(request) && !self.has(*part);
        let open: Vec<_> = Part::ALL.into_iter().filter(open).collect();
        let all = open.iter().fold(self, |all, part| all.and(*part));
        let most = open.iter().filter(|part| **part != Part::Limit).fold(self, |most, part| most.and(*part));
        let each: Vec<_> = open.into_iter().map(|part| self.and(part)).collect();
        let mut tries = [&[self][..], &each, &[most, all]].concat();
        tries.dedup();
        tries.into_iter()
    }

    /// All but the stream: what the plainest request goes without.
    pub(super) fn plainest() -> Self {
        Part::ALL.into_iter().filter(|part| *part != Part::Stream).fold(Self::default(), Self::and)
    }
}

/// The body of a chat request: only fields that most servers know, each only where it is needed.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    /// A word: LM Studio refuses an object here.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<u8>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    return_progress: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Text<'a>,
}

type Text<'a> = std::borrow::Cow<'a, str>;

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(request: &'a ChatRequest, without: Parts) -> Self {
        let has = |part: Part| part.is_in(request) && !without.has(part);
        let schema = request.schema.as_ref().map(|schema| {
            json!({"type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": schema}})
        });
        let tools = request.tools.iter().map(|tool| {
            json!({"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters}})
        });
        let tool_choice = if request.must_call { "required" } else { "none" };
        let (system, user) = (request.system.as_str(), request.user.as_str());
        let message = |role, content: Text<'a>| Message { role, content };
        let pairs = request.shown.iter().flat_map(|(asked, answered)| [("user", asked), ("assistant", answered)]);
        let mut messages: Vec<_> = pairs.map(|(role, text)| message(role, text.as_str().into())).collect();
        messages.push(message("user", user.into()));
        if has(Part::System) {
            messages.insert(0, message("system", system.into()));
        } else if !system.is_empty() {
            messages[0].content = format!("{system}\n\n{}", messages[0].content).into();
        }
        let odds = request.odds == Some(OddsAt::Chat);
        let limit = (request.max_tokens > 0).then_some(request.max_tokens);
        Self {
            tools: tools.collect(),
            tool_choice: (!request.tools.is_empty()).then_some(tool_choice),
            model: &request.model,
            messages,
            max_tokens: limit.filter(|_| has(Part::Limit)),
            max_completion_tokens: limit.filter(|_| !has(Part::Limit)),
            temperature: has(Part::Temperature).then_some(request.temperature),
            seed: request.seed.filter(|_| has(Part::Seed)),
            stop: &request.stop,
            response_format: schema,
            logprobs: odds.then_some(true),
            top_logprobs: odds.then_some(LIKELIEST),
            stream: has(Part::Stream),
            stream_options: (has(Part::Usage) && has(Part::Stream)).then_some(StreamOptions { include_usage: true }),
            return_progress: has(Part::Progress) && has(Part::Stream),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> ChatRequest {
        let words = |text: &str| text.to_owned();
        ChatRequest { system: words("S"), user: words("U"), max_tokens: 9, seed: Some(1), ..ChatRequest::default() }
    }

    fn parts(parts: &[Part]) -> Parts {
        parts.iter().fold(Parts::default(), |all, part| all.and(*part))
    }

    #[test]
    fn what_is_left_out_is_not_in_the_body() {
        let body = |without| serde_json::to_value(Body::new(&request(), without)).unwrap();
        let all = parts(&Part::ALL);
        let expected =
            json!({"messages": [{"role": "user", "content": "S\n\nU"}], "max_completion_tokens": 9, "stream": false});
        assert_eq!(body(all), expected);
        let shown = vec![("Q".to_owned(), "A".to_owned())];
        let without = parts(&[Part::System]);
        let body_shown = serde_json::to_value(Body::new(&ChatRequest { shown, ..request() }, without)).unwrap();
        let said: Vec<_> =
            body_shown["messages"].as_array().unwrap().iter().map(|said| said["content"].clone()).collect();
        assert_eq!(said, ["S\n\nQ", "A", "U"]);
        for part in Part::ALL {
            assert_ne!(body(parts(&[part])), body(Parts::default()), "{part:?}");
        }
        assert_eq!(body(parts(&[Part::System]))["messages"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn a_refusal_names_what_it_refuses() {
        let named = |text: &str| Parts::named(text, &request(), Parts::default());
        let wants = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        assert_eq!(named(wants), parts(&[Part::Limit]));
        assert_eq!(named("System role not supported"), parts(&[Part::System]));
        let two = "[{\"loc\":[\"body\",\"stream_options\"]},{\"loc\":[\"body\",\"seed\"]}]";
        assert_eq!(named(two), parts(&[Part::Usage, Part::Seed]));
        assert!(named("no").is_empty());
        assert!(Parts::named("seed", &request(), parts(&[Part::Seed])).is_empty(), "it went without");
        assert!(Parts::named("seed", &ChatRequest { seed: None, ..request() }, Parts::default()).is_empty());
    }

    #[test]
    fn each_part_is_tried_alone_before_all_at_once() {
        let tries: Vec<_> = parts(&[Part::Usage]).tries(&request()).collect();
        let with = |more: &[Part]| parts(&[Part::Usage]).with(parts(more));
        let each = [Part::Limit, Part::Seed, Part::Temperature, Part::System, Part::Progress].map(|part| with(&[part]));
        let most = with(&[Part::Seed, Part::Temperature, Part::System, Part::Progress]);
        assert_eq!(tries, [&[with(&[])][..], &each, &[most, most.and(Part::Limit)]].concat());
    }
}
