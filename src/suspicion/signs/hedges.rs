//! Hedging.

use super::Hit;
use crate::suspicion::heard::Heard;
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;

/// Words that take the edge off.
pub(super) fn any(_: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let quote = heard.phrase(lexicon::HEDGE);
    quote.map(|quote| Hit::heard(heard, "hedges", quote.to_owned())).into_iter().collect()
}
