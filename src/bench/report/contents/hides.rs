//! Who hides well: moles by who plays them, by how they sabotage and by how hard they are to find.

use maud::html;

use crate::bench::report::groups::{ALL, DIFFICULTY, Games, STRATEGY, detected, grouped, hiding, mean_of_rounds};
use crate::bench::report::intervals::{Estimate, found};
use crate::bench::report::pictures;
use crate::bench::report::section::{Part, Picture, Section};
use crate::bench::report::sweep::{Game, Sweep};

/// The section; none if there was never a mole.
pub(super) fn section(sweep: &Sweep) -> Option<Section> {
    sweep.with_mole().next()?;
    let mut parts = Vec::new();
    let (mut tables, mut alike) = (Vec::new(), Vec::new());
    for by in &ALL {
        match grouped(sweep.with_mole(), by).as_slice() {
            [] => {}
            [(name, _)] => alike.push(format!("{} {name}", by.heading)),
            groups => tables.push(Part::Table(hiding(by, groups))),
        }
    }
    if !alike.is_empty() {
        parts.push(Part::Says(format!("The same in all heists with a mole: {}.", alike.join("; "))));
    }
    parts.extend(heat(sweep, |games| found(&detected(games, None)), "at the end").map(Part::Picture));
    parts.extend(heat(sweep, mean_of_rounds, "at the ends of all rounds").map(Part::Picture));
    parts.extend(tables);
    Some(Section { id: "hides", title: "Who hides well", parts })
}

/// Strategies and difficulties, where they meet; none if there is only one of both.
fn heat(sweep: &Sweep, figure: fn(&[&Game]) -> Option<Estimate>, when: &str) -> Option<Picture> {
    let strategies = grouped(sweep.with_mole(), &STRATEGY);
    let difficulties = grouped(sweep.with_mole(), &DIFFICULTY);
    if strategies.len() * difficulties.len() < 2 {
        return None;
    }
    let columns: Vec<String> = difficulties.into_iter().map(|(name, _)| name).collect();
    let cells = |games: &Games| -> Vec<Option<(Estimate, usize)>> {
        let groups = grouped(games.iter().copied(), &DIFFICULTY);
        let of = |column: &String| {
            let (_, games) = groups.iter().find(|(name, _)| name == column)?;
            Some((figure(games)?, games.len()))
        };
        columns.iter().map(of).collect()
    };
    let rows: Vec<_> = strategies.iter().map(|(_, games)| cells(games)).collect();
    let names: Vec<String> = strategies.into_iter().map(|(name, _)| name).collect();
    let caption = format!("How often the first suspect is the mole {when}, by strategy and difficulty.");
    let drawing = pictures::heat(&caption, &names, &columns, &rows);
    Some(Picture { drawing, caption: html! { (caption) } })
}
