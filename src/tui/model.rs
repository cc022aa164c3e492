//! The model: what has been seen of the heist, and how the person looks at it.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;

use crate::heist::Sureness;
use crate::session::{Control, Signal};
use crate::store::Totals;

use super::TICK;
use super::browser::Browser;
use super::finale::{self, Finale};
use super::keymap::Keymap;
use super::keys::{Act, Place};
use super::layout;
use super::replay::{self, Replay};
use super::screen;
use super::seen::Seen;
use super::side::{Pane, Side};
use super::tempo::Tempo;
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
    Mouse(MouseEvent),
    Paste(String),
    Resize(Size),
    /// So much time went by.
    Tick(Duration),
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Send(Control),
    /// So many words a minute from now on.
    Pace(u32),
    /// Stop the program until the shell lets it go on.
    Suspend,
    Leave(Next),
}

/// What the person wants after the heist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To leave.
    Quit,
    /// To play the same game when what was not there is looked for again.
    LookAgain,
    /// To go on with the heist that was cut off.
    Resume,
    /// To play another heist that needs neither a model server nor Docker.
    BuiltIn,
    /// To play another heist.
    Again,
    /// To play the same heist again, from the same seed.
    Rematch,
    /// To look at the recorded heists.
    Sessions,
    /// To go back to where this was called from.
    Back,
    /// To see the session at this place in the browser's list again.
    Open(usize),
    /// To go on with the session at this place.
    GoOn(usize),
    /// To delete the session at this place.
    Remove(usize),
    /// To set the sessions at these places beside each other.
    Compare(usize, usize),
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
    /// The job, and at its end what came of it, from this row on.
    Finale {
        top: usize,
    },
    Reveal {
        top: usize,
    },
    Failed,
    Sessions,
    Compare {
        top: usize,
    },
}

/// What helps the guess and costs something of what it can win.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Help {
    Hint,
    /// The detector's suspicion in view.
    Sight,
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Nothing,
    Help {
        top: usize,
    },
    Leaving,
    /// Whether to take what costs something of the stake.
    Costs(Help),
    Editor(String),
    /// What to ask the chosen agent about: what is typed, and which of what fits it.
    Question {
        words: String,
        cursor: usize,
    },
    Search {
        words: String,
        /// The conversation's first visible row before, or none if it followed the newest.
        back: Option<usize>,
    },
    /// The filter of the sessions is typed.
    Filter,
    /// Whether to delete the chosen session.
    Deleting,
}

/// A line for the person that goes away by itself.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) left: Duration,
}

/// Everything that the screens show.
#[derive(Debug)]
pub struct Model {
    pub(super) theme: Theme,
    pub(super) keymap: Keymap,
    /// What the pages have: all of the terminal but the row of the timeline.
    pub(super) size: Size,
    pub(super) seen: Seen,
    pub(super) page: Page,
    pub(super) over: Over,
    pub(super) notice: Option<Notice>,
    /// The chosen agent's place in the crew.
    pub(super) selected: usize,
    pub(super) pane: Pane,
    /// Whether only the chosen agent is heard.
    pub(super) only: bool,
    /// The conversation's first visible row; none while it follows the newest.
    pub(super) top: Option<usize>,
    /// The person wants to see the heist as soon as it begins.
    pub(super) begin: bool,
    /// How fast the heist goes on.
    pub(super) tempo: Tempo,
    /// How long the boot page has been seen.
    pub(super) boot: Duration,
    /// Whether a guess is on its way.
    pub(super) guessed: bool,
    /// How sure the person is of the guess.
    pub(super) sureness: Sureness,
    /// What the player's games add up to, once this one is among them.
    pub(super) totals: Option<Totals>,
    /// The job, once it was played.
    pub(super) finale: Option<Box<Finale>>,
    /// The recorded heist, where none is played.
    pub(super) replay: Option<Replay>,
    /// The recorded heists, where none is shown.
    pub(super) browser: Option<Browser>,
}

impl Model {
    pub(super) fn new(theme: Theme, size: Size) -> Self {
        let mut model = Self {
            theme,
            keymap: Keymap::default(),
            size,
            seen: Seen::new(theme),
            page: Page::Boot,
            over: Over::Nothing,
            notice: None,
            selected: 0,
            pane: Pane::default(),
            only: false,
            top: None,
            begin: false,
            tempo: Tempo::default(),
            boot: Duration::ZERO,
            guessed: false,
            sureness: Sureness::EVEN,
            totals: None,
            finale: None,
            replay: None,
            browser: None,
        };
        model.shape();
        model
    }

