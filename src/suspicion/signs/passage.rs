//! Sentences that follow a source and put another thing in one place of it.

use super::Hit;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// Once a message.
pub(super) fn misquotes(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let Some(said) = &heard.said else { return Vec::new() };
    let known = |word| memory.sources.has_word(word);
    let swap = said.sentences.iter().find_map(|sentence| memory.sources.passages.swap(sentence, known));
    let hit = swap.map(|swap| {
        let note = format!("{} says \u{201c}{}\u{201d} there", swap.origin, swap.instead_of);
        Hit::heard(heard, note, heard.text.get(swap.span).map(ToOwned::to_owned))
    });
    hit.into_iter().collect()
}
