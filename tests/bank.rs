//! Banks as a person meets them: the command that prints one, and games in the one that was asked for.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

#[path = "support/schema.rs"]
mod schema;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use heist_bank::{Bank, Size};
use portable_pty::CommandBuilder;
use rusqlite::Connection;
use serde_json::{Value, json};
use support::terminal::Session;
use support::{PROGRAM, Place, events, of_kind};

fn run(place: &Place, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = place.bare(args).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// What a command printed that ended well.
fn printed(args: &[&str]) -> String {
    let (code, told, why) = run(&Place::new(), args);
    assert_eq!(code, Some(0), "{args:?}: {why}");
    told
}

/// A text in one row.
fn in_a_row(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_bank_is_printed_with_all_that_its_tools_tell() {
    for (args, bank) in [
        (&["bank", "7"][..], Bank::of(7)),
        (&["bank", "0"], Bank::of(0)),
        (&["bank", "18446744073709551615"], Bank::of(u64::MAX)),
        (&["bank"], Bank::first_meridian()),
        (&["bank", "first-meridian"], Bank::first_meridian()),
    ] {
        let page = printed(args);
        assert_eq!(page, printed(args), "the same again");
        assert_eq!(page.lines().next(), Some(bank.name.as_str()));
        let plan: Vec<_> =
            bank.floor_plan(Size::Large).rows.iter().map(|row| format!("  {row}").trim_end().to_owned()).collect();
        assert!(page.contains(&plan.join("\n")), "{page}");
        let row = in_a_row(&page);
        for document in bank.documents() {
            assert!(page.contains(&format!("\n{}\n", document.name)), "{}", document.name);
            assert!(row.contains(&in_a_row(&document.text)), "{}", document.text);
        }
        for table in bank.tables() {
            assert!(page.contains(&format!("\ntable {}\n", table.name)), "{}", table.name);
        }
        assert!(bank.people.iter().all(|person| page.contains(&person.name)));
        let (documents, _) = page.split_once("\ntable ").unwrap();
        assert!(documents.lines().all(|line| line.chars().count() <= 80), "{documents}");
    }
    assert_ne!(printed(&["bank", "7"]), printed(&["bank", "8"]));
}

#[test]
fn in_a_terminal_the_documents_are_as_wide_as_that() {
    for (columns, longest) in [(50, 40..=50), (120, 90..=100)] {
        let place = Place::new();
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(["bank", "7"]);
        let (status, shown) = Session::run(command, &place, columns, 400).end();
        assert!(status.success());
        let (documents, _) = shown.split_once("\ntable ").unwrap();
        let widest = documents.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
        assert!(longest.contains(&widest), "{columns} {widest}");
    }
}

#[test]
fn a_program_is_told_the_same_as_a_person() {
    let bank = Bank::of(7);
    let told: Value = serde_json::from_str(&printed(&["bank", "7", "--json"])).unwrap();
    for (name, value) in serde_json::to_value(&bank).unwrap().as_object().unwrap() {
        assert_eq!(told[name], *value, "{name}");
    }
    assert_eq!(told["floor_plan"], json!(bank.floor_plan(Size::Large).rows));
    let documents: Vec<_> =
        bank.documents().into_iter().map(|it| json!({ "name": it.name, "text": it.text })).collect();
    assert_eq!(told["documents"], json!(documents));
    let facts: Vec<_> = told["facts"].as_array().unwrap().iter().map(|fact| fact["key"].as_str().unwrap()).collect();
    assert_eq!(facts, bank.facts().iter().map(heist_bank::Fact::key).collect::<Vec<_>>());

    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&printed(&["bank", "7", "--sql"])).unwrap();
    for table in told["tables"].as_array().unwrap() {
        let mut select = db.prepare(&format!("SELECT * FROM {}", table["name"].as_str().unwrap())).unwrap();
        let columns: Vec<_> = select.column_names().into_iter().map(str::to_owned).collect();
        assert_eq!(table["columns"], json!(columns));
        let cell = |value: rusqlite::types::Value| match value {
            rusqlite::types::Value::Null => Value::Null,
            rusqlite::types::Value::Integer(number) => number.into(),
            rusqlite::types::Value::Real(number) => number.into(),
            rusqlite::types::Value::Text(text) => text.into(),
            rusqlite::types::Value::Blob(_) => panic!("a blob"),
        };
        let rows = select.query_map([], |row| (0..columns.len()).map(|at| Ok(cell(row.get(at)?))).collect());
        let rows: Vec<Vec<Value>> = rows.unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(table["rows"], json!(rows));
    }
    assert_eq!(told["tables"].as_array().unwrap().len(), bank.tables().len());
}

#[test]
fn documents_are_written_into_a_folder_and_nothing_is_overwritten() {
    let place = Place::new();
    let folder = place.path().join("a/b");
    let name = folder.to_str().unwrap();
    let (code, told, why) = run(&place, &["bank", "7", "--documents", name]);
    assert_eq!(code, Some(0), "{why}");
    let documents = Bank::of(7).documents();
    let paths: Vec<_> = documents.iter().map(|document| folder.join(document.name)).collect();
    assert_eq!(told.lines().collect::<Vec<_>>(), paths.iter().map(|path| path.to_str().unwrap()).collect::<Vec<_>>());
    let there = |folder: &std::path::Path| -> BTreeMap<String, String> {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())).collect()
    };
    let expected: BTreeMap<_, _> = documents.iter().map(|it| (it.name.to_owned(), it.text.clone())).collect();
    assert_eq!(there(&folder), expected);

    // Nor is a part of another bank written beside what is there.
    fs::remove_file(folder.join("alarm_response.txt")).unwrap();
    let before = there(&folder);
    let (code, _, why) = run(&place, &["bank", "8", "--documents", name]);
    assert_eq!(code, Some(2));
    assert!(why.contains("bank_layout.txt is there already") && why.contains("another folder"), "{why}");
    assert_eq!(there(&folder), before);

    let file = folder.join("bank_layout.txt");
    let (code, _, why) = run(&place, &["bank", "8", "--documents", file.to_str().unwrap()]);
    assert_eq!(code, Some(3));
    assert!(why.contains("cannot write") && why.contains("not a directory") && why.contains("--documents"), "{why}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_nothing_and_a_full_disk_are_told_and_leave_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    let place = Place::new();
    let folder = place.path().join("locked");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    // Whoever may write everything is refused nothing.
    if fs::write(folder.join("x"), "").is_err() {
        let (code, _, why) = run(&place, &["bank", "7", "--documents", folder.to_str().unwrap()]);
        assert_eq!(code, Some(3));
        assert!(why.contains("alarm_response.txt") && why.contains("ermission denied"), "{why}");
    }
    let folder = place.path().join("full");
    let command = place.bare(&["bank", "7", "--documents", folder.to_str().unwrap()]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]).arg(command.get_program());
    let output = shell.args(command.get_args()).envs(place.environment()).output().unwrap();
    let why = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{why}");
    assert!(why.contains("cannot write") && why.contains("full/") && why.contains("make room"), "{why}");
    assert!(!folder.exists(), "half of a bank is left");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_nothing_is_told_and_a_closed_pipe_is_none() {
    let place = Place::new();
    for form in [&["bank", "7"][..], &["bank", "7", "--json"], &["bank", "7", "--sql"]] {
        let full = fs::File::create("/dev/full").unwrap();
        let output = place.bare(form).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{form:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to the output"));
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = place.bare(form).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &[][..]), "{form:?}");
    }
}

