//! Whole heists with a model server that misbehaves as servers were seen to.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use support::model::{
    Answer, Asks, ModelServer, asks, good, judgement, letters, message, moves, odds, prompt, wants_odds,
};
use support::{Place, events, of_kind};

/// Plays a heist of the seed 7 with the server.
fn play(place: &Place, server: &ModelServer, more: &[&str]) -> Output {
    let args = ["--ci", "--json", "--seed", "7", "--tools", "embedded", "--llm", "openai", "--llm-url", &server.url];
    place.program(&[&args, more].concat()).output().unwrap()
}

fn faults(events: &[Value]) -> Vec<&str> {
    of_kind(events, "fault.raised").into_iter().map(|fault| fault["message"].as_str().unwrap()).collect()
}

#[test]
fn the_model_is_woken_by_one_request_and_asked_one_thing_at_a_time() {
    let (place, server) = (Place::new(), ModelServer::start(&["m"], good));
    let events = events(&play(&place, &server, &["--rounds", "2"]));
    let states: Vec<_> =
        of_kind(&events, "service.changed").into_iter().filter(|event| event["service"] == "model").collect();
    assert_eq!(states.iter().map(|event| &event["state"]).collect::<Vec<_>>(), ["starting", "healthy"]);
    let first_turn = of_kind(&events, "turn.started")[0]["seq"].as_u64();
    assert!(states[1]["seq"].as_u64() < first_turn && states[1]["detail"].as_str().unwrap().contains("8192 tokens"));
    let asked = server.asked();
    let woken = asked.iter().filter(|body| body["max_tokens"] == 1 && !wants_odds(body));
    assert_eq!(woken.count(), 1);
    assert_eq!((asked[0]["max_tokens"].as_u64(), prompt(&asked[0])), (Some(1), "The talk so far:\n"));
    assert!(asked.iter().all(|body| body["messages"][0] == asked[0]["messages"][0]), "one beginning for all");
    assert_eq!(server.most_at_once(), 1);
    assert!(faults(&events).is_empty());
    let turns: Vec<_> = of_kind(&events, "tool.called").into_iter().map(|call| call["turn"].as_u64()).collect();
    assert!(turns.len() >= 5 && turns.is_sorted_by(|one, next| one < next), "one call in most turns: {turns:?}");
    assert!(of_kind(&events, "message.completed").iter().all(|said| said["tokens"]["new"].as_u64() > Some(0)));
}

#[test]
fn another_model_that_answers_is_told_of_once() {
    let server = ModelServer::start(&["m"], |body, n| match good(body, n) {
        Answer::Text(text) => Answer::By("llama-3.2-1b", text),
        other => other,
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "1"]));
    let faults = faults(&events);
    assert!(faults.len() == 1 && faults[0].contains("llama-3.2-1b") && faults[0].contains("--model"), "{faults:?}");
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
}

#[test]
fn a_server_without_schemas_is_asked_by_tool_calls() {
    let server = ModelServer::start(&["m"], |body, n| {
        if body.get("response_format").is_some() {
            return Answer::Status(400, json!({"error": "'response_format.type' must be 'text'"}).to_string());
        }
        match asks(body) {
            Asks::Call => Answer::Call("database_query", json!({"query": "guards"}).to_string()),
            Asks::Moves => Answer::Call("pick_moves", json!({"moves": [2]}).to_string()),
            _ => good(body, n),
        }
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "1"]));
    assert!(faults(&events).is_empty(), "{:?}", faults(&events));
    // Only intel and lookout may query; what the others could not do is done by the best that they can.
    let called = of_kind(&events, "tool.called");
    assert!(of_kind(&events, "tool.denied").is_empty());
    assert_eq!(called.iter().filter(|call| call["arguments"] == "guards").count(), 2, "{called:?}");
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|body| body.get("response_format").is_some()).count(), 1, "it is remembered");
    let questions = asked.iter().filter(|body| [Asks::Call, Asks::Moves].contains(&asks(body)));
    assert!(questions.skip(1).all(|body| body["tool_choice"] == "required"));
    // Once tools are told of they are told of in every prompt, for they stand at its beginning.
    let with_tools = asked.iter().skip_while(|body| body.get("tools").is_none());
    assert!(with_tools.clone().all(|body| body["tools"] == with_tools.clone().next().unwrap()["tools"]));
}

