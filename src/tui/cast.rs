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

/// The versions of asciinema's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CastVersion {
    /// Times from the beginning (docs.asciinema.org/manual/asciicast/v2); what all players read.
    V2,
    /// Times from the event before (docs.asciinema.org/manual/asciicast/v3).
    V3,
}

/// The cast in asciinema's format: a header, and one line of JSON for each frame. Where a round begins, and the guess is made, is
/// a marker, which players can go to.
///
/// # Errors
/// If a frame cannot be drawn.
pub fn cast(events: &[Event], size: (u16, u16), version: CastVersion) -> io::Result<String> {
    let mut picture = Picture::new(size)?;
    let title = events.first().map_or_else(String::new, |first| format!("Heist {}", first.session));
    let mut recording = Recording::new(version, size, &title)?;
    let mut before = None;
    for event in events {
        let took = before.map_or(Duration::ZERO, |before| Duration::from_millis(event.at.millis_since(before)));
        before = Some(event.at);
        let passed = took.clamp(least(&event.kind), LONGEST);
        recording.at += passed;
        // The round's opening takes the place of the key that leaves the boot page.
        let begins = matches!(event.kind, EventKind::RoundStarted { .. });
        picture.wait(if begins { passed.max(BOOT) } else { passed });
        picture.hear(Signal::Recorded(event.clone()));
        if let Some(marker) = marker(&event.kind) {
            recording.add("m", &marker)?;
        }
        recording.draw(&mut picture)?;
        // The job goes by itself; its end is left by a key.
        while picture.plays() {
            picture.wait(finale::BEAT);
            recording.at += finale::BEAT;
            recording.draw(&mut picture)?;
        }
        if matches!(event.kind, EventKind::HeistPlayed(_)) {
            recording.at += STILL;
            picture.press(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
            recording.draw(&mut picture)?;
        }
    }
    recording.lines.push('\n');
    Ok(recording.lines)
}

/// What the place is called where this happens, if one may want to go there.
fn marker(event: &EventKind) -> Option<String> {
    match event {
        EventKind::RoundStarted { round, phase } => Some(format!("Round {round}: {}", phase.title())),
        EventKind::GuessMade(_) => Some("The guess".to_owned()),
        _ => None,
    }
}

/// The lines of a cast while it is recorded.
struct Recording {
    version: CastVersion,
    /// The time from the beginning.
    at: Duration,
    /// When something was added last.
    added: Duration,
    lines: String,
}

impl Recording {
    fn new(version: CastVersion, (width, height): (u16, u16), title: &str) -> io::Result<Self> {
        let header = match version {
            CastVersion::V2 => json!({ "version": 2, "width": width, "height": height, "title": title }),
            CastVersion::V3 => json!({ "version": 3, "term": { "cols": width, "rows": height }, "title": title }),
        };
        let (at, added, lines) = (Duration::ZERO, Duration::ZERO, text::json(&header)?);
        Ok(Self { version, at, added, lines })
    }

    /// Adds what has changed on the screen, if anything has.
    fn draw(&mut self, picture: &mut Picture) -> io::Result<()> {
        let frame = picture.frame()?;
        if frame.is_empty() { Ok(()) } else { self.add("o", &String::from_utf8_lossy(&frame)) }
    }

    /// Adds a line.
    fn add(&mut self, code: &str, data: &str) -> io::Result<()> {
        let time = match self.version {
            CastVersion::V2 => self.at,
            CastVersion::V3 => self.at.saturating_sub(self.added),
        };
        self.added = self.at;
        self.lines.push('\n');
        self.lines.push_str(&text::json(&json!([time.as_secs_f64(), code, data]))?);
        Ok(())
    }
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
