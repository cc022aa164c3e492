//! What a person sees: a model folded from the session's signals, a pure `update`, a pure `view`, and the loop that
//! feeds the one and draws the other.

mod cast;
mod keys;
mod layout;
mod model;
mod screen;
mod seen;
mod talk;
mod terminal;
mod text;
mod theme;
mod update;

#[cfg(test)]
mod tests;

use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use ratatui::layout::Size;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::session::{Control, Signal};

pub use cast::cast;
pub use model::Next;
use model::{Action, Model, Msg};
pub use terminal::{Screen, check};
use theme::Theme;

/// The least time from one frame to the next while text streams: about 30 frames a second.
const FRAME: Duration = Duration::from_millis(33);
/// How often the clocks on the screen go on.
const TICK: Duration = Duration::from_secs(1);

/// What went wrong with the terminal.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// There is nobody to play with.
    #[error("this is not a terminal; run `heist-tui --ci` to play without one")]
    NoTerminal,
    /// Reading keys or drawing failed.
    #[error("the terminal failed: {0}; run `heist-tui --ci` to play without it")]
    Terminal(#[source] std::io::Error),
    /// A panic somewhere gave the terminal back.
    #[error("the game broke off because of an error inside the program; its message is above")]
    GivenBack,
}

/// The terminal's columns and rows, and whether they are enough to play.
///
/// # Errors
///
/// If the terminal does not tell its size.
pub fn size() -> std::io::Result<(u16, u16, bool)> {
    let (width, height) = crossterm::terminal::size()?;
    Ok((width, height, width >= layout::SMALLEST.width && height >= layout::SMALLEST.height))
}

/// Shows a session on the terminal and steers it, until the person leaves. `signals` closes when the session's task is
/// over; leaving a running heist sends [`Control::Stop`] first. With `blind`, suspicion is shown only after the guess. Colours are left out if `NO_COLOR` is set.
///
/// # Errors
///
/// If the terminal fails, or was given back because of a panic.
pub async fn play(
    screen: &mut Screen,
    mut signals: mpsc::UnboundedReceiver<Signal>,
    controls: mpsc::Sender<Control>,
    blind: bool,
) -> Result<Next, TuiError> {
    let mut model = Model::new(Theme::from_env(), screen.size()?);
    model.seen.blind = blind;
    let mut keys = EventStream::new();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ticked = Instant::now();
    let mut listening = true;
    // When the next frame is due; none while nothing has changed.
    let mut due = Some(Instant::now());
    let mut drawn = Instant::now();
    loop {
        if due.is_some_and(|due| due <= Instant::now()) {
            screen.draw(|frame| screen::view(&model, frame))?;
            drawn = Instant::now();
            due = None;
        }
        let msg = tokio::select! {
            biased;
            key = keys.next() => {
                let event = key.unwrap_or_else(|| Err(std::io::ErrorKind::UnexpectedEof.into()));
                match event.map_err(TuiError::Terminal)? {
                    Event::Key(key) => Msg::Key(key),
                    Event::Paste(text) => Msg::Paste(text),
                    Event::Resize(width, height) => Msg::Resize(Size { width, height }),
                    _ => continue,
                }
            }
            () = sleep_until(due.unwrap_or(drawn)), if due.is_some() => continue,
            // A flood of signals must not stop the clocks.
            _ = ticks.tick(), if model.ticks() => {
                let passed = ticked.elapsed();
                ticked = Instant::now();
                Msg::Tick(passed)
            }
            signal = signals.recv(), if listening => signal.map_or_else(
                || {
                    listening = false;
                    Msg::Ended
                },
                Msg::Signal,
            ),
        };
        // What the person does is seen at once; what streams is gathered.
        let at = if matches!(msg, Msg::Key(_) | Msg::Paste(_)) { Instant::now() } else { drawn + FRAME };
        due = Some(due.map_or(at, |due| due.min(at)));
        let mut sent = update::update(&mut model, msg);
        while !sent.is_empty() {
            for action in std::mem::take(&mut sent) {
                match action {
                    Action::Send(control) => {
                        if let Err(TrySendError::Full(_)) = controls.try_send(control) {
                            sent.extend(update::update(&mut model, Msg::Busy));
                        }
                    }
                    Action::Leave(next) => {
                        // What is still to be closed takes its time; the key is answered now.
                        update::update(&mut model, Msg::Left(next));
                        screen.draw(|frame| screen::view(&model, frame))?;
                        return Ok(next);
                    }
                }
            }
        }
    }
}
