//! The detector's course: how it suspected one agent, turn by turn, and when the guess came.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::width_of;
use crate::tui::model::Model;
use crate::tui::text::cut;
use crate::tui::theme::{quiet, strong};

/// Rows of the curve.
const ROWS: usize = 6;
/// Columns before it.
const BEFORE: u16 = 6;
/// The most columns that a turn takes.
const WIDEST: usize = 4;
/// Eighths of a cell, from below.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The curve of the agent at this place in the crew, over all turns that the heist has, with the hints and the guess
/// below it. `guess` says what was guessed, in a few words.
pub(super) fn lines(model: &Model, agent: usize, guess: &str, width: u16) -> Vec<Line<'static>> {
    let turns = model.seen.moment().turns.max(model.seen.turn).max(1) as usize;
    let room = usize::from(width.saturating_sub(BEFORE)).max(1);
    let columns = if turns <= room { turns * (room / turns).min(WIDEST) } else { room };
    let turn_of = |column: usize| column * turns / columns + 1;
    let column_of = |turn: u32| (turn.max(1) as usize - 1) * columns / turns;
    let course: Vec<_> = model.seen.tally.course(agent).collect();
    let stands: Vec<_> = (0..columns)
        .map(|column| {
            let turn = turn_of(column);
            let reached = turn <= model.seen.turn as usize;
            course.iter().rev().find(|stand| reached && stand.turn as usize <= turn)
        })
        .collect();
    // Half the scale is enough where nobody was suspected more.
    let most = if course.iter().all(|stand| stand.score <= 0.5) { 0.5 } else { 1.0 };
    #[allow(clippy::cast_precision_loss)] // a handful
    let even = eighths(1.0 / model.seen.crew.len().max(1) as f64 / most) / 8;
    let hint = if model.seen.tally.hints.is_empty() { "" } else { "   h a hint" };
    let legend = Line::styled(format!("      ━ the first suspect   ┈ chance{hint}"), quiet());
    let rows = (0..ROWS).rev().map(|row| {
        let label = match row {
            0 => "  0 % ",
            row if row + 1 == ROWS && most < 1.0 => " 50 % ",
            row if row + 1 == ROWS => "100 % ",
            _ => "      ",
        };
        let mut spans = vec![Span::styled(label, quiet())];
        spans.extend(stands.iter().map(|stand| {
            let Some(stand) = stand else { return Span::raw(" ") };
            let style = if stand.first { model.theme.alarm() } else { Style::new() };
            match eighths(stand.score / most).saturating_sub(row * 8).min(8) {
                0 if row == even => Span::styled("┈", quiet()),
                part => Span::styled(EIGHTHS[part], style),
            }
        }));
        Line::from(spans)
    });
    let mut lines: Vec<Line> = std::iter::once(legend).chain(rows).collect();
    let firsts: Vec<_> = stands.iter().map(|stand| stand.is_some_and(|stand| stand.first)).collect();
    lines.push(axis(turns, &firsts, column_of));
    lines.push(marks(model, guess, columns, column_of, width));
    lines
}

/// A rule with the numbers of some turns, heavy where the agent was the first suspect.
fn axis(turns: usize, firsts: &[bool], column_of: impl Fn(u32) -> usize) -> Line<'static> {
    let mut text: Vec<_> = firsts.iter().map(|first| if *first { '━' } else { '─' }).collect();
    let step = (turns * 6).div_ceil(text.len().max(1)).next_multiple_of(5);
    let numbered = std::iter::once(1).chain((step..=turns).step_by(step));
    for turn in numbered {
        let at = column_of(u32::try_from(turn).unwrap_or(u32::MAX));
        for (cell, digit) in text.iter_mut().skip(at).zip(turn.to_string().chars()) {
            *cell = digit;
        }
    }
    Line::from(vec![Span::styled(" turn ", quiet()), Span::raw(text.into_iter().collect::<String>())])
}

/// The hints, and the guess with what it was.
fn marks(model: &Model, guess: &str, columns: usize, column_of: impl Fn(u32) -> usize, width: u16) -> Line<'static> {
    let at = column_of(model.seen.turn);
    let mut text = vec![' '; columns];
    for hint in &model.seen.tally.hints {
        if let Some(cell) = text.get_mut(column_of(*hint)) {
            *cell = 'h';
        }
    }
    let before: String = text.iter().take(at).collect();
    let room = usize::from(width.saturating_sub(BEFORE)).saturating_sub(at + 2);
    let label = width_of(guess);
    let hints = |text: String| Span::styled(format!("      {text}"), strong());
    let said = |text: String| Span::styled(text, strong());
    if label <= room {
        return Line::from(vec![hints(before), said(format!("▲ {guess}"))]);
    }
    // It stands before the mark where there is more room, unless a hint stands there.
    let free = before.chars().rev().take_while(|cell| *cell == ' ').count();
    if label < free {
        let kept: String = before.chars().take(at - label - 1).collect();
        return Line::from(vec![hints(kept), said(format!("{guess} ▲"))]);
    }
    Line::from(vec![hints(before), said(format!("▲ {}", cut(guess, short(room))))])
}

/// A share of the whole height, in eighths of a row.
fn eighths(score: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // 0 to 48
    let eighths = (score.clamp(0.0, 1.0) * (ROWS * 8) as f64).round() as usize;
    eighths
}

fn short(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}
