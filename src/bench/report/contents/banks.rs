//! In which banks the mole hides well.

use std::collections::BTreeMap;

use crate::bench::outcome::float;
use crate::bench::report::groups::{Games, detected, job};
use crate::bench::report::intervals::{Estimate, found};
use crate::bench::report::section::{Cell, Part, Section, Table, count, percent};
use crate::bench::report::sweep::Sweep;

/// So many games of a bank tell something of it.
const ENOUGH: usize = 5;

/// So many of the hardest and of the easiest are told.
const TOLD: usize = 5;

/// A bank, its games, and how often its mole was found.
type Bank<'a> = (String, Games<'a>, Estimate);

/// The section; none if there was never a mole.
pub(super) fn section(sweep: &Sweep) -> Option<Section> {
    let mut banks: BTreeMap<(Option<u64>, &str), Games> = BTreeMap::new();
    for game in sweep.with_mole() {
        banks.entry((game.result.bank_seed, &game.result.bank)).or_default().push(game);
    }
    let all = banks.len();
    let often = banks.into_iter().filter(|(_, games)| games.len() >= ENOUGH);
    let mut often: Vec<Bank> = often
        .filter_map(|((seed, name), games)| {
            let name = seed.map_or_else(|| name.to_owned(), |seed| format!("{name} ({seed})"));
            let found = found(&detected(&games, None))?;
            Some((name, games, found))
        })
        .collect();
    let mut parts = Vec::new();
    if all == 0 {
        return None;
    } else if often.len() < 2 {
        let most = format!(
            "{} banks were robbed, of which {} were in {ENOUGH} heists or more: too few to tell which are hard. Benches of \
             the same seeds, with other models, strategies or difficulties, would tell.",
            count(all),
            count(often.len())
        );
        parts.push(Part::Says(most));
    } else {
        let apart = 100.0 * beyond_chance(&often);
        let says = format!(
            "{} of {} banks were in {ENOUGH} heists or more. How often the mole is found differs between them by {apart:.1} \
             points (standard deviation) more than by chance. A seed is more than a bank: who is the mole and how it \
             sabotages follow from it too, unless they were chosen.",
            count(often.len()),
            count(all)
        );
        parts.push(Part::Says(says));
        // The hardest is the one that is hard at the least.
        let ends = |it: &Bank| it.2.range.unwrap_or((it.2.value, it.2.value));
        often.sort_by(|one, other| ends(one).1.total_cmp(&ends(other).1));
        if often.len() <= 2 * TOLD {
            parts.push(Part::Table(table("Those where the mole hides best come first", often.iter())));
        } else {
            parts.push(Part::Table(table("Where the mole hides best", often.iter().take(TOLD))));
            often.sort_by(|one, other| ends(other).0.total_cmp(&ends(one).0));
            parts.push(Part::Table(table("Where it is found most", often.iter().take(TOLD))));
        }
    }
    Some(Section { id: "banks", title: "Banks", parts })
}

/// How far the banks' shares are apart, as a standard deviation, beside what chance alone makes of so few games (by the
/// method of moments, as for random effects).
fn beyond_chance(banks: &[Bank]) -> f64 {
    let games: Vec<f64> = banks.iter().map(|bank| float(bank.1.len())).collect();
    let sum: f64 = games.iter().sum();
    let middle = banks.iter().zip(&games).map(|(bank, games)| games * bank.2.value).sum::<f64>() / sum;
    let spread: f64 = banks.iter().zip(&games).map(|(bank, games)| games * (bank.2.value - middle).powi(2)).sum();
    let within: f64 = banks.iter().zip(&games).map(|(bank, games)| games * bank.2.value * (1.0 - bank.2.value)).sum();
    let chance = within / (sum - float(banks.len()));
    let even = sum - games.iter().map(|games| games * games).sum::<f64>() / sum;
    ((spread - (float(banks.len()) - 1.0) * chance) / even).max(0.0).sqrt()
}

fn table<'a>(title: &'static str, banks: impl Iterator<Item = &'a Bank<'a>>) -> Table {
    let row = |(name, games, found): &Bank| -> Vec<Cell> {
        let away = percent(job(games, |job| job.as_stood));
        vec![name.as_str().into(), count(games.len()).into(), percent(Some(*found)), away]
    };
    Table {
        title,
        headings: vec!["bank", "games", "found", "gets away as it stood"],
        rows: banks.map(row).collect(),
        folded: false,
    }
}
