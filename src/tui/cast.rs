//! A recorded heist as an asciinema cast: what the terminal would have shown, at a pace that can be read.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};
use serde_json::json;

use super::model::{Model, Msg};
use super::screen;
use super::theme::Theme;
use super::update::{BOOT, update};
use crate::heist::{Event, EventKind};
use crate::session::Signal;

/// Nothing is waited for longer than this, however long it took.
const LONGEST: Duration = Duration::from_secs(3);

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

/// The cast in version 2 of asciinema's format (docs.asciinema.org/manual/asciicast/v2): a header and one line of JSON
/// for each frame.
///
/// # Errors
/// If a frame cannot be drawn.
pub fn cast(events: &[Event], (width, height): (u16, u16)) -> io::Result<String> {
    let size = Size { width, height };
    let mut model = Model::new(Theme::new(true), size);
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    let tape = Tape::default();
    let mut terminal = Terminal::with_options(CrosstermBackend::new(tape.clone()), TerminalOptions { viewport })?;
    let title = events.first().map_or_else(String::new, |first| format!("Heist {}", first.session));
    let mut text = json!({ "version": 2, "width": width, "height": height, "title": title }).to_string();
    let mut at = Duration::ZERO;
    let mut before = None;
    for event in events {
        let took = before.map_or(Duration::ZERO, |before| Duration::from_millis(event.at.millis_since(before)));
        before = Some(event.at);
        let passed = took.clamp(least(&event.kind), LONGEST);
        at += passed;
        // The round's opening takes the place of the key that leaves the boot page.
        let begins = matches!(event.kind, EventKind::RoundStarted { .. });
        update(&mut model, Msg::Tick(if begins { passed.max(BOOT) } else { passed }));
        update(&mut model, Msg::Signal(Signal::Recorded(event.clone())));
        terminal.draw(|frame| screen::view(&model, frame))?;
        let frame = tape.0.take();
        if !frame.is_empty() {
            text.push('\n');
            text.push_str(&json!([at.as_secs_f64(), "o", String::from_utf8_lossy(&frame)]).to_string());
        }
    }
    text.push('\n');
    Ok(text)
}

/// The least time before an event is shown, so that what is shown already can be read.
fn least(event: &EventKind) -> Duration {
    Duration::from_millis(match event {
        EventKind::MessageCompleted(_) => 1_500,
        EventKind::ToolReturned(_) | EventKind::RoundStarted { .. } => 600,
        EventKind::GuessMade(_) => 3_000,
        _ => 60,
    })
}
