//! `mcp serve`: a client that plays the whole game by tool calls, goes wrong, and goes away.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]
#![allow(clippy::needless_pass_by_value, reason = "JSON is written where it is given")]

mod support;

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::process::{Child, ChildStdout, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use support::model::{Answer as ModelAnswer, ModelServer};
use support::{Place, told};

/// How long an answer or an end is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client, by hand.
struct Client {
    program: Child,
    out: BufReader<ChildStdout>,
    asked: u64,
    /// Every line that the server has written, to the guess.
    lines: Vec<String>,
    /// The newest protocol has no handshake, and says of each request what it is.
    meta: Option<Value>,
}

/// A tool's answer.
struct Answer {
    is_error: bool,
    text: String,
    data: Value,
}

impl Client {
    fn of(place: &Place, args: &[&str]) -> Self {
        let usual = ["mcp", "serve", "--llm", "scripted", "--tools", "embedded"];
        let mut program = place.program(&[&usual, args].concat());
        let mut program = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(program.stdout.take().unwrap());
        Self { program, out, asked: 0, lines: Vec::new(), meta: None }
    }

    /// After the handshake.
    fn greeted(place: &Place, args: &[&str]) -> Self {
        let mut client = Self::of(place, args);
        let info = json!({"name": "test", "version": "1"});
        let wanted = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info});
        let answer = client.ask("initialize", wanted);
        assert_eq!(answer["result"]["protocolVersion"], "2025-11-25", "{answer}");
        assert!(answer["result"]["instructions"].as_str().unwrap().contains("start_heist"));
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        client
    }

    fn send(&mut self, message: &Value) {
        let input = self.program.stdin.as_mut().unwrap();
        writeln!(input, "{message}").unwrap();
        input.flush().unwrap();
    }

    /// Sends a request, and gives its number.
    fn request(&mut self, method: &str, mut params: Value) -> u64 {
        self.asked += 1;
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        self.asked
    }

    /// Tells that the answer to a request is not wanted any more.
    fn cancel(&mut self, id: u64) {
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}));
    }

    /// The next message of the server.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "the server is gone");
        let message = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"));
        self.lines.push(line);
        message
    }

    /// The answer to a request.
    fn answer(&mut self, id: u64) -> Value {
        loop {
            let message = self.next();
            if message["id"] == id {
                return message;
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id)
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Answer {
        let answer = self.ask("tools/call", json!({"name": tool, "arguments": arguments}));
        let result = &answer["result"];
        let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Answer { is_error: result["isError"] == true, text, data: result["structuredContent"].clone() }
    }

    /// What a tool gives, which must be no error.
    fn give(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.call(tool, &arguments);
        assert!(!answer.is_error, "{tool}: {}", answer.text);
        answer.data
    }

    /// What a tool says that does not do it.
    fn refusal(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.call(tool, &arguments);
        assert!(answer.is_error && answer.data.is_null(), "{tool}: {}", answer.text);
        answer.text
    }

    /// Closes the input, and gives how the program ended and what it said.
    fn close(mut self) -> (ExitStatus, String) {
        drop(self.program.stdin.take());
        self.end()
    }

    fn end(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < PATIENCE, "the program does not end");
            thread::sleep(Duration::from_millis(20));
        };
        let mut errors = String::new();
        self.program.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        assert!(rest.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{rest}");
        (status, errors)
    }
}

fn strings<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|it| it[key].as_str().unwrap()).collect()
}

