//! The six voices: for each the phrases it has for what it may want to say.
//!
//! A phrase has slots in braces. It can be used only when all its slots can be filled, so a phrase about a figure waits
//! until somebody has found that figure. The slots are named in `speak`.

mod driver;
mod hacker;
mod intel;
mod lookout;
mod planner;
mod safecracker;

use crate::crew::Brief;

/// Phrases for one purpose.
pub(super) type Bank = &'static [&'static str];

/// What a voice can say.
pub(super) struct Voice {
    /// A fact that a tool just returned: `{fact}`, `{source}`.
    pub(super) cite: Bank,
    /// One more fact from the same source: `{fact}`.
    pub(super) more: Bank,
    /// A sum that was just done: `{expression}`, `{result}`, `{meaning}`.
    pub(super) reckon: Bank,
    /// A result of which nothing can be made: `{tool}`.
    pub(super) blank: Bank,
    /// A call that failed or was denied: `{tool}`, `{argument}`.
    pub(super) fail: Bank,
    /// A fact that somebody found earlier: `{fact}`, `{source}`, `{name}`.
    pub(super) recall: Bank,
    /// An answer to somebody: `{name}`, `{point}`.
    pub(super) answer: Bank,
    /// A figure of somebody that a source contradicts: `{name}`, `{claimed}`, `{what}`, `{actual}`, `{source}`.
    pub(super) dispute: Bank,
    /// A slip of one's own: `{claimed}`, `{what}`, `{actual}`, `{source}`.
    pub(super) slip: Bank,
    /// Standing by one's word: `{name}`.
    pub(super) insist: Bank,
    /// The player's command, `{command}`, obeyed.
    pub(super) obey: Bank,
    /// Doubt of one's own.
    pub(super) hedge: Bank,
    /// What one would rather have: `{mine}`, `{mine_min}` for the vault.
    pub(super) vault: Bank,
    /// What one would rather have: `{myway}`, `{myway_min}` for the way out.
    pub(super) way: Bank,
    /// One's task in each of the five phases.
    pub(super) phases: [Bank; 5],
}

const VOICES: [(&str, &Voice); 6] = [
    ("planner", &planner::VOICE),
    ("hacker", &hacker::VOICE),
    ("safecracker", &safecracker::VOICE),
    ("intel", &intel::VOICE),
    ("driver", &driver::VOICE),
    ("lookout", &lookout::VOICE),
];

/// The voice of the agent whose turn it is: its own, or in a crew of other names that of its place.
pub(super) fn voice(brief: &Brief) -> &'static Voice {
    let named = VOICES.iter().find(|(name, _)| *name == &*brief.me.name);
    let place = brief.crew.iter().position(|persona| persona.name == brief.me.name).unwrap_or(0);
    named.map_or(VOICES[place % VOICES.len()].1, |(_, voice)| voice)
}

/// The plan as the leader states it at the very end, opening and main sentence and last word.
pub(super) const PLAN: [Bank; 3] = planner::PLAN;
