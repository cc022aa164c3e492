//! The way to a server: moves, keys, certificates, times.

use super::*;

#[tokio::test]
async fn a_move_on_the_same_host_is_followed_and_a_question_stays_one() {
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let (url, seen) = start(move |line| match line.split(' ').nth(1).unwrap() {
            "/v1/models" => json("200 OK", "{\"data\":[{\"id\":\"a\"}]}"),
            "/v1/chat/completions" if line.starts_with("POST") => stream(&(piece("Hi") + &stop())),
            path if path.starts_with("/old/") => {
                let to = path.replace("/old/", "/");
                let head = format!("HTTP/1.1 {status}\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
                vec![Step::Send(head.into_bytes())]
            }
            _ => json("404 Not Found", "{}"),
        });
        let key = Some(SecretString::from("sesame"));
        let client = Client::new(Endpoint { base_url: format!("{url}/old/v1"), key }).unwrap();
        assert_eq!(client.chat(&request(), |_| ()).await.unwrap().text, "Hi");
        let heads = seen.try_iter().map(|seen| if let Seen::Request(head, _) = seen { head } else { String::new() });
        assert!(heads.last().unwrap().contains("authorization: bearer sesame"));
        // Once the list was found elsewhere, all is asked there.
        assert_eq!(client.find().await.unwrap().base_url, format!("{url}/v1"));
        seen.try_iter().count();
        assert_eq!(client.chat(&request(), |_| ()).await.unwrap().text, "Hi");
        assert_eq!(seen.try_iter().count(), 1);
    }
}

