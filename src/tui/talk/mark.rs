//! The message or call that the person was led to, or has marked, and the way to others.

use std::ops::Range;

use super::{Shown, Talk, What};

/// An item that the person was led to.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) item: usize,
    /// The words that it is about; may be empty.
    pub(super) quote: String,
}

impl Talk {
    /// Marks the message or call with this id and the words in it, and gives its first row. An item that the filter
    /// hides has none.
    pub(in crate::tui) fn lead_to(&mut self, id: &str, quote: &str) -> Option<usize> {
        let item = self.find(id)?;
        let shown = self.shown_at(item)?;
        self.mark = Some(Mark { item, quote: quote.to_owned() });
        self.open(Some(item));
        Some(shown.top + usize::from(shown.gap))
    }

    /// The message that is marked, if it is one.
    pub(in crate::tui) fn marked_message(&self) -> Option<&str> {
        self.message(self.mark.as_ref()?.item)
    }

    /// The messages that begin in these rows.
    pub(in crate::tui) fn messages_in(&self, rows: Range<usize>) -> Vec<&str> {
        let begins = |shown: &&Shown| rows.contains(&(shown.top + usize::from(shown.gap)));
        self.shown.iter().filter(begins).filter_map(|shown| self.message(shown.item)).collect()
    }

    /// The message after the marked item, or before it; without a mark the last one that begins before a row.
    pub(in crate::tui) fn message_beside(&self, on: bool, bottom: usize) -> Option<&str> {
        let message = |shown: &Shown| self.message(shown.item);
        match &self.mark {
            Some(mark) if on => self.shown.iter().filter(|shown| shown.item > mark.item).find_map(message),
            Some(mark) => self.shown.iter().rev().filter(|shown| shown.item < mark.item).find_map(message),
            None => self.shown.iter().rev().filter(|shown| shown.top < bottom).find_map(message),
        }
    }

    /// The id of an item that is a message.
    fn message(&self, item: usize) -> Option<&str> {
        match &self.items.get(item)?.what {
            What::Said { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether an item is marked.
    pub(in crate::tui) fn marked(&self) -> bool {
        self.mark.is_some()
    }

    pub(in crate::tui) fn unmark(&mut self) {
        self.mark = None;
        self.open(None);
    }
}
