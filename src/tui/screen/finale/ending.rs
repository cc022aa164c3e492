//! The job when it is over: how it ended, for what, how it would have ended otherwise, the plan, and the whole course.

use heist_bank::Size;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::heist::{Ending, money};
use crate::tui::finale::Finale;
use crate::tui::model::Model;
use crate::tui::text::fit;
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::{wrap, wrap_short};

use super::{WIDEST, below, beside, floor, heading, inset, letters, put_scrolled, told};

/// From this width on the course stands beside the rest, which has so many columns; from that on so many.
const BESIDE: (u16, u16) = (110, 50);
const WIDE: (u16, u16) = (140, 60);
const GAP: u16 = 4;
/// Rows of the message that it failed for.
const QUOTED: usize = 3;

/// Draws it, with the floor plan as it is at the end where there is room beside the course.
pub(super) fn draw(model: &Model, finale: &Finale, top: usize, frame: &mut Frame, area: Rect) {
    let inside = inset(area);
    let lines = lines(model, finale, inside.width);
    let fits = lines.len() <= usize::from(area.height);
    put_scrolled(frame, area, lines, top);
    let Some(left) = columns(inside.width).filter(|_| fits) else { return };
    let used = u16::try_from(outcome(model, finale, left).len() + 1).unwrap_or(u16::MAX);
    let room = Rect { width: left, ..below(inside, used) };
    let size = if left >= WIDE.1 { Size::Large } else { Size::Small };
    let rows = u16::try_from(finale.floor(size).rows.len()).unwrap_or(u16::MAX);
    if rows <= room.height {
        floor::draw(model, finale, finale.moment(), size, frame, Rect { height: rows, ..room });
    }
}

/// How many columns there are for what stands beside the course; none if that stands below.
fn columns(width: u16) -> Option<u16> {
    [WIDE, BESIDE].into_iter().find(|(least, _)| width >= *least).map(|(_, columns)| columns)
}

/// All of it but the floor plan.
pub(super) fn lines(model: &Model, finale: &Finale, width: u16) -> Vec<Line<'static>> {
    let Some(left) = columns(width) else {
        let width = width.min(WIDEST);
        let mut lines = outcome(model, finale, width);
        lines.push(Line::default());
        lines.extend(course(model, finale, width));
        return lines;
    };
    let right = course(model, finale, (width - left - GAP).min(WIDEST));
    beside(outcome(model, finale, left), right, left + GAP)
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