#[test]
fn what_names_no_bank_is_refused() {
    let place = Place::new();
    for (args, words) in [
        (&["bank", "x"][..], &["'x'", "seed of a heist", "first-meridian"][..]),
        (&["bank", "seed"], &["'seed'", "first-meridian"]),
        (&["bank", ""], &["first-meridian"]),
        (&["bank", "-1"], &["-1"]),
        (&["bank", "1.5"], &["1.5", "first-meridian"]),
        (&["bank", "18446744073709551616"], &["18446744073709551616", "first-meridian"]),
        (&["bank", "7", "--sql", "--json"], &["--sql", "--json"]),
        (&["bank", "7", "--documents"], &["--documents"]),
        (&["--ci", "--llm", "scripted", "--tools", "embedded", "--bank", "x"], &["'x'", "--bank", "first-meridian"]),
        (&["bench", "--bank", "x"], &["'x'", "--bank", "first-meridian"]),
    ] {
        let (code, told, why) = run(&place, args);
        assert_eq!((code, told.as_str()), (Some(2), ""), "{args:?}: {why}");
        assert!(words.iter().all(|word| why.contains(word)), "{args:?}: {why}");
    }
    // A configuration that is wrong keeps nobody from looking at a bank.
    fs::create_dir(place.path().join("heist-tui")).unwrap();
    fs::write(place.path().join("heist-tui/config.toml"), "nonsense").unwrap();
    assert_eq!(run(&place, &["bank", "7"]).0, Some(0));
}

