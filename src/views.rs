//! What follows from a heist's events for whoever watches it: the plan, the sources and what was said of them, what the crew can
//! be asked about, and what is noted beside the talk. Pure folds, the same for the terminal and for a player behind a protocol; text is made harmless here.

pub(crate) mod notes;
pub(crate) mod plan;
pub(crate) mod sources;
pub(crate) mod topics;

use crate::heist::AgentName;
use crate::text::one_line;

/// An agent's name as shown.
pub(crate) fn label(name: &AgentName) -> String {
    one_line(name, 24)
}
