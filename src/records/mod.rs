//! The commands about recorded heists: `sessions`, `stats`, `replay` and `export`.

mod achievements;
mod browse;
mod html;
pub(crate) mod inspect;
mod markdown;
mod report;
mod sessions;
mod stats;

use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;
use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

use achievements::achievements;
pub use report::{AgentReport, Report};
use stats::Figures;

use crate::headless::{self, Format, HeadlessError};
use crate::heist::Event;
use crate::output;
use crate::places::{self, PlaceError};
use crate::session::Signal;
use crate::store::{Loss, Store, StoreError};
use crate::text::{self, for_shell};
use crate::tui::{self, CastVersion, NoTerminal, TuiError};
use crate::zone::zone;

/// So many sessions are named where one is not found.
const MOST_NAMED: usize = 5;

/// Columns and rows of an exported cast.
const CAST: (u16, u16) = (120, 40);

/// Why a command about recorded heists failed.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A place to keep things was not found.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// There is no such session.
    #[error("the database {db} has no session {session}; {others}", db = db.display())]
    NoSession {
        /// The database.
        db: PathBuf,
        /// The session.
        session: String,
        /// Those that there are, in words.
        others: String,
    },
    /// The session ended before anything happened in it.
    #[error(
        "session {0} ended before its first event: there is nothing to show of it; `heist-tui sessions rm {0}` removes it"
    )]
    Empty(String),
    /// All of the session has vanished, and that is known.
    #[error(
        "session {session} is lost: {what}; bring that file back, or `heist-tui sessions rm {session}` gives the session up"
    )]
    Lost {
        /// The session.
        session: String,
        /// What is known of it.
        what: String,
    },
    /// More than one session in a form that tells of one.
    #[error("this form tells of one session, and {0} are named; `--format inspect` takes several")]
    Several(usize),
    /// A session is named more than once.
    #[error("session {0} is named more than once; name it once")]
    Twice(String),
    /// The output of a replay.
    #[error(transparent)]
    Headless(#[from] HeadlessError),
    /// The terminal.
    #[error(transparent)]
    Tui(#[from] TuiError),
    /// There is nobody to show it to.
    #[error("{0}; {1}")]
    NoTerminal(NoTerminal, String),
    /// The output of anything else.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
    /// The file of an export.
    #[error("cannot write {file}: {source}; make room there, or name another file with --output", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl RecordsError {
    /// Whether the reader of the output has gone, which is no error.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Whether the terminal went away.
    #[must_use]
    pub fn is_closed_terminal(&self) -> bool {
        matches!(self, Self::Tui(TuiError::Closed))
    }
}

/// The forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A Markdown document
    Md,
    /// The events, one JSON object a line
    Json,
    /// A web page in one file
    Html,
    /// What the terminal showed, for asciinema
    Cast,
    /// The same in the format of asciinema 3
    CastV3,
    /// A log for Inspect: JSON, or an archive where the file is named *.eval
    Inspect,
}

/// The option that names a database, for a shell.
#[must_use]
pub fn naming(db: &Path) -> String {
    // What begins with a dash would be taken for an option.
    let join = if db.as_os_str().as_encoded_bytes().starts_with(b"-") { "=" } else { " " };
    format!(" --db{join}{}", for_shell(db))
}

/// The recorded heists of one database.
#[derive(Debug)]
pub struct Records {
    file: PathBuf,
    /// The database as it was named, if it was.
    named: Option<PathBuf>,
    store: Store,
}

impl Records {
    /// Opens the database that was named, or the one in its usual place.
    ///
    /// # Errors
    /// If there is none, or it cannot be used.
    pub fn open(db: Option<&Path>) -> Result<Self, RecordsError> {
        let file = db.map_or_else(places::database, |db| Ok(db.to_owned()))?;
        Ok(Self { store: Store::open_existing(&file)?, file, named: db.map(Path::to_owned) })
    }

    /// Says on the error output what is lost of the sessions.
    fn tell_losses(&self) -> Result<(), RecordsError> {
        for Loss { session, what } in self.store.losses()? {
            tell_loss(&session, &what, &giving_up(&session));
        }
        Ok(())
    }

    /// Lists all sessions, the newest first.
    ///
    /// # Errors
    /// If the database cannot be read or the output not be written.
    pub fn list(&self, json: bool, out: impl Write) -> Result<(), RecordsError> {
        self.tell_losses()?;
        let all = self.store.sessions()?;
        // Of a pipe nobody sees an edge.
        let size = io::stdout().is_terminal().then(|| tui::size().ok()).flatten();
        let width = size.map(|(width, ..)| usize::from(width));
        print(out, json, &all, || sessions::list(&all, width, &zone()))
    }

    /// Tells of one session at length.
    ///
    /// # Errors
    /// If there is no such session, the database cannot be read or the output not be written.
    pub fn show(&self, session: &str, json: bool, out: impl Write) -> Result<(), RecordsError> {
        let (report, _) = self.report(session)?;
        print(out, json, &report, || sessions::show(&report))
    }

    /// Sets sessions beside each other.
    ///
    /// # Errors
    /// As [`Records::show`], for each of them.
    pub fn compare(&self, chosen: &[String], json: bool, out: impl Write) -> Result<(), RecordsError> {
        let reports: Vec<_> =
            chosen.iter().map(|session| Ok(self.report(session)?.0)).collect::<Result<_, RecordsError>>()?;
        print(out, json, &reports, || sessions::compare(&reports))
    }

    /// Removes a session for good.
    ///
    /// # Errors
    /// If there is no such session, the database cannot be written or the output not be written.
    pub fn remove(&mut self, session: &str, json: bool, out: impl Write) -> Result<(), RecordsError> {
        if !self.store.remove(session)? {
            return Err(self.no_session(session)?);
        }
        print(out, json, &serde_json::json!({ "removed": session }), || format!("removed {session}\n"))
    }

