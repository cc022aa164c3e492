//! The games of a bench as a log for Inspect (`*.eval`): each is a sample. What the log is of stands at its end, so that its
//! file gets its name when it is whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tempfile::TempPath;

use super::file::Whole;
use super::games::Numbered;
use super::kept::part_of;
use crate::heist::{Event, EventKind, Timestamp};
use crate::records::Report;
use crate::records::inspect::{Archive, Packed, Sample, packed};
use crate::suspicion::fit::Figures;

/// A log while the games are played.
pub(super) struct Log {
    file: PathBuf,
    /// What is written to until the log is whole; of one that never is, it is removed.
    part: TempPath,
    archive: Archive<BufWriter<File>>,
}

impl Log {
    /// Begins a log that is to be this file.
    pub(super) fn create(file: &Path) -> io::Result<Self> {
        let part = part_of(file);
        let archive = Archive::new(BufWriter::new(File::create(&part)?));
        let part = TempPath::try_from_path(part)?;
        Ok(Self { file: file.to_owned(), part, archive })
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
        Ok(self.part.persist(self.file)?)
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
