//! The games of a bench as a log for Inspect (`*.eval`): each is a sample. What the log is of stands at its end, so that its
//! file gets its name when it is whole.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tempfile::TempPath;

use super::BenchError;
use super::file::Whole;
use super::games::Numbered;
use super::kept::part_of;
use crate::heist::{Event, EventKind, Timestamp};
use crate::lock;
use crate::records::Report;
use crate::records::inspect::{Archive, Packed, Sample, packed};
use crate::suspicion::fit::Figures;

/// A log while the games are played.
pub(super) struct Log {
    file: PathBuf,
    /// What is written to until the log is whole; removed if the bench fails before.
    part: TempPath,
    archive: Archive<BufWriter<File>>,
}

impl Log {
    /// Begins a log that is to be this file.
    ///
    /// # Errors
    /// If it cannot be written, or another bench is writing it.
    pub(super) fn create(file: &Path) -> Result<Self, BenchError> {
        let fail = |source| BenchError::File { file: file.to_owned(), source };
        let part = part_of(file);
        let out = OpenOptions::new().write(true).create(true).truncate(false).open(&part).map_err(fail)?;
        if !lock::is_free(&out).map_err(fail)? {
            return Err(BenchError::Busy { file: file.to_owned() });
        }
        // What another has left cannot be gone on with.
        out.set_len(0).map_err(fail)?;
        let part = TempPath::try_from_path(part).map_err(fail)?;
        Ok(Self { file: file.to_owned(), part, archive: Archive::new(BufWriter::new(out)) })
    }

    /// Adds a game.
    pub(super) fn add(&mut self, game: Packed) -> io::Result<()> {
        self.archive.add(game)
    }

    /// Ends the log, with how good the detector was over all its games.
    pub(super) fn finish(self, whole: &Whole, figures: &Figures) -> io::Result<()> {
        let Figures { auroc, brier, ece, log_loss, .. } = *figures;
        let detector = BTreeMap::from([("auroc", auroc), ("brier", brier), ("ece", ece), ("log_loss", log_loss)]);
        let mut file = self.archive.finish(json!(whole), &BTreeMap::from([("detector", detector)]))?;
        file.flush()?;
        file.get_ref().sync_all()?;
        self.part.persist(self.file).map_err(|failed| {
            // All games are in it: it may be of use under its other name.
            let _ = failed.path.keep();
            failed.error
        })
    }
}

/// A game as a sample, ready to be added. A game that was rehearsed happens when it is told.
pub(super) fn game(game: Numbered, events: &[(Timestamp, EventKind)]) -> io::Result<Packed> {
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let session: Arc<str> = game.name().into();
    let event = |(seq, (at, kind)): (u64, &(Timestamp, EventKind))| {
        let at = if *at == Timestamp::default() { now } else { *at };
        Event { seq, at, session: Arc::clone(&session), kind: kind.clone() }
    };
    let events: Vec<_> = (1..).zip(events).map(event).collect();
    let report = Report::of(&events).ok_or_else(|| io::Error::other("the game has no opening"))?;
    packed(&Sample::of(&report, &events))
}
