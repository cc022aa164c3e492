//! The page of a heist that was cut off: what happened, and what to do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::model::Model;
use crate::tui::text::wrap;
use crate::tui::theme::{quiet, strong};

use super::{inset, put_lines};

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(failure) = &model.seen.failure else { return };
    let width = inset(area).width.min(100);
    let title = if failure.stopped { "The heist was stopped." } else { "! The heist was cut off." };
    let mut lines = vec![Line::default(), Line::styled(title, model.theme.alarm()), Line::default()];
    lines.extend(wrap(&failure.reason, width).into_iter().map(|line| Line::styled(line, strong())));
    lines.push(Line::default());
    let mut hints = vec!["Press n to play another heist, or q to leave.".to_owned()];
    if !failure.stopped {
        hints.push(match &model.seen.opening {
            Some(opening) if !opening.scripted => {
                format!("Look whether the model server at {} still answers and has its model loaded.", opening.url)
            }
            _ => "`heist-tui --llm scripted --tools embedded` needs neither a model server nor Docker.".to_owned(),
        });
    }
    if !model.seen.session.is_empty() {
        hints.push(format!("What was said so far is kept as session {}.", model.seen.session));
    }
    for hint in hints {
        lines.extend(wrap(&hint, width).into_iter().map(|line| Line::styled(line, quiet())));
    }
    put_lines(frame, area, lines);
}
