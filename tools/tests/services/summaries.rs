//! Summaries that a model makes: kept, gone on from, forgotten; and what is done when its server misbehaves.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Json, Router};
use heist_tools::wire::{CompressedMemory, GET_COMPRESSED_MEMORY, STORE_MEMORY};
use heist_tools::{Llm, Service};
use rusqlite::Connection;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};

use crate::house::{House, start_memory};

/// Long enough for whatever happens in the background, on any machine.
const LONG: Duration = Duration::from_mins(1);

/// What the model says when it is good.
const GOOD: &str = "hacker says that the lock opens at 06:00, and intel counts 24 cameras.";
/// Where no server is.
const NOWHERE: &str = "http://127.0.0.1:1/v1";

/// The base of a server that answers like a model server, and what it was asked to complete.
async fn serve<F, A>(answer: F) -> (String, mpsc::UnboundedReceiver<Value>)
where
    F: Fn(Value) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    let (asked, questions) = mpsc::unbounded_channel();
    let chat = async move |Json(question): Json<Value>| {
        let _ = asked.send(question.clone());
        answer(question).await
    };
    let elsewhere = post(async || completion(GOOD));
    let router = Router::new().route("/v1/chat/completions", post(chat)).route("/v1/elsewhere", elsewhere);
    (listen(router).await, questions)
}

