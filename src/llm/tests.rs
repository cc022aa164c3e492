//! The client against a server that behaves and misbehaves as model servers were seen to.

mod bodies;
mod calls;
mod finding;
mod odds;
mod reaching;
mod server;
mod thoughts;
mod trying;

use super::client::Limits;
use super::{
    Call, ChatReply, ChatRequest, Client, Doubt, Endpoint, Finish, Heard, LlmError, Model, ModelState, OddsAt, Tool,
    Usage,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::{Seen, Step, json, piece, start, start_reading, stop, stream, stream_head, whole};
use std::time::{Duration, Instant};

const MS: Duration = Duration::from_millis(1);

fn client(url: &str, limits: Limits) -> Client {
    Client::with_limits(Endpoint { base_url: url.to_owned(), key: None }, limits).unwrap()
}

fn request() -> ChatRequest {
    ChatRequest { model: "m".into(), system: "S".into(), user: "U".into(), max_tokens: 50, ..ChatRequest::default() }
}

fn with_schema() -> ChatRequest {
    ChatRequest { schema: Some(json!({"type": "object", "properties": {"tool": {}, "argument": {}}})), ..request() }
}

/// Asks a server that does `steps`; returns the reply and the pieces that came.
async fn ask_with(
    steps: Vec<Step>,
    limits: Limits,
    request: &ChatRequest,
) -> (Result<ChatReply, LlmError>, Vec<String>) {
    let (url, _seen) = start(move |_| steps.clone());
    let mut pieces = Vec::new();
    let heard = |heard: Heard<'_>| match heard {
        Heard::Text(text) => pieces.push(text.to_owned()),
        Heard::Again => pieces.clear(),
        Heard::Begun | Heard::Reading(_) => {}
    };
    let reply = client(&format!("{url}/v1"), limits).chat(request, heard).await;
    (reply, pieces)
}

async fn ask(steps: Vec<Step>) -> (Result<ChatReply, LlmError>, Vec<String>) {
    ask_with(steps, Limits::default(), &request()).await
}

async fn error_of(steps: Vec<Step>) -> LlmError {
    ask(steps).await.0.unwrap_err()
}

async fn text_of(content: &[&str]) -> String {
    let text = content.iter().map(|text| piece(text)).collect::<String>() + &stop();
    ask(stream(&text)).await.0.unwrap().text
}

#[tokio::test]
async fn streams_pieces_with_comments_role_usage_and_timings() {
    let text = [
        ":\n\n: ping\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n",
        &piece(" Grüß"),
        &piece(" dich"),
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[]},\"finish_reason\":\"length\"}],\"model\":\"other\",\"error\":null}\r\n\r\n",
        "data: {\"choices\":[],\"usage\":{\"completion_tokens\":4,\"prompt_tokens\":20,\"prompt_tokens_details\":{\"cached_tokens\":5}}}\n\n",
        "data: [DONE]\n\ndata: this is not read\n\n",
    ]
    .concat();
    let (reply, pieces) = ask(stream(&text)).await;
    let usage = Usage { prompt: Some(20), evaluated: Some(15), generated: Some(4) };
    let calls = Vec::new();
    let expected = ChatReply {
        text: "Grüß dich".into(),
        calls,
        model: "other".into(),
        usage,
        finish: Finish::Length,
        has_thought: false,
        odds: Vec::new(),
    };
    assert_eq!(reply.unwrap(), expected);
    assert_eq!(pieces, ["Grüß", " dich"]);

    // One byte at a time, so that lines, tags and letters are split everywhere; and with a byte order mark.
    let mut steps = vec![stream_head()];
    let text = format!("\u{feff}: hi\n\n{text}");
    steps.extend(text.bytes().map(|byte| Step::Send(vec![byte])));
    assert_eq!(ask(steps).await.0.unwrap().text, "Grüß dich");
}

