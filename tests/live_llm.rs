//! The model client against a real server. `.ci/live-llm PORT` starts one; `HEIST_TEST_LLM_URL` names it. Without that
//! variable these tests do nothing and say so.

#![allow(clippy::unwrap_used, reason = "the helpers of these tests fail as the tests do")]

use heist_tui::llm::{ChatReply, ChatRequest, Client, Endpoint, Finish, Heard, LlmError, ModelState};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard};

/// One at a time: a server with one slot keeps the prompt of one request in its cache.
static TURN: Mutex<()> = Mutex::const_new(());

struct Live {
    url: String,
    client: Client,
    model: String,
    context: u32,
    _turn: MutexGuard<'static, ()>,
}

fn client(url: &str) -> Client {
    Client::new(Endpoint { base_url: url.to_owned(), key: None }).unwrap()
}

async fn live() -> Option<Live> {
    let Ok(url) = std::env::var("HEIST_TEST_LLM_URL") else {
        eprintln!("skipped: HEIST_TEST_LLM_URL names no model server");
        return None;
    };
    let turn = TURN.lock().await;
    let client = client(&url);
    let begun = Instant::now();
    let found = client.find().await.unwrap();
    eprintln!("{} ms for {found:?}", begun.elapsed().as_millis());
    let model = &found.models[0];
    assert_eq!(model.state, ModelState::Loaded);
    let context = model.context.unwrap();
    Some(Live { url, client, model: model.id.clone(), context, _turn: turn })
}

impl Live {
    fn request(&self, system: &str, user: &str) -> ChatRequest {
        ChatRequest {
            model: self.model.clone(),
            system: system.to_owned(),
            user: user.to_owned(),
            max_tokens: 40,
            seed: Some(1),
            ..ChatRequest::default()
        }
    }

    async fn ask(&self, request: &ChatRequest) -> Result<ChatReply, LlmError> {
        self.client.chat(request, |_| ()).await
    }
}

#[tokio::test]
async fn streams_an_answer() {
    let Some(live) = live().await else { return };
    let mut pieces = Vec::new();
    let request = ChatRequest { max_tokens: 12, ..live.request("You tell stories.", "Tell me about a bank vault.") };
    let begun = Instant::now();
    let heard = |heard: Heard<'_>| match heard {
        Heard::Text(text) => pieces.push((begun.elapsed(), text.to_owned())),
        Heard::Again => pieces.clear(),
        Heard::Begun | Heard::Reading(_) => {}
    };
    let reply = live.client.chat(&request, heard).await.unwrap();
    eprintln!("{reply:?}");
    assert!(pieces.len() > 3, "{pieces:?}");
    assert!(pieces[0].0 < pieces[pieces.len() - 1].0);
    assert_eq!(pieces.iter().map(|(_, text)| text.as_str()).collect::<String>(), reply.text);
    assert_eq!((reply.model.as_str(), reply.finish), (live.model.as_str(), Finish::Length));
    assert_eq!(reply.usage.generated, Some(12));
    assert!(reply.usage.prompt.unwrap() > 10);
    assert_eq!(live.ask(&request).await.unwrap().text, reply.text, "temperature 0 and a seed");
}

#[tokio::test]
async fn a_schema_binds_the_answer() {
    let Some(live) = live().await else { return };
    for seed in 0..5 {
        let request = ChatRequest {
            max_tokens: 200,
            temperature: 1.0,
            seed: Some(seed),
            schema: Some(json!({
                "type": "object",
                "properties": {
                    "tool": {"type": "string", "enum": ["calculator", "file_reader", "none"]},
                    "argument": {"type": "string", "maxLength": 60},
                },
                "required": ["tool", "argument"],
                "additionalProperties": false,
            })),
            ..live.request("You may use a tool.", "How many seconds are 45 minutes? Name the tool and its argument.")
        };
        let reply = live.ask(&request).await.unwrap();
        eprintln!("{reply:?}");
        let answer: serde_json::Value = reply.json().unwrap();
        assert!(["calculator", "file_reader", "none"].contains(&answer["tool"].as_str().unwrap()));
        assert!(answer["argument"].as_str().unwrap().chars().count() <= 60);
        assert_eq!(answer.as_object().unwrap().len(), 2);
    }
    let bogus = ChatRequest { schema: Some(json!({"type": "bogus"})), ..live.request("S", "U") };
    let error = live.ask(&bogus).await.unwrap_err();
    eprintln!("{error}");
    assert!(matches!(error, LlmError::SchemaRefused { .. }));
}

