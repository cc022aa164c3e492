//! Turns that are too many or too long, and names that should reach into another session.

use heist_tools::Service;
use heist_tools::wire::{
    CompressedMemory, GET_COMPRESSED_MEMORY, GET_RECENT_TURNS, MemoryStats, STORE_MEMORY, Turns, scope,
};
use serde_json::{Value, json};

use crate::door::Door;
use crate::house::House;

async fn open(door: Door) -> (House, String) {
    let house = House::by(door, Service::Memory).await;
    let token = house.token("director", &format!("{} {}", scope::MEMORY_WRITE, scope::MEMORY_READ)).await;
    (house, token)
}

fn said(session: &str, message: &str) -> Value {
    json!({"session": session, "agent": "hacker", "turn": 1, "message": message})
}

#[tokio::test]
async fn names_that_reach_elsewhere() {
    for door in Door::BOTH {
        reach_elsewhere(door).await;
    }
}

async fn reach_elsewhere(door: Door) {
    let (house, token) = open(door).await;
    house.result(&token, STORE_MEMORY, &said("one", "The code is 4711.")).await;
    for session in [
        "%",
        "_ne",
        "o*",
        "ONE",
        "one ",
        "one\0",
        "' OR '1'='1",
        "one' --",
        "x' UNION SELECT 1,1,1,1 --",
        "*",
        "",
        "../one",
    ] {
        for asked in [json!({"session": session}), json!({"session": "one", "agent": session})] {
            let turns: Turns = serde_json::from_value(house.result(&token, GET_RECENT_TURNS, &asked).await).unwrap();
            assert_eq!(turns.turns, [], "{asked}");
            let memory = house.result(&token, GET_COMPRESSED_MEMORY, &asked).await;
            let memory: CompressedMemory = serde_json::from_value(memory).unwrap();
            assert_eq!((memory.summary.as_str(), memory.recent.len()), ("", 0), "{asked}");
        }
    }
    for session in ["%25", "_ne", "o*", "ONE", "one%20", "one%00", "'%20OR%20'1'='1", "*", "..%2fone", "one%2f.."] {
        let forget = house.http.delete(house.tool_url(&format!("/sessions/{session}"))).bearer_auth(&token);
        house.refused(session, forget, 404, "no_such_session").await;
    }
    for bad in ["%ff", "%c0%af"] {
        let forget = house.http.delete(house.tool_url(&format!("/sessions/{bad}"))).bearer_auth(&token);
        house.refused(bad, forget, 400, "malformed").await;
    }
    let stats = house.http.get(house.tool_url("/stats")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(stats.json::<MemoryStats>().await.unwrap().turns, 1);
}

#[tokio::test]
async fn turns_that_do_not_fit() {
    for door in Door::BOTH {
        do_not_fit(door).await;
    }
}

async fn do_not_fit(door: Door) {
    let (house, token) = open(door).await;
    let long = "x".repeat(129);
    for (member, value) in [
        ("session", json!("")),
        ("session", json!(long)),
        ("session", json!("a\nb")),
        ("session", json!("a\0")),
        ("session", json!("\u{1b}[2J")),
        ("session", json!(["s"])),
        ("agent", json!("")),
        ("agent", json!("a\r\nb")),
        ("agent", json!(long)),
        ("agent", json!(null)),
        ("phase", json!("")),
        ("phase", json!("\u{7f}")),
        ("phase", json!(long)),
        ("turn", json!(-1)),
        ("turn", json!(1.5)),
        ("turn", json!("1")),
        ("turn", json!(4_294_967_296_u64)),
        ("turn", json!(1e300)),
        ("message", json!(7)),
        ("message", json!(null)),
    ] {
        let mut turn = said("s", "Hello.");
        turn[member] = value;
        house.refused(&turn.to_string(), house.call(&token, STORE_MEMORY, &turn), 400, "arguments").await;
    }
    let turn = said("s", &"x".repeat(16 * 1024 + 1));
    house.refused("a long message", house.call(&token, STORE_MEMORY, &turn), 400, "too_long").await;
    let turn = said("s", &"\u{1f697}".repeat(4097));
    house.refused("a long message in few letters", house.call(&token, STORE_MEMORY, &turn), 400, "too_long").await;
    for (tool, asked) in [
        (GET_RECENT_TURNS, json!({"session": "s", "limit": 0})),
        (GET_RECENT_TURNS, json!({"session": "s", "limit": 201})),
        (GET_RECENT_TURNS, json!({"session": "s", "limit": -1})),
        (GET_RECENT_TURNS, json!({"session": "s", "limit": 1e10})),
        (GET_RECENT_TURNS, json!({"session": ["s"]})),
        (GET_RECENT_TURNS, json!({})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "max_tokens": 15})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "max_tokens": 32_769})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "max_tokens": -1})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "recent": 201})),
        (GET_COMPRESSED_MEMORY, json!({"session": "s", "recent": u64::MAX})),
    ] {
        house.refused(&asked.to_string(), house.call(&token, tool, &asked), 400, "arguments").await;
    }
}

#[tokio::test]
async fn turns_that_are_too_many_to_be_read() {
    let (house, token) = open(Door::Rest).await;
    // Short sentences, of which each would be weighed.
    let message = "A1. ".repeat(4096);
    for turn in 1..=100 {
        let said = json!({"session": "s", "agent": "hacker", "turn": turn, "message": message});
        house.result(&token, STORE_MEMORY, &said).await;
    }
    let asked = json!({"session": "s", "limit": 200});
    let turns: Turns = serde_json::from_value(house.result(&token, GET_RECENT_TURNS, &asked).await).unwrap();
    assert_eq!(turns.turns.len(), 64, "a mebibyte of them");
    let asked = json!({"session": "s", "max_tokens": 32_768, "recent": 0});
    let memory: CompressedMemory =
        serde_json::from_value(house.result(&token, GET_COMPRESSED_MEMORY, &asked).await).unwrap();
    assert!(memory.tokens <= 32_768 && !memory.summary.is_empty());
}
