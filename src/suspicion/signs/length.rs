//! Messages of an odd length.

use super::Hit;
use super::unused::PEERS_NEEDED;
use crate::suspicion::heard::Heard;
use crate::suspicion::memory::Memory;

/// How many times longer or shorter than the peers' usual a message must be.
const TIMES: f64 = 2.5;

/// A message far longer or shorter than is usual among the peers.
pub(super) fn odd(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let (peers, Some(said)) = (memory.peers(heard.agent), &heard.said) else { return Vec::new() };
    if peers.messages < PEERS_NEEDED {
        return Vec::new();
    }
    let usual = (peers.log_length / f64::from(peers.messages)).exp();
    let words = f64::from(u32::try_from(said.words.len()).unwrap_or(u32::MAX)) + 1.0;
    let times = (words / usual).max(usual / words);
    let how = if words > usual { "longer" } else { "shorter" };
    let hit = || Hit::heard(heard, format!("{times:.1} times {how} than the others' messages"), None);
    (times >= TIMES).then(hit).into_iter().collect()
}
