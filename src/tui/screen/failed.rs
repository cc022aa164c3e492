//! The page of a heist that was cut off: what happened, and what to do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::model::Model;
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap;

use super::{inset, put_lines};

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(failure) = &model.seen.failure else { return };
    let width = inset(area).width.min(100);
    let title = if failure.stopped { "The heist was stopped." } else { "! The heist was cut off." };
    let mut lines = vec![Line::default(), Line::styled(title, model.theme.alarm()), Line::default()];
    lines.extend(wrap(&failure.reason, width).into_iter().map(|line| Line::styled(line, strong())));
    lines.push(Line::default());
    let mut hints = Vec::new();
    if model.replay.is_some() {
        hints.push("t shows the talk, Esc goes back.".to_owned());
    } else if !failure.stopped {
        if let Some(opening) = model.seen.opening.as_ref().filter(|opening| !opening.scripted) {
            hints.push(format!(
                "Check whether the model server at {} still answers and has its model loaded.",
                opening.url
            ));
        }
        if failure.resumable {
            hints.push("When that is fixed, r goes on where the heist was cut off.".to_owned());
        }
        if !model.seen.is_built_in() {
            hints.push(
                "b plays with the scripted crew and embedded tools, which need neither a model server nor Docker."
                    .to_owned(),
            );
        }
    }
    if model.replay.is_none() {
        if let Some(log) = &model.seen.log {
            hints.push(format!("There is more about it in {log}."));
        }
        hints.push("n deals another heist, q leaves.".to_owned());
    }
    if model.replay.is_some() && failure.resumable {
        hints.push(format!("`heist-tui resume {}` goes on with it.", model.seen.session));
    } else if !model.seen.session.is_empty() {
        hints.push(format!("What was said so far is kept as session {}.", model.seen.session));
    }
    for hint in hints {
        lines.extend(wrap(&hint, width).into_iter().map(|line| Line::styled(line, quiet())));
    }
    put_lines(frame, area, lines);
}
