//! What goes over the wire: names, scopes, requests and replies, for the services and for their clients alike.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::seed;

/// Calculates with an arithmetic expression: `{"expression":"45*60"}`.
pub const CALCULATOR: &str = "calculator";
/// Reads one of the bank's documents: `{"filename":"bank_layout.txt"}`.
pub const FILE_READER: &str = "file_reader";
/// Answers read-only SQL: `{"query":"SELECT …"}`; a bare table name serves too.
pub const DATABASE_QUERY: &str = "database_query";
/// Keeps one turn: see [`StoreMemory`].
pub const STORE_MEMORY: &str = "store_memory";
/// The last turns of a session: see [`RecentTurns`].
pub const GET_RECENT_TURNS: &str = "get_recent_turns";
/// The last turns whole and the older ones shortened: see [`CompressMemory`].
pub const GET_COMPRESSED_MEMORY: &str = "get_compressed_memory";

/// The header that names a request, in the answer and in the log of the service. A caller may choose the name: up to 64
/// letters, digits, `-`, `_`, `.` and `:`.
pub const REQUEST_ID: &str = "x-request-id";
/// The audience of every access token.
pub const AUDIENCE: &str = "heist-tools";
/// The file in the oauth service's data folder that holds the token for registering clients.
pub const BOOTSTRAP_FILE: &str = "bootstrap-token";

/// How long an access token lasts, in seconds: longer than a round of a heist, shorter than a coffee break.
pub const LIFETIME: u32 = 600;
/// A registration may have its tokens last so long, in seconds, for a client that cannot renew them: a day.
pub const LONGEST_LIFETIME: u32 = 86_400;

/// The scopes there are. A token carries some of them, separated by spaces.
pub mod scope {
    /// May use the calculator.
    pub const CALCULATE: &str = "tools:calculate";
    /// May read documents.
    pub const READ: &str = "tools:read";
    /// May query the security database.
    pub const QUERY: &str = "tools:query";
    /// May store and delete turns.
    pub const MEMORY_WRITE: &str = "memory:write";
    /// May read turns.
    pub const MEMORY_READ: &str = "memory:read";
    /// All of them.
    pub const ALL: [&str; 5] = [CALCULATE, READ, QUERY, MEMORY_WRITE, MEMORY_READ];
}

/// The answer of `GET /health`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `healthy`.
    pub status: String,
    /// The service's name, such as `file-reader`.
    pub service: String,
    /// The version of this crate.
    pub version: String,
    /// How long it has been running, in seconds.
    pub uptime: u64,
}

/// One tool, as `GET /tools` tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolInfo {
    /// The name in the path `/tools/NAME`.
    pub name: String,
    /// One sentence for whoever chooses among tools.
    pub description: String,
    /// JSON Schema of the arguments.
    #[serde(rename = "inputSchema")]
    pub input_schema: Value,
    /// The scope a token needs.
    pub scope: String,
}

/// The answer of `GET /tools`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolList {
    /// The tools this token may call.
    pub tools: Vec<ToolInfo>,
}

/// The answer of a good call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallReply {
    /// The tool that was called.
    pub tool: String,
    /// Who called: the token's subject.
    pub agent: String,
    /// What the tool found: a string from the calculator and the file reader, [`QueryResult`] from the database,
    /// [`Stored`], [`Turns`] or [`CompressedMemory`] from memory.
    pub result: Value,
}

/// Problem details (RFC 9457): what every refused request is answered with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`: the status says which kind of problem it is.
    #[serde(rename = "type", default = "blank")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, where, and what to do about it.
    #[serde(default)]
    pub detail: String,
    /// Further members, such as `files`, `tables`, or `error` of RFC 6749 and RFC 6750.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.detail.is_empty() { f.write_str(&self.title) } else { f.write_str(&self.detail) }
    }
}

fn blank() -> String {
    "about:blank".to_owned()
}

/// Registers a client (RFC 7591); the bootstrap token goes into the `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// The agent: becomes the subject of its tokens. 1 to 64 letters, digits, `-`, `_` or `.`.
    pub client_name: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// `["client_credentials"]`, also when left out.
    #[serde(default = "client_credentials")]
    pub grant_types: Vec<String>,
    /// The seed of the bank that its tokens are for, in digits; `Bank::first_meridian` when left out.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// How long its tokens last, in seconds, 1 to [`LONGEST_LIFETIME`]; [`LIFETIME`] when left out.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
}

fn client_credentials() -> Vec<String> {
    vec!["client_credentials".to_owned()]
}

/// What is given is a value: nothing is said by leaving it out, not by null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A registered client with its secret, which is told only this once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegisterResponse {
    /// Names the client at the token endpoint.
    pub client_id: String,
    /// 256 random bits.
    #[serde(serialize_with = "expose")]
    pub client_secret: SecretString,
    /// Seconds since 1970.
    pub client_id_issued_at: i64,
    /// 0: never.
    pub client_secret_expires_at: i64,
    /// As asked for.
    pub client_name: String,
    /// As asked for.
    pub scope: String,
    /// `["client_credentials"]`.
    pub grant_types: Vec<String>,
    /// `client_secret_basic`; the body serves too.
    pub token_endpoint_auth_method: String,
    /// As asked for. A service that knows one bank only does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// As asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
}

