//! The finale: the job on the floor plan, with a clock, what is in the bags, what runs out, and what happens, newest last; and
//! when it is over, all of it on a page that stands still.

mod ending;
mod floor;
mod head;
mod runs;
mod told;

use heist_bank::Size;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::finale::{Finale, Moment};
use crate::tui::layout;
use crate::tui::model::Model;

use super::reveal::beside;
use super::{heading, inset, letters, put_scrolled};

/// From this height on the clock has large letters.
const TALL: u16 = 30;
/// Columns between the floor plan and what happens.
const GAP: u16 = 3;
/// The least columns for what happens beside the floor plan.
const BESIDE: u16 = 34;
/// The rows for what runs out, where there are few.
const RUNS: u16 = 3;
/// Longer lines are hard to read.
const WIDEST: u16 = 100;

pub(super) fn draw(model: &Model, top: usize, frame: &mut Frame, area: Rect) {
    let Some(finale) = &model.finale else { return };
    if finale.is_over() {
        return ending::draw(model, finale, top, frame, area);
    }
    let area = inset(area);
    let moment = finale.moment();
    let rows = if area.height >= TALL { 5 } else { 2 };
    let (head, body) = (Rect { height: rows, ..area }, below(area, rows));
    head::draw(model, finale, moment, frame, head);
    let mut log = body;
    let mut runs = Rect { height: RUNS.min(body.height), ..body };
    if let Some((size, rows)) = size(finale, body) {
        let columns = u16::try_from(size.columns()).unwrap_or(u16::MAX);
        let left = Rect { width: columns, ..body };
        floor::draw(model, finale, moment, size, frame, Rect { height: rows, ..left });
        log = Rect { x: body.x + columns + GAP, width: body.width - columns - GAP, ..body };
        runs = below(left, rows);
    }
    // Where there is no room for it under a floor plan, what runs out stands above what happens.
    if runs.height < RUNS || runs.width == body.width {
        runs = Rect { height: RUNS.min(log.height), ..log };
        log = below(log, runs.height + 1);
    }
    under(model, finale, moment, frame, runs);
    let log = Rect { width: log.width.min(WIDEST), ..log };
    let lines = told::newest(model, finale, moment, log.width, log.height);
    frame.render_widget(Paragraph::new(lines), log);
}

/// How many rows there are to scroll through at the end.
pub(in crate::tui) fn rows(model: &Model) -> usize {
    let width = inset(layout::page(model.size).body).width;
    let over = model.finale.as_ref().filter(|finale| finale.is_over());
    over.map_or(0, |finale| ending::lines(model, finale, width).len())
}

/// The largest floor plan for which there is room, and its rows.
fn size(finale: &Finale, area: Rect) -> Option<(Size, u16)> {
    [Size::Large, Size::Small].into_iter().find_map(|size| {
        let columns = u16::try_from(size.columns()).unwrap_or(u16::MAX);
        if area.width < columns.saturating_add(GAP + BESIDE) {
            return None;
        }
        let rows = u16::try_from(finale.floor(size).rows.len()).unwrap_or(u16::MAX);
        let fits = rows + if size == Size::Large { RUNS } else { 0 } <= area.height;
        fits.then_some((size, rows))
    })
}

/// What stands under the floor plan: what the marks mean, and what runs out.
fn under(model: &Model, finale: &Finale, moment: Moment, frame: &mut Frame, area: Rect) {
    let mut lines = Vec::new();
    if area.height > RUNS + 1 {
        lines.extend([floor::legend(model, area.width), Line::default()]);
    }
    let rows = usize::from(area.height).saturating_sub(lines.len());
    lines.extend(runs::lines(model, finale, moment, area.width, rows));
    frame.render_widget(Paragraph::new(lines), area);
}

/// What is left of an area below so many rows.
fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
