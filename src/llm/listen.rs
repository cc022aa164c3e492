//! Listens to an answer that is streamed.

use super::answer::Answer;
use super::client::{Client, parse};
use super::error::{Complaint, Extra, LlmError};
use super::sse::{Cut, Event, Patience, events};
use futures_util::StreamExt;
use reqwest::Response;
use serde_json::Value;
use std::pin::pin;

impl Client {
    /// Reads a streamed answer to its end.
    pub(super) async fn listen(
        &self,
        response: Response,
        place: &str,
        extra: Extra,
        on_text: &mut (impl FnMut(&str) + Send),
    ) -> Result<Answer, LlmError> {
        let patience = Patience::new(self.limits.first);
        let mut events = pin!(events(response, &self.limits, &patience));
        let mut answer = Answer::default();
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => take_event(&mut answer, &event, place, extra, on_text)?,
                // All words are there; without the usage we can do.
                Err(Cut::Idle(_) | Cut::Broken(_)) if answer.is_complete() => break,
                Err(cut) => return Err(cut_error(cut, place, answer.len())),
            }
            if answer.len() > self.limits.text {
                let what = format!("over {} bytes of text", self.limits.text);
                return Err(LlmError::TooLong { url: place.to_owned(), what });
            }
            if answer.is_ended() {
                break;
            }
            if answer.is_complete() {
                patience.set(self.limits.tail);
            } else if answer.has_begun() {
                patience.set(self.limits.idle);
            }
        }
        Ok(answer)
    }
}

fn take_event(
    answer: &mut Answer,
    event: &Event,
    place: &str,
    extra: Extra,
    on_text: &mut impl FnMut(&str),
) -> Result<(), LlmError> {
    let data = event.data.trim();
    if event.name == "error" {
        return Err(Complaint::read(data.as_bytes()).into_error(place, None, extra));
    }
    if data == "[DONE]" {
        answer.end();
    } else if !data.is_empty() {
        let value = parse(data.as_bytes(), place, answer.len())?;
        check(&value, place, extra)?;
        answer.take(&value, on_text);
    }
    Ok(())
}

/// Looks for an error before anything else: servers send one with status 200 and in the middle of a stream.
pub(super) fn check(value: &Value, place: &str, extra: Extra) -> Result<(), LlmError> {
    match Complaint::find(value) {
        Some(complaint) => Err(complaint.into_error(place, None, extra)),
        None => Ok(()),
    }
}

fn cut_error(cut: Cut, place: &str, received: usize) -> LlmError {
    let url = place.to_owned();
    match cut {
        Cut::Idle(after) => LlmError::Idle { url, after },
        Cut::TooLong(what) => LlmError::TooLong { url, what },
        Cut::Broken(error) => LlmError::from_transport(place, received, error),
        Cut::NotEvents(cause) => LlmError::Protocol { url, cause: cause.to_owned() },
    }
}
