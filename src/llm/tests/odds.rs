//! Answers whose tokens are wanted with their odds, at both places where servers tell them.

use super::*;

fn asking(odds: OddsAt) -> ChatRequest {
    ChatRequest { max_tokens: 1, odds: Some(odds), ..request() }
}

fn likeliest() -> Value {
    json!([{"token": "B", "logprob": -0.2, "top_logprobs": [{"token": "B", "logprob": -0.2}, {"token": "A", "logprob": -1.7}]}])
}

fn expected() -> Vec<(String, f64)> {
    vec![("B".into(), -0.2), ("A".into(), -1.7)]
}

#[tokio::test]
async fn a_chat_tells_the_odds_in_its_stream_or_in_one_piece() {
    let chunk = json!({"choices": [{"delta": {"content": "B"}, "logprobs": {"content": likeliest()}}]});
    let (url, seen) = start(move |_| stream(&(format!("data: {chunk}\n\n") + &piece(".") + &stop())));
    let reply = client(&format!("{url}/v1"), Limits::default()).chat(&asking(OddsAt::Chat), |_| ()).await.unwrap();
    assert_eq!((reply.odds, reply.text.as_str()), (expected(), "B."));
    let Seen::Request(head, body) = seen.recv().unwrap() else { panic!("closed") };
    let body: Value = serde_json::from_str(&body).unwrap();
    assert!(head.starts_with("POST /v1/chat/completions"), "{head}");
    assert_eq!((&body["logprobs"], &body["top_logprobs"], &body["max_tokens"]), (&json!(true), &json!(20), &json!(1)));

    // The one token may be of those that are never shown.
    let message = json!({"choices": [{"message": {"content": ""}, "logprobs": {"content": likeliest()}, "finish_reason": "length"}]});
    let (reply, _) = ask_with(json("200 OK", &message.to_string()), Limits::default(), &asking(OddsAt::Chat)).await;
    assert_eq!(reply.unwrap().odds, expected());

    // LM Studio says that there are none.
    let silent = json!({"choices": [{"message": {"content": "B"}, "logprobs": null, "finish_reason": "length"}]});
    let (reply, _) = ask_with(json("200 OK", &silent.to_string()), Limits::default(), &asking(OddsAt::Chat)).await;
    assert!(reply.unwrap().odds.is_empty());
}

#[tokio::test]
async fn responses_tell_the_odds_of_the_text_behind_the_reasoning() {
    let answer = json!({
        "id": "r", "object": "response", "status": "incomplete", "error": null, "model": "other",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "B", "logprobs": likeliest()}]},
        ],
        "usage": {"input_tokens": 90, "input_tokens_details": {"cached_tokens": 80}, "output_tokens": 1},
    });
    let (url, seen) = start(move |_| json("200 OK", &answer.to_string()));
    let asked = ChatRequest { shown: vec![("Q".into(), "A".into())], ..asking(OddsAt::Responses) };
    let reply = client(&format!("{url}/v1"), Limits::default()).chat(&asked, |_| ()).await.unwrap();
    assert_eq!((reply.odds, reply.text.as_str(), reply.model.as_str()), (expected(), "B", "other"));
    assert_eq!(reply.usage, Usage { prompt: Some(90), evaluated: Some(10), generated: Some(1) });
    let Seen::Request(head, body) = seen.recv().unwrap() else { panic!("closed") };
    let body: Value = serde_json::from_str(&body).unwrap();
    assert!(head.starts_with("POST /v1/responses"), "{head}");
    let said: Vec<_> = body["input"].as_array().unwrap().iter().map(|it| it["content"].as_str().unwrap()).collect();
    assert_eq!(said, ["S", "Q", "A", "U"]);
    assert_eq!(body["include"], json!(["message.output_text.logprobs"]));
}

#[tokio::test]
async fn a_server_without_responses_says_so_in_whichever_way() {
    let errors = [
        whole("404 Not Found", "text/plain", "Not Found"),
        json("200 OK", r#"{"error":"Unexpected endpoint or method. (POST /v1/responses)"}"#),
    ];
    for steps in errors {
        let (reply, _) = ask_with(steps, Limits::default(), &asking(OddsAt::Responses)).await;
        assert!(matches!(reply, Err(LlmError::WrongPath { .. })), "{reply:?}");
    }
    let nothing = json("200 OK", r#"{"output":[],"error":null}"#);
    assert!(ask_with(nothing, Limits::default(), &asking(OddsAt::Responses)).await.0.unwrap().odds.is_empty());
    let limits = Limits { first: 50 * MS, ..Limits::default() };
    let (reply, _) = ask_with(vec![Step::Wait(500 * MS)], limits, &asking(OddsAt::Responses)).await;
    assert!(matches!(reply, Err(LlmError::Idle { .. })), "{reply:?}");
}
