//! What a person sees: a model folded from the session's signals, a pure `update`, a pure `view`, and the loop that
//! feeds the one and draws the other.

mod ascii;
mod backend;
mod browser;
mod cast;
mod finale;
mod floor;
mod job;
mod keyboard;
mod keymap;
mod keys;
mod layout;
mod layouts;
mod locale;
mod model;
mod mouse;
mod pace;
mod picture;
mod reading;
mod replay;
mod screen;
mod seen;
mod side;
mod talk;
mod tally;
mod tempo;
mod terminal;
mod text;
mod theme;
mod update;
mod watching;
mod wrap;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::Event;
use jiff::tz::TimeZone;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::time::{Instant, sleep_until};

use crate::agents::scripted::Pace;
use crate::heist;
use crate::session::{Control, Signal};
use crate::store::SessionRow;
use crate::zone;

pub use cast::{CastVersion, cast};
use job::{Job, Told};
pub use keymap::Keymap;
pub use model::Model;
pub use model::Next;
use model::{Action, Msg};
pub use picture::Picture;
use tempo::Tempo;
pub use terminal::{Screen, check, is_taken};
use terminal::{closed, failed};
pub use theme::Theme;

/// The least time from one frame to the next while text streams: about 30 frames a second.
const FRAME: Duration = Duration::from_millis(33);
/// How often the clocks on the screen go on.
const TICK: Duration = Duration::from_secs(1);

/// Why there is no terminal to draw on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTerminal {
    /// Standard input or output is none.
    #[error("not running in a terminal")]
    None,
    /// It can do nothing but print.
    #[error(
        "no screens can be drawn on this terminal, since {0}; where it can do more, set TERM to its name, such as \
             xterm-256color"
    )]
    Dumb(String),
}

