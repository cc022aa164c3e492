//! What the guess has brought, factor by factor, and what all games add up to.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::heist::{MOST, Outcome, Score};
use crate::store::Totals;
use crate::tui::model::Model;
use crate::tui::screen::heading;
use crate::tui::seen::Truth;
use crate::tui::theme::{quiet, strong};

use super::{fact, guesser};

/// The score with its parts, and the totals, as far as there are some.
pub(super) fn lines(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(score) = truth.points {
        let whose = guesser(model, "Your score", "The detector's score", "The score of chance");
        lines.extend([Line::default(), heading(whose, width)]);
        lines.extend(parts(model, truth, score));
    }
    if let Some(totals) = model.totals.as_ref().filter(|totals| totals.games + totals.repeats > 0) {
        lines.extend([Line::default(), heading("All your games", width)]);
        lines.extend(all(totals, width));
    }
    lines
}

/// The factors, one below the other, and what comes of them.
fn parts(model: &Model, truth: &Truth, score: Score) -> Vec<Line<'static>> {
    let Score { points, sureness, moment } = score;
    let right = truth.outcome == Outcome::Success;
    let row = |figure: String, words: String| {
        Line::from(vec![Span::styled(format!("{figure:>7}  "), strong()), Span::raw(words)])
    };
    let mut lines = vec![
        row(format!("{MOST:.0}"), "at most: blind, before the first turn".to_owned()),
        row(
            format!("× {:.2}", moment.early()),
            format!("early: {} of {} turns were left", moment.turns_left, moment.turns),
        ),
    ];
    if !moment.blind {
        lines.push(row(format!("× {:.2}", moment.unseen()), "the detector was in view (--blind hides it)".to_owned()));
    }
    if moment.hints > 0 {
        let hints = if moment.hints == 1 { "a hint".to_owned() } else { format!("{} hints", moment.hints) };
        lines.push(row(format!("× {:.2}", moment.hinted()), hints));
    }
    let how = if right { "right" } else { "wrong" };
    lines.push(row(format!("× {:.2}", sureness.share(right)), format!("{} % sure, and {how}", sureness.percent())));
    let style = if right { model.theme.good() } else { model.theme.alarm() };
    let other = moment.points(sureness, !right);
    let would = if right { "wrong" } else { "right" };
    lines.push(Line::from(vec![
        Span::styled(format!("= {points:>+5}  "), style),
        Span::styled(format!("points; {would}, it would have been {other:+}"), quiet()),
    ]));
    lines
}

fn all(totals: &Totals, width: u16) -> Vec<Line<'static>> {
    let mut lines = if totals.games > 0 { counted(totals, width) } else { Vec::new() };
    if totals.repeats > 0 {
        let more = if totals.games > 0 { "more, " } else { "" };
        let again = format!("{} {more}not counted: the answer was known", totals.repeats);
        lines.extend(fact("Again", &again, Style::new(), width));
    }
    lines
}

/// The games that count.
fn counted(totals: &Totals, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let share = (totals.right * 100 + totals.games / 2) / totals.games.max(1);
    let right = format!("{} of {} guesses ({share} %)", totals.right, totals.games);
    let row = if totals.streak > 1 { format!(", the last {} in a row", totals.streak) } else { String::new() };
    lines.extend(fact("Right", &(right + &row), Style::new(), width));
    if let (Some(average), Some(best)) = (totals.average, totals.best) {
        let points = format!("{:+} points, {average:+.0} on average, {best:+} at best", totals.points);
        lines.extend(fact("Points", &points, Style::new(), width));
    }
    if let Some(jobs) = totals.jobs_told() {
        lines.extend(fact("Your crews", &jobs, Style::new(), width));
    }
    let times = |count: u32| format!("{count} time{}", if count == 1 { "" } else { "s" });
    let against = format!("you beat it {}, it beat you {}", times(totals.beat), times(totals.beaten));
    lines.extend(fact("The detector", &against, Style::new(), width));
    lines
}
