//! Summaries by a real model server. `.ci/live-llm PORT` starts one; `HEIST_TEST_LLM_URL` names it. Without that variable
//! this does nothing and says so.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use heist_tools::wire::{CompressedMemory, GET_COMPRESSED_MEMORY, STORE_MEMORY};
use heist_tools::{Llm, Service};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::house::{House, client, start_memory, start_tool};

/// A small model on a busy machine may write a few words a second.
const LONG: Duration = Duration::from_mins(6);

/// After the model's answer the service has used it by then, however busy the machine is.
const SOON: Duration = Duration::from_secs(5);
const MOST_TOKENS: u32 = 200;

const TALKS: [&[(&str, &str)]; 3] = [
    &[
        ("hacker", "Good evening. The time lock of the vault runs from 18:00 to 06:00. Nobody opens it in between."),
        ("intel", "24 cameras watch the bank. Alvarez guards the corridor until 05:45."),
        ("safecracker", "The thermal method takes 45 minutes, so we must begin at 05:05 to be done at 05:50."),
        ("driver", "The van waits in Mill Lane from 05:40, and we leave by the river road."),
        ("planner", "Decided: in at 05:05, out at 05:56."),
    ],
    &[
        ("driver", "Good evening, everyone. The train to Basel leaves at 21:14 from platform 6."),
        ("intel", "The courier is Marta Lindqvist. She carries the case number 4471."),
        ("planner", "We need two tickets. They cost 89 francs each, so 178 francs in all."),
        ("hacker", "I changed the booking to coach 12, because coach 9 is full."),
        ("planner", "Agreed: coach 12, and we meet at 20:50."),
    ],
    &[
        ("lookout", "The night guard, Henrik Vale, makes his round at 22:30 and at 02:30."),
        ("hacker", "The cash room has 3 doors. Door 2 was left open on Thursday."),
        ("lookout", "I doubt that it stays open. The door log names Priya Sandoval at 21:00."),
        ("planner", "We must go before 02:30, by door 2."),
        ("driver", "Then I wait at the harbour with 2 cars."),
    ],
];

/// Passes everything on to the server at `base`, and keeps what it answered to questions.
async fn relay(base: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let answers = Arc::new(Mutex::new(Vec::new()));
    let (base, kept) = (base.trim_end_matches('/').to_owned(), Arc::clone(&answers));
    let http = client();
    let router = Router::new().fallback(async move |request: Request| -> Response {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let url = format!("{base}{}", head.uri.path().trim_start_matches("/v1"));
        let answer = http.request(head.method.clone(), url).header("content-type", "application/json").body(body);
        let answer = answer.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        if head.uri.path().ends_with("/chat/completions") {
            kept.lock().unwrap().push(text.clone());
        }
        (status, text).into_response()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, answers)
}

/// The figures of a text, as far as they are written in digits.
fn digits(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect()
}

async fn memory(house: &House, token: &str, session: &str) -> CompressedMemory {
    let asked = json!({"session": session, "max_tokens": MOST_TOKENS, "recent": 1});
    serde_json::from_value(house.result(token, GET_COMPRESSED_MEMORY, &asked).await).unwrap()
}

#[tokio::test]
async fn a_real_model_sums_up_what_was_said() {
    let Some(live) = std::env::var("HEIST_TEST_LLM_URL").ok().filter(|url| !url.is_empty()) else {
        eprintln!("SKIPPED: HEIST_TEST_LLM_URL names no model server");
        return;
    };
    let (url, answers) = relay(&live).await;
    let mut house = House::with(Service::Memory).await;
    let token = house.token("director", "memory:write memory:read").await;
    let llm = Llm { url, model: None, key: None };
    house.tool = start_memory(house.folder.path(), &house.oauth_url(""), llm).await;
    let mut memories = Vec::new();
    for (number, talk) in (1..).zip(TALKS) {
        let session = format!("talk {number}");
        for ((agent, message), turn) in talk.iter().zip(1_u32..) {
            let said = json!({"session": session, "agent": agent, "turn": turn, "message": message});
            house.result(&token, STORE_MEMORY, &said).await;
        }
        let begun = Instant::now();
        let mut answered = None;
        let memory = loop {
            if answered.is_none() && answers.lock().unwrap().len() == number {
                answered = Some(Instant::now());
            }
            let memory = memory(&house, &token, &session).await;
            // An extract that is given when the service has long had the model's answer stays one.
            if memory.method == "model" || answered.is_some_and(|at| at.elapsed() > SOON) {
                break memory;
            }
            assert!(begun.elapsed() < LONG, "the model has not answered: {memory:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let answer: Value = serde_json::from_str(answers.lock().unwrap().last().unwrap()).unwrap();
        eprintln!("{:?}: {}\n{memory:#?}", begun.elapsed(), answer["choices"][0]["message"]["content"]);
        assert!(answer["usage"]["completion_tokens"].as_u64().unwrap() > 0, "{answer}");
        assert!(memory.tokens <= MOST_TOKENS && !memory.summary.is_empty());
        // No figure is invented, and none is lost: there is room for all.
        let (_, older) = talk.split_last().unwrap();
        let said: String = older.iter().map(|(_, message)| *message).collect();
        let summary = (1..=5).fold(memory.summary.clone(), |text, turn| text.replace(&format!(", turn {turn}:"), ""));
        assert_eq!(digits(&summary), digits(&said), "{memory:?}");
        memories.push((session, memory));
    }
    assert_eq!(answers.lock().unwrap().len(), TALKS.len(), "asked once for each");
    // Even a very small model copies a sentence or two of one of them.
    assert!(memories.iter().any(|(_, memory)| memory.method == "model"), "{:?}", answers.lock().unwrap());

    let without = start_tool(Service::Memory, house.folder.path(), &house.oauth_url("")).await;
    std::mem::replace(&mut house.tool, without).stop().await;
    for (session, summed_up) in memories {
        let extracted = memory(&house, &token, &session).await;
        assert_eq!(extracted.method, "extract");
        assert_eq!(extracted.summary == summed_up.summary, summed_up.method == "extract", "{summed_up:?}");
    }
}
