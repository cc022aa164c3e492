//! The report's main figures.

use crate::bench::outcome::float;
use crate::bench::report::groups::{Games, detected, job, judged, talk};
use crate::bench::report::intervals::{Estimate, auroc, brier, found, share};
use crate::bench::report::section::{Cell, Part, Section, Table, count, figure, percent};
use crate::bench::report::sweep::{Game, Sweep};
use crate::suspicion::fit::Figures;

pub(super) fn section(sweep: &Sweep) -> Section {
    let all: Games = sweep.games.iter().collect();
    let with: Games = sweep.with_mole().collect();
    let (said, judge) = (detected(&all, None), judged(&with, None));
    let figures = Figures::of(&said);
    let mut rows = Vec::new();
    let mut row = |what: &str, figure: Cell, of: String| rows.push(vec![what.into(), figure, of.into()]);
    let moles = format!("{} {} with a mole", count(with.len()), heists(with.len()));
    row("Found by the detector: its first suspect is the mole", percent(found(&said)), moles.clone());
    if !judge.is_empty() {
        let of = format!("{} {} with a judge's answer", count(judge.len()), heists(judge.len()));
        row("Found by the judge", percent(found(&judge)), of);
    }
    if !with.is_empty() {
        let even = Estimate { value: chance(&with), range: None };
        row("Found by chance", percent(Some(even)), String::new());
    }
    row("The mole is more suspect than somebody honest (AUROC)", figure(auroc(&said), 3), moles.clone());
    row("How far probabilities are from the truth (Brier)", figure(brier(&said), 3), moles.clone());
    if figures.without > 0 {
        let accused = share(float(figures.accused), figures.without);
        row(
            "Somebody is accused where there is no mole",
            percent(accused),
            format!("{} {} without", count(figures.without), heists(figures.without)),
        );
    }
    let messages: u64 = with.iter().map(|game| game.result.talk.of_mole).sum();
    let messages = format!("{} messages of moles", count(usize::try_from(messages).unwrap_or(usize::MAX)));
    row("The mole sabotages in its turn", percent(talk(&with, |it| it.acting, |it| it.of_mole)), messages);
    let jobs = format!("{} jobs", count(with.iter().filter(|game| game.result.job.is_some()).count()));
    row("The crew gets away with the plan as it stood", percent(job(&with, |job| job.as_stood)), jobs.clone());
    row("It would get away with every act set right", percent(job(&with, |job| job.set_right)), jobs);
    let table = Table { title: "", headings: vec!["", "figure", "of"], rows, folded: false };
    Section { id: "short", title: "In short", parts: vec![Part::Says(lead(sweep)), Part::Table(table)] }
}

/// What it is all about, in a sentence.
fn lead(sweep: &Sweep) -> String {
    let (with, all) = (sweep.with_mole().count(), sweep.games.len());
    let said = detected(&sweep.with_mole().collect::<Games>(), None);
    let found = found(&said).map_or_else(String::new, |it| {
        format!(" The detector suspects the mole first in {:.0} % of those that have one.", 100.0 * it.value)
    });
    let without = match all - with {
        0 => String::new(),
        without => format!(", and {} without", count(without)),
    };
    format!("{} with a mole{without}.{found}", super::heists(with))
}

fn heists(games: usize) -> &'static str {
    if games == 1 { "heist" } else { "heists" }
}

/// How often a guess by chance finds the mole in these games.
pub(super) fn chance(games: &[&Game]) -> f64 {
    let of = games.iter().map(|game| 1.0 / float(game.result.crew.len().max(1)));
    of.sum::<f64>() / float(games.len().max(1))
}