    /// Where keys are pressed now.
    pub(super) fn place(&self) -> Place {
        match (&self.over, &self.page) {
            (Over::Help { .. }, _) => Place::Help,
            (Over::Leaving, _) => Place::Leaving,
            (Over::Costs(_), _) => Place::Costs,
            (Over::Editor(_), _) => Place::Editor,
            (Over::Question { .. }, _) => Place::Question,
            (Over::Search { .. }, _) => Place::Search,
            (Over::Nothing, Page::Boot) => Place::Boot,
            (Over::Nothing, Page::Heist) if self.pane.open => Place::Pane,
            (Over::Nothing, Page::Heist) => Place::Heist,
            (Over::Nothing, Page::Guess { asking: true, .. }) => Place::Asking,
            (Over::Nothing, Page::Guess { .. }) => Place::Guess,
            (Over::Nothing, Page::Finale { .. }) if self.finale.as_ref().is_some_and(|finale| finale.is_over()) => {
                Place::Ending
            }
            (Over::Nothing, Page::Finale { .. }) => Place::Finale,
            (Over::Nothing, Page::Reveal { .. }) => Place::Reveal,
            (Over::Nothing, Page::Failed) => Place::Failed,
            (Over::Filter, _) => Place::Filter,
            (Over::Deleting, _) => Place::Deleting,
            (Over::Nothing, Page::Sessions) => Place::Sessions,
            (Over::Nothing, Page::Compare { .. }) => Place::Compare,
        }
    }

    /// Where keys are looked up before those of the place itself: a recorded heist has its own, and so have the sources, and a
    /// heist that waits for the next turn.
    pub(super) fn layers(&self) -> impl Iterator<Item = Place> + use<> {
        use Place::{Boot, Ending, Failed, Finale, Heist, Pane, Reveal};
        let place = self.place();
        let page = matches!(place, Boot | Heist | Pane | Finale | Ending | Reveal | Failed);
        let replay = (page && self.replay.is_some()).then_some(Place::Replay);
        let sources = (place == Pane && self.pane.view == Side::Sources).then_some(Place::Sources);
        let waits = place == Heist && self.replay.is_none() && self.tempo.waits(&self.seen);
        replay.into_iter().chain(sources).chain(waits.then_some(Place::Waiting))
    }

    /// Whether the heist waits for the person after each turn.
    #[must_use]
    pub const fn is_by_turn(&self) -> bool {
        self.tempo.by_turn
    }

    /// The terminal has this size now.
    pub(super) fn resize(&mut self, terminal: Size) {
        let height = terminal.height.saturating_sub(u16::from(self.replay.is_some()));
        self.size = Size { height, ..terminal };
    }

    /// Fits what is kept in rows to the size of the terminal.
    pub(super) fn shape(&mut self) {
        self.selected = self.selected.min(self.seen.crew.len().saturating_sub(1));
        let anchor = self.top.map(|top| self.seen.talk.anchor(top));
        self.seen.talk.hear_only(self.only.then_some(self.selected));
        self.seen.talk.fit(self.panes().talk.width);
        self.seen.talk.close_up(self.size.height < layout::ROOMY);
        self.top = anchor.map(|anchor| self.seen.talk.row_of(anchor).min(self.last_top()));
        match &mut self.page {
            Page::Reveal { top } => {
                let rows = *top;
                let last = screen::reveal_rows(self).saturating_sub(usize::from(layout::page(self.size).body.height));
                self.page = Page::Reveal { top: rows.min(last) };
            }
            Page::Finale { top } => {
                let rows = *top;
                let last = screen::ending_rows(self).saturating_sub(usize::from(layout::page(self.size).body.height));
                self.page = Page::Finale { top: rows.min(last) };
            }
            Page::Guess { cursor, .. } => *cursor = (*cursor).min(self.seen.crew.len()),
            Page::Compare { top } => {
                let rows = *top;
                let last = screen::compare_rows(self).saturating_sub(usize::from(layout::page(self.size).body.height));
                self.page = Page::Compare { top: rows.min(last) };
            }
            _ => {}
        }
        if let Over::Help { top } = self.over {
            let last = screen::help_rows(self).saturating_sub(usize::from(layout::page(self.size).body.height));
            self.over = Over::Help { top: top.min(last) };
        }
        if let Some(browser) = &mut self.browser {
            browser.shape(screen::session_rows(layout::page(self.size).body.height));
        }
    }

    pub(super) fn panes(&self) -> layout::Heist {
        let shape = layout::Shape {
            crew: self.seen.crew.len().max(1),
            bar: self.only || self.seen.talk.searched().is_some(),
            open: self.pane.open,
            tall: self.pane.is_tall(),
        };
        layout::heist(layout::page(self.size).body, shape)
    }

    /// The conversation's first row when its last is visible.
    pub(super) fn last_top(&self) -> usize {
        self.seen.talk.height().saturating_sub(usize::from(self.panes().talk.height))
    }

    /// After which time what is shown is to change; none if time passing changes nothing.
    pub(super) fn beat(&self) -> Option<Duration> {
        if self.replay.is_some() {
            return replay::beat(self);
        }
        if finale::plays(self) {
            return Some(finale::BEAT);
        }
        let plays = self.browser.is_none() && !self.seen.over();
        (plays || self.notice.is_some()).then_some(TICK)
    }

    /// Tells the person something for a few seconds.
    pub(super) fn tell(&mut self, text: &str) {
        self.notice = Some(Notice { text: text.to_owned(), left: Duration::from_secs(5) });
    }
}

/// The first visible row after a key, before it is held to what there is.
pub(super) fn scrolled(top: usize, act: Act, height: u16) -> usize {
    let page = usize::from(height).saturating_sub(2).max(1);
    match act {
        Act::Up => top.saturating_sub(1),
        Act::Down => top + 1,
        Act::PageUp => top.saturating_sub(page),
        Act::PageDown => top + page,
        Act::Top => 0,
        Act::End => usize::MAX,
        _ => top,
    }
}
