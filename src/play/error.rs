//! Why no heist could be played, and the exit code for it.

use std::path::PathBuf;

use crate::file::FileError;
use crate::fleet::FleetError;
use crate::headless::{HeadlessError, NoAssertion};
use crate::llm::LlmError;
use crate::places::PlaceError;
use crate::records::RecordsError;
use crate::session::SessionError;
use crate::store::StoreError;
use crate::terms::{Hidden, TermsError};
use crate::text::{NAME, shortened};
use crate::tui::TuiError;

/// Why no heist could be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The game cannot be dealt.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// Nobody speaks.
    #[error(transparent)]
    Llm(#[from] LlmError),
    /// The server does not have the model.
    #[error("the model server at {url} does not offer {}; it offers {offered}", shortened(.model, NAME))]
    NoSuchModel {
        /// The server.
        url: String,
        /// What was asked for.
        model: String,
        /// What there is.
        offered: String,
    },
    /// Docker was asked for and is not there.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session that is to go on is not there.
    #[error("the database {db} has no session {session} to go on with; {others}", db = db.display())]
    NoSession {
        /// The database.
        db: PathBuf,
        /// The session.
        session: String,
        /// Those that there are, in words.
        others: String,
    },
    /// There is none that could go on.
    #[error("the database {db} has no session that was cut off; `heist-tui sessions` lists what it has", db = db.display())]
    NoneCutOff {
        /// The database.
        db: PathBuf,
    },
    /// What is asserted cannot happen.
    #[error(transparent)]
    Assertion(#[from] NoAssertion),
    /// The session cannot go on.
    #[error("session {session} cannot go on: {why}")]
    NotResumable {
        /// The session.
        session: String,
        /// The reason.
        why: String,
    },
    /// The session cannot go on with what it was played with.
    #[error("session {session} was played with {what}, which is not available: {source}; {instead}")]
    Elsewhere {
        /// The session.
        session: String,
        /// Who spoke, or where the tools ran.
        what: String,
        /// Why that is not to be had.
        source: Box<PlayError>,
        /// With what else the session can go on.
        instead: &'static str,
    },
    /// Nor can it with the password of an address that was not kept.
    #[error(transparent)]
    Hidden(#[from] Hidden),
    /// The session broke.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The output failed.
    #[error(transparent)]
    Headless(#[from] HeadlessError),
    /// The terminal failed.
    #[error(transparent)]
    Tui(#[from] TuiError),
    /// The recorded heists.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// The file with the detector's parameters.
    #[error(transparent)]
    Detector(#[from] FileError),
    /// A place to keep things was not found.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

impl PlayError {
    /// The exit code: 2 for a wrong use of the program, 3 for something needed that is not there.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Tui(TuiError::NoTerminal(_))
            | Self::NoSuchModel { .. }
            | Self::NotResumable { .. }
            | Self::Hidden(_)
            | Self::Assertion(_)
            | Self::Terms(_)
            | Self::Detector(_)
            | Self::Llm(LlmError::BadUrl { .. } | LlmError::BadKey { .. }) => 2,
            Self::Fleet(error) if error.is_usage() => 2,
            Self::Elsewhere { source, .. } => source.exit_code(),
            _ => 3,
        }
    }

    /// Whether a model server's address, its key or its model cannot be what was meant: to be told, and no reason to play without
    /// a model.
    pub(crate) fn is_mistake(&self) -> bool {
        matches!(self, Self::NoSuchModel { .. } | Self::Llm(LlmError::BadUrl { .. } | LlmError::BadKey { .. }))
    }
}
