//! The job when it is over: how it ended, for what, how it would have ended otherwise, the plan, and the whole course.

use ratatui::text::{Line, Span};

use crate::heist::{Ending, money};
use crate::tui::finale::Finale;
use crate::tui::model::Model;
use crate::tui::text::fit;
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::{wrap, wrap_short};

use super::{WIDEST, heading, letters, told};

/// From this width on the course stands beside the rest, which has so many columns.
const BESIDE: u16 = 110;
const LEFT: u16 = 50;
const GAP: u16 = 4;
/// Rows of the message that it failed for.
const QUOTED: usize = 3;

/// All of it.
pub(super) fn lines(model: &Model, finale: &Finale, width: u16) -> Vec<Line<'static>> {
    if width < BESIDE {
        let width = width.min(WIDEST);
        let mut lines = outcome(model, finale, width);
        lines.push(Line::default());
        lines.extend(course(model, finale, width));
        return lines;
    }
    let right = course(model, finale, (width - LEFT - GAP).min(WIDEST));
    super::super::reveal::beside(outcome(model, finale, LEFT), right, LEFT + GAP)
}

fn outcome(model: &Model, finale: &Finale, width: u16) -> Vec<Line<'static>> {
    let ending = finale.job.ending();
    let (word, style) =
        if ending.escaped() { ("ESCAPED", model.theme.good()) } else { ("CAUGHT", model.theme.alarm()) };
    // Half blocks have no likeness in ASCII.
    let rows = if model.theme.ascii { vec![word.to_owned()] } else { letters::small(word) };
    let mut lines: Vec<_> = rows.into_iter().map(|row| Line::styled(row, style)).collect();
    lines.push(Line::default());
    for (number, sentence) in finale.job.how().iter().enumerate() {
        let style = if number == 0 { strong() } else { <_>::default() };
        lines.extend(wrap(sentence, width).into_iter().map(|row| Line::styled(row, style)));
    }
    lines.extend(quote(model, finale, width));
    lines.extend([Line::default(), heading("How it might have ended", width)]);
    for (words, ending) in [
        ("as it was played", ending),
        ("with the plan as it stood", finale.job.stood),
        ("with every act set right", finale.job.honest),
    ] {
        lines.push(row(model, words, ending));
    }
    lines.extend([Line::default(), heading("The guess and the plan", width)]);
    lines.extend(told::caption(finale, width).into_iter().map(|line| line.style(quiet())));
    lines.push(Line::default());
    lines.extend(told::plan(model, finale, width));
    lines
}

/// The words that it hung on.
fn quote(model: &Model, finale: &Finale, width: u16) -> Vec<Line<'static>> {
    let Some(cause) = &finale.job.cause else { return Vec::new() };
    let said = cause.message.as_deref().and_then(|id| model.seen.talk.said(id));
    let style = cause.agent.as_ref().map_or(quiet(), |agent| model.theme.agent(model.seen.colour(agent)));
    let rows = said.map(|said| wrap_short(&format!("“{said}”"), width.saturating_sub(2), QUOTED));
    rows.into_iter().flatten().map(|row| Line::from(vec![Span::styled("▌ ", style), Span::raw(row)])).collect()
}

/// An ending in a row.
fn row(model: &Model, words: &str, ending: Ending) -> Line<'static> {
    let (mark, how, style) = if ending.escaped() {
        ("✓", format!("escaped with {}", money(ending.loot)), model.theme.good())
    } else {
        ("×", "caught".to_owned(), model.theme.alarm())
    };
    Line::from(vec![Span::raw(fit(words, 27)), Span::styled(format!("{mark} {how}"), style)])
}

/// Every step.
fn course(model: &Model, finale: &Finale, width: u16) -> Vec<Line<'static>> {
    let mut lines = vec![heading("The course of the job", width)];
    let blamed = finale.job.cause.as_ref().map(|cause| cause.step);
    for (number, step) in finale.steps.iter().enumerate() {
        lines.extend(told::step(model, step, true, false, width));
        if blamed == Some(number) {
            let words = "    ▲ this is what it failed for";
            lines.push(Line::styled(words, model.theme.alarm()));
        }
    }
    lines
}
