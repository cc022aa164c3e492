//! Bodies in every form in which servers send an answer, and what may stand between its parts.

use super::server::begin;
use super::*;
use proptest::prelude::*;

/// An answer under this content type; none if it is empty.
fn under(kind: &str, body: &str) -> Vec<Step> {
    let mut steps = vec![begin(kind)];
    steps.push(Step::Send(body.as_bytes().to_vec()));
    steps
}

fn completion() -> String {
    json!({"object": "chat.completion", "model": "m", "usage": {"prompt_tokens": 9, "completion_tokens": 2},
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "We climb."}, "finish_reason": null}]})
    .to_string()
}

#[tokio::test]
async fn what_the_body_holds_decides_and_not_what_it_is_called() {
    let events = piece("We ") + &piece("climb.") + &stop() + "data: [DONE]\n\n";
    let lines = events.replace("data: ", "").replace("\n\n", "\n");
    let printed = format!("{:#}", serde_json::from_str::<Value>(&completion()).unwrap());
    let bodies = [
        events.clone(),
        events.replace("\n\n", "\n"),
        events.replace('\n', "\r"),
        format!("\u{feff}{events}"),
        lines,
        completion(),
        format!("\n\n{printed}\n\ndata: [DONE]\n\n"),
        format!("[{}]", completion()),
        format!("data: {}\n\n", completion()),
        format!("data: {}\n\n", printed.replace('\n', "\ndata: ")),
    ];
    let kinds = ["text/event-stream", "application/json", "text/plain; charset=utf-8", "application/octet-stream", ""];
    // Each body under two of them.
    for (body, at) in bodies.iter().zip(0..).flat_map(|(body, at)| [(body, at), (body, at + 1)]) {
        let kind = kinds[at % kinds.len()];
        let reply = ask(under(kind, body)).await.0;
        assert_eq!(reply.unwrap().text, "We climb.", "{kind:?} with {body}");
    }
}

#[tokio::test]
async fn a_whole_answer_is_not_waited_on() {
    let steps = |body: String| vec![begin("text/event-stream"), Step::Send(body.into_bytes()), Step::AwaitClose];
    for body in [completion() + "\n", format!("data: {}\n", completion())] {
        let answer = tokio::time::timeout(Duration::from_secs(20), ask(steps(body))).await;
        assert_eq!(answer.unwrap().0.unwrap().text, "We climb.");
    }
}

#[tokio::test]
async fn other_bodies_are_told_as_what_they_are() {
    for other in ["<!DOCTYPE html>\n<p>Welcome\n", "{\"status\": \"ok\"}", "{\"models\": []}\n"] {
        let error = error_of(under("text/html", other)).await;
        assert!(matches!(error, LlmError::Protocol { .. }), "{other}: {error}");
    }
    for torn in [&completion()[..60], "{\"choices\":", "data: {\"choices\":[{\"del"] {
        let error = error_of(under("application/json", torn)).await;
        assert!(matches!(error, LlmError::Interrupted { .. }) && error.can_retry(), "{torn}: {error}");
    }
}

#[tokio::test]
async fn an_error_in_plain_words_is_told_soon_and_may_pass() {
    let told = |error: &LlmError| matches!(error, LlmError::Failed { message, .. } if message.contains("was unloaded"));
    for words in [
        "data: The engine was unloaded.\n\n",
        "data: The engine was unloaded.\n",
        "Error: the engine\nwas unloaded\n",
        "data: {\"message\": \"The engine was unloaded\", \"code\": 500}\n\n",
        "data: \"The engine was unloaded\"\n\n",
        "event: error\ndata: The engine was unloaded.\n\n",
    ] {
        // The stream stays open; nothing is waited for but the moment in which more may come.
        let steps = vec![stream_head(), Step::Send((piece("Hi") + words).into_bytes()), Step::AwaitClose];
        let limits = Limits { tail: 200 * MS, ..Limits::default() };
        let question = request();
        let answer = tokio::time::timeout(Duration::from_secs(20), ask_with(steps, limits, &question)).await;
        let error = answer.unwrap().0.unwrap_err();
        assert!(told(&error) && error.can_retry(), "{words}: {error}");
        let error = error_of(stream(words)).await;
        assert!(told(&error) && error.can_retry(), "{words}: {error}");
    }
}