#[tokio::test]
async fn a_shared_prefix_is_read_once() {
    let Some(live) = live().await else { return };
    let transcript: String = (0..40).fold(String::new(), |text, n| {
        text + &format!("Message {n}: the guard walks round {} of the hall and looks at door {}.\n", n * 7, n % 5)
    });
    let mut last = None;
    for name in ["planner", "driver", "lookout"] {
        let user = format!("{transcript}\nYou are the {name}. Say what you do.");
        let begun = Instant::now();
        let reply = live.ask(&live.request("Six people talk.", &user)).await.unwrap();
        eprintln!("{name}: {:?}, {:?}", reply.usage, begun.elapsed());
        let (prompt, evaluated) = (reply.usage.prompt.unwrap(), reply.usage.evaluated.unwrap());
        if last.is_some() {
            assert!(evaluated < 30 && prompt > 600, "{evaluated} of {prompt}");
        }
        last = Some(evaluated);
    }
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_told_as_such() {
    let Some(live) = live().await else { return };
    let long = "vault door ".repeat(live.context as usize);
    let error = live.ask(&live.request("S", &long)).await.unwrap_err();
    eprintln!("{error}");
    let LlmError::Overflow { prompt, context, .. } = error else { panic!("{error}") };
    assert_eq!(context, Some(live.context));
    assert!(prompt.unwrap() > live.context);
}

#[tokio::test]
async fn a_wrong_path_is_told_and_a_missing_v1_mended() {
    let Some(live) = live().await else { return };
    let root = live.url.trim_end_matches('/').trim_end_matches("/v1");
    let wrong = client(&format!("{root}/nowhere/v1"));
    for error in [wrong.find().await.unwrap_err(), wrong.chat(&live.request("S", "U"), |_| ()).await.unwrap_err()] {
        eprintln!("{error}");
        assert!(matches!(error, LlmError::WrongPath { .. }));
    }
    let mended = client(root.trim_start_matches("http://"));
    assert!(!mended.chat(&live.request("You are brief.", "Say hello."), |_| ()).await.unwrap().text.is_empty());
    assert_eq!(mended.find().await.unwrap().base_url, format!("{root}/v1"));
}

/// Whether the server is busy, as llama.cpp tells it.
async fn is_busy(live: &Live) -> bool {
    let slots = format!("{}/slots", live.url.trim_end_matches('/').trim_end_matches("/v1"));
    let slots: serde_json::Value = reqwest::get(slots).await.unwrap().json().await.unwrap();
    slots.as_array().unwrap().iter().any(|slot| slot["is_processing"] == true)
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_stops_the_server() {
    let Some(live) = live().await else { return };
    let request = ChatRequest {
        max_tokens: live.context,
        schema: Some(json!({"type": "object", "properties": {"story": {"type": "string", "minLength": 1500}}})),
        ..live.request("You tell very long stories.", "Tell me one.")
    };
    let (begun, first) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let chat = live.client.chat(&request, |_| {
        begun.take().map(|begun| begun.send(()));
    });
    let mut chat = Box::pin(chat);
    tokio::select! {
        reply = &mut chat => panic!("{reply:?}"),
        first = first => first.unwrap(),
    }
    assert!(is_busy(&live).await);
    drop(chat);
    let dropped = Instant::now();
    while is_busy(&live).await {
        assert!(dropped.elapsed() < Duration::from_secs(2), "the server goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    eprintln!("idle {:?} after the future was dropped", dropped.elapsed());
}

#[tokio::test]
async fn tells_how_much_of_a_prompt_it_has_read() {
    let Some(live) = live().await else { return };
    let request = live.request("Answer with one word.", &format!("{} Why?", "A vault has a door. ".repeat(20)));
    let mut read = Vec::new();
    let request = ChatRequest { max_tokens: 1, ..request };
    let asked = live.client.chat(&request, |piece| {
        if let Heard::Reading(percent) = piece {
            read.push(percent);
        }
    });
    asked.await.unwrap();
    assert!(read.is_sorted() && read.len() > 1 && read.last() == Some(&100), "{read:?}");
}
