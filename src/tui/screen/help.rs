//! The help: made from the same table as the keys themselves.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::keys::{BINDINGS, Place};
use crate::tui::model::Model;
use crate::tui::text::{fit, wrap};
use crate::tui::theme::{quiet, strong};

use super::{heading, inset, put_scrolled};

/// Each key is told once, under the first heading that fits.
const GROUPS: [(&str, &[Place]); 4] = [
    ("While the heist runs", &[Place::Boot, Place::Heist]),
    ("Writing a command", &[Place::Editor]),
    ("The guess and other questions", &[Place::Guess, Place::Asking, Place::Leaving]),
    ("At the end", &[Place::Reveal, Place::Failed]),
];

pub(super) fn draw(top: usize, frame: &mut Frame, area: Rect) {
    put_scrolled(frame, area, lines(inset(area).width), top);
}

/// How many rows there are to scroll through.
pub(in crate::tui) fn rows(model: &Model) -> usize {
    lines(inset(crate::tui::layout::page(model.size).body).width).len()
}

fn lines(width: u16) -> Vec<Line<'static>> {
    let mut told = [false; BINDINGS.len()];
    let mut lines = Vec::new();
    for (title, places) in GROUPS {
        lines.extend([Line::default(), heading(title, width)]);
        for (binding, told) in BINDINGS.iter().zip(&mut told) {
            let here = binding.places.iter().any(|place| places.contains(place));
            if !here || std::mem::replace(told, true) {
                continue;
            }
            for (row, line) in wrap(binding.help, width.saturating_sub(11)).into_iter().enumerate() {
                let key = if row == 0 { fit(binding.shown, 11) } else { fit("", 11) };
                lines.push(Line::from(vec![Span::styled(key, strong()), Span::raw(line)]));
            }
        }
    }
    lines.extend([Line::default(), heading("Marks", width)]);
    for (mark, words) in [
        ("… › »", "an agent thinks, calls a tool, speaks"),
        ("━━─ 43% +9", "how likely the detector holds an agent for the mole, and its last change"),
        ("+1.2 -0.4", "how much a piece of evidence speaks against an agent, or for it"),
        ("= ! ×", "what a tool returned; that it failed; that it was denied"),
    ] {
        lines.push(Line::from(vec![Span::styled(fit(mark, 11), strong()), Span::styled(words, quiet())]));
    }
    lines
}
