//! The heist: the conversation, the crew, and the side pane.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::model::{Model, Over};
use crate::tui::theme::quiet;

use super::{conversation, crew, pane, question};

/// The line between the crew and the conversation: who does what.
fn rule(model: &Model, width: u16) -> Line<'static> {
    let mut line = super::doing(model);
    if !line.is_empty() {
        line.insert(0, Span::styled("──", quiet()));
        line.push(Span::raw(" "));
    }
    let used: usize = line.iter().map(Span::width).sum();
    line.push(Span::styled("─".repeat(usize::from(width).saturating_sub(used)), quiet()));
    Line::from(line)
}

pub(super) fn draw(model: &Model, frame: &mut Frame) {
    let panes = model.panes();
    let rule: Vec<Line> = if panes.wide {
        crew::list(model, frame, panes.crew);
        (0..panes.rule.height).map(|_| Line::styled("│", quiet())).collect()
    } else {
        crew::strip(model, frame, panes.crew);
        vec![rule(model, panes.rule.width)]
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
    if let Over::Question { words, cursor } = &model.over {
        question::draw(model, words, *cursor, frame, panes.talk);
    }
}
