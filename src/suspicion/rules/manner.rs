//! Message anomaly: a way of talking that differs from the others' and from the agent's own.

use super::{Sign, doublings};
use crate::heist::Family;
use crate::suspicion::claim::Claim;
use crate::suspicion::memory::{Heard, Memory, Said};
use crate::suspicion::source::Finding;
use crate::suspicion::{lexicon, text, weights};

fn sign(heard: &Heard<'_>, weight: f64, note: String, quote: Option<&str>) -> Sign {
    Sign {
        agent: heard.agent,
        family: Family::MessageAnomaly,
        weight,
        note,
        found_in: heard.id.to_owned(),
        quote: quote.map(ToOwned::to_owned),
    }
}

/// The words that blame, reopen what was settled, or play two others off against each other.
pub(in crate::suspicion) fn discord_words<'a>(heard: &'a Heard<'_>) -> Option<&'a str> {
    heard.phrase(lexicon::DISCORD).or(heard.names_two.as_deref())
}

/// Blame, or the reopening of what was settled, more often than with the peers.
pub(in crate::suspicion) fn discord(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let quote = discord_words(heard)?;
    let own = memory.agents.get(heard.agent)?.counts;
    let peers = memory.peers(heard.agent);
    let more = doublings((own.discords + 1, own.messages + 1), (peers.discords, peers.messages));
    let note = format!("stirs up trouble in {} of {} messages", own.discords + 1, own.messages + 1);
    (more > 0.0).then(|| sign(heard, weights::DISCORD * more, note, Some(quote)))
}

/// Hedging, more often than the peers hedge.
pub(in crate::suspicion) fn hedging(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let quote = heard.phrase(lexicon::HEDGE)?;
    let own = memory.agents.get(heard.agent)?.counts;
    let peers = memory.peers(heard.agent);
    let more = doublings((own.hedges + 1, own.messages + 1), (peers.hedges, peers.messages));
    let note = format!("hedges in {} of {} messages", own.hedges + 1, own.messages + 1);
    (more > 0.0).then(|| sign(heard, weights::HEDGING * more, note, Some(quote)))
}

/// A message far longer or shorter than is usual among the peers.
pub(in crate::suspicion) fn length(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let peers = memory.peers(heard.agent);
    if peers.messages < weights::PEERS_NEEDED {
        return None;
    }
    let usual = (peers.log_length / f64::from(peers.messages)).exp();
    let words = f64::from(u32::try_from(heard.words.len()).unwrap_or(u32::MAX)) + 1.0;
    let times = (words / usual).max(usual / words);
    let how = if words > usual { "longer" } else { "shorter" };
    (times >= weights::ODD_LENGTH_TIMES)
        .then(|| sign(heard, weights::ODD_LENGTH, format!("{times:.1} times {how} than the others' messages"), None))
}

/// A figure of the agent's own about the same thing that has changed, and no source bears out the new one.
pub(in crate::suspicion) fn changed_story(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    heard
        .claims
        .iter()
        .filter(|(_, finding)| matches!(finding, Finding::Unknown | Finding::Contradicted { .. }))
        .find_map(|(claim, _)| {
            let before = own_earlier(memory, heard, claim)?;
            let note = format!("said before: {}", before.quote);
            Some(sign(heard, weights::CHANGES_ITS_STORY, note, Some(&heard.quote(claim))))
        })
}

/// What the agent said earlier of the same thing with another figure.
pub(in crate::suspicion) fn own_earlier<'a>(memory: &'a Memory, heard: &Heard<'_>, claim: &Claim) -> Option<&'a Said> {
    memory.said.iter().rev().filter(|said| said.agent == heard.agent && said.message != heard.id).find(|said| {
        same_thing(&said.claim, claim)
            && !said.claim.figure.borne_out_by(&claim.figure)
            && !claim.figure.borne_out_by(&said.claim.figure)
    })
}

fn same_thing(one: &Claim, other: &Claim) -> bool {
    if !one.figure.same_kind(&other.figure)
        || !(one.unit.is_empty() || one.unit.iter().any(|unit| other.unit.contains(unit)))
    {
        return false;
    }
    let in_common = text::shared(&one.topic, &other.topic).count();
    let smaller = one.topic.len().min(other.topic.len());
    in_common >= 3 && in_common * 3 >= smaller * 2
}