#[tokio::test]
async fn what_stands_between_the_pieces_is_read_over() {
    for between in [
        "data: processing, please wait\n\n",
        "event: ping\ndata: still here\n\n",
        "data: {'status': 'busy'}\n\n",
        "data: {\"type\": \"ping\"}\n\n",
        "data: null\n\n",
        "keepalive\n\n",
        "event: message\nid: 4\nretry: 3\nnonsense: 1\n\n",
        "data: {\"choices\": null}\n\ndata: {\"choices\": [{\"delta\": null}]}\n\ndata: [1]\n\n",
        &format!(": {}\n\n", "x".repeat(100_000)),
    ] {
        let text = [between, &piece("We "), between, &piece("climb."), between, &stop(), between].concat();
        assert_eq!(ask(stream(&text)).await.0.unwrap().text, "We climb.", "{between}");
    }
    // But not what had a part of the answer in it.
    let hole = piece("We ") + &piece("climb.").replace("}]", "]") + &stop();
    let error = error_of(stream(&hole)).await;
    assert!(matches!(error, LlmError::Interrupted { .. }) && error.can_retry(), "{error}");
}

#[tokio::test]
async fn halves_of_characters_are_joined() {
    let escaped = r#"data: {"choices":[{"delta":{"content":"HALF"}}]}"#;
    let halves = |one: &str, other: &str| {
        [escaped.replace("HALF", one), escaped.replace("HALF", other)].join("\n\n") + "\n\n" + &stop()
    };
    assert_eq!(ask(stream(&halves(r"up \ud83d", r"\ude80!"))).await.0.unwrap().text, "up 🚀!");
    assert_eq!(ask(stream(&halves(r"up \ud83d", "!"))).await.0.unwrap().text, "up \u{FFFD}!");
    let bytes = halves("up 1", "2!").into_bytes();
    let bytes = bytes.into_iter().flat_map(|byte| match byte {
        b'1' => vec![0xf0, 0x9f],
        b'2' => vec![0x9a, 0x80],
        byte => vec![byte],
    });
    let steps = vec![stream_head(), Step::Send(bytes.collect())];
    assert_eq!(ask(steps).await.0.unwrap().text, "up 🚀!");
    let call =
        r#"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"a","arguments":"HALF"}}]}}]}"#;
    let calls = [call.replace("HALF", r"\ud83d"), call.replace("HALF", r"\ude80"), stop()].join("\n\n");
    assert_eq!(ask(stream(&calls)).await.0.unwrap().calls[0].arguments, "🚀");
}

#[tokio::test]
async fn content_comes_in_parts_and_reasoning_in_several_fields() {
    let delta = |delta: Value| format!("data: {}\n\n", json!({"choices": [{"delta": delta}]}));
    let thought = json!({"type": "thinking", "thinking": [{"type": "text", "text": "secret"}]});
    let text = |text: &str| json!([{"type": "text", "text": text}]);
    let parts = [
        delta(json!({"content": [thought]})),
        delta(json!({"content": text("We ")})),
        delta(json!({"content": text("climb.")})),
    ];
    let (reply, pieces) = ask(stream(&(parts.concat() + &stop()))).await;
    let reply = reply.unwrap();
    assert_eq!((reply.text.as_str(), reply.has_thought, pieces.concat().as_str()), ("We climb.", true, "We climb."));
    let whole = json!({"choices": [{"message": {"content": [thought, {"type": "output_text", "text": "We climb."}]}}]});
    assert_eq!(ask(json("200 OK", &whole.to_string())).await.0.unwrap().text, "We climb.");

    // Some servers fill two fields with the same; the JSON in it is one all the same.
    let json = |half: &str| delta(json!({"content": null, "reasoning": half, "reasoning_content": half}));
    let twice = json("{\"tool\":") + &json("\"x\"}") + &stop();
    let reply = ask_with(stream(&twice), Limits::default(), &with_schema()).await.0.unwrap();
    assert_eq!(reply.text, "{\"tool\":\"x\"}");
    // What came as reasoning alone is not said.
    let reply = ask(stream(&(delta(json!({"reasoning": "We climb."})) + &stop()))).await.0.unwrap();
    assert_eq!((reply.text.as_str(), reply.has_thought), ("", true));
}

