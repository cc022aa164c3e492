//! What can go wrong with a model server, in words for people, and how its many error texts are told apart.

use super::ChatRequest;
use reqwest::StatusCode;
use serde_json::Value;
use std::error::Error;
use std::time::Duration;

/// The longest error text of a server that is kept, in characters.
const MESSAGE_LIMIT: usize = 400;

/// Everything that can go wrong with a model server. Each message says what happened, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    /// The address cannot be used.
    #[error("{url:?} is no address of a model server ({cause}): write it like http://127.0.0.1:1234/v1")]
    BadUrl {
        /// The address as given.
        url: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The key cannot be sent.
    #[error("the key of the model server cannot be sent ({cause}): put it into HEIST_LLM_KEY as it was given to you")]
    BadKey {
        /// What is wrong with it, without a letter of it.
        cause: &'static str,
    },
    /// The HTTP client could not be made, which is a matter of this machine and not of the server.
    #[error("cannot prepare HTTP connections ({cause}): check this machine's proxy settings")]
    Setup {
        /// What the HTTP library says.
        cause: String,
    },
    /// This machine has nothing to judge a server's certificate by.
    #[error("the model server at {url} cannot be asked by https: {lack}")]
    NoCertificates {
        /// The server.
        url: String,
        /// What is missing, and what to do.
        lack: String,
    },
    /// Nothing answers there.
    #[error(
        "no model server answers at {url} ({cause}): start it (LM Studio: Developer, Start server, or `lms server start`) or give another address"
    )]
    Unreachable {
        /// Where it was sought.
        url: String,
        /// Refused, timed out, name unknown.
        cause: String,
    },
    /// The server cannot show that it is the right one.
    #[error(
        "the model server at {url} is there, but its certificate is not trusted ({cause}): name a file of PEM certificates that are to be trusted by SSL_CERT_FILE, the server's own among them if it has signed it itself"
    )]
    Untrusted {
        /// The server.
        url: String,
        /// What is wrong with the certificate.
        cause: String,
    },
    /// What listens there does not encrypt.
    #[error("what listens at {url} does not speak TLS ({cause}): write http: in place of https:")]
    NotTls {
        /// Where it is.
        url: String,
        /// What the TLS library says.
        cause: String,
    },
    /// The server sends us elsewhere, and not only to another path.
    #[error(
        "the model server at {url} has moved to {to} (a redirection): give that address, if you trust it with the key"
    )]
    Moved {
        /// What was asked.
        url: String,
        /// Where it sends us.
        to: String,
    },
    /// The server has no model loaded, or not the one asked for.
    #[error(
        "the model server at {url} has no model for this ({message}): load one (LM Studio: `lms load`) or name another"
    )]
    NoModel {
        /// The server.
        url: String,
        /// What it said.
        message: String,
    },
    /// A server answers there, but not with this API.
    #[error("{url} is not where the chat API is ({message}): check the base address, LM Studio's ends in /v1")]
    WrongPath {
        /// What was asked.
        url: String,
        /// What the server said.
        message: String,
    },
    /// The server wants a key, or another one.
    #[error(
        "the model server at {url} refuses the key ({message}): put the API key or token that it was set up with into HEIST_LLM_KEY"
    )]
    Auth {
        /// The server.
        url: String,
        /// What it said.
        message: String,
    },
    /// The prompt does not fit into the context that is loaded.
    #[error(
        "the prompt is too long for the context of the model at {url} ({message}): shorten it or load the model with a longer context"
    )]
    Overflow {
        /// The server.
        url: String,
        /// What it said.
        message: String,
        /// Tokens of the prompt, if told.
        prompt: Option<u32>,
        /// Tokens of context that are loaded, if told.
        context: Option<u32>,
    },
    /// The server does not take the JSON schema. The same request without one may work.
    #[error(
        "the model server at {url} does not take this JSON schema ({message}): ask without one, or use another model or server"
    )]
    SchemaRefused {
        /// The server.
        url: String,
        /// What it said.
        message: String,
    },
    /// The server does not take tools. The same request without any may work.
    #[error("the model server at {url} does not take tools ({message}): ask without, or use another model or server")]
    ToolsRefused {
        /// The server.
        url: String,
        /// What it said.
        message: String,
    },
    /// The server refused for another reason.
    #[error("the model server at {url} answered {status} ({message}{}): see the server's log", wait_in_words(*wait))]
    Refused {
        /// The server.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What it said.
        message: String,
        /// How long it wants to be left alone (`Retry-After`).
        wait: Option<Duration>,
    },
    /// The server began to answer and then reported an error.
    #[error("the model server at {url} failed while it answered ({message}): try again, or see the server's log")]
    Failed {
        /// The server.
        url: String,
        /// What it said.
        message: String,
    },
    /// The connection was cut before the answer was complete.
    #[error(
        "the answer from {url} was cut off after {received} bytes ({cause}): try again, or see whether the server still runs"
    )]
    Interrupted {
        /// The server.
        url: String,
        /// Bytes of text that had come.
        received: usize,
        /// How it was cut.
        cause: String,
    },
    /// Nothing came for too long.
    #[error("nothing came from {url} for {} s: the model may be too large for this machine, or the server hangs", after.as_secs_f32())]
    Idle {
        /// The server.
        url: String,
        /// How long was waited.
        after: Duration,
    },
    /// The answer did not come to its end.
    #[error("the answer from {url} did not come to its end in {} s: the model may be too large for this machine", after.as_secs_f32())]
    Endless {
        /// The server.
        url: String,
        /// How long was waited.
        after: Duration,
    },
    /// The answer went over a limit.
    #[error("the answer from {url} is too long ({what}): the model may be caught in a loop; try again or use another")]
    TooLong {
        /// The server.
        url: String,
        /// Which limit.
        what: String,
    },
    /// The answer was complete and held nothing at all, not one generated token.
    #[error(
        "the model at {url} answered nothing at all: mostly the prompt did not fit into its context; shorten it or load the model with a longer one"
    )]
    Empty {
        /// The server.
        url: String,
    },
    /// What came is not what the API promises.
    #[error("what came from {url} is not an answer of a chat API ({cause}): check that a model server listens there")]
    Protocol {
        /// The server.
        url: String,
        /// What was wrong.
        cause: String,
    },
    /// An answer that should be JSON of a given shape is not.
    #[error(
        "the answer of {model} is not the JSON that was asked for ({cause}): ask again, with more tokens if it was cut"
    )]
    NotJson {
        /// The model that answered.
        model: String,
        /// What the parser says.
        cause: serde_json::Error,
    },
}