#[test]
fn a_server_with_neither_is_asked_in_the_text() {
    let server = ModelServer::start(&["m"], |body, n| {
        if body.get("tools").is_some() {
            let refused = json!({"error": {"message": "tools param requires --jinja flag", "code": 500}});
            return Answer::Status(500, refused.to_string());
        }
        match asks(body) {
            // It is ignored.
            _ if body.get("response_format").is_some() => Answer::Text(message(n)),
            Asks::Call => Answer::Text("Let me see.\n[TOOL:database_query:guards]\nplanner: Fine.".into()),
            Asks::Moves => Answer::Text("I take [MOVE: 2].".into()),
            Asks::Message => Answer::Text(format!("{}\n[TOOL:none:]", moves(body))),
            _ => Answer::Text(message(n)),
        }
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "2", "--mole", "none"]));
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
    let called = of_kind(&events, "tool.called");
    let guards = called.iter().filter(|call| call["arguments"] == "guards").count();
    assert!((1..=2).contains(&guards), "each once: {called:?}");
    assert!(of_kind(&events, "message.completed").iter().all(|said| !said["text"].as_str().unwrap().contains("TOOL")));
    let asked = server.asked();
    let last = asked.iter().rfind(|body| asks(body) == Asks::Moves).unwrap();
    assert!(prompt(last).contains("[MOVE:N") && last.get("tools").is_none() && last.get("response_format").is_none());
}

#[test]
fn one_good_call_is_enough_for_a_turn_and_one_that_fails_is_followed_by_another() {
    let events = |answer: &'static str| {
        let server = ModelServer::start(&["m"], move |body, n| match asks(body) {
            Asks::Call => Answer::Text(answer.to_owned()),
            _ => good(body, n),
        });
        events(&play(&Place::new(), &server, &["--rounds", "2"]))
    };
    let turns = |events: &[Value]| {
        of_kind(events, "tool.called").into_iter().map(|call| call["turn"].as_u64()).collect::<Vec<_>>()
    };
    let called = turns(&events("{\"call\":1}"));
    assert!(called.len() >= 4 && called.is_sorted_by(|one, next| one < next), "{called:?}");
    let query = "{\"tool\":\"database_query\",\"argument\":\"SELECT nothing FROM guards\"}";
    let failing = events(query);
    let failed = of_kind(&failing, "tool.returned").into_iter().filter(|back| back["ok"] == false).count();
    let called = turns(&failing);
    let again = called.windows(2).filter(|two| two[0] == two[1]).count();
    assert!(failed > 0 && again > 0, "{failing:?}");
}

#[test]
fn whatever_a_model_says_its_moves_are_in_the_message() {
    for answer in
        ["I'm sorry, but I can't help with that.", "intel: We go.", "{\"moves\":[1]}", "As the mole I sabotage."]
    {
        let server = ModelServer::start(&["m"], move |body, n| match asks(body) {
            Asks::Message => Answer::Text(answer.to_owned()),
            _ => good(body, n),
        });
        let events = events(&play(&Place::new(), &server, &["--rounds", "1"]));
        let said = of_kind(&events, "message.completed");
        assert_eq!(said.len(), 7);
        let asked = server.asked();
        let wanted: Vec<_> = asked.iter().filter(|body| asks(body) == Asks::Message).map(moves).collect();
        for message in said {
            let text = message["text"].as_str().unwrap().to_lowercase();
            assert!(wanted.iter().any(|moves| text.ends_with(&moves.to_lowercase())), "{text} of {wanted:?}");
        }
        // A second try that never helps is not made for ever.
        assert!((8..=11).contains(&wanted.len()), "{}", wanted.len());
    }
}

