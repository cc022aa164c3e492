//! The terminal itself: taken over, drawn on without flicker, and given back whole, whatever happens.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, Once, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, queue};
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal};

use super::backend::{Gathered, Steady};
use super::keyboard::Keyboard;
use super::{NoTerminal, TuiError, locale};
use crate::interrupt;

/// A terminal that nobody reads from is not waited for longer, so that the program can end.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whose the terminal is: one of those below.
static WHOSE: AtomicU8 = AtomicU8::new(THEIRS);
/// Not taken, or given back for good.
const THEIRS: u8 = 0;
/// Taken.
const OURS: u8 = 1;
/// Given back until the program goes on.
const LENT: u8 = 2;

/// Held while the terminal is given back, so that nobody ends the program in the midst of it.
static GIVING: Mutex<()> = Mutex::new(());

/// What happens on a panic or a signal is set once in a process.
static HOOKS: Once = Once::new();

/// Whether the terminal shows screens of ours: what is written on it else would stand in their midst.
#[must_use]
pub fn is_taken() -> bool {
    WHOSE.load(Ordering::SeqCst) == OURS
}

/// The terminal, taken over; it is given back when this is dropped.
pub struct Screen {
    terminal: Terminal<Steady>,
    frame: Gathered,
    /// Whether the mouse is ours too.
    mouse: bool,
    /// Whether the next frame is drawn whole, and not only what has changed.
    whole: bool,
    /// What is pressed. One reader for as long as the terminal is ours: with a new one for each page, keys are lost that
    /// come in between.
    pub(super) keys: Keyboard,
}

impl Screen {
    /// Takes the terminal over: alternate screen, raw mode, bracketed paste, and the mouse if `mouse` is set, with which
    /// the terminal itself can then no longer select text. From the first call on, a panic in any thread or task gives
    /// the terminal back before its message is printed, and so does a signal that stops or kills the program.
    ///
    /// # Errors
    ///
    /// If standard input or output is no terminal, or the terminal refuses.
    pub fn open(mouse: bool) -> Result<Self, TuiError> {
        check()?;
        HOOKS.call_once(|| {
            let earlier = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                give_back(THEIRS);
                earlier(panic);
            }));
            interrupt::give_back_by(|| give_back(LENT));
        });
        let frame = Gathered::default();
        let opened = take(mouse).and_then(|()| {
            let terminal = Terminal::new(Steady::new(frame.clone()))?;
            Ok(Self { terminal, frame, mouse, whole: false, keys: Keyboard::new()? })
        });
        if opened.is_err() {
            give_back(THEIRS);
        }
        opened.map_err(failed)
    }

    /// Takes the terminal over again, whatever somebody else has made of it; the next frame is drawn whole.
    pub(super) fn retake(&mut self) -> Result<(), TuiError> {
        give_back(LENT);
        take(self.mouse).map_err(failed)?;
        self.redraw();
        Ok(())
    }

    /// Has the next frame drawn whole. A window that was made smaller and large again in a moment has the size that we
    /// know, and has lost what stood in it.
    pub(super) fn redraw(&mut self) {
        self.whole = true;
    }

    /// How many columns and rows there are.
    pub(super) fn size(&self) -> Result<Size, TuiError> {
        self.terminal.size().map_err(failed)
    }

    /// Draws one frame; the terminal shows it at once and whole (synchronized update).
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> Result<(), TuiError> {
        let gather = || {
            queue!(self.frame, BeginSynchronizedUpdate)?;
            if std::mem::take(&mut self.whole) {
                // Clears too, and unlike `clear` asks the terminal nothing.
                let Size { width, height } = self.terminal.size()?;
                self.terminal.resize(Rect::new(0, 0, width, height))?;
            }
            self.terminal.draw(view)?;
            queue!(self.frame, EndSynchronizedUpdate)
        };
        gather().map_err(failed)?;
        let frame = self.frame.take();
        let mut out = io::stdout().lock();
        // Only now: who gives the terminal back says so first and then waits for the output.
        match WHOSE.load(Ordering::SeqCst) {
            OURS => out.write_all(&frame).and_then(|()| out.flush()).map_err(failed),
            // When the program goes on the frame is drawn whole.
            LENT => Ok(()),
            _ => Err(TuiError::GivenBack),
        }
    }
}

/// Whether there is a terminal to play in.
///
/// # Errors
///
/// If standard input or output is none, or no screens can be drawn on it.
pub fn check() -> Result<(), NoTerminal> {
    match locale::draws_nothing() {
        _ if !is_there() => Err(NoTerminal::None),
        Some(why) => Err(NoTerminal::Dumb(why)),
        None => Ok(()),
    }
}

fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// What a failure means: a terminal that was closed is none any more.
pub(super) fn failed(error: io::Error) -> TuiError {
    if is_there() { TuiError::Terminal(error) } else { closed() }
}

/// The terminal was closed, which the system tells too, or only if it is asked to.
pub(super) fn closed() -> TuiError {
    interrupt::wish();
    TuiError::Closed
}

/// Makes the terminal ours, and empty.
fn take(mouse: bool) -> io::Result<()> {
    WHOSE.store(OURS, Ordering::SeqCst);
    enable_raw_mode()?;
    let mut taken = Vec::new();
    queue!(taken, EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        queue!(taken, EnableMouseCapture)?;
    }
    send(taken);
    Ok(())
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back(THEIRS);
    }
}

/// Gives the terminal back as it was found; it is then theirs, or lent. Does nothing if it is not ours, so it may be called
/// at any time, from any thread, and more than once.
fn give_back(then: u8) {
    let _alone = GIVING.lock().unwrap_or_else(PoisonError::into_inner);
    if WHOSE.compare_exchange(OURS, then, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
        let mut given = Vec::new();
        // There is nobody left to tell of a failure.
        let _ = queue!(
            given,
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        send(given);
        let _ = disable_raw_mode();
    } else if then == THEIRS {
        WHOSE.store(THEIRS, Ordering::SeqCst);
    }
}

/// Writes to the terminal, behind what is being written, without waiting for long. What fails here fails again with the
/// next frame.
fn send(bytes: Vec<u8>) {
    let (tell, told) = mpsc::channel();
    let write = move || {
        let mut out = io::stdout().lock();
        let _ = out.write_all(&bytes).and_then(|()| out.flush());
        let _ = tell.send(());
    };
    if thread::Builder::new().spawn(write).is_ok() {
        let _ = told.recv_timeout(PATIENCE);
    }
}
