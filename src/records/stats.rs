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
        out.push_str("No game has come to a verdict yet.\n");
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
            "You against the detector, in {} with a mole: you {}, the detector {}, both {}.",
            games(versus.games),
            versus.player,
            versus.detector,
            versus.both
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
        let _ = writeln!(out, "Not counted, because the answer was known: {}.", games(stats.totals.repeats));
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
            "Your score, over {}: {:+} points, {average:+.0} on average, {best:+} at best.",
            games(totals.scored),
            totals.points
        );
    }
    if totals.games > 0 {
        let Totals { caught, streak, best_streak, .. } = totals;
        let _ = writeln!(out, "Moles caught: {caught}. Right in a row: {streak} now, {best_streak} at best.");
    }
    if let Some(jobs) = totals.jobs_told() {
        let _ = writeln!(out, "Your crews {jobs}.");
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

fn games(count: u32) -> String {
    format!("{count} game{}", if count == 1 { "" } else { "s" })
}

fn counts(counts: &[Count]) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    counts.iter().map(|it| format!("{} {}", it.count, it.what)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Calibration;

    #[test]
    fn how_sure_one_was_is_told_where_there_are_some_games() {
        let step = |said, games, right| Calibration { said, games, right };
        let stats = Stats { calibration: vec![step(0.5, 2, 2), step(0.8, 6, 4), step(1.0, 3, 3)], ..Stats::default() };
        let told = text(&Figures { stats, achievements: Vec::new() });
        let lines: Vec<_> = told.lines().filter(|line| line.starts_with("When")).collect();
        assert_eq!(
            lines,
            [
                "When you said 80 %, you were right in 67 % (of 6).",
                "When you said 100 %, you were right in 100 % (of 3)."
            ]
        );
    }

    #[test]
    fn jobs_are_told_as_many_as_there_were() {
        let told = |played, escaped, loot, best| {
            let jobs = Jobs { played, escaped, loot };
            own(&Totals { jobs, best_loot: best, ..Totals::default() })
        };
        assert_eq!(told(0, 0, 0, None), "");
        assert_eq!(told(3, 0, 0, None), "Your crews got away in none of 3 jobs.\n");
        assert_eq!(told(1, 1, 680, Some(680)), "Your crews got away in 1 of 1 job, with 680,000.\n");
        assert_eq!(
            told(5, 2, 1_900, Some(1_020)),
            "Your crews got away in 2 of 5 jobs, with 1,900,000, 1,020,000 at best.\n"
        );
        assert_eq!(jobs(Jobs::default()), ["", ""], "older versions knew of none");
        assert_eq!(jobs(Jobs { played: 4, escaped: 1, loot: 500 }), ["1 of 4", "125,000"]);
    }
}
