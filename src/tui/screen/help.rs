//! The help: made from the same table as the keys themselves.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::keys::{BINDINGS, Place};
use crate::tui::model::Model;
use crate::tui::text::fit;
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap;

use super::{heading, inset, put_scrolled};

/// Columns for a key or a mark.
const MARK: u16 = 11;

/// Each key is told once, under the first heading that fits.
const GROUPS: [(&str, &[Place]); 7] = [
    ("While the heist runs", &[Place::Boot, Place::Heist, Place::Waiting, Place::Pane, Place::Sources]),
    ("Writing a command, asking, searching", &[Place::Editor, Place::Question, Place::Search]),
    ("The guess and other questions", &[Place::Guess, Place::Asking, Place::Costs, Place::Leaving]),
    ("The job", &[Place::Finale, Place::Ending]),
    ("At the end", &[Place::Reveal, Place::Failed]),
    ("A recorded heist", &[Place::Replay]),
    ("The sessions", &[Place::Sessions, Place::Filter, Place::Deleting, Place::Compare]),
];

pub(super) fn draw(model: &Model, top: usize, frame: &mut Frame, area: Rect) {
    put_scrolled(frame, area, lines(model, inset(area).width), top);
}

/// How many rows there are to scroll through.
pub(in crate::tui) fn rows(model: &Model) -> usize {
    lines(model, inset(crate::tui::layout::page(model.size).body).width).len()
}

/// The keys of the first `groups`.
fn keys(model: &Model, width: u16, groups: usize) -> Vec<Line<'static>> {
    let mut told = [false; BINDINGS.len()];
    let mut lines = Vec::new();
    for (title, places) in GROUPS.into_iter().take(groups) {
        lines.extend([Line::default(), heading(title, width)]);
        for (binding, told) in BINDINGS.iter().zip(&mut told) {
            let here = binding.places.iter().any(|place| places.contains(place));
            if !here || binding.help.is_empty() || std::mem::replace(told, true) {
                continue;
            }
            lines.extend(explained(model.keymap.shown(binding), binding.help, Style::new(), width));
        }
    }
    lines
}

/// A key or a mark, with what it means beside it.
fn explained(mark: &str, words: &str, style: Style, width: u16) -> impl Iterator<Item = Line<'static>> {
    let rows = wrap(words, width.saturating_sub(MARK)).into_iter().enumerate();
    rows.map(move |(row, line)| {
        let mark = fit(if row == 0 { mark } else { "" }, MARK);
        Line::from(vec![Span::styled(mark, strong()), Span::styled(line, style)])
    })
}

/// The row at which the keys of a place begin.
pub(in crate::tui) fn row_of(model: &Model, place: Place) -> usize {
    let width = inset(crate::tui::layout::page(model.size).body).width;
    // A recorded heist is looked at on the pages of one that is played.
    let place = model.layers().next().unwrap_or(place);
    let before = GROUPS.iter().take_while(|(_, places)| !places.contains(&place)).count();
    if before < GROUPS.len() { keys(model, width, before).len() } else { 0 }
}

fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let mut lines = keys(model, width, GROUPS.len());
    lines.extend([Line::default(), heading("Marks", width)]);
    for (mark, words) in [
        ("… › »", "an agent thinks, calls a tool, speaks"),
        ("━━─ 43% +9", "how likely the detector thinks it is the mole, and the last change"),
        ("▁▃▆", "the same, after each of the detector's last weighings"),
        ("+1.2 -0.4", "how much a piece of evidence speaks against an agent, or for it"),
        ("● ○ ·", "a place that was named last, lately, before"),
        ("▌ ▸", "the message or line you were taken to; the piece or line you are on"),
        ("● ▲", "the crew, and guards, on the floor plan of the job"),
        ("◉ ◌", "cameras that see who stops there, and cameras that do not"),
        ("■ · !", "a slot of the plan: settled, open, reopened; ● what changed last"),
        ("= ! ×", "what a tool returned; that it failed; that it was denied"),
    ] {
        lines.extend(explained(mark, words, quiet(), width));
    }
    if let Some(log) = &model.seen.log {
        lines.extend([Line::default(), heading("The log, for what went wrong", width)]);
        lines.extend(wrap(log, width).into_iter().map(Line::from));
    }
    lines
}
