//! The manual page, from the command line's own words.

use std::io::{self, Write};

use clap::{Arg, Command};
use clap_mangen::Man;

/// Variables that no option has.
const VARIABLES: [(&str, &str); 4] = [
    ("HEIST_LLM_KEY", "The model server's key, if it wants one."),
    ("DOCKER_HOST", "The Docker engine's address, unless --docker-host names one."),
    ("NO_COLOR", "If it is set and not empty, no colours are used."),
    ("RUST_LOG", "What is logged, such as debug."),
];

/// The files, by the folders of XDG.
const FILES: [(&str, &str); 4] = [
    ("~/.config/heist-tui/config.toml", "The configuration, if it is there; heist-tui config init writes one."),
    ("~/.config/heist-tui/crew.toml", "A crew, where config init has put one; --crew plays it."),
    ("~/.local/share/heist-tui/heist.db", "The database of all heists."),
    ("~/.local/state/heist-tui/heist-tui.log", "The log of heists in the terminal."),
];

const CODES: [(&str, &str); 6] = [
    ("0", "Done; what was expected came out."),
    ("1", "Done, and something that was expected did not come out."),
    ("2", "The program or its configuration was used wrongly."),
    ("3", "Something needed is not there: a model server, Docker, the database, a session."),
    ("4", "Cut off part-way; heist-tui resume goes on with it."),
    ("130", "Interrupted."),
];

/// Writes the page. `clap_mangen` would send the reader to a page for each command; here all are on this one.
pub(super) fn write(mut command: Command, out: &mut impl Write) -> io::Result<()> {
    command.build();
    let page = Man::new(command.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    writeln!(out, ".SH COMMANDS")?;
    for found in command.get_subcommands() {
        describe(&command, found, out)?;
    }
    let variable = |arg: &Arg| {
        let option = format!("As --{}.", arg.get_long()?);
        Some((arg.get_env()?.to_string_lossy().into_owned(), option))
    };
    let own: Vec<_> = command.get_arguments().filter_map(variable).collect();
    let own = own.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    section("ENVIRONMENT", own.chain(VARIABLES), out)?;
    section("FILES", FILES, out)?;
    section("EXIT STATUS", CODES, out)
}

/// A command and those under it, with the options that are not the program's own.
fn describe(program: &Command, command: &Command, out: &mut impl Write) -> io::Result<()> {
    if !command.is_subcommand_required_set() {
        let usage = command.clone().render_usage().to_string();
        writeln!(out, ".TP\n\\fB{}\\fR", escape(usage.trim_start_matches("Usage: ")))?;
        writeln!(out, "{}", escape(&command.get_about().map(ToString::to_string).unwrap_or_default()))?;
        let known = |arg: &&Arg| program.get_arguments().any(|own| own.get_id() == arg.get_id());
        for arg in command.get_arguments().filter(|arg| !known(arg)) {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            writeln!(out, ".br\n\\fI{}\\fR: {}", escape(&arg.to_string()), escape(&help))?;
        }
    }
    command.get_subcommands().try_for_each(|under| describe(program, under, out))
}

fn section<'a>(
    title: &str,
    entries: impl IntoIterator<Item = (&'a str, &'a str)>,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, ".SH {title}")?;
    entries.into_iter().try_for_each(|(name, text)| writeln!(out, ".TP\n\\fB{}\\fR\n{}", escape(name), escape(text)))
}

/// The text as roff takes it: dashes stay dashes, and no line begins with a command.
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
