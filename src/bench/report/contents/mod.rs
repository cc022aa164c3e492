//! What stands in a report, section by section.

mod banks;
mod benches;
mod detects;
mod hides;
mod job;
mod rated;
mod reading;
mod rounds;
mod short;

use super::section::{Section, count};
use super::sweep::Sweep;

/// What the report is called.
pub(super) fn title(sweep: &Sweep) -> String {
    let benches = match sweep.benches.len() {
        1 => "a bench".to_owned(),
        many => format!("{} benches", count(many)),
    };
    format!("{} of {benches}", heists(sweep.games.len()))
}

/// Everything.
pub(super) fn sections(sweep: &Sweep) -> Vec<Section> {
    let all = [
        Some(short::section(sweep)),
        rounds::section(sweep),
        hides::section(sweep),
        Some(detects::section(sweep)),
        rated::section(sweep),
        job::section(sweep),
        banks::section(sweep),
        Some(benches::section(sweep)),
        Some(reading::section()),
    ];
    all.into_iter().flatten().collect()
}

/// So many heists, in words.
fn heists(games: usize) -> String {
    match games {
        1 => "One heist".to_owned(),
        many => format!("{} heists", count(many)),
    }
}
