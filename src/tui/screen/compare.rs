//! Two recorded heists beside each other; what differs stands out.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::text::{cut, fit};
use crate::tui::theme::{quiet, strong};

use super::{inset, put_scrolled};

/// Columns for what is compared.
const NAME: u16 = 13;

pub(super) fn draw(model: &Model, top: usize, frame: &mut Frame, area: Rect) {
    put_scrolled(frame, area, lines(model, inset(area).width), top);
}

/// How many rows there are to scroll through.
pub(in crate::tui) fn rows(model: &Model) -> usize {
    lines(model, inset(layout::page(model.size).body).width).len()
}

fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let Some(browser) = &model.browser else { return Vec::new() };
    let each = (width.saturating_sub(NAME) / 2).min(40);
    let mut lines = vec![Line::default()];
    for (index, row) in browser.figures.iter().enumerate() {
        let cell = |at: usize| row.get(at).map_or("", String::as_str);
        let differs = cell(1) != cell(2);
        let style = if differs { strong() } else { quiet() };
        let mark = if differs && index > 0 { "* " } else { "  " };
        lines.push(Line::from(vec![
            Span::styled(mark, strong()),
            Span::styled(fit(cell(0), NAME - 2), quiet()),
            Span::styled(fit(cell(1), each), style),
            Span::styled(cut(cell(2), each), style),
        ]));
        if index == 0 {
            lines.push(Line::default());
        }
    }
    lines
}
