//! The configuration: its layers, and the commands about it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::process::Output;

use serde_json::{Value, json};
use support::{Place, events};

fn run(place: &Place, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let output = place.bare(args).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Writes the configuration where it is sought.
fn write(place: &Place, text: &str) {
    fs::create_dir_all(place.path().join("heist-tui")).unwrap();
    fs::write(place.path().join("heist-tui/config.toml"), text).unwrap();
}

fn option(place: &Place, key: &str, args: &[&str], variables: &[(&str, &str)]) -> Value {
    let shown = run(place, &[&["config", "show", "--json"], args].concat(), variables);
    serde_json::from_str::<Value>(&text(&shown)).unwrap()["options"][key].clone()
}

#[test]
fn flags_come_before_variables_and_these_before_the_file() {
    let place = Place::new();
    let opening = |args: &[&str], variables: &[(&str, &str)]| {
        let output =
            run(&place, &[&["--ci", "--json", "--tools", "embedded", "--seed", "7"], args].concat(), variables);
        let opening = events(&output).remove(0);
        (opening["llm"]["backend"].as_str().unwrap().to_owned(), opening["rounds"].as_u64().unwrap())
    };
    let nobody = ("HEIST_LLM_URL", "http://127.0.0.1:9");
    assert_eq!(option(&place, "rounds", &[], &[]), json!({ "value": 5, "from": "default" }));
    write(&place, "llm = \"openai\"\nrounds = 2\n");
    assert_eq!(option(&place, "rounds", &[], &[]), json!({ "value": 2, "from": "file" }));
    assert_eq!(option(&place, "llm", &[], &[]), json!({ "value": "openai", "from": "file" }));
    let scripted = ("HEIST_LLM", "scripted");
    assert_eq!(option(&place, "llm", &[], &[scripted]), json!({ "value": "scripted", "from": "HEIST_LLM" }));
    assert_eq!(opening(&[], &[scripted]), ("scripted".into(), 2));
    assert_eq!(opening(&["--rounds", "1", "--llm", "scripted"], &[nobody]), ("scripted".into(), 1));
    // The file alone asks for a server that is not there.
    let output = place.bare(&["--ci", "--tools", "embedded"]).envs([nobody]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn whether_the_heist_waits_is_as_it_was_left_unless_something_says_otherwise() {
    let place = Place::new();
    assert_eq!(option(&place, "by_turn", &[], &[]), json!({ "value": null, "from": "default" }));
    write(&place, "by_turn = true\n");
    assert_eq!(option(&place, "by_turn", &[], &[]), json!({ "value": true, "from": "file" }));
    assert!(text(&run(&place, &["man"], &[])).contains("by\\-turn"));
}

#[test]
fn another_file_can_be_named_and_paths_start_from_its_folder() {
    let place = Place::new();
    write(&place, "rounds = 50\n");
    let folder = place.path().join("elsewhere");
    fs::create_dir(&folder).unwrap();
    let crew = "[[agents]]\nname = \"a\"\nrole = \"leads\"\n[[agents]]\nname = \"b\"\nrole = \"helps\"\n";
    fs::write(folder.join("two.toml"), crew).unwrap();
    let settings = "crew = \"two.toml\"\ndb = \"~/my.db\"\nllm = \"scripted\"\ntools = \"embedded\"\nrounds = 1\n";
    fs::write(folder.join("mine.toml"), settings).unwrap();
    let file = folder.join("mine.toml");
    let output = run(&place, &["--ci", "--json", "--config", file.to_str().unwrap()], &[]);
    let told = events(&output);
    assert_eq!(told[0]["crew"][1]["name"], "b");
    assert_eq!(told.last().unwrap()["messages"], 3);
    assert!(place.path().join("my.db").exists());
    // The commands about recorded heists look in the same database.
    let listed = run(&place, &["sessions", "--json", "--config", file.to_str().unwrap()], &[]);
    assert!(text(&listed).contains(told[0]["session"].as_str().unwrap()));
    // It may be named before a command as well as behind it.
    let (file, joined) = (file.to_str().unwrap(), format!("--config={}", file.display()));
    for args in
        [&["config", "show", "--config", file][..], &["--config", file, "config", "show"], &[&joined, "config", "show"]]
    {
        assert!(text(&run(&place, args, &[])).contains("rounds = 1 "), "{args:?}");
    }
    let refused = place.bare(&["--config", file, "--rounds", "3", "status"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "playing's options are still none of other commands");
}

#[test]
fn a_command_with_a_default_of_its_own_keeps_it() {
    let place = Place::new();
    // `bench` plays with the scripted crew unless it is told otherwise.
    write(&place, "llm = \"openai\"\nllm_url = \"http://127.0.0.1:9\"\nrounds = 1\n");
    let played = text(&run(&place, &["bench", "--games", "1", "--json"], &[]));
    assert_eq!(serde_json::from_str::<Value>(&played).unwrap()["messages"], 7);
}

#[test]
fn what_the_file_turns_on_a_flag_turns_off() {
    let place = Place::new();
    write(&place, "keep = true\n");
    assert_eq!(option(&place, "keep", &[], &[]), json!({ "value": true, "from": "file" }));
    for flag in ["--keep=false", "--keep=true", "--keep"] {
        run(&place, &["--ci", "--llm", "scripted", "--tools", "embedded", "--rounds", "1", flag], &[]);
    }
}

#[test]
fn the_variables_of_docker_come_before_the_file() {
    let place = Place::new();
    write(&place, "docker_host = \"unix:///from-file.sock\"\n");
    let host = ("DOCKER_HOST", "unix:///from-variable.sock");
    assert_eq!(option(&place, "docker_host", &[], &[("DOCKER_HOST", "")])["value"], "unix:///from-file.sock");
    let expected = json!({ "value": host.1, "from": "DOCKER_HOST" });
    assert_eq!(option(&place, "docker_host", &[], &[host]), expected);
    let output = place.bare(&["status"]).envs([host]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("from-variable") && !told.contains("from-file"), "{told}");

    // So does a context.
    let context = ("DOCKER_CONTEXT", "nowhere");
    let expected = json!({ "value": null, "from": "DOCKER_CONTEXT" });
    assert_eq!(option(&place, "docker_host", &[], &[context]), expected);
    let output = place.bare(&["status"]).envs([context]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("Docker context nowhere") && !told.contains("from-file"), "{told}");
}

#[test]
fn init_writes_what_can_be_used_and_never_overwrites() {
    let place = Place::new();
    let path = place.path().join("heist-tui/config.toml");
    assert_eq!(text(&run(&place, &["config", "path"], &[])).trim(), path.to_str().unwrap());
    assert!(!path.exists());
    let crew = path.with_file_name("crew.toml");
    let told = text(&run(&place, &["config", "init"], &[]));
    assert_eq!(told, format!("wrote: {}\nwrote: {}\n", path.display(), crew.display()));
    assert_eq!(option(&place, "rounds", &[], &[]), json!({ "value": 5, "from": "default" }));

    let play = ["--ci", "--llm", "scripted", "--tools", "embedded", "--rounds", "1", "--seed", "7", "--json"];
    let text_of = |output: &Output| events(output).iter().map(|event| event["text"].clone()).collect::<Vec<_>>();
    let own = run(&place, &[&play[..], &["--crew", crew.to_str().unwrap()]].concat(), &[]);
    assert_eq!(text_of(&own), text_of(&run(&place, &play, &[])));

    fs::write(&path, "rounds = 3\n").unwrap();
    fs::remove_file(&crew).unwrap();
    let told = text(&run(&place, &["config", "init"], &[]));
    assert_eq!(told, format!("left as it is: {}\nwrote: {}\n", path.display(), crew.display()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "rounds = 3\n");
}

#[test]
fn what_is_shown_is_a_configuration_without_secrets() {
    let place = Place::new();
    let secrets = [("HEIST_LLM_KEY", "sk-12345"), ("HEIST_LLM_URL", "http://me:hunter2@host/v1")];
    let shown = text(&run(&place, &["config", "show"], &secrets));
    let json = text(&run(&place, &["config", "show", "--json"], &secrets));
    for shown in [&shown, &json] {
        assert!(!shown.contains("12345") && !shown.contains("hunter2"), "{shown}");
    }
    assert!(shown.contains("HEIST_LLM_KEY is set, and not shown"));
    write(&place, &shown);
    run(&place, &["config", "show"], &[]);
    assert_eq!(option(&place, "fleet", &[], &[]), json!({ "value": "heist", "from": "file" }));
}

/// `/dev/full` takes nothing, like a disk that is full.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_no_success() {
    use std::os::unix::process::CommandExt as _;

    let place = Place::new();
    for args in [
        &["--help"][..],
        &["--version"],
        &["config", "--help"],
        &["config", "show"],
        &["completions", "bash"],
        &["man"],
    ] {
        let full = fs::File::create("/dev/full").unwrap();
        let output = place.bare(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to the output"), "{args:?}");
    }
    // The services' program is this one by another name.
    let full = fs::File::create("/dev/full").unwrap();
    let services = place.bare(&["--help"]).arg0("heist-tools").stdout(full).status().unwrap();
    assert_eq!(services.code(), Some(2));
    // Who does not want to hear it has heard it.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert!(place.bare(&["--help"]).stdout(writer).status().unwrap().success());
}

#[test]
fn shells_and_man_get_what_they_want() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let text = text(&run(&place, &["completions", shell], &[]));
        assert!(text.contains("difficulty") && text.contains("resume"), "{shell}");
    }
    let page = text(&run(&place, &["man"], &[]));
    for word in [".TH heist", "\\-\\-crew", "heist\\-tui config init", "HEIST_LLM_KEY", ".SH EXIT STATUS"] {
        assert!(page.contains(word), "{word}\n{page}");
    }
}
