//! Connections that speak something else, say too much or too little, or are too many.

use std::time::{Duration, Instant};

use heist_tools::Service;
use heist_tools::wire::{Problem, scope};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::{counted_while, hear, refusals, say, statuses};
use crate::house::{House, Process};

#[tokio::test]
async fn heads_that_are_none() {
    let house = House::with(Service::Calculator).await;
    let lines = |count: usize| (0..count).map(|at| format!("x-{at}: y\r\n")).collect::<Vec<_>>().concat();
    let get = |rest: &str| format!("GET /health HTTP/1.1\r\nhost: x\r\n{rest}\r\n").into_bytes();
    for (address, base) in [(house.tool.addr(), house.tool_url("")), (house.oauth.addr(), house.oauth_url(""))] {
        for (what, bytes, expected, reason) in [
            ("TLS", b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03 and so on".to_vec(), &[400][..], "not_http"),
            // This has an answer of its own: the connection is closed.
            ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(), &[], "not_http"),
            ("HTTP/0.9", b"GET /health\r\n\r\n".to_vec(), &[400], "not_http"),
            ("HTTP/3", b"GET /health HTTP/3.0\r\n\r\n".to_vec(), &[400], "not_http"),
            ("no version", b"GET /health HTTP\r\n\r\n".to_vec(), &[400], "not_http"),
            ("a greeting", b"EHLO example.com\r\n".to_vec(), &[400], "not_http"),
            ("SSH", b"SSH-2.0-OpenSSH_9.7\r\n".to_vec(), &[400], "not_http"),
            ("a proxy's line", b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n".to_vec(), &[400], "not_http"),
            ("zeros", vec![0; 1000], &[400], "not_http"),
            ("a method that is none", b"G\x01T / HTTP/1.1\r\n\r\n".to_vec(), &[400], "not_http"),
            ("a blank in the path", b"GET /heal th HTTP/1.1\r\n\r\n".to_vec(), &[400], "not_http"),
            ("a zero in the path", b"GET /health\0 HTTP/1.1\r\n\r\n".to_vec(), &[400], "not_http"),
            ("a bracket in the path", b"GET /<script> HTTP/1.1\r\n\r\n".to_vec(), &[400], "not_http"),
            ("a zero in a header", get("x: a\0b\r\n"), &[400], "not_http"),
            ("a header without a name", get(": a\r\n"), &[400], "not_http"),
            ("a header with a blank name", get(" : a\r\n"), &[400], "not_http"),
            ("a length beyond all", get("content-length: 18446744073709551615\r\n"), &[431], "head_too_large"),
            ("a long header", get(&format!("x: {}\r\n", "y".repeat(33_000))), &[431], "head_too_large"),
            ("a very long header", get(&format!("x: {}\r\n", "y".repeat(1_000_000))), &[431], "head_too_large"),
            (
                "a long token",
                get(&format!("authorization: Bearer {}\r\n", "y".repeat(40_000))),
                &[431],
                "head_too_large",
            ),
            ("long headers", get(&format!("{}{}", lines(90), "y: z\r\n".repeat(6_000))), &[431], "head_too_large"),
            ("many headers", get(&lines(101)), &[431], "head_too_large"),
            (
                "a long path",
                format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "y".repeat(33_000)).into_bytes(),
                &[431],
                "head_too_large",
            ),
        ] {
            let (answer, counted) = counted_while(&house.http, &base, say(address, &bytes)).await;
            assert_eq!(statuses(&answer), expected, "{what}: {}", String::from_utf8_lossy(&answer));
            assert_eq!(counted, [(reason.to_owned(), 1)], "{what}");
            if let &[status] = expected {
                unreadable(what, &answer, status);
            }
        }
    }
}

