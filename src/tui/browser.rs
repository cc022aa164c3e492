//! The list of recorded heists: which of them are shown, which one is chosen, and the keys that do something with it.

use ratatui::layout::Size;

use crate::heist::BankInfo;
use crate::store::{GameRow, SessionRow};

use super::Look;
use super::keys::Act;
use super::layout;
use super::model::{Action, Model, Next, Over, Page, scrolled};
use super::screen::{outcome_words, session_rows};
use super::text::one_line;

/// The longest filter, in characters.
const FILTER: usize = 60;

/// The recorded heists.
#[derive(Debug)]
pub(super) struct Browser {
    /// What they are called in the database, the newest first.
    names: Vec<String>,
    /// All of them, with text that is fit for a terminal.
    rows: Vec<SessionRow>,
    /// What a filter looks at in each of them, in small letters.
    words: Vec<String>,
    pub(super) filter: String,
    /// The places in `rows` of those that are shown.
    shown: Vec<usize>,
    /// The chosen one's place in `shown`.
    cursor: usize,
    /// The first visible one's place in `shown`.
    top: usize,
    /// The place in `rows` of the one that another is to be compared with.
    marked: Option<usize>,
    /// The comparison: a name and two values in each row, the sessions first.
    pub(super) figures: Vec<Vec<String>>,
}

impl Browser {
    fn new(rows: Vec<SessionRow>) -> Self {
        let names = rows.iter().map(|row| row.session.clone()).collect();
        let rows: Vec<_> = rows.into_iter().map(harmless).collect();
        let words = rows.iter().map(words).collect();
        let shown = (0..rows.len()).collect();
        let filter = String::new();
        Self { names, rows, words, filter, shown, cursor: 0, top: 0, marked: None, figures: Vec::new() }
    }

    /// How many there are, and how many of them are shown.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.rows.len(), self.shown.len())
    }

    /// The chosen one's place among all, and what is told of it.
    pub(super) fn chosen(&self) -> Option<(usize, &SessionRow)> {
        let index = *self.shown.get(self.cursor)?;
        Some((index, self.rows.get(index)?))
    }

    /// The marked one.
    pub(super) fn marked(&self) -> Option<&SessionRow> {
        self.rows.get(self.marked?)
    }

    /// As many as fit into a height, with whether each is chosen and whether it is marked.
    pub(super) fn visible(&self, height: usize) -> impl Iterator<Item = (&SessionRow, bool, bool)> {
        self.shown.iter().enumerate().skip(self.top).take(height).filter_map(|(place, index)| {
            Some((self.rows.get(*index)?, place == self.cursor, self.marked == Some(*index)))
        })
    }

    /// How many stand above and below those that fit into a height.
    pub(super) fn hidden(&self, height: usize) -> (usize, usize) {
        (self.top, self.shown.len().saturating_sub(self.top + height))
    }

    /// Keeps the chosen one within what is there, and visible.
    pub(super) fn shape(&mut self, height: usize) {
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
        let least = (self.cursor + 1).saturating_sub(height);
        self.top = self.top.clamp(least, self.cursor.max(least)).min(self.shown.len().saturating_sub(height));
    }

    /// Chooses the one in this row of those that fit into a height.
    pub(super) fn choose(&mut self, row: usize, height: usize) {
        let place = self.top + row;
        if row < height && place < self.shown.len() {
            self.cursor = place;
        }
    }

    fn sift(&mut self) {
        let chosen = self.chosen().map(|(index, _)| index);
        let wanted = self.filter.trim().to_lowercase();
        let fits = |index: &usize| self.words[*index].contains(&wanted);
        self.shown = (0..self.rows.len()).filter(fits).collect();
        self.cursor = self.shown.iter().position(|index| Some(*index) == chosen).unwrap_or(0);
    }
}

/// The row with its text made harmless; anybody may have written into the database.
fn harmless(row: SessionRow) -> SessionRow {
    let line = |text: String| one_line(&text, 300);
    let game = row.game.map(|game| GameRow {
        guess: game.guess.map(line),
        mole: game.mole.map(line),
        strategy: game.strategy.map(line),
        detector: game.detector.map(line),
        job: game.job.map(line),
        ..game
    });
    SessionRow {
        session: line(row.session),
        started_at: line(row.started_at),
        reason: row.reason.map(line),
        model: row.model.map(line),
        tools: row.tools.map(line),
        difficulty: row.difficulty.map(line),
        bank: row.bank.map(|bank| BankInfo { name: line(bank.name), ..bank }),
        game,
        ..row
    }
}

/// All that a person might remember of a session.
fn words(row: &SessionRow) -> String {
    let mut words = vec![row.session.as_str(), &row.started_at, &row.status, outcome_words(row)];
    words.push(row.model.as_deref().unwrap_or("scripted crew"));
    words.extend(row.difficulty.as_deref());
    words.extend(row.game.as_ref().filter(|game| game.blind == Some(true)).map(|_| "blind"));
    words.extend(row.game.as_ref().filter(|game| game.loot > Some(0)).map(|_| "escaped"));
    words.extend(row.tools.as_deref().into_iter().chain(row.bank.as_ref().map(|bank| bank.name.as_str())));
    words.extend(
        row.game.iter().flat_map(|game| [&game.mole, &game.guess, &game.strategy]).filter_map(Option::as_deref),
    );
    let seed = row.seed.map(|seed| format!("seed {seed}"));
    words.extend(seed.as_deref());
    words.join(" ").to_lowercase()
}

