//! Turns outlive the process that took them, however it ends.

use std::collections::BTreeSet;

use heist_tools::Service;
use heist_tools::wire::{CallReply, GET_RECENT_TURNS, STORE_MEMORY, Stored, Turns};
use reqwest::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::house::{House, Process, client};

const ROUNDS: u32 = 5;
const WRITERS: u32 = 4;

/// The result of a call, if it was answered, which it must be well.
async fn result<T: DeserializeOwned>(
    http: &Client,
    address: &str,
    token: &str,
    tool: &str,
    arguments: &Value,
) -> Option<T> {
    let request = http.post(format!("{address}/tools/{tool}")).bearer_auth(token).json(arguments);
    let answer = request.send().await.ok()?;
    assert_eq!(answer.status(), 200);
    Some(serde_json::from_value(answer.json::<CallReply>().await.ok()?.result).unwrap())
}

fn session(round: u32, writer: u32) -> String {
    format!("round {round}, writer {writer}")
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_kill_9() {
    let house = House::with(Service::Memory).await;
    let token = house.token("director", "memory:write memory:read").await;
    let (data, http) = (house.folder.path().join("killed"), client());
    // What was acknowledged: the number of turns of each writer in each round, and all ids.
    let mut acknowledged = [[0_u32; WRITERS as usize]; ROUNDS as usize];
    let mut ids = BTreeSet::new();
    for round in 0..=ROUNDS {
        let mut memory = Process::start("memory", &data, &house.oauth_url(""));
        let address = memory.url.clone();
        for before in 0..round {
            for writer in 0..WRITERS {
                let asked = json!({"session": session(before, writer), "limit": 200});
                let kept: Turns = result(&http, &address, &token, GET_RECENT_TURNS, &asked).await.unwrap();
                let count = acknowledged[before as usize][writer as usize];
                let numbers: Vec<u32> = kept.turns.iter().map(|turn| turn.turn).collect();
                // One more may have been stored and not acknowledged.
                assert!(
                    numbers == (0..count).collect::<Vec<_>>() || numbers == (0..=count).collect::<Vec<_>>(),
                    "{} of {count}: {numbers:?}",
                    session(before, writer)
                );
                assert!(kept.turns.iter().all(|turn| turn.message == format!("It is {}:00.", turn.turn)));
            }
        }
        if round < ROUNDS {
            let last = ids.last().copied().unwrap_or(0);
            let (acknowledge, mut told) = mpsc::unbounded_channel();
            for writer in 0..WRITERS {
                let (http, address, token, acknowledge) =
                    (http.clone(), address.clone(), token.clone(), acknowledge.clone());
                tokio::spawn(async move {
                    for turn in 0.. {
                        let said = json!({
                            "session": session(round, writer), "agent": "hacker", "turn": turn,
                            "message": format!("It is {turn}:00."),
                        });
                        let Some(stored) = result::<Stored>(&http, &address, &token, STORE_MEMORY, &said).await else {
                            return;
                        };
                        acknowledge.send((writer, stored.id)).unwrap();
                    }
                });
            }
            drop(acknowledge);
            // Killed in the middle of the work, each time somewhere else.
            let mut count = 0;
            while let Some((writer, id)) = told.recv().await {
                acknowledged[round as usize][writer as usize] += 1;
                assert!(id > last && ids.insert(id), "{id} after {last}: {ids:?}");
                count += 1;
                if count == 30 + 13 * round {
                    memory.child.kill().unwrap();
                }
            }
            assert!(count >= 30 + 13 * round, "the writers stopped after {count}");
        } else {
            memory.child.kill().unwrap();
        }
        memory.child.wait().unwrap();
    }
}
