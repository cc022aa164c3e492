//! The memory service: the turns of conversations, the last ones whole, the older ones shortened.

mod budget;
mod extract;
mod figures;
mod model;
mod sift;
mod summaries;
mod summariser;
#[cfg(test)]
mod tests;
mod turns;

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::guard::{Caller, Guard};
use crate::parts::{Background, alone};
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::service::Service;
use crate::tool::{self, Told, Tool, Tools};
use crate::wire::{
    CompressMemory, GET_COMPRESSED_MEMORY, GET_RECENT_TURNS, MemoryStats, RecentTurns, STORE_MEMORY, StoreMemory,
    Stored, Turns, scope,
};
use budget::{Divided, characters};
use figures::Figures;
use model::Client;
use summaries::Kept;
use summariser::Summariser;
use turns::{Entry, Store, Talk};

pub use model::Llm;

/// The longest message, in bytes.
const LONGEST_MESSAGE: usize = 16 * 1024;
/// The longest session, agent and phase, in bytes.
const LONGEST_NAME: usize = 128;
/// The most turns in one answer.
const MOST_TURNS: u32 = 200;
/// The least and the most tokens that compressed memory may be asked to take.
const TOKENS: std::ops::RangeInclusive<u32> = 16..=32_768;

struct Memory {
    store: Store,
    summariser: Option<Summariser>,
}

/// The routes of the service, and the making of summaries if there is a model for it; opens `memory.db` in `data`.
pub fn routes(data: &Path, llm: Option<Llm>, guard: Arc<Guard>) -> Result<(Router, Background), StartError> {
    let store = Store::open(data)?;
    let (summariser, background) = match llm.map(Client::new).transpose()? {
        Some(client) => {
            let (summariser, background) = Summariser::new(store.clone(), client);
            (Some(summariser), Some(background))
        }
        None => (None, None),
    };
    let memory = Arc::new(Memory { store, summariser });
    let own = Router::new()
        .route("/stats", get(stats))
        .route("/sessions/{id}", delete(forget))
        .with_state((Arc::clone(&memory), Arc::clone(&guard)));
    let routes = tool::routes(memory, guard).merge(own);
    Ok(match background {
        Some(background) => (routes, Box::pin(background)),
        None => alone(routes),
    })
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
    const SERVICE: Service = Service::Memory;
    const TOOLS: &'static [Tool] = &[
        Tool { name: STORE_MEMORY, scope: scope::MEMORY_WRITE },
        Tool { name: GET_RECENT_TURNS, scope: scope::MEMORY_READ },
        Tool { name: GET_COMPRESSED_MEMORY, scope: scope::MEMORY_READ },
    ];

    async fn told(&self, name: &'static str, _: &Caller) -> Result<Told, Refusal> {
        let text = json!({"type": "string"});
        let count = json!({"type": "integer", "minimum": 0});
        let (description, properties, required) = match name {
            STORE_MEMORY => (
                "Keeps what an agent said in a turn.",
                json!({"session": text, "agent": text, "turn": count, "phase": text, "message": text}),
                json!(["session", "agent", "turn", "message"]),
            ),
            GET_RECENT_TURNS => (
                "The last turns of a session, of all agents or of one.",
                json!({"session": text, "agent": text, "limit": count}),
                json!(["session"]),
            ),
            _ => (
                "The last turns of a session whole, and what the older ones said within a number of tokens.",
                json!({"session": text, "agent": text, "max_tokens": count, "recent": count}),
                json!(["session"]),
            ),
        };
        let schema = json!({"type": "object", "properties": properties, "required": required});
        Ok(Told { description: description.to_owned(), schema })
    }

    async fn call(&self, name: &'static str, _: &Caller, arguments: Value) -> Result<Value, Refusal> {
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
                let talk = Talk { session: asked.session, agent: asked.agent };
                let turns = self.store.last(&talk, asked.limit).await?.into_iter().map(|entry| entry.turn).collect();
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
                let talk = Talk { session: asked.session, agent: asked.agent };
                let turns = self.store.until(&talk, i64::MAX).await?;
                let divided = budget::divide(turns, asked.max_tokens, asked.recent);
                let (summary, method) = self.shorten(talk, &divided).await?;
                tool::result(&divided.with(summary, method))
            }
        }
    }
}

impl Memory {
    /// What the older turns said, and how that was made.
    async fn shorten(&self, talk: Talk, divided: &Divided) -> Result<(String, &'static str), Refusal> {
        let Divided { older, room, .. } = divided;
        if older.is_empty() {
            return Ok((String::new(), "none"));
        }
        let kept = match &self.summariser {
            Some(summariser) => summariser.summary(talk, older, *room).await?,
            None => None,
        };
        let room = characters(*room) as usize;
        Ok(match kept {
            Some(kept) => (continued(kept, older, room), "model"),
            None => (extract::digest(older, room, extract::numbered, |_, _| true), "extract"),
        })
    }
}

/// A summary, and in what it leaves of the room the best sentences of the turns that came after it, and those with
/// figures that it has left out.
fn continued(kept: Kept, older: &[Entry], room: usize) -> String {
    let mut told = Figures::default();
    told.learn(&kept.text);
    let left = room.saturating_sub(kept.text.chars().count() + 1);
    let rest = extract::digest(older, left, extract::numbered, |entry, sentence| {
        entry.id > kept.upto || !told.cover(sentence)
    });
    if rest.is_empty() { kept.text } else { kept.text + "\n" + &rest }
}

fn named(member: &str, value: &str) -> Result<(), Refusal> {
    if !value.is_empty() && value.len() <= LONGEST_NAME && !value.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Refusal::bad_request("arguments", format!("{member} must be 1 to {LONGEST_NAME} bytes of printable text")))
}
