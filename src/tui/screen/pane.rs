//! The side pane: one of its views, with a cursor over its pieces while the person moves in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::model::Model;
use crate::tui::side::Pieces;
use crate::tui::theme::{chosen, quiet, strong};

use super::{evidence, floor, plan, sources, tools};

/// All of the view.
pub(super) fn whole(model: &Model, frame: &mut Frame, area: Rect) {
    if let Some(text) = model.pane.reads() {
        return sources::text(model, text, frame, area);
    }
    let pieces = Pieces::of(model);
    let mut area = head(model, &pieces, frame, area);
    let mut detail = None;
    match &pieces {
        Pieces::Floor(_) => area = floor::drawing(model, frame, area),
        Pieces::Plan(slots) if !slots.is_empty() => {
            let (above, told) = plan::minutes(model, frame, area);
            (area, detail) = (above, Some(told));
        }
        _ => {}
    }
    let width = area.width.saturating_sub(1);
    list(model, &pieces, frame, area, |index| match &pieces {
        Pieces::Evidence(signs) => signs.get(index).map(|sign| evidence::piece(model, sign, width)),
        Pieces::Plan(slots) => {
            slots.get(index).zip(detail).map(|((slot, _), detail)| plan::piece(model, *slot, width, detail))
        }
        Pieces::Sources(sources) => sources.get(index).map(|source| vec![sources::piece(model, source, width)]),
        Pieces::Tools(calls) => calls.get(index).map(|call| tools::piece(model, call, width)),
        Pieces::Floor(mentions) => mentions.get(index).map(|mention| vec![floor::piece(model, mention, width)]),
    });
}

/// A few rows of it, one for each piece.
pub(super) fn brief(model: &Model, frame: &mut Frame, area: Rect) {
    let pieces = Pieces::of(model);
    let width = area.width.saturating_sub(1);
    let mut left = area;
    put(frame, &mut left, vec![title(model, &pieces, area.width)]);
    if matches!(&pieces, Pieces::Plan(slots) if !slots.is_empty()) {
        let lines = plan::brief(model, left);
        return put(frame, &mut left, lines);
    }
    list(model, &pieces, frame, left, |index| match &pieces {
        Pieces::Evidence(signs) => signs.get(index).map(|sign| vec![evidence::brief(model, sign, width)]),
        // All of it has been drawn.
        Pieces::Plan(_) => None,
        Pieces::Sources(sources) => sources.get(index).map(|source| vec![sources::piece(model, source, width)]),
        Pieces::Tools(calls) => calls.get(index).map(|call| vec![tools::brief(model, call, width)]),
        Pieces::Floor(mentions) => mentions.get(index).map(|mention| vec![floor::piece(model, mention, width)]),
    });
}

/// The heading and what stands before the pieces; gives the area that is left.
fn head(model: &Model, pieces: &Pieces, frame: &mut Frame, area: Rect) -> Rect {
    let mut lines = vec![title(model, pieces, area.width)];
    // An empty row is for panes that have some to spare.
    let air = (area.height > 13).then(Line::default);
    match pieces {
        Pieces::Evidence(_) | Pieces::Sources(_) => lines.extend(air),
        // Its minutes take some.
        Pieces::Plan(_) => lines.extend(air.filter(|_| area.height > 22)),
        Pieces::Tools(_) => {
            lines.extend(tools::services(model, area.width));
            lines.extend(air);
        }
        Pieces::Floor(_) => {}
    }
    let mut left = area;
    put(frame, &mut left, lines);
    left
}

fn title(model: &Model, pieces: &Pieces, width: u16) -> Line<'static> {
    match pieces {
        Pieces::Evidence(_) => evidence::title(model, width),
        Pieces::Plan(_) => plan::title(model, width),
        Pieces::Sources(_) => sources::title(model, width),
        Pieces::Tools(calls) => tools::title(calls, width),
        Pieces::Floor(_) => floor::title(model, width),
    }
}

/// What stands where there are no pieces.
fn nothing(model: &Model, pieces: &Pieces) -> &'static str {
    match pieces {
        Pieces::Evidence(_) => evidence::nothing(model),
        Pieces::Plan(_) => plan::nothing(model),
        Pieces::Sources(_) => "There are no sources yet.",
        Pieces::Tools(_) => "No tool has been called yet.",
        Pieces::Floor(_) => "No place has been named yet.",
    }
}

/// Lines at the top of an area, which then is what is left of it.
pub(super) fn put(frame: &mut Frame, area: &mut Rect, lines: Vec<Line>) {
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    frame.render_widget(Paragraph::new(lines), *area);
    *area = Rect { y: area.y + rows, height: area.height - rows, ..*area };
}

/// The pieces around the cursor, with a mark at the edge where there are more of them above or below.
fn list(
    model: &Model,
    pieces: &Pieces,
    frame: &mut Frame,
    area: Rect,
    piece: impl Fn(usize) -> Option<Vec<Line<'static>>>,
) {
    if area.height == 0 {
        return;
    }
    let height = usize::from(area.height);
    if pieces.len() == 0 {
        let text = crate::tui::wrap::wrap(nothing(model, pieces), area.width.saturating_sub(2));
        let lines: Vec<_> = text.into_iter().map(|line| Line::styled(format!(" {line}"), quiet())).collect();
        return frame.render_widget(Paragraph::new(lines), area);
    }
    let cursor = if model.pane.open { model.pane.cursor } else { 0 };
    // So many pieces before it as half the area takes.
    let (mut first, mut above) = (cursor, 0);
    while let Some(lines) = first.checked_sub(1).and_then(&piece) {
        above += lines.len();
        if above > height / 2 {
            break;
        }
        first -= 1;
    }
    // More of them where those from there on would leave rows empty.
    let mut rows = 0;
    for lines in (first..).map_while(&piece) {
        rows += lines.len();
        if rows >= height {
            break;
        }
    }
    while let Some(lines) = first.checked_sub(1).and_then(&piece) {
        rows += lines.len();
        if rows > height {
            break;
        }
        first -= 1;
    }
    let mut lines: Vec<Line> = Vec::new();
    let mut mark = None;
    let mut next = first;
    while let Some(rows) = (lines.len() < height).then(|| piece(next)).flatten() {
        if model.pane.open && next == cursor {
            mark = Some(lines.len());
        }
        lines.extend(rows);
        next += 1;
    }
    // A piece ends with an empty row, which the last one can do without.
    let empty = lines.last().is_some_and(|line| line.spans.iter().all(|span| span.content.trim().is_empty()));
    let more = lines.len() - usize::from(empty) > height || next < pieces.len();
    lines.truncate(height);
    let row = |row: usize| Rect { y: area.y + u16::try_from(row).unwrap_or(u16::MAX), height: 1, ..area };
    if let Some(line) = mark.and_then(|mark| lines.get_mut(mark)) {
        for span in &mut line.spans {
            span.style = chosen(strong());
        }
    }
    frame.render_widget(Paragraph::new(lines), area);
    if let Some(mark) = mark {
        // Each piece leaves a column free for it.
        frame.render_widget(Paragraph::new(Span::styled("▸", chosen(strong()))), Rect { width: 1, ..row(mark) });
    }
    let edge = |at: usize| Rect { x: area.right().saturating_sub(1), width: 1, ..row(at) };
    if first > 0 {
        frame.render_widget(Paragraph::new(Line::styled("↑", strong())), edge(0));
    }
    if more {
        frame.render_widget(Paragraph::new(Line::styled("↓", strong())), edge(height - 1));
    }
}