/// What went wrong with the terminal.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// There is nobody to play with.
    #[error("{0}; run `heist-tui --ci` to play without one")]
    NoTerminal(#[from] NoTerminal),
    /// Reading keys or drawing failed.
    #[error("the terminal failed: {0}; run `heist-tui --ci` to play without it")]
    Terminal(#[source] std::io::Error),
    /// The terminal was closed, which is a wish that the program end.
    #[error("the terminal was closed")]
    Closed,
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

/// How the person wants to see a heist.
#[derive(Clone, Debug)]
pub struct Look {
    /// Colours, and whether there is more than ASCII.
    pub theme: Theme,
    /// What the keys do.
    pub keymap: Keymap,
    /// Whether suspicion is shown only after the guess.
    pub blind: bool,
    /// How fast the scripted crew speaks; keys change it.
    pub pace: Pace,
    /// Whether the heist waits for the person after each turn.
    pub by_turn: bool,
    /// What the person is to know before the heist begins: a clause without a stop.
    pub before: Option<String>,
    /// The zone of the person's clock.
    pub zone: TimeZone,
    /// Whether the mouse chooses and scrolls.
    pub mouse: bool,
    /// The environment's word that asked for ASCII, if the person has not.
    pub locale: Option<String>,
    /// Where the program's log is kept meanwhile, if it is.
    pub log: Option<PathBuf>,
}

impl Look {
    /// As the environment has it, with the usual keys.
    #[must_use]
    pub fn from_env() -> Self {
        let (theme, keymap, locale) = (Theme::from_env(), Keymap::default(), locale::only_ascii());
        let pace = Pace::default();
        let zone = zone::zone();
        let (by_turn, before) = (false, None);
        Self { theme, keymap, blind: false, pace, by_turn, before, zone, mouse: false, locale, log: None }
    }

    /// With nothing but ASCII if the person wishes it, or else if the environment does.
    #[must_use]
    pub fn ascii(self, wished: bool) -> Self {
        let locale = self.locale.filter(|_| !wished);
        Self { theme: self.theme.ascii(wished || locale.is_some()), locale, ..self }
    }
}

/// Shows a session on the terminal and steers it, until the person leaves. `signals` closes when the session's task is
/// over; leaving a running heist sends [`Control::Stop`] first. Its first `past` events happened before. Gives what the person wants next, and the screens, which
/// can be [shown](show) again.
///
/// # Errors
///
/// If the terminal fails, or was given back because of a panic.
pub async fn play(
    screen: &mut Screen,
    signals: mpsc::UnboundedReceiver<Signal>,
    controls: mpsc::Sender<Control>,
    look: Look,
    past: u64,
) -> Result<(Next, Model), TuiError> {
    let mut model = Model::new(look.theme, screen.size()?);
    model.keymap = look.keymap;
    if let Some(before) = look.before {
        model.seen.forewarn(&before);
    }
    model.seen.log = look.log.map(|log| log.display().to_string());
    model.seen.begin_blind(look.blind);
    model.tempo = Tempo { words: look.pace.words(), by_turn: look.by_turn, past };
    if let Some(locale) = look.locale {
        model
            .tell(&format!("{locale} asks for nothing but ASCII; where the terminal has more, LANG=C.UTF-8 shows it."));
    }
    let next = run(screen, &mut model, Some(Played { signals, controls, pace: look.pace })).await?;
    Ok((next, model))
}

/// The screens for a recorded heist with a timeline, from its first event on.
///
/// # Errors
///
/// If the terminal does not tell its size.
pub fn replay(screen: &Screen, events: Vec<heist::Event>, look: Look) -> Result<Model, TuiError> {
    Ok(Model::replay(events, look, screen.size()?))
}

/// The screens for the recorded heists, the newest first, to choose from.
///
/// # Errors
///
/// If the terminal does not tell its size.
pub fn browser(screen: &Screen, sessions: Vec<SessionRow>, look: Look) -> Result<Model, TuiError> {
    Ok(Model::browser(sessions, look, screen.size()?))
}

/// Shows screens on the terminal behind which no heist runs, until the person wants something else.
///
/// # Errors
///
/// As [`play`].
pub async fn show(screen: &mut Screen, model: &mut Model) -> Result<Next, TuiError> {
    // The terminal may have changed while others were shown.
    update::update(model, Msg::Resize(screen.size()?));
    run(screen, model, None).await
}

/// A heist that is played while the screens are shown.
struct Played {
    signals: mpsc::UnboundedReceiver<Signal>,
    controls: mpsc::Sender<Control>,
    pace: Pace,
}

/// Feeds the screens and draws them, until the person leaves.
async fn run(screen: &mut Screen, model: &mut Model, heist: Option<Played>) -> Result<Next, TuiError> {
    let (mut signals, controls, tempo) =
        heist.map_or_else(Default::default, |heist| (Some(heist.signals), Some(heist.controls), heist.pace));
    let mut job = Job::new().map_err(failed)?;
    let mut ticked = Instant::now();
    let mut beat = None;
    // When the next frame is due; none while nothing has changed.
    let mut due = Some(Instant::now());
    let mut drawn = Instant::now();
    loop {
        if due.is_some_and(|due| due <= Instant::now()) {
            screen.draw(|frame| screen::view(model, frame))?;
            drawn = Instant::now();
            due = None;
        }
        // Time in which nothing changed did not go by.
        if std::mem::replace(&mut beat, model.beat()).is_none() {
            ticked = Instant::now();
        }
        let msg = tokio::select! {
            biased;
            key = screen.keys.next() => match key.ok_or_else(closed)?.map_err(failed)? {
                Event::Key(key) => Msg::Key(key),
                Event::Mouse(event) => Msg::Mouse(event),
                Event::Paste(text) => Msg::Paste(text),
                #[cfg(not(unix))]
                Event::Resize(width, height) => {
                    screen.redraw();
                    Msg::Resize(ratatui::layout::Size { width, height })
                }
                _ => continue,
            },
            told = job.told() => {
                match told {
                    Told::Continued => screen.retake()?,
                    Told::Resized => screen.redraw(),
                }
                Msg::Resize(screen.size()?)
            }
            () = sleep_until(due.unwrap_or(drawn)), if due.is_some() => continue,
            // A flood of signals must not stop the clocks.
            () = sleep_until(ticked + beat.unwrap_or(TICK)), if beat.is_some() => {
                let passed = ticked.elapsed();
                ticked = Instant::now();
                Msg::Tick(passed)
            }
            signal = heard(&mut signals), if signals.is_some() => signal.map_or_else(
                || {
                    signals = None;
                    Msg::Ended
                },
                Msg::Signal,
            ),
        };
        // What the person does is seen at once; what streams is gathered.
        let at = if matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Paste(_) | Msg::Resize(_)) {
            Instant::now()
        } else {
            drawn + FRAME
        };
        due = Some(due.map_or(at, |due| due.min(at)));
        let page = std::mem::discriminant(&model.page);
        let mut sent = update::update(model, msg);
        // What a terminal has drawn otherwise than we think does not stay beyond its page.
        if page != std::mem::discriminant(&model.page) {
            screen.redraw();
        }
        while !sent.is_empty() {
            for action in std::mem::take(&mut sent) {
                match action {
                    Action::Send(control) => {
                        let full = |controls: &mpsc::Sender<_>| {
                            matches!(controls.try_send(control), Err(TrySendError::Full(_)))
                        };
                        if controls.as_ref().is_some_and(full) {
                            sent.extend(update::update(model, Msg::Busy));
                        }
                    }
                    Action::Pace(words) => tempo.set(words),
                    Action::Suspend => job.stop().map_err(failed)?,
                    Action::Leave(next) => {
                        // What is still to be closed takes its time; the key is answered now.
                        update::update(model, Msg::Left(next));
                        screen.draw(|frame| screen::view(model, frame))?;
                        return Ok(next);
                    }
                }
            }
        }
    }
}

/// The next signal of a heist that runs.
async fn heard(signals: &mut Option<mpsc::UnboundedReceiver<Signal>>) -> Option<Signal> {
    match signals {
        Some(signals) => signals.recv().await,
        None => std::future::pending().await,
    }
}
