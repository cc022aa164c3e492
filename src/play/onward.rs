//! The command that goes on with a heist, as a person can give it to a shell.

use crate::cli::{Expect, Run};
use crate::records;
use crate::session::GuessBy;
use crate::text::for_shell;

/// The command. What the session is played with is kept with it, so only how it is shown and where it is kept is said.
pub(super) fn command(session: &str, run: &Run) -> String {
    let mut command = format!("heist-tui resume {}", for_shell(session));
    let mut say = |words: &str| {
        command.push(' ');
        command.push_str(words);
    };
    let flags = [(run.ci, "--ci"), (run.json, "--json"), (run.deltas, "--deltas"), (run.keep, "--keep")];
    flags.into_iter().filter(|(is_set, _)| *is_set).for_each(|(_, flag)| say(flag));
    if run.seeing.blind && run.ci {
        say("--blind");
    }
    match &run.guess {
        Some(GuessBy::Detector) => say("--guess detector"),
        Some(GuessBy::Random) => say("--guess random"),
        Some(GuessBy::Given(None)) => say("--guess none"),
        Some(GuessBy::Given(Some(name))) => say(&format!("--guess {}", for_shell(&**name))),
        Some(GuessBy::Player) | None => {}
    }
    match run.expect {
        Some(Expect::Caught) => say("--expect caught"),
        Some(Expect::Missed) => say("--expect missed"),
        None => {}
    }
    if let Some(db) = &run.db {
        command.push_str(&records::naming(db));
    }
    command
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    fn of(args: &[&str]) -> Run {
        Cli::try_parse_from([&["heist-tui"], args].concat()).unwrap().play.run
    }

    #[test]
    fn it_says_how_the_heist_is_shown_and_where_it_is() {
        assert_eq!(command("7", &of(&["--llm", "scripted", "--model", "m"])), "heist-tui resume 7");
        let args =
            ["--ci", "--json", "--deltas", "--blind", "--keep", "--guess", "hacker", "--expect", "caught", "--db", "x"];
        let told = "heist-tui resume 7 --ci --json --deltas --keep --blind --guess hacker --expect caught --db x";
        assert_eq!(command("7", &of(&args)), told);
    }

    /// What is said of a file is what a shell makes of it again.
    #[cfg(unix)]
    #[test]
    fn any_name_survives_the_shell() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        use std::process::Command;

        let names: [&[u8]; 12] = [
            b"x.db",
            b"my games/x.db",
            b"it's \"q\".db",
            b"a$HOME`id`;b&c|d.db",
            b"~/x.db",
            b"-dash.db",
            b"a\\b*?[c].db",
            "ü漢🚀.db".as_bytes(),
            b"red\x1b[31m.db",
            b"line\nfeed.db",
            b"caf\xe9.db",
            "a\u{202e}b.db".as_bytes(),
        ];
        for name in names {
            let mut run = of(&["--ci"]);
            run.db = Some(PathBuf::from(OsStr::from_bytes(name)));
            let told = command("7", &run);
            assert!(
                told.chars().all(|c| *crate::text::harmless(&c.to_string()) == *c.to_string() && c != '\n'),
                "{told}"
            );
            let script = format!("heist-tui() {{ printf '%s\\0' \"$@\"; }}\n{told}");
            let output = Command::new("bash").arg("-c").arg(script).output().unwrap();
            let words: Vec<_> = output.stdout.split(|byte| *byte == 0).collect();
            let db: Vec<_> = match words.as_slice() {
                [b"resume", b"7", b"--ci", b"--db", name, b""] => name.to_vec(),
                [b"resume", b"7", b"--ci", word, b""] => word.strip_prefix(b"--db=").unwrap().to_vec(),
                words => panic!("{words:?}"),
            };
            assert_eq!(db, name, "{told}");
        }
    }
}
