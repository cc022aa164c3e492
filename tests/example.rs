//! The example for GitHub Actions: its own commands, as a runner would execute them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{PROGRAM, Place};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/github-actions.yml");

#[test]
fn the_example_for_github_actions_plays_a_heist_and_keeps_it() {
    let text = std::fs::read_to_string(EXAMPLE).unwrap();
    let workflow: Value = serde_saphyr::from_str(&text).unwrap();
    let steps = workflow["jobs"]["heist"]["steps"].as_array().unwrap();
    let place = Place::new();
    let program = Path::new(PROGRAM).parent().unwrap().display().to_string();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let commands: Vec<_> =
        steps.iter().filter_map(|step| Some((step["name"].as_str()?, step["run"].as_str()?))).collect();
    assert_eq!(commands.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["Install", "Play", "Keep what happened"]);
    for (name, run) in commands {
        // As a runner calls its shell. The variables are empty there if nobody has set them.
        let mut shell = Command::new("bash");
        shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run]).current_dir(place.path());
        shell.envs(place.environment()).env("PATH", &path).env("HEIST_LLM_URL", "").env("HEIST_LLM_KEY", "");
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let page = std::fs::read_to_string(place.path().join("heist.html")).unwrap();
    assert!(page.contains("</html>"));
}