#[tokio::test]
async fn a_move_to_another_host_is_told_and_the_key_stays_here() {
    let (url, _seen) = start(|_| {
        let to = "https://me:secret@other.example/v1/models";
        vec![Step::Send(format!("HTTP/1.1 301 Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").into_bytes())]
    });
    let client = client(&format!("{url}/v1"), Limits::default());
    for error in [client.find().await.unwrap_err(), client.chat(&request(), |_| ()).await.unwrap_err()] {
        let text = error.to_string();
        assert!(matches!(error, LlmError::Moved { .. }) && text.contains("https://other.example/v1"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
    // And moves without end.
    let (url, seen) =
        start(|_| vec![Step::Send(b"HTTP/1.1 302 Found\r\nlocation: /v1/again\r\ncontent-length: 0\r\n\r\n".to_vec())]);
    let error = super::client(&format!("{url}/v1"), Limits::default()).find().await.unwrap_err();
    assert!(matches!(error, LlmError::Moved { .. }), "{error}");
    assert!(seen.try_iter().count() < 10);
}

#[tokio::test]
async fn the_api_is_found_beside_the_servers_own() {
    let (url, _seen) = start(|line| match line.split(' ').nth(1).unwrap() {
        "/v1/models" => json("200 OK", "{\"data\":[{\"id\":\"a\"}]}"),
        "/api/v1/models" => json("200 OK", "{\"models\":[{\"type\":\"llm\",\"key\":\"a\"}]}"),
        _ => json("200 OK", "{\"error\":\"Unexpected endpoint or method.\"}"),
    });
    for given in ["/api/v1", "/api/v1/chat", "/api/v0", "/api"] {
        let found = client(&format!("{url}{given}"), Limits::default()).find().await.unwrap();
        assert_eq!(found.base_url, format!("{url}/v1"), "{given}");
    }
}

#[tokio::test]
async fn a_server_may_say_when_to_ask_again() {
    let head = "HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nslow";
    let error = error_of(vec![Step::Send(head.into())]).await;
    assert_eq!(error.wait(), Some(7000 * MS));
    assert!(error.can_retry() && error.to_string().contains("slow; it says to ask again after 7 s"), "{error}");
    assert_eq!(error_of(json("503 Busy", "{}")).await.wait(), None);
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told_as_that() {
    let (url, _seen) = start(|_| json("200 OK", "{}"));
    let url = url.replace("http:", "https:");
    // What comes is no line of HTTP, so the server closes without a word; others answer in plain text.
    let error = client(&url, Limits::default()).find().await.unwrap_err();
    assert!(matches!(error, LlmError::NotTls { .. }), "{error}");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = std::io::Write::write_all(&mut stream.unwrap(), b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = client(&format!("https://{address}/v1"), Limits::default()).find().await.unwrap_err();
    assert!(matches!(error, LlmError::NotTls { .. }), "{error}");
}

#[tokio::test]
async fn what_speaks_tls_alone_is_told_as_that() {
    // The alert by which a TLS server answers what is no TLS.
    let error = error_of(vec![Step::Send(vec![21, 3, 3, 0, 2, 2, 10])]).await;
    assert!(matches!(error, LlmError::Protocol { .. }) && error.to_string().contains("write https:"), "{error}");
}

#[tokio::test]
async fn a_list_that_comes_late_is_a_good_list_and_details_that_do_not_come_are_not_waited_for() {
    let (url, _seen) = start(|line| {
        let (late, never) = (Step::Wait(400 * MS), Step::Wait(20_000 * MS));
        match line.split(' ').nth(1).unwrap() {
            "/v1/models" => [vec![late], json("200 OK", "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}")].concat(),
            _ => vec![never],
        }
    });
    let limits = Limits { details: 200 * MS, ..Limits::default() };
    let found = tokio::time::timeout(15_000 * MS, client(&url, limits).find()).await.unwrap().unwrap();
    assert_eq!(found.models.len(), 2);
}

#[test]
fn patience_has_one_measure() {
    let client = client("http://127.0.0.1:9/v1", Limits::default());
    assert_eq!(client.patience(), Duration::from_mins(10));
    let hasty = client.patient(Duration::from_secs(5)).limits;
    assert!(hasty.first == Duration::from_secs(5) && hasty.find <= hasty.first && hasty.idle <= hasty.first);
    assert!(hasty.total > hasty.first && hasty.total < Limits::default().total);
}

#[tokio::test]
async fn how_much_of_a_prompt_was_read_is_asked_of_who_knows_and_heard() {
    let chunk = |processed: u32| {
        let progress = json!({"total": 3000, "cache": 1000, "processed": processed, "time_ms": 9});
        let delta = json!({"role": "assistant", "content": null});
        let chunk =
            json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}], "prompt_progress": progress});
        format!("data: {chunk}\n\n")
    };
    for (owner, expected) in [("llamacpp", &["0 %", "75 %", "100 %", "Hi", "begun"][..]), ("someone", &["Hi", "begun"])]
    {
        let told = [1000, 2500, 3000].map(chunk).concat();
        let (url, _seen) = start_reading(move |line, body| match line.split(' ').nth(1).unwrap() {
            "/v1/models" => {
                let list = json!([{"id": "m", "object": "model", "owned_by": owner}]);
                json("200 OK", &json!({"object": "list", "data": list}).to_string())
            }
            "/v1/chat/completions" => {
                let wanted = serde_json::from_str::<Value>(body).unwrap_or_default()["return_progress"] == true;
                stream(&(if wanted { told.clone() } else { String::new() } + &piece("Hi") + &stop()))
            }
            _ => json("404 Not Found", "{}"),
        });
        let client = client(&format!("{url}/v1"), Limits::default());
        client.find().await.unwrap();
        let mut heard = Vec::new();
        let question = request();
        let reply = client.chat(&question, |piece| {
            heard.push(match piece {
                Heard::Reading(percent) => format!("{percent} %"),
                Heard::Begun => "begun".to_owned(),
                Heard::Text(text) => text.to_owned(),
                Heard::Again => "again".to_owned(),
            });
        });
        assert_eq!(reply.await.unwrap().text, "Hi");
        assert_eq!(heard, expected, "{owner}");
    }
}
