//! Turns that are kept.

use heist_tools::Service;
use heist_tools::wire::{
    CompressedMemory, GET_COMPRESSED_MEMORY, GET_RECENT_TURNS, MemoryStats, STORE_MEMORY, Turns, scope,
};
use serde_json::{Value, json};

use crate::house::{House, problem, start_tool};

fn said(session: &str, agent: &str, turn: u32, message: &str) -> Value {
    json!({"session": session, "agent": agent, "turn": turn, "phase": "casing", "message": message})
}

#[tokio::test]
async fn turns_survive_a_restart_and_can_be_forgotten() {
    let mut house = House::with(Service::Memory).await;
    let token = house.token("director", "memory:write memory:read").await;
    for turn in 1..=12 {
        let agent = if turn % 2 == 0 { "hacker" } else { "intel" };
        let message = format!("Well then. The guard passes at {turn}:05 and we must wait.");
        house.result(&token, STORE_MEMORY, &said("one", agent, turn, &message)).await;
    }
    house.result(&token, STORE_MEMORY, &said("two", "driver", 1, "The van is ready.")).await;

    let fresh = start_tool(Service::Memory, house.folder.path(), &house.oauth_url("")).await;
    std::mem::replace(&mut house.tool, fresh).stop().await;

    let asked = json!({"session": "one", "limit": 3});
    let turns: Turns = serde_json::from_value(house.result(&token, GET_RECENT_TURNS, &asked).await).unwrap();
    assert_eq!(turns.turns.iter().map(|turn| turn.turn).collect::<Vec<_>>(), [10, 11, 12]);
    let asked = json!({"session": "one", "agent": "intel", "limit": 2});
    let turns: Turns = serde_json::from_value(house.result(&token, GET_RECENT_TURNS, &asked).await).unwrap();
    assert_eq!(turns.turns.iter().map(|turn| turn.turn).collect::<Vec<_>>(), [9, 11]);

    let asked = json!({"session": "one", "max_tokens": 200, "recent": 4});
    let memory: CompressedMemory =
        serde_json::from_value(house.result(&token, GET_COMPRESSED_MEMORY, &asked).await).unwrap();
    assert_eq!((memory.method.as_str(), memory.recent.len()), ("extract", 4));
    assert!(
        memory.tokens <= 200 && memory.summary.contains("8:05") && !memory.summary.contains("Well then"),
        "{memory:?}"
    );

    let stats = || house.http.get(house.tool_url("/stats")).bearer_auth(&token).send();
    let seen: MemoryStats = stats().await.unwrap().json().await.unwrap();
    assert_eq!((seen.sessions, seen.turns), (2, 13));
    let forget = || house.http.delete(house.tool_url("/sessions/one")).bearer_auth(&token).send();
    assert_eq!(forget().await.unwrap().status(), 204);
    assert_eq!(problem(forget().await.unwrap()).await.status, 404);
    let seen: MemoryStats = stats().await.unwrap().json().await.unwrap();
    assert_eq!((seen.sessions, seen.turns), (1, 1));
}

#[tokio::test]
async fn reading_is_not_writing_and_sizes_are_limited() {
    let house = House::with(Service::Memory).await;
    let (reader, writer) =
        (house.token("reader", scope::MEMORY_READ).await, house.token("writer", scope::MEMORY_WRITE).await);
    let turn = said("s", "hacker", 1, "Hello.");
    assert_eq!(house.refusal(&reader, STORE_MEMORY, &turn).await.status, 403);
    assert_eq!(house.refusal(&writer, GET_RECENT_TURNS, &json!({"session": "s"})).await.status, 403);
    let delete = house.http.delete(house.tool_url("/sessions/s")).bearer_auth(&reader).send().await.unwrap();
    assert_eq!(problem(delete).await.status, 403);

    for turn in [
        said("", "hacker", 1, "x"),
        said("s", "", 1, "x"),
        said(&"s".repeat(200), "hacker", 1, "x"),
        said("s\n", "hacker", 1, "x"),
        said("s", "hacker", 1, &"x".repeat(20_000)),
        json!({"session": "s"}),
        json!({"session": "s", "agent": "a", "turn": -1, "message": "x"}),
    ] {
        assert_eq!(house.refusal(&writer, STORE_MEMORY, &turn).await.status, 400);
    }
    for (tool, asked) in [
        (GET_RECENT_TURNS, json!({"session": "s", "limit": 0})),
        (GET_RECENT_TURNS, json!({"session": "s", "limit": 100_000})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "max_tokens": 1_000_000, "recent": 1})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "max_tokens": 100, "recent": 100_000})),
    ] {
        assert_eq!(house.refusal(&reader, tool, &asked).await.status, 400, "{asked}");
    }
    let empty =
        house.result(&reader, GET_COMPRESSED_MEMORY, &json!({"session": "x", "max_tokens": 100, "recent": 2})).await;
    assert_eq!(empty, json!({"summary": "", "method": "none", "recent": [], "tokens": 0}));
}
