//! The conversation: the visible rows, what of it is shown, and how much there is below them.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::tui::layout::Heist;
use crate::tui::model::Model;
use crate::tui::text::{counted, cut};
use crate::tui::theme::{chosen, quiet, strong};

use super::heading;

pub(super) fn draw(model: &Model, frame: &mut Frame, panes: &Heist) {
    let talk = &model.seen.talk;
    let area = panes.talk;
    let height = usize::from(area.height);
    let last = talk.height().saturating_sub(height);
    let top = model.top.unwrap_or(last).min(last);
    frame.render_widget(Paragraph::new(talk.lines(top, height)), area);
    if panes.bar.height > 0 {
        frame.render_widget(Paragraph::new(bar(model, panes.bar.width)), panes.bar);
    }
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

/// Who alone is heard, and what is searched for.
fn bar(model: &Model, width: u16) -> Line<'static> {
    let talk = &model.seen.talk;
    let mut words = Vec::new();
    if let Some(agent) = model.seen.crew.get(model.selected).filter(|_| model.only) {
        let (said, called) = talk.deeds(model.selected);
        let deeds = if said + called == 0 {
            "has not spoken yet".to_owned()
        } else {
            format!("{}, {}", counted(said, "message"), counted(called, "call"))
        };
        words.push(format!("Only {} · {deeds}", agent.label));
    }
    match talk.searched() {
        Some(("", ..)) => words.push("Search".to_owned()),
        Some((found, _, 0)) => words.push(format!("“{}” is nowhere", cut(found, width / 3))),
        Some((found, at, all)) => words.push(format!("“{}” {at} of {all}", cut(found, width / 3))),
        None => {}
    }
    let line = heading(&cut(&words.join(" · "), width.saturating_sub(4)), width.saturating_sub(2));
    Line::from([vec![ratatui::text::Span::styled("─ ", quiet())], line.spans].concat())
}
