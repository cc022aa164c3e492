//! A server for the tests that sends exactly the bytes it is told to, at the pace it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// What the server does next on a connection; after the last step it closes it.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Reads until the client closes.
    AwaitClose,
}

/// What the server saw.
#[derive(Debug, PartialEq)]
pub enum Seen {
    /// A request: its first line with its headers in lower case, and its body.
    Request(String, String),
    Closed,
}

/// Starts a server that answers by `script`, which is given the first line of each request. Returns its address
/// (`http://127.0.0.1:PORT`) and what it sees.
pub fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> (String, Receiver<Seen>) {
    start_reading(move |first, _| script(first))
}

/// The same, but `script` is given the body of each request too.
pub fn start_reading(script: impl Fn(&str, &str) -> Vec<Step> + Send + Sync + 'static) -> (String, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // An error here means that the client has given up, which some tests are about.
            let _ = serve(stream.unwrap(), &script, &sender);
        }
    });
    (url, receiver)
}

fn serve(mut stream: TcpStream, script: &impl Fn(&str, &str) -> Vec<Step>, seen: &Sender<Seen>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut head) = (String::new(), String::new());
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
        head.push('\n');
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8(body).unwrap();
    let steps = script(&first, &body);
    let _ = seen.send(Seen::Request(format!("{first}{head}"), body));
    for step in steps {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes)?,
            Step::Wait(time) => thread::sleep(time),
            Step::AwaitClose => {
                let _ = reader.read_to_end(&mut Vec::new());
                let _ = seen.send(Seen::Closed);
            }
        }
    }
    Ok(())
}

/// A whole answer that is not streamed.
pub fn whole(status: &str, kind: &str, body: &str) -> Vec<Step> {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}");
    vec![Step::Send(text.into_bytes())]
}

pub fn json(status: &str, body: &str) -> Vec<Step> {
    whole(status, "application/json", body)
}

/// The beginning of an answer of this type, or of none, that ends when the connection closes.
pub fn begin(kind: &str) -> Step {
    let kind = if kind.is_empty() { String::new() } else { format!("content-type: {kind}\r\n") };
    Step::Send(format!("HTTP/1.1 200 OK\r\n{kind}connection: close\r\n\r\n").into_bytes())
}

/// The beginning of a stream.
pub fn stream_head() -> Step {
    begin("text/event-stream; charset=utf-8")
}

/// A stream of these bytes, which ends when the connection closes.
pub fn stream(text: &str) -> Vec<Step> {
    vec![stream_head(), Step::Send(text.as_bytes().to_vec())]
}

/// An event with a piece of content, as llama.cpp sends it.
pub fn piece(content: &str) -> String {
    let content = serde_json::Value::from(content);
    format!(
        "data: {{\"choices\":[{{\"finish_reason\":null,\"index\":0,\"delta\":{{\"content\":{content}}}}}],\"model\":\"m\"}}\n\n"
    )
}

/// The event that ends an answer.
pub fn stop() -> String {
    "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}],\"model\":\"m\"}\n\n".to_owned()
}
