//! Reads a streamed HTTP answer as server-sent events, with limits on size and on silence.

use super::client::Limits;
use eventsource_stream::{EventStream, EventStreamError};
use futures_util::stream::{self, Stream, StreamExt};
use reqwest::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Why no more events can be read.
#[derive(Debug)]
pub(super) enum Cut {
    /// Nothing came for so long, no comment either.
    Idle(Duration),
    /// A size limit was passed.
    TooLong(String),
    /// The connection broke.
    Broken(reqwest::Error),
    /// These are no server-sent events.
    NotEvents(&'static str),
}

/// How long the stream may be silent, in milliseconds. The reader of the events changes it as the answer proceeds.
#[derive(Debug)]
pub(super) struct Patience(AtomicU64);

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        let patience = Self(AtomicU64::default());
        patience.set(limit);
        patience
    }

    pub(super) fn set(&self, limit: Duration) {
        self.0.store(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// An event: its name (`message` if it has none) and its data.
pub(super) struct Event {
    pub(super) name: String,
    pub(super) data: String,
}

/// The events of `response`. Comments give no event, yet they show that the server lives. Ends after the first error.
pub(super) fn events(
    response: Response,
    limits: &Limits,
    patience: &Patience,
) -> impl Stream<Item = Result<Event, Cut>> + Send {
    // A line end before everything, for eventsource-stream 0.2.3 panics on a byte order mark at the very beginning;
    // an empty line after everything, for a server may close right behind its last event without one.
    let edge = |bytes: &'static [u8]| stream::iter([Ok(bytes.to_vec())]);
    let bytes = edge(b"\n").chain(guarded(response, limits, patience)).chain(edge(b"\n\n"));
    EventStream::new(bytes).map(|event| match event {
        Ok(event) => Ok(Event { name: event.event, data: event.data }),
        Err(EventStreamError::Transport(cut)) => Err(cut),
        Err(EventStreamError::Utf8(_)) => Err(Cut::NotEvents("not UTF-8")),
        Err(EventStreamError::Parser(_)) => Err(Cut::NotEvents("no lines of server-sent events")),
    })
}

/// The bytes of the body as they come, as long as they keep the limits.
fn guarded(
    response: Response,
    limits: &Limits,
    patience: &Patience,
) -> impl Stream<Item = Result<Vec<u8>, Cut>> + Send {
    let (event_limit, stream_limit) = (limits.event, limits.stream);
    let state = (response, Sizes::default());
    stream::try_unfold(state, move |(mut response, mut sizes)| async move {
        let limit = patience.get();
        match tokio::time::timeout(limit, response.chunk()).await {
            Err(_) => Err(Cut::Idle(limit)),
            Ok(Err(error)) => Err(Cut::Broken(error)),
            Ok(Ok(None)) => Ok(None),
            Ok(Ok(Some(chunk))) => {
                sizes.add(&chunk);
                if sizes.event > event_limit {
                    return Err(Cut::TooLong(format!("an event of over {event_limit} bytes")));
                }
                if sizes.stream > stream_limit {
                    return Err(Cut::TooLong(format!("a stream of over {stream_limit} bytes")));
                }
                Ok(Some((chunk.to_vec(), (response, sizes))))
            }
        }
    })
}

/// Bytes since the last empty line, since the last line end, and in all.
#[derive(Default)]
struct Sizes {
    event: usize,
    line: usize,
    stream: usize,
}

impl Sizes {
    fn add(&mut self, chunk: &[u8]) {
        self.stream += chunk.len();
        for &byte in chunk {
            self.event += 1;
            match byte {
                b'\n' if self.line == 0 => self.event = 0,
                b'\n' => self.line = 0,
                b'\r' => {}
                _ => self.line += 1,
            }
        }
    }
}