#[tokio::test]
async fn sends_only_fields_that_every_server_knows() {
    let (url, seen) = start(|_| stream(&(piece("x") + &stop())));
    let key = Some(SecretString::from("sesame"));
    let client = Client::new(Endpoint { base_url: format!("{url}/v1/chat/completions"), key }).unwrap();
    let full = ChatRequest { temperature: 0.7, seed: Some(7), stop: vec!["\n".into()], ..with_schema() };
    client.chat(&full, |_| ()).await.unwrap();
    client.chat(&request(), |_| ()).await.unwrap();
    let body = || match seen.recv().unwrap() {
        Seen::Request(head, body) => {
            assert!(
                head.starts_with("POST /v1/chat/completions HTTP/1.1") && head.contains("authorization: bearer sesame")
            );
            // A model answers in the order of the properties.
            assert!(!body.contains("schema") || body.find("\"tool\"") < body.find("\"argument\""));
            serde_json::from_str::<Value>(&body).unwrap()
        }
        Seen::Closed => panic!("closed"),
    };
    let mut expected = json!({
        "model": "m", "max_tokens": 50, "temperature": 0.7, "seed": 7, "stop": ["\n"], "stream": true,
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}],
        "stream_options": {"include_usage": true},
        "response_format": {"type": "json_schema",
            "json_schema": {"name": "answer", "strict": true, "schema": with_schema().schema}},
    });
    assert_eq!(body(), expected);
    for key in ["seed", "stop", "response_format"] {
        expected.as_object_mut().unwrap().remove(key);
    }
    expected["temperature"] = json!(0.0);
    assert_eq!(body(), expected);
}

#[tokio::test]
async fn reasoning_never_enters_the_text() {
    assert_eq!(text_of(&["<thi", "nk>secret</th", "ink>", "\n\nHello <", "b>"]).await, "Hello <b>");
    assert_eq!(text_of(&["so be it</think>", "Hello"]).await, "Hello");
    // Reasoning alone is an answer, with nothing in it.
    let alone = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"secret\",\"content\":\"\"}}]}\n\n";
    assert_eq!(ask(stream(&(alone.to_owned() + &stop()))).await.0.unwrap().text, "");
    let text = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"secret\"}}]}\n\n\
                data: {\"choices\":[{\"delta\":{\"reasoning\":\"secret\",\"content\":\"Hello\"}}]}\n\n";
    let (reply, pieces) = ask(stream(&(text.to_owned() + &stop()))).await;
    assert_eq!((reply.unwrap().text.as_str(), pieces), ("Hello", vec!["Hello".to_owned()]));
}

#[tokio::test]
async fn finds_the_json_where_servers_put_it() {
    #[derive(serde::Deserialize)]
    struct Choice {
        tool: String,
    }
    let reasoning =
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"{\\\"tool\\\":\\\"x\\\"}\",\"content\":\"\"}}]}\n\n";
    for sent in [piece("```json\n{\"tool\":\"x\"}\n```"), piece("{\"tool\"") + &piece(": \"x\"}"), reasoning.to_owned()]
    {
        let reply = ask_with(stream(&(sent + &stop())), Limits::default(), &with_schema()).await.0.unwrap();
        assert_eq!(reply.json::<Choice>().unwrap().tool, "x");
    }
    let (reply, _) = ask_with(stream(&(piece("{\"tool\":\"x") + &stop())), Limits::default(), &with_schema()).await;
    assert!(matches!(reply.unwrap().json::<Choice>(), Err(LlmError::NotJson { .. })));
}

#[tokio::test]
async fn an_error_can_come_inside_a_good_stream() {
    let lm_studio = "event: error\ndata: {\"error\":{\"message\":\"The model has crashed\"},\"message\":\"The model has crashed\"}\n\n";
    let error = error_of(stream(&(piece("Hel") + lm_studio))).await;
    assert!(matches!(&error, LlmError::Failed { message, .. } if message == "The model has crashed"), "{error}");
    assert!(error.can_retry());
    // llama.cpp, which closes behind it without an empty line.
    let full =
        "data: {\"error\":{\"code\":500,\"message\":\"Context size has been exceeded.\",\"type\":\"server_error\"}}";
    assert!(matches!(error_of(stream(&(piece("Hel") + full))).await, LlmError::Overflow { .. }));
}