#[test]
fn a_model_plays_a_whole_game_and_learns_nothing_before_the_guess() {
    let place = Place::new();
    let mut client = Client::greeted(&place, &[]);
    let tools = client.ask("tools/list", json!({}))["result"]["tools"].clone();
    assert_eq!(tools.as_array().unwrap().len(), 13);
    for tool in tools.as_array().unwrap() {
        assert_eq!((&tool["inputSchema"]["type"], &tool["outputSchema"]["type"]), (&json!("object"), &json!("object")));
        assert!(tool["description"].as_str().unwrap().len() > 50);
    }

    let begun = client.give("start_heist", json!({"rounds": 2, "seed": 12, "blind": true}));
    assert_eq!(strings(&begun["crew"], "name").len(), 6);
    let commitment = begun["commitment"].clone();
    assert_eq!((&begun["status"]["state"], &begun["status"]["stake"]), (&json!("waiting"), &json!(1000)));
    assert!(begun["rules"].as_str().unwrap().contains("mole"));

    // One turn, and then no more by itself.
    let one = client.give("go_on", json!({"turns": 1}));
    assert_eq!((&one["status"]["turn"], &one["status"]["state"]), (&json!(1), &json!("waiting")));
    thread::sleep(Duration::from_millis(300));
    assert_eq!(client.give("status", json!({}))["status"]["turn"], 1);
    let asked = client.give("ask_agent", json!({"agent": "Hacker", "about": "the gap"}));
    assert_eq!(asked["text"], "What do you know about the gap?");
    let order = client.give("tell_agent", json!({"agent": "hacker", "text": "read network_plan.txt"}));
    assert!(order["when"].as_str().unwrap().contains("will not hear what you said before"), "{order}");

    // To the end of the round, with progress.
    let ask = json!({"name": "go_on", "arguments": {}, "_meta": {"progressToken": "p"}});
    let id = client.request("tools/call", ask);
    let mut progress = Vec::new();
    let round = loop {
        let message = client.next();
        if message["id"] == id {
            break message["result"]["structuredContent"].clone();
        }
        progress.push(message["params"].clone());
    };
    assert!(progress.iter().all(|it| it["progressToken"] == "p" && it["total"] == 13.0), "{progress:?}");
    let steps: Vec<_> = progress.iter().map(|it| it["progress"].as_f64().unwrap()).collect();
    assert!(!steps.is_empty() && steps.is_sorted_by(|one, other| one < other), "{steps:?}");
    assert_eq!(round["status"]["turn"], 6);
    let entries = round["entries"].as_array().unwrap();
    assert!(entries.iter().any(|it| it["text"].as_str().unwrap().starts_with("You to hacker")));
    let message = entries.iter().find(|it| it["kind"] == "message" && it["agent"] == "hacker").unwrap();

    // Looking costs nothing, and what is hidden is refused with its price.
    let sources = client.give("read_source", json!({}));
    let read = sources["sources"].as_array().unwrap().iter().find(|it| it["read_by"] != json!([])).unwrap().clone();
    let one = client.give("read_source", json!({"name": read["name"]}));
    assert!(!one["sources"][0]["answers"][0]["lines"].as_array().unwrap().is_empty());
    assert_eq!(client.give("check_message", json!({"message": message["id"]}))["text"], message["text"]);
    assert_eq!(client.give("show_plan", json!({}))["slots"].as_array().unwrap().len(), 6);
    let price = client.refusal("show_suspicion", json!({}));
    assert!(price.contains("halves your stake") && price.contains("agree=true"), "{price}");
    let stake = client.give("status", json!({}))["status"]["stake"].as_f64().unwrap();
    client.give("take_hint", json!({}));
    let hinted = client.give("status", json!({}))["status"].clone();
    assert!((hinted["stake"].as_f64().unwrap() - stake * 0.75).abs() < 1.0 && hinted["hints"] == 1, "{hinted}");
    assert_eq!(hinted["suspicion"], json!([]));
    let shown = client.give("show_suspicion", json!({"agree": true}));
    assert!((shown["status"]["stake"].as_f64().unwrap() - stake * 0.375).abs() < 1.0);
    assert_eq!(shown["status"]["suspicion"].as_array().unwrap().len(), 6);

    // To the end, in pages.
    let mut page = client.give("go_on", json!({"turns": 1000, "max_bytes": 2000}));
    assert_eq!(page["status"]["state"], "guess_wanted");
    let mut last = 0;
    while page["more"] == true {
        page = client.give("read_talk", json!({"since": page["next"], "max_bytes": 2000}));
        for entry in page["entries"].as_array().unwrap() {
            let number = entry["number"].as_u64().unwrap();
            assert!(number > last, "{entry}");
            last = number;
        }
    }
    assert!(client.refusal("go_on", json!({})).contains("guess"));

    let before = client.lines.concat();
    let verdict = client.give("guess", json!({"agent": "SAFECRACKER", "sureness": 80}));
    assert_eq!(
        (&verdict["right"], &verdict["mole"], &verdict["seed"]),
        (&json!(true), &json!("safecracker"), &json!(12))
    );
    assert_eq!((&verdict["seal"]["holds"], &verdict["seal"]["commitment"]), (&json!(true), &commitment));
    assert!(verdict["points"].as_i64().unwrap() > 0 && !verdict["sabotage"].as_array().unwrap().is_empty());
    assert!(!verdict["job"]["steps"].as_array().unwrap().is_empty() && verdict["all_games"]["games"] == 1);
    for secret in [&verdict["strategy"], &verdict["orders"], &verdict["seal"]["nonce"]] {
        assert!(!before.contains(secret.as_str().unwrap()), "{secret} was told before the guess");
    }
    assert!(!before.contains("\"seed\":12"), "whoever knows the seed can deal the game again");

    // Whoever has lost the answer gets it again; there is no second guess.
    assert_eq!(client.give("guess", json!({"agent": "nobody", "sureness": 5})), verdict);
    assert_eq!(client.give("status", json!({}))["status"]["state"], "over");
    let second = client.give("start_heist", json!({"rounds": 1}));
    assert_ne!(second["status"]["session"], verdict["session"]);
    assert_eq!(client.give("stop_heist", json!({}))["state"], "cut_off");
    let (status, errors) = client.close();
    let stopped = second["status"]["session"].as_str().unwrap();
    assert!(
        status.success() && errors.starts_with(&format!("heist-tui: Paused. Resume with: heist-tui resume {stopped}"))
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");

    let session = verdict["session"].as_str().unwrap();
    let kept: Value = serde_json::from_str(&told_json(&place, session)).unwrap();
    assert_eq!((&kept["guess"]["by"], &kept["status"]), (&json!("player"), &json!("completed")), "{kept}");
    assert!(told(&place, &["replay", session, "--ci"]).contains("You accuse safecracker."));
    let figures = told(&place, &["stats", "--json"]);
    assert!(figures.contains("\"right\":1"), "{figures}");
}

fn told_json(place: &Place, session: &str) -> String {
    told(place, &["sessions", "show", session, "--json"])
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    let place = Place::new();
    let mut client = Client::greeted(&place, &["--blind", "--rounds", "1"]);
    assert_eq!(client.refusal("go_on", json!({})), "No heist is on: call start_heist first.");
    for (arguments, told) in [
        (json!({"rounds": 51}), "rounds must be a whole number of 1 to 50, not 51."),
        (json!({"seed": -1}), "seed must be a whole number of 0 to 9007199254740991, not -1."),
        (json!({"difficulty": "nightmare"}), "difficulty must be one of easy, normal, hard, not \"nightmare\"."),
        (
            json!({"mole": "driver"}),
            "There is no argument mole; this tool takes seed, rounds, difficulty, bank, llm, blind.",
        ),
        (
            json!({"bank": "Fort Knox"}),
            "There is no such bank: say seed for the game's own bank, first-meridian, or a number for the bank of that seed.",
        ),
    ] {
        assert_eq!(client.refusal("start_heist", arguments), told);
    }
    let gone = json!({"llm": "openai"});
    client.give("start_heist", json!({}));
    assert!(client.refusal("start_heist", gone).contains("is on: guess, or stop_heist"));
    assert!(client.refusal("ask_agent", json!({"agent": "bob", "about": "gap"})).contains("there are planner, hacker"));
    let unclear = client.refusal("ask_agent", json!({"agent": "intel", "about": "camera"}));
    assert!(unclear.starts_with("It is not clear what to ask about; say one of these:"), "{unclear}");
    assert!(client.refusal("tell_agent", json!({"agent": "intel", "text": "x".repeat(301)})).contains("1 to 300"));
    assert!(client.refusal("check_message", json!({"message": "m1"})).contains("There is no message m1 yet"));
    assert!(client.refusal("read_source", json!({"name": "../etc/passwd"})).contains("There is no such source"));
    let closed = client.refusal("read_source", json!({"name": "vault_specs.txt"}));
    assert!(closed.contains("tell_agent hacker or intel"), "{closed}");
    assert!(client.refusal("take_hint", json!({})).contains("nothing to pay"));
    // A slip of the pen costs nothing.
    let slip = client.refusal("show_suspicion", json!({"agree": true, "agent": "bob"}));
    assert!(slip.contains("no such agent"), "{slip}");
    assert_eq!(client.give("status", json!({}))["status"]["suspicion_in_view"], false);
    assert!(client.refusal("guess", json!({"agent": "bob", "sureness": 50})).contains("no such agent"));
    assert!(client.refusal("guess", json!({"agent": "intel", "sureness": 101})).contains("0 to 100"));
    assert!(client.refusal("guess", json!({"agent": "intel"})).contains("The argument sureness is missing"));

    // What no tool could be asked for is an error of the protocol, and nothing of it ends the game.
    let unknown = client.ask("tools/call", json!({"name": "open_seal"}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    client.send(&json!("nonsense"));
    let verdict = client.give("guess", json!({"agent": "nobody", "sureness": 20}));
    assert_eq!((&verdict["right"], &verdict["named"]), (&json!(false), &Value::Null));
    assert_eq!(
        client.refusal("tell_agent", json!({"agent": "intel", "text": "hello"})).split(':').next().unwrap(),
        "The heist is over, and your guess was made"
    );
    assert!(client.close().0.success());
}

#[test]
fn a_heist_whose_client_goes_away_is_stopped_and_goes_on_elsewhere() {
    let place = Place::new();
    let mut client = Client::greeted(&place, &["--rounds", "2"]);
    let begun = client.give("start_heist", json!({}));
    client.give("go_on", json!({"turns": 3}));
    let session = begun["status"]["session"].as_str().unwrap().to_owned();
    let (status, errors) = client.close();
    assert!(status.success(), "{errors}");
    let database = place.database();
    let command = format!("heist-tui resume {session} --db {}", database.display());
    assert_eq!(errors.trim_end(), format!("heist-tui: Paused. Resume with: {command}"));
    let output = place.as_told(&format!("{command} --ci --guess none")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("13 turns"), "{text}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_heist_in_an_orderly_way() {
    let place = Place::new();
    let mut client = Client::greeted(&place, &["--rounds", "2"]);
    client.give("start_heist", json!({}));
    client.give("go_on", json!({"turns": 2}));
    let kill = std::process::Command::new("kill").args(["-INT", &client.program.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let (status, errors) = client.end();
    assert_eq!(status.code(), Some(130), "{errors}");
    assert!(errors.contains("Paused. Resume with: heist-tui resume "), "{errors}");
}

#[test]
fn the_newest_protocol_needs_no_handshake() {
    let place = Place::new();
    let mut client = Client::of(&place, &["--rounds", "1"]);
    client.meta = Some(json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }));
    let found = client.ask("server/discover", json!({}));
    assert!(found["result"]["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")), "{found}");
    assert_eq!(client.ask("tools/list", json!({}))["result"]["tools"].as_array().unwrap().len(), 13);
    client.give("start_heist", json!({}));
    assert_eq!(client.give("go_on", json!({"turns": 99}))["status"]["state"], "guess_wanted");
    assert!(client.give("guess", json!({"agent": "intel", "sureness": 30}))["right"].is_boolean());
    assert!(client.close().0.success());
}

#[test]
fn a_seed_of_the_command_line_is_dealt_once() {
    let place = Place::new();
    let mut client = Client::greeted(&place, &["--rounds", "1", "--seed", "7"]);
    let seeds = [(); 2].map(|()| {
        client.give("start_heist", json!({}));
        client.give("guess", json!({"agent": "nobody", "sureness": 10}))["seed"].clone()
    });
    assert_eq!(seeds[0], 7);
    assert_ne!(seeds[1], 7, "whoever knows the mole would play again");
}

#[test]
fn nothing_waits_for_a_heist_that_is_being_started() {
    let place = Place::new();
    // Takes connections, and never answers.
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", server.local_addr().unwrap());
    let mut client = Client::greeted(&place, &["--llm", "openai", "--llm-url", &url]);
    let start = json!({"name": "start_heist", "arguments": {}});
    let id = client.request("tools/call", start.clone());
    // It looks for its model once it has connected.
    let until = Instant::now() + PATIENCE;
    server.set_nonblocking(true).unwrap();
    let _held = loop {
        match server.accept() {
            Ok(connection) => break connection,
            Err(error) => assert!(error.kind() == ErrorKind::WouldBlock && Instant::now() < until, "{error}"),
        }
        thread::sleep(Duration::from_millis(10));
    };
    let began = Instant::now();
    assert!(client.refusal("status", json!({})).contains("No heist is on"));
    assert!(client.refusal("start_heist", json!({})).contains("is being started"));
    client.cancel(id);
    let until = Instant::now() + PATIENCE;
    // Another may be started when that one has heard of it; and none holds up the end.
    while client.refusal("start_heist", json!({"bank": "none"})).contains("is being started") {
        assert!(Instant::now() < until);
    }
    client.request("tools/call", start);
    let (ended, errors) = client.close();
    assert!(ended.success() && began.elapsed() < Duration::from_secs(8), "{errors}");
    assert_eq!(told(&place, &["sessions", "--json"]).trim(), "[]", "none was begun");
}

#[test]
fn a_request_that_is_cancelled_holds_the_heist() {
    let place = Place::new();
    let server = ModelServer::start(&["m"], |_, _| ModelAnswer::Silence(PATIENCE));
    let mut client = Client::greeted(&place, &["--llm", "openai", "--llm-url", &server.url, "--rounds", "1"]);
    client.give("start_heist", json!({}));
    // The model is never heard of, so that this comes back with nothing.
    let waited = client.give("go_on", json!({"turns": 5, "wait_s": 1}));
    assert_eq!((&waited["status"]["state"], &waited["entries"]), (&json!("running"), &json!([])), "{waited}");
    let waits = json!({"name": "go_on", "arguments": {"wait_s": 600}, "_meta": {"progressToken": "p"}});
    let id = client.request("tools/call", waits.clone());
    // What tells of its progress has been heard.
    assert_eq!(client.next()["method"], "notifications/progress");
    client.cancel(id);
    // The next request may overtake what the cancelled one still does.
    let until = Instant::now() + PATIENCE;
    while client.give("status", json!({}))["status"]["state"] != "waiting" {
        assert!(Instant::now() < until, "the heist is not held");
        thread::sleep(Duration::from_millis(20));
    }
    // Whoever lets it go on after that is not held by what was cancelled before.
    let id = client.request("tools/call", waits);
    client.cancel(id);
    client.give("go_on", json!({"turns": 2, "wait_s": 1}));
    assert_eq!(client.give("status", json!({}))["status"]["state"], "running");
    let began = Instant::now();
    let (ended, errors) = client.close();
    assert!(ended.success() && began.elapsed() < Duration::from_secs(5), "{errors}");
}
