//! The message that is being spoken. Only its last two rows are wrapped again when text comes; the last alone would not
//! do, since the words where they part may yet grow together.

use std::ops::Range;

use super::{Speaker, Talk};
use crate::tui::text::{LONGEST, clean};
use crate::tui::wrap::wrapped;

#[derive(Debug)]
pub(super) struct Live {
    pub(super) speaker: Speaker,
    turn: u32,
    /// Whether its agent is named in the item before it.
    pub(super) named: bool,
    /// Whether an empty row comes before it.
    pub(super) gap: bool,
    pub(super) text: String,
    /// Places in the text.
    pub(super) rows: Vec<Range<usize>>,
    /// How many rows cannot change any more.
    settled: usize,
}

impl Live {
    /// Its rows, with the empty one before it.
    pub(super) fn height(&self) -> usize {
        self.rows.len() + usize::from(self.gap)
    }
}

impl Talk {
    /// Adds to the message that is being spoken.
    pub(in crate::tui) fn speak(&mut self, speaker: Speaker, turn: u32, text: &str) {
        if self.live.as_ref().is_none_or(|live| live.turn != turn) {
            // The agent is named once in a turn, unless something came between.
            let before = self.shown.last().map(|last| &self.items[last.item].what);
            let named = before.is_some_and(|what| what.turn() == Some(turn));
            let gap = !named && !self.close;
            self.live = Some(Live { speaker, turn, named, gap, text: String::new(), rows: Vec::new(), settled: 0 });
        }
        let room = self.room();
        let Some(live) = self.live.as_mut().filter(|live| live.text.len() < LONGEST) else { return };
        live.text.push_str(&clean(text, LONGEST));
        let tail = live.rows.get(live.settled).map_or(0, |row| row.start);
        let (rows, _) = wrapped(&live.text[tail..], room, usize::MAX);
        live.rows.truncate(live.settled);
        // A hyphen at the very end keeps the words before it from being parted until more text comes.
        live.settled += if live.text.ends_with('-') { 0 } else { rows.len().saturating_sub(2) };
        live.rows.extend(rows.into_iter().map(|row| row.start + tail..row.end + tail));
    }

    /// Forgets the message that was being spoken.
    pub(in crate::tui) fn hush(&mut self) {
        self.live = None;
    }

    /// Wraps it for what is shown now.
    pub(super) fn wrap_live(&mut self) {
        if let Some(live) = self.live.take() {
            self.speak(live.speaker, live.turn, &live.text);
        }
    }
}
