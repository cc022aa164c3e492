//! What is found out of a server before anything is asked: its place, its models, their context.

use super::*;

fn model(id: &str, state: ModelState, context: Option<u32>) -> Model {
    Model { id: id.into(), state, context, doubt: Doubt::None }
}

/// LM Studio: everything unknown is 200 with an error.
fn lm_studio(line: &str) -> Vec<Step> {
    let path = line.split(' ').nth(1).unwrap();
    match path {
        "/v1/models" => json(
            "200 OK",
            "{\"object\":\"list\",\"data\":[{\"id\":\"big\"},{\"id\":\"bge-m3\"},{\"id\":\"text-embedding-nomic\"},{\"id\":\"small\"}]}",
        ),
        "/api/v0/models" => json(
            "200 OK",
            "{\"object\":\"list\",\"data\":[{\"id\":\"big\",\"type\":\"llm\",\"state\":\"not-loaded\",\"max_context_length\":131072},\
             {\"id\":\"bge-m3\",\"type\":\"embeddings\",\"state\":\"loaded\"},\
             {\"id\":\"small\",\"type\":\"llm\",\"state\":\"loaded\",\"max_context_length\":32768,\"loaded_context_length\":4096}]}",
        ),
        "/v1/chat/completions" => stream(&(piece("Hi") + &stop())),
        _ => json("200 OK", &json!({"error": format!("Unexpected endpoint or method. ({})", line.trim())}).to_string()),
    }
}

#[tokio::test]
async fn finds_the_loaded_model_of_lm_studio_and_mends_the_address() {
    let (url, _seen) = start(lm_studio);
    let host = url.strip_prefix("http://").unwrap().to_owned();
    for given in [format!("{url}/v1"), format!("{url}/v1/"), url.clone(), host, format!("{url}/v1/models?x=1")] {
        let client = client(&given, Limits::default());
        // Chat first: it mends the address too.
        assert_eq!(client.chat(&request(), |_| ()).await.unwrap().text, "Hi");
        let found = client.find().await.unwrap();
        assert_eq!(found.base_url, format!("{url}/v1"));
        let small = model("small", ModelState::Loaded, Some(4096));
        assert_eq!(found.models, [small, model("big", ModelState::NotLoaded, None)]);
    }
    let wrong = client(&format!("{url}/v2/v1"), Limits::default());
    assert!(matches!(wrong.find().await, Err(LlmError::WrongPath { .. })));
    assert!(matches!(wrong.chat(&request(), |_| ()).await, Err(LlmError::WrongPath { .. })));
}

#[tokio::test]
async fn takes_the_context_from_where_a_server_tells_it() {
    let listing = |entry: &str| json("200 OK", &format!("{{\"object\":\"list\",\"data\":{entry}}}"));
    let found = async |list: &'static str, props: &'static str| {
        let (url, _seen) = start(move |line| match line.split(' ').nth(1).unwrap() {
            "/v1/models" => listing(list),
            "/props" => json("200 OK", props),
            _ => json("404 Not Found", "{\"detail\":\"Not Found\"}"),
        });
        client(&format!("{url}/v1"), Limits::default()).find().await.map(|found| found.models)
    };
    let loaded = vec![model("a", ModelState::Loaded, Some(2048))];
    assert_eq!(found("[{\"id\":\"a\",\"meta\":{\"n_ctx\":2048,\"n_ctx_train\":8192}}]", "{}").await.unwrap(), loaded);
    assert_eq!(found("[{\"id\":\"a\",\"max_model_len\":2048}]", "{}").await.unwrap(), loaded);
    let props = "{\"default_generation_settings\":{\"n_ctx\":2048}}";
    assert_eq!(found("[{\"id\":\"a\",\"meta\":null}]", props).await.unwrap(), loaded);
    assert_eq!(found("[{\"id\":\"a\"},{\"id\":\"b\"}]", props).await.unwrap().len(), 2);
    assert!(matches!(found("null", "{}").await, Err(LlmError::NoModel { .. })));
    assert!(matches!(found("[]", "{}").await, Err(LlmError::NoModel { .. })));
}

