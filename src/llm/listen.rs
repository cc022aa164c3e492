//! Listens to an answer as it comes. What its body holds decides how it is read, whatever its head calls it.

use super::Heard;
use super::answer::Answer;
use super::client::Client;
use super::error::{Complaint, Extra, LlmError};
use super::mend::read_json;
use super::sse::{Event, Events};
use reqwest::Response;
use serde_json::Value;
use std::sync::atomic::Ordering;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

/// So many bytes are kept of words that are no part of an answer.
const MOST_WORDS: usize = 2_000;

impl Client {
    /// Reads an answer to its end; its first word must come by `until`. All that comes counts for the limits, comments
    /// and empty lines too.
    pub(super) async fn listen(
        &self,
        mut response: Response,
        place: &str,
        extra: Extra,
        until: Instant,
        on_text: &mut (impl FnMut(Heard<'_>) + Send),
    ) -> Result<Answer, LlmError> {
        let limits = &self.limits;
        let answer = Answer::new(self.opens_nothing.load(Ordering::Relaxed));
        let mut talk = Talk { client: self, answer, place, extra, words: String::new(), is_strange: false };
        let (mut events, mut size) = (Events::default(), 0);
        // When the end is not waited for any longer, once all is there but that.
        let mut last = None;
        while !talk.is_over() {
            let now = Instant::now();
            last = if talk.may_end() { last.or(Some(now + limits.tail)) } else { None };
            let moment = last.unwrap_or(if talk.answer.has_begun() { now + limits.idle } else { until });
            let chunk = match timeout_at(moment, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => {
                    events.finish().map_or(Ok(()), |event| talk.take(&event, on_text))?;
                    break;
                }
                _ if talk.may_end() => break,
                Ok(Err(error)) => return Err(LlmError::from_transport(place, talk.answer.len(), error)),
                Err(_) => return Err(talk.idle()),
            };
            size += chunk.len();
            if size > limits.stream {
                return Err(talk.too_long(format!("a stream of over {} bytes", limits.stream)));
            }
            let mut rest = chunk.as_ref();
            while !talk.is_over()
                && let Some(event) = events.next(&mut rest)
            {
                talk.take(&event, on_text)?;
            }
            let (held, is_event) = events.held();
            let (most, what) = if is_event { (limits.event, "an event") } else { (limits.body, "an answer") };
            if held > most {
                return Err(talk.too_long(format!("{what} of over {most} bytes")));
            }
            // What says nothing does not make the time longer, however much of it there is.
            let is_late = |moment: Instant| Instant::now() > moment;
            if talk.may_end() {
                if last.is_some_and(is_late) {
                    break;
                }
            } else if is_late(until) && !talk.answer.has_begun() {
                return Err(talk.idle());
            }
            // A server that always has more would keep all else from running.
            yield_now().await;
        }
        talk.end()
    }
}

/// An answer, and what was said beside it.
struct Talk<'a> {
    client: &'a Client,
    answer: Answer,
    place: &'a str,
    extra: Extra,
    /// Words that are no part of an answer: mostly an error, if nothing more comes.
    words: String,
    /// Whether there was JSON of another kind.
    is_strange: bool,
}

impl Talk<'_> {
    /// Whether nothing more is wanted.
    fn is_over(&self) -> bool {
        self.answer.is_ended() || self.words.len() >= MOST_WORDS
    }

    /// Whether nothing more need come: all is there but the usage, or it was said why there is nothing.
    fn may_end(&self) -> bool {
        self.answer.is_complete() || !self.words.is_empty()
    }

