//! The question to an agent: what it can be asked about, in the conversation's place.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::text::width_of;
use crate::tui::model::Model;
use crate::tui::text::{cut, fit};
use crate::tui::theme::{chosen, quiet, strong};
use crate::views::topics::Topic;

use super::heading;

/// Columns for what is told of a topic.
const TOLD: u16 = 22;

pub(super) fn draw(model: &Model, words: &str, cursor: usize, frame: &mut Frame, area: Rect) {
    frame.render_widget(Clear, area);
    let width = area.width.saturating_sub(2);
    let label = model.seen.crew.get(model.selected).map_or("", |agent| agent.label.as_str());
    let title = if model.seen.has_turn(model.selected) {
        format!("Ask {label} about…")
    } else {
        format!("{label} has no turn left; Tab: ask another")
    };
    let mut lines = vec![heading(&cut(&title, width), width)];
    let topics = model.seen.topics.matching(words);
    if topics.is_empty() {
        lines.push(Line::styled("Nothing has that name. Take a letter back.", quiet()));
    }
    let room = usize::from(area.height.saturating_sub(1)).max(1);
    let first = (cursor + 1).saturating_sub(room);
    let shown = topics.iter().enumerate().skip(first).take(room);
    lines.extend(shown.map(|(place, topic)| row(topic, place == cursor, width)));
    frame.render_widget(Paragraph::new(lines), Rect { x: area.x + 1, width, ..area });
    if first + room < topics.len() {
        let edge = Rect { x: area.right().saturating_sub(1), y: area.bottom().saturating_sub(1), width: 1, height: 1 };
        frame.render_widget(Paragraph::new(Line::styled("↓", strong())), edge);
    }
}

fn row(topic: &Topic, here: bool, width: u16) -> Line<'static> {
    let told = match (topic.slot, topic.last) {
        (Some(_), _) => "what it would do".to_owned(),
        (None, Some(last)) => format!("spoken of in {last}"),
        (None, None) => "not spoken of yet".to_owned(),
    };
    let told = cut(&told, TOLD);
    let room = width.saturating_sub(u16::try_from(width_of(&told)).unwrap_or(TOLD) + 3);
    let label = format!(" {} ", fit(topic.label, room.min(48)));
    let mark = Span::styled(if here { "▸" } else { " " }, strong());
    let label = Span::styled(label, if here { chosen(strong()) } else { strong() });
    Line::from(vec![mark, label, Span::styled(format!(" {told}"), quiet())])
}
