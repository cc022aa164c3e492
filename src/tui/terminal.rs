//! The terminal itself: taken over, drawn on without flicker, and given back whole, whatever happens.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};

use super::TuiError;

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The panic hook is set once in a process.
static HOOK: Once = Once::new();

/// The terminal, taken over; it is given back when this is dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal over: alternate screen, raw mode, bracketed paste. From the first call on, a panic in any
    /// thread or task gives the terminal back before its message is printed.
    ///
    /// # Errors
    ///
    /// If standard input or output is no terminal, or the terminal refuses.
    pub fn open() -> Result<Self, TuiError> {
        check()?;
        HOOK.call_once(|| {
            let earlier = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                earlier(panic);
            }));
        });
        TAKEN.store(true, Ordering::SeqCst);
        let opened = Self::take();
        if opened.is_err() {
            restore();
        }
        opened.map_err(TuiError::Terminal)
    }

    fn take() -> io::Result<Self> {
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        // A whole frame goes out in one write.
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, io::stdout()));
        Ok(Self { terminal: Terminal::new(backend)? })
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
        let _ =
            execute!(io::stdout(), EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}
