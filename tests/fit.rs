//! `fit`: parameters from a bench's heists, as a person makes and uses them.

#![allow(clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

use std::path::Path;
use std::process::{Command, Output};

fn heist(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heist-tui"))
        .args(args)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_STATE_HOME", folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn what_is_fitted_to_heists_can_be_played_and_analysed_with() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| heist(folder.path(), args);
    assert!(run(&["bench", "--games", "10", "--rounds", "2", "-o", "games.jsonl"]).status.success());
    assert!(
        run(&["bench", "--games", "3", "--rounds", "2", "--seed", "100000", "-o", "others.jsonl"]).status.success()
    );
    let fitted = run(&["fit", "games.jsonl", "others.jsonl", "-o", "mine.toml"]);
    assert!(fitted.status.success(), "{}", text(&fitted.stderr));
    let report = text(&fitted.stdout);
    // A tenth of the ten is played once more without a mole.
    assert!(report.starts_with("11 heists fitted, 3 others measured\n"), "{report}");
    assert!(
        report.contains("Read by moves")
            && report.contains("after round 2")
            && report.contains("it was so")
            && report.contains("wrong_time"),
        "{report}"
    );
    let again = run(&["fit", "games.jsonl", "others.jsonl"]);
    let file = std::fs::read_to_string(folder.path().join("mine.toml")).unwrap();
    assert_eq!(text(&again.stdout), format!("{report}\n{file}"), "the same heists give the same parameters");
    let played = run(&["bench", "--games", "2", "--rounds", "2", "--seed", "7", "--detector", "mine.toml"]);
    assert!(played.status.success(), "{}", text(&played.stderr));
    let talk = "{\"agent\":\"a\",\"message\":\"We go at 22:00.\"}\n{\"agent\":\"b\",\"message\":\"No.\"}\n";
    std::fs::write(folder.path().join("talk.jsonl"), talk).unwrap();
    let weighed = run(&["analyze", "--detector", "mine.toml", "talk.jsonl"]);
    // Nobody reads anything there, so nothing is known.
    assert_eq!(text(&weighed.stdout).matches("50 %").count(), 2, "{}", text(&weighed.stdout));
}

#[test]
fn what_cannot_be_fitted_or_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| heist(folder.path(), args);
    std::fs::write(folder.path().join("empty.jsonl"), "\n").unwrap();
    std::fs::write(folder.path().join("broken.jsonl"), "\n{\"kind\":\n").unwrap();
    std::fs::write(folder.path().join("odd.toml"), "judge = 0.4\nforeign = 0.8\n[moves]\nwrong_tim = [1]\n[words]\n")
        .unwrap();
    for (args, code, says) in [
        (&["fit", "empty.jsonl"][..], 3, "no heist in these files has come to its verdict"),
        (&["fit", "nowhere.jsonl"], 3, "cannot read nowhere.jsonl"),
        (&["fit", "broken.jsonl"], 2, "broken.jsonl, line 2: "),
        (&["analyze", "--detector", "odd.toml", "empty.jsonl"], 2, "wrong_tim"),
        (&["analyze", "--detector", "none.toml", "empty.jsonl"], 2, "cannot read the detector file none.toml"),
        (&["--ci", "--llm", "scripted", "--detector", "odd.toml"], 2, "line 4"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(says), "{args:?}: {}", text(&output.stderr));
    }
}