async fn listen(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

fn completion(content: &str) -> Response {
    let message = json!({"role": "assistant", "content": content});
    Json(json!({"model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})).into_response()
}

fn llm(url: &str) -> Llm {
    Llm { url: url.to_owned(), model: Some("m".to_owned()), key: None }
}

/// A house whose memory has the model at `url`, and a token for it.
async fn house(url: &str) -> (House, String) {
    let mut house = House::with(Service::Memory).await;
    move_in(&mut house, "memory", llm(url)).await;
    let token = house.token("director", "memory:write memory:read").await;
    (house, token)
}

/// Puts another memory service in the place of the one that runs.
async fn move_in(house: &mut House, data: &str, llm: Llm) {
    let fresh = start_memory(&house.folder.path().join(data), &house.oauth_url(""), llm).await;
    std::mem::replace(&mut house.tool, fresh).stop().await;
}

async fn say(house: &House, token: &str, session: &str, agent: &str, turn: u32, message: &str) {
    let said = json!({"session": session, "agent": agent, "turn": turn, "message": message});
    house.result(token, STORE_MEMORY, &said).await;
}

/// Two turns that will be old, and one that is told whole.
async fn talk(house: &House, token: &str, session: &str) {
    say(house, token, session, "hacker", 1, "Good evening. The lock opens at 06:00.").await;
    say(house, token, session, "intel", 2, "24 cameras watch the bank, so we must be careful.").await;
    say(house, token, session, "driver", 3, "The van is ready.").await;
}

async fn memory(house: &House, token: &str, session: &str) -> CompressedMemory {
    let asked = json!({"session": session, "max_tokens": 300, "recent": 1});
    let memory: CompressedMemory =
        serde_json::from_value(house.result(token, GET_COMPRESSED_MEMORY, &asked).await).unwrap();
    assert!(memory.tokens <= 300 && memory.recent.len() == 1, "{memory:?}");
    memory
}

fn by_model(memory: &CompressedMemory) -> bool {
    memory.method == "model"
}

/// Asks until the answer is as it should be, and gives it.
async fn until(
    house: &House,
    token: &str,
    session: &str,
    fits: impl Fn(&CompressedMemory) -> bool,
) -> CompressedMemory {
    let begun = Instant::now();
    loop {
        let memory = memory(house, token, session).await;
        if fits(&memory) {
            return memory;
        }
        assert!(begun.elapsed() < LONG, "{memory:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_summary_is_kept_and_gone_on_from_and_forgotten_with_its_session() {
    let said = Arc::new(Mutex::new(GOOD));
    let saying = Arc::clone(&said);
    let (url, mut asked) = serve(move |_| std::future::ready(completion(*saying.lock().unwrap()))).await;
    let (mut house, token) = house(&url).await;
    talk(&house, &token, "s").await;
    let first = until(&house, &token, "s", by_model).await;
    assert_eq!(first.summary, GOOD);

    let question = asked.recv().await.unwrap();
    assert_eq!(
        (&question["model"], &question["temperature"], &question["stream"]),
        (&json!("m"), &json!(0), &json!(false))
    );
    assert!(question["max_tokens"].as_u64().unwrap() <= 300, "{question}");
    let messages = question["messages"].as_array().unwrap();
    assert_eq!(messages.iter().map(|message| &message["role"]).collect::<Vec<_>>(), ["system", "user"]);
    let record = messages[1]["content"].as_str().unwrap();
    assert!(record.contains("hacker: Good evening. The lock opens at 06:00.\nintel: 24 cameras"), "{record}");
    assert!(!record.contains("van"), "{record}");

    // Neither is the model asked again, nor is it needed any more: also after a restart.
    assert_eq!(memory(&house, &token, "s").await, first);
    move_in(&mut house, "memory", llm(NOWHERE)).await;
    assert_eq!(memory(&house, &token, "s").await, first);
    assert!(asked.try_recv().is_err());

    // What comes after it stands beside it, until there is enough to ask again.
    move_in(&mut house, "memory", llm(&url)).await;
    say(&house, &token, "s", "planner", 4, "Agreed, we go at 05:50.").await;
    let second = memory(&house, &token, "s").await;
    assert_eq!(second.method, "model");
    // What the driver said carries nothing, and the planner's words are still told whole.
    assert_eq!(second.summary, GOOD);
    say(&house, &token, "s", "lookout", 5, "The guard, Alvarez, leaves at 05:45. Oh dear.").await;
    let third = memory(&house, &token, "s").await;
    assert_eq!(third.summary, format!("{GOOD}\nplanner, turn 4: Agreed, we go at 05:50."));
    assert!(asked.try_recv().is_err());
    *said.lock().unwrap() = "They agreed to go at 05:50, when 24 cameras watch and Alvarez has left at 05:45.";
    say(&house, &token, "s", "hacker", 6, "I must go.").await;
    say(&house, &token, "s", "hacker", 7, "Now.").await;
    // It has left a time out, which stands beside it.
    let both = said.lock().unwrap().to_owned() + "\nhacker, turn 1: The lock opens at 06:00.";
    until(&house, &token, "s", |memory| memory.summary == both).await;
    let question = asked.recv().await.unwrap();
    let record = question["messages"][1]["content"].as_str().unwrap();
    assert!(record.contains(GOOD) && record.contains("planner: Agreed") && !record.contains("evening"), "{record}");
    assert!(asked.try_recv().is_err());

    let path = house.tool_url("/sessions/s");
    let forget = async || house.http.delete(&path).bearer_auth(&token).send().await.unwrap().status();
    assert_eq!(forget().await, 204);
    move_in(&mut house, "memory", llm(NOWHERE)).await;
    talk(&house, &token, "s").await;
    let again = memory(&house, &token, "s").await;
    assert_eq!(again.method, "extract", "{again:?}");
}

#[tokio::test]
async fn a_slow_model_is_not_waited_for_and_asked_one_talk_at_a_time() {
    let (go, at_once, most) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (going, most_seen) = (Arc::clone(&go), Arc::clone(&most));
    let (url, mut asked) = serve(move |_| {
        let (going, at_once, most) = (Arc::clone(&going), Arc::clone(&at_once), Arc::clone(&most));
        async move {
            most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            going.notified().await;
            at_once.fetch_sub(1, Ordering::SeqCst);
            completion(GOOD)
        }
    })
    .await;
    let (house, token) = house(&url).await;
    for session in ["gone", "one", "two"] {
        talk(&house, &token, session).await;
    }
    let begun = Instant::now();
    let ask = async |session| memory(&house, &token, session).await.method;
    let forget = async {
        asked.recv().await.unwrap();
        let (one, two) = tokio::join!(ask("one"), ask("two"));
        assert_eq!([one, two], ["extract"; 2]);
        // The model is still at this one.
        let path = house.tool_url("/sessions/gone");
        assert_eq!(house.http.delete(path).bearer_auth(&token).send().await.unwrap().status(), 204);
    };
    assert_eq!(tokio::join!(ask("gone"), forget).0, "extract");
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(9), "{waited:?}");
    let begun = Instant::now();
    assert_eq!(ask("one").await, "extract");
    assert!(begun.elapsed() < waited / 2, "what has not come soon is not waited for again");

    for session in ["one", "two"] {
        let speak = async {
            loop {
                go.notify_one();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            () = speak => {}
            memory = until(&house, &token, session, by_model) => assert_eq!(memory.summary, GOOD),
        }
    }
    assert_eq!(most_seen.load(Ordering::SeqCst), 1);
    let kept = Connection::open(house.folder.path().join("memory/memory.db")).unwrap();
    let kept = kept.query_row("SELECT group_concat(session) FROM summaries ORDER BY 1", [], |row| row.get(0));
    assert_eq!(kept, Ok("one,two".to_owned()));
}

#[tokio::test]
async fn the_work_in_the_background_ends_with_the_service() {
    /// Tells when it is dropped.
    struct Hanging(mpsc::UnboundedSender<()>);
    impl Drop for Hanging {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let (dropped, mut is_dropped) = mpsc::unbounded_channel();
    let (url, mut asked) = serve(move |_| {
        let hanging = Hanging(dropped.clone());
        async move {
            let _hanging = hanging;
            std::future::pending().await
        }
    })
    .await;
    let (mut house, token) = house(&url).await;
    talk(&house, &token, "s").await;
    let request = house.call(&token, GET_COMPRESSED_MEMORY, &json!({"session": "s", "recent": 1}));
    let answer = tokio::spawn(request.send());
    asked.recv().await.unwrap();
    assert!(is_dropped.try_recv().is_err());
    move_in(&mut house, "another", llm(NOWHERE)).await;
    tokio::time::timeout(LONG, is_dropped.recv()).await.unwrap().unwrap();
    let _ = answer.await.unwrap();
}

#[tokio::test]
async fn a_server_that_misbehaves_gives_an_extract() {
    type Answer = fn() -> Response;
    let faults: [(&str, Answer); 16] = [
        ("an error in a 200", || {
            Json(json!({"error": {"message": "Context size exceeded", "code": 500}})).into_response()
        }),
        ("an error before choices", || {
            Json(json!({"error": "crashed", "choices": [{"message": {"content": GOOD}}]})).into_response()
        }),
        ("a wrong path", || Json(json!({"error": "Unexpected endpoint or method."})).into_response()),
        ("a page", || Html("<html><body>It works: 24 cameras!</body></html>").into_response()),
        ("a 500", || (StatusCode::INTERNAL_SERVER_ERROR, "oh").into_response()),
        ("a 500 with an answer", || (StatusCode::INTERNAL_SERVER_ERROR, completion(GOOD)).into_response()),
        ("no model", || (StatusCode::NOT_FOUND, Json(json!({"error": "No models loaded."}))).into_response()),
        ("no choice", || Json(json!({"choices": []})).into_response()),
        ("50 MB", || {
            let mut body = vec![b' '; 50 << 20];
            body.extend(completion_bytes(GOOD));
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }),
        ("somewhere else", || Redirect::temporary("/v1/elsewhere").into_response()),
        ("nothing", || completion(" \n")),
        ("null", || Json(json!({"choices": [{"message": {"content": null}}]})).into_response()),
        ("thoughts", || completion(&format!("<think>{GOOD}</think>"))),
        ("endless thoughts", || completion(&format!("<think>{GOOD}"))),
        ("inventions", || completion("hacker says that the lock opens at 07:00. 25 cameras watch the bank.")),
        ("a refusal", || completion("I'm sorry, but I can't help with a plan for 24 cameras.")),
    ];
    let (mut house, token) = house(NOWHERE).await;
    for (fault, answer) in faults {
        let (url, mut asked) = serve(move |_| std::future::ready(answer())).await;
        move_in(&mut house, fault, llm(&url)).await;
        talk(&house, &token, "s").await;
        let memory = memory(&house, &token, "s").await;
        assert_eq!(memory.method, "extract", "{fault}: {memory:?}");
        let summary = "hacker, turn 1: The lock opens at 06:00.\n\
                       intel, turn 2: 24 cameras watch the bank, so we must be careful.";
        assert_eq!(memory.summary, summary, "{fault}");
        tokio::time::timeout(LONG, asked.recv()).await.expect(fault);
        // It is left alone for a while.
        assert_eq!(self::memory(&house, &token, "s").await.method, "extract", "{fault}");
        assert!(asked.try_recv().is_err(), "{fault}");
    }
    // Refused connections, and a server that takes them and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for url in [NOWHERE.to_owned(), format!("http://{}/v1", silent.local_addr().unwrap())] {
        move_in(&mut house, &url.replace(['/', ':'], ""), llm(&url)).await;
        talk(&house, &token, "s").await;
        assert_eq!(memory(&house, &token, "s").await.method, "extract", "{url}");
    }
}

fn completion_bytes(content: &str) -> Vec<u8> {
    json!({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}).to_string().into_bytes()
}

#[tokio::test]
async fn useless_words_are_not_asked_for_again_until_there_is_more_to_say() {
    let said = Arc::new(Mutex::new("The lock opens at 07:00."));
    let saying = Arc::clone(&said);
    let (url, mut asked) = serve(move |_| std::future::ready(completion(*saying.lock().unwrap()))).await;
    let (house, token) = house(&url).await;
    talk(&house, &token, "s").await;
    for _ in 0..3 {
        assert_eq!(memory(&house, &token, "s").await.method, "extract");
    }
    asked.recv().await.unwrap();
    *said.lock().unwrap() = GOOD;
    say(&house, &token, "s", "driver", 4, "Well.").await;
    assert_eq!(memory(&house, &token, "s").await.method, "extract");
    assert!(asked.try_recv().is_err());
    for turn in 5..8 {
        say(&house, &token, "s", "driver", turn, "Well.").await;
    }
    until(&house, &token, "s", by_model).await;
    asked.recv().await.unwrap();
}

/// LM Studio as it was seen to be: it lists what could be loaded, tells in its own API what is, and answers a wrong
/// path with 200.
#[tokio::test]
async fn the_loaded_model_is_found_below_a_bare_address_and_given_room_to_reason() {
    let keys = Arc::new(Mutex::new(Vec::new()));
    let (asked, mut questions) = mpsc::unbounded_channel();
    let seen = Arc::clone(&keys);
    let url = listen(Router::new().fallback(async move |request: Request| {
        let (head, body) = request.into_parts();
        seen.lock().unwrap().push(head.headers.get(header::AUTHORIZATION).cloned());
        let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        match head.uri.path() {
            "/v1/models" => {
                Json(json!({"data": [{"id": "embed-it"}, {"id": "large"}, {"id": "small"}]})).into_response()
            }
            "/api/v0/models" => Json(json!({"data": [
                {"id": "embed-it", "type": "embeddings", "state": "loaded"},
                {"id": "large", "type": "llm", "state": "not-loaded"},
                {"id": "small", "type": "llm", "state": "loaded"},
            ]}))
            .into_response(),
            "/v1/chat/completions" => {
                let question: Value = serde_json::from_slice(&body).unwrap();
                asked.send(question.clone()).unwrap();
                if question["max_tokens"].as_u64().unwrap() > 1000 {
                    return completion(&format!("<think>Hm, 25?</think>\n{GOOD}"));
                }
                let message = json!({"content": "", "reasoning_content": "Hm, 24?"});
                Json(json!({"choices": [{"message": message, "finish_reason": "length"}]})).into_response()
            }
            path => Json(json!({"error": format!("Unexpected endpoint or method. ({path})")})).into_response(),
        }
    }))
    .await;
    let (mut house, token) = house(NOWHERE).await;
    let key = Some(SecretString::from("sesame"));
    let address = url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    move_in(&mut house, "bare", Llm { url: address, model: None, key }).await;
    talk(&house, &token, "s").await;
    assert_eq!(until(&house, &token, "s", by_model).await.summary, GOOD);
    for _ in 0..2 {
        assert_eq!(questions.recv().await.unwrap()["model"], "small");
    }
    let keys = keys.lock().unwrap();
    assert!(
        keys.len() >= 4 && keys.iter().all(|key| key.as_ref().is_some_and(|key| key == "Bearer sesame")),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_summary_of_one_agent_is_its_own() {
    let (url, mut asked) = serve(move |_| std::future::ready(completion(GOOD))).await;
    let (house, token) = house(&url).await;
    talk(&house, &token, "s").await;
    say(&house, &token, "s", "hacker", 4, "The code has 7 digits.").await;
    assert_eq!(until(&house, &token, "s", by_model).await.summary, GOOD);
    asked.recv().await.unwrap();
    let of_one = json!({"session": "s", "agent": "hacker", "max_tokens": 300, "recent": 1});
    let of_one = house.result(&token, GET_COMPRESSED_MEMORY, &of_one).await;
    // The hacker has said nothing of cameras.
    assert_eq!(of_one["method"], "extract");
    assert_eq!(of_one["summary"], "hacker, turn 1: The lock opens at 06:00.");
    let record = asked.recv().await.unwrap();
    assert!(!record["messages"][1]["content"].as_str().unwrap().contains("intel"), "{record}");
    // With so little room nobody is asked.
    let little = json!({"session": "s", "max_tokens": 20, "recent": 0});
    assert_eq!(house.result(&token, GET_COMPRESSED_MEMORY, &little).await["method"], "extract");
    assert!(asked.try_recv().is_err());
}