#[test]
fn a_stream_that_is_certain_to_be_thrown_away_is_closed() {
    let server = ModelServer::start(&["m"], |body, n| match asks(body) {
        Asks::Message => {
            let pieces = ["planner:", " We", " go."].into_iter().chain(["And so on."; 400]).map(str::to_owned);
            Answer::Pieces(pieces.collect(), Duration::from_millis(20))
        }
        _ => good(body, n),
    });
    let began = Instant::now();
    // A judge would be cut off in the middle of a request.
    let events = events(&play(&Place::new(), &server, &["--rounds", "1", "--judge", "off"]));
    assert_eq!(of_kind(&events, "message.completed").len(), 7);
    // To hear all of them would take eight seconds each.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    let end = events.last().unwrap();
    assert_eq!(end["requests"].as_u64(), Some(server.asked().len() as u64));
    // What the server had no time to count is estimated.
    assert!(end["tokens"]["prompt"].as_u64() > Some(1_000 * server.asked().len() as u64 / 4), "{end}");
}

#[test]
fn a_talk_that_outgrows_the_context_is_told_in_short() {
    // The list says 8192 tokens; really there are 1900.
    let server = ModelServer::start(&["m"], |body, n| {
        let tokens = (prompt(body).len() + body["messages"][0]["content"].as_str().unwrap().len()) / 4;
        if tokens > 1_900 {
            let message = format!(
                "request ({tokens} tokens) exceeds the available context size (1900 tokens), try increasing it"
            );
            let error = json!({"error": {"code": 400, "message": message, "type": "exceed_context_size_error", "n_prompt_tokens": tokens, "n_ctx": 1900}});
            return Answer::Status(400, error.to_string());
        }
        match good(body, n) {
            Answer::Text(text) if asks(body) == Asks::Message => Answer::Text(format!("{text} {}", message(n))),
            answer => answer,
        }
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "5"]));
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
    assert!(faults(&events).is_empty(), "{:?}", faults(&events));
    let asked = server.asked();
    let last = prompt(asked.last().unwrap());
    assert!(last.contains("What was said before, in short:\n"), "{last}");
    assert!(last.contains("== Round 5"), "the newest round is told whole");
    let head = |body: &Value| prompt(body).lines().take(3).collect::<Vec<_>>().join("\n");
    let mut heads: Vec<_> = asked.iter().map(head).filter(|head| head.contains("in short")).collect();
    heads.dedup();
    assert!((1..=8).contains(&heads.len()), "{} times in 31 turns", heads.len());
}

#[test]
fn a_prompt_that_was_cut_without_a_word_is_noticed() {
    // As Ollama does: it reads 700 tokens of whatever comes.
    let reply = |body: &Value, n: usize| {
        let words = match good(body, n) {
            Answer::Text(text) => text,
            _ => String::new(),
        };
        let length = prompt(body).len() + body["messages"][0]["content"].as_str().unwrap().len();
        let usage = json!({"prompt_tokens": (length / 4).min(900), "completion_tokens": 9});
        let whole = json!({"model": "m", "usage": usage, "choices": [{"message": {"content": words}, "finish_reason": "stop"}]});
        Answer::Status(200, whole.to_string())
    };
    let server = ModelServer::start(&["m"], reply);
    let events = events(&play(&Place::new(), &server, &["--rounds", "5"]));
    let faults = faults(&events);
    assert!(
        faults.len() == 1 && faults[0].contains("900 tokens") && faults[0].contains("longer context"),
        "{faults:?}"
    );
}

#[test]
fn a_model_that_reasons_is_given_room_for_it() {
    let server = ModelServer::start(&["m"], |body, n| {
        if body["max_tokens"].as_u64() > Some(1_000) {
            return good(body, n);
        }
        let message = json!({"content": "", "reasoning_content": "Let me think of the doors"});
        let whole = json!({"model": "m", "choices": [{"message": message, "finish_reason": "length"}]});
        Answer::Status(200, whole.to_string())
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "1"]));
    assert_eq!(of_kind(&events, "message.completed").len(), 7);
    assert!(faults(&events).is_empty());
    assert_eq!(
        server.asked().iter().filter(|body| body["max_tokens"].as_u64() < Some(1_000)).count(),
        2,
        "once, and to wake"
    );
}

