//! Bodies that are too large, too slow, broken, disguised, or say of themselves what is not so.

use std::time::{Duration, Instant};

use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, scope};
use reqwest::RequestBuilder;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{counted_while, doors, good_call, hear, say, statuses};
use crate::door::Door;
use crate::house::{House, Process, client};

/// The largest body that is taken, in bytes.
const LARGEST: usize = 64 * 1024;

/// A tool service, a token that opens it, and its tool.
async fn open(service: Service, door: Door) -> (House, String, &'static str) {
    let house = House::by(door, service).await;
    let (scope, tool, _) = good_call(service);
    let token = house.token("hacker", scope).await;
    (house, token, tool)
}

/// The head of a call, without its last empty line.
fn head(door: Door, token: &str) -> String {
    let (path, headers) = (door.path(CALCULATOR), door.headers(CALCULATOR));
    let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n{headers}"
    )
}

#[tokio::test]
async fn media_types_that_are_not_json() {
    for (service, door) in doors() {
        let (house, token, tool) = open(service, door).await;
        let (_, _, arguments) = good_call(service);
        let body = door.body(tool, arguments.to_string().as_bytes());
        let call =
            |media: &str| house.request(tool).bearer_auth(&token).header("content-type", media).body(body.clone());
        for media in [
            "",
            "text/plain",
            "text/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "application/octet-stream",
            "application/jsonx",
            "application/json-seq",
            "application/problem+json",
            "application/json, text/plain",
            "text/plain; application/json",
            "*/*",
        ] {
            house.refused(media, call(media), 415, "media_type").await;
        }
        let none = house.request(tool).bearer_auth(&token).body(body.clone());
        house.refused("none", none, 415, "media_type").await;
        for media in ["Application/JSON", "application/json; charset=utf-16", "application/json;"] {
            assert_eq!(call(media).send().await.unwrap().status(), 200, "{media}");
        }
        for encoding in ["gzip", "br", "deflate", "x-gzip", "compress", "zstd", "gzip, gzip", "identity, gzip", "", "x"]
        {
            let request = call("application/json").header("content-encoding", encoding);
            house.refused(encoding, request, 415, "content_encoding").await;
        }
        let twice = call("application/json").header("content-encoding", "identity").header("content-encoding", "gzip");
        house.refused("twice", twice, 415, "content_encoding").await;
        let identity = call("application/json").header("content-encoding", "Identity");
        assert_eq!(identity.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn json_that_is_none() {
    for (service, door) in doors() {
        let (house, token, tool) = open(service, door).await;
        let (_, _, arguments) = good_call(service);
        let good = arguments.to_string();
        let utf_16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (first, _) = good.split_once(':').unwrap();
        for (what, body) in [
            ("nothing", Vec::new()),
            ("blanks", b" \n\t ".to_vec()),
            ("half", good.as_bytes()[..good.len() / 2].to_vec()),
            ("two", format!("{good}{good}").into_bytes()),
            ("more behind it", format!("{good}x").into_bytes()),
            ("a zero behind it", format!("{good}\0").into_bytes()),
            ("a byte order mark", format!("\u{feff}{good}").into_bytes()),
            ("UTF-16", utf_16),
            ("invalid UTF-8", [first.as_bytes(), b":\"\xff\xfe\"}"].concat()),
            ("overlong UTF-8", [first.as_bytes(), b":\"\xc0\xaf\"}"].concat()),
            ("half a surrogate", format!("{first}:\"\\ud800\"}}").into_bytes()),
            ("a control character", format!("{first}:\"\n\"}}").into_bytes()),
            ("an unknown escape", format!("{first}:\"\\x41\"}}").into_bytes()),
            ("NaN", format!("{first}:NaN}}").into_bytes()),
            ("a number beyond all", format!("{first}:1e999999}}").into_bytes()),
            ("a hexadecimal number", format!("{first}:0x1}}").into_bytes()),
            ("single quotes", good.replace('"', "'").into_bytes()),
            ("a comma too many", good.replace('}', ",}").into_bytes()),
            ("a comment", format!("/**/{good}").into_bytes()),
            ("a prefix against hijacking", format!(")]}}',\n{good}").into_bytes()),
            ("a form", b"expression=1%2B1".to_vec()),
            ("XML", b"<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>".to_vec()),
            ("brackets", "[".repeat(10_000).into_bytes()),
            ("closed brackets", ("[".repeat(10_000) + &"]".repeat(10_000)).into_bytes()),
            ("nested objects", "{\"a\":".repeat(10_000).into_bytes()),
            ("brackets within", format!("{{\"x\":{}{}}}", "[".repeat(200), "]".repeat(200)).into_bytes()),
        ] {
            let request = house.request(tool).bearer_auth(&token).header("content-type", "application/json");
            house.refused(what, request.body(door.body(tool, &body)), 400, "not_json").await;
        }
        for body in
            ["null", "true", "1", "\"x\"", "[]", "[[]]", "{}", &format!("[{good}]"), &format!("{first}:{good}}}")]
        {
            let request = house.request(tool).bearer_auth(&token).header("content-type", "application/json");
            house.refused(body, request.body(door.body(tool, body.as_bytes())), 400, "arguments").await;
        }
    }
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    for (service, door) in doors() {
        let (house, token, tool) = open(service, door).await;
        let (_, _, arguments) = good_call(service);
        let call = |body: String| -> RequestBuilder {
            house.request(tool).bearer_auth(&token).header("content-type", "application/json").body(body)
        };
        let good = String::from_utf8(door.body(tool, arguments.to_string().as_bytes())).unwrap();
        let filled = |length: usize| good.clone() + &" ".repeat(length - good.len());
        assert_eq!(call(filled(LARGEST)).send().await.unwrap().status(), 200);
        // The answer is heard, however much is still being sent.
        for length in [LARGEST + 1, 1_000_000, 20_000_000] {
            house.refused(&length.to_string(), call(filled(length)), 413, "body_too_large").await;
        }
        // Whoever may not come in is told so whatever he brings.
        let stranger = house.request(tool).json(&"x".repeat(5_000_000));
        house.refused("a stranger", stranger, 401, "token_missing").await;
    }
}

/// A caller that is still sending when he is refused hears the refusal, and can ask again.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_that_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let start = |service: &str| Process::start(service, folder.path(), "http://127.0.0.1:1");
    let (oauth, calculator, http) = (start("oauth"), start("calculator"), client());
    for (round, length) in [1_000_000, 4_000_000, 10_000_000].repeat(25).into_iter().enumerate() {
        for (place, status) in [
            (format!("{}/tools/calculator", calculator.url), 401),
            (format!("{}/tools/abacus", calculator.url), 404),
            (format!("{}/oauth/token", oauth.url), 413),
        ] {
            let request = http.post(&place).header("content-type", "application/json").body(" ".repeat(length));
            let answer = request.send().await.unwrap_or_else(|error| panic!("round {round}, {place}: {error:?}"));
            assert_eq!(answer.status(), status, "round {round}, {place}");
        }
    }
}

#[tokio::test]
async fn bodies_in_pieces() {
    for door in Door::BOTH {
        in_pieces(door).await;
    }
}

async fn in_pieces(door: Door) {
    let (house, token, tool) = open(Service::Calculator, door).await;
    let (address, base) = (house.tool.addr(), house.tool_url(""));
    let head = head(door, &token);
    let chunked = format!("{head}transfer-encoding: chunked\r\n");
    let good = String::from_utf8(door.body(tool, br#"{"expression":"1+1"}"#)).unwrap();
    let length = format!("{:x}", good.len());
    let piecemeal = good.chars().map(|c| format!("1\r\n{c}\r\n")).collect::<Vec<_>>().concat();
    let answer = say(address, format!("{chunked}connection: close\r\n\r\n{piecemeal}0\r\n\r\n").as_bytes()).await;
    assert_eq!(statuses(&answer), [200], "{}", String::from_utf8_lossy(&answer));
    for (what, body, status, reason) in [
        ("too much", "1000\r\n".to_owned() + &" ".repeat(0x1000) + "\r\n", 413, "body_too_large"),
        ("too much in one", format!("20000\r\n{}", " ".repeat(0x20000)), 413, "body_too_large"),
        ("too much, a byte at a time", "1\r\n \r\n".repeat(LARGEST + 10), 413, "body_too_large"),
        ("no number", format!("zz\r\n{good}\r\n0\r\n\r\n"), 400, "body_broken"),
        ("a negative number", format!("-{length}\r\n{good}\r\n0\r\n\r\n"), 400, "body_broken"),
        ("a number with a prefix", format!("0x{length}\r\n{good}\r\n0\r\n\r\n"), 400, "body_broken"),
        ("a number beyond 64 bits", format!("fffffffffffffffff\r\n{good}\r\n0\r\n\r\n"), 400, "body_broken"),
        ("no line end", format!("{length}\r\n{good}0\r\n\r\n"), 400, "body_broken"),
        ("too many extensions", format!("{length};{}\r\n{good}\r\n0\r\n\r\n", "x".repeat(20_000)), 400, "body_broken"),
        (
            "too long trailers",
            format!("{length}\r\n{good}\r\n0\r\nx: {}\r\n\r\n", "x".repeat(40_000)),
            400,
            "body_broken",
        ),
    ] {
        let body = if what == "too much" { body.repeat(20) } else { body };
        let attempt = format!("{chunked}\r\n{body}");
        let (answer, counted) = counted_while(&house.http, &base, say(address, attempt.as_bytes())).await;
        assert_eq!(statuses(&answer), [status], "{what}: {}", String::from_utf8_lossy(&answer));
        assert_eq!(counted, [(reason.to_owned(), 1)], "{what}");
    }
    // Broken off: less comes than was announced.
    for (what, begun) in [
        ("by length", format!("{head}content-length: 1000\r\n\r\n{good}")),
        ("by chunk", format!("{chunked}\r\n640\r\n{good}")),
        ("no last chunk", format!("{chunked}\r\n{length}\r\n{good}\r\n")),
    ] {
        let attempt = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            hear(&mut stream).await
        };
        let (answer, counted) = counted_while(&house.http, &base, attempt).await;
        assert_eq!(statuses(&answer), [400], "{what}");
        assert_eq!(counted, [("body_broken".to_owned(), 1)], "{what}");
    }
}

/// A service has 128 MiB in its container, and serves 256 connections at once.
#[tokio::test]
async fn many_small_pieces_take_little_room() {
    let folder = tempfile::tempdir().unwrap();
    let oauth = Process::start("oauth", folder.path(), "http://127.0.0.1:1");
    let address = oauth.url.strip_prefix("http://").unwrap().parse().unwrap();
    let head = "POST /oauth/token HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let pieces = format!("{head}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", "1\r\n \r\n".repeat(LARGEST));
    let begun = oauth.memory("VmHWM");
    let mut attempts = tokio::task::JoinSet::new();
    for pieces in vec![pieces; 6] {
        attempts.spawn(async move { say(address, pieces.as_bytes()).await });
    }
    for answer in attempts.join_all().await {
        // A busy machine may not come to the end of them.
        assert!(matches!(statuses(&answer)[..], [400 | 408]), "{}", String::from_utf8_lossy(&answer));
    }
    let grown = oauth.memory("VmHWM") - begun;
    assert!(grown < 8 * 1024, "6 bodies of 64 KiB took {grown} KiB");
}

/// Two readers of the same bytes must not find different requests in them.
#[tokio::test]
async fn requests_within_requests() {
    let (house, token, _) = open(Service::Calculator, Door::Rest).await;
    let (address, base) = (house.tool.addr(), house.tool_url(""));
    let good = r#"{"expression":"1+1"}"#;
    let hidden = "GET /hidden HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for (what, headers, body) in [
        ("no number", "content-length: twenty\r\n", good),
        ("a negative number", "content-length: -20\r\n", good),
        ("a sign", "content-length: +20\r\n", good),
        ("a prefix", "content-length: 0x14\r\n", good),
        ("a fraction", "content-length: 20.0\r\n", good),
        ("a list", "content-length: 20, 20\r\n", good),
        ("beyond 64 bits", "content-length: 99999999999999999999\r\n", good),
        ("two lengths", "content-length: 20\r\ncontent-length: 5\r\n", good),
        ("an unknown encoding", "transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        ("identity", "transfer-encoding: identity\r\n", "0\r\n\r\n"),
        ("chunked first", "transfer-encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("compressed", "transfer-encoding: gzip\r\n", "0\r\n\r\n"),
        ("a tab of another kind", "transfer-encoding: \u{b}chunked\r\n", "0\r\n\r\n"),
        ("a blank before the colon", "transfer-encoding : chunked\r\n", "0\r\n\r\n"),
        ("a folded line", "transfer-encoding:\r\n chunked\r\n", "0\r\n\r\n"),
        ("a header without a colon", "transfer-encoding chunked\r\n", "0\r\n\r\n"),
        ("a zero in a name", "transfer\0encoding: chunked\r\n", "0\r\n\r\n"),
        ("a carriage return alone", "x: y\rtransfer-encoding: chunked\r\n", "0\r\n\r\n"),
    ] {
        let attempt = format!("{}{headers}\r\n{body}{hidden}", head(Door::Rest, &token));
        let (answer, counted) = counted_while(&house.http, &base, say(address, attempt.as_bytes())).await;
        assert_eq!(statuses(&answer), [400], "{what}: {}", String::from_utf8_lossy(&answer));
        assert_eq!(counted, [("not_http".to_owned(), 1)], "{what}");
    }
    // Both a length and chunks: the chunks count, and nothing behind them is answered.
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 0\r\n",
    ] {
        let attempt = format!("{}{headers}\r\n14\r\n{good}\r\n0\r\n\r\n{hidden}", head(Door::Rest, &token));
        let (answer, counted) = counted_while(&house.http, &base, say(address, attempt.as_bytes())).await;
        assert_eq!(statuses(&answer), [200], "{headers}: {}", String::from_utf8_lossy(&answer));
        assert_eq!(counted, [], "{headers}");
    }
    // A request behind one that is whole is a request like any other, and needs its own token.
    let behind =
        format!("POST /tools/calculator HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 20\r\n\r\n{good}");
    let attempt = format!("{}content-length: 20\r\n\r\n{good}{behind}", head(Door::Rest, &token));
    let (answer, counted) = counted_while(&house.http, &base, say(address, attempt.as_bytes())).await;
    assert_eq!(statuses(&answer), [200, 401]);
    assert_eq!(counted, [("token_missing".to_owned(), 1)]);
    // What is behind a body that was said to be shorter is no request.
    let attempt = format!("{}content-length: 20\r\n\r\n{good}, and more\r\n\r\n", head(Door::Rest, &token));
    let (answer, counted) = counted_while(&house.http, &base, say(address, attempt.as_bytes())).await;
    assert_eq!(statuses(&answer), [200, 400]);
    assert_eq!(counted, [("not_http".to_owned(), 1)]);
}

/// A byte now and then, for longer than the ten seconds that a request may take.
#[tokio::test]
async fn bodies_that_are_too_slow() {
    let (house, token, _) = open(Service::Calculator, Door::Rest).await;
    let drip = async |address, begun: String| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let (mut reading, mut writing) = stream.into_split();
        let dripping = tokio::spawn(async move {
            while writing.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        });
        let (begun, mut heard) = (Instant::now(), Vec::new());
        // Where the connection breaks, what came before counts.
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut reading, &mut heard).await;
        dripping.abort();
        (String::from_utf8(heard).unwrap(), begun.elapsed())
    };
    let form = "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    let chunked = format!("{}transfer-encoding: chunked\r\n\r\nffff\r\n", head(Door::Rest, &token));
    let (tool, oauth) = (house.tool.addr(), house.oauth.addr());
    let attempts = async {
        tokio::join!(
            drip(tool, format!("{}content-length: 1000\r\n\r\n", head(Door::Rest, &token))),
            drip(tool, chunked),
            drip(oauth, format!("{form}content-length: 1000\r\n\r\ngrant_type=")),
            drip(tool, format!("{}content-length: 1000\r\n\r\n", head(Door::Rest, "x.y.z"))),
        )
    };
    // Others are served meanwhile.
    let others = async {
        let end = Instant::now() + Duration::from_secs(9);
        let mut served = 0;
        while Instant::now() < end {
            let token = house.token("safecracker", scope::CALCULATE).await;
            assert_eq!(house.result(&token, CALCULATOR, &json!({"expression": "6*7"})).await, "42");
            served += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        served
    };
    let all = async { tokio::join!(attempts, others) };
    let (tool, oauth) = (house.tool_url(""), house.oauth_url(""));
    let by_tool = counted_while(&house.http, &tool, Box::pin(all));
    let ((((slow, slow_chunks, slow_form, stranger), served), by_tool), by_oauth) =
        counted_while(&house.http, &oauth, Box::pin(by_tool)).await;
    for (answer, took) in [slow, slow_chunks, slow_form] {
        assert_eq!(statuses(answer.as_bytes()), [408], "{answer}");
        assert!(answer.contains("application/problem+json") && answer.contains("longer than 10 s"), "{answer}");
        assert!(took >= Duration::from_secs(9), "{took:?}");
    }
    // Who may not come in is not waited for.
    assert_eq!(statuses(stranger.0.as_bytes()), [401], "{}", stranger.0);
    assert!(stranger.1 < Duration::from_secs(9), "{:?}", stranger.1);
    assert!(served >= 5, "{served}");
    assert_eq!(by_tool, [("token_malformed".to_owned(), 1), ("too_slow".to_owned(), 2)]);
    assert_eq!(by_oauth, [("too_slow".to_owned(), 1)]);
}
