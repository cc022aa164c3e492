//! Heists that the program itself plays, for benchmarks to work on.

use std::path::Path;
use std::process::Command;

use heist_tui::heist::Event;

/// The scripted crew's heist with these options; gives its events, and leaves its database in a file.
pub fn played(options: &[&str], database: &Path) -> Vec<Event> {
    let output = Command::new(env!("CARGO_BIN_EXE_heist-tui"))
        .args(["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--db"])
        .arg(database)
        .args(options)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The long heist: twelve agents, twenty rounds.
pub fn long(database: &Path) -> Vec<Event> {
    let tools = ["\"calculator\"", "\"database_query\", \"file_reader\"", "\"file_reader\", \"calculator\""];
    let agent = |(number, tools): (u32, &&str)| {
        format!("[[agents]]\nname = \"agent-{number}\"\nrole = \"does part {number}\"\ntools = [{tools}]\n")
    };
    let crew: String = (1..=12).zip(tools.iter().cycle()).map(agent).collect();
    let file = database.with_extension("toml");
    std::fs::write(&file, crew).unwrap();
    played(&["--seed", "7", "--rounds", "20", "--crew", file.to_str().unwrap()], database)
}
