//! The tools: how the services are, and what was called, newest first.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::heist::ServiceState;
use crate::text::width_of;
use crate::tui::model::Model;
use crate::tui::talk::{Outcome, What};
use crate::tui::text::{counted, cut, fit};
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap_short;

use super::heading;

pub(super) fn title(calls: &[&What], width: u16) -> Line<'static> {
    let count = |wanted: fn(&Outcome) -> bool| {
        calls.iter().filter(|call| matches!(call, What::Tool { outcome, .. } if wanted(outcome))).count()
    };
    let mut words = format!("Tools · {}", counted(calls.len(), "call"));
    for (many, word) in [
        (count(|outcome| matches!(outcome, Outcome::Error(_))), "failed"),
        (count(|outcome| matches!(outcome, Outcome::Denied(_))), "denied"),
    ] {
        if many > 0 {
            words = format!("{words}, {many} {word}");
        }
    }
    heading(&cut(&words, width), width)
}

/// The services with a mark each, and in words what is not well.
pub(super) fn services(model: &Model, width: u16) -> Vec<Line<'static>> {
    let mut rows: Vec<Vec<Span>> = vec![Vec::new()];
    let mut left = 0;
    for service in &model.seen.services {
        let (mark, style) = match service.state {
            Some(ServiceState::Healthy) => ("✓", model.theme.good()),
            Some(ServiceState::Unhealthy | ServiceState::Exited) => ("!", model.theme.alarm()),
            Some(ServiceState::Building | ServiceState::Starting) => ("…", strong()),
            Some(ServiceState::Absent) | None => ("·", quiet()),
        };
        let words = match service.state {
            Some(ServiceState::Healthy) => String::new(),
            Some(state) => format!(" {state}"),
            None => " waiting".to_owned(),
        };
        let name = Span::raw(format!("{}{words}", cut(&service.name, 16)));
        let needs = u16::try_from(name.width()).unwrap_or(width) + 4;
        if needs > left {
            rows.push(vec![Span::raw(" ")]);
            left = width;
        }
        left = left.saturating_sub(needs);
        if let Some(row) = rows.last_mut() {
            row.extend([Span::styled(format!("{mark} "), style), name, Span::raw("  ")]);
        }
    }
    rows.into_iter().skip(1).map(Line::from).collect()
}

/// A call in some rows: who asked what, and what came of it.
pub(super) fn piece(model: &Model, call: &What, width: u16) -> Vec<Line<'static>> {
    let What::Tool { speaker, id, tool, arguments, outcome, ms, .. } = call else { return Vec::new() };
    let name = model.seen.longest().clamp(9, 12);
    let room = width.saturating_sub(name + 2);
    let asked = format!("{tool}  {arguments}");
    let mut lines = vec![Line::from(vec![
        Span::raw(" "),
        Span::styled(fit(&speaker.label, name), model.theme.agent(speaker.colour)),
        Span::raw(" "),
        Span::styled(cut(&asked, room), model.theme.tool()),
    ])];
    let (mark, style) = mark(model, outcome);
    let text = answer(outcome).replace('\n', " ");
    for (row, line) in wrap_short(&text, width.saturating_sub(5), 2).into_iter().enumerate() {
        let mark = if row == 0 { mark } else { "  " };
        lines.push(Line::from(vec![Span::raw("   "), Span::styled(mark, style), Span::raw(line)]));
    }
    let took = ms.map_or(String::new(), |ms| format!(" · {ms} ms"));
    lines.extend([Line::styled(format!("     {id}{took}"), quiet()), Line::default()]);
    lines
}

/// A call in one row.
pub(super) fn brief(model: &Model, call: &What, width: u16) -> Line<'static> {
    let What::Tool { speaker, id, tool, arguments, outcome, .. } = call else { return Line::default() };
    let (mark, style) = mark(model, outcome);
    let room = width.saturating_sub(13 + 5);
    let asked = cut(&format!("{tool} {arguments}"), room / 2);
    let used = u16::try_from(width_of(&asked)).unwrap_or(room);
    let left = room.saturating_sub(used + 3);
    Line::from(vec![
        Span::raw(" "),
        Span::styled(fit(&speaker.label, 11), model.theme.agent(speaker.colour)),
        Span::raw(" "),
        Span::styled(asked, model.theme.tool()),
        Span::styled(format!(" {mark}"), style),
        Span::raw(fit(&answer(outcome).replace('\n', " "), left)),
        Span::styled(format!(" {:>4}", cut(id, 4)), quiet()),
    ])
}

fn mark(model: &Model, outcome: &Outcome) -> (&'static str, Style) {
    match outcome {
        Outcome::Pending => ("… ", strong()),
        Outcome::Result(_) => ("= ", model.theme.tool()),
        Outcome::Error(_) => ("! ", model.theme.alarm()),
        Outcome::Denied(_) => ("× ", model.theme.alarm()),
    }
}

fn answer(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Pending => "no answer yet".to_owned(),
        // What fits into a pane is a small part of the longest results.
        Outcome::Result(text) | Outcome::Error(text) | Outcome::Denied(text) => text.chars().take(400).collect(),
    }
}
