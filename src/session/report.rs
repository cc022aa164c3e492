//! What work that the driver has set going reports back to it.

use std::time::Duration;

use crate::agents::{Chosen, Reading};
use crate::heist::Input;

/// How a model was found when it was woken; or why it does not answer.
pub(super) type Warmed = Result<String, String>;

/// What comes back from work that was set going.
pub(super) enum Report {
    /// The agent chose, in so much time.
    Chose(Chosen, Duration),
    /// Whoever speaks is ready, or will not be.
    Warmed(Warmed),
    /// The model reads its prompt, or does not any more.
    Reading(Option<Reading>),
    /// There is no answer, and there will be none to anybody else.
    Gone(String),
    /// Anything that the engine takes as it is.
    Input(Input),
}
