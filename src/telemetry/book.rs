//! What is told at once, and what only when the verdict is reached.
//!
//! Before the verdict a receiver gets what everybody can see: turns and calls, made of the events alone, with their times
//! and the costs that they carry. How often the model was asked in a turn, how long it took and what it counted would tell
//! the mole, and so would the prompts: all that is kept here until the verdict, and dropped if the session is cut off before,
//! since it may go on.

use opentelemetry::KeyValue;

use super::Told;
use super::story::Story;
use crate::heist::{Event, EventKind};

/// So many spans are kept; their queue behind the verdict is not much longer.
const MOST_HELD: usize = 1_500;

/// So many bytes of what is asked and answered are kept; what comes after is told without it.
const MOST_CONTENT: usize = 16 << 20;

/// What a session tells, in its order.
#[derive(Debug)]
pub(super) struct Book {
    story: Story,
    /// Whether what everybody can see is told at once.
    is_live: bool,
    /// Whether the verdict is reached.
    is_open: bool,
    held: Vec<Told>,
    /// How many bytes of what was asked and answered have been taken in.
    content: usize,
    /// How many questions were asked.
    asked: u32,
}

impl Book {
    /// An empty book; `is_live` if times do not tell who the mole is.
    pub fn new(story: Story, is_live: bool) -> Self {
        Self { story, is_live, is_open: false, held: Vec::new(), content: 0, asked: 0 }
    }

    /// Takes in an event, and gives what may be told.
    pub fn event(&mut self, event: &Event) -> Vec<Told> {
        let mut told = match event.kind {
            EventKind::VerdictReached(_) => {
                self.is_open = true;
                std::mem::take(&mut self.held)
            }
            EventKind::SessionFailed(_) => {
                self.held.clear();
                Vec::new()
            }
            _ => Vec::new(),
        };
        let public = self.story.take(event);
        if self.is_live || self.is_open {
            told.extend(public);
        } else {
            for told in public {
                self.hold(told);
            }
        }
        told
    }

    /// Takes in what nobody is to see before the verdict, and gives what may be told.
    pub fn private(&mut self, told: Told) -> Vec<Told> {
        if self.is_open {
            return vec![told];
        }
        self.hold(told);
        Vec::new()
    }

    /// The number of the next question, from 1.
    pub fn number(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    /// Whether there is room for what was asked or answered; then it is taken in.
    pub fn has_room(&mut self, said: &KeyValue) -> bool {
        let size = said.value.as_str().len();
        let has_room = self.content + size <= MOST_CONTENT;
        self.content += if has_room { size } else { 0 };
        has_room
    }

    fn hold(&mut self, told: Told) {
        if self.held.len() < MOST_HELD {
            self.held.push(told);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use heist_tools::telemetry::{Span, SpanId, SpanKind, TraceId};

    use super::*;
    use crate::heist::{
        DetectorVerdict, Message, Outcome, SessionFailure, Timestamp, Tokens, ToolCall, ToolReturn, Verdict,
    };

    const TRACE: TraceId = TraceId::from_bytes([7; 16]);

    fn book(is_live: bool) -> Book {
        Book::new(Story::new(TRACE, "openai", false), is_live)
    }

    fn event(millis: i64, kind: EventKind) -> Event {
        Event { seq: 1, at: Timestamp::from_millis(millis).unwrap(), session: Arc::from("s"), kind }
    }

    fn turn(book: &mut Book) -> Vec<Told> {
        let (agent, tool) = (|| "hacker".into(), || "calculator".to_owned());
        let call = ToolCall { id: "t1".into(), turn: 1, agent: agent(), tool: tool(), arguments: "1+1".into() };
        let result = Some("2".to_owned());
        let answer =
            ToolReturn { id: "t1".into(), turn: 1, agent: agent(), tool: tool(), ok: true, result, error: None, ms: 9 };
        let message = Message {
            id: "m1".into(),
            round: 1,
            turn: 1,
            agent: agent(),
            text: "It is two.".into(),
            moves: Vec::new(),
            sealed: String::new(),
            tokens: Tokens { prompt: 40, generated: 8, ..Tokens::default() },
            ms: 20,
        };
        let kinds = [
            EventKind::TurnStarted { round: 1, turn: 1, agent: agent() },
            EventKind::ToolCalled(call),
            EventKind::ToolReturned(answer),
            EventKind::MessageCompleted(message),
        ];
        (0..).zip(kinds).flat_map(|(at, kind)| book.event(&event(1_000 + 10 * at, kind))).collect()
    }

    fn verdict() -> Event {
        let detector = DetectorVerdict { agent: None, score: 0.5 };
        let (strategy, nonce, sabotage) = (None, String::new(), Vec::new());
        let outcome = Outcome::Success;
        event(
            2_000,
            EventKind::VerdictReached(Verdict {
                mole: None,
                strategy,
                nonce,
                outcome,
                detector,
                sabotage,
                orders: None,
                score: None,
            }),
        )
    }

    fn request() -> Told {
        let now = std::time::SystemTime::UNIX_EPOCH;
        let (attributes, error) = (Vec::new(), None);
        let span = Span {
            trace: TRACE,
            id: SpanId::from_bytes([1; 8]),
            parent: SpanId::INVALID,
            kind: SpanKind::Client,
            name: "chat m".into(),
            began: now,
            ended: now,
            attributes,
            error,
        };
        Told { span, measures: Vec::new() }
    }

    fn names(told: &[Told]) -> Vec<&str> {
        told.iter().map(|told| told.span.name.as_ref()).collect()
    }

    #[test]
    fn what_everybody_sees_is_told_at_once_and_requests_with_the_verdict() {
        let mut book = book(true);
        assert!(book.private(request()).is_empty());
        let told = turn(&mut book);
        assert_eq!(names(&told), ["execute_tool calculator", "invoke_agent hacker"]);
        assert_eq!(told[0].span.parent, told[1].span.id, "a call is a part of its turn");
        assert_eq!(told[1].span.ended.duration_since(told[1].span.began).unwrap().as_millis(), 30);
        assert!(!told.iter().flat_map(|told| &told.span.attributes).any(|pair| pair.value.as_str().contains("two")));
        assert_eq!(names(&book.event(&verdict())), ["chat m"]);
        assert_eq!(names(&book.private(request())), ["chat m"], "then nothing is to be hidden any more");
    }

    #[test]
    fn where_times_tell_all_waits_for_the_verdict() {
        let mut book = book(false);
        assert!(turn(&mut book).is_empty());
        assert_eq!(names(&book.event(&verdict())), ["execute_tool calculator", "invoke_agent hacker"]);
    }

    #[test]
    fn requests_of_a_session_that_may_go_on_are_never_told() {
        let mut book = book(true);
        book.private(request());
        let failure = SessionFailure { reason: "gone".into(), resumable: true, stopped: false };
        let told = book.event(&event(3_000, EventKind::SessionFailed(failure)));
        assert_eq!(names(&told), ["invoke_workflow heist"]);
        assert_eq!(told[0].span.error.as_deref(), Some("cut_off"));
        assert!(book.event(&verdict()).is_empty());
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let mut book = book(true);
        for _ in 0..MOST_HELD + 5 {
            book.private(request());
        }
        assert_eq!(book.event(&verdict()).len(), MOST_HELD);
        let long = KeyValue::new("gen_ai.input.messages", "x".repeat(MOST_CONTENT - 1));
        assert!(book.has_room(&long) && !book.has_room(&long) && book.has_room(&KeyValue::new("a", "y")));
    }
}
