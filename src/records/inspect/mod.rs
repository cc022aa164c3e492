//! Recorded heists as a log of Inspect, the framework for evaluations (inspect.aisi.org.uk): one heist is one sample, with the
//! talk as its messages, what happened as its transcript, and how it came out as its scores.
//!
//! The format is that of version 2 of Inspect's logs, as the types of its Python package define it (`inspect_ai.log`,
//! `inspect_ai.model`, `inspect_ai.event`, `inspect_ai.scorer`). Whatever tells the mole (target, scores, acts) is made from the
//! verdict alone, so that a heist without one tells nothing.

mod archive;
mod event;
mod log;
mod message;
mod sample;
mod scores;
mod talk;
#[cfg(test)]
mod tests;

use std::path::Path;

pub(crate) use archive::{Archive, Packed, archive, packed};
pub(crate) use log::Log;
pub(crate) use sample::Sample;

/// Whether a file of this name is to be an archive: `.eval`, as Inspect itself knows it.
pub(crate) fn is_archive(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "eval")
}
