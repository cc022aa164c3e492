//! When a question that a server could not answer is asked again, and when not any more.

use std::time::Duration;

use crate::llm::LlmError;

/// What is waited before each new try where the server may come back: one that is started again, or loads its model, may
/// take so long.
const LONG: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

/// The same where it has said no, which mostly stays so.
const SHORT: usize = 3;

/// What is left of the patience with one question.
#[derive(Debug)]
pub(super) struct Patience {
    tries: usize,
    refusals: usize,
    has_stalled: bool,
    /// What is still waited for a server that asks us to wait, or loads its model.
    left: Duration,
}

impl Patience {
    /// As much as there is; a server that asks for it is waited for so long in all.
    pub(super) fn new(longest: Duration) -> Self {
        Self { tries: 0, refusals: 0, has_stalled: false, left: longest }
    }

    /// How long to wait before the question is asked again, or none if that helps nobody. `has_begun` tells whether the
    /// model had begun to answer.
    pub(super) fn pause(&mut self, error: &LlmError, has_begun: bool) -> Option<Duration> {
        match error {
            _ if let Some(wait) = error.wait() => {
                self.left = self.left.checked_sub(wait)?;
                // A server that names no time at all may do so for ever.
                if wait.is_zero() { next(&mut self.tries, LONG.len()) } else { Some(wait) }
            }
            // It loads its model, which may take minutes.
            _ if error.is_loading() => {
                let pause = next(&mut self.tries, LONG.len()).unwrap_or(LONG[LONG.len() - 1]);
                self.left = self.left.checked_sub(pause)?;
                Some(pause)
            }
            // A server goes on reading a prompt that nobody waits for any more, and would read it once more.
            LlmError::Idle { .. } if !has_begun || self.has_stalled => None,
            LlmError::Idle { .. } => {
                self.has_stalled = true;
                Some(LONG[0])
            }
            _ if error.can_retry() => next(&mut self.tries, LONG.len()),
            _ if error.may_pass() => next(&mut self.refusals, SHORT),
            _ => None,
        }
    }
}

fn next(tries: &mut usize, most: usize) -> Option<Duration> {
    let pause = LONG[..most].get(*tries).copied();
    *tries += 1;
    pause
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;

    const SECOND: Duration = Duration::from_secs(1);

    fn refused(status: StatusCode, wait: Option<Duration>) -> LlmError {
        LlmError::Refused { url: String::new(), status, message: String::new(), wait }
    }

    fn pauses(error: &LlmError, has_begun: bool) -> Vec<Duration> {
        let mut patience = Patience::new(10 * SECOND);
        std::iter::from_fn(|| patience.pause(error, has_begun)).take(100).collect()
    }

    #[test]
    fn a_server_that_may_come_back_is_waited_for() {
        let gone = LlmError::Unreachable { url: String::new(), cause: String::new() };
        assert_eq!(pauses(&gone, false), LONG);
        assert_eq!(pauses(&refused(StatusCode::BAD_GATEWAY, None), false), LONG);
        assert_eq!(pauses(&refused(StatusCode::BAD_REQUEST, None), false), LONG[..SHORT]);
    }

    #[test]
    fn a_time_that_is_named_is_kept_as_long_as_patience_lasts() {
        let busy = |wait| refused(StatusCode::TOO_MANY_REQUESTS, Some(wait));
        assert_eq!(pauses(&busy(4 * SECOND), false), [4 * SECOND; 2]);
        assert!(pauses(&busy(11 * SECOND), false).is_empty());
        assert_eq!(pauses(&busy(Duration::ZERO), false), LONG);
        let loading = refused(StatusCode::SERVICE_UNAVAILABLE, None);
        assert_eq!(pauses(&loading, false), LONG[..3]);
        let mut patience = Patience::new(100 * SECOND);
        let waited: Duration = std::iter::from_fn(|| patience.pause(&loading, false)).take(100).sum();
        assert!((80 * SECOND..=100 * SECOND).contains(&waited), "{waited:?}");
    }

    #[test]
    fn silence_is_not_answered_by_a_second_question() {
        let silent = LlmError::Idle { url: String::new(), after: SECOND };
        assert!(pauses(&silent, false).is_empty());
        assert_eq!(pauses(&silent, true), [LONG[0]], "but a stall in the middle of an answer is, once");
    }
}
