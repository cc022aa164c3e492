//! What was played.

use crate::bench::report::section::{Cell, Part, Section, Table, count};
use crate::bench::report::sweep::{Played, Sweep};

pub(super) fn section(sweep: &Sweep) -> Section {
    let row = |Played { whole, games }: &Played| -> Vec<Cell> {
        let games = sweep.games.get(games.clone()).unwrap_or_default();
        let Some(first) = games.first() else { return Vec::new() };
        let judged = games.iter().any(|game| game.result.judge.is_some());
        let strategy = whole.strategy.map_or_else(|| "drawn".to_owned(), |it| it.name().replace('_', " "));
        let all = usize::try_from(whole.games.count()).unwrap_or(usize::MAX);
        let played = if games.len() == all { count(all) } else { format!("{} of {}", count(games.len()), count(all)) };
        vec![
            first.crew.as_str().into(),
            first.mole.as_str().into(),
            if judged { first.judge.as_str() } else { "none" }.into(),
            strategy.into(),
            first.result.difficulty.name().into(),
            first.result.rounds.to_string().into(),
            whole.games.numbered(0).seed.to_string().into(),
            played.into(),
            format!("{}, {}", whole.version, whole.terms).into(),
        ]
    };
    let rows = sweep.benches.iter().map(row).collect();
    let headings =
        vec!["crew", "mole", "judge", "strategy", "difficulty", "rounds", "first seed", "heists", "version and terms"];
    Section {
        id: "benches",
        title: "What was played",
        parts: vec![Part::Table(Table { title: "", headings, rows, folded: false })],
    }
}
