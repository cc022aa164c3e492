//! What an OpenTelemetry receiver gets of a heist, and above all what it does not get before the verdict.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::{Value, json};
use support::model::{Answer, Asks, ModelServer, asks, good, prompt};
use support::{Place, events, of_kind};

/// Asks for what is said, asked and answered too.
const CAPTURE: (&str, &str) = ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true");

/// What the prompts of nobody but the mole have.
const SECRET: &str = "You are secretly the mole.";

/// What came: the first line of each request, and its body.
type Bodies = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Takes all that it is sent.
struct Receiver {
    url: String,
    bodies: Bodies,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bodies = Bodies::default();
        let taken = Arc::clone(&bodies);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, taken) = (stream.unwrap(), Arc::clone(&taken));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    loop {
                        let (mut head, mut length) = (Vec::new(), 0);
                        loop {
                            let mut line = String::new();
                            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                                return;
                            }
                            let line = line.trim_end().to_ascii_lowercase();
                            if let Some(value) = line.strip_prefix("content-length: ") {
                                length = value.parse().unwrap();
                            }
                            if line.is_empty() {
                                break;
                            }
                            head.push(line);
                        }
                        let mut body = vec![0; length];
                        reader.read_exact(&mut body).unwrap();
                        taken.lock().unwrap().push((head.remove(0), body));
                        reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
                    }
                });
            }
        });
        Self { url, bodies }
    }

    /// All that came, as one text.
    fn text(&self) -> String {
        let bodies = self.bodies.lock().unwrap();
        bodies.iter().map(|(_, body)| String::from_utf8_lossy(body).into_owned()).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let bodies = self.bodies.lock().unwrap();
        let traces = bodies.iter().filter(|(head, _)| head.contains("/v1/traces"));
        let messages = traces.map(|(_, body)| ExportTraceServiceRequest::decode(body.as_slice()).unwrap());
        let parts = messages.flat_map(|message| message.resource_spans).flat_map(|part| part.scope_spans);
        parts.flat_map(|scope| scope.spans).collect()
    }
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    let value = span.attributes.iter().find(|pair| pair.key == name)?.value.clone()?.value?;
    match value {
        Any::StringValue(text) => Some(text),
        Any::IntValue(number) => Some(number.to_string()),
        _ => None,
    }
}

fn operation(span: &Span) -> String {
    attribute(span, "gen_ai.operation.name").unwrap_or_default()
}

/// The names of the attributes of each operation's spans, by agent.
fn shapes(spans: &[Span]) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut shapes: BTreeMap<_, BTreeMap<_, BTreeSet<_>>> = BTreeMap::new();
    for span in spans {
        if let Some(agent) = attribute(span, "gen_ai.agent.name") {
            let names = span.attributes.iter().map(|pair| pair.key.clone());
            shapes.entry(operation(span)).or_default().entry(agent).or_default().extend(names);
        }
    }
    shapes
}

/// A heist with a model that is stopped after so many messages; its events, what the receiver got, and the model's server.
fn stopped(mole: &str, messages: usize) -> (Vec<Value>, Receiver, ModelServer) {
    let (place, receiver) = (Place::new(), Receiver::start());
    // Some more messages, and then none: the heist is not over before it is stopped.
    let left = AtomicUsize::new(messages + 4);
    let server = ModelServer::start(&["m"], move |body, n| {
        let one_less = || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        let is_held = asks(body) == Asks::Message && one_less().is_err();
        if is_held { Answer::Silence(Duration::from_mins(1)) } else { good(body, n) }
    });
    let game = ["--ci", "--json", "--llm", "openai", "--llm-url", &server.url, "--tools", "embedded", "--seed", "7"];
    let mut command = place.program(&[&game[..], &["--mole", mole, "--strategy", "false_info"]].concat());
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url).env(CAPTURE.0, CAPTURE.1);
    let mut child = command.env("OTEL_BSP_SCHEDULE_DELAY", "10").stdout(Stdio::piped()).spawn().unwrap();
    let mut seen: Vec<Value> = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        seen.push(serde_json::from_str(&line.unwrap()).unwrap());
        if seen.last().unwrap()["kind"] == "message.completed" && of_kind(&seen, "message.completed").len() == messages
        {
            assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        }
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(of_kind(&seen, "verdict.reached").is_empty());
    (seen, receiver, server)
}

