//! The conversation: its items, each wrapped once for a width, and the way in which the person looks at it. Only visible
//! rows are made into lines.

mod draw;
mod find;
mod item;
mod live;
mod mark;

use super::theme::Theme;
pub(super) use draw::pieces;
use find::Search;
pub(super) use find::{alone, places};
use item::Row;
pub(super) use item::{Outcome, Speaker, What};
use live::Live;
use mark::Mark;

/// Columns around a name, before the text.
const AROUND: u16 = 3;
/// Columns for a name, at the least.
const NAME: u16 = 11;

#[derive(Debug)]
struct Item {
    what: What,
    rows: Box<[Row]>,
}

/// An item that the filter lets through.
#[derive(Clone, Copy, Debug)]
struct Shown {
    item: usize,
    /// Its first row.
    top: usize,
    /// Whether an empty row comes before it.
    gap: bool,
    /// Whether its agent is named.
    named: bool,
}

/// A row that stays what it is when rows above it come or go: one of an item, or of the message that is being spoken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    item: Option<usize>,
    row: usize,
}

/// The conversation.
#[derive(Debug)]
pub(super) struct Talk {
    theme: Theme,
    width: u16,
    /// Columns for a name.
    name: u16,
    /// Whether there are no empty rows between what is said.
    close: bool,
    items: Vec<Item>,
    shown: Vec<Shown>,
    /// The items that are tool calls.
    calls: Vec<usize>,
    height: usize,
    live: Option<Live>,
    /// The only agent that is heard.
    only: Option<usize>,
    /// Whether results are shown whole.
    unfolded: bool,
    search: Option<Search>,
    mark: Option<Mark>,
    /// The item that is shown whole because of the search or the mark.
    open: Option<usize>,
}

impl Talk {
    pub(super) fn new(theme: Theme) -> Self {
        Self {
            theme,
            width: 80,
            name: NAME,
            close: false,
            items: Vec::new(),
            shown: Vec::new(),
            calls: Vec::new(),
            height: 0,
            live: None,
            only: None,
            unfolded: false,
            search: None,
            mark: None,
            open: None,
        }
    }

    /// Wraps everything for another width.
    pub(super) fn fit(&mut self, width: u16) {
        if self.width != width {
            self.width = width;
            self.wrap_all();
        }
    }

    /// Leaves out the empty rows, or has them again.
    pub(super) fn close_up(&mut self, close: bool) {
        if self.close != close {
            self.close = close;
            self.place(0);
            self.wrap_live();
        }
    }

    /// Makes room for names of that many columns.
    pub(super) fn name(&mut self, columns: u16) {
        self.name = columns.max(NAME);
        self.wrap_all();
    }

    /// Lets only this agent be heard, or everybody.
    pub(super) fn hear_only(&mut self, agent: Option<usize>) {
        if self.only == agent {
            return;
        }
        self.only = agent;
        self.place(0);
        self.wrap_live();
        if let Some(Search { words, .. }) = self.search.take() {
            self.search(&words, usize::MAX);
        }
    }

    /// Shows results whole, or in a row each.
    pub(super) fn unfold(&mut self, unfolded: bool) {
        self.unfolded = unfolded;
        for index in 0..self.calls.len() {
            self.wrap(self.calls[index]);
        }
        self.place(self.calls.first().copied().unwrap_or(self.items.len()));
    }

    pub(super) fn unfolded(&self) -> bool {
        self.unfolded
    }

    /// The newest line.
    pub(super) fn last(&self) -> Option<&What> {
        self.items.last().map(|item| &item.what)
    }

    /// Adds an item at the end.
    pub(super) fn push(&mut self, what: What) {
        let index = self.items.len();
        if matches!(what, What::Tool { .. }) {
            self.calls.push(index);
        }
        self.items.push(Item { what, rows: Box::default() });
        self.wrap(index);
        self.place(index);
        self.look(index);
    }

    /// Says how a tool call came out, and how many milliseconds it took if it was made.
    pub(super) fn settle(&mut self, call: &str, came: Outcome, took: Option<u64>) {
        let Some(index) = self.find(call) else { return };
        if let What::Tool { outcome, ms, .. } = &mut self.items[index].what {
            (*outcome, *ms) = (came, took);
            self.wrap(index);
            self.place(index);
            self.look(index);
        }
    }

    /// Rows altogether.
    pub(super) fn height(&self) -> usize {
        self.height + self.live().map_or(0, Live::height)
    }

    /// What an agent said and called, oldest first.
    pub(super) fn deeds_of(&self, agent: usize) -> impl Iterator<Item = &What> {
        let what = self.items.iter().map(|item| &item.what);
        what.filter(move |what| what.speaker().is_some_and(|speaker| speaker.index == agent))
    }

    /// How often an agent spoke and called.
    pub(super) fn deeds(&self, agent: usize) -> (usize, usize) {
        self.deeds_of(agent).fold((0, 0), |(said, called), what| match what {
            What::Said { .. } => (said + 1, called),
            _ => (said, called + 1),
        })
    }

    /// The tool calls, newest first.
    pub(super) fn calls(&self) -> impl ExactSizeIterator<Item = &What> {
        self.calls.iter().rev().map(|index| &self.items[*index].what)
    }

    /// The words that are searched for; which hit is looked at, from 1, or 0 without one; and how many there are.
    pub(super) fn searched(&self) -> Option<(&str, usize, usize)> {
        let search = self.search.as_ref()?;
        Some((&search.words, (search.at + 1).min(search.hits.len()), search.hits.len()))
    }