#[test]
fn the_moles_own_model_shows_in_no_event() {
    let server = ModelServer::start(&["m", "sly-7b"], good);
    let events = events(&play(&Place::new(), &server, &["--rounds", "2", "--mole-model", "sly-7b"]));
    assert_eq!(events.last().unwrap()["kind"], "session.completed");
    let asked = server.asked();
    let of_mole: Vec<_> = asked.iter().filter(|body| body["model"] == "sly-7b" && body["max_tokens"] != 1).collect();
    // It is told so where it decides, and nowhere else.
    let is_told = |body: &Value| prompt(body).contains("secretly the mole");
    assert!(!of_mole.is_empty() && of_mole.iter().all(|body| is_told(body) == (asks(body) == Asks::Moves)));
    let others = asked.iter().filter(|body| body["model"] == "m");
    assert!(others.into_iter().all(|body| !is_told(body)));
    assert!(events[0]["llm"]["note"].as_str().unwrap().contains("sly-7b"));
    assert!(events[1..].iter().all(|event| !event.to_string().contains("sly-7b")));
    assert!(of_kind(&events, "message.completed").iter().all(|said| said["ms"] == 0));

    let output = play(&Place::new(), &server, &["--mole-model", "other"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("does not offer other; it offers m, sly-7b"));
}

#[test]
fn what_a_message_has_cost_does_not_tell_how_often_the_mole_was_asked() {
    // It confesses whenever it is asked to speak the first time.
    let play = |confesses: bool| {
        let server = ModelServer::start(&["m"], move |body, n| match asks(body) {
            Asks::Message
                if confesses && prompt(body).contains("Say this as hacker") && prompt(body).contains("add none") =>
            {
                Answer::Text("I will sabotage the plan by what I say of the cameras, and nobody sees it.".into())
            }
            Asks::Moves => Answer::Text("{\"moves\":[1]}".into()),
            _ => good(body, n),
        });
        let events = events(&play(&Place::new(), &server, &["--rounds", "2", "--mole", "hacker"]));
        let told = |kind| of_kind(&events, kind).iter().map(|event| event["tokens"].clone()).collect::<Vec<_>>();
        let costs = [told("message.completed"), told("judge.answered")].concat();
        (costs, events.last().unwrap().clone(), server.asked())
    };
    let (confessed, real, asked) = play(true);
    let (silent, less, fewer) = play(false);
    assert_eq!(confessed, silent);
    assert!(
        asked.len() > fewer.len() && real["tokens"]["prompt"].as_u64() > less["tokens"]["prompt"].as_u64(),
        "{real}, {less}"
    );
    // What was really counted is told of all together, at the end; the server keeps no request to where it tells no odds.
    assert_eq!(
        (real["requests"].as_u64(), less["requests"].as_u64()),
        (Some(asked.len() as u64 + 1), Some(fewer.len() as u64 + 1))
    );
    let length = |body: &Value| {
        body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|said| said["content"].as_str().unwrap().len() as u64)
            .sum::<u64>()
    };
    assert_eq!(less["tokens"]["prompt"].as_u64(), Some(fewer.iter().map(|body| length(body) / 4).sum()));
    assert_eq!(less["tokens"]["generated"].as_u64(), Some(9 * fewer.len() as u64));
}

