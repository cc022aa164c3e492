//! Who detects well: the detector and the judges, and whether their probabilities come true.

use std::collections::BTreeMap;

use maud::html;

use crate::bench::outcome::float;
use crate::bench::report::groups::{CREW, Games, MOLE, detected, grouped, judged, talk};
use crate::bench::report::intervals::{auroc, brier, found, share};
use crate::bench::report::pictures::{self, DETECTOR, JUDGE, Series};
use crate::bench::report::section::{Cell, Part, Picture, Section, Table, count, figure, percent};
use crate::bench::report::sweep::Sweep;
use crate::suspicion::fit::{Figures, Scored, come_true};

pub(super) fn section(sweep: &Sweep) -> Section {
    let all: Games = sweep.games.iter().collect();
    let detector = detected(&all, None);
    let mut judges: BTreeMap<&str, Games> = BTreeMap::new();
    for game in all.iter().copied().filter(|game| game.result.judge.is_some()) {
        judges.entry(&game.judge).or_default().push(game);
    }
    let by_judge: Vec<(String, Vec<Scored>)> =
        judges.iter().map(|(name, games)| (format!("judge: {name}"), judged(games, None))).collect();
    let rows = [("detector".to_owned(), detector.clone())].into_iter().chain(by_judge.iter().cloned());
    let rows: Vec<_> = rows.map(|(name, said)| row(&name, &said)).collect();
    let headings = vec!["who", "games", "found", "AUROC", "Brier", "ECE", "wrongly accused"];
    let mut parts = Vec::new();
    if by_judge.is_empty() {
        parts.push(Part::Says("No model judged in these heists: the detector alone looked for the mole.".to_owned()));
    } else {
        parts.push(Part::Says(
            "Where a judge answers, what it says counts beside the detector's signs, and is in the detector's scores."
                .to_owned(),
        ));
    }
    parts.push(Part::Table(Table { title: "", headings, rows, folded: false }));
    parts.extend(meetings(sweep).map(Part::Table));
    parts.extend(reliability(&detector, &by_judge));
    parts.push(Part::Table(honest(sweep)));
    Section { id: "detects", title: "Who detects well", parts }
}

fn row(name: &str, said: &[Scored]) -> Vec<Cell> {
    let Figures { games, ece, without, accused, .. } = Figures::of(said);
    vec![
        name.into(),
        count(games).into(),
        percent(found(said)),
        figure(auroc(said), 3),
        figure(brier(said), 3),
        format!("{ece:.3}").into(),
        percent(share(float(accused), without)),
    ]
}

/// Each mole's model with each detective; none unless there are several of both.
fn meetings(sweep: &Sweep) -> Option<Table> {
    let moles = grouped(sweep.with_mole(), &MOLE);
    let mut rows = Vec::new();
    for (mole, games) in &moles {
        let mut judges: BTreeMap<&str, Games> = BTreeMap::new();
        for game in games.iter().copied().filter(|game| game.result.judge.is_some()) {
            judges.entry(&game.judge).or_default().push(game);
        }
        let said = [("detector".to_owned(), detected(games, None))].into_iter();
        let said = said.chain(judges.iter().map(|(judge, games)| (format!("judge: {judge}"), judged(games, None))));
        for (detective, said) in said.filter(|(_, said)| !said.is_empty()) {
            let figures = [percent(found(&said)), figure(auroc(&said), 3)];
            let names = [mole.as_str().into(), detective.into(), count(said.len()).into()];
            rows.push(names.into_iter().chain(figures).collect());
        }
    }
    let title = "Each mole with each detective";
    let table = Table { title, headings: vec!["mole", "detective", "games", "found", "AUROC"], rows, folded: false };
    (moles.len() > 1 && table.rows.len() > moles.len()).then_some(table)
}

/// Whether probabilities come true: those of the detector, and those of all judges.
fn reliability(detector: &[Scored], judges: &[(String, Vec<Scored>)]) -> Vec<Part> {
    let judges: Vec<Scored> = judges.iter().flat_map(|(_, said)| said.iter().cloned()).collect();
    let lines: Vec<(Series, _)> = [(DETECTOR, come_true(detector)), (JUDGE, come_true(&judges))]
        .into_iter()
        .filter(|(_, groups)| !groups.is_empty())
        .collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let row = |who: &str, (agents, said, so): &(usize, f64, f64)| -> Vec<Cell> {
        let so = share(so * float(*agents), *agents);
        vec![format!("{:.1} %", 100.0 * said).into(), who.into(), percent(so), count(*agents).into()]
    };
    let rows = lines.iter().flat_map(|(series, groups)| groups.iter().map(|group| row(series.name, group))).collect();
    let headings = vec!["it said", "who", "it was so", "agents"];
    let table = Table { title: "Do probabilities come true?", headings, rows, folded: true };
    let caption = html! {
        @for (series, _) in &lines { b.(series.colour) { (series.sign) } " " (series.name) " " }
        "The agents of all heists with a mole in groups of like probabilities, at the end: what was said of them, and how "
        "many were the mole. On the dotted line every probability comes true."
    };
    vec![Part::Picture(Picture { drawing: pictures::reliability(&lines), caption }), Part::Table(table)]
}

/// What is to be told apart from sabotage: what honest agents get wrong.
fn honest(sweep: &Sweep) -> Table {
    let row = |(name, games): &(String, Games)| -> Vec<Cell> {
        let messages: u64 = games.iter().map(|game| game.result.talk.honest).sum();
        let wrong = talk(games, |it| it.contradictions, |it| it.honest);
        vec![name.as_str().into(), count(usize::try_from(messages).unwrap_or(usize::MAX)).into(), percent(wrong)]
    };
    let rows = grouped(sweep.games.iter(), &CREW).iter().map(row).collect();
    let headings = vec!["crew", "honest messages", "against a source that was read"];
    Table { title: "What honest agents get wrong", headings, rows, folded: false }
}
