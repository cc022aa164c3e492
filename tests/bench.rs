//! `bench`, as a person runs it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::process::{Command, Output};

use serde_json::Value;
use support::model::{ModelServer, good, prompt};
use support::{PROGRAM, Place, events, of_kind};

fn bench(place: &Place, args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("bench").args(args).envs(place.environment()).output().unwrap()
}

#[test]
fn games_are_counted_and_the_same_seeds_give_the_same_figures() {
    let place = Place::new();
    let figures = |jobs: &str| {
        let args = ["--games", "10", "--seed", "40", "--rounds", "2", "--jobs", jobs, "--json"];
        let output = bench(&place, &args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut figures: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(figures["heists_per_s"].as_f64().unwrap() > 0.0);
        figures.as_object_mut().unwrap().remove("heists_per_s");
        figures
    };
    let one = figures("1");
    assert_eq!(one["games"], 10);
    assert_eq!(one["no_mole"]["games"], 1);
    assert_eq!(one["messages"], 11 * 13);
    let strategies = one["by_strategy"].as_object().unwrap();
    assert_eq!(strategies.values().map(|it| it["games"].as_u64().unwrap()).sum::<u64>(), 10);
    for name in ["top1", "auroc", "brier", "ece"] {
        assert!((0.0..=1.0).contains(&one[name].as_f64().unwrap()), "{name}");
    }
    let (sabotage, honest) = (&one["sabotage"], &one["honest"]);
    assert!(sabotage["acts"].as_u64().unwrap() >= 10, "{sabotage}");
    for name in ["per_mole_turn", "in_text"] {
        assert!((0.0..=1.0).contains(&sabotage[name].as_f64().unwrap()), "{name}");
    }
    // The planner, who may be the mole, speaks once more than the others.
    let messages = honest["messages"].as_u64().unwrap();
    assert!((11 * 13 - 3 * 10..=11 * 13 - 2 * 10).contains(&messages), "{honest}");
    assert!(honest["contradictions"].as_u64().unwrap() < messages, "{honest}");
    assert!(one["log_loss"].as_f64().unwrap() > 0.0);
    assert_eq!(one, figures("3"), "to the last digit, however many are played at a time");
}

#[test]
fn the_file_has_each_game_whole_and_shards_put_together_are_the_whole() {
    let place = Place::new();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let played = |name: &str, args: &[&str]| {
        let file = file(name);
        let args = [&["--games", "10", "--seed", "60", "--rounds", "1", "--json", "-o", &file], args].concat();
        let output = bench(&place, &args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut figures: Value = serde_json::from_slice(&output.stdout).unwrap();
        figures["heists_per_s"] = Value::Null;
        figures
    };
    let merged = |names: &[&str]| {
        let files: Vec<_> =
            names.iter().map(|name| if *name == "-o" { (*name).to_owned() } else { file(name) }).collect();
        let args: Vec<_> = ["merge", "--json"].into_iter().chain(files.iter().map(String::as_str)).collect();
        bench(&place, &args)
    };
    let whole = played("whole", &[]);
    let text = std::fs::read_to_string(file("whole")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let games: Vec<_> = lines.chunk_by(|one, next| one["session"] == next["session"]).collect();
    assert_eq!(games.len(), 11);
    for (number, game) in games.iter().enumerate() {
        assert_eq!(game[0]["kind"], "session.started");
        assert_eq!(game[0]["seed"], if number < 10 { 60 + number } else { 60 });
        assert!(game.iter().zip(1..).all(|(event, seq)| event["seq"] == seq));
        assert_eq!(game.iter().filter(|event| event["kind"] == "suspicion.changed").count(), 1);
        assert_eq!(game.last().unwrap()["kind"], "session.completed");
    }
    assert_eq!((&games[0][0]["session"], &games[10][0]["session"]), (&"seed-60".into(), &"seed-60-without".into()));
    let again = merged(&["whole"]);
    assert_eq!(serde_json::from_slice::<Value>(&again.stdout).unwrap(), whole);
    // The same every time, and in shards.
    played("two", &["--jobs", "3"]);
    assert_eq!(std::fs::read_to_string(file("two")).unwrap(), text);
    for shard in ["1/3", "2/3", "3/3"] {
        played(&shard.replace('/', "of"), &["--shard", shard]);
    }
    let parts = merged(&["3of3", "1of3", "2of3"]);
    assert_eq!(serde_json::from_slice::<Value>(&parts.stdout).unwrap(), whole);
    let parts = merged(&["3of3", "1of3", "2of3", "-o", "together"]);
    assert!(parts.status.success(), "{parts:?}");
    assert_eq!(std::fs::read_to_string(file("together")).unwrap(), text, "to the byte");
    // Also where a copy has lost the end of its last line.
    std::fs::write(file("1of3"), std::fs::read_to_string(file("1of3")).unwrap().trim_end()).unwrap();
    let parts = merged(&["1of3", "2of3", "3of3", "-o", "together"]);
    assert!(parts.status.success(), "{parts:?}");
    assert_eq!(std::fs::read_to_string(file("together")).unwrap(), text, "to the byte");
    // What is no whole.
    let other = bench(&place, &["--games", "1", "--seed", "61", "--rounds", "1", "-o", &file("other")]);
    assert!(other.status.success());
    let older = text.replace(&format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION")), "\"version\":\"0.0.1\"");
    assert_ne!(older, text);
    std::fs::write(file("older"), older).unwrap();
    std::fs::write(file("cut"), text.rsplit_once('{').unwrap().0).unwrap();
    std::fs::write(file("nonsense"), "seven\n").unwrap();
    for (names, code, words) in [
        (&["1of3", "3of3"][..], 2, "seed-61 is not"),
        (&["1of3", "1of3"], 2, "seed-60 stands in these files twice"),
        (&["1of3", "other"], 2, "another bench"),
        (&["older"], 2, "version 0.0.1"),
        (&["cut"], 2, "the file ends before its last game does"),
        (&["nonsense"], 2, "line 1: it is of no bench"),
        (&["missing"], 3, "cannot use"),
    ] {
        let refused = merged(names);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!((refused.status.code(), said.contains(words)), (Some(code), true), "{names:?}: {said}");
    }
}

#[test]
fn results_alone_are_put_together_too() {
    let place = Place::new();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let played = |args: &[&str]| {
        let output = bench(&place, &[&["--games", "10", "--seed", "80", "--rounds", "1"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let whole: Value = serde_json::from_slice(&played(&["--json", "--results", &file("whole")])).unwrap();
    let text = std::fs::read_to_string(file("whole")).unwrap();
    assert_eq!(text.lines().count(), 11);
    assert!(text.lines().all(|line| line.len() < 1_500), "{text}");
    // Engines count from 0, and keep what a task prints.
    for (task, shard) in ["0+1/2", "1+1/2"].into_iter().enumerate() {
        let printed = played(&["--shard", shard, "--results", "-"]);
        std::fs::write(file(&format!("task{task}")), printed).unwrap();
    }
    let args = ["merge", "--json", &file("task1"), &file("task0"), "--results", &file("together")];
    let merged = bench(&place, &args);
    let mut figures: Value = serde_json::from_slice(&merged.stdout).unwrap();
    figures["heists_per_s"] = whole["heists_per_s"].clone();
    assert_eq!(figures, whole);
    assert_eq!(std::fs::read_to_string(file("together")).unwrap(), text, "to the byte");
    // In any order, from a pipe.
    let mut lines: Vec<_> = text.lines().collect();
    lines.reverse();
    let mut piped = Command::new(PROGRAM);
    let mut piped = piped.args(["bench", "merge", "--json", "-"]).envs(place.environment());
    piped = piped.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut merge = piped.spawn().unwrap();
    std::io::Write::write_all(&mut merge.stdin.take().unwrap(), lines.join("\n").as_bytes()).unwrap();
    let output = merge.wait_with_output().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["top1"], whole["top1"]);
    // And into one.
    let printed = bench(&place, &["merge", &file("task1"), &file("task0"), "--results", "-"]);
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), text);
    for name in ["events", "events.eval"] {
        let refused = bench(&place, &["merge", &file("whole"), "-o", &file(name)]);
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        let part = format!("{name}.part");
        assert!(!place.path().join(name).exists() && !place.path().join(part).exists());
    }
}

#[test]
fn a_bench_that_was_cut_off_goes_on_and_one_that_was_played_is_not_played_again() {
    let place = Place::new();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let play = |more: &[&str]| {
        let (events, results) = (file("events"), file("results"));
        let args = ["--games", "10", "--seed", "90", "--rounds", "1", "--json", "-o", &events, "--results", &results];
        let output = bench(&place, &[&args, more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap();
    let first = play(&[]);
    let (events, results) = (read("events"), read("results"));
    assert!(!place.path().join("events.part").exists());
    // Whoever asks again gets the figures of what is there.
    let again = play(&[]);
    assert_eq!((&again["heists_per_s"], &again["top1"]), (&Value::Null, &first["top1"]));
    // One file ends within its fifth game, the other within its third.
    let cut = |text: &str, lines: usize| {
        let whole: String = text.split_inclusive('\n').take(lines).collect();
        format!("{whole}{{\"seq\":")
    };
    let starts: Vec<_> = (0..).zip(events.lines()).filter(|(_, line)| line.contains("session.started")).collect();
    for (name, text) in [("events.part", cut(&events, starts[4].0 + 3)), ("results.part", cut(&results, 2))] {
        std::fs::write(file(name), text).unwrap();
    }
    std::fs::remove_file(file("events")).unwrap();
    let on = play(&[]);
    assert!(on["heists_per_s"].as_f64().is_some());
    assert_eq!(on["auroc"], first["auroc"]);
    assert_eq!((read("events"), read("results")), (events.clone(), results.clone()), "to the byte");
    // A file that was whole and has lost the end of its last line has all games.
    std::fs::write(file("results"), results.trim_end()).unwrap();
    assert_eq!(play(&[])["heists_per_s"], Value::Null);
    std::fs::write(file("results"), &results).unwrap();
    // A game that looks whole and has no end was cut off too.
    std::fs::rename(file("events"), file("events.part")).unwrap();
    std::fs::write(file("results.part"), results.lines().take(3).collect::<Vec<_>>().join("\n")).unwrap();
    play(&[]);
    assert_eq!((read("events"), read("results")), (events.clone(), results.clone()), "to the byte");
    // What another bench has left is not overwritten: it may have taken days.
    std::fs::rename(file("events"), file("events.part")).unwrap();
    let (to_events, to_results) = (file("events"), file("results"));
    let hard = ["--games", "10", "--seed", "90", "--rounds", "1", "--difficulty", "hard"];
    let refused = bench(&place, &[&hard[..], &["-o", &to_events, "--results", &to_results]].concat());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("has games of another bench"), "{said}");
    assert_eq!((read("events.part"), read("results")), (events, results));
    // Nobody else may write the same file meanwhile.
    for (option, name) in [("--results", "held"), ("-o", "held.eval")] {
        let part = format!("{name}.part");
        std::fs::write(file(&part), "theirs").unwrap();
        let held = std::fs::File::open(file(&part)).unwrap();
        held.lock().unwrap();
        let refused = bench(&place, &["--games", "1", option, &file(name)]);
        assert_eq!(refused.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("another bench is playing into"));
        assert_eq!(read(&part), "theirs");
    }
}

#[test]
fn a_bench_counts_what_single_heists_would_have_shown() {
    let place = Place::new();
    let mut found = 0.0;
    for seed in ["40", "41", "42", "43"] {
        let heist = events(&place.scripted(&["--json", "--rounds", "2", "--seed", seed]));
        let verdict = of_kind(&heist, "verdict.reached")[0];
        found += if verdict["outcome"] == "success" { 1.0 } else { 0.0 };
    }
    let output = bench(&place, &["--games", "4", "--seed", "40", "--rounds", "2", "--json"]);
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["top1"], found / 4.0);
    assert!(!place.database().with_file_name("heist-tui").exists(), "the games are not kept");
}

#[test]
fn a_bench_is_a_log_for_inspect_where_its_file_is_named_so() {
    let place = Place::new();
    let file = place.database().with_file_name("bench.eval");
    let file = file.to_str().unwrap();
    let output = bench(&place, &["--games", "10", "--rounds", "2", "-o", file, "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    let header: Value = serde_json::from_reader(zip.by_name("header.json").unwrap()).unwrap();
    let metrics = &header["results"]["scores"][0]["metrics"];
    for (metric, figure) in [("accuracy", "top1"), ("auroc", "auroc"), ("brier", "brier"), ("log_loss", "log_loss")] {
        let [metric, figure] = [&metrics[metric]["value"], &figures[figure]].map(|value| value.as_f64().unwrap());
        assert!((metric - figure).abs() < 1e-12, "{metrics}");
    }
    assert_eq!(header["eval"]["dataset"]["samples"], 11);
    assert_eq!(zip.file_names().filter(|name| name.as_ref().unwrap().starts_with("samples/seed-")).count(), 11);
    assert!(!std::path::Path::new(&format!("{file}.part")).exists(), "it got its name");
    // Where it cannot have its name, what was played is not lost.
    let folder = place.path().join("folder.eval");
    std::fs::create_dir(&folder).unwrap();
    let output = bench(&place, &["--games", "1", "--rounds", "1", "-o", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(place.path().join("folder.eval.part").metadata().unwrap().len() > 0);
    // Each game is weighed as it was when it was played.
    let output = Command::new(PROGRAM).args(["analyze", "--json", file]).output().unwrap();
    let weighed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(weighed.lines().count(), 11);
    // Shards become the same log.
    let shards = ["1/2", "2/2"].map(|shard| place.path().join(shard.replace('/', "of")).display().to_string());
    for (shard, file) in ["1/2", "2/2"].iter().zip(&shards) {
        let output = bench(&place, &["--games", "10", "--rounds", "2", "--shard", shard, "-o", file]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let found = || -> Vec<Value> {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
        let summaries: Value = serde_json::from_reader(zip.by_name("summaries.json").unwrap()).unwrap();
        summaries.as_array().unwrap().iter().map(|sample| sample["scores"].clone()).collect()
    };
    let before = found();
    let merged = bench(&place, &["merge", &shards[0], &shards[1], "-o", file]);
    assert!(merged.status.success(), "{}", String::from_utf8_lossy(&merged.stderr));
    assert_eq!(found(), before, "with all that the detector found");
    let output = Command::new(PROGRAM).args(["analyze", "--json", file]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), weighed);
}

/// Where nothing listens the scripted crew plays, and that is told; a mistake is told and nothing is played.
#[test]
fn without_a_server_the_scripted_crew_plays_and_a_mistake_is_told() {
    let (place, server) = (Place::new(), ModelServer::start(&["m"], good));
    let play = |more: &[&str]| bench(&place, &[&["--games", "1", "--rounds", "1", "--llm", "auto"], more].concat());
    let gone = play(&["--llm-url", "http://127.0.0.1:9"]);
    let said = String::from_utf8_lossy(&gone.stderr);
    assert!(gone.status.success() && said.contains("the scripted crew plays: "), "{said}");
    for mistake in [["--llm-url", "ftp://a"].as_slice(), &["--llm-url", &server.url, "--model", "typo"]] {
        let refused = play(mistake);
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0), "{mistake:?}");
    }
}

#[test]
fn heists_are_dealt_to_several_model_servers() {
    let place = Place::new();
    let (one, other) = (ModelServer::start(&["m"], good), ModelServer::start(&["m"], good));
    let results = place.path().join("results").display().to_string();
    let play = |more: &[&str]| {
        let args = ["--games", "4", "--seed", "7", "--rounds", "1", "--llm", "openai", "--results", &results];
        bench(&place, &[&args, more].concat())
    };
    let output = play(&["--llm-url", &one.url, "--llm-url", &other.url]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = std::fs::read_to_string(&results).unwrap();
    let games: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(games.len(), 4);
    assert!(games.iter().all(|line| line["game"]["model"] == "m" && line["game"]["messages"] == 7), "{lines}");
    // Neither tells how much it answers at a time, so each plays one heist after the other.
    let heists =
        |server: &ModelServer| server.asked().iter().filter(|body| prompt(body) == "The talk so far:\n").count();
    assert_eq!(heists(&one) + heists(&other), 4);
    assert!(heists(&one) > 0 && heists(&other) > 0, "{} and {}", heists(&one), heists(&other));
    assert_eq!((one.most_at_once(), other.most_at_once()), (1, 1));
    // A bench that was cut off does not go on with another model.
    let third = ModelServer::start(&["n"], good);
    std::fs::remove_file(&results).unwrap();
    let part = format!("{results}.part");
    std::fs::write(&part, lines.split_inclusive('\n').take(2).collect::<String>()).unwrap();
    let refused = play(&["--llm-url", &third.url]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("does not offer m; it offers n"), "{said}");
    let refused = play(&["--llm-url", &third.url, "--model", "n"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(2) && said.contains("has games of another bench"), "{said}");
    assert_eq!(std::fs::read_to_string(&part).unwrap().lines().count(), 2);
    assert!(play(&["--llm-url", &one.url]).status.success());
    assert_eq!(std::fs::read_to_string(&results).unwrap().lines().count(), 4);
    std::fs::remove_file(&results).unwrap();
    let refused = play(&["--llm-url", &one.url, "--llm-url", &third.url]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("would play with n, and another server with m"));
}
