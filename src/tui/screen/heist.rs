//! The heist: the conversation, the crew, and the side pane.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::model::Model;
use crate::tui::theme::quiet;

use super::{conversation, crew, pane};

pub(super) fn draw(model: &Model, frame: &mut Frame) {
    let panes = model.panes();
    let rule: Vec<Line> = if panes.wide {
        crew::list(model, frame, panes.crew);
        (0..panes.rule.height).map(|_| Line::styled("│", quiet())).collect()
    } else {
        crew::strip(model, frame, panes.crew);
        vec![Line::styled("─".repeat(usize::from(panes.rule.width)), quiet())]
    };
    frame.render_widget(Paragraph::new(rule), panes.rule);
    if panes.wide || !model.pane.open {
        conversation::draw(model, frame, &panes);
    }
    if panes.wide || model.pane.open {
        pane::whole(model, frame, panes.side);
    } else {
        pane::brief(model, frame, panes.side);
    }
}
