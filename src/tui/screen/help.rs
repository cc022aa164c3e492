//! The help: made from the same table as the keys themselves.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::keys::{BINDINGS, Place};
use crate::tui::model::Model;
use crate::tui::text::fit;
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap;

use super::{heading, inset, put_scrolled};

/// Each key is told once, under the first heading that fits.
const GROUPS: [(&str, &[Place]); 7] = [
    ("While the heist runs", &[Place::Boot, Place::Heist, Place::Pane, Place::Sources]),
    ("Writing a command, searching", &[Place::Editor, Place::Search]),
    ("The guess and other questions", &[Place::Guess, Place::Asking, Place::Leaving]),
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

fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let mut told = [false; BINDINGS.len()];
    let mut lines = Vec::new();
    for (title, places) in GROUPS {
        lines.extend([Line::default(), heading(title, width)]);
        for (binding, told) in BINDINGS.iter().zip(&mut told) {
            let here = binding.places.iter().any(|place| places.contains(place));
            if !here || binding.help.is_empty() || std::mem::replace(told, true) {
                continue;
            }
            for (row, line) in wrap(binding.help, width.saturating_sub(11)).into_iter().enumerate() {
                let key = if row == 0 { fit(model.keymap.shown(binding), 11) } else { fit("", 11) };
                lines.push(Line::from(vec![Span::styled(key, strong()), Span::raw(line)]));
            }
        }
    }
    lines.extend([Line::default(), heading("Marks", width)]);
    for (mark, words) in [
        ("… › »", "an agent thinks, calls a tool, speaks"),
        ("━━─ 43% +9", "how likely the detector holds an agent for the mole, and its last change"),
        ("+1.2 -0.4", "how much a piece of evidence speaks against an agent, or for it"),
        ("▁▃▆", "how likely it held it after each of its last weighings"),
        ("● ○ ·", "a place that was named last, lately, before"),
        ("▌ ▸", "the message or line that you were led to; the piece or line that you are on"),
        ("■ · !", "a slot of the plan that is settled, open, reopened; ● what changed last"),
        ("● ▲", "the crew, and guards, on the floor plan of the job"),
        ("◉ ◌", "cameras that see who stops there, and cameras that do not"),
        ("= ! ×", "what a tool returned; that it failed; that it was denied"),
    ] {
        lines.push(Line::from(vec![Span::styled(fit(mark, 11), strong()), Span::styled(words, quiet())]));
    }
    if let Some(log) = &model.seen.log {
        lines.extend([Line::default(), heading("The log, for what went wrong", width)]);
        lines.extend(wrap(log, width).into_iter().map(Line::from));
    }
    lines
}
