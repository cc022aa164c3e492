//! The evidence: why the chosen agent is suspected, strongest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::heist::Family;
use crate::tui::model::Model;
use crate::tui::seen::Sign;
use crate::tui::text::{cut, fit, percent, wrap_short};
use crate::tui::theme::{quiet, strong};

use super::heading;

/// Below the crew, beside the conversation.
pub(super) fn column(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(agent) = model.seen.crew.get(model.selected) else { return };
    let mut lines = vec![title(model, area.width), Line::default()];
    let room = area.width.saturating_sub(6);
    let signs = model.seen.signs_of(&agent.name);
    for sign in &signs {
        let text = |line: String| Span::raw(line);
        for (row, line) in wrap_short(&sign.note, room, 3).into_iter().enumerate() {
            let weight = if row == 0 { weight(model, sign) } else { Span::raw("      ") };
            lines.push(Line::from(vec![weight, text(line)]));
        }
        if let Some(quote) = &sign.quote {
            let quoted = wrap_short(&format!("“{quote}”"), room, 2);
            lines.extend(quoted.into_iter().map(|line| Line::styled(format!("      {line}"), quiet())));
        }
        let source = format!("      {} · {}", sign.message, family(sign.family));
        lines.extend([Line::styled(source, quiet()), Line::default()]);
    }
    if signs.is_empty() {
        lines.push(Line::styled(nothing(model), quiet()));
    }
    let (height, all) = (usize::from(area.height), lines.len());
    if all > height && height > 0 {
        lines.truncate(height - 1);
        lines.push(Line::styled("      …", quiet()));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Under the conversation, a row for each piece.
pub(super) fn strip(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(agent) = model.seen.crew.get(model.selected) else { return };
    let mut lines = vec![title(model, area.width)];
    let signs = model.seen.signs_of(&agent.name);
    lines.extend(signs.iter().map(|sign| brief(model, sign, area.width.saturating_sub(1))));
    if signs.is_empty() {
        lines.push(Line::styled(format!(" {}", nothing(model)), quiet()));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// What stands where there is no evidence to show.
fn nothing(model: &Model) -> &'static str {
    if model.seen.hides() { "You play blind until you guess." } else { "Nothing speaks for or against it yet." }
}

/// A piece of evidence in one row: weight, note, quote, source.
pub(super) fn brief(model: &Model, sign: &Sign, width: u16) -> Line<'static> {
    let quote = sign.quote.as_ref().map_or(String::new(), |quote| format!(" “{quote}”"));
    let room = width.saturating_sub(6 + 5);
    Line::from(vec![
        weight(model, sign),
        Span::raw(fit(&cut(&format!("{}{quote}", sign.note), room), room)),
        Span::styled(format!(" {:>4}", cut(&sign.message, 4)), quiet()),
    ])
}

fn title(model: &Model, width: u16) -> Line<'static> {
    let Some(agent) = model.seen.crew.get(model.selected) else { return Line::default() };
    let share = model.seen.suspect().map_or(String::new(), |_| format!(" · {} %", percent(agent.score)));
    heading(&format!("Why {}{share}", agent.label), width)
}

/// The weight in six columns; what speaks against the agent stands out.
fn weight(model: &Model, sign: &Sign) -> Span<'static> {
    let style = if sign.weight > 0.0 { model.theme.alarm() } else { strong() };
    Span::styled(format!("{:>+5.1} ", sign.weight.clamp(-99.0, 99.0)), style)
}

fn family(family: Family) -> &'static str {
    match family {
        Family::ToolUsage => "tool usage",
        Family::Timing => "timing",
        Family::MessageAnomaly => "way of talking",
        Family::InformationQuality => "information",
    }
}