    fn take(&mut self, event: &Event, on_text: &mut impl FnMut(Heard<'_>)) -> Result<(), LlmError> {
        if event.name == "error" {
            return Err(self.error(&event.data));
        }
        if event.data == b"[DONE]" {
            self.answer.end();
            return Ok(());
        }
        let was_silent = !self.answer.has_begun();
        self.read(event, on_text)?;
        if self.answer.has_unopened_thoughts() {
            self.client.opens_nothing.store(true, Ordering::Relaxed);
        }
        if self.answer.len() > self.client.limits.text {
            return Err(self.too_long(format!("over {} bytes of text", self.client.limits.text)));
        }
        if was_silent && self.answer.has_begun() {
            on_text(Heard::Begun);
        }
        Ok(())
    }

    fn read(&mut self, event: &Event, on_text: &mut impl FnMut(Heard<'_>)) -> Result<(), LlmError> {
        match read_json(&event.data) {
            Ok(Value::Array(values)) => {
                values.iter().try_for_each(|value| self.take_value(value, event.framed, on_text))
            }
            Ok(value) => self.take_value(&value, event.framed, on_text),
            // It had a part of the answer in it, so the answer has a hole.
            Err(error) if event.data.starts_with(b"{") && (error.is_eof() || holds(&event.data, b"\"choices\"")) => {
                let (url, cause) = (self.place.to_owned(), error.to_string());
                Err(LlmError::Interrupted { url, received: self.answer.len(), cause })
            }
            Err(_) => {
                let words = String::from_utf8_lossy(&event.data);
                if ["", "message"].contains(&event.name.as_str()) {
                    self.note(&words);
                }
                Ok(())
            }
        }
    }

    fn take_value(&mut self, value: &Value, framed: bool, on_text: &mut impl FnMut(Heard<'_>)) -> Result<(), LlmError> {
        // Before anything else: servers send an error with status 200 and in the middle of a stream.
        if let Some(complaint) = Complaint::find(value) {
            return Err(complaint.into_error(self.place, None, self.extra));
        }
        if let Some(percent) = read_so_far(&value["prompt_progress"]) {
            on_text(Heard::Reading(percent));
        }
        self.answer.take(value, on_text);
        if value["choices"].is_array() {
            self.words.clear();
            let choice = &value["choices"][0];
            let is_whole = choice["message"].is_object() && !choice["delta"].is_object();
            if is_whole && (!framed || value["object"] == "chat.completion") {
                self.answer.end();
            }
        } else if let Some(words) = value.as_str().or(value["message"].as_str()) {
            self.note(words);
        } else {
            self.is_strange |= !framed;
        }
        Ok(())
    }

    /// Keeps what may be an error. A lone small word is a sign of life that some servers send.
    fn note(&mut self, words: &str) {
        if words.contains(|c: char| !c.is_lowercase()) {
            self.words.extend(words.chars().chain([' ']).take(MOST_WORDS.saturating_sub(self.words.len())));
        }
    }

    /// The answer, if it is whole.
    fn end(self) -> Result<Answer, LlmError> {
        let (url, received) = (self.place.to_owned(), self.answer.len());
        if self.answer.is_complete() {
            Ok(self.answer)
        } else if self.is_strange || self.words.starts_with('<') && received == 0 {
            Err(LlmError::Protocol { url, cause: "neither events nor an object with choices".to_owned() })
        } else if self.words.is_empty() {
            Err(LlmError::Interrupted { url, received, cause: "the connection ended".to_owned() })
        } else {
            Err(self.error(self.words.as_bytes()))
        }
    }

    fn idle(&self) -> LlmError {
        let limits = &self.client.limits;
        let after = if self.answer.has_begun() { limits.idle } else { limits.first };
        LlmError::Idle { url: self.place.to_owned(), after }
    }

    fn too_long(&self, what: String) -> LlmError {
        LlmError::TooLong { url: self.place.to_owned(), what }
    }

    /// The error that a server tells of.
    fn error(&self, body: &[u8]) -> LlmError {
        Complaint::read(body).into_error(self.place, None, self.extra)
    }
}

/// How much of the prompt has been read, in hundredths, as llama.cpp tells it: `cache` tokens need no reading, and are among
/// those that are `processed`.
fn read_so_far(progress: &Value) -> Option<u8> {
    let [total, cache, processed] = ["total", "cache", "processed"].map(|key| progress[key].as_u64());
    let (total, cache) = (total?, cache.unwrap_or(0));
    let (new, read) = (total.checked_sub(cache)?, processed?.saturating_sub(cache));
    u8::try_from(read.checked_mul(100)?.checked_div(new)?.min(100)).ok()
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}
