//! Tool calls, in all the shapes in which they come.

use super::*;

fn with_tools(must_call: bool) -> ChatRequest {
    let parameters = json!({"type": "object", "properties": {"expression": {"type": "string"}}});
    let tool = Tool { name: "calculator".into(), description: "Calculates.".into(), parameters };
    ChatRequest { tools: vec![tool], must_call, ..request() }
}

fn call(name: &str, arguments: &str) -> Call {
    Call { name: name.into(), arguments: arguments.into() }
}

/// An event with a piece of tool calls.
fn delta(calls: &Value) -> String {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"tool_calls": calls}}], "model": "m"}))
}

fn end() -> &'static str {
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"
}

async fn calls_of(events: &[Value]) -> Vec<Call> {
    let text = events.iter().map(delta).collect::<String>() + end();
    ask_with(stream(&text), Limits::default(), &with_tools(true)).await.0.unwrap().calls
}

#[tokio::test]
async fn tools_are_offered_with_a_word_for_the_choice() {
    let (url, seen) = start(|_| stream(&(piece("x") + &stop())));
    let client = client(&format!("{url}/v1"), Limits::default());
    for (must_call, word) in [(true, "required"), (false, "none")] {
        client.chat(&with_tools(must_call), |_| ()).await.unwrap();
        let Ok(Seen::Request(_, body)) = seen.recv() else { panic!("no request") };
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["tool_choice"], word);
        assert_eq!(body["tools"][0]["type"], "function");
        assert_eq!(body["tools"][0]["function"]["name"], "calculator");
        assert!(body["tools"][0]["function"]["parameters"]["properties"]["expression"].is_object());
    }
}

#[tokio::test]
async fn pieces_of_calls_are_gathered_by_their_index() {
    // Id and name first, then the arguments in pieces, with empty ids and names; two calls at once.
    let calls = calls_of(&[
        json!([{"index": 0, "id": "a1", "type": "function", "function": {"name": "calculator", "arguments": ""}}]),
        json!([]),
        json!([{"index": 0, "id": "", "function": {"name": "", "arguments": "{\"expression\":"}}]),
        json!([{"index": 1, "id": "b2", "function": {"name": "file_reader", "arguments": "{\"file"}}]),
        json!([{"index": 0, "function": {"arguments": "\"45*60\"}"}}, {"index": 1, "function": {"name": null, "arguments": "name\":\"a.txt\"}"}}]),
    ])
    .await;
    assert_eq!(
        calls,
        [call("calculator", "{\"expression\":\"45*60\"}"), call("file_reader", "{\"filename\":\"a.txt\"}")]
    );
    assert_eq!(
        calls_of(&[json!([{"function": {"name": "calculator", "arguments": "{}"}}])]).await,
        [call("calculator", "{}")]
    );
}

#[tokio::test]
async fn whole_calls_in_one_piece_are_told_apart_by_their_ids() {
    // As Ollama sends them: each call whole, all with the same index; arguments as an object.
    let calls = calls_of(&[
        json!([{"index": 0, "id": "c1", "function": {"name": "calculator", "arguments": "{\"expression\":\"1+1\"}"}}]),
        json!([{"index": 0, "id": "c2", "function": {"name": "calculator", "arguments": {"expression": "2+2"}}}]),
    ])
    .await;
    assert_eq!(calls, [call("calculator", "{\"expression\":\"1+1\"}"), call("calculator", "{\"expression\":\"2+2\"}")]);
}

#[tokio::test]
async fn calls_come_whole_where_a_server_does_not_stream() {
    let body = json!({"choices": [{"finish_reason": "tool_calls", "message": {"role": "assistant", "content": null, "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "calculator", "arguments": "{\"expression\":\"1+1\"}"}},
        {"id": "b", "type": "function", "function": {"name": "calculator", "arguments": "{\"expression\":\"2+2\"}"}},
    ]}}], "model": "m"});
    let reply = ask_with(json("200 OK", &body.to_string()), Limits::default(), &with_tools(true)).await.0.unwrap();
    assert_eq!((reply.calls.len(), reply.text.as_str()), (2, ""));
}

#[tokio::test]
async fn a_malformed_call_is_content() {
    let text = "<tool_call>{\"name\": \"calculator\", \"arguments\": {\"expression\": \"1+1\"}";
    let reply = ask_with(stream(&(piece(text) + &stop())), Limits::default(), &with_tools(true)).await.0.unwrap();
    assert_eq!((reply.calls.as_slice(), reply.text.as_str()), (&[][..], text));
    let odd =
        [json!("no list"), json!([null]), json!([{"index": 0, "function": {"name": 7, "arguments": "{}"}}]), json!({})];
    let sent = odd.iter().map(delta).collect::<String>() + &piece("Hi") + &stop();
    let reply = ask_with(stream(&sent), Limits::default(), &with_tools(true)).await.0.unwrap();
    assert_eq!((reply.calls.len(), reply.text.as_str()), (0, "Hi"));
}

#[tokio::test]
async fn a_server_that_does_not_take_tools_is_told_apart() {
    for (status, text) in [
        ("500 Internal Server Error", "tools param requires --jinja flag"),
        ("400 Bad Request", "registry.ollama.ai/library/gemma does not support tools"),
        ("400 Bad Request", "Invalid tool_choice type: 'object'. Supported string values: none, auto, required"),
    ] {
        let steps = json(status, &json!({"error": {"message": text}}).to_string());
        let error = ask_with(steps.clone(), Limits::default(), &with_tools(true)).await.0.unwrap_err();
        assert!(matches!(error, LlmError::ToolsRefused { .. }) && !error.can_retry(), "{error}");
        assert!(matches!(error_of(steps).await, LlmError::Refused { .. }));
    }
}

#[tokio::test]
async fn calls_have_a_limit_like_text() {
    let more = json!([{"index": 0, "function": {"name": "calculator", "arguments": "x".repeat(60)}}]);
    let limits = Limits { text: 100, ..Limits::default() };
    let text = [delta(&more), delta(&more), end().to_owned()].concat();
    assert!(matches!(ask_with(stream(&text), limits, &with_tools(true)).await.0, Err(LlmError::TooLong { .. })));
    let many: Vec<_> =
        (0..50).map(|index| json!([{"index": index, "function": {"name": "calculator", "arguments": "{}"}}])).collect();
    assert_eq!(calls_of(&many).await.len(), 8);
}
