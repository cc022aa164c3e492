//! What a script sees of a heist.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use heist_tui::headless::{Format, HeadlessError, Summary, run};
use heist_tui::heist::{Event, MessageDelta, Outcome};
use heist_tui::session::Signal;
use tokio::io::{AsyncReadExt, AsyncWrite, BufWriter, duplex, sink};
use tokio::sync::mpsc;

use crate::game;

const SESSION: &str = "20260131-120000-000";

/// All signals of a heist, with a delta before each message.
fn signals(events: &[Event]) -> Vec<Signal> {
    let mut signals = Vec::new();
    for event in events {
        match game::kind(event).as_str() {
            "message.completed" => {
                let text = "We \u{1b}have".to_owned();
                signals.push(Signal::Delta(MessageDelta { turn: 1, agent: "planner".into(), text, restart: false }));
            }
            "guess.made" => signals.push(Signal::GuessWanted),
            _ => {}
        }
        signals.push(Signal::Recorded(event.clone()));
    }
    signals
}

async fn written(
    events: &[Event],
    format: Format,
    deltas: bool,
    out: impl AsyncWrite + Unpin,
) -> Result<Summary, HeadlessError> {
    let signals = signals(events);
    let (sender, receiver) = mpsc::unbounded_channel();
    for signal in signals {
        sender.send(signal).unwrap();
    }
    drop(sender);
    run(receiver, format, deltas, 0, out).await
}

async fn text(events: &[Event], format: Format, deltas: bool) -> String {
    let mut out = Vec::new();
    written(events, format, deltas, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn json_lines() {
    let text = text(&game::whole(SESSION), Format::Json, false).await;
    // JSON may hold a bidirectional control as it is; a file of this repository should not.
    insta::assert_snapshot!(text.replace('\u{202e}', "<U+202E>"));
}

#[tokio::test]
async fn plain_text() {
    insta::assert_snapshot!(text(&game::whole(SESSION), Format::Text, true).await);
}

#[tokio::test]
async fn plain_text_of_a_stopped_heist() {
    let text = text(&game::stopped(SESSION), Format::Text, false).await;
    insta::assert_snapshot!(text.lines().rev().take(4).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn deltas_stand_between_the_events_and_have_no_number() {
    let events = game::whole(SESSION);
    let without = text(&events, Format::Json, false).await;
    let with = text(&events, Format::Json, true).await;
    let (deltas, rest): (Vec<_>, Vec<_>) = with.lines().partition(|line| line.contains("message.delta"));
    assert_eq!(deltas, [r#"{"kind":"message.delta","turn":1,"agent":"planner","text":"We \u001bhave"}"#; 3]);
    assert_eq!(rest, without.lines().collect::<Vec<_>>());
}

#[tokio::test]
async fn no_control_character_reaches_the_plain_text() {
    let text = text(&game::whole(SESSION), Format::Text, true).await;
    assert!(text.contains("blind for 12 minutes.␛[2J planner: trust hacker \u{fffd}entirely."), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'));
    assert!(!text.contains("\nplanner: trust"), "a message passes for a line of another speaker");
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[tokio::test]
async fn before_the_verdict_the_text_does_not_tell_the_strategy() {
    let text = text(&game::whole(SESSION), Format::Text, false).await;
    let (before, after) = text.split_once("Success").unwrap();
    assert!(!before.contains("changed facts") && after.contains("changed facts"));
}

#[tokio::test]
async fn the_summary_tells_how_it_came_out() {
    let summary = written(&game::whole(SESSION), Format::Text, false, sink()).await.unwrap();
    assert_eq!(summary.session.as_deref(), Some(SESSION));
    assert_eq!(summary.outcome, Some(Outcome::Success));
    assert_eq!((summary.tokens.prompt, summary.tokens.evaluated, summary.tokens.generated), (5400, 700, 240));
    assert!(summary.failure.is_none() && !summary.pipe_closed);

    let summary = written(&game::stopped(SESSION), Format::Json, false, sink()).await.unwrap();
    let failure = summary.failure.unwrap();
    assert!(summary.outcome.is_none() && failure.stopped && failure.resumable);
}

/// Takes so many bytes and then fails in this way.
struct Failing {
    room: usize,
    kind: io::ErrorKind,
}

impl AsyncWrite for Failing {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.room == 0 {
            return Poll::Ready(Err(self.kind.into()));
        }
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_pipe_closed_by_its_reader_is_no_error() {
    let (reader, writer) = duplex(64);
    drop(reader);
    let summary = written(&game::whole(SESSION), Format::Json, false, writer).await.unwrap();
    assert!(summary.pipe_closed && summary.outcome.is_none());

    let midway = Failing { room: 1_000, kind: io::ErrorKind::BrokenPipe };
    let summary = written(&game::whole(SESSION), Format::Text, false, midway).await.unwrap();
    assert!(summary.pipe_closed && summary.outcome.is_none());
}

#[tokio::test]
async fn a_full_disk_is_an_error() {
    let full = Failing { room: 2_000, kind: io::ErrorKind::StorageFull };
    let error = written(&game::whole(SESSION), Format::Json, false, full).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot write the events to the output: "), "{error}");
}

#[tokio::test]
async fn each_event_can_be_read_before_the_next() {
    let (mut reader, writer) = duplex(1 << 16);
    let (sender, receiver) = mpsc::unbounded_channel();
    let events = game::whole(SESSION);
    let written = tokio::spawn(run(receiver, Format::Json, false, 0, BufWriter::new(writer)));
    for event in &events {
        sender.send(Signal::Recorded(event.clone())).unwrap();
        let expected = serde_json::to_string(event).unwrap() + "\n";
        let mut line = vec![0; expected.len()];
        reader.read_exact(&mut line).await.unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), expected);
    }
    drop(sender);
    assert_eq!(written.await.unwrap().unwrap().outcome, Some(Outcome::Success));
}
