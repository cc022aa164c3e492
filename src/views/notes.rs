//! What is noted beside the talk, in words for the player.

use super::label;
use crate::heist::{Fault, Hint, Judged, Judgement};
use crate::text::one_line;

/// The longest reason or message that is told, in characters.
const LONGEST: usize = 400;

/// A hint.
pub(crate) fn hint(hint: &Hint) -> String {
    let why = hint.evidence.as_ref().map_or(String::new(), |found| {
        format!(": {} ({})", one_line(&found.note, LONGEST), one_line(&found.message, 24))
    });
    format!("Hint: the detector suspects {} ({}){why}", label(&hint.agent), percent(hint.score))
}

/// Whom the judge suspects most, and why; none if it suspects nobody.
pub(crate) fn judgement(judgement: &Judgement) -> Option<String> {
    let Judged { agent, score, reason } = judgement.suspect()?;
    let (who, reason) = (label(agent), one_line(reason, LONGEST));
    Some(format!("The judge suspects {who} ({}) — {reason}", percent(*score)))
}

/// What went wrong, and whether it is tried again.
pub(crate) fn fault(fault: &Fault) -> String {
    let (place, message) = (one_line(&fault.place, 40), one_line(&fault.message, LONGEST));
    let again = if fault.retry { ". It is tried again." } else { "" };
    format!("{place}: {}{again}", message.trim_end_matches('.'))
}

/// A probability in whole per cent.
fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).round())
}
