//! Finds out by trying what a server does without: some refuse parts of a request that others want.

use super::body::{Part, Parts};
use super::client::Client;
use super::error::{Extra, LlmError};
use super::{ChatReply, ChatRequest, Heard};
use reqwest::Url;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use tokio::sync::Notify;

/// So many requests with a schema or with tools that fail one after another, and the server is taken not to have them.
const MOST_BROKEN: u32 = 2;

/// So many times at the most one request is tried in other forms.
const MOST_TRIES: usize = 16;

/// What was found out of a model in this session.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// What its requests go without.
    without: Parts,
    /// Whether it has answered a request without a schema and without tools; then these are what it refuses, if it
    /// refuses.
    answers: bool,
    /// How many requests with a schema or with tools have failed one after another.
    broken: u32,
}

impl Client {
    /// Asks a model, and where it refuses, again without what it may have refused: what the refusal names first, then
    /// each part by itself. Most refusals come at once and cost next to nothing.
    pub(super) async fn ask_by_trying(
        &self,
        url: &Url,
        request: &ChatRequest,
        on_text: &mut (impl FnMut(Heard<'_>) + Send),
    ) -> Result<ChatReply, LlmError> {
        let Known { mut without, answers, .. } = self.known(&request.model);
        if !self.tells_progress.load(Ordering::Relaxed) {
            without = without.and(Part::Progress);
        }
        let is_plain = Extra::of(request) == Extra::Nothing;
        let mut error = match self.try_without(without, url, request, on_text).await? {
            Ok(reply) => return Ok(reply),
            Err(error) => error,
        };
        let mut left = MOST_TRIES;
        'changed: while left > 0 {
            let mut named = Parts::named(error.said(), request, without);
            if matches!(error, LlmError::Failed { .. }) {
                // Who streams an error does stream.
                named = named.but(Part::Stream);
            }
            if !named.is_empty() {
                let less = without.with(named);
                left -= 1;
                match self.try_without(less, url, request, on_text).await? {
                    Ok(reply) => return Ok(reply),
                    Err(other) if is_same(&other, &error) => {}
                    // It refuses something else now.
                    Err(other) => {
                        (without, error) = (less, other);
                        continue;
                    }
                }
            }
            if !is_plain || answers || self.plainest(url, &request.model).await.is_err() {
                break;
            }
            for less in without.tries(request) {
                let Some(fewer) = left.checked_sub(1) else { break };
                left = fewer;
                match self.try_without(less, url, request, on_text).await? {
                    Ok(reply) => return Ok(reply),
                    Err(other) if is_same(&other, &error) => {}
                    Err(other) => {
                        (without, error) = (less, other);
                        continue 'changed;
                    }
                }
            }
            break;
        }
        Err(self.blame(request, error))
    }

    /// Asks without some parts. The inner error is a refusal, after which less may be tried: of this request the person
    /// has seen nothing yet.
    async fn try_without(
        &self,
        without: Parts,
        url: &Url,
        request: &ChatRequest,
        on_text: &mut (impl FnMut(Heard<'_>) + Send),
    ) -> Result<Result<ChatReply, LlmError>, LlmError> {
        let mut heard = false;
        let mut on_text = |piece: Heard<'_>| {
            heard |= matches!(piece, Heard::Text(_));
            on_text(piece);
        };
        match self.ask(url, request, without, &mut on_text).await {
            Ok(reply) => {
                self.note(&request.model, |known| {
                    if known.without != without {
                        tracing::info!(?without, "a part of the requests is left out, as the model server wants it");
                    }
                    known.without = without;
                    known.answers |= Extra::of(request) == Extra::Nothing;
                    known.broken = 0;
                });
                Ok(Ok(reply))
            }
            Err(error) if error.is_refusal() && !heard => Ok(Err(error)),
            Err(error) => Err(self.blame(request, error)),
        }
    }

    /// Asks for as little as can be asked for. One word of an answer is enough.
    ///
    /// # Errors
    /// What the model says of a request that has nothing in it to refuse.
    pub(super) async fn plainest(&self, url: &Url, model: &str) -> Result<(), LlmError> {
        let plain = ChatRequest { model: model.to_owned(), user: "Hello".to_owned(), ..ChatRequest::default() };
        let begun = Notify::new();
        let mut on_text = |_: Heard<'_>| begun.notify_one();
        tokio::select! {
            answer = self.ask(url, &plain, Parts::plainest(), &mut on_text) => match answer {
                Ok(_) | Err(LlmError::Empty { .. }) => Ok(()),
                Err(error) => Err(error),
            },
            () = begun.notified() => Ok(()),
        }
    }

    /// The error that a failure means. Where a server fails again and again with a schema or with tools, these are what
    /// it does not take, whatever it says.
    fn blame(&self, request: &ChatRequest, error: LlmError) -> LlmError {
        let extra = Extra::of(request);
        if matches!(extra, Extra::Nothing | Extra::Odds) || !error.may_be_of_extras() {
            return error;
        }
        let is_enough = self.note(&request.model, |known| {
            known.broken = (known.broken + 1) % MOST_BROKEN;
            known.broken == 0
        });
        if is_enough { error.into_refused(extra) } else { error }
    }

    fn known(&self, model: &str) -> Known {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(model).copied().unwrap_or_default()
    }

    fn note<T>(&self, model: &str, note: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        note(known.entry(model.to_owned()).or_default())
    }
}

/// Whether a server says the same twice. Numbers, such as those of a request, may differ.
fn is_same(one: &LlmError, other: &LlmError) -> bool {
    let words = |error: &LlmError| {
        let words = error.said().split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    words(one) == words(other)
}