impl LlmError {
    /// The error for a request that got no answer. `received` are the bytes of text that had come before.
    pub(super) fn from_transport(url: &str, received: usize, error: reqwest::Error) -> Self {
        if let Some(lack) = heist_tools::trust::lack(&error) {
            return Self::NoCertificates { url: url.to_owned(), lack };
        }
        // The only time limit that the HTTP library keeps for us is the one to connect.
        let unreachable = error.is_connect() || error.is_timeout();
        let error = error.without_url();
        let mut cause: &dyn Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let (url, cause) = (url.to_owned(), cause.to_string());
        // Both are errors of the connection, by a server that is there.
        if let Some(cause) = cause.strip_prefix("invalid peer certificate: ") {
            return Self::Untrusted { url, cause: certificate_in_words(cause) };
        }
        if NOT_TLS.iter().any(|words| cause.contains(words)) {
            return Self::NotTls { url, cause };
        }
        if cause.contains("invalid HTTP") {
            return Self::Protocol { url, cause: format!("{cause}; if it speaks TLS, write https:") };
        }
        if unreachable { Self::Unreachable { url, cause } } else { Self::Interrupted { url, received, cause } }
    }
}

/// What a request asks for that not every server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    /// Nothing.
    Nothing,
    /// An answer that keeps to a schema.
    Schema,
    /// Tool calls.
    Tools,
    /// How likely the tokens of the answer are.
    Odds,
}

impl Extra {
    pub(super) fn of(request: &ChatRequest) -> Self {
        match request {
            ChatRequest { schema: Some(_), .. } => Self::Schema,
            ChatRequest { odds: Some(_), .. } => Self::Odds,
            ChatRequest { tools, .. } if !tools.is_empty() => Self::Tools,
            _ => Self::Nothing,
        }
    }
}

/// An error as a server reports it, in a body or in the middle of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// What it says, in one line.
    message: String,
    /// Its machine-readable kind (`type` and `code`), if any.
    kind: String,
    prompt: Option<u32>,
    context: Option<u32>,
}

