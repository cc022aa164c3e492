//! Files that a person wrote for the program: read with a limit, and errors that name the file and the line.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::document::Flaw;

/// A file may have so many bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// Why a file cannot be used. `what` is what it was to be: a crew file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read the {what} {path} ({source}): name one that is there and may be read", path = path.display())]
    Unreadable {
        /// What it was to be.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("the {what} {path} is not a file: name one", path = path.display())]
    NotAFile {
        /// What it was to be.
        what: &'static str,
        /// The path.
        path: PathBuf,
    },
    /// It is too large.
    #[error("the {what} {path} is larger than {} KiB, which is the most that is read: is it the right file?",
        MOST_BYTES / 1024, path = path.display())]
    TooLarge {
        /// What it was to be.
        what: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// What stands in it is not right.
    #[error("the {what} {path}, {flaw}", path = path.display())]
    Flawed {
        /// What it was to be.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Where, what is wrong, and what to do.
        flaw: Flaw,
    },
}

/// Reads a file and makes of its text what it stands for.
///
/// # Errors
/// If the file cannot be read, is too large, is not text, or is not what it should be.
pub fn read<T>(what: &'static str, path: &Path, parse: impl Fn(&str) -> Result<T, Flaw>) -> Result<T, FileError> {
    let unreadable = |source| FileError::Unreadable { what, path: path.to_owned(), source };
    // A pipe would have us wait, perhaps for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(FileError::NotAFile { what, path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(FileError::TooLarge { what, path: path.to_owned() });
    }
    let parsed = match std::str::from_utf8(&bytes) {
        // An editor's byte order mark is no part of the text.
        Ok(text) => parse(text.trim_start_matches('\u{feff}')),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
            Err(Flaw { line, what: "this is not UTF-8: save the file as UTF-8 text".to_owned() })
        }
    };
    parsed.map_err(|flaw| FileError::Flawed { what, path: path.to_owned(), flaw })
}
