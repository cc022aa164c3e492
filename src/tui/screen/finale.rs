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
/// The least rows for what happens below the floor plan, where there is no room for it beside.
const BELOW: u16 = 8;
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
    let (size, rows) = size(finale, body);
    let columns = columns(size);
    let left = Rect { width: columns.min(body.width), ..body };
    floor::draw(model, finale, moment, size, frame, Rect { height: rows, ..left });
    let right = Rect { x: left.right() + GAP, width: body.width.saturating_sub(columns + GAP), ..body };
    let (runs, log) = if right.width < BESIDE {
        // What happens stands below the floor plan, and what runs out beside it.
        (Rect { height: rows, ..right }, below(body, rows + 1))
    } else if body.height - rows < RUNS {
        // Where there is no room for it under the floor plan, what runs out stands above what happens.
        (Rect { height: RUNS.min(right.height), ..right }, below(right, RUNS + 1))
    } else {
        (below(left, rows), right)
    };
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

/// The largest floor plan for which there is room, and how many of its rows: of the small one perhaps not all.
fn size(finale: &Finale, area: Rect) -> (Size, u16) {
    let rows = |size| u16::try_from(finale.floor(size).rows.len()).unwrap_or(u16::MAX);
    let is_beside = |size| area.width >= columns(size).saturating_add(GAP + BESIDE);
    if is_beside(Size::Large) && rows(Size::Large).saturating_add(RUNS) <= area.height {
        return (Size::Large, rows(Size::Large));
    }
    let room = if is_beside(Size::Small) { area.height } else { area.height.saturating_sub(BELOW + 1) };
    (Size::Small, rows(Size::Small).min(room))
}

/// The columns of a floor plan.
fn columns(size: Size) -> u16 {
    u16::try_from(size.columns()).unwrap_or(u16::MAX)
}

/// What stands under the floor plan: what the marks mean, and what runs out.
fn under(model: &Model, finale: &Finale, moment: Moment, frame: &mut Frame, area: Rect) {
    let mut lines = Vec::new();
    if area.height > RUNS + 1 && area.width >= columns(Size::Small) {
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
