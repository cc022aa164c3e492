//! How the jobs go, and what the mole does to them.

use maud::html;

use crate::bench::report::groups::{DIFFICULTY, Games, MOLE, STRATEGY, grouped, job};
use crate::bench::report::pictures::{self, Axis, PLAYED, Row, SET_RIGHT, STOOD};
use crate::bench::report::section::{Cell, Part, Picture, ROWS, Section, Table, count, percent};
use crate::bench::report::sweep::Sweep;

/// The section; none if no job was done.
pub(super) fn section(sweep: &Sweep) -> Option<Section> {
    let with: Games = sweep.with_mole().collect();
    if with.iter().all(|game| game.result.job.is_none()) {
        return None;
    }
    let mut groups = vec![("all".to_owned(), with)];
    for by in [MOLE, STRATEGY, DIFFICULTY] {
        let of = grouped(sweep.with_mole(), &by);
        let named = of.into_iter().map(|(name, games)| (format!("{} {name}", by.heading), games)).collect::<Vec<_>>();
        groups.extend(Some(named).filter(|groups| groups.len() > 1).into_iter().flatten());
    }
    let row = |(name, games): &(String, Games)| -> Vec<Cell> {
        let jobs = games.iter().filter(|game| game.result.job.is_some()).count();
        vec![
            name.as_str().into(),
            count(jobs).into(),
            percent(job(games, |job| job.escaped)),
            percent(job(games, |job| job.as_stood)),
            percent(job(games, |job| job.set_right)),
            percent(job(games, |job| job.as_stood != job.set_right)),
        ]
    };
    let rows: Vec<_> = groups.iter().map(row).collect();
    let headings = vec!["heists", "jobs", "as played", "as it stood", "set right", "an act decides"];
    let drawn = |(name, games): &(String, Games)| -> Row {
        let figures = [
            (PLAYED, job(games, |job| job.escaped)),
            (STOOD, job(games, |job| job.as_stood)),
            (SET_RIGHT, job(games, |job| job.set_right)),
        ];
        (name.clone(), figures.into_iter().filter_map(|(series, share)| Some((series, share?))).collect())
    };
    let drawn: Vec<_> = groups.iter().take(ROWS).map(drawn).collect();
    let caption = html! {
        @for series in [PLAYED, STOOD, SET_RIGHT] { b.(series.colour) { (series.sign) } " " (series.name) " " }
    };
    let drawing = pictures::dots("How often the crew gets away", &Axis::of_shares(), &drawn);
    let says = "How often the crew of a heist with a mole gets away: as played, that is without whom the detector named; \
                with the plan as it stood and the mole at large; and with every act of sabotage set right.";
    let parts = vec![
        Part::Says(says.to_owned()),
        Part::Picture(Picture { drawing, caption }),
        Part::Table(Table { title: "", headings, rows, folded: false }),
    ];
    Some(Section { id: "job", title: "The job", parts })
}