#[tokio::test]
async fn reads_every_shape_of_error_body() {
    for body in [
        "{\"error\":\"it is\\n\\u001b[31m broken\"}",
        "{\"error\":{\"message\":\"it is [31m broken\",\"type\":\"t\",\"param\":null,\"code\":null}}",
        "{\"error\":{\"code\":1},\"message\":\"it is [31m broken\"}",
        "{\"object\":\"error\",\"message\":\"it is [31m broken\"}",
        "{\"detail\":\"it is [31m broken\"}",
        "it is [31m broken",
    ] {
        let error = error_of(json("500 Internal Server Error", body)).await;
        assert!(matches!(&error, LlmError::Refused { message, .. } if message == "it is [31m broken"), "{error}");
        assert!(error.can_retry());
    }
    let page = error_of(whole("502 Bad Gateway", "text/html", "<html>")).await;
    assert!(page.to_string().contains("502 Bad Gateway (no reason given)"), "{page}");
    let long = error_of(json("400 Bad Request", &"é".repeat(100_000))).await;
    assert!(long.to_string().chars().count() < 700 && !long.can_retry());
}

#[tokio::test]
async fn tells_the_errors_apart() {
    let no_model = "{\"error\":{\"message\":\"No models loaded. Please load a model in the developer page or use the `lms load` command.\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":\"model_not_found\"}}";
    assert!(matches!(error_of(json("404 Not Found", no_model)).await, LlmError::NoModel { .. }));
    let unknown = "{\"error\":{\"message\":\"model \\\"m\\\" not found, try pulling it first\"}}";
    assert!(matches!(error_of(json("404 Not Found", unknown)).await, LlmError::NoModel { .. }));
    let path = "{\"error\":\"Unexpected endpoint or method. (POST /chat/completions)\"}";
    assert!(matches!(error_of(json("200 OK", path)).await, LlmError::WrongPath { .. }));
    let missing = "{\"error\":{\"message\":\"File Not Found\",\"type\":\"not_found_error\",\"code\":404}}";
    assert!(matches!(error_of(json("404 Not Found", missing)).await, LlmError::WrongPath { .. }));
    let key = "{\"error\":{\"message\":\"Malformed token\",\"code\":\"invalid_api_key\"}}";
    let refused = error_of(json("401 Unauthorized", key)).await;
    assert!(matches!(refused, LlmError::Auth { .. }) && !refused.can_retry());
    assert!(
        refused.to_string().contains("Malformed token") && refused.to_string().contains("HEIST_LLM_KEY"),
        "{refused}"
    );
    let bare = error_of(whole("401 Unauthorized", "text/plain", "")).await;
    assert!(matches!(bare, LlmError::Auth { .. }));
    assert!(matches!(error_of(whole("200 OK", "text/html", "<html>")).await, LlmError::Protocol { .. }));
    assert!(matches!(error_of(json("200 OK", "{\"status\":\"ok\"}")).await, LlmError::Protocol { .. }));

    let full = "{\"error\":{\"code\":400,\"message\":\"request (5017 tokens) exceeds the available context size (2048 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":5017,\"n_ctx\":2048}}";
    let error = error_of(json("400 Bad Request", full)).await;
    assert!(matches!(error, LlmError::Overflow { prompt: Some(5017), context: Some(2048), .. }));
    for text in [
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
        "The number of tokens to keep from the initial prompt is greater than the context length",
        "Input does not fit in context length",
    ] {
        let body = json!({ "error": text }).to_string();
        assert!(matches!(error_of(json("400 Bad Request", &body)).await, LlmError::Overflow { .. }));
    }
    let vllm = "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens\",\"type\":\"BadRequestError\",\"code\":400}";
    assert!(matches!(error_of(json("400 Bad Request", vllm)).await, LlmError::Overflow { .. }));
    let in_stream = "event: error\ndata: {\"error\":{\"message\":\"Input does not fit in context length\"}}\n\n";
    assert!(matches!(error_of(stream(in_stream)).await, LlmError::Overflow { .. }));
    let kept = json!({"error": "Cannot truncate prompt with n_keep: 5000 >= n_ctx: 4096"}).to_string();
    assert!(matches!(error_of(json("400 Bad Request", &kept)).await, LlmError::Overflow { context: Some(4096), .. }));
    let empty = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}\n\ndata: [DONE]\n\n";
    assert!(matches!(error_of(stream(empty)).await, LlmError::Empty { .. }));
    // LM Studio, when the context is full: a good stream in which nothing comes.
    for nothing in ["data: [DONE]\n\n".to_owned(), stop(), stop() + "data: [DONE]\n\n"] {
        let error = error_of(stream(&nothing)).await;
        assert!(matches!(error, LlmError::Empty { .. }), "{error}");
        assert!(error.to_string().contains("did not fit into its context"));
    }

    let format = json("400 Bad Request", "{\"error\":\"'response_format.type' must be 'text'\"}");
    assert!(matches!(error_of(format.clone()).await, LlmError::Refused { .. }));
    let refused = ask_with(format, Limits::default(), &with_schema()).await.0.unwrap_err();
    assert!(matches!(refused, LlmError::SchemaRefused { .. }) && !refused.can_retry());
}