impl Complaint {
    /// The error in a JSON answer, if there is one. Known shapes: `{"error":"text"}`, `{"error":{message,type,code,…}}`
    /// with or without a second `message` beside it, `{"object":"error","message":…}` and `{"detail":…}`.
    pub(super) fn find(value: &Value) -> Option<Self> {
        let inner = match value.get("error") {
            Some(Value::Null) | None if value["object"] == "error" => value,
            Some(Value::Null) | None if value.get("choices").is_none() && value.get("detail").is_some() => value,
            Some(Value::Null) | None => return None,
            Some(inner) => inner,
        };
        let text = [inner, &inner["message"], &value["message"], &inner["detail"]].into_iter().find_map(Value::as_str);
        let message = text.map_or_else(|| one_line(&inner.to_string()), one_line);
        let number = |key: &str| inner[key].as_u64().and_then(|n| u32::try_from(n).ok());
        let context = number("n_ctx").or_else(|| number_after(&message, "n_ctx: "));
        let word = |key: &str| inner[key].as_str().unwrap_or_default();
        let kind = format!("{} {}", word("type"), word("code"));
        Some(Self { message, kind, prompt: number("n_prompt_tokens"), context })
    }

    /// The error in a body that may be JSON, plain text or a web page.
    pub(super) fn read(body: &[u8]) -> Self {
        let found = serde_json::from_slice(body).ok().as_ref().and_then(Self::find);
        found.unwrap_or_else(|| {
            let text = one_line(&String::from_utf8_lossy(body));
            let text = if text.is_empty() || text.starts_with('<') { "no reason given".to_owned() } else { text };
            Self { message: text, kind: String::new(), prompt: None, context: None }
        })
    }

    /// The error that this means. `status` is `None` where the HTTP status was a success; `extra` is what the
    /// request asked for beside words.
    pub(super) fn into_error(self, url: &str, status: Option<StatusCode>, extra: Extra) -> LlmError {
        let url = url.to_owned();
        let message = self.message;
        let text = format!("{message} {}", self.kind).to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&OVERFLOW) {
            return LlmError::Overflow { url, message, prompt: self.prompt, context: self.context };
        }
        if says(&["unexpected endpoint"]) {
            return LlmError::WrongPath { url, message };
        }
        if matches!(status, Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) || says(&["invalid_api_key"]) {
            return LlmError::Auth { url, message };
        }
        if says(&["no models loaded", "no model loaded", "model_not_found"])
            || (says(&["model"]) && says(&["not found", "does not exist"]))
        {
            return LlmError::NoModel { url, message };
        }
        if matches!(status, Some(StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED)) {
            return LlmError::WrongPath { url, message: format!("{message}, status {}", status.unwrap_or_default()) };
        }
        if extra == Extra::Schema && says(&["response_format", "schema", "grammar", "structured output"]) {
            return LlmError::SchemaRefused { url, message };
        }
        // llama.cpp refuses tools with status 500 where it cannot put them into a prompt.
        if extra == Extra::Tools && says(&["tool", "function", "jinja", "template"]) {
            return LlmError::ToolsRefused { url, message };
        }
        match status {
            Some(status) => LlmError::Refused { url, status, message, wait: None },
            None => LlmError::Failed { url, message },
        }
    }
}

/// Words by which the servers' texts about a full context are known: LM Studio, llama.cpp, `OpenAI`, vLLM.
const OVERFLOW: [&str; 7] = [
    "context the overflows",
    "n_keep",
    "context length",
    "context size",
    "context window",
    "exceed_context_size",
    "context_length_exceeded",
];

/// How the TLS library says that what came is nothing of TLS.
const NOT_TLS: [&str; 3] = ["received corrupt message", "InvalidContentType", "tls handshake eof"];

/// What the TLS library says of a certificate, in words for people.
fn certificate_in_words(cause: &str) -> String {
    let known = [
        ("CaUsedAsEndEntity", "it has signed it itself"),
        ("UnknownIssuer", "nobody whom this machine trusts has signed it"),
        ("Expired", "its time is over"),
        ("NotValidYet", "its time has not come yet"),
    ];
    let words = known.iter().find(|(word, _)| cause.contains(word)).map(|(_, words)| *words);
    words.unwrap_or(cause).to_owned()
}

/// What stands behind a message where the server names a time.
fn wait_in_words(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| format!("; it says to ask again after {} s", wait.as_secs_f32().ceil()))
}

/// A foreign text in one line, cut, and without anything that could steer a terminal.
fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MESSAGE_LIMIT) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

fn number_after(text: &str, label: &str) -> Option<u32> {
    let (_, rest) = text.split_once(label)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
