//! What a server refuses is found out by trying, once, and left out from then on.

use super::*;

/// A client of a server that answers a request's body so, and what it sees.
fn refusing(
    answer: impl Fn(&Value) -> Option<Vec<Step>> + Send + Sync + 'static,
) -> (Client, std::sync::mpsc::Receiver<Seen>) {
    let (url, seen) = start_reading(move |_, body| {
        let body = serde_json::from_str(body).unwrap_or_default();
        answer(&body).unwrap_or_else(|| stream(&(piece("Hi") + &stop())))
    });
    (client(&format!("{url}/v1"), Limits::default()), seen)
}

fn full() -> ChatRequest {
    ChatRequest { temperature: 0.5, seed: Some(7), ..request() }
}

fn refuse(text: &str) -> Vec<Step> {
    json("400 Bad Request", &json!({ "error": text }).to_string())
}

/// Asks, and gives the body that was answered well, and how many requests that took.
async fn settle(client: &Client, seen: &std::sync::mpsc::Receiver<Seen>) -> (Value, usize) {
    assert_eq!(client.chat(&full(), |_| ()).await.unwrap().text, "Hi");
    let bodies: Vec<Value> = seen.try_iter().map(|seen| body_of(&seen)).collect();
    (bodies.last().unwrap().clone(), bodies.len())
}

fn body_of(seen: &Seen) -> Value {
    let Seen::Request(_, body) = seen else { panic!("closed") };
    serde_json::from_str(body).unwrap()
}

fn has_system(body: &Value) -> bool {
    body["messages"].as_array().unwrap().iter().any(|message| message["role"] == "system")
}

#[tokio::test]
async fn what_a_refusal_names_is_left_out_and_nothing_else() {
    let (client, seen) = refusing(|body| {
        if body["stream_options"].is_object() || body["seed"].is_u64() {
            let detail = json!([{"loc": ["body", "stream_options"], "type": "extra_forbidden"}]);
            let both = json!({"object": "error", "message": {"detail": [detail, "seed"]}});
            return Some(json("422 Unprocessable Entity", &both.to_string()));
        }
        if body["max_tokens"].is_u64() {
            return Some(refuse("Use 'max_completion_tokens' in place of 'max_tokens'."));
        }
        None
    });
    let (body, requests) = settle(&client, &seen).await;
    assert_eq!((body["max_completion_tokens"].as_u64(), body["temperature"].as_f64()), (Some(50), Some(0.5)));
    assert!(has_system(&body) && requests == 3, "{requests} requests");
    let (again, requests) = settle(&client, &seen).await;
    assert_eq!((again, requests), (body, 1), "it is remembered");
}

#[tokio::test]
async fn without_a_word_of_what_each_part_is_tried_and_all_at_once() {
    // The text of a request is told in numbers that differ each time.
    let count = std::sync::atomic::AtomicUsize::new(0);
    let no = move || {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        refuse(&format!("Bad request #{number}"))
    };
    let (client, seen) = refusing(move |body| body["temperature"].is_f64().then(&no));
    let (body, requests) = settle(&client, &seen).await;
    assert!(body["seed"] == 7 && body["stream_options"].is_object() && has_system(&body), "{body}");
    assert!(requests <= 8, "{requests} requests");

    let (client, seen) = refusing(|body| (body["seed"].is_u64() || has_system(body)).then(|| refuse("Bad request")));
    let (body, requests) = settle(&client, &seen).await;
    assert_eq!(body["messages"], json!([{"role": "user", "content": "S\n\nU"}]));
    assert!(body["max_tokens"] == 50 && requests <= 10, "{requests} requests: {body}");
}

#[tokio::test]
async fn a_refusal_in_a_good_stream_counts_too() {
    let (client, seen) = refusing(|body| {
        let message = "Error rendering prompt with jinja template: \"System role not supported\"";
        let event = json!({"error": {"message": message}});
        has_system(body).then(|| stream(&format!("event: error\ndata: {event}\n\n")))
    });
    assert_eq!(settle(&client, &seen).await.1, 2);
}

#[tokio::test]
async fn a_refusal_that_passes_costs_nothing() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let (client, seen) = refusing(move |body| {
        // The plainest request is no question of the game.
        let is_first = body["max_tokens"].is_u64() && first.swap(false, std::sync::atomic::Ordering::Relaxed);
        is_first.then(|| refuse("Model is unloaded."))
    });
    let (body, requests) = settle(&client, &seen).await;
    assert!(has_system(&body) && body["seed"] == 7 && requests == 3, "{requests} requests: {body}");
}

#[tokio::test]
async fn a_model_that_answers_nothing_is_not_asked_in_all_forms() {
    let (client, seen) = refusing(|_| Some(refuse("\"m\" does not support chat")));
    let error = client.chat(&full(), |_| ()).await.unwrap_err();
    assert!(error.is_models_own() && error.to_string().contains("does not support chat"), "{error}");
    assert_eq!(seen.try_iter().count(), 2);
    assert!(client.answers("m").await.unwrap_err().is_models_own());
}

#[tokio::test]
async fn one_word_shows_that_a_model_answers() {
    for sent in [piece("Hi"), "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"}}]}\n\n".to_owned()] {
        let steps = vec![stream_head(), Step::Send(sent.into_bytes()), Step::AwaitClose];
        let (url, _seen) = start(move |_| steps.clone());
        let client = client(&format!("{url}/v1"), Limits::default());
        tokio::time::timeout(20_000 * MS, client.answers("m")).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_schema_that_fails_again_and_again_is_what_the_server_does_not_take() {
    let broken = || stream("event: error\ndata: {\"error\":{\"message\":\"Cannot convert token\"}}\n\n");
    for answer in [broken(), refuse("no"), vec![]] {
        let (client, _seen) = refusing(move |body| body.get("response_format").map(|_| answer.clone()));
        client.chat(&request(), |_| ()).await.unwrap();
        let error = client.chat(&with_schema(), |_| ()).await.unwrap_err();
        assert!(!matches!(error, LlmError::SchemaRefused { .. }), "it may pass: {error}");
        let error = client.chat(&with_schema(), |_| ()).await.unwrap_err();
        assert!(matches!(error, LlmError::SchemaRefused { .. }), "{error}");
        // What else is asked is asked as before.
        client.chat(&request(), |_| ()).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_seen_is_not_asked_again_behind_the_players_back() {
    let (client, seen) = refusing(|body| {
        let failed = piece("Half of") + "event: error\ndata: {\"error\":\"seed\"}\n\n";
        body["seed"].is_u64().then(|| stream(&failed))
    });
    assert!(matches!(client.chat(&full(), |_| ()).await, Err(LlmError::Failed { .. })));
    assert_eq!(seen.try_iter().count(), 1);
}