#[test]
fn a_server_that_does_not_let_us_in_ends_the_session_before_its_first_turn() {
    let refusal = json!({"error": {"message": "token required", "code": "invalid_api_key"}}).to_string();
    let server = ModelServer::start(&["m"], move |_, _| Answer::Status(401, refusal.clone()));
    let output = play(&Place::new(), &server, &["--rounds", "1"]);
    assert_eq!(output.status.code(), Some(4));
    let events = events(&output);
    assert!(of_kind(&events, "turn.started").is_empty());
    let last = events.last().unwrap();
    assert!(last["kind"] == "session.failed" && last["reason"].as_str().unwrap().contains("HEIST_LLM_KEY"), "{last}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("heist-tui resume"));
}

#[test]
fn a_server_that_goes_away_for_a_moment_costs_no_turn() {
    let server = ModelServer::start(&["m"], |body, n| match n {
        4 => Answer::Gone,
        7 => Answer::Nothing,
        9 => Answer::Status(
            503,
            json!({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}).to_string(),
        ),
        _ => good(body, n),
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "1"]));
    assert_eq!(of_kind(&events, "message.completed").len(), 7);
    let faults = of_kind(&events, "fault.raised");
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults.iter().all(|fault| fault["retry"] == true && fault.get("turn").is_none()));
}

#[test]
fn passing_refusals_cost_no_turn() {
    let server = ModelServer::start(&["m"], |body, n| match n {
        3 | 8 => Answer::Status(400, json!({"error": "Model is unloaded."}).to_string()),
        5 => Answer::Status(404, json!({"error": "model \"m\" not found"}).to_string()),
        11 => Answer::Later(2),
        13 => Answer::Status(502, "<html><h1>502 Bad Gateway</h1></html>".into()),
        _ => good(body, n),
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "1"]));
    assert_eq!(of_kind(&events, "message.completed").len(), 7);
    let faults = of_kind(&events, "fault.raised");
    assert!(faults.len() == 5 && faults.iter().all(|fault| fault["retry"] == true), "{faults:?}");
    let asked = server.asked();
    let choices = asked.iter().filter(|body| asks(body) == Asks::Moves);
    assert!(choices.clone().count() > 5 && choices.into_iter().all(|body| body.get("response_format").is_some()));
}

#[test]
fn a_schema_that_is_refused_in_other_words_is_left_out() {
    let server = ModelServer::start(&["m"], |body, n| {
        if body.get("response_format").is_some() {
            return Answer::Status(400, json!({"error": "this is not supported here"}).to_string());
        }
        if body["tool_choice"] == "required" {
            return Answer::Call("pick_moves", json!({"moves": [1]}).to_string());
        }
        good(body, n)
    });
    let events = events(&play(&Place::new(), &server, &["--rounds", "1", "--judge", "off"]));
    assert_eq!(of_kind(&events, "message.completed").len(), 7);
    assert_eq!(server.asked().iter().filter(|body| body.get("response_format").is_some()).count(), 2);
}

#[test]
fn the_model_that_plays_is_one_that_answers() {
    const MODELS: [&str; 4] = ["bge-m3:latest", "openai/*", "drawing-1", "qwen3:4b"];
    let answer = |body: &Value, n: usize| match body["model"].as_str() {
        Some("qwen3:4b") => good(body, n),
        _ => Answer::Status(400, json!({"error": "this model does not chat"}).to_string()),
    };
    let server = ModelServer::start(&MODELS, answer);
    let output = play(&Place::new(), &server, &["--rounds", "1"]);
    let events = events(&output);
    let llm = &events[0]["llm"];
    assert_eq!(llm["model"], "qwen3:4b");
    let note = llm["note"].as_str().unwrap();
    assert!(note.contains("drawing-1 does not play") && note.contains("does not chat"), "{note}");
    assert_eq!(of_kind(&events, "message.completed").len(), 7);
    let asked = server.asked();
    assert!(asked.iter().all(|body| body["model"] == "qwen3:4b" || body["model"] == "drawing-1"));
    assert_eq!(asked.iter().filter(|body| body["model"] == "drawing-1").count(), 1);

    // Who names one gets it or is told why not.
    let output = play(&Place::new(), &server, &["--rounds", "1", "--model", "drawing-1"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("this model does not chat"));
    assert!(server.asked()[asked.len()..].iter().all(|body| body["model"] == "drawing-1"));
}

#[test]
fn a_server_that_falls_silent_ends_the_session_in_the_time_that_is_set() {
    for silent_from in [0, 5] {
        let server = ModelServer::start(&["m"], move |body, n| match n {
            _ if n < silent_from => good(body, n),
            _ => Answer::Silence(Duration::from_mins(1)),
        });
        let began = Instant::now();
        let output = play(&Place::new(), &server, &["--rounds", "5", "--llm-timeout", "2"]);
        assert_eq!(output.status.code(), Some(4));
        // Without the limit it would take 31 turns, each with several tries.
        assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
        let events = events(&output);
        let last = events.last().unwrap();
        assert!(last["kind"] == "session.failed" && last["resumable"] == true, "{last}");
        assert!(last["reason"].as_str().unwrap().contains("for 2 s"), "{last}");
        assert_eq!(server.asked().len(), silent_from + 1, "it is not asked again while it may still be reading");
    }
}

#[test]
fn a_server_that_loads_its_model_is_waited_for() {
    let server = ModelServer::start_loading(3, &["m"], good);
    let output = play(&Place::new(), &server, &["--rounds", "1"]);
    assert!(output.status.success());
    assert_eq!(of_kind(&events(&output), "message.completed").len(), 7);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told.matches("is loading its model").count(), 1, "{told}");
}

