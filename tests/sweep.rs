//! `sweep` as a person calls it, where no engine is needed; `.ci/sweep` tries it on real ones.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use support::{PROGRAM, Place};

fn sweep(place: &Place, args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("sweep").args(args).envs(place.environment()).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_would_be_handed_over_is_printed_and_nothing_done() {
    let place = Place::new();
    let file = place.path().join("results.jsonl");
    let file = file.to_str().unwrap();
    let script = sweep(&place, &["--slurm", "--print", "-o", file, "--games", "100", "--tasks", "8", "--jobs", "2"]);
    assert!(script.status.success(), "{}", told(&script));
    let text = String::from_utf8(script.stdout).unwrap();
    for line in ["#!/bin/bash", "#SBATCH --array=1-8", "#SBATCH --cpus-per-task=2"] {
        assert!(text.lines().any(|it| it == line), "{line}: {text}");
    }
    // Whatever it is, a shell can read it.
    let script = place.path().join("job.sh");
    fs::write(&script, &text).unwrap();
    assert!(Command::new("bash").arg("-n").arg(&script).status().unwrap().success());
    let manifest =
        sweep(&place, &["--kubernetes", "--image", "registry/heist-tools:1", "--games", "100", "--tasks", "8"]);
    assert!(manifest.status.success() && told(&manifest).contains("kubectl apply"), "{}", told(&manifest));
    let text = String::from_utf8(manifest.stdout).unwrap();
    let job: Value = serde_saphyr::from_str(text.trim_start_matches("---\n")).unwrap();
    assert_eq!((&job["kind"], &job["spec"]["completions"]), (&"Job".into(), &8.into()));
    let there: Vec<_> = fs::read_dir(place.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(there, ["job.sh"]);
}

#[test]
fn the_script_plays_what_a_bench_plays() {
    let place = Place::new();
    let file = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let games = ["--games", "10", "--seed", "60", "--rounds", "1"];
    let script = sweep(&place, &[&["--slurm", "--print", "-o", &file("swept"), "--tasks", "3"], &games[..]].concat());
    let (job, folder) = (file("job.sh"), String::from_utf8(script.stdout.clone()).unwrap());
    fs::write(&job, &script.stdout).unwrap();
    let folder = folder.split("--results=").nth(1).unwrap().split("/\"$SLURM").next().unwrap();
    fs::create_dir(folder).unwrap();
    let mut merge = Command::new(PROGRAM);
    merge.args(["bench", "merge", "--results", &file("merged")]).envs(place.environment());
    for task in ["1", "2", "3"] {
        let played =
            Command::new("bash").arg(&job).envs(place.environment()).env("SLURM_ARRAY_TASK_ID", task).output().unwrap();
        assert!(played.status.success(), "{}", told(&played));
        merge.arg(format!("{folder}/{task}.jsonl"));
    }
    let merged = merge.output().unwrap();
    assert!(merged.status.success(), "{}", told(&merged));
    let whole = Command::new(PROGRAM)
        .args(["bench", "--results", &file("whole")])
        .args(games)
        .envs(place.environment())
        .output()
        .unwrap();
    assert!(whole.status.success(), "{}", told(&whole));
    assert_eq!(fs::read(file("merged")).unwrap(), fs::read(file("whole")).unwrap());
}

#[test]
fn what_cannot_be_is_explained() {
    let place = Place::new();
    let file = place.path().join("there");
    fs::write(&file, "mine").unwrap();
    let file = file.to_str().unwrap();
    let socket = "unix:///no/where.sock";
    let new = place.path().join("new");
    for (args, code, words) in [
        (&["--slurm", "-o", file][..], 2, "is there already"),
        (&["--swarm", "--docker-host", socket, "-o", new.to_str().unwrap()], 3, "no Docker engine answers"),
        (&["--slurm", "--crew", file, "-o", new.to_str().unwrap()], 2, "there"),
        (&["--slurm", "--mole", "ghost", "-o", new.to_str().unwrap()], 2, "ghost"),
    ] {
        let output = sweep(&place, args);
        let said = told(&output);
        assert_eq!((output.status.code(), said.contains(words)), (Some(code), true), "{args:?}: {said}");
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn in_the_tools_image_the_program_is_still_itself() {
    let place = Place::new();
    let tools = place.path().join("heist-tools");
    std::os::unix::fs::symlink(PROGRAM, &tools).unwrap();
    let played = Command::new(&tools)
        .args(["heist-tui", "bench", "--games=4", "--rounds=1", "--results=-"])
        .envs(place.environment())
        .env("HEIST_SHARD", "1+1/2")
        .output()
        .unwrap();
    assert!(played.status.success(), "{}", told(&played));
    let text = String::from_utf8(played.stdout).unwrap();
    let numbers: Vec<_> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 3]);
}