#[tokio::test]
async fn a_stream_is_whole_with_a_reason_or_an_end_and_else_interrupted() {
    assert_eq!(ask(stream(&(piece("Hi") + &stop()))).await.0.unwrap().finish, Finish::Stop);
    assert_eq!(ask(stream(&(piece("Hi") + "data: [DONE]\n\n"))).await.0.unwrap().finish, Finish::Other);
    let (reply, pieces) = ask(stream(&piece("Hi"))).await;
    let error = reply.unwrap_err();
    assert!(matches!(error, LlmError::Interrupted { received: 2, .. }) && error.can_retry() && pieces == ["Hi"]);
    assert!(matches!(error_of(stream(&piece("Hi")[..40])).await, LlmError::Interrupted { .. }));
    assert!(matches!(error_of(vec![]).await, LlmError::Interrupted { .. }));
    // Cut inside an HTTP chunk, first before and then after the reason.
    let chunked = |text: &str| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        vec![Step::Send(format!("{head}{:x}\r\n{text}", text.len() + 9).into_bytes())]
    };
    assert!(matches!(error_of(chunked(&piece("Hi"))).await, LlmError::Interrupted { .. }));
    assert_eq!(ask(chunked(&(piece("Hi") + &stop()))).await.0.unwrap().text, "Hi");
    // A server that does not stream.
    let body = "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"model\":\"m\"}";
    let (reply, pieces) = ask(json("200 OK", body)).await;
    assert_eq!((reply.unwrap().text.as_str(), pieces), ("Hi", vec!["Hi".to_owned()]));
}

#[tokio::test]
async fn silence_has_a_limit_that_depends_on_the_moment() {
    let limits = Limits { first: 2000 * MS, idle: 100 * MS, tail: 50 * MS, ..Limits::default() };
    let send = |text: &str| Step::Send(text.as_bytes().to_vec());
    let question = request();
    let ask = |steps| ask_with(steps, limits.clone(), &question);
    // Before the headers, before the first word, between words, after the last one.
    let wait = Step::Wait(6000 * MS);
    for (steps, after) in [
        (vec![wait.clone()], 2000),
        (vec![stream_head(), wait.clone()], 2000),
        (vec![stream_head(), send(&piece("Hi")), wait.clone()], 100),
    ] {
        let error = ask(steps).await.0.unwrap_err();
        assert!(matches!(error, LlmError::Idle { after: limit, .. } if limit == after * MS), "{error}");
        assert!(error.can_retry());
    }
    let begun = Instant::now();
    assert_eq!(ask(vec![stream_head(), send(&piece("Hi")), send(&stop()), wait]).await.0.unwrap().text, "Hi");
    assert!(begun.elapsed() < 5000 * MS);
    // Comments show that the server lives, but they are no first word.
    let pings = || std::iter::repeat_n([send(":\n\n"), Step::Wait(100 * MS)], 9).flatten();
    let steps = [stream_head(), send(&piece("Hi"))].into_iter().chain(pings()).chain([send(&stop())]);
    let patient = Limits { idle: 700 * MS, ..limits.clone() };
    assert_eq!(ask_with(steps.collect(), patient.clone(), &question).await.0.unwrap().text, "Hi");
    let steps = std::iter::once(stream_head()).chain(pings()).chain([send(&piece("Hi")), send(&stop())]);
    let hasty = Limits { first: 400 * MS, ..limits.clone() };
    let error = ask_with(steps.collect(), hasty, &question).await.0;
    assert!(matches!(error, Err(LlmError::Idle { after, .. }) if after == 400 * MS));
    // But not for ever.
    let total = Limits { total: 300 * MS, ..patient };
    let steps = [stream_head(), send(&piece("Hi"))].into_iter().chain(pings()).collect();
    let error = ask_with(steps, total, &request()).await.0.unwrap_err();
    assert!(matches!(error, LlmError::Endless { .. }) && error.is_gone(), "{error}");
}

