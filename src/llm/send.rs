//! Sends requests: with the key, and on to where a server says that it has moved.

use super::client::Client;
use super::error::LlmError;
use super::place::{is_same_host, proxy_variable, shown};
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::env::VarError;

/// So many moves are followed.
const MOST_MOVES: usize = 5;

impl Client {
    /// Sends a request, a POST if it has a body. A move on the same host is followed, and the request stays what it was;
    /// a move to another host is told, for not everybody may have the key and the prompts.
    /// Gives where the request went in the end.
    pub(super) async fn send<T: Serialize>(&self, url: &Url, body: Option<&T>) -> Result<(Url, Response), LlmError> {
        let mut at = url.clone();
        for _ in 0..=MOST_MOVES {
            let request = match body {
                Some(body) => self.http.post(at.clone()).json(body),
                None => self.http.get(at.clone()),
            };
            let request = match &self.key {
                Some(key) => request.bearer_auth(key.expose_secret()),
                None => request,
            };
            let response = request.send().await.map_err(|error| unsent(&at, error))?;
            let Some(to) = moved(&response, &at) else { return Ok((at, response)) };
            if !is_same_host(&at, &to) {
                return Err(LlmError::Moved { url: shown(&at), to: shown(&to) });
            }
            at = to;
        }
        Err(LlmError::Moved { url: shown(url), to: shown(&at) })
    }
}

/// The error for a request that could not be sent. It may be the proxy that is not there, or one side waits for the
/// other to speak TLS.
fn unsent(url: &Url, error: reqwest::Error) -> LlmError {
    let is_late = error.is_timeout() && url.scheme() == "https";
    match (LlmError::from_transport(&shown(url), 0, error), proxy_variable(url)) {
        (LlmError::Unreachable { url, cause }, None) if is_late => {
            LlmError::Unreachable { url, cause: format!("{cause}; if it does not speak TLS, write http:") }
        }
        (LlmError::Unreachable { url, cause }, Some(name)) => {
            let cause = format!("{cause}; the way there may go by the proxy of {name}, unless NO_PROXY names the host");
            LlmError::Unreachable { url, cause }
        }
        (error, _) => error,
    }
}

/// Where a response sends us, with the name and the password of the address that we come from.
fn moved(response: &Response, from: &Url) -> Option<Url> {
    const MOVES: [StatusCode; 5] = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let place = response.headers().get(LOCATION).filter(|_| MOVES.contains(&response.status()))?;
    let mut to = from.join(place.to_str().ok()?).ok()?;
    // Both fail only for addresses that cannot carry them, to which we do not go.
    let _ = to.set_username(from.username());
    let _ = to.set_password(from.password());
    Some(to)
}

/// The variable that holds the key.
const KEY: &str = "HEIST_LLM_KEY";

/// The key that the environment holds, if it holds one.
///
/// # Errors
/// [`LlmError::BadKey`] for what is no text.
pub fn key() -> Result<Option<SecretString>, LlmError> {
    match std::env::var(KEY) {
        Ok(key) => Ok(Some(SecretString::from(key))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(LlmError::BadKey { cause: "there are bytes in it that are no text" }),
    }
}

/// A key as it can be sent, or none if nothing is left of it: line ends and blanks around it come from files and from
/// pasting.
pub(super) fn usable(key: &SecretString) -> Result<Option<SecretString>, LlmError> {
    let text = key.expose_secret().trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // Some tools that read variables from files leave their quotes on.
    let bare = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    let text = bare.unwrap_or(text).trim();
    if text.contains(char::is_whitespace) {
        return Err(LlmError::BadKey { cause: "there is white space in it" });
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(LlmError::BadKey { cause: "there are characters in it that no key has" });
    }
    Ok((!text.is_empty()).then(|| SecretString::from(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_out_of_what_was_pasted_or_refused_without_a_letter_of_it() {
        let key =
            |text: &str| usable(&SecretString::from(text)).map(|key| key.map(|key| key.expose_secret().to_owned()));
        for text in ["sk-1", "sk-1\n", "\u{feff}sk-1\r\n", "\t sk-1 ", "\"sk-1\"\n", "'sk-1'"] {
            assert_eq!(key(text).unwrap().as_deref(), Some("sk-1"), "{text:?}");
        }
        assert_eq!(key(" \n").unwrap(), None);
        for text in ["sk-1\nsk-2", "sk 1", "sk-\u{1b}1", "sk-\u{201c}1"] {
            let error = key(text).unwrap_err();
            assert!(matches!(error, LlmError::BadKey { .. }));
            assert!(error.to_string().contains("HEIST_LLM_KEY") && !error.to_string().contains("sk"), "{error}");
        }
    }
}
