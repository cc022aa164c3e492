//! The crew: who thinks, calls or speaks, and how suspect each one is.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::layout::CELL;
use crate::tui::model::Model;
use crate::tui::seen::{Agent, doing_words};
use crate::tui::text::{fit, percent};
use crate::tui::theme::{chosen, quiet, strong};

use super::{bar, digits, doing_mark, number};

/// Heights of a score.
const COLUMNS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The score that fills a column at the least: small differences look small.
const SCALE: f64 = 0.4;

/// The crew beside the conversation, one to three rows for each agent.
pub(super) fn list(model: &Model, frame: &mut Frame, area: Rect) {
    let each = each(model, area);
    let (wide, digits) = (model.seen.longest().clamp(12, 16), digits(model));
    let mut lines = Vec::new();
    for (index, agent) in model.seen.crew.iter().enumerate() {
        let mut line = name(model, index, agent, wide);
        line.push(Span::raw(" "));
        line.extend(figures(model, index, agent, area.width.saturating_sub(wide + digits + 11)));
        lines.push(Line::from(line));
        if each > 1 {
            let words = doing_words(&agent.doing);
            let (words, style) =
                if words.is_empty() { (agent.role.as_str(), quiet()) } else { (words.as_str(), strong()) };
            // It ends where the figures do.
            let history = history(model, agent, if area.width < 50 { 6 } else { 20 });
            let room = area.width.saturating_sub(2 + 3 + u16::try_from(history.chars().count()).unwrap_or(0));
            let words = Span::styled(format!("  {} ", fit(words, room)), style);
            lines.push(Line::from(vec![words, Span::styled(history, quiet())]));
        }
        if each > 2 {
            lines.push(Line::default());
        }
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The agent at a place on the screen, the crew standing in this area.
pub(in crate::tui) fn at(model: &Model, area: Rect, at: Position) -> Option<usize> {
    if !area.contains(at) {
        return None;
    }
    let (column, row) = (at.x - area.x, at.y - area.y);
    let index = if model.panes().wide {
        row / each(model, area)
    } else {
        let across = across(area);
        row * across + (column / CELL).min(across)
    };
    Some(usize::from(index)).filter(|index| *index < model.seen.crew.len())
}

/// Rows of an agent beside the conversation.
fn each(model: &Model, area: Rect) -> u16 {
    let count = u16::try_from(model.seen.crew.len()).unwrap_or(u16::MAX).max(1);
    (area.height / count).clamp(1, 3)
}

/// Agents in a row above the conversation.
fn across(area: Rect) -> u16 {
    (area.width / CELL).clamp(1, 3)
}

/// The crew above the conversation, some agents in a row.
pub(super) fn strip(model: &Model, frame: &mut Frame, area: Rect) {
    let across = usize::from(across(area));
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

/// The scores after the last weighings, at most `width` of them, as columns of a height that is the same for the whole
/// crew; nothing before anything was weighed.
pub(super) fn history(model: &Model, agent: &Agent, width: usize) -> String {
    let highest = model.seen.crew.iter().flat_map(|agent| &agent.history).fold(SCALE, |top, score| top.max(*score));
    let skipped = agent.history.len().saturating_sub(width);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 7
    let column = |score: &f64| COLUMNS[((score / highest * 7.0).round() as usize).min(7)];
    agent.history.iter().skip(skipped).map(column).collect()
}

/// Bar, share and change: `bar` columns and eight more.
fn figures(model: &Model, index: usize, agent: &Agent, width: u16) -> Vec<Span<'static>> {
    let first = model.seen.stands_out(index);
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
