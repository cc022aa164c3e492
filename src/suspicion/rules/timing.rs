//! Timing: pushing things back. (Times and durations that contradict the sources are found with the other claims.)

use super::{Sign, doublings};
use crate::heist::Family;
use crate::suspicion::memory::{Heard, Memory};
use crate::suspicion::{lexicon, weights};

/// A proposal to wait, to check again or to put off, more often than the peers make one.
pub(in crate::suspicion) fn delay(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let quote = heard.phrase(lexicon::DELAY)?;
    let own = memory.agents.get(heard.agent)?.counts;
    let peers = memory.peers(heard.agent);
    let more = doublings((own.delays + 1, own.messages + 1), (peers.delays, peers.messages));
    (more > 0.0).then(|| Sign {
        agent: heard.agent,
        family: Family::Timing,
        weight: weights::DELAY * more,
        note: format!("stalls in {} of {} messages", own.delays + 1, own.messages + 1),
        found_in: heard.id.to_owned(),
        quote: Some(quote.to_owned()),
    })
}