#[test]
fn a_stream_that_breaks_off_in_mid_message_is_asked_for_again_and_nothing_is_doubled() {
    let server = ModelServer::start(&["m"], |body, n| {
        if asks(body) != Asks::Message || n % 3 != 0 {
            good(body, n)
        } else {
            Answer::Cut("Half of a sentence that".into())
        }
    });
    let output = play(&Place::new(), &server, &["--rounds", "1", "--deltas"]);
    assert!(output.status.success());
    let events = events(&output);
    let said = of_kind(&events, "message.completed");
    assert_eq!(said.len(), 7);
    assert!(said.iter().all(|message| !message["text"].as_str().unwrap().contains("Half of")), "{said:?}");
    assert!(!of_kind(&events, "fault.raised").is_empty());
    // Whoever watched is told that what was shown is void.
    for (index, cut) in events.iter().enumerate().filter(|(_, event)| event["text"] == "Half of a sentence that") {
        let next = events[index + 1..].iter().find(|event| event["kind"] == "message.delta").unwrap();
        assert_eq!((&next["turn"], &next["restart"]), (&cut["turn"], &true.into()));
    }
}

#[test]
fn the_judge_is_heard_and_one_that_says_nothing_of_use_is_told_of() {
    let server =
        ModelServer::start(
            &["m"],
            |body, n| if asks(body) == Asks::Judgement { judgement("driver") } else { good(body, n) },
        );
    let rounds = ["--rounds", "2"];
    let told = events(&play(&Place::new(), &server, &rounds));
    let judged = of_kind(&told, "judge.answered");
    assert_eq!(judged.iter().map(|it| it["round"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    let driver = &judged[0]["agents"][4];
    assert!(driver["agent"] == "driver" && driver["score"].as_f64().unwrap() > 0.5, "{driver}");
    // The judge counts beside the signs: whom it suspects is suspected more than before.
    let answered = told.iter().position(|event| event["kind"] == "judge.answered").unwrap();
    let weighed = told[answered..].iter().find(|event| event["kind"] == "suspicion.changed").unwrap();
    let changes = weighed["agents"].as_array().unwrap().iter().map(|agent| agent["delta"].as_f64().unwrap());
    let changes: Vec<_> = changes.collect();
    assert!(changes[4] > 0.0 && changes.iter().all(|change| *change <= changes[4]), "{weighed}");

    let silent = ModelServer::start(&["m"], |body, n| {
        if asks(body) == Asks::Judgement { Answer::Text("I suspect everybody.".into()) } else { good(body, n) }
    });
    let told = events(&play(&Place::new(), &silent, &rounds));
    assert!(of_kind(&told, "judge.answered").is_empty());
    assert_eq!(of_kind(&told, "fault.raised").iter().filter(|fault| fault["where"] == "judge").count(), 2);
    let off = events(&play(&Place::new(), &silent, &["--rounds", "1", "--judge", "off"]));
    assert!(of_kind(&off, "fault.raised").is_empty());
}

#[test]
fn the_judge_is_asked_by_the_odds_of_letters_and_neither_a_letter_nor_a_name_makes_it_suspect() {
    // It likes the name of the planner in any case, and after the talk it suspects the driver.
    let server = ModelServer::start(&["m"], |body, n| match asks(body) {
        Asks::Judgement if wants_odds(body) => {
            let is_silent = prompt(body).contains("Nobody has said anything yet.");
            odds(body, |name| match name {
                "planner" => 2.0,
                "driver" if !is_silent => 1.5,
                _ => 0.0,
            })
        }
        _ => good(body, n),
    });
    let told = events(&play(&Place::new(), &server, &["--rounds", "2"]));
    let judged = of_kind(&told, "judge.answered");
    assert_eq!(judged.len(), 2);
    for answer in judged {
        assert_eq!(answer["method"], "logprobs");
        for agent in answer["agents"].as_array().unwrap() {
            let share = if agent["agent"] == "driver" { f64::exp(1.5) } else { 1.0 };
            let score = agent["score"].as_f64().unwrap();
            assert!((score - share / (5.0 + f64::exp(1.5))).abs() < 1e-6, "{answer}");
        }
    }
    let asked: Vec<_> = server.asked().into_iter().filter(wants_odds).collect();
    // Once to see that it can be done; for each name and letter without the talk; and after each round.
    assert_eq!(asked.len(), 1 + 6 + 6 + 6);
    for body in &asked {
        assert_eq!((&body["max_tokens"], &body["temperature"]), (&1.into(), &0.0.into()));
        assert_eq!(letters(body).len(), 6);
        assert!(prompt(body).starts_with("The talk so far:"), "{}", prompt(body));
    }
    // All orders begin alike, so that a server reads the extract once.
    let last: Vec<_> = asked.iter().rev().take(6).map(|body| prompt(body).rsplit_once("\nA: ").unwrap().0).collect();
    assert!(last.iter().all(|text| *text == last[0]));
    let first: std::collections::BTreeSet<_> =
        asked.iter().rev().take(6).map(|body| letters(body)[0].1.clone()).collect();
    assert_eq!(first.len(), 6);
}

#[test]
fn a_server_that_tells_no_odds_is_asked_for_them_once_and_then_in_words() {
    for refusal in [None, Some((400, "unknown field logprobs")), Some((422, "no"))] {
        let server = ModelServer::start(&["m"], move |body, n| match (asks(body), refusal) {
            (Asks::Judgement, Some((status, why))) if wants_odds(body) => Answer::Status(status, why.into()),
            (Asks::Judgement, None) if wants_odds(body) => Answer::Text("B".into()),
            _ => good(body, n),
        });
        let told = events(&play(&Place::new(), &server, &["--rounds", "2"]));
        let judged = of_kind(&told, "judge.answered");
        assert_eq!(judged.len(), 2);
        assert!(judged.iter().all(|answer| answer["method"] == "sampled"), "{judged:?}");
        assert!(of_kind(&told, "fault.raised").is_empty());
        assert_eq!(server.asked().iter().filter(|body| wants_odds(body)).count(), 1);
    }
}

#[test]
fn a_judge_of_its_own_is_told_the_extract_and_not_the_talk() {
    let server = ModelServer::start(&["m", "wise"], |body, n| match asks(body) {
        Asks::Judgement if wants_odds(body) => odds(body, |_| 0.0),
        _ => good(body, n),
    });
    let told = events(&play(&Place::new(), &server, &["--rounds", "2", "--model", "m", "--judge-model", "wise"]));
    let judged = of_kind(&told, "judge.answered");
    assert!(judged.len() == 2 && judged.iter().all(|answer| answer["method"] == "logprobs"), "{judged:?}");
    let asked: Vec<_> = server.asked().into_iter().filter(wants_odds).collect();
    for body in &asked {
        assert_eq!(body["model"], "wise");
        assert!(!prompt(body).contains("The talk so far") && prompt(body).len() < 4_000, "{}", prompt(body));
    }
}