/// The bank of a game's first event, and what its tools have told: documents and rows, by what was asked for.
fn played(place: &Place, args: &[&str]) -> (Value, BTreeMap<String, String>) {
    let output = place.scripted(&[&["--json", "--rounds", "2"], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let events = events(&output);
    let calls: BTreeMap<_, _> =
        of_kind(&events, "tool.called").into_iter().map(|it| (it["id"].clone().to_string(), it)).collect();
    let told =
        of_kind(&events, "tool.returned").into_iter().filter(|it| it["ok"] == true && it["tool"] == "file_reader");
    let told = told.map(|it| {
        let asked = calls[&it["id"].to_string()]["arguments"].as_str().unwrap();
        (asked.to_owned(), it["result"].as_str().unwrap().to_owned())
    });
    (events[0]["bank"].clone(), told.collect())
}

#[test]
fn a_game_is_in_the_bank_that_is_asked_for() {
    let place = Place::new();
    let config = place.path().join("bank.toml");
    let named = |text: &str| {
        fs::write(&config, text).unwrap();
        ["--seed", "7", "--config", config.to_str().unwrap()].map(str::to_owned)
    };
    let games = [
        (["--seed", "7"].map(str::to_owned).to_vec(), Bank::of(7)),
        (["--seed", "7", "--bank", "seed"].map(str::to_owned).to_vec(), Bank::of(7)),
        (["--seed", "7", "--bank", "9"].map(str::to_owned).to_vec(), Bank::of(9)),
        (["--seed", "7", "--bank", "first-meridian"].map(str::to_owned).to_vec(), Bank::first_meridian()),
    ];
    for (args, bank) in games {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        is_in(&place, &args, &bank);
    }
    for (text, bank) in [
        ("bank = 9\n", Bank::of(9)),
        ("bank = \"9\"\n", Bank::of(9)),
        ("bank = \"first-meridian\"\n", Bank::first_meridian()),
        ("bank = \"seed\"\n", Bank::of(7)),
    ] {
        let args = named(text);
        is_in(&place, &args.each_ref().map(String::as_str), &bank);
    }
    // What is said on the command line comes first.
    let args = named("bank = 9\n");
    is_in(&place, &[&args.each_ref().map(String::as_str)[..], &["--bank", "seed"]].concat(), &Bank::of(7));
    for wrong in ["bank = \"x\"\n", "bank = -1\n", "bank = true\n", "bank = [7]\n"] {
        let args = named(wrong);
        let (code, _, why) = run(&place, &[&["--ci"], &args.each_ref().map(String::as_str)[..]].concat());
        assert!(code == Some(2) && why.contains("line 1") && why.contains("bank"), "{wrong}: {code:?} {why}");
    }
}

fn is_in(place: &Place, args: &[&str], bank: &Bank) {
    let (info, told) = played(place, args);
    assert_eq!(info, json!({ "name": bank.name, "seed": bank.seed }), "{args:?}");
    let documents = bank.documents();
    assert!(!told.is_empty());
    for (name, text) in told {
        let document = documents.iter().find(|document| document.name == name).unwrap();
        assert_eq!(text, document.text.trim(), "{args:?}: {name}");
    }
}

#[test]
fn whatever_tells_of_a_session_names_its_bank() {
    let place = Place::new();
    let output = place.scripted(&["--json", "--rounds", "1", "--seed", "7", "--bank", "9"]);
    let session = events(&output)[0]["session"].as_str().unwrap().to_owned();
    let bank = Bank::of(9);
    let told = |args: &[&str]| {
        let output = place.program(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for args in [
        &["sessions", "show", &session][..],
        &["sessions", "compare", &session, &session],
        &["sessions", "--json"],
        &["replay", &session, "--ci"],
        &["export", &session, "--format", "md"],
        &["export", &session, "--format", "html"],
        &["export", &session, "--format", "cast"],
    ] {
        let told = told(args);
        assert!(told.contains(&bank.name) || told.contains(&bank.name.replace('\'', "&#39;")), "{args:?}: {told}");
    }
    let row: Value = serde_json::from_str(&told(&["sessions", "--json"])).unwrap();
    assert_eq!(row[0]["bank"], json!({ "name": bank.name, "seed": 9 }));
}

/// Begins a heist and kills it; gives the session.
fn cut_off(place: &Place, args: &[&str]) -> String {
    let args = [&["--ci", "--llm", "scripted", "--tools", "embedded"], args].concat();
    let mut heist = place.program(&args).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(heist.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    lines.by_ref().take(40).for_each(|line| drop(line.unwrap()));
    heist.kill().unwrap();
    heist.wait().unwrap();
    first["session"].as_str().unwrap().to_owned()
}

#[test]
fn a_game_that_was_cut_off_goes_on_in_its_bank() {
    for bank in ["seed", "9", "first-meridian"] {
        let args = ["--json", "--rounds", "3", "--seed", "7", "--bank", bank];
        let whole = events(&Place::new().scripted(&args));
        let place = Place::new();
        let session = cut_off(&place, &args);
        // Another bank of the configuration is of no matter to it.
        fs::create_dir(place.path().join("heist-tui")).unwrap();
        fs::write(place.path().join("heist-tui/config.toml"), "bank = 12\n").unwrap();
        let output = place.program(&["resume", &session, "--ci", "--json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let told = |events: &[Value]| -> Vec<Value> {
            let told = of_kind(events, "tool.returned").into_iter().chain(of_kind(events, "message.completed"));
            told.map(|it| json!([it["id"], it["text"], it["result"], it["error"]])).collect()
        };
        let (rest, whole) = (told(&events(&output)), told(&whole));
        assert!(!rest.is_empty() && rest.iter().all(|it| whole.contains(it)), "{bank}");
    }
}

#[test]
fn a_game_does_not_go_on_in_another_bank() {
    let place = Place::new();
    let session = cut_off(&place, &["--json", "--rounds", "3", "--seed", "7", "--bank", "9"]);
    let db = Connection::open(place.database()).unwrap();
    db.execute("UPDATE sessions SET terms = json_set(terms, '$.bank', '10')", []).unwrap();
    drop(db);
    let output = place.program(&["resume", &session, "--ci"]).output().unwrap();
    let why = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{why}");
    assert!(why.contains("another bank"), "{why}");
    let output = place.program(&["resume", &session, "--ci", "--bank", "9"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "what a game is dealt from cannot be changed");
}

/// Makes of a database one that knows of no banks, as older versions wrote it.
fn older(place: &Place) {
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch(
        "DROP TRIGGER events_stay_as_they_are;
         UPDATE events SET body = json_remove(body, '$.bank') WHERE kind = 'session.started';
         CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
         BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
         UPDATE sessions SET terms = json_remove(terms, '$.bank');",
    )
    .unwrap();
    schema::set_back(&db, 4);
}

#[test]
fn sessions_of_older_versions_are_in_the_bank_that_there_was() {
    let place = Place::new();
    let bank = Bank::first_meridian();
    let info = json!({ "name": bank.name, "seed": null });
    let args = ["--json", "--rounds", "2", "--seed", "7", "--bank", "first-meridian"];
    let whole = place.scripted(&args);
    let session = events(&whole)[0]["session"].as_str().unwrap().to_owned();
    older(&place);
    let told = |args: &[&str]| {
        let output = place.program(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let row: Value = serde_json::from_str(&told(&["sessions", "--json"])).unwrap();
    assert_eq!(row[0]["bank"], info);
    let replayed = told(&["replay", &session, "--ci", "--json"]);
    let line = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    assert_eq!(line(replayed.lines().next().unwrap())["bank"], info);
    assert_eq!(replayed.lines().map(line).collect::<Vec<_>>(), events(&whole));
    assert!(told(&["sessions", "show", &session]).contains(&bank.name));

    // One that was cut off goes on there, and ends as it would have.
    let place = Place::new();
    let session = cut_off(&place, &args);
    older(&place);
    let output = place.program(&["resume", &session, "--ci", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let said = |events: &[Value]| of_kind(events, "message.completed").last().map(|it| it["text"].clone());
    assert_eq!(said(&events(&output)), said(&events(&whole)));
}
