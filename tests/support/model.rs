//! A model server for the tests that answers as it is told to, and keeps what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// What the server answers.
pub enum Answer {
    /// This text, by the model that was asked for.
    Text(String),
    /// These pieces of a text, with a pause after each.
    Pieces(Vec<String>, Duration),
    /// This text, after so long for each token that is not in the server's cache; with a usage that tells of both.
    Read(String, Duration),
    /// This text, by this model.
    By(&'static str, String),
    /// One token, the first of these, with the logarithms of the odds of all.
    Odds(Vec<(String, f64)>),
    /// One tool call: name, arguments.
    Call(&'static str, String),
    /// A status with this body.
    Status(u16, String),
    /// A good stream in which nothing comes.
    Nothing,
    /// This text in a stream that breaks off.
    Cut(String),
    /// A refusal for so many seconds.
    Later(u64),
    /// Nothing for so long, and then nothing.
    Silence(Duration),
    /// This body of a stream, as it is.
    Raw(String),
    /// This again and again, with a pause after each, as long as anybody listens.
    Flood(&'static str, Duration),
    /// Nothing at all: the connection is closed.
    Gone,
}

pub struct ModelServer {
    pub url: String,
    asked: Arc<Mutex<Vec<Value>>>,
    most_at_once: Arc<AtomicUsize>,
}

impl ModelServer {
    /// Starts a server with these models. `answer` is given the body of each chat request, and how many came before.
    pub fn start(models: &'static [&str], answer: impl Fn(&Value, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_loading(0, models, answer)
    }

    /// The same, but the first so many requests find it loading its model.
    pub fn start_loading(
        loading: usize,
        models: &'static [&str],
        answer: impl Fn(&Value, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (now, most_at_once) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let server = Self { url, asked: Arc::clone(&asked), most_at_once: Arc::clone(&most_at_once) };
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                if number < loading {
                    let _ = refuse(stream.unwrap());
                    continue;
                }
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&asked));
                let (now, most_at_once) = (Arc::clone(&now), Arc::clone(&most_at_once));
                thread::spawn(move || {
                    // Asked before anything is answered, and long enough that a second request would be noticed.
                    let answer = |body: &Value, before: usize| {
                        most_at_once.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(2));
                        now.fetch_sub(1, Ordering::SeqCst);
                        answer(body, before)
                    };
                    // An error here means that the program has given up.
                    let _ = serve(stream.unwrap(), models, &answer, &asked);
                });
            }
        });
        server
    }

    /// The bodies of all chat requests so far.
    pub fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    /// The most requests that were under way at the same time.
    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

/// The text of a request's last message.
pub fn prompt(body: &Value) -> &str {
    body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap()
}

/// What a model is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A tool call.
    Call,
    /// What a message is to do, by numbers.
    Moves,
    /// A message.
    Message,
    /// Whom it suspects.
    Judgement,
    /// To wake up.
    Nothing,
}

/// What a request asks for.
pub fn asks(body: &Value) -> Asks {
    let has = |words: &str| prompt(body).contains(words);
    match () {
        () if has("What do you look up before you speak?") => Asks::Call,
        () if has("What do you say now, so that the talk gets on?") => Asks::Moves,
        () if has("\n---\nSay this as ") => Asks::Message,
        () if has("You are the judge now") => Asks::Judgement,
        () => Asks::Nothing,
    }
}

/// The moves that a message is to have, as the request has them.
pub fn moves(body: &Value) -> &str {
    let tail = prompt(body).rsplit("\n---\n").next().unwrap();
    ["add none: ", "no figure: "].into_iter().find_map(|cue| tail.split_once(cue)).map_or("", |(_, moves)| moves)
}

/// A judgement that names this one.
pub fn judgement(suspect: &str) -> Answer {
    Answer::Text(json!({"suspects": [{"agent": suspect, "reason": "calm", "score": 9}]}).to_string())
}

/// Whether a request asks for the odds of its answer.
pub fn wants_odds(body: &Value) -> bool {
    body["logprobs"] == true
}

