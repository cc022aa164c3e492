//! What can go wrong with the database, in words that say where and what to do.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_TRIGGER};
use thiserror::Error;

use super::open::beside;
use crate::text::for_shell;

/// Why something could not be kept or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no database to read.
    #[error("there is no database {path} yet: the first heist makes it, or name another file with --db",
        path = path.display())]
    NoDatabase {
        /// Where it would be.
        path: PathBuf,
    },
    /// The database's folder does not exist and cannot be made.
    #[error("cannot make the folder {folder} for the database: {source}; make it yourself or name another file with --db",
        folder = folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The path is that of a folder, a pipe or a device.
    #[error("{path} is not a file, so no database can be kept there: name one with --db", path = path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read the database {path} ({source}); check the rights to the file and its folder, or name another \
        file with --db", path = path.display())]
    NotReadable {
        /// The database.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file cannot be opened for writing.
    #[error("cannot open the database {path} for writing ({source}); check the rights to the file and its folder, or name \
        another file with --db", path = path.display())]
    NotWritable {
        /// The database.
        path: PathBuf,
        /// `SQLite`'s reason.
        source: rusqlite::Error,
    },
    /// The file is something else than an `SQLite` database.
    #[error("{path} is not a database; it was left as it is: name another file with --db", path = path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is an `SQLite` database of something else.
    #[error("{path} is a database of another program; it was left as it is: name another file with --db",
        path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of the program has written the database.
    #[error("the database {path} has version {found}, and this program knows only up to {known}: use the newer \
        heist-tui that wrote it, or name another file with --db", path = path.display())]
    TooNew {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// An older database cannot be brought up to date.
    #[error("the database {path} cannot be brought up to date ({source}); it was left as it is: name another file with \
        --db", path = path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// What does not fit.
        source: rusqlite_migration::Error,
    },
    /// Another process held the database for too long.
    #[error("the database {path} is held by another process; close what else has it open and try again",
        path = path.display())]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// There is no room left on the disk.
    #[error("no room is left on the disk for the database {path}; make room, what was recorded so far is kept",
        path = path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// The file is an `SQLite` database and is broken.
    #[error("the database {path} is damaged, or {path}-wal, if there is one, is another database's; move it away, `sqlite3 \
        {word} .recover` may save what is in it",
        path = path.display(), word = for_shell(path))]
    Damaged {
        /// The database.
        path: PathBuf,
    },
    /// The file is empty but for the word that more stands in a write-ahead log, and there is none.
    #[error("the database {path} is empty, and what was written to it stood in {path}-wal, which is missing or another \
        database's; bring that file back, or name another with --db", path = path.display())]
    Emptied {
        /// The database.
        path: PathBuf,
    },
    /// The write-ahead log beside the database is not its own.
    #[error("{path}-wal is another database's: of session {session} the database {path} has {own} events, and with that \
        log {together}; move {path}-wal away, or bring the right one back", path = path.display())]
    WrongLog {
        /// The database.
        path: PathBuf,
        /// A session of which less is there with the log than without.
        session: String,
        /// The events of it that are there without the log.
        own: u64,
        /// Those that are there with it.
        together: u64,
    },
    /// What the database says of a session in one place is not what it says in another.
    #[error("what the database {path} has of session {session} does not fit together: {what}; part of it is lost: \
        the file is damaged, or {path}-wal is missing, was cut or is another database's", path = path.display())]
    Disagrees {
        /// The database.
        path: PathBuf,
        /// The session.
        session: String,
        /// What is said, and where.
        what: String,
    },
    /// The session is being played by another process.
    #[error("session {session} is being played by another process at this moment; wait until that has ended")]
    Playing {
        /// The session.
        session: String,
    },
    /// An event does not follow the last one of its session.
    #[error("event {seq} does not follow what the database {path} has of session {session}; does another process go on \
        with the same session?", path = path.display())]
    OutOfSequence {
        /// The database.
        path: PathBuf,
        /// The session.
        session: String,
        /// The event's number.
        seq: u64,
    },
    /// An event belongs to a session that was never begun, or that was removed meanwhile.
    #[error("the database {path} has no session {session}; was it removed meanwhile?", path = path.display())]
    NoSession {
        /// The database.
        path: PathBuf,
        /// The session.
        session: String,
    },
    /// An event cannot be written as JSON, or what is stored cannot be read as an event.
    #[error("event {seq} of session {session} in the database {path} is not readable: {source}; did something else write \
        to it?", path = path.display())]
    Event {
        /// The database.
        path: PathBuf,
        /// The session.
        session: String,
        /// The event's number.
        seq: u64,
        /// The reason.
        source: serde_json::Error,
    },
    /// Anything else that `SQLite` does not do.
    #[error("the database {path} failed: {source}", path = path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// `SQLite`'s reason.
        source: rusqlite::Error,
    },
}

/// Whoever asks whether there is room tries to write so many bytes: the index of a write-ahead log takes half of them.
const PROBE: usize = 64 * 1024;

impl StoreError {
    /// What an error of `SQLite` means for the person whose database it is.
    pub(super) fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path },
            // A full disk has many names: so is called a log or an index that cannot be made or grow.
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) if no_room_beside(&path) => Self::Full { path },
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path, source }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path },
            _ => Self::Sqlite { path, source },
        }
    }

    /// What an error at recording this event means.
    pub(super) fn at_event(path: &Path, session: &str, seq: u64, source: rusqlite::Error) -> Self {
        let session = session.to_owned();
        match source.sqlite_error().map(|error| error.extended_code) {
            Some(SQLITE_CONSTRAINT_TRIGGER) => Self::OutOfSequence { path: path.to_owned(), session, seq },
            Some(SQLITE_CONSTRAINT_FOREIGNKEY) => Self::NoSession { path: path.to_owned(), session },
            _ => Self::of(path, source),
        }
    }
}

/// Whether an error of the system says that there is no room.
pub(super) fn is_no_room(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// Whether nothing more can be written where the database is. `SQLite` does not hand on what the system said.
fn no_room_beside(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let longest = ["", "-wal"].map(|ending| fs::metadata(beside(path, ending)).map_or(0, |file| file.len()));
    let tried = tempfile::tempfile_in(folder).and_then(|mut file| {
        file.write_all(&vec![1; PROBE])?;
        // A file may also be as large as this user's may become.
        file.set_len(longest[0].max(longest[1]) + PROBE as u64)
    });
    tried.is_err_and(|error| is_no_room(&error))
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi::{self, Error, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE};

    use super::*;

    fn of(path: &Path, code: i32) -> StoreError {
        StoreError::of(path, rusqlite::Error::SqliteFailure(Error::new(code), None))
    }

    #[test]
    fn only_a_disk_that_is_full_is_called_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        assert!(matches!(of(&path, SQLITE_FULL), StoreError::Full { .. }));
        for code in [SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE] {
            assert!(matches!(of(&path, code), StoreError::Sqlite { .. }), "there is room");
        }
        assert!(matches!(of(&path, ffi::SQLITE_CANTOPEN), StoreError::NotWritable { .. }));
        assert!(matches!(of(&path, SQLITE_CORRUPT), StoreError::Damaged { .. }));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left of the trial");
    }
}
