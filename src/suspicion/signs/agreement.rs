//! What the sources bear out.

use super::Hit;
use crate::suspicion::heard::{Claimed, Heard};
use crate::suspicion::memory::Memory;
use crate::suspicion::source::Finding;

/// A message says what a source says, and nothing that one contradicts.
pub(super) fn borne_out(_: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    if heard.claims.iter().any(Claimed::is_wrong) {
        return Vec::new();
    }
    let borne_out = heard.claims.iter().find(|claim| claim.finding == Finding::BorneOut);
    borne_out.map(|claim| Hit::heard(heard, "agrees with the sources", claim.quote.clone())).into_iter().collect()
}
