//! What a script sees: the stream of events as JSON lines, or as plain text for a person without a terminal.

mod plain;
mod trajectory;

use std::io;
use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::heist::{Event, EventKind, MessageDelta, Outcome, SessionFailure, Tokens};
use crate::session::Signal;
use crate::text;
pub use trajectory::{Assertion, NoAssertion, Trajectory};

/// How the events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text for a person; nothing in it can act on a terminal.
    Text,
    /// The same, without any suspicion before the guess.
    BlindText,
    /// One event a line, as the store keeps it.
    Json,
}

/// What came of a heist, for whoever decides the exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The session that was seen; none if no event came.
    pub session: Option<Arc<str>>,
    /// How the guess came out; none without a verdict.
    pub outcome: Option<Outcome>,
    /// Why the session was cut off, if it was.
    pub failure: Option<SessionFailure>,
    /// What has happened, as far as it can be asserted.
    pub trajectory: Trajectory,
    /// What all requests have cost; nothing before the session is complete.
    pub tokens: Tokens,
    /// Whether the reader went away. What came after it was not seen.
    pub pipe_closed: bool,
}

/// Why nothing more can be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HeadlessError {
    /// The output does not take it; a closed pipe is no error.
    #[error("cannot write the events to the output: {0}")]
    Write(#[from] io::Error),
    /// An event has no JSON form.
    #[error("an event cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct DeltaLine<'a> {
    kind: &'static str,
    #[serde(flatten)]
    delta: &'a MessageDelta,
}

/// Writes every recorded event after the first `past` until the session closes the channel, and flushes after each. With `deltas`, JSON lines
/// of the kind `message.delta` stand between them. A pipe that the reader has closed ends it at once, without an error; the
/// session then finds that nobody listens.
///
/// # Errors
///
/// If the output does not take what is written.
pub async fn run(
    mut signals: mpsc::UnboundedReceiver<Signal>,
    format: Format,
    deltas: bool,
    past: u64,
    mut out: impl AsyncWrite + Unpin,
) -> Result<Summary, HeadlessError> {
    let mut summary = Summary::default();
    let mut plain = plain::Plain::new(format == Format::BlindText);
    while let Some(signal) = signals.recv().await {
        if let Signal::Recorded(event) = &signal {
            summary.take(event);
        }
        let text = match (format, &signal) {
            (Format::Json, Signal::Recorded(event)) => line(event)?,
            (Format::Json, Signal::Delta(delta)) if deltas => line(&DeltaLine { kind: "message.delta", delta })?,
            (Format::Json, _) => continue,
            (Format::Text | Format::BlindText, signal) => plain.show(signal),
        };
        // The past was written when it was the present.
        if matches!(&signal, Signal::Recorded(event) if event.seq <= past) {
            continue;
        }
        // A line is one write, which a pipe takes whole or not at all as long as it is short.
        let written = async {
            out.write_all(text.as_bytes()).await?;
            out.flush().await
        };
        match written.await {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                summary.pipe_closed = true;
                break;
            }
            written => written?,
        }
    }
    Ok(summary)
}

fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    text::json(value).map(|mut line| {
        line.push('\n');
        line
    })
}

impl Summary {
    fn take(&mut self, event: &Event) {
        self.session = Some(event.session.clone());
        self.trajectory.take(&event.kind);
        match &event.kind {
            EventKind::SessionCompleted(end) => self.tokens = end.tokens,
            EventKind::VerdictReached(verdict) => self.outcome = Some(verdict.outcome),
            EventKind::SessionFailed(failure) => self.failure = Some(failure.clone()),
            EventKind::SessionResumed => self.failure = None,
            _ => {}
        }
    }
}
