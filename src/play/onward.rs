//! The command that goes on with a heist, as a person can give it to a shell.

use std::fmt::Write as _;

use crate::cli::{Expect, Headless, LLM_TIMEOUT, Means, Run};
use crate::records;
use crate::session::GuessBy;
use crate::text::for_shell;

/// The command. Who speaks and where the tools run is kept with the session, so that only the rest is said.
pub(super) fn command(session: &str, means: &Means, listened: Option<&Run>) -> String {
    let mut command = format!("heist-tui resume {}", for_shell(session));
    if let Some(run) = listened {
        command.extend(heard(run).map(|words| format!(" {words}")));
    }
    if means.models.llm_timeout != LLM_TIMEOUT {
        let _ = write!(command, " --llm-timeout {}", means.models.llm_timeout);
    }
    if let Some(detector) = &means.detector {
        let _ = write!(command, " --detector {}", for_shell(detector));
    }
    if means.keep {
        command.push_str(" --keep");
    }
    if let Some(db) = &means.db {
        command.push_str(&records::naming(db));
    }
    command
}

/// The options without a terminal; with one they are kept with the session or chosen there.
fn heard(run: &Run) -> impl Iterator<Item = String> {
    let Headless { ci, json, deltas, guess, expect, asserted } = &run.headless;
    let flags = [(*ci, "--ci"), (*json, "--json"), (*deltas, "--deltas"), (run.seeing.blind && *ci, "--blind")];
    let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned());
    let guess = guess.as_ref().and_then(|guess| match guess {
        GuessBy::Detector => Some("--guess detector".to_owned()),
        GuessBy::Random => Some("--guess random".to_owned()),
        GuessBy::Given(None) => Some("--guess none".to_owned()),
        GuessBy::Given(Some(name)) => Some(format!("--guess {}", for_shell(&**name))),
        GuessBy::Player => None,
    });
    let expect = expect.map(|expect| match expect {
        Expect::Caught => "--expect caught".to_owned(),
        Expect::Missed => "--expect missed".to_owned(),
    });
    let asserted = asserted.iter().map(|assertion| format!("--assert {}", for_shell(assertion.to_string())));
    flags.chain(guess).chain(expect).chain(asserted)
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
        let command = |args| {
            let run = of(args);
            command("7", &run.means, Some(&run))
        };
        assert_eq!(command(&["--llm", "scripted", "--model", "m"]), "heist-tui resume 7");
        let args =
            ["--ci", "--json", "--deltas", "--blind", "--keep", "--guess", "hacker", "--expect", "caught", "--db", "x"];
        let told = "heist-tui resume 7 --ci --json --deltas --blind --guess hacker --expect caught --keep --db x";
        assert_eq!(command(&args), told);
        assert_eq!(command(&["--llm-timeout", "900"]), "heist-tui resume 7 --llm-timeout 900");
        let asserted = ["--ci", "--assert", "calls<=40", "--assert", "correct>=1"];
        assert_eq!(command(&asserted), "heist-tui resume 7 --ci --assert 'calls<=40' --assert 'correct>=1'");
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
            run.means.db = Some(PathBuf::from(OsStr::from_bytes(name)));
            let told = command("7", &run.means, Some(&run));
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
