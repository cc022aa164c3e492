//! The evidence: why the chosen agent is suspected, strongest first.

use ratatui::text::{Line, Span};

use crate::heist::Family;
use crate::tui::model::Model;
use crate::tui::seen::Sign;
use crate::tui::text::{cut, fit, percent};
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap_short;

use super::{crew, heading};

/// Columns of the history in the title.
const HISTORY: usize = 12;

/// A piece in some rows: weight and note, the quote, where it is from.
pub(super) fn piece(model: &Model, sign: &Sign, width: u16) -> Vec<Line<'static>> {
    let room = width.saturating_sub(6);
    let mut lines = Vec::new();
    for (row, line) in wrap_short(&sign.note, room, 3).into_iter().enumerate() {
        let weight = if row == 0 { weight(model, sign) } else { Span::raw("      ") };
        lines.push(Line::from(vec![weight, Span::raw(line)]));
    }
    if let Some(quote) = &sign.quote {
        let quoted = wrap_short(&format!("“{quote}”"), room, 2);
        lines.extend(quoted.into_iter().map(|line| Line::styled(format!("      {line}"), quiet())));
    }
    let source = format!("      {} · {}", sign.message, family(sign.family));
    lines.extend([Line::styled(source, quiet()), Line::default()]);
    lines
}

/// What stands where there is no evidence to show.
pub(super) fn nothing(model: &Model) -> &'static str {
    match (model.seen.hides(), model.seen.over() || model.replay.is_some()) {
        (true, false) => "You play blind until you guess. h asks the detector for a hint.",
        (true, true) => "The suspicion is hidden until the guess.",
        (false, _) => "Nothing speaks for or against it yet.",
    }
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

/// Whom it is about, how suspect that is, and how that came.
pub(super) fn title(model: &Model, width: u16) -> Line<'static> {
    let Some(agent) = model.seen.crew.get(model.selected) else { return Line::default() };
    let share = model.seen.suspect().map_or(String::new(), |_| format!(" · {} %", percent(agent.score)));
    let history = crew::history(model, agent, HISTORY);
    let history = if history.is_empty() { history } else { format!(" {history}") };
    heading(&format!("Why {}{share}{history}", agent.label), width)
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
