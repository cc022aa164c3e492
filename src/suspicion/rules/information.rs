//! Information quality: claims held against what the tools really returned. Wrong times and durations are booked
//! under timing.

use super::Sign;
use crate::heist::Family;
use crate::suspicion::claim::{Claim, Figure};
use crate::suspicion::memory::{Heard, Memory, Said};
use crate::suspicion::source::Finding;
use crate::suspicion::{lexicon, weights};

/// A count below this is too common a word ("two ways") to need a source.
const NOTABLE_COUNT: f64 = 4.0;

fn family(claim: &Claim) -> Family {
    if claim.figure.is_time() { Family::Timing } else { Family::InformationQuality }
}

/// What a source contradicts. A figure that another agent said first, or that the agent says once more, weighs less.
pub(in crate::suspicion) fn contradictions(memory: &Memory, heard: &Heard<'_>) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (claim, finding) in &heard.claims {
        let Finding::Contradicted { passage, origin, read_by_self, slip } = finding else { continue };
        let repeated = said_before(memory, claim);
        // "You gave 22:06, the file gives 22:05": who names the right figure beside the wrong one sets it right.
        if repeated && sets_right(heard, claim) {
            continue;
        }
        let weight = if *read_by_self { weights::CONTRADICTS_OWN_READING } else { weights::CONTRADICTS_A_SOURCE };
        signs.push(Sign {
            agent: heard.agent,
            family: family(claim),
            weight: weight
                * if repeated { weights::ONLY_REPEATED } else { 1.0 }
                * if *slip { weights::ONLY_A_SLIP } else { 1.0 },
            note: format!("contradicts {origin}{}: {passage}", if *read_by_self { ", which it read" } else { "" }),
            found_in: heard.id.to_owned(),
            quote: Some(heard.quote(claim)),
        });
    }
    signs
}

/// A sentence that follows a source but puts another thing in one place of it, once a message.
pub(in crate::suspicion) fn misquotation(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let known = |word| memory.sources.has_word(word);
    let swap = heard.sentences.iter().find_map(|sentence| memory.sources.passages.swap(sentence, known))?;
    Some(Sign {
        agent: heard.agent,
        family: Family::InformationQuality,
        weight: weights::MISQUOTATION,
        note: format!("{} says \u{201c}{}\u{201d} there", swap.origin, swap.instead_of),
        found_in: heard.id.to_owned(),
        quote: heard.text.get(swap.span).map(ToOwned::to_owned),
    })
}

/// Figures that the sources bear out speak for the agent, once a message; more so if it corrects itself with one.
pub(in crate::suspicion) fn agreement(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    if heard.claims.iter().any(|(claim, finding)| {
        matches!(finding, Finding::Contradicted { .. }) && !(said_before(memory, claim) && sets_right(heard, claim))
    }) {
        return None;
    }
    let (claim, _) = heard.claims.iter().find(|(_, finding)| *finding == Finding::BorneOut)?;
    // Only in so many words: who says the right figure next time as if nothing had been is not sorry.
    let corrected = heard.phrase(lexicon::CORRECTION).is_some()
        && memory.said.iter().any(|said| {
            said.agent == heard.agent && matches!(said.finding, Finding::Contradicted { .. } | Finding::Unknown)
        });
    let (weight, note) = if corrected {
        (weights::CORRECTION, "corrects itself from the sources")
    } else {
        (weights::BORNE_OUT, "agrees with the sources")
    };
    Some(Sign {
        agent: heard.agent,
        family: Family::InformationQuality,
        weight,
        note: note.to_owned(),
        found_in: heard.id.to_owned(),
        quote: Some(heard.quote(claim)),
    })
}

/// A figure that no source has and nobody said before, once a message.
pub(in crate::suspicion) fn no_source(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    if memory.sources.documents == 0 {
        return None;
    }
    let (claim, _) = heard.claims.iter().find(|(claim, finding)| {
        *finding == Finding::Unknown && notable(&claim.figure) && !said_before(memory, claim)
    })?;
    Some(Sign {
        agent: heard.agent,
        family: Family::InformationQuality,
        weight: weights::NO_SOURCE,
        note: "uses a figure from no source".to_owned(),
        found_in: heard.id.to_owned(),
        quote: Some(heard.quote(claim)),
    })
}

/// "The file says", without any call of the agent's own, and not what the files that others read say.
pub(in crate::suspicion) fn claimed_source(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let quote = heard.phrase(lexicon::SOURCE)?;
    let agent = memory.agents.get(heard.agent)?;
    let supported = heard.claims.iter().any(|(_, finding)| *finding == Finding::BorneOut);
    let unsupported = heard.claims.iter().any(|(_, finding)| *finding == Finding::Unknown);
    let nobody_read = memory.sources.documents == 0;
    (!agent.has_read && !supported && (unsupported || nobody_read)).then(|| Sign {
        agent: heard.agent,
        family: Family::InformationQuality,
        weight: weights::CLAIMED_SOURCE,
        note: "cites a source that it never read".to_owned(),
        found_in: heard.id.to_owned(),
        quote: Some(quote.to_owned()),
    })
}

/// Earlier claims that a source which was read only now contradicts, once for each.
pub(in crate::suspicion) fn guessed_wrong(memory: &mut Memory) -> Vec<Sign> {
    let mut signs = Vec::new();
    let Memory { said, sources, rechecked, .. } = memory;
    // A claim that has fared so before fares no otherwise by sources that are as they were.
    if std::mem::replace(rechecked, sources.revision) == sources.revision {
        return signs;
    }
    for said in said.iter_mut().filter(|said| said.finding == Finding::Unknown) {
        said.finding = sources.check(said.agent, &said.claim, &[]);
        if let Finding::Contradicted { passage, origin, .. } = &said.finding {
            signs.push(Sign {
                agent: said.agent,
                family: family(&said.claim),
                weight: weights::GUESSED_WRONG,
                note: format!("contradicts {origin}, which was read later: {passage}"),
                found_in: said.message.clone(),
                quote: Some(said.quote.clone()),
            });
        }
    }
    signs
}

/// Whether the message also has a figure of the kind that the sources bear out.
fn sets_right(heard: &Heard<'_>, claim: &Claim) -> bool {
    heard.claims.iter().any(|(other, finding)| {
        matches!(finding, Finding::BorneOut | Finding::Derived) && other.figure.same_kind(&claim.figure)
    })
}

fn notable(figure: &Figure) -> bool {
    match figure {
        Figure::Count(low, _) => *low >= NOTABLE_COUNT,
        Figure::Clock(_) | Figure::Duration(..) => true,
        Figure::Name(..) => false,
    }
}

fn said_before(memory: &Memory, claim: &Claim) -> bool {
    memory.said.iter().any(|Said { claim: earlier, .. }| {
        earlier.figure == claim.figure
            && (claim.unit.is_empty() || earlier.unit.iter().any(|unit| claim.unit.contains(unit)))
    })
}
