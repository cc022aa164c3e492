//! The conversation: the visible rows, and how much there is below them.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::model::Model;
use crate::tui::theme::{chosen, strong};

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let talk = &model.seen.talk;
    let height = usize::from(area.height);
    let last = talk.height().saturating_sub(height);
    let top = model.top.unwrap_or(last).min(last);
    let rows: Vec<Line> = talk.rows(top, height).cloned().collect();
    frame.render_widget(Paragraph::new(rows), area);
    let below = last - top;
    if below > 0 {
        let text = format!(" ↓ {below} more · f follows ");
        let corner = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
        let mark = Line::styled(text, chosen(strong()));
        let width = u16::try_from(mark.width()).unwrap_or(corner.width).min(corner.width);
        let corner = Rect { x: corner.right() - width, width, ..corner };
        frame.render_widget(Paragraph::new(mark).alignment(Alignment::Right), corner);
    }
}
