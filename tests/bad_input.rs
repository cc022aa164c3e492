//! What a person can get wrong: each is told with what, where and what to do, and ends with its exit code.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::fs;
use std::path::Path;

use support::Place;

/// Plays a short heist with the file as it is said, and sees what comes of it. `FILE` in the arguments and in the words
/// stands for the file.
struct Try {
    place: Place,
}

impl Try {
    fn new() -> Self {
        Self { place: Place::new() }
    }

    fn file(&self) -> String {
        self.place.path().join("given").to_str().unwrap().to_owned()
    }

    /// The exit code, and what was told of an error.
    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let file = self.file();
        let args: Vec<_> = args.iter().map(|arg| arg.replace("FILE", &file)).collect();
        let mut command = self.place.bare(&args.iter().map(String::as_str).collect::<Vec<_>>());
        command.envs(variables.iter().map(|(name, value)| (name, value.replace("FILE", &file))));
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    fn refuses(&self, code: i32, args: &[&str], variables: &[(&str, &str)], words: &[&str]) {
        let (ended, told) = self.run(args, variables);
        assert_eq!(ended, Some(code), "{args:?} {variables:?}: {told}");
        for word in words {
            assert!(
                told.contains(&word.replace("FILE", &self.file())),
                "{args:?} {variables:?}: no {word:?} in {told}"
            );
        }
        assert!(!told.contains('\u{1b}') && !told.contains("panicked"), "{told}");
    }
}

const PLAY: [&str; 7] = ["--ci", "--llm", "scripted", "--tools", "embedded", "--rounds", "1"];
const TWO: &str = "[[agents]]\nname = \"boss\"\nrole = \"leads\"\n[[agents]]\nname = \"hand\"\nrole = \"helps\"\n";

/// What a file may be instead of what it should be.
fn strange_files(option: &str, what: &str) {
    let given = |file: &Try, words: &[&str]| {
        let words: Vec<_> = [words, &[what, "FILE"]].concat();
        file.refuses(2, &[&PLAY[..], &[option, "FILE"]].concat(), &[], &words);
        assert!(!file.place.path().join("heist-tui").exists(), "nothing is begun");
    };
    let file = Try::new();
    given(&file, &["cannot read", "No such file", "name one that is there"]);
    fs::create_dir(file.file()).unwrap();
    given(&file, &["is not a file"]);
    let file = Try::new();
    fs::write(file.file(), b"# caf\xc3\xa9\n# caf\xe9\n").unwrap();
    given(&file, &["line 2", "not UTF-8", "save"]);
    fs::write(file.file(), vec![b'#'; 64 * 1024 + 1]).unwrap();
    given(&file, &["larger than 64 KiB"]);
    fs::write(file.file(), "a = 1\nb = = 2\n").unwrap();
    given(&file, &["line 2", "not TOML"]);
    fs::write(file.file(), "a = \"\u{1b}[2J\"\n").unwrap();
    given(&file, &["line 1", "not TOML"]);
    fs::write(file.file(), format!("a = {}", "[".repeat(60_000))).unwrap();
    given(&file, &["line 1", "not TOML"]);
    #[cfg(unix)]
    {
        let file = Try::new();
        std::process::Command::new("mkfifo").arg(file.file()).status().unwrap();
        given(&file, &["is not a file"]);
        let file = Try::new();
        fs::write(file.file(), "").unwrap();
        lock(Path::new(&file.file()), 0o000);
        // Whoever may read everything is refused nothing.
        if fs::read(file.file()).is_err() {
            given(&file, &["cannot read", "ermission denied"]);
        }
    }
}