/// Whose letter it is in a question to the judge, in the order of the letters.
pub fn letters(body: &Value) -> Vec<(char, String)> {
    let lines = prompt(body).lines().filter_map(|line| line.split_once(": "));
    let lettered = lines.filter(|(letter, _)| letter.len() == 1);
    lettered.map(|(letter, name)| (letter.chars().next().unwrap(), name.to_owned())).collect()
}

/// Odds of the letters by which a judge likes the first letter best, and suspects these agents so much more.
pub fn odds(body: &Value, suspected: impl Fn(&str) -> f64) -> Answer {
    let one = |(place, (letter, name)): (usize, &(char, String))| {
        let place = f64::from(u32::try_from(place).unwrap());
        (letter.to_string(), -1.0 - place * 0.7 + suspected(name) - 6.0)
    };
    let mut odds: Vec<_> = letters(body).iter().enumerate().map(one).collect();
    odds.sort_by(|one, other| other.1.total_cmp(&one.1));
    Answer::Odds(odds)
}

/// A server that does all as it should.
pub fn good(body: &Value, n: usize) -> Answer {
    match asks(body) {
        Asks::Call => Answer::Text(json!({"call": 1}).to_string()),
        Asks::Moves => Answer::Text(json!({"moves": [1 + n % 2]}).to_string()),
        Asks::Message => Answer::Text(moves(body).to_owned()),
        Asks::Judgement => judgement("planner"),
        Asks::Nothing => Answer::Text(message(n)),
    }
}

/// A server that answers a crew only once the sender is dropped: a heist with it cannot be over too soon, however fast or slow
/// the machine is.
pub fn held(answer: impl Fn(&Value, usize) -> Answer + Send + Sync + 'static) -> (ModelServer, mpsc::Sender<()>) {
    let (speak, may_speak) = mpsc::channel();
    let may_speak = Mutex::new(may_speak);
    let server = ModelServer::start(&["patient"], move |body, n| {
        // Nothing is ever sent: it is heard that nobody can any more.
        assert!(asks(body) == Asks::Nothing || may_speak.lock().unwrap().recv().is_err());
        answer(body, n)
    });
    (server, speak)
}

/// A message that is like no other.
pub fn message(n: usize) -> String {
    let word = |word: &str| format!("{word}{n}");
    format!(
        "{} {} has {} in {}, so {} we {} by {}.",
        word("Door"),
        word("hall"),
        word("lock"),
        word("wing"),
        word("then"),
        word("go"),
        word("gate")
    )
}

fn whole_prompt(body: &Value) -> String {
    body["messages"].as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect()
}

/// How many tokens a tokenizer might make of it: words, long ones in parts, and marks.
pub fn tokens(text: &str) -> usize {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let marks = text.chars().filter(|letter| !letter.is_alphanumeric() && *letter != ' ').count();
    words.map(|word| word.len().div_ceil(7)).sum::<usize>() + marks
}

/// What llama.cpp answers while it loads its model.
fn refuse(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let body = json!({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}});
    whole(&mut stream, 503, &body.to_string())
}