#[tokio::test]
async fn takes_the_context_from_the_newer_list_of_lm_studio() {
    let found = async |v0: Option<&'static str>, v1: &'static str| {
        let (url, _seen) = start(move |line| match (line.split(' ').nth(1).unwrap(), v0) {
            ("/v1/models", _) => json(
                "200 OK",
                "{\"object\":\"list\",\"data\":[{\"id\":\"nomic\"},{\"id\":\"maker/big\"},{\"id\":\"small\"}]}",
            ),
            ("/api/v0/models", Some(list)) => json("200 OK", list),
            ("/api/v1/models", _) => json("200 OK", v1),
            _ => json(
                "200 OK",
                &json!({"error": format!("Unexpected endpoint or method. ({})", line.trim())}).to_string(),
            ),
        });
        client(&format!("{url}/v1"), Limits::default()).find().await.unwrap().models
    };
    let v1 = "{\"models\":[{\"type\":\"embedding\",\"key\":\"nomic\",\"loaded_instances\":[]},\
              {\"type\":\"llm\",\"key\":\"maker/big\",\"loaded_instances\":[],\"max_context_length\":131072},\
              {\"type\":\"llm\",\"key\":\"maker/small\",\"max_context_length\":32768,\"loaded_instances\":[\
               {\"id\":\"small\",\"config\":{\"context_length\":4096,\"parallel\":4}},\
               {\"id\":\"small:2\",\"config\":{\"context_length\":2048}}]}]}";
    let expected = [model("small", ModelState::Loaded, Some(4096)), model("maker/big", ModelState::NotLoaded, None)];
    assert_eq!(found(None, v1).await, expected);
    // The older list knows the states, but not the context.
    let v0 = "{\"data\":[{\"id\":\"nomic\",\"type\":\"embeddings\"},{\"id\":\"maker/big\",\"state\":\"not-loaded\",\"type\":\"llm\"},\
              {\"id\":\"small\",\"state\":\"loaded\",\"type\":\"vlm\"}]}";
    assert_eq!(found(Some(v0), v1).await, expected);
    // Of several instances under one name the smallest counts.
    let twice = "{\"models\":[{\"type\":\"llm\",\"key\":\"small\",\"loaded_instances\":[{\"id\":\"a\",\"config\":{\"context_length\":4096}},\
                 {\"id\":\"b\",\"config\":{\"context_length\":2048}}]}]}";
    assert!(found(None, twice).await.contains(&model("small", ModelState::Loaded, Some(2048))));
    assert_eq!(found(None, "{\"models\":\"none of your business\"}").await.len(), 3);
}

#[tokio::test]
async fn the_loaded_model_comes_first_wherever_that_is_told() {
    let first = async |list: Value, running: Value| {
        let (url, _seen) = start(move |line| match line.split(' ').nth(1).unwrap() {
            "/v1/models" => json("200 OK", &json!({"object": "list", "data": list}).to_string()),
            "/api/ps" => json("200 OK", &running.to_string()),
            _ => json("404 Not Found", "{}"),
        });
        let found = client(&format!("{url}/v1"), Limits::default()).find().await.unwrap();
        (found.models[0].id.clone(), found.models[0].context, found.models.len())
    };
    let named = |name: &str, state: Value| json!({"id": name, "status": state});
    // A router of llama.cpp, and others that say it in a word.
    let list = json!([named("big", json!({"value": "unloaded"})), named("small", json!({"value": "loaded"}))]);
    assert_eq!(first(list, json!({})).await.0, "small");
    let list = json!([named("big", json!("not-loaded")), named("small", json!("loaded"))]);
    assert_eq!(first(list, json!({})).await.0, "small");
    // Ollama tells elsewhere what runs.
    let running = json!({"models": [{"name": "small", "context_length": 4096}]});
    assert_eq!(first(json!([{"id": "big"}, {"id": "small"}]), running).await, ("small".into(), Some(4096), 2));
    // What does not chat comes behind what is not loaded, and a name that stands twice is one model.
    let list = json!([named("bge-m3", json!("loaded")), named("big", json!("unloaded")), {"id": "big"}]);
    assert_eq!(first(list, json!({})).await, ("big".into(), None, 2));
}

#[tokio::test]
async fn a_pattern_stands_for_the_models_that_fit_it() {
    let (url, _seen) = start(|_| json("200 OK", "{\"data\":[{\"id\":\"openai/*\"},{\"id\":\"a\"}]}"));
    let found = client(&format!("{url}/v1"), Limits::default()).find().await.unwrap();
    assert_eq!(found.models[0].id, "a");
    assert_eq!(found.named("openai/gpt-4o").unwrap().id, "openai/gpt-4o");
    assert!(found.named("openai/").is_none() && found.named("b").is_none());
}

#[tokio::test]
async fn a_model_on_its_way_is_told_as_such() {
    let (url, _seen) = start(|line| match line.split(' ').nth(1).unwrap() {
        "/v1/models" => json("200 OK", "{\"data\":[{\"id\":\"a\"}]}"),
        "/api/v0/models" => json("200 OK", "{\"data\":[{\"id\":\"a\",\"type\":\"llm\",\"state\":\"loading\"}]}"),
        _ => json("404 Not Found", "{}"),
    });
    let found = client(&url, Limits::default()).find().await.unwrap();
    assert_eq!(found.models, [model("a", ModelState::Loading, None)]);
}

#[tokio::test]
async fn a_server_that_wants_a_token_is_told_apart_when_it_is_sought() {
    let body = "{\"error\":{\"message\":\"An LM Studio API token is required\",\"type\":\"invalid_request_error\",\"code\":\"invalid_api_key\"}}";
    let (url, _seen) =
        start(
            |head| {
                if head.contains("/v1/models") { json("401 Unauthorized", body) } else { json("404 Not Found", "{}") }
            },
        );
    let error = client(&format!("{url}/v1"), Limits::default()).find().await.unwrap_err();
    assert!(matches!(error, LlmError::Auth { .. }) && error.to_string().contains("HEIST_LLM_KEY"), "{error}");
}
