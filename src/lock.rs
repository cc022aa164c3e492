//! A file that one process alone may write.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind};

/// Takes a file for this process alone, until it is closed; whether nobody else has it. Not every shared folder knows locks: in
/// one that does not everybody has it.
///
/// # Errors
/// If the system cannot tell.
pub fn is_free(file: &File) -> Result<bool, Error> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
