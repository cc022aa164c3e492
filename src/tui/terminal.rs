//! The terminal itself: taken over, drawn on without flicker, and given back whole, whatever happens.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, EventStream,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal};

use super::TuiError;

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The panic hook is set once in a process.
static HOOK: Once = Once::new();

/// The terminal as ratatui draws on it.
type Ours = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// The terminal, taken over; it is given back when this is dropped.
pub struct Screen {
    terminal: Ours,
    /// Whether the mouse is ours too.
    mouse: bool,
    /// Whether the next frame is drawn whole, and not only what has changed.
    whole: bool,
    /// What is pressed. One stream for as long as the terminal is ours: with a new one for each page, keys are lost that
    /// come in between.
    pub(super) keys: EventStream,
}

impl Screen {
    /// Takes the terminal over: alternate screen, raw mode, bracketed paste, and the mouse if `mouse` is set, with which
    /// the terminal itself can then no longer select text. From the first call on, a panic in any thread or task gives
    /// the terminal back before its message is printed.
    ///
    /// # Errors
    ///
    /// If standard input or output is no terminal, or the terminal refuses.
    pub fn open(mouse: bool) -> Result<Self, TuiError> {
        check()?;
        HOOK.call_once(|| {
            let earlier = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                earlier(panic);
            }));
        });
        TAKEN.store(true, Ordering::SeqCst);
        let opened = take(mouse).map(|terminal| Self { terminal, mouse, whole: false, keys: EventStream::new() });
        if opened.is_err() {
            restore();
        }
        opened.map_err(TuiError::Terminal)
    }

    /// Gives the terminal back for a while.
    #[allow(clippy::unused_self, reason = "only whoever has the screen may lend it")]
    pub(super) fn lend(&mut self) {
        restore();
    }

    /// Takes the terminal over again, whatever somebody else has made of it; the next frame is drawn whole.
    pub(super) fn retake(&mut self) -> Result<(), TuiError> {
        restore();
        TAKEN.store(true, Ordering::SeqCst);
        self.terminal = take(self.mouse).map_err(TuiError::Terminal)?;
        Ok(())
    }

    /// Has the next frame drawn whole. A window that was made smaller and large again in a moment has the size that we
    /// know, and has lost what stood in it.
    pub(super) fn redraw(&mut self) {
        self.whole = true;
    }

    /// How many columns and rows there are.
    pub(super) fn size(&self) -> Result<Size, TuiError> {
        self.terminal.size().map_err(TuiError::Terminal)
    }

    /// Draws one frame; the terminal shows it at once and whole (synchronized update).
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> Result<(), TuiError> {
        if !TAKEN.load(Ordering::SeqCst) {
            return Err(TuiError::GivenBack);
        }
        let draw = || {
            queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
            if std::mem::take(&mut self.whole) {
                // Clears too, and unlike `clear` asks the terminal nothing.
                let Size { width, height } = self.terminal.size()?;
                self.terminal.resize(Rect::new(0, 0, width, height))?;
            }
            self.terminal.draw(view)?;
            queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
            self.terminal.backend_mut().flush()
        };
        draw().map_err(TuiError::Terminal)
    }
}

/// Whether there is a terminal to play in.
///
/// # Errors
///
/// [`TuiError::NoTerminal`] if standard input or output is none.
pub fn check() -> Result<(), TuiError> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() { Ok(()) } else { Err(TuiError::NoTerminal) }
}

/// Makes the terminal ours, and empty.
fn take(mouse: bool) -> io::Result<Ours> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    // A whole frame goes out in one write.
    Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(1 << 16, io::stdout())))
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back as it was found. Does nothing if it is not taken, so it may be called at any time, from any
/// thread, and more than once.
fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // There is nobody left to tell of a failure.
        let _ = execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
    }
}
