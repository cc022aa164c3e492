//! How the mole is found, round by round.

use maud::html;

use super::short::chance;
use crate::bench::outcome::float;
use crate::bench::report::groups::{Games, detected, judged};
use crate::bench::report::intervals::{Estimate, auroc, brier, found, share};
use crate::bench::report::pictures::{self, DETECTOR, JUDGE};
use crate::bench::report::section::{Cell, Part, Picture, Section, Table, count, figure, percent};
use crate::bench::report::sweep::Sweep;
use crate::suspicion::fit::{Figures, Scored};

/// The section; none if nobody was ever suspected.
pub(super) fn section(sweep: &Sweep) -> Option<Section> {
    let games: Games = sweep.games.iter().collect();
    let with: Games = sweep.with_mole().collect();
    let most = games.iter().map(|game| game.result.scores.len()).max().unwrap_or(0);
    let after = |of: fn(&[&_], Option<usize>) -> Vec<Scored>, games: &[&_]| -> Vec<(usize, Vec<Scored>)> {
        (1..=most).map(|round| (round, of(games, Some(round)))).filter(|(_, said)| !said.is_empty()).collect()
    };
    let detector = after(detected, &games);
    let judge = after(judged, &with);
    let line = |said: &[(usize, Vec<Scored>)]| -> Vec<(usize, Estimate)> {
        said.iter().filter_map(|(round, said)| Some((*round, found(said)?))).collect()
    };
    let lines: Vec<_> =
        [(DETECTOR, line(&detector)), (JUDGE, line(&judge))].into_iter().filter(|it| !it.1.is_empty()).collect();
    if lines.is_empty() {
        return None;
    }
    let row = |(round, said): &(usize, Vec<Scored>)| -> Vec<Cell> {
        let Figures { without, accused, games, .. } = Figures::of(said);
        let by_judge = judge.iter().find(|it| it.0 == *round).and_then(|it| found(&it.1));
        let mut row = vec![
            round.to_string().into(),
            count(games).into(),
            percent(found(said)),
            figure(auroc(said), 3),
            figure(brier(said), 3),
            percent(share(float(accused), without)),
        ];
        row.extend((!judge.is_empty()).then(|| percent(by_judge)));
        row
    };
    let mut headings = vec!["round", "games", "found", "AUROC", "Brier", "wrongly accused"];
    headings.extend((!judge.is_empty()).then_some("found by the judge"));
    let table = Table { title: "", headings, rows: detector.iter().map(row).collect(), folded: false };
    let caption =
        html! { "How often the first suspect is the mole at the end of each round; the bands are intervals of 95 %." };
    let picture = Picture { drawing: pictures::rounds(&lines, chance(&with)), caption };
    let parts = vec![Part::Picture(picture), Part::Table(table)];
    Some(Section { id: "rounds", title: "Round by round", parts })
}