impl Model {
    /// The screens for the recorded heists, the newest first.
    pub(super) fn browser(rows: Vec<SessionRow>, look: Look, size: Size) -> Self {
        let mut model = Self::new(look.theme, size);
        model.keymap = look.keymap;
        model.browser = Some(Browser::new(rows));
        model.page = Page::Sessions;
        model.shape();
        model
    }

    /// The session at this place in the list.
    #[must_use]
    pub fn session(&self, place: usize) -> Option<&str> {
        self.browser.as_ref()?.names.get(place).map(String::as_str)
    }

    /// The session at this place is there no more.
    pub fn removed(&mut self, place: usize) {
        let Some(browser) = &mut self.browser else { return };
        if place < browser.rows.len() {
            let cursor = browser.cursor;
            let gone = browser.rows.remove(place);
            browser.words.remove(place);
            browser.names.remove(place);
            browser.marked = browser.marked.filter(|marked| *marked != place);
            browser.marked = browser.marked.map(|marked| marked - usize::from(marked > place));
            browser.sift();
            browser.cursor = cursor;
            self.tell(&format!("{} is deleted.", gone.session));
        }
        self.shape();
    }

    /// Sets two sessions beside each other: a name and two values in each row.
    pub fn compare(&mut self, figures: Vec<Vec<String>>) {
        let Some(browser) = &mut self.browser else { return };
        let clean = |row: Vec<String>| row.iter().map(|cell| one_line(cell, 100)).collect();
        browser.figures = figures.into_iter().map(clean).collect();
        browser.marked = None;
        self.page = Page::Compare { top: 0 };
        self.shape();
    }

    /// Tells the person something, in a line.
    pub fn say(&mut self, text: &str) {
        self.tell(&one_line(text, 400));
    }
}

/// Whether a key of the list does anything now.
pub(super) fn can(model: &Model, act: Act) -> bool {
    let Some(browser) = &model.browser else { return false };
    match act {
        Act::Open | Act::Delete => browser.chosen().is_some(),
        Act::GoOn => browser.chosen().is_some_and(|(_, row)| row.resumable),
        Act::Mark => browser.rows.len() > 1 && browser.chosen().is_some(),
        Act::Filter => !browser.rows.is_empty(),
        _ => true,
    }
}

/// Keys on the list, on its filter, on the question before one is deleted, and on the comparison.
pub(super) fn browse(model: &mut Model, act: Act) -> Vec<Action> {
    let height = layout::page(model.size).body.height;
    let Some(browser) = &mut model.browser else { return Vec::new() };
    let chosen = browser.chosen().map(|(index, _)| index);
    match (&mut model.over, &mut model.page, act) {
        (Over::Filter, _, Act::Erase) => {
            browser.filter.pop();
            browser.sift();
        }
        (Over::Filter, _, Act::Confirm) => model.over = Over::Nothing,
        (Over::Filter, _, _) => {
            model.over = Over::Nothing;
            browser.filter.clear();
            browser.sift();
        }
        (Over::Deleting, _, Act::Confirm) => {
            model.over = Over::Nothing;
            return chosen.map(|place| Action::Leave(Next::Remove(place))).into_iter().collect();
        }
        (Over::Deleting, ..) => model.over = Over::Nothing,
        (_, page @ Page::Compare { .. }, Act::Back) => *page = Page::Sessions,
        (_, Page::Compare { top }, _) => *top = scrolled(*top, act, height),
        (.., Act::Open) => return chosen.map(|place| Action::Leave(Next::Open(place))).into_iter().collect(),
        (.., Act::GoOn) => return chosen.map(|place| Action::Leave(Next::GoOn(place))).into_iter().collect(),
        (.., Act::Delete) => model.over = Over::Deleting,
        (.., Act::Filter) => model.over = Over::Filter,
        (.., Act::Mark) => match (browser.marked, chosen) {
            (Some(one), Some(other)) if one != other => return vec![Action::Leave(Next::Compare(one, other))],
            (marked, _) => browser.marked = if marked.is_none() { chosen } else { None },
        },
        // What narrows the list goes first.
        (.., Act::Back) if browser.marked.is_some() => browser.marked = None,
        (.., Act::Back) if !browser.filter.is_empty() => {
            browser.filter.clear();
            browser.sift();
        }
        (.., Act::Back) => return vec![Action::Leave(Next::Back)],
        _ => browser.cursor = scrolled(browser.cursor, act, u16::try_from(session_rows(height)).unwrap_or(height)),
    }
    Vec::new()
}

/// Adds text to the filter that is typed.
pub(super) fn typed(model: &mut Model, text: &str) {
    let Some(browser) = &mut model.browser else { return };
    let room = FILTER.saturating_sub(browser.filter.chars().count());
    let text = super::text::clean(text, FILTER * 4);
    browser.filter.extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(room));
    browser.sift();
}
