//! A recorded heist as an asciinema cast: what the terminal would have shown, at a pace that can be read.

use std::io;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::json;

use super::finale;
use super::picture::Picture;
use super::update::BOOT;
use crate::heist::{Event, EventKind};
use crate::session::Signal;
use crate::text;

/// Nothing is waited for longer than this, however long it took.
pub(super) const LONGEST: Duration = Duration::from_secs(3);
/// How long the end of the job stands before the reveal.
pub(super) const STILL: Duration = Duration::from_secs(8);

/// The cast in version 2 of asciinema's format (docs.asciinema.org/manual/asciicast/v2): a header and one line of JSON
/// for each frame.
///
/// # Errors
/// If a frame cannot be drawn.
pub fn cast(events: &[Event], (width, height): (u16, u16)) -> io::Result<String> {
    let mut picture = Picture::new((width, height))?;
    let title = events.first().map_or_else(String::new, |first| format!("Heist {}", first.session));
    let mut lines = text::json(&json!({ "version": 2, "width": width, "height": height, "title": title }))?;
    let mut at = Duration::ZERO;
    let mut before = None;
    for event in events {
        let took = before.map_or(Duration::ZERO, |before| Duration::from_millis(event.at.millis_since(before)));
        before = Some(event.at);
        let passed = took.clamp(least(&event.kind), LONGEST);
        at += passed;
        // The round's opening takes the place of the key that leaves the boot page.
        let begins = matches!(event.kind, EventKind::RoundStarted { .. });
        picture.wait(if begins { passed.max(BOOT) } else { passed });
        picture.hear(Signal::Recorded(event.clone()));
        draw(&mut picture, at, &mut lines)?;
        // The job goes by itself; its end is left by a key.
        while picture.plays() {
            picture.wait(finale::BEAT);
            at += finale::BEAT;
            draw(&mut picture, at, &mut lines)?;
        }
        if matches!(event.kind, EventKind::HeistPlayed(_)) {
            at += STILL;
            picture.press(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
            draw(&mut picture, at, &mut lines)?;
        }
    }
    lines.push('\n');
    Ok(lines)
}

/// Adds a line with what has changed on the screen, if anything has.
fn draw(picture: &mut Picture, at: Duration, lines: &mut String) -> io::Result<()> {
    let frame = picture.frame()?;
    if !frame.is_empty() {
        lines.push('\n');
        lines.push_str(&text::json(&json!([at.as_secs_f64(), "o", String::from_utf8_lossy(&frame)]))?);
    }
    Ok(())
}

/// The least time before an event is shown, so that what is shown already can be read.
pub(super) fn least(event: &EventKind) -> Duration {
    Duration::from_millis(match event {
        EventKind::MessageCompleted(_) => 1_500,
        EventKind::ToolReturned(_) | EventKind::RoundStarted { .. } => 600,
        EventKind::GuessMade(_) => 3_000,
        _ => 60,
    })
}
