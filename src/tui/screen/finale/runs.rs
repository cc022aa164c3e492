//! What runs out: who comes and how long they need, the crew's work, and the time that it has, each with a bar.

use heist_bank::{Span as Runs, Stage, Tone};
use ratatui::text::{Line, Span};

use crate::text::width_of;
use crate::tui::finale::{Finale, Moment};
use crate::tui::model::Model;
use crate::tui::text::fit;
use crate::tui::theme::{quiet, strong};

/// Columns of a bar and of the minutes that are left, where there is little room and where there is some.
const CLOSE: (u16, u16) = (5, 9);
const ROOMY: (u16, u16) = (16, 12);
/// From this width on there is some.
const WIDE: u16 = 50;
/// Up to this width a bar stands below its name.
const NARROW: u16 = 24;

/// What runs out now, in so many rows at most: first who comes, then the work, then what ends soonest.
pub(super) fn lines(model: &Model, finale: &Finale, moment: Moment, width: u16, rows: usize) -> Vec<Line<'static>> {
    let Some(film) = &finale.film else { return Vec::new() };
    let mut lines = Vec::new();
    if film.stands.get(moment.stand).is_some_and(|stand| stand.stage == Stage::Road) {
        lines.extend(road(model, finale, moment, width));
    }
    let minute = moment.minute;
    let mut now: Vec<_> = finale.running(moment).filter(|span| minute < f64::from(span.until)).collect();
    now.sort_by_key(|span| (span.tone, span.to));
    lines.extend(now.into_iter().flat_map(|span| bar(model, span, minute, width)));
    lines.truncate(rows);
    lines
}

/// Something with its bar: what comes and what is done grows, the time that there is shrinks.
fn bar(model: &Model, span: &Runs, minute: f64, width: u16) -> Vec<Line<'static>> {
    let whole = f64::from(span.to - span.from).max(1.0);
    let passed = ((minute - f64::from(span.from)) / whole).clamp(0.0, 1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // minutes of a night
    let left = (f64::from(span.to) - minute).ceil() as u32;
    let (bar, columns) = if width >= WIDE { ROOMY } else { CLOSE };
    let all = span.to - span.from;
    let (mark, style, share, words) = match span.tone {
        Tone::Threat if width < WIDE => ("! ", model.theme.alarm(), passed, format!("{left}/{all} min")),
        Tone::Threat => ("! ", model.theme.alarm(), passed, format!("{left} of {all} min")),
        Tone::Work => ("› ", strong(), passed, format!("{left} min")),
        Tone::Window => ("· ", quiet(), 1.0 - passed, format!("{left} min")),
    };
    let name = width.saturating_sub(if width <= NARROW { 2 } else { bar + columns + 3 });
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to the columns of the bar
    let full = (share * f64::from(bar)).round() as usize;
    let rest = usize::from(bar) - full.min(usize::from(bar));
    let named = vec![Span::styled(mark, style), Span::styled(fit(&span.words, name), style)];
    let filled = [Span::styled("━".repeat(full), style), Span::styled("─".repeat(rest), quiet())];
    if width <= NARROW {
        let bar = [Span::raw("  ")].into_iter().chain(filled).chain([Span::styled(format!(" {words}"), style)]);
        return vec![Line::from(named), bar.collect()];
    }
    let left = Span::styled(format!(" {words:>columns$}", columns = usize::from(columns - 1)), style);
    vec![named.into_iter().chain([Span::raw(" ")]).chain(filled).chain([left]).collect()]
}

/// The road: how far the crew is, and those who come after it. Who comes in time meets it where it then is.
fn road(model: &Model, finale: &Finale, moment: Moment, width: u16) -> Vec<Line<'static>> {
    let Some(film) = &finale.film else { return Vec::new() };
    let left = film.stands.last().map_or(0, |stand| stand.from);
    let way = film.spans.iter().rfind(|span| span.tone == Tone::Work && span.from >= left);
    let (from, to, words) = way.map_or((left, film.minutes, ""), |span| (span.from, span.to, span.words.as_str()));
    let goal = words.strip_prefix("to the ").unwrap_or(words);
    let beside = if width <= NARROW { 0 } else { width_of(goal) + 3 };
    let room = usize::from(width).saturating_sub(beside).max(8);
    let far = |at: f64| ((at - f64::from(from)) / f64::from(to - from).max(1.0)).clamp(0.0, 1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // columns
    let column = |share: f64| (share * (room - 1) as f64).round() as usize;
    let crew = column(far(moment.minute));
    let comes = finale.running(moment).filter(|span| span.tone == Tone::Threat);
    let after: Vec<_> = comes
        .map(|span| {
            let share = (moment.minute - f64::from(span.from)) / f64::from(span.to - span.from).max(1.0);
            column(far(f64::from(span.to)) * share.clamp(0.0, 1.0)).min(crew.saturating_sub(1))
        })
        .collect();
    let cell = |at: usize| match at {
        at if at == crew => Span::styled("●", strong()),
        at if after.contains(&at) => Span::styled("▲", model.theme.alarm()),
        at if at < crew => Span::styled("━", strong()),
        _ => Span::styled("─", quiet()),
    };
    let mut line: Vec<_> = (0..room).map(cell).collect();
    if width <= NARROW {
        return vec![Line::styled(fit(&format!("▸ {goal}"), width), strong()), Line::from(line)];
    }
    line.push(Span::styled(format!("▸ {goal}"), strong()));
    vec![Line::from(line)]
}
