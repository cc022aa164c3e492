//! Corrections: of oneself, of others who were wrong, and of others who were right.

use super::Hit;
use crate::suspicion::heard::{Claimed, Heard};
use crate::suspicion::lexicon;
use crate::suspicion::memory::Memory;
use crate::suspicion::source::Finding;

/// An agent takes back what it said for what the sources have.
pub(super) fn takes_back(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    if heard.claims.iter().any(|claim| claim.is_wrong() && heard.said.is_some()) {
        return Vec::new();
    }
    let was_wrong = |claim: &&Claimed| {
        claim.finding == Finding::BorneOut
            && match &heard.said {
                None => memory.own_earlier(heard.agent, &claim.about).is_some(),
                // Only in so many words: who says the right figure next time as if nothing had been is not sorry.
                Some(_) => {
                    heard.phrase(lexicon::CORRECTION).is_some()
                        && memory.said.iter().any(|said| {
                            said.agent == heard.agent
                                && matches!(said.finding, Finding::Contradicted { .. } | Finding::Unknown)
                        })
                }
            }
    };
    let claim = heard.claims.iter().find(was_wrong);
    claim.map(|claim| Hit::heard(heard, "corrects itself from the sources", claim.quote.clone())).into_iter().collect()
}

/// Corrections of somebody else, with what that one said of the same thing, if it said anything.
fn of_others<'a>(memory: &'a Memory, heard: &'a Heard<'_>) -> impl Iterator<Item = (&'a Claimed, usize, bool)> {
    heard.claims.iter().filter_map(|claim| {
        let corrected = claim.corrects.filter(|corrected| *corrected != heard.agent)?;
        let said = memory.own_earlier(corrected, &claim.about)?;
        Some((claim, corrected, said.finding == Finding::BorneOut))
    })
}

/// Somebody else was wrong, and the sources bear out who says so.
pub(super) fn rightly(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let right = of_others(memory, heard).filter(|(claim, ..)| claim.finding == Finding::BorneOut);
    right.map(|(claim, ..)| Hit::heard(heard, "sets right what somebody said", claim.quote.clone())).collect()
}

/// Somebody else was right, and is "corrected".
pub(super) fn wrongly(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let wrong = of_others(memory, heard).filter(|(claim, _, was_right)| *was_right && claim.is_wrong());
    let note = |corrected: usize| {
        let who = memory.crew.get(corrected).map_or("somebody", |name| name);
        format!("corrects {who}, who has it as the source does")
    };
    wrong.map(|(claim, corrected, _)| Hit::heard(heard, note(corrected), claim.quote.clone())).collect()
}

/// Somebody is corrected of whom no source tells yet who is right.
pub(super) fn open(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    let open = of_others(memory, heard).filter(|(claim, ..)| claim.finding == Finding::Unknown);
    let hit = |(claim, corrected, _): (&Claimed, usize, bool)| Hit {
        agent: corrected,
        ..Hit::heard(heard, "is corrected by somebody", claim.quote.clone())
    };
    open.map(hit).collect()
}
