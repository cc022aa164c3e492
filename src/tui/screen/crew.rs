//! The crew: who thinks, calls or speaks, and how suspect each one is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::layout::CELL;
use crate::tui::model::Model;
use crate::tui::seen::{Agent, doing_words};
use crate::tui::text::{cut, fit, percent};
use crate::tui::theme::{chosen, quiet, strong};

use super::{bar, digits, doing_mark, number};

/// The crew beside the conversation, one to three rows for each agent.
pub(super) fn list(model: &Model, frame: &mut Frame, area: Rect) {
    let count = u16::try_from(model.seen.crew.len()).unwrap_or(u16::MAX).max(1);
    let each = (area.height / count).clamp(1, 3);
    let (wide, digits) = (model.seen.longest().clamp(12, 16), digits(model));
    let mut lines = Vec::new();
    for (index, agent) in model.seen.crew.iter().enumerate() {
        let mut line = name(model, index, agent, wide);
        line.push(Span::raw(" "));
        line.extend(figures(model, index, agent, area.width.saturating_sub(wide + digits + 11)));
        lines.push(Line::from(line));
        if each > 1 {
            let words = doing_words(&agent.doing);
            lines.push(if words.is_empty() {
                Line::styled(format!("  {}", cut(&agent.role, area.width.saturating_sub(2))), quiet())
            } else {
                Line::styled(format!("  {words}"), strong())
            });
        }
        if each > 2 {
            lines.push(Line::default());
        }
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The crew above the conversation, some agents in a row.
pub(super) fn strip(model: &Model, frame: &mut Frame, area: Rect) {
    let across = usize::from((area.width / CELL).clamp(1, 3));
    let agents: Vec<_> = model.seen.crew.iter().enumerate().collect();
    let lines: Vec<Line> = agents
        .chunks(across)
        .map(|row| {
            let cells = row.iter().map(|(index, agent)| {
                let mut cell = name(model, *index, agent, 11);
                cell.push(Span::raw(" "));
                cell.extend(figures(model, *index, agent, CELL - 21 - digits(model)));
                cell.push(Span::raw(" "));
                cell
            });
            Line::from(cells.flatten().collect::<Vec<_>>())
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// Number, what it does as a mark, name; reversed if it is the chosen one.
fn name(model: &Model, index: usize, agent: &Agent, width: u16) -> Vec<Span<'static>> {
    let style = model.theme.agent(agent.colour);
    let style = if index == model.selected { chosen(style) } else { style };
    let text = format!("{}{}{}", number(model, index), doing_mark(&agent.doing), fit(&agent.label, width));
    vec![Span::styled(text, style)]
}

/// Bar, share and change: `bar` columns and eight more.
fn figures(model: &Model, index: usize, agent: &Agent, width: u16) -> Vec<Span<'static>> {
    let first = model.seen.suspect() == Some(index);
    let mut spans = bar(model, agent.score, first, width);
    let delta = percent(agent.delta);
    let (share, change) = if model.seen.suspect().is_none() {
        ("   –".to_owned(), String::new())
    } else {
        (format!("{:>3}%", percent(agent.score)), if delta == 0 { String::new() } else { format!("{delta:+}") })
    };
    let rising = if delta > 0 { model.theme.alarm() } else { quiet() };
    spans.push(Span::styled(share, if first { model.theme.alarm() } else { strong() }));
    spans.push(Span::styled(fit(&format!("{change:>3}"), 4), rising));
    spans
}
