//! Who plays the mole and who looks for it, rated by whom they have met.

use std::collections::BTreeMap;

use maud::html;

use crate::bench::outcome::float;
use crate::bench::report::intervals::{Estimate, share};
use crate::bench::report::pictures::{self, Axis, DETECTOR, MOLE};
use crate::bench::report::ratings::{Contest, rated};
use crate::bench::report::section::{Cell, Part, Picture, ROWS, Section, Table, count, figure, percent};
use crate::bench::report::sweep::Sweep;

/// A mole's model or a detective, with the games it was in, and its part of those that it won.
#[derive(Clone, Debug, Default)]
struct Rated {
    games: usize,
    won: f64,
}

/// The section; none if no mole was ever looked for.
pub(super) fn section(sweep: &Sweep) -> Option<Section> {
    let met = met(sweep);
    met.keys().next()?;
    let (mut moles, mut detectives): (BTreeMap<&str, Rated>, BTreeMap<&str, Rated>) = Default::default();
    for ((mole, detective), (found, games)) in &met {
        let mole = moles.entry(mole).or_default();
        (mole.games, mole.won) = (mole.games + games, mole.won + (float(*games) - found));
        let detective = detectives.entry(detective).or_default();
        (detective.games, detective.won) = (detective.games + games, detective.won + found);
    }
    let title = "Ratings";
    if let ([mole], [detective]) = (&*moles.keys().collect::<Vec<_>>(), &*detectives.keys().collect::<Vec<_>>()) {
        let why = format!(
            "There is nobody to compare: one mole ({mole}) met one detective ({detective}). Ratings need benches with \
             another model of the mole, or of the judge."
        );
        return Some(Section { id: "ratings", title, parts: vec![Part::Says(why)] });
    }
    let place = |names: &BTreeMap<&str, Rated>, name: &str| names.keys().position(|known| *known == name).unwrap_or(0);
    let contests: Vec<Contest> = met
        .iter()
        .map(|((mole, detective), (found, games))| {
            let (mole, detective) = (place(&moles, mole), moles.len() + place(&detectives, detective));
            Contest { mole, detective, found: *found, games: *games }
        })
        .collect();
    let ratings = rated(moles.len() + detectives.len(), &contests)?;
    let (of_moles, of_detectives) = ratings.split_at_checked(moles.len())?;
    let moles = sorted(&moles, of_moles);
    let detectives = sorted(&detectives, of_detectives);
    let axis = Axis::of_ratings(&ratings);
    let rows = moles.iter().map(|it| (it, MOLE)).chain(detectives.iter().map(|it| (it, DETECTOR)));
    let rows: Vec<_> =
        rows.take(ROWS).map(|((name, _, rating), series)| (name.clone(), vec![(series, *rating)])).collect();
    let caption = html! {
        b.(MOLE.colour) { (MOLE.sign) } " as the mole " b.(DETECTOR.colour) { (DETECTOR.sign) } " as the detective. "
        "The lines are intervals of 95 %."
    };
    let drawing = pictures::dots("Ratings of moles and detectives", &axis, &rows);
    let says = "A heist is a contest between who plays the mole and who looks for it: the detective wins if it suspects the \
                mole first, and has its part where several are equal. 400 points between a detective and a mole are odds of \
                ten to one that it finds it; 1500 is the middle of all.";
    let parts = vec![
        Part::Says(says.to_owned()),
        Part::Picture(Picture { drawing, caption }),
        Part::Table(table("As the mole", "hidden", &moles)),
        Part::Table(table("As the detective", "found", &detectives)),
    ];
    Some(Section { id: "ratings", title, parts })
}

/// For each mole's model and each detective that have met: in how many games the mole was found, and of how many.
fn met(sweep: &Sweep) -> BTreeMap<(String, String), (f64, usize)> {
    let mut met: BTreeMap<(String, String), (f64, usize)> = BTreeMap::new();
    for game in sweep.with_mole() {
        let detector = game
            .result
            .scored(None)
            .filter(|said| !said.scores.is_empty())
            .map(|said| (DETECTOR.name.to_owned(), said));
        let judge = game.result.judged(None).map(|said| (format!("judge: {}", game.judge), said));
        for (detective, said) in detector.into_iter().chain(judge) {
            let all = met.entry((game.mole.clone(), detective)).or_default();
            *all = (all.0 + said.found().unwrap_or(0.0), all.1 + 1);
        }
    }
    met
}

/// The best first.
fn sorted(all: &BTreeMap<&str, Rated>, ratings: &[Estimate]) -> Vec<(String, Rated, Estimate)> {
    let all = all.iter().zip(ratings);
    let mut sorted: Vec<_> = all.map(|((name, it), rating)| ((*name).to_owned(), it.clone(), *rating)).collect();
    sorted.sort_by(|one, other| other.2.value.total_cmp(&one.2.value));
    sorted
}

fn table(title: &'static str, won: &'static str, all: &[(String, Rated, Estimate)]) -> Table {
    let row = |(name, Rated { games, won }, rating): &(String, Rated, Estimate)| -> Vec<Cell> {
        vec![name.as_str().into(), count(*games).into(), percent(share(*won, *games)), figure(Some(*rating), 0)]
    };
    Table {
        title,
        headings: vec!["who", "contests", won, "rating"],
        rows: all.iter().map(row).collect(),
        folded: false,
    }
}