#[tokio::test]
async fn what_came_before_the_end_of_unopened_thoughts_is_taken_back_and_then_not_shown_any_more() {
    let text = piece("It is me.") + &piece("</think>") + &piece("We ") + &piece("climb.") + &stop();
    let (url, _seen) = start(move |_| stream(&text));
    let client = client(&format!("{url}/v1"), Limits::default());
    let mut heard = Vec::new();
    let question = request();
    for _ in 0..2 {
        let reply = client.chat(&question, |piece| {
            heard.push(match piece {
                Heard::Begun => "begun".to_owned(),
                Heard::Reading(percent) => format!("{percent} %"),
                Heard::Text(text) => text.to_owned(),
                Heard::Again => "again".to_owned(),
            });
        });
        assert_eq!(reply.await.unwrap().text, "We climb.");
    }
    assert_eq!(heard, ["It is me.", "begun", "again", "We ", "climb.", "begun", "We ", "climb."]);
}

#[tokio::test]
async fn a_flood_that_says_nothing_comes_to_an_end() {
    let nothing = piece("");
    for flood in ["\n", "\r", ":\n", ": x\n\n", "data:\n\n", &nothing, "{\n"] {
        let many = flood.repeat((64 << 10) / flood.len());
        let (url, _seen) = start(move |_| {
            let more = Step::Send(many.clone().into_bytes());
            std::iter::once(stream_head()).chain(std::iter::repeat_n(more, 50)).collect()
        });
        let limits = Limits { stream: 512 << 10, ..Limits::default() };
        let error = client(&format!("{url}/v1"), limits).chat(&request(), |_| ()).await.unwrap_err();
        assert!(matches!(error, LlmError::TooLong { .. }), "{flood:?}: {error}");
    }
    // Time counts too, also where something always comes: before the first word, behind the last, behind an error.
    let drip = |begin: &str| {
        let begin = Step::Send(begin.as_bytes().to_vec());
        let line = [Step::Send(b":\n".to_vec()), Step::Wait(10 * MS)];
        [stream_head(), begin].into_iter().chain(std::iter::repeat_n(line, 3000).flatten()).collect()
    };
    let question = request();
    let reply = async |begin: &str| {
        let first = if begin.is_empty() { 200 } else { 5000 } * MS;
        let answer = ask_with(drip(begin), Limits { first, tail: 200 * MS, ..Limits::default() }, &question);
        tokio::time::timeout(Duration::from_secs(20), answer).await.unwrap().0
    };
    assert!(matches!(reply("").await, Err(LlmError::Idle { .. })));
    assert_eq!(reply(&(piece("Hi") + &stop())).await.unwrap().text, "Hi");
    assert!(matches!(reply("The engine was unloaded.\n").await, Err(LlmError::Failed { .. })));
}

fn long_answer() -> Vec<u8> {
    let text = piece("<thi") + &piece("nk>secret 🚀</think>We ") + ":\n\n" + &piece("climb [1] ü 🚀.") + &stop();
    text.replace("secret", r"secret \ud83d").into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn pieces_cut_anywhere_give_the_same_reply(cuts in prop::collection::vec(0usize..600, 0..30)) {
        let body = long_answer();
        let mut cuts: Vec<_> = cuts.into_iter().map(|at| at % body.len()).chain([0, body.len()]).collect();
        cuts.sort_unstable();
        let mut steps = vec![stream_head()];
        steps.extend(cuts.windows(2).map(|pair| Step::Send(body[pair[0]..pair[1]].to_vec())));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (reply, pieces) = runtime.block_on(ask(steps));
        let reply = reply.unwrap();
        prop_assert_eq!(reply.text.as_str(), "We climb [1] ü 🚀.");
        prop_assert!(reply.has_thought);
        prop_assert_eq!(pieces.concat(), reply.text);
    }
}