/// Whether an answer is a problem as all others are, and the last thing that is said.
fn unreadable(what: &str, answer: &[u8], status: u16) {
    let answer = String::from_utf8_lossy(answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    for line in ["content-type: application/problem+json", "x-content-type-options: nosniff", "connection: close"] {
        assert!(head.contains(line), "{what}: {answer}");
    }
    assert!(head.contains(&format!("content-length: {}", body.len())), "{what}: {answer}");
    let problem: Problem = serde_json::from_str(body).unwrap();
    assert_eq!(problem.status, status, "{what}");
    assert!(!problem.detail.is_empty(), "{what}");
}

/// Those who asked before them on the same connection have their answers.
#[tokio::test]
async fn heads_that_are_none_behind_others() {
    let house = House::with(Service::Calculator).await;
    let good = "GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n";
    for (bad, status) in
        [("\0\0 no HTTP\r\n\r\n".to_owned(), 400), (format!("GET /{} HTTP/1.1", "y".repeat(33_000)), 431)]
    {
        let answer = say(house.tool.addr(), format!("{good}{good}{bad}").as_bytes()).await;
        assert_eq!(statuses(&answer), [404, 404, status], "{}", String::from_utf8_lossy(&answer));
        let text = String::from_utf8_lossy(&answer);
        let last = &text[text.rfind("HTTP/1.1").unwrap()..];
        unreadable(&bad[..10], last.as_bytes(), status);
    }
}

#[tokio::test]
async fn methods_and_targets_that_lead_elsewhere() {
    let house = House::with(Service::FileReader).await;
    for (address, base) in [(house.tool.addr(), house.tool_url("")), (house.oauth.addr(), house.oauth_url(""))] {
        for (line, status, reason) in [
            ("CONNECT example.com:443", 404, "no_such_path"),
            ("CONNECT 127.0.0.1:1", 404, "no_such_path"),
            ("CONNECT /health", 405, "method"),
            ("OPTIONS *", 404, "no_such_path"),
            ("GET *", 404, "no_such_path"),
            ("GET http://example.com/nowhere", 404, "no_such_path"),
            ("POST http://169.254.169.254/health", 405, "method"),
            ("OPTIONS /health", 405, "method"),
            ("TRACE /health", 405, "method"),
            ("DELETE /health", 405, "method"),
            ("PUT /metrics", 405, "method"),
            ("get /health", 405, "method"),
            ("PROPFIND /health", 405, "method"),
            ("DEBUG /health", 405, "method"),
            ("X-anything_at.all /health", 405, "method"),
            ("GET //health", 404, "no_such_path"),
            ("GET /health/", 404, "no_such_path"),
            ("GET /health/../metrics", 404, "no_such_path"),
            ("GET /./health", 404, "no_such_path"),
            ("GET /HEALTH", 404, "no_such_path"),
            ("GET /health%00", 404, "no_such_path"),
            ("GET /health;x", 404, "no_such_path"),
            ("GET /health%2f..%2fmetrics", 404, "no_such_path"),
            ("GET /%2e%2e/%2e%2e/etc/passwd", 404, "no_such_path"),
            ("GET /../../etc/passwd", 404, "no_such_path"),
            ("GET /..\\..\\etc\\passwd", 404, "no_such_path"),
            ("GET /data/signing-key.der", 404, "no_such_path"),
            ("GET /bootstrap-token", 404, "no_such_path"),
            ("GET /oauth.db", 404, "no_such_path"),
            ("GET /.git/config", 404, "no_such_path"),
            ("GET /.env", 404, "no_such_path"),
            ("GET /cgi-bin/.%2e/%2e%2e/bin/sh", 404, "no_such_path"),
            ("GET /${jndi:ldap://127.0.0.1:1/x}", 404, "no_such_path"),
            ("GET health", 404, "no_such_path"),
        ] {
            let attempt = format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            let (answer, counted) = counted_while(&house.http, &base, say(address, attempt.as_bytes())).await;
            let text = String::from_utf8_lossy(&answer);
            assert_eq!(statuses(&answer), [status], "{line}: {text}");
            assert!(text.contains("content-type: application/problem+json"), "{line}: {text}");
            assert!(text.contains("x-content-type-options: nosniff"), "{line}: {text}");
            assert_eq!(text.contains("allow: GET,HEAD"), status == 405, "{line}: {text}");
            assert_eq!(counted, [(reason.to_owned(), 1)], "{line}");
        }
    }
}

/// A byte now and then, for longer than the fifteen seconds that a head may take; and nothing at all.
#[tokio::test]
async fn heads_that_are_too_slow() {
    let house = House::with(Service::Calculator).await;
    let address = house.tool.addr();
    let drip = async |begun: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let (mut reading, mut writing) = stream.into_split();
        let dripping = tokio::spawn(async move {
            while writing.write_all(b"y").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
        let mut heard = Vec::new();
        // Where the connection breaks, what came before counts.
        let _ = reading.read_to_end(&mut heard).await;
        dripping.abort();
        heard
    };
    let idle = async |begun: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        hear(&mut stream).await
    };
    let attempts = async {
        tokio::join!(
            drip("G"),
            drip("GET /health HTTP/1.1\r\nx: "),
            drip("GET /health HTTP/1.1\r\nhost: x\r\n\r\nGET /"),
            idle("GET /health HTTP/1.1\r\nhost: x\r\n"),
            // These have nothing more to ask.
            idle(""),
            idle("GET /health HTTP/1.1\r\nhost: x\r\n\r\n"),
        )
    };
    let begun = Instant::now();
    let (answers, counted) = counted_while(&house.http, &house.tool_url(""), attempts).await;
    assert!(begun.elapsed() >= Duration::from_secs(14), "{:?}", begun.elapsed());
    let (letter, header, second, silent, nothing, answered) = answers;
    for heard in [letter, header, silent, nothing] {
        assert_eq!(statuses(&heard), [] as [u16; 0]);
    }
    for heard in [second, answered] {
        assert_eq!(statuses(&heard), [200]);
    }
    assert_eq!(counted, [("head_too_slow".to_owned(), 4)]);
}

/// Asks and asks, and never listens.
#[tokio::test]
async fn answers_that_nobody_takes() {
    let house = House::with(Service::Calculator).await;
    let (reading, mut writing) = TcpStream::connect(house.tool.addr()).await.unwrap().into_split();
    let asking =
        tokio::spawn(
            async move { while writing.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").await.is_ok() {} },
        );
    let end = Instant::now() + Duration::from_mins(2);
    while house.counted("heist_refusals_total", &[("reason", "answer_not_taken")]).await == 0 {
        assert!(Instant::now() < end, "the connection stays open");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // It was closed, so that there is nobody any more to ask.
    asking.await.unwrap();
    drop(reading);
    let counted = refusals(&house.http, &house.tool_url("")).await;
    assert_eq!(counted.into_iter().collect::<Vec<_>>(), [("answer_not_taken".to_owned(), 1)]);
}

/// More connections than are served at once, that ask nothing, or ask and never listen.
#[tokio::test]
async fn idle_connections_give_way() {
    let house = House::with(Service::FileReader).await;
    let token = house.token("driver", scope::CALCULATE).await;
    let service = Process::start("calculator", house.folder.path(), &house.oauth_url(""));
    let address = service.url.strip_prefix("http://").unwrap();

    // A call that is under way is no idle connection, though it is the oldest.
    let mut call = TcpStream::connect(address).await.unwrap();
    let head = "POST /tools/calculator HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let head = format!("{head}authorization: Bearer {token}\r\ncontent-length: 20\r\n\r\n");
    call.write_all(head.as_bytes()).await.unwrap();

    let mut crowd = Vec::new();
    for at in 0..400 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        match at % 16 {
            0 | 4 | 8 | 12 => stream.write_all(b"GET /tools HTTP/1.1\r\n").await.unwrap(),
            1 => {
                let ask = "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200);
                // It may have given way already.
                let _ = stream.try_write(ask.as_bytes());
            }
            _ => {}
        }
        crowd.push(stream);
        if at % 50 == 49 {
            let answer =
                say(address.parse().unwrap(), b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
            assert_eq!(statuses(&answer), [200], "after {at} connections");
        }
    }
    call.write_all(br#"{"expression":"6*7"}"#).await.unwrap();
    let answer = hear(&mut call).await;
    assert_eq!(statuses(&answer), [200]);
    assert!(String::from_utf8_lossy(&answer).contains(r#""result":"42""#));
    let counted = refusals(&house.http, &service.url).await;
    assert!(counted["crowded_out"] >= 144, "{counted:?}");
    assert!(counted.keys().all(|why| !why.contains("slow")), "nobody had to wait for a limit of time: {counted:?}");
}

/// As many calls as a service answers at once, and more, none of which is ever told to its end.
#[tokio::test]
async fn unfinished_bodies_give_way() {
    let house = House::with(Service::FileReader).await;
    let token = house.token("driver", scope::CALCULATE).await;
    let calculator = Process::start("calculator", house.folder.path(), &house.oauth_url(""));
    let oauth = Process::start("oauth", &house.folder.path().join("another"), "http://127.0.0.1:1");
    let call = "POST /tools/calculator HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let call = format!("{call}authorization: Bearer {token}\r\ncontent-length: 20\r\n\r\n");
    let form = "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let form = format!("{form}transfer-encoding: chunked\r\n\r\n5\r\ngrant\r\n");
    for (service, unfinished, status) in [(&calculator, &call, 200), (&oauth, &form, 404)] {
        let address = service.url.strip_prefix("http://").unwrap().parse().unwrap();
        // Somebody else, who is slow but honest, was there before the crowd.
        let elsewhere = TcpSocket::new_v4().unwrap();
        elsewhere.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let mut slow = elsewhere.connect(address).await.unwrap();
        slow.write_all(call.as_bytes()).await.unwrap();
        let begun = Instant::now();
        let mut crowd = Vec::new();
        for at in 0..400 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // It may have given way already.
            let _ = stream.write_all(unfinished.as_bytes()).await;
            crowd.push(stream);
            if at % 50 == 49 {
                for (path, status) in [("health", 200), ("nowhere", 404)] {
                    let ask = format!("GET /{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
                    let answer = say(address, ask.as_bytes()).await;
                    assert_eq!(statuses(&answer), [status], "/{path} after {at} calls");
                }
            }
        }
        slow.write_all(br#"{"expression":"6*7"}"#).await.unwrap();
        assert_eq!(statuses(&hear(&mut slow).await), [status]);
        // Nobody had to wait for a limit of time to pass.
        assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
        let counted = refusals(&house.http, &service.url).await;
        assert!(counted["crowded_out"] >= 250, "{counted:?}");
    }
}

/// While as many calls are being answered as may be, whoever looks for its health is told that the service is there.
#[tokio::test]
async fn a_service_that_is_busy_tells_its_health() {
    let house = House::with(Service::DatabaseQuery).await;
    let token = house.token("lookout", scope::QUERY).await;
    let address = house.tool.addr();
    let query =
        "SELECT count(*) FROM guards a, guards b, guards c, guards d, guards e, guards f, guards g, guards h, guards i";
    let body = format!(r#"{{"query":"{query}"}}"#);
    let head = "POST /tools/database_query HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let length = body.len();
    let call = format!("{head}authorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n{body}");
    let mut crowd = Vec::new();
    let mut busy = false;
    let begun = Instant::now();
    while !busy {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(call.as_bytes()).await.unwrap();
        crowd.push(stream);
        // They are answered one after the other, for a second each.
        if crowd.len() >= 256 {
            let answer = say(address, b"GET /tools HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
            busy = statuses(&answer) == [503];
            assert!(busy || crowd.len() < 400, "{}", String::from_utf8_lossy(&answer));
        }
    }
    let health = say(address, b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(statuses(&health), [200]);
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    drop(crowd);
    let end = Instant::now() + Duration::from_mins(1);
    // Who looks at the counters is told so too for a moment.
    while !refusals(&house.http, &house.tool_url("")).await.contains_key("too_busy") {
        assert!(Instant::now() < end, "nothing was counted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