#[test]
fn before_the_verdict_a_receiver_gets_nothing_that_tells_the_mole() {
    // Two rounds, so that whoever is the mole has had an act to do.
    let heists = ["hacker", "driver"].map(|mole| (mole, stopped(mole, 14)));
    let mut turns = Vec::new();
    for (mole, (events, receiver, server)) in &heists {
        let spans = receiver.spans();
        let of = |name: &str| spans.iter().filter(|span| operation(span) == name).collect::<Vec<_>>();
        assert!(of("invoke_agent").len() >= 14, "turns are told while the heist goes on");
        assert!(of("chat").is_empty(), "how often somebody was asked tells");
        let calls = of_kind(events, "tool.returned").len() + of_kind(events, "tool.denied").len();
        assert!(of("execute_tool").len() >= calls && calls > 0);
        for (operation, agents) in shapes(&spans) {
            let Some(mine) = agents.get(*mole) else { continue };
            for (agent, names) in &agents {
                let differ = names.symmetric_difference(mine).filter(|name| *name != "error.type").collect::<Vec<_>>();
                let only_results = differ.iter().all(|name| *name == "gen_ai.tool.call.result");
                assert!(only_results, "{operation}: {agent} and the mole differ in {differ:?}");
            }
        }
        let named: Vec<_> = of("invoke_agent").into_iter().take(14).map(|span| span.name.clone()).collect();
        turns.push(named);
        let text = receiver.text();
        let asked = server.asked();
        assert!(asked.iter().any(|body| prompt(body).contains(SECRET)), "the mole has had its orders");
        for word in [SECRET, "gen_ai.input.messages", "gen_ai.system_instructions", "false_info", "sabotage", "mole"] {
            assert!(!text.contains(word), "{word:?} was told");
        }
        assert!(!text.contains("gen_ai.client."), "what requests took is told");
    }
    assert_eq!(turns[0], turns[1]);
}

#[test]
fn after_the_verdict_all_requests_are_told_with_the_orders_if_they_are_wanted() {
    let server = ModelServer::start(&["m"], good);
    let whole = |capture: bool| {
        let (place, receiver) = (Place::new(), Receiver::start());
        let game =
            ["--ci", "--json", "--llm", "openai", "--llm-url", &server.url, "--tools", "embedded", "--rounds", "1"];
        let mut command = place.program(&[&game[..], &["--seed", "7", "--mole", "hacker", "--guess", "none"]].concat());
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url);
        if capture {
            command.env(CAPTURE.0, CAPTURE.1);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (events(&output), receiver)
    };
    for capture in [false, true] {
        let (events, receiver) = whole(capture);
        let spans = receiver.spans();
        let chats: Vec<_> = spans.iter().filter(|span| operation(span) == "chat").collect();
        let made = of_kind(&events, "session.completed")[0]["requests"].as_u64().unwrap();
        assert_eq!(chats.len() as u64, made, "each request is told");
        assert!(chats.iter().all(|span| span.name == "chat m" && span.kind == 3));
        let ids: BTreeSet<_> = spans.iter().map(|span| &span.span_id).collect();
        assert!(chats.iter().all(|span| ids.contains(&span.parent_span_id)), "each is a part of a turn or the heist");
        let told = chats.iter().filter_map(|span| attribute(span, "gen_ai.input.messages"));
        assert_eq!(told.clone().any(|text| text.contains(SECRET)), capture, "the mole's orders");
        assert_eq!(told.count() > 0, capture);
    }
}

