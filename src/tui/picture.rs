//! The screens without a terminal: what it would be sent, for recordings and for measuring.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use crossterm::event::KeyEvent;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::Look;
use super::finale;
use super::model::{Model, Msg};
use super::screen;
use super::theme::Theme;
use super::update::update;
use crate::heist::Event;
use crate::session::Signal;
use crate::store::SessionRow;

/// What was written to the terminal since it was last looked at.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A heist on the screens of a terminal that is none.
pub struct Picture {
    model: Model,
    terminal: Terminal<CrosstermBackend<Tape>>,
    tape: Tape,
}

impl Picture {
    /// A terminal of so many columns and rows, in colour, before the first signal.
    ///
    /// # Errors
    /// Never, as far as is known; ratatui leaves it open.
    pub fn new(size: (u16, u16)) -> io::Result<Self> {
        Self::of(size, |size| Model::new(Theme::new(true), size))
    }

    /// A recorded heist with its time line; it must have an event.
    ///
    /// # Errors
    /// As [`Picture::new`].
    pub fn replay(size: (u16, u16), events: Vec<Event>) -> io::Result<Self> {
        Self::of(size, |size| Model::replay(events, look(), size))
    }

    /// The list of recorded heists, the newest first.
    ///
    /// # Errors
    /// As [`Picture::new`].
    pub fn browser(size: (u16, u16), sessions: Vec<SessionRow>) -> io::Result<Self> {
        Self::of(size, |size| Model::browser(sessions, look(), size))
    }

    fn of((width, height): (u16, u16), model: impl FnOnce(Size) -> Model) -> io::Result<Self> {
        let tape = Tape::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
        let terminal = Terminal::with_options(CrosstermBackend::new(tape.clone()), TerminalOptions { viewport })?;
        Ok(Self { model: model(Size { width, height }), terminal, tape })
    }

    /// The session tells something.
    pub fn hear(&mut self, signal: Signal) {
        update(&mut self.model, Msg::Signal(signal));
    }

    /// The person presses a key. What it would have the session do is not done.
    pub fn press(&mut self, key: KeyEvent) {
        update(&mut self.model, Msg::Key(key));
    }

    /// The terminal becomes another size.
    ///
    /// # Errors
    /// If it cannot be drawn on any more.
    pub fn resize(&mut self, (width, height): (u16, u16)) -> io::Result<()> {
        update(&mut self.model, Msg::Resize(Size { width, height }));
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// So much time goes by.
    pub fn wait(&mut self, passed: Duration) {
        update(&mut self.model, Msg::Tick(passed));
    }

    /// Whether the job goes on by itself.
    pub(super) fn plays(&self) -> bool {
        finale::plays(&self.model)
    }

    /// Draws a frame. Gives the bytes that make the last one into this.
    ///
    /// # Errors
    /// If it cannot be drawn.
    pub fn frame(&mut self) -> io::Result<Vec<u8>> {
        self.terminal.draw(|frame| screen::view(&self.model, frame))?;
        Ok(self.tape.0.take())
    }
}

/// In colour, whatever the environment says of its terminal.
fn look() -> Look {
    Look { theme: Theme::new(true), ..Look::from_env() }
}