    /// Tells figures over all sessions.
    ///
    /// # Errors
    /// If the database cannot be read or the output not be written.
    pub fn stats(&self, json: bool, out: impl Write) -> Result<(), RecordsError> {
        self.tell_losses()?;
        let achievements = achievements(&self.store.counted()?);
        let figures = Figures { stats: self.store.stats()?, achievements };
        print(out, json, &figures, || stats::text(&figures))
    }

    /// Tells a recorded heist again, exactly as it was told when it was played.
    ///
    /// # Errors
    /// If there is no such session, the database cannot be read or the output not be written.
    pub async fn replay(
        &self,
        session: &str,
        format: Format,
        out: impl AsyncWrite + Unpin,
    ) -> Result<(), RecordsError> {
        let (_, events) = self.report(session)?;
        let (tell, signals) = mpsc::unbounded_channel();
        for event in events {
            // The receiver is held until all is told.
            let _ = tell.send(Signal::Recorded(event));
        }
        drop(tell);
        headless::run(signals, format, false, 0, out).await?;
        Ok(())
    }

    /// Writes recorded heists in another form, into a file or to the output. But for Inspect's form, in which each is a
    /// sample of one log, it is one heist.
    ///
    /// # Errors
    /// If there is no such session, or there are too many, the database cannot be read, or the file or output not be written.
    pub fn export(
        &self,
        sessions: &[String],
        form: Form,
        file: Option<&Path>,
        mut out: impl Write,
    ) -> Result<(), RecordsError> {
        let one = |told: fn(&Report, &[Event]) -> Result<String, RecordsError>| {
            let [session] = sessions else { return Err(RecordsError::Several(sessions.len())) };
            let (report, events) = self.report(session)?;
            Ok(told(&report, &events)?.into_bytes())
        };
        let bytes = match form {
            Form::Md => one(|report, events| Ok(markdown::document(report, events)))?,
            Form::Html => one(|report, events| Ok(html::page(report, events)))?,
            Form::Json => one(|_, events| lines(events))?,
            Form::Cast => one(|_, events| Ok(tui::cast(events, CAST, CastVersion::V2)?))?,
            Form::CastV3 => one(|_, events| Ok(tui::cast(events, CAST, CastVersion::V3)?))?,
            Form::Inspect => self.inspect(sessions, file.is_some_and(inspect::is_archive))?,
        };
        match file {
            Some(file) => write(file, &bytes).map_err(|source| RecordsError::File { file: file.to_owned(), source }),
            None => Ok(out.write_all(&bytes).and_then(|()| out.flush())?),
        }
    }

    /// Each of these heists as a sample of a log for Inspect.
    fn inspect(&self, sessions: &[String], is_archive: bool) -> Result<Vec<u8>, RecordsError> {
        let mut samples = Vec::new();
        for (place, session) in sessions.iter().enumerate() {
            if sessions.iter().take(place).any(|before| before == session) {
                return Err(RecordsError::Twice(session.clone()));
            }
            let (report, events) = self.report(session)?;
            samples.push(inspect::Sample::of(&report, &events));
        }
        if is_archive {
            return Ok(inspect::archive(&samples)?);
        }
        let log = text::json(&inspect::Log::of(&samples)).map_err(io::Error::from)?;
        Ok((log + "\n").into_bytes())
    }

    fn report(&self, session: &str) -> Result<(Report, Vec<Event>), RecordsError> {
        let (loss, events) = (self.store.loss(session)?, self.store.events(session)?);
        if let Some(mut report) = Report::of(&events) {
            if report.status == "running" && !self.store.is_played(session) {
                report.was_killed();
            }
            if let Some(what) = loss {
                tell_loss(session, &what, &giving_up(session));
            }
            return Ok((report, events));
        }
        if let Some(what) = loss {
            return Err(RecordsError::Lost { session: session.to_owned(), what });
        }
        let known = self.store.sessions()?.iter().any(|row| row.session == session);
        Err(if known { RecordsError::Empty(session.to_owned()) } else { self.no_session(session)? })
    }

    fn no_session(&self, session: &str) -> Result<RecordsError, RecordsError> {
        let names: Vec<_> = self.store.sessions()?.into_iter().map(|row| row.session).take(MOST_NAMED).collect();
        let others = if names.is_empty() {
            "it has none".to_owned()
        } else {
            format!("the newest are {}; `heist-tui sessions` lists all", names.join(", "))
        };
        Ok(RecordsError::NoSession { db: self.file.clone(), session: session.to_owned(), others })
    }
}

/// How to be rid of what is lost.
fn giving_up(session: &str) -> String {
    format!("`heist-tui sessions rm {}` gives it up", for_shell(session))
}

/// Says on the error output what is lost of a session, and what comes of that.
pub fn tell_loss(session: &str, what: &str, then: &str) {
    output::tell(&format!("session {session}: {what}; {then}"));
}

/// Writes a file, or leaves none.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let was_there = file.exists();
    fs::write(file, bytes).inspect_err(|_| {
        if !was_there {
            // Half of a document is of no use to anybody.
            let _ = fs::remove_file(file);
        }
    })
}

fn lines(events: &[Event]) -> Result<String, RecordsError> {
    let mut lines = String::new();
    for event in events {
        lines.push_str(&text::json(event).map_err(io::Error::from)?);
        lines.push('\n');
    }
    Ok(lines)
}

fn print(
    mut out: impl Write,
    json: bool,
    value: &impl Serialize,
    told: impl FnOnce() -> String,
) -> Result<(), RecordsError> {
    let text = if json { text::json(value).map_err(io::Error::from)? + "\n" } else { told() };
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}