    /// Searches for words from the row `top` on.
    pub(super) fn search(&mut self, words: &str, top: usize) {
        let from = self.anchor(top).item.unwrap_or(usize::MAX);
        let mut search = Search::new(words);
        for shown in &self.shown {
            search.look(shown.item, &self.items[shown.item].what);
        }
        search.near(from);
        self.search = Some(search);
        self.show_hit();
    }

    /// Looks at the next hit, or the one before.
    pub(super) fn step(&mut self, on: bool) {
        if let Some(search) = &mut self.search {
            search.step(on);
        }
        self.show_hit();
    }

    /// Leaves the search.
    pub(super) fn end_search(&mut self) {
        self.search = None;
        self.show_hit();
    }

    /// The row of the hit that is looked at.
    pub(super) fn hit_row(&self) -> Option<usize> {
        let hit = self.search.as_ref()?.hit()?;
        let shown = self.shown_at(hit.item)?;
        let here = |row: &Row| row.part == hit.part && row.range().start <= hit.range().start;
        // The last row that begins before it; a tool's name is in the first.
        let row = self.items[hit.item].rows.iter().rposition(here).unwrap_or(0);
        Some(shown.top + usize::from(shown.gap) + row)
    }

    /// What was said in the message with this id.
    pub(super) fn said(&self, id: &str) -> Option<&str> {
        match &self.items[self.find(id)?].what {
            What::Said { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What is in a row, so that it can be found again.
    pub(super) fn anchor(&self, row: usize) -> Anchor {
        if row >= self.height && self.live().is_some() {
            return Anchor { item: None, row: row - self.height };
        }
        let index = self.shown.partition_point(|shown| shown.top <= row).saturating_sub(1);
        self.shown.get(index).map_or(Anchor { item: None, row: 0 }, |shown| Anchor {
            item: Some(shown.item),
            row: row - shown.top.min(row),
        })
    }

    /// Where that row is now. If its item is not shown, the next one that is.
    pub(super) fn row_of(&self, anchor: Anchor) -> usize {
        let Some(item) = anchor.item else { return self.height + anchor.row };
        match self.shown.get(self.shown.partition_point(|shown| shown.item < item)) {
            Some(shown) if shown.item == item => {
                let rows = self.items[item].rows.len() + usize::from(shown.gap);
                shown.top + anchor.row.min(rows.saturating_sub(1))
            }
            Some(shown) => shown.top,
            None => self.height,
        }
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.items.iter().rposition(|item| item.what.id() == Some(id))
    }

    fn shown_at(&self, item: usize) -> Option<Shown> {
        let index = self.shown.partition_point(|shown| shown.item < item);
        self.shown.get(index).filter(|shown| shown.item == item).copied()
    }

    /// The message that is being spoken, if the filter lets it through.
    fn live(&self) -> Option<&Live> {
        self.live.as_ref().filter(|live| self.only.is_none_or(|only| only == live.speaker.index))
    }

    /// Searches a new or changed item too.
    fn look(&mut self, item: usize) {
        if self.shown_at(item).is_some()
            && let Some(search) = &mut self.search
        {
            search.look(item, &self.items[item].what);
        }
    }

    /// Shows the item whole that has the hit.
    fn show_hit(&mut self) {
        let hit = self.search.as_ref().and_then(Search::hit).map(|hit| hit.item);
        self.open(hit.or(self.mark.as_ref().map(|mark| mark.item)));
    }

    fn open(&mut self, item: Option<usize>) {
        let before = std::mem::replace(&mut self.open, item);
        for changed in [before, item].into_iter().flatten().filter(|_| before != item) {
            let rows = self.items[changed].rows.len();
            self.wrap(changed);
            if rows != self.items[changed].rows.len() {
                self.place(changed);
            }
        }
    }

    /// Columns for what is said.
    fn room(&self) -> u16 {
        self.width.saturating_sub(self.name + AROUND + 1)
    }

    fn wrap_all(&mut self) {
        for index in 0..self.items.len() {
            self.wrap(index);
        }
        self.place(0);
        self.wrap_live();
    }

    fn wrap(&mut self, index: usize) {
        let open = self.unfolded || self.open == Some(index);
        self.items[index].rows = self.items[index].what.rows(self.width, self.room(), open);
    }

    /// Says again where the items from this one on are shown.
    fn place(&mut self, from: usize) {
        self.shown.truncate(self.shown.partition_point(|shown| shown.item < from));
        self.height =
            self.shown.last().map_or(0, |last| last.top + usize::from(last.gap) + self.items[last.item].rows.len());
        for item in from..self.items.len() {
            let what = &self.items[item].what;
            let heard = match (self.only, what.speaker()) {
                (Some(only), Some(speaker)) => speaker.index == only,
                (Some(_), None) => matches!(what, What::Round { .. }),
                (None, _) => true,
            };
            if !heard {
                continue;
            }
            let before = self.shown.last().map(|last| &self.items[last.item].what);
            let goes_on = what.turn().is_some() && before.and_then(What::turn) == what.turn();
            // Lines of the same kind stand together.
            let together = matches!(
                (before, what),
                (Some(What::Premise(_)), What::Premise(_)) | (Some(What::Note { .. }), What::Note { .. })
            );
            // Where there is little room, the name at the edge parts one from the other.
            let gap = before.is_some() && !goes_on && !together && !self.close;
            self.shown.push(Shown { item, top: self.height, gap, named: !goes_on });
            self.height += self.items[item].rows.len() + usize::from(gap);
        }
    }
}

#[cfg(test)]
mod tests;