#[cfg(unix)]
fn lock(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn crew_files() {
    strange_files("--crew", "crew file");
    let agents = |count: usize| {
        let agents = (0..count).map(|n| format!("[[agents]]\nname = \"a{n}\"\nrole = \"b\"\n"));
        agents.collect::<Vec<_>>().concat()
    };
    let file = Try::new();
    for (text, words) in [
        (String::new(), vec!["line 1", "2 to 12 agents", "[[agents]]"]),
        (agents(1), vec!["2 to 12 agents and this one 1"]),
        (agents(13), vec!["line 37", "2 to 12 agents and this one 13"]),
        (TWO.replace("hand", "boss"), vec!["line 5", "\"boss\"", "needs one of its own"]),
        (TWO.replace("hand", ""), vec!["line 5", "name must be one word"]),
        (TWO.replace("hand", "\\u001b[2J"), vec!["line 5", "name must be one word"]),
        (format!("{TWO}vioce = \"x\"\n"), vec!["line 7", "\"vioce\"", "did you mean \"voice\""]),
        (
            format!("{TWO}tools = [\"crowbar\"]\n"),
            vec!["line 7", "\"crowbar\"", "calculator, file_reader, database_query"],
        ),
        (format!("{TWO}voice = \"{}\"\n", "x".repeat(601)), vec!["line 7", "voice must have 1 to 600 characters"]),
    ] {
        fs::write(file.file(), text).unwrap();
        file.refuses(2, &[&PLAY[..], &["--crew", "FILE"]].concat(), &[], &[&words[..], &["crew file FILE"]].concat());
    }
    fs::write(file.file(), TWO).unwrap();
    file.refuses(2, &[&PLAY[..], &["--crew", "FILE", "--mole", "hacker"]].concat(), &[], &["--mole", "boss, hand"]);
    file.refuses(2, &[&PLAY[..], &["--crew", "FILE", "--guess", "Boss"]].concat(), &[], &["--guess", "boss, hand"]);
}

#[test]
fn configuration_files() {
    strange_files("--config", "configuration file");
    let file = Try::new();
    for (text, words) in [
        ("llm = \"scripted\"\n\nllm_ulr = \"x\"\n", &["line 3", "\"llm_ulr\"", "did you mean \"llm_url\""][..]),
        ("llm = \"gpt\"\n", &["line 1", "llm cannot be \"gpt\"", "auto, openai, scripted"]),
        ("judge = \"always\"\n", &["line 1", "judge cannot be \"always\"", "off, round, message"]),
        ("llm = 3\n", &["line 1", "llm must be a text in quotes, not a number"]),
        ("rounds = \"5\"\n", &["line 1", "rounds must be a whole number, not a text"]),
        ("rounds = 51\n", &["line 1", "rounds cannot be \"51\"", "1..=50"]),
        ("rounds = 99999999999999999999\n", &["line 1", "rounds must be a whole number"]),
        ("port_base = -1\n", &["line 1", "port_base cannot be \"-1\""]),
        ("keep = 1\n", &["line 1", "keep must be true or false, not a number"]),
        ("difficulty = \"nightmare\"\n", &["line 1", "easy, normal or hard"]),
        ("model = \"\"\n", &["line 1", "model cannot be \"\""]),
        ("db = \"\"\n", &["line 1", "db names no file"]),
        ("tools = \"\\u001b[2J\"\n", &["line 1", "tools cannot be", "docker, embedded"]),
        ("llm = [\"scripted\"]\n", &["line 1", "llm must be a text in quotes, not a list"]),
    ] {
        fs::write(file.file(), text).unwrap();
        let words = [words, &["configuration file FILE"]].concat();
        file.refuses(2, &[&PLAY[..], &["--config", "FILE"]].concat(), &[], &words);
        file.refuses(2, &["config", "show", "--config", "FILE"], &[], &words);
        file.refuses(2, &["status", "--config", "FILE"], &[], &words);
        // What does not need the file can be done without it.
        for args in
            [&["config", "path", "--config", "FILE"][..], &["man", "--config", "FILE"], &["completions", "bash"]]
        {
            assert_eq!(file.run(args, &[]).0, Some(0), "{args:?}");
        }
    }
    fs::write(file.file(), "crew = \"nobody.toml\"\n").unwrap();
    file.refuses(2, &[&PLAY[..], &["--config", "FILE"]].concat(), &[], &["crew file", "nobody.toml", "cannot read"]);
    file.refuses(3, &["config", "init", "--config", "FILE/x/config.toml"], &[], &["cannot write FILE/x/config.toml"]);
}

#[test]
fn flags() {
    let file = Try::new();
    for (args, words) in [
        (&["--rounds", "0"][..], &["0", "--rounds", "1..=50"][..]),
        (&["--seed", "x"], &["x", "--seed"]),
        (&["--strategy", "bribery"], &["bribery", "timing_errors"]),
        (&["--mole", ""], &["--mole"]),
        (&["--mole", "butler"], &["butler", "planner, hacker"]),
        (&["--guess", "butler"], &["butler", "planner, hacker"]),
        (&["--llm", "gpt"], &["gpt", "auto, openai, scripted"]),
        (&["--llm-url", ""], &["--llm-url"]),
        (&["--judge", "always"], &["always", "off, round, message"]),
        (&["--tools", "cloud"], &["cloud", "docker, embedded"]),
        (&["--difficulty", "nightmare"], &["nightmare", "easy, normal or hard"]),
        (&["--port-base", "70000"], &["70000", "--port-base"]),
        (&["--keep=maybe"], &["maybe", "--keep"]),
        (&["--fleet", "../x"], &["../x"]),
        (&["--nonsense"], &["--nonsense"]),
        (&["nonsense"], &["nonsense"]),
        (&["--json"], &["--ci"]),
        (&["--assert", "lies>=1"], &["lies", "messages, calls"]),
        (&["config"], &["init"]),
        (&["completions", "tcsh"], &["tcsh", "bash"]),
    ] {
        let common: &[&str] = match args[0] {
            "nonsense" | "config" | "completions" | "--json" => &[],
            "--llm" => &["--ci"],
            "--tools" | "--fleet" => &["--ci", "--llm", "scripted"],
            "--rounds" => &PLAY[..5],
            _ => &PLAY,
        };
        file.refuses(2, &[common, args].concat(), &[], words);
    }
}

#[test]
fn addresses() {
    let file = Try::new();
    for (url, words) in [
        ("not an address", &["not an address"][..]),
        ("ftp://127.0.0.1/v1", &["ftp", "http"]),
        ("http://", &["http://"]),
        ("http://127.0.0.1:99999/v1", &["99999", "port"]),
        ("file:///etc/passwd", &["file", "http"]),
    ] {
        for llm in ["auto", "openai"] {
            file.refuses(2, &["--ci", "--llm", llm, "--llm-url", url, "--tools", "embedded"], &[], words);
            let variables = [("HEIST_LLM_URL", url)];
            file.refuses(2, &["--ci", "--llm", llm, "--tools", "embedded"], &variables, words);
        }
    }
    // A password is not told again.
    for (url, expected) in [
        ("http://me:hunter2@127.0.0.1:9/v1", 3),
        ("http://me:hunter2@127.0.0.1:99999/v1", 2),
        ("ftp://me:hunter2@127.0.0.1:9/v1", 2),
    ] {
        let (code, told) = file.run(&["--ci", "--llm", "openai", "--llm-url", url, "--tools", "embedded"], &[]);
        let is_hidden = told.contains("127.0.0.1:9") && !told.contains("hunter2");
        assert!(code == Some(expected) && is_hidden, "{code:?} {told}");
    }
}

#[test]
fn environment_variables() {
    let file = Try::new();
    for (name, value, words) in [
        ("HEIST_LLM", "foo", &["HEIST_LLM", "\"foo\"", "auto, openai, scripted"]),
        ("HEIST_TOOLS", "cloud", &["HEIST_TOOLS", "\"cloud\"", "auto, docker, embedded"]),
    ] {
        file.refuses(2, &["--ci", "--rounds", "1"], &[(name, value)], words);
        // What is said on the command line comes first.
        assert_eq!(file.run(&PLAY, &[(name, value)]).0, Some(0));
    }
    // Empty is as if it were not set.
    let empty = ["HEIST_LLM", "HEIST_LLM_URL", "HEIST_MODEL", "HEIST_TOOLS", "HEIST_DB"].map(|name| (name, ""));
    let (code, told) = file.run(&["--ci", "--llm", "scripted", "--tools", "embedded", "--rounds", "1"], &empty);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = file.run(&["config", "show"], &empty);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn databases() {
    let refuses = |file: &Try, words: &[&str]| {
        let words = [words, &["FILE"]].concat();
        file.refuses(3, &[&PLAY[..], &["--db", "FILE"]].concat(), &[], &words);
        file.refuses(3, &PLAY, &[("HEIST_DB", "FILE")], &words);
        file.refuses(3, &["sessions"], &[("HEIST_DB", "FILE")], &words);
    };
    let file = Try::new();
    file.refuses(3, &["sessions", "--db", "FILE"], &[], &["FILE"]);
    fs::create_dir(file.file()).unwrap();
    refuses(&file, &["--db"]);

    let file = Try::new();
    let noise: Vec<u8> = (0..10_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fs::write(file.file(), &noise).unwrap();
    refuses(&file, &["is not a database", "left as it is", "--db"]);
    assert_eq!(fs::read(file.file()).unwrap(), noise);
    file.refuses(3, &[&PLAY[..], &["--db", "FILE/x/y"]].concat(), &[], &["FILE/x", "--db"]);
    file.refuses(3, &PLAY, &[("HEIST_DB", "FILE/x/y")], &["FILE/x", "--db"]);

    let file = Try::new();
    rusqlite::Connection::open(file.file()).unwrap().execute_batch("CREATE TABLE shopping (item TEXT)").unwrap();
    refuses(&file, &["database of another program", "--db"]);

    // An empty file becomes a database.
    let file = Try::new();
    fs::write(file.file(), "").unwrap();
    assert_eq!(file.run(&[&PLAY[..], &["--db", "FILE"]].concat(), &[]).0, Some(0));
    let database = rusqlite::Connection::open(file.file()).unwrap();
    database.pragma_update(None, "user_version", 1_000).unwrap();
    drop(database);
    refuses(&file, &["has version 1000", "newer", "--db"]);

    #[cfg(unix)]
    {
        let file = Try::new();
        assert_eq!(file.run(&[&PLAY[..], &["--db", "FILE"]].concat(), &[]).0, Some(0));
        lock(Path::new(&file.file()), 0o444);
        // Whoever may write everything is refused nothing.
        if fs::OpenOptions::new().append(true).open(file.file()).is_err() {
            file.refuses(3, &[&PLAY[..], &["--db", "FILE"]].concat(), &[], &["FILE", "rights", "--db"]);
        }
    }
}
