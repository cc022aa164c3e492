//! What a heist tells an OpenTelemetry receiver: one more reader of the session's events, and of what the model is asked.
//!
//! Names and attributes are those of the semantic conventions for generative AI. Every span's id follows from the trace's
//! and from what it is of, so that whoever calls a tool can name the span that is told of it later, and nobody has to hand
//! one on.

mod book;
mod content;
mod metrics;
mod names;
mod requests;
mod story;

use std::sync::{Arc, Mutex, PoisonError};

use heist_tools::telemetry::{Span, SpanId, TraceId, new_trace, traceparent};
use sha2::{Digest, Sha256};

pub use heist_tools::telemetry::{Telemetry, TelemetryError};
pub use requests::{Asks, Exchange};

use crate::heist::{AgentName, Event, LlmInfo};
use book::Book;
use metrics::{Instruments, Measure};
use story::Story;

/// The span of the whole heist.
const HEIST: &str = "heist";

/// The trace of one heist. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Trace(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    telemetry: Telemetry,
    id: TraceId,
    server: Server,
    content: bool,
    is_live: bool,
    instruments: Option<Instruments>,
    book: Mutex<Book>,
}

/// Who answers for the crew.
#[derive(Clone, Debug)]
struct Server {
    /// What it speaks, by the conventions' names.
    provider: &'static str,
    /// Its host and port.
    place: Option<(String, u16)>,
}

/// A span, and what is measured with it.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    span: Span,
    measures: Vec<Measure>,
}

impl Trace {
    /// A new trace of a heist in which `llm` speaks. Where its times would tell who the mole is (`times_tell`), nothing of
    /// it is told before the verdict, and nothing by the services, which know of none.
    #[must_use]
    pub fn new(telemetry: &Telemetry, llm: &LlmInfo, times_tell: bool) -> Self {
        let (id, server, content) = (new_trace(), Server::of(llm), content::is_wanted());
        let is_live = !times_tell;
        let book = Mutex::new(Book::new(Story::new(id, server.provider, content), is_live));
        let instruments = telemetry.meter().as_ref().map(Instruments::new);
        Self(Arc::new(Shared { telemetry: telemetry.clone(), id, server, content, is_live, instruments, book }))
    }

    /// The way to the receiver.
    #[must_use]
    pub fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }

    /// What the request for an agent's call says of the call's span; none if the services are to tell nothing of it.
    #[must_use]
    pub fn of_call(&self, call: &str) -> Option<String> {
        self.parent(call)
    }

    /// The same for what is asked of a service in a turn, or in none.
    #[must_use]
    pub fn of_turn(&self, turn: Option<u32>) -> Option<String> {
        self.parent(&turn.map_or_else(|| HEIST.to_owned(), turn_name))
    }

    fn parent(&self, what: &str) -> Option<String> {
        let Shared { telemetry, id, is_live, .. } = &*self.0;
        (*is_live && telemetry.has_traces()).then(|| traceparent(*id, span_id(*id, what)))
    }

    /// Takes in what has happened, in the order in which it did.
    pub fn observe(&self, event: &Event) {
        self.tell(|book| book.event(event));
    }

    /// What notes the questions to the model, of an agent in its turn or of nobody in none.
    #[must_use]
    pub fn asks(&self, session: &Arc<str>, of: Option<(u32, AgentName)>) -> Asks {
        Asks::new(self.clone(), session, of)
    }

    /// Sends what may be told after a change of the book.
    fn tell(&self, change: impl FnOnce(&mut Book) -> Vec<Told>) {
        let told = change(&mut self.0.book.lock().unwrap_or_else(PoisonError::into_inner));
        for Told { span, measures } in told {
            if let Some(instruments) = &self.0.instruments {
                for measure in &measures {
                    instruments.take(measure);
                }
            }
            self.0.telemetry.give(span);
        }
    }
}

impl Server {
    fn of(llm: &LlmInfo) -> Self {
        let url = llm.url.as_deref().and_then(|url| reqwest::Url::parse(url).ok());
        let place = url.and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default()?)));
        Self { provider: if llm.backend == "openai" { "openai" } else { "heist-tui" }, place }
    }
}

/// The id of the span of this part of a trace.
fn span_id(trace: TraceId, what: &str) -> SpanId {
    let digest = Sha256::new().chain_update(trace.to_bytes()).chain_update(what).finalize();
    SpanId::from_bytes(std::array::from_fn(|at| digest[at]))
}

/// What the span of a turn is called among the parts of a trace.
fn turn_name(turn: u32) -> String {
    format!("turn-{turn}")
}
