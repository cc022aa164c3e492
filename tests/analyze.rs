//! `analyze`, as a person runs it: on the program's own exports, on other agents' transcripts, on rubbish.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::model::{Answer, ModelServer, odds, prompt, wants_odds};
use support::{PROGRAM, Place, events, of_kind};

fn analyze(args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("analyze").args(args).output().unwrap()
}

/// A file of that name in the place.
fn file(place: &Place, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let file = place.database().with_file_name(name);
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn an_export_gives_the_scores_that_the_heist_itself_had() {
    let place = Place::new();
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "3"]);
    let told = events(&heist);
    let last = of_kind(&told, "suspicion.changed").pop().unwrap()["agents"].clone();
    let export = file(&place, "heist.jsonl", &heist.stdout);
    let output = analyze(&["--json", export.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let analysis: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(analysis["file"], export.to_str().unwrap());
    for agent in analysis["agents"].as_array().unwrap() {
        let there = last.as_array().unwrap().iter().find(|it| it["agent"] == agent["agent"]).unwrap();
        let (ours, theirs) = (agent["score"].as_f64().unwrap(), there["score"].as_f64().unwrap());
        assert!((ours - theirs).abs() < 1e-9, "{agent}");
        for family in ["tool_usage", "timing", "message_anomaly", "information_quality"] {
            assert!(agent["families"][family].is_number(), "{agent}");
        }
    }
    let ranks: Vec<_> = analysis["agents"].as_array().unwrap().iter().map(|it| it["rank"].as_u64().unwrap()).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn the_verdict_of_an_export_and_what_follows_it_are_not_read() {
    let place = Place::new();
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "2"]);
    let text = String::from_utf8(heist.stdout).unwrap();
    let until = text.lines().take_while(|line| !line.contains("verdict.reached")).collect::<Vec<_>>().join("\n");
    let with_rubbish = format!("{text}this is not JSON at all\n");
    let analyses = [("until", until), ("whole", text.clone()), ("rubbish", with_rubbish)].map(|(name, text)| {
        let file = file(&place, name, text);
        let output = analyze(&["--json", file.to_str().unwrap()]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["agents"].clone()
    });
    assert_eq!(analyses[0], analyses[1]);
    assert_eq!(analyses[0], analyses[2]);
}

#[test]
fn agents_of_any_name_are_weighed_with_their_evidence() {
    let place = Place::new();
    let lines = [
        json!({ "agent": "alpha", "tool": "file_reader", "arguments": "server.txt", "result": "The cash room is on the second floor. The door of the cash room is locked at 21:00.", "ok": true, "turn": 1 }),
        json!({ "agent": "alpha", "message": "The door of the cash room is locked at 21:00.", "turn": 1 }),
        json!({ "agent": "beta", "message": "I agree with alpha." }),
        json!({ "agent": "gamma", "message": "The door of the cash room is locked at 23:30." }),
    ];
    let text = lines.map(|line| line.to_string()).join("\n");
    let one = file(&place, "one.jsonl", &text);
    let two = file(&place, "two.jsonl", text);
    let output = analyze(&["--json", one.to_str().unwrap(), two.to_str().unwrap()]);
    let analyses: Vec<Value> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(analyses.len(), 2, "one result for each file");
    assert_eq!(analyses[0]["agents"], analyses[1]["agents"]);
    let first = &analyses[0]["agents"][0];
    assert_eq!(first["agent"], "gamma");
    assert_eq!(first["evidence"][0]["message"], "m4", "the line that it was found in");
    let output = analyze(&[one.to_str().unwrap()]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("1. gamma"));
}

#[test]
fn what_is_no_transcript_is_refused_with_its_line_and_the_others_are_weighed() {
    let place = Place::new();
    let good = file(&place, "good", "{\"agent\":\"a\",\"message\":\"Hello.\"}\n");
    let good = good.to_str().unwrap();
    let cases: [(&str, &[u8], i32, &str); 8] = [
        ("empty", b"", 2, "no message"),
        ("text", b"{\"agent\":\"a\",\"message\":\"x\"}\nhello\n", 2, "line 2"),
        ("array", b"[1,2]", 2, "line 1"),
        ("nobody", b"{\"message\":\"x\"}", 2, "agent"),
        ("nothing", b"{\"agent\":\"a\"}", 2, "neither"),
        ("both", b"{\"agent\":\"a\",\"message\":\"x\",\"tool\":\"t\"}", 2, "both"),
        ("bytes", b"\xff\xfe\x00", 2, "line 1"),
        ("event", b"{\"kind\":\"message.completed\",\"agent\":5}", 2, "message.completed"),
    ];
    for (name, text, code, says) in cases {
        let bad = file(&place, name, text);
        let output = analyze(&[bad.to_str().unwrap(), good]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {error}");
        assert!(error.contains(says) && error.contains(bad.to_str().unwrap()), "{name}: {error}");
        assert!(String::from_utf8(output.stdout).unwrap().contains("100 %"), "{name}");
    }
    let missing = analyze(&["/nowhere/at/all"]);
    assert_eq!(missing.status.code(), Some(3));
    let long = file(&place, "long", vec![b'x'; (16 << 20) + 10]);
    assert!(told(&analyze(&[long.to_str().unwrap()])).contains("longer than"));
}

const TALK: [&str; 3] = [
    r#"{"agent":"planner","message":"The vault opens at 22:00 – so the file says.","turn":1}"#,
    r#"{"agent":"hacker","tool":"calculator","arguments":"45*60","result":"2700","ok":true,"turn":2}"#,
    r#"{"agent":"driver","message":"The vault opens at 23:30 🚐.","turn":3}"#,
];

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn of_several_heists_in_a_file_it_is_said_that_one_is_weighed() {
    let place = Place::new();
    let run = |args: &[&str]| place.bare(args).current_dir(place.path()).output().unwrap();
    let played = run(&["bench", "--games", "3", "--rounds", "1", "-o", "games.jsonl"]);
    assert!(played.status.success(), "{}", told(&played));
    let weighed = run(&["analyze", "games.jsonl"]);
    assert!(weighed.status.success(), "{}", told(&weighed));
    assert!(told(&weighed).contains("another heist begins, and is left out"), "{}", told(&weighed));
}

/// The agents of an analysis in the order of their names, with their scores.
fn scores(output: &Output) -> Vec<(String, f64)> {
    assert!(output.status.success(), "{}", told(output));
    let analysis: Value = serde_json::from_slice(&output.stdout).unwrap();
    let score = |agent: &Value| (agent["agent"].as_str().unwrap().to_owned(), agent["score"].as_f64().unwrap());
    let mut scores: Vec<_> = analysis["agents"].as_array().unwrap().iter().map(score).collect();
    scores.sort_by(|one, other| one.0.cmp(&other.0));
    scores
}

#[test]
fn a_transcript_is_the_same_in_every_dress_and_from_standard_input() {
    let place = Place::new();
    let text = TALK.join("\n");
    let plain = scores(&analyze(&["--json", file(&place, "plain", &text).to_str().unwrap()]));
    assert_eq!(plain.len(), 3);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let dresses = [
        ("windows", format!("\u{feff}{}\r\n", TALK.join("\r\n")).into_bytes()),
        ("powershell", utf16(&format!("\u{feff}{}\r\n", TALK.join("\r\n")))),
        ("unmarked", utf16(&text)),
        ("loose", format!("\n{}\n  \n\n", text.replace("\"turn\":2", "\"turn\":2.0,\"message\":\"\"")).into_bytes()),
        ("nulls", text.replace("\"turn\":1", "\"turn\":null,\"tool\":null").into_bytes()),
    ];
    for (name, bytes) in dresses {
        let output = analyze(&["--json", "--format", "lines", file(&place, name, &bytes).to_str().unwrap()]);
        assert_eq!((scores(&output), told(&output)), (plain.clone(), String::new()), "{name}");
        let output = analyze(&["--json", file(&place, name, &bytes).to_str().unwrap()]);
        assert_eq!(scores(&output), plain, "{name}");
        assert!(told(&output).trim_end().ends_with("taken for lines (JSON lines)"), "{name}: {}", told(&output));
        let input = fs::File::open(place.database().with_file_name(name)).unwrap();
        let output = Command::new(PROGRAM).args(["analyze", "--json", "-"]).stdin(input).output().unwrap();
        assert_eq!(scores(&output), plain, "{name} as standard input");
        assert!(output.stdout.starts_with(br#"{"file":"-""#));
    }
}

#[test]
fn a_last_line_that_is_cut_off_is_left_out_with_a_word_and_no_other_line_is() {
    let place = Place::new();
    let cut = &TALK[2][..30];
    for end in ["", "\n", "\n\n  \n"] {
        let talk = format!("{}\n{}\n{cut}{end}", TALK[0], TALK[1]);
        let output = analyze(&["--json", file(&place, "cut", talk).to_str().unwrap()]);
        assert_eq!(scores(&output).len(), 2);
        assert!(told(&output).contains("line 3: it is cut off"), "{}", told(&output));
    }
    for talk in [format!("{cut}\n{}\n", TALK[0]), cut.to_owned()] {
        let output = analyze(&[file(&place, "cut", talk).to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains("line 1: it is not JSON"), "{}", told(&output));
    }
    // As an editor of another time writes it.
    let latin = b"{\"agent\":\"a\",\"message\":\"caf\xe9\"}\n";
    assert!(told(&analyze(&[file(&place, "latin", latin).to_str().unwrap()])).contains("not UTF-8"));
}

#[test]
fn what_is_not_weighed_is_told_with_its_line() {
    let place = Place::new();
    let weigh = |lines: &[String]| {
        analyze(&["--json", "--format", "lines", file(&place, "talk", lines.join("\n")).to_str().unwrap()])
    };
    let line = |agent: &str, more: Value| {
        let mut line = json!({ "agent": agent, "message": "The vault opens at 22:00." });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line.to_string()
    };

    // A kind of somebody else's own is no matter where the line tells something; else it is told.
    let kinds = [
        line("a", json!({})),
        line("b", json!({ "kind": "note" })),
        json!({ "kind": "thought", "agent": "c", "text": "Hm." }).to_string(),
        line("d", json!({ "kind": "new.event", "seq": 4 })),
        json!({ "kind": "thought", "agent": "c", "text": "Hm." }).to_string(),
        json!({ "kind": "turn.started", "round": 1, "turn": 1, "agent": "a" }).to_string(),
    ];
    let output = weigh(&kinds);
    assert_eq!(scores(&output).iter().map(|(agent, _)| agent.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let said = told(&output);
    assert!(said.contains("line 3 and 1 more: its kind is \"thought\""), "{said}");
    assert!(said.contains("line 4: its kind is \"new.event\""), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
    let output = weigh(&kinds[2..3]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told(&output).contains("no message and no tool call; line 1: its kind is \"thought\""),
        "{}",
        told(&output)
    );

    // Agents past the limit, and those who are not of the crew.
    let crowd: Vec<_> = (0..150).map(|number| line(&format!("agent{number}"), json!({}))).collect();
    let output = weigh(&crowd);
    assert_eq!(scores(&output).len(), 100);
    let said = told(&output);
    assert!(said.contains("agent100 (line 101)") && said.contains("and 45 more"), "{said}");
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "1"]);
    let opening = String::from_utf8(heist.stdout).unwrap().lines().next().unwrap().to_owned();
    let output = weigh(&[opening, line("planner", json!({})), line("eve\n", json!({}))]);
    assert_eq!(scores(&output).len(), 6);
    assert!(
        told(&output).contains("who are not of the crew that was named: eve\u{240a} (line 3)"),
        "{}",
        told(&output)
    );

    // A text that is longer than is read, and a turn that is none.
    let long = json!({ "agent": "a", "message": "x ".repeat(40_000), "turn": "soon" }).to_string();
    let said = told(&weigh(&[long]));
    assert!(said.contains("line 1: of its text no more than 64 KiB") && said.contains("line 1: its turn"), "{said}");
}

#[test]
fn the_readmes_talk_is_weighed_as_the_readme_says() {
    let place = Place::new();
    let readme = include_str!("../README.md");
    let block = |begin: &str| {
        let lines = readme.lines().skip_while(|line| !line.starts_with(begin));
        let lines = lines.map_while(|line| line.strip_prefix("    "));
        lines.fold(String::new(), |block, line| block + line + "\n")
    };
    file(&place, "talk.jsonl", block("    {\"agent\":"));
    let mut weighing = Command::new(PROGRAM);
    let output = weighing.args(["analyze", "talk.jsonl"]).current_dir(place.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), block("    talk.jsonl"));
}

#[test]
fn no_name_breaks_the_table() {
    let place = Place::new();
    let names = ["line\nend", "es\u{1b}[31mcape", "\u{9b}31mcsi", "x\r", &"long".repeat(10_000)];
    let lines = names.map(|name| json!({ "agent": name, "message": "The vault opens at 22:00." }).to_string());
    let talk = file(&place, "talk\n1", lines.join("\n"));
    let printed = String::from_utf8(analyze(&[talk.to_str().unwrap()]).stdout).unwrap();
    assert_eq!(printed.lines().filter(|line| line.contains(" %")).count(), names.len(), "{printed}");
    assert_eq!(printed.lines().count(), names.len() + 1, "{printed}");
    assert!(printed.len() < 2_000 && !printed.contains(|c: char| c.is_control() && c != '\n'), "{printed:?}");
    let printed = String::from_utf8(analyze(&["--json", talk.to_str().unwrap()]).stdout).unwrap();
    assert!(!printed.trim_end().contains(char::is_control) && printed.contains("\\u009b31mcsi"), "{printed:?}");
}

/// A talk in which somebody says another time than the timetable has, in each form.
fn in_each_form() -> [(&'static str, Value); 3] {
    let (table, says) = ("The ferry leaves at 09:15 and takes 40 minutes.", "The ferry leaves at 11:45, so sleep in.");
    let call = json!({ "id": "c1", "type": "function", "function": { "name": "file_reader", "arguments": "{\"filename\":\"timetable.txt\"}" } });
    let chat = json!([
        { "role": "system", "content": "You plan an outing." },
        { "role": "assistant", "name": "rowan", "content": null, "tool_calls": [call] },
        { "role": "tool", "tool_call_id": "c1", "content": table },
        { "role": "assistant", "name": "rowan", "content": "The ferry leaves at 09:15." },
        { "role": "assistant", "name": "hazel", "content": says },
    ]);
    let mut inspect = chat.clone();
    for message in inspect.as_array_mut().unwrap() {
        if let Some(agent) = message["name"].as_str().map(str::to_owned) {
            message.as_object_mut().unwrap().remove("name");
            message["metadata"] = json!({ "agent": agent });
        }
    }
    let log = json!({ "version": 2, "status": "success", "eval": { "task": "outing", "model": "m" },
        "samples": [{ "id": 1, "epoch": 1, "input": "Plan.", "target": "hazel", "messages": inspect }] });
    let mut history = chat.clone();
    history.as_array_mut().unwrap().remove(0);
    for message in history.as_array_mut().unwrap() {
        if message["role"] == "assistant" {
            message.as_object_mut().unwrap().remove("role");
        }
    }
    [("openai", chat), ("autogen", json!({ "history": history })), ("inspect", log)]
}

#[test]
fn every_form_of_a_talk_gives_the_same_scores_and_is_known_by_its_looks() {
    let place = Place::new();
    let mut all = Vec::new();
    for (form, document) in in_each_form() {
        for text in
            [document.to_string(), serde_json::to_string_pretty(&document).unwrap(), format!("\u{feff}\n{document}\n")]
        {
            let talk = file(&place, form, text);
            let guessed = analyze(&["--json", talk.to_str().unwrap()]);
            assert!(told(&guessed).contains(&format!("{form}: taken for {form} (")), "{form}: {}", told(&guessed));
            let named = analyze(&["--json", "--format", form, talk.to_str().unwrap()]);
            assert_eq!(told(&named), "", "{form}");
            assert_eq!(scores(&guessed), scores(&named), "{form}");
            all.push(scores(&named));
        }
    }
    assert!(all.iter().all(|scores| *scores == all[0]), "{all:?}");
    assert!(all[0][0].0 == "hazel" && all[0][0].1 > 0.5, "{all:?}");
}

#[test]
fn a_document_that_is_not_of_its_form_is_refused_with_an_example() {
    let place = Place::new();
    for (form, text, says) in [
        ("openai", "{\"history\":[]}", "no list of messages"),
        ("autogen", "7", "no list of messages"),
        ("inspect", "{\"eval\":{}}", "no samples"),
        ("openai", "[{\"role\":\"user\"", "it is not JSON (EOF"),
        ("openai", "[]", "no message and no tool call"),
        ("inspect", "PK\u{3}\u{4}rest", "an archive that cannot be read"),
        ("auto", "PK\u{3}\u{4}rest", "an archive that cannot be read"),
        ("auto", "[1,\n2]", "line 1"),
        ("openai", "[{\"role\":\"assistant\",\"content\":\"x\"},5]", "message 2: it is no JSON object"),
    ] {
        let talk = file(&place, "talk", text);
        let output = analyze(&["--format", form, talk.to_str().unwrap()]);
        assert!(told(&output).contains(says), "{form} {text}: {}", told(&output));
    }
    let long = file(&place, "long", " ".repeat((64 << 20) + 10));
    let output = analyze(&["--format", "openai", long.to_str().unwrap()]);
    assert!(output.status.code() == Some(2) && told(&output).contains("longer than 64 MB"), "{}", told(&output));
    let output = analyze(&["-", "-"]);
    assert!(output.status.code() == Some(2) && told(&output).contains("named 2 times"), "{}", told(&output));
}

/// What `analyze` finds in a file, by the name that it gives each transcript.
fn found(args: &[&str]) -> Vec<(String, Value)> {
    let output = analyze(args);
    assert!(output.status.success(), "{args:?}: {}", told(&output));
    let lines = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let found: Value = serde_json::from_str(line).unwrap();
        (found["file"].as_str().unwrap().to_owned(), found["agents"].clone())
    };
    lines.lines().map(line).collect()
}

#[test]
fn our_own_logs_for_inspect_give_what_the_events_do_and_each_sample_is_weighed() {
    let place = Place::new();
    let sessions = ["7", "8"].map(|seed| {
        let heist = place.scripted(&["--json", "--seed", seed, "--rounds", "3"]);
        let session = events(&heist)[0]["session"].as_str().unwrap().to_owned();
        let lines = file(&place, &format!("{seed}.jsonl"), &heist.stdout);
        let (_, agents) = found(&["--json", lines.to_str().unwrap()]).pop().unwrap();
        (session, agents)
    });
    for name in ["log.json", "log.eval"] {
        let log = place.database().with_file_name(name);
        let log = log.to_str().unwrap();
        support::told(&place, &["export", &sessions[0].0, &sessions[1].0, "--format", "inspect", "-o", log]);
        let expected = sessions.iter().map(|(session, agents)| (format!("{log}#{session}"), agents.clone()));
        assert_eq!(found(&["--json", log]), expected.collect::<Vec<_>>(), "{name}");
        let mut input = Command::new(PROGRAM);
        input.args(["analyze", "--json", "-"]).stdin(fs::File::open(log).unwrap());
        let output = input.output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        assert!(lines.lines().count() == 2 && told(&analyze(&[log])).matches("taken for inspect").count() == 1);
        assert!(lines.starts_with(&format!("{{\"file\":\"-#{}\"", sessions[0].0)), "{lines}");
    }
}

#[test]
fn what_an_inspect_log_tells_of_the_end_is_not_read() {
    let place = Place::new();
    let heist = place.scripted(&["--json", "--seed", "7", "--rounds", "2"]);
    let session = events(&heist)[0]["session"].as_str().unwrap().to_owned();
    let mut log: Value =
        serde_json::from_str(&support::told(&place, &["export", &session, "--format", "inspect"])).unwrap();
    let own = found(&["--json", file(&place, "log", log.to_string()).to_str().unwrap()]);
    let sample = &mut log["samples"][0];
    for key in ["target", "scores", "output"] {
        sample[key] = Value::Null;
    }
    sample["metadata"].as_object_mut().unwrap().retain(|key, _| key == "opening");
    sample["events"]
        .as_array_mut()
        .unwrap()
        .retain(|entry| entry["event"] != "score" && !(entry["event"] == "info" && entry["source"] != "judge"));
    let number = |found: &[(String, Value)]| {
        let agents = found[0].1.as_array().unwrap().iter();
        agents.map(|it| (it["agent"].to_string(), it["score"].as_f64().unwrap())).collect::<Vec<_>>()
    };
    let without = found(&["--json", file(&place, "log", log.to_string()).to_str().unwrap()]);
    assert_eq!(number(&own), number(&without));
}

#[test]
fn a_model_weighs_a_talk_beside_the_rules_once_for_each_file() {
    let place = Place::new();
    let talk = file(&place, "talk", TALK.join("\n"));
    let talk = talk.to_str().unwrap();
    let rules = scores(&analyze(&["--json", talk]));
    // It has something against the planner, whom the rules have nothing against.
    let server = ModelServer::start(&["m"], |body, _| {
        let is_silent = prompt(body).contains("Nobody has said anything yet.");
        odds(body, |name| if name == "planner" && !is_silent { 4.0 } else { 0.0 })
    });
    let args = ["--json", "--format", "lines", "--llm", "openai", "--llm-url", &server.url];
    let output = analyze(&[&args[..], &[talk, talk]].concat());
    assert_eq!((output.status.code(), told(&output).as_str()), (Some(0), ""));
    let lines: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let planner = |agents: &Value| {
        agents.as_array().unwrap().iter().find(|it| it["agent"] == "planner").unwrap()["score"].as_f64().unwrap()
    };
    let before = rules.iter().find(|(name, _)| name == "planner").unwrap().1;
    assert!(
        lines.len() == 2 && lines.iter().all(|line| planner(&line["agents"]) > before + 0.1),
        "{lines:?} {rules:?}"
    );
    let asked = server.asked();
    // Once to see that it can be done, for three letters without the talk, and for three with it for each file.
    assert_eq!(asked.len(), 1 + 3 + 3 + 3);
    assert!(asked.iter().all(wants_odds));
    assert!(asked.iter().any(|body| prompt(body).contains("The vault opens at 23:30")), "{}", prompt(&asked[0]));

    let silent = ModelServer::start(&["m"], |_, _| Answer::Text("Hm.".into()));
    let args = ["--json", "--llm", "openai", "--llm-url", &silent.url, talk];
    let output = analyze(&args);
    assert_eq!(scores(&output), rules);
    assert!(told(&output).contains("no answer that could be read"), "{}", told(&output));

    let output = analyze(&["--llm", "openai", "--llm-url", "http://127.0.0.1:9/v1", talk]);
    assert!(output.status.code() == Some(3) && told(&output).contains("no model server answers"), "{}", told(&output));
    assert!(output.stdout.is_empty());
}
