//! Figures over all sessions, for a person.

use std::fmt::Write as _;

use crate::store::{Count, Stats};
use crate::table::table;

/// The figures as text.
pub(super) fn text(stats: &Stats) -> String {
    let mut out = format!("Sessions: {}\n", counts(&stats.sessions));
    if stats.outcomes.is_empty() {
        out.push_str("No game came to a verdict yet.\n");
    } else {
        let _ = writeln!(out, "Games: {}", counts(&stats.outcomes));
    }
    for it in &stats.guessers {
        let who = match it.by.as_str() {
            "player" => "You were",
            "detector" => "The detector was",
            _ => "Chance was",
        };
        let _ = writeln!(out, "{who} right in {} of {} guesses.", it.right, it.games);
    }
    let versus = &stats.versus;
    if versus.games > 0 {
        let _ = writeln!(
            out,
            "You against the detector, in {} games with a mole: you {}, the detector {}, both {}.",
            versus.games, versus.player, versus.detector, versus.both
        );
    }
    if let (Some(average), Some(best)) = (stats.totals.average, stats.totals.best) {
        let _ = writeln!(
            out,
            "Your score, over {} games: {:+} points, {average:+.0} on average, {best:+} at best. Right in a row now: {}.",
            stats.totals.scored, stats.totals.points, stats.totals.streak
        );
    }
    if stats.totals.repeats > 0 {
        let _ = writeln!(out, "Not counted, because the answer was known: {} games.", stats.totals.repeats);
    }
    if !stats.strategies.is_empty() {
        let rows: Vec<_> = stats
            .strategies
            .iter()
            .map(|it| {
                let acts = it.acts.map(|acts| format!("{acts:.1}")).unwrap_or_default();
                vec![it.strategy.clone(), it.games.to_string(), it.named.to_string(), it.detected.to_string(), acts]
            })
            .collect();
        out.push('\n');
        out.push_str(&table(&["strategy", " games", " named", " detector", " acts a game"], &rows));
    }
    if !stats.tools.is_empty() {
        let rows: Vec<_> = stats
            .tools
            .iter()
            .map(|it| {
                let ms = it.mean_ms.map(|ms| format!("{ms:.0}")).unwrap_or_default();
                let calls = [it.calls, it.ok, it.failed, it.denied].map(|calls| calls.to_string());
                [it.tool.clone()].into_iter().chain(calls).chain([ms]).collect()
            })
            .collect();
        out.push('\n');
        out.push_str(&table(&["tool", " calls", " ok", " failed", " denied", " mean ms"], &rows));
    }
    out
}

fn counts(counts: &[Count]) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    counts.iter().map(|it| format!("{} {}", it.count, it.what)).collect::<Vec<_>>().join(", ")
}
