//! What an error means for asking again: the same, less, another model, later, or not any more.

use super::error::{Extra, LlmError};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::{Duration, SystemTime};

impl LlmError {
    /// Whether the server is there and not ready yet: it loads its model.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Whether the same request may well succeed if it is simply sent again.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Failed { .. }
            | Self::Interrupted { .. }
            | Self::Idle { .. }
            | Self::Empty { .. }
            | Self::NotJson { .. } => true,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS]
                        .contains(status)
            }
            _ => false,
        }
    }

    /// Whether it is mostly there to stay, and may be gone all the same in a moment: a model that was just unloaded, a
    /// proxy whose server is just started.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::NoModel { .. } | Self::WrongPath { .. } | Self::Protocol { .. })
    }

    /// Whether the server is not there any more, or does not get done: others who ask it will fare no better.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::NoCertificates { .. }
            | Self::NotTls { .. }
            | Self::Moved { .. }
            | Self::Auth { .. }
            | Self::Interrupted { .. }
            | Self::Idle { .. }
            | Self::Endless { .. } => true,
            Self::Refused { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            _ => false,
        }
    }

    /// Whether a model says that it does not answer, or not this; another model of the same server may.
    #[must_use]
    pub fn is_models_own(&self) -> bool {
        self.is_refusal() || matches!(self, Self::Auth { .. } | Self::NoModel { .. } | Self::Protocol { .. })
    }

    /// How long the server wants to be left alone.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        if let Self::Refused { wait, .. } = self { *wait } else { None }
    }

    /// Whether the server says that it does not do what was asked, rightly or not.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Refused { status, .. } if status.is_client_error() => !self.can_retry(),
            Self::Refused { status, .. } => {
                [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::NOT_IMPLEMENTED].contains(status)
            }
            Self::Failed { .. } => true,
            _ => false,
        }
    }

    /// Whether it may mean that the server does not tell the odds of an answer there, and nothing else be wrong with it.
    #[must_use]
    pub fn is_no_to_odds(&self) -> bool {
        let is_other =
            matches!(self, Self::WrongPath { .. } | Self::Protocol { .. } | Self::Empty { .. } | Self::TooLong { .. });
        self.is_refusal() || is_other
    }

    /// Whether it may come of a schema or of tools that the server does not master.
    pub(super) fn may_be_of_extras(&self) -> bool {
        self.is_refusal() || matches!(self, Self::Interrupted { .. } | Self::Protocol { .. })
    }

    /// The same, as the refusal of what the request asked for beside words.
    pub(super) fn into_refused(self, extra: Extra) -> Self {
        let message = match self.said() {
            "" => self.to_string(),
            said => said.to_owned(),
        };
        match (extra, self) {
            (
                Extra::Schema,
                Self::Refused { url, .. }
                | Self::Failed { url, .. }
                | Self::Interrupted { url, .. }
                | Self::Protocol { url, .. },
            ) => Self::SchemaRefused { url, message },
            (
                Extra::Tools,
                Self::Refused { url, .. }
                | Self::Failed { url, .. }
                | Self::Interrupted { url, .. }
                | Self::Protocol { url, .. },
            ) => Self::ToolsRefused { url, message },
            (_, other) => other,
        }
    }

    /// What the server said itself.
    pub(super) fn said(&self) -> &str {
        match self {
            Self::Refused { message, .. }
            | Self::Failed { message, .. }
            | Self::NoModel { message, .. }
            | Self::WrongPath { message, .. }
            | Self::Auth { message, .. }
            | Self::SchemaRefused { message, .. }
            | Self::ToolsRefused { message, .. } => message,
            _ => "",
        }
    }

    /// The same with what the headers say of when to ask again.
    pub(super) fn waiting(mut self, headers: &HeaderMap) -> Self {
        if let Self::Refused { wait, .. } = &mut self {
            *wait = headers.get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, SystemTime::now()));
        }
        self
    }
}

/// The time that `Retry-After` means: seconds, or a date.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
    let date = SystemTime::from(date.timestamp());
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_names_the_time_in_seconds_or_by_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        let after = |text| retry_after(text, now).map(|wait| wait.as_millis());
        assert_eq!(after("4"), Some(4_000));
        assert_eq!(after(" 0.5 "), Some(500));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7_000));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0), "a time that is over");
        for nothing in ["", "soon", "-3", "inf", "1e300", "NaN"] {
            assert_eq!(after(nothing), None, "{nothing}");
        }
    }
}