/// Asks for an access token (RFC 6749, section 4.4), as a form or as JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TokenRequest {
    /// `client_credentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
    /// Unless HTTP Basic carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Unless HTTP Basic carries it.
    #[serde(serialize_with = "expose_some", skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretString>,
    /// Fewer scopes than were registered; all of them when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    /// A JWT (RFC 9068).
    #[serde(serialize_with = "expose")]
    pub access_token: SecretString,
    /// `Bearer`.
    pub token_type: String,
    /// In seconds from now.
    pub expires_in: u64,
    /// What was granted, separated by spaces.
    pub scope: String,
}

/// The claims of an access token (RFC 9068).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer's URL.
    pub iss: String,
    /// The agent.
    pub sub: String,
    /// [`AUDIENCE`].
    pub aud: String,
    /// The registered client that asked for the token.
    pub client_id: String,
    /// Separated by spaces.
    pub scope: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// Names this token alone.
    pub jti: String,
    /// The seed of the bank that it is for, in a text of digits; `Bank::first_meridian` where there is none.
    #[serde(default, with = "seed", skip_serializing_if = "Option::is_none")]
    pub bank: Option<u64>,
}

/// The answer of `GET /oauth/revoked?after=N`: what the oauth service took back before its time, a part of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocations {
    /// At most a thousand, in the order in which they were taken back; empty at the end of the list.
    pub revoked: Vec<Revocation>,
    /// Where the list goes on: the next `after`. Less than the last one when the list was begun again.
    pub last: i64,
}

/// A token, or all tokens of a client, taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// A token's `jti`, or a `client_id`.
    pub id: String,
    /// From then on it makes no difference, since the tokens have expired; seconds since 1970.
    pub until: i64,
}

/// The calculator's arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calculate {
    /// Such as `45*60` or `22:30 + 45 min`.
    pub expression: String,
}

/// The file reader's arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadFile {
    /// A name from `GET /files`.
    pub filename: String,
}

/// The answer of `GET /files`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileList {
    /// The names, sorted.
    pub files: Vec<String>,
}

/// The database's arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// One `SELECT`, or the name of a table.
    pub query: String,
}

/// What a query found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryResult {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Text, numbers or null, a value for each column.
    pub rows: Vec<Vec<Value>>,
    /// Whether there was more than may be told.
    pub truncated: bool,
}

/// A table and its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The table's name.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
}

/// The answer of `GET /tables`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableList {
    /// Sorted by name.
    pub tables: Vec<Table>,
}

/// The arguments of `store_memory`. The same ones again give the same id and store nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreMemory {
    /// The conversation.
    pub session: String,
    /// Who spoke.
    pub agent: String,
    /// The number of the turn.
    pub turn: u32,
    /// The part of the plan that was being talked of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// What was said.
    pub message: String,
}

/// The result of `store_memory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Names the stored turn; counts up.
    pub id: i64,
}

/// The arguments of `get_recent_turns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentTurns {
    /// The conversation.
    pub session: String,
    /// Only what this agent said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// How many, 1 to 200; 10 when left out.
    #[serde(default = "ten")]
    pub limit: u32,
}

fn ten() -> u32 {
    10
}

/// One stored turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who spoke.
    pub agent: String,
    /// The number of the turn.
    pub turn: u32,
    /// The part of the plan that was being talked of.
    pub phase: Option<String>,
    /// What was said.
    pub message: String,
}

/// The result of `get_recent_turns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turns {
    /// In the order they were stored.
    pub turns: Vec<Turn>,
}

/// The arguments of `get_compressed_memory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompressMemory {
    /// The conversation.
    pub session: String,
    /// Only what this agent said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What summary and recent turns may take together, 16 to 32,768; a token is counted as four characters.
    #[serde(default = "thousand")]
    pub max_tokens: u32,
    /// How many of the last turns to keep whole, 0 to 200; fewer are kept if they would not fit.
    #[serde(default = "five")]
    pub recent: u32,
}

fn thousand() -> u32 {
    1000
}

fn five() -> u32 {
    5
}

/// The result of `get_compressed_memory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompressedMemory {
    /// What the older turns said; empty when there are none.
    pub summary: String,
    /// How the summary was made. `model`: a model has written it, of all or of the first of the older turns; lines
    /// `agent, turn N: …` behind it give sentences of the turns that came after, and figures that it has left out.
    /// `extract`: all of it is such lines. `none`: nothing needed shortening.
    pub method: String,
    /// The last turns, whole.
    pub recent: Vec<Turn>,
    /// About how many tokens this is.
    pub tokens: u32,
}

/// The answer of memory's `GET /stats`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryStats {
    /// How many conversations.
    pub sessions: u64,
    /// How many turns in all.
    pub turns: u64,
    /// How many characters in all.
    pub characters: u64,
}

fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn expose_some<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => expose(secret, serializer),
        None => serializer.serialize_none(),
    }
}