fn serve(
    mut stream: TcpStream,
    models: &[&str],
    answer: &dyn Fn(&Value, usize) -> Answer,
    asked: &Mutex<Vec<Value>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    match first.split(' ').nth(1).unwrap() {
        "/v1/models" => {
            let list: Vec<_> = models.iter().map(|id| json!({"id": id, "meta": {"n_ctx": 8192}})).collect();
            whole(&mut stream, 200, &json!({"object": "list", "data": list}).to_string())
        }
        "/v1/chat/completions" => {
            let body: Value = serde_json::from_slice(&body).unwrap();
            let (before, last) = {
                let mut asked = asked.lock().unwrap();
                asked.push(body.clone());
                (asked.len() - 1, asked.iter().rev().nth(1).map_or_else(String::new, whole_prompt))
            };
            let model = body["model"].as_str().unwrap();
            let text = |model: &str, text: &str| json!({"model": model, "choices": [{"delta": {"content": text}}]});
            match answer(&body, before) {
                Answer::Text(words) => events(&mut stream, &body, &[text(model, &words)]),
                Answer::Pieces(pieces, pause) => {
                    let pieces: Vec<_> = pieces.iter().map(|piece| text(model, piece)).collect();
                    events_after(pause, &mut stream, &body, &pieces)
                }
                Answer::Read(words, each) => {
                    let all = whole_prompt(&body);
                    let same = all.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count();
                    let cached = tokens(&String::from_utf8_lossy(&all.as_bytes()[..same]));
                    let usage = json!({
                        "prompt_tokens": tokens(&all),
                        "completion_tokens": tokens(&words),
                        "prompt_tokens_details": {"cached_tokens": cached},
                    });
                    thread::sleep(each * u32::try_from(tokens(&all) - cached).unwrap());
                    stream_events(&mut stream, Duration::ZERO, &[text(model, &words)], &usage)
                }
                Answer::By(other, words) => events(&mut stream, &body, &[text(other, &words)]),
                Answer::Odds(odds) => {
                    let token = |(token, odds): &(String, f64)| json!({"token": token, "logprob": odds});
                    let top: Vec<_> = odds.iter().map(token).collect();
                    let logprobs = json!({"content": [{"token": odds[0].0, "top_logprobs": top}]});
                    let delta = json!({"content": odds[0].0});
                    events(
                        &mut stream,
                        &body,
                        &[json!({"model": model, "choices": [{"delta": delta, "logprobs": logprobs}]})],
                    )
                }
                Answer::Call(name, arguments) => {
                    let call = json!([{"index": 0, "id": "c", "function": {"name": name, "arguments": arguments}}]);
                    events(&mut stream, &body, &[json!({"model": model, "choices": [{"delta": {"tool_calls": call}}]})])
                }
                Answer::Status(status, body) => whole(&mut stream, status, &body),
                Answer::Nothing => {
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                    stream.write_all(format!("{head}data: [DONE]\n\n").as_bytes())
                }
                Answer::Cut(words) => {
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                    stream.write_all(format!("{head}data: {}\n\n", text(model, &words)).as_bytes())
                }
                Answer::Later(seconds) => {
                    let head = "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 4";
                    stream.write_all(format!("{head}\r\nretry-after: {seconds}\r\n\r\nbusy").as_bytes())
                }
                Answer::Silence(time) => {
                    thread::sleep(time);
                    Ok(())
                }
                Answer::Raw(body) => {
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                    stream.write_all(format!("{head}{body}").as_bytes())
                }
                Answer::Flood(lines, pause) => {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")?;
                    loop {
                        stream.write_all(lines.repeat((16 << 10) / lines.len()).as_bytes())?;
                        thread::sleep(pause);
                    }
                }
                Answer::Gone => Ok(()),
            }
        }
        _ => whole(&mut stream, 404, "{}"),
    }
}

fn whole(stream: &mut TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} As told\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes())
}

/// A stream with a usage of one token for four characters at its end.
fn events(stream: &mut TcpStream, body: &Value, events: &[Value]) -> std::io::Result<()> {
    events_after(Duration::ZERO, stream, body, events)
}

fn events_after(pause: Duration, stream: &mut TcpStream, body: &Value, events: &[Value]) -> std::io::Result<()> {
    let usage = json!({"prompt_tokens": whole_prompt(body).len() / 4, "completion_tokens": 9});
    stream_events(stream, pause, events, &usage)
}

fn stream_events(stream: &mut TcpStream, pause: Duration, events: &[Value], usage: &Value) -> std::io::Result<()> {
    let usage = json!({"choices": [], "usage": usage});
    let stop = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")?;
    for event in events.iter().chain([&stop, &usage]) {
        write!(stream, "data: {event}\n\n")?;
        thread::sleep(pause);
    }
    stream.write_all(b"data: [DONE]\n\n")
}
