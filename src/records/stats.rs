//! Figures over all sessions, for a person.

use std::fmt::Write as _;

use serde::Serialize;

use super::achievements::Achievement;
use crate::heist::money;
use crate::store::{Count, Jobs, Stats, Totals};
use crate::table::table;

/// From so many games on it is told how often the player was right who said to be so sure.
const ENOUGH: u32 = 3;

/// All that is told.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// What the tables add up to.
    #[serde(flatten)]
    pub stats: Stats,
    /// What the player has achieved, and what there is to achieve.
    pub achievements: Vec<Achievement>,
}

/// The figures as text.
pub(super) fn text(figures: &Figures) -> String {
    let Figures { stats, achievements } = figures;
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
    out.push_str(&own(&stats.totals));
    for it in stats.calibration.iter().filter(|it| it.games >= ENOUGH) {
        let share = f64::from(it.right) / f64::from(it.games);
        let _ = writeln!(
            out,
            "When you said {:.0} %, you were right in {:.0} % (of {}).",
            it.said * 100.0,
            share * 100.0,
            it.games
        );
    }
    if stats.totals.repeats > 0 {
        let _ = writeln!(out, "Not counted, because the answer was known: {} games.", stats.totals.repeats);
    }
    out.push_str(&tables(stats));
    if stats.totals.games > 0 {
        out.push_str(&achieved(achievements));
    }
    out
}

/// What the player's games add up to.
fn own(totals: &Totals) -> String {
    let mut out = String::new();
    if let (Some(average), Some(best)) = (totals.average, totals.best) {
        let _ = writeln!(
            out,
            "Your score, over {} games: {:+} points, {average:+.0} on average, {best:+} at best.",
            totals.scored, totals.points
        );
    }
    if totals.games > 0 {
        let Totals { caught, streak, best_streak, .. } = totals;
        let _ = writeln!(out, "Moles caught: {caught}. Right in a row: {streak} now, {best_streak} at best.");
    }
    if totals.jobs.played > 0 {
        let Jobs { played, escaped, loot } = totals.jobs;
        let best = totals.best_loot.map_or_else(String::new, |best| format!(", {} at best", money(best)));
        let loot = money(u32::try_from(loot).unwrap_or(u32::MAX));
        let _ = writeln!(out, "Your crews got away in {escaped} of {played} jobs, with {loot}{best}.");
    }
    out
}

fn tables(stats: &Stats) -> String {
    let mut out = String::new();
    if !stats.strategies.is_empty() {
        let rows: Vec<_> = stats
            .strategies
            .iter()
            .map(|it| {
                let acts = it.acts.map(|acts| format!("{acts:.1}")).unwrap_or_default();
                let figures = [it.games, it.named, it.detected].map(|figure| figure.to_string());
                [it.strategy.clone()].into_iter().chain(figures).chain([acts]).chain(jobs(it.jobs)).collect()
            })
            .collect();
        let headings = ["strategy", " games", " named", " detector", " acts a game", " escaped", " loot a job"];
        out.push('\n');
        out.push_str(&table(&headings, &rows));
    }
    if !stats.speakers.is_empty() {
        let rows: Vec<_> = stats
            .speakers
            .iter()
            .map(|it| {
                let speaker = it.model.clone().unwrap_or_else(|| "scripted crew".to_owned());
                let figures = [it.games, it.named].map(|figure| figure.to_string());
                [speaker].into_iter().chain(figures).chain(jobs(it.jobs)).collect()
            })
            .collect();
        out.push('\n');
        out.push_str(&table(&["speaking", " games", " named", " escaped", " loot a job"], &rows));
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

/// How many crews got away, and with how much on average; empty where there was no job.
fn jobs(jobs: Jobs) -> [String; 2] {
    let Jobs { played, escaped, loot } = jobs;
    let Some(mean) = loot.checked_div(u64::from(played)) else { return Default::default() };
    [format!("{escaped} of {played}"), money(u32::try_from(mean).unwrap_or(u32::MAX))]
}

/// What is achieved, with the day, and what is not yet.
fn achieved(achievements: &[Achievement]) -> String {
    let (earned, open): (Vec<_>, Vec<_>) = achievements.iter().partition(|it| it.earned.is_some());
    let row = |it: &&Achievement| {
        let day = it.earned.as_ref().and_then(|at| at.get(..10)).unwrap_or("-");
        vec![it.name.to_owned(), day.to_owned(), it.how.to_owned()]
    };
    let rows: Vec<_> = earned.iter().chain(&open).map(row).collect();
    format!("\n{}", table(&["achievement", "earned", "for"], &rows))
}

fn counts(counts: &[Count]) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    counts.iter().map(|it| format!("{} {}", it.count, it.what)).collect::<Vec<_>>().join(", ")
}
