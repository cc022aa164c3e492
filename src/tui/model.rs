//! The model: what has been seen of the heist, and how the person looks at it.

use std::time::Duration;

use crossterm::event::KeyEvent;
use ratatui::layout::Size;

use crate::session::{Control, Signal};

use super::keys::Place;
use super::layout;
use super::screen;
use super::seen::Seen;
use super::theme::Theme;

/// Something that reaches the model.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // Messages are made one at a time and never kept; a box would cost more.
pub(super) enum Msg {
    Signal(Signal),
    /// The session's task is over; no signal comes any more.
    Ended,
    /// The heist could not take a control in just now.
    Busy,
    /// The person is done here, and what runs is being closed.
    Left(Next),
    Key(KeyEvent),
    Paste(String),
    Resize(Size),
    /// So much time went by.
    Tick(Duration),
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Send(Control),
    Leave(Next),
}

/// What the person wants after the heist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To leave.
    Quit,
    /// To play another heist.
    Again,
}

/// The page that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Boot,
    Heist,
    /// The cursor is an agent's place in the crew, or the crew's size for nobody.
    Guess {
        cursor: usize,
        asking: bool,
    },
    Reveal {
        top: usize,
    },
    Failed,
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Nothing,
    Help { top: usize },
    Leaving,
    Editor(String),
}

/// A line for the person that goes away by itself.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) left: Duration,
}

/// Everything that the screens show.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) theme: Theme,
    pub(super) size: Size,
    pub(super) seen: Seen,
    pub(super) page: Page,
    pub(super) over: Over,
    pub(super) notice: Option<Notice>,
    /// The chosen agent's place in the crew.
    pub(super) selected: usize,
    /// The conversation's first visible row; none while it follows the newest.
    pub(super) top: Option<usize>,
    /// The person wants to see the heist as soon as it begins.
    pub(super) begin: bool,
    /// How long the boot page has been seen.
    pub(super) boot: Duration,
    /// Whether a guess is on its way.
    pub(super) guessed: bool,
}

impl Model {
    pub(super) fn new(theme: Theme, size: Size) -> Self {
        let mut model = Self {
            theme,
            size,
            seen: Seen::new(theme),
            page: Page::Boot,
            over: Over::Nothing,
            notice: None,
            selected: 0,
            top: None,
            begin: false,
            boot: Duration::ZERO,
            guessed: false,
        };
        model.shape();
        model
    }

    /// Where keys are pressed now.
    pub(super) fn place(&self) -> Place {
        match (&self.over, &self.page) {
            (Over::Help { .. }, _) => Place::Help,
            (Over::Leaving, _) => Place::Leaving,
            (Over::Editor(_), _) => Place::Editor,
            (Over::Nothing, Page::Boot) => Place::Boot,
            (Over::Nothing, Page::Heist) => Place::Heist,
            (Over::Nothing, Page::Guess { asking: true, .. }) => Place::Asking,
            (Over::Nothing, Page::Guess { .. }) => Place::Guess,
            (Over::Nothing, Page::Reveal { .. }) => Place::Reveal,
            (Over::Nothing, Page::Failed) => Place::Failed,
        }
    }

    /// Fits what is kept in rows to the size of the terminal.
    pub(super) fn shape(&mut self) {
        self.seen.talk.fit(self.panes().talk.width);
        self.top = self.top.filter(|top| *top < self.last_top());
        match &mut self.page {
            Page::Reveal { top } => {
                let rows = *top;
                let last = screen::reveal_rows(self).saturating_sub(usize::from(layout::page(self.size).body.height));
                self.page = Page::Reveal { top: rows.min(last) };
            }
            Page::Guess { cursor, .. } => *cursor = (*cursor).min(self.seen.crew.len()),
            _ => {}
        }
        if let Over::Help { top } = self.over {
            let last = screen::help_rows(self).saturating_sub(usize::from(layout::page(self.size).body.height));
            self.over = Over::Help { top: top.min(last) };
        }
        self.selected = self.selected.min(self.seen.crew.len().saturating_sub(1));
    }

    pub(super) fn panes(&self) -> layout::Heist {
        layout::heist(layout::page(self.size).body, self.seen.crew.len().max(1))
    }

    /// The conversation's first row when its last is visible.
    pub(super) fn last_top(&self) -> usize {
        self.seen.talk.height().saturating_sub(usize::from(self.panes().talk.height))
    }

    /// Whether time passing changes anything that is shown.
    pub(super) fn ticks(&self) -> bool {
        !self.seen.over() || self.notice.is_some()
    }
}
