//! The heist: the conversation, the crew, and why the chosen agent is suspected.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::quiet;

use super::{conversation, crew, evidence};

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let panes = layout::heist(area, model.seen.crew.len().max(1));
    conversation::draw(model, frame, panes.talk);
    if panes.wide {
        let line: Vec<Line> = (0..panes.rule.height).map(|_| Line::styled("│", quiet())).collect();
        frame.render_widget(Paragraph::new(line), panes.rule);
        crew::list(model, frame, panes.crew);
        evidence::column(model, frame, panes.evidence);
    } else {
        let line = Line::styled("─".repeat(usize::from(panes.rule.width)), quiet());
        frame.render_widget(Paragraph::new(line), panes.rule);
        crew::strip(model, frame, panes.crew);
        evidence::strip(model, frame, panes.evidence);
    }
}
