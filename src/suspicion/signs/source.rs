//! What has no source.

use super::Hit;
use crate::suspicion::claim::Figure;
use crate::suspicion::heard::{About, Heard};
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;
use crate::suspicion::source::Finding;

/// A count below this is too common a word ("two ways") to need a source.
const NOTABLE_COUNT: f64 = 4.0;

/// Something that no source has and nobody said before, once a message.
pub(super) fn none(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    if !memory.has_sources() {
        return Vec::new();
    }
    let unfounded = heard.claims.iter().find(|claim| {
        claim.finding == Finding::Unknown && notable(&claim.about) && memory.first_said(&claim.about).is_none()
    });
    unfounded.map(|claim| Hit::heard(heard, "says what no source has", claim.quote.clone())).into_iter().collect()
}

fn notable(about: &About) -> bool {
    match about {
        About::Fact(..) => true,
        About::Figure(claim) => match claim.figure {
            Figure::Count(low, _) => low >= NOTABLE_COUNT,
            Figure::Clock(_) | Figure::Duration(..) => true,
            Figure::Name(..) => false,
        },
    }
}

/// "The file says", without any call of the agent's own, and not what the files that others read say.
pub(super) fn claimed(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let Some(quote) = heard.phrase(lexicon::SOURCE) else { return Vec::new() };
    let has_read = memory.agents.get(heard.agent).is_some_and(|agent| agent.has_read);
    let supported = heard.claims.iter().any(|claim| claim.finding == Finding::BorneOut);
    let unsupported = heard.claims.iter().any(|claim| claim.finding == Finding::Unknown);
    let found = !has_read && !supported && (unsupported || !memory.has_sources());
    let hit = || Hit::heard(heard, "cites a source that it never read", quote.to_owned());
    found.then(hit).into_iter().collect()
}