#[tokio::test]
async fn size_has_a_limit() {
    let too_long = |reply: Result<_, _>| matches!(reply, Err(LlmError::TooLong { .. }));
    let limits = Limits { text: 100, event: 1000, stream: 5000, body: 2000, ..Limits::default() };
    let question = request();
    let ask = |steps| ask_with(steps, limits.clone(), &question);
    assert!(too_long(ask(stream(&piece(&"x".repeat(101)))).await.0));
    assert!(too_long(ask(stream(&"x".repeat(1100))).await.0));
    let lines = format!("data: {}\n", "[".repeat(90)).repeat(12);
    assert!(too_long(ask(stream(&lines)).await.0));
    // What is one body may be as long as a body.
    assert!(too_long(ask(stream(&"{\n".repeat(1100))).await.0));
    assert!(too_long(ask(stream(&": nothing\n\n".repeat(500))).await.0));
    assert!(too_long(ask(json("500 Internal Server Error", &"x".repeat(2100))).await.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_future_closes_the_connection_also_while_the_server_still_reads() {
    let (url, seen) = start(|_| vec![Step::AwaitClose]);
    let client = client(&format!("{url}/v1"), Limits::default());
    let task = tokio::spawn(async move { client.chat(&request(), |_| ()).await });
    assert!(matches!(tokio::task::block_in_place(|| seen.recv()), Ok(Seen::Request(..))));
    task.abort();
    assert_eq!(seen.recv_timeout(2000 * MS), Ok(Seen::Closed));
}

#[tokio::test]
async fn usage_may_be_missing_or_zero() {
    let zeros = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\n";
    for usage in ["", zeros, "data: {\"choices\":[],\"usage\":null}\n\n"] {
        let (reply, _) = ask(stream(&(piece("Hi") + &stop() + usage + "data: [DONE]\n\n"))).await;
        assert_eq!(reply.unwrap().usage, Usage::default());
    }
    let timings = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":90,\"completion_tokens\":2},\"timings\":{\"prompt_n\":7,\"cache_n\":83}}\n\n";
    let usage = ask(stream(&(piece("Hi") + &stop() + timings))).await.0.unwrap().usage;
    assert_eq!(usage, Usage { prompt: Some(90), evaluated: Some(7), generated: Some(2) });
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_future_closes_the_connection() {
    let steps = vec![stream_head(), Step::Send(piece("Hi").into_bytes()), Step::AwaitClose];
    let (url, seen) = start(move |_| steps.clone());
    let client = client(&format!("{url}/v1"), Limits::default());
    let (begun, first) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let task = tokio::spawn(async move {
        client
            .chat(&request(), |_| {
                begun.take().map(|begun| begun.send(()));
            })
            .await
    });
    first.await.unwrap();
    task.abort();
    assert!(matches!(seen.recv(), Ok(Seen::Request(..))));
    assert_eq!(seen.recv_timeout(2000 * MS), Ok(Seen::Closed));
}

#[tokio::test]
async fn says_soon_that_nobody_answers() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client_of_nobody = client(&format!("http://{free}/v1"), Limits::default());
    let begun = Instant::now();
    let error = client_of_nobody.find().await.unwrap_err();
    assert!(matches!(error, LlmError::Unreachable { .. }) && error.can_retry(), "{error}");
    assert!(begun.elapsed() < 500 * MS);
    let text = error.to_string();
    assert!(
        text.contains(&free.to_string()) && text.contains("refused") && text.contains("lms server start"),
        "{text}"
    );
    assert!(matches!(client_of_nobody.chat(&request(), |_| ()).await, Err(LlmError::Unreachable { .. })));

    let (url, _seen) = start(|_| vec![Step::Wait(5000 * MS)]);
    let silent = client(&url, Limits { find: 200 * MS, ..Limits::default() });
    assert!(matches!(silent.find().await, Err(LlmError::Idle { .. })));
    assert!(begun.elapsed() < 2000 * MS);

    for bad in ["ftp://host/v1", "http://", "http://[::1"] {
        let endpoint = Endpoint { base_url: bad.into(), key: None };
        assert!(matches!(Client::new(endpoint), Err(LlmError::BadUrl { .. })));
    }
}