#[test]
fn a_heist_is_told_from_its_root_to_the_services_and_ends_well_where_nobody_listens() {
    let (place, receiver) = (Place::new(), Receiver::start());
    let play = |url: &str| {
        let mut command = place.program(&["--ci", "--json", "--llm", "scripted", "--tools", "embedded"]);
        command.args(["--rounds", "1", "--seed", "7"]).env("OTEL_EXPORTER_OTLP_ENDPOINT", url).output().unwrap()
    };
    let output = play(&receiver.url);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let (events, spans) = (events(&output), receiver.spans());
    let of = |name: &str| spans.iter().filter(|span| operation(span) == name).collect::<Vec<_>>();
    let [root] = of("invoke_workflow")[..] else { panic!("one heist") };
    assert!(root.parent_span_id.is_empty() && spans.iter().all(|span| span.trace_id == root.trace_id));
    let turns = of("invoke_agent");
    assert_eq!(turns.len(), of_kind(&events, "turn.started").len());
    assert!(turns.iter().all(|span| span.parent_span_id == root.span_id));
    let calls = of("execute_tool");
    assert_eq!(calls.len(), of_kind(&events, "tool.called").len());
    for call in calls {
        assert!(turns.iter().any(|turn| turn.span_id == call.parent_span_id), "{}", call.name);
        // Kind 2 is a server's.
        assert!(spans.iter().any(|span| span.kind == 2 && span.parent_span_id == call.span_id), "{}", call.name);
    }
    assert!(receiver.text().contains("gen_ai.invoke_agent.duration"));

    let mut command = place.program(&["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--rounds", "1"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url).env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.contains("OTEL_EXPORTER_OTLP_PROTOCOL is \"grpc\""), "{errors}");

    let output = play("http://127.0.0.1:9");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.lines().count() == 1, "{errors}");
    assert!(errors.contains("127.0.0.1:9") && errors.contains("refused"), "{errors}");
}

#[test]
fn each_heist_of_a_bench_with_a_model_is_a_trace() {
    let (place, receiver, server) = (Place::new(), Receiver::start(), ModelServer::start(&["m"], good));
    let mut command = place.bare(&["bench", "--games", "2", "--rounds", "1", "--llm", "openai"]);
    command.args(["--llm-url", &server.url]).env("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url);
    let output = command.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let spans = receiver.spans();
    let heists: BTreeSet<_> =
        spans.iter().filter(|span| operation(span) == "invoke_workflow").map(|span| &span.trace_id).collect();
    assert_eq!(heists.len(), 2);
    let chats = spans.iter().filter(|span| operation(span) == "chat").map(|span| &span.trace_id);
    assert_eq!(chats.collect::<BTreeSet<_>>(), heists, "each has its requests");
}

#[test]
fn a_heist_that_a_model_plays_is_told_too() {
    let (place, receiver) = (Place::new(), Receiver::start());
    let mut command = place.program(&["mcp", "serve", "--llm", "scripted", "--tools", "embedded", "--rounds", "1"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url);
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (program.stdin.take().unwrap(), BufReader::new(program.stdout.take().unwrap()));
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let guess = json!({"agent": "hacker", "sureness": 50});
    for (id, (tool, arguments)) in (1..).zip([("start_heist", json!({})), ("go_on", json!({})), ("guess", guess)]) {
        let params = json!({"name": tool, "arguments": arguments, "_meta": meta});
        writeln!(input, "{}", json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert!(!answer.contains("\"isError\":true"), "{answer}");
    }
    drop(input);
    assert!(program.wait().unwrap().success());
    let spans = receiver.spans();
    let of = |name: &str| spans.iter().filter(|span| operation(span) == name).count();
    // Six agents, and the planner's final word.
    assert_eq!((of("invoke_workflow"), of("invoke_agent")), (1, 7));
}
