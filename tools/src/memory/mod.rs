//! The memory service: the turns of conversations, the last ones whole, the older ones shortened.

mod extract;
mod turns;

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::guard::Guard;
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::tool::{self, Tool, Tools};
use crate::wire::{
    CompressMemory, GET_COMPRESSED_MEMORY, GET_RECENT_TURNS, MemoryStats, RecentTurns, STORE_MEMORY, StoreMemory,
    Stored, Turns, scope,
};
use turns::Store;

/// The longest message, in bytes.
const LONGEST_MESSAGE: usize = 16 * 1024;
/// The longest session, agent and phase, in bytes.
const LONGEST_NAME: usize = 128;
/// The most turns in one answer.
const MOST_TURNS: u32 = 200;
/// Older turns than these are not looked at when memory is compressed.
const MOST_COMPRESSED: u32 = 2000;
/// The least and the most tokens that compressed memory may be asked to take.
const TOKENS: std::ops::RangeInclusive<u32> = 16..=32_768;

struct Memory {
    tools: [Tool; 3],
    store: Store,
}

/// The routes of the service; opens `memory.db` in `data`.
pub fn routes(data: &Path, guard: Arc<Guard>) -> Result<Router, StartError> {
    let memory = Arc::new(Memory { tools: tools(), store: Store::open(data)? });
    let own = Router::new()
        .route("/stats", get(stats))
        .route("/sessions/{id}", delete(forget))
        .with_state((Arc::clone(&memory), Arc::clone(&guard)));
    Ok(tool::routes(memory, guard).merge(own))
}

fn tools() -> [Tool; 3] {
    let text = json!({"type": "string"});
    let count = json!({"type": "integer", "minimum": 0});
    [
        Tool {
            name: STORE_MEMORY,
            description: "Keeps what an agent said in a turn.".to_owned(),
            scope: scope::MEMORY_WRITE,
            schema: json!({
                "type": "object",
                "properties": {"session": text, "agent": text, "turn": count, "phase": text, "message": text},
                "required": ["session", "agent", "turn", "message"],
            }),
        },
        Tool {
            name: GET_RECENT_TURNS,
            description: "The last turns of a session, of all agents or of one.".to_owned(),
            scope: scope::MEMORY_READ,
            schema: json!({
                "type": "object",
                "properties": {"session": text, "agent": text, "limit": count},
                "required": ["session"],
            }),
        },
        Tool {
            name: GET_COMPRESSED_MEMORY,
            description: "The last turns of a session whole, and what the older ones said within a number of tokens."
                .to_owned(),
            scope: scope::MEMORY_READ,
            schema: json!({
                "type": "object",
                "properties": {"session": text, "agent": text, "max_tokens": count, "recent": count},
                "required": ["session"],
            }),
        },
    ]
}

type Shared = State<(Arc<Memory>, Arc<Guard>)>;

async fn stats(State((memory, guard)): Shared, headers: HeaderMap) -> Result<Json<MemoryStats>, Refusal> {
    guard.caller_with(&headers, scope::MEMORY_READ).await?;
    Ok(Json(memory.store.stats().await?))
}

async fn forget(
    State((memory, guard)): Shared,
    UrlPath(session): UrlPath<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    guard.caller_with(&headers, scope::MEMORY_WRITE).await?;
    if memory.store.forget(session).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_session", "there is no such session"))
    }
}

impl Tools for Memory {
    fn tools(&self) -> &[Tool] {
        &self.tools
    }

    async fn call(&self, name: &'static str, arguments: Value) -> Result<Value, Refusal> {
        match name {
            STORE_MEMORY => {
                let turn: StoreMemory = tool::arguments(arguments)?;
                named("session", &turn.session)?;
                named("agent", &turn.agent)?;
                if let Some(phase) = &turn.phase {
                    named("phase", phase)?;
                }
                if turn.message.len() > LONGEST_MESSAGE {
                    return Err(Refusal::bad_request(
                        "too_long",
                        format!("the message is longer than {LONGEST_MESSAGE} bytes"),
                    ));
                }
                tool::result(&Stored { id: self.store.add(turn).await? })
            }
            GET_RECENT_TURNS => {
                let asked: RecentTurns = tool::arguments(arguments)?;
                if asked.limit == 0 || asked.limit > MOST_TURNS {
                    return Err(Refusal::bad_request("arguments", format!("limit must be 1 to {MOST_TURNS}")));
                }
                let turns = self.store.last(asked.session, asked.agent, asked.limit).await?;
                tool::result(&Turns { turns })
            }
            _ => {
                let asked: CompressMemory = tool::arguments(arguments)?;
                if !TOKENS.contains(&asked.max_tokens) {
                    let (least, most) = TOKENS.into_inner();
                    return Err(Refusal::bad_request("arguments", format!("max_tokens must be {least} to {most}")));
                }
                if asked.recent > MOST_TURNS {
                    return Err(Refusal::bad_request("arguments", format!("recent must be at most {MOST_TURNS}")));
                }
                let turns = self.store.last(asked.session, asked.agent, MOST_COMPRESSED).await?;
                tool::result(&extract::compress(turns, asked.max_tokens, asked.recent))
            }
        }
    }
}

fn named(member: &str, value: &str) -> Result<(), Refusal> {
    if !value.is_empty() && value.len() <= LONGEST_NAME && !value.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Refusal::bad_request("arguments", format!("{member} must be 1 to {LONGEST_NAME} bytes of printable text")))
}
